/* Cutting record batches of any size into chunks. */
#include "store/internal.h"

#include <stdlib.h>

typedef struct piece {
    struct ArrowArray *columns; /* copies, one per column */
    int64_t rows;
} piece;

struct tarn_appender {
    tarn_draft *draft;
    size_t column_count;
    piece *pieces; /* of the chunk in the making */
    size_t piece_count, piece_capacity;
    int64_t rows;       /* in the pieces */
    int64_t *bytes;     /* per column, in the pieces */
    tarn_batch_id *ids; /* per column, of the chunk that is being put */
};

tarn_status tarn_appender_new(tarn_draft *draft, tarn_appender **out, tarn_error *error) {
    tarn_appender *appender = calloc(1, sizeof *appender);
    if (appender == NULL)
        return tarn_fail_memory(error);
    appender->draft = draft;
    appender->column_count = draft->state.column_count;
    appender->bytes = calloc(appender->column_count + 1, sizeof *appender->bytes);
    appender->ids = calloc(appender->column_count + 1, sizeof *appender->ids);
    if (appender->bytes == NULL || appender->ids == NULL) {
        tarn_appender_free(appender);
        return tarn_fail_memory(error);
    }
    *out = appender;
    return TARN_OK;
}

static void drop_pieces(tarn_appender *appender) {
    for (size_t i = 0; i < appender->piece_count; i++) {
        for (size_t j = 0; j < appender->column_count; j++)
            tarn_array_release(&appender->pieces[i].columns[j]);
        free(appender->pieces[i].columns);
    }
    appender->piece_count = 0;
    appender->rows = 0;
    memset(appender->bytes, 0, appender->column_count * sizeof *appender->bytes);
}

void tarn_appender_free(tarn_appender *appender) {
    if (appender == NULL)
        return;
    if (appender->bytes != NULL)
        drop_pieces(appender);
    free(appender->pieces);
    free(appender->bytes);
    free(appender->ids);
    free(appender);
}

/* Rows from … from + rows - 1 of a column of a batch, for reading only. */
static struct ArrowArray window_of(const struct ArrowArray *batch, size_t column, int64_t from, int64_t rows) {
    struct ArrowArray window = *batch->children[column];
    window.offset += batch->offset + from;
    window.length = rows;
    if (window.null_count != 0)
        window.null_count = -1;
    return window;
}

static const struct ArrowSchema *type_of(const tarn_appender *appender, size_t column) {
    return &appender->draft->state.heads[column]->schema;
}

/* ---- putting a chunk --------------------------------------------------------------------------------------------- */

typedef struct putting {
    tarn_appender *appender;
    const struct ArrowArray *batch; /* put from here … */
    int64_t from, rows;             /* … these rows; NULL: put the pieces */
} putting;

static tarn_status put_window(const putting *what, size_t column, tarn_error *error) {
    tarn_appender *appender = what->appender;
    struct ArrowArray window = window_of(what->batch, column, what->from, what->rows);
    return tarn_store_put(appender->draft->transaction->store, type_of(appender, column), &window,
                          &appender->ids[column], error);
}

static tarn_status put_pieces(const putting *what, size_t column, tarn_error *error) {
    tarn_appender *appender = what->appender;
    struct ArrowArray whole = {0};
    tarn_status status = TARN_OK;
    const struct ArrowArray **arrays = malloc(appender->piece_count * sizeof *arrays);
    if (arrays == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < appender->piece_count; i++)
        arrays[i] = &appender->pieces[i].columns[column];
    if (appender->piece_count > 1)
        TARN_CHECK(tarn_array_concat(type_of(appender, column), arrays, appender->piece_count, &whole, error));
    status = tarn_store_put(appender->draft->transaction->store, type_of(appender, column),
                            appender->piece_count > 1 ? &whole : arrays[0], &appender->ids[column], error);
cleanup:
    tarn_array_release(&whole);
    free(arrays);
    return status;
}

static tarn_status put_column(void *context, size_t column, tarn_error *error) {
    const putting *what = context;
    tarn_status status = what->batch != NULL ? put_window(what, column, error) : put_pieces(what, column, error);
    if (status == TARN_OK)
        return TARN_OK;
    return tarn_fail_context(error, status, "column \"%s\"", what->appender->draft->state.heads[column]->column.name);
}

static tarn_status put_chunk(putting *what, tarn_error *error) {
    tarn_appender *appender = what->appender;
    tarn_pool *pool = appender->draft->transaction->store->options.pool;
    TARN_TRY(
        tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, NULL, appender->column_count, put_column, what, error));
    return tarn_draft_append_chunk(appender->draft, what->rows, appender->ids, error);
}

/* A few rows go to a last chunk that is small, so that adding a little now and then does not make a chunk of each. */
static tarn_status join_pieces(tarn_appender *appender, bool *joined, tarn_error *error) {
    struct ArrowArray *columns = calloc(appender->column_count + 1, sizeof *columns), rows = {0};
    const struct ArrowArray **arrays = malloc(appender->piece_count * sizeof *arrays);
    void *no_buffers[] = {NULL};
    tarn_status status = TARN_OK;
    if (columns == NULL || arrays == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t i = 0; i < appender->column_count; i++) {
        for (size_t k = 0; k < appender->piece_count; k++)
            arrays[k] = &appender->pieces[k].columns[i];
        TARN_CHECK(tarn_array_concat(type_of(appender, i), arrays, appender->piece_count, &columns[i], error));
    }
    TARN_CHECK(
        tarn_array_make(&rows, appender->rows, 0, no_buffers, 1, columns, (int64_t)appender->column_count, error));
    status = tarn_draft_join_rows(appender->draft, &rows, appender->bytes, joined, error);
cleanup:
    for (size_t i = 0; columns != NULL && i < appender->column_count; i++)
        tarn_array_release(&columns[i]);
    tarn_array_release(&rows);
    free(columns);
    free(arrays);
    return status;
}

tarn_status tarn_appender_finish(tarn_appender *appender, tarn_error *error) {
    bool joined = false;
    tarn_status status = TARN_OK;
    if (appender->rows == 0)
        return TARN_OK;
    if (appender->rows <= TARN_FEW_ROWS && tarn_state_chunk_count(&appender->draft->state) > 0)
        status = join_pieces(appender, &joined, error);
    putting what = {.appender = appender, .rows = appender->rows};
    if (status == TARN_OK && !joined)
        status = put_chunk(&what, error);
    drop_pieces(appender);
    return status;
}

/* ---- cutting ----------------------------------------------------------------------------------------------------- */

/* True when rows of a batch can join the chunk in the making without a column passing the cap. */
static bool fits(const tarn_appender *appender, const struct ArrowArray *batch, int64_t from, int64_t rows) {
    for (size_t i = 0; i < appender->column_count; i++) {
        struct ArrowArray window = window_of(batch, i, from, rows);
        if (appender->bytes[i] + tarn_array_bytes(type_of(appender, i), &window) > TARN_CHUNK_BYTES)
            return false;
    }
    return true;
}

/* How many rows can join, up to `limit`; 0 when not one. A row that is too large for any chunk gets one of its own. */
static int64_t fitting_rows(const tarn_appender *appender, const struct ArrowArray *batch, int64_t from,
                            int64_t limit) {
    if (fits(appender, batch, from, limit))
        return limit;
    int64_t low = 0, high = limit; /* low fits, high does not */
    while (low + 1 < high) {
        int64_t middle = low + (high - low) / 2;
        if (fits(appender, batch, from, middle))
            low = middle;
        else
            high = middle;
    }
    return low == 0 && appender->rows == 0 ? 1 : low;
}

typedef struct copying {
    tarn_appender *appender;
    const struct ArrowArray *batch;
    int64_t from;
    piece *piece;
} copying;

static tarn_status copy_column(void *context, size_t column, tarn_error *error) {
    const copying *what = context;
    struct ArrowArray window = window_of(what->batch, column, what->from, what->piece->rows);
    const struct ArrowArray *one = &window;
    return tarn_array_concat(type_of(what->appender, column), &one, 1, &what->piece->columns[column], error);
}

/* Rows copied at once by one thread; below this, handing out columns costs more than it gains. */
#define PARALLEL_ROWS 8192

static tarn_status add_piece(tarn_appender *appender, const struct ArrowArray *batch, int64_t from, int64_t rows,
                             tarn_error *error) {
    TARN_TRY(tarn_grow(&appender->pieces, &appender->piece_capacity, appender->piece_count + 1, sizeof(piece), error));
    piece *piece = &appender->pieces[appender->piece_count];
    piece->rows = rows;
    piece->columns = calloc(appender->column_count + 1, sizeof *piece->columns);
    if (piece->columns == NULL)
        return tarn_fail_memory(error);
    appender->piece_count++;
    copying what = {appender, batch, from, piece};
    tarn_pool *pool = rows >= PARALLEL_ROWS ? appender->draft->transaction->store->options.pool : NULL;
    TARN_TRY(
        tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, NULL, appender->column_count, copy_column, &what, error));
    appender->rows += rows;
    for (size_t i = 0; i < appender->column_count; i++)
        appender->bytes[i] += tarn_array_bytes(type_of(appender, i), &piece->columns[i]);
    return TARN_OK;
}

tarn_status tarn_appender_add(tarn_appender *appender, const struct ArrowArray *batch, tarn_error *error) {
    if (batch->n_children != (int64_t)appender->column_count)
        return tarn_fail(error, TARN_E_INVALID, "a batch has %lld columns, the table has %zu",
                         (long long)batch->n_children, appender->column_count);
    for (int64_t from = 0; from < batch->length;) {
        int64_t left = batch->length - from, room = TARN_CHUNK_ROWS - appender->rows;
        int64_t rows = fitting_rows(appender, batch, from, left < room ? left : room);
        bool full = rows < left || rows == room; /* the chunk cannot take what comes next */
        if (appender->rows == 0 && full) {
            putting what = {appender, batch, from, rows};
            TARN_TRY(put_chunk(&what, error));
            from += rows;
            continue;
        }
        if (rows > 0)
            TARN_TRY(add_piece(appender, batch, from, rows, error));
        from += rows;
        if (full)
            TARN_TRY(tarn_appender_finish(appender, error));
    }
    return TARN_OK;
}
