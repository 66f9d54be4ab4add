/* JSON, NDJSON and Parquet: DuckDB reads them. */
#include "base/text.h"
#include "engine/types.h"
#include "io/import.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

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

/* The longest JSON value that is read as one: DuckDB reserves twice as much for each thread, which a small address
 * space does not have. */
#if SIZE_MAX > UINT32_MAX
#define JSON_VALUE_BYTES (INT64_C(1) << 30)
#else
#define JSON_VALUE_BYTES (INT64_C(16) << 20)
#endif

/* Types over the whole file: sample_size=-1. `all_text` casts afterwards, so that nested values keep their form. */
static tarn_status write_sql(const tarn_import_run *run, const char *format, const tarn_buffer *replacements,
                             tarn_buffer *sql, tarn_error *error) {
    bool parquet = strcmp(format, "parquet") == 0;
    sql->size = 0;
    TARN_TRY(tarn_buffer_printf(sql, error, "SELECT %s", run->options->all_text ? "COLUMNS(*)::VARCHAR" : "*"));
    if (!run->options->all_text && replacements->size > 0)
        TARN_TRY(tarn_buffer_printf(sql, error, " REPLACE (%.*s)", (int)replacements->size,
                                    (const char *)replacements->data));
    TARN_TRY(tarn_buffer_printf(sql, error, " FROM %s(", parquet ? "read_parquet" : "read_json"));
    TARN_TRY(tarn_sql_literal(sql, run->path, error));
    if (!parquet)
        TARN_TRY(tarn_buffer_printf(sql, error,
                                    ", maximum_object_size=%lld, format='%s', sample_size=-1, "
                                    "map_inference_threshold=-1, convert_strings_to_integers=false",
                                    (long long)JSON_VALUE_BYTES,
                                    strcmp(format, "ndjson") == 0 ? "newline_delimited" : "auto"));
    return tarn_buffer_append(sql, ")", 2, error); /* with the NUL */
}

static bool is_json(const struct ArrowSchema *column) {
    const char *value;
    size_t size;
    return tarn_schema_metadata_get(column, TARN_EXTENSION_KEY, &value, &size) && size == strlen(TARN_EXTENSION_JSON) &&
           memcmp(value, TARN_EXTENSION_JSON, size) == 0;
}

/* A column whose values are of several kinds (titles, of which some are numbers) comes as JSON, with quotes around its
 * text. People want the text. */
static tarn_status add_unquoting(const struct ArrowSchema *schema, tarn_buffer *list, tarn_error *error) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (is_json(schema->children[i]))
            TARN_TRY(add_replacement(list, schema->children[i]->name, "json_extract_string(", ", '$')", error));
    }
    return TARN_OK;
}

static tarn_status open_stream(tarn_import_run *run, const char *format, tarn_buffer *replacements, tarn_buffer *sql,
                               struct ArrowArrayStream *out, tarn_error *error) {
    struct ArrowSchema schema = {0};
    size_t given = replacements->size;
    TARN_TRY(write_sql(run, format, replacements, sql, error));
    TARN_TRY(tarn_engine_work_query(run->io->engine, (const char *)sql->data, NULL, 0, run->io->task, out, error));
    if (strcmp(format, "parquet") == 0 || run->options->all_text)
        return TARN_OK;
    tarn_status status = tarn_stream_schema(out, &schema, error);
    if (status == TARN_OK)
        status = add_unquoting(&schema, replacements, error);
    tarn_schema_release(&schema);
    if (status != TARN_OK || replacements->size == given)
        return status;
    tarn_stream_release(out);
    TARN_TRY(write_sql(run, format, replacements, sql, error));
    return tarn_engine_work_query(run->io->engine, (const char *)sql->data, NULL, 0, run->io->task, out, error);
}

#define JSON_TAIL ((size_t)4096)

/* DuckDB takes an array without its end for a whole one. */
static tarn_status check_json_end(const tarn_import_run *run, tarn_error *error) {
    char head[64], tail[JSON_TAIL];
    size_t got = 0, first = 0;
    uint64_t size;
    TARN_TRY(tarn_file_size(run->file, &size, error));
    TARN_TRY(tarn_file_read(run->file, 0, head, sizeof head, &got, error));
    while (first < got && isspace((unsigned char)head[first]))
        first++;
    if (first == got || head[first] != '[')
        return TARN_OK;
    TARN_TRY(tarn_file_read(run->file, size > JSON_TAIL ? size - JSON_TAIL : 0, tail, JSON_TAIL, &got, error));
    while (got > 0 && isspace((unsigned char)tail[got - 1]))
        got--;
    if (got > 0 && tail[got - 1] != ']' && tail[got - 1] != '}')
        return tarn_fail(error, TARN_E_FORMAT, "%s is cut off: the JSON array at its beginning does not end",
                         run->shown);
    return TARN_OK;
}

static tarn_status import_query(tarn_import_run *run, const char *format, const tarn_import_label *label,
                                tarn_error *error) {
    struct ArrowArrayStream stream = {0};
    tarn_buffer sql = {0}, replacements = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(add_casts(run->options, &replacements, error));
    TARN_CHECK(open_stream(run, format, &replacements, &sql, &stream, error));
    TARN_CHECK(tarn_import_batches(run, &stream, run->options->if_exists, label, &run->result->change, error));
cleanup:
    tarn_stream_release(&stream);
    tarn_buffer_free(&sql);
    tarn_buffer_free(&replacements);
    return status;
}

/* DuckDB's reason without the place in our own query that it points to. */
static tarn_status fail_unreadable(const tarn_import_run *run, const char *format, tarn_error *error) {
    tarn_error reason = {0};
    if (error != NULL)
        reason = *error;
    char *place = strstr(reason.message, " (line ");
    if (place != NULL)
        *place = '\0';
    if (strcmp(format, "parquet") == 0)
        return tarn_fail(error, TARN_E_FORMAT, "%s cannot be read as Parquet, it may be damaged or cut off: %s",
                         run->shown, reason.message);
    return tarn_fail(error, TARN_E_FORMAT, "%s: %s", run->shown, reason.message);
}

tarn_status tarn_import_engine(tarn_import_run *run, const char *format, tarn_error *error) {
    char *parameters = NULL;
    if (strcmp(format, "parquet") != 0)
        TARN_TRY(check_json_end(run, error));
    run->result->format = tarn_strdup(format);
    if (run->result->format == NULL)
        return tarn_fail_memory(error);
    TARN_TRY(tarn_import_describe(run, format, NULL, &parameters, error));
    tarn_import_label label = {.kind = "import", .parameters = parameters};
    tarn_status status = import_query(run, format, &label, error);
    if (status == TARN_E_SQL)
        status = fail_unreadable(run, format, error);
    free(parameters);
    return status;
}
