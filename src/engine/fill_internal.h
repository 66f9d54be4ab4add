/**
 * @file fill_internal.h
 * What the files fill*.c share.
 */
#ifndef TARN_ENGINE_FILL_INTERNAL_H
#define TARN_ENGINE_FILL_INTERNAL_H

#include "engine/fill.h"

/** How values get from an array into a vector. */
typedef enum fill_kind {
    FILL_NULL,       /* all null */
    FILL_COPY,       /* same bytes on both sides */
    FILL_BOOL,       /* bits to bytes */
    FILL_HALF,       /* float16 to float */
    FILL_SCALE,      /* int32 or int64, times `multiply`, divided by `divide` (towards the past) */
    FILL_DECIMAL,    /* a decimal of one width to a decimal of another */
    FILL_INTERVAL,   /* month_day_nano */
    FILL_MONTHS,     /* int32 months to interval */
    FILL_DAY_TIME,   /* int32 days and int32 milliseconds to interval */
    FILL_DURATION,   /* int64 to interval: times `multiply`, divided by `divide` gives microseconds */
    FILL_UUID,       /* 16 bytes, most significant first, to DuckDB's hugeint with the sign turned */
    FILL_FIXED,      /* fixed-size binary to blob */
    FILL_TEXT,       /* utf8 and binary, 32-bit offsets */
    FILL_LARGE_TEXT, /* the same with 64-bit offsets */
    FILL_TIME_TZ,    /* text to TIME WITH TIME ZONE */
    FILL_BIT,        /* text of 0 and 1 to BIT */
    FILL_DICTIONARY, /* indexes into a dictionary, as the dictionary's type */
    FILL_ENUM,       /* indexes into a dictionary of text, as ENUM */
    FILL_LIST,       /* list, large list, map */
    FILL_ARRAY,      /* fixed-size list */
    FILL_STRUCT,
    FILL_PRINT, /* anything else, as text */
} fill_kind;

struct tarn_filler {
    const tarn_duckdb *duckdb;
    fill_kind kind;
    tarn_type type;                    /* of the array; of a dictionary's indexes */
    struct ArrowSchema schema;         /* owned copy */
    size_t source_width, target_width; /* bytes of one value */
    int64_t multiply, divide;
    duckdb_type simple;         /* when no more is to be said about the vector's type */
    int precision, scale, bits; /* decimals */
    int64_t list_size;          /* FILL_ARRAY */
    bool is_map, is_json;
    tarn_filler **children; /* lists: 1; structs: one per field; FILL_DICTIONARY: the values' */
    size_t child_count;
    char **values; /* FILL_ENUM: in the order of the enum's codes */
    size_t value_count;
    uint32_t *sorted; /* FILL_ENUM: codes in byte order of their values */
};

tarn_status tarn_fill_nested(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                             duckdb_vector vector, tarn_error *error);
tarn_status tarn_fill_text(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                           duckdb_vector vector, tarn_error *error);
tarn_status tarn_fill_dictionary(const tarn_filler *filler, const struct ArrowArray *array, const tarn_rows *rows,
                                 duckdb_vector vector, tarn_error *error);

/** The values of an ENUM: those of all dictionaries, in the order of their first appearance. */
tarn_status tarn_filler_gather_values(tarn_filler *filler, const tarn_fill_source *source, tarn_error *error);

static inline int64_t tarn_rows_source(const tarn_rows *rows, idx_t i) {
    return rows->source ? (int64_t)rows->source[i] : rows->start + (int64_t)i;
}
static inline idx_t tarn_rows_target(const tarn_rows *rows, idx_t i) {
    return rows->target ? rows->target[i] : rows->at + i;
}
static inline bool tarn_rows_is_run(const tarn_rows *rows) {
    return !rows->source && !rows->target;
}

#endif
