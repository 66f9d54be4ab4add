/* Schemas: names of types, copies, comparison, metadata; and layouts of Arrow formats that are wrong. */
#include "arrow/builder.h"
#include "arrow/normalize.h"
#include "support_arrow.h"

#include <stdlib.h>
#include <string.h>

static void assert_name(const char *description, const char *name) {
    struct ArrowSchema schema;
    make_schema(description, &schema);
    char *found = tarn_schema_type_name(&schema);
    assert_string_equal(found, name);
    free(found);
    tarn_schema_release(&schema);
}

static void test_names(void **state) {
    (void)state;
    assert_name("l", "int64");
    assert_name("d:10,2", "decimal128(10,2)");
    assert_name("d:9,-1,32", "decimal32(9,-1)");
    assert_name("tsu:UTC", "timestamp[us, UTC]");
    assert_name("tsn:", "timestamp[ns]");
    assert_name("tts", "time32[s]");
    assert_name("tDm", "duration[ms]");
    assert_name("w:16", "fixed_binary[16]");
    assert_name("+l<u>", "list<utf8>");
    assert_name("+w:3<g>", "fixed_list<float64>[3]");
    assert_name("+s<i;+l<b>>", "struct<a: int32, b: list<bool>>");
    assert_name("+m<+s<u;i>>", "map<utf8, int32>");
    assert_name("~c<u>", "dictionary<utf8>");
    assert_name("+r<i;vu>", "run_end_encoded<int32, utf8_view>");
    assert_name("+us:1,2<i;u>", "sparse_union<a: int32, b: utf8>");
    assert_name("tin", "interval[month_day_nano]");
    struct ArrowSchema odd = {.format = "?", .name = ""};
    char *found = tarn_schema_type_name(&odd);
    assert_string_equal(found, "unknown (?)");
    free(found);
}

static void test_formats(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "",        "?",       "ii",         "w:", "w:-1", "w:1x", "d:",  "d:0,0", "d:39,0", "d:1",    "d:1,2x",
        "d:1,2,3", "d:1,2,x", "d:1,2,128x", "ts", "tsu",  "tsq:", "+w:", "+q",    "tt",     "d:5,500"};
    tarn_error error = {0};
    tarn_type type;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        must_fail(tarn_type_of(wrong[i], &type, &error), TARN_E_FORMAT, &error, "format string");
    assert_int_equal(tarn_type_of(NULL, &type, &error), TARN_E_INVALID);
    must(tarn_type_of("tsm:Europe/Paris", &type, &error), &error);
    assert_int_equal(type, TARN_TYPE_TIMESTAMP);
    assert_int_equal(tarn_type_width(TARN_TYPE_DECIMAL128, "d:10,2"), 16);
    assert_int_equal(tarn_type_width(TARN_TYPE_FIXED_BINARY, "w:7"), 7);
    assert_int_equal(tarn_type_width(TARN_TYPE_UTF8, "u"), 0);
    assert_int_equal(tarn_type_width(TARN_TYPE_BOOL, "b"), 0);
    assert_int_equal(tarn_type_width(TARN_TYPE_INT8, "i"), 0);
}

static void test_copies(void **state) {
    (void)state;
    tarn_error error = {0};
    for (const char *const *type = plain_types; *type != NULL; type++) {
        struct ArrowSchema schema, copy, named;
        make_schema(*type, &schema);
        must(tarn_schema_metadata_set(&schema, "k", "v", &error), &error);
        must(tarn_schema_copy(&schema, NULL, &copy, &error), &error);
        must(tarn_schema_copy(&copy, "another", &named, &error), &error);
        assert_true(tarn_schema_same_type(&schema, &copy));
        assert_true(tarn_schema_same_type(&schema, &named));
        assert_string_equal(copy.name, "c");
        assert_string_equal(named.name, "another");
        tarn_schema_release(&schema);
        assert_non_null(named.metadata);
        tarn_schema_release(&copy);
        tarn_schema_release(&named);
    }
    struct ArrowSchema gone = {0}, copy;
    must_fail(tarn_schema_copy(&gone, NULL, &copy, &error), TARN_E_INVALID, &error, "released");
    tarn_schema_release(NULL);
    tarn_schema_release(&gone);
}

static bool same_types(const char *a, const char *b) {
    struct ArrowSchema schema_a, schema_b;
    make_schema(a, &schema_a);
    make_schema(b, &schema_b);
    bool same = tarn_schema_same_type(&schema_a, &schema_b);
    tarn_schema_release(&schema_a);
    tarn_schema_release(&schema_b);
    return same;
}

static void test_comparison(void **state) {
    (void)state;
    for (const char *const *a = plain_types; *a != NULL; a++) {
        for (const char *const *b = plain_types; *b != NULL; b++)
            assert_int_equal(same_types(*a, *b), a == b);
    }
    assert_false(same_types("+s<i>", "+s<i;i>"));
    assert_false(same_types("~i<u>", "i"));
    struct ArrowSchema a, b;
    tarn_error error = {0};
    make_schema("+s<i>", &a);
    make_schema("+s<i>", &b);
    a.children[0]->name = "x";
    assert_false(tarn_schema_same_type(&a, &b));
    a.children[0]->name = "a";
    must(tarn_schema_metadata_set(&a, "ARROW:extension:name", "uuid", &error), &error);
    assert_false(tarn_schema_same_type(&a, &b));
    tarn_schema_release(&a);
    tarn_schema_release(&b);
    make_schema("~i<u>", &a);
    make_schema("~i<u>", &b);
    a.flags |= ARROW_FLAG_DICTIONARY_ORDERED;
    assert_false(tarn_schema_same_type(&a, &b));
    tarn_schema_release(&a);
    tarn_schema_release(&b);
    make_schema("+m<+s<u;i>>", &a);
    make_schema("+m<+s<u;i>>", &b);
    a.children[0]->name = "entries"; /* a matter of taste */
    a.children[0]->children[0]->name = "key";
    assert_true(tarn_schema_same_type(&a, &b));
    tarn_schema_release(&a);
    tarn_schema_release(&b);
}

static void assert_metadata(const struct ArrowSchema *schema, const char *key, const char *expected) {
    const char *value;
    size_t size;
    assert_int_equal(tarn_schema_metadata_get(schema, key, &value, &size), expected != NULL);
    if (expected == NULL)
        return;
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(value, expected, size);
}

static void test_metadata(void **state) {
    (void)state;
    tarn_error error = {0};
    struct ArrowSchema schema;
    make_schema("i", &schema);
    assert_metadata(&schema, "a", NULL);
    must(tarn_schema_metadata_set(&schema, "a", "1", &error), &error);
    must(tarn_schema_metadata_set(&schema, "b", "", &error), &error);
    must(tarn_schema_metadata_set(&schema, "a", "22", &error), &error);
    assert_metadata(&schema, "a", "22");
    assert_metadata(&schema, "b", "");
    assert_metadata(&schema, "c", NULL);
    struct ArrowSchema foreign = {.format = "i", .name = "", .release = tarn_schema_release};
    must_fail(tarn_schema_metadata_set(&foreign, "a", "1", &error), TARN_E_INVALID, &error, "copy it");
    tarn_schema_release(&schema);
}

static void test_normal_schemas(void **state) {
    (void)state;
    static const char *const pairs[][2] = {{"U", "u"},
                                           {"vz", "z"},
                                           {"+L<U>", "+l<u>"},
                                           {"+vl<vu>", "+l<u>"},
                                           {"+r<i;e>", "f"},
                                           {"tdm", "tdD"},
                                           {"d:38,3,256", "d:38,3"},
                                           {"d:9,1,32", "d:9,1"},
                                           {"tiM", "tin"},
                                           {"~C<U>", "~i<u>"},
                                           {"~i<l>", "l"},
                                           {"~i<+s<U>>", "+s<u>"},
                                           {"+r<i;~c<vu>>", "~i<u>"},
                                           {"+w:2<tiD>", "+w:2<tin>"},
                                           {"+m<+s<vu;Z>>", "+m<+s<u;z>>"},
                                           {"n", "n"}};
    tarn_error error = {0};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct ArrowSchema from, wanted, to;
        make_schema(pairs[i][0], &from);
        make_schema(pairs[i][1], &wanted);
        must(tarn_schema_metadata_set(&from, "k", "v", &error), &error);
        from.flags &= ~(int64_t)ARROW_FLAG_NULLABLE;
        must(tarn_schema_normalize(&from, &to, &error), &error);
        if (!tarn_schema_same_type(&wanted, &to))
            fail_msg("%s becomes %s", pairs[i][0], to.format);
        assert_string_equal(to.name, "c");
        assert_int_equal(to.flags & ARROW_FLAG_NULLABLE, 0);
        assert_metadata(&to, "k", "v");
        assert_true(tarn_schema_is_normal(&to));
        assert_int_equal(tarn_schema_is_normal(&from), tarn_schema_same_type(&from, &to));
        tarn_schema_release(&from);
        tarn_schema_release(&wanted);
        tarn_schema_release(&to);
    }
}

static void assert_not_normal(const char *description, tarn_status wanted, const char *text) {
    tarn_error error = {0};
    struct ArrowSchema schema, to;
    make_schema(description, &schema);
    must_fail(tarn_schema_normalize(&schema, &to, &error), wanted, &error, text);
    tarn_schema_release(&schema);
}

static void test_schemas_that_cannot_be_kept(void **state) {
    (void)state;
    assert_not_normal("+ud:0<i>", TARN_E_UNSUPPORTED, "column 'c': the type dense_union<a: int32>");
    assert_not_normal("+s<i;+l<+us:0<i>>>", TARN_E_UNSUPPORTED, "column 'b.a': the type sparse_union<a: int32>");
    assert_not_normal("+s<d:39,2,256>", TARN_E_UNSUPPORTED, "column 'a': the type decimal256(39,2)");
    assert_not_normal("+l", TARN_E_INVALID, "number of children");
    assert_not_normal("q", TARN_E_FORMAT, "unknown Arrow format");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_comparison),
        cmocka_unit_test(test_metadata),
        cmocka_unit_test(test_normal_schemas),
        cmocka_unit_test(test_schemas_that_cannot_be_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
