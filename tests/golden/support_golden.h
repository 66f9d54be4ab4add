/**
 * @file support_golden.h
 * The Arrow project's golden files: JSON that says what a file holds, compared with what was read.
 */
#ifndef TARN_TESTS_SUPPORT_GOLDEN_H
#define TARN_TESTS_SUPPORT_GOLDEN_H

#include "arrow/array.h"

#include <jansson.h>

/** Unpack and parse `path` (.json.gz). Fails the test when it cannot. */
json_t *golden_load(const char *path);

/** The name of the first column that contains a union, NULL when none does. */
const char *golden_union_column(const json_t *document);

/** Fails the test unless the schema is the document's. */
void golden_compare_schema(const json_t *document, const struct ArrowSchema *schema);

/** Fails the test unless the batch is the document's batch number `index`. */
void golden_compare_batch(const json_t *document, size_t index, const struct ArrowSchema *schema,
                          const struct ArrowArray *batch);

#endif
