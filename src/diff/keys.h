/**
 * @file keys.h
 * The keys of all rows of a version, as hashes. Private to src/diff.
 *
 * A single whole number is its own hash; any other key is the XXH3-128 of its values, written so that equal ones are
 * equal bytes whatever their types (see cells.h). Two different keys with one hash are taken for the same.
 */
#ifndef TARN_DIFF_KEYS_H
#define TARN_DIFF_KEYS_H

#include "base/buffer.h"
#include "diff/internal.h"

/** Hashes the keys of rows that lie beside each other. Not thread-safe. Zeroed is closed. */
typedef struct tarn_diff_hasher {
    tarn_diff_reader *readers; /**< one per key column */
    size_t count;
    tarn_buffer key;
} tarn_diff_hasher;

/** Room for `count` key columns, to be opened one by one. To be closed in any case. */
tarn_status tarn_diff_hasher_make(tarn_diff_hasher *hasher, size_t count, tarn_error *error);
void tarn_diff_hasher_close(tarn_diff_hasher *hasher);
/** The key of row i; `*is_null`: something in it is null. */
tarn_status tarn_diff_hash(tarn_diff_hasher *hasher, int64_t i, tarn_hash128 *out, bool *is_null, tarn_error *error);
/** For tables of hashes: all bits count. */
static inline uint64_t tarn_diff_mix(tarn_hash128 hash) {
    uint64_t z = hash.lo ^ hash.hi * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 32)) * UINT64_C(0xD6E8FEB86659FD93);
    z = (z ^ (z >> 32)) * UINT64_C(0xD6E8FEB86659FD93);
    return z ^ (z >> 32);
}

/** The live rows of a version, by rising row number. */
typedef struct tarn_diff_keys {
    const tarn_version *version;
    int64_t count;
    int64_t *starts;      /**< per chunk its first row's place below, and the end */
    int64_t *rows;        /**< row numbers */
    tarn_hash128 *hashes; /**< of their keys */
    uint8_t *is_null;     /**< a byte each: something in the key is null */
} tarn_diff_keys;

/** The key is the pairs of `diff` that `pairs` names; of its `before` or `after`. To be cleared in any case. */
tarn_status tarn_diff_keys_of(const tarn_diff *diff, bool before, const size_t *pairs, size_t pair_count,
                              tarn_pool *pool, tarn_task *task, tarn_diff_keys *out, tarn_error *error);
void tarn_diff_keys_clear(tarn_diff_keys *keys);

/** What became of a row. */
enum { TARN_MATCH_NONE = -1, TARN_MATCH_UNMATCHED = -2 };

typedef struct tarn_diff_match {
    tarn_diff_keys before, after;
    int64_t *of_before, *of_after; /**< the other side's place, or one of the above */
    int64_t pairs;                 /**< rows that have each other */
    int64_t nulls[2];              /**< rows before and after that have no key */
    int64_t duplicates[2];         /**< rows whose key several rows of one side have */
} tarn_diff_match;

/** Match both sides' rows. To be cleared in any case. */
tarn_status tarn_diff_match_rows(const tarn_diff *diff, const size_t *pairs, size_t pair_count, tarn_pool *pool,
                                 tarn_task *task, tarn_diff_match *out, tarn_error *error);
void tarn_diff_match_clear(tarn_diff_match *match);

#endif
