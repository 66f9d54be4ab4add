/* Digests against the same tables compared openly, and files that are not as they should be. */
#include "support_diff.h"

#include "diff/blind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static tarn_blind_source *digest_within(fixture *f, tarn_version *version, const char *name,
                                        const tarn_diff_options *options, const char *secret, uint64_t memory) {
    tarn_blind_key key;
    tarn_blind_source *source;
    assert_ok(tarn_blind_key_derive(secret, strlen(secret), &key, error));
    tarn_blind_input input = {
        .version = version, .name = name, .options = options, .key = &key, .memory = memory, .pool = f->pool};
    assert_ok(tarn_blind_table(&input, &source, error));
    tarn_blind_key_clear(&key);
    return source;
}

static tarn_blind_source *digest(fixture *f, tarn_version *version, const char *name, const tarn_diff_options *options,
                                 const char *secret) {
    return digest_within(f, version, name, options, secret, 0);
}

static void digests_tell_what_an_open_comparison_tells(void **state) {
    fixture *f = *state;
    static const char *const keys[] = {"c0", "c1"}, *const left_out[] = {"c4"};
    for (int round = 0; round < 12; round++) {
        char names[2][16];
        tarn_version *versions[2];
        tarn_blind_source *sources[2];
        tarn_diff_options options = {
            .keys = keys, .key_count = 1 + (size_t)random_below(f, 2), .leave_out = left_out, .leave_out_count = 1};
        options.ignore_case = random_below(f, 2);
        options.ignore_space = random_below(f, 2);
        for (int i = 0; i < 2; i++) {
            snprintf(names[i], sizeof names[i], "t%d_%d", round, i);
            versions[i] = head_of(f, random_table(f, names[i], i == 0 ? "l u l u b d:10,2" : "i u g u b l", 40));
            sources[i] = digest(f, versions[i], names[i], &options, "secret");
        }
        tarn_blind *blind;
        tarn_diff *open;
        tarn_diff_input input = {.before = versions[0],
                                 .after = versions[1],
                                 .before_name = names[0],
                                 .after_name = names[1],
                                 .options = &options,
                                 .pool = f->pool};
        assert_ok(tarn_diff_compare(&input, &open, error));
        assert_ok(tarn_blind_match(sources[0], sources[1], 10, NULL, &blind, error));
        const tarn_diff_info *a = tarn_diff_info_of(open), *b = tarn_blind_info(blind);
        assert_int_equal(a->added, b->added);
        assert_int_equal(a->removed, b->removed);
        assert_int_equal(a->modified, b->modified);
        assert_int_equal(a->unmatched, b->unmatched);
        assert_int_equal(a->cells, b->cells);
        for (int i = 0; i < 2; i++) {
            sources[i]->close(sources[i]);
            tarn_version_release(versions[i]);
        }
        tarn_diff_close(open);
        tarn_blind_close(blind);
    }
}

static void another_secret_makes_other_digests(void **state) {
    fixture *f = *state;
    static const char *const keys[] = {"c0"};
    tarn_diff_options options = {.keys = keys, .key_count = 1};
    tarn_version *version = head_of(f, random_table(f, "t", "l u", 20));
    tarn_blind_source *a = digest(f, version, "t", &options, "one"), *b = digest(f, version, "t", &options, "two");
    tarn_blind *blind;
    tarn_blind_rows x, y;
    assert_fails(tarn_blind_match(a, b, 0, NULL, &blind, error), TARN_E_INVALID, "same secret");
    assert_ok(a->next(a, &x, error));
    assert_ok(b->next(b, &y, error));
    assert_int_equal(x.count, y.count);
    for (int64_t i = 0; i < x.count; i++) {
        for (int64_t k = 0; k < y.count; k++)
            assert_memory_not_equal(x.keys + i * TARN_BLIND_KEY_BYTES, y.keys + k * TARN_BLIND_KEY_BYTES,
                                    TARN_BLIND_KEY_BYTES);
    }
    tarn_blind_key key;
    assert_fails(tarn_blind_key_derive("", 0, &key, error), TARN_E_INVALID, "empty");
    a->close(a);
    b->close(b);
    tarn_version_release(version);
}

/* The digests of all keys, in the order in which the source gives them. */
static uint8_t *all_keys(tarn_blind_source *source, int64_t *count) {
    int64_t rows = source->about.rows - source->about.null_keys;
    uint8_t *keys = malloc((size_t)rows * TARN_BLIND_KEY_BYTES + 1);
    tarn_blind_rows some;
    assert_non_null(keys);
    *count = 0;
    do {
        assert_ok(source->next(source, &some, error));
        assert_true(*count + some.count <= rows);
        if (some.count > 0)
            memcpy(keys + *count * TARN_BLIND_KEY_BYTES, some.keys, (size_t)some.count * TARN_BLIND_KEY_BYTES);
        *count += some.count;
    } while (some.count > 0);
    assert_int_equal(*count, rows);
    source->close(source);
    return keys;
}

/* Where the rows' order is kept shows nowhere. */
static void digests_of_many_rows_go_to_disk(void **state) {
    fixture *f = *state;
    static const char *const keys[] = {"c0", "c1"};
    tarn_diff_options options = {.keys = keys, .key_count = 2};
    tarn_version *version = head_of(f, random_table(f, "t", "l g b", 120000));
    int64_t counts[2];
    uint8_t *in_memory = all_keys(digest_within(f, version, "t", &options, "secret", UINT64_MAX), &counts[0]);
    uint8_t *on_disk = all_keys(digest_within(f, version, "t", &options, "secret", 1), &counts[1]);
    assert_int_equal(counts[0], counts[1]);
    assert_true(counts[0] > 0);
    assert_memory_equal(in_memory, on_disk, (size_t)counts[0] * TARN_BLIND_KEY_BYTES);
    for (int64_t i = 1; i < counts[0]; i++)
        assert_true(memcmp(in_memory + (i - 1) * TARN_BLIND_KEY_BYTES, in_memory + i * TARN_BLIND_KEY_BYTES,
                           TARN_BLIND_KEY_BYTES) <= 0);
    free(in_memory);
    free(on_disk);
    tarn_version_release(version);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(digests_tell_what_an_open_comparison_tells, setup, teardown),
        cmocka_unit_test_setup_teardown(digests_of_many_rows_go_to_disk, setup, teardown),
        cmocka_unit_test_setup_teardown(another_secret_makes_other_digests, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
