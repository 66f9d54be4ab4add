/* Results that are kept. */
#include "support_diff.h"

#include "diff/cache.h"

#include <string.h>

static tarn_diff *compare(fixture *f, tarn_diff_cache *cache, tarn_version *before, tarn_version *after,
                          const tarn_diff_options *options) {
    tarn_diff *diff;
    tarn_diff_input input = {
        .before = before, .after = after, .before_name = "t", .after_name = "t", .options = options, .pool = f->pool};
    assert_ok(tarn_diff_cache_compare(cache, &input, &diff, error));
    return diff;
}

/* A version unlike the present one: random changes may change nothing. */
static tarn_version *next_version(fixture *f, uint64_t table) {
    tarn_version *present = head_of(f, table), *next;
    for (;;) {
        delete_at_random(f, table);
        next = head_of(f, table);
        if (tarn_version_number(next) != tarn_version_number(present))
            break;
        tarn_version_release(next);
    }
    tarn_version_release(present);
    return next;
}

static tarn_diff_cache_info info_of(tarn_diff_cache *cache) {
    tarn_diff_cache_info info;
    tarn_diff_cache_info_get(cache, &info);
    return info;
}

static void the_same_comparison_is_made_once(void **state) {
    fixture *f = *state;
    tarn_diff_cache *cache;
    uint64_t table = random_table(f, "t", "l u", 100);
    tarn_version *before = head_of(f, table);
    tarn_version *after = next_version(f, table);
    assert_ok(tarn_diff_cache_new(1 << 20, &cache, error));
    tarn_diff *first = compare(f, cache, before, after, NULL), *again = compare(f, cache, before, after, NULL);
    assert_ptr_equal(first, again);
    tarn_diff_options rules = {.ignore_case = true};
    tarn_diff *other = compare(f, cache, before, after, &rules), *reverse = compare(f, cache, after, before, NULL);
    assert_ptr_not_equal(first, other);
    assert_ptr_not_equal(first, reverse);
    assert_int_equal(tarn_diff_info_of(first)->added, tarn_diff_info_of(reverse)->removed);
    assert_int_not_equal(tarn_diff_info_of(first)->id, tarn_diff_info_of(other)->id);
    tarn_diff *found;
    assert_ok(tarn_diff_cache_find(cache, tarn_diff_info_of(other)->id, &found, error));
    assert_ptr_equal(found, other);
    assert_int_equal(info_of(cache).count, 3);
    assert_int_equal(info_of(cache).misses, 3);
    tarn_diff_cache_forget(cache, tarn_diff_info_of(other)->id);
    assert_fails(tarn_diff_cache_find(cache, tarn_diff_info_of(other)->id, &found, error), TARN_E_NOT_FOUND, "again");
    tarn_diff_cache_free(cache);
    assert_true(tarn_diff_info_of(first)->removed > 0 || !tarn_diff_differs(first)); /* handles outlive the cache */
    tarn_diff *const all[] = {first, again, other, reverse, found};
    for (size_t i = 0; i < 5; i++)
        tarn_diff_close(all[i]);
    tarn_version_release(before);
    tarn_version_release(after);
}

static void those_used_last_stay_within_the_limit(void **state) {
    fixture *f = *state;
    tarn_diff_cache *cache;
    uint64_t table = random_table(f, "t", "l", 2000);
    tarn_version *versions[6];
    versions[0] = head_of(f, table);
    for (size_t i = 1; i < 6; i++)
        versions[i] = next_version(f, table);
    tarn_diff *diff = NULL;
    assert_ok(tarn_diff_cache_new(UINT64_MAX, &cache, error));
    uint64_t most = 0;
    for (size_t i = 1; i < 6; i++) {
        diff = compare(f, cache, versions[0], versions[i], NULL);
        most = most > tarn_diff_info_of(diff)->bytes ? most : tarn_diff_info_of(diff)->bytes;
        tarn_diff_close(diff);
    }
    assert_int_equal(info_of(cache).count, 5);
    tarn_diff_cache_free(cache);
    assert_ok(tarn_diff_cache_new(2 * most, &cache, error));
    tarn_diff_close(compare(f, cache, versions[0], versions[1], NULL));
    for (size_t i = 2; i < 6; i++) {
        tarn_diff_close(compare(f, cache, versions[0], versions[i], NULL));
        assert_true(info_of(cache).bytes <= 2 * most);
        uint64_t hits = info_of(cache).hits;
        tarn_diff_close(compare(f, cache, versions[0], versions[1], NULL));
        assert_int_equal(info_of(cache).hits, hits + 1);
    }
    tarn_diff_cache_free(cache);
    assert_ok(tarn_diff_cache_new(1, &cache, error));
    tarn_diff_close(compare(f, cache, versions[0], versions[1], NULL));
    assert_int_equal(info_of(cache).count, 0);
    tarn_diff_cache_free(cache);
    for (size_t i = 0; i < 6; i++)
        tarn_version_release(versions[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_comparison_is_made_once, setup, teardown),
        cmocka_unit_test_setup_teardown(those_used_last_stay_within_the_limit, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
