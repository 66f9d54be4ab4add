/* Where arrays differ, against the comparison of single elements: for every type, with offsets, nulls, garbage. */
#include "arrow/array_node.h"
#include "arrow/builder.h"
#include "support_arrow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST 300
#define BITMAP ((LONGEST + 7) / 8)

static void random_bits(random_source *random, uint8_t *bits) {
    for (size_t i = 0; i < BITMAP; i++)
        bits[i] = (uint8_t)random_number(random);
}

static void check_against_elements(const struct ArrowSchema *schema, const struct ArrowArray *a,
                                   const struct ArrowArray *b, const uint8_t *live) {
    uint8_t found[BITMAP], wanted[BITMAP] = {0};
    int64_t count = 0;
    assert_int_equal(a->length, b->length);
    memset(found, 0xAA, sizeof found);
    for (int64_t i = 0; i < a->length; i++) {
        if ((live == NULL || tarn_bit_get(live, i)) && !tarn_array_element_equal(schema, a, i, b, i)) {
            tarn_bit_set(wanted, i);
            count++;
        }
    }
    if (tarn_array_differ(schema, a, b, live, found) != count)
        fail_msg("%s: another number of elements differs", schema->format);
    if (memcmp(found, wanted, (size_t)(a->length + 7) / 8) != 0)
        fail_msg("%s: other elements differ", schema->format);
    assert_int_equal(tarn_array_differ(schema, a, b, live, NULL), count);
}

static void check_masks(random_source *random, const struct ArrowSchema *schema, const struct ArrowArray *a,
                        const struct ArrowArray *b) {
    uint8_t live[BITMAP];
    check_against_elements(schema, a, b, NULL);
    check_against_elements(schema, b, a, NULL);
    random_bits(random, live);
    check_against_elements(schema, a, b, live);
    memset(live, 0, 8 < sizeof live ? 8 : sizeof live); /* a whole block that nobody wants */
    check_against_elements(schema, a, b, live);
}

/* The array with one element in `one_in` replaced by another or by null. */
static void change(random_source *random, const struct ArrowSchema *schema, const struct ArrowArray *array,
                   int64_t one_in, struct ArrowArray *out) {
    tarn_error error = {0};
    int64_t indices[LONGEST];
    for (int64_t i = 0; i < array->length; i++)
        indices[i] = random_below(random, one_in) != 0 ? i : random_below(random, array->length + 1) - 1;
    must(tarn_array_take(schema, array, indices, array->length, out, &error), &error);
}

static void check_type(random_source *random, const struct ArrowSchema *schema) {
    static const int64_t shares[] = {1, 2, 10, 200, INT64_MAX};
    for (int round = 0; round < 20; round++) {
        struct ArrowArray array, other;
        int64_t length = round < 3 ? round : random_below(random, LONGEST);
        random_array(random, schema, length, &array);
        check_masks(random, schema, &array, &array);
        for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
            change(random, schema, &array, shares[i], &other);
            check_masks(random, schema, &array, &other);
            int64_t from = random_below(random, length + 1);
            struct ArrowArray part = tarn_array_window(&array, from, length - from);
            struct ArrowArray other_part = tarn_array_window(&other, from, length - from);
            check_masks(random, schema, &part, &other_part);
            tarn_array_release(&other);
        }
        random_array(random, schema, length, &other);
        check_masks(random, schema, &array, &other);
        tarn_array_release(&other);
        tarn_array_release(&array);
    }
}

static void test_all_types(void **state) {
    (void)state;
    random_source random = {20260103};
    for (const char *const *type = plain_types; *type != NULL; type++) {
        struct ArrowSchema schema;
        make_schema(*type, &schema);
        check_type(&random, &schema);
        tarn_schema_release(&schema);
    }
}

static void make_floats(const double *values, int64_t count, struct ArrowArray *out) {
    tarn_error error = {0};
    double *copy = tarn_aligned_alloc((size_t)count * sizeof *copy);
    memcpy(copy, values, (size_t)count * sizeof *copy);
    void *buffers[2] = {NULL, copy};
    must(tarn_array_make(out, count, 0, buffers, 2, NULL, 0, &error), &error);
}

static void test_nans_are_equal_and_zeros_are_not(void **state) {
    (void)state;
    tarn_error error = {0};
    struct ArrowSchema schema;
    struct ArrowArray a, b;
    uint8_t differing;
    must(tarn_schema_make(&schema, "g", "x", &error), &error);
    make_floats((const double[]){(double)NAN, 0.0, 1.0, (double)NAN}, 4, &a);
    make_floats((const double[]){-(double)NAN, -0.0, 1.0, 2.0}, 4, &b);
    assert_int_equal(tarn_array_differ(&schema, &a, &b, NULL, &differing), 2);
    assert_int_equal(differing, 0xA);
    tarn_array_release(&a);
    tarn_array_release(&b);
    tarn_schema_release(&schema);
}

static void test_null_is_not_empty(void **state) {
    (void)state;
    struct ArrowSchema schema, schema_again;
    struct ArrowArray a, b;
    uint8_t differing;
    make_texts((const char *const[]){NULL, "", "same", "one longer than sixteen bytes", "short", NULL}, 6, &schema, &a);
    make_texts((const char *const[]){"", "", "same", "one longer than sixteen BYTES", "shirt", NULL}, 6, &schema_again,
               &b);
    assert_int_equal(tarn_array_differ(&schema, &a, &b, NULL, &differing), 3);
    assert_int_equal(differing, 0x19);
    tarn_array_release(&a);
    tarn_array_release(&b);
    tarn_schema_release(&schema);
    tarn_schema_release(&schema_again);
}

/* Two dictionaries with the same values in different places. */
static void test_dictionaries_are_looked_through(void **state) {
    (void)state;
    struct ArrowSchema schema, schema_again;
    struct ArrowArray a, b;
    uint8_t differing;
    make_dictionary((const int32_t[]){0, 1, 0, -1, 1, 0}, 6, (const char *const[]){"x", "y"}, 2, &schema, &a);
    make_dictionary((const int32_t[]){1, 0, 1, -1, 1, 2}, 6, (const char *const[]){"y", "x", "z"}, 3, &schema_again,
                    &b);
    assert_int_equal(tarn_array_differ(&schema, &a, &b, NULL, &differing), 2);
    assert_int_equal(differing, 0x30);
    tarn_array_release(&a);
    tarn_array_release(&b);
    tarn_schema_release(&schema);
    tarn_schema_release(&schema_again);
}

/* Types that have to be normalised first are equal to nothing, wherever they stand in a nested type. */
static void test_other_types_differ(void **state) {
    (void)state;
    random_source random = {7};
    struct ArrowSchema schema;
    struct ArrowArray array;
    for (const char *const *type = other_types; *type != NULL; type++) {
        make_schema(*type, &schema);
        random_array(&random, &schema, 100, &array);
        check_masks(&random, &schema, &array, &array);
        tarn_array_release(&array);
        tarn_schema_release(&schema);
    }
    make_schema("vu", &schema);
    random_array(&random, &schema, 100, &array);
    assert_int_equal(tarn_array_differ(&schema, &array, &array, NULL, NULL), 100);
    tarn_array_release(&array);
    tarn_schema_release(&schema);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_types),          cmocka_unit_test(test_nans_are_equal_and_zeros_are_not),
        cmocka_unit_test(test_null_is_not_empty),  cmocka_unit_test(test_dictionaries_are_looked_through),
        cmocka_unit_test(test_other_types_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
