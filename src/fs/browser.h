/**
 * @file browser.h
 * The hosts of a WebAssembly module in a web page. Declared everywhere, there only under Emscripten.
 */
#ifndef TARN_FS_BROWSER_H
#define TARN_FS_BROWSER_H

#include "fs/fs.h"

/**
 * The origin private file system ("/opfs/…") and the files that were dropped on the page ("/mnt/N/name", for reading),
 * both served by the page's files worker. Must not be called on the module's main thread, which must never wait.
 *
 * A lock is a Web Lock, so it also holds against other tabs, and ends with the tab. A removed file that is open in this
 * tab stays readable; one that is open in another tab cannot be removed (TARN_E_IO). Names are as durable as the
 * browser makes them: there is nothing that would sync a folder.
 */
tarn_status tarn_fs_opfs(tarn_fs **out, tarn_error *error);

/**
 * What a path means in the page: "/opfs" and "/mnt" as above; all others lie in memory that lives as long as the module
 * and is the same for all handles. The C library's files are the same ones (src/wasm/libc_files.c), so that the engine
 * sees them all.
 */
tarn_status tarn_fs_browser(tarn_fs **out, tarn_error *error);

/** Whether what is written there is on the disk of the browser's machine. */
bool tarn_path_is_durable(const char *path);

#endif
