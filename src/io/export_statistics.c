/* Tables into SPSS and Stata files. */
#include "io/export_statistics.h"

#ifdef TARN_HAS_READSTAT
#include "arrow/ipc.h"
#include "arrow/printer.h"
#include "base/clock.h"
#include "base/text.h"
#include "io/ipc_stream.h"
#include "io/scratch.h"
#include "io/statistics_names.h"

#include <math.h>
#include <readstat.h>
#include <stdlib.h>
#include <string.h>

#define EXACT INT64_C(9007199254740992) /* 2^53 */
#define MOST_SPSS 32767
#define MOST_STATA 2045

typedef enum column_kind {
    COLUMN_TEXT,
    COLUMN_NUMBER,
    COLUMN_DATE,
    COLUMN_TIMESTAMP,
    COLUMN_TIME,
} column_kind;

typedef struct column {
    column_kind kind;
    double per_second; /* of timestamps and times */
    size_t widest;     /* bytes of its longest text */
    readstat_variable_t *variable;
} column;

typedef struct work {
    tarn_export_run *run;
    bool stata;
    column *columns;
    char **names;
    char *path; /* scratch */
    tarn_file *file;
    uint64_t size; /* of the scratch file */
    int64_t rows;
    readstat_writer_t *writer;
    tarn_error *error; /* of a write that libreadstat asked for */
    tarn_status status;
} work;

static const char *program(const work *w) {
    return w->stata ? "Stata" : "SPSS";
}

/* ---- columns --------------------------------------------------------------------------------------------------------
 */

static double per_second(char unit) {
    return unit == 's' ? 1 : unit == 'm' ? 1e3 : unit == 'u' ? 1e6 : 1e9;
}

static void set_kind(const struct ArrowSchema *type, column *out) {
    const char *format = type->format;
    if (type->dictionary != NULL)
        return;
    if (strlen(format) == 1 && strchr("bcCsSiIlLefg", format[0]) != NULL)
        out->kind = COLUMN_NUMBER;
    else if (strncmp(format, "d:", 2) == 0)
        out->kind = COLUMN_NUMBER;
    else if (strcmp(format, "tdD") == 0)
        out->kind = COLUMN_DATE;
    else if (strncmp(format, "ts", 2) == 0)
        out->kind = COLUMN_TIMESTAMP;
    else if (strncmp(format, "tt", 2) == 0)
        out->kind = COLUMN_TIME;
    if (out->kind == COLUMN_TIMESTAMP || out->kind == COLUMN_TIME)
        out->per_second = per_second(format[2]);
}

/* ---- first: everything to the scratch file, measured ------------------------------------------------------------- */

static tarn_status write_scratch(void *context, const void *data, size_t size, tarn_error *error) {
    work *w = context;
    TARN_TRY(tarn_file_write(w->file, w->size, data, size, error));
    w->size += size;
    return TARN_OK;
}

static tarn_status measure_column(work *w, int64_t c, const struct ArrowArray *batch, tarn_error *error) {
    tarn_printer *printer = NULL;
    column *out = &w->columns[c];
    tarn_status status = tarn_printer_new(w->run->schema.children[c], batch->children[c], &printer, error);
    for (int64_t i = 0; i < batch->length && status == TARN_OK; i++) {
        tarn_printed cell;
        status = tarn_printer_print(printer, batch->offset + i, &cell, error);
        if (status == TARN_OK && cell.kind != TARN_PRINTED_NULL && cell.size > out->widest)
            out->widest = cell.size;
        if (status == TARN_OK && out->widest > (w->stata ? MOST_STATA : MOST_SPSS))
            status = tarn_fail(error, TARN_E_INVALID,
                               "row %lld, column \"%s\": text of %zu bytes, where %s holds %d: shorten it or choose "
                               "another format",
                               (long long)w->rows + i + 1, w->run->schema.children[c]->name, out->widest, program(w),
                               w->stata ? MOST_STATA : MOST_SPSS);
    }
    tarn_printer_free(printer);
    return status;
}

static tarn_status spool_batch(work *w, tarn_ipc_writer *writer, struct ArrowArray *batch, tarn_error *error) {
    for (int64_t c = 0; c < w->run->schema.n_children; c++) {
        if (w->columns[c].kind == COLUMN_TEXT)
            TARN_TRY(measure_column(w, c, batch, error));
    }
    TARN_TRY(tarn_ipc_writer_batch(writer, batch, error));
    w->rows += batch->length;
    return TARN_OK;
}

static tarn_status spool(work *w, tarn_error *error) {
    tarn_ipc_write_options options = {.pool = w->run->io->pool};
    tarn_ipc_writer *writer = NULL;
    TARN_TRY(tarn_scratch_path(w->run->io, "export", &w->path, error));
    TARN_TRY(tarn_fs_open(w->run->io->fs, w->path, TARN_OPEN_CREATE_PRIVATE, &w->file, error));
    TARN_TRY(tarn_ipc_writer_new(&w->run->schema, write_scratch, w, &options, &writer, error));
    tarn_status status = TARN_OK;
    for (bool more = true; more && status == TARN_OK;) {
        struct ArrowArray batch = {0};
        status = tarn_task_check(w->run->io->task, error);
        if (status == TARN_OK)
            status = tarn_stream_next(w->run->stream, &batch, error);
        more = status == TARN_OK && batch.release != NULL;
        if (more)
            status = spool_batch(w, writer, &batch, error);
        tarn_array_release(&batch);
    }
    if (status == TARN_OK)
        status = tarn_ipc_writer_finish(writer, error);
    tarn_ipc_writer_free(writer);
    return status;
}

/* ---- then: to the file ------------------------------------------------------------------------------------------- */

static ssize_t write_out(const void *data, size_t size, void *context) {
    work *w = context;
    w->status = tarn_sink_write(w->run->sink, data, size, w->error);
    return w->status == TARN_OK ? (ssize_t)size : -1;
}

static tarn_status check(work *w, readstat_error_t code, tarn_error *error) {
    if (code == READSTAT_OK)
        return TARN_OK;
    if (w->status != TARN_OK)
        return w->status;
    return tarn_fail(error, TARN_E_INVALID, "%s: %s cannot hold this: %s", w->run->options->path, program(w),
                     readstat_error_message(code));
}

static const char *format_of(const work *w, const column *c) {
    static const char *const formats[][2] = {[COLUMN_DATE] = {"SDATE10", "%td"},
                                             [COLUMN_TIMESTAMP] = {"YMDHMS23.3", "%tc"},
                                             [COLUMN_TIME] = {"TIME12.3", "%tcHH:MM:SS"}};
    return c->kind < COLUMN_DATE ? NULL : formats[c->kind][w->stata];
}

static tarn_status add_variables(work *w, tarn_error *error) {
    for (int64_t i = 0; i < w->run->schema.n_children; i++) {
        const struct ArrowSchema *field = w->run->schema.children[i];
        column *c = &w->columns[i];
        w->names[i] = tarn_statistics_name(w->names, (size_t)i, field->name);
        if (w->names[i] == NULL)
            return tarn_fail_memory(error);
        bool text = c->kind == COLUMN_TEXT;
        size_t width = text ? (c->widest > 0 ? c->widest : 1) : 0;
        c->variable =
            readstat_add_variable(w->writer, w->names[i], text ? READSTAT_TYPE_STRING : READSTAT_TYPE_DOUBLE, width);
        if (c->variable == NULL)
            return tarn_fail_memory(error);
        if (format_of(w, c) != NULL)
            readstat_variable_set_format(c->variable, format_of(w, c));
        const char *kept = NULL;
        size_t size = 0;
        char *label = tarn_schema_metadata_get(field, "label", &kept, &size) ? tarn_strndup(kept, size) : NULL;
        if (label == NULL && strcmp(w->names[i], field->name) != 0)
            label = tarn_strdup(field->name);
        if (label != NULL)
            label[tarn_utf8_valid_prefix(label, strlen(label) < 80 ? strlen(label) : 80)] = '\0'; /* what Stata holds */
        if (label != NULL)
            readstat_variable_set_label(c->variable, label);
        free(label);
    }
    return TARN_OK;
}

static int64_t integer_at(const struct ArrowSchema *type, const struct ArrowArray *values, int64_t i) {
    const void *data = values->buffers[1];
    i += values->offset;
    switch (type->format[0]) {
    case 'b':
        return (((const uint8_t *)data)[i / 8] >> (i % 8)) & 1;
    case 'c':
        return ((const int8_t *)data)[i];
    case 'C':
        return ((const uint8_t *)data)[i];
    case 's':
        return ((const int16_t *)data)[i];
    case 'S':
        return ((const uint16_t *)data)[i];
    case 'i':
        return ((const int32_t *)data)[i];
    case 'I':
        return ((const uint32_t *)data)[i];
    default:
        break;
    }
    bool narrow =
        strcmp(type->format, "tdD") == 0 || strcmp(type->format, "tts") == 0 || strcmp(type->format, "ttm") == 0;
    return narrow ? ((const int32_t *)data)[i] : ((const int64_t *)data)[i];
}

/* The number that a cell is there; false when it would not be the same any more. */
static bool number_of(const work *w, int64_t c, const struct ArrowArray *values, int64_t i, const tarn_printed *cell,
                      double *out) {
    const struct ArrowSchema *type = w->run->schema.children[c];
    char kind = type->format[0];
    if (kind == 'd' || kind == 'e' || kind == 'f' || kind == 'g') {
        char text[64] = "";
        size_t digits = 0;
        for (size_t k = 0; k < cell->size && k < sizeof text - 1; k++) {
            text[k] = cell->text[k];
            digits += text[k] >= '0' && text[k] <= '9' && !(digits == 0 && text[k] == '0');
        }
        *out = kind == 'g' ? ((const double *)values->buffers[1])[values->offset + i] : strtod(text, NULL);
        return kind == 'd' ? digits <= 15 : !isinf(*out);
    }
    int64_t integer = integer_at(type, values, i);
    *out = (double)integer;
    return integer >= -EXACT && integer <= EXACT && !(kind == 'L' && integer < 0);
}

static double moment_of(const work *w, const column *c, int64_t value) {
    int64_t epoch = w->stata ? tarn_days_from_civil(1960, 1, 1) : tarn_days_from_civil(1582, 10, 14);
    double unit = w->stata ? 1e3 : 1;
    if (c->kind == COLUMN_DATE)
        return ((double)value - (double)epoch) * (w->stata ? 1 : 86400);
    int64_t scale = (int64_t)c->per_second;
    int64_t whole = value / scale;
    double seconds = (double)whole, rest = (double)(value % scale) / c->per_second;
    if (c->kind == COLUMN_TIMESTAMP)
        seconds -= (double)epoch * 86400;
    return seconds * unit + rest * unit;
}

static tarn_status put_cell(work *w, int64_t c, const struct ArrowArray *values, int64_t i, tarn_printer *printer,
                            tarn_buffer *text, tarn_error *error) {
    const struct ArrowSchema *type = w->run->schema.children[c];
    const column *column = &w->columns[c];
    tarn_printed cell;
    double number;
    TARN_TRY(tarn_printer_print(printer, i, &cell, error));
    if (cell.kind == TARN_PRINTED_NULL)
        return check(w, readstat_insert_missing_value(w->writer, column->variable), error);
    if (column->kind == COLUMN_TEXT) {
        text->size = 0;
        TARN_TRY(tarn_buffer_append(text, cell.text, cell.size, error));
        TARN_TRY(tarn_buffer_append(text, "", 1, error));
        return check(w, readstat_insert_string_value(w->writer, column->variable, (const char *)text->data), error);
    }
    if (column->kind == COLUMN_NUMBER) {
        if (!number_of(w, c, values, i, &cell, &number))
            return tarn_fail(
                error, TARN_E_INVALID,
                "row %lld, column \"%s\": %s holds no more than 15 digits and no infinity, not %.*s: cast the "
                "column to text, or round it",
                (long long)w->run->rows + i + 1, type->name, program(w), (int)cell.size, cell.text);
        if (isnan(number))
            return check(w, readstat_insert_missing_value(w->writer, column->variable), error);
    } else {
        number = moment_of(w, column, integer_at(type, values, i));
    }
    return check(w, readstat_insert_double_value(w->writer, column->variable, number), error);
}

static tarn_status put_rows(work *w, const struct ArrowArray *batch, tarn_printer **printers, tarn_buffer *text,
                            tarn_error *error) {
    for (int64_t i = 0; i < batch->length; i++) {
        TARN_TRY(tarn_export_check_row(w->run, i, error));
        TARN_TRY(check(w, readstat_begin_row(w->writer), error));
        for (int64_t c = 0; c < w->run->schema.n_children; c++)
            TARN_TRY(put_cell(w, c, batch->children[c], batch->offset + i, printers[c], text, error));
        TARN_TRY(check(w, readstat_end_row(w->writer), error));
    }
    return TARN_OK;
}

static tarn_status put_batch(work *w, const struct ArrowArray *batch, tarn_error *error) {
    int64_t columns = w->run->schema.n_children;
    tarn_printer **printers = calloc((size_t)columns + 1, sizeof *printers);
    tarn_buffer text = {0};
    tarn_status status = printers == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (int64_t c = 0; c < columns && status == TARN_OK; c++)
        status = tarn_printer_new(w->run->schema.children[c], batch->children[c], &printers[c], error);
    if (status == TARN_OK)
        status = put_rows(w, batch, printers, &text, error);
    for (int64_t c = 0; printers != NULL && c < columns; c++)
        tarn_printer_free(printers[c]);
    free(printers);
    tarn_buffer_free(&text);
    return status;
}

static tarn_status put_all(work *w, tarn_error *error) {
    tarn_ipc_read_options options = {.pool = w->run->io->pool, .skip_values = true};
    tarn_ipc_reader *reader = NULL;
    TARN_TRY(tarn_ipc_open_file(w->file, &options, &reader, error));
    tarn_status status = TARN_OK;
    for (bool more = true; more && status == TARN_OK;) {
        struct ArrowArray batch = {0};
        status = tarn_ipc_next(reader, &batch, error);
        more = status == TARN_OK && batch.release != NULL;
        if (more)
            status = put_batch(w, &batch, error);
        if (more && status == TARN_OK) {
            w->run->rows += batch.length;
            tarn_task_advance(w->run->io->task, (uint64_t)batch.length);
        }
        tarn_array_release(&batch);
    }
    tarn_ipc_reader_free(reader);
    return status;
}

static tarn_status write_file(work *w, tarn_error *error) {
    w->error = error;
    w->writer = readstat_writer_init();
    if (w->writer == NULL)
        return tarn_fail_memory(error);
    readstat_set_data_writer(w->writer, write_out);
    TARN_TRY(add_variables(w, error));
    if (w->stata)
        TARN_TRY(check(w, readstat_begin_writing_dta(w->writer, w, (long)w->rows), error));
    else
        TARN_TRY(check(w, readstat_begin_writing_sav(w->writer, w, (long)w->rows), error));
    TARN_TRY(put_all(w, error));
    return check(w, readstat_end_writing(w->writer), error);
}

tarn_status tarn_export_statistics(tarn_export_run *run, tarn_file_format format, tarn_error *error) {
    size_t columns = (size_t)run->schema.n_children;
    work w = {.run = run,
              .stata = format == TARN_FORMAT_DTA,
              .columns = calloc(columns + 1, sizeof(column)),
              .names = calloc(columns + 1, sizeof(char *))};
    tarn_status status = w.columns == NULL || w.names == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t i = 0; i < columns && status == TARN_OK; i++)
        set_kind(run->schema.children[i], &w.columns[i]);
    if (status == TARN_OK)
        status = spool(&w, error);
    if (status == TARN_OK)
        status = write_file(&w, error);
    if (w.writer != NULL)
        readstat_writer_free(w.writer);
    tarn_file_close(w.file);
    if (w.path != NULL)
        tarn_fs_remove_all(run->io->fs, w.path, NULL);
    free(w.path);
    for (size_t i = 0; w.names != NULL && i < columns; i++)
        free(w.names[i]);
    free(w.names);
    free(w.columns);
    return status;
}
#else
tarn_status tarn_export_statistics(tarn_export_run *run, tarn_file_format format, tarn_error *error) {
    return tarn_fail(error, TARN_E_UNSUPPORTED, "%s: this build cannot write %s: export it with the program, or as CSV",
                     run->options->path, tarn_format_describe(format));
}
#endif
