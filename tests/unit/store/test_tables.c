/* Tables from making them to reading them back after opening the workspace again. */
#include "support.h"

#include <stdlib.h>

static void a_table_reads_back(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "Orders", 1000, 300);
    for (int round = 0; round < 2; round++) {
        tarn_version *version = head_of(f->store, table);
        assert_int_equal(tarn_version_number(version), 1);
        assert_int_equal(tarn_version_parent(version), 0);
        assert_int_equal(tarn_version_rows(version), 1000);
        assert_int_equal(tarn_version_chunk_count(version), 4);
        assert_string_equal(tarn_version_column(version, 1)->name, "t");
        assert_int_equal(number_at(version, 0, 777), 777);
        char *text = text_at(version, 1, 999);
        assert_string_equal(text, "row 999");
        free(text);
        int64_t *all = all_numbers(version, 0);
        for (int64_t i = 0; i < 1000; i++)
            assert_int_equal(all[i], i);
        free(all);
        tarn_version_release(version);
        fixture_reopen(f, NULL);
    }
}

static void edits_make_versions_that_stay(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 1000, 300);
    for (int64_t i = 0; i < 400; i++)
        edit_number(f->store, table, i * 2, -i - 1);
    fixture_reopen(f, NULL);
    for (uint64_t number = 1; number <= 401; number += 50) {
        tarn_version *version;
        assert_ok(tarn_store_version(f->store, table, number, &version, error));
        int64_t *all = all_numbers(version, 0);
        for (int64_t i = 0; i < 1000; i++) {
            int64_t expected = i % 2 == 0 && i / 2 < (int64_t)number - 1 ? -(i / 2) - 1 : i;
            assert_int_equal(all[i], expected);
        }
        free(all);
        tarn_version_release(version);
    }
}

static void nothing_changed(tarn_draft *draft, void *context) {
    int64_t row = 5;
    struct ArrowArray value = numbers(5, 1, 1);
    int64_t changed = -1;
    (void)context;
    assert_ok(tarn_draft_patch(draft, 0, &row, &value, &changed, error));
    assert_int_equal(changed, 0);
    tarn_array_release(&value);
}

static void changing_nothing_makes_no_version(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 100, 100);
    uint64_t before, after;
    char hash[TARN_SHA256_TEXT_SIZE];
    tarn_store_tip(f->store, &before, hash);
    assert_false(commit_change(f->store, table, nothing_changed, NULL));
    tarn_store_tip(f->store, &after, hash);
    assert_int_equal(before, after);
}

static void undo_is_a_record(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 100, 100);
    edit_number(f->store, table, 7, 70);
    assert_ok(tarn_store_set_head(f->store, table, 1, 2, &an_event, error));
    fixture_reopen(f, NULL);
    tarn_version *version = head_of(f->store, table);
    assert_int_equal(tarn_version_number(version), 1);
    assert_int_equal(number_at(version, 0, 7), 7);
    tarn_version_release(version);
    edit_number(f->store, table, 8, 80);
    version = head_of(f->store, table);
    assert_int_equal(tarn_version_number(version), 3);
    assert_int_equal(tarn_version_parent(version), 1);
    tarn_version_release(version);
    uint64_t records;
    assert_ok(tarn_store_verify_journal(f->store, NULL, &records, error));
    assert_int_equal(records, 4);
}

static void delete_some(tarn_draft *draft, void *context) {
    const int64_t rows[] = {0, 301, 302, 999, 301};
    int64_t changed;
    (void)context;
    assert_ok(tarn_draft_delete_rows(draft, rows, 5, &changed, error));
    assert_int_equal(changed, 4);
}

static void deleted_rows_do_not_show(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 1000, 300);
    commit_change(f->store, table, delete_some, NULL);
    fixture_reopen(f, NULL);
    tarn_version *version = head_of(f->store, table);
    assert_int_equal(tarn_version_rows(version), 996);
    assert_int_equal(number_at(version, 0, 0), 1);
    assert_int_equal(number_at(version, 0, 300), 303);
    assert_int_equal(number_at(version, 0, 995), 998);
    tarn_version_release(version);
}

static void insert_two(tarn_draft *draft, void *context) {
    int64_t position = *(int64_t *)context;
    const char *words[] = {"new", NULL};
    struct ArrowArray children[2] = {numbers(5000, 1, 2), texts(words, 2)}, rows;
    void *buffers[] = {NULL};
    assert_ok(tarn_array_make(&rows, 2, 0, buffers, 1, children, 2, error));
    assert_ok(tarn_draft_insert_rows(draft, position, &rows, error));
    tarn_array_release(&rows);
}

static void inserted_rows_get_new_numbers(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 10, 10);
    int64_t position = 3;
    commit_change(f->store, table, insert_two, &position);
    const int64_t expected[] = {0, 1, 2, 5000, 5001, 3, 4, 5, 6, 7, 8, 9};
    tarn_version *version = head_of(f->store, table);
    assert_numbers(version, 0, expected, 12);
    int64_t row;
    assert_ok(tarn_version_locate(version, 3, 1, &row, error));
    assert_int_equal(row, 10);
    tarn_version_release(version);
    assert_ok(tarn_store_set_head(f->store, table, 1, 2, &an_event, error));
    fixture_reopen(f, NULL);
    commit_change(f->store, table, insert_two, &position);
    version = head_of(f->store, table);
    assert_numbers(version, 0, expected, 12);
    assert_ok(tarn_version_locate(version, 3, 1, &row, error));
    assert_int_equal(row, 12);
    tarn_version_release(version);
}

static void columns(tarn_draft *draft, void *context) {
    struct ArrowSchema type = column_type("g", "extra");
    (void)context;
    assert_ok(tarn_draft_add_column(draft, &type, 0, error));
    assert_fails(tarn_draft_add_column(draft, &type, 0, error), TARN_E_EXISTS, "extra");
    assert_ok(tarn_draft_rename_column(draft, 1, "number", error));
    assert_ok(tarn_draft_drop_column(draft, 2, error));
    assert_ok(tarn_draft_move_column(draft, 0, 1, error));
    tarn_schema_release(&type);
}

static void columns_come_and_go(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 10, 10);
    commit_change(f->store, table, columns, NULL);
    fixture_reopen(f, NULL);
    tarn_version *version = head_of(f->store, table);
    assert_int_equal(tarn_version_column_count(version), 2);
    assert_string_equal(tarn_version_column(version, 0)->name, "number");
    assert_int_equal(tarn_version_column(version, 0)->field, 1);
    assert_int_equal(tarn_version_column(version, 1)->field, 3);
    char *text = text_at(version, 1, 4);
    assert_string_equal(text, "NULL");
    free(text);
    assert_int_equal(number_at(version, 0, 4), 4);
    tarn_version_release(version);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_table_reads_back, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(edits_make_versions_that_stay, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(changing_nothing_makes_no_version, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(undo_is_a_record, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(deleted_rows_do_not_show, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(inserted_rows_get_new_numbers, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(columns_come_and_go, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
