/* Sorting that can be cancelled: stretches by the C library's sort, then merged. */
#include "jobs/jobs.h"

#include <stdlib.h>
#include <string.h>

enum { STRETCH = 65536 /* elements that are sorted or merged before somebody who cancels is heard */ };

typedef struct sorting {
    tarn_task *task;
    size_t count, size;
    int (*compare)(const void *a, const void *b);
} sorting;

/* Two sorted stretches that follow each other, from..middle and middle..to. */
static tarn_status merge(const sorting *s, const char *source, char *out, size_t from, size_t middle, size_t to,
                         tarn_error *error) {
    size_t left = from, right = middle;
    for (size_t at = from; at < to; at++) {
        if (at % STRETCH == 0)
            TARN_TRY(tarn_task_check(s->task, error));
        bool is_left =
            right == to || (left < middle && s->compare(source + left * s->size, source + right * s->size) <= 0);
        memcpy(out + at * s->size, source + (is_left ? left : right) * s->size, s->size);
        left += is_left;
        right += !is_left;
    }
    return TARN_OK;
}

static tarn_status merge_all(const sorting *s, const char *source, char *out, size_t width, tarn_error *error) {
    for (size_t from = 0; from < s->count; from += 2 * width) {
        size_t middle = s->count - from < width ? s->count : from + width;
        size_t to = s->count - middle < width ? s->count : middle + width;
        TARN_TRY(merge(s, source, out, from, middle, to, error));
    }
    return TARN_OK;
}

tarn_status tarn_task_sort(tarn_task *task, void *elements, size_t count, size_t size,
                           int (*compare)(const void *a, const void *b), tarn_error *error) {
    sorting s = {task, count, size, compare};
    char *source = elements, *scratch = NULL, *out;
    tarn_status status = TARN_OK;
    for (size_t from = 0; from < count; from += STRETCH) {
        TARN_TRY(tarn_task_check(task, error));
        qsort(source + from * size, count - from < STRETCH ? count - from : STRETCH, size, compare);
    }
    if (count <= STRETCH)
        return TARN_OK;
    out = scratch = malloc(count * size);
    if (scratch == NULL)
        return tarn_fail_memory(error);
    for (size_t width = STRETCH; width < count; width *= 2) {
        TARN_CHECK(merge_all(&s, source, out, width, error));
        char *merged = out;
        out = source;
        source = merged;
    }
    if (source == scratch)
        memcpy(elements, scratch, count * size);
cleanup:
    free(scratch);
    return status;
}
