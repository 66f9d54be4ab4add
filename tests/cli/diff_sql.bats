#!/usr/bin/env bats
# tarn_diff() in queries.
load support

@test "the changes between two versions are a relation" {
    versions
    [ "$(value "SELECT string_agg(change || ':' || coalesce(row_after, -1), ' ') FROM tarn_diff('orders@1', 'orders')")" = "modified:1 modified:3 removed:-1" ]
    [ "$(value "SELECT \"before.city\" || '>' || \"after.city\" FROM tarn_diff('orders@1', 'orders') WHERE list_contains(columns, 'city')")" = ' Rome>Rome' ]
    [ "$(value "SELECT count(*) FROM tarn_diff('orders', 'orders')")" = 0 ]
    [ "$(value "SELECT typeof(\"before.id\") || typeof(\"after.total\") || typeof(columns) FROM tarn_diff('orders~2', 'orders') LIMIT 1")" = 'BIGINTDOUBLEVARCHAR[]' ]
    run tarn sql "DESCRIBE FROM tarn_diff('orders@1', 'orders')"
    has "before.amount"
    has "after.total"
}

@test "it takes part in joins, aggregates and subqueries, and in tables that are kept" {
    versions
    [ "$(value "SELECT string_agg(o.id, '+' ORDER BY o.id) FROM tarn_diff('orders@1', 'orders') d JOIN orders o ON o.id = d.\"after.id\"")" = '2+4' ]
    [ "$(tarn sql --format csv "SELECT change, count(*) FROM tarn_diff('orders@1', 'orders') GROUP BY ALL ORDER BY ALL" | tail -n +2 | tr '\n' ' ')" = 'modified,2 removed,1 ' ]
    [ "$(value "SELECT (SELECT count(*) FROM tarn_diff('orders@1', 'orders')) + (SELECT count(*) FROM tarn_diff('orders', 'orders@1'))")" = 6 ]
    tarn sql -q "FROM tarn_diff('orders@1', 'orders')" --into changes
    [ "$(value 'SELECT count("before.city") FROM changes')" = 3 ]
    run tarn sql "EXPLAIN SELECT \"after.city\" FROM tarn_diff('orders@1', 'orders')"
    has TARN_DIFF
    has after.city
    lacks before.city
}

@test "keys and rules are named parameters" {
    printf 'k,v,w\na,1,x\nb,2,y\nc,3,z\n' >a.csv
    printf 'k,v,w\nB,2.25,y\nc,3,Z\nd,4,q\n' >b.csv
    tarn init -q
    tarn import -q a.csv b.csv
    count() {
        tarn sql --format csv "SELECT change, count(*) FROM tarn_diff('a', 'b', $1) GROUP BY ALL ORDER BY ALL" | tail -n +2 | tr '\n' ' '
    }
    [ "$(count "key := 'k'")" = 'added,2 modified,1 removed,2 ' ]
    [ "$(count "key := ['k', 'w']")" = 'added,3 removed,3 ' ]
    [ "$(count "key := 'k', ignore_case := true")" = 'added,1 modified,1 removed,1 ' ]
    [ "$(count "key := 'k', ignore_case := true, tolerance := 0.5")" = 'added,1 removed,1 ' ]
    [ "$(count "key := 'k', leave_out := ['w']")" = 'added,2 removed,2 ' ]
    tarn sql --format csv "FROM tarn_diff('a', 'b', key := 'k', leave_out := 'w')" | head -1 >header
    run cat header
    has before.v
    lacks before.w
}

@test "what is wrong with a call is said" {
    versions
    printf 'k\n1\n1\n' >d.csv
    tarn import -q d.csv
    run --separate-stderr tarn sql "FROM tarn_diff('orders@1', 'order')"
    fails 1 "no table named order" "orders"
    run --separate-stderr tarn sql "FROM tarn_diff('orders@1', 'orders@77')"
    fails 1 "version 77"
    run --separate-stderr tarn sql "FROM tarn_diff('d', 'd', key := 'nosuch')"
    fails 1 nosuch
    tarn sql -q 'SELECT 1 AS k UNION ALL SELECT 1' --into e
    run --separate-stderr tarn sql "FROM tarn_diff('d', 'e')"
    fails 1 "no column has a different value in every row"
    run --separate-stderr tarn sql "FROM tarn_diff('d', NULL)"
    fails 1 "not NULL"
    run --separate-stderr tarn sql "FROM tarn_diff('orders@1', 'orders', tolerance := -1)"
    fails 1 "at least 0"
    run --separate-stderr tarn sql "FROM tarn_diff('orders@1', 'orders', ignore_case := 'perhaps')"
    fails 1 "true or false"
    run --separate-stderr tarn sql "FROM tarn_diff('orders@1', 'orders', key := ['id', NULL])"
    fails 1 "NULL"
    run --separate-stderr tarn sql "SELECT before.city FROM tarn_diff('orders@1', 'orders')"
    fails 1 '"before.NAME"'
    run --separate-stderr tarn sql "SELECT tarn_diff('orders@1', 'orders')"
    [ "$status" -eq 1 ]
}

@test "many changes come once each, on several threads, in their order" {
    tarn init -q
    tarn sql -q "SELECT i AS id, 'text number ' || i AS t FROM range(300000) r(i)" --into many
    tarn apply -q many set --column t --set "expr=upper(t)"
    [ "$(value "SELECT count(*) || ' ' || count(DISTINCT \"after.t\") || ' ' || sum(\"before.id\") FROM tarn_diff('many@1', 'many')")" = "300000 300000 44999850000" ]
    [ "$(value "SELECT count(*) FROM (SELECT row_after, lag(row_after) OVER () p FROM tarn_diff('many@1', 'many')) WHERE p >= row_after")" = 0 ]
    [ "$(value "SELECT count(*) FROM tarn_diff('many@1', 'many') d JOIN many m ON m.t = d.\"after.t\"")" = 300000 ]
}
