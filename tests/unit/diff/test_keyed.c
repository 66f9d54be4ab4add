/* Two tables by key, against every pair of rows compared as text. */
#include "support_diff.h"

#include "arrow/builder.h"
#include "base/asker.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const all_keys[] = {"c0", "c1", "c2"};

static bool is_number(const char *format) {
    return strchr("lig", format[0]) != NULL || format[0] == 'd';
}

/* One text for each value, whatever its type: all the test's numbers are exact as doubles. */
static char *canonical(const tarn_version *version, size_t column, int64_t row, bool numbers) {
    char *text = cell_text(version, column, row);
    if (!numbers || strcmp(text, "∅") == 0 || strcmp(text, "nan") == 0)
        return text;
    char *number = tarn_format("%.17g", strtod(text, NULL) + 0.0);
    free(text);
    return number;
}

typedef struct side {
    const tarn_version *version;
    int64_t *rows, count;
    char **keys; /* NULL: something in it is null */
} side;

static bool both_numbers(const tarn_version *a, const tarn_version *b, const char *name) {
    size_t i, j;
    assert_ok(tarn_version_find_column(a, name, &i, error));
    assert_ok(tarn_version_find_column(b, name, &j, error));
    return is_number(tarn_version_column(a, i)->type->format) && is_number(tarn_version_column(b, j)->type->format);
}

static char *key_of(const tarn_version *version, const tarn_version *other, const tarn_diff_options *options,
                    int64_t row) {
    char *key = tarn_strdup("");
    for (size_t k = 0; key != NULL && k < options->key_count; k++) {
        size_t column;
        assert_ok(tarn_version_find_column(version, options->keys[k], &column, error));
        char *part = canonical(version, column, row, both_numbers(version, other, options->keys[k]));
        char *longer = strcmp(part, "∅") == 0 ? NULL : tarn_format("%s|%s", key, part);
        free(part);
        free(key);
        key = longer;
    }
    return key;
}

static side read_side(const tarn_version *version, const tarn_version *other, const tarn_diff_options *options) {
    int64_t end = row_end(version);
    side s = {version, calloc((size_t)end + 1, sizeof(int64_t)), 0, calloc((size_t)end + 1, sizeof(char *))};
    for (int64_t row = 0; row < end; row++) {
        if (!row_is_live(version, row))
            continue;
        s.keys[s.count] = key_of(version, other, options, row);
        s.rows[s.count++] = row;
    }
    return s;
}

static void clear_side(side *s) {
    for (int64_t i = 0; i < s->count; i++)
        free(s->keys[i]);
    free(s->keys);
    free(s->rows);
}

static int64_t count_key(const side *s, const char *key, int64_t *last) {
    int64_t count = 0;
    for (int64_t i = 0; i < s->count; i++) {
        if (s->keys[i] != NULL && strcmp(s->keys[i], key) == 0) {
            *last = i;
            count++;
        }
    }
    return count;
}

static bool *compare_values(const tarn_diff *diff, const tarn_version *before, int64_t b, const tarn_version *after,
                            int64_t a) {
    const tarn_diff_info *info = tarn_diff_info_of(diff);
    bool *differs = calloc(info->column_count, sizeof *differs), any = false;
    for (size_t c = 0; c < info->column_count; c++) {
        size_t i, j;
        const tarn_diff_column *column = &info->columns[c];
        if (column->before == NULL || column->after == NULL || column->is_key)
            continue;
        assert_ok(tarn_version_find_column(before, column->before, &i, error));
        assert_ok(tarn_version_find_column(after, column->after, &j, error));
        bool numbers =
            both_numbers(before, after, column->after) &&
            !tarn_schema_same_type(tarn_version_column(before, i)->type, tarn_version_column(after, j)->type);
        char *x = canonical(before, i, b, numbers), *y = canonical(after, j, a, numbers);
        differs[c] = strcmp(x, y) != 0;
        any = any || differs[c];
        free(x);
        free(y);
    }
    if (!any) {
        free(differs);
        differs = NULL;
    }
    return differs;
}

static expected *match(const tarn_diff *diff, const side *b, const side *a, int64_t *count) {
    expected *list = calloc((size_t)(a->count + b->count) + 1, sizeof *list);
    int64_t partner = 0, self = 0, n = 0;
    for (int64_t i = 0; i < a->count; i++) {
        int64_t befores = a->keys[i] != NULL ? count_key(b, a->keys[i], &partner) : 0;
        int64_t afters = a->keys[i] != NULL ? count_key(a, a->keys[i], &self) : 0;
        if (afters != 1 || befores > 1)
            list[n++] = (expected){TARN_DIFF_UNMATCHED, -1, a->rows[i], NULL};
        else if (befores == 0)
            list[n++] = (expected){TARN_DIFF_ADDED, -1, a->rows[i], NULL};
        else {
            bool *differs = compare_values(diff, b->version, b->rows[partner], a->version, a->rows[i]);
            if (differs != NULL)
                list[n++] = (expected){TARN_DIFF_MODIFIED, b->rows[partner], a->rows[i], differs};
        }
    }
    for (int64_t i = 0; i < b->count; i++) {
        int64_t befores = b->keys[i] != NULL ? count_key(b, b->keys[i], &self) : 0;
        int64_t afters = b->keys[i] != NULL ? count_key(a, b->keys[i], &partner) : 0;
        if (befores != 1 || afters > 1)
            list[n++] = (expected){TARN_DIFF_UNMATCHED, b->rows[i], -1, NULL};
        else if (afters == 0)
            list[n++] = (expected){TARN_DIFF_REMOVED, b->rows[i], -1, NULL};
    }
    *count = n;
    return list;
}

static void check(fixture *f, tarn_version *before, tarn_version *after, const tarn_diff_options *options) {
    tarn_diff *diff;
    int64_t count;
    tarn_diff_input input = {before, after, "a", "b", options, f->pool, NULL, (uint64_t)random_below(f, 3) * 64};
    assert_ok(tarn_diff_compare(&input, &diff, error));
    assert_true(tarn_diff_info_of(diff)->by_key);
    side b = read_side(before, after, options), a = read_side(after, before, options);
    expected *list = match(diff, &b, &a, &count);
    check_changes(f, diff, before, after, list, count);
    clear_side(&a);
    clear_side(&b);
    tarn_diff_close(diff);
}

static void tables_differ_where_their_texts_do(void **state) {
    fixture *f = *state;
    static const char *const formats[] = {"l u g b d:10,2", "i u g b l", "d:10,2 u l u g", "u l u u u"};
    for (int turn = 0; turn < 1500; turn++) {
        tarn_version *versions[2];
        for (int i = 0; i < 2; i++) {
            char name[16];
            snprintf(name, sizeof name, "t%d_%d", turn, i);
            uint64_t table = random_table(f, name, formats[random_below(f, 4)], 1 + random_below(f, 40));
            for (int64_t n = random_below(f, 2); n > 0; n--)
                delete_at_random(f, table);
            versions[i] = head_of(f, table);
        }
        tarn_diff_options options = {.keys = all_keys, .key_count = 1 + (size_t)random_below(f, 3)};
        check(f, versions[0], versions[1], &options);
        check(f, versions[0], versions[0], &options);
        tarn_version_release(versions[0]);
        tarn_version_release(versions[1]);
    }
}

/* A table with a column `id` from `first` on, and texts. */
static tarn_version *numbered(fixture *f, const char *name, int64_t first, int64_t count) {
    uint64_t table = random_table(f, name, "u l u", 1);
    tarn_transaction *transaction;
    tarn_draft *draft;
    tarn_batch_id ids[3];
    struct ArrowSchema type;
    struct ArrowArray values[3] = {random_values(f, "u", count), {0}, random_values(f, "u", count)};
    int64_t *numbers = tarn_aligned_alloc((size_t)count * sizeof *numbers), first_row = 0;
    for (int64_t i = 0; i < count; i++)
        numbers[i] = first + i;
    void *buffers[2] = {NULL, numbers};
    assert_ok(tarn_array_make(&values[1], count, 0, buffers, 2, NULL, 0, error));
    tarn_version *head = head_of(f, table);
    assert_ok(tarn_transaction_begin(f->store, &transaction, error));
    assert_ok(tarn_draft_edit(transaction, head, &draft, error));
    for (int i = 0; i < 3; i++) {
        assert_ok(tarn_schema_make(&type, i == 1 ? "l" : "u", "", error));
        assert_ok(tarn_transaction_put(transaction, &type, &values[i], &ids[i], error));
        tarn_array_release(&values[i]);
        tarn_schema_release(&type);
    }
    assert_ok(tarn_draft_append_chunk(draft, count, ids, error));
    assert_ok(tarn_draft_delete_rows(draft, &first_row, 1, NULL, error));
    tarn_event event = {.kind = "command"};
    assert_ok(tarn_transaction_commit(transaction, &event, NULL, error));
    tarn_version_release(head);
    return head_of(f, table);
}

static void a_key_is_chosen(void **state) {
    fixture *f = *state;
    tarn_version *a = numbered(f, "a", 1, 20000), *b = numbered(f, "b", 11, 20000);
    tarn_diff *diff;
    tarn_diff_input input = {a, b, "a", "b", NULL, f->pool, NULL, 0};
    assert_ok(tarn_diff_compare(&input, &diff, error));
    const tarn_diff_info *info = tarn_diff_info_of(diff);
    assert_true(info->by_key && info->key_chosen && info->columns[1].is_key);
    assert_false(info->columns[0].is_key || info->columns[2].is_key);
    assert_int_equal(info->added, 10);
    assert_int_equal(info->removed, 10);
    assert_int_equal(info->unmatched, 0);
    tarn_diff_close(diff);
    const char *id = "c1";
    input.options = &(tarn_diff_options){.leave_out = &id, .leave_out_count = 1};
    assert_fails(tarn_diff_compare(&input, &diff, error), TARN_E_INVALID, TARN_ASKER("--key", "keys"));
    tarn_version_release(a);
    tarn_version_release(b);
}

static void wrong_keys_are_refused(void **state) {
    fixture *f = *state;
    uint64_t first = random_table(f, "a", "l u u", 3), second = random_table(f, "b", "l u", 3);
    tarn_version *a = head_of(f, first), *b = head_of(f, second);
    tarn_diff *diff;
    const char *name = "c2";
    tarn_diff_options options = {.keys = &name, .key_count = 1};
    tarn_diff_input input = {a, b, "a", "b", &options, f->pool, NULL, (uint64_t)random_below(f, 3) * 64};
    assert_fails(tarn_diff_compare(&input, &diff, error), TARN_E_NOT_FOUND, "only in a");
    name = "nosuch";
    assert_fails(tarn_diff_compare(&input, &diff, error), TARN_E_NOT_FOUND, "nosuch");
    name = "c1";
    options.leave_out = &name;
    options.leave_out_count = 1;
    assert_fails(tarn_diff_compare(&input, &diff, error), TARN_E_INVALID, "left out");
    tarn_version_release(a);
    tarn_version_release(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tables_differ_where_their_texts_do, setup, teardown),
        cmocka_unit_test_setup_teardown(a_key_is_chosen, setup, teardown),
        cmocka_unit_test_setup_teardown(wrong_keys_are_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
