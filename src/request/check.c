// Holding JSON to a declaration.
#include "request/check.h"

#include "base/buffer.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is being checked, for messages: "page: 'offset'" of a request, "page: rows[3].column" of an answer. */
typedef struct place {
    const char *operation;
    tarn_status status;
    char path[200];
} place;

static tarn_status wrong(const place *at, const char *what, tarn_error *error) {
    if (at->status == TARN_E_INTERNAL)
        return tarn_fail(error, at->status, "%s answers with %s, which should be %s", at->operation, at->path, what);
    return tarn_fail(error, at->status, "%s: '%s' must be %s", at->operation, at->path, what);
}

static place inside(const place *at, const char *name) {
    place inner = *at;
    size_t used = strlen(inner.path);
    if (used < sizeof inner.path - 2)
        snprintf(inner.path + used, sizeof inner.path - used, "%s%s", used > 0 ? "." : "", name);
    return inner;
}

/* ---- one value ------------------------------------------------------------------------------------------------- */

static bool is_plain_text(const json_t *value) {
    return json_is_string(value) && strlen(json_string_value(value)) == json_string_length(value);
}

static tarn_status check_choice(const place *at, const tarn_field *field, const json_t *value, tarn_error *error) {
    const char *text = json_string_value(value);
    tarn_buffer all = {0};
    tarn_status status = TARN_OK;
    for (const char *const *choice = field->choices; *choice != NULL; choice++) {
        if (strcmp(*choice, text) == 0)
            goto found;
        status = tarn_buffer_printf(&all, error, "%s'%s'", choice > field->choices ? ", " : "", *choice);
        if (status != TARN_OK)
            goto found;
    }
    status = tarn_fail(error, at->status, "%s: '%s' cannot be '%s': it is one of %.*s", at->operation, at->path, text,
                       (int)all.size, (const char *)all.data);
found:
    tarn_buffer_free(&all);
    return status;
}

static tarn_status check_range(const place *at, const tarn_field *field, const json_t *value, tarn_error *error) {
    double number = json_number_value(value);
    if (!field->has_range || (number >= field->least && number <= field->most))
        return TARN_OK;
    if (field->most >= 9007199254740991.0)
        return tarn_fail(error, at->status, "%s: '%s' must be %g or more", at->operation, at->path, field->least);
    return tarn_fail(error, at->status, "%s: '%s' must be from %g to %g", at->operation, at->path, field->least,
                     field->most);
}

static tarn_status check_object(const place *at, const tarn_shape *shape, const json_t *value, tarn_error *error);

static tarn_status check_text(const place *at, const tarn_field *field, const json_t *value, tarn_error *error) {
    if (!is_plain_text(value))
        return wrong(at, json_is_string(value) ? "text without NUL" : "text", error);
    return field->choices != NULL ? check_choice(at, field, value, error) : TARN_OK;
}

static tarn_status check_value(const place *at, const tarn_field *field, const json_t *value, tarn_error *error) {
    switch (field->kind) {
    case TARN_FIELD_TEXT:
    case TARN_FIELD_TIME:
    case TARN_FIELD_TABLE:
    case TARN_FIELD_VERSION:
    case TARN_FIELD_PATH:
        return check_text(at, field, value, error);
    case TARN_FIELD_INTEGER:
        return json_is_integer(value) ? check_range(at, field, value, error) : wrong(at, "a whole number", error);
    case TARN_FIELD_NUMBER:
        return json_is_number(value) ? check_range(at, field, value, error) : wrong(at, "a number", error);
    case TARN_FIELD_FLAG:
        return json_is_boolean(value) ? TARN_OK : wrong(at, "true or false", error);
    case TARN_FIELD_VALUE:
        return is_plain_text(value) || json_is_number(value) || json_is_boolean(value) || json_is_null(value)
                   ? TARN_OK
                   : wrong(at, "text (without NUL), a number, true, false or null", error);
    case TARN_FIELD_OBJECT:
        if (!json_is_object(value))
            return wrong(at, "an object", error);
        return field->shape != NULL ? check_object(at, field->shape, value, error) : TARN_OK;
    case TARN_FIELD_ANY:
        return TARN_OK;
    }
    return TARN_OK;
}

static const char *list_name(tarn_field_kind kind) {
    return kind == TARN_FIELD_INTEGER || kind == TARN_FIELD_NUMBER ? "a list of numbers"
           : kind == TARN_FIELD_OBJECT                             ? "a list of objects"
           : kind == TARN_FIELD_VALUE || kind == TARN_FIELD_ANY    ? "a list"
                                                                   : "a list of texts";
}

static tarn_status check_field(const place *at, const tarn_field *field, const json_t *value, tarn_error *error) {
    if (json_is_null(value) && field->may_be_null)
        return TARN_OK;
    if (!field->is_list)
        return check_value(at, field, value, error);
    if (!json_is_array(value) && field->may_be_one)
        return check_value(at, field, value, error);
    if (!json_is_array(value))
        return wrong(at, list_name(field->kind), error);
    size_t index;
    json_t *element;
    json_array_foreach(value, index, element) {
        tarn_error found = {0};
        if (field->may_hold_null && json_is_null(element))
            continue;
        tarn_status status = check_value(at, field, element, &found);
        if (status != TARN_OK && field->shape == NULL && field->choices == NULL && !field->has_range)
            return wrong(at,
                         field->kind == TARN_FIELD_VALUE ? "a list of text (without NUL), numbers, true, false or null"
                                                         : list_name(field->kind),
                         error);
        if (status != TARN_OK) {
            if (error != NULL)
                *error = found;
            return status;
        }
    }
    return TARN_OK;
}

/* ---- members --------------------------------------------------------------------------------------------------- */

static const tarn_field *find(const tarn_field *fields, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    }
    return NULL;
}

/* Near enough to be meant: a third of its letters may differ. */
static const char *nearest(const tarn_field *fields, size_t count, const char *name) {
    const char *best = NULL;
    size_t least = strlen(name) / 3 + 2;
    for (size_t i = 0; i < count; i++) {
        size_t distance = tarn_edit_distance(fields[i].name, name);
        if (distance < least) {
            least = distance;
            best = fields[i].name;
        }
    }
    return best;
}

static tarn_status list_names(const tarn_field *fields, size_t count, tarn_buffer *out, tarn_error *error) {
    for (size_t i = 0; i < count; i++)
        TARN_TRY(tarn_buffer_printf(out, error, "%s%s", i > 0 ? ", " : "", fields[i].name));
    return tarn_buffer_append(out, "", 1, error);
}

static tarn_status unknown(const place *at, const tarn_field *fields, size_t count, const char *name,
                           tarn_error *error) {
    const char *meant = nearest(fields, count, name);
    char *shown = tarn_text_printable(name);
    tarn_buffer known = {0};
    tarn_status status = shown == NULL ? tarn_fail_memory(error) : list_names(fields, count, &known, error);
    if (status == TARN_OK && meant != NULL)
        status =
            tarn_fail(error, at->status, "%s has no parameter '%s': did you mean '%s'?", at->operation, shown, meant);
    else if (status == TARN_OK)
        status =
            tarn_fail(error, at->status,
                      count > 0 ? "%s has no parameter '%s'; it takes %s" : "%s has no parameter '%s'; it takes none%s",
                      at->operation, shown, (const char *)known.data);
    tarn_buffer_free(&known);
    free(shown);
    return status;
}

static tarn_status check_object(const place *at, const tarn_shape *shape, const json_t *value, tarn_error *error) {
    const char *key;
    json_t *member;
    for (size_t i = 0; i < shape->field_count; i++) {
        place inner = inside(at, shape->fields[i].name);
        if (shape->fields[i].is_needed && json_object_get(value, shape->fields[i].name) == NULL)
            return wrong(&inner, "there", error);
    }
    json_object_foreach((json_t *)value, key, member) {
        const tarn_field *field = find(shape->fields, shape->field_count, key);
        place inner = inside(at, key);
        if (field == NULL)
            return at->status == TARN_E_INTERNAL ? wrong(&inner, "declared", error)
                                                 : unknown(at, shape->fields, shape->field_count, key, error);
        TARN_TRY(check_field(&inner, field, member, error));
    }
    return TARN_OK;
}

/* ---- requests -------------------------------------------------------------------------------------------------- */

/* What is null counts as not given, and one alone as a list of one. */
static tarn_status settle(json_t *request, const tarn_field *field, tarn_error *error) {
    json_t *value = json_object_get(request, field->name);
    int failed = 0;
    if (json_is_null(value)) {
        json_object_del(request, field->name);
        value = NULL;
    }
    if (value == NULL && field->otherwise != NULL)
        failed = json_object_set_new(request, field->name, json_loads(field->otherwise, JSON_DECODE_ANY, NULL));
    else if (value != NULL && field->is_list && field->may_be_one && !json_is_array(value))
        failed = json_object_set_new(request, field->name, json_pack("[O]", value));
    return failed == 0 ? TARN_OK : tarn_fail_memory(error);
}

static tarn_status check_members(const tarn_operation *operation, json_t *request, tarn_error *error) {
    const char *key;
    json_t *value;
    json_object_foreach(request, key, value) {
        place at = {.operation = operation->name, .status = TARN_E_INVALID};
        const tarn_field *field = find(operation->parameters, operation->parameter_count, key);
        if (field == NULL && strcmp(key, "op") == 0)
            continue;
        if (field == NULL)
            return unknown(&at, operation->parameters, operation->parameter_count, key, error);
        place inner = inside(&at, key);
        TARN_TRY(check_field(&inner, field, value, error));
    }
    return TARN_OK;
}

tarn_status tarn_check_request(const tarn_operation *operation, json_t *request, tarn_error *error) {
    for (size_t i = 0; i < operation->parameter_count; i++) {
        const tarn_field *field = &operation->parameters[i];
        TARN_TRY(settle(request, field, error));
    }
    TARN_TRY(check_members(operation, request, error));
    for (size_t i = 0; i < operation->parameter_count; i++) {
        const tarn_field *field = &operation->parameters[i];
        if (field->is_needed && json_object_get(request, field->name) == NULL)
            return tarn_fail(error, TARN_E_INVALID, "%s needs '%s': %s", operation->name, field->name, field->meaning);
    }
    return TARN_OK;
}

tarn_status tarn_check_answer(const tarn_operation *operation, const json_t *answer, tarn_error *error) {
    static const tarn_shape nothing = {.name = "Nothing"};
    place at = {.operation = operation->name, .status = TARN_E_INTERNAL};
    json_t *rest = json_copy((json_t *)answer);
    json_object_del(rest, "ok");
    tarn_status status = check_object(&at, operation->answer != NULL ? operation->answer : &nothing, rest, error);
    json_decref(rest);
    return status;
}
