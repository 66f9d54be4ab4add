/**
 * @file resolve.h
 * Versions by text, as people write them on the command line and in SQL: `orders` (the head), `orders@3` (version 3),
 * `orders~2` (two before the head, along the parents).
 */
#ifndef TARN_STORE_RESOLVE_H
#define TARN_STORE_RESOLVE_H

#include "store/store.h"

/**
 * The table and version number that `text` names. TARN_E_NOT_FOUND names what is missing and a similar name; a number
 * that cannot be read is TARN_E_INVALID. Clear `table` with tarn_table_state_clear.
 */
tarn_status tarn_store_resolve(tarn_store *store, const char *text, tarn_table_state *table, uint64_t *number,
                               tarn_error *error);

/** The same, loaded. Release with tarn_version_release. */
tarn_status tarn_store_open_version(tarn_store *store, const char *text, tarn_version **out, tarn_error *error);

/** Whether a version exists and gc has not removed it. Cheap: nothing is loaded. */
bool tarn_store_keeps(tarn_store *store, uint64_t table, uint64_t number);

/** What is known of a version without loading it, also of one that gc removed. */
typedef struct tarn_version_info {
    uint64_t parent;
    uint64_t record; /**< that made it */
    int64_t rows, columns;
    bool removed; /**< by gc */
} tarn_version_info;
/** False when there is no such version, or nothing is known of it any more. */
bool tarn_store_version_info(tarn_store *store, uint64_t table, uint64_t number, tarn_version_info *out);

#endif
