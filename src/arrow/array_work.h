/**
 * @file array_work.h
 * What the operations on arrays share. Private to src/arrow.
 */
#ifndef TARN_ARROW_ARRAY_WORK_H
#define TARN_ARROW_ARRAY_WORK_H

#include "arrow/layout.h"

/** TARN_E_UNSUPPORTED: the values together pass what 32-bit offsets can say. */
tarn_status tarn_fail_too_long(tarn_error *error, const struct ArrowSchema *schema);

/** Indices 0 … length - 1, -1 where the array is null: taken from a child, they blot out what lies under null parents.
 *  Heap. */
tarn_status tarn_visible_indices(const struct ArrowArray *array, int64_t **out, tarn_error *error);

/** True when all null elements of an array with offsets are empty: no bytes, no children under them. */
bool tarn_nulls_are_empty(const tarn_shape *shape, const struct ArrowArray *array);

/** As tarn_array_validate, below `path` (NULL: at the top). `values` false checks counts and reach only. */
tarn_status tarn_validate_tree(const struct ArrowSchema *schema, const struct ArrowArray *array, const tarn_path *path,
                               int depth, bool values, tarn_error *error);

/* ---- schemas ----------------------------------------------------------------------------------------------------- */

/** Append one key or value to metadata being encoded. */
tarn_status tarn_metadata_append(tarn_buffer *encoded, const char *piece, size_t size, tarn_error *error);

/** Give a schema made here the metadata encoded in a buffer: an int32 count, then keys and values in turn. */
tarn_status tarn_metadata_replace(struct ArrowSchema *schema, const tarn_buffer *encoded, tarn_error *error);

/** Walk metadata: `*at` starts NULL; false at the end. */
bool tarn_metadata_next(const struct ArrowSchema *schema, const char **at, const char **key, size_t *key_size,
                        const char **value, size_t *value_size);
int32_t tarn_metadata_count(const struct ArrowSchema *schema);

/** Give a schema made here a dictionary, released, to be filled in by the caller. */
tarn_status tarn_schema_add_dictionary(struct ArrowSchema *schema, tarn_error *error);

/* ---- values that are told apart, for dictionaries ---- */

/**
 * A set of distinct values from several arrays of one type, numbered in the order of their first appearance. The arrays
 * must outlive it.
 */
typedef struct tarn_interner tarn_interner;

tarn_status tarn_interner_new(const struct ArrowSchema *schema, tarn_interner **out, tarn_error *error);
void tarn_interner_free(tarn_interner *interner);

/** The number of element i; null elements count as a value. */
tarn_status tarn_interner_add(tarn_interner *interner, const struct ArrowArray *array, int64_t i, int64_t *number,
                              tarn_error *error);
int64_t tarn_interner_count(const tarn_interner *interner);

/** The distinct values, in the order of their numbers. */
tarn_status tarn_interner_values(const tarn_interner *interner, struct ArrowArray *out, tarn_error *error);

/**
 * Number the values of a dictionary column through `interner`: codes[i] for each element, -1 where the index or the
 * dictionary's value is null. Each dictionary entry is looked at once, in the order of first use.
 */
tarn_status tarn_dictionary_codes(const struct ArrowSchema *schema, const struct ArrowArray *array,
                                  tarn_interner *interner, int64_t *codes, tarn_error *error);

/** Write codes as indices of `type` (an integer); -1 gives 0. TARN_E_UNSUPPORTED when one does not fit. */
tarn_status tarn_write_indices(const struct ArrowSchema *schema, const int64_t *codes, int64_t count, void *out,
                               tarn_error *error);

#endif
