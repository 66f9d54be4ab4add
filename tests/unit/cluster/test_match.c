/* Pairs of records: similarities, weights, blocks, and that blocks and threads leave nothing out that they should not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cluster/cluster_internal.h"
#include "cluster/match.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 6000, TEXT = 32 };

static tarn_match_value value_of(const char *text) {
    return (tarn_match_value){text, text != NULL ? strlen(text) : 0};
}

/* The similarity of two values by one field; -1: below the threshold. */
static double similarity(tarn_similarity how, const char *a, const char *b, double threshold) {
    tarn_match_field field = {how, 1};
    tarn_match_value values[] = {value_of(a), value_of(b)}, keys[] = {value_of("k"), value_of("k")};
    tarn_match_request request = {
        .fields = &field, .field_count = 1, .values = values, .keys = keys, .count = 2, .threshold = threshold};
    tarn_match_result result;
    assert_int_equal(tarn_match_find(&request, NULL, NULL, &result, NULL), TARN_OK);
    double found = result.count == 1 ? result.pairs[0].similarity : -1;
    if (result.count == 1)
        assert_true(result.similarities[0] == found);
    tarn_match_result_clear(&result);
    return found;
}

static void check(tarn_similarity how, const char *a, const char *b, double wanted) {
    double found = similarity(how, a, b, 0.01), turned = similarity(how, b, a, 0.01);
    if (fabs(found - wanted) > 0.0001 || fabs(turned - wanted) > 0.0001)
        fail_msg("%s: \"%s\" and \"%s\": %f and %f, not %f", tarn_similarity_name(how), a, b, found, turned, wanted);
}

static void test_similarities(void **state) {
    (void)state;
    check(TARN_SIMILARITY_JARO_WINKLER, "MARTHA", "MARHTA", 0.9611); /* the usual examples */
    check(TARN_SIMILARITY_JARO_WINKLER, "DWAYNE", "DUANE", 0.84);
    check(TARN_SIMILARITY_JARO_WINKLER, "Zoë-Müller", "zoemuller", 1);
    check(TARN_SIMILARITY_JARO_WINKLER, "abc", "xyz", -1);
    check(TARN_SIMILARITY_LEVENSHTEIN, "kitten", "sitting", 1 - 3.0 / 7);
    check(TARN_SIMILARITY_LEVENSHTEIN, "1990-01-02", "1990-02-01", 1 - 2.0 / 8); /* without punctuation */
    check(TARN_SIMILARITY_NGRAM, "night", "nacht", 2 * 3.0 / 12);                /* edges count: ^n ht t$ */
    check(TARN_SIMILARITY_NGRAM, "night", "NIGHT!", 1);
    check(TARN_SIMILARITY_WORDS, "Smith, John", "John Smith", 1);
    check(TARN_SIMILARITY_WORDS, "Smith, John", "Jon Smith", 0.9);
    check(TARN_SIMILARITY_EXACT, "a", "a", 1);
    check(TARN_SIMILARITY_EXACT, "a", "A", -1);
    check(TARN_SIMILARITY_NUMBER, "90", "100", 0.9);
    check(TARN_SIMILARITY_NUMBER, "1", "1.0", 1);
    check(TARN_SIMILARITY_NUMBER, "-5", "5", -1);
    check(TARN_SIMILARITY_NUMBER, "0", "0.00", 1);
    check(TARN_SIMILARITY_NUMBER, "nan", "1", -1);
    check(TARN_SIMILARITY_LEVENSHTEIN, "!!!", "???", -1); /* nothing but punctuation is compared as it is */
    check(TARN_SIMILARITY_LEVENSHTEIN, "\xEF\xAC\x83\xEF\xAC\x83", "ffiffi", 1);
    check(TARN_SIMILARITY_EXACT, NULL, "a", -1);
    check(TARN_SIMILARITY_EXACT, "  ", "  ", -1);
    assert_true(similarity(TARN_SIMILARITY_LEVENSHTEIN, "abcdefghij", "abcdefghix", 0.9) == 0.9);
    assert_true(similarity(TARN_SIMILARITY_LEVENSHTEIN, "abcdefghij", "abcdefghix", 0.91) == -1);
}

static void test_weights(void **state) {
    (void)state;
    tarn_match_field fields[] = {{TARN_SIMILARITY_EXACT, 3}, {TARN_SIMILARITY_EXACT, 1}, {TARN_SIMILARITY_EXACT, 1}};
    tarn_match_value values[] = {value_of("a"), value_of("x"), value_of(NULL),
                                 value_of("a"), value_of("y"), value_of("z")};
    tarn_match_value keys[] = {value_of("k"), value_of("k")};
    tarn_match_request request = {
        .fields = fields, .field_count = 3, .values = values, .keys = keys, .count = 2, .threshold = 0.75};
    tarn_match_result result;
    assert_int_equal(tarn_match_find(&request, NULL, NULL, &result, NULL), TARN_OK);
    assert_int_equal(result.count, 1);
    assert_true(result.pairs[0].similarity == 0.75); /* the third does not count */
    assert_true(result.similarities[0] == 1 && result.similarities[1] == 0 && isnan(result.similarities[2]));
    tarn_match_result_clear(&result);
    keys[1].text = NULL;
    assert_int_equal(tarn_match_find(&request, NULL, NULL, &result, NULL), TARN_OK);
    assert_int_equal(result.count, 0);
    assert_int_equal(result.unblocked, 1);
    tarn_match_result_clear(&result);
}

/* ---- many records --------------------------------------------------------------------------------------------------
 */

typedef struct crowd {
    char texts[MOST][TEXT];
    tarn_match_value values[MOST];
    size_t count;
} crowd;

static uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

/* Made-up names, every third one a misspelling of the one before. */
static void make_crowd(crowd *c, size_t count, const char *prefix) {
    uint32_t random = 7;
    c->count = count;
    for (size_t i = 0; i < count; i++) {
        char *text = c->texts[i];
        size_t size = (size_t)snprintf(text, TEXT, "%s", prefix);
        for (size_t k = 0; k < 12; k++)
            text[size++] = (char)('a' + next_random(&random) % 26);
        text[size] = '\0';
        if (i % 3 == 2) {
            memcpy(text, c->texts[i - 1], TEXT);
            text[size - 1 - next_random(&random) % 8] = '0';
        }
        c->values[i] = (tarn_match_value){text, size};
    }
}

static void find(const crowd *c, tarn_block block, double threshold, tarn_pool *pool, tarn_match_result *out) {
    tarn_match_field field = {TARN_SIMILARITY_JARO_WINKLER, 1};
    tarn_match_request request = {.fields = &field,
                                  .field_count = 1,
                                  .values = c->values,
                                  .keys = c->values,
                                  .count = c->count,
                                  .block = block,
                                  .threshold = threshold};
    assert_int_equal(tarn_match_find(&request, pool, NULL, out, NULL), TARN_OK);
}

static void test_blocks(void **state) {
    (void)state;
    static crowd c;
    tarn_match_result all, blocked;
    make_crowd(&c, 1500, "");
    find(&c, TARN_BLOCK_AUTO, 0.93, NULL, &all);
    assert_int_equal(all.block, TARN_BLOCK_NONE);
    assert_int_equal(all.compared, 1500 * 1499 / 2);
    assert_in_range(all.count, 480, 500); /* letters that occur twice may find the wrong partners */
    find(&c, TARN_BLOCK_NGRAM, 0.93, NULL, &blocked);
    assert_int_equal(blocked.count, all.count);
    assert_true(blocked.compared < all.compared / 10);
    assert_memory_equal(all.similarities, blocked.similarities, all.count * sizeof(double));
    for (size_t i = 0; i < all.count; i++)
        assert_true(all.pairs[i].a == blocked.pairs[i].a && all.pairs[i].b == blocked.pairs[i].b);
    tarn_match_result_clear(&blocked);
    find(&c, TARN_BLOCK_FIRST_LETTER, 0.93, NULL, &blocked);
    assert_int_equal(blocked.count, all.count);
    tarn_match_result_clear(&blocked);
    tarn_match_result_clear(&all);
}

/* In a block that is too large only neighbours in alphabetical order are compared, whatever the number of threads. */
static void test_bounds(void **state) {
    (void)state;
    static crowd c;
    tarn_match_result one, several;
    tarn_pool *pool;
    make_crowd(&c, 4500, "same");
    find(&c, TARN_BLOCK_NONE, 0.93, NULL, &one);
    assert_int_equal(one.large_blocks, 1);
    assert_int_equal(one.largest, 4500);
    assert_int_equal(one.compared, 3500u * 1000 + 1000u * 999 / 2);
    assert_int_equal(tarn_pool_new(3, &pool, NULL), TARN_OK);
    find(&c, TARN_BLOCK_NONE, 0.93, pool, &several);
    assert_int_equal(several.count, one.count);
    assert_true(one.count >= 1450);
    for (size_t i = 0; i < one.count; i++)
        assert_true(one.pairs[i].a == several.pairs[i].a && one.pairs[i].b == several.pairs[i].b);
    tarn_match_result_clear(&several);
    tarn_match_result_clear(&one);
    find(&c, TARN_BLOCK_AUTO, 0.97, pool, &several);
    assert_int_equal(several.block, TARN_BLOCK_NGRAM);
    tarn_match_result_clear(&several);
    tarn_pool_free(pool);
}

static void test_cancelling(void **state) {
    (void)state;
    static crowd c;
    make_crowd(&c, 1000, "");
    tarn_match_field field = {TARN_SIMILARITY_JARO_WINKLER, 1};
    tarn_match_request request = {
        .fields = &field, .field_count = 1, .values = c.values, .keys = c.values, .count = c.count, .threshold = 0.9};
    tarn_match_result result;
    tarn_task *task;
    assert_int_equal(tarn_task_new(&task, NULL), TARN_OK);
    tarn_task_cancel(task);
    assert_int_equal(tarn_match_find(&request, NULL, task, &result, NULL), TARN_E_CANCELLED);
    tarn_task_release(task);
}

/* ---- patterns ------------------------------------------------------------------------------------------------------
 */

static size_t random_letters(uint32_t *random, uint32_t *out) {
    size_t size = next_random(random) % 70, alphabet = 2 + next_random(random) % 20;
    uint32_t base = next_random(random) % 3 == 0 ? 0x4E00 : 'a';
    for (size_t i = 0; i < size; i++)
        out[i] = base + next_random(random) % (uint32_t)alphabet * 256;
    return size;
}

/* Bits or letters one by one: the same. */
static void test_patterns(void **state) {
    (void)state;
    static tarn_pattern pattern;
    uint32_t random = 3, a[80], b[80];
    for (int turn = 0; turn < 20000; turn++) {
        size_t a_size = random_letters(&random, a), b_size = turn % 2 ? random_letters(&random, b) : a_size;
        for (size_t i = 0; turn % 2 == 0 && i < a_size; i++)
            b[i] = next_random(&random) % 8 == 0 ? 'x' : a[i];
        size_t most = next_random(&random) % 80;
        tarn_pattern_set(&pattern, b, b_size);
        assert_int_equal(tarn_pattern_levenshtein(&pattern, a, a_size, most),
                         tarn_cluster_levenshtein(a, a_size, b, b_size, most));
        double similarity = tarn_cluster_jaro_winkler(a, a_size, b, b_size);
        assert_true(tarn_pattern_jaro_winkler(&pattern, a, a_size) == similarity);
        tarn_letter_bag in_a, in_b;
        tarn_bag_fill(&in_a, a, a_size);
        tarn_bag_fill(&in_b, b, b_size);
        size_t longest = a_size > b_size ? a_size : b_size, common = tarn_bag_common(&in_a, &in_b, longest);
        if (a_size > 0 && b_size > 0)
            assert_true(tarn_jaro_winkler_bound(common, a_size, b_size, tarn_common_prefix(a, a_size, b, b_size)) >=
                        similarity - 1e-12);
        assert_true(tarn_cluster_levenshtein(a, a_size, b, b_size, 80) >= longest - common);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_similarities), cmocka_unit_test(test_weights),    cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_bounds),       cmocka_unit_test(test_cancelling), cmocka_unit_test(test_patterns),
    };
    return cmocka_run_group_tests_name("match", tests, NULL, NULL);
}
