// Finding the row of names in delimited text.
#include "io/csv_reader.h"

#include "base/text.h"
#include "io/grid.h"

#include <stdlib.h>
#include <string.h>

#define SAMPLE_ROWS 500
#define SAMPLE_CELLS ((size_t)1 << 20) /* fewer rows of very wide tables */

/* The first records of the file as a table. */
typedef struct sample {
    tarn_csv_batch table; /* `rows` records are filled */
    size_t *offsets;      /* rows + 1: where each begins, and where the next one would */
    uint64_t *lines;      /* the same for lines before it */
    bool complete;        /* the file has no more */
    tarn_csv_log comments;
    const tarn_csv_reader *reader;
    const tarn_csv_head *head;
} sample;

static void sample_free(sample *s) {
    tarn_csv_batch_free(&s->table);
    free(s->offsets);
    free(s->lines);
    tarn_csv_log_free(&s->comments);
}

/* Blank lines before a record, so that its line number is that of its text. */
static void skip_blank(const tarn_csv_dialect *dialect, tarn_csv_cursor *cursor) {
    while (!dialect->keep_blank && cursor->position < cursor->size &&
           (cursor->data[cursor->position] == '\n' || cursor->data[cursor->position] == '\r')) {
        bool pair = cursor->data[cursor->position] == '\r' && cursor->position + 1 < cursor->size &&
                    cursor->data[cursor->position + 1] == '\n';
        cursor->position += pair ? 2 : 1;
        cursor->line++;
    }
}

/* Blank lines and comments before a record; the latter are noted with the number of records before them. */
static tarn_status skip_comments(sample *s, tarn_csv_cursor *cursor, tarn_error *error) {
    const tarn_csv_dialect *dialect = &s->reader->dialect;
    for (;;) {
        skip_blank(dialect, cursor);
        bool unsure = false, is_above = cursor->position < s->reader->hash_end;
        if (cursor->position == s->reader->hash_names ||
            !tarn_csv_is_comment(dialect, cursor->data, cursor->size, cursor->position))
            return TARN_OK;
        if (!is_above && (tarn_csv_is_kept(dialect, cursor, &unsure) || unsure))
            return TARN_OK;
        size_t next = tarn_csv_next_line(cursor->data, cursor->size, cursor->position);
        if (next == cursor->size && !cursor->last)
            return TARN_OK;
        TARN_TRY(tarn_csv_log_add(&s->comments, TARN_CSV_COMMENT, cursor->line, s->table.rows, error));
        cursor->line += cursor->data[next - 1] == '\n' || cursor->data[next - 1] == '\r';
        cursor->position = next;
    }
}

static tarn_status sample_rows(sample *s, tarn_csv_batch *one, size_t most, tarn_error *error) {
    const tarn_csv_head *head = s->head;
    tarn_csv_cursor cursor = {head->data, head->size, head->last, head->begin, head->begin_line, 0};
    tarn_csv_stop stop = TARN_CSV_STOP_FULL;
    size_t width = s->table.width;
    while (s->table.rows < most && stop == TARN_CSV_STOP_FULL) {
        tarn_csv_dialect dialect = s->reader->dialect;
        TARN_TRY(skip_comments(s, &cursor, error));
        if (cursor.position == s->reader->hash_names)
            dialect.comment_size = 0; /* it begins like one, and has the names */
        s->offsets[s->table.rows] = cursor.position;
        s->lines[s->table.rows] = cursor.line;
        TARN_TRY(tarn_csv_scan(&dialect, &cursor, SIZE_MAX, one, NULL, &stop, error));
        if (one->rows == 1) {
            memcpy(s->table.fields + s->table.rows * width, one->fields, width * sizeof *one->fields);
            s->table.counts[s->table.rows++] = one->counts[0];
        }
        s->offsets[s->table.rows] = cursor.position;
        s->lines[s->table.rows] = cursor.line;
    }
    s->complete = stop == TARN_CSV_STOP_END;
    return TARN_OK;
}

static tarn_status sample_open(sample *s, const tarn_csv_reader *reader, const tarn_csv_head *head, size_t width,
                               size_t most, tarn_error *error) {
    tarn_csv_batch one;
    *s = (sample){.reader = reader, .head = head, .comments.limit = SIZE_MAX};
    tarn_status status = tarn_csv_batch_init(&one, width, 1, error);
    if (status == TARN_OK)
        status = tarn_csv_batch_init(&s->table, width, most, error);
    s->offsets = malloc((most + 1) * sizeof *s->offsets);
    s->lines = malloc((most + 1) * sizeof *s->lines);
    if (status == TARN_OK && (s->offsets == NULL || s->lines == NULL))
        status = tarn_fail_memory(error);
    if (status == TARN_OK)
        status = sample_rows(s, &one, most, error);
    tarn_csv_batch_free(&one);
    if (status != TARN_OK)
        sample_free(s);
    return status;
}

/* The cell without spaces around; empty for missing ones. */
static const uint8_t *cell(const sample *s, size_t row, size_t column, size_t *size) {
    tarn_csv_field field = s->table.fields[row * s->table.width + column];
    const uint8_t *text = s->head->data + field.start;
    *size = (field.size_and_flags & TARN_CSV_MISSING) != 0 ? 0 : tarn_csv_field_size(field);
    tarn_csv_trim(&text, size);
    return text;
}

static bool is_null(const tarn_csv_nulls *nulls, const uint8_t *text, size_t size) {
    for (size_t i = 0; i < nulls->n_texts; i++) {
        if (strlen(nulls->texts[i]) == size && memcmp(nulls->texts[i], text, size) == 0)
            return true;
    }
    return size == 0;
}

/* The sample as a grid to be judged; `*cells` is the caller's to free. */
static tarn_status grid_of(const sample *s, tarn_grid *out, tarn_grid_cell **cells, tarn_error *error) {
    size_t width = s->table.width;
    *cells = malloc((s->table.rows * width + 1) * sizeof **cells);
    if (*cells == NULL)
        return tarn_fail_memory(error);
    for (size_t row = 0; row < s->table.rows; row++) {
        for (size_t column = 0; column < width; column++) {
            size_t size;
            const uint8_t *text = cell(s, row, column, &size);
            bool empty = is_null(&s->reader->nulls, text, size);
            (*cells)[row * width + column] =
                (tarn_grid_cell){(const char *)text, (uint32_t)size,
                                 empty ? 0 : (uint16_t)tarn_csv_kind_in(&s->reader->dialect, text, size)};
        }
    }
    *out = (tarn_grid){s->table.rows, width, *cells, s->table.counts, s->reader->width};
    return TARN_OK;
}

/* ---- names ------------------------------------------------------------------------------------------------------- */

static tarn_status append_value(const sample *s, tarn_csv_field field, tarn_buffer *out, tarn_error *error) {
    size_t size = tarn_csv_field_size(field);
    if ((field.size_and_flags & TARN_CSV_MISSING) != 0)
        return TARN_OK;
    if ((field.size_and_flags & TARN_CSV_ESCAPED) == 0)
        return tarn_buffer_append(out, s->head->data + field.start, size, error);
    TARN_TRY(tarn_buffer_reserve(out, size, error));
    out->size += tarn_csv_unescape(&s->reader->dialect, s->head->data, field, out->data + out->size);
    return TARN_OK;
}

static bool is_blank(const tarn_buffer *text, size_t from) {
    for (size_t i = from; i < text->size; i++) {
        if (text->data[i] != ' ' && text->data[i] != '\t')
            return false;
    }
    return true;
}

/* One more header record: "top / sub"; a name of an upper record also stands for the empty ones to its right. */
static tarn_status join_record(const sample *s, size_t row, bool upper, tarn_csv_header *header, tarn_error *error) {
    size_t source = 0;
    bool has_source = false;
    for (size_t column = 0; column < header->n_names; column++) {
        tarn_buffer *name = &header->names[column];
        tarn_csv_field field = {0, TARN_CSV_MISSING};
        if (column < s->table.width)
            field = s->table.fields[row * s->table.width + column];
        size_t trimmed = 0;
        if (column < s->table.width)
            cell(s, row, column, &trimmed);
        if (upper && trimmed > 0) {
            source = column;
            has_source = true;
        } else if (upper && has_source && name->size == 0) {
            field = s->table.fields[row * s->table.width + source];
            trimmed = 1;
        }
        if (trimmed == 0)
            continue;
        if (!is_blank(name, 0))
            TARN_TRY(tarn_buffer_append(name, " / ", 3, error));
        TARN_TRY(append_value(s, field, name, error));
    }
    return TARN_OK;
}

static tarn_status take_names(const sample *s, size_t row, tarn_csv_header *header, tarn_error *error) {
    header->n_names = 0;
    for (size_t i = 0; i < header->rows; i++) {
        if (s->table.counts[row + i] > header->n_names)
            header->n_names = s->table.counts[row + i];
    }
    header->names = calloc(header->n_names, sizeof *header->names);
    if (header->names == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < header->rows; i++)
        TARN_TRY(join_record(s, row + i, header->rows > 1 && i + 1 < header->rows, header, error));
    return TARN_OK;
}

/* What a row of units says, for the message about it. */
static tarn_status take_units(const sample *s, size_t row, tarn_csv_header *header, tarn_error *error) {
    enum { SHOWN = 200 };
    header->unit_line = s->lines[row] + 1;
    for (size_t column = 0; column < s->table.width && header->units.size < SHOWN; column++) {
        tarn_csv_field field = s->table.fields[row * s->table.width + column];
        size_t size;
        cell(s, row, column, &size);
        if (size == 0)
            continue;
        if (header->units.size > 0)
            TARN_TRY(tarn_buffer_append(&header->units, ", ", 2, error));
        TARN_TRY(append_value(s, field, &header->units, error));
    }
    return TARN_OK;
}

void tarn_csv_header_free(tarn_csv_header *header) {
    for (size_t i = 0; i < header->n_names; i++)
        tarn_buffer_free(&header->names[i]);
    free(header->names);
    tarn_buffer_free(&header->units);
    *header = (tarn_csv_header){0};
}

/* ---- finding it ---------------------------------------------------------------------------------------------------
 */

/* The header asked for; false when the sample does not reach it. */
static bool asked_header(const sample *s, const tarn_csv_options *options, size_t *row, tarn_csv_header *header) {
    uint64_t line = s->head->begin_line + (uint64_t)options->header_row;
    *row = 0;
    while (*row < s->table.rows && s->lines[*row] + 1 < line)
        ++*row;
    header->rows = options->header_rows > 0 ? (uint64_t)options->header_rows : 1;
    return *row + header->rows <= s->table.rows;
}

static tarn_status find_header(const sample *s, const tarn_csv_options *options, size_t *row, tarn_csv_header *header,
                               tarn_error *error) {
    tarn_grid grid;
    tarn_grid_cell *cells;
    tarn_grid_shape shape;
    TARN_TRY(grid_of(s, &grid, &cells, error));
    tarn_grid_judge(&grid, &shape);
    free(cells);
    *row = shape.above;
    header->rows = shape.header_rows;
    header->unit_rows = shape.unit_rows;
    if (options->header_rows > 0) {
        header->rows = (uint64_t)options->header_rows;
        header->unit_rows = 0;
        if (*row + header->rows > s->table.rows)
            header->rows = s->table.rows - *row;
    }
    return TARN_OK;
}

static size_t rows_wanted(const tarn_csv_options *options, size_t width) {
    size_t wanted = SAMPLE_CELLS / width;
    if (wanted > SAMPLE_ROWS)
        wanted = SAMPLE_ROWS;
    if (wanted < 8)
        wanted = 8;
    if (options->header_row > 0)
        wanted += (size_t)options->header_row;
    return wanted + (options->header_rows > 0 ? (size_t)options->header_rows : 0);
}

/* How wide the names are: a header may have more cells than the records below it. */
static tarn_status header_width(const tarn_csv_reader *reader, const tarn_csv_head *head, size_t *out,
                                tarn_error *error) {
    sample s;
    TARN_TRY(sample_open(&s, reader, head, 1, rows_wanted(&reader->options, reader->width), error));
    *out = reader->width;
    size_t look = reader->options.header_row > 0 ? s.table.rows : 25;
    for (size_t row = 0; row < s.table.rows && row < look; row++) {
        if (s.table.counts[row] > *out)
            *out = s.table.counts[row];
    }
    sample_free(&s);
    return TARN_OK;
}

/* The comments above the first row of values; those below are found again with it. */
static tarn_status take_comments(const sample *s, size_t first, tarn_csv_reader *reader, tarn_error *error) {
    const tarn_csv_places *places = &s->comments.kinds[TARN_CSV_COMMENT];
    tarn_csv_log_free(&reader->log);
    reader->log.limit = reader->options.max_reports;
    for (size_t i = 0; i < places->count; i++) {
        if (places->first[i].found <= first)
            TARN_TRY(tarn_csv_log_add(&reader->log, TARN_CSV_COMMENT, places->first[i].line, 0, error));
    }
    return TARN_OK;
}

tarn_status tarn_csv_detect_header(tarn_csv_reader *reader, const tarn_csv_head *head, bool *need_more,
                                   tarn_error *error) {
    const tarn_csv_options *options = &reader->options;
    tarn_csv_header *header = &reader->header;
    sample s;
    size_t width, row = 0;
    *need_more = false;
    TARN_TRY(header_width(reader, head, &width, error));
    TARN_TRY(sample_open(&s, reader, head, width, rows_wanted(options, width), error));
    tarn_status status = TARN_OK;
    bool found = true;
    if (options->header_row > 0)
        found = asked_header(&s, options, &row, header);
    else if (options->header_row == 0)
        status = find_header(&s, options, &row, header, error);
    if (status != TARN_OK) {
        header->rows = 0;
    } else if (!found || (s.table.rows == 0 && !s.complete)) {
        *need_more = !s.complete && !head->last;
        header->rows = 0;
        if (!*need_more)
            status = tarn_fail(error, TARN_E_INVALID, "line %d cannot be the header: the file ends before it",
                               options->header_row);
    } else if (header->rows > 0) {
        header->row = s.lines[row] + 1;
        status = take_names(&s, row, header, error);
        if (status == TARN_OK && header->unit_rows > 0)
            status = take_units(&s, row + header->rows, header, error);
    }
    header->preamble = row;
    header->first_line = s.table.rows > 0 ? s.lines[0] + 1 : 0;
    size_t first = s.table.rows > 0 ? row + header->rows + header->unit_rows : 0;
    header->data_offset = s.offsets[first];
    header->data_line = s.lines[first];
    if (status == TARN_OK)
        status = take_comments(&s, first, reader, error);
    sample_free(&s);
    return status;
}
