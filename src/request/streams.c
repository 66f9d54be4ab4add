// Arrow streams made of what is at hand.
#include "request/streams.h"

#include "arrow/array.h"

#include <errno.h>
#include <stdlib.h>

/* ---- one batch -------------------------------------------------------------------------------------------------- */

typedef struct borrowed {
    const struct ArrowSchema *schema;
    const struct ArrowArray *rows; /* NULL: given already */
    tarn_error failure;
} borrowed;

static int borrowed_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    borrowed *b = stream->private_data;
    return tarn_schema_copy(b->schema, NULL, out, &b->failure) == TARN_OK ? 0 : ENOMEM;
}

static void forget(struct ArrowArray *array) {
    array->release = NULL; /* its parts are the lender's */
}

static int borrowed_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    borrowed *b = stream->private_data;
    *out = (struct ArrowArray){0};
    if (b->rows != NULL) {
        *out = *b->rows;
        out->release = forget;
    }
    b->rows = NULL;
    return 0;
}

static const char *borrowed_error(struct ArrowArrayStream *stream) {
    const borrowed *b = stream->private_data;
    return b->failure.code != TARN_OK ? b->failure.message : NULL;
}

static void borrowed_release(struct ArrowArrayStream *stream) {
    free(stream->private_data);
    stream->release = NULL;
}

tarn_status tarn_stream_borrow(const struct ArrowSchema *schema, const struct ArrowArray *rows,
                               struct ArrowArrayStream *out, tarn_error *error) {
    borrowed *b = calloc(1, sizeof *b);
    if (b == NULL)
        return tarn_fail_memory(error);
    *b = (borrowed){.schema = schema, .rows = rows};
    *out = (struct ArrowArrayStream){.get_schema = borrowed_schema,
                                     .get_next = borrowed_next,
                                     .get_last_error = borrowed_error,
                                     .release = borrowed_release,
                                     .private_data = b};
    return TARN_OK;
}

/* ---- the first rows --------------------------------------------------------------------------------------------- */

typedef struct head {
    struct ArrowArrayStream *stream;
    int64_t left;
    bool *more;
} head;

static int head_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    const head *h = stream->private_data;
    return h->stream->get_schema(h->stream, out);
}

static int head_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    head *h = stream->private_data;
    *out = (struct ArrowArray){0};
    if (*h->more)
        return 0;
    int failed = h->stream->get_next(h->stream, out);
    if (failed != 0 || out->release == NULL)
        return failed;
    *h->more = out->length > h->left;
    if (*h->more)
        out->length = h->left;
    h->left -= out->length;
    return 0;
}

static const char *head_error(struct ArrowArrayStream *stream) {
    const head *h = stream->private_data;
    return h->stream->get_last_error(h->stream);
}

static void head_release(struct ArrowArrayStream *stream) {
    free(stream->private_data);
    stream->release = NULL;
}

tarn_status tarn_stream_head(struct ArrowArrayStream *stream, int64_t most, bool *more, struct ArrowArrayStream *out,
                             tarn_error *error) {
    head *h = calloc(1, sizeof *h);
    *more = false;
    if (h == NULL)
        return tarn_fail_memory(error);
    *h = (head){.stream = stream, .left = most, .more = more};
    *out = (struct ArrowArrayStream){.get_schema = head_schema,
                                     .get_next = head_next,
                                     .get_last_error = head_error,
                                     .release = head_release,
                                     .private_data = h};
    return TARN_OK;
}
