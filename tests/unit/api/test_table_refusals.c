/* What commands on rows and columns refuse, what they leave alone, and what previews show of them. */
#include "support_api.h"

#include <string.h>

static const char sales[] = "id,city,amount\n"
                            "1,Oslo,10\n"
                            "2,,20\n"
                            "3,Rome,5\n"
                            "2,\"\",20\n"
                            "1,Oslo,10\n";

static void import_others(fixture *f) {
    import(f, "towns", "town,country\noslo ,NO\nROME,IT\nBern,CH\n");
    import(f, "more", "city,amount,extra\nx,1.5,yes\n");
}

static size_t fill_parameters(const char *const *given, tarn_parameter *out) {
    size_t count = 0;
    for (; count < 7 && given[2 * count] != NULL; count++)
        out[count] = (tarn_parameter){given[2 * count], given[2 * count + 1]};
    return count;
}

typedef struct refusal {
    const char *table; /* CSV; NULL: `sales` */
    const char *command;
    const char *parameters[14];
    tarn_status code;
    const char *part; /* of the message */
} refusal;

static const refusal refusals[] = {
    {NULL, "rename", {"column", "id", "to", "CITY"}, TARN_E_EXISTS, "there is a column \"city\" already"},
    {NULL, "drop", {"column", "id", "column", "city", "column", "amount"}, TARN_E_INVALID, "last column"},
    {NULL, "duplicate", {"column", "id", "name", "city"}, TARN_E_EXISTS, "city"},
    {NULL, "reorder", {"column", "id", "column", "ID"}, TARN_E_INVALID, "named twice"},
    {NULL, "reorder", {"column", "id", "position", "0"}, TARN_E_INVALID, "position must be 1"},
    {NULL, "add-column", {"name", "City"}, TARN_E_EXISTS, "city"},
    {NULL, "add-column", {"name", "x", "expr", "1", "value", "1"}, TARN_E_INVALID, "not both"},
    {NULL, "add-column", {"name", "x", "expr", "nosuch"}, TARN_E_SQL, "nosuch"},
    {NULL, "add-column", {"name", "x", "value", "a", "type", "date"}, TARN_E_INVALID, "is not a value of type date"},
    {NULL, "add-column", {"name", "x", "type", "nosuch"}, TARN_E_INVALID, "there is no type \"nosuch\""},
    {NULL, "add-column", {"name", "x", "type", "int) FROM t; --"}, TARN_E_INVALID, "there is no type"},
    {NULL, "add-column", {"name", "x", "position", "-1"}, TARN_E_INVALID, "position"},
    {NULL, "combine-columns", {"column", "id", "name", "x"}, TARN_E_INVALID, "two columns"},
    {NULL, "combine-columns", {"column", "id", "column", "city", "name", "amount"}, TARN_E_EXISTS, "amount"},
    {NULL, "split-column", {"column", "city"}, TARN_E_INVALID, "one of delimiter, pattern, positions, every and words"},
    {NULL, "split-column", {"column", "city", "delimiter", ""}, TARN_E_INVALID, "delimiter is empty"},
    {NULL, "split-column", {"column", "city", "positions", "3,2"}, TARN_E_INVALID, "rising"},
    {NULL, "split-column", {"column", "city", "positions", "3,x"}, TARN_E_INVALID, "rising"},
    {NULL, "split-column", {"column", "city", "pattern", "("}, TARN_E_INVALID, "no regular expression"},
    {NULL, "split-column", {"column", "city", "pattern", "s", "name", "x"}, TARN_E_INVALID, "a row has 2 parts"},
    {NULL, "split-column", {"column", "city", "delimiter", "s", "name", "x", "name", "ID"}, TARN_E_EXISTS, "id"},
    {NULL, "cast", {"column", "city", "type", "integer"}, TARN_E_INVALID, "(row id 0: \"Oslo\", row id 2: \"Rome\""},
    {"a\n1.5\n2\n", "cast", {"column", "a", "type", "integer"}, TARN_E_INVALID, "row id 0: \"1.5\""},
    {NULL,
     "add-column",
     {"name", "x", "value", "1.5", "type", "integer"},
     TARN_E_INVALID,
     "\"1.5\" is not a value of type"},
    {NULL, "sort", {"column", "city", "language", "xx"}, TARN_E_INVALID, "no language \"xx\""},
    {NULL, "sort", {"column", "city", "language", "nocase"}, TARN_E_INVALID, "no language"},
    {NULL, "split-column", {"column", "city", "every", "2", "words", "2"}, TARN_E_INVALID, "needs one of"},
    {NULL, "split-column", {"column", "city", "every", "0"}, TARN_E_INVALID, "from 1 to"},
    {NULL, "cast", {"column", "city", "type", "nosuch"}, TARN_E_INVALID, "there is no type"},
    {NULL, "pivot", {"column", "city"}, TARN_E_INVALID, "pivot needs value"},
    {"a,b,c\n1,c,2\n", "pivot", {"column", "b", "value", "a", "group", "c", "group", "c"}, TARN_E_EXISTS, "c"},
    {NULL, "unpivot", {"column", "id", "column", "id"}, TARN_E_INVALID, "named twice"},
    {NULL, "unpivot", {"column", "id", "name", "city"}, TARN_E_EXISTS, "city"},
    {NULL, "unpivot", {"column", "id", "name", "x", "value", "X"}, TARN_E_EXISTS, "x"},
    {NULL, "filter", {"where", "city"}, TARN_E_INVALID, "filter: where must be a condition"},
    {NULL, "delete", {NULL}, TARN_E_INVALID, "either rows"},
    {NULL, "delete", {"rows", "1", "where", "true"}, TARN_E_INVALID, "either rows"},
    {NULL, "delete", {"rows", "1,9"}, TARN_E_NOT_FOUND, "no row with id 9"},
    {NULL, "delete", {"rows", "3-1"}, TARN_E_INVALID, "delete: rows must be row ids"},
    {NULL, "delete", {"rows", "1;2"}, TARN_E_INVALID, "row ids and ranges"},
    {NULL, "sample", {"size", "-1"}, TARN_E_INVALID, "size must be"},
    {NULL, "sample", {"size", "101%"}, TARN_E_INVALID, "101%"},
    {NULL, "sample", {"size", "many"}, TARN_E_INVALID, "many"},
    {NULL,
     "sort",
     {"column", "id", "column", "city", "column", "amount", "direction", "asc", "direction", "desc"},
     TARN_E_INVALID,
     "3 columns and 2 directions"},
    {NULL, "sort", {"column", "id", "direction", "up"}, TARN_E_INVALID, "asc, desc"},
    {NULL, "remove-duplicates", {"keep", "lowest"}, TARN_E_INVALID, "keep=lowest needs by"},
    {NULL, "remove-duplicates", {"by", "id"}, TARN_E_INVALID, "not with keep=first"},
    {NULL, "remove-duplicates", {"keep", "lowest", "by", "nosuch"}, TARN_E_SQL, "nosuch"},
    {NULL, "insert", {"values", "{"}, TARN_E_INVALID, "no JSON"},
    {NULL, "insert", {"values", "[1]"}, TARN_E_INVALID, "row 1 of values must be an object"},
    {NULL, "insert", {"values", "{\"nosuch\":1}"}, TARN_E_NOT_FOUND, "nosuch"},
    {NULL, "insert", {"values", "{\"id\":\"x\"}"}, TARN_E_INVALID, "\"x\" is not a value of column \"id\""},
    {NULL, "insert", {"position", "6"}, TARN_E_INVALID, "between 0"},
    {NULL, "edit-many", {NULL}, TARN_E_INVALID, "either cells"},
    {NULL, "edit-many", {"cells", "{}"}, TARN_E_INVALID, "must be a JSON array"},
    {NULL, "edit-many", {"cells", "["}, TARN_E_INVALID, "no JSON"},
    {NULL, "edit-many", {"cells", "[{\"row\":0}]"}, TARN_E_INVALID, "cell 1 must be an object"},
    {NULL, "edit-many", {"cells", "[{\"row\":9,\"column\":\"id\",\"value\":1}]"}, TARN_E_NOT_FOUND, "id 9"},
    {NULL, "edit-many", {"block", "1"}, TARN_E_INVALID, "needs row and column"},
    {NULL, "edit-many", {"block", "1,2\n3", "row", "0", "column", "id"}, TARN_E_INVALID, "row 2 of the block"},
    {NULL, "edit-many", {"block", "\"1", "row", "0", "column", "id"}, TARN_E_INVALID, "not closed"},
    {NULL, "edit-many", {"block", "1\n2\n3", "row", "3", "column", "id"}, TARN_E_INVALID, "insert rows"},
    {NULL, "edit-many", {"block", "1,2", "row", "3", "column", "amount"}, TARN_E_INVALID, "insert rows or columns"},
    {NULL, "clear", {"column", "id", "rows", "1", "where", "true"}, TARN_E_INVALID, "not both"},
    {NULL, "edit", {"column", "id", "row", "9"}, TARN_E_NOT_FOUND, "id 9"},
    {NULL, "query", {"sql", "DROP TABLE t"}, TARN_E_FORBIDDEN, "DROP"},
    {NULL, "query", {"sql", "SELECT 1 AS a, 2 AS A"}, TARN_E_EXISTS, "there is a column \"a\" already"},
    {NULL, "stack", {"table", "nosuch"}, TARN_E_NOT_FOUND, "nosuch"},
    {NULL, "stack", {"table", "more", "mismatch", "fail"}, TARN_E_INVALID, "the columns differ: id only in this table"},
    {NULL, "join", {"table", "towns", "on", "id"}, TARN_E_NOT_FOUND, "id"},
    {NULL, "join", {"table", "towns", "on", "nosuch=town"}, TARN_E_NOT_FOUND, "nosuch"},
    {NULL, "join", {"table", "nosuch", "on", "id"}, TARN_E_NOT_FOUND, "nosuch"},
};

static void check_version(fixture *f, uint64_t wanted) {
    tarn_table_info info = {0};
    assert_ok(f, tarn_table_get(f->workspace, "t", &info, &f->error));
    assert_int_equal(info.newest, wanted);
    tarn_table_info_clear(&info);
}

static void test_refusals(void **state) {
    fixture *f = *state;
    import_others(f);
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const refusal *r = &refusals[i];
        tarn_parameter parameters[7];
        tarn_change change = {0};
        size_t count = fill_parameters(r->parameters, parameters);
        import(f, "t", r->table != NULL ? r->table : sales);
        print_message("%s\n", r->command);
        assert_fails(f, tarn_apply(f->workspace, "t", r->command, parameters, count, NULL, &change, &f->error), r->code,
                     r->part);
        check_version(f, 1);
        assert_ok(f, tarn_drop(f->workspace, "t", &f->error));
    }
}

static void test_too_much(void **state) {
    fixture *f = *state;
    tarn_change change = {0};
    assert_ok(f, tarn_query_into(f->workspace, "SELECT n, repeat('x;', 600) AS t FROM range(1001) AS r(n)", "wide",
                                 TARN_IF_EXISTS_FAIL, NULL, &change, &f->error));
    tarn_change_clear(&change);
    assert_fails(f, apply(f, "wide", "transpose", &change, NULL), TARN_E_INVALID, "1001 rows");
    assert_fails(f, apply(f, "wide", "pivot", &change, "column", "n", "agg", "count", NULL), TARN_E_INVALID,
                 "more than 500 different values");
    assert_fails(f, apply(f, "wide", "split-column", &change, "column", "t", "delimiter", ";", NULL), TARN_E_INVALID,
                 "a row has 601 parts");
}

/* What is there already makes no version. */
static void test_nothing_to_do(void **state) {
    static const struct {
        const char *command, *parameters[14];
    } same[] = {
        {.command = "sort", .parameters = {"column", "n"}},
        {.command = "remove-duplicates", .parameters = {"column", "n"}},
        {.command = "reorder", .parameters = {"column", "n"}},
        {.command = "query", .parameters = {"sql", "SELECT * FROM t"}},
        {.command = "fill-down", .parameters = {"column", "n"}},
        {.command = "clear", .parameters = {"column", "n", "where", "false"}},
        {.command = "delete", .parameters = {"where", "NULL::BOOLEAN"}},
        {.command = "sample", .parameters = {"size", "100%"}},
        {.command = "cast", .parameters = {"column", "n", "type", "bigint"}},
        {.command = "insert", .parameters = {"values", "[]"}},
        {.command = "edit-many", .parameters = {"cells", "[]"}},
        {.command = "rename", .parameters = {"column", "n", "to", "n"}},
    };
    fixture *f = *state;
    import(f, "t", "n,k\n1,a\n2,b\n3,\n");
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        tarn_parameter parameters[7];
        tarn_change change = {0};
        size_t count = fill_parameters(same[i].parameters, parameters);
        assert_ok(f, tarn_apply(f->workspace, "t", same[i].command, parameters, count, NULL, &change, &f->error));
        if (change.changed)
            fail_msg("%s: %s", same[i].command, change.message);
        assert_int_equal(change.rows, 0);
        assert_int_equal(change.after, 1);
        tarn_change_clear(&change);
    }
}

static void test_previews(void **state) {
    fixture *f = *state;
    tarn_preview shown = {0};
    import(f, "t", sales);
    tarn_parameter by_id[] = {{"column", "id"}};
    assert_ok(f, tarn_preview_command(f->workspace, "t", "remove-duplicates", by_id, 1, 9, NULL, &shown, &f->error));
    assert_string_equal(shown.message, "would remove 2 rows");
    assert_string_equal(shown.shown, "removed");
    assert_int_equal(shown.rows.length, 2);
    assert_int_equal(shown.rows_after, 3);
    assert_true(shown.complete);
    tarn_preview_clear(&shown);
    assert_ok(f, tarn_preview_command(f->workspace, "t", "duplicate", by_id, 1, 2, NULL, &shown, &f->error));
    assert_string_equal(shown.shown, "result");
    assert_int_equal(shown.schema.n_children, 4);
    assert_int_equal(shown.rows.length, 2);
    assert_false(shown.complete);
    tarn_preview_clear(&shown);
    tarn_parameter values[] = {{"values", "[{},{},{}]"}};
    assert_ok(f, tarn_preview_command(f->workspace, "t", "insert", values, 1, 2, NULL, &shown, &f->error));
    assert_string_equal(shown.message, "would add 3 rows");
    assert_string_equal(shown.shown, "added");
    assert_int_equal(shown.rows.length, 2);
    assert_false(shown.complete);
    tarn_preview_clear(&shown);
    tarn_parameter city[] = {{"column", "city"}};
    assert_ok(f, tarn_preview_command(f->workspace, "t", "fill-down", city, 1, 1, NULL, &shown, &f->error));
    assert_null(shown.message);
    assert_int_equal(shown.cell_count, 1);
    assert_null(shown.cells[0].before);
    assert_string_equal(shown.cells[0].after, "Oslo");
    assert_false(shown.complete);
    tarn_preview_clear(&shown);
    assert_fails(f, tarn_preview_command(f->workspace, "t", "pivot", city, 1, 1, NULL, &shown, &f->error),
                 TARN_E_INVALID, "pivot needs value");
    check_rows(f, "t", "1|Oslo|10;2|NULL|20;3|Rome|5;2||20;1|Oslo|10");
}

/* A join is over the version that is named, and one record. */
static void test_tables_as_shown(void **state) {
    fixture *f = *state;
    import_others(f);
    import(f, "t", sales);
    check_apply(f, "towns", "sort", 0, "column", "town");
    check_apply(f, "t", "sort", 0, "column", "amount");
    check_apply(f, "t", "join", 32, "table", "towns", "on", "city=town", "how", "full");
    check_rows(f, "t",
               "3|Rome|5|NULL;1|Oslo|10|NULL;1|Oslo|10|NULL;2|NULL|20|NULL;2||20|NULL;NULL|Bern|NULL|CH;"
               "NULL|ROME|NULL|IT;NULL|oslo |NULL|NO");
    check_apply(f, "t", "stack", 72, "table", "t@1", "table", "t@1");
    check_sql(f, "SELECT count(*) FROM t", "18");
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_refusals), TEST(test_too_much),        TEST(test_nothing_to_do),
        TEST(test_previews), TEST(test_tables_as_shown),
    };
    return cmocka_run_group_tests_name("table refusals", tests, NULL, NULL);
}
