// Filling in a tarn_error (see include/tarn/error.h for the record itself and the style of messages).
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const status_names[] = {
    "TARN_OK",          "TARN_E_INVALID", "TARN_E_NOT_FOUND", "TARN_E_EXISTS",   "TARN_E_FORMAT", "TARN_E_UNSUPPORTED",
    "TARN_E_IO",        "TARN_E_FULL",    "TARN_E_MEMORY",    "TARN_E_CORRUPT",  "TARN_E_LOCKED", "TARN_E_READ_ONLY",
    "TARN_E_CANCELLED", "TARN_E_SQL",     "TARN_E_FORBIDDEN", "TARN_E_CONFLICT", "TARN_E_NEWER",  "TARN_E_ENGINE_LOST",
    "TARN_E_INTERNAL",
};

const char *tarn_status_name(tarn_status status) {
    size_t count = sizeof status_names / sizeof status_names[0];
    return (size_t)status < count ? status_names[status] : "TARN_E_UNKNOWN";
}

/* vsnprintf may have cut a multi-byte character in two: step back to its first byte and end in an ellipsis. */
static void mark_cut(char *text, size_t size) {
    static const char ellipsis[] = "…";
    size_t end = size - sizeof ellipsis;
    while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    memcpy(text + end, ellipsis, sizeof ellipsis);
}

static void format_message(tarn_error *error, const char *format, va_list arguments) {
    int needed = vsnprintf(error->message, sizeof error->message, format, arguments);
    if (needed >= (int)sizeof error->message)
        mark_cut(error->message, sizeof error->message);
}

tarn_status tarn_fail(tarn_error *error, tarn_status code, const char *format, ...) {
    if (error != NULL) {
        va_list arguments;
        va_start(arguments, format);
        error->code = code;
        format_message(error, format, arguments);
        va_end(arguments);
    }
    return code;
}

static tarn_status status_of_errno(int errnum) {
    switch (errnum) {
    case ENOENT:
    case ENOTDIR:
        return TARN_E_NOT_FOUND;
    case EEXIST:
    case ENOTEMPTY: /* POSIX lets rmdir answer with either */
        return TARN_E_EXISTS;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return TARN_E_FULL;
    case ENOMEM:
        return TARN_E_MEMORY;
    case ENAMETOOLONG:
        return TARN_E_INVALID;
    case EROFS:
        return TARN_E_READ_ONLY;
    default:
        return TARN_E_IO;
    }
}

/* Append to the message, cutting what does not fit. */
static void append_text(tarn_error *error, const char *text) {
    size_t used = strlen(error->message);
    int needed = snprintf(error->message + used, sizeof error->message - used, "%s", text);
    if (needed >= (int)(sizeof error->message - used))
        mark_cut(error->message, sizeof error->message);
}

tarn_status tarn_fail_errno(tarn_error *error, int errnum, const char *format, ...) {
    tarn_status code = status_of_errno(errnum);
    if (error != NULL) {
        va_list arguments;
        va_start(arguments, format);
        error->code = code;
        format_message(error, format, arguments);
        va_end(arguments);
        char reason[256];
        snprintf(reason, sizeof reason, ": %s", strerror(errnum));
        append_text(error, reason);
    }
    return code;
}

tarn_status tarn_fail_memory(tarn_error *error) {
    return tarn_fail(error, TARN_E_MEMORY, "out of memory");
}

tarn_status tarn_fail_context(tarn_error *error, tarn_status code, const char *format, ...) {
    if (error != NULL) {
        char inner[TARN_ERROR_MESSAGE_SIZE];
        memcpy(inner, error->message, sizeof inner);
        va_list arguments;
        va_start(arguments, format);
        error->code = code;
        format_message(error, format, arguments);
        va_end(arguments);
        append_text(error, ": ");
        append_text(error, inner);
    }
    return code;
}
