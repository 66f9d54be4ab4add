// The library's registry of commands, looked up by the program.
#include "registry.h"

#include "text.h"

#include <string.h>

const json_t *cli_registry(cli *cli) {
    tarn_error error;
    char *text = NULL;
    if (!cli->registry && tarn_commands_json(&text, &error) == TARN_OK) {
        cli->registry = json_loads(text, 0, NULL);
        tarn_free(text);
    }
    return cli->registry;
}

const char *cli_registry_text(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

const json_t *cli_registry_find(cli *cli, const char *name) {
    size_t i;
    const json_t *command;
    json_array_foreach(cli_registry(cli), i,
                       command) if (strcmp(cli_registry_text(command, "name"), name) == 0) return command;
    return NULL;
}

const char *cli_registry_near(cli *cli, const char *name) {
    const char *nearest = NULL;
    size_t least = SIZE_MAX, distance, i;
    const json_t *command;
    json_array_foreach(cli_registry(cli), i, command) {
        const char *candidate = cli_registry_text(command, "name");
        if (cli_is_near(name, candidate, &distance) && distance < least) {
            least = distance;
            nearest = candidate;
        }
    }
    return nearest;
}
