/* Commands. */
#include "answer/answer.h"
#include "request/declare.h"
#include "request/files.h"
#include "request/operations.h"

#include <stdlib.h>

static tarn_status run_commands(tarn_call *call, tarn_error *error) {
    char *text = NULL;
    TARN_TRY(tarn_commands_json(&text, error));
    json_t *list = json_loads(text, 0, NULL);
    tarn_free(text);
    return tarn_call_answer(call, list != NULL ? json_pack("{s:o}", "commands", list) : NULL, error);
}

static const tarn_field command_parameter[] = {
    TARN_MEMBER(TEXT, "name", "its name"),
    TARN_MEMBER(TEXT, "type", "text, sql, value, integer, number, boolean, choice, column, name or row"),
    TARN_MEMBER(FLAG, "required", "whether it must be given"),
    TARN_MEMBER(FLAG, "repeated", "whether it may be a list"),
    TARN_MEMBER(TEXT, "description", "what it means"),
    TARN_SOMETIMES(TEXT, "default", "what stands for it when it is not given"),
    TARN_SOMETIMES(TEXT, "choices", "what it may be", .is_list = true),
    TARN_SOMETIMES(NUMBER, "minimum", "the least that it may be"),
    TARN_SOMETIMES(NUMBER, "maximum", "the most that it may be"),
    TARN_SOMETIMES(FLAG, "secret", "whether the audit log does not tell it"),
    TARN_SOMETIMES(TEXT, "column_types", "which columns: text, number, boolean, date, time, other", .is_list = true),
};
static const tarn_shape command_parameter_shape = {.name = "CommandParameter", TARN_FIELDS(command_parameter)};
static const tarn_field command[] = {
    TARN_MEMBER(TEXT, "name", "its name"),
    TARN_MEMBER(TEXT, "title", "for a menu"),
    TARN_MEMBER(TEXT, "description", "what it does"),
    TARN_MEMBER(TEXT, "family", "what it belongs to"),
    TARN_MEMBER(TEXT, "kind", "how it works, and so what it costs"),
    TARN_MEMBER(FLAG, "preview", "whether it can be previewed"),
    TARN_MEMBER(FLAG, "key_map", "whether it can tell which value became which"),
    TARN_MEMBER(OBJECT, "parameters", "in their order", .is_list = true, .shape = &command_parameter_shape),
};
static const tarn_shape command_shape = {
    .name = "Command", .meaning = "A command of the registry.", TARN_FIELDS(command)};
static const tarn_field commands_answer[] = {
    TARN_MEMBER(OBJECT, "commands", "family by family", .is_list = true, .shape = &command_shape),
};
static const tarn_shape commands_shape = {.name = "CommandsAnswer", TARN_FIELDS(commands_answer)};
const tarn_deed tarn_op_commands = {{.name = "commands",
                                     .meaning = "Everything that changes data, with its parameters.",
                                     .how = TARN_RUN_URGENT,
                                     .role = TARN_ROLE_READER,
                                     .method = "GET",
                                     .path = "/commands",
                                     .answer = &commands_shape,
                                     .is_lasting = true},
                                    run_commands};

#define THE_COMMAND                                                                                                    \
    TARN_PARAMETER(TEXT, "command", "a command of the registry", .is_needed = true),                                   \
        TARN_PARAMETER(OBJECT, "parameters",                                                                           \
                       "the command's, as `commands` tells them: texts, numbers, true, false, lists of them",          \
                       .otherwise = "{}")

/* ---- applying --------------------------------------------------------------------------------------------------- */

static tarn_status run_apply(tarn_call *call, tarn_error *error) {
    tarn_parameter *parameters = NULL;
    size_t count = 0;
    tarn_change change = {0};
    TARN_TRY(tarn_call_parameters(call, "parameters", &parameters, &count, error));
    tarn_status status = tarn_apply(call->workspace, tarn_call_text(call, "table"), tarn_call_text(call, "command"),
                                    parameters, count, call->task, &change, error);
    tarn_call_parameters_free(parameters, count);
    if (status == TARN_OK)
        status = tarn_call_answer(call, tarn_answer_change(&change), error);
    tarn_change_clear(&change);
    return status;
}

static const tarn_field apply_parameters[] = {TARN_TAKES_TABLE, THE_COMMAND, TARN_TAKES_IF_VERSION};
const tarn_deed tarn_op_apply = {{.name = "apply",
                                  .meaning = "Change a table by a command, as one version.",
                                  .how = TARN_RUN_CHANGE,
                                  .role = TARN_ROLE_WRITER,
                                  .method = "POST",
                                  .path = "/tables/{table}/apply",
                                  TARN_TAKES(apply_parameters),
                                  .answer = &tarn_shape_change},
                                 run_apply};

/* The map goes to `path`, or through a file of the call's own into the bytes. */
static tarn_status apply_with_key_map(tarn_call *call, const char *path, tarn_error *error) {
    tarn_parameter *parameters = NULL;
    size_t count = 0;
    tarn_change change = {0};
    tarn_key_map map = {.file = {.path = path, .format = tarn_call_text(call, "format")}};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_call_parameters(call, "parameters", &parameters, &count, error));
    TARN_CHECK(tarn_apply_with_key_map(call->workspace, tarn_call_text(call, "table"), tarn_call_text(call, "command"),
                                       parameters, count, &map, call->task, &change, error));
    TARN_CHECK(tarn_call_answer(
        call, tarn_answer_keyed_change(&change, call->passing != NULL ? NULL : path, &map.written), error));
    if (call->passing != NULL)
        TARN_CHECK(tarn_passing_give(call, path, error));
cleanup:
    tarn_export_result_clear(&map.written);
    tarn_change_clear(&change);
    tarn_call_parameters_free(parameters, count);
    return status;
}

static tarn_status run_apply_with_key_map(tarn_call *call, tarn_error *error) {
    const char *path = tarn_call_text(call, "path"), *format = tarn_call_text(call, "format");
    char *passing = NULL;
    if (path != NULL)
        return apply_with_key_map(call, path, error);
    tarn_call_begin_bytes(call, tarn_media_type(format));
    tarn_status status = tarn_passing_path(call, "key-map", &passing, error);
    if (status == TARN_OK)
        status = apply_with_key_map(call, passing, error);
    tarn_passing_remove(call);
    free(passing);
    return status;
}

static const tarn_field key_map_parameters[] = {
    TARN_TAKES_TABLE,
    THE_COMMAND,
    TARN_PARAMETER(PATH, "path", "a new file that only its owner may read; without: into the bytes"),
    TARN_PARAMETER(TEXT, "format", "of the map", .otherwise = "\"csv\"", .choices = tarn_file_formats),
    TARN_TAKES_IF_VERSION,
};
static const tarn_field key_map[] = {
    TARN_MEMBER(TEXT, "path", "where it is; null: in the bytes", .may_be_null = true),
    TARN_MEMBER(TEXT, "format", "its format"),
    TARN_MEMBER(INTEGER, "values", "in it"),
};
static const tarn_shape key_map_shape = {.name = "KeyMap",
                                         .meaning = "Which value became which: columns column, original, replacement.",
                                         TARN_FIELDS(key_map)};
static const tarn_field keyed_answer[] = {
    TARN_MEMBER(OBJECT, "change", "what was done", .shape = &tarn_shape_change),
    TARN_MEMBER(OBJECT, "key_map", "the map", .shape = &key_map_shape),
};
static const tarn_shape keyed_shape = {.name = "KeyedChange", TARN_FIELDS(keyed_answer)};
const tarn_deed tarn_op_apply_with_key_map = {
    {.name = "applyWithKeyMap",
     .meaning = "Change a table by a command that hides personal values, and write which value became which. The "
                "workspace keeps nothing of that.",
     .how = TARN_RUN_CHANGE,
     .role = TARN_ROLE_WRITER,
     .method = "POST",
     .path = "/tables/{table}/apply-with-key-map",
     TARN_TAKES(key_map_parameters),
     .answer = &keyed_shape,
     .gives = TARN_BYTES_FILE},
    run_apply_with_key_map};

/* ---- looking before --------------------------------------------------------------------------------------------- */

static tarn_status answer_preview(tarn_call *call, const tarn_preview *preview, tarn_error *error) {
    TARN_TRY(tarn_call_answer(call, tarn_answer_preview(preview), error));
    return preview->message != NULL ? tarn_call_give_rows(call, &preview->schema, &preview->rows, error) : TARN_OK;
}

static tarn_status run_preview(tarn_call *call, tarn_error *error) {
    tarn_parameter *parameters = NULL;
    size_t count = 0;
    tarn_preview preview = {0};
    TARN_TRY(tarn_call_parameters(call, "parameters", &parameters, &count, error));
    tarn_status status = tarn_preview_command(call->workspace, tarn_call_text(call, "table"),
                                              tarn_call_text(call, "command"), parameters, count,
                                              (size_t)tarn_call_integer(call, "limit", 0), call->task, &preview, error);
    tarn_call_parameters_free(parameters, count);
    if (status == TARN_OK)
        status = answer_preview(call, &preview, error);
    tarn_preview_clear(&preview);
    return status;
}

static const tarn_field preview_parameters[] = {
    TARN_TAKES_TABLE,
    THE_COMMAND,
    TARN_PARAMETER(INTEGER, "limit", "how many cells or rows at most", .otherwise = "100", TARN_AT_LEAST(0)),
};
static const char *const shown[] = {"removed", "added", "result", "changes", "conflicts", NULL};
static const tarn_field preview_answer[] = {
    TARN_MEMBER(OBJECT, "cells", "of commands that change cells: the first that would change", .is_list = true,
                .shape = &tarn_shape_changed_cell),
    TARN_MEMBER(TEXT, "message",
                "of commands that change rows or columns as a whole: \"would remove 1,204 rows\"; "
                "the bytes have the first of them",
                .may_be_null = true),
    TARN_MEMBER(TEXT, "shown", "which rows the bytes have", .may_be_null = true, .choices = shown),
    TARN_MEMBER(INTEGER, "rows_before", "of the table; null where only cells change", .may_be_null = true),
    TARN_MEMBER(INTEGER, "rows_after", "of the table", .may_be_null = true),
    TARN_MEMBER(FLAG, "complete", "whether there is no more to show than this"),
};
static const tarn_shape preview_shape = {
    .name = "PreviewAnswer", .meaning = "What a command would do.", TARN_FIELDS(preview_answer)};
const tarn_deed tarn_op_preview = {{.name = "preview",
                                    .meaning = "The first that a command would change, without changing anything.",
                                    .how = TARN_RUN_READ,
                                    .role = TARN_ROLE_READER,
                                    .method = "POST",
                                    .path = "/tables/{table}/preview",
                                    TARN_TAKES(preview_parameters),
                                    .answer = &preview_shape,
                                    .gives = TARN_BYTES_MAYBE},
                                   run_preview};
