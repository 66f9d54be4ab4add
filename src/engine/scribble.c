// Finding out whether DuckDB looks at text longer than it may.
#include "engine/scribble.h"

#include "base/buffer.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define INLINE_BYTES 12

tarn_status tarn_scribble_copy(tarn_scribble *scribble, const tarn_duckdb *duckdb, duckdb_vector vector, idx_t count,
                               tarn_error *error) {
    duckdb_string_t *values = duckdb->vector_get_data(vector);
    uint64_t *validity = duckdb->vector_get_validity(vector);
    for (idx_t i = 0; i < count; i++) {
        bool is_null = validity && !(validity[i / 64] >> (i % 64) & 1);
        if (is_null || values[i].value.inlined.length <= INLINE_BYTES)
            continue;
        TARN_TRY(tarn_grow(&scribble->texts, &scribble->capacity, scribble->count + 1, sizeof *scribble->texts, error));
        char *copy = tarn_strndup(values[i].value.pointer.ptr, values[i].value.inlined.length);
        if (!copy)
            return tarn_fail_memory(error);
        scribble->texts[scribble->count++] = copy;
        values[i].value.pointer.ptr = copy;
    }
    return TARN_OK;
}

void tarn_scribble_over(tarn_scribble *scribble) {
    for (size_t i = 0; i < scribble->count; i++) {
        memset(scribble->texts[i], '#', strlen(scribble->texts[i]));
        free(scribble->texts[i]);
    }
    scribble->count = 0;
}

void tarn_scribble_free(tarn_scribble *scribble) {
    tarn_scribble_over(scribble);
    free(scribble->texts);
    *scribble = (tarn_scribble){0};
}
