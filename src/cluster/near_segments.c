/* Texts that differ by a few letters, by segments: of `most` + 1 segments of the shorter text one must be in the
 * longer, near its place (Li, Deng, Wang, Feng, "Pass-Join", 2011). */
#include "cluster/near.h"

#include <stdlib.h>

static void compare_postings(near *n, size_t head, size_t text) {
    for (; head != 0; head = n->postings[head - 1].next) {
        if (n->postings[head - 1].text != text)
            near_compare(n, n->postings[head - 1].text, text);
    }
}

static void segment_of(size_t length, size_t segments, size_t i, size_t *begin, size_t *size) {
    size_t base = length / segments, larger = length % segments; /* the last ones are one letter longer */
    size_t smaller = segments - larger;
    *begin = i * base + (i > smaller ? i - smaller : 0);
    *size = base + (i >= smaller);
}

static void look_for_segment(near *n, size_t text, size_t length, size_t i, size_t most) {
    const letters *t = &n->texts[text];
    size_t begin, size;
    segment_of(length, most + 1, i, &begin, &size);
    size_t first = begin > most ? begin - most : 0, last = begin + most;
    for (size_t at = first; at <= last && at + size <= t->size; at++)
        compare_postings(n, *near_slot(n, t->list + at, size, length * 64 + i), text);
}

tarn_status near_join_segments(near *n, tarn_error *error) {
    size_t most = (size_t)n->threshold;
    for (size_t text = 0; text < n->count; text++) {
        const letters *t = &n->texts[text];
        if (text % 256 == 0)
            TARN_TRY(tarn_task_check(n->task, error));
        for (size_t length = t->size > most ? t->size - most : 1; length <= t->size; length++) {
            for (size_t i = 0; i <= most && length > most; i++)
                look_for_segment(n, text, length, i, most);
        }
        for (size_t i = 0; i <= most && t->size > most; i++) {
            size_t begin, size;
            segment_of(t->size, most + 1, i, &begin, &size);
            TARN_TRY(near_post(n, near_slot(n, t->list + begin, size, t->size * 64 + i), text, error));
        }
        /* those too short to be cut are few: compared with all that are not much longer */
        for (size_t other = 0; other < text && n->texts[other].size <= most; other++)
            near_compare(n, other, text);
    }
    return TARN_OK;
}

/* Texts of one length that have a segment in common, each as often as segments are looked for at other places. */
tarn_status near_count_segment_pairs(near *n, uint64_t *out, tarn_error *error) {
    size_t most = (size_t)n->threshold;
    uint32_t *counts = calloc(n->head_mask + 1, sizeof *counts);
    if (counts == NULL)
        return tarn_fail_memory(error);
    *out = 0;
    for (size_t text = 0; text < n->count; text++) {
        const letters *t = &n->texts[text];
        for (size_t i = 0; i <= most && t->size > most; i++) {
            size_t begin, size;
            segment_of(t->size, most + 1, i, &begin, &size);
            *out += counts[near_slot(n, t->list + begin, size, t->size * 64 + i) - n->heads]++;
        }
    }
    free(counts);
    return TARN_OK;
}
