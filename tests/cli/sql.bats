#!/usr/bin/env bats
# Questions in SQL.
load support

@test "a result as a table, in each format, and as JSON" {
    orders
    run tarn sql 'SELECT id, city FROM orders ORDER BY id LIMIT 2'
    [ "$status" -eq 0 ]
    [[ ${lines[0]} =~ ^\ *id\ +city$ ]]
    [ "${lines[5]}" = "2 rows · 2 columns" ]
    [ "$(tarn sql 'SELECT id, note FROM orders WHERE id < 3 ORDER BY id' --format csv)" = $'id,note\n1,first\n2,"two\nlines"' ]
    [ "$(tarn sql 'SELECT id, city FROM orders WHERE id = 1' --format tsv)" = $'id\tcity\n1\tParis' ]
    tarn sql 'SELECT id, amount FROM orders ORDER BY id' --format json | jq -e 'length == 5 and .[0] == {"id": 1, "amount": 10.5}'
    [ "$(tarn sql 'FROM orders ORDER BY id' --json)" = "$(tarn sql 'FROM orders ORDER BY id' --format json)" ]
    tarn sql 'FROM orders' --format ndjson | jq -es 'length == 5'
    [ "$(tarn sql 'SELECT 1 AS x WHERE false' --json | jq -c .)" = "[]" ]
}

@test "the query from a file and from standard input" {
    orders
    echo 'SELECT max(id) AS m FROM orders' >q.sql
    [ "$(tarn sql -f q.sql --format csv)" = $'m\n5' ]
    [ "$(tarn sql - --format csv <q.sql)" = $'m\n5' ]
    [ "$(tarn sql -f - --format csv <q.sql)" = $'m\n5' ]
    run --separate-stderr tarn sql -f missing.sql
    fails 1 "cannot read missing.sql" "No such file"
    run --separate-stderr tarn sql -f .
    fails 1 "cannot read .:"
    run --separate-stderr tarn sql 'SELECT 1' -f q.sql
    fails 2 "not both"
    run --separate-stderr tarn sql
    fails 2 "QUERY is missing"
    printf 'SELECT 1\0, 2' >nul.sql
    run --separate-stderr tarn sql -f nul.sql
    fails 1 "NUL"
}

@test "versions in SQL" {
    orders
    tarn apply -q orders filter --set 'where=id > 2'
    [ "$(value 'SELECT count(*) FROM orders')" = 3 ]
    [ "$(value 'SELECT count(*) FROM "orders@1"')" = 5 ]
    [ "$(value 'SELECT count(*) FROM "orders~1"')" = 5 ]
    [ "$(value 'SELECT count(*) FROM (FROM "orders@1" EXCEPT FROM orders)')" = 2 ]
}

@test "SHOW TABLES, DESCRIBE and SUMMARIZE answer" {
    orders
    run tarn sql 'SHOW TABLES'
    [ "$status" -eq 0 ]
    has orders
    run tarn sql 'DESCRIBE orders'
    has amount
    has DOUBLE
    run tarn sql 'SUMMARIZE orders'
    [ "$status" -eq 0 ]
    run tarn sql 'EXPLAIN SELECT 1'
    [ "$status" -eq 0 ]
}

@test "EXPLAIN draws its plan over many lines" {
    orders
    run tarn sql 'EXPLAIN FROM orders'
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -gt 5 ]
    [[ "${lines[0]}" == ┌*┐ ]]
    has TARN_SCAN
    lacks explain_value
    run tarn sql $'EXPLAIN SELECT city || \'\x1b[m\' FROM orders'
    [ "$status" -eq 0 ]
    has '\x1b[m'
    lacks $'\x1b'
    run tarn sql 'EXPLAIN FROM orders' --format csv
    has explain_value
}

@test "more memory than there is for one value: an error, not the end of the process" {
    orders
    on_a_small_machine() {
        ulimit -d 3000000
        tarn "$@"
    }
    run on_a_small_machine sql "SELECT length(repeat('x', 4000000000))"
    [ "$status" -eq 1 ]
    [ "${#lines[@]}" -eq 1 ]
    has 'fewer rows or shorter values'
    has '--memory-limit'
}

@test "results into files, by ending; a file that is there with --force only" {
    orders
    for ending in csv tsv json ndjson parquet arrow; do
        run tarn sql 'FROM orders ORDER BY id' -o "out.$ending"
        [ "$status" -eq 0 ]
        has "wrote 5 rows × 4 columns to out.$ending"
        tarn import -q "out.$ending" --name "from_$ending"
        [ "$(value "SELECT count(*) FROM from_$ending WHERE id BETWEEN 1 AND 5")" = 5 ]
    done
    run --separate-stderr tarn sql 'SELECT 1' -o out.csv --no-clobber
    fails 1 out.csv
    tarn sql 'SELECT 1 AS one' -o out.csv -q --force
    [ "$(cat out.csv)" = $'one\n1' ]
    tarn sql 'FROM orders' -o out.parquet --json | jq -e '.rows == 5 and .format == "parquet" and .bytes > 0'
    run --separate-stderr tarn sql 'SELECT 1' -o out.csv --format table
    fails 2 "--format table"
    run --separate-stderr tarn sql 'SELECT 1' -o nowhere/out.csv
    fails 1 nowhere/out.csv
    run --separate-stderr tarn sql 'SELECT 1' -o out.xyz
    fails 1 out.xyz
    [ ! -e out.xyz ]
}

@test "a failing query leaves no file" {
    orders
    run --separate-stderr tarn sql 'SELECT CAST(note AS BIGINT) FROM orders' -o out.csv
    [ "$status" -eq 1 ]
    [ ! -e out.csv ]
    [ -z "$(ls | grep -v '^orders.csv$')" ]
}

@test "--into keeps the result as a table" {
    orders
    run tarn sql 'SELECT city, amount FROM orders WHERE amount > 0' --into positive
    [ "$status" -eq 0 ]
    [ "$(value 'SELECT count(*) FROM positive')" = 4 ]
    run --separate-stderr tarn sql 'SELECT 1' --into positive
    fails 1 positive
    tarn sql 'SELECT city, amount FROM orders WHERE amount < 0' --into positive --append --json | jq -e '.table == "positive" and .version == 2'
    [ "$(value 'SELECT count(*) FROM positive')" = 5 ]
    tarn sql 'SELECT 1 AS one' --into positive --replace -q
    [ "$(tarn show positive --json | jq -c .)" = '[{"one":1}]' ]
    tarn undo -q positive
    [ "$(value 'SELECT count(*) FROM positive')" = 5 ]
    run --separate-stderr tarn sql 'SELECT 1' --into x --replace --append
    fails 2 "exclude each other"
    run --separate-stderr tarn sql 'SELECT 1' --replace
    fails 2 "go with --into"
    run --separate-stderr tarn sql 'SELECT 1' --into x -o y.csv
    fails 2 "--into"
}

@test "rows of a table: all when it is no terminal, -n limits" {
    tarn init -q
    run tarn sql 'SELECT range AS n FROM range(5000)'
    [ "$status" -eq 0 ]
    has "5,000 rows · 1 column"
    [ "${#lines[@]}" -eq 5004 ]
    run tarn sql 'SELECT range AS n FROM range(5000)' -n 3
    has "the first 3 rows; there are more (-n ROWS, or --all)"
    run tarn sql 'SELECT range AS n FROM range(3)' -n 3
    has "3 rows · 1 column"
    run --separate-stderr tarn sql 'SELECT 1' -n 3 --format csv
    fails 2 "LIMIT"
}

@test "SQL that cannot be parsed, bound or run: one message, and nothing changed" {
    orders
    before=$(fingerprint)
    for query in 'SELEC 1' 'SELECT nope FROM orders' 'FROM nosuch' 'SELECT CAST(city AS BIGINT) FROM orders' '' ';' \
        'SELECT 1; SELECT 2' "SELECT error('on purpose')"; do
        run --separate-stderr tarn sql "$query"
        fails 1 "tarn: sql:"
        run --separate-stderr tarn sql "$query" --format csv
        fails 1 "tarn: sql:"
    done
    run --separate-stderr tarn sql 'SELECT nope FROM orders' --json
    [ "$status" -eq 1 ]
    [ "$(jq -r .error.code <<<"$stderr")" = TARN_E_SQL ]
    [ "$(fingerprint)" = "$before" ]
}

@test "statements that change or reach out are refused, naming what to use instead" {
    orders
    echo secret >secret.csv
    before=$(fingerprint)
    while IFS= read -r query; do
        run --separate-stderr tarn sql "$query"
        fails 1 "tarn: sql:"
        lacks secret
    done <<'SQL'
CREATE TABLE t AS SELECT 1
INSERT INTO orders VALUES (6, 'x', 1, 'y')
UPDATE orders SET city = 'x'
DELETE FROM orders
DROP TABLE orders
ALTER TABLE orders ADD COLUMN x INTEGER
ATTACH ':memory:' AS m
COPY orders TO 'stolen.csv'
COPY (SELECT 1) TO 'stolen.csv'
EXPORT DATABASE 'stolen'
SET memory_limit = '1TB'
SET enable_external_access = true
PRAGMA database_list
CALL pragma_version()
LOAD httpfs
INSTALL httpfs
SELECT * FROM read_csv('secret.csv')
SELECT * FROM read_text('secret.csv')
FROM 'secret.csv'
SELECT * FROM glob('*')
SELECT * FROM enable_logging('QueryLog', storage = 'file')
SELECT * FROM duckdb_settings()
BEGIN TRANSACTION
PREPARE p AS SELECT 1
SQL
    [ ! -e stolen.csv ]
    [ ! -e stolen ]
    [ "$(fingerprint)" = "$before" ]
}

@test "formats for programs go through pipes" {
    orders
    tarn sql 'FROM orders' --format parquet | tarn import -q - --name again
    [ "$(value 'SELECT count(*) FROM again')" = 5 ]
    tarn sql 'FROM orders' --format arrow-stream | tarn import -q - --name more
    [ "$(value 'SELECT sum(id) FROM more')" = 15 ]
}

@test "sql --into --append: columns become wider where the rows need it, exactly" {
    tarn init -q
    printf 'id,v,d\n1,9007199254740993,2024-01-01\n' >a.csv
    tarn import -q a.csv --name t
    run tarn sql "select 2 as id, 7.0::double as v" --into t --append
    has "changed"
    run tarn sql "select 3 as id, 2.5 as v, timestamp '2024-01-02 12:00' as d" --into t --append
    has "v became DECIMAL(21,1) (was BIGINT), d became TIMESTAMP (was DATE)"
    run tarn sql "select sum(id) as id, 2.125 as v from t" --into t --append
    has "v became DECIMAL(23,3) (was DECIMAL(21,1))"
    run tarn sql "select v::varchar from t order by v" --format csv
    has "9007199254740993.000"
    has "2.125"
    run tarn sql "select 'a' as id" --into t --append
    has "id became VARCHAR (was BIGINT)"
    printf 'v\n9007199254740993\n' >b.csv
    tarn import -q b.csv --name b
    run tarn sql "select 0.5::double as v" --into b --append
    [ "$status" -ne 0 ]
    has "stack table=NAME"
    [ -z "$(ls .tarn/tmp)" ]
}
