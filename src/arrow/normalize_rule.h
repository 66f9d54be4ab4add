/**
 * @file normalize_rule.h
 * What normalising does to a type, the one decision that schemas and arrays share. Private to src/arrow.
 */
#ifndef TARN_ARROW_NORMALIZE_RULE_H
#define TARN_ARROW_NORMALIZE_RULE_H

#include "arrow/layout.h"

typedef enum tarn_rule {
    TARN_RULE_KEEP,
    TARN_RULE_CHILDREN,   /**< the layout stays (offsets become 32 bits wide), children are normalised */
    TARN_RULE_FIXED,      /**< value by value to another width */
    TARN_RULE_BYTES,      /**< offsets of 64 bits to 32 */
    TARN_RULE_VIEWS,      /**< views to offsets and bytes */
    TARN_RULE_LIST_VIEWS, /**< to lists */
    TARN_RULE_RUNS,       /**< runs are unfolded */
    TARN_RULE_INDICES,    /**< a dictionary of text: int32 indices, utf8 values */
    TARN_RULE_DECODE,     /**< any other dictionary: its values in their places */
    TARN_RULE_REFUSE,
} tarn_rule;

tarn_rule tarn_rule_of(const struct ArrowSchema *schema, const tarn_shape *shape);

/** TARN_RULE_FIXED: convert the array's `length` values from its offset on to what `to` says. */
tarn_status tarn_normalize_fixed(const tarn_shape *from, const struct ArrowArray *array, const tarn_shape *to,
                                 void *out, const tarn_path *path, tarn_error *error);

#endif
