/**
 * @file libc_files.h
 * The C library's files over tarn_fs: what DuckDB, libxlsxwriter and others open by open() or fopen() lies in the same
 * place as what Tarn opens, on any thread, without a call to the module's own thread. Compiled for WebAssembly only.
 *
 * libc_files.c (what is open) and libc_paths.c (what is there) are the functions that emscripten's C library calls
 * where others call the system. They answer with errno. Here is what the two share.
 */
#ifndef TARN_WASM_LIBC_FILES_H
#define TARN_WASM_LIBC_FILES_H

#include "base/error.h"
#include "fs/fs.h"

#include <sys/stat.h>

/** The one that Tarn itself uses. */
tarn_fs *tarn_libc_disk(void);

/** 0 for TARN_OK. */
int tarn_libc_errno(tarn_status status);

/** What stat() says of a file or folder. */
void tarn_libc_describe(struct stat *out, tarn_entry_kind kind, uint64_t size);

#endif
