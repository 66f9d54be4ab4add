// Commands as JSON descriptors.
#include "command/column_types.h"
#include "command/command.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *type_name(tarn_parameter_type type) {
    static const char *const names[] = {"text",    "sql",    "value",  "integer", "number",
                                        "boolean", "choice", "column", "name",    "row"};
    return names[type];
}

static const char *kind_name(tarn_kind kind) {
    static const char *const names[] = {"expression", "kernel", "query", "metadata", "live set", "patch", "rows"};
    return names[kind];
}

static json_t *describe_types(unsigned types) {
    json_t *list = json_array();
    for (unsigned group = 1; group <= TARN_COLUMNS_OTHER; group *= 2) {
        if (types & group)
            json_array_append_new(list, json_string(tarn_column_type_name(group)));
    }
    return list;
}

/* A whole number as one: 3, not 3.0. */
static json_t *describe_bound(const tarn_parameter_spec *spec, double bound) {
    return spec->type == TARN_PARAMETER_INTEGER ? json_integer((json_int_t)bound) : json_real(bound);
}

static json_t *describe_choices(const tarn_parameter_spec *spec) {
    json_t *choices = json_array();
    for (size_t i = 0; spec->choices[i] != NULL; i++)
        json_array_append_new(choices, json_string(spec->choices[i]));
    return choices;
}

static json_t *describe_parameter(const tarn_parameter_spec *spec) {
    json_t *object =
        json_pack("{s:s, s:s, s:b, s:b, s:s}", "name", spec->name, "type", type_name(spec->type), "required",
                  spec->required, "repeated", spec->repeated, "description", spec->description);
    if (object == NULL)
        return NULL;
    if (spec->default_value != NULL)
        json_object_set_new(object, "default", json_string(spec->default_value));
    if (spec->secret)
        json_object_set_new(object, "secret", json_true());
    if (spec->choices != NULL)
        json_object_set_new(object, "choices", describe_choices(spec));
    if (spec->least != spec->most) {
        json_object_set_new(object, "minimum", describe_bound(spec, spec->least));
        json_object_set_new(object, "maximum", describe_bound(spec, spec->most));
    }
    if (spec->accepts != TARN_COLUMNS_ANY)
        json_object_set_new(object, "column_types", describe_types(spec->accepts));
    return object;
}

static bool describe_command(void *context, const tarn_command *command) {
    json_t *list = context;
    json_t *parameters = json_array();
    for (size_t i = 0; i < command->parameter_count; i++)
        json_array_append_new(parameters, describe_parameter(&command->parameters[i]));
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:o}", "name", command->name, "title", command->title,
                  "description", command->description, "family", command->family, "kind", kind_name(command->kind),
                  "preview", command->change_table == NULL, "key_map", command->maps_values, "parameters", parameters);
    return object != NULL && json_array_append_new(list, object) == 0;
}

tarn_status tarn_command_describe(char **out, tarn_error *error) {
    json_t *list = json_array();
    tarn_command_each(describe_command, list);
    char *text = json_dumps(list, JSON_INDENT(2));
    json_decref(list);
    if (text == NULL)
        return tarn_fail_memory(error);
    *out = text;
    return TARN_OK;
}
