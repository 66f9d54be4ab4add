/* Names, tables that come, go and come back, transactions that conflict, and readers beside a writer. */
#include "support.h"

#include "fs/fault.h"

#include "base/asker.h"

#include <stdlib.h>

static void names_are_checked(void **state) {
    (void)state;
    static const char *const good[] = {"orders", "Order lines", "ünïcödé", "a.b",   "2026",
                                       "csv",    "select",      "\"",      "x.csvx"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_ok(tarn_check_table_name(good[i], error));
    static const char *const bad[][2] = {
        {"", "empty"},
        {"a@3", "@"},
        {"a~", "~"},
        {"a/b", "/"},
        {"a\\b", "\\"},
        {"a\nb", "control"},
        {"x.csv", ".csv"},
        {"X.CSV", ".csv"},
        {"p.parquet", "file"},
        {"duckdb_tables", "system"},
        {"PRAGMA_x", "system"},
        {"information_schema", "system"},
        {" a", "space"},
        {"a ", "space"},
        {"\xff", "UTF-8"},
        {"tarn_rows", "system"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_fails(tarn_check_table_name(bad[i][0], error), TARN_E_INVALID, bad[i][1]);
    char *longest = malloc(70000);
    memset(longest, 'x', 69999);
    longest[69999] = '\0';
    assert_fails(tarn_check_table_name(longest, error), TARN_E_INVALID, "255 bytes");
    assert_fails(tarn_check_column_name(longest, error), TARN_E_INVALID, "bytes");
    longest[10000] = '\0';
    assert_ok(tarn_check_column_name(longest, error));
    free(longest);
    assert_fails(tarn_check_column_name("", error), TARN_E_INVALID, "empty");
    assert_fails(tarn_check_column_name("_tarn_id", error), TARN_E_INVALID, "number of the row");
}

static void assert_table(fixture *f, const char *wanted, const char *name, uint64_t id) {
    tarn_table_state table;
    assert_ok(tarn_store_find(f->store, wanted, &table, error));
    assert_string_equal(table.name, name);
    assert_int_equal(table.id, id);
    tarn_table_state_clear(&table);
}

static void names_ignore_case(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "Größe", 5, 5);
    assert_table(f, "GRÖSSE", "Größe", table);
    tarn_transaction *transaction;
    tarn_draft *draft;
    assert_ok(tarn_transaction_begin(f->store, &transaction, error));
    assert_fails(tarn_draft_create(transaction, "grösse", &draft, error), TARN_E_EXISTS, "Größe");
    assert_ok(tarn_draft_create(transaction, "other", &draft, error));
    assert_fails(tarn_draft_create(transaction, "OTHER", &draft, error), TARN_E_EXISTS, "OTHER");
    assert_fails(tarn_draft_create(transaction, "a@b", &draft, error), TARN_E_INVALID, "@");
    tarn_transaction_abort(transaction);
    tarn_table_state state_of;
    assert_fails(tarn_store_find(f->store, "Grösze", &state_of, error), TARN_E_NOT_FOUND, "did you mean \"Größe\"");
    assert_fails(tarn_store_find(f->store, "zzz", &state_of, error), TARN_E_NOT_FOUND, "no table \"zzz\"");
    assert_fails(tarn_store_find(f->store, "\xff", &state_of, error), TARN_E_NOT_FOUND, "no table");
    assert_fails(tarn_store_find_id(f->store, 77, &state_of, error), TARN_E_NOT_FOUND, "77");
}

static void tables_are_renamed_dropped_and_brought_back(void **state) {
    fixture *f = *state;
    uint64_t a = make_table(f->store, "a", 5, 5), b = make_table(f->store, "b", 6, 6);
    assert_fails(tarn_store_rename_table(f->store, a, "B", &an_event, error), TARN_E_EXISTS, "\"b\"");
    assert_fails(tarn_store_rename_table(f->store, a, "x.csv", &an_event, error), TARN_E_INVALID, "csv");
    assert_ok(tarn_store_rename_table(f->store, a, "A", &an_event, error));
    assert_ok(tarn_store_rename_table(f->store, a, "A", &an_event, error));
    assert_table(f, "a", "A", a);
    assert_ok(tarn_store_drop_table(f->store, a, &an_event, error));
    assert_fails(tarn_store_drop_table(f->store, a, &an_event, error), TARN_E_NOT_FOUND, "dropped");
    assert_fails(tarn_store_rename_table(f->store, a, "c", &an_event, error), TARN_E_NOT_FOUND, "dropped");
    assert_fails(tarn_store_set_head(f->store, a, 1, 1, &an_event, error), TARN_E_NOT_FOUND, "dropped");
    tarn_table_state table;
    assert_fails(tarn_store_find(f->store, "a", &table, error), TARN_E_NOT_FOUND, TARN_ASKER("--undo", "undrop"));
    fixture_reopen(f, NULL);
    assert_ok(tarn_store_find_dropped(f->store, "a", &table, error));
    assert_int_equal(table.id, a);
    tarn_table_state_clear(&table);
    uint64_t again = make_table(f->store, "a", 7, 7);
    assert_true(again > b);
    assert_fails(tarn_store_undrop_table(f->store, a, &an_event, error), TARN_E_EXISTS, "\"a\"");
    assert_fails(tarn_store_undrop_table(f->store, b, &an_event, error), TARN_E_INVALID, "not dropped");
    assert_ok(tarn_store_drop_table(f->store, again, &an_event, error));
    assert_ok(tarn_store_undrop_table(f->store, a, &an_event, error));
    assert_table(f, "a", "A", a);
    tarn_table_state *tables;
    size_t count;
    assert_ok(tarn_store_tables(f->store, false, &tables, &count, error));
    assert_int_equal(count, 2);
    assert_string_equal(tables[0].name, "A");
    assert_string_equal(tables[1].name, "b");
    assert_int_equal(tables[1].rows, 6);
    assert_int_equal(tables[1].columns, 2);
    assert_true(tables[1].created > 0 && tables[1].changed >= tables[1].created);
    tarn_table_states_free(tables, count);
    assert_ok(tarn_store_tables(f->store, true, &tables, &count, error));
    assert_int_equal(count, 3);
    tarn_table_states_free(tables, count);
    assert_fails(tarn_store_set_head(f->store, b, 9, 9, &an_event, error), TARN_E_NOT_FOUND, "no version 9");
    assert_fails(tarn_store_drop_table(f->store, 99, &an_event, error), TARN_E_NOT_FOUND, "99");
}

static void events_that_make_no_version_are_noted(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 5, 5), before, after;
    char hash[TARN_SHA256_TEXT_SIZE];
    edit_number(f->store, table, 0, 9);
    tarn_store_tip(f->store, &before, hash);
    tarn_event event = {
        .kind = "export", .parameters = "{\"file\":\n \"x.csv\"}", .rows = 5, .cells = 10, .duration = 3};
    assert_ok(tarn_store_note(f->store, table, 1, &event, error));
    assert_ok(tarn_store_note(f->store, 0, 0, &event, error));
    assert_ok(tarn_store_note(f->store, table, TARN_HEAD, &event, error));
    assert_fails(tarn_store_note(f->store, table, 7, &event, error), TARN_E_NOT_FOUND, "version 7");
    event.parameters = "{\"a\": 1";
    assert_fails(tarn_store_note(f->store, 0, 0, &event, error), TARN_E_INVALID, "JSON object");
    event.parameters = "[1]";
    assert_fails(tarn_store_note(f->store, 0, 0, &event, error), TARN_E_INVALID, "JSON object");
    tarn_store_tip(f->store, &after, hash);
    assert_int_equal(after, before + 3);
    fixture_reopen(f, NULL);
    tarn_version *version = head_of(f->store, table);
    assert_int_equal(tarn_version_number(version), 2);
    tarn_version_release(version);
    assert_ok(tarn_store_verify_journal(f->store, NULL, NULL, error));
}

static void a_base_that_is_no_longer_the_head_conflicts(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 5, 5);
    tarn_version *old = head_of(f->store, table);
    edit_number(f->store, table, 0, 9);
    tarn_transaction *transaction, *second;
    tarn_draft *draft;
    struct ArrowArray value = numbers(1, 1, 1);
    int64_t row = 3;
    assert_ok(tarn_transaction_begin(f->store, &transaction, error));
    assert_fails(tarn_transaction_begin(f->store, &second, error), TARN_E_LOCKED, "try again");
    assert_fails(tarn_store_drop_table(f->store, table, &an_event, error), TARN_E_LOCKED, "try again");
    tarn_gc_report report;
    assert_fails(tarn_store_gc(f->store, NULL, NULL, &report, error), TARN_E_LOCKED, "try again");
    assert_fails(tarn_store_prune_journal(f->store, 1, error), TARN_E_LOCKED, "try again");
    assert_ok(tarn_draft_edit(transaction, old, &draft, error));
    assert_fails(tarn_draft_edit(transaction, old, &draft, error), TARN_E_INVALID, "already");
    assert_ok(tarn_draft_patch(draft, 0, &row, &value, NULL, error));
    assert_fails(tarn_transaction_commit(transaction, &an_event, NULL, error), TARN_E_CONFLICT, "version 2 now");
    tarn_array_release(&value);
    tarn_version_release(old);
    tarn_transaction_abort(NULL);
    edit_number(f->store, table, 1, 8);
}

static void one_record_changes_several_tables(void **state) {
    fixture *f = *state;
    uint64_t a = make_table(f->store, "a", 5, 5), b = make_table(f->store, "b", 5, 5), before, after;
    char hash[TARN_SHA256_TEXT_SIZE];
    tarn_version *heads[] = {head_of(f->store, a), head_of(f->store, b)};
    tarn_transaction *transaction;
    int64_t row = 2;
    struct ArrowArray value = numbers(77, 1, 1);
    tarn_store_tip(f->store, &before, hash);
    assert_ok(tarn_transaction_begin(f->store, &transaction, error));
    for (int i = 0; i < 2; i++) {
        tarn_draft *draft;
        assert_ok(tarn_draft_edit(transaction, heads[i], &draft, error));
        assert_ok(tarn_draft_patch(draft, 0, &row, &value, NULL, error));
        tarn_version_release(heads[i]);
    }
    assert_ok(tarn_transaction_commit(transaction, &an_event, NULL, error));
    tarn_array_release(&value);
    tarn_store_tip(f->store, &after, hash);
    assert_int_equal(after, before + 1);
    fixture_reopen(f, NULL);
    for (uint64_t table = a; table <= b; table++) {
        tarn_version *version = head_of(f->store, table);
        assert_int_equal(number_at(version, 0, 2), 77);
        tarn_version_release(version);
    }
}

/* ---- readers ----------------------------------------------------------------------------------------------------- */

static tarn_store *open_reader(fixture *f) {
    tarn_store *reader;
    assert_ok(tarn_store_open(f->fs, WORKSPACE, &(tarn_store_options){.read_only = true}, &reader, error));
    return reader;
}

static void readers_follow_a_writer(void **state) {
    fixture *f = *state;
    fixture_reopen(f, &(tarn_store_options){.journal_bytes = 3000});
    uint64_t table = make_table(f->store, "t", 100, 50);
    tarn_store *reader = open_reader(f), *second;
    bool changed = true;
    assert_true(tarn_store_is_read_only(reader));
    assert_ok(tarn_store_refresh(reader, &changed, error));
    assert_false(changed);
    tarn_version *old = head_of(reader, table);
    for (int64_t i = 0; i < 40; i++) {
        edit_number(f->store, table, i, -i - 1);
        if (i % 7 != 0)
            continue;
        assert_ok(tarn_store_refresh(reader, &changed, error));
        assert_true(changed);
        tarn_version *version = head_of(reader, table);
        assert_int_equal(number_at(version, 0, i), -i - 1);
        assert_int_equal(number_at(version, 0, i + 1), i + 1);
        tarn_version_release(version);
    }
    assert_int_equal(number_at(old, 0, 0), 0);
    tarn_version_release(old);
    tarn_transaction *transaction;
    assert_fails(tarn_transaction_begin(reader, &transaction, error), TARN_E_READ_ONLY, "reading only");
    assert_fails(tarn_store_drop_table(reader, table, &an_event, error), TARN_E_READ_ONLY, "reading only");
    tarn_gc_report report;
    assert_fails(tarn_store_gc(reader, NULL, NULL, &report, error), TARN_E_READ_ONLY, "reading only");
    assert_fails(tarn_store_open(f->fs, WORKSPACE, NULL, &second, error), TARN_E_LOCKED, "another process is writing");
    assert_ok(tarn_store_refresh(f->store, &changed, error));
    assert_false(changed);
    assert_ok(tarn_store_verify_journal(reader, NULL, NULL, error));
    tarn_store_close(reader);
}

static void a_reader_survives_an_append_that_was_taken_back(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 100, 50);
    edit_number(f->store, table, 0, -1);
    tarn_store *reader = open_reader(f);
    /* the writer's last record vanishes and another one takes its place, as after a sync that failed */
    tarn_buffer text = read_all(f->fs, WORKSPACE "/journal/00000001.jsonl");
    size_t last = text.size - 1;
    while (text.data[last - 1] != '\n')
        last--;
    tarn_store_close(f->store);
    write_all(f->fs, WORKSPACE "/journal/00000001.jsonl", text.data, last);
    tarn_buffer_free(&text);
    assert_ok(tarn_store_open(f->fs, WORKSPACE, NULL, &f->store, error));
    bool changed;
    assert_ok(tarn_store_refresh(reader, &changed, error));
    assert_true(changed);
    tarn_version *version = head_of(reader, table);
    assert_int_equal(tarn_version_number(version), 1);
    tarn_version_release(version);
    edit_number(f->store, table, 5, 50);
    assert_ok(tarn_store_refresh(reader, &changed, error));
    version = head_of(reader, table);
    assert_int_equal(number_at(version, 0, 5), 50);
    assert_int_equal(number_at(version, 0, 0), 0);
    tarn_version_release(version);
    tarn_store_close(reader);
}

static bool file_exists(fixture *f, const char *path) {
    return tarn_fs_stat(f->fs, path, NULL, NULL, NULL) == TARN_OK;
}

static void gc_waits_for_readers(void **state) {
    fixture *f = *state;
    uint64_t gone = make_table(f->store, "gone", 3000, 1000);
    tarn_store *reader = open_reader(f);
    tarn_version *version = head_of(reader, gone);
    assert_ok(tarn_store_drop_table(f->store, gone, &an_event, error));
    tarn_gc_report report;
    assert_ok(tarn_store_gc(f->store, NULL, NULL, &report, error));
    assert_int_equal(report.bytes, 0);
    assert_true(report.bytes_waiting > 20000);
    assert_true(file_exists(f, WORKSPACE "/segments/00000001.seg"));
    bool changed;
    assert_ok(tarn_store_refresh(reader, &changed, error));
    assert_int_equal(number_at(version, 0, 2999), 2999); /* not read before */
    tarn_version_release(version);
    fixture_reopen(f, NULL);
    assert_true(file_exists(f, WORKSPACE "/segments/00000001.seg"));
    make_table(f->store, "next", 10, 10);
    assert_ok(tarn_store_refresh(reader, &changed, error)); /* lets go of what it saw before */
    assert_ok(tarn_store_gc(f->store, NULL, NULL, &report, error));
    assert_int_equal(report.bytes_waiting, 0);
    assert_false(file_exists(f, WORKSPACE "/segments/00000001.seg"));
    tarn_store_close(reader);
    tarn_entry *entries;
    size_t count;
    assert_ok(tarn_fs_list(f->fs, WORKSPACE "/leases", &entries, &count, error));
    assert_int_equal(count, 0);
    tarn_entries_free(entries, count);
}

/* Each store has a folder of its own for temporary files, which nobody sweeps while it is open. */
static void temporary_files_of_the_living_stay(void **state) {
    fixture *f = *state;
    const char *mine, *its;
    char *file;
    tarn_store *reader = open_reader(f);
    assert_ok(tarn_store_scratch(reader, &its, error));
    assert_ok(tarn_store_scratch_path(reader, "rows", &file, error));
    write_all(f->fs, file, "rows", 4);
    fixture_reopen(f, NULL); /* sweeps */
    assert_ok(tarn_store_scratch(f->store, &mine, error));
    assert_string_not_equal(mine, its);
    assert_true(file_exists(f, file));
    tarn_store_close(open_reader(f));
    assert_true(file_exists(f, file));
    tarn_store_close(reader);
    assert_false(file_exists(f, file));
    free(file);
}

/* Where no lease can be written a reader reads all the same, and gc removes nothing of what it may read. */
static void readers_need_no_space(void **state) {
    fixture *f = *state;
    static const tarn_status reasons[] = {TARN_E_FULL, TARN_E_READ_ONLY, TARN_E_IO};
    tarn_fs *disk;
    assert_ok(tarn_fs_fault(&disk, error));
    assert_ok(tarn_store_create(disk, WORKSPACE, error));
    for (size_t i = 0; i < 3; i++) {
        tarn_fault_plan plan = {
            .kinds = i == 0 ? TARN_FAULT_WRITE : TARN_FAULT_CREATE, .call = 1, .status = reasons[i], .lasting = true};
        tarn_store *reader, *writer;
        tarn_store_options options = {.read_only = true};
        tarn_gc_report report;
        assert_ok(tarn_store_open(disk, WORKSPACE, NULL, &writer, error));
        uint64_t table = make_table(writer, "t", 3000, 1000);
        tarn_fault_plan_set(disk, &plan);
        assert_ok(tarn_store_open(disk, WORKSPACE, &options, &reader, error));
        assert_true(tarn_fault_plan_hits(disk) > 0);
        tarn_fault_plan_set(disk, NULL);
        tarn_version *version = head_of(reader, table);
        assert_ok(tarn_store_drop_table(writer, table, &an_event, error));
        assert_ok(tarn_store_gc(writer, NULL, NULL, &report, error));
        assert_int_equal(report.bytes, 0);
        assert_true(report.bytes_waiting > 20000);
        assert_int_equal(number_at(version, 0, 2999), 2999);
        tarn_version_release(version);
        tarn_store_close(reader);
        assert_ok(tarn_store_gc(writer, NULL, NULL, &report, error));
        assert_int_equal(report.bytes_waiting, 0);
        tarn_store_close(writer);
    }
    tarn_fs_free(disk);
    (void)f;
}

#define ABANDONED WORKSPACE "/tmp/spill-0123456789abcdef"

static void leftovers_are_swept(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 10, 10);
    static const char *const leftovers[] = {WORKSPACE "/segments/00000009.seg",
                                            WORKSPACE "/index/00000009.idx",
                                            WORKSPACE "/journal/00000002.jsonl",
                                            ABANDONED "/user/duckdb_temp_block-1.x",
                                            ABANDONED "/owner",
                                            WORKSPACE "/leases/dead"};
    static const char *const others[] = {WORKSPACE "/segments/notes.txt", WORKSPACE "/tmp/x",
                                         WORKSPACE "/tmp/spill-mine/owner", WORKSPACE "/segments/00000008.seg/inside"};
    assert_ok(tarn_fs_make_directories(f->fs, ABANDONED "/user", error));
    assert_ok(tarn_fs_make_directories(f->fs, WORKSPACE "/tmp/spill-mine", error));
    assert_ok(tarn_fs_make_directories(f->fs, WORKSPACE "/segments/00000008.seg", error));
    for (size_t i = 0; i < 6; i++)
        write_all(f->fs, leftovers[i], "rubbish", 7);
    for (size_t i = 0; i < 4; i++)
        write_all(f->fs, others[i], "mine", 4);
    tarn_store *reader = open_reader(f);
    tarn_store_close(reader);
    fixture_reopen(f, NULL);
    for (size_t i = 0; i < 6; i++)
        assert_false(file_exists(f, leftovers[i]));
    assert_false(file_exists(f, ABANDONED));
    for (size_t i = 0; i < 4; i++)
        assert_true(file_exists(f, others[i]));
    edit_number(f->store, table, 1, 5);
    assert_string_equal(tarn_store_directory(f->store), WORKSPACE);
    assert_ptr_equal(tarn_store_fs(f->store), f->fs);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_checked),
        TEST(names_ignore_case),
        TEST(tables_are_renamed_dropped_and_brought_back),
        TEST(events_that_make_no_version_are_noted),
        TEST(a_base_that_is_no_longer_the_head_conflicts),
        TEST(one_record_changes_several_tables),
        TEST(temporary_files_of_the_living_stay),
        TEST(readers_need_no_space),
        TEST(readers_follow_a_writer),
        TEST(a_reader_survives_an_append_that_was_taken_back),
        TEST(gc_waits_for_readers),
        TEST(leftovers_are_swept),
    };
    return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
