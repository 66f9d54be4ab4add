/**
 * @file layout.h
 * What a format string says, taken apart once; and where in a nested schema something went wrong.
 * Private to src/arrow.
 */
#ifndef TARN_ARROW_LAYOUT_H
#define TARN_ARROW_LAYOUT_H

#include "arrow/array.h"

/** How the values of a type lie in memory. */
typedef enum tarn_layout {
    TARN_LAYOUT_NULL,
    TARN_LAYOUT_BITS,
    TARN_LAYOUT_FIXED,
    TARN_LAYOUT_BYTES, /**< offsets and bytes */
    TARN_LAYOUT_VIEW,
    TARN_LAYOUT_LIST, /**< maps too: a list of structs of two */
    TARN_LAYOUT_FIXED_LIST,
    TARN_LAYOUT_LIST_VIEW,
    TARN_LAYOUT_STRUCT,
    TARN_LAYOUT_UNION,
    TARN_LAYOUT_RUN_END,
} tarn_layout;

typedef struct tarn_shape {
    tarn_type type;
    tarn_layout layout;
    bool wide;           /**< offsets of 64 bits, not of 32 */
    size_t width;        /**< bytes of one fixed-width value */
    int64_t list_size;   /**< elements of one fixed-size list */
    int32_t precision;   /**< of decimals */
    int32_t scale;       /**< of decimals */
    char unit;           /**< 's', 'm', 'u' or 'n' of times */
    const char *details; /**< zone of a timestamp, type ids of a union; points into the format string */
} tarn_shape;

#define TARN_MAX_DEPTH 64 /**< levels of nesting that are accepted */

/** Take a format string apart. */
tarn_status tarn_shape_of(const char *format, tarn_shape *out, tarn_error *error);

/** Buffers that an array of this layout has in the C data interface; for views the least number. */
int64_t tarn_layout_buffers(const tarn_shape *shape);

/** Children that the layout prescribes, -1 when any number is fine. */
int64_t tarn_layout_children(const tarn_shape *shape);

static inline bool tarn_layout_has_validity(tarn_layout layout) {
    return layout != TARN_LAYOUT_NULL && layout != TARN_LAYOUT_UNION && layout != TARN_LAYOUT_RUN_END;
}

static inline bool tarn_type_is_text(tarn_type type) {
    return type == TARN_TYPE_UTF8 || type == TARN_TYPE_LARGE_UTF8 || type == TARN_TYPE_UTF8_VIEW;
}

static inline bool tarn_type_is_float(tarn_type type) {
    return type == TARN_TYPE_FLOAT16 || type == TARN_TYPE_FLOAT32 || type == TARN_TYPE_FLOAT64;
}

static inline bool tarn_type_is_decimal(tarn_type type) {
    return type == TARN_TYPE_DECIMAL32 || type == TARN_TYPE_DECIMAL64 || type == TARN_TYPE_DECIMAL128 ||
           type == TARN_TYPE_DECIMAL256;
}

/** True for types whose hash, equality, take … are defined: all but views, list views, unions and run ends. */
static inline bool tarn_layout_is_plain(tarn_layout layout) {
    return layout != TARN_LAYOUT_VIEW && layout != TARN_LAYOUT_LIST_VIEW && layout != TARN_LAYOUT_UNION &&
           layout != TARN_LAYOUT_RUN_END;
}

/** Offset i of an offsets buffer of either width. */
static inline int64_t tarn_offset_at(const void *offsets, bool wide, int64_t i) {
    return wide ? ((const int64_t *)offsets)[i] : ((const int32_t *)offsets)[i];
}

/** The value of a dictionary index of any integer type, at physical position i. Unsigned 64-bit ones may come out
 *  negative, which no valid index is. */
int64_t tarn_index_at(tarn_type type, const void *indices, int64_t i);

/** The place of a field below a top-level column, for messages. Lives on the stack of the recursion. */
typedef struct tarn_path {
    const struct tarn_path *parent;
    const char *name;
} tarn_path;

/** As tarn_fail, with "column 'a.b': " in front when `path` is not NULL. */
tarn_status tarn_fail_at(tarn_error *error, tarn_status code, const tarn_path *path, const char *format, ...)
    TARN_PRINTF(4, 5);

/** TARN_E_UNSUPPORTED for a type that has to be normalised first. */
tarn_status tarn_fail_not_plain(tarn_error *error, const struct ArrowSchema *schema);

#endif
