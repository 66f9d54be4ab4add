/**
 * @file compact.h
 * Which batches are wanted, and giving back the segments of those that are not: what gc and recoding share.
 * Private to src/store.
 */
#ifndef TARN_STORE_COMPACT_H
#define TARN_STORE_COMPACT_H

#include "store/internal.h"

/** A set of ids: entries of 16 bytes. */
typedef tarn_keyed_map tarn_id_set;
void tarn_id_set_init(tarn_id_set *set);
static inline bool tarn_id_set_has(const tarn_id_set *set, tarn_batch_id id) {
    return tarn_keyed_map_find(set, id.hi, id.lo) != NULL;
}

/** Add the batches that a version refers to: when its change applies to a version in `known` (whose batches were added
 *  or will be), those of the change are enough. */
tarn_status tarn_mark_version(tarn_store *store, const tarn_version_entry *entry, const tarn_id_set *known,
                              tarn_id_set *marked, tarn_error *error);

/** What becomes of the segments. */
typedef struct tarn_compaction {
    tarn_store *store;
    const tarn_id_set *wanted; /**< NULL: all that the index lists */
    tarn_keyed_map moved;      /**< tarn_batch_entry: new places */
    uint32_t *removed;         /**< segments to remove */
    size_t removed_count;
    uint64_t unwanted;    /**< batches */
    uint64_t freed_bytes; /**< of removed segments, less what was moved */
} tarn_compaction;

void tarn_compaction_init(tarn_compaction *compaction, tarn_store *store, const tarn_id_set *wanted);
void tarn_compaction_clear(tarn_compaction *compaction);
/** Choose the segments that are mostly unwanted; entries in `moved` count at their new places. */
tarn_status tarn_compaction_plan(tarn_compaction *compaction, tarn_error *error);
/** Copy what is wanted out of them. A segment with damaged bytes that are wanted stays. */
tarn_status tarn_compaction_copy(tarn_compaction *compaction, tarn_task *task, tarn_error *error);
/** The members "batches" and "removed_segments" of a record. */
void tarn_compaction_write(const tarn_compaction *compaction, tarn_json_out *out);
/** After the record is committed: a new checkpoint without what was removed, and the files go. */
tarn_status tarn_compaction_finish(tarn_compaction *compaction, uint64_t *waiting, tarn_error *error);

#endif
