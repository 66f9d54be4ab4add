// What single cells of delimited text mean, and converting them.
#include "io/csv_value.h"

#include "base/clock.h"
#include "io/csv_number.h"

#include <string.h>
#include <strings.h>

#define MICROS INT64_C(1000000)
#define MICROS_PER_DAY (86400 * MICROS)

static bool is_word(const uint8_t *text, size_t size, const char *word) {
    return size == strlen(word) && strncasecmp((const char *)text, word, size) == 0;
}

static bool is_digit(uint8_t c) {
    return c >= '0' && c <= '9';
}

/* ---- dates and times ------------------------------------------------------------------------------------------- */

static bool two_digits(const uint8_t *p, int *out) {
    *out = (p[0] - '0') * 10 + (p[1] - '0');
    return is_digit(p[0]) && is_digit(p[1]);
}

static bool date_at(const uint8_t *p, int32_t *out) {
    static const uint8_t month_days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int century, year, month, day;
    if (p[4] != '-' || p[7] != '-')
        return false;
    if (!two_digits(p, &century) || !two_digits(p + 2, &year) || !two_digits(p + 5, &month) || !two_digits(p + 8, &day))
        return false;
    year += century * 100;
    if (year == 0 || month < 1 || month > 12 || day < 1 || day > month_days[month - 1])
        return false;
    if (month == 2 && day == 29 && (year % 4 != 0 || (year % 100 == 0 && year % 400 != 0)))
        return false;
    *out = (int32_t)tarn_days_from_civil(year, month, day);
    return true;
}

/* HH:MM[:SS[.fraction]]; digits past the sixth must be zeros. Returns the bytes taken, 0 when it is no time. */
static size_t time_at(const uint8_t *p, size_t size, bool needs_seconds, int64_t *out) {
    int hour, minute, second = 0;
    if (size < 5 || p[2] != ':' || !two_digits(p, &hour) || !two_digits(p + 3, &minute) || hour > 23 || minute > 59)
        return 0;
    size_t used = 5;
    int64_t fraction = 0;
    if (size >= 8 && p[5] == ':') {
        if (!two_digits(p + 6, &second) || second > 59)
            return 0;
        used = 8;
        if (size > 9 && p[8] == '.' && is_digit(p[9])) {
            int64_t unit = MICROS / 10;
            for (used = 9; used < size && is_digit(p[used]); used++) {
                if (unit == 0 && p[used] != '0')
                    return 0;
                fraction += (p[used] - '0') * unit;
                unit /= 10;
            }
        }
    } else if (needs_seconds) {
        return 0;
    }
    *out = ((int64_t)hour * 3600 + minute * 60 + second) * MICROS + fraction;
    return used;
}

/* Z, ±hh, ±hhmm or ±hh:mm, to the end; false when it is none. */
static bool zone_at(const uint8_t *p, size_t size, int64_t *offset) {
    int hours, minutes = 0;
    *offset = 0;
    if (size == 1)
        return *p == 'Z' || *p == 'z';
    if ((size != 3 && size != 5 && size != 6) || (*p != '+' && *p != '-') || !two_digits(p + 1, &hours))
        return false;
    if (size == 6 && p[3] != ':')
        return false;
    if (size > 3 && !two_digits(p + size - 2, &minutes))
        return false;
    if (hours > 18 || minutes > 59)
        return false;
    *offset = ((int64_t)hours * 3600 + minutes * 60) * MICROS * (*p == '-' ? -1 : 1);
    return true;
}

bool tarn_csv_parse_date(const uint8_t *text, size_t size, int32_t *out) {
    return size == 10 && date_at(text, out);
}

bool tarn_csv_parse_time(const uint8_t *text, size_t size, int64_t *out) {
    return time_at(text, size, true, out) == size && size > 0;
}

/* DATE, TIMESTAMP or ZONED, with the value in microseconds; 0 when it is none of them. */
static unsigned moment(const uint8_t *text, size_t size, int64_t *out) {
    int32_t days;
    int64_t time = 0, offset = 0;
    if (size < 10 || !date_at(text, &days))
        return 0;
    *out = days * MICROS_PER_DAY;
    if (size == 10)
        return TARN_CSV_DATE;
    if (text[10] != ' ' && text[10] != 'T' && text[10] != 't')
        return 0;
    size_t used = time_at(text + 11, size - 11, false, &time);
    if (used == 0)
        return 0;
    *out += time;
    if (11 + used == size)
        return TARN_CSV_TIMESTAMP;
    size_t rest = 11 + used;
    if (text[rest] == ' ' && size - rest > 1)
        rest++;
    if (!zone_at(text + rest, size - rest, &offset))
        return 0;
    *out -= offset;
    return TARN_CSV_ZONED;
}

bool tarn_csv_parse_timestamp(const uint8_t *text, size_t size, bool zoned, int64_t *out) {
    unsigned kind = moment(text, size, out);
    return kind == TARN_CSV_DATE || kind == TARN_CSV_TIMESTAMP || (zoned && kind == TARN_CSV_ZONED);
}

/* ---- the rest ---------------------------------------------------------------------------------------------------- */

bool tarn_csv_parse_bool(const uint8_t *text, size_t size, bool *out) {
    static const char *const words[2][5] = {{"false", "f", "no", "n", "0"}, {"true", "t", "yes", "y", "1"}};
    for (int value = 0; value < 2; value++) {
        for (size_t i = 0; i < 5; i++) {
            if (is_word(text, size, words[value][i])) {
                *out = value == 1;
                return true;
            }
        }
    }
    return false;
}

/* 1E5: digits, E, digits. */
static bool is_exponent(const uint8_t *text, size_t size) {
    size_t at = 0;
    while (at < size && is_digit(text[at]))
        at++;
    if (at == 0 || at + 1 >= size || (text[at] | 32) != 'e')
        return false;
    for (at++; at < size; at++)
        if (!is_digit(text[at]))
            return false;
    return true;
}

static tarn_csv_kind kind_of_number(const uint8_t *text, size_t size) {
    tarn_csv_kind kind = tarn_csv_number_kind(text, size);
    return kind == TARN_CSV_FLOAT && is_exponent(text, size) ? TARN_CSV_EXPONENT : kind;
}

tarn_csv_kind tarn_csv_kind_of(const uint8_t *text, size_t size) {
    int64_t value;
    uint8_t first = text[0];
    if (is_digit(first) || first == '-' || first == '.') {
        if (size >= 10 && text[4] == '-') {
            unsigned kind = moment(text, size, &value);
            if (kind != 0)
                return (tarn_csv_kind)kind;
        }
        if (size >= 8 && text[2] == ':')
            return tarn_csv_parse_time(text, size, &value) ? TARN_CSV_TIME : TARN_CSV_TEXT;
        return kind_of_number(text, size);
    }
    if ((first | 32) == 't' || (first | 32) == 'f')
        return is_word(text, size, "true") || is_word(text, size, "false") ? TARN_CSV_BOOL : TARN_CSV_TEXT;
    if ((first | 32) == 'n' || (first | 32) == 'i')
        return tarn_csv_number_kind(text, size);
    return TARN_CSV_TEXT;
}

tarn_csv_type tarn_csv_type_of_kinds(unsigned kinds) {
    const unsigned numbers = TARN_CSV_INT | TARN_CSV_FLOAT | TARN_CSV_EXPONENT;
    kinds &= ~(unsigned)TARN_CSV_BLANK;
    if (kinds == TARN_CSV_EXPONENT)
        return TARN_CSV_TYPE_TEXT;
    if (kinds == TARN_CSV_BOOL)
        return TARN_CSV_TYPE_BOOL;
    if (kinds == TARN_CSV_DATE)
        return TARN_CSV_TYPE_DATE;
    if (kinds == TARN_CSV_ZONED)
        return TARN_CSV_TYPE_TIMESTAMPTZ;
    if (kinds == TARN_CSV_TIME)
        return TARN_CSV_TYPE_TIME;
    if (kinds != 0 && (kinds & ~(unsigned)(TARN_CSV_INT | TARN_CSV_BIG_INT)) == 0)
        return TARN_CSV_TYPE_INT64;
    if ((kinds & numbers) != 0 && (kinds & ~(numbers | TARN_CSV_NAN)) == 0)
        return TARN_CSV_TYPE_FLOAT64;
    if (kinds != 0 && (kinds & ~(unsigned)(TARN_CSV_DATE | TARN_CSV_TIMESTAMP)) == 0)
        return TARN_CSV_TYPE_TIMESTAMP;
    return TARN_CSV_TYPE_TEXT;
}

static const struct {
    const char *name, *format;
    size_t width;
    const char *synonyms[6];
} types[TARN_CSV_TYPES] = {
    [TARN_CSV_TYPE_TEXT] = {"utf8", "u", 0, {"text", "varchar", "string", "str", "char", "bpchar"}},
    [TARN_CSV_TYPE_BOOL] = {"bool", "b", 0, {"boolean", "logical"}},
    [TARN_CSV_TYPE_INT64] = {"int64", "l", 8, {"bigint", "int8", "long"}},
    [TARN_CSV_TYPE_FLOAT64] = {"float64", "g", 8, {"double", "float8", "number"}},
    [TARN_CSV_TYPE_DATE] = {"date32", "tdD", 4, {"date"}},
    [TARN_CSV_TYPE_TIMESTAMP] = {"timestamp[us]", "tsu:", 8, {"timestamp", "datetime", "timestamp_us"}},
    [TARN_CSV_TYPE_TIMESTAMPTZ] = {"timestamp[us, UTC]", "tsu:UTC", 8, {"timestamptz", "timestamp with time zone"}},
    [TARN_CSV_TYPE_TIME] = {"time64[us]", "ttu", 8, {"time", "time64"}},
    [TARN_CSV_TYPE_INT8] = {"tinyint", "c", 1, {"int1"}},
    [TARN_CSV_TYPE_INT16] = {"smallint", "s", 2, {"int2", "short", "int16"}},
    [TARN_CSV_TYPE_INT32] = {"integer", "i", 4, {"int", "int4", "signed", "int32"}},
    [TARN_CSV_TYPE_UINT8] = {"utinyint", "C", 1, {"uint8"}},
    [TARN_CSV_TYPE_UINT16] = {"usmallint", "S", 2, {"uint16"}},
    [TARN_CSV_TYPE_UINT32] = {"uinteger", "I", 4, {"uint32"}},
    [TARN_CSV_TYPE_UINT64] = {"ubigint", "L", 8, {"uint64"}},
    [TARN_CSV_TYPE_HUGEINT] = {"hugeint", "d:38,0", 16, {"int128"}},
    [TARN_CSV_TYPE_DECIMAL] = {"decimal", "d", 16, {0}},
    [TARN_CSV_TYPE_FLOAT32] = {"real", "f", 4, {"float", "float4", "float32"}},
    [TARN_CSV_TYPE_TIMESTAMP_S] = {"timestamp_s", "tss:", 8, {0}},
    [TARN_CSV_TYPE_TIMESTAMP_MS] = {"timestamp_ms", "tsm:", 8, {0}},
    [TARN_CSV_TYPE_TIMESTAMP_NS] = {"timestamp_ns", "tsn:", 8, {0}},
    [TARN_CSV_TYPE_UUID] = {"uuid", "w:16", 16, {"guid"}},
    [TARN_CSV_TYPE_BLOB] = {"blob", "z", 0, {"bytea", "binary", "varbinary"}},
};

const char *tarn_csv_type_name(tarn_csv_type type) {
    return types[type].name;
}

const char *tarn_csv_type_format(tarn_csv_type type) {
    return types[type].format;
}

size_t tarn_csv_type_width(tarn_csv_type type) {
    return types[type].width;
}

bool tarn_csv_type_find(const char *name, tarn_csv_type *out, tarn_csv_decimal *decimal) {
    for (int type = 0; type < TARN_CSV_TYPES; type++) {
        bool found = strcasecmp(name, types[type].name) == 0 && type != TARN_CSV_TYPE_DECIMAL;
        for (size_t i = 0; i < 6 && types[type].synonyms[i] != NULL; i++)
            found |= strcasecmp(name, types[type].synonyms[i]) == 0;
        if (found) {
            *out = (tarn_csv_type)type;
            return true;
        }
    }
    *out = TARN_CSV_TYPE_DECIMAL;
    return tarn_csv_decimal_find(name, decimal);
}
