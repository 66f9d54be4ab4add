/* Clusters of spellings: keys, sounds, distances, and that the index finds every near pair. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cluster/cluster.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_key(tarn_cluster_method method, const char *text, const char *wanted) {
    tarn_buffer key = {0};
    assert_int_equal(tarn_cluster_key(text, strlen(text), method, &key, NULL), TARN_OK);
    assert_int_equal(tarn_buffer_append(&key, "", 1, NULL), TARN_OK);
    assert_string_equal((const char *)key.data, wanted);
    tarn_buffer_free(&key);
}

static void test_fingerprints(void **state) {
    (void)state;
    check_key(TARN_CLUSTER_FINGERPRINT, "  New York, new   YORK ", "new york");
    check_key(TARN_CLUSTER_FINGERPRINT, "Café-Crème", "cafecreme");
    check_key(TARN_CLUSTER_FINGERPRINT, "b a\tb\nc", "a b c");
    check_key(TARN_CLUSTER_FINGERPRINT, "Straße", "strasse");
    check_key(TARN_CLUSTER_FINGERPRINT, "\xEF\xAC\x81sh", "fish"); /* a ligature */
    check_key(TARN_CLUSTER_FINGERPRINT, "東京 大阪", "大阪 東京");
    check_key(TARN_CLUSTER_FINGERPRINT, "5 €", "5 €");
    check_key(TARN_CLUSTER_FINGERPRINT, " - ... ", "");
    check_key(TARN_CLUSTER_FINGERPRINT, "", "");
}

static void test_ngrams(void **state) {
    (void)state;
    check_key(TARN_CLUSTER_NGRAM, "Paris", "arispari"); /* OpenRefine's own example */
    check_key(TARN_CLUSTER_NGRAM, "P a-r.i s", "arispari");
    check_key(TARN_CLUSTER_NGRAM, "aaaa", "aa");
    check_key(TARN_CLUSTER_NGRAM, "x", "x");
    check_key(TARN_CLUSTER_NGRAM, "!", "");
    check_key(TARN_CLUSTER_NGRAM, "東京都", "京都東京");
}

static void test_sounds(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"Thompson", "0MPSN"},
        {"Thumb", "0M"},
        {"knight", "NT"},
        {"nite", "NT"},
        {"Philips", "FLPS"},
        {"Catherine", "K0RN"},
        {"Kathryn", "K0RN"},
        {"which", "WX"},
        {"church", "XRX"},
        {"science", "SNS"},
        {"school", "SKL"},
        {"judge", "JJ"},
        {"xavier", "SFR"},
        {"fox", "FKS"},
        {"hatch", "HX"},
        {"nation", "NXN"},
        {"wrap", "RP"},
        {"yes", "YS"},
        {"ghost", "KST"},
        {"through", "0RK"},
        {"sign", "SN"},
        {"signed", "SNT"},
        {"Smith Jones", "SM0 JNS"},
        {"quick", "KK"},
        {"mission", "MSN"},
        {"special", "SPXL"},
        {"apple", "APL"},
        {"42", "42"},
        {"東京 zoo", "東京 S"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tarn_buffer key = {0};
        assert_int_equal(tarn_cluster_key(cases[i][0], strlen(cases[i][0]), TARN_CLUSTER_METAPHONE, &key, NULL),
                         TARN_OK);
        assert_int_equal(tarn_buffer_append(&key, "", 1, NULL), TARN_OK);
        if (strcmp((const char *)key.data, cases[i][1]) != 0)
            fail_msg("%s sounds like %s, not %s", cases[i][0], (const char *)key.data, cases[i][1]);
        tarn_buffer_free(&key);
    }
}

static size_t letters_of(const char *text, uint32_t *out) {
    size_t size = 0;
    for (; *text != '\0'; text++)
        out[size++] = (unsigned char)*text;
    return size;
}

static size_t distance(const char *a, const char *b, size_t most) {
    uint32_t x[64], y[64];
    size_t x_size = letters_of(a, x), y_size = letters_of(b, y);
    size_t one_way = tarn_cluster_levenshtein(x, x_size, y, y_size, most);
    assert_int_equal(one_way, tarn_cluster_levenshtein(y, y_size, x, x_size, most));
    return one_way;
}

static double similarity(const char *a, const char *b) {
    uint32_t x[64], y[64];
    size_t x_size = letters_of(a, x), y_size = letters_of(b, y);
    return tarn_cluster_jaro_winkler(x, x_size, y, y_size);
}

static void test_distances(void **state) {
    (void)state;
    assert_int_equal(distance("kitten", "sitting", 9), 3);
    assert_int_equal(distance("kitten", "sitting", 2), 3); /* more than 2 */
    assert_int_equal(distance("", "abc", 5), 3);
    assert_int_equal(distance("same", "same", 0), 0);
    assert_int_equal(distance("abcdef", "badcfe", 9), 4);
    assert_true(fabs(similarity("MARTHA", "MARHTA") - 0.9611) < 0.0001);
    assert_true(fabs(similarity("DWAYNE", "DUANE") - 0.84) < 0.0001);
    assert_true(fabs(similarity("DIXON", "DICKSONX") - 0.8133) < 0.0001);
    assert_true(similarity("", "") == 1);
    assert_true(similarity("a", "") == 0);
    assert_true(similarity("abc", "xyz") == 0);
}

/* ---- whole clusters ---- */

static tarn_cluster_value value_of(const char *text, int64_t rows) {
    return (tarn_cluster_value){text, strlen(text), rows};
}

static void test_order_of_clusters(void **state) {
    (void)state;
    tarn_cluster_value values[] = {value_of("b", 1),  value_of("zebra", 2), value_of("Zebra!", 5), value_of("a", 100),
                                   value_of("B.", 1), value_of("ZEBRA", 5), value_of("", 50),      value_of("-", 50)};
    tarn_cluster_set set;
    assert_int_equal(tarn_cluster_find(values, 8, TARN_CLUSTER_FINGERPRINT, 0, NULL, &set, NULL), TARN_OK);
    size_t wanted[] = {5, 2, 1, 4, 0}; /* by rows, then bytes: ZEBRA before Zebra!, B. before b */
    assert_int_equal(set.count, 2);
    assert_int_equal(set.ends[0], 3);
    assert_int_equal(set.ends[1], 5);
    assert_memory_equal(set.members, wanted, sizeof wanted);
    tarn_cluster_set_clear(&set);
    assert_int_equal(tarn_cluster_find(values, 0, TARN_CLUSTER_NGRAM, 0, NULL, &set, NULL), TARN_OK);
    assert_int_equal(set.count, 0);
    tarn_cluster_set_clear(&set);
}

#define TEXTS 400

static size_t find_root(const size_t *parents, size_t i) {
    while (parents[i] != i)
        i = parents[i];
    return i;
}

/* The index may leave no near pair out: compared with all pairs. With a beginning that all have, what is left of texts
 * without a letter or two is looked up instead of segments. */
static void compare_with_all_pairs(unsigned seed, size_t most, const char *beginning) {
    static char texts[TEXTS][32];
    tarn_cluster_value values[TEXTS];
    size_t parents[TEXTS], cluster_of[TEXTS];
    srand(seed);
    for (size_t i = 0; i < TEXTS; i++) {
        size_t begin = strlen(beginning), size = begin + 1 + (size_t)rand() % 14;
        memcpy(texts[i], beginning, begin);
        for (size_t j = begin; j < size; j++)
            texts[i][j] = (char)('a' + rand() % 3);
        texts[i][size] = '\0';
        values[i] = value_of(texts[i], 1);
        parents[i] = i;
        cluster_of[i] = SIZE_MAX;
    }
    for (size_t i = 0; i < TEXTS; i++) {
        for (size_t j = 0; j < i; j++) {
            size_t shorter = values[i].size < values[j].size ? values[i].size : values[j].size;
            size_t allowed = most < shorter / 3 ? most : shorter / 3;
            if (allowed > 0 && distance(texts[i], texts[j], allowed) <= allowed)
                parents[find_root(parents, i)] = find_root(parents, j);
        }
    }
    tarn_cluster_set set;
    assert_int_equal(tarn_cluster_find(values, TEXTS, TARN_CLUSTER_LEVENSHTEIN, (double)most, NULL, &set, NULL),
                     TARN_OK);
    for (size_t cluster = 0, i = 0; cluster < set.count; cluster++) {
        for (; i < set.ends[cluster]; i++)
            cluster_of[set.members[i]] = cluster;
    }
    for (size_t i = 0; i < TEXTS; i++) {
        for (size_t j = 0; j < i; j++) {
            bool together = find_root(parents, i) == find_root(parents, j);
            if (together != (cluster_of[i] == cluster_of[j] && cluster_of[i] != SIZE_MAX))
                fail_msg("seed %u: %s and %s, at most %zu", seed, texts[i], texts[j], most);
        }
    }
    tarn_cluster_set_clear(&set);
}

static void test_every_near_pair_is_found(void **state) {
    (void)state;
    for (unsigned seed = 1; seed <= 5; seed++) {
        for (size_t most = 1; most <= 4; most++)
            compare_with_all_pairs(seed, most, "");
        for (size_t most = 1; most <= 3; most++)
            compare_with_all_pairs(seed, most, "customers aaaa");
    }
}

static void test_jaro_winkler_clusters(void **state) {
    (void)state;
    tarn_cluster_value values[] = {value_of("Martha Jones", 3), value_of("MARHTA  jones", 1),
                                   value_of("Peter", 1),        value_of("Jonathan", 1),
                                   value_of("ab", 1),           value_of("AB", 2)};
    tarn_cluster_set set;
    assert_int_equal(tarn_cluster_find(values, 6, TARN_CLUSTER_JARO_WINKLER, 0.92, NULL, &set, NULL), TARN_OK);
    size_t wanted[] = {0, 1, 5, 4};
    assert_int_equal(set.count, 2);
    assert_memory_equal(set.members, wanted, sizeof wanted);
    tarn_cluster_set_clear(&set);
}

static size_t clusters_of(const char *const *texts, size_t count, tarn_cluster_method method) {
    tarn_cluster_value values[8];
    tarn_cluster_set set;
    for (size_t i = 0; i < count; i++)
        values[i] = value_of(texts[i], 1);
    assert_int_equal(tarn_cluster_find(values, count, method, tarn_cluster_default_threshold(method), NULL, &set, NULL),
                     TARN_OK);
    size_t found = set.count;
    tarn_cluster_set_clear(&set);
    return found;
}

/* Letters that Unicode takes for letters of their own, and people for others with a stroke. */
static void test_strokes(void **state) {
    (void)state;
    static const char *const pairs[][2] = {{"Łukasz", "lukasz"}, {"SØREN", "Soren"},    {"Đorđe", "Dorde"},
                                           {"Ægir", "Aegir"},    {"Œuvre", "oeuvre"},   {"Straße", "strasse"},
                                           {"Þór", "Thor"},      {"Guðrún", "gudrun"},  {"Işık", "isik"},
                                           {"Ħamrun", "Hamrun"}, {"Zoë Łoś", "LOS ZOE"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (clusters_of(pairs[i], 2, TARN_CLUSTER_FINGERPRINT) != 1)
            fail_msg("%s and %s are not the same", pairs[i][0], pairs[i][1]);
    }
    assert_int_equal(clusters_of((const char *const[]){"Lukasz", "Lucasz"}, 2, TARN_CLUSTER_FINGERPRINT), 0);
}

/* Numbers are names of their own, unless they are asked to be letters. */
static void test_numbers_stay(void **state) {
    (void)state;
    static const char *const items[] = {"Item 1", "Item 2", "Item 12"}, *const spellings[] = {"Item 12", "Itme 12",
                                                                                              "Item 1 2"};
    static const char *const names[] = {"Customer 1001", "Customer 1002"};
    assert_int_equal(clusters_of(items, 3, TARN_CLUSTER_LEVENSHTEIN), 0);
    assert_int_equal(clusters_of(items, 3, TARN_CLUSTER_LEVENSHTEIN_DIGITS), 1);
    assert_int_equal(clusters_of(spellings, 2, TARN_CLUSTER_LEVENSHTEIN), 1);
    assert_int_equal(clusters_of(spellings + 1, 2, TARN_CLUSTER_LEVENSHTEIN), 0);
    assert_int_equal(clusters_of(names, 2, TARN_CLUSTER_JARO_WINKLER), 0);
    assert_int_equal(clusters_of(names, 2, TARN_CLUSTER_JARO_WINKLER_DIGITS), 1);
    assert_int_equal(clusters_of(items, 3, TARN_CLUSTER_METAPHONE), 0);
}

static void test_sounds_of_words(void **state) {
    (void)state;
    static const char *const names[] = {"John Smith", "Smyth, Jon"}, *const others[] = {"Smith Иван", "Smith Пётр"};
    assert_int_equal(clusters_of(names, 2, TARN_CLUSTER_METAPHONE), 0);
    assert_int_equal(clusters_of(names, 2, TARN_CLUSTER_METAPHONE_WORDS), 1);
    assert_int_equal(clusters_of(others, 2, TARN_CLUSTER_METAPHONE), 0);
    assert_int_equal(clusters_of(others, 2, TARN_CLUSTER_METAPHONE_WORDS), 0);
}

static void test_methods_by_name(void **state) {
    (void)state;
    for (int i = 0; i < TARN_CLUSTER_METHODS; i++) {
        tarn_cluster_method found;
        assert_true(tarn_cluster_method_find(tarn_cluster_method_name((tarn_cluster_method)i), &found));
        assert_int_equal(found, i);
    }
    tarn_cluster_method none;
    assert_false(tarn_cluster_method_find("soundex", &none));
    assert_true(tarn_cluster_default_threshold(TARN_CLUSTER_LEVENSHTEIN) == 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fingerprints),
        cmocka_unit_test(test_ngrams),
        cmocka_unit_test(test_sounds),
        cmocka_unit_test(test_distances),
        cmocka_unit_test(test_strokes),
        cmocka_unit_test(test_numbers_stay),
        cmocka_unit_test(test_sounds_of_words),
        cmocka_unit_test(test_order_of_clusters),
        cmocka_unit_test(test_every_near_pair_is_found),
        cmocka_unit_test(test_jaro_winkler_clusters),
        cmocka_unit_test(test_methods_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
