// Conditions over a row as data, and the SQL that they mean.
#include "request/conditions.h"

#include "engine/engine.h"
#include "request/declare.h"

#include <stdlib.h>
#include <string.h>

/* What a condition is compared with. */
typedef enum operands { NONE, ONE, TWO, MANY } operands;

/* In a template, %c is the column, %1 and %2 the values, %* all of them. */
typedef struct comparison {
    const char *name, *sql;
    operands operands;
} comparison;

#define INVISIBLE "'[\\x00-\\x1f\\x7f\\u00a0\\u00ad\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2064\\ufeff]'"

static const comparison comparisons[] = {
    {"=", "%c = %1", ONE},
    {"!=", "%c IS DISTINCT FROM %1", ONE},
    {"<", "%c < %1", ONE},
    {"<=", "%c <= %1", ONE},
    {">", "%c > %1", ONE},
    {">=", "%c >= %1", ONE},
    {"between", "%c BETWEEN %1 AND %2", TWO},
    {"in", "%c IN (%*)", MANY},
    {"not in", "(%c IS NULL OR %c NOT IN (%*))", MANY},
    {"contains", "contains(CAST(%c AS VARCHAR), CAST(%1 AS VARCHAR))", ONE},
    {"starts", "starts_with(CAST(%c AS VARCHAR), CAST(%1 AS VARCHAR))", ONE},
    {"ends", "ends_with(CAST(%c AS VARCHAR), CAST(%1 AS VARCHAR))", ONE},
    {"matches", "regexp_matches(CAST(%c AS VARCHAR), CAST(%1 AS VARCHAR))", ONE},
    {"null", "%c IS NULL", NONE},
    {"not null", "%c IS NOT NULL", NONE},
    {"empty", "CAST(%c AS VARCHAR) = ''", NONE},
    {"blank", "(%c IS NULL OR trim(CAST(%c AS VARCHAR)) = '')", NONE},
    {"invisible", "regexp_matches(CAST(%c AS VARCHAR), " INVISIBLE ")", NONE},
};
#define COUNT (sizeof comparisons / sizeof *comparisons)

static const char *const names[] = {"=",        "!=",     "<",        "<=",        ">",    ">=",      "between",
                                    "in",       "not in", "contains", "starts",    "ends", "matches", "null",
                                    "not null", "empty",  "blank",    "invisible", NULL};

static const tarn_field condition[] = {
    TARN_SOMETIMES(TEXT, "column", "the column"),
    TARN_SOMETIMES(TEXT, "is", "how it compares", .choices = names),
    TARN_SOMETIMES(VALUE, "value", "with what; a list for between, in and not in", .is_list = true, .may_be_one = true,
                   .may_hold_null = true),
    TARN_SOMETIMES(FLAG, "ignore_case", "of texts"),
    TARN_SOMETIMES(ANY, "any", "instead of these: a list of conditions of which one must hold"),
};
const tarn_shape tarn_shape_condition = {
    .name = "Condition", .meaning = "A condition over a row.", TARN_FIELDS(condition)};

/* ---- writing ---------------------------------------------------------------------------------------------------- */

static tarn_status write_value(const json_t *value, tarn_buffer *out, tarn_error *error) {
    if (json_is_string(value))
        return tarn_sql_literal(out, json_string_value(value), error);
    char *text = json_dumps(value, JSON_ENCODE_ANY);
    if (text == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_buffer_printf(out, error, "%s", text);
    free(text);
    return status;
}

static tarn_status write_values(const json_t *values, tarn_buffer *out, tarn_error *error) {
    for (size_t i = 0; i < json_array_size(values); i++) {
        TARN_TRY(tarn_buffer_printf(out, error, "%s", i > 0 ? ", " : ""));
        TARN_TRY(write_value(json_array_get(values, i), out, error));
    }
    return TARN_OK;
}

static tarn_status write_part(char what, const char *column, const json_t *values, tarn_buffer *out,
                              tarn_error *error) {
    if (what == 'c')
        return tarn_sql_identifier(out, column, error);
    return what == '*' ? write_values(values, out, error)
                       : write_value(json_array_get(values, (size_t)(what - '1')), out, error);
}

/* Folding both sides is how case is ignored. */
static tarn_status write_folded(char what, const char *column, const json_t *values, bool folds, tarn_buffer *out,
                                tarn_error *error) {
    folds = folds && what != '*';
    TARN_TRY(tarn_buffer_printf(out, error, folds ? "lower(CAST(" : ""));
    TARN_TRY(write_part(what, column, values, out, error));
    return tarn_buffer_printf(out, error, folds ? " AS VARCHAR))" : "");
}

static tarn_status write_comparison(const comparison *how, const char *column, const json_t *values, bool folds,
                                    tarn_buffer *out, tarn_error *error) {
    for (const char *at = how->sql; *at != '\0'; at++) {
        if (*at == '%')
            TARN_TRY(write_folded(*++at, column, values, folds, out, error));
        else
            TARN_TRY(tarn_buffer_append(out, at, 1, error));
    }
    return TARN_OK;
}

static const comparison *find(const char *name) {
    for (size_t i = 0; i < COUNT; i++) {
        if (name != NULL && strcmp(comparisons[i].name, name) == 0)
            return &comparisons[i];
    }
    return NULL;
}

static tarn_status check_values(const comparison *how, const json_t *values, tarn_error *error) {
    static const char *const wanted[] = {"no value", "one value", "two values", "a list of values"};
    size_t count = json_array_size(values);
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(values, i);
        if (json_is_object(value) || json_is_array(value))
            return tarn_fail(error, TARN_E_INVALID, "'%s' takes texts, numbers, true, false or null", how->name);
    }
    bool fits = how->operands == MANY ? count > 0 : count == (size_t)how->operands;
    return fits ? TARN_OK
                : tarn_fail(error, TARN_E_INVALID, "the condition '%s' takes %s", how->name, wanted[how->operands]);
}

static tarn_status write_list(const json_t *list, const char *between, unsigned depth, tarn_buffer *out,
                              tarn_error *error);

static tarn_status write_one(const json_t *one, unsigned depth, tarn_buffer *out, tarn_error *error) {
    const json_t *any = json_object_get(one, "any");
    if (any != NULL)
        return json_array_size(any) > 0 && depth < 16
                   ? write_list(any, " OR ", depth + 1, out, error)
                   : tarn_fail(error, TARN_E_INVALID, "'any' must be a list of conditions, at most 16 deep");
    const char *column = json_string_value(json_object_get(one, "column"));
    const comparison *how = find(json_string_value(json_object_get(one, "is")));
    if (column == NULL || how == NULL)
        return tarn_fail(error, TARN_E_INVALID, "a condition needs 'column' and 'is', or 'any'");
    json_t *value = json_object_get(one, "value");
    json_t *values = json_is_array(value) ? json_incref(value) : value == NULL ? json_array() : json_pack("[O]", value);
    const json_t *fold = json_object_get(one, "ignore_case");
    tarn_status status = check_values(how, values, error);
    if (status == TARN_OK)
        status = write_comparison(how, column, values, json_is_true(fold), out, error);
    json_decref(values);
    return status;
}

static tarn_status write_list(const json_t *list, const char *between, unsigned depth, tarn_buffer *out,
                              tarn_error *error) {
    for (size_t i = 0; i < json_array_size(list); i++) {
        TARN_TRY(tarn_buffer_printf(out, error, "%s(", i > 0 ? between : "("));
        TARN_TRY(write_one(json_array_get(list, i), depth, out, error));
        TARN_TRY(tarn_buffer_printf(out, error, ")"));
    }
    return tarn_buffer_printf(out, error, ")");
}

tarn_status tarn_conditions_write(const char *where, const json_t *filter, tarn_buffer *out, tarn_error *error) {
    bool has_filter = json_array_size(filter) > 0;
    if (where == NULL && !has_filter)
        return TARN_OK;
    if (where != NULL)
        TARN_TRY(tarn_buffer_printf(out, error, "(%s\n)%s", where, has_filter ? " AND " : ""));
    if (has_filter)
        TARN_TRY(write_list(filter, " AND ", 0, out, error));
    return tarn_buffer_append(out, "", 1, error);
}
