/**
 * @file files.h
 * Files that come with a request or go with an answer, as bytes in place of a path. For src/wasm only.
 */
#ifndef TARN_WASM_FILES_H
#define TARN_WASM_FILES_H

#include "wasm/call.h"

/** A folder of the call's own, for one file. */
typedef struct tarn_passing_file {
    char *folder, *path; /* heap; NULL when there is none */
} tarn_passing_file;

/** Make the folder; the file in it is to be called like the last part of `name`, and is not made yet. */
tarn_status tarn_passing_file_new(const tarn_call *call, const char *name, tarn_passing_file *out, tarn_error *error);
/** Write the call's bytes to it. */
tarn_status tarn_passing_file_fill(tarn_call *call, const tarn_passing_file *file, tarn_error *error);
/** Its content as the answer's bytes. */
tarn_status tarn_passing_file_give(tarn_call *call, const tarn_passing_file *file, tarn_error *error);
/** Remove both. Fine on a zeroed one. */
void tarn_passing_file_remove(const tarn_call *call, tarn_passing_file *file);

#endif
