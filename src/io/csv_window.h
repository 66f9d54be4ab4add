/**
 * @file csv_window.h
 * A stretch of a view in memory that can be made longer: what the tokeniser looks at.
 */
#ifndef TARN_IO_CSV_WINDOW_H
#define TARN_IO_CSV_WINDOW_H

#include "io/text_view.h"

/* Longest stretch; a record has to fit into it, and positions in it into 32 bits. */
#define TARN_CSV_WINDOW_MOST ((uint64_t)1 << 30)

typedef struct tarn_csv_window {
    const tarn_text_view *view;
    uint64_t offset;     /* in the view, of data[0] */
    const uint8_t *data; /* points into `buffer`, or straight into memory */
    size_t size;
    bool last;       /* the view ends where the window does */
    uint8_t *buffer; /* owned; kept for the next load */
    size_t capacity;
} tarn_csv_window;

/* Show `size` bytes at `offset`, or what there is up to the view's end. */
tarn_status tarn_csv_window_load(tarn_csv_window *window, const tarn_text_view *view, uint64_t offset, uint64_t size,
                                 tarn_error *error);

/* Show about twice as many bytes from `keep` (a position in the window, which becomes 0) on. TARN_E_FORMAT naming
 * `line` when a record would be longer than the longest window. */
tarn_status tarn_csv_window_advance(tarn_csv_window *window, size_t keep, uint64_t line, tarn_error *error);

void tarn_csv_window_free(tarn_csv_window *window);

#endif
