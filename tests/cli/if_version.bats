#!/usr/bin/env bats
# Changes that are meant for one version of a table.
load support

@test "a change that is meant for another version is refused, with what was done meanwhile" {
    tarn init -q
    printf 'id,name\n1, anna \n2,bob\n' >t.csv
    tarn import t.csv -q
    USER=anna tarn apply t trim --column name --if-version 1 -q
    run tarn apply t upper --column name --if-version 1
    [ "$status" -eq 1 ]
    has "t has version 2 by now, not 1: meanwhile trim by anna (version 2)"
    tarn show t@2 --json | jq -e '.[0].name == "anna"'
    tarn apply t upper --column name --if-version 2 --json | jq -e '.version == 3'
    run tarn apply t upper --column name --if-version 0
    [ "$status" -eq 2 ]
}
