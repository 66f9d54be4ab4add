#include "base/text.h"
#include "command/command.h"
#include "command/families.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const tarn_command *const *const families[] = {
    tarn_cells_commands,
    tarn_rows_commands,
    tarn_sql_commands,
    tarn_standardize_commands,
    tarn_structure_commands,
};
#define FAMILY_COUNT (sizeof families / sizeof families[0])

void tarn_command_each(bool (*visit)(void *context, const tarn_command *command), void *context) {
    for (size_t f = 0; f < FAMILY_COUNT; f++) {
        for (size_t i = 0; families[f][i] != NULL; i++) {
            if (!visit(context, families[f][i]))
                return;
        }
    }
}

typedef struct search {
    const char *name;
    const tarn_command *found, *nearest;
    size_t distance;
} search;

static bool compare_name(void *context, const tarn_command *command) {
    search *looking = context;
    if (strcmp(command->name, looking->name) == 0) {
        looking->found = command;
        return false;
    }
    size_t distance = tarn_edit_distance(command->name, looking->name);
    if (distance < looking->distance) {
        looking->distance = distance;
        looking->nearest = command;
    }
    return true;
}

tarn_status tarn_command_find(const char *name, const tarn_command **out, tarn_error *error) {
    search looking = {.name = name, .distance = strlen(name) / 2 + 1};
    tarn_command_each(compare_name, &looking);
    if (looking.found != NULL) {
        *out = looking.found;
        return TARN_OK;
    }
    if (looking.nearest != NULL)
        return tarn_fail(error, TARN_E_NOT_FOUND,
                         "there is no command \"%s\"; did you mean %s? (tarn commands lists all)", name,
                         looking.nearest->name);
    return tarn_fail(error, TARN_E_NOT_FOUND, "there is no command \"%s\" (tarn commands lists all)", name);
}

static const char *type_name(tarn_parameter_type type) {
    static const char *const names[] = {"text",    "sql",    "value",  "integer", "number",
                                        "boolean", "choice", "column", "name",    "row"};
    return names[type];
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
    if (spec->choices != NULL) {
        json_t *choices = json_array();
        for (size_t i = 0; spec->choices[i] != NULL; i++)
            json_array_append_new(choices, json_string(spec->choices[i]));
        json_object_set_new(object, "choices", choices);
    }
    return object;
}

static bool describe_command(void *context, const tarn_command *command) {
    json_t *list = context;
    json_t *parameters = json_array();
    for (size_t i = 0; i < command->parameter_count; i++)
        json_array_append_new(parameters, describe_parameter(&command->parameters[i]));
    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:b, s:o}", "name", command->name, "title", command->title,
                               "description", command->description, "family", command->family, "preview",
                               command->open_cells != NULL, "parameters", parameters);
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
