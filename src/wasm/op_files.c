/* Files in and out. */
#include "answer/answer.h"
#include "arrow/array.h"
#include "base/text.h"
#include "wasm/files.h"
#include "wasm/operations.h"

#include <stdlib.h>
#include <string.h>

static tarn_status read_character(const tarn_call *call, const char *name, char *out, tarn_error *error) {
    const char *text;
    TARN_TRY(tarn_call_text(call, name, false, &text, error));
    *out = text != NULL ? text[0] : '\0';
    if (text != NULL && (strlen(text) != 1 || (unsigned char)text[0] > 0x7F))
        return tarn_fail(error, TARN_E_INVALID, "%s: '%s' must be one ASCII character", call->operation->name, name);
    return TARN_OK;
}

static tarn_status read_line_number(const tarn_call *call, const char *name, int *out, tarn_error *error) {
    int64_t number;
    TARN_TRY(tarn_call_integer(call, name, 0, &number, error));
    if (number < -1 || number > INT32_MAX)
        return tarn_fail(error, TARN_E_INVALID, "%s: '%s' must be the number of a line, or -1", call->operation->name,
                         name);
    *out = (int)number;
    return TARN_OK;
}

/* One character, or several. */
static tarn_status read_delimiter(const tarn_call *call, tarn_import_options *out, tarn_error *error) {
    const char *text;
    TARN_TRY(tarn_call_text(call, "delimiter", false, &text, error));
    if (text != NULL && strlen(text) == 1)
        out->delimiter = text[0];
    else if (text != NULL && text[0] != '\0')
        out->long_delimiter = text;
    return TARN_OK;
}

/* What values are taken for. `*nulls` is heap, and what `out` points to. */
static tarn_status read_values(const tarn_call *call, tarn_import_options *out, const char ***nulls,
                               tarn_error *error) {
    TARN_TRY(tarn_call_flag(call, "all_text", &out->all_text, error));
    TARN_TRY(tarn_call_flag(call, "keep_codes", &out->keep_codes, error));
    TARN_TRY(tarn_call_text(call, "decimal", false, &out->decimal, error));
    TARN_TRY(tarn_call_texts(call, "null_text", nulls, &out->null_text_count, error));
    out->null_texts = *nulls;
    return TARN_OK;
}

static tarn_status read_text_options(const tarn_call *call, tarn_import_options *out, const char ***nulls,
                                     tarn_error *error) {
    TARN_TRY(read_values(call, out, nulls, error));
    TARN_TRY(read_delimiter(call, out, error));
    TARN_TRY(read_character(call, "quote", &out->quote, error));
    TARN_TRY(tarn_call_text(call, "encoding", false, &out->encoding, error));
    TARN_TRY(read_line_number(call, "header_row", &out->header_row, error));
    TARN_TRY(read_line_number(call, "header_rows", &out->header_rows, error));
    TARN_TRY(tarn_call_text(call, "escape", false, &out->escape, error));
    TARN_TRY(tarn_call_text(call, "comment", false, &out->comment, error));
    TARN_TRY(tarn_call_text(call, "widths", false, &out->widths, error));
    TARN_TRY(tarn_call_integer(call, "skip", 0, &out->skip, error));
    return tarn_call_integer(call, "skip_footer", 0, &out->skip_footer, error);
}

/* `{column: type}` as "column=type"; the list and its texts are heap. */
static tarn_status read_types(const tarn_call *call, char ***out, size_t *count, tarn_error *error) {
    tarn_parameter *given = NULL;
    size_t size = 0;
    TARN_TRY(tarn_call_parameters(call, "types", &given, &size, error));
    char **list = calloc(size + 1, sizeof *list);
    bool complete = list != NULL;
    for (size_t i = 0; complete && i < size; i++) {
        list[i] = tarn_format("%s=%s", given[i].name, given[i].value);
        complete = list[i] != NULL;
    }
    tarn_call_parameters_free(given, size);
    *out = list;
    *count = size;
    return complete ? TARN_OK : tarn_fail_memory(error);
}

static void free_types(char **list, size_t count) {
    for (size_t i = 0; list != NULL && i < count; i++)
        free(list[i]);
    free(list);
}

/* Where the file is: at a path, or among the request's bytes. */
static tarn_status read_place(tarn_call *call, tarn_passing_file *passing, const char **path, tarn_error *error) {
    const char *name;
    TARN_TRY(tarn_call_text(call, "path", call->data == NULL, path, error));
    if (call->data == NULL)
        return TARN_OK;
    TARN_TRY(tarn_call_text(call, "name", true, &name, error));
    TARN_TRY(tarn_passing_file_new(call, name, passing, error));
    *path = passing->path;
    return tarn_passing_file_fill(call, passing, error);
}

static tarn_status answer_import(tarn_call *call, const tarn_import_result *result, tarn_error *error) {
    struct ArrowSchema schema = {0};
    TARN_TRY(tarn_schema(*call->workspace, result->change.table, &schema, error));
    tarn_status status = tarn_call_answer(call, tarn_answer_import(result, &schema), error);
    tarn_schema_release(&schema);
    return status;
}

tarn_status tarn_op_import(tarn_call *call, tarn_error *error) {
    static const char *const choices[] = {"fail", "replace", "append", NULL};
    tarn_import_options options = {0};
    tarn_import_result result = {0};
    tarn_passing_file passing = {0};
    char **types = NULL;
    const char **nulls = NULL;
    int if_exists;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_call_text(call, "table", false, &options.table, error));
    TARN_CHECK(tarn_call_text(call, "format", false, &options.format, error));
    TARN_CHECK(tarn_call_text(call, "sheet", false, &options.sheet, error));
    TARN_CHECK(tarn_call_text(call, "records", false, &options.records, error));
    TARN_CHECK(tarn_call_choice(call, "if_exists", choices, &if_exists, error));
    TARN_CHECK(read_text_options(call, &options, &nulls, error));
    TARN_CHECK(read_types(call, &types, &options.type_count, error));
    TARN_CHECK(read_place(call, &passing, &options.path, error));
    options.if_exists = (tarn_if_exists)if_exists;
    options.types = (const char *const *)types;
    TARN_CHECK(tarn_import(*call->workspace, &options, call->task, &result, error));
    TARN_CHECK(answer_import(call, &result, error));
cleanup:
    tarn_import_result_clear(&result);
    tarn_passing_file_remove(call, &passing);
    free_types(types, options.type_count);
    free(nulls);
    return status;
}

/* How delimited text is written. */
static tarn_status read_text_style(const tarn_call *call, tarn_export_options *out, tarn_error *error) {
    TARN_TRY(read_character(call, "delimiter", &out->delimiter, error));
    TARN_TRY(tarn_call_flag(call, "byte_order_mark", &out->byte_order_mark, error));
    TARN_TRY(tarn_call_flag(call, "crlf", &out->crlf, error));
    TARN_TRY(tarn_call_flag(call, "quote_all", &out->quote_all, error));
    TARN_TRY(read_character(call, "decimal", &out->decimal, error));
    TARN_TRY(tarn_call_text(call, "null_text", false, &out->null_text, error));
    return tarn_call_flag(call, "safe_for_spreadsheets", &out->safe_for_spreadsheets, error);
}

static tarn_status read_export(const tarn_call *call, tarn_export_options *out, tarn_error *error) {
    TARN_TRY(tarn_call_text(call, "path", false, &out->path, error));
    TARN_TRY(tarn_call_text(call, "format", out->path == NULL, &out->format, error));
    TARN_TRY(tarn_call_flag(call, "no_clobber", &out->no_clobber, error));
    TARN_TRY(tarn_call_flag(call, "no_header", &out->no_header, error));
    TARN_TRY(tarn_call_text(call, "compression", false, &out->compression, error));
    TARN_TRY(tarn_call_text(call, "encoding", false, &out->encoding, error));
    TARN_TRY(tarn_call_flag(call, "replace_unencodable", &out->replace_unencodable, error));
    return read_text_style(call, out, error);
}

static tarn_status export_what(tarn_call *call, const tarn_export_options *options, tarn_export_result *result,
                               tarn_error *error) {
    const char *version, *sql;
    TARN_TRY(tarn_call_text(call, "sql", false, &sql, error));
    TARN_TRY(tarn_call_text(call, "table", sql == NULL, &version, error));
    if (sql != NULL)
        return tarn_export_query(*call->workspace, sql, options, call->task, result, error);
    return tarn_export(*call->workspace, version, options, call->task, result, error);
}

tarn_status tarn_op_export(tarn_call *call, tarn_error *error) {
    tarn_export_options options = {0};
    tarn_export_result result = {0};
    tarn_passing_file passing = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(read_export(call, &options, error));
    if (options.path == NULL) {
        TARN_CHECK(tarn_passing_file_new(call, "export", &passing, error));
        options.path = passing.path;
    }
    TARN_CHECK(export_what(call, &options, &result, error));
    TARN_CHECK(tarn_call_answer(call, tarn_answer_export(passing.path != NULL ? NULL : options.path, &result), error));
    if (passing.path != NULL)
        TARN_CHECK(tarn_passing_file_give(call, &passing, error));
cleanup:
    tarn_export_result_clear(&result);
    tarn_passing_file_remove(call, &passing);
    return status;
}
