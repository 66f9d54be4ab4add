/**
 * @file support_status.h
 * Calls that must succeed, or fail in a certain way. For tests whose calls may name `error`. After cmocka.h.
 */
#ifndef TARN_TESTS_SUPPORT_STATUS_H
#define TARN_TESTS_SUPPORT_STATUS_H

#include "base/error.h"

#include <string.h>

/** Run the call with `error` in reach and fail the test when it fails. */
#define assert_ok(call)                                                                                                \
    do {                                                                                                               \
        tarn_error failure_ = {0};                                                                                     \
        tarn_error *error = &failure_;                                                                                 \
        tarn_status outcome_ = (call);                                                                                 \
        if (outcome_ != TARN_OK)                                                                                       \
            fail_msg("%s: %s: %s", #call, tarn_status_name(outcome_), failure_.message);                               \
    } while (0)

/** The call (which may name `error`) fails so, with `text` in its message. */
#define assert_fails(call, status_, text)                                                                              \
    do {                                                                                                               \
        tarn_error failure_ = {0};                                                                                     \
        tarn_error *error = &failure_;                                                                                 \
        tarn_status outcome_ = (call);                                                                                 \
        if (outcome_ != (status_) || strstr(failure_.message, (text)) == NULL)                                         \
            fail_msg("%s: got %s \"%s\"", #call, tarn_status_name(outcome_), failure_.message);                        \
    } while (0)

#endif
