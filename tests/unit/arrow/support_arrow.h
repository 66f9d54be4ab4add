/**
 * @file support_arrow.h
 * Schemas from short descriptions and arrays of random values, for the tests of src/arrow.
 */
#ifndef TARN_TESTS_SUPPORT_ARROW_H
#define TARN_TESTS_SUPPORT_ARROW_H

#include "arrow/array.h"

/* cmocka wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/** Fails the test with the error's message. */
void must(tarn_status status, const tarn_error *error);

/** Fails the test unless `status` is `wanted` and the message contains `text`. */
void must_fail(tarn_status status, tarn_status wanted, const tarn_error *error, const char *text);

/**
 * A schema from a format string with children in angle brackets: "i", "+l<u>", "+s<i;+w:2<b>>", "+m<+s<u;l>>". "~c<u>"
 * is a dictionary of utf8 with int8 indices. Children of structs are called a, b, c …
 */
void make_schema(const char *description, struct ArrowSchema *out);

/** The descriptions of all types that can be worked on, and of those that can only be read. NULL at the end. */
extern const char *const plain_types[];
extern const char *const other_types[];

typedef struct random_source {
    uint64_t state;
} random_source;
uint64_t random_number(random_source *random);
int64_t random_below(random_source *random, int64_t limit);

/** Values with an offset, nulls of any kind and garbage under them. */
void random_array(random_source *random, const struct ArrowSchema *schema, int64_t length, struct ArrowArray *out);

/** Fails the test unless element i of a prints as element j of b. */
void assert_same_text(const struct ArrowSchema *schema, const struct ArrowArray *a, int64_t i,
                      const struct ArrowArray *b, int64_t j);

/** The same for elements of arrays of different types. */
void assert_same_text_across(const struct ArrowSchema *schema_a, const struct ArrowArray *a, int64_t i,
                             const struct ArrowSchema *schema_b, const struct ArrowArray *b, int64_t j);

/** Fails the test unless element i prints as `text`; NULL is null. */
void assert_text(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i, const char *text);

/** A column of text; NULL is null. */
void make_texts(const char *const *texts, int64_t count, struct ArrowSchema *schema, struct ArrowArray *out);

/** A column of integers of a format, none null. */
void make_integers(const char *format, const int64_t *values, int64_t count, struct ArrowSchema *schema,
                   struct ArrowArray *out);

/** A dictionary column of text: int32 indices into `values`; an index of -1 is null. */
void make_dictionary(const int32_t *indices, int64_t count, const char *const *values, int64_t value_count,
                     struct ArrowSchema *schema, struct ArrowArray *out);

/** Wrap one column into a table: a struct of one child called "c". Takes both over. */
void make_table(struct ArrowSchema *schema, struct ArrowArray *array, struct ArrowSchema *table_schema,
                struct ArrowArray *table);

#endif
