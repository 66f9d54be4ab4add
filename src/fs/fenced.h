/**
 * @file fenced.h
 * The disk, as far as somebody may name files on it who is not trusted with all of it.
 */
#ifndef TARN_FS_FENCED_H
#define TARN_FS_FENCED_H

#include "fs/fs.h"

/**
 * Only paths below `folder` (NULL: none), which relative ones begin at, and below `also` (may be NULL), a folder of the
 * program's own. All others are TARN_E_FORBIDDEN, as are paths with "..". Nothing is reached through links, and only
 * plain files are opened. The folders are copied.
 */
tarn_status tarn_fs_fenced(const char *folder, const char *also, tarn_fs **out, tarn_error *error);

#endif
