/**
 * @file error.h
 * Filling in a tarn_error (see include/tarn/error.h for the record itself and the style of messages).
 */
#ifndef TARN_BASE_ERROR_H
#define TARN_BASE_ERROR_H

#include "tarn/error.h"

#define TARN_PRINTF(format_index, first_argument) __attribute__((format(printf, format_index, first_argument)))

/** Fill `error` (may be NULL) and return `code`, so that a caller can write `return tarn_fail(error, …)`. */
tarn_status tarn_fail(tarn_error *error, tarn_status code, const char *format, ...) TARN_PRINTF(3, 4);

/** As tarn_fail, with the code that suits `errnum` (ENOSPC → TARN_E_FULL …) and ": strerror" at the end. */
tarn_status tarn_fail_errno(tarn_error *error, int errnum, const char *format, ...) TARN_PRINTF(3, 4);

/** Out of memory: fill `error` without allocating; returns TARN_E_MEMORY. */
tarn_status tarn_fail_memory(tarn_error *error);

/** Put "context: " before the message that `error` (may be NULL) already has; returns its code. */
tarn_status tarn_fail_context(tarn_error *error, tarn_status code, const char *format, ...) TARN_PRINTF(3, 4);

/** Return from the enclosing function when `call` fails. Only where nothing has to be released. */
#define TARN_TRY(call)                                                                                                 \
    do {                                                                                                               \
        tarn_status tarn_try_status_ = (call);                                                                         \
        if (tarn_try_status_ != TARN_OK)                                                                               \
            return tarn_try_status_;                                                                                   \
    } while (0)

/** Set the local variable `status` to `call` and go to the label `cleanup` when it fails. */
#define TARN_CHECK(call)                                                                                               \
    do {                                                                                                               \
        status = (call);                                                                                               \
        if (status != TARN_OK)                                                                                         \
            goto cleanup;                                                                                              \
    } while (0)

#endif
