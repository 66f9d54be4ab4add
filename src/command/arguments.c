// Checking what the caller gave against a command's parameter specs, and writing it down for the journal.
#include "command/arguments.h"

#include "base/asker.h"
#include "base/buffer.h"
#include "base/text.h"
#include "command/column_types.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const tarn_parameter_spec *find_spec(const tarn_command *command, const char *name) {
    for (size_t i = 0; i < command->parameter_count; i++) {
        if (strcmp(command->parameters[i].name, name) == 0)
            return &command->parameters[i];
    }
    return NULL;
}

static tarn_status refuse_unknown(const tarn_command *command, const char *name, tarn_error *error) {
    tarn_buffer known = {0};
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < command->parameter_count && status == TARN_OK; i++)
        status = tarn_buffer_printf(&known, error, "%s%s", i == 0 ? "" : ", ", command->parameters[i].name);
    if (status == TARN_OK)
        status = tarn_fail(error, TARN_E_INVALID, "%s has no parameter \"%s\": it has %.*s", command->name, name,
                           (int)known.size, (const char *)known.data);
    tarn_buffer_free(&known);
    return status;
}

static bool is_integer(const char *text) {
    char *end = NULL;
    errno = 0;
    strtoll(text, &end, 10);
    return text[0] != '\0' && text[strspn(text, "0123456789+-")] == '\0' && *end == '\0' && errno == 0;
}

/* A finite number as SQL writes it too: digits, a point, an exponent; no hexadecimal, no spaces. */
static bool is_number(const char *text) {
    char *end = NULL;
    errno = 0;
    double value = strtod(text, &end);
    return text[0] != '\0' && text[strspn(text, "0123456789.eE+-")] == '\0' && *end == '\0' && errno == 0 &&
           value - value == 0;
}

static tarn_status check_range(const tarn_command *command, const tarn_parameter_spec *spec, const char *text,
                               tarn_error *error) {
    double value = strtod(text, NULL);
    if (spec->least == spec->most || (value >= spec->least && value <= spec->most))
        return TARN_OK;
    return tarn_fail(error, TARN_E_INVALID, "%s: %s must be from %.15g to %.15g, not %s", command->name, spec->name,
                     spec->least, spec->most, text);
}

static tarn_status check_column(const tarn_command *command, const tarn_parameter_spec *spec, const tarn_version *base,
                                const char *name, tarn_error *error) {
    size_t column;
    tarn_status status = tarn_version_find_column(base, name, &column, error);
    if (status == TARN_OK)
        status = tarn_column_types_check(spec->accepts, tarn_version_column(base, column), error);
    return status == TARN_OK ? TARN_OK : tarn_fail_context(error, status, "%s", command->name);
}

static tarn_status check_choice(const tarn_command *command, const tarn_parameter_spec *spec, const char *value,
                                tarn_error *error) {
    tarn_buffer known = {0};
    tarn_status status = TARN_OK;
    for (size_t i = 0; spec->choices[i] != NULL; i++) {
        if (strcmp(spec->choices[i], value) == 0)
            goto cleanup;
        TARN_CHECK(tarn_buffer_printf(&known, error, "%s%s", i == 0 ? "" : ", ", spec->choices[i]));
    }
    status = tarn_fail(error, TARN_E_INVALID, "%s: %s cannot be \"%s\": choose one of %.*s", command->name, spec->name,
                       value, (int)known.size, (const char *)known.data);
cleanup:
    tarn_buffer_free(&known);
    return status;
}

static tarn_status check_value(const tarn_command *command, const tarn_parameter_spec *spec, const tarn_version *base,
                               const char *value, tarn_error *error) {
    tarn_status status;
    if (!tarn_utf8_is_valid(value, strlen(value)))
        return tarn_fail(error, TARN_E_INVALID, "%s: %s is not valid UTF-8", command->name, spec->name);
    switch (spec->type) {
    case TARN_PARAMETER_COLUMN:
        return check_column(command, spec, base, value, error);
    case TARN_PARAMETER_INTEGER:
        return is_integer(value) ? check_range(command, spec, value, error)
                                 : tarn_fail(error, TARN_E_INVALID, "%s: %s must be a whole number, not \"%s\"",
                                             command->name, spec->name, value);
    case TARN_PARAMETER_ROW:
        return is_integer(value) && value[0] != '-'
                   ? TARN_OK
                   : tarn_fail(
                         error, TARN_E_INVALID,
                         "%s: %s must be a row id " TARN_ASKER("(tarn show --ids prints them)",
                                                               "(page() with ids: true gives them)") ", not \"%s\"",
                         command->name, spec->name, value);
    case TARN_PARAMETER_NUMBER:
        return is_number(value) ? check_range(command, spec, value, error)
                                : tarn_fail(error, TARN_E_INVALID, "%s: %s must be a number, not \"%s\"", command->name,
                                            spec->name, value);
    case TARN_PARAMETER_BOOLEAN:
        return strcmp(value, "true") == 0 || strcmp(value, "false") == 0
                   ? TARN_OK
                   : tarn_fail(error, TARN_E_INVALID, "%s: %s must be true or false, not \"%s\"", command->name,
                               spec->name, value);
    case TARN_PARAMETER_CHOICE:
        return check_choice(command, spec, value, error);
    case TARN_PARAMETER_NAME:
        status = tarn_check_column_name(value, error);
        return status == TARN_OK ? TARN_OK : tarn_fail_context(error, status, "%s: %s", command->name, spec->name);
    case TARN_PARAMETER_SQL:
        return value[strspn(value, " \t\r\n")] != '\0'
                   ? TARN_OK
                   : tarn_fail(error, TARN_E_INVALID, "%s: %s is empty: give an SQL expression", command->name,
                               spec->name);
    case TARN_PARAMETER_TEXT:
    case TARN_PARAMETER_VALUE:
        return TARN_OK;
    }
    return tarn_fail(error, TARN_E_INTERNAL, "%s: %s has a type that is unknown", command->name, spec->name);
}

static tarn_status refuse_missing(const tarn_command *command, const tarn_parameter_spec *spec, tarn_error *error) {
    if (strcmp(spec->name, "column") == 0)
        return tarn_fail(error, TARN_E_INVALID, "%s needs " TARN_ASKER("--column NAME", "column") ": %s", command->name,
                         spec->description);
    return tarn_fail(error, TARN_E_INVALID, "%s needs " TARN_ASKER("--%s", "%s") ": %s", command->name, spec->name,
                     spec->description);
}

tarn_status tarn_arguments_check(const tarn_command *command, const tarn_version *base, const tarn_argument *given,
                                 size_t given_count, tarn_argument **out, size_t *out_count, tarn_error *error) {
    for (size_t i = 0; i < given_count; i++) {
        if (find_spec(command, given[i].name) == NULL)
            return refuse_unknown(command, given[i].name, error);
    }
    tarn_argument *arguments = calloc(given_count + command->parameter_count + 1, sizeof *arguments);
    if (arguments == NULL)
        return tarn_fail_memory(error);
    size_t count = 0;
    tarn_status status = TARN_OK;
    for (size_t p = 0; p < command->parameter_count; p++) {
        const tarn_parameter_spec *spec = &command->parameters[p];
        size_t times = 0;
        for (size_t i = 0; i < given_count; i++) {
            if (strcmp(given[i].name, spec->name) != 0)
                continue;
            if (++times > 1 && !spec->repeated) {
                status = tarn_fail(error, TARN_E_INVALID, "%s takes %s once", command->name, spec->name);
                goto cleanup;
            }
            TARN_CHECK(check_value(command, spec, base, given[i].value, error));
            arguments[count++] = (tarn_argument){spec->name, given[i].value};
        }
        if (times == 0 && spec->required) {
            status = refuse_missing(command, spec, error);
            goto cleanup;
        }
        if (times == 0 && spec->default_value != NULL)
            arguments[count++] = (tarn_argument){spec->name, spec->default_value};
    }
    *out = arguments;
    *out_count = count;
    arguments = NULL;
cleanup:
    free(arguments);
    return status;
}

static json_t *argument_value(const tarn_parameter_spec *spec, const char *value) {
    if (spec->secret)
        return json_string("***");
    switch (spec->type) {
    case TARN_PARAMETER_INTEGER:
    case TARN_PARAMETER_ROW:
        return json_integer(strtoll(value, NULL, 10));
    case TARN_PARAMETER_BOOLEAN:
        return json_boolean(strcmp(value, "true") == 0);
    default:
        return json_string(value);
    }
}

static bool describe_arguments(const tarn_run *run, json_t *object) {
    bool good = object != NULL;
    for (size_t i = 0; i < run->argument_count && good; i++) {
        const tarn_parameter_spec *spec = find_spec(run->command, run->arguments[i].name);
        json_t *value = argument_value(spec, run->arguments[i].value);
        if (!spec->repeated) {
            good = json_object_set_new(object, spec->name, value) == 0;
            continue;
        }
        json_t *list = json_object_get(object, spec->name);
        if (list == NULL) {
            list = json_array();
            good = json_object_set_new(object, spec->name, list) == 0;
        }
        good = good && json_array_append_new(list, value) == 0;
    }
    return good;
}

tarn_status tarn_arguments_describe(const tarn_run *run, char **out, tarn_error *error) {
    json_t *object = json_object();
    bool good = describe_arguments(run, object);
    if (good && run->before != NULL)
        good = json_object_set_new(object, "before", json_loads(run->before, JSON_DECODE_ANY, NULL)) == 0;
    if (good && run->result != NULL)
        good = json_object_set_new(object, "result", json_string(run->result)) == 0;
    char *text = good ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (text == NULL)
        return tarn_fail_memory(error);
    *out = text;
    return TARN_OK;
}

const char *tarn_run_text(const tarn_run *run, const char *name) {
    for (size_t i = 0; i < run->argument_count; i++) {
        if (strcmp(run->arguments[i].name, name) == 0)
            return run->arguments[i].value;
    }
    return NULL;
}

tarn_status tarn_run_column(const tarn_run *run, const char *name, size_t *column, tarn_error *error) {
    return tarn_version_find_column(run->base, tarn_run_text(run, name), column, error);
}

int64_t tarn_run_integer(const tarn_run *run, const char *name) {
    const char *text = tarn_run_text(run, name);
    return text == NULL ? 0 : strtoll(text, NULL, 10);
}

bool tarn_run_has(const tarn_run *run, const char *name) {
    return tarn_run_text(run, name) != NULL;
}

double tarn_run_number(const tarn_run *run, const char *name) {
    const char *text = tarn_run_text(run, name);
    return text == NULL ? 0 : strtod(text, NULL);
}

bool tarn_run_is(const tarn_run *run, const char *name, const char *value) {
    const char *text = tarn_run_text(run, name);
    return text != NULL && strcmp(text, value) == 0;
}

tarn_status tarn_run_columns(const tarn_run *run, const char *name, size_t **out, size_t *count, tarn_error *error) {
    size_t *columns = calloc(run->argument_count + 1, sizeof *columns);
    size_t found = 0;
    if (columns == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < run->argument_count; i++) {
        if (strcmp(run->arguments[i].name, name) != 0)
            continue;
        tarn_status status = tarn_version_find_column(run->base, run->arguments[i].value, &columns[found++], error);
        if (status != TARN_OK) {
            free(columns);
            return status;
        }
    }
    *out = columns;
    *count = found;
    return TARN_OK;
}
