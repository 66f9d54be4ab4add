/**
 * @file keys.h
 * Keys of rows as hashes, and rows of both sides with the same key. Private to src/diff.
 *
 * A single whole number is its own hash; any other key is the XXH3-128 of its values, written so that equal ones are
 * equal bytes whatever their types (see cells.h). Two different keys with one hash are taken for the same.
 */
#ifndef TARN_DIFF_KEYS_H
#define TARN_DIFF_KEYS_H

#include "base/buffer.h"
#include "diff/internal.h"
#include "diff/spill.h"

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

/** A live row of a chunk, dealt out by its key. Without padding. */
typedef struct tarn_diff_keyed_row {
    uint32_t hash[4];
    uint32_t offset; /**< in the chunk */
} tarn_diff_keyed_row;

/** A comparison's key, and what works on it. */
typedef struct tarn_diff_key {
    const tarn_diff *diff;
    const size_t *pairs; /**< of the diff */
    size_t pair_count;
    tarn_pool *pool;
    tarn_task *task;
} tarn_diff_key;

/** Deal out the live rows of a side: a run per chunk, by the key's hash into `partitions` (a power of two) buckets, and
 *  those whose key has a null into one more. `out` is made and empty; its first run to use is `first`. */
tarn_status tarn_diff_deal_keys(const tarn_diff_key *key, bool before, size_t partitions, size_t first, tarn_dealt *out,
                                tarn_error *error);

/** What became of a row, instead of its partner. */
enum { TARN_MATCH_NONE = -1, TARN_MATCH_UNMATCHED = -2 };

/** A row, dealt out by its chunk. Without padding. */
typedef struct tarn_diff_fate {
    uint32_t offset;     /**< in the chunk */
    uint32_t partner[2]; /**< of a row of `after`: its partner's row number in `before`, int64, or one of the above */
} tarn_diff_fate;

static inline int64_t tarn_diff_partner(const tarn_diff_fate *fate) {
    return (int64_t)((uint64_t)fate->partner[1] << 32 | fate->partner[0]);
}

typedef struct tarn_diff_match {
    tarn_dealt fates;      /**< buckets: the chunks of `after`, then those of `before`, of which only rows without a
                                partner are there */
    int64_t pairs;         /**< rows that have each other */
    int64_t nulls[2];      /**< rows before and after that have no key */
    int64_t duplicates[2]; /**< rows whose key several rows of one side have */
} tarn_diff_match;

/** Match both sides' rows. `with_fates` false: only count. To be cleared in any case, before the spill. */
tarn_status tarn_diff_match_rows(const tarn_diff_key *key, tarn_diff_spill *spill, bool with_fates,
                                 tarn_diff_match *out, tarn_error *error);
void tarn_diff_match_clear(tarn_diff_match *match);

#endif
