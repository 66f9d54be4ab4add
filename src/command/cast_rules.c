/* What a cast keeps and what it loses, pair of types by pair of types. */
#include "command/cast_rules.h"

#include "command/sqltext.h"
#include "engine/sql_type.h"

#include <stdlib.h>
#include <string.h>

tarn_cast_target tarn_cast_target_of(const struct ArrowSchema *type) {
    const char *format = type->format;
    if (tarn_type_is_integer(type))
        return TARN_CAST_INTEGER;
    if (tarn_type_is_number(type))
        return format[0] == 'd' ? TARN_CAST_DECIMAL : TARN_CAST_FLOAT;
    if (tarn_type_is_text(type))
        return TARN_CAST_TEXT;
    if (strncmp(format, "td", 2) == 0)
        return TARN_CAST_DATE;
    if (strncmp(format, "tt", 2) == 0)
        return TARN_CAST_TIME;
    if (strncmp(format, "ts", 2) == 0)
        return format[3] == ':' && format[4] != '\0' ? TARN_CAST_INSTANT : TARN_CAST_TIMESTAMP;
    return TARN_CAST_OTHER;
}

/* Digits of a second's fraction that a type of times keeps. */
static int fraction_digits(const struct ArrowSchema *type) {
    switch (type->format[2]) {
    case 's':
        return 0;
    case 'm':
        return 3;
    case 'n':
        return 9;
    default:
        return 6;
    }
}

static int scale_of(const struct ArrowSchema *type) {
    const char *comma = strchr(type->format, ',');
    return comma == NULL ? 0 : (int)strtol(comma + 1, NULL, 10);
}

int tarn_cast_fraction_of(const struct ArrowSchema *type) {
    switch (tarn_cast_target_of(type)) {
    case TARN_CAST_DECIMAL:
        return scale_of(type);
    case TARN_CAST_TIME:
    case TARN_CAST_TIMESTAMP:
    case TARN_CAST_INSTANT:
        return fraction_digits(type);
    default:
        return 0;
    }
}

int tarn_cast_certain_digits(const struct ArrowSchema *type) {
    return type->format[0] == 'g' ? 15 : 6;
}

/* ---- from text --------------------------------------------------------------------------------------------------- */

/* A letter or sign behind the minutes is a time zone. */
#define ZONE "':[0-9.:, ]*[-+A-Za-z]'"
#define WHOLE "'[+-]?[0-9]+(\\.0*)?'"
#define PLAIN "'[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)'"
#define SCIENTIFIC "'[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)[eE][+-]?[0-9]+'"
#define NO_NUMBER "'(?i)[+-]?(inf|infinity|nan)'"
#define DAY "'(?i)[+-]?[0-9]+[-/ \\\\][0-9]+[-/ \\\\][0-9]+( \\(BC\\))?([T ]+0?0:00(:00(\\.0*)?)?)?|-?infinity|epoch'"

#define OF_DAY "'[0-9]+:[0-9]+(:[0-9]+(\\.[0-9]*)?)?'"

/* The digits that a number is made of, without zeros at either end. */
#define DIGITS(text) "trim(regexp_replace(regexp_replace(" text ", '[eE].*', ''), '[^0-9]', '', 'g'), '0')"

static tarn_status write_float(const tarn_cast_pair *pair, tarn_buffer *out, tarn_error *error) {
    const char *x = pair->given, *type = pair->type;
    int certain = tarn_cast_certain_digits(pair->to);
    return tarn_sql_write(out, error,
                          "CASE WHEN length(%s) <= %d AND regexp_full_match(%s, " PLAIN ") THEN true "
                          "WHEN regexp_full_match(%s, " NO_NUMBER ") THEN true "
                          "WHEN NOT regexp_full_match(%s, " PLAIN ") AND NOT regexp_full_match(%s, " SCIENTIFIC
                          ") THEN false "
                          "ELSE isfinite(TRY_CAST(%s AS %s)) AND (" DIGITS("%s") " = " DIGITS(
                              "CAST(TRY_CAST(%s AS %s) AS VARCHAR)") " OR coalesce(TRY_CAST(%s AS HUGEINT) = "
                                                                     "TRY_CAST(TRY_CAST(%s AS %s) AS HUGEINT) AND "
                                                                     "regexp_full_match(%s, " WHOLE "), false)) END",
                          x, certain, x, x, x, x, x, type, x, x, type, x, x, type, x);
}

static tarn_status write_rule(const tarn_cast_pair *pair, tarn_buffer *out, tarn_error *error) {
    const char *x = pair->given;
    switch (tarn_cast_target_of(pair->to)) {
    case TARN_CAST_INTEGER:
        return tarn_sql_write(out, error, "regexp_full_match(%s, " WHOLE ")", x);
    case TARN_CAST_FLOAT:
        return write_float(pair, out, error);
    case TARN_CAST_DECIMAL:
        return tarn_sql_write(out, error,
                              "regexp_full_match(%s, " PLAIN
                              ") AND length(rtrim(regexp_extract(%s, '\\.([0-9]*)', 1), '0')) <= %d",
                              x, x, scale_of(pair->to));
    case TARN_CAST_DATE:
        return tarn_sql_write(out, error, "regexp_full_match(%s, " DAY ")", x);
    case TARN_CAST_TIME:
        return tarn_sql_write(out, error,
                              "regexp_full_match(%s, " OF_DAY
                              ") AND length(rtrim(regexp_extract(%s, '\\.([0-9]*)', 1), '0')) <= %d",
                              x, x, fraction_digits(pair->to));
    case TARN_CAST_TIMESTAMP:
        return tarn_sql_write(out, error,
                              "NOT regexp_matches(%s, " ZONE
                              ") AND length(rtrim(regexp_extract(%s, ':[0-9]+\\.([0-9]*)', 1), '0')) <= %d",
                              x, x, fraction_digits(pair->to));
    case TARN_CAST_INSTANT:
        return tarn_sql_write(out, error, "length(rtrim(regexp_extract(%s, ':[0-9]+\\.([0-9]*)', 1), '0')) <= %d", x,
                              fraction_digits(pair->to));
    default:
        return tarn_sql_write(out, error, "true");
    }
}

/* A number in digits alone, with a point or not. What else DuckDB reads is looked at more closely. */
#define IS_PLAIN "NOT contains(%s, 'e') AND NOT contains(%s, 'E') AND NOT contains(%s, '_')"

/* A condition that is quickly tried and true of most texts that lose nothing. */
static tarn_status write_quick(const tarn_cast_pair *pair, tarn_buffer *out, tarn_error *error) {
    const char *x = pair->given;
    switch (tarn_cast_target_of(pair->to)) {
    case TARN_CAST_FLOAT: /* so few digits are never lost, nor are those that the new value is written with */
        return tarn_sql_write(out, error,
                              "length(%s) <= %d AND " IS_PLAIN " OR CAST(TRY_CAST(%s AS %s) AS VARCHAR) = %s", x,
                              tarn_cast_certain_digits(pair->to), x, x, x, x, pair->type, x);
    case TARN_CAST_DECIMAL:
        return tarn_sql_write(out, error, "(NOT contains(%s, '.') OR length(%s) - instr(%s, '.') <= %d) AND " IS_PLAIN,
                              x, x, x, scale_of(pair->to), x, x, x);
    default: /* it is what the new value is written as */
        return tarn_sql_write(out, error, "CAST(TRY_CAST(%s AS %s) AS VARCHAR) = %s", x, pair->type, x);
    }
}

static tarn_status write_text_exact(const tarn_cast_pair *pair, tarn_buffer *out, tarn_error *error) {
    tarn_cast_target to = tarn_cast_target_of(pair->to);
    if (to == TARN_CAST_OTHER || to == TARN_CAST_TEXT || to == TARN_CAST_INSTANT)
        return write_rule(pair, out, error);
    TARN_TRY(tarn_sql_write(out, error, "CASE WHEN "));
    TARN_TRY(write_quick(pair, out, error));
    TARN_TRY(tarn_sql_write(out, error, " THEN true ELSE "));
    TARN_TRY(write_rule(pair, out, error));
    return tarn_sql_write(out, error, " END");
}

/* ---- all pairs --------------------------------------------------------------------------------------------------- */

static bool is_from_text(const tarn_cast_pair *pair) {
    return tarn_cast_target_of(pair->from) == TARN_CAST_TEXT;
}

tarn_status tarn_cast_write_value(const tarn_cast_pair *pair, tarn_buffer *out, tarn_error *error) {
    if (!is_from_text(pair) || tarn_cast_target_of(pair->to) != TARN_CAST_TIMESTAMP)
        return tarn_sql_write(out, error, "TRY_CAST(%s AS %s)", pair->given, pair->type);
    return tarn_sql_write(out, error,
                          "CASE WHEN regexp_matches(%s, " ZONE ") THEN TRY_CAST(TRY_CAST(%s AS TIMESTAMPTZ) AS %s) "
                          "ELSE TRY_CAST(%s AS %s) END",
                          pair->given, pair->given, pair->type, pair->given, pair->type);
}

tarn_status tarn_cast_write_exact(const tarn_cast_pair *pair, tarn_buffer *out, tarn_error *error) {
    tarn_buffer type = {0};
    tarn_status status = TARN_OK;
    if (tarn_cast_target_of(pair->to) == TARN_CAST_TEXT)
        return tarn_sql_write(out, error, "true");
    if (is_from_text(pair))
        return write_text_exact(pair, out, error);
    TARN_CHECK(tarn_sql_type(pair->from, &type, error));
    TARN_CHECK(tarn_buffer_append(&type, "", 1, error));
    TARN_CHECK(tarn_sql_write(out, error, "TRY_CAST(TRY_CAST(%s AS %s) AS %s) IS NOT DISTINCT FROM %s", pair->given,
                              pair->type, (const char *)type.data, pair->given));
cleanup:
    tarn_buffer_free(&type);
    return status;
}

tarn_status tarn_cast_write_codelike(const tarn_cast_pair *pair, tarn_buffer *out, tarn_error *error) {
    tarn_cast_target to = tarn_cast_target_of(pair->to);
    bool is_number = to == TARN_CAST_INTEGER || to == TARN_CAST_FLOAT || to == TARN_CAST_DECIMAL;
    if (!is_from_text(pair) || !is_number)
        return tarn_sql_write(out, error, "false");
    /* Without a 0 at the beginning and an e there is nothing to look at more closely. */
    return tarn_sql_write(out, error,
                          "CASE WHEN prefix(%s, '0') OR contains(%s, 'e') OR contains(%s, 'E') "
                          "THEN regexp_full_match(%s, '0+[0-9]+|[0-9]+[eE][0-9]+') ELSE false END",
                          pair->given, pair->given, pair->given, pair->given);
}

tarn_status tarn_cast_write_zoned(const tarn_cast_pair *pair, tarn_buffer *out, tarn_error *error) {
    if (!is_from_text(pair) || tarn_cast_target_of(pair->to) != TARN_CAST_TIMESTAMP)
        return tarn_sql_write(out, error, "false");
    return tarn_sql_write(out, error, "regexp_matches(%s, " ZONE ")", pair->given);
}
