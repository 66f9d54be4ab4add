/**
 * @file mend.h
 * What verify does about damaged batches, and about those of which something wrong is noted in their zones. Private to
 * src/store.
 */
#ifndef TARN_STORE_MEND_H
#define TARN_STORE_MEND_H

#include "store/internal.h"
#include "store/problems.h"

/** Batches whose values are fine, but not what is noted of them. Zeroed: none. */
typedef struct tarn_misnoted {
    tarn_batch_entry *entries;
    char **what;
    size_t count, capacity, what_capacity;
} tarn_misnoted;

void tarn_misnoted_clear(tarn_misnoted *misnoted);
tarn_status tarn_misnoted_add(tarn_misnoted *misnoted, const tarn_batch_entry *entry, const char *what,
                              tarn_error *error);
/** All as problems of a report. */
tarn_status tarn_misnoted_report(const tarn_misnoted *misnoted, bool repaired, tarn_verify_report *report,
                                 tarn_error *error);

/** Commit a record by which the lost batches lie nowhere, so that from then on their values read as null, and those of
 *  which something wrong is noted lie where they are written anew. */
tarn_status tarn_store_mend(tarn_store *store, const tarn_lost_batches *lost, tarn_misnoted *misnoted,
                            tarn_error *error);

#endif
