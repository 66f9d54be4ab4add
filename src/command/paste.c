// A block of cells as spreadsheets put it on the clipboard, or as CSV.
#include "command/paste.h"

#include "base/buffer.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void tarn_paste_clear(tarn_paste *paste) {
    for (size_t i = 0; i < paste->height * paste->width; i++)
        free(paste->cells[i]);
    free(paste->cells);
    *paste = (tarn_paste){0};
}

static char find_delimiter(const char *text) {
    bool quoted = false;
    for (; *text != '\0'; text++) {
        if (*text == '"')
            quoted = !quoted;
        else if (*text == '\t' && !quoted)
            return '\t';
    }
    return ',';
}

/* One field; `*text` is behind it, at its delimiter or line end. */
static tarn_status read_field(const char **text, char delimiter, char **out, tarn_error *error) {
    const char ends[] = {delimiter, '\r', '\n', '\0'};
    tarn_buffer field = {0};
    tarn_status status = TARN_OK;
    const char *at = *text;
    if (*at == '"') {
        for (at++; *at != '\0' && (*at != '"' || at[1] == '"') && status == TARN_OK; at++) {
            at += *at == '"'; /* the first of two */
            status = tarn_buffer_append(&field, at, 1, error);
        }
        if (status == TARN_OK && *at++ != '"')
            status = tarn_fail(error, TARN_E_INVALID, "the block has a quote that is not closed");
    }
    if (status == TARN_OK) {
        size_t plain = strcspn(at, ends);
        status = tarn_buffer_append(&field, at, plain, error);
        *text = at + plain;
    }
    if (status == TARN_OK) {
        *out = tarn_strndup(field.data == NULL ? "" : (const char *)field.data, field.size);
        status = *out == NULL ? tarn_fail_memory(error) : TARN_OK;
    }
    tarn_buffer_free(&field);
    return status;
}

/* A row's fields behind those that are there; `*count` of them. */
static tarn_status read_row(const char **text, char delimiter, char ***cells, size_t *used, size_t *capacity,
                            size_t *count, tarn_error *error) {
    for (*count = 0;; (*text)++) {
        TARN_TRY(tarn_grow(cells, capacity, *used + 1, sizeof **cells, error));
        TARN_TRY(read_field(text, delimiter, *cells + *used, error));
        ++*used;
        ++*count;
        if (**text != delimiter)
            break;
    }
    *text += **text == '\r';
    *text += **text == '\n';
    return TARN_OK;
}

tarn_status tarn_paste_read(const char *text, tarn_paste *out, tarn_error *error) {
    tarn_paste paste = {0};
    char delimiter = find_delimiter(text);
    size_t used = 0, count = 0;
    tarn_status status = TARN_OK;
    do {
        status = read_row(&text, delimiter, &paste.cells, &used, &paste.capacity, &count, error);
        if (status == TARN_OK && paste.height > 0 && count != paste.width)
            status = tarn_fail(error, TARN_E_INVALID,
                               "row %zu of the block has %zu %s, the rows before it have %zu: quote fields that have "
                               "the delimiter in them",
                               paste.height + 1, count, count == 1 ? "cell" : "cells", paste.width);
        paste.width = paste.height == 0 ? count : paste.width;
        paste.height++;
    } while (status == TARN_OK && *text != '\0');
    if (status == TARN_OK) {
        *out = paste;
        return TARN_OK;
    }
    for (size_t i = 0; i < used; i++)
        free(paste.cells[i]);
    free(paste.cells);
    return status;
}
