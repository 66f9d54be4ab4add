// Importing: recognising what a file is, and handing it to what reads that.
#include "io/import.h"

#include "base/asker.h"
#include "base/clock.h"
#include "base/text.h"
#include "io/archive.h"
#include "io/decompress.h"
#include "io/format.h"
#include "io/ole.h"
#include "io/scratch.h"
#include "io/target.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SNIFF_BYTES TARN_DECOMPRESS_JUDGED

static bool set_text(json_t *object, const char *key, const char *value) {
    return value == NULL || json_object_set_new(object, key, json_string(value)) == 0;
}

static bool set_number(json_t *object, const char *key, int64_t value) {
    return value == 0 || json_object_set_new(object, key, json_integer(value)) == 0;
}

static bool set_list(json_t *object, const char *key, const char *const *texts, size_t count) {
    if (count == 0)
        return true;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(texts[i]));
    return json_object_set_new(object, key, list) == 0;
}

/* A delimiter that a JSON text can hold. */
static bool is_shown(const char *delimiter) {
    return delimiter[0] != '\0' && tarn_utf8_is_valid(delimiter, strlen(delimiter));
}

tarn_status tarn_import_describe(const tarn_import_run *run, const char *format, const char *sheet, char **parameters,
                                 tarn_error *error) {
    static const char *const modes[] = {NULL, "replace", "append"};
    const tarn_import_options *options = run->options;
    char delimiter[2] = {options->delimiter, '\0'};
    const char *parts = options->long_delimiter != NULL ? options->long_delimiter : delimiter;
    char *file = tarn_text_printable(run->shown);
    json_t *object = json_object();
    bool good = file != NULL && set_text(object, "file", file) && set_text(object, "format", format) &&
                set_text(object, "sheet", sheet) && set_text(object, "mode", modes[options->if_exists]) &&
                set_text(object, "delimiter", is_shown(parts) ? parts : NULL) &&
                set_text(object, "encoding", options->encoding) && set_text(object, "null", options->null_text) &&
                set_text(object, "records", options->records) && set_text(object, "escape", options->escape) &&
                set_text(object, "comment", options->comment) && set_text(object, "decimal", options->decimal) &&
                set_text(object, "widths", options->widths) && set_number(object, "skip", options->skip) &&
                set_number(object, "skip_footer", options->skip_footer) &&
                set_list(object, "nulls", options->null_texts, options->null_text_count) &&
                set_list(object, "types", options->types, options->type_count);
    if (options->header_row != 0)
        good = good && json_object_set_new(object, "header_row", json_integer(options->header_row)) == 0;
    if (options->all_text)
        good = good && json_object_set_new(object, "all_text", json_true()) == 0;
    *parameters = good ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    free(file);
    return *parameters == NULL ? tarn_fail(error, TARN_E_INVALID, "%s: an option is not valid UTF-8", run->shown)
                               : TARN_OK;
}

/* Where the ending of a file's name begins: a point and a few letters and digits, the first of them a letter. */
static size_t ending_of(const char *name, size_t size) {
    enum { LONGEST = 8 };
    size_t at = size;
    while (at > 0 && size - at < LONGEST &&
           ((name[at - 1] >= '0' && name[at - 1] <= '9') || ((name[at - 1] | 32) >= 'a' && (name[at - 1] | 32) <= 'z')))
        at--;
    bool is_ending = at > 1 && at < size && name[at - 1] == '.' && (name[at] | 32) >= 'a' && (name[at] | 32) <= 'z';
    return is_ending ? at - 1 : size;
}

static bool is_compression(const char *ending, size_t size) {
    static const char *const known[] = {".zip", ".gz", ".zst", ".bz2", ".xz", ".lz4", ".br"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strlen(known[i]) == size && strncasecmp(known[i], ending, size) == 0)
            return true;
    return false;
}

char *tarn_io_table_name(const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t size = strlen(name), end = ending_of(name, size);
    if (is_compression(name + end, size - end))
        end = ending_of(name, end);
    char *table = tarn_strndup(name, tarn_utf8_valid_prefix(name, end));
    bool has_points = memchr(name, '.', end) != NULL;
    for (char *c = table; c != NULL && *c != '\0'; c++) {
        if ((unsigned char)*c < 0x80 && !(*c >= '0' && *c <= '9') && !(*c >= 'a' && *c <= 'z') &&
            !(*c >= 'A' && *c <= 'Z') && *c != '_' && (*c != '-' || has_points))
            *c = '_';
    }
    return table;
}

/* "file_sheet", or "name_sheet" for a name that was given. */
static char *name_by_sheet(const tarn_import_options *options) {
    char *base = options->table != NULL ? tarn_strdup(options->table) : tarn_io_table_name(options->path);
    char *sheet = tarn_strdup(options->sheet);
    for (char *c = sheet; c != NULL && *c != '\0'; c++)
        *c = (unsigned char)*c >= 0x80 || isalnum((unsigned char)*c) || *c == '-' ? *c : '_';
    char *name = base != NULL && sheet != NULL ? tarn_format("%s_%s", base, sheet) : NULL;
    free(base);
    free(sheet);
    return name;
}

char *tarn_io_import_target(const tarn_import_options *options) {
    if (options->name_by_sheet && options->sheet != NULL)
        return name_by_sheet(options);
    return options->table != NULL ? tarn_strdup(options->table) : tarn_io_table_name(options->path);
}

static tarn_status open_file(tarn_import_run *run, tarn_error *error) {
    uint64_t size = 0;
    tarn_entry_kind kind;
    tarn_status status = tarn_fs_stat(run->io->fs, run->path, &kind, &size, error);
    if (status == TARN_E_NOT_FOUND)
        return tarn_fail(error, status, "%s: there is no such file", run->shown);
    TARN_TRY(status);
    if (kind == TARN_ENTRY_DIRECTORY)
        return tarn_fail(error, TARN_E_INVALID, "%s is a folder: give a file's name", run->shown);
    if (size == 0)
        return tarn_fail(error, TARN_E_FORMAT, "%s is empty", run->shown);
    return tarn_fs_open(run->io->fs, run->path, TARN_OPEN_READ, &run->file, error);
}

/* What a file is by its first bytes. Whoever says what parts the cells says that it is delimited text, control
 * characters or not. */
static tarn_status sniff(const tarn_import_run *run, const void *head, size_t size, tarn_file_format *format,
                         tarn_error *error) {
    bool is_text = run->options->delimiter != 0 || run->options->long_delimiter != NULL || run->options->widths != NULL;
    char *name = run->inside != NULL ? tarn_strdup(run->inside) : tarn_uncompressed_name(run->shown);
    if (name == NULL)
        return tarn_fail_memory(error);
    *format = tarn_format_sniff(head, size, name);
    if (is_text && (*format == TARN_FORMAT_UNKNOWN || *format == TARN_FORMAT_BINARY))
        *format = TARN_FORMAT_CSV;
    free(name);
    return TARN_OK;
}

static tarn_status refuse_format(const tarn_import_run *run, tarn_file_format format, tarn_error *error) {
    return tarn_fail(error, TARN_E_FORMAT, "%s cannot be imported: it is %s", run->shown, tarn_format_describe(format));
}

/* What was asked for, or what the first bytes say it is. */
static tarn_status find_format(tarn_import_run *run, tarn_file_format *format, tarn_error *error) {
    if (run->options->format != NULL) {
        *format = tarn_format_find(run->options->format);
        return *format != TARN_FORMAT_UNKNOWN
                   ? TARN_OK
                   : tarn_fail(error, TARN_E_INVALID,
                               "\"%s\" is not a format: choose csv, tsv, json, ndjson, parquet, arrow, xlsx, ods, sav, "
                               "por, dta, sas7bdat or xpt",
                               run->options->format);
    }
    char *head = malloc(SNIFF_BYTES);
    size_t got = 0;
    if (head == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_file_read(run->file, 0, head, SNIFF_BYTES, &got, error);
    if (status == TARN_OK)
        status = sniff(run, head, got, format, error);
    free(head);
    return status;
}

/* Binary data is not written out to the end of it. */
static tarn_status judge_content(void *context, const void *data, size_t size, tarn_error *error) {
    const tarn_import_run *run = context;
    tarn_file_format format;
    if (run->options->format != NULL)
        return TARN_OK;
    TARN_TRY(sniff(run, data, size, &format, error));
    return format == TARN_FORMAT_BINARY ? refuse_format(run, format, error) : TARN_OK;
}

/* A compressed file is replaced by what is in it, which `*scratch` then holds. */
static tarn_status decompress(tarn_import_run *run, char **scratch, tarn_error *error) {
    uint8_t start[4];
    size_t got = 0;
    TARN_TRY(tarn_file_read(run->file, 0, start, sizeof start, &got, error));
    tarn_file_format compression = tarn_compression_of(start, got);
    if (compression == TARN_FORMAT_UNKNOWN)
        return TARN_OK;
    TARN_TRY(tarn_decompress(run->io, run->file, compression, run->shown, judge_content, run, scratch, error));
    tarn_file_close(run->file);
    run->file = NULL;
    run->path = *scratch;
    TARN_TRY(open_file(run, error));
    TARN_TRY(tarn_file_read(run->file, 0, start, sizeof start, &got, error));
    if (tarn_compression_of(start, got) != TARN_FORMAT_UNKNOWN)
        return tarn_fail(error, TARN_E_FORMAT, "%s is compressed twice: decompress it once, and import what is in it",
                         run->shown);
    return TARN_OK;
}

/* An archive is replaced by the table in it, which `*scratch` then holds; those of office programs, and what is named
 * as theirs, stay. */
static tarn_status unpack(tarn_import_run *run, char **scratch, tarn_error *error) {
    static const uint8_t zip[] = {'P', 'K', 3, 4};
    uint8_t start[sizeof zip];
    size_t got = 0;
    char *path;
    tarn_file_format named = tarn_format_of_name(run->shown);
    TARN_TRY(tarn_file_read(run->file, 0, start, sizeof start, &got, error));
    if (*scratch != NULL || named == TARN_FORMAT_XLSX || named == TARN_FORMAT_ODS || named == TARN_FORMAT_XLS ||
        got < sizeof start || memcmp(start, zip, sizeof zip) != 0)
        return TARN_OK;
    TARN_TRY(tarn_archive_unpack(run->io, run->file, run->shown, &path, &run->inside, &run->archive_notes, error));
    if (path == NULL)
        return TARN_OK;
    tarn_file_close(run->file);
    run->file = NULL;
    run->path = *scratch = path;
    return open_file(run, error);
}

static tarn_status import_as(tarn_import_run *run, tarn_file_format format, tarn_error *error) {
    if (run->options->records != NULL && format != TARN_FORMAT_JSON && format != TARN_FORMAT_NDJSON)
        return tarn_fail(error, TARN_E_INVALID, "%s is no JSON, so no records lie under keys in it", run->shown);
    switch (format) {
    case TARN_FORMAT_CSV:
    case TARN_FORMAT_TSV:
        return tarn_import_text(run, tarn_format_name(format), error);
    case TARN_FORMAT_ARROW_FILE:
    case TARN_FORMAT_ARROW_STREAM:
        return tarn_import_arrow(run, error);
    case TARN_FORMAT_XLSX:
    case TARN_FORMAT_ODS:
    case TARN_FORMAT_ZIP: /* which it says, unless there is a workbook in it after all */
        return tarn_import_xlsx(run, error);
    case TARN_FORMAT_XLS:
        return tarn_fail(error, TARN_E_FORMAT, "%s cannot be imported: it is %s", run->shown,
                         tarn_ole_describe(run->file));
    case TARN_FORMAT_SAV:
    case TARN_FORMAT_POR:
    case TARN_FORMAT_DTA:
    case TARN_FORMAT_SAS7BDAT:
    case TARN_FORMAT_XPT:
        return tarn_import_statistics(run, format, error);
    case TARN_FORMAT_JSON:
    case TARN_FORMAT_NDJSON:
        return tarn_import_json(run, tarn_format_name(format), error);
    case TARN_FORMAT_PARQUET:
        return tarn_import_parquet(run, error);
    default:
        return refuse_format(run, format, error);
    }
}

tarn_status tarn_import_widening(tarn_import_run *run, tarn_status (*attempt)(tarn_import_run *, void *, tarn_error *),
                                 void *context, tarn_error *error) {
    tarn_widening widening = {0};
    char became[sizeof widening.became.text + 32];
    tarn_status status;
    run->widening = &widening;
    for (;;) {
        status = attempt(run, context, error);
        bool misfit = status == TARN_E_INVALID || status == TARN_E_FORMAT || status == TARN_E_UNSUPPORTED;
        if (!misfit || !tarn_widening_again(&widening))
            break;
        tarn_notes_clear(&run->notes);
        if (run->result != NULL)
            tarn_import_result_clear(run->result);
    }
    if (status == TARN_OK && widening.became.count > 0)
        status = tarn_notes_add(&run->notes, error, "to take the new rows, %s",
                                tarn_listing_text(&widening.became, became, sizeof became));
    run->widening = NULL;
    tarn_widening_clear(&widening);
    return status;
}

static tarn_status attempt_file(tarn_import_run *run, void *format, tarn_error *error) {
    return import_as(run, *(const tarn_file_format *)format, error);
}

static tarn_status import_opened(tarn_import_run *run, char **scratch, tarn_error *error) {
    tarn_file_format format = TARN_FORMAT_UNKNOWN;
    int64_t started = tarn_monotonic();
    TARN_TRY(open_file(run, error));
    TARN_TRY(tarn_target_check(run->io, run->table, run->options->if_exists, NULL, error));
    TARN_TRY(decompress(run, scratch, error));
    TARN_TRY(unpack(run, scratch, error));
    TARN_TRY(find_format(run, &format, error));
    TARN_TRY(tarn_import_widening(run, attempt_file, &format, error));
    for (size_t i = 0; i < run->archive_notes.count; i++)
        TARN_TRY(tarn_notes_add(&run->notes, error, "%s", run->archive_notes.lines[i]));
    run->result->change.duration = tarn_monotonic() - started;
    run->result->columns = run->columns;
    run->result->warnings = run->notes.lines;
    run->result->warning_count = run->notes.count;
    run->notes = (tarn_notes){0};
    return TARN_OK;
}

/* Pipes and devices are copied to a file first, since importing reads more than once. */
static bool is_pipe(const tarn_io *io, const char *path) {
    tarn_entry_kind kind;
    return tarn_fs_stat(io->fs, path, &kind, NULL, NULL) == TARN_OK && kind == TARN_ENTRY_OTHER;
}

/* A name that somebody gave, not a number that the shell gave (/dev/fd/63). */
static bool has_own_name(const char *path) {
    return strcmp(path, "-") != 0 && strncmp(path, "/dev/", 5) != 0 && strncmp(path, "/proc/", 6) != 0;
}

tarn_status tarn_io_import(const tarn_io *io, const tarn_import_options *options, tarn_import_result *out,
                           tarn_error *error) {
    tarn_import_result result = {0};
    tarn_import_run run = {.io = io, .options = options, .result = &result};
    bool from_input = strcmp(options->path, "-") == 0;
    bool is_stream = from_input || is_pipe(io, options->path);
    char *spooled = NULL, *scratch = NULL;
    char *table = tarn_io_import_target(options);
    tarn_status status = TARN_OK;
    if (table == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    if (is_stream && options->table == NULL && !has_own_name(options->path)) {
        status = tarn_fail(error, TARN_E_INVALID,
                           "what comes from %s needs a name: give " TARN_ASKER("--name TABLE", "table"),
                           from_input ? "standard input" : options->path);
        goto cleanup;
    }
    if (is_stream) {
        TARN_CHECK(tarn_target_check(io, table, options->if_exists, NULL, error));
        TARN_CHECK(tarn_scratch_spool(io, from_input ? NULL : options->path, &spooled, error));
    }
    run.table = table;
    run.path = is_stream ? spooled : options->path;
    run.shown = options->called != NULL ? options->called : from_input ? "standard input" : options->path;
    TARN_CHECK(import_opened(&run, &scratch, error));
    *out = result;
cleanup:
    if (status != TARN_OK)
        tarn_import_result_clear(&result);
    tarn_notes_clear(&run.notes);
    tarn_notes_clear(&run.archive_notes);
    free(run.inside);
    tarn_file_close(run.file);
    if (spooled != NULL)
        tarn_fs_remove_all(io->fs, spooled, NULL);
    if (scratch != NULL)
        tarn_fs_remove_all(io->fs, scratch, NULL);
    free(scratch);
    free(spooled);
    free(table);
    return status;
}

/* A run that only looks: what the file is decides whether it can have sheets. */
tarn_status tarn_io_list_sheets(const tarn_io *io, const char *path, tarn_sheet_info **out, size_t *count,
                                tarn_error *error) {
    tarn_import_options options = {.path = path};
    tarn_import_run run = {.io = io, .options = &options, .path = path, .shown = path};
    tarn_file_format format = TARN_FORMAT_UNKNOWN;
    tarn_status status = TARN_OK;
    if (strcmp(path, "-") == 0 || is_pipe(io, path))
        return tarn_fail(error, TARN_E_INVALID,
                         "several sheets cannot be read from a pipe: save the workbook to a file first");
    TARN_CHECK(open_file(&run, error));
    TARN_CHECK(find_format(&run, &format, error));
    if (format == TARN_FORMAT_XLSX || format == TARN_FORMAT_ODS || format == TARN_FORMAT_ZIP)
        status = tarn_import_list_sheets(&run, out, count, error);
    else
        status = tarn_fail(error, TARN_E_INVALID, "%s has no sheets: it is %s", path,
                           format == TARN_FORMAT_XLS ? tarn_ole_describe(run.file) : tarn_format_describe(format));
cleanup:
    tarn_file_close(run.file);
    return status;
}
