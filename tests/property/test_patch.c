/* patch(A, diff(A, B)) = B, for random tables A and B: by row number between versions of one table, and by key. */
#include "support_diff.h"

#include "arrow/builder.h"
#include "arrow/ipc.h"
#include "command/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMATS "l u g b d:10,2 i u L S e tdD f"

static const tarn_command *patch_command(void) {
    const tarn_command *command;
    assert_ok(tarn_command_find("patch", &command, error));
    return command;
}

static tarn_engine *engine_of(void) {
    tarn_engine *engine;
    assert_ok(tarn_engine_new(NULL, &engine, error));
    return engine;
}

/* ---- files ---- */

typedef struct target {
    tarn_file *file;
    uint64_t size;
} target;

static tarn_status write_bytes(void *context, const void *data, size_t size, tarn_error *error) {
    target *t = context;
    tarn_status status = tarn_file_write(t->file, t->size, data, size, error);
    t->size += size;
    return status;
}

/* What `tarn diff -o` does. */
static void write_diff(fixture *f, const tarn_diff *diff, const char *path) {
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    tarn_ipc_writer *writer;
    target t = {0};
    tarn_diff_page_options all = {.count = INT64_MAX};
    tarn_ipc_write_options options = {.file = random_below(f, 2) == 0};
    assert_ok(tarn_fs_open(f->fs, path, TARN_OPEN_CREATE, &t.file, error));
    assert_ok(tarn_file_truncate(t.file, 0, error));
    assert_ok(tarn_diff_stream(diff, &all, NULL, &stream, error));
    assert_int_equal(stream.get_schema(&stream, &schema), 0);
    assert_ok(tarn_ipc_writer_new(&schema, write_bytes, &t, &options, &writer, error));
    for (;;) {
        struct ArrowArray batch;
        assert_int_equal(stream.get_next(&stream, &batch), 0);
        if (batch.release == NULL)
            break;
        assert_ok(tarn_ipc_writer_batch(writer, &batch, error));
        batch.release(&batch);
    }
    assert_ok(tarn_ipc_writer_finish(writer, error));
    tarn_ipc_writer_free(writer);
    tarn_schema_release(&schema);
    stream.release(&stream);
    tarn_file_close(t.file);
}

static tarn_diff *compare(fixture *f, tarn_version *before, tarn_version *after, const tarn_diff_options *options) {
    tarn_diff *diff;
    tarn_diff_input input = {before, after, "a", "b", options, f->pool, NULL, (uint64_t)random_below(f, 3) * 64};
    assert_ok(tarn_diff_compare(&input, &diff, error));
    return diff;
}

static tarn_status apply(fixture *f, tarn_engine *engine, uint64_t table, const char *policy, tarn_outcome *out,
                         tarn_error *error) {
    tarn_table_state state;
    tarn_command_environment environment = {.store = f->store, .engine = engine, .pool = f->pool};
    tarn_argument arguments[] = {{"from", "/diff.arrow"}, {"conflicts", policy}};
    TARN_TRY(tarn_store_find_id(f->store, table, &state, error));
    tarn_status status = tarn_command_apply(&environment, &state, patch_command(), arguments, 2, out, error);
    tarn_table_state_clear(&state);
    return status;
}

/* ---- the same ---- */

/* Numbers of two types are the same when they are equal, 0 and -0 among them. */
static bool is_retyped(const tarn_diff *diff, const char *name) {
    const tarn_diff_info *info = tarn_diff_info_of(diff);
    for (size_t i = 0; i < info->column_count; i++) {
        if (info->columns[i].after != NULL && strcmp(info->columns[i].after, name) == 0)
            return info->columns[i].retyped;
    }
    return false;
}

static bool is_zero(const char *text) {
    return strcmp(text, "0.0") == 0 || strcmp(text, "-0.0") == 0 || strcmp(text, "0") == 0 || strcmp(text, "0.00") == 0;
}

/* All rows as they are shown, value by value as text. */
static void assert_same_table(const tarn_diff *diff, tarn_version *is, tarn_version *wanted) {
    int64_t rows = tarn_version_rows(wanted);
    assert_int_equal(tarn_version_rows(is), rows);
    assert_int_equal(tarn_version_column_count(is), tarn_version_column_count(wanted));
    for (size_t c = 0; c < tarn_version_column_count(wanted); c++) {
        const tarn_column *a = tarn_version_column(is, c), *b = tarn_version_column(wanted, c);
        assert_string_equal(a->name, b->name);
        assert_true(tarn_schema_same_type(a->type, b->type));
        for (int64_t i = 0; i < rows; i++) {
            int64_t numbers[2];
            assert_ok(tarn_version_locate(is, i, 1, &numbers[0], error));
            assert_ok(tarn_version_locate(wanted, i, 1, &numbers[1], error));
            char *x = cell_text(is, c, numbers[0]), *y = cell_text(wanted, c, numbers[1]);
            if (strcmp(x, y) != 0 && !(is_retyped(diff, b->name) && is_zero(x) && is_zero(y)))
                fail_msg("row %lld of %lld, column %s: \"%s\" instead of \"%s\"", (long long)i, (long long)rows,
                         a->name, x, y);
            free(x);
            free(y);
        }
    }
}

static void go_to(fixture *f, uint64_t table, uint64_t head) {
    tarn_event event = {.kind = "checkout", .rows = -1, .cells = -1};
    assert_ok(tarn_store_set_head(f->store, table, head, head, &event, error));
}

/* Some values are lost on the way to a type that the table is to have: the command may refuse, and then must not have
   done anything. */
static bool is_refused(tarn_status status, const char *message) {
    return status == TARN_E_UNSUPPORTED && strstr(message, "cannot be cast") != NULL;
}

static void versions_are_made_from_their_differences(void **state) {
    fixture *f = *state;
    tarn_engine *engine = engine_of();
    int64_t applied = 0;
    for (int turn = 0; turn < TURNS(500); turn++) {
        char name[16];
        snprintf(name, sizeof name, "t%d", turn);
        uint64_t table = random_table(f, name, FORMATS, 1 + random_below(f, 40));
        for (int64_t i = random_below(f, 3); i > 0; i--)
            change_at_random(f, table);
        tarn_version *before = head_of(f, table);
        for (int64_t i = 1 + random_below(f, 3); i > 0; i--)
            change_at_random(f, table);
        tarn_version *after = head_of(f, table);
        for (int back = 0; back < 2; back++) {
            tarn_version *a = back ? after : before, *b = back ? before : after;
            tarn_diff *diff = compare(f, a, b, &(tarn_diff_options){.complete = true});
            tarn_outcome outcome = {0};
            tarn_error failure = {0};
            write_diff(f, diff, "/diff.arrow");
            go_to(f, table, tarn_version_number(a));
            tarn_status status = apply(f, engine, table, "fail", &outcome, &failure);
            if (status != TARN_OK && !is_refused(status, failure.message))
                fail_msg("turn %d: %s", turn, failure.message);
            tarn_version *made = head_of(f, table);
            if (status == TARN_OK)
                assert_same_table(diff, made, b);
            else
                assert_int_equal(tarn_version_number(made), tarn_version_number(a));
            applied += status == TARN_OK;
            free(outcome.message);
            tarn_version_release(made);
            tarn_diff_close(diff);
        }
        tarn_version_release(before);
        tarn_version_release(after);
    }
    assert_true(applied > TURNS(800));
    tarn_engine_free(engine);
}

/* ---- by key ---- */

static char *text_of(const struct ArrowSchema *type, const struct ArrowArray *values, int64_t i) {
    tarn_buffer text = {0};
    bool is_null;
    assert_ok(tarn_array_print(type, values, i, &text, &is_null, error));
    assert_ok(tarn_buffer_append(&text, "", 1, error));
    char *copy = strdup(is_null ? "∅" : (const char *)text.data);
    tarn_buffer_free(&text);
    return copy;
}

/* Cells that still differ are 0 and -0 in columns that had another type: these were the same then. */
static void assert_only_zeros(const tarn_diff *diff, const tarn_diff *rest) {
    struct ArrowSchema schema;
    struct ArrowArray page;
    tarn_diff_page_options modified = {.count = INT64_MAX, .kinds = TARN_DIFF_MODIFIED};
    assert_ok(tarn_diff_page(rest, &modified, &schema, &page, error));
    for (int64_t c = 4; c + 1 < schema.n_children; c += 2) {
        for (int64_t i = 0; i < page.length; i++) {
            char *x = text_of(schema.children[c], page.children[c], i);
            char *y = text_of(schema.children[c + 1], page.children[c + 1], i);
            if (strcmp(x, y) != 0 && tarn_diff_info_of(rest)->columns[(c - 4) / 2].modified > 0)
                assert_true(is_retyped(diff, schema.children[c + 1]->name + strlen("after.")) && is_zero(x) &&
                            is_zero(y));
            free(x);
            free(y);
        }
    }
    page.release(&page);
    schema.release(&schema);
}

/* By key, rows have no order; what was compared as the same is the same afterwards. Rows that had not been matched are
   left alone. */
static void check_by_key(fixture *f, tarn_engine *engine, uint64_t table, tarn_version *b,
                         const tarn_diff_options *options, int64_t *applied) {
    tarn_version *a = head_of(f, table);
    tarn_diff *diff = compare(f, a, b, options);
    int64_t unmatched = tarn_diff_info_of(diff)->unmatched;
    tarn_outcome outcome = {0};
    tarn_error failure = {0};
    write_diff(f, diff, "/diff.arrow");
    tarn_status status = apply(f, engine, table, "fail", &outcome, &failure);
    if (unmatched > 0) {
        if (status != TARN_E_CONFLICT)
            fail_msg("%s", failure.message);
        status = apply(f, engine, table, "skip", &outcome, &failure);
    }
    bool lost = unmatched > 0 && status == TARN_E_INVALID && strstr(failure.message, "does not fit the type") != NULL;
    if (status != TARN_OK && !lost && !is_refused(status, failure.message))
        fail_msg("%s", failure.message);
    if (status == TARN_OK) {
        tarn_version *made = head_of(f, table);
        tarn_diff *rest = compare(f, made, b, options);
        const tarn_diff_info *info = tarn_diff_info_of(rest);
        assert_int_equal(info->added + info->removed, 0);
        assert_true(tarn_diff_differs(rest) == (unmatched > 0) || info->modified > 0);
        assert_only_zeros(diff, rest);
        ++*applied;
        tarn_diff_close(rest);
        tarn_version_release(made);
    }
    free(outcome.message);
    tarn_diff_close(diff);
    tarn_version_release(a);
}

static void tables_are_made_from_their_differences(void **state) {
    fixture *f = *state;
    static const char *const keys[] = {"c0", "c1", "c2"};
    static const char *const words[] = {"l u g b d:10,2", "i u g b l L", "d:10,2 u l u S", "u l u tdD u e", "l u f b"};
    tarn_engine *engine = engine_of();
    int64_t applied = 0;
    for (int turn = 0; turn < TURNS(1000); turn++) {
        uint64_t tables[2];
        for (int i = 0; i < 2; i++) {
            char name[16];
            snprintf(name, sizeof name, "t%d_%d", turn, i);
            tables[i] = random_table(f, name, words[random_below(f, 5)], 1 + random_below(f, 20));
            for (int64_t n = random_below(f, 2); n > 0; n--)
                delete_at_random(f, tables[i]);
        }
        tarn_version *b = head_of(f, tables[1]);
        tarn_diff_options options = {.keys = keys,
                                     .key_count = 1 + (size_t)random_below(f, 3),
                                     .ignore_space = random_below(f, 4) == 0,
                                     .complete = true};
        check_by_key(f, engine, tables[0], b, &options, &applied);
        tarn_version_release(b);
    }
    assert_true(applied > TURNS(300));
    tarn_engine_free(engine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(versions_are_made_from_their_differences, setup, teardown),
        cmocka_unit_test_setup_teardown(tables_are_made_from_their_differences, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
