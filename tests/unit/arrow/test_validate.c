/* What validation finds, and hashes that everything agrees on. */
#include "arrow/array_node.h"
#include "arrow/builder.h"
#include "arrow/ipc.h"
#include "arrow/layout.h"
#include "arrow/normalize.h"
#include "support_arrow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An array over memory of the test's own, which nothing releases. */
typedef struct still {
    struct ArrowSchema schema;
    struct ArrowArray array;
    const void *buffers[6];
    struct ArrowArray *children[2];
} still;

static void release_nothing(struct ArrowArray *array) {
    array->release = NULL;
}

static void make_still(still *s, const char *type, int64_t length, int64_t null_count, int64_t n_buffers,
                       const void *first, const void *second, const void *third) {
    *s = (still){0};
    make_schema(type, &s->schema);
    s->buffers[0] = first;
    s->buffers[1] = second;
    s->buffers[2] = third;
    s->array = (struct ArrowArray){.length = length,
                                   .null_count = null_count,
                                   .n_buffers = n_buffers,
                                   .buffers = s->buffers,
                                   .children = s->children,
                                   .release = release_nothing};
}

static void add_child(still *s, still *child) {
    s->children[s->array.n_children++] = &child->array;
}

static void assert_invalid(still *s, const char *text) {
    tarn_error error = {0};
    must_fail(tarn_array_validate(&s->schema, &s->array, &error), TARN_E_FORMAT, &error, text);
    assert_non_null(strstr(error.message, "column 'c"));
    tarn_schema_release(&s->schema);
}

static void assert_valid(still *s) {
    tarn_error error = {0};
    must(tarn_array_validate(&s->schema, &s->array, &error), &error);
    tarn_schema_release(&s->schema);
}

static const int32_t numbers[] = {0, 1, 2, 3, 4};
static const uint8_t bits[] = {0x05, 0xFF};

static void test_counts(void **state) {
    (void)state;
    still s;
    make_still(&s, "i", -1, 0, 2, NULL, numbers, NULL);
    assert_invalid(&s, "length and offset");
    make_still(&s, "i", 3, 4, 2, bits, numbers, NULL);
    assert_invalid(&s, "more nulls");
    make_still(&s, "i", 3, 0, 1, NULL, NULL, NULL);
    assert_invalid(&s, "buffers are missing");
    make_still(&s, "i", 3, 1, 2, NULL, numbers, NULL);
    assert_invalid(&s, "no validity bitmap");
    make_still(&s, "i", 3, 0, 2, NULL, NULL, NULL);
    assert_invalid(&s, "values are missing");
    make_still(&s, "b", 3, 0, 2, NULL, NULL, NULL);
    assert_invalid(&s, "values are missing");
    make_still(&s, "i", 3, 0, 2, NULL, numbers, NULL);
    add_child(&s, &s);
    assert_invalid(&s, "number of children");
    make_still(&s, "~i<u>", 3, 0, 2, NULL, numbers, NULL);
    assert_invalid(&s, "dictionary is in the schema");
    make_still(&s, "+l<i;i>", 0, 0, 2, NULL, numbers, NULL);
    assert_invalid(&s, "wrong number of children");
    make_still(&s, "w:0", 3, 0, 2, NULL, NULL, NULL);
    assert_valid(&s);
    make_still(&s, "i", 3, 1, 2, bits, numbers, NULL);
    assert_valid(&s);
}

static void test_texts(void **state) {
    (void)state;
    still s;
    make_still(&s, "u", 2, 0, 3, NULL, NULL, "abc");
    assert_invalid(&s, "offsets are missing");
    make_still(&s, "u", 2, 0, 3, NULL, (int32_t[]){0, 2, 1}, "abc");
    assert_invalid(&s, "rising order");
    make_still(&s, "u", 2, 0, 3, NULL, (int32_t[]){-1, 0, 1}, "abc");
    assert_invalid(&s, "out of range");
    make_still(&s, "U", 2, 0, 3, NULL, (int64_t[]){0, 2, 1}, "abc");
    assert_invalid(&s, "rising order");
    make_still(&s, "u", 2, 0, 3, NULL, (int32_t[]){0, 1, 2}, NULL);
    assert_invalid(&s, "bytes of the values are missing");
    make_still(&s, "u", 2, 0, 3, NULL, (int32_t[]){0, 1, 2}, "a\xFF");
    assert_invalid(&s, "text in row 1 is not valid UTF-8");
    make_still(&s, "u", 2, 0, 3, NULL, (int32_t[]){0, 1, 2}, "ü"); /* cut in the middle of a character */
    assert_invalid(&s, "text in row 0 is not valid UTF-8");
    make_still(&s, "u", 3, 2, 3, bits, (int32_t[]){0, 1, 2, 3},
               "a\xFF"
               "b"); /* under a null */
    assert_valid(&s);
    make_still(&s, "z", 2, 0, 3, NULL, (int32_t[]){0, 1, 2}, "\xFF\xFF");
    assert_valid(&s);
}

static void test_nested(void **state) {
    (void)state;
    still s, child, keys, values;
    make_still(&child, "i", 3, 0, 2, NULL, numbers, NULL);
    make_still(&s, "+l<i>", 2, 0, 2, NULL, (int32_t[]){0, 2, 4}, NULL);
    add_child(&s, &child);
    assert_invalid(&s, "reaches outside");
    make_still(&s, "+w:2<i>", 2, 0, 1, NULL, NULL, NULL);
    add_child(&s, &child);
    assert_invalid(&s, "too few elements");
    make_still(&s, "+s<i>", 4, 0, 1, NULL, NULL, NULL);
    add_child(&s, &child);
    assert_invalid(&s, "shorter than its struct");
    make_still(&s, "+l<u>", 1, 0, 2, NULL, (int32_t[]){0, 1}, NULL);
    make_still(&values, "u", 1, 0, 3, NULL, (int32_t[]){0, 1}, "\xFF");
    add_child(&s, &values);
    assert_invalid(&s, "column 'c.a': the text");
    make_still(&s, "+vl<i>", 1, 0, 3, NULL, (int32_t[]){2}, (int32_t[]){2});
    add_child(&s, &child);
    assert_invalid(&s, "reaches outside");
    make_still(&s, "+vl<i>", 1, 0, 3, NULL, NULL, NULL);
    add_child(&s, &child);
    assert_invalid(&s, "offsets or sizes");
    make_still(&s, "+m<i>", 0, 0, 2, NULL, numbers, NULL);
    add_child(&s, &child);
    assert_invalid(&s, "entries have to be structs");
    make_still(&s, "+m<+s<i;u>>", 1, 0, 2, NULL, (int32_t[]){0, 1}, NULL);
    still entries;
    make_still(&entries, "+s<i;u>", 1, 0, 1, NULL, NULL, NULL);
    make_still(&keys, "i", 1, 1, 2, (uint8_t[]){0}, numbers, NULL);
    add_child(&entries, &keys);
    add_child(&entries, &values);
    s.array.children = s.children;
    add_child(&s, &entries);
    values.buffers[2] = "k";
    assert_invalid(&s, "null entries or keys");
    tarn_schema_release(&entries.schema);
    tarn_schema_release(&keys.schema);
    tarn_schema_release(&values.schema);
    tarn_schema_release(&child.schema);
}

static void test_views(void **state) {
    (void)state;
    still s;
    static const int64_t sizes[] = {20};
    int32_t view[4] = {-1, 0, 0, 0};
    make_still(&s, "vu", 1, 0, 4, NULL, view, "01234567890123456789");
    s.buffers[3] = sizes;
    tarn_error error = {0};
    must_fail(tarn_array_validate(&s.schema, &s.array, &error), TARN_E_FORMAT, &error, "negative length");
    view[0] = 15;
    memcpy(&view[1], "0123", 4);
    must(tarn_array_validate(&s.schema, &s.array, &error), &error);
    view[3] = 6;
    must_fail(tarn_array_validate(&s.schema, &s.array, &error), TARN_E_FORMAT, &error, "outside its buffers");
    view[3] = 1;
    must_fail(tarn_array_validate(&s.schema, &s.array, &error), TARN_E_FORMAT, &error, "prefix differs");
    view[2] = 1;
    must_fail(tarn_array_validate(&s.schema, &s.array, &error), TARN_E_FORMAT, &error, "outside its buffers");
    view[0] = 2;
    memcpy(&view[1], "\xFF\xFF", 2);
    must_fail(tarn_array_validate(&s.schema, &s.array, &error), TARN_E_FORMAT, &error, "UTF-8");
    s.buffers[1] = NULL;
    assert_invalid(&s, "views are missing");
}

static void test_unions_and_runs(void **state) {
    (void)state;
    still s, a, b;
    make_still(&a, "i", 3, 0, 2, NULL, numbers, NULL);
    make_still(&b, "i", 2, 0, 2, NULL, numbers, NULL);
    make_still(&s, "+us:5,7<i;i>", 3, 0, 1, (int8_t[]){5, 7, 5}, NULL, NULL);
    add_child(&s, &a);
    add_child(&s, &a);
    assert_valid(&s);
    make_still(&s, "+us:5,7<i;i>", 3, 0, 1, (int8_t[]){5, 7, 6}, NULL, NULL);
    add_child(&s, &a);
    add_child(&s, &a);
    assert_invalid(&s, "unknown type id");
    make_still(&s, "+ud:5,7<i;i>", 3, 0, 2, (int8_t[]){5, 7, 7}, (int32_t[]){0, 0, 2}, NULL);
    add_child(&s, &a);
    add_child(&s, &b);
    assert_invalid(&s, "outside its children");
    make_still(&s, "+ud:5,7<i;i>", 3, 0, 2, NULL, NULL, NULL);
    add_child(&s, &a);
    add_child(&s, &b);
    assert_invalid(&s, "missing");
    tarn_schema_release(&b.schema);
    make_still(&b, "i", 2, 0, 2, NULL, (int32_t[]){2, 5}, NULL);
    make_still(&s, "+r<i;i>", 5, 0, 0, NULL, NULL, NULL);
    add_child(&s, &b);
    add_child(&s, &a);
    assert_valid(&s);
    make_still(&s, "+r<i;i>", 6, 0, 0, NULL, NULL, NULL);
    add_child(&s, &b);
    add_child(&s, &a);
    assert_invalid(&s, "end before the array");
    make_still(&s, "+r<i;i>", 1, 0, 0, NULL, NULL, NULL);
    add_child(&s, &a);
    add_child(&s, &a);
    assert_invalid(&s, "rising order");
    make_still(&s, "+r<i;i>", 1, 0, 0, NULL, NULL, NULL);
    add_child(&s, &a);
    add_child(&s, &b);
    assert_invalid(&s, "do not fit together");
    make_still(&s, "+r<f;i>", 1, 0, 0, NULL, NULL, NULL);
    add_child(&s, &a);
    add_child(&s, &a);
    assert_invalid(&s, "int16, int32 or int64");
    tarn_schema_release(&a.schema);
    tarn_schema_release(&b.schema);
}

static void test_dictionaries(void **state) {
    (void)state;
    still s, values;
    make_still(&values, "u", 2, 0, 3, NULL, (int32_t[]){0, 1, 2}, "ab");
    make_still(&s, "~i<u>", 3, 0, 2, NULL, numbers, NULL);
    s.array.dictionary = &values.array;
    assert_invalid(&s, "index is out of range");
    make_still(&s, "~c<u>", 1, 0, 2, NULL, (int8_t[]){-1}, NULL);
    s.array.dictionary = &values.array;
    assert_invalid(&s, "index is out of range");
    make_still(&s, "~f<u>", 1, 0, 2, NULL, numbers, NULL);
    s.array.dictionary = &values.array;
    assert_invalid(&s, "have to be integers");
    make_still(&s, "~i<u>", 3, 1, 2, (uint8_t[]){3}, numbers, NULL);
    s.array.dictionary = &values.array;
    assert_valid(&s);
    tarn_schema_release(&values.schema);
}

static void test_depth(void **state) {
    (void)state;
    tarn_error error = {0};
    struct ArrowSchema *schemas = calloc(70, sizeof *schemas), **schema_pointers = calloc(70, sizeof *schema_pointers);
    struct ArrowArray *arrays = calloc(70, sizeof *arrays), **array_pointers = calloc(70, sizeof *array_pointers);
    static const void *buffers[] = {NULL, numbers};
    for (int i = 0; i < 70; i++) {
        schema_pointers[i] = &schemas[i];
        array_pointers[i] = &arrays[i];
        schemas[i] = (struct ArrowSchema){.format = i == 69 ? "i" : "+s",
                                          .name = "x",
                                          .n_children = i < 69,
                                          .children = &schema_pointers[i + 1],
                                          .release = tarn_schema_release};
        arrays[i] = (struct ArrowArray){.n_buffers = 2,
                                        .buffers = buffers,
                                        .n_children = i < 69,
                                        .children = &array_pointers[i + 1],
                                        .release = release_nothing};
    }
    must_fail(tarn_array_validate(&schemas[0], &arrays[0], &error), TARN_E_FORMAT, &error, "64 levels");
    must(tarn_array_validate(&schemas[10], &arrays[10], &error), &error);
    struct ArrowSchema copy;
    must_fail(tarn_schema_copy(&schemas[0], NULL, &copy, &error), TARN_E_FORMAT, &error, "64 levels");
    must_fail(tarn_schema_normalize(&schemas[0], &copy, &error), TARN_E_FORMAT, &error, "64 levels");
    arrays[0].release = NULL;
    must_fail(tarn_array_validate(&schemas[0], &arrays[0], &error), TARN_E_INVALID, &error, "released");
    struct ArrowArray shared;
    must_fail(tarn_array_share(&arrays[0], 0, 0, &shared, &error), TARN_E_INVALID, &error, "released");
    free(schemas);
    free(schema_pointers);
    free(arrays);
    free(array_pointers);
}

/* ---- hashes and equality ----------------------------------------------------------------------------------------- */

/* The byte stream that src/arrow/array_hash.c describes, put together by hand: ids in the store may never change. */
static void assert_stream(const struct ArrowSchema *schema, const struct ArrowArray *array, const void *stream,
                          size_t size) {
    tarn_error error = {0};
    tarn_hash128 hash;
    must(tarn_array_hash(schema, array, &hash, &error), &error);
    if (!tarn_hash128_equal(hash, tarn_hash128_of(stream, size)))
        fail_msg("the hash of %s is not that of the stream", schema->format);
}

#define NO_EXTENSION                                                                                                   \
    "\0\0\0\0"                                                                                                         \
    "\0\0\0\0" /* sizes of the name and of the metadata */
#define U64(byte) byte "\0\0\0\0\0\0\0"
#define U32(byte) byte "\0\0\0"
#define LEAF(format)                                                                                                   \
    format "\0"                                                                                                        \
           "\0" NO_EXTENSION U64("\0") "\0" /* order, children, dictionary */

static void test_streams_that_are_hashed(void **state) {
    (void)state;
    struct ArrowSchema schema;
    struct ArrowArray array;
    static const char *const texts[] = {"a", NULL, "bc"};
    static const char text_stream[] = LEAF("u") U64("\3") "\1\5" U32("\1") U32("\1") U32("\3") "abc";
    make_texts(texts, 3, &schema, &array);
    assert_stream(&schema, &array, text_stream, sizeof text_stream - 1);
    tarn_array_release(&array);
    tarn_schema_release(&schema);

    static const char number_stream[] = LEAF("s") U64("\2") "\0"
                                                            "\1\0"
                                                            "\2\1";
    make_integers("s", (int64_t[]){1, 258}, 2, &schema, &array);
    assert_stream(&schema, &array, number_stream, sizeof number_stream - 1);
    tarn_array_release(&array);
    tarn_schema_release(&schema);

    static const char dictionary_stream[] = "i\0"
                                            "\0" NO_EXTENSION U64("\0") "\1" LEAF("u") U64("\4") "\1\7" U64("\0")
                                                U64("\1") U64("\0") U64("\0") U64("\2") "\0" U32("\1") U32("\2") "yx";
    static const char *const values[] = {"x", "unused", "y"};
    make_dictionary((int32_t[]){2, 0, 2, -1}, 4, values, 3, &schema, &array);
    assert_stream(&schema, &array, dictionary_stream, sizeof dictionary_stream - 1);
    tarn_array_release(&array);
    tarn_schema_release(&schema);

    still list, child;
    static const char list_stream[] = "+l\0"
                                      "\0" NO_EXTENSION U64("\1") LEAF("i") "\0" U64("\2") "\0" U32("\2")
                                          U32("\3") "\0" U32("\1") U32("\2") U32("\3");
    make_still(&child, "i", 5, 0, 2, NULL, numbers, NULL);
    make_still(&list, "+l<i>", 2, 0, 2, NULL, (int32_t[]){1, 3, 4}, NULL);
    add_child(&list, &child);
    assert_stream(&list.schema, &list.array, list_stream, sizeof list_stream - 1);
    tarn_schema_release(&list.schema);
    tarn_schema_release(&child.schema);
}

static void test_types_and_lengths_count(void **state) {
    (void)state;
    tarn_error error = {0};
    tarn_hash128 seen[64];
    size_t count = 0;
    for (const char *const *type = plain_types; *type != NULL; type++) {
        for (int64_t length = 0; length < 2 && count < 64; length++) {
            struct ArrowSchema schema;
            struct ArrowArray nulls;
            make_schema(*type, &schema);
            must(tarn_array_nulls(&schema, length, &nulls, &error), &error);
            must(tarn_array_hash(&schema, &nulls, &seen[count], &error), &error);
            for (size_t i = 0; i < count; i++)
                assert_false(tarn_hash128_equal(seen[i], seen[count]));
            count++;
            tarn_array_release(&nulls);
            tarn_schema_release(&schema);
        }
    }
}

static void test_nans_are_one_value(void **state) {
    (void)state;
    tarn_error error = {0};
    still a, b;
    static const uint64_t some[] = {UINT64_C(0x7FF8000000000000), 0}, others[] = {UINT64_C(0xFFF0000000000001), 0};
    static const uint64_t zeros[] = {UINT64_C(0x7FF8000000000000), UINT64_C(0x8000000000000000)};
    tarn_hash128 hash_a, hash_b;
    make_still(&a, "g", 2, 0, 2, NULL, some, NULL);
    make_still(&b, "g", 2, 0, 2, NULL, others, NULL);
    assert_true(tarn_array_equal(&a.schema, &a.array, &b.array));
    must(tarn_array_hash(&a.schema, &a.array, &hash_a, &error), &error);
    must(tarn_array_hash(&b.schema, &b.array, &hash_b, &error), &error);
    assert_true(tarn_hash128_equal(hash_a, hash_b));
    b.buffers[1] = zeros;
    assert_false(tarn_array_equal(&a.schema, &a.array, &b.array));
    must(tarn_array_hash(&b.schema, &b.array, &hash_b, &error), &error);
    assert_false(tarn_hash128_equal(hash_a, hash_b));
    tarn_schema_release(&a.schema);
    tarn_schema_release(&b.schema);
}

static void test_dictionary_order_does_not_count(void **state) {
    (void)state;
    tarn_error error = {0};
    struct ArrowSchema schema_a, schema_b;
    struct ArrowArray a, b;
    tarn_hash128 hash_a, hash_b;
    static const char *const forward[] = {"x", "y", "unused"};
    static const char *const backward[] = {"y", "x", NULL, "x"};
    make_dictionary((int32_t[]){0, 1, -1, 0}, 4, forward, 3, &schema_a, &a);
    make_dictionary((int32_t[]){1, 0, 2, 3}, 4, backward, 4, &schema_b, &b);
    assert_true(tarn_array_equal(&schema_a, &a, &b));
    must(tarn_array_hash(&schema_a, &a, &hash_a, &error), &error);
    must(tarn_array_hash(&schema_b, &b, &hash_b, &error), &error);
    assert_true(tarn_hash128_equal(hash_a, hash_b));
    tarn_array_release(&a);
    tarn_array_release(&b);
    tarn_schema_release(&schema_a);
    tarn_schema_release(&schema_b);
}

/* More values than indices of one byte can number. */
static void test_dictionaries_overflow(void **state) {
    (void)state;
    tarn_error error = {0};
    still parts[2], values[2];
    int8_t indices[100];
    int32_t offsets[101];
    char texts[2][200];
    struct ArrowArray joined;
    for (int i = 0; i <= 100; i++)
        offsets[i] = 2 * i;
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < 100; i++) {
            indices[i] = (int8_t)i;
            texts[k][2 * i] = (char)i;
            texts[k][2 * i + 1] = (char)('a' + k);
        }
        make_still(&values[k], "u", 100, 0, 3, NULL, offsets, texts[k]);
        make_still(&parts[k], "~c<u>", 100, 0, 2, NULL, indices, NULL);
        parts[k].array.dictionary = &values[k].array;
    }
    const struct ArrowArray *pointers[] = {&parts[0].array, &parts[1].array};
    must_fail(tarn_array_concat(&parts[0].schema, pointers, 2, &joined, &error), TARN_E_UNSUPPORTED, &error,
              "column 'c' has 200 different values");
    parts[1].array.length = 28;
    must(tarn_array_concat(&parts[0].schema, pointers, 2, &joined, &error), &error);
    assert_int_equal(joined.dictionary->length, 128);
    tarn_array_release(&joined);
    for (int k = 0; k < 2; k++) {
        tarn_schema_release(&values[k].schema);
        tarn_schema_release(&parts[k].schema);
    }
}

static void test_nothing_to_concat(void **state) {
    (void)state;
    tarn_error error = {0};
    struct ArrowSchema schema;
    struct ArrowArray out;
    make_schema("i", &schema);
    assert_int_equal(tarn_array_concat(&schema, NULL, 0, &out, &error), TARN_E_INVALID);
    tarn_schema_release(&schema);
}

/* ---- known answers for what is only read ------------------------------------------------------------------------- */

static void test_views_and_runs_unfold(void **state) {
    (void)state;
    tarn_error error = {0};
    struct ArrowSchema to;
    struct ArrowArray normal;
    still runs, ends, values;
    static const int64_t sizes[] = {20};
    int32_t views[3][4] = {{2, 0, 0, 0}, {15, 0, 0, 3}, {9, 0, 0, 0}};
    memcpy(&views[0][1], "hi", 2);
    memcpy(&views[1][1], "3456", 4);
    make_still(&values, "vu", 3, 1, 4, (uint8_t[]){3}, views, "01234567890123456789");
    values.buffers[3] = sizes;
    make_still(&ends, "i", 3, 0, 2, NULL, (int32_t[]){2, 3, 6}, NULL);
    make_still(&runs, "+r<i;vu>", 4, 0, 0, NULL, NULL, NULL);
    runs.array.offset = 1;
    add_child(&runs, &ends);
    add_child(&runs, &values);
    must(tarn_array_validate(&runs.schema, &runs.array, &error), &error);
    must(tarn_schema_normalize(&runs.schema, &to, &error), &error);
    must(tarn_array_normalize(&runs.schema, &runs.array, &normal, &error), &error);
    assert_string_equal(to.format, "u");
    assert_string_equal(to.name, "c");
    assert_text(&to, &normal, 0, "hi");
    assert_text(&to, &normal, 1, "345678901234567");
    assert_text(&to, &normal, 2, NULL);
    assert_text(&to, &normal, 3, NULL);
    tarn_array_release(&normal);
    tarn_schema_release(&to);
    tarn_array_release(&values.array);
    tarn_schema_release(&runs.schema);
    tarn_schema_release(&ends.schema);
    tarn_schema_release(&values.schema);
}

static void test_list_views_unfold(void **state) {
    (void)state;
    tarn_error error = {0};
    struct ArrowSchema to;
    struct ArrowArray normal;
    still lists, elements;
    make_still(&elements, "i", 5, 0, 2, NULL, numbers, NULL);
    make_still(&lists, "+vl<i>", 4, 1, 3, (uint8_t[]){0x0B}, (int32_t[]){3, 0, 99, 1}, (int32_t[]){2, 3, 99, 0});
    add_child(&lists, &elements);
    must(tarn_schema_normalize(&lists.schema, &to, &error), &error);
    must(tarn_array_normalize(&lists.schema, &lists.array, &normal, &error), &error);
    assert_text(&to, &normal, 0, "[3, 4]");
    assert_text(&to, &normal, 1, "[0, 1, 2]");
    assert_text(&to, &normal, 2, NULL);
    assert_text(&to, &normal, 3, "[]");
    tarn_array_release(&normal);
    tarn_schema_release(&to);
    tarn_array_release(&elements.array);
    tarn_schema_release(&lists.schema);
    tarn_schema_release(&elements.schema);
}

static void test_too_far_and_too_large(void **state) {
    (void)state;
    tarn_error error = {0};
    struct ArrowArray normal;
    still s;
    make_still(&s, "tdm", 1, 0, 2, NULL, (int64_t[]){INT64_MAX}, NULL);
    must_fail(tarn_array_normalize(&s.schema, &s.array, &normal, &error), TARN_E_UNSUPPORTED, &error,
              "column 'c': a date64");
    tarn_schema_release(&s.schema);
    make_still(&s, "d:38,0,256", 1, 0, 2, NULL, (int64_t[]){0, 0, 1, 0}, NULL);
    must_fail(tarn_array_normalize(&s.schema, &s.array, &normal, &error), TARN_E_UNSUPPORTED, &error,
              "column 'c': a decimal256");
    tarn_schema_release(&s.schema);
    still ends, values;
    make_still(&ends, "l", 1, 0, 2, NULL, (int64_t[]){INT64_C(1) << 40}, NULL);
    make_still(&values, "n", 1, 1, 0, NULL, NULL, NULL);
    make_still(&s, "+r<l;n>", INT64_C(1) << 40, 0, 0, NULL, NULL, NULL);
    add_child(&s, &ends);
    add_child(&s, &values);
    must(tarn_array_validate(&s.schema, &s.array, &error), &error);
    must_fail(tarn_array_normalize(&s.schema, &s.array, &normal, &error), TARN_E_UNSUPPORTED, &error,
              "smaller batches");
    tarn_schema_release(&s.schema);
    tarn_schema_release(&ends.schema);
    tarn_schema_release(&values.schema);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_nested),
        cmocka_unit_test(test_views),
        cmocka_unit_test(test_unions_and_runs),
        cmocka_unit_test(test_dictionaries),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_streams_that_are_hashed),
        cmocka_unit_test(test_types_and_lengths_count),
        cmocka_unit_test(test_nans_are_one_value),
        cmocka_unit_test(test_dictionary_order_does_not_count),
        cmocka_unit_test(test_dictionaries_overflow),
        cmocka_unit_test(test_nothing_to_concat),
        cmocka_unit_test(test_views_and_runs_unfold),
        cmocka_unit_test(test_list_views_unfold),
        cmocka_unit_test(test_too_far_and_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
