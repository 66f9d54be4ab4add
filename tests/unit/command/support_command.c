#include "support_command.h"

#include "arrow/builder.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

static const tarn_event an_event = {.kind = "command", .rows = -1, .cells = -1};

int fixture_setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    tarn_engine_options options = {.threads = 2};
    assert_ok(tarn_fs_memory(&f->fs, error));
    assert_ok(tarn_pool_new(2, &f->pool, error));
    assert_ok(tarn_store_create(f->fs, "/w", error));
    assert_ok(tarn_store_open(f->fs, "/w", NULL, &f->store, error));
    assert_ok(tarn_engine_new(&options, &f->engine, error));
    *state = f;
    return 0;
}

int fixture_teardown(void **state) {
    fixture *f = *state;
    tarn_engine_free(f->engine);
    tarn_store_close(f->store);
    tarn_pool_free(f->pool);
    tarn_fs_free(f->fs);
    free(f);
    return 0;
}

/* ---- tables ------------------------------------------------------------------------------------------------------ */

static void append_query(fixture *f, tarn_draft *draft, const char *sql) {
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    tarn_appender *appender;
    assert_ok(tarn_engine_work_query(f->engine, sql, NULL, 0, NULL, &stream, error));
    assert_ok(tarn_stream_schema(&stream, &schema, error));
    for (int64_t i = 0; i < schema.n_children; i++)
        assert_ok(tarn_draft_add_column(draft, schema.children[i], SIZE_MAX, error));
    assert_ok(tarn_appender_new(draft, &appender, error));
    for (;;) {
        struct ArrowArray batch = {0};
        assert_ok(tarn_stream_next(&stream, &batch, error));
        if (batch.release == NULL)
            break;
        assert_ok(tarn_appender_add(appender, &batch, error));
        tarn_array_release(&batch);
    }
    assert_ok(tarn_appender_finish(appender, error));
    tarn_appender_free(appender);
    tarn_schema_release(&schema);
    tarn_stream_release(&stream);
}

static uint64_t make_from_query(fixture *f, const char *sql) {
    static const char name[] = "t";
    tarn_transaction *transaction;
    tarn_draft *draft;
    tarn_table_state table;
    if (tarn_store_find(f->store, name, &table, NULL) == TARN_OK) { /* the case before */
        assert_ok(tarn_store_drop_table(f->store, table.id, &an_event, error));
        tarn_table_state_clear(&table);
    }
    assert_ok(tarn_transaction_begin(f->store, &transaction, error));
    assert_ok(tarn_draft_create(transaction, name, &draft, error));
    append_query(f, draft, sql);
    assert_ok(tarn_transaction_commit(transaction, &an_event, NULL, error));
    assert_ok(tarn_store_find(f->store, name, &table, error));
    uint64_t id = table.id;
    tarn_table_state_clear(&table);
    return id;
}

static void add_text(tarn_buffer *out, const char *text) {
    assert_ok(tarn_buffer_append(out, text, strlen(text), error));
}

/* ['a', NULL]::T[] */
static void add_list(tarn_buffer *sql, const char *type, const char *const *values, size_t count) {
    add_text(sql, "[");
    for (size_t i = 0; i < count; i++) {
        add_text(sql, i ? ", " : "");
        if (values[i] == NULL)
            add_text(sql, "NULL");
        else
            assert_ok(tarn_sql_literal(sql, values[i], error));
    }
    assert_ok(tarn_buffer_printf(sql, error, "]::VARCHAR[]::%s[]", type ? type : "VARCHAR"));
}

/* `rows` rows, whose values come round again and again; `shifted` of them have their neighbour's. */
static uint64_t make_cycle(fixture *f, const char *type, const char *const *values, size_t count, int64_t rows,
                           int64_t shifted) {
    tarn_buffer sql = {0};
    add_text(&sql, "SELECT (");
    add_list(&sql, type, values, count);
    assert_ok(tarn_buffer_printf(&sql, error,
                                 ")[1 + (i + CASE WHEN i < %lld THEN 1 ELSE 0 END) %% %zu] AS v, i AS n "
                                 "FROM range(%lld) r(i)",
                                 (long long)shifted, count ? count : 1, (long long)rows));
    assert_ok(tarn_buffer_append(&sql, "", 1, error));
    uint64_t table = make_from_query(f, (const char *)sql.data);
    tarn_buffer_free(&sql);
    return table;
}

uint64_t make_table(fixture *f, const char *type, const char *const *values, size_t count) {
    return make_cycle(f, type, values, count, (int64_t)count, 0);
}

/* ---- applying ---------------------------------------------------------------------------------------------------- */

static size_t gather_arguments(const char *const *parameters, tarn_argument *out) {
    size_t count = 0;
    bool has_column = false;
    for (; parameters != NULL && parameters[0] != NULL; parameters += 2) {
        out[count++] = (tarn_argument){parameters[0], parameters[1]};
        has_column = has_column || strcmp(parameters[0], "column") == 0;
    }
    if (!has_column)
        out[count++] = (tarn_argument){"column", "v"};
    return count;
}

static tarn_command_environment environment_of(fixture *f) {
    return (tarn_command_environment){.store = f->store, .engine = f->engine, .pool = f->pool};
}

tarn_status apply_to(fixture *f, uint64_t table, const char *command, const char *const *parameters, tarn_outcome *out,
                     tarn_error *error) {
    tarn_argument arguments[16];
    size_t count = gather_arguments(parameters, arguments);
    tarn_command_environment environment = environment_of(f);
    const tarn_command *found;
    tarn_table_state state;
    TARN_TRY(tarn_command_find(command, &found, error));
    TARN_TRY(tarn_store_find_id(f->store, table, &state, error));
    tarn_status status = tarn_command_apply(&environment, &state, found, arguments, count, out, error);
    tarn_table_state_clear(&state);
    return status;
}

void assert_refuses(fixture *f, const char *command, const char *const *parameters, const char *type,
                    const char *const *values, tarn_status wanted, const char *text) {
    size_t count = 0;
    tarn_error failure = {0};
    tarn_outcome outcome = {0};
    while (values[count] != NULL)
        count++;
    uint64_t table = make_table(f, type, values, count);
    tarn_status status = apply_to(f, table, command, parameters, &outcome, &failure);
    free(outcome.message);
    if (status != wanted || strstr(failure.message, text) == NULL)
        fail_msg("%s: got %s \"%s\", not \"%s\"", command, tarn_status_name(status), failure.message, text);
}

/* ---- one case on one table --------------------------------------------------------------------------------------- */

typedef struct layout {
    const char *name;
    int64_t rows; /* in cycles of all the cells, when `is_cycles` */
    bool is_cycles;
    bool dead;    /* every other cycle is */
    bool patched; /* the first cycle is */
    bool reordered;
} layout;

static const layout layouts[] = {
    {.name = "no rows", .rows = 0},
    {.name = "one row", .rows = 1},
    {.name = "plain", .rows = 1, .is_cycles = true},
    {.name = "dead rows", .rows = 4, .is_cycles = true, .dead = true},
    {.name = "patched", .rows = 20, .is_cycles = true, .patched = true},
    {.name = "reordered", .rows = 2, .is_cycles = true, .reordered = true},
    {.name = "dead, patched and reordered", .rows = 20, .is_cycles = true, true, true, true},
    {.name = "two chunks", .rows = 125000, .patched = true},
};

typedef struct trial {
    fixture *f;
    const command_case *c;
    const layout *l;
    const char **before; /* of the case's cells */
    int64_t rows;
    uint64_t table;
    int64_t expected;  /* cells that change */
    int64_t seen;      /* in the preview */
    tarn_buffer *text; /* to print into */
} trial;

static const command_pair *pair_of(const trial *t, int64_t row) {
    return &t->c->cells[(size_t)row % t->c->count];
}

static bool is_dead(const trial *t, int64_t row) {
    return t->l->dead && (size_t)row / t->c->count % 2 == 1;
}

static bool same_text(const char *a, const char *b) {
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool is_changed(const command_case *c, const command_pair *pair) {
    bool nothing = pair->before == NULL && pair->after == NULL;
    return c->result != NULL ? !nothing : !same_text(pair->before, pair->after);
}

#define complain(t, ...)                                                                                               \
    do {                                                                                                               \
        print_error("%s %s (%s): ", (t)->c->command, (t)->c->parameters[0] ? (t)->c->parameters[1] : "",               \
                    (t)->l->name);                                                                                     \
        fail_msg(__VA_ARGS__);                                                                                         \
    } while (0)

static void check_value(const trial *t, const struct ArrowSchema *type, const struct ArrowArray *array, int64_t i,
                        int64_t row, const char *wanted) {
    bool is_null;
    t->text->size = 0;
    assert_ok(tarn_array_print(type, array, i, t->text, &is_null, error));
    assert_ok(tarn_buffer_append(t->text, "", 1, error));
    const char *text = is_null ? NULL : (const char *)t->text->data;
    if (!same_text(text, wanted))
        complain(t, "row %lld is \"%s\", not \"%s\"", (long long)row, text ? text : "NULL", wanted ? wanted : "NULL");
}

static void check_chunk(const trial *t, const tarn_version *version, size_t chunk, bool after) {
    const uint8_t *live;
    tarn_batch *cells, *numbers;
    int64_t first = tarn_version_chunk(version, chunk).first_row;
    assert_ok(tarn_version_live(version, chunk, &live, error));
    assert_ok(tarn_version_read(version, 0, chunk, &cells, error));
    assert_ok(tarn_version_read(version, 1, chunk, &numbers, error));
    assert_ok(tarn_array_validate(tarn_batch_schema(cells), tarn_batch_array(cells), error));
    for (int64_t i = 0; i < tarn_version_chunk(version, chunk).rows; i++) {
        const command_pair *pair = pair_of(t, first + i);
        bool is_live = live == NULL || tarn_bit_get(live, i);
        assert_int_equal(is_live, !is_dead(t, first + i));
        if (!is_live)
            continue;
        check_value(t, tarn_batch_schema(cells), tarn_batch_array(cells), i, first + i,
                    after ? pair->after : pair->before);
        assert_int_equal(((const int64_t *)tarn_batch_array(numbers)->buffers[1])[i], first + i);
    }
    tarn_batch_release(cells);
    tarn_batch_release(numbers);
}

/* The table's head as it should be before or after the command. */
static void check_head(const trial *t, bool after) {
    tarn_version *version;
    assert_ok(tarn_store_version(t->f->store, t->table, TARN_HEAD, &version, error));
    if (after && t->c->result != NULL && t->rows > 0) /* no values may give another one */
        assert_string_equal(tarn_version_column(version, 0)->type->format, t->c->result);
    for (size_t chunk = 0; chunk < tarn_version_chunk_count(version); chunk++)
        check_chunk(t, version, chunk, after);
    if (t->l->reordered && t->rows > 0) {
        int64_t last;
        assert_ok(tarn_version_locate(version, tarn_version_rows(version) - 1, 1, &last, error));
        assert_int_equal(last, 0);
    }
    tarn_version_release(version);
}

/* ---- what precedes the command ----------------------------------------------------------------------------------- */

static void patch_rows(const trial *t, tarn_draft *draft, int64_t from, int64_t count, const char *const *values,
                       size_t value_count) {
    struct ArrowArrayStream stream;
    struct ArrowArray batch;
    tarn_buffer sql = {0};
    int64_t *rows = malloc((size_t)count * sizeof *rows);
    add_text(&sql, "SELECT (");
    add_list(&sql, t->c->type, values, value_count);
    assert_ok(tarn_buffer_printf(&sql, error, ")[1 + i %% %zu] FROM range(%lld) r(i)", value_count, (long long)count));
    assert_ok(tarn_buffer_append(&sql, "", 1, error));
    assert_ok(tarn_engine_work_query(t->f->engine, (const char *)sql.data, NULL, 0, NULL, &stream, error));
    assert_ok(tarn_stream_next(&stream, &batch, error));
    assert_int_equal(batch.length, count);
    for (int64_t i = 0; i < count; i++)
        rows[i] = from + i;
    assert_ok(tarn_draft_patch(draft, 0, rows, batch.children[0], NULL, error));
    tarn_array_release(&batch);
    tarn_stream_release(&stream);
    tarn_buffer_free(&sql);
    free(rows);
}

static void kill_rows(const trial *t, tarn_draft *draft, int64_t from, int64_t count) {
    int64_t *rows = malloc((size_t)count * sizeof *rows), changed;
    for (int64_t i = 0; i < count; i++)
        rows[i] = from + i;
    if (t->c->dead != NULL)
        patch_rows(t, draft, from, count, &t->c->dead, 1);
    assert_ok(tarn_draft_delete_rows(draft, rows, count, &changed, error));
    assert_int_equal(changed, count);
    free(rows);
}

static void reverse_rows(const trial *t, tarn_draft *draft) {
    int64_t *rows = malloc((size_t)t->rows * sizeof *rows), count = 0;
    for (int64_t row = t->rows; row-- > 0;)
        if (!is_dead(t, row))
            rows[count++] = row;
    assert_ok(tarn_draft_set_permutation(draft, rows, count, error));
    free(rows);
}

static void prepare(trial *t) {
    int64_t cycle = (int64_t)t->c->count;
    t->table = make_cycle(t->f, t->c->type, t->before, t->c->count, t->rows, t->l->patched ? cycle : 0);
    if (!t->l->dead && !t->l->patched && !t->l->reordered)
        return;
    tarn_version *head;
    tarn_transaction *transaction;
    tarn_draft *draft;
    assert_ok(tarn_store_version(t->f->store, t->table, TARN_HEAD, &head, error));
    assert_ok(tarn_transaction_begin(t->f->store, &transaction, error));
    assert_ok(tarn_draft_edit(transaction, head, &draft, error));
    if (t->l->patched)
        patch_rows(t, draft, 0, cycle, t->before, t->c->count);
    for (int64_t from = cycle; t->l->dead && from < t->rows; from += 2 * cycle)
        kill_rows(t, draft, from, cycle);
    if (t->l->reordered)
        reverse_rows(t, draft);
    assert_ok(tarn_transaction_commit(transaction, &an_event, NULL, error));
    tarn_version_release(head);
}

/* ---- preview, apply, undo, redo, apply again --------------------------------------------------------------------- */

static bool see_cell(void *context, int64_t row, const char *column, const struct ArrowSchema *old_type,
                     const struct ArrowArray *old_values, const struct ArrowSchema *new_type,
                     const struct ArrowArray *new_values, int64_t index) {
    trial *t = context;
    const command_pair *pair = pair_of(t, row);
    assert_string_equal(column, "v");
    assert_false(is_dead(t, row));
    assert_true(is_changed(t->c, pair));
    check_value(t, old_type, old_values, index, row, pair->before);
    check_value(t, new_type, new_values, index, row, pair->after);
    t->seen++;
    return true;
}

static void check_preview(trial *t) {
    tarn_argument arguments[16];
    size_t count = gather_arguments(t->c->parameters, arguments);
    tarn_command_environment environment = environment_of(t->f);
    const tarn_command *command;
    tarn_table_state state;
    assert_ok(tarn_command_find(t->c->command, &command, error));
    if (!tarn_command_is_cellwise(command))
        return;
    assert_ok(tarn_store_find_id(t->f->store, t->table, &state, error));
    tarn_preview_request request = {.visit = see_cell, .context = t};
    assert_ok(tarn_command_preview(&environment, &state, command, arguments, count, &request, error));
    tarn_table_state_clear(&state);
    if (t->seen != t->expected)
        complain(t, "the preview shows %lld cells, not %lld", (long long)t->seen, (long long)t->expected);
}

/* A change of type is one even where no value is. */
static uint64_t check_apply(const trial *t) {
    tarn_outcome outcome = {0};
    bool changes = t->expected > 0 || t->c->result != NULL;
    assert_ok(apply_to(t->f, t->table, t->c->command, t->c->parameters, &outcome, error));
    if (outcome.cells != t->expected || outcome.changed != changes)
        complain(t, "changed %lld cells, not %lld", (long long)outcome.cells, (long long)t->expected);
    free(outcome.message);
    check_head(t, true);
    return outcome.after;
}

static void move_head(const trial *t, uint64_t head, uint64_t tip) {
    assert_ok(tarn_store_set_head(t->f->store, t->table, head, tip, &an_event, error));
}

static void check_same_batches(const trial *t, uint64_t one, uint64_t other) {
    tarn_version *a, *b;
    assert_ok(tarn_store_version(t->f->store, t->table, one, &a, error));
    assert_ok(tarn_store_version(t->f->store, t->table, other, &b, error));
    for (size_t chunk = 0; chunk < tarn_version_chunk_count(a); chunk++) {
        tarn_batch_reference x = tarn_version_reference(a, 0, chunk), y = tarn_version_reference(b, 0, chunk);
        assert_memory_equal(&x.base, &y.base, sizeof x.base);
        assert_int_equal(x.patch_count, y.patch_count);
    }
    tarn_version_release(a);
    tarn_version_release(b);
}

static void run_trial(trial *t) {
    prepare(t);
    for (int64_t row = 0; row < t->rows; row++)
        t->expected += !is_dead(t, row) && is_changed(t->c, pair_of(t, row));
    check_head(t, false);
    check_preview(t);
    tarn_table_state state;
    assert_ok(tarn_store_find_id(t->f->store, t->table, &state, error));
    uint64_t before = state.head;
    tarn_table_state_clear(&state);
    uint64_t after = check_apply(t);
    move_head(t, before, after);
    check_head(t, false);
    move_head(t, after, after);
    check_head(t, true);
    move_head(t, before, after);
    check_same_batches(t, after, check_apply(t));
}

void run_cases(fixture *f, const command_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const command_case *c = &cases[i];
        const char **before = calloc(c->count, sizeof *before);
        tarn_buffer text = {0};
        int64_t changed = 0;
        for (size_t k = 0; k < c->count; k++) {
            before[k] = c->cells[k].before;
            changed += is_changed(c, &c->cells[k]);
        }
        if (changed != c->changed)
            fail_msg("%s: case %zu changes %lld cells, not %lld", c->command, i, (long long)changed,
                     (long long)c->changed);
        for (size_t k = 0; k < sizeof layouts / sizeof layouts[0]; k++) {
            trial t = {.f = f, .c = c, .l = &layouts[k], .before = before, .text = &text};
            t.rows = t.l->is_cycles ? t.l->rows * (int64_t)c->count : t.l->rows;
            run_trial(&t);
        }
        tarn_buffer_free(&text);
        free(before);
    }
}
