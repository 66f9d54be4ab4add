// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/hash.h"

#include <string.h>

/* Known values: those of the xxHash library and of FIPS 180-2. A format depends on them. */
static void test_known_values(void **state) {
    (void)state;
    char text[TARN_HASH128_TEXT_SIZE];
    assert_true(tarn_hash64_of("", 0) == 0x2d06800538d394c2u);
    tarn_hash128_format(tarn_hash128_of("", 0), text);
    assert_string_equal(text, "99aa06d3014798d86001c324468d497f");
    assert_true(tarn_hash64_of("abc", 3) == 0x78af5f94892f3950u);
    tarn_hash128_format(tarn_hash128_of("abc", 3), text);
    assert_string_equal(text, "06b05ab6733a618578af5f94892f3950");
    char digest[TARN_SHA256_TEXT_SIZE];
    tarn_sha256_text("abc", 3, digest);
    assert_string_equal(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    tarn_sha256_text("", 0, digest);
    assert_string_equal(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    uint8_t bytes[TARN_SHA256_SIZE];
    tarn_sha256_of("abc", 3, bytes);
    assert_int_equal(bytes[0], 0xba);
    assert_int_equal(bytes[31], 0xad);
}

static void fill(uint8_t *data, size_t size) {
    for (size_t i = 0; i < size; i++)
        data[i] = (uint8_t)(i * 31 + i / 7);
}

/* Long enough for the forms with vectors, which must give what xxHash's form without them gives. */
static void test_known_values_of_long_data(void **state) {
    (void)state;
    static const struct {
        size_t size;
        tarn_hash128 hash; /* the 64-bit hash is the lower half, for data of these sizes */
    } known[] = {
        {255, {0x596c02a9e65a3128u, 0xd2b07836405d1159u}},
        {256, {0xda0c4b92a0bac6a2u, 0x3db57bf356dc5dadu}},
        {1024, {0x505baa9f7eac7b34u, 0x5d6b898b002c4976u}},
        {5000, {0x63261f75ea7350c1u, 0x250625bfe8f53a5eu}},
    };
    uint8_t data[5000];
    fill(data, sizeof data);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_true(tarn_hash128_equal(tarn_hash128_of(data, known[i].size), known[i].hash));
        assert_true(tarn_hash64_of(data, known[i].size) == known[i].hash.lo);
    }
}

static void test_pieces(void **state) {
    (void)state;
    uint8_t data[5000];
    fill(data, sizeof data);
    for (size_t cut = 0; cut <= sizeof data; cut += 50) {
        tarn_hasher *hasher = tarn_hasher_new();
        tarn_hasher_update(hasher, data, cut);
        tarn_hasher_update(hasher, data + cut, sizeof data - cut);
        tarn_hash128 whole = tarn_hash128_of(data, sizeof data);
        assert_true(tarn_hash128_equal(tarn_hasher_finish(hasher), whole));
        assert_true(tarn_hash128_equal(tarn_hasher_finish(hasher), whole)); /* finishing changes nothing */
        tarn_hasher_free(hasher);
    }
}

static void test_order(void **state) {
    (void)state;
    static const tarn_hash128 rising[] = {{0, 0}, {0, 1}, {0, UINT64_MAX}, {1, 0}, {1, 5}, {UINT64_MAX, 0}};
    for (int i = 0; i < 6; i++) {
        for (int j = 0; j < 6; j++) {
            int order = tarn_hash128_compare(rising[i], rising[j]);
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
            assert_int_equal(tarn_hash128_equal(rising[i], rising[j]), i == j);
        }
    }
}

static void test_text(void **state) {
    (void)state;
    tarn_hash128 hash = {0x0123456789abcdefu, 0xfedcba9876543210u}, parsed;
    char text[TARN_HASH128_TEXT_SIZE];
    tarn_hash128_format(hash, text);
    assert_string_equal(text, "0123456789abcdeffedcba9876543210");
    assert_true(tarn_hash128_parse(text, 32, &parsed));
    assert_true(tarn_hash128_equal(hash, parsed));
    assert_false(tarn_hash128_parse(text, 31, &parsed));
    assert_false(tarn_hash128_parse("0123456789ABCDEFfedcba9876543210", 32, &parsed));
    assert_false(tarn_hash128_parse("0123456789abcdeffedcba987654321g", 32, &parsed));
    assert_false(tarn_hash128_parse("0123456789abcde fedcba9876543210", 32, &parsed));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_values), cmocka_unit_test(test_known_values_of_long_data),
        cmocka_unit_test(test_pieces),       cmocka_unit_test(test_order),
        cmocka_unit_test(test_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
