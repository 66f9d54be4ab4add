// Rows in the order of some keys.
#include "command/sort.h"

#include "command/plan.h"
#include "command/sqltext.h"

#include <stdlib.h>

/* A row, how it ranks among the others, and where it stands now. */
typedef struct ranked {
    int64_t rank, position, row;
} ranked;

static int compare_ranked(const void *a, const void *b) {
    const ranked *left = a, *right = b;
    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    return (left->position > right->position) - (left->position < right->position);
}

static const int64_t *numbers_of(const struct ArrowArray *batch, int64_t column) {
    const struct ArrowArray *values = batch->children[column];
    return (const int64_t *)values->buffers[1] + values->offset + batch->offset;
}

/* Called for each row that a query gives, with its place among them. */
typedef void (*row_taker)(void *rows, int64_t place, const struct ArrowArray *batch, int64_t i);

static void take_ranked(void *rows, int64_t place, const struct ArrowArray *batch, int64_t i) {
    ((ranked *)rows)[place] = (ranked){.row = numbers_of(batch, 0)[i], .rank = numbers_of(batch, 1)[i]};
}

static void take_row(void *rows, int64_t place, const struct ArrowArray *batch, int64_t i) {
    ((int64_t *)rows)[place] = numbers_of(batch, 0)[i];
}

/* All rows as the query gives them, `size` bytes each, in fresh memory. There is none before the first of them comes:
 * who cancels while the engine sorts need not wait for memory to be given back that the engine keeps busy. */
static tarn_status read_rows(tarn_run *run, struct ArrowArrayStream *stream, size_t size, row_taker take, void **out,
                             tarn_error *error) {
    int64_t read = 0, total = tarn_version_rows(run->base);
    for (;;) {
        struct ArrowArray batch = {0};
        TARN_TRY(tarn_task_check(run->task, error));
        TARN_TRY(tarn_stream_next(stream, &batch, error));
        if (*out == NULL && (*out = malloc((size_t)(total + 1) * size)) == NULL) {
            tarn_array_release(&batch);
            return tarn_fail_memory(error);
        }
        if (batch.release == NULL)
            break;
        for (int64_t i = 0; i < batch.length && read < total; i++, read++)
            take(*out, read, &batch, i);
        tarn_array_release(&batch);
    }
    return read == total
               ? TARN_OK
               : tarn_fail(error, TARN_E_INTERNAL, "sorting gave %lld of %lld rows", (long long)read, (long long)total);
}

static int compare_rows(const void *a, const void *b) {
    const ranked *left = a, *right = b;
    return (left->row > right->row) - (left->row < right->row);
}

/* Where each row stands now: both sides sorted by row number are the same rows. */
static tarn_status find_positions(const tarn_run *run, ranked *rows, int64_t count, tarn_error *error) {
    int64_t *shown = NULL;
    ranked *present = malloc((size_t)(count + 1) * sizeof *present);
    tarn_status status = present == NULL ? tarn_fail_memory(error) : TARN_OK;
    TARN_CHECK(status);
    TARN_CHECK(tarn_rows_shown(run->base, run->task, &shown, error));
    for (int64_t i = 0; i < count; i++)
        present[i] = (ranked){.row = shown[i], .position = i};
    TARN_CHECK(tarn_task_sort(run->task, present, (size_t)count, sizeof *present, compare_rows, error));
    TARN_CHECK(tarn_task_sort(run->task, rows, (size_t)count, sizeof *rows, compare_rows, error));
    for (int64_t i = 0; i < count; i++)
        rows[i].position = present[i].position;
cleanup:
    free(shown);
    free(present);
    return status;
}

/* Without an order of its own a table shows rows by their numbers, so that these settle what the keys leave open. */
static tarn_status write_query(const tarn_run *run, const char *keys, tarn_buffer *sql, tarn_error *error) {
    if (tarn_version_has_order(run->base))
        return tarn_sql_write(sql, error,
                              "SELECT _tarn_id, dense_rank() OVER (ORDER BY %s) FROM tarn_rows('tarn_table')", keys);
    return tarn_sql_write(sql, error, "SELECT _tarn_id FROM tarn_rows('tarn_table') ORDER BY %s, _tarn_id", keys);
}

/* Rows of equal rank stay as they stand. */
static tarn_status order_ranked(const tarn_run *run, ranked *rows, int64_t **out, tarn_error *error) {
    int64_t count = tarn_version_rows(run->base);
    TARN_TRY(find_positions(run, rows, count, error));
    TARN_TRY(tarn_task_sort(run->task, rows, (size_t)count, sizeof *rows, compare_ranked, error));
    *out = malloc((size_t)(count + 1) * sizeof **out);
    if (*out == NULL)
        return tarn_fail_memory(error);
    for (int64_t i = 0; i < count; i++)
        (*out)[i] = rows[i].row;
    return TARN_OK;
}

tarn_status tarn_sort_rows(tarn_run *run, const char *keys, int64_t **out, tarn_error *error) {
    tarn_query_table table = {.name = "tarn_table", .version = run->base};
    tarn_query_options options = {.tables = &table, .table_count = 1, .task = run->task};
    struct ArrowArrayStream stream = {0};
    tarn_buffer sql = {0};
    bool is_ranked = tarn_version_has_order(run->base);
    void *rows = NULL;
    tarn_status status = TARN_OK;
    TARN_CHECK(write_query(run, keys, &sql, error));
    TARN_CHECK(tarn_engine_query(run->engine, NULL, (const char *)sql.data, sql.size, &options, &stream, error));
    TARN_CHECK(read_rows(run, &stream, is_ranked ? sizeof(ranked) : sizeof(int64_t), is_ranked ? take_ranked : take_row,
                         &rows, error));
    if (is_ranked) {
        status = order_ranked(run, rows, out, error);
    } else {
        *out = rows;
        rows = NULL;
    }
cleanup:
    free(rows);
    tarn_stream_release(&stream);
    tarn_buffer_free(&sql);
    return status;
}
