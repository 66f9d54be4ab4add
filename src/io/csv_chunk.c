// Second pass over delimited text: a chunk of records to Arrow.
#include "io/csv_column.h"
#include "io/csv_window.h"

#include "arrow/array.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define BATCH_CELLS 16384
#define BATCH_ROWS 1024

/* A chunk being converted. */
typedef struct conversion {
    const tarn_csv_reader *reader;
    tarn_csv_window window;
    tarn_csv_batch batch;
    tarn_csv_field *extra; /* cells of the columns past the batch's width, column by column */
    size_t n_extra;
    tarn_csv_builder *builders; /* reader->n_columns */
    uint64_t line;              /* of the chunk's beginning */
} conversion;

static tarn_status changed(const tarn_csv_reader *reader, tarn_error *error) {
    return tarn_fail(error, TARN_E_IO, "%s was changed while it was read; import it again", reader->name);
}

static void conversion_free(conversion *c) {
    tarn_csv_window_free(&c->window);
    tarn_csv_batch_free(&c->batch);
    free(c->extra);
    for (size_t i = 0; c->builders != NULL && i < c->reader->n_columns; i++)
        tarn_csv_builder_free(&c->builders[i]);
    free(c->builders);
}

static tarn_status conversion_open(conversion *c, const tarn_csv_reader *reader, size_t k, tarn_error *error) {
    const tarn_csv_point *first = &reader->points[reader->chunks[k].first];
    const tarn_csv_point *end = &reader->points[reader->chunks[k].end];
    size_t rows = BATCH_CELLS / reader->width;
    rows = rows > BATCH_ROWS ? BATCH_ROWS : rows < 8 ? 8 : rows;
    *c = (conversion){.reader = reader, .line = first->line};
    c->n_extra = reader->n_columns > reader->width ? reader->n_columns - reader->width : 0;
    c->builders = calloc(reader->n_columns, sizeof *c->builders);
    c->extra = malloc((c->n_extra * rows + 1) * sizeof *c->extra);
    if (c->builders == NULL || c->extra == NULL)
        return tarn_fail_memory(error);
    TARN_TRY(tarn_csv_batch_init(&c->batch, reader->width, rows, error));
    for (size_t i = 0; i < reader->n_columns; i++)
        TARN_TRY(tarn_csv_builder_init(&c->builders[i], reader->types[i], reader->decimals[i],
                                       (size_t)(end->row - first->row), error));
    return tarn_csv_window_load(&c->window, &reader->view, first->offset, end->offset - first->offset, error);
}

/* The surplus cells as columns. */
static void spread_surplus(conversion *c) {
    tarn_csv_batch *batch = &c->batch;
    for (size_t i = 0; i < c->n_extra * batch->capacity; i++)
        c->extra[i] = (tarn_csv_field){0, TARN_CSV_MISSING};
    size_t joined_start = 0;
    for (size_t i = 0; i < batch->n_surplus; i++) {
        const tarn_csv_surplus *surplus = &batch->surplus[i];
        size_t column = surplus->column - batch->width;
        if (!c->reader->extra_joined) {
            if (column < c->n_extra)
                c->extra[column * batch->capacity + surplus->row] = surplus->field;
            continue;
        }
        /* One column: the rest of the record as it was written, when any of it is not empty. */
        if (column == 0)
            joined_start = surplus->raw_start;
        if (tarn_csv_field_size(surplus->field) > 0)
            c->extra[surplus->row] = (tarn_csv_field){(uint32_t)joined_start,
                                                      (uint32_t)(surplus->raw_end - joined_start) & TARN_CSV_SIZE_MASK};
    }
}

static tarn_status bad_cell(const conversion *c, size_t column, tarn_csv_field field, tarn_error *error) {
    const tarn_csv_column *info = &c->reader->report.columns[column];
    uint64_t line = c->line + tarn_csv_count_lines(c->window.data, field.start) + 1;
    size_t size = tarn_csv_field_size(field);
    char text[3 * 40 + 1];
    if (!c->reader->overridden[column])
        return changed(c->reader, error);
    if (c->reader->options.misfit != NULL)
        c->reader->options.misfit(c->reader->options.misfit_context, info->name);
    size_t shown = size < 40 ? size : 40;
    shown = tarn_csv_decode(c->reader, c->window.data + field.start, shown, text);
    text[shown] = '\0';
    return tarn_fail(error, TARN_E_FORMAT,
                     "line %llu, column %s: \"%s%s\" is not of type %s: import the column as text, into a table of its "
                     "own when there is one to append to, and put that below by the command stack",
                     (unsigned long long)line, info->name, text, size > 40 ? "…" : "", info->type);
}

static tarn_status convert_batch(conversion *c, tarn_error *error) {
    const tarn_csv_reader *reader = c->reader;
    tarn_csv_batch *batch = &c->batch;
    tarn_status result = TARN_OK;
    if (c->n_extra > 0)
        spread_surplus(c);
    for (size_t column = 0; column < reader->n_columns; column++) {
        bool extra = column >= batch->width;
        tarn_csv_field *fields = extra ? c->extra + (column - batch->width) * batch->capacity : batch->fields + column;
        size_t stride = extra ? 1 : batch->width, bad;
        if (reader->nulls.n_texts > 0)
            tarn_csv_mark_nulls(&reader->nulls, c->window.data, fields, stride, batch->rows);
        tarn_csv_cells cells = {c->window.data, c->window.size, fields, stride, batch->rows};
        tarn_status status = tarn_csv_builder_add(&c->builders[column], reader, &cells, &bad, error);
        if (status == TARN_E_FORMAT && bad != SIZE_MAX) {
            result = bad_cell(c, column, fields[bad * stride], result == TARN_OK ? error : &(tarn_error){0});
            if (reader->options.misfit == NULL)
                return result;
            continue; /* there may be others to tell of */
        }
        TARN_TRY(status);
    }
    return result;
}

static tarn_status convert(conversion *c, uint64_t rows, tarn_error *error) {
    const tarn_csv_reader *reader = c->reader;
    const tarn_csv_window *window = &c->window;
    /* The chunk ends where a record does, so that it reads as a whole file would. */
    tarn_csv_cursor cursor = {window->data, window->size, true, 0, 0, c->line};
    tarn_csv_stop stop = TARN_CSV_STOP_FULL;
    uint64_t done = 0;
    if (reader->encoding->kind == TARN_TEXT_UTF8 && !reader->repair && !tarn_utf8_is_valid(window->data, window->size))
        return changed(reader, error);
    while (stop == TARN_CSV_STOP_FULL) {
        TARN_TRY(tarn_csv_scan(&reader->dialect, &cursor, SIZE_MAX, &c->batch, NULL, &stop, error));
        done += c->batch.rows;
        if (done > rows)
            return changed(reader, error);
        TARN_TRY(convert_batch(c, error));
    }
    return done == rows ? TARN_OK : changed(reader, error);
}

static tarn_status finish(conversion *c, uint64_t rows, struct ArrowArray *out, tarn_error *error) {
    size_t count = c->reader->n_columns;
    struct ArrowArray *children = calloc(count, sizeof *children);
    void *no_validity[1] = {NULL};
    tarn_status status = children == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t i = 0; status == TARN_OK && i < count; i++)
        status = tarn_csv_builder_finish(&c->builders[i], &children[i], error);
    if (status == TARN_OK)
        status = tarn_array_make(out, (int64_t)rows, 0, no_validity, 1, children, (int64_t)count, error);
    for (size_t i = 0; status != TARN_OK && children != NULL && i < count; i++)
        tarn_array_release(&children[i]);
    free(children);
    return status;
}

tarn_status tarn_csv_read_chunk(const tarn_csv_reader *reader, size_t k, struct ArrowArray *out, tarn_error *error) {
    conversion c;
    uint64_t rows = tarn_csv_chunk_rows(reader, k);
    tarn_status status = conversion_open(&c, reader, k, error);
    if (status == TARN_OK)
        status = convert(&c, rows, error);
    if (status == TARN_OK)
        status = finish(&c, rows, out, error);
    conversion_free(&c);
    return status;
}
