/* Files in. */
#include "answer/answer.h"
#include "base/text.h"
#include "request/declare.h"
#include "request/files.h"
#include "request/operations.h"

#include <stdlib.h>
#include <string.h>

/* One character, or several. */
static void read_delimiter(const tarn_call *call, tarn_import_options *out) {
    const char *text = tarn_call_text(call, "delimiter");
    if (text != NULL && strlen(text) == 1)
        out->delimiter = text[0];
    else if (text != NULL && text[0] != '\0')
        out->long_delimiter = text;
}

/* `*nulls` is heap, and what `out` points to. */
static tarn_status read_options(const tarn_call *call, tarn_import_options *out, const char ***nulls,
                                tarn_error *error) {
    *out = (tarn_import_options){.table = tarn_call_text(call, "table"),
                                 .format = tarn_call_text(call, "format"),
                                 .if_exists = (tarn_if_exists)tarn_call_choice(call, "if_exists"),
                                 .sheet = tarn_call_text(call, "sheet"),
                                 .records = tarn_call_text(call, "records"),
                                 .all_text = tarn_call_flag(call, "all_text"),
                                 .keep_codes = tarn_call_flag(call, "keep_codes"),
                                 .decimal = tarn_call_text(call, "decimal"),
                                 .encoding = tarn_call_text(call, "encoding"),
                                 .header_row = (int)tarn_call_integer(call, "header_row", 0),
                                 .header_rows = (int)tarn_call_integer(call, "header_rows", 0),
                                 .escape = tarn_call_text(call, "escape"),
                                 .comment = tarn_call_text(call, "comment"),
                                 .widths = tarn_call_text(call, "widths"),
                                 .skip = tarn_call_integer(call, "skip", 0),
                                 .skip_footer = tarn_call_integer(call, "skip_footer", 0)};
    read_delimiter(call, out);
    TARN_TRY(tarn_call_character(call, "quote", &out->quote, error));
    TARN_TRY(tarn_call_texts(call, "null_text", nulls, &out->null_text_count, error));
    out->null_texts = *nulls;
    return TARN_OK;
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

/* Where the file is: at a path, or among the request's bytes. `*passing` is heap. */
static tarn_status read_place(tarn_call *call, char **passing, tarn_import_options *options, tarn_error *error) {
    const char *name = tarn_call_text(call, "name");
    options->called = name;
    options->path = tarn_call_text(call, "path");
    if (!tarn_call_has_bytes(call))
        return options->path != NULL
                   ? TARN_OK
                   : tarn_fail(error, TARN_E_INVALID, "import needs a file: its 'path', or its bytes");
    if (options->path != NULL)
        return tarn_fail(error, TARN_E_INVALID, "import takes a 'path' or bytes, not both");
    if (name == NULL)
        name = tarn_call_text(call, "table");
    if (name == NULL)
        return tarn_fail(error, TARN_E_INVALID, "import: bytes need the 'name' of their file, or a 'table'");
    options->called = name;
    tarn_status status = tarn_passing_file(call, name, passing, error);
    options->path = *passing;
    return status;
}

static tarn_status run_import(tarn_call *call, tarn_error *error) {
    tarn_import_options options = {0};
    tarn_import_result result = {0};
    char **types = NULL, *passing = NULL;
    const char **nulls = NULL;
    tarn_status status = TARN_OK;
    TARN_CHECK(read_options(call, &options, &nulls, error));
    TARN_CHECK(read_types(call, &types, &options.type_count, error));
    TARN_CHECK(read_place(call, &passing, &options, error));
    options.types = (const char *const *)types;
    TARN_CHECK(tarn_import(call->workspace, &options, call->task, &result, error));
    TARN_CHECK(tarn_call_answer(call, tarn_answer_import(tarn_call_text(call, "path"), &result), error));
cleanup:
    tarn_import_result_clear(&result);
    tarn_passing_remove(call);
    free_types(types, options.type_count);
    free(passing);
    free(nulls);
    return status;
}

static const char *const import_formats[] = {"csv", "tsv", "json", "ndjson", "parquet",  "arrow", "xlsx",
                                             "ods", "sav", "por",  "dta",    "sas7bdat", "xpt",   NULL};
static const tarn_field import_parameters[] = {
    TARN_PARAMETER(PATH, "path", "where the file is; without: it is in the bytes"),
    TARN_PARAMETER(TEXT, "name", "what the file is called, \"orders.csv\"; else as its path, or as the table"),
    TARN_PARAMETER(TABLE, "table", "the table; else called as the file"),
    TARN_PARAMETER(TEXT, "if_exists", "what to do about a table that has the name", .otherwise = "\"fail\"",
                   .choices = tarn_if_exists_choices),
    TARN_TAKES_IF_VERSION,
    TARN_PARAMETER(TEXT, "format", "else by content, then by name", .choices = import_formats),
    TARN_PARAMETER(TEXT, "sheet", "of workbooks: a sheet's name, or its number from 1"),
    TARN_PARAMETER(TEXT, "records", "of JSON: keys that lead to the records (\"data.items\"); else found"),
    TARN_PARAMETER(TEXT, "delimiter", "one character or several; else detected"),
    TARN_PARAMETER(TEXT, "quote", "one character; else detected"),
    TARN_PARAMETER(TEXT, "escape", "the character that makes the one behind it a plain one"),
    TARN_PARAMETER(TEXT, "comment", "what lines begin with that are left out; \"\": none are"),
    TARN_PARAMETER(TEXT, "decimal", "\",\" or \".\": what numbers have before their fraction"),
    TARN_PARAMETER(TEXT, "widths", "\"5,10,3\": characters of each column of lines without delimiters"),
    TARN_PARAMETER(INTEGER, "skip", "lines left out at the beginning", .unit = "lines", TARN_AT_LEAST(0)),
    TARN_PARAMETER(INTEGER, "skip_footer", "lines left out at the end; 0: notes are detected; -1: none",
                   .unit = "lines", TARN_AT_LEAST(-1)),
    TARN_PARAMETER(TEXT, "encoding", "any label of the WHATWG's Encoding Standard, or a code page; else detected"),
    TARN_PARAMETER(INTEGER, "header_row", "the line that has the names; 0: detected; -1: there is none",
                   TARN_BETWEEN(-1, 2147483647)),
    TARN_PARAMETER(INTEGER, "header_rows", "how many lines make up the names; 0: detected", .unit = "lines",
                   TARN_BETWEEN(0, 2147483647)),
    TARN_PARAMETER(FLAG, "all_text", "detect no types", .otherwise = "false"),
    TARN_PARAMETER(OBJECT, "types", "of columns, by SQL's names, instead of what is detected: {\"zip\": \"VARCHAR\"}"),
    TARN_PARAMETER(TEXT, "null_text", "texts that mean null besides the empty field", .is_list = true,
                   .may_be_one = true),
    TARN_PARAMETER(FLAG, "keep_codes", "of SPSS, Stata, SAS: codes, not the texts of their value labels",
                   .otherwise = "false"),
};
static const tarn_field import_answer[] = {
    TARN_CHANGE_MEMBERS,
    TARN_MEMBER(TEXT, "path", "where the file is; null: it was in the bytes", .may_be_null = true),
    TARN_MEMBER(TEXT, "format", "what the file was read as"),
    TARN_MEMBER(TEXT, "encoding", "of its text", .may_be_null = true),
    TARN_MEMBER(TEXT, "delimiter", "of its text", .may_be_null = true),
    TARN_MEMBER(INTEGER, "header_row", "the line that had the names; 0: none"),
    TARN_MEMBER(OBJECT, "columns", "of the table", .is_list = true, .shape = &tarn_shape_column),
    TARN_MEMBER(TEXT, "warnings", "for people: ragged lines with their numbers, renamed columns …", .is_list = true),
};
static const tarn_shape import_shape = {
    .name = "ImportResult", .meaning = "What became of a file.", TARN_FIELDS(import_answer)};
const tarn_deed tarn_op_import = {
    {.name = "import",
     .meaning = "Import a file as a table: one undoable, all-or-nothing step. What is not said is detected.",
     .how = TARN_RUN_CHANGE,
     .role = TARN_ROLE_WRITER,
     .method = "PUT",
     .path = "/tables/{table}",
     TARN_TAKES(import_parameters),
     .answer = &import_shape,
     .takes = TARN_BYTES_FILE},
    run_import};
