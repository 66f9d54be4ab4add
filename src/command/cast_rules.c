/* What a cast keeps and what it loses, pair of types by pair of types. */
#include "command/cast_rules.h"

#include "command/sqltext.h"
#include "engine/sql_type.h"

#include <stdlib.h>
#include <string.h>

/* What a text has to become. */
typedef enum target {
    TARGET_OTHER,
    TARGET_TEXT,
    TARGET_INTEGER,
    TARGET_FLOAT,
    TARGET_DECIMAL,
    TARGET_DATE,
    TARGET_TIME,
    TARGET_TIMESTAMP,
    TARGET_INSTANT, /* a timestamp with a time zone */
} target;

static target target_of(const struct ArrowSchema *type) {
    const char *format = type->format;
    if (tarn_type_is_integer(type))
        return TARGET_INTEGER;
    if (tarn_type_is_number(type))
        return format[0] == 'd' ? TARGET_DECIMAL : TARGET_FLOAT;
    if (tarn_type_is_text(type))
        return TARGET_TEXT;
    if (strncmp(format, "td", 2) == 0)
        return TARGET_DATE;
    if (strncmp(format, "tt", 2) == 0)
        return TARGET_TIME;
    if (strncmp(format, "ts", 2) == 0)
        return format[3] == ':' && format[4] != '\0' ? TARGET_INSTANT : TARGET_TIMESTAMP;
    return TARGET_OTHER;
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
    int certain = pair->to->format[0] == 'g' ? 15 : 6; /* so many digits are never lost */
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
    switch (target_of(pair->to)) {
    case TARGET_INTEGER:
        return tarn_sql_write(out, error, "regexp_full_match(%s, " WHOLE ")", x);
    case TARGET_FLOAT:
        return write_float(pair, out, error);
    case TARGET_DECIMAL:
        return tarn_sql_write(out, error,
                              "regexp_full_match(%s, " PLAIN
                              ") AND length(rtrim(regexp_extract(%s, '\\.([0-9]*)', 1), '0')) <= %d",
                              x, x, scale_of(pair->to));
    case TARGET_DATE:
        return tarn_sql_write(out, error, "regexp_full_match(%s, " DAY ")", x);
    case TARGET_TIME:
        return tarn_sql_write(out, error,
                              "regexp_full_match(%s, " OF_DAY
                              ") AND length(rtrim(regexp_extract(%s, '\\.([0-9]*)', 1), '0')) <= %d",
                              x, x, fraction_digits(pair->to));
    case TARGET_TIMESTAMP:
        return tarn_sql_write(out, error,
                              "NOT regexp_matches(%s, " ZONE
                              ") AND length(rtrim(regexp_extract(%s, ':[0-9]+\\.([0-9]*)', 1), '0')) <= %d",
                              x, x, fraction_digits(pair->to));
    case TARGET_INSTANT:
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
    switch (target_of(pair->to)) {
    case TARGET_FLOAT: /* so few digits are never lost */
        return tarn_sql_write(out, error, "length(%s) <= %d AND " IS_PLAIN, x, pair->to->format[0] == 'g' ? 15 : 6, x,
                              x, x);
    case TARGET_DECIMAL:
        return tarn_sql_write(out, error, "(NOT contains(%s, '.') OR length(%s) - instr(%s, '.') <= %d) AND " IS_PLAIN,
                              x, x, x, scale_of(pair->to), x, x, x);
    default: /* it is what the new value is written as */
        return tarn_sql_write(out, error, "CAST(TRY_CAST(%s AS %s) AS VARCHAR) = %s", x, pair->type, x);
    }
}

static tarn_status write_text_exact(const tarn_cast_pair *pair, tarn_buffer *out, tarn_error *error) {
    target to = target_of(pair->to);
    if (to == TARGET_OTHER || to == TARGET_TEXT || to == TARGET_INSTANT)
        return write_rule(pair, out, error);
    TARN_TRY(tarn_sql_write(out, error, "CASE WHEN "));
    TARN_TRY(write_quick(pair, out, error));
    TARN_TRY(tarn_sql_write(out, error, " THEN true ELSE "));
    TARN_TRY(write_rule(pair, out, error));
    return tarn_sql_write(out, error, " END");
}

/* ---- all pairs --------------------------------------------------------------------------------------------------- */

static bool is_from_text(const tarn_cast_pair *pair) {
    return target_of(pair->from) == TARGET_TEXT;
}

tarn_status tarn_cast_write_value(const tarn_cast_pair *pair, tarn_buffer *out, tarn_error *error) {
    if (!is_from_text(pair) || target_of(pair->to) != TARGET_TIMESTAMP)
        return tarn_sql_write(out, error, "TRY_CAST(%s AS %s)", pair->given, pair->type);
    return tarn_sql_write(out, error,
                          "CASE WHEN regexp_matches(%s, " ZONE ") THEN TRY_CAST(TRY_CAST(%s AS TIMESTAMPTZ) AS %s) "
                          "ELSE TRY_CAST(%s AS %s) END",
                          pair->given, pair->given, pair->type, pair->given, pair->type);
}

tarn_status tarn_cast_write_exact(const tarn_cast_pair *pair, tarn_buffer *out, tarn_error *error) {
    tarn_buffer type = {0};
    tarn_status status = TARN_OK;
    if (target_of(pair->to) == TARGET_TEXT)
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
    target to = target_of(pair->to);
    bool is_number = to == TARGET_INTEGER || to == TARGET_FLOAT || to == TARGET_DECIMAL;
    if (!is_from_text(pair) || !is_number)
        return tarn_sql_write(out, error, "false");
    /* Without a 0 at the beginning and an e there is nothing to look at more closely. */
    return tarn_sql_write(out, error,
                          "CASE WHEN prefix(%s, '0') OR contains(%s, 'e') OR contains(%s, 'E') "
                          "THEN regexp_full_match(%s, '0+[0-9]+|[0-9]+[eE][0-9]+') ELSE false END",
                          pair->given, pair->given, pair->given, pair->given);
}

tarn_status tarn_cast_write_zoned(const tarn_cast_pair *pair, tarn_buffer *out, tarn_error *error) {
    if (!is_from_text(pair) || target_of(pair->to) != TARGET_TIMESTAMP)
        return tarn_sql_write(out, error, "false");
    return tarn_sql_write(out, error, "regexp_matches(%s, " ZONE ")", pair->given);
}
