/* A page of changes with the values of both sides, and all of them as a stream. */
#include "diff/internal.h"

#include "engine/stream.h"

#include <stdlib.h>

#define STREAM_ROWS 8192

/* ---- pages ---- */

static tarn_status make_page(const tarn_diff *diff, const struct ArrowSchema *schema, const tarn_diff_row *rows,
                             int64_t count, struct ArrowArray *out, tarn_error *error) {
    struct ArrowArray *children = calloc((size_t)schema->n_children, sizeof *children);
    tarn_status status = children == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (int64_t i = 0; i < schema->n_children && status == TARN_OK; i++)
        status = tarn_diff_fill(diff, schema->children[i], (size_t)i, rows, count, &children[i], error);
    void *no_validity[1] = {NULL};
    if (status == TARN_OK)
        status = tarn_array_make(out, count, 0, no_validity, 1, children, schema->n_children, error);
    for (int64_t i = 0; status != TARN_OK && children != NULL && i < schema->n_children; i++)
        tarn_array_release(&children[i]);
    free(children);
    return status;
}

tarn_status tarn_diff_make_filter(const tarn_diff *diff, const tarn_diff_page_options *options, tarn_diff_filter *out,
                                  tarn_error *error) {
    *out = (tarn_diff_filter){options->kinds != 0 ? options->kinds : TARN_DIFF_ALL, TARN_DIFF_NONE};
    if (options->offset < 0 || options->count < 0)
        return tarn_fail(error, TARN_E_INVALID, "a page begins at change 0 or later and has 0 changes or more");
    return options->column != NULL ? tarn_diff_find_pair(diff, options->column, &out->pair, error) : TARN_OK;
}

tarn_status tarn_diff_page(const tarn_diff *diff, const tarn_diff_page_options *options, struct ArrowSchema *schema,
                           struct ArrowArray *rows, tarn_error *error) {
    struct ArrowSchema made;
    tarn_diff_filter filter;
    TARN_TRY(tarn_diff_make_filter(diff, options, &filter, error));
    TARN_TRY(tarn_diff_schema(diff, &made, error));
    tarn_diff_row *list = NULL;
    int64_t found = 0;
    tarn_status status = tarn_diff_locate(diff, &filter, options->offset, options->count, &list, &found, error);
    if (status == TARN_OK)
        status = make_page(diff, &made, list, found, rows, error);
    free(list);
    if (status == TARN_OK)
        *schema = made;
    else
        tarn_schema_release(&made);
    return status;
}

/* ---- the stream ---- */

typedef struct diff_stream {
    tarn_stream_base base;
    const tarn_diff *diff;
    tarn_task *task;
    tarn_diff_filter filter;
    bool cells;
    int64_t offset, left; /* changed rows */
    struct ArrowSchema schema;
} diff_stream;

static int stream_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    diff_stream *own = stream->private_data;
    return tarn_stream_errno(tarn_schema_copy(&own->schema, NULL, out, &own->base.error));
}

static tarn_status next_page(diff_stream *own, struct ArrowArray *out, tarn_error *error) {
    tarn_diff_row *rows = NULL;
    int64_t count = own->left < STREAM_ROWS ? own->left : STREAM_ROWS, found = 0;
    TARN_TRY(tarn_task_check(own->task, error));
    tarn_status status = tarn_diff_locate(own->diff, &own->filter, own->offset, count, &rows, &found, error);
    if (status == TARN_OK && found > 0)
        status = own->cells ? tarn_diff_changes_page(own->diff, &own->schema, rows, found, out, error)
                            : make_page(own->diff, &own->schema, rows, found, out, error);
    own->offset += found;
    own->left = found < count ? 0 : own->left - found;
    free(rows);
    return status;
}

static int stream_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    diff_stream *own = stream->private_data;
    *out = (struct ArrowArray){0};
    return tarn_stream_errno(next_page(own, out, &own->base.error));
}

static void stream_release(struct ArrowArrayStream *stream) {
    diff_stream *own = stream->private_data;
    tarn_schema_release(&own->schema);
    tarn_task_release(own->task);
    free(own);
    stream->release = NULL;
}

tarn_status tarn_diff_stream(const tarn_diff *diff, const tarn_diff_page_options *options, tarn_task *task,
                             struct ArrowArrayStream *out, tarn_error *error) {
    diff_stream *own = calloc(1, sizeof *own);
    if (own == NULL)
        return tarn_fail_memory(error);
    own->diff = diff;
    own->offset = options->offset;
    own->left = options->count;
    own->cells = options->cells;
    tarn_status status = tarn_diff_make_filter(diff, options, &own->filter, error);
    if (status == TARN_OK)
        status = own->cells ? tarn_diff_changes_schema(diff, &own->schema, error)
                            : tarn_diff_schema(diff, &own->schema, error);
    if (status != TARN_OK) {
        free(own);
        return status;
    }
    if (task != NULL)
        tarn_task_retain(task);
    own->task = task;
    *out = (struct ArrowArrayStream){.get_schema = stream_schema,
                                     .get_next = stream_next,
                                     .get_last_error = tarn_stream_last_error,
                                     .release = stream_release,
                                     .private_data = own};
    return TARN_OK;
}
