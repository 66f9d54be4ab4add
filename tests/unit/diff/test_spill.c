/* Rows dealt out to buckets, in memory and in a scratch file. */
#include "support_diff.h"

#include "diff/spill.h"

#include <stdlib.h>
#include <string.h>

enum { RUNS = 7, BUCKETS = 11, MOST = 400 };

typedef struct dealt_item {
    uint32_t bucket, run, number;
} dealt_item;

static void put_run(fixture *f, tarn_dealt *dealt, uint32_t run, uint32_t *counts) {
    uint32_t count = (uint32_t)random_below(f, MOST), buckets[MOST];
    dealt_item items[MOST];
    for (uint32_t i = 0; i < count; i++) {
        buckets[i] = (uint32_t)random_below(f, BUCKETS);
        items[i] = (dealt_item){buckets[i], run, i};
        counts[buckets[i]]++;
    }
    assert_ok(tarn_dealt_put(dealt, run, items, buckets, count, error));
}

/* What is in a stretch of buckets comes run by run, bucket by bucket, and in a bucket as it was put. */
static void check_run(const tarn_dealt *dealt, uint32_t run, uint32_t from, uint32_t to, uint32_t *counts) {
    tarn_buffer scratch = {0};
    const void *found;
    uint32_t count;
    assert_ok(tarn_dealt_get(dealt, run, from, to, &scratch, &found, &count, error));
    assert_int_equal(count, tarn_dealt_count(dealt, run, from, to));
    const dealt_item *items = found;
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(items[i].run, run);
        assert_in_range(items[i].bucket, from, to - 1);
        if (i > 0)
            assert_true(items[i - 1].bucket < items[i].bucket ||
                        (items[i - 1].bucket == items[i].bucket && items[i - 1].number < items[i].number));
        counts[items[i].bucket]--;
    }
    tarn_buffer_free(&scratch);
}

/* Files in the store's folder for temporary files, but the one that says whose it is. */
static size_t files_in_scratch(fixture *f) {
    tarn_entry *entries;
    size_t count;
    const char *folder;
    assert_ok(tarn_store_scratch(f->store, &folder, error));
    assert_ok(tarn_fs_list(f->fs, folder, &entries, &count, error));
    tarn_entries_free(entries, count);
    return count - 1;
}

static void what_is_dealt_out_is_found(void **state) {
    fixture *f = *state;
    uint64_t table = random_table(f, "t", "l", 3);
    tarn_version *version = head_of(f, table);
    static const uint64_t limits[] = {UINT64_MAX, 0, MOST * sizeof(dealt_item)};
    for (size_t i = 0; i < 3; i++) {
        tarn_diff_spill *spill;
        tarn_dealt dealt;
        uint32_t counts[BUCKETS] = {0};
        assert_ok(tarn_diff_spill_new(version, limits[i], &spill, error));
        assert_ok(tarn_dealt_make(&dealt, spill, sizeof(dealt_item), BUCKETS, RUNS + 1, error));
        for (uint32_t run = 0; run < RUNS; run++) /* the last one stays empty */
            put_run(f, &dealt, run, counts);
        assert_true((tarn_diff_spilled(spill) > 0) == (limits[i] != UINT64_MAX));
        for (uint32_t from = 0, to; from < BUCKETS; from = to) {
            to = from + 1 + (uint32_t)random_below(f, BUCKETS - from);
            for (uint32_t run = 0; run <= RUNS; run++)
                check_run(&dealt, run, from, to, counts);
        }
        for (uint32_t b = 0; b < BUCKETS; b++)
            assert_int_equal(counts[b], 0);
        tarn_dealt_clear(&dealt);
        tarn_diff_spill_free(spill);
        assert_int_equal(files_in_scratch(f), 0);
    }
    tarn_version_release(version);
}

/* A comparison in as good as no memory finds what one in memory finds, and leaves no file. */
static void comparisons_spill(void **state) {
    fixture *f = *state;
    static const char *const key = "c0";
    uint64_t a = random_table(f, "a", "l u", 30000), b = random_table(f, "b", "l u", 30000);
    tarn_version *before = head_of(f, a), *after = head_of(f, b);
    tarn_diff *diffs[2];
    for (int i = 0; i < 2; i++) {
        tarn_diff_options options = {.keys = &key, .key_count = 1};
        tarn_diff_input input = {before, after, "a", "b", &options, f->pool, NULL, i == 0 ? 1 : 0};
        assert_ok(tarn_diff_compare(&input, &diffs[i], error));
    }
    const tarn_diff_info *x = tarn_diff_info_of(diffs[0]), *y = tarn_diff_info_of(diffs[1]);
    assert_int_equal(x->unmatched, y->unmatched);
    assert_int_equal(x->before.null_keys, y->before.null_keys);
    assert_int_equal(x->after.duplicate_keys, y->after.duplicate_keys);
    assert_true(x->unmatched > 50000);
    assert_int_equal(files_in_scratch(f), 0);
    tarn_diff_close(diffs[0]);
    tarn_diff_close(diffs[1]);
    tarn_version_release(before);
    tarn_version_release(after);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_dealt_out_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(comparisons_spill, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
