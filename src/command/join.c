// Which rows of two tables go together.
#include "command/join.h"

#include "base/text.h"
#include "command/sqltext.h"

#include <stdlib.h>
#include <string.h>

/* ---- keys -------------------------------------------------------------------------------------------------------- */

/* Which of the two tables it is that lacks the column has to be said of the other one. */
static tarn_status find_right(const tarn_joining *j, const char *name, size_t *out, tarn_error *error) {
    tarn_status status = tarn_version_find_column(j->right, name, out, error);
    return status == TARN_OK ? status : tarn_fail_context(error, status, "in the other table");
}

/* "id" or "customer=id". A name that has an equals sign in it wins. */
tarn_status tarn_joining_add_key(tarn_joining *j, const char *text, tarn_error *error) {
    const char *equals = strchr(text, '=');
    size_t left, right;
    if (equals == NULL || tarn_version_find_column(j->left, text, &left, NULL) == TARN_OK) {
        TARN_TRY(tarn_version_find_column(j->left, text, &left, error));
        TARN_TRY(find_right(j, text, &right, error));
    } else {
        char *name = tarn_strndup(text, (size_t)(equals - text));
        if (name == NULL)
            return tarn_fail_memory(error);
        tarn_status status = tarn_version_find_column(j->left, name, &left, error);
        free(name);
        TARN_TRY(status);
        TARN_TRY(find_right(j, equals + 1, &right, error));
    }
    TARN_TRY(tarn_grow(&j->left_keys, &j->key_capacity, j->key_count + 1, sizeof *j->left_keys, error));
    TARN_TRY(tarn_grow(&j->right_keys, &j->right_key_capacity, j->key_count + 1, sizeof *j->right_keys, error));
    j->left_keys[j->key_count] = left;
    j->right_keys[j->key_count++] = right;
    return TARN_OK;
}

/* Keys of different kinds are compared as text. */
static tarn_status write_condition(const tarn_joining *j, bool clean, tarn_buffer *sql, tarn_error *error) {
    for (size_t i = 0; i < j->key_count; i++) {
        const struct ArrowSchema *a = tarn_version_column(j->left, j->left_keys[i])->type,
                                 *b = tarn_version_column(j->right, j->right_keys[i])->type;
        bool plain = tarn_schema_same_type(a, b) || (tarn_type_is_number(a) && tarn_type_is_number(b));
        const char *format = clean   ? "%slower(trim(CAST(l.%i AS VARCHAR))) = lower(trim(CAST(r.%i AS VARCHAR)))"
                             : plain ? "%sl.%i = r.%i"
                                     : "%sCAST(l.%i AS VARCHAR) = CAST(r.%i AS VARCHAR)";
        TARN_TRY(tarn_sql_write(sql, error, format, i == 0 ? " ON " : " AND ",
                                tarn_version_column(j->left, j->left_keys[i])->name,
                                tarn_version_column(j->right, j->right_keys[i])->name));
    }
    return TARN_OK;
}

/* ---- pairs ------------------------------------------------------------------------------------------------------- */

static int64_t number_at(const struct ArrowArray *batch, int64_t column, int64_t i) {
    const struct ArrowArray *values = batch->children[column];
    int64_t at = batch->offset + values->offset + i;
    if (values->buffers[0] != NULL && !tarn_bit_get(values->buffers[0], at))
        return -1;
    return ((const int64_t *)values->buffers[1])[at];
}

static tarn_status read_pairs(tarn_joining *j, tarn_run *run, struct ArrowArrayStream *stream, tarn_error *error) {
    for (;;) {
        struct ArrowArray batch = {0};
        TARN_TRY(tarn_task_check(run->task, error));
        TARN_TRY(tarn_stream_next(stream, &batch, error));
        if (batch.release == NULL)
            return TARN_OK;
        tarn_status status =
            tarn_grow(&j->pairs, &j->pair_capacity, j->pair_count + (size_t)batch.length, sizeof *j->pairs, error);
        for (int64_t i = 0; i < batch.length && status == TARN_OK; i++)
            j->pairs[j->pair_count++] =
                (tarn_row_pair){.left = number_at(&batch, 0, i), .right = number_at(&batch, 1, i)};
        tarn_array_release(&batch);
        TARN_TRY(status);
    }
}

static tarn_status query_pairs(tarn_joining *j, tarn_run *run, tarn_error *error) {
    tarn_query_table tables[] = {{"tarn_table", j->left}, {"tarn_other", j->right}};
    tarn_query_options options = {.tables = tables, .table_count = 2, .task = run->task};
    struct ArrowArrayStream stream = {0};
    tarn_buffer sql = {0};
    const char *how = tarn_run_text(run, "how");
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_sql_write(&sql, error,
                              "SELECT l._tarn_id, %s FROM tarn_rows('tarn_table') AS l %s JOIN tarn_rows('tarn_other') "
                              "AS r",
                              strcmp(how, "anti") == 0 ? "CAST(NULL AS BIGINT)" : "r._tarn_id", how));
    TARN_CHECK(write_condition(j, tarn_run_is(run, "clean", "true"), &sql, error));
    TARN_CHECK(tarn_engine_query(run->engine, NULL, (const char *)sql.data, sql.size, &options, &stream, error));
    TARN_CHECK(read_pairs(j, run, &stream, error));
cleanup:
    tarn_stream_release(&stream);
    tarn_buffer_free(&sql);
    return status;
}

/* ---- the order of the tables ------------------------------------------------------------------------------------- */

typedef struct placed {
    int64_t row, position;
} placed;

static int compare_placed(const void *a, const void *b) {
    const placed *left = a, *right = b;
    return (left->row > right->row) - (left->row < right->row);
}

/* Where a version shows its rows, by rising row number; NULL when that is by their numbers. */
static tarn_status find_places(const tarn_version *version, tarn_task *task, placed **out, tarn_error *error) {
    int64_t *shown, count = tarn_version_rows(version);
    *out = NULL;
    if (!tarn_version_has_order(version))
        return TARN_OK;
    TARN_TRY(tarn_rows_shown(version, task, &shown, error));
    placed *places = malloc((size_t)(count + 1) * sizeof *places);
    for (int64_t i = 0; places != NULL && i < count; i++)
        places[i] = (placed){shown[i], i};
    free(shown);
    if (places == NULL)
        return tarn_fail_memory(error);
    qsort(places, (size_t)count, sizeof *places, compare_placed);
    *out = places;
    return TARN_OK;
}

/* Rows that are not there come last. */
static int64_t position_of(const placed *places, int64_t count, int64_t row) {
    if (row < 0)
        return INT64_MAX;
    if (places == NULL)
        return row;
    placed key = {.row = row};
    const placed *found = bsearch(&key, places, (size_t)count, sizeof *places, compare_placed);
    return found == NULL ? INT64_MAX : found->position;
}

static int compare_pairs(const void *a, const void *b) {
    const tarn_row_pair *x = a, *y = b;
    if (x->left_position != y->left_position)
        return x->left_position < y->left_position ? -1 : 1;
    return (x->right_position > y->right_position) - (x->right_position < y->right_position);
}

static tarn_status order_pairs(tarn_joining *j, tarn_run *run, tarn_error *error) {
    placed *left = NULL, *right = NULL;
    tarn_status status = find_places(j->left, run->task, &left, error);
    if (status == TARN_OK)
        status = find_places(j->right, run->task, &right, error);
    for (size_t i = 0; i < j->pair_count && status == TARN_OK; i++) {
        tarn_row_pair *pair = &j->pairs[i];
        status = tarn_run_check(run, (int64_t)i, error);
        pair->left_position = position_of(left, tarn_version_rows(j->left), pair->left);
        pair->right_position = position_of(right, tarn_version_rows(j->right), pair->right);
    }
    if (status == TARN_OK)
        status = tarn_task_sort(run->task, j->pairs, j->pair_count, sizeof *j->pairs, compare_pairs, error);
    free(left);
    free(right);
    return status;
}

tarn_status tarn_joining_find_pairs(tarn_joining *j, tarn_run *run, tarn_error *error) {
    TARN_TRY(query_pairs(j, run, error));
    return order_pairs(j, run, error);
}
