/* What operations on arrays promise, for every type and arrays of all shapes: random ones, with offsets, nulls and
 * garbage under them. Printed values are what results are compared by. */
#include "arrow/array_node.h"
#include "arrow/builder.h"
#include "arrow/ipc.h"
#include "arrow/normalize.h"
#include "support_arrow.h"

#include <stdlib.h>
#include <string.h>

#define ROUNDS 12

typedef void (*array_check)(random_source *random, const struct ArrowSchema *schema, struct ArrowArray *array);

static void for_each(const char *const *types, array_check check) {
    random_source random = {20260102};
    for (; *types != NULL; types++) {
        struct ArrowSchema schema;
        make_schema(*types, &schema);
        for (int round = 0; round < ROUNDS; round++) {
            tarn_error error = {0};
            struct ArrowArray array;
            random_array(&random, &schema, random_below(&random, round < 4 ? 8 : 150), &array);
            must(tarn_array_validate(&schema, &array, &error), &error);
            check(&random, &schema, &array);
            tarn_array_release(&array);
        }
        tarn_schema_release(&schema);
    }
}

static tarn_hash128 hash_of(const struct ArrowSchema *schema, const struct ArrowArray *array) {
    tarn_error error = {0};
    tarn_hash128 hash;
    must(tarn_array_hash(schema, array, &hash, &error), &error);
    return hash;
}

static void assert_equal_arrays(const struct ArrowSchema *schema, const struct ArrowArray *a,
                                const struct ArrowArray *b) {
    if (!tarn_array_equal(schema, a, b))
        fail_msg("%s: arrays differ", schema->format);
    if (!tarn_hash128_equal(hash_of(schema, a), hash_of(schema, b)))
        fail_msg("%s: hashes differ", schema->format);
    assert_int_equal(a->length, b->length);
    for (int64_t i = 0; i < a->length; i++) {
        assert_same_text(schema, a, i, b, i);
        assert_true(tarn_array_element_equal(schema, a, i, b, i));
    }
}

static void check_take(random_source *random, const struct ArrowSchema *schema, struct ArrowArray *array) {
    tarn_error error = {0};
    struct ArrowArray taken;
    int64_t indices[40];
    for (int i = 0; i < 40; i++)
        indices[i] = random_below(random, 5) == 0 ? -1 : random_below(random, array->length);
    for (int i = 0; array->length == 0 && i < 40; i++)
        indices[i] = -1;
    must(tarn_array_take(schema, array, indices, 40, &taken, &error), &error);
    must(tarn_array_validate(schema, &taken, &error), &error);
    for (int i = 0; i < 40; i++) {
        if (indices[i] < 0)
            assert_true(tarn_array_is_null(schema, &taken, i));
        else
            assert_same_text(schema, array, indices[i], &taken, i);
    }
    tarn_array_release(&taken);
}

/* So few elements that a dictionary does not come along whole. */
static void check_take_few(random_source *random, const struct ArrowSchema *schema, struct ArrowArray *array) {
    tarn_error error = {0};
    struct ArrowArray taken;
    if (array->length == 0)
        return;
    int64_t index = random_below(random, array->length);
    must(tarn_array_take(schema, array, &index, 1, &taken, &error), &error);
    must(tarn_array_validate(schema, &taken, &error), &error);
    assert_same_text(schema, array, index, &taken, 0);
    tarn_array_release(&taken);
}

static void test_take_few(void **state) {
    (void)state;
    for_each(plain_types, check_take_few);
}

static void test_take(void **state) {
    (void)state;
    for_each(plain_types, check_take);
}

/* Taking all elements leaves nothing of the garbage and of the offsets. */
static void check_identity(random_source *random, const struct ArrowSchema *schema, struct ArrowArray *array) {
    (void)random;
    tarn_error error = {0};
    struct ArrowArray taken;
    int64_t *all = calloc((size_t)array->length + 1, sizeof *all);
    for (int64_t i = 0; i < array->length; i++)
        all[i] = i;
    must(tarn_array_take(schema, array, all, array->length, &taken, &error), &error);
    assert_equal_arrays(schema, array, &taken);
    free(all);
    tarn_array_release(&taken);
}

static void test_garbage_does_not_count(void **state) {
    (void)state;
    for_each(plain_types, check_identity);
}

static void check_concat(random_source *random, const struct ArrowSchema *schema, struct ArrowArray *array) {
    tarn_error error = {0};
    struct ArrowArray parts[3], joined;
    int64_t first = random_below(random, array->length + 1);
    int64_t second = first + random_below(random, array->length - first + 1);
    must(tarn_array_share(array, 0, first, &parts[0], &error), &error);
    must(tarn_array_share(array, first, second - first, &parts[1], &error), &error);
    must(tarn_array_share(array, second, array->length - second, &parts[2], &error), &error);
    const struct ArrowArray *pointers[] = {&parts[0], &parts[1], &parts[2]};
    must(tarn_array_concat(schema, pointers, 3, &joined, &error), &error);
    must(tarn_array_validate(schema, &joined, &error), &error);
    assert_equal_arrays(schema, array, &joined);
    for (int i = 0; i < 3; i++)
        tarn_array_release(&parts[i]);
    tarn_array_release(&joined);
}

static void test_concat_of_shares(void **state) {
    (void)state;
    for_each(plain_types, check_concat);
}

/* Arrays with other dictionaries, other offsets and other bitmaps. */
static void check_concat_others(random_source *random, const struct ArrowSchema *schema, struct ArrowArray *array) {
    tarn_error error = {0};
    struct ArrowArray other, joined;
    random_array(random, schema, 10, &other);
    const struct ArrowArray *pointers[] = {array, &other, array};
    must(tarn_array_concat(schema, pointers, 3, &joined, &error), &error);
    must(tarn_array_validate(schema, &joined, &error), &error);
    assert_int_equal(joined.length, 2 * array->length + 10);
    for (int64_t i = 0; i < joined.length; i++) {
        if (i < array->length)
            assert_same_text(schema, &joined, i, array, i);
        else if (i < array->length + 10)
            assert_same_text(schema, &joined, i, &other, i - array->length);
        else
            assert_same_text(schema, &joined, i, array, i - array->length - 10);
    }
    tarn_array_release(&other);
    tarn_array_release(&joined);
}

static void test_concat_of_different_arrays(void **state) {
    (void)state;
    for_each(plain_types, check_concat_others);
}

/* Equality and hashes against texts. NaNs print alike and are equal; -0.0 prints its sign. */
static void check_equal(random_source *random, const struct ArrowSchema *schema, struct ArrowArray *array) {
    tarn_error error = {0};
    for (int64_t round = 0; array->length > 0 && round < 30; round++) {
        int64_t i = random_below(random, array->length), j = random_below(random, array->length);
        tarn_buffer a = {0}, b = {0};
        bool null_a, null_b;
        must(tarn_array_print(schema, array, i, &a, &null_a, &error), &error);
        must(tarn_array_print(schema, array, j, &b, &null_b, &error), &error);
        bool same = null_a == null_b && a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
        struct ArrowArray one = tarn_array_window(array, i, 1), other = tarn_array_window(array, j, 1);
        bool equal = tarn_array_element_equal(schema, array, i, array, j);
        assert_int_equal(tarn_array_equal(schema, &one, &other), equal);
        assert_int_equal(tarn_hash128_equal(hash_of(schema, &one), hash_of(schema, &other)), equal);
        if (equal && !same)
            fail_msg("%s: equal values print differently", schema->format);
        tarn_buffer_free(&a);
        tarn_buffer_free(&b);
    }
}

static void test_equality_and_hash_agree(void **state) {
    (void)state;
    for_each(plain_types, check_equal);
}

static void check_nulls(random_source *random, const struct ArrowSchema *schema, struct ArrowArray *array) {
    (void)random;
    tarn_error error = {0};
    struct ArrowArray nulls;
    must(tarn_array_nulls(schema, array->length, &nulls, &error), &error);
    must(tarn_array_validate(schema, &nulls, &error), &error);
    for (int64_t i = 0; i < nulls.length; i++)
        assert_true(tarn_array_is_null(schema, &nulls, i));
    assert_true(tarn_array_bytes(schema, &nulls) >= 0);
    assert_true(tarn_array_bytes(schema, array) >= 0);
    tarn_array_release(&nulls);
    assert_int_equal(tarn_array_nulls(schema, -1, &nulls, &error), TARN_E_INVALID);
}

static void test_nulls(void **state) {
    (void)state;
    for_each(plain_types, check_nulls);
}

static void check_share(random_source *random, const struct ArrowSchema *schema, struct ArrowArray *array) {
    tarn_error error = {0};
    struct ArrowArray shared, again, original = *array;
    must(tarn_array_share(array, 0, array->length, &shared, &error), &error);
    array->release(array); /* the memory lives on in the share */
    int64_t start = random_below(random, shared.length + 1);
    must(tarn_array_share(&shared, start, shared.length - start, &again, &error), &error);
    for (int64_t i = 0; i < again.length; i++)
        assert_same_text(schema, &shared, start + i, &again, i);
    tarn_array_release(&again);
    must_fail(tarn_array_share(&shared, 1, shared.length, &again, &error), TARN_E_INVALID, &error, "cannot cut");
    assert_int_equal(original.length, shared.length);
    *array = shared;
}

static void test_share(void **state) {
    (void)state;
    for_each(plain_types, check_share);
}

/* ---- writing and reading ----------------------------------------------------------------------------------------- */

static void check_round_trip(random_source *random, const struct ArrowSchema *schema, struct ArrowArray *array) {
    tarn_error error = {0};
    for (int codec = TARN_CODEC_NONE; codec <= TARN_CODEC_ZSTD; codec++) {
        tarn_ipc_write_options options = {.codec = (tarn_codec)codec};
        tarn_buffer data = {0};
        struct ArrowSchema schema_again;
        struct ArrowArray array_again;
        if (schema->dictionary != NULL && schema->dictionary->dictionary != NULL)
            continue; /* dictionaries of dictionaries are not in the format */
        must(tarn_buffer_resize(&data, 64 * (size_t)random_below(random, 2), &error), &error);
        size_t start = data.size;
        must(tarn_ipc_encode_column(schema, array, &options, &data, &error), &error);
        assert_int_equal(data.size % 64, 0);
        must(tarn_ipc_decode_column(data.data + start, data.size - start, NULL, NULL, &schema_again, &array_again,
                                    &error),
             &error);
        assert_true(tarn_schema_same_type(schema, &schema_again));
        assert_string_equal(schema->name, schema_again.name);
        assert_equal_arrays(schema, array, &array_again);
        tarn_schema_release(&schema_again);
        tarn_array_release(&array_again);
        tarn_buffer_free(&data);
    }
}

static void test_round_trip(void **state) {
    (void)state;
    for_each(plain_types, check_round_trip);
}

/* ---- normalising ------------------------------------------------------------------------------------------------- */

/* Whether some part is of a type that cannot be printed before it is normalised. */
static bool is_plain(const struct ArrowSchema *schema) {
    if (schema->format[0] == 'v' || schema->format[1] == 'v' || schema->format[1] == 'r')
        return false;
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (!is_plain(schema->children[i]))
            return false;
    }
    return schema->dictionary == NULL || is_plain(schema->dictionary);
}

static void check_normalize(random_source *random, const struct ArrowSchema *schema, struct ArrowArray *array) {
    (void)random;
    tarn_error error = {0};
    struct ArrowSchema to;
    struct ArrowArray normal;
    tarn_status status = tarn_schema_normalize(schema, &to, &error);
    if (status == TARN_E_UNSUPPORTED) {
        assert_non_null(strstr(error.message, "decimal256"));
        return;
    }
    must(status, &error);
    assert_true(tarn_schema_is_normal(&to));
    assert_string_equal(to.name, schema->name);
    status = tarn_array_normalize(schema, array, &normal, &error);
    if (status == TARN_OK) {
        must(tarn_array_validate(&to, &normal, &error), &error);
        assert_int_equal(normal.length, array->length);
        hash_of(&to, &normal);
        for (int64_t i = 0; is_plain(schema) && i < normal.length; i++)
            assert_same_text_across(schema, array, i, &to, &normal, i);
        tarn_array_release(&normal);
    } else {
        must_fail(status, TARN_E_UNSUPPORTED, &error, "date64"); /* random days are far away */
    }
    tarn_schema_release(&to);
}

static void test_normalize(void **state) {
    (void)state;
    for_each(plain_types, check_normalize);
    for_each(other_types, check_normalize);
}

static void check_refusal(random_source *random, const struct ArrowSchema *schema, struct ArrowArray *array) {
    (void)random;
    tarn_error error = {0};
    struct ArrowArray out;
    tarn_hash128 hash;
    tarn_buffer data = {0};
    int64_t index = 0;
    const struct ArrowArray *arrays[] = {array};
    if (strcmp(schema->format, "+s") == 0 || strcmp(schema->format, "+l") == 0 || schema->dictionary != NULL)
        return; /* the part inside that is refused may be empty */
    must_fail(tarn_array_hash(schema, array, &hash, &error), TARN_E_UNSUPPORTED, &error, "normalised");
    must_fail(tarn_array_take(schema, array, &index, 1, &out, &error), TARN_E_UNSUPPORTED, &error, "normalised");
    must_fail(tarn_array_concat(schema, arrays, 1, &out, &error), TARN_E_UNSUPPORTED, &error, "normalised");
    must_fail(tarn_array_nulls(schema, 1, &out, &error), TARN_E_UNSUPPORTED, &error, "normalised");
    must_fail(tarn_ipc_encode_column(schema, array, NULL, &data, &error), TARN_E_UNSUPPORTED, &error, "column 'c'");
    assert_int_equal(data.size, 0);
    assert_false(tarn_array_equal(schema, array, array) && array->length > 0);
    tarn_buffer_free(&data);
}

static void test_other_types_are_refused(void **state) {
    (void)state;
    for_each(other_types, check_refusal);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_take),
        cmocka_unit_test(test_take_few),
        cmocka_unit_test(test_garbage_does_not_count),
        cmocka_unit_test(test_concat_of_shares),
        cmocka_unit_test(test_concat_of_different_arrays),
        cmocka_unit_test(test_equality_and_hash_agree),
        cmocka_unit_test(test_nulls),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_normalize),
        cmocka_unit_test(test_other_types_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
