#!/usr/bin/env bats
# Columns that are mapped, keys that are chosen, changes cell by cell, and what a terminal gets.
load support

# The same people twice, under other names of columns and other types.
people() {
    printf 'ref,town,n,born\n1,Paris,1,2020-01-01\n2,Rome,2,2020-01-02\n3,Oslo,3,unknown\n4,Bonn,4,2020-01-04\n' >a.csv
    printf 'n,id,city,born\n4.5,4,Bonn,2020-01-04\n2.0,2,roma,2020-01-02\n3.0,3,Oslo,2020-01-03\n5.0,5,Wien,\n' >b.csv
    tarn init -q
    tarn import -q a.csv b.csv
}

@test "columns are mapped on request" {
    people
    run tarn diff a b --map ref=id --map town=city
    has "column ref is compared with id"
    has "Rome → roma"
    has "1 row added, 1 removed, 3 modified (3 cells)"
    lacks "was added"
    tarn diff a b --map ref=id --map town=city --key ref --json | jq -e '.keys == ["id"] and (.key_chosen | not)
        and ([.columns[] | select(.mapped) | [.before, .after, .change]] == [["ref","id",null],["town","city",null]])'
    [ "$(value "SELECT count(*) FROM tarn_diff('a', 'b', map := ['ref=id', 'town=city'], key := 'id')")" = 5 ]
    run --separate-stderr tarn diff a b --map ref=nosuch
    fails 1 nosuch
    run --separate-stderr tarn diff a b --map nosuch=id
    fails 1 nosuch
    run --separate-stderr tarn diff a b --map ref=id --map town=id
    fails 1 "mapped already"
    run --separate-stderr tarn diff a b --map ref
    fails 2 "A=B"
    run --separate-stderr tarn sql "FROM tarn_diff('a', 'b', map := 'ref')"
    fails 1 "before=after"
}

@test "text against something else is compared as text, and that is said" {
    people
    run tarn diff a b --map ref=id --key id
    has "column born: utf8 before, date32 after: compared as text"
    has "column n: type int64 became float64"
    has "unknown → 2020-01-03"
    tarn diff a b --map ref=id --json | jq -e '[.columns[] | select(.compared_as_text) | .after] == ["born"]'
    printf 'k,v\n1,007\n2,8\n' >c.csv
    tarn import -q c.csv --type v=VARCHAR
    printf 'k,v\n1,7\n2,8\n' >d.csv
    tarn import -q d.csv
    tarn diff c d --key k --json | jq -e '.rows.modified == 1 and .changes[0].before.v == "007" and .changes[0].after.v == 7'
}

@test "two columns together are the key when no one is" {
    printf 'y,m,v\n1,1,a\n1,2,b\n2,1,c\n2,2,d\n' >a.csv
    printf 'y,m,v\n1,1,a\n1,2,B\n2,1,c\n2,2,d\n2,3,d\n' >b.csv
    tarn init -q
    tarn import -q a.csv b.csv
    run tarn diff a b --leave-out v
    has "matched by y, m, which together have different values in every row"
    has "1 row added, 0 removed, 0 modified"
    printf 'v\nx\nx\ny\n' >c.csv
    printf 'v\nx\nx\nz\n' >d.csv
    tarn import -q c.csv d.csv
    run --separate-stderr tarn diff c d
    fails 1 "--key" '"v" comes nearest: it leaves 4 of the rows alike'
    printf 'w\nx\n' >e.csv
    tarn import -q e.csv
    run --separate-stderr tarn diff c e
    fails 1 "--map"
}

@test "a row for each changed cell" {
    people
    run tarn diff a b --map ref=id --map town=city --layout changes --format csv
    [ "${lines[0]}" = change,row_before,row_after,id,column,before,after ]
    [ "${lines[1]}" = modified,3,0,4,n,4,4.5 ]
    [ "${lines[4]}" = added,,3,5,n,,5.0 ]
    [ "${#lines[@]}" -eq 10 ]
    tarn diff a b --map ref=id --map town=city --layout changes -o changes.arrow -q
    tarn import -q changes.arrow
    [ "$(value "SELECT count(*) FROM changes WHERE change = 'modified' AND \"before\" IS DISTINCT FROM \"after\"")" = 3 ]
    tarn diff a b --map ref=id --layout side-by-side --format ndjson -n 1 | jq -e '."after.n" == 4.5'
    run --separate-stderr tarn diff a b --layout changes
    fails 2 "--format"
}

# What the words show on a terminal of 100 columns.
on_terminal() {
    TERM=xterm script -qec "stty cols 100 rows 24; $*" /dev/null </dev/null
}

@test "on a terminal changes are coloured, and go through a pager" {
    orders
    tarn apply -q orders set --column city --set 'expr=trim(city)'
    export TARN_PAGER=cat
    run on_terminal "'$TARN' diff orders@1"
    has $'\e[31m"\e[0m\e[7;31m \e[0m\e[31mRome"\e[0m → \e[32m"\e[0m\e[32mRome"'
    run on_terminal "NO_COLOR=1 '$TARN' diff orders@1"
    lacks $'\e['
    has '" Rome" → "Rome"'
    run tarn diff orders@1
    lacks $'\e['
    export TARN_PAGER="sed s/^/paged:/"
    run on_terminal "'$TARN' diff orders@1"
    has paged:
    run on_terminal "'$TARN' diff orders@1 --no-pager"
    lacks paged:
    run on_terminal "'$TARN' diff orders@1 --json"
    lacks paged:
    run tarn diff orders@1
    lacks paged:
}

@test "leaving the pager early is no failure" {
    numbers 50000 >t.csv
    tarn init -q
    tarn import -q t.csv
    tarn apply -q t set --column n --set 'expr=n+1'
    export TARN_PAGER="head -2"
    run on_terminal "'$TARN' diff t@1 -n 50000 --exit-code; echo code \$?"
    has "code 1"
    run on_terminal "'$TARN' diff t@1 -n 50000; echo code \$?"
    has "code 0"
    lacks "annot write"
    lacks "roken"
}
