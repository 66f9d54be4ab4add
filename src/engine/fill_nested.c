// Lists and structs from Arrow to DuckDB's vectors.
#include "engine/fill_internal.h"

#include <stdlib.h>

/* DuckDB looks at a child of a null struct or array without asking the parent. */
static void set_null(const tarn_filler *filler, duckdb_vector vector, idx_t target) {
    const tarn_duckdb *duckdb = filler->duckdb;
    duckdb->vector_ensure_validity_writable(vector);
    duckdb->vector_get_validity(vector)[target / 64] &= ~(UINT64_C(1) << (target % 64));
    if (filler->kind == FILL_STRUCT)
        for (size_t i = 0; i < filler->child_count; i++)
            set_null(filler->children[i], duckdb->struct_vector_get_child(vector, i), target);
    if (filler->kind == FILL_ARRAY)
        for (int64_t i = 0; i < filler->list_size; i++)
            set_null(filler->children[0], duckdb->array_vector_get_child(vector),
                     target * (idx_t)filler->list_size + (idx_t)i);
}

static void set_nulls(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                      duckdb_vector vector) {
    if (array->null_count == 0)
        return;
    for (idx_t i = 0; i < rows->count; i++)
        if (tarn_array_is_null(&filler->schema, array, tarn_rows_source(rows, i)))
            set_null(filler, vector, tarn_rows_target(rows, i));
}

static int64_t offset_at(const tarn_filler *filler, const struct ArrowArray *array, int64_t s) {
    return filler->source_width == 8 ? ((const int64_t *)array->buffers[1])[s]
                                     : ((const int32_t *)array->buffers[1])[s];
}

/* Where each list's values will lie in the child; returns how many there are. Null lists are empty. */
static idx_t lay_out_lists(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows, idx_t base,
                           duckdb_list_entry *entries) {
    idx_t total = 0;
    for (idx_t i = 0; i < rows->count; i++) {
        int64_t row = tarn_rows_source(rows, i), s = array->offset + row;
        idx_t length = (idx_t)(offset_at(filler, array, s + 1) - offset_at(filler, array, s));
        if (array->null_count != 0 && tarn_array_is_null(&filler->schema, array, row))
            length = 0;
        entries[tarn_rows_target(rows, i)] = (duckdb_list_entry){.offset = base + total, .length = length};
        total += length;
    }
    return total;
}

static tarn_status fill_list(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                             duckdb_vector vector, tarn_error *error) {
    const tarn_duckdb *duckdb = filler->duckdb;
    idx_t base = duckdb->list_vector_get_size(vector);
    duckdb_list_entry *entries = duckdb->vector_get_data(vector);
    idx_t total = lay_out_lists(filler, array, rows, base, entries);
    if (total == 0)
        return TARN_OK;
    uint32_t *source = malloc(total * sizeof *source);
    if (!source || duckdb->list_vector_reserve(vector, base + total) == DuckDBError ||
        duckdb->list_vector_set_size(vector, base + total) == DuckDBError) {
        free(source);
        return tarn_fail_memory(error);
    }
    idx_t filled = 0;
    for (idx_t i = 0; i < rows->count; i++) {
        int64_t from = offset_at(filler, array, array->offset + tarn_rows_source(rows, i));
        idx_t length = entries[tarn_rows_target(rows, i)].length;
        for (idx_t k = 0; k < length; k++)
            source[filled++] = (uint32_t)(from + (int64_t)k);
    }
    tarn_rows inner = {.source = source, .at = base, .count = total};
    tarn_status status =
        tarn_fill(filler->children[0], array->children[0], &inner, duckdb->list_vector_get_child(vector), error);
    free(source);
    return status;
}

static tarn_status fill_array(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                              duckdb_vector vector, tarn_error *error) {
    idx_t size = (idx_t)filler->list_size, total = rows->count * size;
    uint32_t *source = malloc(2 * (total ? total : 1) * sizeof *source);
    if (!source)
        return tarn_fail_memory(error);
    uint32_t *target = source + total;
    for (idx_t i = 0; i < total; i++) {
        source[i] = (uint32_t)((idx_t)(array->offset + tarn_rows_source(rows, i / size)) * size + i % size);
        target[i] = (uint32_t)(tarn_rows_target(rows, i / size) * size + i % size);
    }
    tarn_rows inner = {.source = source, .target = target, .count = total};
    tarn_status status = tarn_fill(filler->children[0], array->children[0], &inner,
                                   filler->duckdb->array_vector_get_child(vector), error);
    free(source);
    if (status == TARN_OK)
        set_nulls(filler, array, rows, vector);
    return status;
}

static tarn_status fill_struct(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                               duckdb_vector vector, tarn_error *error) {
    tarn_status status = TARN_OK;
    tarn_rows inner = *rows;
    uint32_t *source = NULL;
    inner.start += array->offset; /* children do not know of their parent's offset */
    if (rows->source && array->offset) {
        source = malloc(rows->count * sizeof *source);
        if (!source)
            return tarn_fail_memory(error);
        for (idx_t i = 0; i < rows->count; i++)
            source[i] = (uint32_t)((int64_t)rows->source[i] + array->offset);
        inner.source = source;
    }
    for (size_t i = 0; i < filler->child_count && status == TARN_OK; i++)
        status = tarn_fill(filler->children[i], array->children[i], &inner,
                           filler->duckdb->struct_vector_get_child(vector, i), error);
    free(source);
    if (status == TARN_OK)
        set_nulls(filler, array, rows, vector);
    return status;
}

tarn_status tarn_fill_nested(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                             duckdb_vector vector, tarn_error *error) {
    switch (filler->kind) {
    case FILL_LIST:
        return fill_list(filler, array, rows, vector, error);
    case FILL_ARRAY:
        return fill_array(filler, array, rows, vector, error);
    default:
        return fill_struct(filler, array, rows, vector, error);
    }
}
