// Arrow IPC as a C stream of record batches.
#include "io/ipc_stream.h"

#include "engine/stream.h"

#include <stdlib.h>

typedef struct ipc_stream {
    tarn_stream_base base; /* first: see engine/stream.h */
    tarn_ipc_reader *reader;
    tarn_task *task;
} ipc_stream;

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    ipc_stream *s = stream->private_data;
    return tarn_stream_errno(tarn_schema_copy(tarn_ipc_schema(s->reader), NULL, out, &s->base.error));
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    ipc_stream *s = stream->private_data;
    *out = (struct ArrowArray){0};
    tarn_status status = tarn_ipc_next(s->reader, out, &s->base.error);
    if (status == TARN_OK && out->release != NULL)
        tarn_task_advance(s->task, (uint64_t)out->length);
    return tarn_stream_errno(status);
}

static void release(struct ArrowArrayStream *stream) {
    ipc_stream *s = stream->private_data;
    tarn_ipc_reader_free(s->reader);
    free(s);
    stream->release = NULL;
}

tarn_status tarn_ipc_stream_new(tarn_ipc_reader *reader, tarn_task *task, struct ArrowArrayStream *out,
                                tarn_error *error) {
    ipc_stream *s = calloc(1, sizeof *s);
    if (s == NULL) {
        tarn_ipc_reader_free(reader);
        return tarn_fail_memory(error);
    }
    s->reader = reader;
    s->task = task;
    *out = (struct ArrowArrayStream){.get_schema = get_schema,
                                     .get_next = get_next,
                                     .get_last_error = tarn_stream_last_error,
                                     .release = release,
                                     .private_data = s};
    return TARN_OK;
}
