// Writing JSON and NDJSON.
#include "arrow/builder.h"
#include "base/json_text.h"
#include "io/export.h"

static tarn_status format_row(const tarn_export_run *run, const struct ArrowArray *batch, int64_t i, tarn_buffer *out,
                              tarn_error *error) {
    const struct ArrowSchema *schema = &run->schema;
    TARN_TRY(tarn_export_check_row(run, i, error));
    TARN_TRY(tarn_buffer_append(out, "{", 1, error));
    for (int64_t column = 0; column < schema->n_children; column++) {
        if (column > 0)
            TARN_TRY(tarn_buffer_append(out, ",", 1, error));
        TARN_TRY(tarn_json_text_quote(out, schema->children[column]->name, error));
        TARN_TRY(tarn_buffer_append(out, ":", 1, error));
        TARN_TRY(tarn_array_print_json(schema->children[column], batch->children[column], i, out, error));
    }
    return tarn_buffer_append(out, "}", 1, error);
}

static tarn_status format_lines(const tarn_export_run *run, const struct ArrowArray *batch, tarn_batch_place place,
                                tarn_buffer *out, tarn_error *error) {
    (void)place;
    for (int64_t i = batch->offset; i < batch->offset + batch->length; i++) {
        TARN_TRY(format_row(run, batch, i, out, error));
        TARN_TRY(tarn_buffer_append(out, "\n", 1, error));
    }
    return TARN_OK;
}

/* Every row but the very first has a comma before it; an empty batch cannot be the first, as streams leave them out. */
static tarn_status format_elements(const tarn_export_run *run, const struct ArrowArray *batch, tarn_batch_place place,
                                   tarn_buffer *out, tarn_error *error) {
    for (int64_t i = batch->offset; i < batch->offset + batch->length; i++) {
        const char *before = place.index == 0 && i == batch->offset ? "\n" : ",\n";
        TARN_TRY(tarn_buffer_printf(out, error, "%s", before));
        TARN_TRY(format_row(run, batch, i, out, error));
    }
    return TARN_OK;
}

tarn_status tarn_export_json(tarn_export_run *run, bool lines, tarn_error *error) {
    if (lines)
        return tarn_export_formatted(run, format_lines, error);
    TARN_TRY(tarn_sink_write(run->sink, "[", 1, error));
    TARN_TRY(tarn_export_formatted(run, format_elements, error));
    return tarn_sink_write(run->sink, "\n]\n", 3, error);
}
