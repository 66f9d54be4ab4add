/* Included before everything else when clang-tidy reads a file. Its analyzer looks at one file at a time and would
 * otherwise follow paths on which reporting a failure ends with TARN_OK; here it learns what every caller relies on. */
#if __has_include("base/error.h")
#include "base/error.h"

static inline tarn_status tarn_lint_failed(tarn_status ignored, tarn_status code) {
    (void)ignored;
    if (code == TARN_OK)
        __builtin_unreachable();
    return code;
}

#define tarn_fail(error, code, ...) tarn_lint_failed(tarn_fail(error, code, __VA_ARGS__), code)
#define tarn_fail_context(error, code, ...) tarn_lint_failed(tarn_fail_context(error, code, __VA_ARGS__), code)
#define tarn_fail_errno(error, errnum, ...) tarn_lint_failed(tarn_fail_errno(error, errnum, __VA_ARGS__), TARN_E_IO)
#define tarn_fail_memory(error) tarn_lint_failed(tarn_fail_memory(error), TARN_E_MEMORY)
#endif
