// An Arrow stream of batches that a command makes itself.
#include "command/made_stream.h"

#include "engine/stream.h"

#include <stdlib.h>

typedef struct made_stream {
    tarn_stream_base base;
    struct ArrowSchema schema;
    tarn_maker maker;
} made_stream;

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    made_stream *state = stream->private_data;
    return tarn_stream_errno(tarn_schema_copy(&state->schema, NULL, out, &state->base.error));
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    made_stream *state = stream->private_data;
    out->release = NULL;
    return tarn_stream_errno(state->maker.next(state->maker.state, out, &state->base.error));
}

static void release(struct ArrowArrayStream *stream) {
    made_stream *state = stream->private_data;
    state->maker.free(state->maker.state);
    tarn_schema_release(&state->schema);
    free(state);
    stream->release = NULL;
}

tarn_status tarn_made_stream(struct ArrowSchema *schema, const tarn_maker *maker, struct ArrowArrayStream *out,
                             tarn_error *error) {
    made_stream *state = calloc(1, sizeof *state);
    if (state == NULL) {
        maker->free(maker->state);
        tarn_schema_release(schema);
        return tarn_fail_memory(error);
    }
    state->schema = *schema;
    schema->release = NULL; /* moved */
    state->maker = *maker;
    *out = (struct ArrowArrayStream){.get_schema = get_schema,
                                     .get_next = get_next,
                                     .get_last_error = tarn_stream_last_error,
                                     .release = release,
                                     .private_data = state};
    return TARN_OK;
}
