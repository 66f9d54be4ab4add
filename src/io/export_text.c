/* CSV and TSV: RFC 4180, quoted only where needed. Null is an empty cell, the empty text is "", nested values are JSON.
 */
#include "arrow/printer.h"
#include "io/export.h"
#include "io/export_style.h"

#include <stdlib.h>
#include <string.h>

/* Which of eight bytes are `c`: their highest bits. Exact as far as whether there is any. */
static uint64_t find_byte(uint64_t eight, uint8_t c) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t x = eight ^ (ones * c);
    return (x - ones) & ~x & (ones << 7);
}

static bool is_special(uint8_t c, uint8_t delimiter) {
    return c == delimiter || c == '"' || c == '\n' || c == '\r';
}

static bool any_special(const char *text, uint8_t delimiter) {
    uint64_t eight;
    memcpy(&eight, text, sizeof eight);
    return (find_byte(eight, delimiter) | find_byte(eight, '"') | find_byte(eight, '\n') | find_byte(eight, '\r')) != 0;
}

static bool needs_quotes(const char *text, size_t size, uint8_t delimiter) {
    if (size < 8) {
        bool special = size == 0; /* else it would read as null */
        for (size_t i = 0; i < size; i++)
            special |= is_special((uint8_t)text[i], delimiter);
        return special;
    }
    for (size_t i = 0; i + 8 < size; i += 8) {
        if (any_special(text + i, delimiter))
            return true;
    }
    return any_special(text + size - 8, delimiter);
}

/* Where writing goes on behind the text; there is room for twice its size and two more. */
static char *quote(const char *text, size_t size, char *out) {
    *out++ = '"';
    for (const char *end = text + size; text < end;) {
        const char *mark = memchr(text, '"', (size_t)(end - text));
        size_t piece = (size_t)((mark != NULL ? mark + 1 : end) - text);
        memcpy(out, text, piece);
        out += piece;
        if (mark != NULL)
            *out++ = '"';
        text += piece;
    }
    *out++ = '"';
    return out;
}

static char *put_text(const char *text, size_t size, char delimiter, char *out) {
    if (needs_quotes(text, size, (uint8_t)delimiter))
        return quote(text, size, out);
    memcpy(out, text, size);
    return out + size;
}

/* One batch on its way to text. */
typedef struct text_batch {
    tarn_printer **printers; /* one per column */
    int64_t columns;
    char delimiter;
    bool plain_is_safe; /* numbers and the like cannot hold the delimiter */
} text_batch;

#define ROOM_AROUND 4 /* bytes that a cell takes besides its text: quotes, what follows it */

static tarn_status put_cell(const text_batch *t, int64_t column, int64_t i, tarn_buffer *out, tarn_error *error) {
    tarn_printed cell;
    TARN_TRY(tarn_printer_print(t->printers[column], i, &cell, error));
    if (out->capacity - out->size < 2 * cell.size + ROOM_AROUND)
        TARN_TRY(tarn_buffer_reserve(out, 2 * cell.size + ROOM_AROUND, error));
    char *at = (char *)out->data + out->size;
    if (cell.kind == TARN_PRINTED_PLAIN && t->plain_is_safe) {
        memcpy(at, cell.text, cell.size);
        at += cell.size;
    } else if (cell.kind != TARN_PRINTED_NULL) {
        at = put_text(cell.text, cell.size, t->delimiter, at);
    }
    *at++ = column + 1 < t->columns ? t->delimiter : '\n';
    out->size = (size_t)(at - (char *)out->data);
    return TARN_OK;
}

static tarn_status format_rows(const tarn_export_run *run, const text_batch *t, int64_t start, int64_t end,
                               tarn_buffer *out, tarn_error *error) {
    for (int64_t i = start; i < end; i++) {
        TARN_TRY(tarn_export_check_row(run, i, error));
        for (int64_t column = 0; column < t->columns; column++)
            TARN_TRY(put_cell(t, column, i, out, error));
    }
    return TARN_OK;
}

static bool has_decimals(const struct ArrowSchema *type) {
    const char *format = type->format;
    return strcmp(format, "e") == 0 || strcmp(format, "f") == 0 || strcmp(format, "g") == 0 ||
           strncmp(format, "d:", 2) == 0;
}

static tarn_status format_styled(const tarn_export_run *run, const text_batch *t, const struct ArrowArray *batch,
                                 int64_t first_row, tarn_buffer *out, tarn_error *error) {
    tarn_export_lines lines;
    tarn_status status = tarn_export_lines_open(run, &lines, error);
    for (int64_t i = 0; i < batch->length && status == TARN_OK; i++) {
        status = tarn_export_check_row(run, i, error);
        for (int64_t column = 0; column < t->columns && status == TARN_OK; column++) {
            tarn_printed cell;
            status = tarn_printer_print(t->printers[column], batch->offset + i, &cell, error);
            if (status == TARN_OK)
                status = tarn_export_lines_cell(&lines, &cell, has_decimals(run->schema.children[column]), error);
        }
        if (status == TARN_OK)
            status = tarn_export_lines_end(&lines, first_row + i, out, error);
    }
    tarn_export_lines_close(&lines);
    return status;
}

static bool is_safe_delimiter(char delimiter) {
    return delimiter == ',' || delimiter == '\t' || delimiter == ';' || delimiter == '|';
}

static tarn_status format_batch(const tarn_export_run *run, const struct ArrowArray *batch, tarn_batch_place place,
                                tarn_buffer *out, tarn_error *error) {
    int64_t columns = run->schema.n_children;
    text_batch t = {.columns = columns,
                    .delimiter = run->delimiter,
                    .plain_is_safe = is_safe_delimiter(run->delimiter),
                    .printers = calloc((size_t)columns + 1, sizeof(tarn_printer *))};
    tarn_status status = t.printers == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (int64_t i = 0; i < columns && status == TARN_OK; i++) {
        status = tarn_printer_new(run->schema.children[i], batch->children[i], &t.printers[i], error);
        if (status == TARN_OK)
            tarn_printer_use_json(t.printers[i]);
    }
    if (status == TARN_OK)
        status = tarn_export_is_styled(run->options)
                     ? format_styled(run, &t, batch, place.first_row, out, error)
                     : format_rows(run, &t, batch->offset, batch->offset + batch->length, out, error);
    for (int64_t i = 0; t.printers != NULL && i < columns; i++)
        tarn_printer_free(t.printers[i]);
    free(t.printers);
    return status;
}

static tarn_status write_styled_header(const tarn_export_run *run, tarn_error *error) {
    tarn_export_lines lines;
    tarn_buffer text = {0};
    tarn_status status = tarn_export_lines_open(run, &lines, error);
    if (status == TARN_OK)
        status = tarn_export_mark(run->options, &text, error);
    for (int64_t column = 0; column < run->schema.n_children && status == TARN_OK; column++) {
        const char *name = run->schema.children[column]->name;
        const tarn_printed cell = {TARN_PRINTED_TEXT, name, strlen(name)};
        if (!run->options->no_header)
            status = tarn_export_lines_cell(&lines, &cell, false, error);
    }
    if (status == TARN_OK && !run->options->no_header)
        status = tarn_export_lines_end(&lines, 0, &text, error);
    if (status == TARN_OK && text.size > 0)
        status = tarn_sink_write(run->sink, text.data, text.size, error);
    tarn_export_lines_close(&lines);
    tarn_buffer_free(&text);
    return status;
}

static tarn_status write_header(const tarn_export_run *run, tarn_error *error) {
    tarn_buffer line = {0};
    tarn_status status = TARN_OK;
    for (int64_t column = 0; column < run->schema.n_children; column++) {
        const char *name = run->schema.children[column]->name;
        size_t size = strlen(name);
        TARN_CHECK(tarn_buffer_reserve(&line, 2 * size + ROOM_AROUND, error));
        char *at = put_text(name, size, run->delimiter, (char *)line.data + line.size);
        *at++ = column + 1 < run->schema.n_children ? run->delimiter : '\n';
        line.size = (size_t)(at - (char *)line.data);
    }
    if (run->schema.n_children == 0)
        TARN_CHECK(tarn_buffer_append(&line, "\n", 1, error));
    TARN_CHECK(tarn_sink_write(run->sink, line.data, line.size, error));
cleanup:
    tarn_buffer_free(&line);
    return status;
}

tarn_status tarn_export_text(tarn_export_run *run, char delimiter, tarn_error *error) {
    if (delimiter == '"' || delimiter == '\n' || delimiter == '\r' || (unsigned char)delimiter >= 0x80)
        return tarn_fail(error, TARN_E_INVALID,
                         "the delimiter must be one ASCII character that is no quote or line end");
    run->delimiter = delimiter;
    if (tarn_export_is_styled(run->options))
        TARN_TRY(write_styled_header(run, error));
    else if (!run->options->no_header)
        TARN_TRY(write_header(run, error));
    return tarn_export_formatted(run, format_batch, error);
}
