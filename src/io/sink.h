/**
 * @file sink.h
 * Where an export goes. A file is written beside its target and moved over it when complete, so that a failure or a
 * crash leaves the target as it was; "-", pipes and devices are written to directly.
 */
#ifndef TARN_IO_SINK_H
#define TARN_IO_SINK_H

#include "fs/fs.h"
#include "fs/pipe.h"
#include "jobs/jobs.h"
#include "tarn/files.h"

typedef struct tarn_sink {
    tarn_fs *fs;
    tarn_task *task;             /* looked at while a reader of a pipe keeps us waiting; may be NULL */
    const char *target;          /* as given */
    char *temporary;             /* heap; NULL when written to directly */
    tarn_file *file;             /* NULL for pipes, devices and standard output */
    tarn_pipe pipe;              /* what is written to when there is no file */
    const tarn_byte_sink *bytes; /* where everything goes instead; NULL: to the target */
    uint64_t size;               /* bytes written so far */
    const char *like; /* the file that is replaced, whose permissions the new one gets; NULL: there is none */
    bool is_private;
    bool is_new; /* nothing may have the target's name when it is put in place */
} tarn_sink;

/** Begin; see tarn_export_options for `path`, `no_clobber` and `is_private`, all that is looked at here. Nothing is
 *  left behind on failure. The path must live as long as the sink. */
tarn_status tarn_sink_open(tarn_fs *fs, tarn_task *task, const tarn_export_options *options, tarn_sink *out,
                           tarn_error *error);

/** Append. The signature suits tarn_ipc_write; the context is a tarn_sink. */
tarn_status tarn_sink_write(void *context, const void *data, size_t size, tarn_error *error);

/** Make what was written durable and put it in place; the sink is closed whatever the outcome. */
tarn_status tarn_sink_commit(tarn_sink *sink, tarn_error *error);

/** Give up: the target stays as it was. Fine after commit and on a zeroed one. */
void tarn_sink_abort(tarn_sink *sink);

#endif
