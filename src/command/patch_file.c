/* Reading a comparison from a file: nothing in it is believed. */
#include "command/patch.h"

#include "arrow/ipc.h"
#include "arrow/normalize.h"
#include "base/asker.h"
#include "base/text.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHANGE, ROW_BEFORE, ROW_AFTER, COLUMNS, FIXED_COLUMNS };

void tarn_patch_free(tarn_patch *patch) {
    if (patch == NULL)
        return;
    for (size_t i = 0; i < patch->column_count; i++) {
        free(patch->columns[i].before);
        free(patch->columns[i].after);
        free(patch->columns[i].cells);
    }
    free(patch->columns);
    free(patch->list);
    free(patch->path);
    tarn_schema_release(&patch->schema);
    tarn_array_release(&patch->rows);
    free(patch);
}

static tarn_status strange(const tarn_patch *patch, const char *what, tarn_error *error) {
    return tarn_fail(error, TARN_E_INVALID,
                     "%s is no comparison as " TARN_ASKER(
                         "tarn diff writes it (%s): make it with tarn diff A B -o FILE.arrow",
                         "its export writes it (%s): make it with diff(A, B) and export({ format: 'arrow' })") "",
                     patch->path, what);
}

/* ---- the file ---- */

static tarn_status open_file(tarn_run *run, const char *path, tarn_ipc_reader **out, tarn_error *error) {
    tarn_file *file = NULL;
    tarn_ipc_read_options options = {.pool = run->pool};
    TARN_TRY(tarn_fs_open(run->files, path, TARN_OPEN_READ, &file, error));
    tarn_status status = tarn_ipc_open_file(file, &options, out, error);
    tarn_file_close(file);
    if (status == TARN_OK || status == TARN_E_IO || status == TARN_E_MEMORY)
        return status;
    return tarn_fail_context(
        error, status,
        "%s is no Arrow file (" TARN_ASKER("tarn diff A B -o FILE.arrow",
                                           "a comparison's export({ format: 'arrow' })") " makes one)",
        path);
}

typedef struct batches {
    struct ArrowArray *list;
    size_t count, capacity;
} batches;

static void batches_clear(batches *b) {
    for (size_t i = 0; i < b->count; i++)
        tarn_array_release(&b->list[i]);
    free(b->list);
}

static tarn_status read_batches(tarn_run *run, tarn_ipc_reader *reader, batches *b, tarn_error *error) {
    for (;;) {
        struct ArrowArray batch = {0};
        TARN_TRY(tarn_task_check(run->task, error));
        TARN_TRY(tarn_ipc_next(reader, &batch, error));
        if (batch.release == NULL)
            return TARN_OK;
        tarn_status status = tarn_grow(&b->list, &b->capacity, b->count + 1, sizeof *b->list, error);
        if (status == TARN_OK)
            status = tarn_array_normalize(tarn_ipc_schema(reader), &batch, &b->list[b->count], error);
        b->count += status == TARN_OK;
        tarn_array_release(&batch);
        TARN_TRY(status);
    }
}

static tarn_status join_batches(tarn_patch *patch, const batches *b, tarn_error *error) {
    if (b->count == 0)
        return tarn_array_nulls(&patch->schema, 0, &patch->rows, error);
    const struct ArrowArray **parts = malloc(b->count * sizeof(struct ArrowArray *));
    if (parts == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < b->count; i++)
        parts[i] = &b->list[i];
    tarn_status status = tarn_array_concat(&patch->schema, parts, b->count, &patch->rows, error);
    free(parts);
    return status;
}

static tarn_status read_file(tarn_run *run, tarn_patch *patch, tarn_error *error) {
    tarn_ipc_reader *reader = NULL;
    batches b = {0};
    TARN_TRY(open_file(run, patch->path, &reader, error));
    tarn_status status = tarn_schema_normalize(tarn_ipc_schema(reader), &patch->schema, error);
    if (status == TARN_OK)
        status = read_batches(run, reader, &b, error);
    if (status == TARN_OK)
        status = join_batches(patch, &b, error);
    batches_clear(&b);
    tarn_ipc_reader_free(reader);
    patch->count = status == TARN_OK ? patch->rows.length : 0;
    return status == TARN_OK || status == TARN_E_CANCELLED ? status
                                                           : tarn_fail_context(error, status, "%s", patch->path);
}

/* ---- what was compared ---- */

static char *copy_name(const json_t *column, const char *key) {
    const char *name = json_string_value(json_object_get(column, key));
    return name == NULL ? NULL : tarn_strdup(name);
}

static bool has_name(const char *name, const json_t *column, const char *key) {
    const json_t *value = json_object_get(column, key);
    return name != NULL || value == NULL || json_is_null(value);
}

/* The child of the rows that has to come next. */
static tarn_status expect_child(tarn_patch *patch, const char *side, const char *name, size_t *at, size_t *out,
                                tarn_error *error) {
    char *wanted = tarn_format("%s.%s", side, name);
    if (wanted == NULL)
        return tarn_fail_memory(error);
    bool there = (int64_t)*at < patch->schema.n_children && strcmp(patch->schema.children[*at]->name, wanted) == 0;
    free(wanted);
    if (!there)
        return strange(patch, "its columns are not those that it says were compared", error);
    *out = (*at)++;
    return TARN_OK;
}

static tarn_status read_column(tarn_patch *patch, const json_t *from, size_t *at, tarn_error *error) {
    tarn_patch_column *column = &patch->columns[patch->column_count++];
    *column = (tarn_patch_column){.before = copy_name(from, "before"),
                                  .after = copy_name(from, "after"),
                                  .key = patch->by_key && json_is_true(json_object_get(from, "key")),
                                  .left_out = json_is_true(json_object_get(from, "left_out")),
                                  .of_before = TARN_PATCH_NONE,
                                  .of_after = TARN_PATCH_NONE,
                                  .column = TARN_PATCH_NONE};
    if (!has_name(column->before, from, "before") || !has_name(column->after, from, "after") ||
        (column->before == NULL && column->after == NULL))
        return strange(patch, "a column has no name", error);
    if (column->key && (column->left_out || column->before == NULL || column->after == NULL))
        return strange(patch, "a key is not on both sides", error);
    if (column->left_out)
        return TARN_OK;
    if (column->before != NULL)
        TARN_TRY(expect_child(patch, "before", column->before, at, &column->of_before, error));
    if (column->after != NULL)
        TARN_TRY(expect_child(patch, "after", column->after, at, &column->of_after, error));
    return TARN_OK;
}

static bool child_is(const tarn_patch *patch, size_t child, const char *name, const char *format) {
    if ((int64_t)child >= patch->schema.n_children)
        return false;
    const struct ArrowSchema *type = tarn_patch_type(patch, child);
    return type->dictionary == NULL && strcmp(type->name, name) == 0 && strcmp(type->format, format) == 0;
}

static tarn_status check_children(tarn_patch *patch, const json_t *columns, tarn_error *error) {
    size_t at = FIXED_COLUMNS, i;
    const json_t *column;
    bool has_key = !patch->by_key;
    if (!child_is(patch, CHANGE, "change", "u") || !child_is(patch, ROW_BEFORE, "row_before", "l") ||
        !child_is(patch, ROW_AFTER, "row_after", "l") || !child_is(patch, COLUMNS, "columns", "+l") ||
        strcmp(tarn_patch_type(patch, COLUMNS)->children[0]->format, "u") != 0)
        return strange(patch, "it has other columns", error);
    patch->columns = calloc(json_array_size(columns) + 1, sizeof *patch->columns);
    if (patch->columns == NULL)
        return tarn_fail_memory(error);
    json_array_foreach(columns, i, column) {
        TARN_TRY(read_column(patch, column, &at, error));
        has_key = has_key || patch->columns[i].key;
    }
    if (!has_key)
        return strange(patch, "it names no key", error);
    if (patch->complete && !child_is(patch, at++, "place", "l"))
        return strange(patch, "it lacks the places of rows", error);
    return (int64_t)at == patch->schema.n_children ? TARN_OK : strange(patch, "it has more columns", error);
}

static tarn_status check_description(tarn_patch *patch, const json_t *description, tarn_error *error) {
    const char *by = json_string_value(json_object_get(description, "by"));
    const json_t *columns = json_object_get(description, "columns");
    if (json_integer_value(json_object_get(description, "format")) > 1)
        return tarn_fail(error, TARN_E_NEWER, "%s was written by a newer Tarn: update Tarn", patch->path);
    if (by == NULL || !json_is_array(columns) || (strcmp(by, "key") != 0 && strcmp(by, "row") != 0))
        return strange(patch, "its description is damaged", error);
    patch->by_key = strcmp(by, "key") == 0;
    patch->complete = json_is_true(json_object_get(description, "complete"));
    patch->rules = (tarn_diff_rules){
        .ignore_case = json_is_true(json_object_get(description, "ignore_case")),
        .ignore_space = json_is_true(json_object_get(description, "ignore_space")),
        .tolerance = json_number_value(json_object_get(description, "tolerance")),
    };
    if (!(patch->rules.tolerance >= 0) || !isfinite(patch->rules.tolerance))
        return strange(patch, "its description is damaged", error);
    return check_children(patch, columns, error);
}

static tarn_status read_description(tarn_patch *patch, tarn_error *error) {
    const char *text;
    size_t size;
    if (!tarn_schema_metadata_get(&patch->schema, "tarn.diff", &text, &size))
        return strange(patch, "it does not say what was compared", error);
    json_t *description = json_loadb(text, size, 0, NULL);
    tarn_status status = description == NULL ? strange(patch, "its description is damaged", error)
                                             : check_description(patch, description, error);
    json_decref(description);
    return status;
}

/* ---- rows ---- */

static int64_t number_at(const tarn_patch *patch, size_t child, int64_t i) {
    const struct ArrowArray *values = tarn_patch_values(patch, child);
    if (tarn_array_is_null(tarn_patch_type(patch, child), values, i))
        return -1;
    return ((const int64_t *)values->buffers[1])[values->offset + i];
}

static bool text_at(const struct ArrowSchema *type, const struct ArrowArray *values, int64_t i, const char **text,
                    size_t *size) {
    if (tarn_array_is_null(type, values, i))
        return false;
    const int32_t *ends = (const int32_t *)values->buffers[1] + values->offset + i;
    *text = (const char *)values->buffers[2] + ends[0];
    *size = (size_t)(ends[1] - ends[0]);
    return true;
}

static bool read_kind(const tarn_patch *patch, int64_t i, tarn_diff_kind *out) {
    static const struct {
        const char *name;
        tarn_diff_kind kind;
    } kinds[] = {{"added", TARN_DIFF_ADDED},         {"removed", TARN_DIFF_REMOVED}, {"modified", TARN_DIFF_MODIFIED},
                 {"unmatched", TARN_DIFF_UNMATCHED}, {"moved", TARN_DIFF_MOVED},     {"filled", TARN_DIFF_FILLED}};
    const char *text;
    size_t size;
    if (!text_at(tarn_patch_type(patch, CHANGE), tarn_patch_values(patch, CHANGE), i, &text, &size))
        return false;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        if (strlen(kinds[k].name) == size && memcmp(kinds[k].name, text, size) == 0) {
            *out = kinds[k].kind;
            return true;
        }
    }
    return false;
}

static tarn_patch_column *find_column(const tarn_patch *patch, const char *name, size_t size) {
    for (size_t i = 0; i < patch->column_count; i++) {
        tarn_patch_column *column = &patch->columns[i];
        if (column->of_before != TARN_PATCH_NONE && column->of_after != TARN_PATCH_NONE &&
            strlen(column->after) == size && memcmp(column->after, name, size) == 0)
            return column;
    }
    return NULL;
}

/* The columns in which a modified row differs. */
static tarn_status read_cells(tarn_patch *patch, int64_t i, tarn_error *error) {
    const struct ArrowArray *lists = tarn_patch_values(patch, COLUMNS);
    const struct ArrowSchema *type = tarn_patch_type(patch, COLUMNS);
    if (tarn_array_is_null(type, lists, i))
        return strange(patch, "a modified row does not say where", error);
    const int32_t *ends = (const int32_t *)lists->buffers[1] + lists->offset + i;
    for (int32_t item = ends[0]; item < ends[1]; item++) {
        const char *name;
        size_t size;
        tarn_patch_column *column = NULL;
        if (text_at(type->children[0], lists->children[0], item, &name, &size))
            column = find_column(patch, name, size);
        if (column == NULL || column->key)
            return strange(patch, "a modified row names a column that cannot be", error);
        if (column->cells == NULL)
            column->cells = calloc((size_t)patch->count / 8 + 1, 1);
        if (column->cells == NULL)
            return tarn_fail_memory(error);
        tarn_bit_set(column->cells, i);
    }
    return TARN_OK;
}

static tarn_status read_rows(tarn_patch *patch, tarn_error *error) {
    patch->list = calloc((size_t)patch->count + 1, sizeof *patch->list);
    if (patch->list == NULL)
        return tarn_fail_memory(error);
    size_t place = (size_t)patch->schema.n_children - 1;
    for (int64_t i = 0; i < patch->count; i++) {
        tarn_patch_row *row = &patch->list[i];
        if (!read_kind(patch, i, &row->kind) || (row->kind == TARN_DIFF_MOVED && patch->by_key))
            return strange(patch, "a row has a change that cannot be", error);
        row->row = patch->by_key || row->kind == TARN_DIFF_ADDED ? -1 : number_at(patch, ROW_BEFORE, i);
        row->place = patch->complete ? number_at(patch, place, i) : -1;
        if (row->kind == TARN_DIFF_MODIFIED)
            TARN_TRY(read_cells(patch, i, error));
    }
    return TARN_OK;
}

/* What only a complete comparison tells. */
static tarn_status check_complete(const tarn_patch *patch, tarn_error *error) {
    bool adds = !patch->by_key;
    for (size_t i = 0; i < patch->column_count; i++)
        adds = adds || patch->columns[i].before == NULL;
    if (patch->complete || !adds)
        return TARN_OK;
    return tarn_fail(error, TARN_E_INVALID,
                     "%s lacks what it takes to apply it (rows that moved, values of added columns): make it with tarn "
                     "diff A B -o FILE.arrow",
                     patch->path);
}

tarn_status tarn_patch_read(tarn_run *run, const char *path, tarn_patch **out, tarn_error *error) {
    tarn_patch *patch = calloc(1, sizeof *patch);
    if (patch == NULL)
        return tarn_fail_memory(error);
    patch->path = tarn_strdup(path);
    tarn_status status = patch->path == NULL ? tarn_fail_memory(error) : read_file(run, patch, error);
    if (status == TARN_OK)
        status = read_description(patch, error);
    if (status == TARN_OK)
        status = check_complete(patch, error);
    if (status == TARN_OK)
        status = read_rows(patch, error);
    if (status == TARN_OK)
        *out = patch;
    else
        tarn_patch_free(patch);
    return status;
}
