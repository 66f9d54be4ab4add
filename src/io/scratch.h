/**
 * @file scratch.h
 * Files that live for one import or export, in the workspace's tmp folder, which the next writer sweeps should this
 * process die.
 */
#ifndef TARN_IO_SCRATCH_H
#define TARN_IO_SCRATCH_H

#include "fs/fs.h"
#include "io/io.h"

/** A path in the workspace's tmp folder (or, when that is read-only, the system's) that nothing has yet. Heap. */
tarn_status tarn_scratch_path(const tarn_io *io, const char *purpose, char **out, tarn_error *error);

/** Write a named pipe or device, or standard input when `from` is NULL, to a scratch file; `*path` is heap, and the
 * caller removes the file. */
tarn_status tarn_scratch_spool(const tarn_io *io, const char *from, char **path, tarn_error *error);

#endif
