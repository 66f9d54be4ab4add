/**
 * @file builder.h
 * Building one column value by value, and printing one value: the slow, general way, for edits, tests and text output.
 */
#ifndef TARN_ARROW_BUILDER_H
#define TARN_ARROW_BUILDER_H

#include "arrow/array.h"

/** Builds bool, integers, floats, utf8, binary, date32, time64, timestamp, decimal128 and null columns. */
typedef struct tarn_builder tarn_builder;

/** The schema is copied. TARN_E_UNSUPPORTED for other types. */
tarn_status tarn_builder_new(const struct ArrowSchema *schema, tarn_builder **out, tarn_error *error);
void tarn_builder_free(tarn_builder *builder);

tarn_status tarn_builder_null(tarn_builder *builder, tarn_error *error);
tarn_status tarn_builder_bool(tarn_builder *builder, bool value, tarn_error *error);
/** Integers, date32, time64, timestamp; TARN_E_INVALID when it does not fit the width. */
tarn_status tarn_builder_int(tarn_builder *builder, int64_t value, tarn_error *error);
tarn_status tarn_builder_double(tarn_builder *builder, double value, tarn_error *error);
/** utf8 (validated) and binary. */
tarn_status tarn_builder_bytes(tarn_builder *builder, const void *data, size_t size, tarn_error *error);
/** The raw fixed-width value, `tarn_type_width` bytes. */
tarn_status tarn_builder_raw(tarn_builder *builder, const void *value, tarn_error *error);

/** Give the column and start anew. */
tarn_status tarn_builder_finish(tarn_builder *builder, struct ArrowArray *out, tarn_error *error);

/**
 * Append element i as text, the way DuckDB casts to VARCHAR: 1.0, 2026-01-02, 2026-01-02 03:04:05.5, true, [1, 2],
 * {'a': 1}, decimals with their scale, blobs as \xAB, timestamps with zone as 2026-01-02 03:04:05+00. Null appends
 * nothing and gives `*is_null`. Works for every type that the store keeps, dictionaries included.
 */
tarn_status tarn_array_print(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i,
                             tarn_buffer *out, bool *is_null, tarn_error *error);

/** Append element i as JSON (numbers as numbers where JSON can hold them exactly, else strings; nested values nested).
 */
tarn_status tarn_array_print_json(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i,
                                  tarn_buffer *out, tarn_error *error);

/**
 * Append element i as the text of a cell in a file or in a column of text: as tarn_array_print, but nested values are
 * JSON, {"city":"Rome","zip":"00100"}, which can be read back. Numbers in it
 * have all their digits, also those that a double cannot hold; a tuple is a list.
 */
tarn_status tarn_array_print_cell(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i,
                                  tarn_buffer *out, bool *is_null, tarn_error *error);

#endif
