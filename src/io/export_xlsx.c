/* Excel workbooks, written by libxlsxwriter, which wants a file of its own. Excel tells no empty text from no value,
 * and holds numbers as doubles: what would lose digits is written as text. */
#include "arrow/builder.h"
#include "base/text.h"
#include "io/export_xlsx_value.h"
#include "io/names.h"
#include "io/scratch.h"
#include "io/workbook.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_ROWS 1048576 /* the header included */
#define MOST_COLUMNS 16384
#define MOST_TEXT 32767           /* characters of a cell; more bytes are counted more closely */
#define EXACT_INTEGER (1LL << 53) /* a double holds every integer up to here */

/* A workbook, and the sheet of it that is being written. */
typedef struct writer {
    tarn_export_run *run;
    lxw_workbook *workbook;
    lxw_format *bold, *date, *date_time, *time, *duration; /* owned by the workbook */
    lxw_worksheet *sheet;
    tarn_xlsx_column *columns;
    tarn_buffer text, escaped;
    tarn_listing cut; /* columns with numbers that lost a digit */
    uint64_t stored;  /* bytes of the finished sheets' rows in the library's temporary files */
} writer;

static tarn_status too_many_rows(const tarn_export_run *run, tarn_error *error) {
    return tarn_fail(error, TARN_E_UNSUPPORTED,
                     "%s: an Excel sheet holds at most 1,048,576 rows, its header included: export to CSV or Parquet",
                     run->options->path);
}

static tarn_status failure(const writer *w, lxw_error code, tarn_error *error) {
    if (code == LXW_ERROR_MEMORY_MALLOC_FAILED)
        return tarn_fail_memory(error);
    return tarn_fail(error, TARN_E_IO, "%s cannot be written: %s", w->run->options->path, lxw_strerror(code));
}

/* ---- columns -------------------------------------------------------------------------------------------------------
 */

static void choose_kind(const writer *w, tarn_xlsx_column *c) {
    const char *format = c->type->format;
    c->kind = CELL_TEXT;
    if (c->type->dictionary != NULL)
        return;
    if (strcmp(format, "b") == 0)
        c->kind = CELL_BOOLEAN;
    else if (strlen(format) == 1 && strchr("cCsSiIlL", format[0]) != NULL)
        c->kind = CELL_INTEGER;
    else if (strlen(format) == 1 && strchr("efg", format[0]) != NULL)
        c->kind = CELL_FLOAT;
    else if (format[0] == 'd')
        c->kind = CELL_DECIMAL;
    else if (strcmp(format, "tdD") == 0) {
        c->kind = CELL_DATE;
        c->format = w->date;
    } else if (strncmp(format, "ts", 2) == 0 || strncmp(format, "tt", 2) == 0) {
        c->kind = format[1] == 's' ? CELL_TIMESTAMP : CELL_TIME;
        c->per_second = tarn_xlsx_units_per_second(format[2]);
        c->format = format[1] == 's' ? w->date_time : w->time;
    } else if (strcmp(format, "tin") == 0) {
        c->kind = CELL_INTERVAL;
        c->format = w->duration;
    }
}

static tarn_status open_columns(writer *w, tarn_error *error) {
    const struct ArrowSchema *schema = &w->run->schema;
    if (schema->n_children > MOST_COLUMNS)
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "%s: an Excel sheet holds at most 16,384 columns: export to CSV or Parquet",
                         w->run->options->path);
    w->columns = calloc((size_t)schema->n_children + 1, sizeof *w->columns);
    if (w->columns == NULL)
        return tarn_fail_memory(error);
    for (int64_t i = 0; i < schema->n_children; i++) {
        w->columns[i].type = schema->children[i];
        choose_kind(w, &w->columns[i]);
        w->columns[i].width = tarn_display_width(schema->children[i]->name, strlen(schema->children[i]->name));
    }
    return TARN_OK;
}

/* ---- widths --------------------------------------------------------------------------------------------------------
 *
 * Excel shows ######## for a date that its column is too narrow for, and cuts texts. So columns are as wide as what is
 * in their first rows, within bounds.
 */

#define MEASURED_ROWS 1000
#define LEAST_WIDTH 8
#define MOST_WIDTH 60

static void measure(writer *w, lxw_row_t row, lxw_col_t at, size_t width) {
    if (row <= MEASURED_ROWS && width > w->columns[at].width)
        w->columns[at].width = width;
}

static void measure_number(writer *w, lxw_row_t row, lxw_col_t at, double number) {
    static const size_t widths[] = {[CELL_DATE] = sizeof "2024-01-31" - 1,
                                    [CELL_TIMESTAMP] = sizeof "2024-01-31 23:59:59" - 1,
                                    [CELL_TIME] = sizeof "23:59:59" - 1,
                                    [CELL_INTERVAL] = sizeof "1000:59:59" - 1};
    char digits[32];
    if (row > MEASURED_ROWS)
        return;
    tarn_xlsx_kind kind = w->columns[at].kind;
    measure(w, row, at,
            w->columns[at].format != NULL ? widths[kind] : (size_t)snprintf(digits, sizeof digits, "%.11g", number));
}

static tarn_status set_widths(const writer *w, tarn_error *error) {
    for (int64_t i = 0; i < w->run->schema.n_children; i++) {
        size_t width = w->columns[i].width + 2;
        width = width < LEAST_WIDTH ? LEAST_WIDTH : width > MOST_WIDTH ? MOST_WIDTH : width;
        lxw_error code = worksheet_set_column(w->sheet, (lxw_col_t)i, (lxw_col_t)i, (double)width, NULL);
        if (code != LXW_NO_ERROR)
            return failure(w, code, error);
    }
    return TARN_OK;
}

/* ---- cells ---------------------------------------------------------------------------------------------------------
 */

static tarn_status write_text(writer *w, lxw_row_t row, lxw_col_t at, tarn_error *error) {
    const char *text = (const char *)w->text.data;
    size_t size = w->text.size;
    if (size == 0)
        return TARN_OK;
    if (memchr(text, '\0', size) != NULL)
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "%s: row %u of column %s holds a NUL, which no Excel cell can: export to CSV or Parquet",
                         w->run->options->path, row, w->columns[at].type->name);
    if (size > MOST_TEXT && tarn_xlsx_units(text, size) > MOST_TEXT)
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "%s: row %u of column %s is longer than the 32,767 characters of an Excel cell: export to CSV "
                         "or Parquet",
                         w->run->options->path, row, w->columns[at].type->name);
    if (row <= MEASURED_ROWS)
        measure(w, row, at, tarn_display_width(text, size < 4 * MOST_WIDTH ? size : 4 * MOST_WIDTH));
    w->escaped.size = 0;
    TARN_TRY(tarn_workbook_escape(text, size, &w->escaped, error));
    TARN_TRY(tarn_buffer_append(&w->escaped, "", 1, error));
    lxw_error code = worksheet_write_string(w->sheet, row, at, (const char *)w->escaped.data, NULL);
    return code == LXW_NO_ERROR ? TARN_OK : failure(w, code, error);
}

static tarn_status write_number(writer *w, lxw_row_t row, lxw_col_t at, double number, tarn_error *error) {
    tarn_xlsx_column *c = &w->columns[at];
    if (c->kind == CELL_FLOAT && !c->is_cut && !tarn_xlsx_gives_back(number)) {
        c->is_cut = true;
        tarn_listing_add(&w->cut, "%.60s (row %u)", c->type->name, row + w->run->options->no_header);
    }
    measure_number(w, row, at, number);
    lxw_error code = worksheet_write_number(w->sheet, row, at, number, w->columns[at].format);
    return code == LXW_NO_ERROR ? TARN_OK : failure(w, code, error);
}

static tarn_status write_printed(writer *w, lxw_row_t row, lxw_col_t at, const struct ArrowArray *values, int64_t i,
                                 tarn_error *error) {
    bool is_null;
    double number;
    w->text.size = 0;
    TARN_TRY(tarn_array_print_cell(w->columns[at].type, values, i, &w->text, &is_null, error));
    if (w->columns[at].kind != CELL_DECIMAL)
        return write_text(w, row, at, error);
    TARN_TRY(tarn_buffer_append(&w->text, "", 1, error));
    if (tarn_xlsx_is_exact((const char *)w->text.data, &number))
        return write_number(w, row, at, number, error);
    w->text.size--;
    return write_text(w, row, at, error);
}

static tarn_status write_value(writer *w, lxw_row_t row, lxw_col_t at, const struct ArrowArray *values, int64_t i,
                               tarn_error *error) {
    const tarn_xlsx_column *c = &w->columns[at];
    int64_t integer;
    double number;
    switch (c->kind) {
    case CELL_BOOLEAN:
        worksheet_write_boolean(w->sheet, row, at, tarn_bit_get(values->buffers[1], values->offset + i), NULL);
        return TARN_OK;
    case CELL_INTEGER:
        integer = tarn_xlsx_integer(c, values, i);
        if (integer <= EXACT_INTEGER && integer >= (c->type->format[0] == 'L' ? 0 : -EXACT_INTEGER))
            return write_number(w, row, at, (double)integer, error);
        break;
    case CELL_FLOAT:
        w->text.size = 0;
        if (c->type->format[0] == 'g' && isfinite(number = ((const double *)values->buffers[1])[values->offset + i]))
            return write_number(w, row, at, number, error);
        /* a float's own digits, not those that it has as a double */
        TARN_TRY(tarn_array_print(c->type, values, i, &w->text, &(bool){false}, error));
        TARN_TRY(tarn_buffer_append(&w->text, "", 1, error));
        if (isfinite(number = strtod((const char *)w->text.data, NULL)))
            return write_number(w, row, at, number, error);
        break;
    case CELL_DATE:
    case CELL_TIMESTAMP:
    case CELL_TIME:
        if (tarn_xlsx_serial(c, tarn_xlsx_integer(c, values, i), &number))
            return write_number(w, row, at, number, error);
        break;
    case CELL_INTERVAL:
        if (tarn_xlsx_days(values, i, &number))
            return write_number(w, row, at, number, error);
        break;
    default:
        break;
    }
    return write_printed(w, row, at, values, i, error);
}

static tarn_status write_batch(writer *w, const struct ArrowArray *batch, tarn_error *error) {
    tarn_export_run *run = w->run;
    bool header = !run->options->no_header;
    if (run->rows + batch->length + header > MOST_ROWS)
        return too_many_rows(run, error);
    for (int64_t i = 0; i < batch->length; i++) {
        if (i % 1024 == 0)
            TARN_TRY(tarn_task_check(run->io->task, error));
        for (int64_t c = 0; c < run->schema.n_children; c++) {
            const struct ArrowArray *values = batch->children[c];
            if (!tarn_array_is_null(w->columns[c].type, values, batch->offset + i))
                TARN_TRY(write_value(w, (lxw_row_t)(run->rows + i + header), (lxw_col_t)c, values, batch->offset + i,
                                     error));
        }
    }
    run->rows += batch->length;
    tarn_task_advance(run->io->task, (uint64_t)batch->length);
    return TARN_OK;
}

static tarn_status write_header(writer *w, tarn_error *error) {
    for (int64_t i = 0; i < w->run->schema.n_children; i++) {
        lxw_error code = worksheet_write_string(w->sheet, 0, (lxw_col_t)i, w->run->schema.children[i]->name, w->bold);
        if (code != LXW_NO_ERROR)
            return failure(w, code, error);
    }
    worksheet_freeze_panes(w->sheet, 1, 0);
    return TARN_OK;
}

static tarn_status write_rows(writer *w, tarn_error *error) {
    if (!w->run->options->no_header)
        TARN_TRY(write_header(w, error));
    for (;;) {
        struct ArrowArray batch = {0};
        TARN_TRY(tarn_stream_next(w->run->stream, &batch, error));
        if (batch.release == NULL)
            return TARN_OK;
        tarn_status status = write_batch(w, &batch, error);
        tarn_array_release(&batch);
        TARN_TRY(status);
    }
}

/* Where the library puts its own temporary files. */
static tarn_status scratch_folder(const tarn_io *io, char **out, tarn_error *error) {
    TARN_TRY(tarn_scratch_path(io, "xlsx", out, error));
    *strrchr(*out, '/') = '\0';
    return TARN_OK;
}

/* What the rows took in the library's temporary file; more than any file holds when it could not take them all. */
static uint64_t stored_bytes(lxw_worksheet *sheet) {
    FILE *rows = sheet->optimize_tmpfile;
    if (rows == NULL)
        return 0;
    if (fflush(rows) != 0 || ferror(rows))
        return INT64_MAX;
    off_t end = ftello(rows);
    return end < 0 ? INT64_MAX : (uint64_t)end;
}

static lxw_format *add_format(const writer *w, const char *shown) {
    lxw_format *format = workbook_add_format(w->workbook);
    if (format != NULL && shown != NULL)
        format_set_num_format(format, shown);
    return format;
}

/* A workbook without sheets. */
static tarn_status open_workbook(writer *w, const char *path, const char *folder, tarn_error *error) {
    /* rows go to a temporary file as they come, so that memory stays small */
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = (char *)folder, .use_zip64 = LXW_TRUE};
    w->workbook = workbook_new_opt(path, &options);
    if (w->workbook == NULL)
        return tarn_fail_memory(error);
    w->bold = add_format(w, NULL);
    w->date = add_format(w, "yyyy-mm-dd");
    w->date_time = add_format(w, "yyyy-mm-dd hh:mm:ss");
    w->time = add_format(w, "hh:mm:ss");
    w->duration = add_format(w, "[h]:mm:ss");
    if (w->bold == NULL || w->date == NULL || w->date_time == NULL || w->time == NULL || w->duration == NULL)
        return tarn_fail_memory(error);
    format_set_bold(w->bold);
    return TARN_OK;
}

/* What there is to say of the workbook. */
static tarn_status warn(const writer *w, tarn_export_result *out, tarn_error *error) {
    char text[700];
    if (w->cut.count == 0)
        return TARN_OK;
    out->warning = tarn_format("the 17th digit of numbers was rounded, since a workbook holds 16 (export to Parquet or "
                               "CSV to keep it): %s",
                               tarn_listing_text(&w->cut, text, sizeof text));
    return out->warning == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status write_sheet(writer *w, const tarn_export_sheet *sheet, tarn_export_run *run, tarn_error *error) {
    tarn_status status = TARN_OK;
    w->run = run;
    run->stream = sheet->stream;
    TARN_TRY(tarn_stream_schema(run->stream, &run->schema, error));
    w->sheet = workbook_add_worksheet(w->workbook, sheet->name);
    if (w->sheet == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    TARN_CHECK(open_columns(w, error));
    TARN_CHECK(write_rows(w, error));
    TARN_CHECK(set_widths(w, error));
    uint64_t stored = stored_bytes(w->sheet);
    w->stored = stored <= INT64_MAX - w->stored ? w->stored + stored : INT64_MAX;
cleanup:
    free(w->columns);
    w->columns = NULL;
    tarn_schema_release(&run->schema);
    return status;
}

tarn_status tarn_export_xlsx(const tarn_io *io, const tarn_export_options *options, const tarn_export_sheet *sheets,
                             size_t count, const char *path, tarn_export_result *out, tarn_error *error) {
    tarn_export_run run = {.io = io, .options = options};
    writer w = {.run = &run};
    tarn_status status = TARN_OK;
    char *folder = NULL;
    TARN_CHECK(scratch_folder(io, &folder, error));
    TARN_CHECK(open_workbook(&w, path, folder, error));
    out->rows = 0;
    for (size_t i = 0; i < count; i++) {
        run.rows = 0;
        TARN_CHECK(write_sheet(&w, &sheets[i], &run, error));
        out->rows += run.rows;
    }
    lxw_error code = workbook_close(w.workbook); /* frees it */
    w.workbook = NULL;
    if (code != LXW_NO_ERROR)
        status = failure(&w, code, error);
    else
        status = tarn_export_xlsx_check(path, options->path, w.stored, error);
    if (status == TARN_OK)
        status = warn(&w, out, error);
cleanup:
    if (w.workbook != NULL)
        lxw_workbook_free(w.workbook);
    tarn_buffer_free(&w.text);
    tarn_buffer_free(&w.escaped);
    free(folder);
    return status;
}
