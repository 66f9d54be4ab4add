/* Files out. */
#include "answer/answer.h"
#include "request/declare.h"
#include "request/files.h"
#include "request/operations.h"

#include <string.h>

static tarn_status read_options(const tarn_call *call, tarn_export_options *out, tarn_error *error) {
    *out = (tarn_export_options){.path = tarn_call_text(call, "path"),
                                 .format = tarn_call_text(call, "format"),
                                 .no_clobber = tarn_call_flag(call, "no_clobber"),
                                 .no_header = tarn_call_flag(call, "no_header"),
                                 .compression = tarn_call_text(call, "compression"),
                                 .encoding = tarn_call_text(call, "encoding"),
                                 .replace_unencodable = tarn_call_flag(call, "replace_unencodable"),
                                 .byte_order_mark = tarn_call_flag(call, "byte_order_mark"),
                                 .crlf = tarn_call_flag(call, "crlf"),
                                 .quote_all = tarn_call_flag(call, "quote_all"),
                                 .null_text = tarn_call_text(call, "null_text"),
                                 .safe_for_spreadsheets = tarn_call_flag(call, "safe_for_spreadsheets")};
    if (out->path == NULL && out->format == NULL)
        out->format = "csv";
    TARN_TRY(tarn_call_character(call, "delimiter", &out->delimiter, error));
    return tarn_call_character(call, "decimal", &out->decimal, error);
}

typedef tarn_status (*writer)(tarn_call *call, const tarn_export_options *options, tarn_export_result *result,
                              tarn_error *error);

static tarn_status write_table(tarn_call *call, const tarn_export_options *options, tarn_export_result *result,
                               tarn_error *error) {
    return tarn_export(call->workspace, tarn_call_text(call, "table"), options, call->task, result, error);
}

static tarn_status write_query(tarn_call *call, const tarn_export_options *options, tarn_export_result *result,
                               tarn_error *error) {
    return tarn_export_query(call->workspace, tarn_call_text(call, "sql"), options, call->task, result, error);
}

static tarn_status run(tarn_call *call, writer write, tarn_error *error) {
    tarn_export_options options;
    tarn_export_result result = {0};
    tarn_byte_sink sink = tarn_call_sink(call);
    TARN_TRY(read_options(call, &options, error));
    const char *path = options.path;
    if (path == NULL) {
        options.sink = &sink;
        options.path = "the export"; /* in messages */
        tarn_call_begin_bytes(call, tarn_media_type(options.format));
    }
    TARN_TRY(write(call, &options, &result, error));
    tarn_status status = tarn_call_answer(call, tarn_answer_export(path, &result), error);
    tarn_export_result_clear(&result);
    return status;
}

static tarn_status run_export(tarn_call *call, tarn_error *error) {
    return run(call, write_table, error);
}

static tarn_status run_export_sql(tarn_call *call, tarn_error *error) {
    return run(call, write_query, error);
}

static const char *const compressions[] = {"none", "snappy", "lz4", "zstd", NULL};
#define STYLE                                                                                                          \
    TARN_PARAMETER(PATH, "path", "where the file goes; without: into the bytes"),                                      \
        TARN_PARAMETER(TEXT, "format", "else by the path's ending; csv for bytes", .choices = tarn_file_formats),      \
        TARN_PARAMETER(FLAG, "no_clobber", "refuse when the file is there", .otherwise = "false"),                     \
        TARN_PARAMETER(TEXT, "compression", "of Parquet and Arrow", .choices = compressions),                          \
        TARN_PARAMETER(TEXT, "delimiter", "of csv"),                                                                   \
        TARN_PARAMETER(FLAG, "no_header", "csv, tsv: without the columns' names", .otherwise = "false"),               \
        TARN_PARAMETER(FLAG, "byte_order_mark", "csv, tsv: a mark by which Excel knows UTF-8", .otherwise = "false"),  \
        TARN_PARAMETER(FLAG, "crlf", "csv, tsv: lines end in CR LF", .otherwise = "false"),                            \
        TARN_PARAMETER(FLAG, "quote_all", "csv, tsv: every cell but nulls is quoted", .otherwise = "false"),           \
        TARN_PARAMETER(TEXT, "decimal", "csv, tsv: \".\" or \",\""),                                                   \
        TARN_PARAMETER(TEXT, "encoding", "csv, tsv: UTF-8 unless given"),                                              \
        TARN_PARAMETER(FLAG, "replace_unencodable", "characters that the encoding has not become \"?\"",               \
                       .otherwise = "false"),                                                                          \
        TARN_PARAMETER(TEXT, "null_text", "csv, tsv: what nulls are written as"),                                      \
        TARN_PARAMETER(FLAG, "safe_for_spreadsheets",                                                                  \
                       "csv, tsv: text that a spreadsheet would take for a formula has ' before it",                   \
                       .otherwise = "false")

static const tarn_field export_parameters[] = {TARN_TAKES_VERSION, STYLE};
const tarn_deed tarn_op_export = {{.name = "export",
                                   .meaning = "A version as a file, which appears complete or not at all.",
                                   .how = TARN_RUN_BACKGROUND,
                                   .role = TARN_ROLE_READER,
                                   .method = "GET",
                                   .path = "/tables/{table}/export",
                                   TARN_TAKES(export_parameters),
                                   .answer = &tarn_shape_export,
                                   .gives = TARN_BYTES_FILE,
                                   .is_lasting = true},
                                  run_export};

static const tarn_field export_sql_parameters[] = {
    TARN_PARAMETER(TEXT, "sql", "one statement that reads", .is_needed = true),
    STYLE,
};
const tarn_deed tarn_op_export_sql = {{.name = "exportSql",
                                       .meaning = "A query's result as a file.",
                                       .how = TARN_RUN_BACKGROUND,
                                       .role = TARN_ROLE_READER,
                                       .method = "POST",
                                       .path = "/export",
                                       TARN_TAKES(export_sql_parameters),
                                       .answer = &tarn_shape_export,
                                       .gives = TARN_BYTES_FILE},
                                      run_export_sql};
