/* `transpose`: rows become columns. */
#include "arrow/builder.h"
#include "base/text.h"
#include "command/families.h"
#include "command/made_stream.h"
#include "command/sqltext.h"
#include "store/gather.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 1000 };

typedef struct transposing {
    tarn_run *run;
    size_t names;           /* column that names the new ones; SIZE_MAX: none */
    struct ArrowArray rows; /* all of them */
    size_t *columns, count; /* those that become rows */
    bool same;              /* they are of one type, which stays; else text */
} transposing;

static void transposing_clear(transposing *t) {
    tarn_array_release(&t->rows);
    free(t->columns);
}

static tarn_status read_table(transposing *t, tarn_error *error) {
    const tarn_version *base = t->run->base;
    int64_t *shown, rows = tarn_version_rows(base);
    size_t columns = tarn_version_column_count(base);
    if (rows > MOST_ROWS)
        return tarn_fail(error, TARN_E_INVALID,
                         "the table has %lld rows, and each becomes a column, of which there can be %d: filter first",
                         (long long)rows, MOST_ROWS);
    t->columns = calloc(columns + 1, sizeof *t->columns);
    if (t->columns == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < columns; i++) {
        if (i != t->names)
            t->columns[t->count++] = i;
    }
    t->same = t->count > 0 && tarn_version_column(base, t->columns[0])->type->dictionary == NULL;
    for (size_t i = 1; i < t->count; i++)
        t->same = t->same && tarn_schema_same_type(tarn_version_column(base, t->columns[0])->type,
                                                   tarn_version_column(base, t->columns[i])->type);
    TARN_TRY(tarn_rows_shown(base, t->run->task, &shown, error));
    tarn_status status = tarn_gather_rows(base, shown, rows, &t->rows, error);
    free(shown);
    return status;
}

static tarn_status text_of(const transposing *t, size_t column, int64_t row, tarn_buffer *text, bool *null,
                           tarn_error *error) {
    text->size = 0;
    *null = false;
    TARN_TRY(tarn_array_print(tarn_version_column(t->run->base, column)->type, t->rows.children[column], row, text,
                              null, error));
    TARN_TRY(tarn_buffer_append(text, "", 1, error));
    text->size--;
    return TARN_OK;
}

/* "row 3", or what the naming column has there. */
static tarn_status name_row(const transposing *t, int64_t row, tarn_plan *names, tarn_error *error) {
    tarn_buffer text = {0};
    bool null = false;
    tarn_status status = t->names != SIZE_MAX ? text_of(t, t->names, row, &text, &null, error)
                                              : tarn_sql_write(&text, error, "row %d", (int)row + 1);
    if (status == TARN_OK) {
        const char *wanted = null ? "null" : text.size == 0 ? "empty" : (const char *)text.data;
        char *name = tarn_plan_free_name(names, wanted);
        status = name == NULL ? tarn_fail_memory(error) : tarn_plan_put_column(names, SIZE_MAX, name, 0, NULL, error);
        free(name);
    }
    tarn_buffer_free(&text);
    return status;
}

/* The names of the old columns, which are the first column of the new table. */
static tarn_status make_names(const transposing *t, struct ArrowSchema *schema, struct ArrowArray *out,
                              tarn_error *error) {
    tarn_builder *builder = NULL;
    tarn_status status = TARN_OK;
    TARN_TRY(tarn_schema_make(schema, "u", "column", error));
    TARN_TRY(tarn_builder_new(schema, &builder, error));
    for (size_t i = 0; i < t->count && status == TARN_OK; i++) {
        const char *name = tarn_version_column(t->run->base, t->columns[i])->name;
        status = tarn_builder_bytes(builder, name, strlen(name), error);
    }
    if (status == TARN_OK)
        status = tarn_builder_finish(builder, out, error);
    tarn_builder_free(builder);
    return status;
}

/* An old row's values of one type, as a column. */
static tarn_status take_row(const transposing *t, int64_t row, struct ArrowArray *out, tarn_error *error) {
    const struct ArrowSchema *type = tarn_version_column(t->run->base, t->columns[0])->type;
    struct ArrowArray *cells = calloc(t->count, sizeof *cells);
    const struct ArrowArray **pointers = calloc(t->count, sizeof *pointers);
    tarn_status status = cells == NULL || pointers == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t i = 0; i < t->count && status == TARN_OK; i++) {
        status = tarn_array_take(type, t->rows.children[t->columns[i]], &row, 1, &cells[i], error);
        pointers[i] = &cells[i];
    }
    if (status == TARN_OK)
        status = tarn_array_concat(type, pointers, t->count, out, error);
    for (size_t i = 0; cells != NULL && i < t->count; i++)
        tarn_array_release(&cells[i]);
    free(cells);
    free(pointers);
    return status;
}

static tarn_status print_row(const transposing *t, const struct ArrowSchema *schema, int64_t row,
                             struct ArrowArray *out, tarn_error *error) {
    tarn_builder *builder;
    tarn_buffer text = {0};
    tarn_status status = TARN_OK;
    TARN_TRY(tarn_builder_new(schema, &builder, error));
    for (size_t i = 0; i < t->count && status == TARN_OK; i++) {
        bool null;
        status = text_of(t, t->columns[i], row, &text, &null, error);
        if (status == TARN_OK)
            status =
                null ? tarn_builder_null(builder, error) : tarn_builder_bytes(builder, text.data, text.size, error);
    }
    if (status == TARN_OK)
        status = tarn_builder_finish(builder, out, error);
    tarn_builder_free(builder);
    tarn_buffer_free(&text);
    return status;
}

static tarn_status make_column(const transposing *t, int64_t row, const char *name, struct ArrowSchema *schema,
                               struct ArrowArray *out, tarn_error *error) {
    if (t->same) {
        TARN_TRY(tarn_schema_copy(tarn_version_column(t->run->base, t->columns[0])->type, name, schema, error));
        return take_row(t, row, out, error);
    }
    TARN_TRY(tarn_schema_make(schema, "u", name, error));
    return print_row(t, schema, row, out, error);
}

static tarn_status make_table(const transposing *t, struct ArrowSchema *schema, struct ArrowArray *out,
                              tarn_error *error) {
    tarn_plan names = {0};
    void *no_buffers[] = {NULL};
    int64_t rows = t->rows.length;
    struct ArrowArray *children = calloc((size_t)rows + 1, sizeof *children);
    tarn_status status = children == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = tarn_schema_make_nested(schema, "+s", "", rows + 1, error);
    if (status == TARN_OK)
        status = tarn_plan_put_column(&names, SIZE_MAX, "column", 0, NULL, error);
    if (status == TARN_OK)
        status = make_names(t, schema->children[0], &children[0], error);
    for (int64_t row = 0; row < rows && status == TARN_OK; row++) {
        status = name_row(t, row, &names, error);
        if (status == TARN_OK)
            status =
                make_column(t, row, names.columns[row + 1].name, schema->children[row + 1], &children[row + 1], error);
    }
    if (status == TARN_OK)
        status = tarn_array_make(out, (int64_t)t->count, 0, no_buffers, 1, children, rows + 1, error);
    for (int64_t i = 0; children != NULL && i <= rows; i++)
        tarn_array_release(&children[i]);
    free(children);
    tarn_plan_clear(&names);
    return status;
}

/* ---- as a stream of one batch ------------------------------------------------------------------------------------ */

static tarn_status give_once(void *state, struct ArrowArray *out, tarn_error *error) {
    struct ArrowArray *table = state;
    (void)error;
    *out = *table;
    table->release = NULL; /* moved */
    return TARN_OK;
}

static void free_table(void *state) {
    tarn_array_release(state);
    free(state);
}

static tarn_status transpose(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    transposing t = {.run = run, .names = SIZE_MAX};
    struct ArrowSchema schema = {0};
    struct ArrowArray *table = calloc(1, sizeof *table);
    tarn_maker maker = {table, give_once, free_table};
    tarn_status status = table == NULL ? tarn_fail_memory(error) : TARN_OK;
    plan->kind = TARN_PLAN_REPLACE;
    if (status == TARN_OK && tarn_run_has(run, "column"))
        status = tarn_run_column(run, "column", &t.names, error);
    if (status == TARN_OK)
        status = read_table(&t, error);
    if (status == TARN_OK)
        status = make_table(&t, &schema, table, error);
    transposing_clear(&t);
    if (status == TARN_OK)
        return tarn_made_stream(&schema, &maker, &plan->stream, error);
    tarn_schema_release(&schema);
    free(table);
    return status;
}

static const tarn_parameter_spec transpose_parameters[] = {
    {.name = "column",
     .type = TARN_PARAMETER_COLUMN,
     .description = "the column whose values become the new columns' names (default: row 1, row 2 …)"},
};
const tarn_command tarn_command_transpose = {
    .name = "transpose",
    .title = "Transpose",
    .description = "Turns rows into columns: each old column becomes a row, its name in the first column. Values of "
                   "different types become text. For tables of up to 1,000 rows.",
    .family = "structure",
    TARN_PARAMETERS(transpose_parameters),
    .kind = TARN_KIND_ROWS,
    .plan = transpose,
    .columns_from_values = true,
};
