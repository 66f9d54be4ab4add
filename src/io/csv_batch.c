// What the tokeniser of delimited text fills: tables of cells, and logs of irregular places.
#include "io/csv_scan.h"

#include <stdlib.h>

tarn_status tarn_csv_log_add(tarn_csv_log *log, tarn_csv_event kind, uint64_t line, uint64_t found, tarn_error *error) {
    tarn_csv_places *places = &log->kinds[kind];
    places->total++;
    if (places->count >= log->limit)
        return TARN_OK;
    if ((places->count & (places->count + 1)) == 0) { /* 0, 1, 3, 7 …: the array is full */
        tarn_csv_place *grown = realloc(places->first, (places->count * 2 + 1) * sizeof *grown);
        if (grown == NULL)
            return tarn_fail_memory(error);
        places->first = grown;
    }
    places->first[places->count++] = (tarn_csv_place){line, found};
    return TARN_OK;
}

tarn_status tarn_csv_log_append(tarn_csv_log *log, const tarn_csv_log *later, uint64_t line, tarn_error *error) {
    for (int kind = 0; kind < TARN_CSV_EVENTS; kind++) {
        const tarn_csv_places *places = &later->kinds[kind];
        for (size_t i = 0; i < places->count; i++)
            TARN_TRY(tarn_csv_log_add(log, (tarn_csv_event)kind, line + places->first[i].line, places->first[i].found,
                                      error));
        log->kinds[kind].total += places->total - places->count;
    }
    return TARN_OK;
}

void tarn_csv_log_free(tarn_csv_log *log) {
    for (int kind = 0; kind < TARN_CSV_EVENTS; kind++)
        free(log->kinds[kind].first);
    *log = (tarn_csv_log){.limit = log->limit};
}

tarn_status tarn_csv_batch_init(tarn_csv_batch *batch, size_t width, size_t capacity, tarn_error *error) {
    size_t cells;
    *batch = (tarn_csv_batch){.width = width, .capacity = capacity};
    if (!tarn_mul_size(width, capacity, &cells) || !tarn_mul_size(cells, sizeof *batch->fields, &cells))
        return tarn_fail_memory(error);
    batch->fields = malloc(cells);
    batch->counts = malloc(capacity * sizeof *batch->counts);
    return batch->fields != NULL && batch->counts != NULL ? TARN_OK : tarn_fail_memory(error);
}

void tarn_csv_batch_free(tarn_csv_batch *batch) {
    free(batch->fields);
    free(batch->counts);
    free(batch->surplus);
    *batch = (tarn_csv_batch){0};
}
