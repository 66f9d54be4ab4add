/* JSON, NDJSON and Parquet: DuckDB reads them. */
#include "base/text.h"
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

static tarn_status add_casts(const tarn_import_options *options, tarn_buffer *sql, tarn_error *error) {
    tarn_buffer column = {0};
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < options->type_count && status == TARN_OK; i++) {
        const char *pair = options->types[i];
        const char *equals = strrchr(pair, '=');
        if (equals == NULL || equals == pair || !is_type_text(equals + 1)) {
            status = tarn_fail(error, TARN_E_INVALID, "\"%s\" is not a column's type: write column=type", pair);
            break;
        }
        char *name = tarn_strndup(pair, (size_t)(equals - pair));
        column.size = 0;
        status = name == NULL ? tarn_fail_memory(error) : tarn_sql_identifier(&column, name, error);
        free(name);
        if (status == TARN_OK)
            status = tarn_buffer_printf(sql, error, "%sCAST(%.*s AS %s) AS %.*s", i == 0 ? " REPLACE (" : ", ",
                                        (int)column.size, (const char *)column.data, equals + 1, (int)column.size,
                                        (const char *)column.data);
    }
    tarn_buffer_free(&column);
    if (status == TARN_OK && options->type_count > 0)
        status = tarn_buffer_append(sql, ")", 1, error);
    return status;
}

/* Types over the whole file: sample_size=-1. `all_text` casts afterwards, so that nested values keep their form. */
static tarn_status write_sql(const tarn_import_run *run, const char *format, tarn_buffer *sql, tarn_error *error) {
    bool parquet = strcmp(format, "parquet") == 0;
    TARN_TRY(tarn_buffer_printf(sql, error, "SELECT %s", run->options->all_text ? "COLUMNS(*)::VARCHAR" : "*"));
    if (!run->options->all_text)
        TARN_TRY(add_casts(run->options, sql, error));
    TARN_TRY(tarn_buffer_printf(sql, error, " FROM %s(", parquet ? "read_parquet" : "read_json"));
    TARN_TRY(tarn_sql_literal(sql, run->path, error));
    if (!parquet)
        TARN_TRY(tarn_buffer_printf(sql, error,
                                    ", format='%s', sample_size=-1, maximum_object_size=1073741824, "
                                    "map_inference_threshold=-1, convert_strings_to_integers=false",
                                    strcmp(format, "ndjson") == 0 ? "newline_delimited" : "auto"));
    return tarn_buffer_append(sql, ")", 2, error); /* with the NUL */
}

static tarn_status import_query(tarn_import_run *run, const char *sql, const tarn_import_label *label,
                                tarn_error *error) {
    struct ArrowArrayStream stream = {0};
    tarn_status status = tarn_engine_work_query(run->io->engine, sql, NULL, 0, run->io->task, &stream, error);
    if (status == TARN_OK)
        status = tarn_import_batches(run, &stream, run->options->if_exists, label, &run->result->change, error);
    tarn_stream_release(&stream);
    return status;
}

tarn_status tarn_import_engine(tarn_import_run *run, const char *format, tarn_error *error) {
    tarn_buffer sql = {0};
    char *parameters = NULL;
    tarn_status status = TARN_OK;
    run->result->format = tarn_strdup(format);
    TARN_CHECK(write_sql(run, format, &sql, error));
    TARN_CHECK(tarn_import_describe(run, format, &parameters, error));
    tarn_import_label label = {.kind = "import", .parameters = parameters};
    status = import_query(run, (const char *)sql.data, &label, error);
    if (status == TARN_E_SQL)
        status = tarn_fail_context(error, TARN_E_FORMAT, "%s", run->shown);
cleanup:
    free(parameters);
    tarn_buffer_free(&sql);
    return status;
}
