/**
 * @file check.h
 * Holding JSON to a declaration: requests before they run, and in tests answers too. For src/request and its tests.
 */
#ifndef TARN_REQUEST_CHECK_H
#define TARN_REQUEST_CHECK_H

#include "base/error.h"
#include "tarn/request.h"

#include <jansson.h>

/**
 * Is the request as its operation is declared? TARN_E_INVALID names what is unknown (and the nearest known one),
 * missing, of another type, or out of range. What may be one alone becomes a list of one, what is null goes, and what
 * is missing gets what stands for it: `request` is changed.
 */
tarn_status tarn_check_request(const tarn_operation *operation, json_t *request, tarn_error *error);

/** Has the answer all that its shape says and nothing else? TARN_E_INTERNAL says where not. */
tarn_status tarn_check_answer(const tarn_operation *operation, const json_t *answer, tarn_error *error);

#endif
