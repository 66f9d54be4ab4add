// Zones that are stored with batches: found again, checked, never believed when damaged, and not needed.
#include "support_zones.h"

#include "fs/fault.h"
#include "store/record.h"
#include "store/zone_file.h"

#include <stdlib.h>

enum { ROWS = 30000, NUMBERS = 0, TEXTS = 1 };

/* A table of one chunk that this process did not write. */
static uint64_t make_read_table(fixture *f, const tarn_store_options *options) {
    if (options != NULL)
        fixture_reopen(f, options);
    uint64_t table = make_table(f->store, "t", ROWS, ROWS);
    fixture_reopen(f, options);
    return table;
}

static tarn_batch_entry entry_of(fixture *f, uint64_t table, size_t column) {
    tarn_batch_entry entry;
    tarn_version *version = head_of(f->store, table);
    assert_true(tarn_store_find_batch(f->store, tarn_version_reference(version, column, 0).base, &entry));
    tarn_version_release(version);
    return entry;
}

static const tarn_zone_map *known_zones(fixture *f, uint64_t table, size_t column) {
    const tarn_zone_map *map;
    tarn_version *version = head_of(f->store, table);
    assert_ok(tarn_version_zones(version, column, 0, TARN_ZONE_KNOWN, &map, error));
    tarn_version_release(version);
    return map;
}

static void assert_known(fixture *f, uint64_t table) {
    const tarn_zone_map *map = known_zones(f, table, NUMBERS);
    assert_non_null(map);
    assert_int_equal(map->whole.least.integer, 0);
    assert_int_equal(map->whole.greatest.integer, ROWS - 1);
    assert_int_equal(map->parts[3].least.integer, 3 * TARN_ZONE_ROWS);
    tarn_zone_map_release(map);
    map = known_zones(f, table, TEXTS);
    assert_non_null(map);
    assert_memory_equal(map->least_text, "row 0", 5);
    assert_memory_equal(map->greatest_text, "row 9999", 8);
    assert_int_equal(map->longest, 9);
    tarn_zone_map_release(map);
}

/* No values were read for it. */
static void assert_untouched(fixture *f, uint64_t table) {
    for (size_t column = 0; column < 2; column++) {
        tarn_batch *batch = tarn_cache_look(&f->store->cache, entry_of(f, table, column).id);
        assert_null(batch);
    }
}

static void zones_are_found_without_reading_values(void **state) {
    fixture *f = *state;
    uint64_t table = make_read_table(f, NULL);
    assert_known(f, table);
    assert_untouched(f, table);
}

static void compressed_batches_have_them_too(void **state) {
    fixture *f = *state;
    static const tarn_store_options lz4 = {.codec = TARN_CODEC_LZ4};
    tarn_recode_report report;
    uint64_t table = make_read_table(f, &lz4);
    assert_known(f, table);
    assert_untouched(f, table);
    assert_ok(tarn_store_recode(f->store, table, TARN_CODEC_ZSTD, NULL, &report, error));
    fixture_reopen(f, NULL);
    assert_known(f, table);
    assert_untouched(f, table);
    assert_ok(tarn_store_recode(f->store, table, TARN_CODEC_NONE, NULL, &report, error));
    fixture_reopen(f, NULL);
    assert_known(f, table);
    assert_untouched(f, table);
}

/* ---- damage ------------------------------------------------------------------------------------------------------ */

static void assert_problem(fixture *f, bool repair, const char *text) {
    tarn_verify_report report;
    bool found = false;
    assert_ok(tarn_store_verify(f->store, repair, NULL, &report, error));
    for (size_t i = 0; i < report.problem_count; i++)
        found = found || strstr(report.problems[i].what, text) != NULL;
    assert_true(found || (text[0] == '\0' && report.problem_count == 0));
    tarn_verify_report_clear(&report);
}

static void damaged_zones_are_not_believed(void **state) {
    fixture *f = *state;
    uint64_t table = make_read_table(f, NULL);
    tarn_batch_entry entry = entry_of(f, table, NUMBERS);
    char *path = tarn_segment_path(f->store, entry.segment);
    for (uint64_t back = 1; back < 300; back += 7) {
        flip_byte(f->fs, path, entry.offset + entry.length - back);
        fixture_reopen(f, NULL);
        assert_null(known_zones(f, table, NUMBERS));
        flip_byte(f->fs, path, entry.offset + entry.length - back);
    }
    flip_byte(f->fs, path, entry.offset + entry.length - 100);
    assert_problem(f, false, "were changed or are damaged");
    free(path);
}

/* Let other bytes be what is stored of a batch, with a checksum that fits and a line of the journal that says so. */
static void plant(fixture *f, const tarn_batch_entry *entry, const tarn_buffer *bytes) {
    tarn_batch_entry planted = {.id = entry->id, .codec = entry->codec};
    tarn_buffer line = {0};
    tarn_json_out out = {.buffer = &line};
    assert_ok(tarn_segment_append(f->store, bytes, &planted, error));
    assert_ok(tarn_segment_sync(f->store, error));
    tarn_json_out_open(&out, '{');
    tarn_json_out_key(&out, "kept");
    tarn_json_out_open(&out, '[');
    tarn_json_out_close(&out, ']');
    tarn_json_out_key(&out, "batches");
    tarn_json_out_open(&out, '[');
    tarn_line_write_batch(&out, &planted);
    tarn_json_out_close(&out, ']');
    assert_ok(tarn_journal_commit(f->store, &line, error));
    tarn_buffer_free(&line);
}

/* What is stored of a batch without its zones. */
static tarn_buffer without_zones(fixture *f, const tarn_batch_entry *entry) {
    char *path = tarn_segment_path(f->store, entry->segment);
    tarn_buffer file = read_all(f->fs, path), out = {0};
    size_t tail = tarn_zones_tail(file.data + entry->offset, (size_t)entry->length);
    assert_true(tail > 0);
    assert_ok(tarn_buffer_append(&out, file.data + entry->offset, (size_t)entry->length - tail, error));
    tarn_buffer_free(&file);
    free(path);
    return out;
}

static tarn_buffer with_zones_of(fixture *f, const tarn_batch_entry *entry, int64_t first) {
    struct ArrowSchema type = column_type("l", "n");
    struct ArrowArray other = numbers(first, 1, ROWS);
    const tarn_zone_map *map;
    tarn_buffer bytes = without_zones(f, entry);
    assert_ok(tarn_zone_map_of(&type, &other, &map, error));
    assert_ok(tarn_zones_append(&bytes, map, entry->id, error));
    tarn_zone_map_release(map);
    tarn_array_release(&other);
    tarn_schema_release(&type);
    return bytes;
}

static void planted_zones_are_found_and_mended(void **state) {
    fixture *f = *state;
    uint64_t table = make_read_table(f, NULL);
    tarn_batch_entry entry = entry_of(f, table, NUMBERS);
    tarn_buffer bytes = with_zones_of(f, &entry, 5);
    plant(f, &entry, &bytes);
    assert_problem(f, false, "what is noted of the values");
    assert_problem(f, true, "what is noted of the values");
    fixture_reopen(f, NULL);
    assert_known(f, table);
    assert_problem(f, false, "");
    tarn_version *version = head_of(f->store, table);
    assert_int_equal(number_at(version, NUMBERS, 4), 4);
    tarn_version_release(version);
    tarn_buffer_free(&bytes);
}

/* As Tarn wrote them before it knew zones. */
static void batches_without_zones_get_theirs_when_they_are_read(void **state) {
    fixture *f = *state;
    uint64_t table = make_read_table(f, NULL);
    for (size_t column = 0; column < 2; column++) {
        tarn_batch_entry entry = entry_of(f, table, column);
        tarn_buffer bytes = without_zones(f, &entry);
        plant(f, &entry, &bytes);
        tarn_buffer_free(&bytes);
        assert_null(known_zones(f, table, column));
    }
    tarn_version *version = head_of(f->store, table);
    for (size_t column = 0; column < 2; column++) {
        const tarn_zone_map *map;
        assert_ok(tarn_version_zones(version, column, 0, TARN_ZONE_MADE, &map, error));
        tarn_zone_map_release(map);
    }
    tarn_version_release(version);
    assert_known(f, table);
}

static void reading_values_makes_zones_that_are_lacking(void **state) {
    fixture *f = *state;
    uint64_t table = make_read_table(f, NULL);
    tarn_batch_entry entry = entry_of(f, table, NUMBERS);
    tarn_buffer bytes = without_zones(f, &entry);
    plant(f, &entry, &bytes);
    fixture_reopen(f, NULL);
    assert_null(known_zones(f, table, NUMBERS));
    tarn_version *version = head_of(f->store, table);
    tarn_batch *batch;
    assert_ok(tarn_version_read(version, NUMBERS, 0, &batch, error));
    tarn_batch_release(batch);
    tarn_version_release(version);
    assert_known(f, table);
    tarn_buffer_free(&bytes);
}

static void zones_of_another_length_are_not_believed(void **state) {
    fixture *f = *state;
    uint64_t table = make_read_table(f, NULL);
    tarn_batch_entry entry = entry_of(f, table, NUMBERS);
    struct ArrowSchema type = column_type("l", "n");
    struct ArrowArray other = numbers(7, 1, 10);
    const tarn_zone_map *map;
    tarn_buffer bytes = without_zones(f, &entry);
    assert_ok(tarn_zone_map_of(&type, &other, &map, error));
    assert_ok(tarn_zones_append(&bytes, map, entry.id, error));
    plant(f, &entry, &bytes);
    assert_null(known_zones(f, table, NUMBERS));
    tarn_version *version = head_of(f->store, table);
    tarn_zone_map_release(map);
    assert_ok(tarn_version_zones(version, NUMBERS, 0, TARN_ZONE_MADE, &map, error));
    assert_int_equal(map->whole.greatest.integer, ROWS - 1);
    tarn_version_release(version);
    tarn_zone_map_release(map);
    tarn_buffer_free(&bytes);
    tarn_array_release(&other);
    tarn_schema_release(&type);
}

static const tarn_hash128 an_id = {1, 2};

/* Zones of a random column, without what seals them. */
static tarn_buffer random_zones(dice *dice, const char *format) {
    struct ArrowSchema type = column_type(format, "x");
    struct ArrowArray column = random_column(dice, &type, 5000);
    const tarn_zone_map *map;
    tarn_buffer out = {0};
    assert_ok(tarn_zone_map_of(&type, &column, &map, error));
    assert_ok(tarn_zones_append(&out, map, an_id, error));
    out.size -= 40;
    tarn_zone_map_release(map);
    tarn_array_release(&column);
    tarn_schema_release(&type);
    return out;
}

/* Whether zones are read out of bytes under a checksum that fits; what is read can be asked. */
static bool are_zones(const uint8_t *data, size_t size) {
    tarn_buffer bytes = {0};
    const tarn_zone_map *map;
    assert_ok(tarn_buffer_append(&bytes, data, size, error));
    assert_ok(tarn_zones_seal(&bytes, 0, an_id, error));
    assert_ok(tarn_zones_read(bytes.data, bytes.size, an_id, &map, error));
    tarn_zone_value nothing = {.bytes = bytes.data};
    if (map != NULL)
        assert_true(tarn_zone_ask(map->kind, &map->whole, TARN_ZONE_EQUAL, &nothing) <= TARN_ZONE_YES);
    bool are = map != NULL;
    tarn_zone_map_release(map);
    tarn_buffer_free(&bytes);
    return are;
}

static void zones_that_make_no_sense_are_read_as_none(void **state) {
    (void)state;
    dice dice = {7};
    for (size_t t = 0; ordered_types[t] != NULL; t++) {
        tarn_buffer whole = random_zones(&dice, ordered_types[t]);
        assert_true(are_zones(whole.data, whole.size));
        for (size_t i = 0; i < whole.size; i++) {
            uint8_t flipped = (uint8_t)(1u << roll(&dice, 8));
            assert_false(are_zones(whole.data, i));
            whole.data[i] ^= flipped;
            are_zones(whole.data, whole.size);
            whole.data[i] ^= flipped;
        }
        tarn_buffer_free(&whole);
    }
}

/* ---- faults ------------------------------------------------------------------------------------------------------ */

static tarn_status commit_large(tarn_store *store) {
    tarn_transaction *transaction;
    tarn_draft *draft;
    tarn_batch_id id;
    struct ArrowSchema type = column_type("l", "n");
    struct ArrowArray values = numbers(0, 1, ROWS);
    tarn_status status = tarn_transaction_begin(store, &transaction, NULL);
    if (status == TARN_OK) {
        status = tarn_draft_create(transaction, "t", &draft, NULL);
        if (status == TARN_OK)
            status = tarn_draft_add_column(draft, &type, 0, NULL);
        if (status == TARN_OK)
            status = tarn_transaction_put(transaction, &type, &values, &id, NULL);
        if (status == TARN_OK)
            status = tarn_draft_append_chunk(draft, ROWS, &id, NULL);
        if (status == TARN_OK)
            status = tarn_transaction_commit(transaction, &an_event, NULL, NULL);
        else
            tarn_transaction_abort(transaction);
    }
    tarn_array_release(&values);
    tarn_schema_release(&type);
    return status;
}

/* Of the first table of a workspace, if it has one. */
static void check_after_faults(tarn_fs *fs, bool committed) {
    fixture f = {.fs = fs};
    tarn_table_state table;
    assert_ok(tarn_store_open(fs, WORKSPACE, NULL, &f.store, error));
    bool there = tarn_store_find(f.store, "t", &table, NULL) == TARN_OK;
    assert_true(there || !committed);
    if (there) {
        const tarn_zone_map *map = known_zones(&f, table.id, NUMBERS);
        assert_non_null(map);
        assert_int_equal(map->whole.greatest.integer, ROWS - 1);
        tarn_zone_map_release(map);
        tarn_table_state_clear(&table);
    }
    assert_problem(&f, false, "");
    tarn_store_close(f.store);
}

static void each_call_of_a_commit_fails(void **state) {
    (void)state;
    for (uint64_t n = 1, hits = 1; hits > 0; n++) {
        tarn_fs *fs;
        tarn_store *store;
        tarn_fault_plan plan = {.kinds = TARN_FAULT_ANY, .call = n, .status = TARN_E_IO, .written = 70000};
        assert_ok(tarn_fs_fault(&fs, error));
        assert_ok(tarn_store_create(fs, WORKSPACE, error));
        assert_ok(tarn_store_open(fs, WORKSPACE, NULL, &store, error));
        tarn_fault_plan_set(fs, &plan);
        bool committed = commit_large(store) == TARN_OK;
        tarn_store_close(store);
        hits = tarn_fault_plan_hits(fs);
        tarn_fault_plan_set(fs, NULL);
        check_after_faults(fs, committed);
        tarn_fs_free(fs);
    }
}

static void zones_that_cannot_be_read_are_not_known(void **state) {
    (void)state;
    tarn_fault_plan plan = {.kinds = TARN_FAULT_READ, .call = 1, .status = TARN_E_IO, .lasting = true};
    fixture f;
    assert_ok(tarn_fs_fault(&f.fs, error));
    assert_ok(tarn_store_create(f.fs, WORKSPACE, error));
    assert_ok(tarn_store_open(f.fs, WORKSPACE, NULL, &f.store, error));
    assert_int_equal(commit_large(f.store), TARN_OK);
    tarn_version *version = head_of(f.store, 1);
    const tarn_zone_map *map;
    tarn_fault_plan_set(f.fs, &plan);
    assert_ok(tarn_version_zones(version, 0, 0, TARN_ZONE_KNOWN, &map, error));
    assert_null(map);
    tarn_fault_plan_set(f.fs, NULL);
    assert_ok(tarn_version_zones(version, 0, 0, TARN_ZONE_KNOWN, &map, error));
    assert_non_null(map);
    tarn_zone_map_release(map);
    tarn_version_release(version);
    tarn_store_close(f.store);
    tarn_fs_free(f.fs);
}

#define WITH_WORKSPACE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_WORKSPACE(zones_are_found_without_reading_values),
        WITH_WORKSPACE(compressed_batches_have_them_too),
        WITH_WORKSPACE(damaged_zones_are_not_believed),
        WITH_WORKSPACE(planted_zones_are_found_and_mended),
        WITH_WORKSPACE(batches_without_zones_get_theirs_when_they_are_read),
        WITH_WORKSPACE(reading_values_makes_zones_that_are_lacking),
        WITH_WORKSPACE(zones_of_another_length_are_not_believed),
        cmocka_unit_test(zones_that_make_no_sense_are_read_as_none),
        cmocka_unit_test(each_call_of_a_commit_fails),
        cmocka_unit_test(zones_that_cannot_be_read_are_not_known),
    };
    return cmocka_run_group_tests_name("zone files", tests, NULL, NULL);
}
