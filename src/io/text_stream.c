/* A stream over another one, columns of which become text. */
#include "io/text_stream.h"

#include "arrow/cast.h"
#include "arrow/normalize.h"
#include "engine/engine.h"
#include "engine/stream.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct text_stream {
    tarn_stream_base base; /* first: see engine/stream.h */
    struct ArrowArrayStream given;
    struct ArrowSchema from;   /* its schema */
    struct ArrowSchema normal; /* as the store keeps it */
    struct ArrowSchema to;
} text_stream;

static void free_stream(text_stream *s) {
    tarn_stream_release(&s->given);
    tarn_schema_release(&s->from);
    tarn_schema_release(&s->normal);
    tarn_schema_release(&s->to);
    free(s);
}

static void release(struct ArrowArrayStream *stream) {
    free_stream(stream->private_data);
    stream->release = NULL;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    text_stream *s = stream->private_data;
    return tarn_stream_errno(tarn_schema_copy(&s->to, NULL, out, &s->base.error));
}

static tarn_status convert(text_stream *s, const struct ArrowArray *batch, struct ArrowArray *out, tarn_error *error) {
    size_t columns = (size_t)s->to.n_children, done = 0;
    void *no_validity[1] = {NULL};
    struct ArrowArray *children = calloc(columns + 1, sizeof *children);
    tarn_status status = children == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (; done < columns && status == TARN_OK; done++)
        status = tarn_array_cast(s->normal.children[done], batch->children[done], s->to.children[done], &children[done],
                                 NULL, error);
    if (status == TARN_OK)
        status = tarn_array_make(out, batch->length, 0, no_validity, 1, children, (int64_t)columns, error);
    for (size_t i = 0; i < done && status != TARN_OK; i++)
        tarn_array_release(&children[i]);
    free(children);
    return status;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    text_stream *s = stream->private_data;
    struct ArrowArray batch = {0}, normal = {0};
    out->release = NULL;
    tarn_status status = tarn_stream_next(&s->given, &batch, &s->base.error);
    if (status == TARN_OK && batch.release != NULL)
        status = tarn_array_normalize(&s->from, &batch, &normal, &s->base.error);
    if (status == TARN_OK && batch.release != NULL)
        status = convert(s, &normal, out, &s->base.error);
    tarn_array_release(&normal);
    tarn_array_release(&batch);
    return tarn_stream_errno(status);
}

/* One of the columns becomes text; those of the same name all do. */
static tarn_status make_text(text_stream *s, const char *name, tarn_error *error) {
    bool found = false;
    for (int64_t i = 0; i < s->to.n_children; i++) {
        const char *given = s->normal.children[i]->name;
        if (name != NULL && (given == NULL || strcasecmp(given, name) != 0))
            continue;
        found = true;
        tarn_schema_release(s->to.children[i]);
        TARN_TRY(tarn_schema_make(s->to.children[i], "u", given, error));
    }
    return found || name == NULL ? TARN_OK : tarn_fail(error, TARN_E_INVALID, "there is no column \"%s\"", name);
}

static tarn_status make_schema(text_stream *s, const char *const *names, size_t count, tarn_error *error) {
    TARN_TRY(tarn_stream_schema(&s->given, &s->from, error));
    TARN_TRY(tarn_schema_normalize(&s->from, &s->normal, error));
    TARN_TRY(tarn_schema_make_nested(&s->to, "+s", "", s->normal.n_children, error));
    for (int64_t i = 0; i < s->normal.n_children; i++)
        TARN_TRY(tarn_schema_copy(s->normal.children[i], NULL, s->to.children[i], error));
    if (names == NULL)
        return make_text(s, NULL, error);
    for (size_t i = 0; i < count; i++)
        TARN_TRY(make_text(s, names[i], error));
    return TARN_OK;
}

tarn_status tarn_text_stream_new(struct ArrowArrayStream *given, const char *const *names, size_t count,
                                 struct ArrowArrayStream *out, tarn_error *error) {
    text_stream *s = calloc(1, sizeof *s);
    if (s == NULL)
        return tarn_fail_memory(error);
    s->given = *given;
    given->release = NULL; /* moved */
    tarn_status status = make_schema(s, names, count, error);
    if (status != TARN_OK) {
        free_stream(s);
        return status;
    }
    *out = (struct ArrowArrayStream){.get_schema = get_schema,
                                     .get_next = get_next,
                                     .get_last_error = tarn_stream_last_error,
                                     .release = release,
                                     .private_data = s};
    return TARN_OK;
}
