/**
 * @file error.h
 * Status codes and the error record that every function of Tarn that can fail fills in.
 *
 * A function that can fail returns a ::tarn_status and takes a `tarn_error *` as its last argument. The pointer may be
 * NULL when the caller does not want the text. On TARN_OK the record is left as it was.
 *
 * A message says what was wrong, where, and what to do about it, in one line and without a full stop at its end.
 */
#ifndef TARN_ERROR_H
#define TARN_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(TARN_STATIC)
#define TARN_API
#else
#define TARN_API __attribute__((visibility("default")))
#endif

/** What kind of failure it was. The numbers are stable: they cross the WebAssembly border. */
typedef enum tarn_status {
    TARN_OK = 0,
    TARN_E_INVALID = 1,      /**< an argument or an option is wrong */
    TARN_E_NOT_FOUND = 2,    /**< no such table, version, column, file … */
    TARN_E_EXISTS = 3,       /**< the name is taken */
    TARN_E_FORMAT = 4,       /**< input data is malformed */
    TARN_E_UNSUPPORTED = 5,  /**< well-formed, but out of reach (the message names type and column) */
    TARN_E_IO = 6,           /**< the operating system refused a read, a write, a sync … */
    TARN_E_FULL = 7,         /**< no space left, or a quota reached */
    TARN_E_MEMORY = 8,       /**< out of memory, or a memory limit reached */
    TARN_E_CORRUPT = 9,      /**< the workspace's own files are damaged */
    TARN_E_LOCKED = 10,      /**< another process is writing to the workspace */
    TARN_E_READ_ONLY = 11,   /**< the workspace is open for reading only */
    TARN_E_CANCELLED = 12,   /**< the caller cancelled the work; nothing was changed */
    TARN_E_SQL = 13,         /**< the engine could not parse, bind or run a query */
    TARN_E_FORBIDDEN = 14,   /**< the statement is understood and not allowed here */
    TARN_E_CONFLICT = 15,    /**< the table moved on since the caller looked */
    TARN_E_NEWER = 16,       /**< the workspace was written by a newer version of Tarn */
    TARN_E_ENGINE_LOST = 17, /**< the engine ended; what was committed is safe */
    TARN_E_INTERNAL = 18     /**< a defect in Tarn */
} tarn_status;

/** Bytes of tarn_error.message, the terminating NUL included. Longer messages are cut and end in "…". */
#define TARN_ERROR_MESSAGE_SIZE 2048

/** One failure. Plain data: no resources, may be copied and thrown away. */
typedef struct tarn_error {
    tarn_status code;
    char message[TARN_ERROR_MESSAGE_SIZE]; /**< UTF-8, NUL-terminated */
} tarn_error;

/** The symbolic name of a status ("TARN_E_NOT_FOUND"); never NULL. */
TARN_API const char *tarn_status_name(tarn_status status);

#ifdef __cplusplus
}
#endif
#endif
