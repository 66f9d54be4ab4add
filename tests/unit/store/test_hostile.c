/* Workspaces of which somebody removed files, or rewrote lines with checksums that are right; and readers beside a
 * writer that tidies up. */
#include "support.h"

#include "fs/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOURNAL WORKSPACE "/journal/"

static const tarn_store_options small_files = {.segment_bytes = 4096, .journal_bytes = 1500};
static const tarn_store_options reading = {.read_only = true};

static void close_store(fixture *f) {
    tarn_store_close(f->store);
    f->store = NULL;
}

/* Several journal files; the number of the newest. */
static uint32_t make_files(fixture *f, uint64_t *table) {
    fixture_reopen(f, &small_files);
    *table = make_table(f->store, "t", 100, 50);
    for (int64_t i = 0; i < 25; i++)
        edit_number(f->store, *table, i, -i - 1);
    uint32_t newest = f->store->journal.number;
    assert_true(newest >= 4);
    close_store(f);
    return newest;
}

static void remove_journal(fixture *f, uint32_t number) {
    char path[64];
    snprintf(path, sizeof path, JOURNAL "%08u.jsonl", (unsigned)number);
    assert_ok(tarn_fs_remove(f->fs, path, error));
}

/* What verify finds in a workspace that opens. */
static size_t problems_of(fixture *f) {
    tarn_store *store;
    tarn_verify_report report;
    assert_ok(tarn_store_open(f->fs, WORKSPACE, &reading, &store, error));
    assert_ok(tarn_store_verify(store, false, NULL, &report, error));
    size_t count = report.problem_count;
    tarn_verify_report_clear(&report);
    tarn_store_close(store);
    return count;
}

static void a_removed_file_is_missed(void **state) {
    fixture *f = *state;
    uint64_t table;
    uint32_t newest = make_files(f, &table);
    for (uint32_t number = 1; number < newest; number++) {
        char path[64];
        tarn_store *store;
        snprintf(path, sizeof path, JOURNAL "%08u.jsonl", (unsigned)number);
        tarn_buffer kept = read_all(f->fs, path);
        assert_int_equal(problems_of(f), 0);
        remove_journal(f, number);
        assert_ok(tarn_store_open(f->fs, WORKSPACE, &reading, &store, error));
        assert_fails(tarn_store_verify_journal(store, NULL, NULL, error), TARN_E_CORRUPT, path + strlen(JOURNAL));
        tarn_store_close(store);
        assert_true(problems_of(f) > 0);
        write_all(f->fs, path, kept.data, kept.size);
        tarn_buffer_free(&kept);
    }
    assert_ok(tarn_store_open(f->fs, WORKSPACE, NULL, &f->store, error));
}

/* Nor is what an older file says taken for the present state. */
static void a_removed_newest_file_is_missed(void **state) {
    fixture *f = *state;
    uint64_t table;
    tarn_verify_report report;
    uint32_t newest = make_files(f, &table);
    remove_journal(f, newest);
    tarn_store *store;
    assert_fails(tarn_store_open(f->fs, WORKSPACE, &reading, &store, error), TARN_E_CORRUPT, "follows");
    assert_fails(tarn_store_open(f->fs, WORKSPACE, NULL, &store, error), TARN_E_CORRUPT, "follows");
    assert_ok(tarn_store_rescue(f->fs, WORKSPACE, false, &report, error));
    assert_int_equal(report.problem_count, 1);
    assert_false(report.problems[0].repaired);
    tarn_verify_report_clear(&report);
    assert_ok(tarn_store_rescue(f->fs, WORKSPACE, true, &report, error));
    assert_int_equal(report.problem_count, 1);
    assert_true(report.problems[0].repaired);
    tarn_verify_report_clear(&report);
    assert_ok(tarn_store_open(f->fs, WORKSPACE, NULL, &f->store, error));
    edit_number(f->store, table, 50, 5);
    close_store(f);
    assert_int_equal(problems_of(f), 0);
    assert_ok(tarn_store_open(f->fs, WORKSPACE, NULL, &f->store, error));
}

static void a_cut_file_is_missed(void **state) {
    fixture *f = *state;
    uint64_t table;
    uint32_t newest = make_files(f, &table);
    for (uint32_t number = 1; number < newest; number++) {
        char path[64];
        snprintf(path, sizeof path, JOURNAL "%08u.jsonl", (unsigned)number);
        tarn_buffer kept = read_all(f->fs, path);
        write_all(f->fs, path, kept.data, kept.size * 2 / 3);
        assert_true(problems_of(f) > 0);
        write_all(f->fs, path, "", 0);
        assert_true(problems_of(f) > 0);
        write_all(f->fs, path, kept.data, kept.size);
        tarn_buffer_free(&kept);
    }
    assert_int_equal(problems_of(f), 0);
    assert_ok(tarn_store_open(f->fs, WORKSPACE, NULL, &f->store, error));
}

/* ---- lines that say what cannot be ------------------------------------------------------------------------------- */

/* Replace text in a line of a file, and make the line's checksum right. */
static void rewrite(fixture *f, const char *path, const char *from, const char *to) {
    tarn_buffer before = read_all(f->fs, path), after = {0};
    const char *text = (const char *)before.data, *end = text + before.size;
    const char *found = memmem(text, before.size, from, strlen(from));
    assert_non_null(found);
    const char *line = found;
    while (line > text && line[-1] != '\n')
        line--;
    const char *line_end = memchr(found, '\n', (size_t)(end - found));
    assert_non_null(line_end);
    assert_ok(tarn_buffer_append(&after, text, (size_t)(found - text), error));
    assert_ok(tarn_buffer_append(&after, to, strlen(to), error));
    found += strlen(from);
    assert_ok(tarn_buffer_append(&after, found, (size_t)(line_end - TARN_SUM_SIZE - found), error));
    assert_ok(tarn_line_seal(&after, (size_t)(line - text), error));
    assert_ok(tarn_buffer_append(&after, line_end + 1, (size_t)(end - line_end - 1), error));
    write_all(f->fs, path, after.data, after.size);
    tarn_buffer_free(&before);
    tarn_buffer_free(&after);
}

static void numbers_that_cannot_be_are_refused(void **state) {
    fixture *f = *state;
    static const struct {
        const char *from, *to;
    } edits[] = {
        {"\"version\":3,\"parent\":2", "\"version\":3,\"parent\":3"},
        {"\"version\":3,\"parent\":2", "\"version\":3,\"parent\":4"},
        {"\"version\":3,\"parent\":2", "\"version\":3,\"parent\":18446744073709551615"},
        {"\"version\":1,\"parent\":0", "\"version\":1,\"parent\":1"},
        {"\"newest\":3", "\"newest\":9223372036854775807"},
        {"\"newest\":3", "\"newest\":4000000000"},
        {"\"head\":3", "\"head\":4"},
        {"\"tip\":3", "\"tip\":77"},
        {"\"columns\":2", "\"columns\":4294967296"},
        {"\"next_row\":100", "\"next_row\":9223372036854775808"},
        {"\"next_field\":3", "\"next_field\":4294967296"},
        {"\"next_table\":1", "\"next_table\":18446744073709551616"},
        {"\"next_segment\":1", "\"next_segment\":4294967297"},
    };
    uint64_t table = make_table(f->store, "t", 100, 50);
    edit_number(f->store, table, 1, 1000);
    edit_number(f->store, table, 2, 1000);
    close_store(f);
    tarn_buffer kept = read_all(f->fs, JOURNAL "00000001.jsonl");
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        tarn_store *store = NULL;
        tarn_verify_report report;
        rewrite(f, JOURNAL "00000001.jsonl", edits[i].from, edits[i].to);
        if (tarn_store_open(f->fs, WORKSPACE, &reading, &store, NULL) != TARN_E_CORRUPT)
            fail_msg("%s is believed", edits[i].to);
        assert_int_equal(tarn_store_open(f->fs, WORKSPACE, NULL, &store, NULL), TARN_E_CORRUPT);
        assert_ok(tarn_store_rescue(f->fs, WORKSPACE, false, &report, error));
        assert_true(report.problem_count > 0); /* what does not open is not called sound */
        tarn_verify_report_clear(&report);
        write_all(f->fs, JOURNAL "00000001.jsonl", kept.data, kept.size);
    }
    tarn_buffer_free(&kept);
    assert_ok(tarn_store_open(f->fs, WORKSPACE, NULL, &f->store, error));
}

/* ---- readers beside a writer ------------------------------------------------------------------------------------- */

static void tidy_up(fixture *f, uint64_t table, int64_t round) {
    tarn_gc_options options = {.keep_versions = 2};
    tarn_gc_report report;
    edit_number(f->store, table, round % 100, round);
    assert_ok(tarn_store_gc(f->store, &options, NULL, &report, error));
    assert_ok(tarn_store_prune_journal(f->store, 3, error));
    edit_number(f->store, table, round % 100, -round);
    assert_ok(tarn_journal_rotate(f->store, NULL, error));
}

/* Whatever the writer does between two looks, what the reader began to look at stays one state. */
static void what_is_held_stays_one_state(void **state) {
    fixture *f = *state;
    fixture_reopen(f, &small_files);
    uint64_t table = make_table(f->store, "t", 100, 50);
    for (int64_t round = 1; round < 6; round++) {
        tarn_store *reader;
        tarn_verify_report report;
        uint64_t records;
        bool changed;
        tidy_up(f, table, round);
        assert_ok(tarn_store_open(f->fs, WORKSPACE, &reading, &reader, error));
        tidy_up(f, table, round + 100); /* the files that the reader has read are gone */
        assert_ok(tarn_store_hold(reader, error));
        tidy_up(f, table, round + 200);
        assert_ok(tarn_store_refresh(reader, &changed, error));
        assert_false(changed);
        assert_ok(tarn_store_verify_journal(reader, NULL, &records, error));
        tarn_version *version = head_of(reader, table);
        assert_int_equal(number_at(version, 0, (round + 100) % 100), -(round + 100));
        tarn_version_release(version);
        tarn_store_let_go(reader);
        assert_ok(tarn_store_verify(reader, false, NULL, &report, error));
        assert_int_equal(report.problem_count, 0);
        tarn_verify_report_clear(&report);
        tarn_store_close(reader);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_removed_file_is_missed),           TEST(a_removed_newest_file_is_missed), TEST(a_cut_file_is_missed),
        TEST(numbers_that_cannot_be_are_refused), TEST(what_is_held_stays_one_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
