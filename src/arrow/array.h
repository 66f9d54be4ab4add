/**
 * @file array.h
 * Helpers for the Arrow C data interface: making, copying, comparing, hashing and checking schemas and arrays.
 *
 * A schema or array that is "released" has release == NULL. Functions that fill an `out` structure make it independent:
 * its owner calls out->release. Nothing here is shared between threads unless said; arrays may be read by many threads.
 */
#ifndef TARN_ARROW_ARRAY_H
#define TARN_ARROW_ARRAY_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"
#include "tarn/arrow.h"

/** The layout behind a format string. Sizes, units and time zones stay in the format string. */
typedef enum tarn_type {
    TARN_TYPE_NULL,
    TARN_TYPE_BOOL,
    TARN_TYPE_INT8,
    TARN_TYPE_INT16,
    TARN_TYPE_INT32,
    TARN_TYPE_INT64,
    TARN_TYPE_UINT8,
    TARN_TYPE_UINT16,
    TARN_TYPE_UINT32,
    TARN_TYPE_UINT64,
    TARN_TYPE_FLOAT16,
    TARN_TYPE_FLOAT32,
    TARN_TYPE_FLOAT64,
    TARN_TYPE_DECIMAL32,
    TARN_TYPE_DECIMAL64,
    TARN_TYPE_DECIMAL128,
    TARN_TYPE_DECIMAL256,
    TARN_TYPE_UTF8,
    TARN_TYPE_LARGE_UTF8,
    TARN_TYPE_BINARY,
    TARN_TYPE_LARGE_BINARY,
    TARN_TYPE_FIXED_BINARY,
    TARN_TYPE_UTF8_VIEW,
    TARN_TYPE_BINARY_VIEW,
    TARN_TYPE_DATE32,
    TARN_TYPE_DATE64,
    TARN_TYPE_TIME32,
    TARN_TYPE_TIME64,
    TARN_TYPE_TIMESTAMP,
    TARN_TYPE_DURATION,
    TARN_TYPE_INTERVAL_MONTHS,
    TARN_TYPE_INTERVAL_DAY_TIME,
    TARN_TYPE_INTERVAL_MONTH_DAY_NANO,
    TARN_TYPE_LIST,
    TARN_TYPE_LARGE_LIST,
    TARN_TYPE_FIXED_LIST,
    TARN_TYPE_LIST_VIEW,
    TARN_TYPE_LARGE_LIST_VIEW,
    TARN_TYPE_STRUCT,
    TARN_TYPE_MAP,
    TARN_TYPE_SPARSE_UNION,
    TARN_TYPE_DENSE_UNION,
    TARN_TYPE_RUN_END,
} tarn_type;

/** Parse a format string ("i", "d:10,2", "w:16", "+w:3" …). A dictionary column has the type of its indices here. */
tarn_status tarn_type_of(const char *format, tarn_type *out, tarn_error *error);

/** Bytes of one value of a fixed-width type (16 for decimal128 …); 0 for bits, variable-width and nested types. */
size_t tarn_type_width(tarn_type type, const char *format);

/** A type as people write it: "int64", "decimal128(10,2)", "timestamp[us, UTC]", "list<utf8>", "dictionary<utf8>".
 * Heap. */
char *tarn_schema_type_name(const struct ArrowSchema *schema);

/* ---- schemas ---- */

/** A schema without children; flags = nullable; name and format are copied. */
tarn_status tarn_schema_make(struct ArrowSchema *out, const char *format, const char *name, tarn_error *error);

/** A struct schema ("+s") with `count` released children, to be filled in by the caller (for lists: format "+l", 1). */
tarn_status tarn_schema_make_nested(struct ArrowSchema *out, const char *format, const char *name, int64_t count,
                                    tarn_error *error);

/** Deep copy; `name` replaces the top-level name unless NULL. */
tarn_status tarn_schema_copy(const struct ArrowSchema *schema, const char *name, struct ArrowSchema *out,
                             tarn_error *error);

/** Same type: format, flags that matter (dictionary order), children with their names, dictionary, extension metadata.
 *  Top-level name and nullability are not compared. */
bool tarn_schema_same_type(const struct ArrowSchema *a, const struct ArrowSchema *b);

/** Value of a key in the schema's metadata, not NUL-terminated; false when absent. Points into the schema. */
bool tarn_schema_metadata_get(const struct ArrowSchema *schema, const char *key, const char **value, size_t *size);

/** Add or replace a key. */
tarn_status tarn_schema_metadata_set(struct ArrowSchema *schema, const char *key, const char *value, tarn_error *error);

void tarn_schema_release(struct ArrowSchema *schema); /**< fine on NULL and on released ones */

/* ---- arrays ---- */

void tarn_array_release(struct ArrowArray *array); /**< fine on NULL and on released ones */

/**
 * An array that owns `n_buffers` buffers from tarn_aligned_alloc (taken over, freed on release) and takes over
 * `n_children` children (moved out of `children`). Buffers may be NULL. Validity is buffer 0, as in Arrow.
 */
tarn_status tarn_array_make(struct ArrowArray *out, int64_t length, int64_t null_count, void **buffers,
                            int64_t n_buffers, struct ArrowArray *children, int64_t n_children, tarn_error *error);

/** Share an array: `out` refers to the same memory, which lives until all who share have released. Makes `array`
 *  reference-counted in place on first use; thread-safe afterwards. `offset` and `length` cut out a slice. */
tarn_status tarn_array_share(struct ArrowArray *array, int64_t offset, int64_t length, struct ArrowArray *out,
                             tarn_error *error);

/** `count` elements from `start` on, for reading only: it owns nothing, must not be released and dies with `array`. */
struct ArrowArray tarn_array_window(const struct ArrowArray *array, int64_t start, int64_t count);

/**
 * Check an array that came from outside against its schema: counts of buffers and children, lengths, offsets in order
 * and within reach, valid UTF-8 in text, union and dictionary indices in range, at most 64 levels. Sizes of top-level
 * buffers are not known in the C data interface and are trusted; the IPC reader checks those itself.
 */
tarn_status tarn_array_validate(const struct ArrowSchema *schema, const struct ArrowArray *array, tarn_error *error);

/**
 * Where the `count` elements from `start` on lie: `visit` is called for each stretch of memory before anything in it is
 * looked at, and texts and offsets are checked as tarn_array_validate does. False when `visit` was, when something is
 * wrong with the elements, or when the type has children or a dictionary.
 */
typedef bool (*tarn_memory_visitor)(void *context, const void *from, size_t size);
bool tarn_array_visit_memory(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t start,
                             int64_t count, tarn_memory_visitor visit, void *context);

static inline bool tarn_bit_get(const uint8_t *bits, int64_t i) {
    return bits[i >> 3] >> (i & 7) & 1;
}
static inline void tarn_bit_set(uint8_t *bits, int64_t i) {
    bits[i >> 3] |= (uint8_t)(1u << (i & 7));
}
static inline void tarn_bit_clear(uint8_t *bits, int64_t i) {
    bits[i >> 3] &= (uint8_t) ~(1u << (i & 7));
}

/** Ones among `count` bits from bit `offset` on. */
int64_t tarn_bits_count(const uint8_t *bits, int64_t offset, int64_t count);

/** True when element i (offset not added yet) is null, by validity bitmap only (null type: always). */
bool tarn_array_is_null(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i);

/**
 * XXH3-128 of the logical values: equal for equal columns whatever their offsets, garbage under nulls, padding,
 * presence of an all-valid bitmap, or dictionary order. The type takes part, names of top-level fields do not.
 * docs/format.md gives the byte stream that is hashed.
 */
tarn_status tarn_array_hash(const struct ArrowSchema *schema, const struct ArrowArray *array, tarn_hash128 *out,
                            tarn_error *error);

/** Same logical values (types must be the same). Floats bit for bit, except that every NaN equals every NaN. */
bool tarn_array_equal(const struct ArrowSchema *schema, const struct ArrowArray *a, const struct ArrowArray *b);

/** Element i of a equals element j of b; null equals null only. */
bool tarn_array_element_equal(const struct ArrowSchema *schema, const struct ArrowArray *a, int64_t i,
                              const struct ArrowArray *b, int64_t j);

/**
 * Where two arrays of one type and length differ, element by element in place: the kernel of change detection and of
 * diff. Elements are the same where tarn_array_element_equal says so (null unlike empty, NaN like NaN, 0.0 unlike
 * -0.0), but blocks of 64 are compared in bulk, so that equal stretches cost about as much as reading them.
 *
 * `live` NULL, or a bitmap from bit 0 on: other elements are not looked at and count as the same. `differing` NULL, or
 * room for (length + 7) / 8 bytes: bit i tells whether element i differs, unused bits of the last byte are zero.
 * Returns how many differ. Allocates nothing and cannot fail; types that have to be normalised first (views, unions …)
 * differ everywhere.
 */
int64_t tarn_array_differ(const struct ArrowSchema *schema, const struct ArrowArray *a, const struct ArrowArray *b,
                          const uint8_t *live, uint8_t *differing);

/** New array with the elements at `indices` (each within range; -1 gives null), in that order. Any type. */
tarn_status tarn_array_take(const struct ArrowSchema *schema, const struct ArrowArray *array, const int64_t *indices,
                            int64_t count, struct ArrowArray *out, tarn_error *error);

/** One array after the other in fresh memory. At least one; all of `schema`'s type. Dictionaries are unified. */
tarn_status tarn_array_concat(const struct ArrowSchema *schema, const struct ArrowArray *const *arrays, size_t count,
                              struct ArrowArray *out, tarn_error *error);

/** A dictionary column of one element: `value`, an array of one that is not null, becomes its dictionary (moved). */
tarn_status tarn_array_encode_one(const struct ArrowSchema *schema, struct ArrowArray *value, struct ArrowArray *out,
                                  tarn_error *error);

/** `length` nulls of a type. */
tarn_status tarn_array_nulls(const struct ArrowSchema *schema, int64_t length, struct ArrowArray *out,
                             tarn_error *error);

/** Bytes that the values take (validity, offsets, data, children), as the 64 MB cap of a chunk counts them. */
int64_t tarn_array_bytes(const struct ArrowSchema *schema, const struct ArrowArray *array);

#endif
