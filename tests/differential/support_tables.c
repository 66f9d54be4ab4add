#include "support_tables.h"

#include "base/buffer.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

uint64_t random_below(random_source *random, uint64_t limit) {
    random->state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t x = random->state;
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    x ^= x >> 31;
    return limit ? x % limit : 0;
}

char *work_answer(fixture *f, const char *sql, tarn_error *failure) {
    struct ArrowArrayStream stream;
    char *rows = NULL;
    if (tarn_engine_work_query(f->engine, sql, NULL, 0, NULL, &stream, failure) != TARN_OK)
        return NULL;
    if (try_rows_of(&stream, &rows, failure) != TARN_OK)
        rows = NULL;
    tarn_stream_release(&stream);
    return rows;
}

void work_run(fixture *f, const char *sql) {
    tarn_error failure = {0};
    char *rows = work_answer(f, sql, &failure);
    if (!rows)
        fail_msg("%s: %s", failure.message, sql);
    free(rows);
}

/* The first column of a statement's rows, as one array. */
static struct ArrowArray *work_column(fixture *f, const char *sql) {
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    int64_t rows;
    assert_ok(tarn_engine_work_query(f->engine, sql, NULL, 0, NULL, &stream, error));
    assert_ok(tarn_stream_schema(&stream, &schema, error));
    struct ArrowArray *columns = gather(&stream, &schema, &rows);
    tarn_schema_release(&schema);
    tarn_stream_release(&stream);
    return columns;
}

static void free_column(struct ArrowArray *column) {
    tarn_array_release(column);
    free(column);
}

static const int64_t *numbers_of(const struct ArrowArray *column) {
    return column->length ? (const int64_t *)column->buffers[1] + column->offset : NULL;
}

/* ---- types ---- */

/* `general` makes a value of h, a UBIGINT that is different for each row; `edges` are literals of the type. */
static const struct {
    const char *type, *general;
    const char *edges[8];
    unsigned traits;
} types[] = {
    {"TINYINT", "(h % 200)::INTEGER - 100", {"-128", "127", "0"}, CAN_SUM | CAN_GROUP | CAN_COMPARE},
    {"SMALLINT", "(h % 60000)::INTEGER - 30000", {"-32768", "32767", "0"}, CAN_SUM | CAN_GROUP | CAN_COMPARE},
    {"INTEGER", "(h % 4000)::INTEGER - 100", {"-2147483648", "2147483647", "0"}, CAN_SUM | CAN_GROUP | CAN_COMPARE},
    {"BIGINT",
     "(h % 1000000007)::BIGINT * 3",
     {"-9223372036854775808", "9223372036854775807", "0"},
     CAN_SUM | CAN_GROUP | CAN_COMPARE},
    {"HUGEINT",
     "(h::HUGEINT * 1000003)",
     {"-99999999999999999999999999999999999999", "99999999999999999999999999999999999999", "0"},
     CAN_GROUP | CAN_COMPARE},
    {"UTINYINT", "h % 256", {"0", "255"}, CAN_SUM | CAN_GROUP | CAN_COMPARE},
    {"USMALLINT", "h % 65536", {"0", "65535"}, CAN_SUM | CAN_GROUP | CAN_COMPARE},
    {"UINTEGER", "h % 4294967296", {"0", "4294967295"}, CAN_SUM | CAN_GROUP | CAN_COMPARE},
    {"UBIGINT", "h", {"0", "18446744073709551615", "9223372036854775808"}, CAN_GROUP | CAN_COMPARE},
    {"FLOAT",
     "(h % 1000)::FLOAT / 8 - 50",
     {"'nan'", "'inf'", "'-inf'", "'-0.0'", "0", "1e38"},
     CAN_COMPARE | IS_FLOAT},
    {"DOUBLE",
     "(h % 10000) / 7.0 - 300",
     {"'nan'", "'inf'", "'-inf'", "'-0.0'", "0", "1e308", "-5e-324"},
     CAN_COMPARE | IS_FLOAT},
    {"DECIMAL(4,2)",
     "((h % 19999)::INTEGER - 9999) / 100",
     {"99.99", "-99.99", "0"},
     CAN_SUM | CAN_GROUP | CAN_COMPARE},
    {"DECIMAL(9,3)",
     "((h % 199999)::INTEGER - 99999)::DECIMAL(9,3)",
     {"999999.999", "-999999.999"},
     CAN_SUM | CAN_GROUP | CAN_COMPARE},
    {"DECIMAL(15,2)",
     "(h % 100000000)::DECIMAL(15,2) / 100",
     {"9999999999999.99", "-9999999999999.99", "0.01"},
     CAN_SUM | CAN_GROUP | CAN_COMPARE},
    {"DECIMAL(38,10)",
     "(h % 100000000)::DECIMAL(38,10)",
     {"9999999999999999999999999999.9999999999", "-9999999999999999999999999999.9999999999"},
     CAN_GROUP | CAN_COMPARE},
    {"DATE",
     "DATE '1970-01-01' + (h % 3000)::INTEGER",
     {"'5877642-06-25 (BC)'", "'5881580-07-10'", "'infinity'", "'-infinity'", "'2020-02-29'"},
     CAN_GROUP | CAN_COMPARE},
    {"TIME",
     "TIME '00:00:00' + to_microseconds((h % 86400000000)::BIGINT)",
     {"'00:00:00'", "'23:59:59.999999'"},
     CAN_GROUP | CAN_COMPARE},
    {"TIMESTAMP",
     "TIMESTAMP '2000-01-01' + to_seconds((h % 100000000)::BIGINT)",
     {"'290309-12-22 (BC) 00:00:00'", "'294247-01-10 04:00:54.775806'", "'infinity'", "'-infinity'"},
     CAN_GROUP | CAN_COMPARE},
    {"TIMESTAMP_S",
     "TIMESTAMP '2000-01-01' + to_seconds((h % 100000000)::BIGINT)",
     {"'2020-02-29 12:00:00'"},
     CAN_GROUP | CAN_COMPARE},
    {"TIMESTAMP_NS",
     "TIMESTAMP '2000-01-01' + to_microseconds((h % 100000000000)::BIGINT)",
     {"'2020-02-29 12:00:00.123456789'"},
     CAN_GROUP | CAN_COMPARE},
    {"TIMESTAMPTZ",
     "TIMESTAMPTZ '2000-01-01 00:00:00+00' + to_seconds((h % 100000000)::BIGINT)",
     {"'infinity'", "'-infinity'", "'2020-02-29 12:00:00+00'"},
     CAN_GROUP | CAN_COMPARE},
    {"INTERVAL", "to_days((h % 100)::INTEGER)", {"'1 month'", "'30 days'", "'-3 years 2 hours'"}, 0},
    {"BOOLEAN", "h % 3 = 0", {"true", "false"}, CAN_GROUP | CAN_COMPARE},
    {"VARCHAR",
     "'text of some length ' || h % 5000",
     {"''", "'a'", "'ÄÖÜ straße'", "repeat('long ', 200)", "'zzz\xF0\x9F\x98\x80'", "'twelve bytes'",
      "'thirteen bytes'"},
     CAN_GROUP | CAN_COMPARE | IS_TEXT},
    {"VARCHAR", "'k' || h % 9", {"''", "'k'", "'K1'", "'k10'"}, CAN_GROUP | CAN_COMPARE | IS_TEXT},
    {"BLOB", "encode('b' || h % 300)", {"''", "'\\x00\\xFF'"}, CAN_GROUP | CAN_COMPARE},
    {"UUID",
     "md5(h::VARCHAR)",
     {"'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"},
     CAN_GROUP | CAN_COMPARE},
    {"ENUM('b', 'a', 'long name of a value', 'c')",
     "['b', 'a', 'long name of a value', 'c'][(1 + h % 4)::INTEGER]",
     {"'a'"},
     CAN_GROUP | CAN_COMPARE},
    {"TIMETZ", "'12:00:' || (10 + h % 50) || '+01'", {"'00:00:00+15:59:59'"}, 0},
    {"BIT", "('1' || repeat('01', (h % 5)::INTEGER))", {"'0'"}, 0},
    {"BIGINT[]", "[h % 100, NULL, h % 7]", {"[]", "[NULL]"}, CAN_GROUP | IS_LIST},
    {"VARCHAR[]", "string_split('some words of ' || h % 1000, ' ')", {"[]", "['']"}, CAN_GROUP | IS_LIST},
    {"STRUCT(a BIGINT, b VARCHAR)",
     "{'a': h % 50, 'b': 'text of some length ' || h % 50}",
     {"{'a': NULL, 'b': ''}"},
     CAN_GROUP},
    {"MAP(VARCHAR, BIGINT)", "MAP {'k' || h % 4: h % 10, 'x': NULL}", {"MAP {}"}, 0},
    {"INTEGER[3]", "[h % 5, NULL, h % 3]", {"[1, 2, 3]"}, CAN_GROUP},
    {"STRUCT(l DATE[], m STRUCT(x TINYINT))[]",
     "[{'l': [DATE '2020-01-01' + (h % 9)::INTEGER], 'm': {'x': h % 100}}]",
     {"[]"},
     0},
};

#define TYPES (sizeof types / sizeof *types)

/* ---- statements ---- */

void say(tarn_buffer *out, const char *format, ...) {
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assert_true(size >= 0 && (size_t)size < sizeof text);
    assert_ok(tarn_buffer_append(out, text, (size_t)size, error));
}

char *said(tarn_buffer *out) {
    assert_ok(tarn_buffer_append(out, "", 1, error));
    return (char *)out->data;
}

static void run_said(fixture *f, tarn_buffer *sql) {
    work_run(f, said(sql));
    tarn_buffer_free(sql);
}

/* ---- values ---- */

/* A number for each row: how a column's values lie. */
static void say_hash(tarn_buffer *out, random_source *random) {
    switch (random_below(random, 5)) {
    case 0: /* rising */
        say(out, "n::UBIGINT");
        break;
    case 1: /* runs */
        say(out, "(n // %d)::UBIGINT", (int)random_below(random, 5000) + 1);
        break;
    case 2: /* few */
        say(out, "hash(n %% %d)", (int)random_below(random, 20) + 1);
        break;
    default:
        say(out, "hash(n + %d)", (int)random_below(random, 1000000));
    }
}

/* DuckDB has no CASE for arrays of a fixed size. */
static bool is_array(const char *type) {
    return strcmp(type, "INTEGER[3]") == 0;
}

static void say_column(tarn_buffer *out, random_source *random, size_t type, const char *name) {
    static const unsigned null_steps[] = {0, 0, 3, 40, 1};
    unsigned nulls = null_steps[random_below(random, random_below(random, 10) ? 4 : 5)];
    unsigned edges = random_below(random, 3) ? 50 : 0;
    uint64_t first = random_below(random, 2) * random_below(random, 5000);
    const char *inner = is_array(types[type].type) ? "INTEGER[]" : types[type].type;
    say(out, ", (CASE");
    if (nulls)
        say(out, " WHEN n >= %" PRIu64 " AND hash(n, '%s') %% %u = 0 THEN NULL", first, name, nulls);
    for (size_t i = 0; edges && i < 8 && types[type].edges[i]; i++)
        say(out, " WHEN hash(n, '%s', 1) %% %u = %zu THEN (%s)::%s", name, edges, i, types[type].edges[i], inner);
    say(out, " WHEN n < 0 THEN NULL ELSE list_transform([");
    say_hash(out, random);
    say(out, "], lambda h: (%s)::%s)[1] END)::%s AS %s", types[type].general, inner, types[type].type, name);
}

static void choose_columns(random_source *random, random_table *table) {
    table->column_count = 1 + random_below(random, MOST_RANDOM_COLUMNS);
    for (size_t i = 0; i < table->column_count; i++)
        snprintf(table->columns[i].name, sizeof table->columns[i].name, "c%zu", i);
}

static int64_t choose_rows(random_source *random) {
    static const int64_t rows[] = {0, 1, 2047, 2048, 2049, 5000, 6000, 9000, 12000};
    return rows[random_below(random, sizeof rows / sizeof *rows)];
}

static void make_rows(fixture *f, random_source *random, random_table *table) {
    tarn_buffer sql = {0};
    table->rows = choose_rows(random);
    choose_columns(random, table);
    say(&sql, "CREATE OR REPLACE TABLE %s AS SELECT n", table->name);
    for (size_t i = 0; i < table->column_count; i++) {
        size_t type = random_below(random, TYPES);
        table->columns[i].type = types[type].type;
        table->columns[i].traits = types[type].traits;
        say_column(&sql, random, type, table->columns[i].name);
    }
    say(&sql, " FROM range(%" PRId64 ") r(n) ORDER BY n", table->rows);
    run_said(f, &sql);
}

/* ---- changes ---- */

/* What is done to a table beside its rows: single cells take over other rows' values, rows are deleted, and moved. */
typedef struct changes {
    const random_table *table;
    random_source *random;
    char edited[MOST_RANDOM_COLUMNS][64]; /* conditions on a.n; "" where nothing is edited */
    char deleted[64];                     /* a condition on a.n */
    char order[256];                      /* an expression over a.n */
    int64_t runs[8];
    size_t run_count; /* pairs; 0: by `order` */
    bool is_ordered;
    struct ArrowArray *cells[MOST_RANDOM_COLUMNS], *cell_rows[MOST_RANDOM_COLUMNS], *dead, *permutation;
} changes;

static void choose_runs(changes *c) {
    int64_t rows = c->table->rows, a = (int64_t)random_below(c->random, (uint64_t)rows),
            b = a + (int64_t)random_below(c->random, (uint64_t)(rows - a));
    const int64_t runs[] = {b, rows - b, a, b - a, 0, a};
    for (size_t i = 0; i < 6; i += 2)
        if (runs[i + 1] > 0) {
            c->runs[2 * c->run_count] = runs[i];
            c->runs[2 * c->run_count++ + 1] = runs[i + 1];
        }
    snprintf(c->order, sizeof c->order,
             "CASE WHEN a.n >= %" PRId64 " THEN 0 WHEN a.n >= %" PRId64 " THEN 1 ELSE 2 END, a.n", b, a);
}

static void choose_changes(changes *c) {
    for (size_t i = 0; i < c->table->column_count; i++)
        if (random_below(c->random, 4) == 0 && !is_array(c->table->columns[i].type))
            snprintf(c->edited[i], sizeof c->edited[i], "hash(a.n, %zu) %% 300 = 0", i);
    switch (random_below(c->random, 4)) {
    case 0:
        snprintf(c->deleted, sizeof c->deleted, "hash(a.n, 'dead') %% %d = 0", (int)random_below(c->random, 5) + 1);
        break;
    case 1:
        snprintf(c->deleted, sizeof c->deleted, "a.n BETWEEN %d AND %d", (int)random_below(c->random, 3000),
                 (int)random_below(c->random, 9000));
        break;
    default:
        snprintf(c->deleted, sizeof c->deleted, "false");
    }
    snprintf(c->order, sizeof c->order, "a.n");
    uint64_t order = random_below(c->random, 4);
    c->is_ordered = order < 2;
    if (order == 0)
        choose_runs(c);
    else if (order == 1)
        snprintf(c->order, sizeof c->order, "hash(a.n, 'place')");
}

static struct ArrowArray *work_column_of(fixture *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

static struct ArrowArray *work_column_of(fixture *f, const char *format, ...) {
    char sql[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sql, sizeof sql, format, arguments);
    va_end(arguments);
    return work_column(f, sql);
}

static void find_changes(fixture *f, changes *c) {
    const char *name = c->table->name;
    int64_t rows = c->table->rows;
    for (size_t i = 0; i < c->table->column_count; i++) {
        if (!*c->edited[i])
            continue;
        c->cell_rows[i] = work_column_of(f, "SELECT n FROM %s a WHERE %s ORDER BY n", name, c->edited[i]);
        c->cells[i] = work_column_of(
            f, "SELECT b.c%zu FROM %s a JOIN %s b ON b.n = (a.n * 7 + 3) %% %" PRId64 " WHERE %s ORDER BY a.n", i, name,
            name, rows, c->edited[i]);
    }
    c->dead = work_column_of(f, "SELECT n FROM %s a WHERE %s", name, c->deleted);
    c->permutation = work_column_of(f, "SELECT n FROM %s a WHERE NOT (%s) ORDER BY %s", name, c->deleted, c->order);
}

static void change_draft(tarn_draft *draft, void *context) {
    const changes *c = context;
    for (size_t i = 0; i < c->table->column_count; i++)
        if (c->cells[i] && c->cells[i]->length)
            assert_ok(tarn_draft_patch(draft, i + 1, numbers_of(c->cell_rows[i]), c->cells[i], NULL, error));
    if (c->dead->length)
        assert_ok(tarn_draft_delete_rows(draft, numbers_of(c->dead), c->dead->length, NULL, error));
    if (c->run_count)
        assert_ok(tarn_draft_set_runs(draft, c->runs, c->run_count, error));
    else if (c->is_ordered)
        assert_ok(tarn_draft_set_permutation(draft, numbers_of(c->permutation), c->permutation->length, error));
}

static void change_work(fixture *f, const changes *c) {
    tarn_buffer sql = {0};
    say(&sql, "CREATE OR REPLACE TABLE %s AS SELECT a.n", c->table->name);
    for (size_t i = 0; i < c->table->column_count; i++)
        if (*c->edited[i])
            say(&sql, ", CASE WHEN %s THEN b.c%zu ELSE a.c%zu END AS c%zu", c->edited[i], i, i, i);
        else
            say(&sql, ", a.c%zu", i);
    say(&sql, " FROM %s a LEFT JOIN %s b ON b.n = (a.n * 7 + 3) %% %" PRId64 " WHERE NOT (%s) ORDER BY %s",
        c->table->name, c->table->name, c->table->rows, c->deleted, c->order);
    run_said(f, &sql);
}

static void change(fixture *f, random_source *random, random_table *table) {
    changes c = {.table = table, .random = random};
    choose_changes(&c);
    find_changes(f, &c);
    commit_change(f, table->id, change_draft, &c);
    change_work(f, &c);
    table->rows = c.permutation->length;
    for (size_t i = 0; i < table->column_count; i++)
        if (c.cells[i]) {
            free_column(c.cells[i]);
            free_column(c.cell_rows[i]);
        }
    free_column(c.dead);
    free_column(c.permutation);
}

/* ---- constants ---- */

static void find_constants(fixture *f, random_source *random, const random_table *table, random_column *column) {
    char sql[512];
    tarn_error failure = {0};
    if (!(column->traits & CAN_COMPARE))
        return;
    snprintf(sql, sizeof sql,
             "SELECT chr(39) || replace(%s::VARCHAR, chr(39), chr(39) || chr(39)) || chr(39) FROM %s WHERE %s IS NOT "
             "NULL ORDER BY hash(n, %d) LIMIT 6",
             column->name, table->name, column->name, (int)random_below(random, 1000));
    char *rows = work_answer(f, sql, &failure);
    if (!rows)
        fail_msg("%s: %s", failure.message, sql);
    for (char *line = strtok(rows, "\n"); line; line = strtok(NULL, "\n"))
        column->constants[column->constant_count++] = tarn_strdup(line);
    free(rows);
    for (size_t i = 0; i < TYPES; i++)
        if (strcmp(types[i].type, column->type) == 0) {
            column->constants[column->constant_count++] = tarn_strdup(types[i].edges[0]);
            return;
        }
}

/* ---- tables ---- */

void random_table_make(fixture *f, random_source *random, const char *name, random_table *out) {
    char sql[64];
    *out = (random_table){0};
    snprintf(out->name, sizeof out->name, "%s", name);
    make_rows(f, random, out);
    snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY n", name);
    out->id =
        make_table(f, name, sql, 1 + (int64_t)random_below(random, out->rows > 5000 ? 9000 : 3000) + out->rows / 4);
    if (out->rows && random_below(random, 3))
        change(f, random, out);
    for (size_t i = 0; i < out->column_count; i++)
        find_constants(f, random, out, &out->columns[i]);
}

void random_table_clear(random_table *table) {
    for (size_t i = 0; i < table->column_count; i++)
        for (size_t k = 0; k < table->columns[i].constant_count; k++)
            free(table->columns[i].constants[k]);
}
