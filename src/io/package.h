/**
 * @file package.h
 * Reading the ZIP archives that Office Open XML (ECMA-376 part 2) and OpenDocument files are (by minizip). Parts are
 * found by their names, ignoring case, with slashes or backslashes, and unpacked piece by piece. Not thread-safe.
 *
 * A part may unpack to 150 times the bytes that it takes in the archive, or to 256 MiB where that is more; what passes
 * both is refused, since only an archive made to exhaust its reader does.
 */
#ifndef TARN_IO_PACKAGE_H
#define TARN_IO_PACKAGE_H

#include "fs/fs.h"
#include "jobs/jobs.h"

typedef struct tarn_package tarn_package;

/** `file` must stay open; `shown` is what messages call it; `task` (may be NULL) ends the reading of any part when it
 * is cancelled. TARN_E_FORMAT when it is no readable ZIP archive. */
tarn_status tarn_package_open(tarn_file *file, const char *shown, tarn_task *task, tarn_package **out,
                              tarn_error *error);
void tarn_package_close(tarn_package *package); /**< NULL is allowed */

bool tarn_package_has(const tarn_package *package, const char *part);
/** What messages call the file. */
const char *tarn_package_shown(const tarn_package *package);
/** Bytes of the whole file. */
uint64_t tarn_package_size(const tarn_package *package);
/** The name, in small letters, of the `index`th part; NULL after the last. */
const char *tarn_package_part(const tarn_package *package, size_t index);

/** TARN_E_CANCELLED when the task was. */
tarn_status tarn_package_check(const tarn_package *package, tarn_error *error);

/** Begin to unpack a part; one at a time. */
tarn_status tarn_package_begin(tarn_package *package, const char *part, tarn_error *error);
/** The next at most `size` bytes; `*got` is 0 at the end, when the checksum held. */
tarn_status tarn_package_unpack(tarn_package *package, void *data, size_t size, size_t *got, tarn_error *error);
/** Bytes that the part being unpacked takes in the archive. */
uint64_t tarn_package_packed(const tarn_package *package);
/** Give up the part being unpacked, if any. */
void tarn_package_end(tarn_package *package);

#endif
