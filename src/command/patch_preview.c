/* Showing what a patch would do: its first rows, or the conflicts. */
#include "command/patch.h"

#include "arrow/builder.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN_COLUMNS = 3 }; /* change, row, what would happen to it or does not fit */

typedef struct showing {
    const tarn_run *run;
    const tarn_patch *patch;
    bool conflicts;
    tarn_builder *builders[SHOWN_COLUMNS];
} showing;

static const char *change_name(tarn_diff_kind kind) {
    return kind == TARN_DIFF_ADDED       ? "added"
           : kind == TARN_DIFF_REMOVED   ? "removed"
           : kind == TARN_DIFF_MOVED     ? "moved"
           : kind == TARN_DIFF_FILLED    ? "filled"
           : kind == TARN_DIFF_UNMATCHED ? "unmatched"
                                         : "modified";
}

static tarn_status print_cell(const tarn_patch *patch, size_t child, int64_t i, tarn_buffer *out, tarn_error *error) {
    bool is_null = false;
    TARN_TRY(tarn_array_print(tarn_patch_type(patch, child), tarn_patch_values(patch, child), i, out, &is_null, error));
    return is_null ? tarn_buffer_append(out, "null", 4, error) : TARN_OK;
}

static bool is_concerned(const tarn_patch *patch, const tarn_patch_column *column, int64_t i) {
    const tarn_patch_row *row = &patch->list[i];
    if (column->of_after == TARN_PATCH_NONE || row->action == TARN_PATCH_REMOVE)
        return false;
    if (row->action == TARN_PATCH_SET && column->before != NULL)
        return column->cells != NULL && tarn_bit_get(column->cells, i);
    return !column->key &&
           !tarn_array_is_null(tarn_patch_type(patch, column->of_after), tarn_patch_values(patch, column->of_after), i);
}

/* "city: NY → New York, total: 7". */
static tarn_status name_cells(const tarn_patch *patch, int64_t i, tarn_buffer *out, tarn_error *error) {
    bool first = true;
    for (size_t c = 0; c < patch->column_count; c++) {
        const tarn_patch_column *column = &patch->columns[c];
        if (!is_concerned(patch, column, i))
            continue;
        TARN_TRY(tarn_buffer_printf(out, error, "%s%s: ", first ? "" : ", ", column->after));
        if (patch->list[i].action == TARN_PATCH_SET && column->before != NULL) {
            TARN_TRY(print_cell(patch, column->of_before, i, out, error));
            TARN_TRY(tarn_buffer_printf(out, error, " → "));
        }
        TARN_TRY(print_cell(patch, column->of_after, i, out, error));
        first = false;
    }
    if (patch->list[i].kind == TARN_DIFF_MOVED)
        return tarn_buffer_printf(out, error, "%sto place %lld", first ? "" : ", ",
                                  (long long)patch->list[i].place + 1);
    return TARN_OK;
}

static tarn_status add_text(tarn_builder *builder, tarn_buffer *text, tarn_error *error) {
    tarn_status status = tarn_builder_bytes(builder, text->size > 0 ? (const char *)text->data : "", text->size, error);
    text->size = 0;
    return status;
}

static tarn_status add_row(const showing *s, int64_t i, tarn_error *error) {
    tarn_buffer text = {0};
    const char *change = change_name(s->patch->list[i].kind);
    tarn_status status;
    TARN_CHECK(tarn_builder_bytes(s->builders[0], change, strlen(change), error));
    TARN_CHECK(tarn_patch_name_row(s->patch, i, &text, error));
    TARN_CHECK(add_text(s->builders[1], &text, error));
    TARN_CHECK(s->conflicts ? tarn_patch_name_conflict(s->run, s->patch, i, &text, error)
                            : name_cells(s->patch, i, &text, error));
    status = add_text(s->builders[2], &text, error);
cleanup:
    tarn_buffer_free(&text);
    return status;
}

static tarn_status fill_rows(const showing *s, int64_t limit, struct ArrowArray *out, tarn_error *error) {
    struct ArrowArray children[SHOWN_COLUMNS] = {{0}};
    void *no_buffers[] = {NULL};
    int64_t count = 0;
    tarn_status status = TARN_OK;
    for (int64_t i = 0; i < s->patch->count && count < limit && status == TARN_OK; i++) {
        const tarn_patch_row *row = &s->patch->list[i];
        if (s->conflicts ? row->conflict == TARN_PATCH_FITS : row->action == TARN_PATCH_LEAVE)
            continue;
        status = add_row(s, i, error);
        count++;
    }
    for (int c = 0; c < SHOWN_COLUMNS && status == TARN_OK; c++)
        status = tarn_builder_finish(s->builders[c], &children[c], error);
    if (status == TARN_OK)
        return tarn_array_make(out, count, 0, no_buffers, 1, children, SHOWN_COLUMNS, error);
    for (int c = 0; c < SHOWN_COLUMNS; c++)
        tarn_array_release(&children[c]);
    return status;
}

static tarn_status show_rows(showing *s, tarn_preview_request *out, tarn_error *error) {
    const char *const names[SHOWN_COLUMNS] = {"change", "row", s->conflicts ? "conflict" : "cells"};
    TARN_TRY(tarn_schema_make_nested(&out->schema, "+s", "", SHOWN_COLUMNS, error));
    tarn_status status = TARN_OK;
    for (int c = 0; c < SHOWN_COLUMNS && status == TARN_OK; c++) {
        status = tarn_schema_make(out->schema.children[c], "u", names[c], error);
        if (status == TARN_OK)
            status = tarn_builder_new(out->schema.children[c], &s->builders[c], error);
    }
    if (status == TARN_OK)
        status = fill_rows(s, out->limit, &out->rows, error);
    for (int c = 0; c < SHOWN_COLUMNS; c++)
        tarn_builder_free(s->builders[c]);
    return status;
}

static char *say_conflicts(const tarn_patch *patch) {
    char *count = tarn_say_count(patch->conflicts, "change does", "changes do"), *text = NULL;
    if (count != NULL)
        text = tarn_format("%s not fit the table: nothing would be changed (conflicts=skip leaves them out, "
                           "conflicts=theirs overrules the table)",
                           count);
    free(count);
    return text;
}

tarn_status tarn_patch_preview(tarn_run *run, const tarn_patch *patch, tarn_preview_request *request,
                               tarn_error *error) {
    showing s = {.run = run, .patch = patch};
    s.conflicts = patch->conflicts > 0 && tarn_run_is(run, "conflicts", "fail");
    if (s.conflicts) {
        request->shown = "conflicts";
        request->concerned = patch->conflicts;
    } else {
        request->shown = "changes";
        request->rows_after += patch->adds - patch->removes;
        request->concerned = patch->sets + patch->adds + patch->removes;
    }
    request->message = s.conflicts ? say_conflicts(patch) : tarn_patch_say(patch, -1, true);
    return request->message == NULL ? tarn_fail_memory(error) : show_rows(&s, request, error);
}
