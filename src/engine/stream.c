// Arrow streams that keep the whole error of what failed.
#include "engine/stream.h"

#include "engine/engine.h"

#include <errno.h>

const char *tarn_stream_last_error(struct ArrowArrayStream *stream) {
    tarn_stream_base *base = stream->private_data;
    return base->error.code == TARN_OK ? NULL : base->error.message;
}

int tarn_stream_errno(tarn_status status) {
    switch (status) {
    case TARN_OK:
        return 0;
    case TARN_E_MEMORY:
        return ENOMEM;
    case TARN_E_CANCELLED:
        return ECANCELED;
    case TARN_E_IO:
        return EIO;
    default:
        return EINVAL;
    }
}

static tarn_status stream_failure(struct ArrowArrayStream *stream, int errnum, tarn_error *error) {
    if (stream->get_last_error == tarn_stream_last_error) {
        tarn_stream_base *base = stream->private_data;
        if (error)
            *error = base->error;
        return base->error.code;
    }
    const char *message = stream->get_last_error(stream);
    if (!message)
        return tarn_fail_errno(error, errnum, "the stream of data broke");
    return tarn_fail(error,
                     errnum == ENOMEM ? TARN_E_MEMORY
                     : errnum == EIO  ? TARN_E_IO
                                      : TARN_E_FORMAT,
                     "%s", message);
}

tarn_status tarn_stream_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out, tarn_error *error) {
    int errnum = stream->get_schema(stream, out);
    return errnum ? stream_failure(stream, errnum, error) : TARN_OK;
}

tarn_status tarn_stream_next(struct ArrowArrayStream *stream, struct ArrowArray *out, tarn_error *error) {
    *out = (struct ArrowArray){0};
    int errnum = stream->get_next(stream, out);
    return errnum ? stream_failure(stream, errnum, error) : TARN_OK;
}

void tarn_stream_release(struct ArrowArrayStream *stream) {
    if (stream && stream->release)
        stream->release(stream);
}
