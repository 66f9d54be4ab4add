// A stretch of a view in memory that can be made longer.
#include "io/csv_window.h"

#include <stdlib.h>
#include <string.h>

static tarn_status make_room(tarn_csv_window *window, size_t size, tarn_error *error) {
    if (size <= window->capacity)
        return TARN_OK;
    free(window->buffer);
    window->capacity = 0;
    window->buffer = malloc(size);
    if (window->buffer == NULL)
        return tarn_fail_memory(error);
    window->capacity = size;
    return TARN_OK;
}

tarn_status tarn_csv_window_load(tarn_csv_window *window, const tarn_text_view *view, uint64_t offset, uint64_t size,
                                 tarn_error *error) {
    uint64_t left = view->size - offset;
    if (size > TARN_CSV_WINDOW_MOST)
        size = TARN_CSV_WINDOW_MOST;
    if (size > left)
        size = left;
    window->view = view;
    window->offset = offset;
    window->size = (size_t)size;
    window->last = size == left;
    if (view->memory != NULL) {
        window->data = view->memory + offset;
        return TARN_OK;
    }
    TARN_TRY(make_room(window, (size_t)size, error));
    window->data = window->buffer;
    return tarn_text_view_read(view, offset, window->buffer, (size_t)size, error);
}

tarn_status tarn_csv_window_advance(tarn_csv_window *window, size_t keep, uint64_t line, tarn_error *error) {
    uint64_t rest = window->size - keep;
    if (rest >= TARN_CSV_WINDOW_MOST)
        return tarn_fail(error, TARN_E_FORMAT,
                         "line %llu: a record is larger than 1 GB; check the delimiter and the quotes",
                         (unsigned long long)line);
    uint64_t size = rest * 2 < ((uint64_t)64 << 10) ? (uint64_t)64 << 10 : rest * 2;
    return tarn_csv_window_load(window, window->view, window->offset + keep, size, error);
}

void tarn_csv_window_free(tarn_csv_window *window) {
    free(window->buffer);
    *window = (tarn_csv_window){0};
}
