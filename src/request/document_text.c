// The operations as TypeScript and as Markdown.
#include "request/document.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- TypeScript ------------------------------------------------------------------------------------------------- */

/* "rows_changed" as "rowsChanged": what pages call members. */
static tarn_status write_camel(tarn_buffer *out, const char *name, tarn_error *error) {
    for (const char *c = name; *c != '\0'; c++) {
        char letter = *c;
        if (*c == '_' && c[1] != '\0')
            letter = (char)toupper((unsigned char)*++c);
        TARN_TRY(tarn_buffer_append(out, &letter, 1, error));
    }
    return TARN_OK;
}

/* "diffPage" as "DiffPage". */
static tarn_status write_title(tarn_buffer *out, const char *name, tarn_error *error) {
    char first = (char)toupper((unsigned char)name[0]);
    TARN_TRY(tarn_buffer_append(out, &first, 1, error));
    return tarn_buffer_printf(out, error, "%s", name + 1);
}

static tarn_status write_choices(tarn_buffer *out, const tarn_field *field, tarn_error *error) {
    for (const char *const *choice = field->choices; *choice != NULL; choice++)
        TARN_TRY(tarn_buffer_printf(out, error, "%s'%s'", choice > field->choices ? " | " : "", *choice));
    return TARN_OK;
}

static const char *type_name(const tarn_field *field) {
    switch (field->kind) {
    case TARN_FIELD_INTEGER:
    case TARN_FIELD_NUMBER:
        return "number";
    case TARN_FIELD_FLAG:
        return "boolean";
    case TARN_FIELD_VALUE:
        return "string | number | bigint | boolean | null";
    case TARN_FIELD_OBJECT:
        return field->shape != NULL ? field->shape->name : "Record<string, unknown>";
    case TARN_FIELD_ANY:
        return "unknown";
    default:
        return "string";
    }
}

static tarn_status write_type(tarn_buffer *out, const tarn_field *field, tarn_error *error) {
    bool has_null = field->kind != TARN_FIELD_VALUE && (field->is_list ? field->may_hold_null : field->may_be_null);
    bool is_union = field->is_list && (field->choices != NULL || field->kind == TARN_FIELD_VALUE || has_null);
    TARN_TRY(tarn_buffer_printf(out, error, "%s", is_union ? "(" : ""));
    if (field->choices != NULL)
        TARN_TRY(write_choices(out, field, error));
    else
        TARN_TRY(tarn_buffer_printf(out, error, "%s", type_name(field)));
    TARN_TRY(tarn_buffer_printf(out, error, "%s%s", has_null ? " | null" : "", is_union ? ")" : ""));
    if (!field->is_list)
        return TARN_OK;
    TARN_TRY(tarn_buffer_printf(out, error, "[]%s", field->may_be_null ? " | null" : ""));
    return field->may_be_one ? tarn_buffer_printf(out, error, " | string") : TARN_OK;
}

static tarn_status write_members(tarn_buffer *out, const tarn_field *fields, size_t count, tarn_error *error) {
    for (size_t i = 0; i < count; i++) {
        TARN_TRY(tarn_buffer_printf(out, error, "    /** "));
        TARN_TRY(write_title(out, fields[i].meaning, error));
        TARN_TRY(tarn_buffer_printf(out, error, "%s%s. */\n    ", fields[i].otherwise != NULL ? "; else " : "",
                                    fields[i].otherwise != NULL ? fields[i].otherwise : ""));
        TARN_TRY(write_camel(out, fields[i].name, error));
        TARN_TRY(tarn_buffer_printf(out, error, "%s: ", fields[i].is_needed ? "" : "?"));
        TARN_TRY(write_type(out, &fields[i], error));
        TARN_TRY(tarn_buffer_printf(out, error, fields[i].is_needed ? ";\n" : " | undefined;\n"));
    }
    return TARN_OK;
}

static tarn_status write_interface(tarn_buffer *out, const tarn_shape *shape, tarn_error *error) {
    if (shape->meaning != NULL)
        TARN_TRY(tarn_buffer_printf(out, error, "/** %s */\n", shape->meaning));
    TARN_TRY(tarn_buffer_printf(out, error, "export interface %s {\n", shape->name));
    TARN_TRY(write_members(out, shape->fields, shape->field_count, error));
    return tarn_buffer_printf(out, error, "}\n\n");
}

static tarn_status write_parameters(tarn_buffer *out, const tarn_operation *operation, tarn_error *error) {
    if (operation->parameter_count == 0)
        return TARN_OK;
    TARN_TRY(tarn_buffer_printf(out, error, "/** What `%s` takes. */\nexport interface ", operation->name));
    TARN_TRY(write_title(out, operation->name, error));
    TARN_TRY(tarn_buffer_printf(out, error, "Parameters {\n"));
    TARN_TRY(write_members(out, operation->parameters, operation->parameter_count, error));
    return tarn_buffer_printf(out, error, "}\n\n");
}

static bool needs_parameters(const tarn_operation *operation) {
    for (size_t i = 0; i < operation->parameter_count; i++) {
        if (operation->parameters[i].is_needed)
            return true;
    }
    return false;
}

static tarn_status write_method(tarn_buffer *out, const tarn_operation *operation, tarn_error *error) {
    static const char *const bytes[] = {"", " & WithBytes", " & WithBytes", " & PerhapsBytes"};
    const char *answer = operation->answer != NULL ? operation->answer->name : "object";
    TARN_TRY(tarn_buffer_printf(out, error, "\n    /** %s */\n    %s(", operation->meaning, operation->name));
    if (operation->parameter_count > 0) {
        TARN_TRY(tarn_buffer_printf(out, error, "parameters: "));
        TARN_TRY(write_title(out, operation->name, error));
        TARN_TRY(tarn_buffer_printf(out, error, "Parameters%s, ", needs_parameters(operation) ? "" : " = {}"));
    }
    TARN_TRY(tarn_buffer_printf(out, error, "control: %s = {}): Promise<%s%s> {\n",
                                operation->takes != TARN_BYTES_NONE ? "Control & Given" : "Control", answer,
                                bytes[operation->gives]));
    return tarn_buffer_printf(out, error, "        return this.ask('%s', %s, control) as Promise<%s%s>;\n    }\n",
                              operation->name, operation->parameter_count > 0 ? "parameters" : "{}", answer,
                              bytes[operation->gives]);
}

static const char head[] =
    "/** Every request and its answer. Printed by `tarn help --requests typescript`; `make docs` renews it. */\n\n"
    "/** Beside every request. */\n"
    "export interface Control {\n"
    "    signal?: AbortSignal | null | undefined;\n"
    "}\n\n"
    "/** Bytes that go with a request. */\n"
    "export interface Given {\n"
    "    data?: Uint8Array | null | undefined;\n"
    "}\n\n"
    "/** Bytes that come with an answer: rows as an Arrow IPC stream, or a file. */\n"
    "export interface WithBytes {\n"
    "    data: Uint8Array<ArrayBuffer>;\n"
    "}\n\n"
    "export interface PerhapsBytes {\n"
    "    data: Uint8Array<ArrayBuffer> | null;\n"
    "}\n\n";

static const char methods_head[] =
    "/** A method for each operation, over whatever carries a request to where it is answered. */\n"
    "export abstract class Requests {\n"
    "    /** Send a request, and give its answer with the bytes as `data` in it. */\n"
    "    protected abstract ask(op: string, parameters: object, control: Control & Given): Promise<object>;\n";

static tarn_status write_types(tarn_buffer *out, tarn_error *error) {
    tarn_shape_list shapes = {0};
    tarn_status status = tarn_shapes_collect(&shapes, error);
    for (size_t i = 0; i < shapes.count && status == TARN_OK; i++)
        status = write_interface(out, shapes.list[i], error);
    free(shapes.list);
    return status;
}

tarn_status tarn_document_typescript(tarn_buffer *out, tarn_error *error) {
    size_t count;
    const tarn_operation *const *operations = tarn_operations(&count);
    TARN_TRY(tarn_buffer_printf(out, error, "%s", head));
    TARN_TRY(write_types(out, error));
    for (size_t i = 0; i < count; i++)
        TARN_TRY(write_parameters(out, operations[i], error));
    TARN_TRY(tarn_buffer_printf(out, error, "%s", methods_head));
    for (size_t i = 0; i < count; i++)
        TARN_TRY(write_method(out, operations[i], error));
    return tarn_buffer_printf(out, error, "}\n");
}

/* ---- Markdown --------------------------------------------------------------------------------------------------- */

static const char *kind_name(const tarn_field *field) {
    static const char *const one[] = {"text",    "whole number", "number", "true or false", "time",    "table",
                                      "version", "path",         "value",  "object",        "any JSON"};
    return field->shape != NULL ? field->shape->name : one[field->kind];
}

static tarn_status write_row(tarn_buffer *out, const tarn_field *field, bool is_parameter, tarn_error *error) {
    TARN_TRY(tarn_buffer_printf(out, error, "| `%s`%s | %s%s%s | %s", field->name,
                                is_parameter && field->is_needed     ? " (needed)"
                                : !is_parameter && !field->is_needed ? " (sometimes)"
                                                                     : "",
                                field->is_list ? "list of " : "", kind_name(field),
                                field->may_be_null ? " or null" : "", field->meaning));
    if (field->unit != NULL)
        TARN_TRY(tarn_buffer_printf(out, error, "; in %s", field->unit));
    if (field->choices != NULL) {
        TARN_TRY(tarn_buffer_printf(out, error, "; "));
        for (const char *const *choice = field->choices; *choice != NULL; choice++)
            TARN_TRY(tarn_buffer_printf(out, error, "%s`%s`", choice > field->choices ? ", " : "", *choice));
    }
    if (field->has_range)
        TARN_TRY(field->most >= 9007199254740991.0
                     ? tarn_buffer_printf(out, error, "; %g or more", field->least)
                     : tarn_buffer_printf(out, error, "; %g to %g", field->least, field->most));
    if (field->otherwise != NULL)
        TARN_TRY(tarn_buffer_printf(out, error, "; else `%s`", field->otherwise));
    return tarn_buffer_printf(out, error, " |\n");
}

static tarn_status write_table(tarn_buffer *out, const char *title, const tarn_field *fields, size_t count,
                               bool is_parameter, tarn_error *error) {
    if (count == 0)
        return TARN_OK;
    TARN_TRY(tarn_buffer_printf(out, error, "\n| %s | is | means |\n| --- | --- | --- |\n", title));
    for (size_t i = 0; i < count; i++)
        TARN_TRY(write_row(out, &fields[i], is_parameter, error));
    return TARN_OK;
}

static tarn_status write_section(tarn_buffer *out, const tarn_operation *operation, tarn_error *error) {
    static const char *const hows[] = {"alone", "urgent", "beside others", "in the background", "a change"};
    static const char *const bytes[] = {"", "; bytes: rows", "; bytes: a file", "; bytes: rows, or none"};
    TARN_TRY(tarn_buffer_printf(out, error, "\n### %s\n\n%s\n\nFor a %s; runs %s", operation->name, operation->meaning,
                                tarn_role_name(operation->role), hows[operation->how]));
    if (operation->path != NULL)
        TARN_TRY(tarn_buffer_printf(out, error, "; `%s %s`", operation->method, operation->path));
    if (operation->takes != TARN_BYTES_NONE)
        TARN_TRY(tarn_buffer_printf(out, error, "; takes bytes"));
    TARN_TRY(tarn_buffer_printf(out, error, ".\n"));
    TARN_TRY(write_table(out, "parameter", operation->parameters, operation->parameter_count, true, error));
    if (operation->answer == NULL)
        return tarn_buffer_printf(out, error, "\nAnswers nothing but that it was done.\n");
    return tarn_buffer_printf(out, error, "\nAnswers `%s`%s.\n", operation->answer->name, bytes[operation->gives]);
}

static tarn_status write_shape(tarn_buffer *out, const tarn_shape *shape, tarn_error *error) {
    TARN_TRY(tarn_buffer_printf(out, error, "\n### %s\n", shape->name));
    if (shape->meaning != NULL)
        TARN_TRY(tarn_buffer_printf(out, error, "\n%s\n", shape->meaning));
    return write_table(out, "member", shape->fields, shape->field_count, false, error);
}

tarn_status tarn_document_markdown(tarn_buffer *out, tarn_error *error) {
    size_t count;
    const tarn_operation *const *operations = tarn_operations(&count);
    tarn_shape_list shapes = {0};
    tarn_status status = tarn_buffer_printf(out, error, "## Operations\n");
    for (size_t i = 0; i < count && status == TARN_OK; i++)
        status = write_section(out, operations[i], error);
    if (status == TARN_OK)
        status = tarn_buffer_printf(out, error, "\n## What answers are made of\n");
    if (status == TARN_OK)
        status = tarn_shapes_collect(&shapes, error);
    for (size_t i = 0; i < shapes.count && status == TARN_OK; i++)
        status = write_shape(out, shapes.list[i], error);
    free(shapes.list);
    return status;
}
