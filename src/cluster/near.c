/* Texts that are near each other. Pairs are not compared all with all: an index of stretches of letters says which may
 * be near, and those are compared. */
#include "base/hash.h"
#include "cluster/cluster_internal.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define GRAM 3               /* letters of a stretch, for Jaro-Winkler */
#define COMMON_GRAM 500      /* texts that share a stretch, from which on it tells nothing */
#define LETTERS_PER_CHANGE 3 /* of short texts fewer letters may differ: NY and CA are not near */

/* ---- texts as letters ----------------------------------------------------------------------------------------------
 */

typedef struct letters {
    const uint32_t *list;
    size_t size, index; /* of the value */
    tarn_letter_bag bag;
} letters;

typedef struct near {
    letters *texts; /* by rising length */
    size_t count;
    uint32_t *storage;
    size_t *parents;
    double threshold;
    bool levenshtein;
    tarn_task *task;
    tarn_pattern pattern; /* the text that others are compared with now */
    size_t *seen;         /* per text: the last one that it was compared with + 1 */

    size_t *heads; /* the index: hash → newest posting + 1 */
    size_t head_mask;
    struct posting {
        size_t text, next;
    } * postings;
    size_t posting_count, posting_capacity;
} near;

/* Case folded, spaces collapsed and trimmed. */
static size_t read_letters(const tarn_cluster_value *value, uint32_t *out) {
    size_t size = 0;
    bool pending = false;
    const utf8proc_uint8_t *text = (const utf8proc_uint8_t *)value->text;
    for (size_t at = 0; at < value->size && size < TARN_CLUSTER_MOST_LETTERS;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t step = utf8proc_iterate(text + at, (utf8proc_ssize_t)(value->size - at), &c);
        if (step <= 0)
            break;
        at += (size_t)step;
        if (c <= ' ' || c == 0xA0) {
            pending = size > 0;
            continue;
        }
        if (pending && size + 1 < TARN_CLUSTER_MOST_LETTERS)
            out[size++] = ' ';
        pending = false;
        out[size++] = (uint32_t)utf8proc_tolower(c);
    }
    return size;
}

static int by_length(const void *a, const void *b) {
    const letters *x = a, *y = b;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static tarn_status read_texts(near *n, const tarn_cluster_value *values, size_t count, tarn_error *error) {
    size_t total = 0, at = 0;
    for (size_t i = 0; i < count; i++)
        total += values[i].size < TARN_CLUSTER_MOST_LETTERS ? values[i].size : TARN_CLUSTER_MOST_LETTERS;
    n->storage = calloc(total + 1, sizeof *n->storage);
    n->texts = calloc(count + 1, sizeof *n->texts);
    if (n->storage == NULL || n->texts == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < count; i++) {
        size_t size = values[i].size <= TARN_CLUSTER_MOST_LETTERS ? read_letters(&values[i], n->storage + at) : 0;
        if (size == 0)
            continue;
        letters *made = &n->texts[n->count++];
        *made = (letters){.list = n->storage + at, .size = size, .index = i};
        tarn_bag_fill(&made->bag, made->list, size);
        at += size;
    }
    qsort(n->texts, n->count, sizeof *n->texts, by_length);
    return TARN_OK;
}

/* ---- the index -----------------------------------------------------------------------------------------------------
 */

static tarn_status make_index(near *n, tarn_error *error) {
    size_t size = 1024;
    while (size < n->count * 4)
        size *= 2;
    n->heads = calloc(size, sizeof *n->heads);
    n->seen = calloc(n->count + 1, sizeof *n->seen);
    n->head_mask = size - 1;
    return n->heads == NULL || n->seen == NULL ? tarn_fail_memory(error) : TARN_OK;
}

/* Stretches of equal letters have equal slots; so may others, which the comparison sorts out. */
static size_t *slot_of(near *n, const uint32_t *stretch, size_t size, size_t salt) {
    uint64_t hash = tarn_hash64_of(stretch, size * sizeof *stretch) + salt * 0x9E3779B97F4A7C15u;
    return &n->heads[(hash ^ (hash >> 32)) & n->head_mask];
}

static tarn_status post(near *n, size_t *slot, size_t text, tarn_error *error) {
    TARN_TRY(tarn_grow(&n->postings, &n->posting_capacity, n->posting_count + 1, sizeof *n->postings, error));
    n->postings[n->posting_count] = (struct posting){text, *slot};
    *slot = ++n->posting_count;
    return TARN_OK;
}

/* Most pairs that the index brings are told apart by their letters alone. `x` is the shorter one. */
static bool are_near(const near *n, const letters *x, const letters *y) {
    size_t common = tarn_bag_common(&x->bag, &y->bag, y->size);
    if (n->levenshtein) {
        size_t most = (size_t)n->threshold;
        most = most < x->size / LETTERS_PER_CHANGE ? most : x->size / LETTERS_PER_CHANGE;
        return most > 0 && y->size <= common + most &&
               tarn_pattern_levenshtein(&n->pattern, x->list, x->size, most) <= most;
    }
    return tarn_jaro_winkler_bound(common, x->size, y->size) >= n->threshold &&
           tarn_pattern_jaro_winkler(&n->pattern, x->list, x->size) >= n->threshold;
}

/* Of the text whose turn it is and an earlier one, which is not longer. */
static void compare(near *n, size_t earlier, size_t text) {
    const letters *x = &n->texts[earlier], *y = &n->texts[text];
    if (n->seen[earlier] == text + 1)
        return;
    n->seen[earlier] = text + 1;
    if (tarn_cluster_root(n->parents, x->index) != tarn_cluster_root(n->parents, y->index) && are_near(n, x, y))
        tarn_cluster_join(n->parents, x->index, y->index);
}

/* From the longest earlier one down to those that are shorter than `least`. */
static void compare_postings(near *n, size_t head, size_t text, size_t least, size_t most) {
    for (size_t seen = 0; head != 0 && seen < most; head = n->postings[head - 1].next, seen++) {
        size_t earlier = n->postings[head - 1].text;
        if (n->texts[earlier].size < least)
            return;
        if (earlier != text)
            compare(n, earlier, text);
    }
}

static tarn_status begin_text(near *n, size_t text, tarn_error *error) {
    tarn_pattern_set(&n->pattern, n->texts[text].list, n->texts[text].size);
    return text % 256 == 0 ? tarn_task_check(n->task, error) : TARN_OK;
}

/* ---- Levenshtein: of `most` + 1 segments of the shorter text one must be in the longer, near its place --------------
 */

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
        compare_postings(n, *slot_of(n, t->list + at, size, length * 64 + i), text, 0, SIZE_MAX);
}

static tarn_status join_by_segments(near *n, tarn_error *error) {
    size_t most = (size_t)n->threshold;
    for (size_t text = 0; text < n->count; text++) {
        const letters *t = &n->texts[text];
        TARN_TRY(begin_text(n, text, error));
        for (size_t length = t->size > most ? t->size - most : 1; length <= t->size; length++) {
            for (size_t i = 0; i <= most && length > most; i++)
                look_for_segment(n, text, length, i, most);
        }
        for (size_t i = 0; i <= most && t->size > most; i++) {
            size_t begin, size;
            segment_of(t->size, most + 1, i, &begin, &size);
            TARN_TRY(post(n, slot_of(n, t->list + begin, size, t->size * 64 + i), text, error));
        }
        /* those too short to be cut are few: compared with all that are not much longer */
        for (size_t other = 0; other < text && n->texts[other].size <= most; other++)
            compare(n, other, text);
    }
    return TARN_OK;
}

/* ---- Jaro-Winkler --------------------------------------------------------------------------------------------------
 */

/* The fewest letters that a text may have to be near one of `size`. */
static size_t least_size(const near *n, size_t size) {
    size_t least = 1;
    while (least < size && tarn_jaro_winkler_bound(least, least, size) < n->threshold)
        least++;
    return least;
}

static tarn_status join_by_grams(near *n, tarn_error *error) {
    for (size_t text = 0; text < n->count; text++) {
        const letters *t = &n->texts[text];
        size_t size = t->size < GRAM ? t->size : GRAM, least = least_size(n, t->size);
        TARN_TRY(begin_text(n, text, error));
        for (size_t at = 0; at + size <= t->size; at++) {
            size_t *slot = slot_of(n, t->list + at, size, 0);
            compare_postings(n, *slot, text, least, COMMON_GRAM);
            TARN_TRY(post(n, slot, text, error));
        }
    }
    return TARN_OK;
}

tarn_status tarn_cluster_join_near(const tarn_cluster_value *values, size_t count, tarn_cluster_method method,
                                   double threshold, tarn_task *task, size_t *parents, tarn_error *error) {
    near n = {
        .parents = parents, .threshold = threshold, .levenshtein = method == TARN_CLUSTER_LEVENSHTEIN, .task = task};
    tarn_status status = TARN_OK;
    n.parents = parents;
    TARN_CHECK(read_texts(&n, values, count, error));
    TARN_CHECK(make_index(&n, error));
    TARN_CHECK(n.levenshtein ? join_by_segments(&n, error) : join_by_grams(&n, error));
cleanup:
    free(n.texts);
    free(n.storage);
    free(n.heads);
    free(n.seen);
    free(n.postings);
    return status;
}
