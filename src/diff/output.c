/* The columns of a page: what they are called, and their values. */
#include "diff/internal.h"

#include "arrow/builder.h"
#include "base/text.h"
#include "diff/take.h"

#include <stdlib.h>
#include <string.h>

enum { FIXED_COLUMNS = 4 }; /* change, row_before, row_after, columns */

const char *tarn_diff_kind_name(tarn_diff_kind kind) {
    return kind == TARN_DIFF_ADDED       ? "added"
           : kind == TARN_DIFF_REMOVED   ? "removed"
           : kind == TARN_DIFF_MODIFIED  ? "modified"
           : kind == TARN_DIFF_UNMATCHED ? "unmatched"
           : kind == TARN_DIFF_MOVED     ? "moved"
                                         : "filled";
}

/* ---- the schema ---- */

tarn_status tarn_diff_list_values(tarn_diff *diff, tarn_error *error) {
    diff->values = calloc(2 * diff->pair_count + 1, sizeof *diff->values);
    if (diff->values == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < diff->pair_count; i++) {
        const tarn_diff_pair *pair = &diff->pairs[i];
        if (diff->info.columns[i].left_out)
            continue;
        if (pair->before != TARN_DIFF_NONE)
            diff->values[diff->value_count++] = (tarn_diff_output){i, pair->before, true};
        if (pair->after != TARN_DIFF_NONE)
            diff->values[diff->value_count++] = (tarn_diff_output){i, pair->after, false};
    }
    return TARN_OK;
}

static tarn_status add_value_schema(const tarn_diff *diff, const tarn_diff_output *value, struct ArrowSchema *out,
                                    tarn_error *error) {
    const tarn_column *of = tarn_version_column(value->before ? diff->before : diff->after, value->column);
    char *name = tarn_format("%s.%s", value->before ? "before" : "after", of->name);
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
    for (size_t i = 0; i < diff->value_count; i++)
        TARN_TRY(add_value_schema(diff, &diff->values[i], children[FIXED_COLUMNS + i], error));
    return diff->complete ? tarn_schema_make(children[FIXED_COLUMNS + diff->value_count], "l", "place", error)
                          : TARN_OK;
}

static tarn_status add_description(const tarn_diff *diff, struct ArrowSchema *schema, tarn_error *error) {
    tarn_buffer text = {0};
    tarn_status status = tarn_diff_describe(diff, &text, error);
    if (status == TARN_OK)
        status = tarn_schema_metadata_set(schema, "tarn.diff", (const char *)text.data, error);
    tarn_buffer_free(&text);
    return status;
}

tarn_status tarn_diff_schema(const tarn_diff *diff, struct ArrowSchema *out, tarn_error *error) {
    struct ArrowSchema schema;
    int64_t columns = FIXED_COLUMNS + (int64_t)diff->value_count + diff->complete;
    TARN_TRY(tarn_schema_make_nested(&schema, "+s", "", columns, error));
    tarn_status status = fill_schema(diff, schema.children, error);
    if (status == TARN_OK)
        status = add_description(diff, &schema, error);
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
        const char *name = tarn_diff_kind_name(rows[i].kind);
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

/* Places are kept one after the other for the placed rows of a part; it is quick where rows come by rising offset. */
static tarn_status build_places(const struct ArrowSchema *type, const tarn_diff_row *rows, int64_t count,
                                struct ArrowArray *out, tarn_error *error) {
    const tarn_diff_part *part = NULL;
    int64_t offset = 0, rank = 0;
    tarn_builder *builder;
    TARN_TRY(tarn_builder_new(type, &builder, error));
    tarn_status status = TARN_OK;
    for (int64_t i = 0; i < count && status == TARN_OK; i++) {
        const tarn_diff_row *row = &rows[i];
        if (row->after < 0 || row->part->placed == NULL || !tarn_bit_get(row->part->placed, row->offset)) {
            status = tarn_builder_null(builder, error);
            continue;
        }
        if (row->part != part || row->offset < offset)
            offset = rank = 0;
        part = row->part;
        rank += tarn_bits_count(part->placed, offset, row->offset - offset);
        offset = row->offset;
        status = tarn_builder_int(builder, part->places[rank], error);
    }
    if (status == TARN_OK)
        status = tarn_builder_finish(builder, out, error);
    tarn_builder_free(builder);
    return status;
}

/* ---- any of them ---- */

tarn_status tarn_diff_fill(const tarn_diff *diff, const struct ArrowSchema *type, size_t column,
                           const tarn_diff_row *rows, int64_t count, struct ArrowArray *out, tarn_error *error) {
    if (column == 0)
        return build_kinds(type, rows, count, out, error);
    if (column == 1 || column == 2)
        return build_numbers(type, rows, count, column == 1, out, error);
    if (column == 3)
        return build_columns(diff, type, rows, count, out, error);
    if (column == FIXED_COLUMNS + diff->value_count)
        return build_places(type, rows, count, out, error);
    const tarn_diff_output *value = &diff->values[column - FIXED_COLUMNS];
    return tarn_diff_take(value->before ? diff->before : diff->after, value->column, rows, count, value->before, out,
                          error);
}
