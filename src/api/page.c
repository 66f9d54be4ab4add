/* A page of rows, without the engine: rows are located by position and only their chunks are touched. */
#include "api/page.h"
#include "base/buffer.h"
#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

/* The columns asked for, as indexes. */
static tarn_status choose_columns(const tarn_version *version, const tarn_page_options *options, size_t **out,
                                  size_t *count, tarn_error *error) {
    size_t wanted = options->columns != NULL ? options->column_count : tarn_version_column_count(version);
    size_t *columns = calloc(wanted + 1, sizeof *columns);
    if (columns == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < wanted; i++) {
        columns[i] = i;
        tarn_status status = options->columns == NULL
                                 ? TARN_OK
                                 : tarn_version_find_column(version, options->columns[i], &columns[i], error);
        if (status != TARN_OK) {
            free(columns);
            return status;
        }
    }
    *out = columns;
    *count = wanted;
    return TARN_OK;
}

static tarn_status page_schema(const tarn_version *version, const size_t *columns, size_t count, bool ids,
                               struct ArrowSchema *out, tarn_error *error) {
    TARN_TRY(tarn_schema_make_nested(out, "+s", "", (int64_t)count + ids, error));
    tarn_status status = TARN_OK;
    if (ids)
        status = tarn_schema_make(out->children[0], "l", "_tarn_id", error);
    for (size_t i = 0; i < count && status == TARN_OK; i++) {
        const tarn_column *column = tarn_version_column(version, columns[i]);
        status = tarn_schema_copy(column->type, column->name, out->children[i + ids], error);
    }
    if (status != TARN_OK)
        tarn_schema_release(out);
    return status;
}

/* Takes over `numbers`. */
static tarn_status id_column(int64_t *numbers, int64_t count, struct ArrowArray *out, tarn_error *error) {
    void *buffers[2] = {NULL, numbers};
    return tarn_array_make(out, count, 0, buffers, 2, NULL, 0, error);
}

typedef struct taking {
    const tarn_version *version;
    const size_t *columns;
    const int64_t *numbers;
    int64_t rows;
    size_t taken;           /* columns, without help */
    struct ArrowArray *out; /* one per column */
} taking;

static tarn_status take_column(const taking *what, size_t i, tarn_error *error) {
    return tarn_version_take(what->version, what->columns[i], what->numbers, what->rows, &what->out[i], error);
}

static tarn_status take_next(void *context, size_t i, tarn_error *error) {
    const taking *what = context;
    return take_column(what, what->taken + i, error);
}

/* Microseconds after which others are asked to help. */
enum { ALONE = 50 };

/*
 * What was read before takes some microseconds a column, and is taken by who asks: waking another thread takes as long,
 * and on a busy machine that thread may be halted with a column in its hands. On first touch chunks are mapped and
 * checked, which is worth sharing.
 */
static tarn_status take_columns(tarn_pool *pool, taking *what, size_t count, tarn_error *error) {
    int64_t begun = tarn_monotonic();
    while (what->taken < count && tarn_monotonic() - begun < ALONE) {
        TARN_TRY(take_column(what, what->taken, error));
        what->taken++;
    }
    return tarn_parallel_for(pool, TARN_PRIORITY_URGENT, NULL, count - what->taken, take_next, what, error);
}

/* Some rows of a version, as they are shown. */
typedef struct stretch {
    const tarn_version *version;
    const tarn_listed_rows *listed; /* NULL: all, in the version's order */
    int64_t offset, rows;
} stretch;

static tarn_status locate(const stretch *wanted, int64_t *numbers, tarn_error *error) {
    if (wanted->listed == NULL)
        return tarn_version_locate(wanted->version, wanted->offset, wanted->rows, numbers, error);
    if (wanted->rows > 0)
        memcpy(numbers, wanted->listed->numbers + wanted->offset, (size_t)wanted->rows * sizeof *numbers);
    return TARN_OK;
}

static tarn_status page_rows(tarn_pool *pool, const stretch *wanted, const size_t *columns, size_t count, bool ids,
                             struct ArrowArray *out, tarn_error *error) {
    struct ArrowArray *children = calloc(count + 1, sizeof *children);
    int64_t *numbers = tarn_aligned_alloc((size_t)wanted->rows * sizeof *numbers);
    tarn_status status = children == NULL || numbers == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = locate(wanted, numbers, error);
    if (status == TARN_OK) {
        taking what = {wanted->version, columns, numbers, wanted->rows, 0, children + ids};
        status = take_columns(pool, &what, count, error);
    }
    if (status == TARN_OK && ids) {
        status = id_column(numbers, wanted->rows, &children[0], error);
        numbers = NULL; /* taken over, or freed */
    }
    void *no_validity[1] = {NULL};
    if (status == TARN_OK)
        status = tarn_array_make(out, wanted->rows, 0, no_validity, 1, children, (int64_t)count + ids, error);
    for (size_t i = 0; status != TARN_OK && children != NULL && i < count + ids; i++)
        tarn_array_release(&children[i]);
    free(children);
    free(numbers);
    return status;
}

tarn_status tarn_page_of(tarn_pool *pool, const tarn_version *version, const tarn_listed_rows *listed,
                         const tarn_page_options *options, struct ArrowSchema *schema, struct ArrowArray *rows,
                         tarn_error *error) {
    size_t *columns = NULL;
    size_t count = 0;
    if (options->offset < 0 || options->count < 0)
        return tarn_fail(error, TARN_E_INVALID, "a page begins at row 0 or later and has 0 rows or more");
    TARN_TRY(choose_columns(version, options, &columns, &count, error));
    int64_t total = listed != NULL ? listed->count : tarn_version_rows(version);
    stretch wanted = {version, listed, options->offset < total ? options->offset : total, options->count};
    if (wanted.rows > total - wanted.offset)
        wanted.rows = total - wanted.offset;
    struct ArrowSchema made = {0};
    tarn_status status = page_schema(version, columns, count, options->ids, &made, error);
    if (status == TARN_OK)
        status = page_rows(pool, &wanted, columns, count, options->ids, rows, error);
    if (status == TARN_OK)
        *schema = made;
    else
        tarn_schema_release(&made);
    free(columns);
    return status;
}

tarn_status tarn_page(tarn_workspace *workspace, const char *version, const tarn_page_options *options,
                      struct ArrowSchema *schema, struct ArrowArray *rows, tarn_error *error) {
    tarn_version *loaded;
    TARN_TRY(tarn_store_open_version(workspace->store, version, &loaded, error));
    tarn_status status = tarn_page_of(workspace->pool, loaded, NULL, options, schema, rows, error);
    tarn_version_release(loaded);
    return status;
}
