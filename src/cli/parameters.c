// The parameters of commands.
#include "parameters.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/** The steps of a recipe: "set, filter, rename". */
static void add_steps(cli_text *text, const char *name, const json_t *steps) {
    size_t i;
    const json_t *step;
    json_array_foreach(steps, i, step) {
        const char *command = json_string_value(json_object_get(step, "command"));
        cli_text_printf(text, i ? ", %s%s" : " %s=%s", i ? "" : name, command ? command : "?");
    }
}

static void add_parameter(cli_text *text, const char *name, const json_t *value) {
    if (json_is_object(json_array_get(value, 0))) {
        add_steps(text, name, value);
        return;
    }
    if (json_is_array(value)) {
        size_t i;
        const json_t *item;
        json_array_foreach(value, i, item) add_parameter(text, name, item);
        return;
    }
    char *dumped =
        json_is_string(value) ? cli_copy(json_string_value(value)) : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    cli_text_printf(text, " %s=%s", name, dumped ? dumped : "");
    free(dumped);
}

void parameters_add_text(cli_text *text, const char *json, bool is_edit) {
    json_t *parameters = json ? json_loads(json, 0, NULL) : NULL;
    const char *name;
    json_t *value;
    json_object_foreach(parameters, name, value) {
        if (!is_edit || (strcmp(name, "before") != 0 && strcmp(name, "value") != 0))
            add_parameter(text, name, value);
    }
    json_decref(parameters);
}
