/* Changes cell by cell: a row for each value that differs. */
#include "diff/internal.h"

#include "arrow/builder.h"
#include "arrow/printer.h"
#include "diff/take.h"

#include <stdlib.h>
#include <string.h>

enum { CHANGE, ROW_BEFORE, ROW_AFTER, FIRST_KEY };
enum { COLUMN, BEFORE, AFTER, BEHIND_KEYS }; /* from behind the keys on */

static size_t key_count(const tarn_diff *diff) {
    size_t count = 0;
    for (size_t i = 0; i < diff->pair_count; i++)
        count += diff->info.columns[i].is_key;
    return count;
}

tarn_status tarn_diff_changes_schema(const tarn_diff *diff, struct ArrowSchema *out, tarn_error *error) {
    static const char *const last[] = {"column", "before", "after"};
    struct ArrowSchema schema;
    int64_t at = FIRST_KEY;
    tarn_status status;
    TARN_TRY(tarn_schema_make_nested(&schema, "+s", "", FIRST_KEY + (int64_t)key_count(diff) + BEHIND_KEYS, error));
    TARN_CHECK(tarn_schema_make(schema.children[CHANGE], "u", "change", error));
    TARN_CHECK(tarn_schema_make(schema.children[ROW_BEFORE], "l", "row_before", error));
    TARN_CHECK(tarn_schema_make(schema.children[ROW_AFTER], "l", "row_after", error));
    for (size_t i = 0; i < diff->pair_count; i++) {
        if (diff->info.columns[i].is_key)
            TARN_CHECK(tarn_schema_make(schema.children[at++], "u", diff->info.columns[i].after, error));
    }
    for (size_t i = 0; i < BEHIND_KEYS; i++)
        TARN_CHECK(tarn_schema_make(schema.children[at++], "u", last[i], error));
    *out = schema;
    return TARN_OK;
cleanup:
    tarn_schema_release(&schema);
    return status;
}

/* The values of one pair in the rows of a block, on both sides. */
typedef struct values {
    struct ArrowArray arrays[2];
    tarn_printer *printers[2]; /* NULL: not on that side */
} values;

typedef struct block {
    const tarn_diff *diff;
    const tarn_diff_row *rows;
    int64_t count;
    values *values; /* per pair */
    tarn_builder **builders;
    size_t builder_count;
} block;

static tarn_status load_side(block *b, size_t pair, bool before, tarn_error *error) {
    const tarn_version *version = before ? b->diff->before : b->diff->after;
    size_t column = before ? b->diff->pairs[pair].before : b->diff->pairs[pair].after;
    values *v = &b->values[pair];
    if (column == TARN_DIFF_NONE)
        return TARN_OK;
    TARN_TRY(tarn_diff_take(version, column, b->rows, b->count, before, &v->arrays[!before], error));
    return tarn_printer_new(tarn_version_column(version, column)->type, &v->arrays[!before], &v->printers[!before],
                            error);
}

static tarn_status load(block *b, const struct ArrowSchema *schema, tarn_error *error) {
    b->values = calloc(b->diff->pair_count + 1, sizeof *b->values);
    b->builders = calloc((size_t)schema->n_children, sizeof *b->builders);
    if (b->values == NULL || b->builders == NULL)
        return tarn_fail_memory(error);
    for (; b->builder_count < (size_t)schema->n_children; b->builder_count++)
        TARN_TRY(tarn_builder_new(schema->children[b->builder_count], &b->builders[b->builder_count], error));
    for (size_t i = 0; i < b->diff->pair_count; i++) {
        if (b->diff->info.columns[i].left_out)
            continue;
        TARN_TRY(load_side(b, i, true, error));
        TARN_TRY(load_side(b, i, false, error));
    }
    return TARN_OK;
}

static void unload(block *b) {
    for (size_t i = 0; b->values != NULL && i < b->diff->pair_count; i++) {
        for (int side = 0; side < 2; side++) {
            tarn_printer_free(b->values[i].printers[side]);
            tarn_array_release(&b->values[i].arrays[side]);
        }
    }
    for (size_t i = 0; i < b->builder_count; i++)
        tarn_builder_free(b->builders[i]);
    free(b->values);
    free(b->builders);
}

/* ---- one cell ---- */

static tarn_status add_text(tarn_builder *builder, tarn_printer *printer, int64_t i, tarn_error *error) {
    tarn_printed printed = {.kind = TARN_PRINTED_NULL};
    if (printer != NULL)
        TARN_TRY(tarn_printer_print(printer, i, &printed, error));
    if (printed.kind == TARN_PRINTED_NULL)
        return tarn_builder_null(builder, error);
    return tarn_builder_bytes(builder, printed.size > 0 ? printed.text : "", printed.size, error);
}

static tarn_status add_number(tarn_builder *builder, int64_t number, tarn_error *error) {
    return number < 0 ? tarn_builder_null(builder, error) : tarn_builder_int(builder, number, error);
}

/* `pair` TARN_DIFF_NONE: the row as a whole. */
static tarn_status add_cell(block *b, int64_t i, size_t pair, tarn_error *error) {
    const tarn_diff_row *row = &b->rows[i];
    const char *kind = tarn_diff_kind_name(row->kind);
    tarn_builder **next = b->builders + FIRST_KEY;
    int present = row->after >= 0 ? 1 : 0; /* the side that has the row's key */
    TARN_TRY(tarn_builder_bytes(b->builders[CHANGE], kind, strlen(kind), error));
    TARN_TRY(add_number(b->builders[ROW_BEFORE], row->before, error));
    TARN_TRY(add_number(b->builders[ROW_AFTER], row->after, error));
    for (size_t k = 0; k < b->diff->pair_count; k++) {
        if (b->diff->info.columns[k].is_key)
            TARN_TRY(add_text(*next++, b->values[k].printers[present], i, error));
    }
    if (pair == TARN_DIFF_NONE) {
        for (int k = 0; k < BEHIND_KEYS; k++)
            TARN_TRY(tarn_builder_null(next[k], error));
        return TARN_OK;
    }
    const tarn_diff_column *column = &b->diff->info.columns[pair];
    const char *name = column->after != NULL ? column->after : column->before;
    TARN_TRY(tarn_builder_bytes(next[COLUMN], name, strlen(name), error));
    TARN_TRY(add_text(next[BEFORE], row->before >= 0 ? b->values[pair].printers[0] : NULL, i, error));
    return add_text(next[AFTER], row->after >= 0 ? b->values[pair].printers[1] : NULL, i, error);
}

/* A modified row's cells are those that differ; of any other row those that it has. */
static bool is_shown(const block *b, const tarn_diff_row *row, size_t pair) {
    const tarn_diff_column *column = &b->diff->info.columns[pair];
    if (column->left_out || column->is_key)
        return false;
    if (row->kind == TARN_DIFF_MODIFIED)
        return row->part->cells[pair] != NULL && tarn_bit_get(row->part->cells[pair], row->offset);
    return row->before >= 0 && row->after >= 0 ? false
           : row->before >= 0                  ? column->before != NULL
                                               : column->after != NULL;
}

static tarn_status add_row(block *b, int64_t i, int64_t *length, tarn_error *error) {
    int64_t before = *length;
    for (size_t pair = 0; pair < b->diff->pair_count; pair++) {
        if (!is_shown(b, &b->rows[i], pair))
            continue;
        TARN_TRY(add_cell(b, i, pair, error));
        ++*length;
    }
    if (*length > before)
        return TARN_OK;
    ++*length; /* nothing but a key */
    return add_cell(b, i, TARN_DIFF_NONE, error);
}

tarn_status tarn_diff_changes_page(const tarn_diff *diff, const struct ArrowSchema *schema, const tarn_diff_row *rows,
                                   int64_t count, struct ArrowArray *out, tarn_error *error) {
    block b = {.diff = diff, .rows = rows, .count = count};
    struct ArrowArray *children = calloc((size_t)schema->n_children, sizeof *children);
    void *no_validity[1] = {NULL};
    int64_t length = 0;
    tarn_status status = children == NULL ? tarn_fail_memory(error) : load(&b, schema, error);
    for (int64_t i = 0; i < count && status == TARN_OK; i++)
        status = add_row(&b, i, &length, error);
    for (size_t i = 0; i < b.builder_count && status == TARN_OK; i++)
        status = tarn_builder_finish(b.builders[i], &children[i], error);
    unload(&b);
    if (status == TARN_OK)
        status = tarn_array_make(out, length, 0, no_validity, 1, children, schema->n_children, error);
    for (int64_t i = 0; status != TARN_OK && children != NULL && i < schema->n_children; i++)
        tarn_array_release(&children[i]);
    free(children);
    return status;
}
