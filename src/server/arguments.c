// A request over HTTP as a request of the library.
#include "server/arguments.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const tarn_field *tarn_operation_parameter(const tarn_operation *operation, const char *name) {
    for (size_t i = 0; i < operation->parameter_count; i++)
        if (strcmp(operation->parameters[i].name, name) == 0)
            return &operation->parameters[i];
    return NULL;
}

bool tarn_arguments_in_query(const tarn_operation *operation) {
    return strcmp(operation->method, "GET") == 0 || strcmp(operation->method, "DELETE") == 0 ||
           operation->takes != TARN_BYTES_NONE;
}

/* Numbers that a double would change are left to be refused as text. */
static json_t *number_of(const char *text, bool whole) {
    char *end;
    if (whole) {
        long long number = strtoll(text, &end, 10);
        bool is_number = *end == '\0' && strspn(text, "+-0123456789") == strlen(text) && strlen(text) < 20;
        return text[0] != '\0' && is_number ? json_integer(number) : json_string(text);
    }
    double number = strtod(text, &end);
    json_t *value = text[0] != '\0' && *end == '\0' ? json_real(number) : NULL; /* NULL for infinities too */
    return value != NULL ? value : json_string(text);
}

static json_t *json_of(const char *text) {
    return json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
}

/* What a text in the query stands for. Of the wrong kind it stays a text, which is then refused with its name. */
static json_t *value_of(const tarn_field *field, const char *text) {
    json_t *value = NULL;
    if (field == NULL)
        return json_string(text);
    switch (field->kind) {
    case TARN_FIELD_INTEGER:
        return number_of(text, true);
    case TARN_FIELD_NUMBER:
        return number_of(text, false);
    case TARN_FIELD_FLAG:
        if (strcmp(text, "true") == 0 || strcmp(text, "1") == 0)
            return json_true();
        if (strcmp(text, "false") == 0 || strcmp(text, "0") == 0)
            return json_false();
        return json_string(text);
    case TARN_FIELD_VALUE:
    case TARN_FIELD_OBJECT:
    case TARN_FIELD_ANY:
        value = json_of(text);
        return value != NULL ? value : json_string(text);
    default:
        return json_string(text);
    }
}

static tarn_status add_query(const tarn_operation *operation, const tarn_pair *pair, json_t *arguments,
                             tarn_error *error) {
    const tarn_field *field = tarn_operation_parameter(operation, pair->name);
    json_t *value = value_of(field, pair->value);
    if (value == NULL)
        return tarn_fail_memory(error);
    if (field != NULL && field->is_list && !json_is_array(value)) {
        json_t *list = json_object_get(arguments, pair->name);
        if (list == NULL)
            json_object_set_new(arguments, pair->name, list = json_array());
        json_array_append_new(list, value);
        return TARN_OK;
    }
    if (json_object_get(arguments, pair->name) != NULL) {
        json_decref(value);
        return tarn_fail(error, TARN_E_INVALID, "'%s' is given twice", pair->name);
    }
    json_object_set_new(arguments, pair->name, value);
    return TARN_OK;
}

static tarn_status add_named(const tarn_route *route, json_t *arguments, tarn_error *error) {
    for (size_t i = 0; i < route->named_count; i++) {
        const tarn_pair *pair = &route->named[i];
        if (json_object_get(arguments, pair->name) != NULL)
            return tarn_fail(error, TARN_E_INVALID, "'%s' stands in the path and is given again", pair->name);
        json_object_set_new(arguments, pair->name,
                            value_of(tarn_operation_parameter(route->operation, pair->name), pair->value));
    }
    json_object_set_new(arguments, "op", json_string(route->operation->name));
    return TARN_OK;
}

tarn_status tarn_arguments_of_query(const tarn_route *route, const tarn_head *head, json_t **out, tarn_error *error) {
    json_t *arguments = json_object();
    tarn_status status = arguments != NULL ? TARN_OK : tarn_fail_memory(error);
    for (size_t i = 0; i < head->query_count && status == TARN_OK; i++) {
        if (strcmp(head->query[i].name, "op") == 0)
            status = tarn_fail(error, TARN_E_INVALID, "'op' is said by the path");
        else
            status = add_query(route->operation, &head->query[i], arguments, error);
    }
    if (status == TARN_OK)
        status = add_named(route, arguments, error);
    if (status == TARN_OK)
        *out = arguments;
    else
        json_decref(arguments);
    return status;
}

tarn_status tarn_arguments_of_body(const tarn_route *route, const tarn_head *head, const void *body, size_t size,
                                   json_t **out, tarn_error *error) {
    json_error_t wrong;
    if (head->query_count > 0)
        return tarn_fail(error, TARN_E_INVALID, "'%s' stands in the query: parameters of %s %s stand in its JSON body",
                         head->query[0].name, route->operation->method, route->operation->path);
    json_t *arguments = size == 0 ? json_object() : json_loadb(body, size, JSON_REJECT_DUPLICATES, &wrong);
    if (arguments == NULL)
        return tarn_fail(error, TARN_E_INVALID, "the body is not JSON: %s (line %d)", wrong.text, wrong.line);
    tarn_status status = TARN_OK;
    if (!json_is_object(arguments))
        status = tarn_fail(error, TARN_E_INVALID, "the body has to be a JSON object of parameters");
    else if (json_object_get(arguments, "op") != NULL)
        status = tarn_fail(error, TARN_E_INVALID, "'op' is said by the path");
    else
        status = add_named(route, arguments, error);
    if (status == TARN_OK)
        *out = arguments;
    else
        json_decref(arguments);
    return status;
}

/* ---- Accept ------------------------------------------------------------------------------------------------------ */

typedef struct media {
    const char *type, *format;
} media;

/* In the order of preference, for who takes anything. */
static const media known[] = {
    {"application/json", "json"},
    {"application/vnd.apache.arrow.stream", "arrow-stream"},
    {"application/vnd.apache.arrow.file", "arrow"},
    {"text/csv", "csv"},
    {"text/tab-separated-values", "tsv"},
    {"application/x-ndjson", "ndjson"},
    {"application/vnd.apache.parquet", "parquet"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
};

static bool can_give(const tarn_field *field, const char *format) {
    for (size_t i = 0; field->choices != NULL && field->choices[i] != NULL; i++)
        if (strcmp(field->choices[i], format) == 0)
            return true;
    return field->choices == NULL;
}

/* How well "text/csv;q=0.8" fits a type: its weight, 0 for not at all; `*exact` says how exactly it names the type. */
static double weight_of(const char *range, size_t size, const char *type, int *exact) {
    size_t name = strcspn(range, "; ,");
    name = name < size ? name : size;
    size_t family = strcspn(type, "/") + 1;
    if (name == strlen(type) && strncasecmp(range, type, name) == 0)
        *exact = 3;
    else if (name == family + 1 && strncasecmp(range, type, family) == 0 && range[family] == '*')
        *exact = 2;
    else if (name == 3 && strncmp(range, "*/*", 3) == 0)
        *exact = 1;
    else
        return 0;
    const char *weight = memmem(range, size, "q=", 2);
    return weight != NULL ? strtod(weight + 2, NULL) : 1;
}

static double wish_for(const char *list, const char *type) {
    double found = 0;
    int best = 0;
    while (*list != '\0') {
        list += strspn(list, " \t,");
        size_t size = strcspn(list, ",");
        int exact = 0;
        double weight = weight_of(list, size, type, &exact);
        if (exact > best) {
            best = exact;
            found = weight;
        }
        list += size;
    }
    return found;
}

bool tarn_arguments_accept(const tarn_operation *operation, const tarn_head *head, json_t *arguments) {
    const tarn_field *field = tarn_operation_parameter(operation, "format");
    const char *list = tarn_head_field(head, "accept");
    const media *best = NULL;
    double most = 0;
    if (field == NULL || operation->gives == TARN_BYTES_NONE || json_object_get(arguments, "format") != NULL)
        return true;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        double wish = can_give(field, known[i].format) ? wish_for(list != NULL ? list : "*/*", known[i].type) : 0;
        if (wish > most) {
            most = wish;
            best = &known[i];
        }
    }
    if (best == NULL)
        return false;
    json_object_set_new(arguments, "format", json_string(best->format));
    return true;
}

bool tarn_wants_bytes(const tarn_operation *operation, const tarn_head *head) {
    const char *list = tarn_head_field(head, "accept");
    if (tarn_operation_parameter(operation, "format") != NULL)
        return true;
    list = list != NULL ? list : "*/*";
    return wish_for(list, "application/vnd.apache.arrow.stream") > wish_for(list, "application/json");
}
