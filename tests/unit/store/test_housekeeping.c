/* gc, recoding, verifying and repairing. */
#include "support.h"

#include <stdlib.h>

static const tarn_store_options small_segments = {.segment_bytes = 20000};

static uint64_t segment_files(fixture *f) {
    tarn_entry *entries;
    size_t count;
    assert_ok(tarn_fs_list(f->fs, WORKSPACE "/segments", &entries, &count, error));
    tarn_entries_free(entries, count);
    return count;
}

static void assert_clean(fixture *f) {
    tarn_verify_report report;
    assert_ok(tarn_store_verify(f->store, false, NULL, &report, error));
    if (report.problem_count > 0)
        fail_msg("%s (%s)", report.problems[0].what, report.problems[0].affects);
    tarn_verify_report_clear(&report);
}

static void drop(fixture *f, uint64_t table) {
    assert_ok(tarn_store_drop_table(f->store, table, &an_event, error));
}

static void gc_removes_dropped_tables(void **state) {
    fixture *f = *state;
    fixture_reopen(f, &small_segments);
    uint64_t kept = make_table(f->store, "kept", 500, 100);
    uint64_t gone = make_table(f->store, "gone", 5000, 1000);
    uint64_t before = segment_files(f);
    drop(f, gone);
    tarn_gc_report dry, real;
    assert_ok(tarn_store_gc(f->store, &(tarn_gc_options){.dry_run = true}, NULL, &dry, error));
    assert_int_equal(segment_files(f), before);
    assert_ok(tarn_store_gc(f->store, NULL, NULL, &real, error));
    assert_int_equal(dry.versions, real.versions);
    assert_int_equal(dry.bytes, real.bytes);
    assert_int_equal(real.tables, 1);
    assert_int_equal(real.versions, 1);
    assert_true(real.bytes > 40000 && real.batches >= 9);
    assert_true(segment_files(f) < before);
    tarn_table_state table;
    assert_fails(tarn_store_find_dropped(f->store, "gone", &table, error), TARN_E_NOT_FOUND, "gone");
    fixture_reopen(f, &small_segments);
    tarn_version *version = head_of(f->store, kept);
    assert_int_equal(number_at(version, 0, 499), 499);
    tarn_version_release(version);
    assert_clean(f);
    assert_ok(tarn_store_gc(f->store, NULL, NULL, &real, error));
    assert_int_equal(real.versions + real.tables + real.bytes, 0);
    /* values that were removed can come again, under the same ids */
    uint64_t again = make_table(f->store, "gone", 5000, 1000);
    assert_true(again > gone);
    assert_clean(f);
}

static void gc_removes_abandoned_lines_and_keeps_redo(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 100, 50);
    for (int64_t i = 0; i < 5; i++) /* versions 2 … 6 */
        edit_number(f->store, table, i, -i - 1);
    assert_ok(tarn_store_set_head(f->store, table, 2, 6, &an_event, error));
    edit_number(f->store, table, 50, -50); /* version 7, on 2 */
    edit_number(f->store, table, 51, -51); /* version 8 */
    assert_ok(tarn_store_set_head(f->store, table, 7, 8, &an_event, error));
    tarn_gc_report report;
    assert_ok(tarn_store_gc(f->store, NULL, NULL, &report, error));
    assert_int_equal(report.versions, 4);
    tarn_version *version;
    for (uint64_t number = 1; number <= 8; number++) {
        bool kept = number < 3 || number > 6;
        assert_int_equal(tarn_store_version(f->store, table, number, &version, NULL),
                         kept ? TARN_OK : TARN_E_NOT_FOUND);
        if (kept)
            tarn_version_release(version);
    }
    assert_fails(tarn_store_version(f->store, table, 4, &version, error), TARN_E_NOT_FOUND, "removed by gc");
    assert_fails(tarn_store_set_head(f->store, table, 4, 4, &an_event, error), TARN_E_NOT_FOUND, "removed by gc");
    assert_fails(tarn_store_version(f->store, table, 9, &version, error), TARN_E_NOT_FOUND, "its newest is 8");
    fixture_reopen(f, NULL);
    version = head_of(f->store, table);
    assert_int_equal(number_at(version, 0, 50), -50);
    assert_int_equal(number_at(version, 0, 51), 51);
    assert_int_equal(number_at(version, 0, 0), -1);
    assert_int_equal(number_at(version, 0, 1), 1);
    tarn_version_release(version);
    assert_clean(f);
}

static void gc_keeps_what_the_limits_say(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 100, 50);
    for (int64_t i = 0; i < 9; i++)
        edit_number(f->store, table, i, -i - 1);
    tarn_gc_report report;
    assert_ok(tarn_store_gc(f->store, &(tarn_gc_options){.keep_since = 1}, NULL, &report, error));
    assert_int_equal(report.versions, 0);
    tarn_version *held;
    assert_ok(tarn_store_version(f->store, table, 2, &held, error));
    assert_ok(tarn_store_gc(f->store, &(tarn_gc_options){.keep_versions = 3}, NULL, &report, error));
    assert_int_equal(report.versions, 6); /* 8, 9, 10 stay, and 2, which is held */
    assert_int_equal(number_at(held, 0, 0), -1);
    tarn_version_release(held);
    assert_ok(tarn_store_gc(f->store, &(tarn_gc_options){.keep_versions = 1}, NULL, &report, error));
    assert_int_equal(report.versions, 3);
    assert_ok(tarn_store_gc(f->store, &(tarn_gc_options){.keep_since = INT64_MAX}, NULL, &report, error));
    assert_int_equal(report.versions, 0);
    fixture_reopen(f, NULL);
    tarn_version *version = head_of(f->store, table);
    for (int64_t i = 0; i < 100; i++)
        assert_int_equal(number_at(version, 0, i), i < 9 ? -i - 1 : i);
    tarn_version_release(version);
    edit_number(f->store, table, 20, 5);
    assert_clean(f);
}

static void recoding_keeps_ids_and_values(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 30000, 10000), other = make_table(f->store, "u", 777, 777);
    edit_number(f->store, table, 5, -5);
    tarn_version *version = head_of(f->store, table);
    tarn_batch_id id = tarn_version_reference(version, 1, 1).base;
    tarn_store_info before, after;
    tarn_recode_report recoded;
    assert_ok(tarn_store_info_get(f->store, &before, error));
    assert_ok(tarn_store_recode(f->store, table, TARN_CODEC_ZSTD, NULL, &recoded, error));
    assert_true(recoded.batches > 3 && recoded.bytes_after > 0 && recoded.bytes_after < recoded.bytes_before);
    assert_ok(tarn_store_info_get(f->store, &after, error));
    assert_true(after.segment_bytes < before.segment_bytes / 2);
    assert_int_equal(after.batches, before.batches);
    assert_int_equal(number_at(version, 0, 29999), 29999);
    tarn_version_release(version);
    fixture_reopen(f, NULL);
    version = head_of(f->store, table);
    assert_true(tarn_hash128_equal(tarn_version_reference(version, 1, 1).base, id));
    assert_int_equal(number_at(version, 0, 5), -5);
    assert_int_equal(number_at(version, 0, 12345), 12345);
    char *text = text_at(version, 1, 23456);
    assert_string_equal(text, "row 23456");
    free(text);
    tarn_version_release(version);
    assert_clean(f);
    assert_ok(tarn_store_recode(f->store, table, TARN_CODEC_NONE, NULL, &recoded, error));
    assert_ok(tarn_store_recode(f->store, table, TARN_CODEC_NONE, NULL, &recoded, error)); /* nothing to do */
    assert_int_equal(recoded.batches, 0);
    assert_fails(tarn_store_recode(f->store, 99, TARN_CODEC_NONE, NULL, &recoded, error), TARN_E_NOT_FOUND, "99");
    assert_fails(tarn_store_recode(f->store, table, (tarn_codec)9, NULL, &recoded, error), TARN_E_INVALID, "9");
    assert_ok(tarn_store_info_get(f->store, &after, error));
    assert_true(after.segment_bytes >= before.live_bytes);
    version = head_of(f->store, other);
    assert_int_equal(number_at(version, 0, 776), 776);
    tarn_version_release(version);
    assert_clean(f);
}

/* The place of a batch of the head. */
static tarn_batch_entry entry_of(fixture *f, uint64_t table, size_t column, size_t chunk) {
    tarn_batch_entry entry;
    tarn_version *version = head_of(f->store, table);
    assert_true(tarn_store_find_batch(f->store, tarn_version_reference(version, column, chunk).base, &entry));
    tarn_version_release(version);
    return entry;
}

static void damage(fixture *f, const tarn_batch_entry *entry) {
    char *path = tarn_segment_path(f->store, entry->segment);
    flip_byte(f->fs, path, entry->offset + entry->length / 2);
    free(path);
}

static void one_damaged_batch_takes_nothing_else_down(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 300, 100), other = make_table(f->store, "u", 50, 50);
    edit_number(f->store, table, 250, -1);
    tarn_batch_entry entry = entry_of(f, table, 0, 1);
    fixture_reopen(f, NULL);
    damage(f, &entry);
    tarn_version *version = head_of(f->store, table);
    tarn_batch *batch;
    assert_fails(tarn_version_read(version, 0, 1, &batch, error), TARN_E_CORRUPT,
                 "column \"n\", rows 100 to 199: bytes");
    assert_int_equal(number_at(version, 0, 99), 99);
    char *text = text_at(version, 1, 150);
    assert_string_equal(text, "row 150");
    free(text);
    tarn_version_release(version);
    version = head_of(f->store, other);
    assert_int_equal(number_at(version, 0, 49), 49);
    tarn_version_release(version);

    tarn_verify_report report;
    assert_ok(tarn_store_verify(f->store, false, NULL, &report, error));
    assert_int_equal(report.problem_count, 1);
    assert_string_equal(report.problems[0].affects, "table \"t\", column \"n\", rows 100 to 199 of versions 1 to 2");
    assert_false(report.problems[0].repaired);
    assert_int_equal(report.versions, 3);
    tarn_verify_report_clear(&report);
    assert_ok(tarn_store_verify(f->store, true, NULL, &report, error));
    assert_int_equal(report.problem_count, 1);
    assert_true(report.problems[0].repaired);
    tarn_verify_report_clear(&report);
    for (int round = 0; round < 2; round++) {
        assert_clean(f);
        version = head_of(f->store, table);
        assert_int_equal(number_at(version, 0, 150), INT64_MIN);
        assert_int_equal(number_at(version, 0, 99), 99);
        assert_int_equal(number_at(version, 0, 250), -1);
        tarn_version_release(version);
        fixture_reopen(f, NULL);
    }
    /* an edit of such a cell, and the lost values once more */
    edit_number(f->store, table, 150, 7);
    version = head_of(f->store, table);
    assert_int_equal(number_at(version, 0, 150), 7);
    assert_int_equal(number_at(version, 0, 151), INT64_MIN);
    tarn_version_release(version);
    uint64_t again = make_table(f->store, "again", 300, 100);
    version = head_of(f->store, again);
    assert_int_equal(number_at(version, 0, 150), 150);
    tarn_version_release(version);
    assert_clean(f);
}

static void lost_segments_are_reported_and_survived(void **state) {
    fixture *f = *state;
    fixture_reopen(f, &small_segments);
    uint64_t table = make_table(f->store, "t", 10000, 1000);
    tarn_batch_entry first = entry_of(f, table, 0, 0), later = entry_of(f, table, 0, 5);
    assert_true(first.segment != later.segment);
    char *missing = tarn_segment_path(f->store, first.segment), *cut = tarn_segment_path(f->store, later.segment);
    tarn_store_close(f->store);
    assert_ok(tarn_fs_remove(f->fs, missing, error));
    tarn_buffer text = read_all(f->fs, cut);
    write_all(f->fs, cut, text.data, later.offset + 10);
    tarn_buffer_free(&text);
    f->store = NULL;
    assert_ok(tarn_store_open(f->fs, WORKSPACE, &small_segments, &f->store, error));
    tarn_version *version = head_of(f->store, table);
    tarn_batch *batch;
    assert_fails(tarn_version_read(version, 0, 0, &batch, error), TARN_E_CORRUPT, "is missing");
    assert_fails(tarn_version_read(version, 0, 5, &batch, error), TARN_E_CORRUPT, "ends at byte");
    assert_int_equal(number_at(version, 0, 9999), 9999);
    tarn_version_release(version);
    edit_number(f->store, table, 9999, -1);
    tarn_verify_report report;
    assert_ok(tarn_store_verify(f->store, true, NULL, &report, error));
    assert_true(report.problem_count >= 2);
    tarn_verify_report_clear(&report);
    fixture_reopen(f, &small_segments);
    assert_clean(f);
    version = head_of(f->store, table);
    assert_int_equal(number_at(version, 0, 0), INT64_MIN);
    assert_int_equal(number_at(version, 0, 9999), -1);
    tarn_version_release(version);
    free(missing);
    free(cut);
}

static void delete_first(tarn_draft *draft, void *context) {
    int64_t row = 0;
    (void)context;
    assert_ok(tarn_draft_delete_rows(draft, &row, 1, NULL, error));
    int64_t pairs[] = {50, 50, 0, 50};
    assert_ok(tarn_draft_set_runs(draft, pairs, 2, error));
}

static void lost_live_sets_and_orders_show_all_rows_naturally(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 100, 100);
    commit_change(f->store, table, delete_first, NULL);
    tarn_version *version = head_of(f->store, table);
    tarn_batch_entry entry;
    assert_true(tarn_store_find_batch(f->store, tarn_state_live_id(&version->state, 0), &entry));
    tarn_batch_entry order;
    assert_true(tarn_store_find_batch(f->store, version->state.order->pieces[0].id, &order));
    tarn_version_release(version);
    fixture_reopen(f, NULL);
    damage(f, &entry);
    damage(f, &order);
    version = head_of(f->store, table);
    const tarn_part *parts;
    size_t count;
    assert_fails(tarn_version_parts(version, &parts, &count, error), TARN_E_CORRUPT, "order of the rows");
    const uint8_t *bits;
    assert_fails(tarn_version_live(version, 0, &bits, error), TARN_E_CORRUPT, "live rows");
    tarn_version_release(version);
    tarn_verify_report report;
    assert_ok(tarn_store_verify(f->store, true, NULL, &report, error));
    assert_int_equal(report.problem_count, 2);
    tarn_verify_report_clear(&report);
    for (int round = 0; round < 2; round++) {
        version = head_of(f->store, table);
        assert_int_equal(tarn_version_rows(version), 100);
        int64_t *all = all_numbers(version, 0);
        for (int64_t i = 0; i < 100; i++)
            assert_int_equal(all[i], i);
        free(all);
        tarn_version_release(version);
        fixture_reopen(f, NULL);
        assert_clean(f);
    }
    edit_number(f->store, table, 0, 5);
    fixture_reopen(f, NULL);
    version = head_of(f->store, table);
    assert_int_equal(number_at(version, 0, 0), 5);
    tarn_version_release(version);
}

static void gc_does_not_remove_a_segment_it_cannot_copy(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 100, 50);
    uint64_t gone = make_table(f->store, "gone", 20000, 10000);
    tarn_batch_entry entry = entry_of(f, table, 0, 0);
    drop(f, gone);
    fixture_reopen(f, NULL);
    damage(f, &entry);
    tarn_gc_report report;
    assert_ok(tarn_store_gc(f->store, NULL, NULL, &report, error));
    assert_int_equal(report.tables, 1);
    tarn_version *version = head_of(f->store, table);
    assert_int_equal(number_at(version, 0, 99), 99);
    tarn_version_release(version);
}

static void cancelled_gc_changes_nothing(void **state) {
    fixture *f = *state;
    uint64_t gone = make_table(f->store, "gone", 2000, 1000);
    drop(f, gone);
    tarn_task *task;
    tarn_gc_report report;
    assert_ok(tarn_task_new(&task, error));
    tarn_task_cancel(task);
    assert_fails(tarn_store_gc(f->store, NULL, task, &report, error), TARN_E_CANCELLED, "cancelled");
    tarn_task_release(task);
    assert_ok(tarn_store_undrop_table(f->store, gone, &an_event, error));
    tarn_version *version = head_of(f->store, gone);
    assert_int_equal(number_at(version, 0, 1999), 1999);
    tarn_version_release(version);
}

static void info_counts(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 300, 100);
    make_table(f->store, "u", 10, 10);
    edit_number(f->store, table, 3, 4);
    drop(f, 2);
    tarn_store_info info;
    assert_ok(tarn_store_info_get(f->store, &info, error));
    assert_int_equal(info.records, 4);
    assert_int_equal(info.tables, 1);
    assert_int_equal(info.dropped_tables, 1);
    assert_int_equal(info.versions, 3);
    assert_int_equal(info.batches, 9);
    assert_int_equal(info.segments, 1);
    assert_true(info.live_bytes > 0 && info.live_bytes <= info.segment_bytes);
    assert_true(info.journal_bytes > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(gc_removes_dropped_tables),
        TEST(gc_removes_abandoned_lines_and_keeps_redo),
        TEST(gc_keeps_what_the_limits_say),
        TEST(recoding_keeps_ids_and_values),
        TEST(one_damaged_batch_takes_nothing_else_down),
        TEST(lost_segments_are_reported_and_survived),
        TEST(lost_live_sets_and_orders_show_all_rows_naturally),
        TEST(gc_does_not_remove_a_segment_it_cannot_copy),
        TEST(cancelled_gc_changes_nothing),
        TEST(info_counts),
    };
    return cmocka_run_group_tests_name("housekeeping", tests, NULL, NULL);
}
