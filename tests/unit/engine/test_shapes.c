/*
 * Many shapes of queries over the store and over DuckDB's own tables with the same rows: equal answers, while
 * everything that a scan handed out is overwritten as soon as the contract with DuckDB allows it.
 */
#include "support_engine.h"

#include "base/text.h"

#include <stdlib.h>

#define ORDERS                                                                                                         \
    "SELECT i AS id, (i * 7919 % 1000)::INTEGER AS kind, CASE WHEN i % 11 = 0 THEN NULL ELSE 'customer number ' || "   \
    "(i % 997) END AS name, 's' || (i % 13) AS short, (i * 31 % 10007) / 7.0 AS price, DATE '2020-01-01' + (i % 900)"  \
    "::INTEGER AS day, i % 3 = 0 AS flag, [i, NULL, i + 1] AS list, {'a': i, 'b': 'text of some length ' || i} AS "    \
    "pair "                                                                                                            \
    "FROM range(25000) r(i)"
#define PEOPLE "SELECT i AS id, 'customer number ' || i AS name, i % 5 AS grade FROM range(1200) r(i)"

static const char *const shapes[] = {
    "SELECT count(*) FROM orders",
    "SELECT count(name), count(DISTINCT name) FROM orders",
    "SELECT sum(id), avg(price)::DECIMAL(20, 6), min(day), max(day) FROM orders",
    "SELECT min(name), max(name), min(short), max(short) FROM orders",
    "SELECT * FROM orders",
    "SELECT name FROM orders",
    "SELECT name, id FROM orders WHERE id % 1000 < 3",
    "SELECT id, name FROM orders WHERE name LIKE '%99%'",
    "SELECT id FROM orders WHERE name IS NULL",
    "SELECT id, upper(name), lower(short), length(name) FROM orders WHERE flag",
    "SELECT name || '/' || short FROM orders",
    "SELECT substr(name, 10, 20), reverse(name) FROM orders",
    "SELECT regexp_replace(name, '[0-9]+', '#') FROM orders",
    "SELECT string_split(name, ' ') FROM orders",
    "SELECT concat_ws('-', name, short, id) FROM orders",
    "SELECT CASE WHEN id % 2 = 0 THEN name ELSE short END FROM orders",
    "SELECT coalesce(name, short) FROM orders",
    "SELECT id, list, pair FROM orders",
    "SELECT pair.b FROM orders",
    "SELECT list[1], list[2], list[3] FROM orders",
    "SELECT unnest(list) FROM orders",
    "SELECT id, unnest(string_split(name, ' ')) FROM orders",
    "SELECT count(*) FROM (SELECT unnest(list) u FROM orders) WHERE u IS NOT NULL",
    "SELECT name, count(*) FROM orders GROUP BY name ORDER BY name",
    "SELECT kind, sum(id), min(name) FROM orders GROUP BY kind ORDER BY kind",
    "SELECT short, flag, count(*) FROM orders GROUP BY ALL ORDER BY ALL",
    "SELECT name, max(id) FROM orders GROUP BY name HAVING max(id) > 24900 ORDER BY 2",
    "SELECT short, string_agg(name, ',' ORDER BY id) FROM orders WHERE id < 5000 GROUP BY short ORDER BY short",
    "SELECT short, list(name ORDER BY id) FROM orders WHERE id < 3000 GROUP BY short ORDER BY short",
    "SELECT first(name ORDER BY id DESC), arg_max(name, id), arg_min(name, price) FROM orders",
    "SELECT mode(short), median(price)::DECIMAL(20, 6), quantile_cont(price, 0.9)::DECIMAL(20, 6) FROM orders",
    "SELECT approx_count_distinct(name) > 900 FROM orders",
    "SELECT histogram(short) FROM orders",
    "SELECT kind, name FROM orders GROUP BY GROUPING SETS ((kind), (name)) ORDER BY ALL",
    "SELECT short, flag, count(*) FROM orders GROUP BY ROLLUP (short, flag) ORDER BY ALL",
    "SELECT short, flag, count(*) FROM orders GROUP BY CUBE (short, flag) ORDER BY ALL",
    "SELECT DISTINCT name FROM orders ORDER BY name",
    "SELECT DISTINCT ON (short) short, name FROM orders ORDER BY short, id",
    "SELECT id, name FROM orders ORDER BY name, id",
    "SELECT id, name FROM orders ORDER BY name DESC NULLS LAST, id LIMIT 50",
    "SELECT * FROM orders ORDER BY price, id LIMIT 100",
    "SELECT * FROM orders LIMIT 10",
    "SELECT * FROM orders LIMIT 10 OFFSET 30000",
    "SELECT name FROM orders WHERE id > 24990",
    "SELECT id, row_number() OVER (ORDER BY id DESC) FROM orders ORDER BY id LIMIT 20",
    "SELECT id, lag(name) OVER (ORDER BY id), lead(name, 3) OVER (ORDER BY id) FROM orders ORDER BY id",
    "SELECT id, first_value(name) OVER (PARTITION BY short ORDER BY id) FROM orders ORDER BY id",
    "SELECT id, sum(id) OVER (PARTITION BY kind ORDER BY id) FROM orders ORDER BY id",
    "SELECT id, rank() OVER (ORDER BY name) FROM orders ORDER BY id LIMIT 1000",
    "SELECT id, ntile(7) OVER (ORDER BY id) FROM orders ORDER BY id LIMIT 1000",
    "SELECT id, max(name) OVER (ORDER BY id ROWS BETWEEN 3 PRECEDING AND 2 FOLLOWING) FROM orders ORDER BY id",
    "SELECT id, name FROM orders QUALIFY row_number() OVER (PARTITION BY short ORDER BY id) = 1 ORDER BY id",
    "SELECT row_number() OVER () , id FROM orders",
    "SELECT o.id, p.grade FROM orders o JOIN people p USING (name) ORDER BY 1",
    "SELECT o.id, o.name, p.name FROM orders o LEFT JOIN people p ON o.name = p.name ORDER BY 1",
    "SELECT o.id, p.name FROM orders o RIGHT JOIN people p ON o.name = p.name ORDER BY p.name, o.id",
    "SELECT count(*), count(o.name), count(p.name) FROM orders o FULL JOIN people p ON o.name = p.name",
    "SELECT id FROM orders o SEMI JOIN people p ON o.name = p.name ORDER BY id",
    "SELECT id FROM orders o ANTI JOIN people p ON o.name = p.name ORDER BY id",
    "SELECT count(*) FROM orders o, people p WHERE o.id = p.id",
    "SELECT count(*) FROM people a CROSS JOIN people b",
    "SELECT a.name, b.name FROM people a JOIN people b ON a.id = b.id + 1 ORDER BY a.id",
    "SELECT count(*) FROM people a JOIN people b ON a.id < b.id AND a.id + 3 > b.id",
    "SELECT a.name, b.name FROM people a ASOF JOIN people b ON a.id >= b.id ORDER BY a.id",
    "SELECT a.name FROM orders a JOIN orders b ON a.id = b.id - 1 WHERE a.id < 500 ORDER BY a.id",
    "SELECT count(*) FROM orders a POSITIONAL JOIN people b",
    "SELECT name, (SELECT max(id) FROM orders o WHERE o.name = p.name) FROM people p ORDER BY id",
    "SELECT name FROM people WHERE name IN (SELECT name FROM orders WHERE flag) ORDER BY id",
    "SELECT name FROM people p WHERE EXISTS (SELECT 1 FROM orders o WHERE o.id = p.id AND o.flag) ORDER BY id",
    "SELECT name FROM people p WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.name = p.name) ORDER BY id",
    "SELECT name FROM people WHERE id > ALL (SELECT id FROM people WHERE grade = 1) ORDER BY id",
    "SELECT p.id, l.name FROM people p, LATERAL (SELECT name FROM orders o WHERE o.id = p.id) l ORDER BY p.id",
    "SELECT name FROM people UNION SELECT name FROM orders ORDER BY name",
    "SELECT count(*) FROM (SELECT name FROM people UNION ALL SELECT name FROM orders)",
    "SELECT name FROM people INTERSECT SELECT name FROM orders ORDER BY name",
    "SELECT name FROM people EXCEPT SELECT name FROM orders ORDER BY name",
    "SELECT * FROM (SELECT name FROM people UNION ALL SELECT short FROM orders WHERE id < 10)",
    "WITH a AS (SELECT name, id FROM orders WHERE flag), b AS (SELECT * FROM a WHERE id % 7 = 0) SELECT * FROM b "
    "ORDER BY id",
    "WITH a AS MATERIALIZED (SELECT name, id FROM orders) SELECT a.name, b.id FROM a JOIN a b ON a.id = b.id + 5 ORDER "
    "BY "
    "b.id",
    "WITH RECURSIVE t(n, s) AS (SELECT 1, (SELECT min(name) FROM people) UNION ALL SELECT n + 1, s FROM t WHERE n < "
    "50) "
    "SELECT * FROM t ORDER BY n",
    "SELECT * FROM (PIVOT (SELECT short, flag, id FROM orders) ON flag IN (true, false) USING sum(id)) ORDER BY short",
    "SELECT * FROM (UNPIVOT (SELECT id, name, short FROM orders) ON name, short) ORDER BY ALL LIMIT 1000",
    "SELECT COLUMNS('na.*|id') FROM orders",
    "SELECT * EXCLUDE (list, pair) REPLACE (upper(name) AS name) FROM orders",
    "SELECT list_transform(list, x -> x + 1), list_filter(list, x -> x IS NOT NULL) FROM orders",
    "SELECT map([short], [name]) FROM orders",
    "SELECT strftime(day, '%d.%m.%Y'), date_trunc('month', day), extract(dow FROM day) FROM orders",
    "SELECT name::BLOB, md5(name), hash(name) FROM orders",
    "SELECT levenshtein(name, 'customer number 500'), jaro_winkler_similarity(name, 'customer')::DECIMAL(9, 6) FROM "
    "orders",
    "SELECT strip_accents(name), nfc_normalize(name) FROM orders",
    "SELECT name FROM orders WHERE name ILIKE 'CUSTOMER%7' ORDER BY id",
    "SELECT count(*) FROM orders TABLESAMPLE 100%",
    "SELECT column_name, min, max, count FROM (SUMMARIZE orders)",
    "SELECT max(name) FILTER (WHERE flag), count(*) FILTER (WHERE NOT flag) FROM orders",
    "SELECT id, name FROM orders WHERE (name, short) IN (SELECT name, short FROM orders WHERE id < 20) ORDER BY id",
};

static int setup(void **state) {
    fixture_setup(state);
    fixture *f = *state;
    tarn_engine_free(f->engine);
    tarn_engine_options options = {.threads = 4, .scribble = true};
    assert_ok(tarn_engine_new(&options, &f->engine, error));
    make_table(f, "orders", ORDERS, 7000);
    make_table(f, "people", PEOPLE, 500);
    return 0;
}

static char *work_answer(fixture *f, const char *sql) {
    struct ArrowArrayStream stream;
    assert_ok(tarn_engine_work_query(f->engine, sql, NULL, 0, NULL, &stream, error));
    char *rows = rows_of(&stream);
    tarn_stream_release(&stream);
    return rows;
}

static void test_same_answers_as_duckdb(void **state) {
    fixture *f = *state;
    free(work_answer(f, "CREATE TABLE orders AS " ORDERS));
    free(work_answer(f, "CREATE TABLE people AS " PEOPLE));
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char *expected = work_answer(f, shapes[i]);
        char *parallel = answer(f, shapes[i], NULL);
        tarn_query_options options = {.no_parallel = true};
        char *serial = answer(f, shapes[i], &options);
        if (strcmp(expected, parallel) != 0 || strcmp(expected, serial) != 0)
            fail_msg("%s: the answers differ", shapes[i]);
        free(expected);
        free(parallel);
        free(serial);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_same_answers_as_duckdb, setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
