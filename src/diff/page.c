/* A page of changes with the values of both sides, and all of them as a stream. */
#include "diff/internal.h"

#include "arrow/builder.h"
#include "base/text.h"
#include "diff/take.h"
#include "engine/stream.h"

#include <stdlib.h>
#include <string.h>

#define STREAM_ROWS 8192

enum { FIXED_COLUMNS = 4 }; /* change, row_before, row_after, columns */

static const char *kind_name(tarn_diff_kind kind) {
    return kind == TARN_DIFF_ADDED      ? "added"
           : kind == TARN_DIFF_REMOVED  ? "removed"
           : kind == TARN_DIFF_MODIFIED ? "modified"
                                        : "unmatched";
}

/* ---- the schema ---- */

static int64_t value_columns(const tarn_diff *diff) {
    int64_t count = 0;
    for (size_t i = 0; i < diff->pair_count; i++) {
        const tarn_diff_pair *pair = &diff->pairs[i];
        if (!diff->info.columns[i].left_out)
            count += (pair->before != TARN_DIFF_NONE) + (pair->after != TARN_DIFF_NONE);
    }
    return count;
}

static tarn_status add_value_schema(const tarn_version *version, size_t column, const char *side,
                                    struct ArrowSchema *out, tarn_error *error) {
    const tarn_column *of = tarn_version_column(version, column);
    char *name = tarn_format("%s.%s", side, of->name);
    tarn_status status = name == NULL ? tarn_fail_memory(error) : tarn_schema_copy(of->type, name, out, error);
    free(name);
    return status;
}

static tarn_status fill_schema(const tarn_diff *diff, struct ArrowSchema **children, tarn_error *error) {
    TARN_TRY(tarn_schema_make(children[0], "u", "change", error));
    TARN_TRY(tarn_schema_make(children[1], "l", "row_before", error));
    TARN_TRY(tarn_schema_make(children[2], "l", "row_after", error));
    TARN_TRY(tarn_schema_make_nested(children[3], "+l", "columns", 1, error));
    TARN_TRY(tarn_schema_make(children[3]->children[0], "u", "item", error));
    size_t at = FIXED_COLUMNS;
    for (size_t i = 0; i < diff->pair_count; i++) {
        const tarn_diff_pair *pair = &diff->pairs[i];
        if (diff->info.columns[i].left_out)
            continue;
        if (pair->before != TARN_DIFF_NONE)
            TARN_TRY(add_value_schema(diff->before, pair->before, "before", children[at++], error));
        if (pair->after != TARN_DIFF_NONE)
            TARN_TRY(add_value_schema(diff->after, pair->after, "after", children[at++], error));
    }
    return TARN_OK;
}

static tarn_status make_schema(const tarn_diff *diff, struct ArrowSchema *out, tarn_error *error) {
    struct ArrowSchema schema;
    TARN_TRY(tarn_schema_make_nested(&schema, "+s", "", FIXED_COLUMNS + value_columns(diff), error));
    tarn_status status = fill_schema(diff, schema.children, error);
    if (status == TARN_OK)
        *out = schema;
    else
        tarn_schema_release(&schema);
    return status;
}

/* ---- what happened to the rows ---- */

static tarn_status build_kinds(const struct ArrowSchema *type, const tarn_diff_row *rows, int64_t count,
                               struct ArrowArray *out, tarn_error *error) {
    tarn_builder *builder;
    TARN_TRY(tarn_builder_new(type, &builder, error));
    tarn_status status = TARN_OK;
    for (int64_t i = 0; i < count && status == TARN_OK; i++) {
        const char *name = kind_name(rows[i].kind);
        status = tarn_builder_bytes(builder, name, strlen(name), error);
    }
    if (status == TARN_OK)
        status = tarn_builder_finish(builder, out, error);
    tarn_builder_free(builder);
    return status;
}

static tarn_status build_numbers(const struct ArrowSchema *type, const tarn_diff_row *rows, int64_t count, bool before,
                                 struct ArrowArray *out, tarn_error *error) {
    tarn_builder *builder;
    TARN_TRY(tarn_builder_new(type, &builder, error));
    tarn_status status = TARN_OK;
    for (int64_t i = 0; i < count && status == TARN_OK; i++) {
        int64_t number = before ? rows[i].before : rows[i].after;
        status = number < 0 ? tarn_builder_null(builder, error) : tarn_builder_int(builder, number, error);
    }
    if (status == TARN_OK)
        status = tarn_builder_finish(builder, out, error);
    tarn_builder_free(builder);
    return status;
}

static tarn_status add_names(const tarn_diff *diff, const tarn_diff_row *row, tarn_builder *names, int32_t *end,
                             tarn_error *error) {
    if (row->kind != TARN_DIFF_MODIFIED)
        return TARN_OK;
    for (size_t i = 0; i < diff->pair_count; i++) {
        const char *name = diff->info.columns[i].after;
        if (row->part->cells[i] == NULL || !tarn_bit_get(row->part->cells[i], row->offset))
            continue;
        TARN_TRY(tarn_builder_bytes(names, name, strlen(name), error));
        ++*end;
    }
    return TARN_OK;
}

/* The list of names of the columns that differ. */
static tarn_status build_columns(const tarn_diff *diff, const struct ArrowSchema *type, const tarn_diff_row *rows,
                                 int64_t count, struct ArrowArray *out, tarn_error *error) {
    tarn_builder *names = NULL;
    struct ArrowArray items = {0};
    int32_t *ends = tarn_aligned_alloc(((size_t)count + 1) * sizeof *ends), end = 0;
    tarn_status status = ends == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = tarn_builder_new(type->children[0], &names, error);
    for (int64_t i = 0; i < count && status == TARN_OK; i++) {
        ends[i] = end;
        status = add_names(diff, &rows[i], names, &end, error);
    }
    if (status == TARN_OK) {
        ends[count] = end;
        status = tarn_builder_finish(names, &items, error);
    }
    tarn_builder_free(names);
    if (status != TARN_OK) {
        free(ends);
        return status;
    }
    void *buffers[2] = {NULL, ends};
    return tarn_array_make(out, count, 0, buffers, 2, &items, 1, error);
}

/* ---- pages ---- */

static tarn_status fill_page(const tarn_diff *diff, const struct ArrowSchema *schema, const tarn_diff_row *rows,
                             int64_t count, struct ArrowArray *children, tarn_error *error) {
    TARN_TRY(build_kinds(schema->children[0], rows, count, &children[0], error));
    TARN_TRY(build_numbers(schema->children[1], rows, count, true, &children[1], error));
    TARN_TRY(build_numbers(schema->children[2], rows, count, false, &children[2], error));
    TARN_TRY(build_columns(diff, schema->children[3], rows, count, &children[3], error));
    size_t at = FIXED_COLUMNS;
    for (size_t i = 0; i < diff->pair_count; i++) {
        const tarn_diff_pair *pair = &diff->pairs[i];
        if (diff->info.columns[i].left_out)
            continue;
        if (pair->before != TARN_DIFF_NONE)
            TARN_TRY(tarn_diff_take(diff->before, pair->before, rows, count, true, &children[at++], error));
        if (pair->after != TARN_DIFF_NONE)
            TARN_TRY(tarn_diff_take(diff->after, pair->after, rows, count, false, &children[at++], error));
    }
    return TARN_OK;
}

static tarn_status make_page(const tarn_diff *diff, const tarn_diff_filter *filter, int64_t offset, int64_t count,
                             const struct ArrowSchema *schema, struct ArrowArray *out, tarn_error *error) {
    tarn_diff_row *rows = NULL;
    int64_t found = 0;
    struct ArrowArray *children = calloc((size_t)schema->n_children, sizeof *children);
    tarn_status status = children == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = tarn_diff_locate(diff, filter, offset, count, &rows, &found, error);
    if (status == TARN_OK)
        status = fill_page(diff, schema, rows, found, children, error);
    void *no_validity[1] = {NULL};
    if (status == TARN_OK)
        status = tarn_array_make(out, found, 0, no_validity, 1, children, schema->n_children, error);
    for (int64_t i = 0; status != TARN_OK && children != NULL && i < schema->n_children; i++)
        tarn_array_release(&children[i]);
    free(children);
    free(rows);
    return status;
}

static tarn_status make_filter(const tarn_diff *diff, const tarn_diff_page_options *options, tarn_diff_filter *out,
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
    TARN_TRY(make_filter(diff, options, &filter, error));
    TARN_TRY(make_schema(diff, &made, error));
    tarn_status status = make_page(diff, &filter, options->offset, options->count, &made, rows, error);
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
    int64_t offset, left;
    struct ArrowSchema schema;
} diff_stream;

static int stream_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    diff_stream *own = stream->private_data;
    return tarn_stream_errno(tarn_schema_copy(&own->schema, NULL, out, &own->base.error));
}

static int stream_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    diff_stream *own = stream->private_data;
    int64_t count = own->left < STREAM_ROWS ? own->left : STREAM_ROWS;
    *out = (struct ArrowArray){0};
    tarn_status status = tarn_task_check(own->task, &own->base.error);
    if (status == TARN_OK)
        status = make_page(own->diff, &own->filter, own->offset, count, &own->schema, out, &own->base.error);
    if (status != TARN_OK)
        return tarn_stream_errno(status);
    own->offset += out->length;
    own->left = out->length < count ? 0 : own->left - out->length;
    if (out->length == 0)
        tarn_array_release(out);
    return 0;
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
    tarn_status status = make_filter(diff, options, &own->filter, error);
    if (status == TARN_OK)
        status = make_schema(diff, &own->schema, error);
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
