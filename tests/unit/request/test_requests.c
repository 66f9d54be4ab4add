/* Requests and answers, as a browser's page sends and gets them, answered here without one. */
#include "support_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t number(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static const char *text(const json_t *object, const char *key) {
    return json_string_value(json_object_get(object, key));
}

static bool is_true(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    return json_is_true(value);
}

/* The answer's bytes are an Arrow IPC stream: they begin with its marker and end with the one for the end. */
static void check_stream(const answer *a) {
    static const uint8_t end[8] = {0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0};
    assert_true(a->size > 16);
    assert_memory_equal(a->data, end, 4);
    assert_memory_equal(a->data + a->size - 8, end, 8);
}

static void what_cannot_be_understood_is_answered(void **state) {
    fixture *f = *state;
    fails(f, "{", "TARN_E_INVALID", "not JSON");
    fails(f, "[]", "TARN_E_INVALID", "no 'op'");
    fails(f, "{\"op\":\"nosuch\"}", "TARN_E_INVALID", "no operation 'nosuch'");
    fails(f, "{\"op\":\"tables\"}", "TARN_E_INVALID", "no workspace is open");
    fails(f, "{\"op\":\"open\"}", "TARN_E_INVALID", "open needs 'directory'");
    fails(f, "{\"op\":\"open\",\"directory\":\"/x\",\"threads\":\"two\"}", "TARN_E_INVALID",
          "'threads' must be a whole");
    open_workspace(f);
    fails(f, "{\"op\":\"page\",\"table\":7}", "TARN_E_INVALID", "page: 'table' must be text");
    fails(f, "{\"op\":\"page\",\"table\":\"t\",\"columns\":[1]}", "TARN_E_INVALID",
          "'columns' must be a list of texts");
    fails(f, "{\"op\":\"page\",\"table\":\"t\"}", "TARN_E_NOT_FOUND", "t");
    fails(f, "{\"op\":\"import\"}", "TARN_E_INVALID", "import needs a file");
    fails(f, "{\"op\":\"import\",\"path\":\"/x\",\"quote\":\"ab\"}", "TARN_E_INVALID", "one ASCII character");
    fails(f, "{\"op\":\"sqlInto\",\"sql\":\"select 1\",\"table\":\"t\",\"if_exists\":\"maybe\"}", "TARN_E_INVALID",
          "cannot be 'maybe'");
}

static void a_table_is_imported_changed_and_looked_at(void **state) {
    fixture *f = *state;
    open_workspace(f);
    import_csv(f, "t", "id,name\n1, anna \n2,bob\n3,  cy\n");
    json_t *tables = json_object_get(works(f, "{\"op\":\"tables\"}"), "tables");
    assert_int_equal(json_array_size(tables), 1);
    assert_string_equal(text(json_array_get(tables, 0), "name"), "t");
    assert_int_equal(number(json_array_get(tables, 0), "rows"), 3);
    json_t *change =
        works(f, "{\"op\":\"apply\",\"table\":\"t\",\"command\":\"trim\",\"parameters\":{\"column\":[\"name\"]}}");
    assert_int_equal(number(change, "cells_changed"), 2);
    assert_int_equal(number(change, "version"), 2);
    const answer *page = ask(f, "{\"op\":\"page\",\"table\":\"t\",\"offset\":1,\"count\":5,\"ids\":true}");
    assert_int_equal(number(page->json, "rows"), 2);
    check_stream(page);
    const answer *rows = ask(f, "{\"op\":\"sql\",\"sql\":\"select name from t where id = 1\"}");
    assert_int_equal(number(rows->json, "rows"), 1);
    check_stream(rows);
    assert_non_null(memmem(rows->data, rows->size, "anna", 4));
    const answer *few = ask(f, "{\"op\":\"sql\",\"sql\":\"select * from t\",\"limit\":2}");
    assert_int_equal(number(few->json, "rows"), 2);
    assert_true(is_true(few->json, "more"));
    assert_int_equal(number(works(f, "{\"op\":\"undo\",\"table\":\"t\"}"), "version"), 1);
    assert_int_equal(number(works(f, "{\"op\":\"redo\",\"table\":\"t\"}"), "version"), 2);
    assert_int_equal(json_array_size(json_object_get(works(f, "{\"op\":\"log\",\"table\":\"t\"}"), "versions")), 2);
    assert_int_equal(json_array_size(json_object_get(works(f, "{\"op\":\"audit\"}"), "events")), 4);
    assert_true(is_true(works(f, "{\"op\":\"auditVerify\"}"), "holds"));
    assert_true(is_true(works(f, "{\"op\":\"verify\"}"), "sound"));
}

static void a_preview_changes_nothing(void **state) {
    fixture *f = *state;
    open_workspace(f);
    import_csv(f, "t", "id,name\n1, anna \n2,bob\n");
    json_t *preview =
        works(f, "{\"op\":\"preview\",\"table\":\"t\",\"command\":\"trim\",\"parameters\":{\"column\":\"name\"}}");
    json_t *cell = json_array_get(json_object_get(preview, "cells"), 0);
    assert_string_equal(text(cell, "before"), " anna ");
    assert_string_equal(text(cell, "after"), "anna");
    const answer *rows =
        ask(f, "{\"op\":\"preview\",\"table\":\"t\",\"command\":\"filter\",\"parameters\":{\"where\":\"id > 1\"}}");
    assert_int_equal(number(rows->json, "rows_after"), 1);
    check_stream(rows);
    assert_int_equal(number(json_object_get(works(f, "{\"op\":\"schema\",\"table\":\"t\"}"), "table"), "version"), 1);
}

static void comparisons_stay_open_until_they_are_released(void **state) {
    fixture *f = *state;
    open_workspace(f);
    import_csv(f, "t", "id,name\n1, anna \n2,bob\n");
    works(f, "{\"op\":\"apply\",\"table\":\"t\",\"command\":\"trim\",\"parameters\":{\"column\":\"name\"}}");
    int64_t diff = number(works(f, "{\"op\":\"diff\",\"before\":\"t@1\",\"after\":\"t@2\"}"), "diff");
    const answer *page = ask(f, "{\"op\":\"diffPage\",\"diff\":%d,\"kinds\":[\"modified\"]}", (int)diff);
    assert_int_equal(number(page->json, "rows"), 1);
    check_stream(page);
    json_t *values = works(f, "{\"op\":\"diffValues\",\"diff\":%d,\"column\":\"name\"}", (int)diff);
    assert_int_equal(number(values, "different"), 1);
    const answer *csv = ask(f, "{\"op\":\"diffExport\",\"diff\":%d,\"format\":\"csv\"}", (int)diff);
    assert_non_null(memmem(csv->data, csv->size, "modified", 8));
    works(f, "{\"op\":\"diffRelease\",\"diff\":%d}", (int)diff);
    fails(f, "{\"op\":\"diffPage\",\"diff\":1}", "TARN_E_NOT_FOUND", "no open comparison 1");
}

static void columns_of_other_names_are_compared(void **state) {
    fixture *f = *state;
    open_workspace(f);
    import_csv(f, "a", "id,name\n1,anna\n2,bob\n");
    import_csv(f, "b", "id,nick\n1,Anna\n2,rob\n");
    json_t *diff = works(f, "{\"op\":\"diff\",\"before\":\"a\",\"after\":\"b\",\"keys\":[\"id\"],\"ignore_case\":true,"
                            "\"complete\":true,\"map\":{\"name\":\"nick\"}}");
    assert_int_equal(number(json_object_get(diff, "rows"), "modified"), 1);
    assert_true(is_true(json_array_get(json_object_get(diff, "columns"), 1), "mapped"));
    works(f, "{\"op\":\"diffPage\",\"diff\":1,\"kinds\":[\"moved\",\"filled\"]}");
    fails(f, "{\"op\":\"diff\",\"before\":\"a\",\"after\":\"b\",\"map\":[1]}", "TARN_E_INVALID",
          "'map' must be an object");
    fails(f, "{\"op\":\"diffPage\",\"diff\":1,\"kinds\":[\"odd\"]}", "TARN_E_INVALID", "cannot be 'odd'");
}

static void likely_duplicates_are_found(void **state) {
    fixture *f = *state;
    open_workspace(f);
    import_csv(f, "people", "id,name,city\n1,Jon Smith,Oslo\n2,John Smith,Oslo\n3,Eve,Rome\n");
    json_t *found = works(f, "{\"op\":\"match\",\"table\":\"people\",\"parameters\":"
                             "{\"column\":[\"name\",\"city\"],\"weight\":[3,1],\"threshold\":0.9}}");
    assert_int_equal(number(found, "groups"), 1);
    json_t *group = json_array_get(json_object_get(found, "list"), 0);
    assert_int_equal(json_array_size(json_object_get(group, "rows")), 2);
    assert_int_equal(json_array_size(json_object_get(group, "pairs")), 1);
    found = works(f, "{\"op\":\"match\",\"table\":\"people\",\"limit\":0,\"parameters\":{\"column\":\"name\"}}");
    assert_int_equal(number(found, "groups"), 1);
    assert_int_equal(json_array_size(json_object_get(found, "list")), 0);
    fails(f, "{\"op\":\"match\",\"table\":\"people\",\"parameters\":{}}", "TARN_E_INVALID", "column");
}

static void files_go_out_as_bytes_and_come_back(void **state) {
    static const char *const formats[] = {"csv", "json", "parquet", "arrow", "xlsx"};
    fixture *f = *state;
    open_workspace(f);
    import_csv(f, "t", "id,name\n1,anna\n2,bob\n");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char request[256];
        snprintf(request, sizeof request, "{\"op\":\"export\",\"table\":\"t\",\"format\":\"%s\"}", formats[i]);
        answer *file = ask_with(f, request, NULL, 0);
        assert_true(is_true(file->json, "ok"));
        snprintf(request, sizeof request, "{\"op\":\"import\",\"name\":\"in.%s\",\"if_exists\":\"replace\"}",
                 formats[i]);
        answer *back = ask_with(f, request, file->data, file->size);
        assert_int_equal(number(back->json, "rows"), 2);
        assert_int_equal(json_array_size(json_object_get(back->json, "columns")), 2);
        char *log = json_dumps(works(f, "{\"op\":\"log\",\"table\":\"in\"}"), 0);
        assert_non_null(strstr(log, "\"in.csv\"")); /* the same rows once more make no version */
        assert_null(strstr(log, f->folder));        /* where the bytes lay for the while is nobody's business */
        free(log);
    }
    answer *query = ask(f, "{\"op\":\"exportSql\",\"sql\":\"select max(id) as m from t\",\"format\":\"csv\"}");
    assert_int_equal(query->size, 4);
    assert_memory_equal(query->data, "m\n2\n", 4);
}

static void data_passes_through(void **state) {
    fixture *f = *state;
    open_workspace(f);
    answer *rows = ask(f, "{\"op\":\"sql\",\"sql\":\"select i, i*2 as k from range(1000) r(i)\"}");
    answer *made = ask_with(f, "{\"op\":\"registerTable\",\"name\":\"r\"}", rows->data, rows->size);
    assert_int_equal(number(made->json, "rows"), 1000);
    answer *bad = ask_with(f, "{\"op\":\"registerTable\",\"name\":\"r\"}", rows->data, rows->size / 2);
    assert_string_equal(text(bad->json, "code"), "TARN_E_FORMAT");
    json_t *next = works(f, "{\"op\":\"executeAndRegister\",\"name\":\"s\",\"sql\":\"select sum(k) as k from r\"}");
    assert_int_equal(number(next, "rows"), 1);
    assert_int_equal(json_array_size(json_object_get(works(f, "{\"op\":\"registered\"}"), "tables")), 2);
    assert_int_equal(json_array_size(json_object_get(works(f, "{\"op\":\"audit\"}"), "events")), 0);
    assert_true(is_true(works(f, "{\"op\":\"deregisterTable\",\"name\":\"s\"}"), "removed"));
    assert_true(!is_true(works(f, "{\"op\":\"deregisterTable\",\"name\":\"s\"}"), "removed"));
    works(f, "{\"op\":\"reset\"}");
    fails(f, "{\"op\":\"sql\",\"sql\":\"select * from r\"}", "TARN_E_NOT_FOUND", "no table named r");
    fails(f, "{\"op\":\"registerTable\",\"name\":\"r\"}", "TARN_E_INVALID", "bytes are missing");
}

/* Ten are requested at once; each finds what the one before it left. */
static void changes_are_made_in_the_order_of_the_requests(void **state) {
    fixture *f = *state;
    uint32_t ids[10];
    open_workspace(f);
    import_csv(f, "t", "n\n0\n");
    for (int i = 0; i < 10; i++)
        ids[i] = send_request(f,
                              "{\"op\":\"apply\",\"table\":\"t\",\"command\":\"set\",\"parameters\":{\"column\":"
                              "\"n\",\"expr\":\"n * 2 + 1\"}}",
                              NULL, 0);
    for (int i = 0; i < 10; i++)
        assert_int_equal(number(wait_for(f, ids[i])->json, "version"), i + 2);
    answer *rows = ask(f, "{\"op\":\"export\",\"table\":\"t\",\"format\":\"csv\"}");
    assert_memory_equal(rows->data, "n\n1023\n", 7);
}

static void what_is_cancelled_has_no_effect(void **state) {
    fixture *f = *state;
    open_workspace(f);
    uint32_t id = send_request(f,
                               "{\"op\":\"sqlInto\",\"table\":\"big\",\"sql\":\"select a.range * b.range as n from "
                               "range(100000) a, range(100000) b\"}",
                               NULL, 0);
    tarn_session_cancel(f->session, id);
    tarn_session_cancel(f->session, 999); /* nobody has it */
    const answer *a = wait_for(f, id);
    assert_string_equal(text(a->json, "code"), "TARN_E_CANCELLED");
    assert_false(a->late);
    assert_int_equal(json_array_size(json_object_get(works(f, "{\"op\":\"tables\"}"), "tables")), 0);
}

static void all_goes_only_when_it_is_confirmed(void **state) {
    fixture *f = *state;
    open_workspace(f);
    import_csv(f, "t", "n\n0\n");
    fails(f, "{\"op\":\"clear\"}", "TARN_E_FORBIDDEN", "confirm it with the token 'clear ");
    fails(f, "{\"op\":\"clear\",\"token\":\"yes\"}", "TARN_E_FORBIDDEN", "confirm it");
    assert_int_equal(number(works(f, "{\"op\":\"status\"}"), "tables"), 1);
    json_t *empty = works(f, "{\"op\":\"clear\",\"token\":\"clear %s/w\"}", f->folder);
    assert_int_equal(number(empty, "tables"), 0);
    assert_int_equal(number(empty, "records"), 0);
    works(f, "{\"op\":\"close\"}");
    fails(f, "{\"op\":\"status\"}", "TARN_E_INVALID", "no workspace is open");
    assert_int_equal(number(works(f, "{\"op\":\"open\",\"directory\":\"%s/w\"}", f->folder), "tables"), 0);
}

static void recipes_are_kept_and_run(void **state) {
    fixture *f = *state;
    open_workspace(f);
    import_csv(f, "t", "name\n a \n");
    import_csv(f, "u", "name\n b \n");
    works(f, "{\"op\":\"apply\",\"table\":\"t\",\"command\":\"trim\",\"parameters\":{\"column\":\"name\"}}");
    works(f, "{\"op\":\"recipeSave\",\"name\":\"r\",\"range\":\"t\"}");
    json_t *recipe = json_object_get(works(f, "{\"op\":\"recipeGet\",\"name\":\"r\"}"), "recipe");
    assert_int_equal(json_array_size(json_object_get(recipe, "steps")), 1);
    assert_true(is_true(works(f, "{\"op\":\"recipeCheck\",\"name\":\"r\",\"table\":\"u\"}"), "fits"));
    assert_int_equal(number(works(f, "{\"op\":\"recipeRun\",\"name\":\"r\",\"table\":\"u\"}"), "cells_changed"), 1);
    works(f, "{\"op\":\"recipeDrop\",\"name\":\"r\"}");
    assert_int_equal(json_array_size(json_object_get(works(f, "{\"op\":\"recipes\"}"), "recipes")), 0);
}

/* Values stand where they are asked for, as literals would; what does not belong together is refused. */
static void values_stand_for_parameters(void **state) {
    fixture *f = *state;
    open_workspace(f);
    import_csv(f, "t", "city,n,day\nOslo,1,2024-01-31\nRome,2,2024-02-01\n");
    json_t *answer = works(f, "{\"op\":\"sql\",\"sql\":\"SELECT n FROM t WHERE city = ?\",\"params\":[\"Rome\"]}");
    assert_int_equal(number(answer, "rows"), 1);
    answer = works(f, "{\"op\":\"sql\",\"sql\":\"SELECT n FROM t WHERE city = $1\",\"params\":[\"' OR 1=1 --\"]}");
    assert_int_equal(number(answer, "rows"), 0);
    answer =
        works(f, "{\"op\":\"sql\",\"sql\":\"SELECT n + $2 AS m, $1 AS x, [$3, NULL] l, (SELECT max(n) FROM t WHERE "
                 "day > $4) s FROM t WHERE n IN ($2, 7) ORDER BY n + $2 LIMIT ?\",\"params\":[1.5,2,true,"
                 "\"2024-01-31\",5]}");
    assert_int_equal(number(answer, "rows"), 1);
    answer = works(f, "{\"op\":\"sql\",\"sql\":\"EXPLAIN SELECT $1\",\"params\":[9007199254740993]}");
    fails(f, "{\"op\":\"sql\",\"sql\":\"SELECT $1\"}", "TARN_E_INVALID", "no values for them");
    fails(f, "{\"op\":\"sql\",\"sql\":\"SELECT $2\",\"params\":[1]}", "TARN_E_INVALID", "parameter $2");
    fails(f, "{\"op\":\"sql\",\"sql\":\"SELECT $1\",\"params\":[1,2]}", "TARN_E_INVALID", "value 2 has no parameter");
    fails(f, "{\"op\":\"sql\",\"sql\":\"SELECT $name\",\"params\":[1]}", "TARN_E_INVALID", "parameter $name");
    fails(f, "{\"op\":\"sql\",\"sql\":\"SELECT 1\",\"params\":[1]}", "TARN_E_INVALID", "value 1 has no parameter");
    fails(f, "{\"op\":\"sql\",\"sql\":\"SELECT ?\",\"params\":[[1]]}", "TARN_E_INVALID",
          "'params' must be a list of text");
    fails(f, "{\"op\":\"sql\",\"sql\":\"SELECT * FROM histogram(?, n)\",\"params\":[\"duckdb_settings.x\"]}",
          "TARN_E_FORBIDDEN", "");
    fails(f, "{\"op\":\"sql\",\"sql\":\"SELECT * FROM read_csv(?)\",\"params\":[\"/etc/passwd\"]}", "TARN_E_FORBIDDEN",
          "read_csv");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_cannot_be_understood_is_answered, setup, teardown),
        cmocka_unit_test_setup_teardown(a_table_is_imported_changed_and_looked_at, setup, teardown),
        cmocka_unit_test_setup_teardown(a_preview_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(values_stand_for_parameters, setup, teardown),
        cmocka_unit_test_setup_teardown(comparisons_stay_open_until_they_are_released, setup, teardown),
        cmocka_unit_test_setup_teardown(columns_of_other_names_are_compared, setup, teardown),
        cmocka_unit_test_setup_teardown(likely_duplicates_are_found, setup, teardown),
        cmocka_unit_test_setup_teardown(files_go_out_as_bytes_and_come_back, setup, teardown),
        cmocka_unit_test_setup_teardown(data_passes_through, setup, teardown),
        cmocka_unit_test_setup_teardown(changes_are_made_in_the_order_of_the_requests, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_cancelled_has_no_effect, setup, teardown),
        cmocka_unit_test_setup_teardown(all_goes_only_when_it_is_confirmed, setup, teardown),
        cmocka_unit_test_setup_teardown(recipes_are_kept_and_run, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
