/* The journal: what a damaged one says, what rotating, pruning and rebuilding keep. */
#include "base/asker.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

#define JOURNAL_1 WORKSPACE "/journal/00000001.jsonl"

static const tarn_store_options small_files = {.journal_bytes = 3000};

/* A table with `edits` edits of rows 0, 1, … to -1, -2, …; the store is left open. */
static uint64_t edited_table(fixture *f, int64_t edits) {
    uint64_t table = make_table(f->store, "t", 200, 100);
    for (int64_t i = 0; i < edits; i++)
        edit_number(f->store, table, i, -i - 1);
    return table;
}

static void check_rows(fixture *f, uint64_t table, int64_t rows, int64_t edits) {
    tarn_version *version = head_of(f->store, table);
    assert_int_equal(tarn_version_number(version), edits + 1);
    int64_t *all = all_numbers(version, 0);
    for (int64_t i = 0; i < rows; i++)
        assert_int_equal(all[i], i < edits ? -i - 1 : i);
    free(all);
    tarn_version_release(version);
}

static void check_edits(fixture *f, uint64_t table, int64_t edits) {
    check_rows(f, table, 200, edits);
}

static void close_store(fixture *f) {
    tarn_store_close(f->store);
    f->store = NULL;
}

static tarn_status try_open(fixture *f, tarn_error *error) {
    return tarn_store_open(f->fs, WORKSPACE, NULL, &f->store, error);
}

static void a_torn_end_is_dropped(void **state) {
    fixture *f = *state;
    uint64_t table = edited_table(f, 3);
    close_store(f);
    tarn_buffer whole = read_all(f->fs, JOURNAL_1);
    size_t last = whole.size - 1;
    while (whole.data[last - 1] != '\n')
        last--;
    for (size_t cut = last; cut < whole.size; cut += 7) { /* the last line in part, with zeros behind it or not */
        for (int zeros = 0; zeros < 2; zeros++) {
            tarn_buffer torn = {0};
            assert_ok(tarn_buffer_append(&torn, whole.data, cut, error));
            if (zeros)
                assert_ok(tarn_buffer_resize(&torn, whole.size, error));
            write_all(f->fs, JOURNAL_1, torn.data, torn.size);
            tarn_buffer_free(&torn);
            tarn_store *reader;
            assert_ok(tarn_store_open(f->fs, WORKSPACE, &(tarn_store_options){.read_only = true}, &reader, error));
            assert_true(tarn_store_was_torn(reader) || cut == last);
            tarn_store_close(reader);
            assert_ok(try_open(f, error));
            check_edits(f, table, 2);
            assert_int_equal(tarn_store_was_torn(f->store), cut > last || zeros);
            edit_number(f->store, table, 2, -3);
            fixture_reopen(f, NULL);
            check_edits(f, table, 3);
            assert_false(tarn_store_was_torn(f->store));
            close_store(f);
        }
    }
    /* zeros in the middle of the last line, its end in place */
    memset(whole.data + last + 40, 0, 30);
    write_all(f->fs, JOURNAL_1, whole.data, whole.size);
    assert_ok(try_open(f, error));
    check_edits(f, table, 2);
    tarn_buffer_free(&whole);
}

/* The n-th line (from 0) of a text. */
static tarn_slice line_of(const tarn_buffer *text, int n) {
    const char *start = (const char *)text->data;
    for (; n > 0; n--)
        start = strchr(start, '\n') + 1;
    return (tarn_slice){start, (size_t)(strchr(start, '\n') - start) + 1};
}

static void write_lines(fixture *f, const tarn_buffer *text, const int *order, int count) {
    tarn_buffer out = {0};
    for (int i = 0; i < count; i++) {
        tarn_slice line = line_of(text, order[i]);
        assert_ok(tarn_buffer_append(&out, line.data, line.size, error));
    }
    write_all(f->fs, JOURNAL_1, out.data, out.size);
    tarn_buffer_free(&out);
}

static void changed_removed_and_reordered_lines_are_named(void **state) {
    fixture *f = *state;
    uint64_t table = edited_table(f, 4);
    close_store(f);
    tarn_buffer whole = read_all(f->fs, JOURNAL_1);
    assert_ok(tarn_buffer_append(&whole, "", 1, error));
    whole.size--;
    write_lines(f, &whole, (int[]){0, 1, 2, 4, 5}, 5);
    assert_fails(try_open(f, error), TARN_E_CORRUPT,
                 "line 4 of /w/journal/00000001.jsonl is record 4 where 3 is expected");
    write_lines(f, &whole, (int[]){0, 1, 3, 2, 4, 5}, 6);
    assert_fails(try_open(f, error), TARN_E_CORRUPT, "line 3 of");
    write_all(f->fs, JOURNAL_1, whole.data, whole.size);
    tarn_slice third = line_of(&whole, 3);
    flip_byte(f->fs, JOURNAL_1, (uint64_t)(third.data - (const char *)whole.data) + 60);
    assert_fails(try_open(f, error), TARN_E_CORRUPT, "line 4 of /w/journal/00000001.jsonl was changed");
    write_all(f->fs, JOURNAL_1, whole.data, whole.size);
    tarn_slice last = line_of(&whole, 5);
    flip_byte(f->fs, JOURNAL_1, (uint64_t)(last.data - (const char *)whole.data) + 60);
    assert_fails(try_open(f, error), TARN_E_CORRUPT, "line 6 of");
    write_all(f->fs, JOURNAL_1, whole.data, whole.size);
    flip_byte(f->fs, JOURNAL_1, 30);
    assert_fails(try_open(f, error), TARN_E_CORRUPT, "line 1 of");
    write_all(f->fs, JOURNAL_1, whole.data, whole.size);
    assert_ok(try_open(f, error));
    check_edits(f, table, 4);
    tarn_buffer_free(&whole);
}

/* Somebody who knows the format changes a line and makes its checksum right again. */
static void a_forged_line_breaks_the_chain(void **state) {
    fixture *f = *state;
    edited_table(f, 4);
    close_store(f);
    tarn_buffer whole = read_all(f->fs, JOURNAL_1), forged = {0};
    assert_ok(tarn_buffer_append(&whole, "", 1, error));
    for (int i = 0; i < 6; i++) {
        tarn_slice line = line_of(&whole, i);
        size_t start = forged.size;
        assert_ok(tarn_buffer_append(&forged, line.data, line.size, error));
        if (i != 3)
            continue;
        forged.size -= TARN_SUM_SIZE + 1;
        char *user = NULL;
        for (size_t at = start; at + 7 < forged.size; at++) {
            if (memcmp(forged.data + at, "unknown", 7) == 0)
                user = (char *)forged.data + at;
        }
        assert_non_null(user);
        memcpy(user, "nobody!", 7);
        assert_ok(tarn_line_seal(&forged, start, error));
    }
    write_all(f->fs, JOURNAL_1, forged.data, forged.size);
    assert_ok(try_open(f, error));
    assert_fails(tarn_store_verify_journal(f->store, NULL, NULL, error), TARN_E_CORRUPT, "line 5 of");
    tarn_buffer_free(&forged);
    tarn_buffer_free(&whole);
}

static void a_newer_format_is_refused(void **state) {
    fixture *f = *state;
    close_store(f);
    static const char newer[] = "{\"format\":\"tarn\",\"version\":999,\"id\":\"x\"}\n";
    write_all(f->fs, WORKSPACE "/workspace.json", newer, sizeof newer - 1);
    assert_fails(try_open(f, error), TARN_E_NEWER, "newer Tarn");
    static const char other[] = "{\"format\":\"git\",\"version\":1}\n";
    write_all(f->fs, WORKSPACE "/workspace.json", other, sizeof other - 1);
    assert_fails(try_open(f, error), TARN_E_CORRUPT, "workspace.json");
    write_all(f->fs, WORKSPACE "/workspace.json", "", 0);
    assert_fails(try_open(f, error), TARN_E_NOT_FOUND, "interrupted");
    assert_ok(tarn_store_create(f->fs, WORKSPACE, error));
    assert_fails(tarn_store_create(f->fs, WORKSPACE, error), TARN_E_EXISTS, "already");
    assert_fails(tarn_store_open(f->fs, "/nothing", NULL, &f->store, error), TARN_E_NOT_FOUND, "is not a workspace");
}

/* The text of a journal with another number behind `"format":` in its first line, whose checksum is made right. */
static void write_format(fixture *f, const char *path, const char *format) {
    tarn_buffer whole = read_all(f->fs, path), changed = {0};
    assert_ok(tarn_buffer_append(&whole, "", 1, error));
    char *text = (char *)whole.data, *at = strstr(text, "\"format\":"), *end = strchr(text, '\n');
    assert_non_null(at);
    at += strlen("\"format\":");
    size_t digits = strspn(at, "0123456789");
    assert_ok(tarn_buffer_append(&changed, text, (size_t)(at - text), error));
    assert_ok(tarn_buffer_append(&changed, format, strlen(format), error));
    assert_ok(tarn_buffer_append(&changed, at + digits, (size_t)(end + 1 - at) - digits - TARN_SUM_SIZE - 1, error));
    assert_ok(tarn_line_seal(&changed, 0, error));
    assert_ok(tarn_buffer_append(&changed, end + 1, whole.size - 1 - (size_t)(end + 1 - text), error));
    write_all(f->fs, path, changed.data, changed.size);
    tarn_buffer_free(&changed);
    tarn_buffer_free(&whole);
}

/* workspace.json is written once: what came later is said by the journal. */
static void a_newer_journal_is_refused_and_left_alone(void **state) {
    fixture *f = *state;
    tarn_verify_report report = {0};
    edited_table(f, 3);
    close_store(f);
    write_format(f, JOURNAL_1, "999");
    tarn_buffer before = read_all(f->fs, JOURNAL_1);
    assert_fails(try_open(f, error), TARN_E_NEWER, "written by a newer Tarn (format 999");
    assert_fails(tarn_store_open(f->fs, WORKSPACE, &(tarn_store_options){.read_only = true}, &f->store, error),
                 TARN_E_NEWER, "update Tarn");
    assert_fails(tarn_store_rescue(f->fs, WORKSPACE, true, &report, error), TARN_E_NEWER, "update Tarn");
    tarn_buffer after = read_all(f->fs, JOURNAL_1);
    assert_int_equal(after.size, before.size);
    assert_memory_equal(after.data, before.data, before.size);
    tarn_buffer_free(&before);
    tarn_buffer_free(&after);
}

static void a_reader_stops_where_a_newer_format_begins(void **state) {
    fixture *f = *state;
    tarn_store *reader;
    uint64_t table = edited_table(f, 3);
    assert_ok(tarn_store_open(f->fs, WORKSPACE, &(tarn_store_options){.read_only = true}, &reader, error));
    assert_ok(tarn_journal_rotate(f->store, NULL, error));
    edit_number(f->store, table, 3, -4);
    write_format(f, WORKSPACE "/journal/00000002.jsonl", "999");
    assert_fails(tarn_store_refresh(reader, NULL, error), TARN_E_NEWER, "written by a newer Tarn");
    tarn_store_close(reader);
}

/* An older workspace is read as it is, and says the newer format before anything of it is written. */
static void an_older_format_is_raised_by_the_first_change(void **state) {
    fixture *f = *state;
    tarn_store *reader;
    uint64_t table = edited_table(f, 3);
    close_store(f);
    write_format(f, JOURNAL_1, "1");
    tarn_buffer before = read_all(f->fs, JOURNAL_1);
    assert_ok(try_open(f, error));
    check_edits(f, table, 3);
    assert_ok(tarn_store_open(f->fs, WORKSPACE, &(tarn_store_options){.read_only = true}, &reader, error));
    edit_number(f->store, table, 3, -4);
    check_edits(f, table, 4);
    assert_ok(tarn_store_refresh(reader, NULL, error));
    tarn_version *head = head_of(reader, table);
    assert_int_equal(tarn_version_number(head), 5);
    tarn_version_release(head);
    tarn_store_close(reader);
    close_store(f);
    tarn_buffer old = read_all(f->fs, JOURNAL_1), new = read_all(f->fs, WORKSPACE "/journal/00000002.jsonl");
    assert_int_equal(old.size, before.size);
    assert_memory_equal(old.data, before.data, before.size);
    assert_int_equal(strncmp((const char *)new.data, "{\"checkpoint\":{\"format\":2,", 26), 0);
    assert_ok(try_open(f, error));
    check_edits(f, table, 4);
    assert_ok(tarn_store_verify_journal(f->store, NULL, NULL, error));
    tarn_buffer_free(&before);
    tarn_buffer_free(&old);
    tarn_buffer_free(&new);
}

static void fold(fixture *f) {
    uint64_t folds = 0;
    bool complete = false;
    assert_ok(tarn_store_fold(f->store, &(tarn_fold_options){.most = 100}, NULL, &folds, &complete, error));
    assert_true(folds > 0 && complete);
}

enum { LARGE = 4000 };

/* A table whose chunk is large enough for many patches. */
static uint64_t large_table(fixture *f, int64_t edits) {
    uint64_t table = make_table(f->store, "t", LARGE, LARGE);
    for (int64_t i = 0; i < edits; i++)
        edit_number(f->store, table, i, -i - 1);
    return table;
}

/* Folds are no events: they have no number, and no part in a limit; where their line stands is checked all the same. */
static void folds_stand_between_records(void **state) {
    fixture *f = *state;
    tarn_store_info info;
    uint64_t records, table = large_table(f, 30);
    fold(f);
    for (int64_t i = 30; i < 50; i++)
        edit_number(f->store, table, i, -i - 1);
    fold(f);
    assert_ok(tarn_store_verify_journal(f->store, NULL, &records, error));
    assert_int_equal(records, 51);
    fixture_reopen(f, NULL);
    check_rows(f, table, LARGE, 50);
    assert_ok(tarn_store_info_get(f->store, &info, error));
    assert_true(info.folds >= 2);
    assert_int_equal(info.records, 51);
    close_store(f);
    tarn_buffer whole = read_all(f->fs, JOURNAL_1);
    assert_ok(tarn_buffer_append(&whole, "", 1, error));
    int at = 0, order[60], count = 0;
    while (strncmp(line_of(&whole, at).data, "{\"kept\"", 7) != 0)
        at++;
    for (int i = 0; i < 54; i++) /* checkpoint, 51 records, two lines of folds */
        order[count++] = i;
    order[at] = at - 1; /* the line of folds one record further up */
    order[at - 1] = at;
    write_lines(f, &whole, order, count);
    assert_ok(try_open(f, error));
    assert_fails(tarn_store_verify_journal(f->store, NULL, NULL, error), TARN_E_CORRUPT, "changed or moved");
    close_store(f);
    order[at - 1] = at - 1; /* without it */
    for (int i = at; i < count - 1; i++)
        order[i] = i + 1;
    write_lines(f, &whole, order, count - 1);
    assert_ok(try_open(f, error));
    assert_fails(tarn_store_verify_journal(f->store, NULL, NULL, error), TARN_E_CORRUPT, "folds lie");
    check_rows(f, table, LARGE, 50);
    close_store(f);
    write_all(f->fs, JOURNAL_1, whole.data, whole.size - 1);
    flip_byte(f->fs, JOURNAL_1, (uint64_t)(line_of(&whole, at).data - (const char *)whole.data) + 60);
    assert_fails(try_open(f, error), TARN_E_CORRUPT, "was changed or is damaged");
    write_all(f->fs, JOURNAL_1, whole.data, whole.size - 1);
    assert_ok(try_open(f, error));
    tarn_buffer_free(&whole);
}

static void a_limit_counts_no_folds(void **state) {
    fixture *f = *state;
    tarn_event event = {.kind = "setting", .rows = -1, .cells = -1};
    uint64_t records, oldest, table = large_table(f, 20);
    assert_ok(tarn_store_set_record_limit(f->store, 15, &event, error));
    for (int64_t i = 20; i < 80; i++) {
        edit_number(f->store, table, i, -i - 1);
        if (i % 20 == 19)
            fold(f);
        assert_ok(tarn_store_verify_journal(f->store, NULL, &records, error));
        assert_int_equal(records, 15);
        assert_ok(tarn_journal_oldest(f->store, &oldest, error));
        assert_int_equal(f->store->ledger.record - oldest, 15);
    }
    check_rows(f, table, LARGE, 80);
    fixture_reopen(f, NULL);
    check_rows(f, table, LARGE, 80);
    assert_ok(tarn_store_verify_journal(f->store, NULL, &records, error));
    assert_int_equal(records, 15);
}

static void a_lost_description_is_no_reason_to_begin_anew(void **state) {
    fixture *f = *state;
    uint64_t table = edited_table(f, 1);
    close_store(f);
    assert_ok(tarn_fs_remove(f->fs, WORKSPACE "/workspace.json", error));
    assert_fails(try_open(f, error), TARN_E_CORRUPT, TARN_ASKER("verify --repair", "repair: true"));
    assert_fails(tarn_store_create(f->fs, WORKSPACE, error), TARN_E_CORRUPT,
                 TARN_ASKER("verify --repair", "repair: true"));
    tarn_verify_report report;
    assert_ok(tarn_store_rescue(f->fs, WORKSPACE, true, &report, error));
    assert_int_equal(report.problem_count, 1);
    assert_true(report.problems[0].repaired);
    tarn_verify_report_clear(&report);
    assert_ok(try_open(f, error));
    check_edits(f, table, 1);
}

static size_t count_files(fixture *f, const char *folder) {
    tarn_entry *entries;
    size_t count;
    assert_ok(tarn_fs_list(f->fs, folder, &entries, &count, error));
    tarn_entries_free(entries, count);
    return count;
}

static void new_files_are_begun_and_read_across(void **state) {
    fixture *f = *state;
    fixture_reopen(f, &small_files);
    uint64_t table = edited_table(f, 150), records;
    assert_true(count_files(f, WORKSPACE "/journal") > 10);
    assert_true(count_files(f, WORKSPACE "/index") <= 6);
    fixture_reopen(f, &small_files);
    check_edits(f, table, 150);
    assert_ok(tarn_store_verify_journal(f->store, NULL, &records, error));
    assert_int_equal(records, 151);
    for (uint64_t number = 1; number <= 151; number += 25) {
        tarn_version *version;
        assert_ok(tarn_store_version(f->store, table, number, &version, error));
        if (number > 1)
            assert_int_equal(number_at(version, 0, (int64_t)number - 2), 1 - (int64_t)number);
        assert_int_equal(number_at(version, 0, (int64_t)number - 1), number - 1);
        tarn_version_release(version);
    }
}

static void a_lost_index_is_rebuilt(void **state) {
    fixture *f = *state;
    fixture_reopen(f, &small_files);
    uint64_t table = edited_table(f, 60);
    for (int round = 0; round < 3; round++) {
        close_store(f);
        tarn_entry *entries;
        size_t count;
        assert_ok(tarn_fs_list(f->fs, WORKSPACE "/index", &entries, &count, error));
        assert_true(count > 0);
        char path[64];
        snprintf(path, sizeof path, WORKSPACE "/index/%s", entries[count - 1].name);
        if (round == 0)
            assert_ok(tarn_fs_remove(f->fs, path, error));
        else if (round == 1)
            flip_byte(f->fs, path, 100);
        else
            write_all(f->fs, path, "x", 1);
        tarn_entries_free(entries, count);
        tarn_store *reader;
        assert_ok(tarn_store_open(f->fs, WORKSPACE, &(tarn_store_options){.read_only = true}, &reader, error));
        tarn_store_close(reader);
        assert_ok(try_open(f, error));
        check_edits(f, table, 60);
        tarn_verify_report report;
        assert_ok(tarn_store_verify(f->store, false, NULL, &report, error));
        assert_int_equal(report.problem_count, 0);
        tarn_verify_report_clear(&report);
    }
}

typedef struct seen {
    uint64_t first, last, count;
    char hash[TARN_SHA256_TEXT_SIZE];
} seen;

static tarn_status see(void *context, const tarn_record *record, tarn_error *error) {
    seen *s = context;
    (void)error;
    if (s->count++ == 0)
        s->first = record->number;
    assert_true(s->count == 1 || record->number == s->last + 1);
    s->last = record->number;
    memcpy(s->hash, record->hash, sizeof s->hash);
    assert_string_equal(record->kind, "command");
    assert_string_equal(record->command, "test");
    assert_string_equal(record->parameters, "{\"a\": 1}");
    assert_string_equal(record->user, "unknown");
    assert_true(record->time > 0);
    assert_int_equal(record->table_count, 1);
    assert_string_equal(record->tables[0].name, "t");
    assert_true(record->tables[0].is_new_version);
    assert_int_equal(record->tables[0].after, record->number);
    assert_int_equal(record->tables[0].before, record->number - 1);
    assert_int_equal(record->tables[0].rows, 200);
    return TARN_OK;
}

static tarn_status see_number(void *context, const tarn_record *record, tarn_error *error) {
    seen *s = context;
    (void)error;
    assert_true(s->count++ == 0 || record->number == s->last + 1);
    assert_true(s->last == 0 || strcmp(record->previous, s->hash) == 0);
    s->last = record->number;
    memcpy(s->hash, record->hash, sizeof s->hash);
    return TARN_OK;
}

static tarn_status stop(void *context, const tarn_record *record, tarn_error *error) {
    (void)context;
    return record->number == 3 ? tarn_fail(error, TARN_E_CANCELLED, "enough") : TARN_OK;
}

static void records_can_be_walked(void **state) {
    fixture *f = *state;
    fixture_reopen(f, &small_files);
    uint64_t table = edited_table(f, 40), number;
    char hash[TARN_SHA256_TEXT_SIZE];
    tarn_store_tip(f->store, &number, hash);
    for (uint64_t from = 0; from <= 41; from += 10) {
        seen s = {0};
        assert_ok(tarn_store_walk(f->store, from, see, &s, error));
        assert_int_equal(s.first, from == 0 ? 1 : from);
        assert_int_equal(s.last, 41);
        assert_string_equal(s.hash, hash);
    }
    assert_fails(tarn_store_walk(f->store, 1, stop, NULL, error), TARN_E_CANCELLED, "enough");
    seen s = {0};
    assert_ok(tarn_store_record_of(f->store, table, 17, see, &s, error));
    assert_int_equal(s.first, 17);
    assert_fails(tarn_store_record_of(f->store, table, 99, see, &s, error), TARN_E_NOT_FOUND, "99");
}

static void pruning_keeps_versions_and_chain(void **state) {
    fixture *f = *state;
    fixture_reopen(f, &small_files);
    uint64_t table = edited_table(f, 100), records;
    for (int round = 0; round < 3; round++) {
        assert_ok(tarn_store_prune_journal(f->store, 10, error));
        check_edits(f, table, 100 + round * 20);
        if (round == 1)
            fixture_reopen(f, &small_files);
        assert_ok(tarn_store_verify_journal(f->store, NULL, &records, error));
        assert_int_equal(records, 10);
        seen kept = {0};
        assert_ok(tarn_store_walk(f->store, 1, see, &kept, error));
        assert_int_equal(kept.count, 10);
        assert_int_equal(kept.last, 101 + round * 20);
        for (uint64_t number = 1; number < 100; number += 9) {
            tarn_version *version;
            assert_ok(tarn_store_version(f->store, table, number, &version, error));
            assert_int_equal(number_at(version, 0, (int64_t)number - 1), number - 1);
            tarn_version_release(version);
        }
        tarn_verify_report report;
        assert_ok(tarn_store_verify(f->store, false, NULL, &report, error));
        assert_int_equal(report.problem_count, 0);
        tarn_verify_report_clear(&report);
        for (int64_t i = 0; i < 20; i++)
            edit_number(f->store, table, 100 + round * 20 + i, -(100 + round * 20 + i) - 1);
    }
    seen s = {0};
    assert_ok(tarn_store_record_of(f->store, table, 2, see, &s, error)); /* what made a version stays known */
    assert_int_equal(s.first, 2);
    assert_string_equal(s.hash, "");
    uint64_t parent;
    assert_ok(tarn_store_parent(f->store, table, 2, &parent, error));
    assert_int_equal(parent, 1);
}

static void a_limit_keeps_exactly_the_newest_records(void **state) {
    fixture *f = *state;
    fixture_reopen(f, &small_files);
    uint64_t table = edited_table(f, 40), records;
    tarn_store *reader;
    assert_ok(tarn_store_open(f->fs, WORKSPACE, &(tarn_store_options){.read_only = true}, &reader, error));
    assert_ok(tarn_store_set_record_limit(f->store, 10, &(tarn_event){.kind = "setting"}, error));
    assert_int_equal(tarn_store_record_limit(f->store), 10);
    for (int64_t i = 40; i < 60; i++) {
        edit_number(f->store, table, i, -i - 1);
        if (i == 50)
            fixture_reopen(f, &small_files);
        assert_ok(tarn_store_verify_journal(f->store, NULL, &records, error));
        assert_int_equal(records, 10);
        assert_ok(tarn_store_refresh(reader, NULL, error)); /* however often the files went away under it */
        assert_ok(tarn_store_verify_journal(reader, NULL, &records, error));
        assert_int_equal(records, 10);
        tarn_version *version;
        assert_ok(tarn_store_version(reader, table, 20, &version, error));
        tarn_version_release(version);
    }
    check_edits(f, table, 60);
    seen s = {0};
    assert_ok(tarn_store_walk(f->store, 1, see_number, &s, error));
    assert_int_equal(s.count, 10);
    assert_int_equal(s.last, 62);
    assert_ok(tarn_store_set_record_limit(f->store, 0, &(tarn_event){.kind = "setting"}, error));
    edit_number(f->store, table, 60, -61);
    assert_ok(tarn_store_verify_journal(f->store, NULL, &records, error));
    assert_int_equal(records, 12);
    tarn_store_close(reader);
}

static void a_reader_that_slept_finds_moved_changes(void **state) {
    fixture *f = *state;
    uint64_t table = edited_table(f, 30);
    tarn_store *reader;
    assert_ok(tarn_store_open(f->fs, WORKSPACE, &(tarn_store_options){.read_only = true}, &reader, error));
    for (int round = 0; round < 3; round++) {
        edit_number(f->store, table, 100 + round, 7);
        assert_ok(tarn_store_prune_journal(f->store, 2, error));
    }
    tarn_version *version;
    seen s = {0};
    assert_ok(tarn_store_version(reader, table, 12, &version, error));
    assert_int_equal(number_at(version, 0, 10), -11);
    tarn_version_release(version);
    assert_ok(tarn_store_record_of(reader, table, 13, see, &s, error));
    tarn_store_close(reader);
}

static void a_noted_tip_shows_what_was_taken_away(void **state) {
    fixture *f = *state;
    uint64_t table = edited_table(f, 10);
    tarn_store_tip_mark tip, early;
    tarn_store_tip(f->store, &early.number, early.hash);
    edit_number(f->store, table, 20, 1);
    edit_number(f->store, table, 21, 1);
    tarn_store_tip(f->store, &tip.number, tip.hash);
    assert_ok(tarn_store_verify_journal(f->store, &tip, NULL, error));
    assert_ok(tarn_store_verify_journal(f->store, &early, NULL, error));
    tarn_store_tip_mark wrong = early;
    wrong.hash[5] = wrong.hash[5] == 'a' ? 'b' : 'a';
    assert_fails(tarn_store_verify_journal(f->store, &wrong, NULL, error), TARN_E_CORRUPT, "rewritten");
    /* the last line is cut off: the chain is whole without it */
    close_store(f);
    tarn_buffer whole = read_all(f->fs, JOURNAL_1);
    assert_ok(tarn_buffer_append(&whole, "", 1, error));
    tarn_slice last = line_of(&whole, 13);
    write_all(f->fs, JOURNAL_1, whole.data, (size_t)(last.data - (const char *)whole.data));
    tarn_buffer_free(&whole);
    assert_ok(try_open(f, error));
    assert_ok(tarn_store_verify_journal(f->store, NULL, NULL, error));
    assert_fails(tarn_store_verify_journal(f->store, &tip, NULL, error), TARN_E_CORRUPT, "removed from its end");
    assert_ok(tarn_store_prune_journal(f->store, 1, error));
    assert_ok(tarn_store_verify_journal(f->store, &early, NULL, error)); /* its hash is what the chain begins with */
    edit_number(f->store, table, 22, 1);
    assert_ok(tarn_store_prune_journal(f->store, 1, error));
    assert_fails(tarn_store_verify_journal(f->store, &early, NULL, error), TARN_E_NOT_FOUND, "pruned");
}

static void pruning_after_gc_keeps_what_is_left(void **state) {
    fixture *f = *state;
    fixture_reopen(f, &small_files);
    uint64_t table = edited_table(f, 60);
    tarn_gc_report report;
    assert_ok(tarn_store_gc(f->store, &(tarn_gc_options){.keep_versions = 5}, NULL, &report, error));
    assert_int_equal(report.versions, 56);
    assert_ok(tarn_store_prune_journal(f->store, 1, error));
    fixture_reopen(f, &small_files);
    check_edits(f, table, 60);
    tarn_version *version;
    assert_ok(tarn_store_version(f->store, table, 57, &version, error));
    assert_int_equal(number_at(version, 0, 55), -56);
    tarn_version_release(version);
    assert_int_equal(tarn_store_version(f->store, table, 20, &version, NULL), TARN_E_NOT_FOUND);
}

/* The record of gc is still there, the first of the versions that it names are not. */
static void what_gc_removed_stays_removed_after_pruning(void **state) {
    fixture *f = *state;
    fixture_reopen(f, &small_files);
    uint64_t table = edited_table(f, 60);
    tarn_gc_report report;
    assert_ok(tarn_store_gc(f->store, &(tarn_gc_options){.keep_versions = 5}, NULL, &report, error));
    assert_int_equal(report.versions, 56);
    assert_ok(tarn_store_prune_journal(f->store, 30, error));
    tarn_verify_report checked;
    assert_ok(tarn_store_verify(f->store, false, NULL, &checked, error));
    if (checked.problem_count > 0)
        fail_msg("%s", checked.problems[0].what);
    tarn_verify_report_clear(&checked);
    close_store(f);
    assert_ok(tarn_fs_remove_all(f->fs, WORKSPACE "/index", error));
    assert_ok(tarn_fs_make_directory(f->fs, WORKSPACE "/index", error));
    assert_ok(try_open(f, error));
    check_edits(f, table, 60);
    tarn_version *version;
    for (uint64_t number = 1; number <= 56; number++)
        assert_int_equal(tarn_store_version(f->store, table, number, &version, NULL), TARN_E_NOT_FOUND);
}

static void rescue_sets_a_damaged_tail_aside(void **state) {
    fixture *f = *state;
    uint64_t table = edited_table(f, 6);
    close_store(f);
    tarn_buffer whole = read_all(f->fs, JOURNAL_1);
    assert_ok(tarn_buffer_append(&whole, "", 1, error));
    tarn_slice line = line_of(&whole, 4);
    flip_byte(f->fs, JOURNAL_1, (uint64_t)(line.data - (const char *)whole.data) + 70);
    tarn_verify_report report;
    assert_ok(tarn_store_rescue(f->fs, WORKSPACE, false, &report, error));
    assert_int_equal(report.problem_count, 1);
    assert_false(report.problems[0].repaired);
    tarn_verify_report_clear(&report);
    assert_int_equal(try_open(f, NULL), TARN_E_CORRUPT);
    assert_ok(tarn_store_rescue(f->fs, WORKSPACE, true, &report, error));
    assert_true(report.problems[0].repaired);
    assert_non_null(strstr(report.problems[0].affects, "after record 3"));
    tarn_verify_report_clear(&report);
    assert_ok(try_open(f, error));
    check_edits(f, table, 2);
    assert_ok(tarn_fs_stat(f->fs, WORKSPACE "/journal/00000001.damaged-1", NULL, NULL, error));
    assert_ok(tarn_store_rescue(f->fs, WORKSPACE, false, &report, error));
    assert_int_equal(report.problem_count, 0);
    tarn_verify_report_clear(&report);
    tarn_buffer_free(&whole);
}

static void rescue_joins_records_to_the_file_before(void **state) {
    fixture *f = *state;
    fixture_reopen(f, &small_files);
    uint64_t table = edited_table(f, 20);
    uint32_t newest = f->store->journal.number;
    while (f->store->journal.number < newest + 2)
        edit_number(f->store, table, 199, (int64_t)f->store->ledger.record);
    edit_number(f->store, table, 198, 1);
    edit_number(f->store, table, 198, 2);
    uint64_t record = f->store->ledger.record;
    char *path = tarn_journal_path(f->store, f->store->journal.number);
    close_store(f);
    flip_byte(f->fs, path, 50);
    assert_fails(try_open(f, error), TARN_E_CORRUPT, "line 1 of");
    tarn_verify_report report;
    assert_ok(tarn_store_rescue(f->fs, WORKSPACE, true, &report, error));
    assert_int_equal(report.problem_count, 1);
    tarn_verify_report_clear(&report);
    assert_ok(try_open(f, error));
    assert_int_equal(f->store->ledger.record, record);
    tarn_version *version = head_of(f->store, table);
    assert_int_equal(number_at(version, 0, 198), 2);
    tarn_version_release(version);
    assert_ok(tarn_store_verify_journal(f->store, NULL, NULL, error));
    free(path);
}

static void rescue_makes_the_first_checkpoint_again(void **state) {
    fixture *f = *state;
    uint64_t table = edited_table(f, 3);
    close_store(f);
    flip_byte(f->fs, JOURNAL_1, 50);
    tarn_verify_report report;
    assert_ok(tarn_store_rescue(f->fs, WORKSPACE, true, &report, error));
    assert_int_equal(report.problem_count, 1);
    tarn_verify_report_clear(&report);
    assert_ok(try_open(f, error));
    check_edits(f, table, 3);
    close_store(f);
    assert_ok(tarn_fs_remove(f->fs, JOURNAL_1, error));
    assert_int_equal(try_open(f, NULL), TARN_E_CORRUPT);
    assert_ok(tarn_store_rescue(f->fs, WORKSPACE, true, &report, error));
    assert_int_equal(report.problem_count, 1);
    assert_false(report.problems[0].repaired);
    tarn_verify_report_clear(&report);
}

static void many_small_versions_load_in_bounded_steps(void **state) {
    fixture *f = *state;
    uint64_t table = edited_table(f, 1);
    for (int64_t i = 0; i < 700; i++)
        edit_number(f->store, table, i % 200, 1000 + i);
    fixture_reopen(f, NULL);
    for (uint64_t number = 2; number < 702; number++) {
        tarn_version_entry entry;
        tarn_buffer text = {0};
        tarn_table_line line;
        assert_true(tarn_store_version_entry(f->store, table, number, &entry));
        assert_ok(tarn_version_line(f->store, &entry, &text, &line, error));
        assert_true(line.links <= 256);
        assert_true(line.from == 0 || line.delta_bytes <= line.full_bytes);
        tarn_buffer_free(&text);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_torn_end_is_dropped),
        TEST(changed_removed_and_reordered_lines_are_named),
        TEST(a_forged_line_breaks_the_chain),
        TEST(a_newer_format_is_refused),
        TEST(a_newer_journal_is_refused_and_left_alone),
        TEST(a_reader_stops_where_a_newer_format_begins),
        TEST(an_older_format_is_raised_by_the_first_change),
        TEST(folds_stand_between_records),
        TEST(a_limit_counts_no_folds),
        TEST(a_lost_description_is_no_reason_to_begin_anew),
        TEST(new_files_are_begun_and_read_across),
        TEST(a_lost_index_is_rebuilt),
        TEST(records_can_be_walked),
        TEST(pruning_keeps_versions_and_chain),
        TEST(a_limit_keeps_exactly_the_newest_records),
        TEST(a_reader_that_slept_finds_moved_changes),
        TEST(a_noted_tip_shows_what_was_taken_away),
        TEST(pruning_after_gc_keeps_what_is_left),
        TEST(what_gc_removed_stays_removed_after_pruning),
        TEST(rescue_sets_a_damaged_tail_aside),
        TEST(rescue_joins_records_to_the_file_before),
        TEST(rescue_makes_the_first_checkpoint_again),
        TEST(many_small_versions_load_in_bounded_steps),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
