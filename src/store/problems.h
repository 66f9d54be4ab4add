/**
 * @file problems.h
 * Gathering what verify and rescue find. Private to src/store.
 */
#ifndef TARN_STORE_PROBLEMS_H
#define TARN_STORE_PROBLEMS_H

#include "base/buffer.h"
#include "base/error.h"
#include "store/index.h"
#include "store/store.h"

/** Add a problem; both texts are copied, `affects` may be NULL. */
tarn_status tarn_report_problem(tarn_verify_report *report, const char *what, const char *affects, bool repaired,
                                tarn_error *error);

/** A damaged or missing batch, and what it touches so far. */
typedef struct tarn_lost_batch {
    tarn_batch_id id;
    char *what;
    tarn_buffer affects;
    size_t mentions;
    /* the mention that is being widened: versions in a row that show the same cells */
    uint64_t table, first_version, last_version;
    char *place;
} tarn_lost_batch;

typedef struct tarn_lost_batches {
    tarn_lost_batch *items;
    size_t count, capacity;
    tarn_keyed_map places; /* id and position in `items` */
} tarn_lost_batches;

void tarn_lost_init(tarn_lost_batches *lost);
tarn_status tarn_lost_add(tarn_lost_batches *lost, tarn_batch_id id, const char *what, tarn_error *error);
tarn_lost_batch *tarn_lost_find(const tarn_lost_batches *lost, tarn_batch_id id); /**< NULL when it is fine */
/** A version refers to it, at `place` ("column "a", rows 0 to 99"). */
tarn_status tarn_lost_mention(tarn_lost_batch *batch, const char *table_name, uint64_t table, uint64_t version,
                              const char *place, tarn_error *error);
/** All as problems of a report. */
tarn_status tarn_lost_report(tarn_lost_batches *lost, bool repaired, tarn_verify_report *report, tarn_error *error);
void tarn_lost_clear(tarn_lost_batches *lost);

#endif
