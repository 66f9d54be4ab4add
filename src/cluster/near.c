/* Texts that are near each other. Pairs are not compared all with all: an index says which may be near, and those are
 * compared, until they are in one cluster. */
#include "cluster/near.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define LETTERS_PER_CHANGE 3 /* of short texts fewer letters may differ: NY and CA are not near */

/* ---- texts as letters ----------------------------------------------------------------------------------------------
 */

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

/* Any two texts whose numbers differ have other hashes, but for accidents, which leave them as near as their letters.
 */
static uint64_t hash_numbers(const uint32_t *list, size_t size) {
    uint64_t hash = 0;
    bool in_number = false;
    for (size_t i = 0; i < size; i++) {
        bool is_digit = utf8proc_category((utf8proc_int32_t)list[i]) == UTF8PROC_CATEGORY_ND;
        if (is_digit)
            hash = (hash ^ (list[i] + 1 + (in_number ? 0 : 0x110000))) * UINT64_C(0x9E3779B97F4A7C15);
        in_number = is_digit;
    }
    return hash;
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
        if (!n->with_digits)
            made->numbers = hash_numbers(made->list, size);
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

size_t *near_slot(near *n, const uint32_t *stretch, size_t size, size_t salt) {
    uint64_t hash = tarn_hash64_of(stretch, size * sizeof *stretch) + salt * 0x9E3779B97F4A7C15u;
    return &n->heads[(hash ^ (hash >> 32)) & n->head_mask];
}

tarn_status near_post(near *n, size_t *slot, size_t text, tarn_error *error) {
    TARN_TRY(tarn_grow(&n->postings, &n->posting_capacity, n->posting_count + 1, sizeof *n->postings, error));
    n->postings[n->posting_count] = (struct posting){text, *slot};
    *slot = ++n->posting_count;
    return TARN_OK;
}

/* ---- comparing -----------------------------------------------------------------------------------------------------
 */

size_t near_most(const near *n, size_t shorter) {
    size_t most = (size_t)n->threshold;
    return most < shorter / LETTERS_PER_CHANGE ? most : shorter / LETTERS_PER_CHANGE;
}

static const tarn_pattern *pattern_of(near *n, size_t text) {
    if (n->pattern_of != text)
        tarn_pattern_set(&n->pattern, n->texts[text].list, n->texts[text].size);
    n->pattern_of = text;
    return &n->pattern;
}

/* Most pairs that the index brings are told apart by their letters alone. */
static bool are_near(near *n, const letters *x, size_t text) {
    const letters *y = &n->texts[text];
    if (x->numbers != y->numbers)
        return false;
    size_t common = tarn_bag_common(&x->bag, &y->bag, y->size);
    if (n->levenshtein) {
        size_t most = near_most(n, x->size);
        return most > 0 && y->size <= common + most &&
               tarn_pattern_levenshtein(pattern_of(n, text), x->list, x->size, most) <= most;
    }
    return tarn_jaro_winkler_bound(common, x->size, y->size, TARN_MOST_PREFIX) >= n->threshold &&
           tarn_jaro_winkler_bound(common, x->size, y->size, tarn_common_prefix(x->list, x->size, y->list, y->size)) >=
               n->threshold &&
           tarn_pattern_jaro_winkler(pattern_of(n, text), x->list, x->size) >= n->threshold;
}

void near_compare(near *n, size_t earlier, size_t text) {
    if (n->seen[earlier] == text + 1)
        return;
    n->seen[earlier] = text + 1;
    size_t x = n->texts[earlier].index, y = n->texts[text].index;
    if (tarn_cluster_root(n->parents, x) != tarn_cluster_root(n->parents, y) && are_near(n, &n->texts[earlier], text))
        tarn_cluster_join(n->parents, x, y);
}

tarn_status tarn_cluster_join_near(const tarn_cluster_value *values, size_t count, tarn_cluster_method method,
                                   double threshold, tarn_task *task, size_t *parents, tarn_error *error) {
    near n = {.threshold = threshold,
              .levenshtein = method == TARN_CLUSTER_LEVENSHTEIN || method == TARN_CLUSTER_LEVENSHTEIN_DIGITS,
              .with_digits = method == TARN_CLUSTER_LEVENSHTEIN_DIGITS || method == TARN_CLUSTER_JARO_WINKLER_DIGITS,
              .task = task,
              .pattern_of = SIZE_MAX};
    tarn_status status = TARN_OK;
    uint64_t pairs = 0;
    n.parents = parents;
    TARN_CHECK(read_texts(&n, values, count, error));
    TARN_CHECK(make_index(&n, error));
    if (n.levenshtein)
        TARN_CHECK(near_count_segment_pairs(&n, &pairs, error));
    if (!n.levenshtein)
        status = near_join_grams(&n, error);
    else
        status = near_suits_deletions(&n, pairs) ? near_join_deletions(&n, error) : near_join_segments(&n, error);
cleanup:
    free(n.texts);
    free(n.storage);
    free(n.heads);
    free(n.seen);
    free(n.postings);
    return status;
}
