/**
 * @file csv_value.h
 * What single cells mean: recognising kinds of values without converting them (first pass), and converting (second).
 * The two agree: a cell is of a kind exactly when the kind's conversion succeeds and could give the text back.
 */
#ifndef TARN_IO_CSV_VALUE_H
#define TARN_IO_CSV_VALUE_H

#include "io/csv_wide.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Kinds seen in a column; a set, so that the order of looking does not matter. */
typedef enum tarn_csv_kind {
    TARN_CSV_BOOL = 1,
    TARN_CSV_INT = 2,     /* exact in a double */
    TARN_CSV_BIG_INT = 4, /* fits an int64 only */
    TARN_CSV_FLOAT = 8,
    TARN_CSV_NAN = 16, /* the words nan, inf … */
    TARN_CSV_DATE = 32,
    TARN_CSV_TIMESTAMP = 64,
    TARN_CSV_ZONED = 128, /* timestamp with zone */
    TARN_CSV_TIME = 256,
    TARN_CSV_TEXT = 512,
    TARN_CSV_BLANK = 1024,    /* quoted empty cells and cells of spaces: null in typed columns */
    TARN_CSV_EXPONENT = 2048, /* 1E5: a number among numbers, but perhaps a code where all values are like it */
    TARN_CSV_LONG = 4096,     /* a fraction with more digits than a double gives back */
} tarn_csv_kind;

typedef enum tarn_csv_type {
    TARN_CSV_TYPE_TEXT,
    TARN_CSV_TYPE_BOOL,
    TARN_CSV_TYPE_INT64,
    TARN_CSV_TYPE_FLOAT64,
    TARN_CSV_TYPE_DATE,
    TARN_CSV_TYPE_TIMESTAMP,
    TARN_CSV_TYPE_TIMESTAMPTZ,
    TARN_CSV_TYPE_TIME,
    /* These are never detected, only asked for. */
    TARN_CSV_TYPE_INT8,
    TARN_CSV_TYPE_INT16,
    TARN_CSV_TYPE_INT32,
    TARN_CSV_TYPE_UINT8,
    TARN_CSV_TYPE_UINT16,
    TARN_CSV_TYPE_UINT32,
    TARN_CSV_TYPE_UINT64,
    TARN_CSV_TYPE_HUGEINT,
    TARN_CSV_TYPE_DECIMAL,
    TARN_CSV_TYPE_FLOAT32,
    TARN_CSV_TYPE_TIMESTAMP_S,
    TARN_CSV_TYPE_TIMESTAMP_MS,
    TARN_CSV_TYPE_TIMESTAMP_NS,
    TARN_CSV_TYPE_UUID,
    TARN_CSV_TYPE_BLOB,
    TARN_CSV_TYPES,
} tarn_csv_type;

/* The kind of a cell that is not empty. */
tarn_csv_kind tarn_csv_kind_of(const uint8_t *text, size_t size);

/* The narrowest type that holds all kinds of a set. */
tarn_csv_type tarn_csv_type_of_kinds(unsigned kinds);

const char *tarn_csv_type_name(tarn_csv_type type);   /* "timestamp[us, UTC]" */
const char *tarn_csv_type_format(tarn_csv_type type); /* "tsu:UTC"; of decimals without precision and scale */
size_t tarn_csv_type_width(tarn_csv_type type);       /* bytes of a value; 0 for bool, text and bytes */
/* SQL's names and others that are in use. `decimal` is set for decimals. */
bool tarn_csv_type_find(const char *name, tarn_csv_type *out, tarn_csv_decimal *decimal);

/* Conversions; false when the text is not of that type. Spaces around are cut by the caller (tarn_csv_trim).
 * They are a little wider than the kinds (007, +5, 20 digits), for types that were asked for. */
bool tarn_csv_parse_bool(const uint8_t *text, size_t size, bool *out);
bool tarn_csv_parse_int(const uint8_t *text, size_t size, int64_t *out);
bool tarn_csv_parse_double(const uint8_t *text, size_t size, double *out);
bool tarn_csv_parse_date(const uint8_t *text, size_t size, int32_t *out);
bool tarn_csv_parse_timestamp(const uint8_t *text, size_t size, bool zoned, int64_t *out); /* microseconds, UTC */
bool tarn_csv_parse_time(const uint8_t *text, size_t size, int64_t *out);

static inline void tarn_csv_trim(const uint8_t **text, size_t *size) {
    while (*size > 0 && (**text == ' ' || **text == '\t')) {
        ++*text;
        --*size;
    }
    while (*size > 0 && ((*text)[*size - 1] == ' ' || (*text)[*size - 1] == '\t'))
        --*size;
}

#endif
