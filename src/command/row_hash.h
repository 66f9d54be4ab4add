/**
 * @file row_hash.h
 * Hashes of rows over some columns, and comparing rows for good.
 */
#ifndef TARN_COMMAND_ROW_HASH_H
#define TARN_COMMAND_ROW_HASH_H

#include "store/store.h"

/** Mix the hash of each value of a column into `hashes`, one per value. Equal values (tarn_array_element_equal) give
 *  equal hashes. */
tarn_status tarn_row_hash(const struct ArrowSchema *type, const struct ArrowArray *values, uint64_t *hashes,
                          tarn_error *error);

#endif
