#include "support_csv.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static tarn_status join_chunks(csv_table *table, tarn_error *error) {
    size_t count = tarn_csv_chunk_count(table->reader);
    struct ArrowArray *chunks = calloc(count + 1, sizeof *chunks);
    const struct ArrowArray **list = calloc(count + 1, sizeof *list);
    tarn_status status = chunks == NULL || list == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t k = 0; status == TARN_OK && k < count; k++) {
        status = tarn_csv_read_chunk(table->reader, k, &chunks[k], error);
        list[k] = &chunks[k];
    }
    if (status == TARN_OK && count > 0)
        status = tarn_array_concat(&table->schema, list, count, &table->array, error);
    for (size_t k = 0; chunks != NULL && k < count; k++)
        tarn_array_release(&chunks[k]);
    free(chunks);
    free(list);
    return status;
}

tarn_status csv_read(const void *data, size_t size, const tarn_csv_options *options, tarn_pool *pool, csv_table *out,
                     tarn_error *error) {
    *out = (csv_table){0};
    tarn_text_source source = tarn_text_source_memory(data, size, "test.csv");
    TARN_TRY(tarn_csv_open(&source, options, pool, NULL, &out->reader, error));
    out->report = tarn_csv_get_report(out->reader);
    tarn_status status = tarn_csv_schema(out->reader, &out->schema, error);
    if (status == TARN_OK)
        status = join_chunks(out, error);
    if (status != TARN_OK)
        csv_free(out);
    return status;
}

void csv_free(csv_table *table) {
    tarn_array_release(&table->array);
    tarn_schema_release(&table->schema);
    tarn_csv_free(table->reader);
    *table = (csv_table){0};
}

const char *csv_cell(const csv_table *table, int64_t row, size_t column) {
    static char texts[4][4096];
    static unsigned turn;
    char *out = texts[turn++ & 3];
    const struct ArrowArray *array = table->array.children[column];
    const char *type = table->report->columns[column].type;
    if (array->null_count != 0 && !tarn_bit_get(array->buffers[0], row))
        return "NULL";
    if (strcmp(type, "utf8") == 0) {
        const int32_t *offsets = array->buffers[1];
        int length = offsets[row + 1] - offsets[row];
        snprintf(out, sizeof texts[0], "%.*s", length, (const char *)array->buffers[2] + offsets[row]);
    } else if (strcmp(type, "float64") == 0) {
        snprintf(out, sizeof texts[0], "%.17g", ((const double *)array->buffers[1])[row]);
    } else if (strcmp(type, "bool") == 0) {
        return tarn_bit_get(array->buffers[1], row) ? "true" : "false";
    } else if (strcmp(type, "date32") == 0) {
        snprintf(out, sizeof texts[0], "%" PRId32, ((const int32_t *)array->buffers[1])[row]);
    } else {
        snprintf(out, sizeof texts[0], "%" PRId64, ((const int64_t *)array->buffers[1])[row]);
    }
    return out;
}

static bool same_places(const tarn_csv_places *a, const tarn_csv_places *b) {
    if (a->total != b->total || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (a->first[i].line != b->first[i].line || a->first[i].found != b->first[i].found)
            return false;
    }
    return true;
}

#define DIFFERS_UNLESS(condition)                                                                                      \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            *why = #condition;                                                                                         \
            return false;                                                                                              \
        }                                                                                                              \
    } while (0)

bool csv_same(const csv_table *a, const csv_table *b, const char **why) {
    const tarn_csv_report *x = a->report, *y = b->report;
    DIFFERS_UNLESS(x->rows == y->rows);
    DIFFERS_UNLESS(x->lines == y->lines);
    DIFFERS_UNLESS(strcmp(x->encoding, y->encoding) == 0);
    DIFFERS_UNLESS(x->nul_bytes == y->nul_bytes);
    DIFFERS_UNLESS(same_places(&x->ragged, &y->ragged));
    DIFFERS_UNLESS(same_places(&x->after_quote, &y->after_quote));
    DIFFERS_UNLESS(same_places(&x->stray_quotes, &y->stray_quotes));
    DIFFERS_UNLESS(same_places(&x->invalid_bytes, &y->invalid_bytes));
    DIFFERS_UNLESS(x->n_columns == y->n_columns);
    for (size_t i = 0; i < x->n_columns; i++) {
        DIFFERS_UNLESS(strcmp(x->columns[i].name, y->columns[i].name) == 0);
        DIFFERS_UNLESS(strcmp(x->columns[i].type, y->columns[i].type) == 0);
    }
    DIFFERS_UNLESS(x->rows == 0 || tarn_array_equal(&a->schema, &a->array, &b->array));
    return true;
}
