// Reading delimited text (CSV, TSV …) of any size and untidiness into Arrow, in parallel and in bounded memory.
#include "io/csv.h"

#include "arrow/array.h"
#include "base/text.h"
#include "engine/types.h"
#include "io/csv_reader.h"
#include "io/format.h"
#include "io/text_cjk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_BYTES ((size_t)256 << 10)
#define HEAD_MOST ((size_t)64 << 20)      /* a header that does not end within it is none */
#define ESCAPES_WITHIN ((size_t)64 << 10) /* where Japanese by escape sequences is looked for */
#define MOST_CELL ((uint64_t)64 << 20)

/* ---- options ------------------------------------------------------------------------------------------------------
 */

static uint64_t or_default(uint64_t value, uint64_t otherwise, uint64_t most) {
    value = value == 0 ? otherwise : value;
    return value < most ? value : most;
}

static bool is_syntax(char c) {
    return c == '\n' || c == '\r';
}

static tarn_status check_characters(const tarn_csv_options *options, tarn_error *error) {
    const char *text = options->long_delimiter;
    if (options->delimiter != 0 &&
        (is_syntax(options->delimiter) || options->delimiter == options->quote || options->delimiter == '"'))
        return tarn_fail(error, TARN_E_INVALID, "the delimiter must be another character than a quote or a line end");
    if (text != NULL &&
        (strlen(text) < 2 || strlen(text) > TARN_CSV_MOST_DELIMITER + 1 || text[strcspn(text, "\r\n\"")] != '\0' ||
         strchr(text, options->quote != 0 ? options->quote : '"')))
        return tarn_fail(error, TARN_E_INVALID,
                         "a delimiter of several characters has 16 bytes at most, and no quotes or line ends in it");
    if (options->quote != 0 && options->quote != TARN_CSV_NO_QUOTE &&
        (is_syntax(options->quote) || (unsigned char)options->quote >= 0x80))
        return tarn_fail(error, TARN_E_INVALID, "the quote must be one ASCII character other than a line end");
    if (options->escape != 0 &&
        (is_syntax(options->escape) || options->escape == options->delimiter || (unsigned char)options->escape >= 0x80))
        return tarn_fail(error, TARN_E_INVALID,
                         "the escape must be one ASCII character other than the delimiter or a line end");
    if (options->comment != NULL && (strlen(options->comment) > TARN_CSV_MOST_DELIMITER ||
                                     options->comment[strcspn(options->comment, "\r\n")] != '\0'))
        return tarn_fail(error, TARN_E_INVALID, "what begins a comment has %d bytes at most, and no line end in it",
                         TARN_CSV_MOST_DELIMITER);
    if (options->decimal != 0 && options->decimal != ',' && options->decimal != '.')
        return tarn_fail(error, TARN_E_INVALID, "the decimal separator is a comma or a point");
    for (size_t i = 0; i < options->n_widths; i++)
        if (options->widths[i] == 0)
            return tarn_fail(error, TARN_E_INVALID, "width %zu is 0: every column has one character at least", i + 1);
    return TARN_OK;
}

static tarn_status resolve_options(const tarn_csv_options *given, tarn_csv_options *out, tarn_error *error) {
    *out = given != NULL ? *given : (tarn_csv_options){0};
    TARN_TRY(check_characters(out, error));
    if (out->header_row < -1 || out->header_rows < 0)
        return tarn_fail(error, TARN_E_INVALID,
                         "header_row must be a line number from 1 on, 0 to detect it or -1 for none");
    out->max_reports = (size_t)or_default(out->max_reports, 100, 1 << 20);
    out->max_extra_columns = (size_t)or_default(out->max_extra_columns, 16, 1024);
    out->block_bytes = or_default(out->block_bytes, (uint64_t)4 << 20, (uint64_t)256 << 20);
    out->chunk_bytes = or_default(out->chunk_bytes, (uint64_t)32 << 20, (uint64_t)512 << 20);
    out->chunk_rows = or_default(out->chunk_rows, TARN_CSV_CHUNK_ROWS, TARN_CSV_CHUNK_ROWS);
    out->max_cell = or_default(out->max_cell, MOST_CELL, MOST_CELL);
    return TARN_OK;
}

static tarn_status copy_nulls(const tarn_csv_options *options, tarn_csv_nulls *out, tarn_error *error) {
    out->empty = options->null_text == NULL;
    if (options->n_null_text == 0 || options->null_text == NULL)
        return TARN_OK;
    out->texts = calloc(options->n_null_text, sizeof *out->texts);
    if (out->texts == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < options->n_null_text; i++) {
        if (options->null_text[i][0] == '\0') {
            out->empty = true;
            continue;
        }
        out->texts[out->n_texts] = tarn_strdup(options->null_text[i]);
        if (out->texts[out->n_texts] == NULL)
            return tarn_fail_memory(error);
        out->n_texts++;
    }
    return TARN_OK;
}

static tarn_status copy_widths(tarn_csv_reader *reader, tarn_error *error) {
    size_t size = reader->options.n_widths * sizeof *reader->widths;
    reader->widths = size > 0 ? malloc(size) : NULL;
    if (size > 0 && reader->widths == NULL)
        return tarn_fail_memory(error);
    if (size > 0)
        memcpy(reader->widths, reader->options.widths, size);
    return TARN_OK;
}

static tarn_status find_encoding(const tarn_csv_options *options, const tarn_text_encoding **out, tarn_error *error) {
    *out = NULL;
    if (options->encoding == NULL || options->encoding[0] == '\0')
        return TARN_OK;
    *out = tarn_text_encoding_find(options->encoding);
    if (*out == NULL)
        return tarn_fail(error, TARN_E_INVALID, "encoding %s is not known; use one of %s", options->encoding,
                         tarn_text_encoding_names());
    return TARN_OK;
}

/* ---- the beginning of the file -------------------------------------------------------------------------------------
 */

static tarn_status load_head(const tarn_csv_reader *reader, size_t size, tarn_csv_head *head, tarn_error *error) {
    free(head->data);
    *head = (tarn_csv_head){.size = reader->view.size < size ? (size_t)reader->view.size : size};
    head->last = head->size == reader->view.size;
    head->data = malloc(head->size + 1);
    if (head->data == NULL)
        return tarn_fail_memory(error);
    TARN_TRY(tarn_text_view_read(&reader->view, 0, head->data, head->size, error));
    for (uint64_t i = 0; i < reader->options.skip_rows && head->begin < head->size; i++) {
        head->begin = tarn_csv_next_line(head->data, head->size, head->begin);
        head->begin_line++;
    }
    return TARN_OK;
}

/* "sep=;" is what some spreadsheets write first, and read; what is asked for comes before it. */
static void take_sep_line(tarn_csv_reader *reader, tarn_csv_head *head) {
    uint8_t delimiter;
    size_t size = reader->options.n_widths == 0 && reader->options.header_row <= 0
                      ? tarn_csv_sep_line(head->data, head->size, head->begin, &delimiter)
                      : 0;
    reader->sep_line = size > 0;
    if (size == 0)
        return;
    head->begin += size;
    head->begin_line++;
    reader->sep_delimiter = delimiter;
}

static tarn_status refuse_binary(const tarn_csv_reader *reader, const tarn_csv_head *head, tarn_error *error) {
    bool is_known =
        reader->options.delimiter != 0 || reader->options.long_delimiter != NULL || reader->options.n_widths > 0;
    size_t size = head->size < 4096 ? head->size : 4096;
    tarn_file_format format = tarn_format_sniff(head->data, size, NULL);
    if (is_known && (format == TARN_FORMAT_BINARY || format == TARN_FORMAT_UNKNOWN))
        return TARN_OK; /* whoever knows what parts the cells knows that it is text */
    if (!tarn_format_is_text(format))
        return tarn_fail(error, TARN_E_FORMAT, "%s is not delimited text but %s", reader->name,
                         tarn_format_describe(format));
    return TARN_OK;
}

static bool is_all_blank(const tarn_csv_head *head) {
    for (size_t i = head->begin; i < head->size; i++) {
        if (head->data[i] != '\n' && head->data[i] != '\r' && head->data[i] != ' ')
            return false;
    }
    return head->last;
}

/* Dialect, header and width, from as much of the beginning as is needed. */
static tarn_status read_head(tarn_csv_reader *reader, tarn_error *error) {
    tarn_csv_head head = {0};
    tarn_status status;
    bool need_more = true;
    for (size_t size = HEAD_BYTES; need_more; size *= 4) {
        TARN_CHECK(load_head(reader, size, &head, error));
        TARN_CHECK(refuse_binary(reader, &head, error));
        if (is_all_blank(&head)) {
            status = tarn_fail(error, TARN_E_FORMAT, "%s is empty", reader->name);
            goto cleanup;
        }
        if (head.begin == head.size && !head.last) {
            if (size >= HEAD_MOST) {
                status =
                    tarn_fail(error, TARN_E_INVALID, "the first %llu lines are longer than %zu MB: too many to skip",
                              (unsigned long long)reader->options.skip_rows, HEAD_MOST >> 20);
                goto cleanup;
            }
            continue;
        }
        take_sep_line(reader, &head);
        reader->has_escapes =
            tarn_text_is_iso_2022_jp(head.data, head.size < ESCAPES_WITHIN ? head.size : ESCAPES_WITHIN);
        TARN_CHECK(tarn_csv_detect_dialect(reader, &head, error));
        reader->dialect.regular = (uint32_t)reader->width;
        reader->dialect.keep_blank = reader->width == 1;
        /* Before the header is judged when all is at hand, so that notes are no values to it. */
        if (head.last) {
            TARN_CHECK(tarn_csv_cut_footer(reader, head.begin, head.data, error));
            head.size = (size_t)reader->view.size;
        }
        TARN_CHECK(tarn_csv_detect_header(reader, &head, &need_more, error));
        if (need_more && size >= HEAD_MOST) {
            status = tarn_fail(error, TARN_E_FORMAT, "%s has no line end in its first %zu MB; check the format",
                               reader->name, HEAD_MOST >> 20);
            goto cleanup;
        }
    }
    reader->report.regular_width = reader->width;
    if (reader->header.n_names > reader->width)
        reader->width = reader->header.n_names;
    reader->dialect.keep_blank = reader->width == 1;
    reader->dialect.keep_blank = reader->dialect.keep_blank && reader->dialect.n_widths == 0;
    reader->data_start = reader->header.data_offset;
    reader->data_line = reader->header.data_line;
    if (!head.last)
        status = tarn_csv_cut_footer(reader, reader->data_start, NULL, error);

cleanup:
    free(head.data);
    return status;
}

/* ---- after the first pass -------------------------------------------------------------------------------------------
 */

/* How many columns there are in the end. */
static void decide_columns(tarn_csv_reader *reader) {
    size_t extra = reader->widest > reader->width ? reader->widest - reader->width : 0;
    reader->n_columns = reader->width;
    if (extra > reader->options.max_extra_columns) {
        reader->extra_joined = true;
        reader->n_columns++;
    } else if (extra > 0) {
        reader->n_columns += extra;
    } else {
        size_t least = reader->header.n_names > 0 ? reader->header.n_names : 1;
        while (reader->header.row > 0 && reader->n_columns > least && reader->kinds[reader->n_columns - 1] == 0)
            reader->n_columns--;
        reader->dropped_columns = reader->width - reader->n_columns;
    }
}

static tarn_status apply_override(tarn_csv_reader *reader, const tarn_csv_override *override, tarn_error *error) {
    tarn_csv_type type;
    tarn_csv_decimal decimal = {0};
    if (!tarn_csv_type_find(override->type, &type, &decimal))
        return tarn_fail(
            error, TARN_E_INVALID,
            "type %s of column %s is not one that text can be read as: choose BOOLEAN, TINYINT to HUGEINT, UTINYINT to "
            "UBIGINT, DECIMAL(p,s), REAL, DOUBLE, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID, BLOB or VARCHAR",
            override->type, override->column);
    for (size_t i = 0; i < reader->n_columns; i++) {
        if (tarn_name_equal(reader->report.columns[i].name, override->column)) {
            reader->types[i] = type;
            reader->decimals[i] = decimal;
            reader->overridden[i] = true;
            return TARN_OK;
        }
    }
    return tarn_fail(error, TARN_E_INVALID, "there is no column %s to give a type to", override->column);
}

static tarn_status decide_types(tarn_csv_reader *reader, tarn_error *error) {
    reader->types = calloc(reader->n_columns, sizeof *reader->types);
    reader->overridden = calloc(reader->n_columns, sizeof *reader->overridden);
    reader->decimals = calloc(reader->n_columns, sizeof *reader->decimals);
    if (reader->types == NULL || reader->decimals == NULL || reader->overridden == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < reader->n_columns; i++) {
        bool text = reader->options.all_text || (reader->extra_joined && i + 1 == reader->n_columns);
        reader->types[i] = text ? TARN_CSV_TYPE_TEXT : tarn_csv_type_of_kinds(reader->kinds[i]);
    }
    for (size_t i = 0; i < reader->options.n_overrides; i++)
        TARN_TRY(apply_override(reader, &reader->options.overrides[i], error));
    for (size_t i = 0; i < reader->n_columns; i++)
        reader->report.columns[i].type = tarn_csv_type_name(reader->types[i]);
    return TARN_OK;
}

/* Cut the points into chunks: as many rows as allowed, fewer where their bytes (in UTF-8) could pass the limit. */
static tarn_status cut_chunks(tarn_csv_reader *reader, tarn_error *error) {
    const tarn_csv_point *points = reader->points;
    size_t last = reader->n_points - 1, capacity = 0;
    uint64_t bytes = reader->options.chunk_bytes;
    if (reader->repair || reader->encoding->kind == TARN_TEXT_SINGLE_BYTE)
        bytes = bytes / 3 + 1;
    for (size_t first = 0; first < last;) {
        size_t end = first + 1;
        while (end < last && points[end + 1].row - points[first].row <= reader->options.chunk_rows &&
               points[end + 1].offset - points[first].offset <= bytes)
            end++;
        TARN_TRY(tarn_grow(&reader->chunks, &capacity, reader->n_chunks + 1, sizeof *reader->chunks, error));
        reader->chunks[reader->n_chunks++] = (tarn_csv_chunk){first, end};
        first = end;
    }
    return TARN_OK;
}

static void fill_report(tarn_csv_reader *reader) {
    tarn_csv_report *report = &reader->report;
    bool is_parted = reader->dialect.n_widths == 0 && reader->dialect.delimiter != TARN_CSV_NO_DELIMITER;
    report->delimiter = is_parted ? (char)reader->dialect.delimiter : '\0';
    if (is_parted)
        snprintf(report->delimiter_text, sizeof report->delimiter_text, "%c%.*s", (char)reader->dialect.delimiter,
                 (int)reader->dialect.tail_size, (const char *)reader->dialect.tail);
    if (!tarn_utf8_is_valid(report->delimiter_text, strlen(report->delimiter_text)))
        snprintf(report->delimiter_text, sizeof report->delimiter_text, "\\x%02X", reader->dialect.delimiter);
    report->quote = reader->dialect.has_quote ? (char)reader->dialect.quote : '\0';
    report->escape = reader->dialect.escape != 0 ? (char)reader->dialect.escape : report->quote;
    report->header_row = reader->header.row;
    report->header_rows = reader->header.rows;
    report->preamble_rows = reader->header.preamble;
    report->nul_bytes = reader->nul_bytes;
    report->extra_joined = reader->extra_joined;
    report->ragged = reader->log.kinds[TARN_CSV_RAGGED];
    report->after_quote = reader->log.kinds[TARN_CSV_AFTER_QUOTE];
    report->stray_quotes = reader->log.kinds[TARN_CSV_STRAY_QUOTE];
    report->comments = reader->log.kinds[TARN_CSV_COMMENT];
    report->footer_line = reader->footers > 0 ? report->lines + 1 : 0;
    free(reader->log.kinds[TARN_CSV_INVALID].first);
    reader->log = (tarn_csv_log){0};
    tarn_csv_places *all[] = {&report->ragged, &report->after_quote, &report->stray_quotes, &report->invalid_bytes,
                              &report->comments};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        for (size_t k = 0; k < all[i]->count; k++)
            all[i]->first[k].line++; /* counted from 0 until now */
    }
}

/* ---- opening and closing ----------------------------------------------------------------------------------------- */

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* What of the options is the caller's, and gone when the reader is open. */
static void forget_options(tarn_csv_options *options) {
    options->overrides = NULL;
    options->null_text = NULL;
    options->widths = NULL;
    options->encoding = NULL;
    options->long_delimiter = options->comment = NULL;
    options->scratch = NULL;
}

/* What the table is, of a text that was looked through. */
static tarn_status decide_table(tarn_csv_reader *reader, tarn_error *error) {
    decide_columns(reader);
    TARN_TRY(tarn_csv_name_columns(reader, error));
    TARN_TRY(decide_types(reader, error));
    TARN_TRY(cut_chunks(reader, error));
    fill_report(reader);
    TARN_TRY(tarn_csv_write_warnings(reader, error));
    forget_options(&reader->options);
    return TARN_OK;
}

/* `*whole`: nothing more was done, since the text has to be converted from that encoding first; else NULL. */
static tarn_status open_reader(tarn_csv_reader *reader, const tarn_text_source *source, tarn_pool *pool,
                               tarn_task *task, const tarn_text_encoding **whole, tarn_error *error) {
    const tarn_text_encoding *encoding;
    reader->name = tarn_strdup(source->name != NULL ? base_name(source->name) : "the input");
    if (reader->name == NULL)
        return tarn_fail_memory(error);
    TARN_TRY(copy_nulls(&reader->options, &reader->nulls, error));
    TARN_TRY(copy_widths(reader, error));
    TARN_TRY(find_encoding(&reader->options, &encoding, error));
    if (encoding != NULL && encoding->kind == TARN_TEXT_MULTI_BYTE) {
        *whole = encoding;
        return TARN_OK;
    }
    TARN_TRY(tarn_text_view_open(source, encoding, pool, task, &reader->view, error));
    reader->view.source.name = reader->name;
    TARN_TRY(read_head(reader, error));
    TARN_TRY(tarn_csv_index(reader, pool, task, error));
    TARN_TRY(tarn_csv_decide_encoding(reader, task, whole, error));
    return *whole != NULL ? TARN_OK : decide_table(reader, error);
}

tarn_status tarn_csv_open(const tarn_text_source *source, const tarn_csv_options *options, tarn_pool *pool,
                          tarn_task *task, tarn_csv_reader **out, tarn_error *error) {
    tarn_csv_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return tarn_fail_memory(error);
    const tarn_text_encoding *whole = NULL;
    tarn_status status = resolve_options(options, &reader->options, error);
    if (status == TARN_OK)
        status = open_reader(reader, source, pool, task, &whole, error);
    if (status == TARN_OK && whole != NULL) {
        status = tarn_csv_open_transcoded(source, options, whole, reader, pool, task, out, error);
        tarn_csv_free(reader);
        return status;
    }
    if (status != TARN_OK) {
        tarn_csv_free(reader);
        return status;
    }
    *out = reader;
    return TARN_OK;
}

static void free_report(tarn_csv_report *report) {
    for (size_t i = 0; i < report->n_columns; i++) {
        free(report->columns[i].name);
        free(report->columns[i].raw);
    }
    for (size_t i = 0; i < report->n_warnings; i++)
        free(report->warnings[i]);
    free(report->columns);
    free(report->warnings);
    free(report->comments.first);
    free(report->ragged.first);
    free(report->after_quote.first);
    free(report->stray_quotes.first);
    free(report->invalid_bytes.first);
}

void tarn_csv_free(tarn_csv_reader *reader) {
    if (reader == NULL)
        return;
    free_report(&reader->report);
    tarn_csv_log_free(&reader->log);
    tarn_csv_header_free(&reader->header);
    tarn_text_view_free(&reader->view);
    for (size_t i = 0; i < reader->nulls.n_texts; i++)
        free(reader->nulls.texts[i]);
    free(reader->nulls.texts);
    free(reader->widths);
    tarn_buffer_free(&reader->guess_widths);
    free(reader->kinds);
    free(reader->tallies);
    free(reader->odd);
    free(reader->points);
    free(reader->types);
    free(reader->overridden);
    free(reader->decimals);
    free(reader->chunks);
    free(reader->preview);
    tarn_buffer_free(&reader->transcoded);
    free(reader->name);
    free(reader);
}

/* ---- looking at it ----------------------------------------------------------------------------------------------- */

static tarn_status make_column(const tarn_csv_reader *reader, size_t i, struct ArrowSchema *out, tarn_error *error) {
    tarn_csv_type type = reader->types[i];
    const char *name = reader->report.columns[i].name;
    char format[16];
    if (type != TARN_CSV_TYPE_DECIMAL) {
        TARN_TRY(tarn_schema_make(out, tarn_csv_type_format(type), name, error));
        const char *extension = type == TARN_CSV_TYPE_HUGEINT ? TARN_EXTENSION_HUGEINT
                                : type == TARN_CSV_TYPE_UUID  ? TARN_EXTENSION_UUID
                                                              : NULL;
        return extension == NULL ? TARN_OK : tarn_schema_metadata_set(out, TARN_EXTENSION_KEY, extension, error);
    }
    snprintf(format, sizeof format, "d:%d,%d", reader->decimals[i].precision, reader->decimals[i].scale);
    return tarn_schema_make(out, format, name, error);
}

tarn_status tarn_csv_schema(const tarn_csv_reader *reader, struct ArrowSchema *out, tarn_error *error) {
    TARN_TRY(tarn_schema_make_nested(out, "+s", "", (int64_t)reader->n_columns, error));
    for (size_t i = 0; i < reader->n_columns; i++) {
        tarn_status status = make_column(reader, i, out->children[i], error);
        if (status != TARN_OK) {
            tarn_schema_release(out);
            return status;
        }
    }
    return TARN_OK;
}

size_t tarn_csv_chunk_count(const tarn_csv_reader *reader) {
    return reader->n_chunks;
}

uint64_t tarn_csv_chunk_rows(const tarn_csv_reader *reader, size_t k) {
    return reader->points[reader->chunks[k].end].row - reader->points[reader->chunks[k].first].row;
}

uint64_t tarn_csv_chunk_bytes(const tarn_csv_reader *reader, size_t k) {
    return reader->points[reader->chunks[k].end].offset - reader->points[reader->chunks[k].first].offset;
}

const tarn_csv_report *tarn_csv_get_report(const tarn_csv_reader *reader) {
    return &reader->report;
}

/* Whole lines only, where there are any. */
static size_t cut_at_line(const uint8_t *data, size_t size) {
    size_t end = size;
    while (end > 0 && data[end - 1] != '\n' && data[end - 1] != '\r')
        end--;
    return end > 0 ? end : size;
}

tarn_status tarn_csv_preview(const tarn_text_source *source, const tarn_csv_options *options, uint64_t rows,
                             tarn_csv_reader **out_reader, struct ArrowArray *out, tarn_error *error) {
    size_t size = source->size < HEAD_BYTES ? (size_t)source->size : HEAD_BYTES;
    tarn_csv_options narrowed = options != NULL ? *options : (tarn_csv_options){0};
    tarn_csv_reader *reader = NULL;
    uint8_t *data = malloc(size + 1);
    if (data == NULL)
        return tarn_fail_memory(error);
    narrowed.chunk_rows = rows > 0 && rows < TARN_CSV_CHUNK_ROWS ? rows : TARN_CSV_CHUNK_ROWS;
    tarn_status status = tarn_text_source_read(source, 0, data, size, error);
    if (status == TARN_OK) {
        size_t used = size < source->size ? cut_at_line(data, size) : size;
        tarn_text_source beginning = tarn_text_source_memory(data, used, source->name);
        status = tarn_csv_open(&beginning, &narrowed, NULL, NULL, &reader, error);
    }
    if (status != TARN_OK) {
        free(data);
        return status;
    }
    reader->preview = data;
    if (reader->n_chunks > 0) {
        status = tarn_csv_read_chunk(reader, 0, out, error);
    } else {
        struct ArrowSchema schema;
        status = tarn_csv_schema(reader, &schema, error);
        if (status == TARN_OK) {
            status = tarn_array_nulls(&schema, 0, out, error);
            tarn_schema_release(&schema);
        }
    }
    if (status != TARN_OK)
        tarn_csv_free(reader);
    else
        *out_reader = reader;
    return status;
}
