/**
 * @file pages.h
 * Pages of files in memory, and what becomes of them when the file is cut off, or its disk fails, while somebody reads
 * them: the system sends SIGBUS then, which would end the process. A handler lays pages of zeros in their place and
 * notes the file, so that the reader goes on; whoever hands on what was read asks first whether anything was lost
 * (tarn_fs_check_pages). Private to src/fs.
 *
 * The handler is installed with the first mapping. It minds only addresses of mappings made here; others go to the
 * handler that was there before. It takes no lock and calls nothing but mmap, which on the systems that Tarn runs on is
 * one call of the system.
 */
#ifndef TARN_FS_PAGES_H
#define TARN_FS_PAGES_H

#include "fs/fs.h"

/** What was lost of the files of one host. Counted: each mapping holds it. */
typedef struct tarn_page_losses tarn_page_losses;

tarn_page_losses *tarn_page_losses_new(void); /**< NULL when out of memory */
void tarn_page_losses_release(tarn_page_losses *losses);

/** TARN_OK, or TARN_E_CORRUPT with the name of the first file of which pages could not be had. Costs next to nothing.
 */
tarn_status tarn_page_losses_check(tarn_page_losses *losses, tarn_error *error);

/** Map `size` bytes at `offset` of an open file that has them. `path` is for the message. */
tarn_status tarn_pages_map(int descriptor, const char *path, tarn_page_losses *losses, uint64_t offset, size_t size,
                           tarn_mapping *out, tarn_error *error);

#endif
