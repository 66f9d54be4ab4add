/**
 * @file cluster_internal.h
 * What the files of this room share.
 */
#ifndef TARN_CLUSTER_INTERNAL_H
#define TARN_CLUSTER_INTERNAL_H

#include "cluster/cluster.h"

/* Disjoint sets with path halving. */
static inline size_t tarn_cluster_root(size_t *parents, size_t i) {
    while (parents[i] != i)
        i = parents[i] = parents[parents[i]];
    return i;
}
static inline void tarn_cluster_join(size_t *parents, size_t a, size_t b) {
    parents[tarn_cluster_root(parents, a)] = tarn_cluster_root(parents, b);
}

/* Join the values whose keys are equal. */
tarn_status tarn_cluster_join_keys(const tarn_cluster_value *values, size_t count, tarn_cluster_method method,
                                   tarn_task *task, size_t *parents, tarn_error *error);
/* Join the values that are near each other. */
tarn_status tarn_cluster_join_near(const tarn_cluster_value *values, size_t count, tarn_cluster_method method,
                                   double threshold, tarn_task *task, size_t *parents, tarn_error *error);

/* ---- distances ---- */

#define TARN_CLUSTER_MOST_LETTERS 4096 /* longer texts are no names */

/* How often which letters occur, by their code's last bits: a count of 0 to 127 in each byte. */
typedef struct tarn_letter_bag {
    uint64_t words[4];
} tarn_letter_bag;
void tarn_bag_fill(tarn_letter_bag *out, const uint32_t *letters, size_t size);
/* At least as many letters as two texts have in common, wherever they stand. `longest` is the size of the longer. */
size_t tarn_bag_common(const tarn_letter_bag *a, const tarn_letter_bag *b, size_t longest);
/* How many letters are the same at the beginning, TARN_MOST_PREFIX at most. */
#define TARN_MOST_PREFIX 4
size_t tarn_common_prefix(const uint32_t *a, size_t a_size, const uint32_t *b, size_t b_size);
/* At least the Jaro-Winkler similarity of texts that have so many letters in common, and so many at the beginning. */
double tarn_jaro_winkler_bound(size_t common, size_t a_size, size_t b_size, size_t prefix);

/* A text that is compared with many others. Zeroed at first; it may be set again and again. */
typedef struct tarn_pattern {
    const uint32_t *letters;
    size_t size;
    uint32_t slots[256]; /* letter + 1 */
    uint64_t places[256];
} tarn_pattern;
/* `letters` must live as long as the pattern is used. */
void tarn_pattern_set(tarn_pattern *pattern, const uint32_t *letters, size_t size);
/* The same as tarn_cluster_levenshtein and tarn_cluster_jaro_winkler of the text and the pattern. */
size_t tarn_pattern_levenshtein(const tarn_pattern *pattern, const uint32_t *text, size_t size, size_t most);
double tarn_pattern_jaro_winkler(const tarn_pattern *pattern, const uint32_t *text, size_t size);

/* ---- texts ---- */

/* Append a text with case and accents folded, punctuation removed, spaces collapsed and trimmed. */
tarn_status tarn_cluster_fold(const char *text, size_t size, tarn_buffer *out, tarn_error *error);

/* Append how the ASCII letters of a word sound. */
tarn_status tarn_metaphone(const char *word, size_t size, tarn_buffer *out, tarn_error *error);

#endif
