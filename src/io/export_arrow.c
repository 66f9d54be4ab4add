// Writing Arrow files and streams.
#include "arrow/ipc.h"
#include "io/export.h"

#include <string.h>

static tarn_status read_codec(const char *name, tarn_codec *out, tarn_error *error) {
    *out = TARN_CODEC_NONE;
    if (name == NULL || strcmp(name, "none") == 0)
        return TARN_OK;
    if (strcmp(name, "lz4") == 0)
        *out = TARN_CODEC_LZ4;
    else if (strcmp(name, "zstd") == 0)
        *out = TARN_CODEC_ZSTD;
    else
        return tarn_fail(error, TARN_E_INVALID,
                         "Arrow files cannot be compressed with \"%s\": choose none, lz4 or zstd", name);
    return TARN_OK;
}

static tarn_status write_batches(tarn_export_run *run, tarn_ipc_writer *writer, tarn_error *error) {
    for (;;) {
        struct ArrowArray batch = {0};
        TARN_TRY(tarn_task_check(run->io->task, error));
        TARN_TRY(tarn_stream_next(run->stream, &batch, error));
        if (batch.release == NULL)
            return tarn_ipc_writer_finish(writer, error);
        tarn_status status = tarn_ipc_writer_batch(writer, &batch, error);
        run->rows += batch.length;
        tarn_task_advance(run->io->task, (uint64_t)batch.length);
        tarn_array_release(&batch);
        TARN_TRY(status);
    }
}

tarn_status tarn_export_arrow(tarn_export_run *run, bool file, tarn_error *error) {
    tarn_ipc_write_options options = {.file = file, .pool = run->io->pool};
    tarn_ipc_writer *writer = NULL;
    TARN_TRY(read_codec(run->options->compression, &options.codec, error));
    TARN_TRY(tarn_ipc_writer_new(&run->schema, tarn_sink_write, run->sink, &options, &writer, error));
    tarn_status status = write_batches(run, writer, error);
    tarn_ipc_writer_free(writer);
    return status;
}
