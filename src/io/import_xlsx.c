/* Workbooks: one sheet becomes a table. */
#include "arrow/builder.h"
#include "base/text.h"
#include "engine/stream.h"
#include "io/import.h"
#include "io/sheet_meaning.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_ROWS 100000
#define BATCH_TEXT ((size_t)64 << 20)
#define BATCH_BYTES ((size_t)64 << 20)
#define FREE_CELLS 100000000
#define CELLS_PER_BYTE 20
#define DAY_MICROS 86400000000LL

/* A column of the table. */
typedef struct sheet_column {
    size_t at; /* of the sheet */
    tarn_sheet_type type;
    tarn_builder *builder;
} sheet_column;

/* A sheet as a stream of record batches. */
typedef struct sheet_stream {
    tarn_stream_base base;
    tarn_import_run *run;
    const tarn_workbook *workbook;
    const tarn_sheet_shape *shape;
    struct ArrowSchema schema;
    sheet_column *columns;
    size_t count, most_rows; /* columns; rows of a batch */
    tarn_sheet *sheet;
    tarn_sheet_meaning *meaning;
    int64_t rows; /* in the builders */
    size_t text;  /* bytes in them */
    bool more;
    tarn_buffer scratch;
} sheet_stream;

static const char *const formats[] = {
    [TARN_SHEET_TEXT] = "u",         [TARN_SHEET_BOOLEAN] = "b",    [TARN_SHEET_INTEGER] = "l",
    [TARN_SHEET_FLOAT] = "g",        [TARN_SHEET_DATE] = "tdD",     [TARN_SHEET_TIME] = "ttu",
    [TARN_SHEET_TIMESTAMP] = "tsu:", [TARN_SHEET_INTERVAL] = "tin",
};

/* As Arrow lays out an interval of months, days and nanoseconds. */
typedef struct interval {
    int32_t months, days;
    int64_t nanoseconds;
} interval;

static tarn_status add_text(sheet_stream *s, tarn_builder *builder, const tarn_sheet_cell *cell, tarn_error *error) {
    s->scratch.size = 0;
    TARN_TRY(tarn_sheet_cell_print(s->workbook, cell, &s->scratch, error));
    s->text += s->scratch.size;
    return tarn_builder_bytes(builder, s->scratch.size > 0 ? (const void *)s->scratch.data : "", s->scratch.size,
                              error);
}

static tarn_status add_value(sheet_stream *s, tarn_sheet_type type, tarn_builder *builder, const tarn_sheet_cell *cell,
                             tarn_error *error) {
    int64_t days = cell->micros / DAY_MICROS - (cell->micros % DAY_MICROS < 0);
    if (type != TARN_SHEET_TEXT && cell->kind == TARN_CELL_TEXT)
        return tarn_builder_null(builder, error);
    switch (type) {
    case TARN_SHEET_BOOLEAN:
        return tarn_builder_bool(builder, cell->number != 0, error);
    case TARN_SHEET_INTEGER:
        return tarn_builder_int(builder, (int64_t)cell->number, error);
    case TARN_SHEET_FLOAT:
        return tarn_builder_double(builder, cell->number, error);
    case TARN_SHEET_TEXT:
        return add_text(s, builder, cell, error);
    case TARN_SHEET_DATE:
        return tarn_builder_int(builder, days, error);
    case TARN_SHEET_INTERVAL:
        return tarn_builder_raw(builder, &(interval){.nanoseconds = cell->micros * 1000}, error);
    case TARN_SHEET_TIME:
    case TARN_SHEET_TIMESTAMP:
        break;
    }
    return tarn_builder_int(builder, cell->micros, error);
}

static bool has_values(const tarn_sheet_cell *cells, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (cells[i].kind != TARN_CELL_EMPTY)
            return true;
    }
    return false;
}

static tarn_status add_row(void *context, uint64_t row, const tarn_sheet_cell *cells, size_t count, tarn_error *error) {
    sheet_stream *s = context;
    size_t next = 0;
    if (row < s->shape->first_row || row > s->shape->last_row || !has_values(cells, count))
        return TARN_OK;
    tarn_sheet_meaning_see(s->meaning, cells, count);
    for (size_t i = 0; i < s->count; i++) {
        const sheet_column *column = &s->columns[i];
        while (next < count && cells[next].column < column->at)
            next++;
        bool there = next < count && cells[next].column == column->at;
        if (there && !tarn_sheet_cell_is_null(&cells[next], s->run->options))
            TARN_TRY(add_value(s, column->type, column->builder, &cells[next], error));
        else
            TARN_TRY(tarn_builder_null(column->builder, error));
    }
    s->rows++;
    return TARN_OK;
}

static tarn_status finish_batch(sheet_stream *s, struct ArrowArray *out, tarn_error *error) {
    int64_t count = s->schema.n_children;
    void *no_validity[1] = {NULL};
    struct ArrowArray *columns = calloc((size_t)count, sizeof *columns);
    tarn_status status = columns == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t i = 0; i < s->count && status == TARN_OK; i++)
        status = tarn_builder_finish(s->columns[i].builder, &columns[i], error);
    if (status == TARN_OK)
        status = tarn_array_make(out, s->rows, 0, no_validity, 1, columns, count, error);
    for (int64_t i = 0; status != TARN_OK && columns != NULL && i < count; i++)
        tarn_array_release(&columns[i]);
    free(columns);
    s->rows = 0;
    s->text = 0;
    return status;
}

static tarn_status next_batch(sheet_stream *s, struct ArrowArray *out, tarn_error *error) {
    *out = (struct ArrowArray){0};
    while (s->more && (size_t)s->rows < s->most_rows && s->text < BATCH_TEXT)
        TARN_TRY(tarn_sheet_advance(s->sheet, &s->more, error));
    return s->rows > 0 ? finish_batch(s, out, error) : TARN_OK;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    sheet_stream *s = stream->private_data;
    return tarn_stream_errno(tarn_schema_copy(&s->schema, NULL, out, &s->base.error));
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    sheet_stream *s = stream->private_data;
    return tarn_stream_errno(next_batch(s, out, &s->base.error));
}

static void release_nothing(struct ArrowArrayStream *stream) {
    stream->release = NULL; /* the state is the importing function's */
}

static tarn_status open_column(sheet_stream *s, size_t at, tarn_error *error) {
    const tarn_buffer *given = &s->shape->names[at];
    struct ArrowSchema *schema = s->schema.children[s->count];
    char *name = s->shape->last_header == 0
                     ? tarn_format("column_%zu", s->count + 1)
                     : tarn_strndup(given->size > 0 ? (const char *)given->data : "", given->size);
    tarn_status status =
        name == NULL ? tarn_fail_memory(error) : tarn_schema_make(schema, formats[s->shape->types[at]], name, error);
    free(name);
    TARN_TRY(status);
    sheet_column *column = &s->columns[s->count];
    *column = (sheet_column){.at = at, .type = s->shape->types[at]};
    TARN_TRY(tarn_builder_new(schema, &column->builder, error));
    s->count++;
    return TARN_OK;
}

/* A sheet of many rows and many columns that is nearly empty takes no room in its file, and all of it as a table. */
static tarn_status check_extent(const sheet_stream *s, size_t kept, tarn_error *error) {
    uint64_t cells = s->shape->rows * kept, file = tarn_package_size(s->workbook->package);
    if (cells <= FREE_CELLS || (cells - FREE_CELLS) / CELLS_PER_BYTE <= file)
        return TARN_OK;
    return tarn_fail(error, TARN_E_UNSUPPORTED,
                     "%s: the sheet spans %" PRIu64
                     " rows and %zu columns that are nearly empty: delete those that are "
                     "not wanted, or save it as CSV",
                     s->run->shown, s->shape->rows, kept);
}

static tarn_status open_columns(sheet_stream *s, tarn_error *error) {
    const tarn_sheet_shape *shape = s->shape;
    size_t kept = 0;
    for (size_t i = 0; i < shape->width; i++)
        kept += shape->kept[i];
    TARN_TRY(check_extent(s, kept, error));
    s->most_rows = BATCH_BYTES / (8 * (kept + 1));
    s->most_rows = s->most_rows < BATCH_ROWS ? s->most_rows : BATCH_ROWS;
    s->columns = calloc(kept + 1, sizeof *s->columns);
    if (s->columns == NULL)
        return tarn_fail_memory(error);
    TARN_TRY(tarn_schema_make_nested(&s->schema, "+s", "", (int64_t)kept, error));
    for (size_t i = 0; i < shape->width; i++) {
        if (shape->kept[i])
            TARN_TRY(open_column(s, i, error));
    }
    return tarn_sheet_meaning_new(shape->width, &s->meaning, error);
}

static const char *format_name(const tarn_workbook *workbook) {
    return workbook->is_open_document ? "ods" : "xlsx";
}

static tarn_status import_stream(tarn_import_run *run, sheet_stream *s, const tarn_workbook_sheet *which,
                                 tarn_error *error) {
    struct ArrowArrayStream stream = {.get_schema = get_schema,
                                      .get_next = get_next,
                                      .get_last_error = tarn_stream_last_error,
                                      .release = release_nothing,
                                      .private_data = s};
    char *parameters = NULL;
    tarn_status status = TARN_OK;
    TARN_CHECK(open_columns(s, error));
    TARN_CHECK(tarn_sheet_open(s->workbook, which, add_row, s, &s->sheet, error));
    TARN_CHECK(tarn_import_describe(run, format_name(s->workbook), which->name, &parameters, error));
    tarn_import_label label = {.kind = "import", .parameters = parameters};
    TARN_CHECK(tarn_import_batches(run, &stream, run->options->if_exists, &label, &run->result->change, error));
    TARN_CHECK(tarn_sheet_meaning_note(s->meaning, s->sheet, s->shape, &run->notes, error));
cleanup:
    free(parameters);
    tarn_sheet_close(s->sheet);
    for (size_t i = 0; i < s->count; i++)
        tarn_builder_free(s->columns[i].builder);
    free(s->columns);
    tarn_sheet_meaning_free(s->meaning);
    tarn_schema_release(&s->schema);
    tarn_buffer_free(&s->scratch);
    return status;
}

/* Which sheet was read, when there were others and none was asked for. */
static tarn_status note_sheets(tarn_import_run *run, const tarn_workbook *workbook, const tarn_workbook_sheet *read,
                               tarn_error *error) {
    tarn_buffer others = {0};
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < workbook->sheet_count && status == TARN_OK; i++) {
        const tarn_workbook_sheet *sheet = &workbook->sheets[i];
        if (sheet != read && sheet->part != NULL)
            status = tarn_buffer_printf(&others, error, "%s\"%s\"%s", others.size > 0 ? ", " : "", sheet->name,
                                        sheet->hidden ? " (hidden)" : "");
    }
    if (status == TARN_OK && others.size > 0 && run->options->sheet == NULL)
        status = tarn_notes_add(&run->notes, error, "read the sheet \"%s\"; there are others: %.*s", read->name,
                                (int)others.size, (const char *)others.data);
    if (status == TARN_OK && read->hidden)
        status = tarn_notes_add(&run->notes, error, "the sheet \"%s\" is hidden in the workbook", read->name);
    tarn_buffer_free(&others);
    return status;
}

tarn_status tarn_import_xlsx(tarn_import_run *run, tarn_error *error) {
    tarn_package *package = NULL;
    tarn_workbook workbook = {0};
    tarn_sheet_shape shape = {0};
    const tarn_workbook_sheet *which;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_package_open(run->file, run->shown, run->io->task, &package, error));
    TARN_CHECK(tarn_workbook_read(package, run->shown, &workbook, error));
    TARN_CHECK(tarn_workbook_find(&workbook, run->options->sheet, &which, error));
    TARN_CHECK(note_sheets(run, &workbook, which, error));
    TARN_CHECK(tarn_sheet_shape_find(&workbook, which, run->options, run->io->task, &shape, &run->notes, error));
    if (shape.width == 0) {
        status = tarn_fail(error, TARN_E_FORMAT, "%s: the sheet \"%s\" is empty", run->shown, which->name);
        goto cleanup;
    }
    run->result->format = tarn_strdup(format_name(&workbook));
    run->result->header_row = (int64_t)shape.first_header;
    if (run->result->format == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    sheet_stream stream = {.run = run, .workbook = &workbook, .shape = &shape, .more = true};
    TARN_CHECK(import_stream(run, &stream, which, error));
cleanup:
    tarn_sheet_shape_clear(&shape);
    tarn_workbook_clear(&workbook);
    tarn_package_close(package);
    return status;
}
