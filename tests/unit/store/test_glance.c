/* A few values of a large batch are read and checked without the rest of it. */
#include "support.h"

#include "store/zone_file.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 100000, NUMBERS = 0, TEXTS = 1 };

/* A table of one chunk that this process did not write. */
static uint64_t make_read_table(fixture *f) {
    uint64_t table = make_table(f->store, "t", ROWS, ROWS);
    fixture_reopen(f, NULL);
    return table;
}

static tarn_batch_entry entry_of(fixture *f, uint64_t table, size_t column) {
    tarn_batch_entry entry;
    tarn_version *version = head_of(f->store, table);
    assert_true(tarn_store_find_batch(f->store, tarn_version_reference(version, column, 0).base, &entry));
    tarn_version_release(version);
    assert_true(entry.length > TARN_SUMS_LEAST);
    return entry;
}

static void damage(fixture *f, const tarn_batch_entry *entry, uint64_t at) {
    char *path = tarn_segment_path(f->store, entry->segment);
    flip_byte(f->fs, path, entry->offset + at);
    free(path);
}

/* Where the checksums of stretches end: zones follow. */
static uint64_t end_of_sums(fixture *f, const tarn_batch_entry *entry) {
    char *path = tarn_segment_path(f->store, entry->segment);
    tarn_buffer file = read_all(f->fs, path);
    size_t zones = tarn_zones_tail(file.data + entry->offset, (size_t)entry->length);
    assert_true(zones > 0);
    tarn_buffer_free(&file);
    free(path);
    return entry->length - zones;
}

static void assert_text(const tarn_version *version, int64_t row) {
    char wanted[32], *text = text_at(version, TEXTS, row);
    snprintf(wanted, sizeof wanted, "row %lld", (long long)row);
    assert_string_equal(text, wanted);
    free(text);
}

static void assert_damaged(const tarn_version *version, size_t column, int64_t row) {
    struct ArrowArray values;
    assert_fails(tarn_version_take(version, column, &row, 1, &values, error), TARN_E_CORRUPT, "bytes");
}

static bool is_lost(const tarn_version *version, size_t column, int64_t row) {
    struct ArrowArray values;
    tarn_status status = tarn_version_take(version, column, &row, 1, &values, NULL);
    if (status == TARN_OK)
        tarn_array_release(&values);
    return status == TARN_E_CORRUPT;
}

/* Each value, from the first to the last and across the borders of stretches. */
static void all_values_are_found(void **state) {
    fixture *f = *state;
    uint64_t table = make_read_table(f);
    tarn_version *version = head_of(f->store, table);
    for (int64_t row = 0; row < ROWS; row += row < 20 || row > ROWS - 20 ? 1 : 97) {
        assert_int_equal(number_at(version, NUMBERS, row), row);
        assert_text(version, row);
    }
    assert_int_equal(number_at(version, NUMBERS, ROWS - 1), ROWS - 1);
    tarn_version_release(version);
}

static void nulls_and_patches_are_found(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", ROWS, ROWS);
    edit_number(f->store, table, 70000, -1);
    edit_number(f->store, table, 5, INT64_MIN);
    fixture_reopen(f, NULL);
    tarn_version *version = head_of(f->store, table);
    assert_int_equal(number_at(version, NUMBERS, 70000), -1);
    assert_int_equal(number_at(version, NUMBERS, 70001), 70001);
    assert_int_equal(number_at(version, NUMBERS, 5), INT64_MIN);
    tarn_version_release(version);
}

/* Damage is noticed by who reads what was damaged, and by who reads the whole. */
static void damage_elsewhere_does_no_harm(void **state) {
    fixture *f = *state;
    uint64_t table = make_read_table(f);
    tarn_batch_entry places[2] = {entry_of(f, table, NUMBERS), entry_of(f, table, TEXTS)};
    for (size_t i = 0; i < 2; i++)
        damage(f, &places[i], places[i].length * 3 / 4);
    tarn_version *version = head_of(f->store, table);
    assert_int_equal(number_at(version, NUMBERS, 10), 10);
    assert_text(version, 10);
    assert_damaged(version, NUMBERS, ROWS * 3 / 4);
    int lost = 0;
    for (int64_t row = 0; row < ROWS; row += 500)
        lost += is_lost(version, TEXTS, row);
    assert_in_range(lost, 1, 5); /* a stretch of 16 KiB holds less than 2,500 of these texts */
    assert_int_equal(number_at(version, NUMBERS, 11), 11);
    assert_text(version, 11);
    for (size_t column = 0; column < 2; column++) {
        tarn_batch *batch;
        assert_fails(tarn_version_read(version, column, 0, &batch, error), TARN_E_CORRUPT, "bytes");
    }
    tarn_version_release(version);
}

/* Where what describes the values, or the checksums themselves, are damaged, nothing of the batch is shown. */
static void damage_to_what_is_always_read_is_noticed(void **state) {
    fixture *f = *state;
    uint64_t table = make_read_table(f);
    tarn_batch_entry numbers = entry_of(f, table, NUMBERS), texts = entry_of(f, table, TEXTS);
    damage(f, &numbers, 100);
    damage(f, &texts, end_of_sums(f, &texts) - 60);
    tarn_version *version = head_of(f->store, table);
    assert_damaged(version, NUMBERS, ROWS - 1);
    assert_damaged(version, TEXTS, ROWS - 1);
    tarn_version_release(version);
}

/* Whole chunks are wanted for many values. */
static void many_values_are_read_with_the_rest(void **state) {
    enum { MANY = 20000 };
    fixture *f = *state;
    uint64_t table = make_read_table(f);
    tarn_version *version = head_of(f->store, table);
    struct ArrowArray values;
    int64_t *rows = malloc(MANY * sizeof *rows);
    for (int64_t i = 0; i < MANY; i++)
        rows[i] = ROWS - 1 - 4 * i;
    assert_ok(tarn_version_take(version, NUMBERS, rows, MANY, &values, error));
    for (int64_t i = 0; i < MANY; i++)
        assert_int_equal(((const int64_t *)values.buffers[1])[values.offset + i], rows[i]);
    tarn_array_release(&values);
    free(rows);
    tarn_version_release(version);
}

static const tarn_hash128 an_id = {1, 2};

/* A stream whose last stretch is one byte, with its checksums. */
static tarn_buffer make_sealed(void) {
    tarn_buffer bytes = {0};
    assert_ok(tarn_buffer_reserve(&bytes, TARN_SUMS_LEAST + 1, error));
    memset(bytes.data, 'x', TARN_SUMS_LEAST + 1);
    bytes.size = TARN_SUMS_LEAST + 1;
    assert_ok(tarn_sums_append(&bytes, an_id, error));
    return bytes;
}

static tarn_sums *sums_of(const tarn_buffer *bytes, size_t size, tarn_hash128 id) {
    tarn_sums *sums;
    assert_ok(tarn_sums_open(bytes->data, size, id, &sums, error));
    return sums;
}

/* Checksums belong to one batch: those of another at its place are none. */
static void checksums_belong_to_a_batch(void **state) {
    (void)state;
    tarn_buffer bytes = make_sealed(), small = {0};
    assert_null(sums_of(&bytes, bytes.size, (tarn_hash128){2, 1}));
    assert_null(sums_of(&bytes, bytes.size - 64, an_id));
    assert_ok(tarn_buffer_append(&small, bytes.data, 100, error));
    assert_ok(tarn_sums_append(&small, an_id, error));
    assert_int_equal(small.size, 100);
    tarn_buffer_free(&small);
    tarn_buffer_free(&bytes);
}

static void checksums_hold_what_was_written(void **state) {
    (void)state;
    tarn_buffer bytes = make_sealed();
    tarn_sums *sums = sums_of(&bytes, bytes.size, an_id);
    const uint8_t *data = bytes.data, *last = data + TARN_SUMS_LEAST;
    assert_non_null(sums);
    bytes.data[TARN_SUMS_LEAST] = 'y';
    assert_false(tarn_sums_hold(sums, last - 1, 2));
    assert_true(tarn_sums_hold(sums, data, TARN_SUMS_LEAST));
    assert_true(tarn_sums_hold(sums, last + 1, 0));
    assert_false(tarn_sums_hold(sums, last + 1, 1)); /* the checksums are not of the stream */
    assert_false(tarn_sums_hold(sums, (const void *)((uintptr_t)data - 1), 1));
    assert_false(tarn_sums_hold(sums, data + 1, SIZE_MAX));
    tarn_sums_free(sums);
    tarn_buffer_free(&bytes);
}

static void *read_here_and_there(void *context) {
    const tarn_version *version = context;
    for (int64_t i = 0; i < 300; i++)
        assert_int_equal(number_at(version, NUMBERS, i * 7919 % ROWS), i * 7919 % ROWS);
    return NULL;
}

static void threads_glance_together(void **state) {
    fixture *f = *state;
    uint64_t table = make_read_table(f);
    tarn_version *version = head_of(f->store, table);
    pthread_t threads[3];
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_here_and_there, version), 0);
    tarn_batch *batch;
    assert_ok(tarn_version_read(version, NUMBERS, 0, &batch, error));
    tarn_batch_release(batch);
    for (size_t i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    tarn_version_release(version);
}

/* Compressed values are found without decompressing the rest; what is damaged is shown to nobody. */
static void compressed_values_are_found(void **state) {
    fixture *f = *state;
    tarn_store_options lz4 = {.codec = TARN_CODEC_LZ4};
    fixture_reopen(f, &lz4);
    uint64_t table = make_table(f->store, "t", ROWS, ROWS);
    edit_number(f->store, table, 70000, -1);
    fixture_reopen(f, &lz4);
    tarn_version *version = head_of(f->store, table);
    for (int64_t row = 0; row < ROWS; row += row < 20 || row > ROWS - 20 ? 1 : 997) {
        assert_int_equal(number_at(version, NUMBERS, row), row);
        assert_text(version, row);
    }
    assert_int_equal(number_at(version, NUMBERS, 70000), -1);
    tarn_batch *batch; /* then as a whole, and from the cache */
    assert_ok(tarn_version_read(version, TEXTS, 0, &batch, error));
    tarn_batch_release(batch);
    assert_text(version, ROWS - 1);
    tarn_batch_entry entry = entry_of(f, table, NUMBERS);
    tarn_version_release(version);
    fixture_reopen(f, &lz4);
    damage(f, &entry, entry.length - 100);
    version = head_of(f->store, table);
    assert_damaged(version, NUMBERS, 1);
    assert_text(version, 1);
    tarn_version_release(version);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(all_values_are_found),
        TEST(nulls_and_patches_are_found),
        TEST(damage_elsewhere_does_no_harm),
        TEST(damage_to_what_is_always_read_is_noticed),
        TEST(many_values_are_read_with_the_rest),
        TEST(threads_glance_together),
        TEST(compressed_values_are_found),
        cmocka_unit_test(checksums_belong_to_a_batch),
        cmocka_unit_test(checksums_hold_what_was_written),
    };
    return cmocka_run_group_tests_name("glance", tests, NULL, NULL);
}
