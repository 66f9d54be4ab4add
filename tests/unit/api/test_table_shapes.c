/* Every command on rows and columns, on every type of column that the store keeps, on tables of every shape: deleted
   rows, edited cells, an order of their own, no rows, one row, three chunks. Each is previewed, applied, undone and
   redone; the tables found again must be the same, and what a command says of rows must be what SQL says. */
#include "support_api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Types with their values by row number. The first is what keys are. */
static const char columns_sql[] =
    "n // 2 AS k, n::INTEGER % 7 AS i, (n % 5)::UTINYINT AS u, CASE WHEN n % 4 = 0 THEN NULL ELSE n / 8 END AS d, "
    "CASE WHEN n % 3 = 0 THEN NULL WHEN n % 3 = 1 THEN '' ELSE 'text ' || (n % 11) END AS t, "
    "DATE '2026-01-01' + (n % 9)::INTEGER AS day, TIMESTAMP '2026-01-01' + to_minutes(n % 6) AS ts, "
    "TIMESTAMPTZ '2026-01-01 00:00:00+00' + to_minutes(n % 6) AS tz, TIME '00:00:00' + to_minutes(n % 6) AS tm, "
    "n % 2 = 0 AS bo, (n % 13)::DECIMAL(10,2) AS de, (n % 13)::HUGEINT AS hu, "
    "CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN 'red' ELSE 'blue' END::ENUM('red','blue') AS e, "
    "[n % 3, NULL] AS l, {'a': n % 2, 'b': 'x'} AS st, ('{\"a\":' || (n % 3) || '}')::JSON AS j, "
    "('b' || (n % 3))::BLOB AS bl, to_days((n % 3)::INTEGER) AS iv, "
    "('00000000-0000-0000-0000-00000000000' || (n % 9))::UUID AS id";
static const char *const names[] = {"k",  "i",  "u", "d", "t",  "day", "ts", "tz", "tm", "bo",
                                    "de", "hu", "e", "l", "st", "j",   "bl", "iv", "id"};
#define NAME_COUNT (sizeof names / sizeof *names)

typedef struct action {
    const char *command;
    const char *parameters[10]; /* names and values by turns; "?" is the column */
    const char *count;          /* SQL over t@1… (as it was: `before`): rows afterwards; NULL: as many as before */
} action;

/* Those that look at values of a column of any type. */
static const action by_column[] = {
    {"remove-duplicates", {"column", "?"}, "SELECT count(*) FROM (SELECT DISTINCT ? FROM before)"},
    {"remove-duplicates", {"column", "?", "keep", "last"}, "SELECT count(*) FROM (SELECT DISTINCT ? FROM before)"},
    {"sort", {"column", "?", "direction", "desc"}, NULL},
    {"fill-down", {"column", "?"}, NULL},
    {"fill-up", {"column", "?"}, NULL},
    {"clear", {"column", "?", "where", "k % 2 = 0"}, NULL},
    {"duplicate", {"column", "?"}, NULL},
    {"cast", {"column", "?", "type", "text"}, NULL},
    {"combine-columns", {"column", "?", "column", "k", "name", "both"}, NULL},
    {"split-column", {"column", "?", "delimiter", "-"}, NULL},
    {"split-column", {"column", "?", "positions", "1"}, NULL},
    {"join", {"table", "small", "on", "k", "how", "left"}, NULL},
};

/* Those that do the same whatever the types are. */
static const action by_table[] = {
    {"rename", {"column", "k", "to", "key"}, NULL},
    {"drop", {"column", "t", "column", "l"}, NULL},
    {"reorder", {"column", "id", "column", "k"}, NULL},
    {"add-column", {"name", "x", "expr", "k + i"}, NULL},
    {"add-column", {"name", "x", "value", "7", "type", "integer", "position", "2"}, NULL},
    {"filter", {"where", "k % 3 = 0"}, "SELECT count(*) FROM before WHERE k % 3 = 0"},
    {"delete", {"where", "k % 3 = 0"}, "SELECT count(*) FROM before WHERE k % 3 <> 0"},
    {"delete", {"rows", "0-100000000"}, "SELECT 0"},
    {"sample", {"size", "10%"}, "SELECT round(count(*) / 10)::BIGINT FROM before"},
    {"remove-duplicates", {NULL}, "SELECT count(*) FROM (SELECT DISTINCT * FROM before)"},
    {"remove-duplicates", {"column", "k", "keep", "highest", "by", "d"}, "SELECT count(DISTINCT k) FROM before"},
    {"sort", {"column", "t", "column", "i", "direction", "asc", "direction", "desc"}, NULL},
    {"insert",
     {"values", "[{\"k\": 1, \"t\": \"new\", \"day\": \"2026-05-05\", \"e\": \"red\"}, {}]", "position", "0"},
     "SELECT count(*) + 2 FROM before"},
    {"query", {"sql", "SELECT k, count(*) AS n FROM t GROUP BY k"}, "SELECT count(DISTINCT k) FROM before"},
    {"split-column",
     {"column", "t", "delimiter", " ", "to", "rows"},
     "SELECT coalesce(sum(coalesce(len(string_split(t, ' ')), 1)), 0)::BIGINT FROM before"},
    {"unpivot", {"column", "i", "column", "k"}, "SELECT count(i) + count(k) FROM before"},
    {"stack", {"table", "small"}, "SELECT count(*) + 50 FROM before"},
    {"join",
     {"table", "small", "on", "k", "how", "inner"},
     "SELECT count(*) FROM before JOIN small ON before.k = small.k"},
    {"join",
     {"table", "small", "on", "k", "how", "full"},
     "SELECT count(*) FROM before FULL JOIN small ON before.k = small.k"},
    {"join",
     {"table", "small", "on", "k", "how", "anti"},
     "SELECT count(*) FROM before ANTI JOIN small ON before.k = small.k"},
};

static char *query_text(fixture *f, const char *sql) {
    struct ArrowArrayStream stream = {0};
    struct ArrowSchema schema = {0};
    struct ArrowArray batch = {0};
    tarn_text text = {0};
    assert_ok(f, tarn_query(f->workspace, sql, NULL, &stream, &f->error));
    assert_int_equal(stream.get_schema(&stream, &schema), 0);
    if (stream.get_next(&stream, &batch) != 0)
        fail_msg("%s", stream.get_last_error(&stream));
    for (int64_t i = 0; batch.release != NULL && i < batch.n_children; i++)
        assert_ok(f, tarn_print_json(schema.children[i], batch.children[i], 0, &text, &f->error));
    if (batch.release != NULL)
        batch.release(&batch);
    schema.release(&schema);
    stream.release(&stream);
    return text.data != NULL ? text.data : calloc(1, 1);
}

/* All values in the order shown, and the columns. */
static char *fingerprint(fixture *f) {
    char *rows =
        query_text(f, "SELECT count(*), sum(hash(r, n)) FROM (SELECT hash(whole) AS r, row_number() OVER () AS n "
                      "FROM t AS whole)");
    char *columns = query_text(f, "SELECT string_agg(column_name || column_type) FROM (DESCRIBE t)");
    char *both = malloc(strlen(rows) + strlen(columns) + 1);
    strcat(strcpy(both, rows), columns);
    free(rows);
    free(columns);
    return both;
}

/* The SQL of a check, with the column and the version before put in. */
static void check_count(fixture *f, const char *sql, const char *column, uint64_t before, int64_t rows) {
    char text[1024] = "WITH before AS (SELECT * FROM \"t@", number[32];
    snprintf(text + strlen(text), sizeof text - strlen(text), "%llu\") ", (unsigned long long)before);
    for (size_t size = strlen(text); *sql != '\0'; sql++) {
        const char *piece = *sql == '?' ? column : (char[2]){*sql, '\0'};
        size += (size_t)snprintf(text + size, sizeof text - size, "%s", piece);
    }
    snprintf(number, sizeof number, "%lld", (long long)rows);
    char *counted = query_text(f, text);
    assert_string_equal(counted, number);
    free(counted);
}

static size_t fill_parameters(const action *a, const char *column, tarn_parameter *out) {
    size_t count = 0;
    while (count < 5 && a->parameters[2 * count] != NULL) {
        const char *value = a->parameters[2 * count + 1];
        out[count] = (tarn_parameter){a->parameters[2 * count], strcmp(value, "?") == 0 ? column : value};
        count++;
    }
    return count;
}

static void move(fixture *f, tarn_status (*step)(tarn_workspace *, const char *, unsigned, tarn_change *, tarn_error *),
                 const char *wanted) {
    tarn_change change = {0};
    assert_ok(f, step(f->workspace, "t", 1, &change, &f->error));
    tarn_change_clear(&change);
    char *found = fingerprint(f);
    assert_string_equal(found, wanted);
    free(found);
}

static void try(fixture *f, const action *a, const char *column, const char *before) {
    tarn_parameter parameters[5];
    tarn_change change = {0};
    tarn_preview preview = {0};
    size_t count = fill_parameters(a, column, parameters);
    assert_ok(f, tarn_preview_command(f->workspace, "t", a->command, parameters, count, 3, NULL, &preview, &f->error));
    if (tarn_apply(f->workspace, "t", a->command, parameters, count, NULL, &change, &f->error) != TARN_OK)
        fail_msg("%s %s: %s", a->command, column, f->error.message);
    if (preview.message != NULL)
        assert_int_equal(preview.rows_after, change.table_rows);
    if (a->count != NULL)
        check_count(f, a->count, column, change.before, change.table_rows);
    else
        check_count(f, "SELECT count(*) FROM before", column, change.before, change.table_rows);
    if (change.changed) {
        char *after = fingerprint(f);
        move(f, tarn_undo, before);
        move(f, tarn_redo, after);
        move(f, tarn_undo, before);
        free(after);
    }
    tarn_preview_clear(&preview);
    tarn_change_clear(&change);
}

static void make_table(fixture *f, const char *name, const char *rows) {
    char sql[4096];
    tarn_change change = {0};
    snprintf(sql, sizeof sql, "SELECT %s FROM range(%s) AS r(n)", columns_sql, rows);
    assert_ok(f, tarn_query_into(f->workspace, sql, name, TARN_IF_EXISTS_REPLACE, NULL, &change, &f->error));
    tarn_change_clear(&change);
}

static void small(fixture *f) {
    tarn_change change = {0};
    assert_ok(f, tarn_query_into(f->workspace, "SELECT n AS k, 'word ' || n AS word FROM range(50) AS r(n)", "small",
                                 TARN_IF_EXISTS_REPLACE, NULL, &change, &f->error));
    tarn_change_clear(&change);
}

static void run_by_table(fixture *f) {
    char *before = fingerprint(f);
    for (size_t i = 0; i < sizeof by_table / sizeof *by_table; i++)
        try(f, &by_table[i], "k", before);
    free(before);
}

static void run_by_column(fixture *f) {
    char *before = fingerprint(f);
    for (size_t i = 0; i < sizeof by_column / sizeof *by_column; i++) {
        for (size_t column = 0; column < NAME_COUNT; column++)
            try(f, &by_column[i], names[column], before);
    }
    free(before);
}

/* Deleted rows, edited cells, rows put between others, and an order of all rows. */
static void disturb(fixture *f) {
    tarn_change change = {0};
    assert_ok(f, apply(f, "t", "delete", &change, "where", "k % 7 = 3", NULL));
    tarn_change_clear(&change);
    assert_ok(
        f, apply(f, "t", "insert", &change, "values", "[{\"k\": 3}, {\"k\": 5, \"t\": \"\"}]", "position", "5", NULL));
    tarn_change_clear(&change);
    assert_ok(f, apply(f, "t", "edit-many", &change, "block", "99,1,1,7.5,edited\n98,2,2,,\"\"", "row", "1", "column",
                       "k", NULL));
    tarn_change_clear(&change);
    assert_ok(f, apply(f, "t", "sort", &change, "column", "i", "column", "t", "direction", "desc", NULL));
    tarn_change_clear(&change);
}

static void test_all_types(void **state) {
    fixture *f = *state;
    small(f);
    make_table(f, "t", "400");
    run_by_column(f);
    run_by_table(f);
}

static void test_sorted(void **state) {
    fixture *f = *state;
    small(f);
    make_table(f, "t", "400");
    disturb(f);
    run_by_column(f);
    run_by_table(f);
}

static void test_few_rows(void **state) {
    fixture *f = *state;
    small(f);
    make_table(f, "t", "0");
    run_by_table(f);
    make_table(f, "t", "1");
    run_by_column(f);
    run_by_table(f);
}

static void test_three_chunks(void **state) {
    fixture *f = *state;
    char *before;
    small(f);
    make_table(f, "t", "260000");
    disturb(f);
    before = fingerprint(f);
    for (size_t i = 0; i < sizeof by_table / sizeof *by_table; i++)
        try(f, &by_table[i], "k", before);
    for (size_t i = 0; i < sizeof by_column / sizeof *by_column; i++)
        try(f, &by_column[i], "t", before);
    free(before);
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_all_types),
        TEST(test_sorted),
        TEST(test_few_rows),
        TEST(test_three_chunks),
    };
    return cmocka_run_group_tests_name("table shapes", tests, NULL, NULL);
}
