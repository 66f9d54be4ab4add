/* Batches to bytes in parallel, written in order. */
#include "io/export.h"

#include <stdlib.h>

typedef struct window {
    tarn_export_run *run;
    tarn_batch_formatter format;
    size_t size; /* batches at a time */
    struct ArrowArray *batches;
    tarn_buffer *texts;
    size_t count; /* batches in the window */
    size_t first; /* index of the first of them */
} window;

static tarn_status format_one(void *context, size_t i, tarn_error *error) {
    window *w = context;
    tarn_batch_place place = {w->first + i, w->run->rows + 1}; /* rows are those written: no window's before this one */
    for (size_t k = 0; k < i; k++)
        place.first_row += w->batches[k].length;
    w->texts[i].size = 0;
    return w->format(w->run, &w->batches[i], place, &w->texts[i], error);
}

static tarn_status fill(window *w, tarn_error *error) {
    for (w->count = 0; w->count < w->size; w->count++) {
        TARN_TRY(tarn_task_check(w->run->io->task, error));
        struct ArrowArray *next = &w->batches[w->count];
        *next = (struct ArrowArray){0};
        TARN_TRY(tarn_stream_next(w->run->stream, next, error));
        if (next->release == NULL)
            break;
    }
    return TARN_OK;
}

static tarn_status write_out(window *w, tarn_error *error) {
    for (size_t i = 0; i < w->count; i++) {
        TARN_TRY(tarn_task_check(w->run->io->task, error));
        TARN_TRY(tarn_sink_write(w->run->sink, w->texts[i].data, w->texts[i].size, error));
        w->run->rows += w->batches[i].length;
        tarn_task_advance(w->run->io->task, (uint64_t)w->batches[i].length);
    }
    return TARN_OK;
}

static void drop_batches(window *w) {
    for (size_t i = 0; i < w->count; i++)
        tarn_array_release(&w->batches[i]);
    w->count = 0;
}

static tarn_status run_windows(window *w, tarn_error *error) {
    const tarn_io *io = w->run->io;
    for (;;) {
        tarn_status status = fill(w, error);
        if (status == TARN_OK && w->count > 0)
            status = tarn_parallel_for(io->pool, TARN_PRIORITY_BACKGROUND, io->task, w->count, format_one, w, error);
        if (status == TARN_OK)
            status = write_out(w, error);
        bool last = w->count < w->size;
        w->first += w->count;
        drop_batches(w);
        if (status != TARN_OK || last)
            return status;
    }
}

tarn_status tarn_export_formatted(tarn_export_run *run, tarn_batch_formatter format, tarn_error *error) {
    window w = {.run = run, .format = format};
    w.size = run->io->pool != NULL ? 2 * (size_t)tarn_pool_threads(run->io->pool) : 1;
    w.batches = calloc(w.size, sizeof *w.batches);
    w.texts = calloc(w.size, sizeof *w.texts);
    tarn_status status = w.batches == NULL || w.texts == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = run_windows(&w, error);
    for (size_t i = 0; w.texts != NULL && i < w.size; i++)
        tarn_buffer_free(&w.texts[i]);
    free(w.texts);
    free(w.batches);
    return status;
}
