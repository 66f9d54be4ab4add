// Nested values as text.
#include "command/nested_text.h"

#include "arrow/cast.h"

bool tarn_type_is_nested(const struct ArrowSchema *type) {
    return type->dictionary == NULL && type->format[0] == '+';
}

static tarn_status write_rows(const tarn_cells *cells, size_t chunk, int64_t from, int64_t to, struct ArrowArray *out,
                              tarn_error *error) {
    tarn_batch *batch;
    TARN_TRY(tarn_version_read(cells->state, cells->column, chunk, &batch, error));
    struct ArrowArray window = tarn_array_window(tarn_batch_array(batch), from, to - from);
    tarn_status status = tarn_array_cast(tarn_batch_schema(batch), &window, &cells->type, out, NULL, error);
    tarn_batch_release(batch);
    return status;
}

tarn_status tarn_nested_text_open(tarn_run *run, tarn_cells *out, tarn_error *error) {
    out->state = run->base;
    out->rows = write_rows;
    return tarn_schema_make(&out->type, "u", tarn_version_column(run->base, out->column)->name, error);
}
