// Values of rows that lie anywhere in a version, in any order.
#include "store/gather.h"

#include <stdlib.h>
#include <string.h>

/* Where the wanted rows lie, counted by chunk. */
typedef struct placement {
    size_t *chunk;    /* per row; SIZE_MAX: null */
    int64_t *offset;  /* per row: in its chunk */
    int64_t *begins;  /* per chunk: where its values will be among all */
    int64_t *offsets; /* the rows' offsets, grouped by chunk */
    int64_t *take;    /* per row: its place among the grouped values; -1: null */
} placement;

static void placement_free(placement *p) {
    free(p->chunk);
    free(p->offset);
    free(p->begins);
    free(p->offsets);
    free(p->take);
}

static tarn_status find_rows(const tarn_version *version, const int64_t *rows, int64_t count, placement *p,
                             tarn_error *error) {
    tarn_chunk near = {.first_row = -1};
    size_t chunk = 0;
    for (int64_t i = 0; i < count; i++) {
        p->chunk[i] = SIZE_MAX;
        if (rows[i] < 0)
            continue;
        if (near.first_row < 0 || rows[i] < near.first_row || rows[i] >= near.first_row + near.rows) {
            TARN_TRY(tarn_version_find_row(version, rows[i], &chunk, &p->offset[i], NULL, error));
            near = tarn_version_chunk(version, chunk);
        }
        p->chunk[i] = chunk;
        p->offset[i] = rows[i] - near.first_row;
        p->begins[chunk + 1]++;
    }
    return TARN_OK;
}

static tarn_status placement_make(const tarn_version *version, const int64_t *rows, int64_t count, placement *p,
                                  tarn_error *error) {
    size_t chunks = tarn_version_chunk_count(version), size = (size_t)count + 1;
    p->chunk = malloc(size * sizeof *p->chunk);
    p->offset = malloc(size * sizeof *p->offset);
    p->begins = calloc(chunks + 2, sizeof *p->begins);
    p->offsets = malloc(size * sizeof *p->offsets);
    p->take = malloc(size * sizeof *p->take);
    if (p->chunk == NULL || p->offset == NULL || p->begins == NULL || p->offsets == NULL || p->take == NULL)
        return tarn_fail_memory(error);
    TARN_TRY(find_rows(version, rows, count, p, error));
    for (size_t i = 0; i < chunks; i++)
        p->begins[i + 1] += p->begins[i];
    for (int64_t i = 0; i < count; i++) {
        p->take[i] = p->chunk[i] == SIZE_MAX ? -1 : p->begins[p->chunk[i]]++;
        if (p->take[i] >= 0)
            p->offsets[p->take[i]] = p->offset[i];
    }
    memmove(p->begins + 1, p->begins, chunks * sizeof *p->begins); /* each had moved on to the next one's beginning */
    p->begins[0] = 0;
    return TARN_OK;
}

/* The values of each chunk that has any, then all of them one after the other. */
static tarn_status take_grouped(const tarn_version *version, size_t column, const placement *p, struct ArrowArray *out,
                                tarn_error *error) {
    const struct ArrowSchema *type = tarn_version_column(version, column)->type;
    size_t chunks = tarn_version_chunk_count(version), used = 0;
    struct ArrowArray *pieces = calloc(chunks + 1, sizeof *pieces);
    const struct ArrowArray **pointers = calloc(chunks + 1, sizeof *pointers);
    tarn_status status = pieces == NULL || pointers == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t chunk = 0; chunk < chunks && status == TARN_OK; chunk++) {
        int64_t count = p->begins[chunk + 1] - p->begins[chunk];
        tarn_batch *batch = NULL;
        if (count == 0)
            continue;
        status = tarn_version_read(version, column, chunk, &batch, error);
        if (status == TARN_OK)
            status = tarn_array_take(type, tarn_batch_array(batch), p->offsets + p->begins[chunk], count, &pieces[used],
                                     error);
        tarn_batch_release(batch);
        pointers[used] = &pieces[used];
        used += status == TARN_OK;
    }
    if (status == TARN_OK)
        status =
            used == 0 ? tarn_array_nulls(type, 0, out, error) : tarn_array_concat(type, pointers, used, out, error);
    for (size_t i = 0; pieces != NULL && i < used; i++)
        tarn_array_release(&pieces[i]);
    free(pieces);
    free(pointers);
    return status;
}

static tarn_status gather_placed(const tarn_version *version, size_t column, const placement *p, int64_t count,
                                 struct ArrowArray *out, tarn_error *error) {
    struct ArrowArray grouped = {0};
    TARN_TRY(take_grouped(version, column, p, &grouped, error));
    tarn_status status =
        tarn_array_take(tarn_version_column(version, column)->type, &grouped, p->take, count, out, error);
    tarn_array_release(&grouped);
    return status;
}

tarn_status tarn_gather(const tarn_version *version, size_t column, const int64_t *row_numbers, int64_t count,
                        struct ArrowArray *out, tarn_error *error) {
    placement p = {0};
    tarn_status status = placement_make(version, row_numbers, count, &p, error);
    if (status == TARN_OK)
        status = gather_placed(version, column, &p, count, out, error);
    placement_free(&p);
    return status;
}

tarn_status tarn_gather_rows(const tarn_version *version, const int64_t *row_numbers, int64_t count,
                             struct ArrowArray *out, tarn_error *error) {
    size_t columns = tarn_version_column_count(version);
    struct ArrowArray *children = calloc(columns + 1, sizeof *children);
    placement p = {0};
    void *no_buffers[] = {NULL};
    tarn_status status = children == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = placement_make(version, row_numbers, count, &p, error);
    for (size_t i = 0; i < columns && status == TARN_OK; i++)
        status = gather_placed(version, i, &p, count, &children[i], error);
    if (status == TARN_OK)
        status = tarn_array_make(out, count, 0, no_buffers, 1, children, (int64_t)columns, error);
    for (size_t i = 0; children != NULL && i < columns; i++)
        tarn_array_release(&children[i]);
    free(children);
    placement_free(&p);
    return status;
}
