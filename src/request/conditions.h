/**
 * @file conditions.h
 * Conditions over a row as data, and the SQL that they mean. For src/request only.
 */
#ifndef TARN_REQUEST_CONDITIONS_H
#define TARN_REQUEST_CONDITIONS_H

#include "base/buffer.h"
#include "base/error.h"

#include <jansson.h>

/**
 * The condition that `where` (may be NULL) and every one of `filter` (a list as tarn_shape_condition declares it; may
 * be NULL) hold, as SQL with a NUL behind it; nothing is written when there is none. TARN_E_INVALID names a condition
 * that lacks what it needs.
 */
tarn_status tarn_conditions_write(const char *where, const json_t *filter, tarn_buffer *out, tarn_error *error);

#endif
