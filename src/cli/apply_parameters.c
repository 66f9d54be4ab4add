// The parameters of `tarn apply`, however they are written.
#include "apply_parameters.h"

#include "columns.h"
#include "registry.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/** What is known while parameters are gathered. */
typedef struct reading {
    cli *cli;
    const json_t *specs;              /**< the command's parameters as it declares them */
    const struct ArrowSchema *schema; /**< the table's; NULL: not known */
    apply_parameters *out;
} reading;

static void add(apply_parameters *parameters, const char *name, const char *value) {
    parameters->list = cli_resize(parameters->list, parameters->count + 1, sizeof(*parameters->list));
    parameters->list[parameters->count++] = (tarn_parameter){cli_copy(name), cli_copy(value)};
}

static const json_t *find_spec(const json_t *specs, const char *name) {
    size_t i;
    const json_t *spec;
    json_array_foreach(specs, i, spec) if (strcmp(cli_registry_text(spec, "name"), name) == 0) return spec;
    return NULL;
}

static bool is_type(const json_t *spec, const char *type) {
    return strcmp(cli_registry_text(spec, "type"), type) == 0;
}

static bool is_flag(const json_t *spec, const char *name) {
    return json_is_true(json_object_get(spec, name));
}

/** A parameter by its name; several columns for a list or a pattern. */
static bool add_named(reading *reading, const char *name, const char *value) {
    const json_t *spec = find_spec(reading->specs, name);
    if (!spec || !is_type(spec, "column") || !is_flag(spec, "repeated")) {
        add(reading->out, name, value);
        return true;
    }
    cli_columns columns = {0};
    bool good = cli_columns_add(reading->cli, reading->schema, json_object_get(spec, "column_types"), value, &columns);
    for (size_t i = 0; good && i < columns.count; i++)
        add(reading->out, name, columns.names[i]);
    cli_columns_free(&columns);
    return good;
}

/* ---- words without a name ---- */

static bool is_given(const reading *reading, const json_t *spec) {
    for (size_t i = 0; i < reading->out->count; i++)
        if (strcmp(reading->out->list[i].name, cli_registry_text(spec, "name")) == 0)
            return true;
    return false;
}

/** Parameters that must still be given, other than `except`. */
static size_t count_missing(const reading *reading, const json_t *except) {
    size_t i, missing = 0;
    const json_t *spec;
    json_array_foreach(reading->specs, i, spec) missing +=
        spec != except && is_flag(spec, "required") && !is_given(reading, spec);
    return missing;
}

static bool is_number(const char *word, bool whole) {
    return *word && word[strspn(word, whole ? "+-0123456789" : "+-.eE0123456789")] == 0;
}

/** Whether a parameter could have the word as its value. */
static bool takes(const json_t *spec, const char *word) {
    size_t i;
    const json_t *choice, *choices = json_object_get(spec, "choices");
    if (is_type(spec, "boolean"))
        return false; /* nobody could tell what "true" is about */
    if (is_type(spec, "integer") || is_type(spec, "number"))
        return is_number(word, is_type(spec, "integer"));
    json_array_foreach(choices, i, choice) if (strcmp(json_string_value(choice), word) == 0) return true;
    return !json_is_array(choices);
}

/** The parameter of columns that a word which names one is for; `left` words follow it. */
static const json_t *spec_of_column(const reading *reading, size_t left) {
    size_t i;
    const json_t *spec;
    json_array_foreach(reading->specs, i, spec) {
        bool open = !is_given(reading, spec) || is_flag(spec, "repeated");
        if (is_type(spec, "column") && open && count_missing(reading, spec) <= left)
            return spec;
    }
    return NULL;
}

static const json_t *spec_of_word(const reading *reading, const char *word, size_t left) {
    size_t i;
    const json_t *spec, *column = cli_columns_has(reading->schema, word) ? spec_of_column(reading, left) : NULL;
    if (column)
        return column;
    json_array_foreach(reading->specs, i, spec) if (!is_given(reading, spec) && takes(spec, word)) return spec;
    json_array_foreach(reading->specs, i, spec) if (is_flag(spec, "repeated") && takes(spec, word)) return spec;
    return NULL;
}

/** A word that names its parameter, as in policy=null: the parameter; NULL for other words. */
static const json_t *spec_named_in(const reading *reading, const char *word) {
    const char *equals = strchr(word, '=');
    if (!equals || cli_columns_has(reading->schema, word))
        return NULL;
    char *name = cli_copy_part(word, (size_t)(equals - word));
    const json_t *spec = find_spec(reading->specs, name);
    free(name);
    return spec;
}

static bool add_words(reading *reading) {
    const cli *cli = reading->cli;
    const char *command = cli_argument_at(cli, 1);
    size_t left = 0; /* words that name no parameter */
    for (size_t i = 2; i < cli->argument_count; i++) {
        const char *word = cli->arguments[i];
        const json_t *spec = spec_named_in(reading, word);
        left += !spec;
        if (spec && !add_named(reading, cli_registry_text(spec, "name"), strchr(word, '=') + 1))
            return false;
    }
    for (size_t i = 2; i < cli->argument_count; i++) {
        const char *word = cli->arguments[i];
        if (spec_named_in(reading, word))
            continue;
        const json_t *spec = spec_of_word(reading, word, --left);
        if (!spec) {
            cli_usage(reading->cli, "'%s' is one word too many for %s; 'tarn help %s' tells what it takes", word,
                      command, command);
            return false;
        }
        if (!add_named(reading, cli_registry_text(spec, "name"), word))
            return false;
    }
    return true;
}

/* ---- all of them ---- */

static bool add_set(reading *reading, const char *text) {
    const char *equals = strchr(text, '=');
    if (!equals || equals == text) {
        cli_usage(reading->cli, "--set needs KEY=VALUE, not '%s'", text);
        return false;
    }
    char *name = cli_copy_part(text, (size_t)(equals - text));
    bool good = add_named(reading, name, equals + 1);
    free(name);
    return good;
}

/** The command's secret from a file or standard input, where no list of processes shows it. */
static bool add_secret(reading *reading, const char *path) {
    tarn_error error = {0};
    size_t i, size;
    const json_t *spec;
    const char *name = "secret";
    char *secret = cli_read_file(path, &size, &error);
    while (secret && size > 0 && (secret[size - 1] == '\n' || secret[size - 1] == '\r'))
        secret[--size] = '\0';
    bool good = secret && size > 0 && strlen(secret) == size;
    if (!secret)
        cli_usage(reading->cli, "--secret-file: %s", error.message);
    else if (!good)
        cli_usage(reading->cli, size == 0 ? "--secret-file: %s is empty" : "--secret-file: %s is no text", path);
    json_array_foreach(reading->specs, i, spec) name = is_flag(spec, "secret") ? cli_registry_text(spec, "name") : name;
    if (good)
        add(reading->out, name, secret);
    if (secret)
        explicit_bzero(secret, size);
    free(secret);
    return good;
}

static bool add_all(reading *reading) {
    const cli *cli = reading->cli;
    bool good = true;
    for (size_t i = 0; i < cli->given_count && good; i++) {
        const char *option = cli->given[i].option->name, *value = cli->given[i].value;
        if (strcmp(option, "column") == 0 || strcmp(option, "from") == 0)
            good = add_named(reading, option, value);
        else if (strcmp(option, "secret-file") == 0)
            good = add_secret(reading, value);
        else if (strcmp(option, "set") == 0)
            good = add_set(reading, value);
    }
    for (size_t i = 0; i < cli->other_count && good; i++)
        good = add_named(reading, cli->others[i].name, cli->others[i].value);
    return good && add_words(reading);
}

bool apply_parameters_read(cli *cli, apply_parameters *out) {
    tarn_error error;
    struct ArrowSchema schema = {0};
    /* A table that is not there, and a command that is not, are told by what would use them. */
    bool known = tarn_schema(cli->workspace, cli_argument_at(cli, 0), &schema, &error) == TARN_OK;
    const json_t *command = cli_registry_find(cli, cli_argument_at(cli, 1));
    reading reading = {cli, json_object_get(command, "parameters"), known ? &schema : NULL, out};
    *out = (apply_parameters){0};
    bool good = command && known ? add_all(&reading) : true;
    if (known)
        schema.release(&schema);
    if (!good)
        apply_parameters_free(out);
    return good;
}

void apply_parameters_free(apply_parameters *parameters) {
    for (size_t i = 0; i < parameters->count; i++) {
        free((void *)parameters->list[i].name);
        free((void *)parameters->list[i].value);
    }
    free(parameters->list);
    *parameters = (apply_parameters){0};
}

cli_other apply_parameters_option(cli *cli, const char *name, const char **near) {
    const json_t *command = cli->argument_count > 1 ? cli_registry_find(cli, cli_argument_at(cli, 1)) : NULL;
    const json_t *specs = json_object_get(command, "parameters"), *spec = find_spec(specs, name);
    if (spec)
        return is_type(spec, "boolean") ? CLI_OTHER_FLAG : CLI_OTHER_VALUE;
    size_t i, least = SIZE_MAX, distance;
    json_array_foreach(specs, i, spec) {
        const char *candidate = cli_registry_text(spec, "name");
        if (cli_is_near(name, candidate, &distance) && distance < least) {
            least = distance;
            *near = candidate;
        }
    }
    return CLI_OTHER_UNKNOWN;
}
