/**
 * @file near.h
 * What the files that look for near texts share.
 */
#ifndef TARN_CLUSTER_NEAR_H
#define TARN_CLUSTER_NEAR_H

#include "cluster/cluster_internal.h"

typedef struct letters {
    const uint32_t *list;
    size_t size, index; /* of the value */
    tarn_letter_bag bag;
    uint64_t numbers; /* a hash of the numbers in it, in order; 0: they do not matter, or there are none */
} letters;

typedef struct near {
    letters *texts; /* by rising length */
    size_t count;
    uint32_t *storage;
    size_t *parents;
    double threshold;
    bool levenshtein, with_digits;
    tarn_task *task;
    tarn_pattern pattern; /* the text that others are compared with now */
    size_t pattern_of;    /* which it is; SIZE_MAX: none yet */
    size_t *seen;         /* per text: the last one that it was compared with + 1 */

    size_t *heads; /* the index: hash → newest posting + 1 */
    size_t head_mask;
    struct posting {
        size_t text, next;
    } * postings;
    size_t posting_count, posting_capacity;
} near;

/* Compare the text whose turn it is with an earlier one, which is not longer, and join the two when they are near. */
void near_compare(near *n, size_t earlier, size_t text);
/* The fewest changes that the shorter of two texts allows. */
size_t near_most(const near *n, size_t shorter);

/* Stretches of equal letters have equal slots; so may others, which the comparison sorts out. */
size_t *near_slot(near *n, const uint32_t *stretch, size_t size, size_t salt);
tarn_status near_post(near *n, size_t *slot, size_t text, tarn_error *error);

/* Three ways to find what may be near; each joins all that it finds. */
tarn_status near_join_segments(near *n, tarn_error *error);
tarn_status near_join_grams(near *n, tarn_error *error);
tarn_status near_join_deletions(near *n, tarn_error *error);
/* About how many pairs the first would look at. */
tarn_status near_count_segment_pairs(near *n, uint64_t *out, tarn_error *error);
/* Whether the third is the better way than so many pairs: it takes time for each way to leave letters out. */
bool near_suits_deletions(const near *n, uint64_t pairs);

#endif
