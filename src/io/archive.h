/**
 * @file archive.h
 * ZIP archives that are no workbooks: the one table in it is unpacked to a scratch file, from which it is read. How
 * much it may unpack to is bounded as for parts of workbooks (package.h). Private to src/io.
 */
#ifndef TARN_IO_ARCHIVE_H
#define TARN_IO_ARCHIVE_H

#include "io/io.h"
#include "io/names.h"

/**
 * `*path` is the scratch file, which the caller removes, and `*name` what the archive calls it; both heap, and NULL
 * when the archive is one of a program's own (a workbook, a document). Of several files the one that is named as tables
 * are is taken, and what is left out goes to `notes`; TARN_E_FORMAT lists them when there are several such files, or
 * none.
 */
tarn_status tarn_archive_unpack(const tarn_io *io, tarn_file *file, const char *shown, char **path, char **name,
                                tarn_notes *notes, tarn_error *error);

#endif
