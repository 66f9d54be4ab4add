#!/usr/bin/env bats
# Rows of a table, filtered and sorted without changing it.
load support

@test "show: where and sort" {
    tarn init -q
    printf 'id,name\n1,b\n2,a\n3,\n4,c\n' >t.csv
    tarn import t.csv -q
    tarn show t --where 'id > 1' --sort -name --json | jq -e 'map(.id) == [4, 2, 3]'
    tarn show t --sort name --sort -id -n 2 --offset 1 --json | jq -e 'map(.id) == [1, 4]'
    run tarn show t --where "name = 'a'"
    has "rows 1–1 of 1 among 4"
    run tarn show t --where "nosuch = 1"
    [ "$status" -eq 1 ]
    has "nosuch"
    run tarn show t --sort nam
    [ "$status" -eq 1 ]
    has "did you mean \"name\"?"
    tarn log t --json | jq -e 'length == 1'
}
