// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- UTF-8 --------------------------------------------------------------------------------------------------- */

/* The definition, byte by byte, to compare with: how long the sequence at `p` is, 0 when it is malformed. */
static size_t plain_sequence(const uint8_t *p, size_t left) {
    size_t length = p[0] < 0x80 ? 1 : p[0] < 0xC0 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF8 ? 4 : 0;
    if (length == 0 || left < length)
        return 0;
    uint32_t c = length == 1 ? p[0] : p[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (p[i] >> 6 != 2)
            return 0;
        c = c << 6 | (p[i] & 0x3F);
    }
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    bool surrogate = c >= 0xD800 && c < 0xE000;
    return c < smallest[length] || c > 0x10FFFF || surrogate ? 0 : length;
}

static size_t plain_prefix(const uint8_t *p, size_t size) {
    size_t i = 0;
    while (i < size) {
        size_t length = plain_sequence(p + i, size - i);
        if (length == 0)
            break;
        i += length;
    }
    return i;
}

/* In memory of exactly that size, so that a sanitizer sees what is read outside of it. */
static void check_prefix(const uint8_t *data, size_t size) {
    uint8_t *exact = malloc(size > 0 ? size : 1);
    memcpy(exact, data, size);
    assert_int_equal(tarn_utf8_valid_prefix(exact, size), plain_prefix(data, size));
    assert_int_equal(tarn_utf8_is_valid(exact, size), plain_prefix(data, size) == size);
    free(exact);
}

static void test_every_two_bytes_and_beyond(void **state) {
    (void)state;
    /* Every first and second byte, with right and wrong third and fourth ones; near to and across a block's border only
     * some of them, another set at each place. */
    static const uint8_t thirds[] = {0x20, 0x80, 0xBF, 0xC3};
    static const size_t places[] = {0, 3, 64, 125, 126, 127, 128, 129, 189, 190, 191};
    uint8_t text[200];
    for (size_t place = 0; place < sizeof places / sizeof places[0]; place++) {
        for (unsigned pair = (unsigned)place; pair < 65536; pair += place == 0 ? 1 : 13) {
            for (unsigned third = 0; third < 4; third++) {
                memset(text, 'a', sizeof text);
                text[3] = 0xC3; /* keeps the first block from being plain ASCII */
                text[4] = 0xA4;
                uint8_t *p = text + places[place];
                p[0] = (uint8_t)(pair >> 8);
                p[1] = (uint8_t)pair;
                p[2] = thirds[third];
                p[3] = 0x80;
                if (tarn_utf8_valid_prefix(text, sizeof text) != plain_prefix(text, sizeof text))
                    fail_msg("at %zu: %02x %02x %02x 80", places[place], p[0], p[1], p[2]);
            }
        }
    }
}

static void test_every_code_point(void **state) {
    (void)state;
    uint8_t text[300];
    size_t size = 0;
    for (uint32_t c = 1; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c < 0xE000)
            continue;
        size += tarn_utf8_encode(c, (char *)text + size);
        if (size < sizeof text - 4)
            continue;
        assert_int_equal(tarn_utf8_valid_prefix(text, size), size);
        assert_int_equal(plain_prefix(text, size), size);
        size = 0;
    }
}

static uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Of at most `longest` bytes. */
static uint32_t random_code_point(uint32_t *random, uint32_t longest) {
    static const uint32_t limits[] = {0x80, 0x800, 0x10000, 0x110000};
    uint32_t c = next_random(random) % limits[next_random(random) % longest];
    return c >= 0xD800 && c < 0xE000 ? '?' : c;
}

/* Valid text of every length, whole, cut off anywhere, and with one byte changed. */
static void test_damaged_text(void **state) {
    (void)state;
    uint32_t random = 20240229;
    uint8_t text[400];
    for (int round = 0; round < 3000; round++) {
        size_t wanted = next_random(&random) % 380;
        size_t size = 0;
        bool mostly_ascii = round % 3 == 0;
        uint32_t longest = round % 2 == 0 ? 4 : 2;
        while (size < wanted) {
            bool ascii = mostly_ascii && next_random(&random) % 50 != 0;
            size += tarn_utf8_encode(ascii ? 'x' : random_code_point(&random, longest), (char *)text + size);
        }
        check_prefix(text, size);
        if (size == 0)
            continue;
        check_prefix(text, next_random(&random) % size);
        text[next_random(&random) % size] = (uint8_t)next_random(&random);
        check_prefix(text, size);
    }
}

static void test_encode(void **state) {
    (void)state;
    char out[4];
    assert_int_equal(tarn_utf8_encode('A', out), 1);
    assert_memory_equal(out, "A", 1);
    assert_int_equal(tarn_utf8_encode(0xE4, out), 2);
    assert_memory_equal(out, "ä", 2);
    assert_int_equal(tarn_utf8_encode(0x20AC, out), 3);
    assert_memory_equal(out, "€", 3);
    assert_int_equal(tarn_utf8_encode(0x1F600, out), 4);
    assert_memory_equal(out, "😀", 4);
}

/* ---- names --------------------------------------------------------------------------------------------------- */

static void test_names(void **state) {
    (void)state;
    assert_true(tarn_name_equal("orders", "orders"));
    assert_true(tarn_name_equal("Orders", "oRDERS"));
    assert_true(tarn_name_equal("Größe", "GRÖSSE")); /* full folding */
    assert_true(tarn_name_equal("caf\xC3\xA9", "caf"
                                               "e\xCC\x81")); /* composed and not */
    assert_true(tarn_name_equal("ΣΊΣΥΦΟΣ", "σίσυφος"));
    assert_false(tarn_name_equal("orders", "order"));
    assert_false(tarn_name_equal("cafe", "café"));
    assert_false(tarn_name_equal("bad\xFF", "BAD\xFF"));
    assert_null(tarn_name_key("bad\xFF"));
    char *key = tarn_name_key("ÄB c");
    assert_string_equal(key, "äb c");
    free(key);
}

static void test_display_width(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t width;
    } cases[] = {{"", 0},          {"abc", 3},    {"Größe", 5},    {"日本", 4},
                 {"e\xCC\x81", 1}, {"x\xFFy", 3}, {"\xE2\x82", 2}, {"\n", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(tarn_display_width(cases[i].text, strlen(cases[i].text)), cases[i].width);
}

/* ---- strings ------------------------------------------------------------------------------------------------- */

static void test_copies(void **state) {
    (void)state;
    char *copy = tarn_strndup("abcdef", 3);
    assert_string_equal(copy, "abc");
    free(copy);
    copy = tarn_strndup(NULL, 0);
    assert_string_equal(copy, "");
    free(copy);
    copy = tarn_strdup("whole");
    assert_string_equal(copy, "whole");
    free(copy);
    copy = tarn_format("%s has %d rows", "orders", 3);
    assert_string_equal(copy, "orders has 3 rows");
    free(copy);
}

static void test_edit_distance(void **state) {
    (void)state;
    assert_int_equal(tarn_edit_distance("", ""), 0);
    assert_int_equal(tarn_edit_distance("same", "same"), 0);
    assert_int_equal(tarn_edit_distance("", "abc"), 3);
    assert_int_equal(tarn_edit_distance("abc", ""), 3);
    assert_int_equal(tarn_edit_distance("kitten", "sitting"), 3);
    assert_int_equal(tarn_edit_distance("improt", "import"), 2);
    assert_int_equal(tarn_edit_distance("flaw", "lawn"), 2);
    char longest[65], longer[66];
    memset(longest, 'x', 64);
    longest[64] = '\0';
    memset(longer, 'x', 65);
    longer[65] = '\0';
    assert_int_equal(tarn_edit_distance(longest, longest), 0);
    assert_int_equal(tarn_edit_distance("x", longest), 63);
    assert_int_equal(tarn_edit_distance(longer, "x"), 65);
    assert_int_equal(tarn_edit_distance("x", longer), 65);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_two_bytes_and_beyond),
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_damaged_text),
        cmocka_unit_test(test_encode),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_display_width),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_edit_distance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
