/**
 * @file collect_internal.h
 * What the files collect*.c share.
 */
#ifndef TARN_ENGINE_COLLECT_INTERNAL_H
#define TARN_ENGINE_COLLECT_INTERNAL_H

#include "engine/collect.h"

typedef enum collect_kind {
    COLLECT_COPY, /* same bytes on both sides */
    COLLECT_BOOL,
    COLLECT_TEXT,
    COLLECT_DECIMAL,  /* a narrower integer to decimal128 */
    COLLECT_HUGEINT,  /* to decimal128(38, 0), checked */
    COLLECT_UHUGEINT, /* the same, unsigned */
    COLLECT_UUID,
    COLLECT_INTERVAL,
    COLLECT_TIME_TZ, /* as text */
    COLLECT_BIT,     /* as text */
    COLLECT_ENUM,
    COLLECT_LIST, /* MAP too */
    COLLECT_ARRAY,
    COLLECT_STRUCT,
} collect_kind;

/* One column, or a child of one: its type, and its values so far. */
typedef struct tarn_gathered {
    const tarn_duckdb *duckdb;
    collect_kind kind;
    const char *column; /* of the result, for messages; owned by the collector's schema */
    size_t source_width, target_width;
    int64_t list_size;
    struct tarn_gathered *children;
    size_t child_count;
    struct ArrowArray *dictionary; /* COLLECT_ENUM: the values, shared by all batches. Heap */

    int64_t length, null_count;
    tarn_buffer validity; /* empty until the first null */
    tarn_buffer values;   /* or offsets, of text and lists */
    tarn_buffer bytes;    /* of text */
} tarn_gathered;

/** Make `out` and `schema` (released by the caller also after a failure) for a type. `name`: the field's. */
tarn_status tarn_gathered_make(tarn_gathered *out, const tarn_duckdb *duckdb, duckdb_logical_type type,
                               const char *column, const char *name, struct ArrowSchema *schema, tarn_error *error);
void tarn_gathered_clear(tarn_gathered *gathered);

/** Append `count` entries of a vector from `from` on. */
tarn_status tarn_gathered_add(tarn_gathered *gathered, duckdb_vector vector, idx_t from, idx_t count,
                              tarn_error *error);
tarn_status tarn_gathered_add_text(tarn_gathered *gathered, duckdb_vector vector, idx_t from, idx_t count,
                                   tarn_error *error);
size_t tarn_gathered_bytes(const tarn_gathered *gathered);
tarn_status tarn_gathered_take(tarn_gathered *gathered, struct ArrowArray *out, tarn_error *error);

static inline bool tarn_entry_is_valid(const uint64_t *validity, idx_t i) {
    return !validity || (validity[i / 64] >> (i % 64) & 1);
}

#endif
