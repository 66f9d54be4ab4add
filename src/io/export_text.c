/* CSV and TSV: RFC 4180, quoted only where needed. Null is an empty cell, the empty text is "". */
#include "arrow/builder.h"
#include "io/export.h"

#include <string.h>

static bool needs_quotes(const char *text, size_t size, char delimiter) {
    if (size == 0)
        return true; /* else it would read as null */
    for (size_t i = 0; i < size; i++) {
        if (text[i] == delimiter || text[i] == '"' || text[i] == '\n' || text[i] == '\r')
            return true;
    }
    return false;
}

static tarn_status quote(const char *text, size_t size, tarn_buffer *out, tarn_error *error) {
    TARN_TRY(tarn_buffer_append(out, "\"", 1, error));
    for (const char *end = text + size; text < end;) {
        const char *mark = memchr(text, '"', (size_t)(end - text));
        const char *stop = mark != NULL ? mark + 1 : end;
        TARN_TRY(tarn_buffer_append(out, text, (size_t)(stop - text), error));
        if (mark != NULL)
            TARN_TRY(tarn_buffer_append(out, "\"", 1, error));
        text = stop;
    }
    return tarn_buffer_append(out, "\"", 1, error);
}

static tarn_status put_text(const char *text, size_t size, char delimiter, tarn_buffer *out, tarn_error *error) {
    return needs_quotes(text, size, delimiter) ? quote(text, size, out, error)
                                               : tarn_buffer_append(out, text, size, error);
}

/* Text straight from its array, everything else as it prints; what prints may hold the delimiter too (lists, decimals
 * with a delimiter of '.'). */
static tarn_status put_value(const struct ArrowSchema *type, const struct ArrowArray *values, int64_t i, char delimiter,
                             tarn_buffer *scratch, tarn_buffer *out, tarn_error *error) {
    bool is_null = false;
    if (type->dictionary == NULL && type->format[0] == 'u' && type->format[1] == '\0') {
        if (tarn_array_is_null(type, values, i))
            return TARN_OK;
        const int32_t *offsets = (const int32_t *)values->buffers[1] + values->offset + i;
        return put_text((const char *)values->buffers[2] + offsets[0], (size_t)(offsets[1] - offsets[0]), delimiter,
                        out, error);
    }
    scratch->size = 0;
    TARN_TRY(tarn_array_print(type, values, i, scratch, &is_null, error));
    return is_null ? TARN_OK : put_text((const char *)scratch->data, scratch->size, delimiter, out, error);
}

static tarn_status format_rows(const tarn_export_run *run, const struct ArrowArray *batch, tarn_buffer *scratch,
                               tarn_buffer *out, tarn_error *error) {
    char delimiter = run->delimiter;
    for (int64_t i = batch->offset; i < batch->offset + batch->length; i++) {
        for (int64_t column = 0; column < run->schema.n_children; column++) {
            if (column > 0)
                TARN_TRY(tarn_buffer_append(out, &delimiter, 1, error));
            TARN_TRY(
                put_value(run->schema.children[column], batch->children[column], i, delimiter, scratch, out, error));
        }
        TARN_TRY(tarn_buffer_append(out, "\n", 1, error));
    }
    return TARN_OK;
}

static tarn_status format_batch(const tarn_export_run *run, const struct ArrowArray *batch, size_t index,
                                tarn_buffer *out, tarn_error *error) {
    (void)index;
    tarn_buffer scratch = {0};
    tarn_status status = format_rows(run, batch, &scratch, out, error);
    tarn_buffer_free(&scratch);
    return status;
}

static tarn_status write_header(const tarn_export_run *run, tarn_error *error) {
    tarn_buffer line = {0};
    char delimiter = run->delimiter;
    tarn_status status = TARN_OK;
    for (int64_t column = 0; column < run->schema.n_children; column++) {
        const char *name = run->schema.children[column]->name;
        if (column > 0)
            TARN_CHECK(tarn_buffer_append(&line, &delimiter, 1, error));
        TARN_CHECK(put_text(name, strlen(name), delimiter, &line, error));
    }
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
    if (!run->options->no_header)
        TARN_TRY(write_header(run, error));
    return tarn_export_formatted(run, format_batch, error);
}
