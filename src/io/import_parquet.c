/* Parquet: DuckDB reads it. */
#include "base/text.h"
#include "engine/types.h"
#include "io/import.h"
#include "io/parquet_columns.h"
#include "io/text_stream.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A type that somebody typed goes into SQL text, so it may hold only what types are written with. */
static bool is_type_text(const char *text) {
    for (const char *c = text; *c != '\0'; c++) {
        if (!isalnum((unsigned char)*c) && strchr(" _(),[]\"", *c) == NULL)
            return false;
    }
    return text[0] != '\0';
}

/* One entry of REPLACE (…): `before`, the column, `after`, AS the column. */
static tarn_status add_replacement(tarn_buffer *list, const char *name, const char *before, const char *after,
                                   tarn_error *error) {
    TARN_TRY(tarn_buffer_printf(list, error, "%s%s", list->size == 0 ? "" : ", ", before));
    TARN_TRY(tarn_sql_identifier(list, name, error));
    TARN_TRY(tarn_buffer_printf(list, error, "%s AS ", after));
    return tarn_sql_identifier(list, name, error);
}

static tarn_status add_casts(const tarn_import_options *options, tarn_buffer *list, tarn_error *error) {
    for (size_t i = 0; i < options->type_count; i++) {
        const char *pair = options->types[i];
        const char *equals = strrchr(pair, '=');
        if (equals == NULL || equals == pair || !is_type_text(equals + 1))
            return tarn_fail(error, TARN_E_INVALID, "\"%s\" is not a column's type: write column=type", pair);
        char *name = tarn_strndup(pair, (size_t)(equals - pair));
        char *after = tarn_format(" AS %s)", equals + 1);
        tarn_status status = name == NULL || after == NULL ? tarn_fail_memory(error)
                                                           : add_replacement(list, name, "CAST(", after, error);
        free(name);
        free(after);
        TARN_TRY(status);
    }
    return TARN_OK;
}

static bool is_pattern(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (memchr("*?[", text[i], 3) != NULL)
            return true;
    }
    return false;
}

/* The file's name as a pattern that only this file matches, and that no file system but the disk's claims ("s3://…" may
 * be the name of a folder). DuckDB takes a backslash in a pattern for a slash. */
static tarn_status write_pattern(const char *path, tarn_buffer *out, tarn_error *error) {
    bool pattern = is_pattern(path, strlen(path));
    if (pattern && strchr(path, '\\') != NULL)
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "%s: a Parquet file whose path has a backslash beside *, ? or [ cannot be read: rename it",
                         path);
    if (path[0] != '/')
        TARN_TRY(tarn_buffer_append(out, "./", 2, error));
    for (const char *c = path; *c != '\0'; c++) {
        const char class[] = {'[', *c, ']'};
        bool special = is_pattern(c, 1);
        TARN_TRY(tarn_buffer_append(out, special ? class : c, special ? sizeof class : 1, error));
    }
    return tarn_buffer_append(out, "", 1, error); /* the NUL */
}

static tarn_status write_sql(const char *pattern, const tarn_buffer *replacements, tarn_buffer *sql,
                             tarn_error *error) {
    TARN_TRY(tarn_buffer_printf(sql, error, "SELECT *"));
    if (replacements->size > 0)
        TARN_TRY(tarn_buffer_printf(sql, error, " REPLACE (%.*s)", (int)replacements->size,
                                    (const char *)replacements->data));
    TARN_TRY(tarn_buffer_printf(sql, error, " FROM read_parquet("));
    TARN_TRY(tarn_sql_literal(sql, pattern, error));
    static const char end[] = ", hive_partitioning=false, union_by_name=false)";
    return tarn_buffer_append(sql, end, sizeof end, error); /* with the NUL */
}

/* DuckDB's name of a column: of equal ones, the first keeps it. */
static bool is_first_of_its_name(const tarn_parquet_columns *columns, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (strcasecmp(columns->columns[i].name, columns->columns[at].name) == 0)
            return false;
    return true;
}

static bool has_type(const tarn_import_options *options, const char *name) {
    for (size_t i = 0; i < options->type_count; i++) {
        const char *equals = strrchr(options->types[i], '=');
        if (equals != NULL && strlen(name) == (size_t)(equals - options->types[i]) &&
            strncasecmp(name, options->types[i], strlen(name)) == 0)
            return true;
    }
    return false;
}

/* Times of day have no zone, whatever their writer says: they are what they are in every other format. */
static tarn_status add_times(const tarn_import_run *run, const tarn_parquet_columns *columns, tarn_buffer *list,
                             tarn_error *error) {
    for (size_t i = 0; i < columns->count; i++) {
        const tarn_parquet_column *column = &columns->columns[i];
        if (column->is_utc_time && is_first_of_its_name(columns, i) && !has_type(run->options, column->name))
            TARN_TRY(add_replacement(list, column->name, "CAST(", " AS TIME)", error));
    }
    return TARN_OK;
}

static tarn_status open_stream(tarn_import_run *run, const char *pattern, const tarn_parquet_columns *columns,
                               struct ArrowArrayStream *out, tarn_error *error) {
    tarn_buffer sql = {0}, replacements = {0};
    struct ArrowArrayStream given = {0}, text = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(add_casts(run->options, &replacements, error));
    TARN_CHECK(add_times(run, columns, &replacements, error));
    TARN_CHECK(write_sql(pattern, &replacements, &sql, error));
    TARN_CHECK(tarn_engine_work_query(run->io->engine, (const char *)sql.data, NULL, 0, run->io->task, &given, error));
    if (run->options->all_text)
        TARN_CHECK(tarn_text_stream_new(&given, NULL, 0, &text, error));
    status = tarn_parquet_columns_name(columns, run->options->all_text ? &text : &given, out, error);
cleanup:
    tarn_stream_release(&text);
    tarn_stream_release(&given);
    tarn_buffer_free(&sql);
    tarn_buffer_free(&replacements);
    return status;
}

/* DuckDB's reason without the place in our own query that it points to and the name that we gave it. */
static tarn_status fail_unreadable(const tarn_import_run *run, const char *pattern, tarn_error *error) {
    tarn_error reason = {0};
    char *place;
    if (error != NULL)
        reason = *error;
    if (strstr(reason.message, "encrypt") != NULL)
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "%s is encrypted, and encrypted Parquet files cannot be read: have it written without "
                         "encryption",
                         run->shown);
    if ((place = strstr(reason.message, " (line ")) != NULL)
        *place = '\0';
    while (pattern != NULL && (place = strstr(reason.message, pattern)) != NULL)
        memmove(place, place + strlen(pattern), strlen(place + strlen(pattern)) + 1);
    bool may_be_encrypted = strstr(reason.message, "TProtocolException") != NULL; /* columns below a plain footer */
    return tarn_fail(error, TARN_E_FORMAT, "%s cannot be read as Parquet, it may be damaged or cut off%s: %s",
                     run->shown, may_be_encrypted ? ", or parts of it encrypted" : "", reason.message);
}

static tarn_status check_columns(tarn_import_run *run, const tarn_parquet_columns *columns, tarn_error *error) {
    char list[700];
    if (columns->wide_decimal != NULL)
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "%s: column \"%.200s\" has decimals of more than 38 digits, which cannot be kept: write them "
                         "with fewer, or as text",
                         run->shown, columns->wide_decimal);
    if (columns->cut.count == 0)
        return TARN_OK;
    return tarn_notes_add(&run->notes, error,
                          "nanoseconds in UTC, and those in INT96, were read as microseconds; where their last digits "
                          "matter, import the table as Arrow: %s",
                          tarn_listing_text(&columns->cut, list, sizeof list));
}

static tarn_status import_stream(tarn_import_run *run, const char *pattern, const tarn_import_label *label,
                                 tarn_error *error) {
    struct ArrowArrayStream stream = {0};
    tarn_parquet_columns columns = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_parquet_columns_read(run->io->engine, pattern, run->io->task, &columns, error));
    TARN_CHECK(check_columns(run, &columns, error));
    TARN_CHECK(open_stream(run, pattern, &columns, &stream, error));
    status = tarn_import_batches(run, &stream, run->options->if_exists, label, &run->result->change, error);
cleanup:
    tarn_stream_release(&stream);
    tarn_parquet_columns_clear(&columns);
    return status;
}

tarn_status tarn_import_parquet(tarn_import_run *run, tarn_error *error) {
    char *parameters = NULL;
    tarn_buffer pattern = {0};
    tarn_status status = TARN_OK;
    run->result->format = tarn_strdup("parquet");
    if (run->result->format == NULL)
        return tarn_fail_memory(error);
    TARN_CHECK(write_pattern(run->path, &pattern, error));
    TARN_CHECK(tarn_import_describe(run, "parquet", NULL, &parameters, error));
    tarn_import_label label = {.kind = "import", .parameters = parameters};
    status = import_stream(run, (const char *)pattern.data, &label, error);
cleanup:
    if (status == TARN_E_SQL || status == TARN_E_ENGINE_LOST)
        status = fail_unreadable(run, (const char *)pattern.data, error);
    tarn_buffer_free(&pattern);
    free(parameters);
    return status;
}
