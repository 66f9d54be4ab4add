/**
 * @file spill.h
 * Rows dealt out to buckets: kept in memory up to a limit, beyond it in a scratch file. Private to src/diff.
 *
 * Many threads deal at once, each a *run*: items of one size that lie by rising bucket. What is in a bucket is then
 * read run by run. A spilled run is written in one piece and read in pieces, so that the file needs no order.
 */
#ifndef TARN_DIFF_SPILL_H
#define TARN_DIFF_SPILL_H

#include "base/buffer.h"
#include "store/store.h"

/** The memory that all deals of one comparison share, and their file. Thread-safe. */
typedef struct tarn_diff_spill tarn_diff_spill;

/** At most `limit` bytes of items in memory. The file is made when it is first needed, in the workspace's scratch
 * folder (a reader's: the system's), and loses its name at once where the host allows that: nothing is left after a
 * crash. */
tarn_status tarn_diff_spill_new(const tarn_version *version, uint64_t limit, tarn_diff_spill **out, tarn_error *error);
void tarn_diff_spill_free(tarn_diff_spill *spill); /**< NULL is allowed; after the deals were cleared */
/** Bytes that went to the file so far. */
uint64_t tarn_diff_spilled(const tarn_diff_spill *spill);

typedef struct tarn_dealt_run {
    void *items;     /**< NULL: in the file, or none */
    uint64_t offset; /**< in the file */
    uint32_t *ends;  /**< per bucket: behind its last item; NULL: the run is empty */
} tarn_dealt_run;

typedef struct tarn_dealt {
    tarn_diff_spill *spill;
    size_t item_size, buckets, run_count;
    tarn_dealt_run *runs;
} tarn_dealt;

/** To be cleared in any case. */
tarn_status tarn_dealt_make(tarn_dealt *dealt, tarn_diff_spill *spill, size_t item_size, size_t buckets, size_t runs,
                            tarn_error *error);
void tarn_dealt_clear(tarn_dealt *dealt);

/**
 * Sort items into a run and keep it: `buckets[i]` is the bucket of item i of `count`. Each run at most once; different
 * runs from different threads.
 */
tarn_status tarn_dealt_put(tarn_dealt *dealt, size_t run, const void *items, const uint32_t *buckets, uint32_t count,
                           tarn_error *error);

/** The items of buckets `from` … `to` - 1 of a run: `*items` is valid until `scratch` changes. */
tarn_status tarn_dealt_get(const tarn_dealt *dealt, size_t run, size_t from, size_t to, tarn_buffer *scratch,
                           const void **items, uint32_t *count, tarn_error *error);
/** How many items a run has in buckets `from` … `to` - 1. */
uint32_t tarn_dealt_count(const tarn_dealt *dealt, size_t run, size_t from, size_t to);

#endif
