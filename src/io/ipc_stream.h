/**
 * @file ipc_stream.h
 * Arrow IPC as a C stream of record batches.
 */
#ifndef TARN_IO_IPC_STREAM_H
#define TARN_IO_IPC_STREAM_H

#include "arrow/ipc.h"
#include "jobs/jobs.h"

/**
 * The batches of a reader, which is taken over (freed on failure too). Its errors are kept as they are
 * (tarn_stream_next gives them). Rows that were read advance `task` (may be NULL).
 */
tarn_status tarn_ipc_stream_new(tarn_ipc_reader *reader, tarn_task *task, struct ArrowArrayStream *out,
                                tarn_error *error);

#endif
