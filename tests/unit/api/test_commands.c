/* Commands through the public interface: what they change, what they count, what they refuse. */
#include "support_api.h"

#include "base/asker.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char people[] = "name,age,city\n ann ,31,Oslo\nBob,,\"\"\n ann ,40,Rome\n";

static void test_set(void **state) {
    fixture *f = *state;
    import(f, "people", people);
    check_apply(f, "people", "set", 2, "column", "name", "expr", "trim(name)");
    check_rows(f, "people", "ann|31|Oslo;Bob|NULL|;ann|40|Rome");
    check_rows(f, "people@1", " ann |31|Oslo;Bob|NULL|; ann |40|Rome");
    check_apply(f, "people", "set", 0, "column", "name", "expr", "trim(name)");
    tarn_table_info info = {0};
    assert_ok(f, tarn_table_get(f->workspace, "people", &info, &f->error));
    assert_int_equal(info.version, 2); /* nothing changed, no version */
    assert_int_equal(info.newest, 2);
    tarn_table_info_clear(&info);
}

static void test_set_changes_the_type(void **state) {
    fixture *f = *state;
    import(f, "people", people);
    check_apply(f, "people", "set", 2, "column", "age", "expr", "age::VARCHAR || ' years'");
    check_rows(f, "people", " ann |31 years|Oslo;Bob|NULL|; ann |40 years|Rome");
    check_apply(f, "people", "set", 3, "column", "AGE", "expr", "length(city)");
    check_rows(f, "people", " ann |4|Oslo;Bob|0|; ann |4|Rome");
}

static void test_set_over_the_whole_table(void **state) {
    fixture *f = *state;
    import(f, "people", people);
    check_apply(f, "people", "filter", 0, "where", "age IS NULL OR age < 40");
    check_apply(f, "people", "set", 2, "column", "age", "expr", "row_number() OVER (ORDER BY name DESC)");
    check_rows(f, "people", " ann |2|Oslo;Bob|1|");
}

static void test_set_refuses(void **state) {
    fixture *f = *state;
    tarn_change change;
    import(f, "people", people);
    assert_fails(f, apply(f, "people", "set", &change, "column", "name", "expr", "sum(age)", NULL), TARN_E_INVALID,
                 "OVER ()");
    assert_fails(f, apply(f, "people", "set", &change, "column", "nme", "expr", "1", NULL), TARN_E_NOT_FOUND, "name");
    assert_fails(f, apply(f, "people", "set", &change, "column", "name", "expr", "nosuch + 1", NULL), TARN_E_SQL,
                 "nosuch");
    assert_fails(f, apply(f, "people", "set", &change, "column", "name", "expr", "CAST(city AS INTEGER)", NULL),
                 TARN_E_SQL, "Oslo");
    assert_fails(f, apply(f, "people", "set", &change, "column", "name", "expr", " ", NULL), TARN_E_INVALID, "expr");
    assert_fails(f, apply(f, "people", "set", &change, "column", "name", NULL), TARN_E_INVALID, "expr");
    assert_fails(f, apply(f, "people", "set", &change, "expr", "1", NULL), TARN_E_INVALID,
                 TARN_ASKER("--column", "column"));
    assert_fails(f, apply(f, "people", "set", &change, "column", "name", "expression", "1", NULL), TARN_E_INVALID,
                 "column, expr");
    assert_fails(f, apply(f, "people", "set", &change, "column", "name", "column", "age", "expr", "1", NULL),
                 TARN_E_INVALID, "once");
    assert_fails(f, apply(f, "people", "sett", &change, NULL), TARN_E_NOT_FOUND, "did you mean set");
    assert_fails(f, apply(f, "people", "unheard-of-command", &change, NULL), TARN_E_NOT_FOUND,
                 TARN_ASKER("tarn commands", "commands()"));
    assert_fails(f, apply(f, "nobody", "set", &change, NULL), TARN_E_NOT_FOUND, "nobody");
    assert_fails(f, apply(f, "people@1", "set", &change, NULL), TARN_E_INVALID, "people@1");
    check_rows(f, "people", " ann |31|Oslo;Bob|NULL|; ann |40|Rome");
}

static void test_filter(void **state) {
    fixture *f = *state;
    tarn_change change = {0};
    import(f, "people", people);
    assert_ok(f, apply(f, "people", "filter", &change, "where", "age > 35", NULL));
    assert_int_equal(change.rows, 2);
    assert_int_equal(change.table_rows, 1);
    assert_true(change.changed);
    tarn_change_clear(&change);
    check_rows(f, "people", " ann |40|Rome");
    check_sql(f, "SELECT count(*) FROM people", "1");
    assert_fails(f, apply(f, "people", "filter", &change, "where", "name", NULL), TARN_E_INVALID, "condition");
    assert_ok(f, apply(f, "people", "filter", &change, "where", "true", NULL));
    assert_false(change.changed);
    tarn_change_clear(&change);
    assert_ok(f, apply(f, "people", "filter", &change, "where", "NULL::BOOLEAN", NULL));
    assert_int_equal(change.table_rows, 0);
    tarn_change_clear(&change);
    check_rows(f, "people", "");
}

static void test_columns(void **state) {
    fixture *f = *state;
    tarn_change change;
    import(f, "people", people);
    check_apply(f, "people", "rename", 0, "column", "name", "to", "first name");
    check_apply(f, "people", "drop", 0, "column", "city");
    check_sql(f, "SELECT \"first name\", age FROM people LIMIT 1", " ann |31");
    check_apply(f, "people", "rename", 0, "column", "age", "to", "AGE");
    assert_fails(f, apply(f, "people", "rename", &change, "column", "AGE", "to", "FIRST NAME", NULL), TARN_E_EXISTS,
                 "first name");
    assert_fails(f, apply(f, "people", "rename", &change, "column", "AGE", "to", "", NULL), TARN_E_INVALID, "to");
    check_apply(f, "people", "drop", 0, "column", "age");
    assert_fails(f, apply(f, "people", "drop", &change, "column", "first name", NULL), TARN_E_INVALID, "last column");
    check_rows(f, "people", " ann ;Bob; ann ");
}

static void test_edit(void **state) {
    fixture *f = *state;
    tarn_change change;
    import(f, "people", people);
    check_apply(f, "people", "edit", 1, "column", "city", "row", "1", "value", "Paris");
    check_apply(f, "people", "edit", 1, "column", "age", "row", "1", "value", "7");
    check_apply(f, "people", "edit", 1, "column", "age", "row", "0", "value", "");
    check_apply(f, "people", "edit", 1, "column", "city", "row", "0", "value", "");
    check_apply(f, "people", "edit", 1, "column", "name", "row", "2");
    check_rows(f, "people", " ann |NULL|;Bob|7|Paris;NULL|40|Rome");
    check_apply(f, "people", "edit", 0, "column", "city", "row", "1", "value", "Paris");
    assert_fails(f, apply(f, "people", "edit", &change, "column", "age", "row", "1", "value", "seven", NULL),
                 TARN_E_INVALID, "seven");
    assert_fails(f, apply(f, "people", "edit", &change, "column", "age", "row", "3", "value", "7", NULL),
                 TARN_E_NOT_FOUND, "id 3");
    assert_fails(f, apply(f, "people", "edit", &change, "column", "age", "row", "-1", NULL), TARN_E_INVALID, "row id");
    tarn_log_entry *log;
    size_t count;
    assert_ok(f, tarn_log(f->workspace, "people", &log, &count, &f->error));
    assert_int_equal(count, 6);
    assert_string_equal(log[4].kind, "edit");
    json_t *parameters = json_loads(log[4].parameters, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(parameters, "before")), "");
    assert_string_equal(json_string_value(json_object_get(parameters, "value")), "Paris");
    assert_int_equal(json_integer_value(json_object_get(parameters, "row")), 1);
    json_decref(parameters);
    tarn_log_free(log, count);
}

static void test_edit_by_engine(void **state) {
    fixture *f = *state;
    tarn_change change;
    import(f, "days", "day,at\n2026-01-02,2026-01-02 03:04:05\n");
    check_apply(f, "days", "edit", 1, "column", "day", "row", "0", "value", "2027-12-31");
    check_apply(f, "days", "edit", 1, "column", "at", "row", "0", "value", "2027-12-31 01:00");
    check_rows(f, "days", "2027-12-31|2027-12-31 01:00:00");
    assert_fails(f, apply(f, "days", "edit", &change, "column", "day", "row", "0", "value", "soon", NULL),
                 TARN_E_INVALID, "soon");
    check_apply(f, "days", "edit", 1, "column", "day", "row", "0");
    check_rows(f, "days", "NULL|2027-12-31 01:00:00");
}

static void test_preview(void **state) {
    fixture *f = *state;
    tarn_preview preview = {0};
    import(f, "people", people);
    tarn_parameter set[] = {{"column", "name"}, {"expr", "trim(name)"}};
    assert_ok(f, tarn_preview_command(f->workspace, "people", "set", set, 2, 1, NULL, &preview, &f->error));
    assert_int_equal(preview.cell_count, 1);
    assert_false(preview.complete);
    assert_string_equal(preview.cells[0].before, " ann ");
    assert_string_equal(preview.cells[0].after, "ann");
    assert_int_equal(preview.cells[0].row, 0);
    tarn_preview_clear(&preview);
    assert_ok(f, tarn_preview_command(f->workspace, "people", "set", set, 2, 10, NULL, &preview, &f->error));
    assert_int_equal(preview.cell_count, 2);
    assert_true(preview.complete);
    assert_int_equal(preview.cells[1].row, 2);
    tarn_preview_clear(&preview);
    tarn_parameter where[] = {{"where", "age > 31"}};
    assert_ok(f, tarn_preview_command(f->workspace, "people", "filter", where, 1, 1, NULL, &preview, &f->error));
    assert_string_equal(preview.message, "would remove 2 rows");
    assert_string_equal(preview.shown, "removed");
    assert_int_equal(preview.rows.length, 1);
    assert_false(preview.complete);
    assert_int_equal(preview.rows_before, 3);
    assert_int_equal(preview.rows_after, 1);
    tarn_preview_clear(&preview);
    check_rows(f, "people", " ann |31|Oslo;Bob|NULL|; ann |40|Rome");
}

static void test_descriptors(void **state) {
    fixture *f = *state;
    char *text;
    assert_ok(f, tarn_commands_json(&text, &f->error));
    json_t *commands = json_loads(text, 0, NULL);
    assert_true(json_is_array(commands) && json_array_size(commands) >= 5);
    size_t i;
    json_t *command;
    json_array_foreach(commands, i, command) {
        assert_true(json_is_string(json_object_get(command, "name")));
        assert_true(json_is_string(json_object_get(command, "description")));
        assert_true(json_is_array(json_object_get(command, "parameters")));
    }
    json_decref(commands);
    tarn_free(text);
}

static void test_cancelled(void **state) {
    fixture *f = *state;
    tarn_task *task;
    tarn_change change;
    import(f, "people", people);
    assert_ok(f, tarn_task_new(&task, &f->error));
    tarn_task_cancel(task);
    tarn_parameter set[] = {{"column", "name"}, {"expr", "upper(name)"}};
    assert_int_equal(tarn_apply(f->workspace, "people", "set", set, 2, task, &change, &f->error), TARN_E_CANCELLED);
    tarn_task_release(task);
    check_rows(f, "people", " ann |31|Oslo;Bob|NULL|; ann |40|Rome");
}

static void test_read_only(void **state) {
    fixture *f = *state;
    tarn_change change;
    import(f, "people", people);
    reopen(f, true);
    assert_fails(f, apply(f, "people", "set", &change, "column", "name", "expr", "1", NULL), TARN_E_READ_ONLY, "read");
    assert_fails(f, tarn_undo(f->workspace, "people", 1, &change, &f->error), TARN_E_READ_ONLY, "read");
    assert_fails(f, tarn_checkout(f->workspace, "people@1", &change, &f->error), TARN_E_READ_ONLY, "read");
    assert_fails(f, tarn_undrop(f->workspace, "people", &f->error), TARN_E_READ_ONLY, "read");
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_set),
        TEST(test_set_changes_the_type),
        TEST(test_set_over_the_whole_table),
        TEST(test_set_refuses),
        TEST(test_filter),
        TEST(test_columns),
        TEST(test_edit),
        TEST(test_edit_by_engine),
        TEST(test_preview),
        TEST(test_descriptors),
        TEST(test_cancelled),
        TEST(test_read_only),
    };
    return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
