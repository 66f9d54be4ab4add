/**
 * @file zones.h
 * Zone maps: what is known of a batch's values without looking at them, for the whole batch and for each stretch of
 * TARN_ZONE_ROWS rows in it: bounds, nulls, NaN, and roughly how many different values there are.
 *
 * A zone never leaves a value out, but it may be wider than the values: where single cells were edited, and where text
 * is longer than a bound can hold. Flags and counts say what is exact. Zones speak of all rows of a chunk as
 * tarn_version_read gives them, dead ones too: where tarn_chunk.live is less than tarn_chunk.rows, bounds may belong to
 * dead rows, and nulls count those that are dead. An order changes nothing: parts follow row numbers.
 *
 * Zones are those of the Arrow values in the store. Extension types that DuckDB orders otherwise than their stored
 * values (tarn.time_tz, tarn.bit) are to be left alone by whoever asks for them in DuckDB's order.
 *
 * Can be included from C++. Everything here may be used from several threads at once.
 */
#ifndef TARN_STORE_ZONES_H
#define TARN_STORE_ZONES_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ArrowArray;
struct ArrowSchema;
struct tarn_version;

#define TARN_ZONE_ROWS 2048   /* rows that one part speaks of; DuckDB's vector */
#define TARN_ZONE_PREFIX 16   /* bytes that a bound of text or bytes has at most */
#define TARN_ZONE_LONGEST 256 /* bytes of the texts that are kept whole, see tarn_zone_map.least_text */
#define TARN_ZONE_REGISTERS 256

/** How bounds are kept, by the type of the column. */
typedef enum tarn_zone_kind {
    TARN_ZONE_UNORDERED, /**< no bounds, nulls only: nested types, intervals, dictionaries, the null type */
    TARN_ZONE_INTEGER,   /**< booleans (0, 1), int8 to int64, uint8 to uint32, dates, times, timestamps, durations in
                              the column's unit */
    TARN_ZONE_WIDE,      /**< uint64 and decimal128 (its integer, without the scale), 128 bits with a sign */
    TARN_ZONE_NUMBER,    /**< float32, float64 */
    TARN_ZONE_BYTES,     /**< utf8, binary, fixed-size binary: ordered byte by byte, what is shorter first */
} tarn_zone_kind;

typedef struct tarn_zone_wide {
    uint64_t low;
    int64_t high;
} tarn_zone_wide;

typedef union tarn_zone_bound {
    int64_t integer;
    tarn_zone_wide wide;
    double number;
    uint8_t bytes[TARN_ZONE_PREFIX]; /**< as many as `least_size` or `greatest_size` says, then zeros */
} tarn_zone_bound;

/** Flags of a zone. */
enum {
    TARN_ZONE_HAS_BOUNDS = 1,     /**< there is (or, not exact: may be) a value that is not null and not NaN; without it
                                       `least` and `greatest` mean nothing */
    TARN_ZONE_HAS_NAN = 2,        /**< there is (or may be) a NaN. DuckDB holds it to be greater than all numbers */
    TARN_ZONE_EXACT_LEAST = 4,    /**< a row has the value `least`, and that is all of it */
    TARN_ZONE_EXACT_GREATEST = 8, /**< the same of `greatest` */
    TARN_ZONE_EXACT_NAN = 16,     /**< TARN_ZONE_HAS_NAN is right, be it set or not */
};

/**
 * Of some rows. Numbers: NaN is left out of the bounds; 0.0 and -0.0 are the same, and a bound that both have is 0.0
 * and not exact. Bytes: `least` is the beginning of the least value and so never greater than it. `greatest` is the
 * beginning of the greatest; where it has TARN_ZONE_PREFIX bytes and is not exact, values may go on behind it.
 */
typedef struct tarn_zone {
    tarn_zone_bound least, greatest;
    uint32_t rows;        /**< live and dead */
    uint32_t nulls;       /**< at most; exact when the same as: */
    uint32_t least_nulls; /**< at least */
    uint8_t least_size, greatest_size;
    uint8_t flags;
} tarn_zone;

/** Of a batch, or of a column in one chunk of a version. Never changed; counted. */
typedef struct tarn_zone_map {
    tarn_zone_kind kind;
    tarn_zone whole;
    const tarn_zone *parts; /**< part i: rows i * TARN_ZONE_ROWS to the next part's first, or to the end */
    size_t part_count;
    int64_t distinct;   /**< different values, nulls not counted: an estimate; -1 where none is made */
    int64_t dictionary; /**< values in the dictionary of a dictionary column; else -1 */
    uint32_t longest;   /**< bytes: of the longest value, or more */
    bool is_ascii;      /**< bytes: no byte above 0x7F; false where it is not known */
    /** Bytes: all of the least and greatest value of the whole batch, while they have at most TARN_ZONE_LONGEST bytes;
     *  else NULL. Exact, where they are there. */
    const uint8_t *least_text, *greatest_text;
    uint32_t least_text_size, greatest_text_size;
    uint32_t sampled;      /**< values that were looked at for `distinct` */
    const uint8_t *sketch; /**< TARN_ZONE_REGISTERS of them; NULL: none */
} tarn_zone_map;

void tarn_zone_map_retain(const tarn_zone_map *map);
void tarn_zone_map_release(const tarn_zone_map *map); /**< NULL is allowed */

/** The kind of a column's zones. */
tarn_zone_kind tarn_zone_kind_of(const struct ArrowSchema *type);

/** Look at all values of an array. Release with tarn_zone_map_release. */
tarn_status tarn_zone_map_of(const struct ArrowSchema *type, const struct ArrowArray *values, const tarn_zone_map **out,
                             tarn_error *error);

typedef enum tarn_zone_effort {
    TARN_ZONE_KNOWN, /**< only what is known, or stored beside the values: nothing large is read. Damage is no error
                          here: whoever reads the values is told */
    TARN_ZONE_MADE,  /**< else read the values and look at all of them; then it is known. Errors as tarn_version_read */
} tarn_zone_effort;

/**
 * The zones of a column in one chunk, patches taken into account. `*out` is NULL when nothing is known; release it with
 * tarn_zone_map_release. What was looked up before costs a lock and a look into a table.
 */
tarn_status tarn_version_zones(const struct tarn_version *version, size_t column, size_t chunk, tarn_zone_effort effort,
                               const tarn_zone_map **out, tarn_error *error);

/** All chunks of a version together. */
typedef struct tarn_zone_summary {
    tarn_zone_kind kind;
    /** Of all live rows. `least`, `greatest` and the flags as in tarn_zone; exact only where that holds for live rows.
     */
    tarn_zone_bound least, greatest;
    uint8_t least_size, greatest_size, flags;
    int64_t rows;               /**< live ones */
    int64_t nulls, least_nulls; /**< among live rows: at most, at least */
    int64_t distinct;           /**< an estimate for the column as a whole; -1: none */
    uint32_t longest;
    bool is_ascii;
    size_t unknown; /**< chunks of which nothing is known: they are not in the bounds, and all their rows may be null,
                         or none of them. Only with TARN_ZONE_KNOWN */
    /** Bytes: the least and the greatest value, heap; NULL when they are not known exactly. */
    uint8_t *least_text, *greatest_text;
    uint32_t least_text_size, greatest_text_size;
} tarn_zone_summary;

tarn_status tarn_version_zone_summary(const struct tarn_version *version, size_t column, tarn_zone_effort effort,
                                      tarn_zone_summary *out, tarn_error *error);
void tarn_zone_summary_clear(tarn_zone_summary *summary);

/* ---- asking ---- */

typedef enum tarn_zone_operator {
    TARN_ZONE_EQUAL,
    TARN_ZONE_UNEQUAL,
    TARN_ZONE_LESS,
    TARN_ZONE_AT_MOST,
    TARN_ZONE_GREATER,
    TARN_ZONE_AT_LEAST,
    TARN_ZONE_IS_NULL,
    TARN_ZONE_IS_NOT_NULL,
} tarn_zone_operator;

/** What a column is compared with, of the column's kind; for the last two operators nothing. */
typedef struct tarn_zone_value {
    int64_t integer;
    tarn_zone_wide wide;
    double number; /**< NaN is greater than all others and equal to itself */
    const uint8_t *bytes;
    size_t size;
} tarn_zone_value;

typedef enum tarn_zone_answer {
    TARN_ZONE_NO,    /**< of no row it is true */
    TARN_ZONE_MAYBE, /**< look */
    TARN_ZONE_YES,   /**< of every row it is true, and none is null (but for IS NULL) */
} tarn_zone_answer;

tarn_zone_answer tarn_zone_ask(tarn_zone_kind kind, const tarn_zone *zone, tarn_zone_operator operator_,
                               const tarn_zone_value *value);

#ifdef __cplusplus
}
#endif

#endif
