/* Excel workbooks, written by libxlsxwriter, which wants a file of its own. Excel tells no empty text from no value,
 * and holds numbers as doubles: what would lose digits is written as text. */
#include "arrow/builder.h"
#include "base/clock.h"
#include "base/text.h"
#include "io/export.h"
#include "io/scratch.h"
#include "io/workbook.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#define MOST_ROWS 1048576 /* the header included */
#define MOST_COLUMNS 16384
#define MOST_TEXT 32767           /* characters of a cell; more bytes are counted more closely */
#define EXACT_INTEGER (1LL << 53) /* a double holds every integer up to here */
#define FIRST_DAY (-25567)        /* 1900-01-01 in days since 1970 */
#define LAST_DAY 2932896          /* 9999-12-31 */
#define DAY_MICROS 86400000000LL

typedef enum cell_kind {
    CELL_TEXT,
    CELL_BOOLEAN,
    CELL_INTEGER,
    CELL_FLOAT,
    CELL_DECIMAL,
    CELL_DATE,
    CELL_TIMESTAMP,
    CELL_TIME
} cell_kind;

typedef struct column {
    const struct ArrowSchema *type;
    cell_kind kind;
    int64_t per_second; /* units of times */
    lxw_format *format; /* owned by the workbook */
} column;

typedef struct writer {
    tarn_export_run *run;
    lxw_workbook *workbook;
    lxw_worksheet *sheet;
    column *columns;
    tarn_buffer text, escaped;
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

static int64_t units_per_second(char unit) {
    return unit == 's' ? 1 : unit == 'm' ? 1000 : unit == 'u' ? 1000000 : 1000000000;
}

static void choose_kind(writer *w, column *c) {
    const char *format = c->type->format, *shown = NULL;
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
        shown = "yyyy-mm-dd";
    } else if (strncmp(format, "ts", 2) == 0 || strncmp(format, "tt", 2) == 0) {
        c->kind = format[1] == 's' ? CELL_TIMESTAMP : CELL_TIME;
        c->per_second = units_per_second(format[2]);
        shown = format[1] == 's' ? "yyyy-mm-dd hh:mm:ss" : "hh:mm:ss";
    }
    if (shown != NULL && (c->format = workbook_add_format(w->workbook)) != NULL)
        format_set_num_format(c->format, shown);
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
    }
    return TARN_OK;
}

/* ---- cells ---------------------------------------------------------------------------------------------------------
 */

/* Excel counts UTF-16 units. */
static size_t utf16_units(const char *text, size_t size) {
    size_t units = 0;
    for (size_t i = 0; i < size; i++)
        units += ((unsigned char)text[i] & 0xC0) != 0x80 ? 1 + ((unsigned char)text[i] >= 0xF0) : 0;
    return units;
}

static tarn_status write_text(writer *w, lxw_row_t row, lxw_col_t at, tarn_error *error) {
    const char *text = (const char *)w->text.data;
    size_t size = w->text.size;
    if (size == 0)
        return TARN_OK;
    if (memchr(text, '\0', size) != NULL)
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "%s: row %u of column %s holds a NUL, which no Excel cell can: export to CSV or Parquet",
                         w->run->options->path, row, w->columns[at].type->name);
    if (size > MOST_TEXT && utf16_units(text, size) > MOST_TEXT)
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "%s: row %u of column %s is longer than the 32,767 characters of an Excel cell: export to CSV "
                         "or Parquet",
                         w->run->options->path, row, w->columns[at].type->name);
    w->escaped.size = 0;
    TARN_TRY(tarn_workbook_escape(text, size, &w->escaped, error));
    TARN_TRY(tarn_buffer_append(&w->escaped, "", 1, error));
    lxw_error code = worksheet_write_string(w->sheet, row, at, (const char *)w->escaped.data, NULL);
    return code == LXW_NO_ERROR ? TARN_OK : failure(w, code, error);
}

/* A double gives 15 decimal digits back. */
static bool is_exact(const char *text, double *number) {
    char *end;
    size_t digits = 0;
    *number = strtod(text, &end);
    for (const char *c = text; *c != '\0'; c++)
        digits += *c >= '0' && *c <= '9';
    return *end == '\0' && isfinite(*number) && digits <= 15;
}

static tarn_status write_number(writer *w, lxw_row_t row, lxw_col_t at, double number, tarn_error *error) {
    lxw_error code = worksheet_write_number(w->sheet, row, at, number, w->columns[at].format);
    return code == LXW_NO_ERROR ? TARN_OK : failure(w, code, error);
}

static int64_t integer_at(const column *c, const struct ArrowArray *values, int64_t i) {
    i += values->offset;
    const void *data = values->buffers[1];
    switch (c->type->format[0]) {
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
    case 't': /* dates, and times of the coarser units, have 32 bits */
        if (c->kind == CELL_DATE || (c->kind == CELL_TIME && c->per_second <= 1000))
            return ((const int32_t *)data)[i];
    }
    return ((const int64_t *)data)[i];
}

/* Days since 1899-12-30 as Excel counts from March 1900 on; earlier ones are a day less. */
static bool serial_of(const column *c, int64_t value, double *serial) {
    if (c->kind == CELL_TIME) {
        *serial = (double)value / (double)c->per_second / 86400.0;
        return value >= 0 && *serial < 1;
    }
    int64_t per_day = c->kind == CELL_DATE ? 1 : c->per_second * 86400;
    int64_t days = value / per_day - (value % per_day < 0), part = value - days * per_day;
    *serial = (double)(days + 25569 - (days + 25569 < 61)) + (double)part / (double)per_day;
    return days >= FIRST_DAY && days <= LAST_DAY;
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
    if (is_exact((const char *)w->text.data, &number))
        return write_number(w, row, at, number, error);
    w->text.size--;
    return write_text(w, row, at, error);
}

static tarn_status write_value(writer *w, lxw_row_t row, lxw_col_t at, const struct ArrowArray *values, int64_t i,
                               tarn_error *error) {
    const column *c = &w->columns[at];
    int64_t integer;
    double number;
    switch (c->kind) {
    case CELL_BOOLEAN:
        worksheet_write_boolean(w->sheet, row, at, tarn_bit_get(values->buffers[1], values->offset + i), NULL);
        return TARN_OK;
    case CELL_INTEGER:
        integer = integer_at(c, values, i);
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
        if (serial_of(c, integer_at(c, values, i), &number))
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
    lxw_format *bold = workbook_add_format(w->workbook);
    if (bold == NULL)
        return tarn_fail_memory(error);
    format_set_bold(bold);
    for (int64_t i = 0; i < w->run->schema.n_children; i++) {
        lxw_error code = worksheet_write_string(w->sheet, 0, (lxw_col_t)i, w->run->schema.children[i]->name, bold);
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
static int64_t stored_bytes(lxw_worksheet *sheet) {
    FILE *rows = sheet->optimize_tmpfile;
    if (rows == NULL)
        return 0;
    if (fflush(rows) != 0 || ferror(rows))
        return INT64_MAX;
    off_t end = ftello(rows);
    return end < 0 ? INT64_MAX : (int64_t)end;
}

tarn_status tarn_export_xlsx(tarn_export_run *run, const char *path, tarn_error *error) {
    writer w = {.run = run};
    tarn_status status = TARN_OK;
    char *folder = NULL;
    TARN_CHECK(scratch_folder(run->io, &folder, error));
    /* rows go to a temporary file as they come, so that memory stays small */
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = folder, .use_zip64 = LXW_TRUE};
    w.workbook = workbook_new_opt(path, &options);
    w.sheet = w.workbook != NULL ? workbook_add_worksheet(w.workbook, NULL) : NULL;
    if (w.sheet == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    TARN_CHECK(open_columns(&w, error));
    TARN_CHECK(write_rows(&w, error));
    int64_t rows_bytes = stored_bytes(w.sheet);
    lxw_error code = workbook_close(w.workbook); /* frees it */
    w.workbook = NULL;
    if (code != LXW_NO_ERROR)
        status = failure(&w, code, error);
    else
        status = tarn_export_xlsx_check(path, run->options->path, (uint64_t)rows_bytes, error);
cleanup:
    if (w.workbook != NULL)
        lxw_workbook_free(w.workbook);
    tarn_buffer_free(&w.text);
    tarn_buffer_free(&w.escaped);
    free(w.columns);
    free(folder);
    return status;
}
