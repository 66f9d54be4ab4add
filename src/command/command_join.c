/* `join`: DuckDB finds which rows go together; their values are then taken from both tables as they are, in the order
   of the tables. */
#include "base/text.h"
#include "command/families.h"
#include "command/join.h"
#include "command/made_stream.h"
#include "store/gather.h"
#include "store/resolve.h"

#include <stdlib.h>
#include <string.h>

static void joining_free(void *state) {
    tarn_joining *j = state;
    if (j == NULL)
        return;
    tarn_version_release(j->left);
    tarn_version_release(j->right);
    free(j->left_keys);
    free(j->right_keys);
    free(j->pairs);
    free(j->columns);
    tarn_plan_clear(&j->names);
    free(j);
}

static const struct ArrowSchema *key_type(const tarn_version *version, size_t column) {
    return tarn_version_column(version, column)->type;
}

/* ---- columns ----------------------------------------------------------------------------------------------------- */

/* The key that a column of one table is, when the other's has the same type: then one column is enough. */
static size_t shared_key(const tarn_joining *j, size_t column, bool of_right) {
    for (size_t i = 0; i < j->key_count; i++) {
        if ((of_right ? j->right_keys[i] : j->left_keys[i]) == column &&
            tarn_schema_same_type(key_type(j->left, j->left_keys[i]), key_type(j->right, j->right_keys[i])))
            return of_right ? j->left_keys[i] : j->right_keys[i];
    }
    return SIZE_MAX;
}

static tarn_status add_column(tarn_joining *j, const char *name, tarn_joined_column column, tarn_error *error) {
    TARN_TRY(tarn_plan_put_column(&j->names, SIZE_MAX, name, 0, NULL, error));
    j->columns[j->column_count++] = column;
    return TARN_OK;
}

static tarn_status add_right_column(tarn_joining *j, size_t column, const char *table, tarn_error *error) {
    const char *own = tarn_version_column(j->right, column)->name;
    char *wanted =
        tarn_plan_check_name(&j->names, own, NULL) == TARN_OK ? tarn_strdup(own) : tarn_format("%s (%s)", own, table);
    char *name = wanted == NULL ? NULL : tarn_plan_free_name(&j->names, wanted);
    tarn_status status = name == NULL ? tarn_fail_memory(error)
                                      : add_column(j, name, (tarn_joined_column){true, column, SIZE_MAX}, error);
    free(wanted);
    free(name);
    return status;
}

static tarn_status choose_columns(tarn_joining *j, const tarn_run *run, tarn_error *error) {
    size_t left = tarn_version_column_count(j->left), right = tarn_version_column_count(j->right);
    j->columns = calloc(left + right + 1, sizeof *j->columns);
    if (j->columns == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < left; i++)
        TARN_TRY(add_column(j, tarn_version_column(j->left, i)->name,
                            (tarn_joined_column){false, i, shared_key(j, i, false)}, error));
    for (size_t i = 0; i < right && !tarn_run_is(run, "how", "anti"); i++) {
        if (shared_key(j, i, true) == SIZE_MAX)
            TARN_TRY(add_right_column(j, i, tarn_run_text(run, "table"), error));
    }
    return TARN_OK;
}

static tarn_status make_schema(const tarn_joining *j, struct ArrowSchema *out, tarn_error *error) {
    TARN_TRY(tarn_schema_make_nested(out, "+s", "", (int64_t)j->column_count, error));
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < j->column_count && status == TARN_OK; i++)
        status = tarn_schema_copy(key_type(j->columns[i].from_right ? j->right : j->left, j->columns[i].column),
                                  j->names.columns[i].name, out->children[i], error);
    if (status != TARN_OK)
        tarn_schema_release(out);
    return status;
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

/* A key's values: those of the left table, and of the right one where the left has no row. */
static tarn_status take_key(const tarn_joining *j, const tarn_joined_column *column, const int64_t *left,
                            const int64_t *right, int64_t count, struct ArrowArray *out, tarn_error *error) {
    const struct ArrowSchema *type = key_type(j->left, column->column);
    struct ArrowArray sides[2] = {{0}, {0}}, both = {0};
    int64_t *indices = malloc((size_t)(count + 1) * sizeof *indices);
    tarn_status status = indices == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (int64_t i = 0; i < count && status == TARN_OK; i++)
        indices[i] = left[i] >= 0 ? i : count + i;
    const struct ArrowArray *parts[] = {&sides[0], &sides[1]};
    if (status == TARN_OK)
        status = tarn_gather(j->left, column->column, left, count, &sides[0], error);
    if (status == TARN_OK)
        status = tarn_gather(j->right, column->also, right, count, &sides[1], error);
    if (status == TARN_OK)
        status = tarn_array_concat(type, parts, 2, &both, error);
    if (status == TARN_OK)
        status = tarn_array_take(type, &both, indices, count, out, error);
    tarn_array_release(&sides[0]);
    tarn_array_release(&sides[1]);
    tarn_array_release(&both);
    free(indices);
    return status;
}

static tarn_status take_column(const tarn_joining *j, const tarn_joined_column *column, const int64_t *left,
                               const int64_t *right, int64_t count, bool has_lonely_right, struct ArrowArray *out,
                               tarn_error *error) {
    if (column->from_right)
        return tarn_gather(j->right, column->column, right, count, out, error);
    if (column->also != SIZE_MAX && has_lonely_right)
        return take_key(j, column, left, right, count, out, error);
    return tarn_gather(j->left, column->column, left, count, out, error);
}

static tarn_status next_rows(void *state, struct ArrowArray *out, tarn_error *error) {
    tarn_joining *j = state;
    size_t rest = j->pair_count - j->given, count = rest < TARN_CHUNK_ROWS ? rest : TARN_CHUNK_ROWS;
    bool has_lonely_right = false;
    void *no_buffers[] = {NULL};
    if (count == 0)
        return TARN_OK;
    int64_t *rows = malloc(2 * count * sizeof *rows);
    struct ArrowArray *children = calloc(j->column_count + 1, sizeof *children);
    tarn_status status = rows == NULL || children == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t i = 0; i < count && status == TARN_OK; i++) {
        rows[i] = j->pairs[j->given + i].left;
        rows[count + i] = j->pairs[j->given + i].right;
        has_lonely_right = has_lonely_right || rows[i] < 0;
    }
    for (size_t i = 0; i < j->column_count && status == TARN_OK; i++)
        status =
            take_column(j, &j->columns[i], rows, rows + count, (int64_t)count, has_lonely_right, &children[i], error);
    if (status == TARN_OK)
        status = tarn_array_make(out, (int64_t)count, 0, no_buffers, 1, children, (int64_t)j->column_count, error);
    j->given += count;
    for (size_t i = 0; children != NULL && i < j->column_count; i++)
        tarn_array_release(&children[i]);
    free(children);
    free(rows);
    return status;
}

/* ---- all of it --------------------------------------------------------------------------------------------------- */

static void note_rows(tarn_run *run, int64_t count, const char *what) {
    char *rows = count > 0 ? tarn_say_count(count, "row", "rows") : NULL;
    if (rows != NULL)
        tarn_run_note(run, tarn_format("%s %s", rows, what));
    free(rows);
}

/* How many rows of either table found no partner, and of this one several: those are there more than once now. */
static void note_partners(const tarn_joining *j, tarn_run *run) {
    int64_t lonely = 0, several = 0;
    for (size_t i = 0; i < j->pair_count; i++) {
        const tarn_row_pair *pair = &j->pairs[i];
        bool again = i > 0 && pair->left >= 0 && pair->left == pair[-1].left;
        lonely += pair->right < 0 || pair->left < 0;
        several += again && (i == 1 || pair[-2].left != pair->left);
    }
    if (tarn_run_is(run, "how", "anti"))
        return;
    note_rows(run, lonely, "without a partner");
    note_rows(run, several, "with several partners, once for each");
}

static tarn_status prepare(tarn_joining *j, tarn_run *run, tarn_error *error) {
    j->left = run->base;
    tarn_version_retain(j->left);
    TARN_TRY(tarn_store_open_permitted(run->store, run->filter, tarn_run_text(run, "table"), &j->right, error));
    for (size_t i = 0; i < run->argument_count; i++) {
        if (strcmp(run->arguments[i].name, "on") == 0)
            TARN_TRY(tarn_joining_add_key(j, run->arguments[i].value, error));
    }
    TARN_TRY(tarn_joining_find_pairs(j, run, error));
    TARN_TRY(choose_columns(j, run, error));
    note_partners(j, run);
    return TARN_OK;
}

static tarn_status join_tables(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    struct ArrowSchema schema = {0};
    tarn_joining *j = calloc(1, sizeof *j);
    if (j == NULL)
        return tarn_fail_memory(error);
    tarn_maker maker = {j, next_rows, joining_free};
    plan->kind = TARN_PLAN_REPLACE;
    tarn_status status = prepare(j, run, error);
    if (status == TARN_OK)
        status = make_schema(j, &schema, error);
    if (status == TARN_OK)
        return tarn_made_stream(&schema, &maker, &plan->stream, error);
    joining_free(j);
    return status;
}

static const char *const ways[] = {"left", "inner", "right", "full", "anti", NULL};
static const tarn_parameter_spec join_parameters[] = {
    {.name = "table", .type = TARN_PARAMETER_TEXT, .required = true, .description = "the other table or version"},
    {.name = "on",
     .type = TARN_PARAMETER_TEXT,
     .required = true,
     .repeated = true,
     .description = "a column that is equal in both, such as id, or customer_id=id where the other calls it otherwise"},
    {.name = "how",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "left",
     .choices = ways,
     .description = "which rows without a partner stay: those of this table (left), of neither (inner), of the other "
                    "(right), of both (full); or nothing but those of this table (anti)"},
    {.name = "clean",
     .type = TARN_PARAMETER_BOOLEAN,
     .default_value = "false",
     .description = "whether keys are compared without the spaces around them and ignoring case"},
};
const tarn_command tarn_command_join = {
    .name = "join",
    .title = "Join tables",
    .description =
        "Puts the columns of another table beside those of this one, where the keys are equal. Null keys are "
        "equal to nothing. Columns of the same name get the other table's name behind theirs.",
    .family = "combine",
    TARN_PARAMETERS(join_parameters),
    .kind = TARN_KIND_ROWS,
    .plan = join_tables,
    .columns_from_values = true,
};
