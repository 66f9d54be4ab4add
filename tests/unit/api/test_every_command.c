/* Every command of the registry, on every type of column that it accepts, on tables of every shape: nulls, empty texts,
   deleted rows, edited cells, an order of their own, no rows, one row, three chunks. Each is previewed, applied,
   undone, redone, and applied again from a recipe; the tables found must be equal, and what a command says of rows must
   be what SQL says. TARN_SOAK=1 tries all types on all shapes. */
#include "support_api.h"

#include "arrow/array.h"
#include "cases/commands.h"

/* The default run leaves the slower types out of the large table. */
#define LARGE_COLUMNS 7
/* Under sanitizers one case of so many is tried. */
#ifdef TARN_SANITIZED
#define ONE_OF 12
#else
#define ONE_OF 1
#endif

typedef struct shape {
    const char *name, *rows; /* of the table as it is made */
    bool disturbed, all_types;
    size_t columns;
} shape;

/* The last one's name and value by turns are given to the case under way. */
typedef struct trial {
    fixture *f;
    const shape *shape;
    const command_case *c;
    const case_column *column;
    const json_t *descriptor;
    tarn_parameter parameters[6];
    size_t count;
} trial;

#define trial_must(t, call)                                                                                            \
    do {                                                                                                               \
        if ((call) != TARN_OK)                                                                                         \
            fail_msg("%s on %s, %s: %s: %s", (t)->c->command, (t)->column->name, (t)->shape->name, #call,              \
                     (t)->f->error.message);                                                                           \
    } while (0)

static bool is_soak(void) {
    return getenv("TARN_SOAK") != NULL;
}

/* ---- what a table is ---- */

static void add_batch(fixture *f, const struct ArrowSchema *schema, const struct ArrowArray *batch, tarn_text *out) {
    char *joined = NULL;
    for (int64_t i = 0; i < schema->n_children; i++) {
        tarn_hash128 hash;
        assert_ok(f, tarn_array_hash(schema->children[i], batch->children[i], &hash, &f->error));
        assert_true(asprintf(&joined, "%s %016llx%016llx", out->data != NULL ? out->data : "",
                             (unsigned long long)hash.hi, (unsigned long long)hash.lo) >= 0);
        free(out->data);
        out->data = joined;
    }
}

/* Names and types of the columns, and a hash of the values of each stretch of rows in the order shown. */
static char *fingerprint(fixture *f) {
    struct ArrowArrayStream stream = {0};
    struct ArrowSchema schema = {0};
    struct ArrowArray batch = {0};
    tarn_text text = {0};
    assert_ok(f, tarn_scan(f->workspace, "t", &stream, &f->error));
    assert_int_equal(stream.get_schema(&stream, &schema), 0);
    for (int64_t i = 0; i < schema.n_children; i++) {
        char *type, *joined = NULL;
        assert_ok(f, tarn_type_name(schema.children[i], &type, &f->error));
        assert_true(asprintf(&joined, "%s%s:%s ", text.data != NULL ? text.data : "", schema.children[i]->name, type) >
                    0);
        free(text.data);
        text.data = joined;
        tarn_free(type);
    }
    for (;;) {
        if (stream.get_next(&stream, &batch) != 0)
            fail_msg("%s", stream.get_last_error(&stream));
        if (batch.release == NULL)
            break;
        add_batch(f, &schema, &batch, &text);
        batch.release(&batch);
    }
    schema.release(&schema);
    stream.release(&stream);
    return text.data;
}

static void check_same(const trial *t, const char *when, const char *wanted) {
    char *found = fingerprint(t->f);
    if (strcmp(found, wanted) != 0)
        fail_msg("%s on %s, %s: %s, the table is\n%s\ninstead of\n%s", t->c->command, t->column->name, t->shape->name,
                 when, found, wanted);
    free(found);
}

/* ---- one command on one column ---- */

/* The one number that a query gives. */
static int64_t number_of(const trial *t, const char *sql) {
    struct ArrowArrayStream stream = {0};
    struct ArrowSchema schema = {0};
    struct ArrowArray batch = {0};
    tarn_text text = {0};
    bool is_null;
    trial_must(t, tarn_query(t->f->workspace, sql, NULL, &stream, &t->f->error));
    assert_int_equal(stream.get_schema(&stream, &schema), 0);
    assert_int_equal(stream.get_next(&stream, &batch), 0);
    trial_must(t, tarn_print_value(schema.children[0], batch.children[0], 0, &text, &is_null, &t->f->error));
    int64_t number = strtoll(text.data, NULL, 10);
    tarn_text_clear(&text);
    batch.release(&batch);
    schema.release(&schema);
    stream.release(&stream);
    return number;
}

static void check_count(const trial *t, const tarn_change *change) {
    char *sql = NULL;
    if (t->c->count != NULL && t->c->count[0] == '\0')
        return;
    char *counting = case_fill(t->c->count != NULL ? t->c->count : "SELECT count(*) FROM before", t->column);
    assert_true(asprintf(&sql, "WITH before AS (SELECT * FROM \"t@%llu\") %s", (unsigned long long)change->before,
                         counting) > 0);
    int64_t wanted = number_of(t, sql);
    if (change->table_rows != wanted)
        fail_msg("%s on %s, %s: %lld rows, by %s there should be %lld", t->c->command, t->column->name, t->shape->name,
                 (long long)change->table_rows, sql, (long long)wanted);
    free(counting);
    free(sql);
}

static void move(const trial *t,
                 tarn_status (*step)(tarn_workspace *, const char *, unsigned, tarn_change *, tarn_error *),
                 const char *when, const char *wanted) {
    tarn_change change = {0};
    trial_must(t, step(t->f->workspace, "t", 1, &change, &t->f->error));
    tarn_change_clear(&change);
    check_same(t, when, wanted);
}

/* The secrets of the case: what a recipe asks for. */
static size_t answers_of(const trial *t, tarn_parameter *out) {
    size_t count = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (json_is_true(json_object_get(case_parameter(t->descriptor, t->parameters[i].name), "secret")))
            out[count++] = t->parameters[i];
    }
    return count;
}

static void run_from_recipe(const trial *t, const tarn_change *first, const char *before, const char *after) {
    char range[64];
    tarn_parameter answers[6];
    tarn_change change = {0};
    tarn_recipe_run_options options = {.answers = answers, .answer_count = answers_of(t, answers)};
    snprintf(range, sizeof range, "t@%llu..@%llu", (unsigned long long)first->before, (unsigned long long)first->after);
    trial_must(t, tarn_recipe_save(t->f->workspace, "again", range, true, &t->f->error));
    trial_must(t, tarn_recipe_apply(t->f->workspace, "again", "t", &options, NULL, &change, &t->f->error));
    assert_true(change.changed);
    if (change.rows != first->rows || change.cells != first->cells)
        fail_msg("%s on %s, %s: %lld rows and %lld cells changed, by the recipe %lld and %lld", t->c->command,
                 t->column->name, t->shape->name, (long long)first->rows, (long long)first->cells,
                 (long long)change.rows, (long long)change.cells);
    tarn_change_clear(&change);
    check_same(t, "applied again from a recipe", after);
    move(t, tarn_undo, "the recipe undone", before);
}

static void check_preview(const trial *t) {
    tarn_preview preview = {0};
    trial_must(t, tarn_preview_command(t->f->workspace, "t", t->c->command, t->parameters, t->count, 3, NULL, &preview,
                                       &t->f->error));
    assert_true(preview.cell_count <= 3);
    tarn_preview_clear(&preview);
}

/* True when the command did something. */
static bool run(const trial *t, const char *before) {
    tarn_change change = {0};
    check_preview(t);
    check_same(t, "after a preview", before);
    trial_must(t,
               tarn_apply(t->f->workspace, "t", t->c->command, t->parameters, t->count, NULL, &change, &t->f->error));
    bool changed = change.changed;
    check_count(t, &change);
    if (changed) {
        char *after = fingerprint(t->f);
        move(t, tarn_undo, "undone", before);
        move(t, tarn_redo, "redone", after);
        move(t, tarn_undo, "undone again", before);
        run_from_recipe(t, &change, before, after);
        free(after);
    } else {
        check_same(t, "after a command that changed nothing", before);
    }
    tarn_change_clear(&change);
    return changed;
}

static void refuse(const trial *t, const char *before) {
    tarn_change change = {0};
    assert_int_equal(
        tarn_apply(t->f->workspace, "t", t->c->command, t->parameters, t->count, NULL, &change, &t->f->error),
        TARN_E_INVALID);
    assert_non_null(strstr(t->f->error.message, "has type"));
    check_same(t, "after a refusal", before);
}

/* ---- tables of all shapes ---- */

static void make_table(fixture *f, const shape *shape) {
    tarn_change change = {0};
    char *sql = case_table_sql(shape->columns, shape->rows);
    assert_ok(f, tarn_query_into(f->workspace, sql, "t", TARN_IF_EXISTS_REPLACE, NULL, &change, &f->error));
    tarn_change_clear(&change);
    free(sql);
    assert_ok(f,
              tarn_query_into(f->workspace, CASE_SMALL_SQL, "small", TARN_IF_EXISTS_REPLACE, NULL, &change, &f->error));
    tarn_change_clear(&change);
}

static void change_table(fixture *f, const char *command, const char *name, const char *value) {
    tarn_change change = {0};
    assert_ok(f, apply(f, "t", command, &change, name, value, NULL));
    assert_true(change.changed);
    tarn_change_clear(&change);
}

/* Deleted rows, rows put between others, a patch on each column, and an order of all rows. */
static void disturb(fixture *f, size_t columns) {
    char *cells = NULL;
    size_t size;
    FILE *stream = open_memstream(&cells, &size);
    fputc('[', stream);
    for (size_t i = 0; i < columns; i++)
        fprintf(stream,
                "%s{\"row\": 2, \"column\": \"%s\", \"value\": \"%s\"}, {\"row\": 11, \"column\": \"%s\", \"value\": "
                "null}",
                i == 0 ? "" : ", ", case_columns[i].name, case_columns[i].value, case_columns[i].name);
    fputc(']', stream);
    fclose(stream);
    change_table(f, "delete", "where", "k % 7 = 3");
    tarn_change change = {0};
    assert_ok(f, apply(f, "t", "insert", &change, "values", "[{\"k\": 3}, {\"k\": 5, \"t\": \"\"}, {\"k\": 3}]",
                       "position", "5", NULL));
    tarn_change_clear(&change);
    change_table(f, "edit-many", "cells", cells);
    assert_ok(f, apply(f, "t", "sort", &change, "column", "i", "column", "t", "direction", "desc", NULL));
    tarn_change_clear(&change);
    free(cells);
}

static bool fits(const trial *t) {
    size_t rows = (size_t)strtoull(t->shape->rows, NULL, 10);
    return (t->c->most_rows == 0 || rows <= t->c->most_rows) && (rows >= CASE_LEAST_ROWS || !case_names_rows(t->c));
}

/* A case on all columns, or on the first that it accepts; how often the command did something. */
static size_t run_case(trial *t, const char *before) {
    size_t done = 0, changed = 0;
    for (size_t i = 0; i < t->shape->columns; i++) {
        t->column = &case_columns[i];
        t->count = case_parameters(t->c, t->column, in_folder(t->f, "patch.arrow"), t->parameters);
        if (case_accepts(t->descriptor, t->column)) {
            changed += run(t, before);
            done++;
        } else if (t->shape->all_types) {
            refuse(t, before);
        }
        case_clear(t->parameters, t->count);
        if (done > 0 && (!case_is_by_column(t->c) || !t->shape->all_types))
            break;
    }
    assert_true(done > 0);
    return changed;
}

static void run_all(fixture *f, const shape *shape) {
    json_t *registry = case_registry();
    make_table(f, shape);
    if (shape->disturbed)
        disturb(f, shape->columns);
    assert_ok(f, case_write_patch(f->workspace, in_folder(f, "patch.arrow"), &f->error));
    char *before = fingerprint(f);
    for (size_t i = 0; i < COMMAND_CASE_COUNT; i += is_soak() ? 1 : ONE_OF) {
        trial t = {.f = f, .shape = shape, .c = &command_cases[i], .column = case_columns};
        t.descriptor = case_descriptor(registry, t.c->command);
        if (t.descriptor == NULL)
            fail_msg("there is no command %s", t.c->command);
        if (fits(&t) && run_case(&t, before) == 0 && shape->disturbed && shape->all_types)
            fail_msg("case %zu, %s, changes nothing in a table with all there is", i, t.c->command);
    }
    free(before);
    json_decref(registry);
}

static void test_no_command_is_forgotten(void **state) {
    (void)state;
    json_t *registry = case_registry();
    assert_true(json_array_size(registry) >= 60);
    const char *missing = case_missing(registry);
    if (missing != NULL)
        fail_msg("%s has no case in tests/cases/commands.h", missing);
    json_decref(registry);
}

static void test_all_types(void **state) {
    run_all(*state, &(shape){"a sorted table with edited cells", "400", true, true, CASE_COLUMN_COUNT});
}

static void test_as_imported(void **state) {
    run_all(*state, &(shape){"a table as imported", "400", false, is_soak(), CASE_COLUMN_COUNT});
}

static void test_no_rows(void **state) {
    run_all(*state, &(shape){"no rows", "0", false, is_soak(), CASE_COLUMN_COUNT});
}

static void test_one_row(void **state) {
    run_all(*state, &(shape){"one row", "1", false, is_soak(), CASE_COLUMN_COUNT});
}

static void test_three_chunks(void **state) {
    run_all(*state, &(shape){"three chunks", "300000", true, is_soak(), is_soak() ? CASE_COLUMN_COUNT : LARGE_COLUMNS});
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_no_command_is_forgotten),
        TEST(test_all_types),
        TEST(test_as_imported),
        TEST(test_no_rows),
        TEST(test_one_row),
        TEST(test_three_chunks),
    };
    return cmocka_run_group_tests_name("every command", tests, NULL, NULL);
}
