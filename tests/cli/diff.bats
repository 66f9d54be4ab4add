#!/usr/bin/env bats
# What differs between versions and tables.
load support

@test "a table alone is compared with its version before, a version with the present one" {
    versions
    run tarn diff orders
    [ "$status" -eq 0 ]
    has "orders@4 → orders@5"
    has "0 rows added, 1 removed, 0 modified (0 cells)"
    [ "$(grep -c '^-  ' <<<"$output")" -eq 1 ]
    run tarn diff orders@1
    has "orders@1 → orders@5"
    has "column amount became total"
    has '" Rome" → "Rome"'
    has 'a "quoted" one → x'
    has "0 rows added, 1 removed, 2 modified (2 cells)"
    run tarn diff orders orders@1
    has "1 row added, 0 removed, 2 modified (2 cells)"
    has "column total became amount"
    run tarn diff orders@2 orders@2
    has "no difference"
    lacks "added"
}

@test "counts and changes for programs" {
    versions
    tarn diff orders@1 --summary --json | jq -e '.rows == {"added":0,"removed":1,"modified":2} and .cells == 2
        and .before.version == 1 and .after.version == 5 and .keys == null
        and (.columns[] | select(.name == "city") | .modified == 1 and .changes == [{"before":" Rome","after":"Rome","count":1}])
        and (.columns[] | select(.name == "total") | .change == "renamed" and .before == "amount")'
    tarn diff orders@1 --json | jq -e '(.changes | map(.change)) == ["modified","modified","removed"]
        and .changes[0].columns == ["city"] and .changes[0].before.city == " Rome" and .changes[0].after.city == "Rome"
        and .changes[2].after == null and .changes[2].row_after == null and .changes[2].before.amount == 1234567'
    tarn diff orders@1 --stat --json | jq -e '.rows.modified == 2 and (has("changes") | not)'
    [ "$(tarn diff orders@1 --json -n 1 --offset 1 | jq -c '.changes[].columns')" = '["note"]' ]
    [ "$(tarn diff orders@1 --json --only added,removed | jq -c '[.changes[].change]')" = '["removed"]' ]
    [ "$(tarn diff orders@1 --json --column note | jq -c '[.changes[].row_after]')" = '[3]' ]
}

@test "statistics for people" {
    versions
    run tarn diff orders@1 --summary
    has "city: 1 cell, 1 different change of value"
    has '" Rome" → "Rome"  ×1'
    run tarn diff orders@1 --stat
    has "city        1  ~"
    has "2 modified (2 cells)"
    run tarn diff orders@1 -n 1
    has "changes 1–1 are shown"
}

@test "a diff as a file" {
    versions
    run tarn diff orders@1 --format csv --column note
    [ "${lines[0]}" = "change,row_before,row_after,columns,before.id,after.id,before.city,after.city,before.amount,after.total,before.note,after.note" ]
    [ "${lines[1]}" = 'modified,3,3,"[""note""]",4,4,Łódź,Łódź,0.25,0.25,"a ""quoted"" one",x' ]
    run tarn diff orders@1 -o changes.arrow
    has "wrote 3 rows × 13 columns"
    tarn import -q changes.arrow
    [ "$(value 'SELECT string_agg(change, $$ $$) FROM changes')" = "modified modified removed" ]
    run --separate-stderr tarn diff orders@1 -o changes.arrow --no-clobber
    fails 1 changes.arrow
    [ "$(tarn diff orders@1 --format ndjson -n 2 | wc -l)" -eq 2 ]
}

@test "the exit code tells scripts" {
    versions
    run tarn diff orders@1 --exit-code
    [ "$status" -eq 1 ]
    run tarn diff orders@3 orders@3 --exit-code
    [ "$status" -eq 0 ]
    run tarn diff orders@3 orders@4 --exit-code
    [ "$status" -eq 1 ]
    run tarn diff orders@1 --exit-code -q
    [ "$status" -eq 1 ]
    [ -z "$output" ]
}

@test "an undone row and its successor are two rows" {
    printf 'n\n1\n' >t.csv
    tarn init -q
    tarn import -q t.csv
    printf 'n\n2\n' >more.csv
    tarn import -q more.csv --table t --append
    tarn undo -q t
    tarn import -q more.csv --table t --append
    tarn diff t@2 t@3 --json | jq -e '.rows == {"added":1,"removed":1,"modified":0}'
}

@test "comparison rules" {
    versions
    tarn diff orders@1 orders@2 --ignore-space --exit-code
    tarn diff orders@1 orders@2 --leave-out city --exit-code
    tarn apply -q orders set --column total --set 'expr=total + 0.001'
    tarn diff orders --tolerance 0.01 --exit-code
    run tarn diff orders --tolerance 0.0001 --exit-code
    [ "$status" -eq 1 ]
    tarn apply -q orders set --column city --set 'expr=upper(city)'
    tarn diff orders --ignore-case --exit-code
}

# Two files with a key, one of them with other types and another order of columns.
tables() {
    printf 'id,city,n\n1,Paris,1\n2,Rome,2\n3,Oslo,3\n4,Bonn,4\n' >a.csv
    printf 'n,id,city\n4.5,4,Bonn\n2.0,2,roma\n3.0,3,Oslo\n5.0,5,Wien\n' >b.csv
    tarn init -q
    tarn import -q a.csv b.csv
}

@test "two tables by key" {
    tables
    run tarn diff a b --key id
    has "rows matched by id"
    has "column n: type int64 became float64"
    has "Rome → roma"
    has "4 → 4.5"
    has "1 row added, 1 removed, 2 modified (2 cells)"
    tarn diff a b --key id --json | jq -e '.keys == ["id"] and (.key_chosen | not) and .unmatched == 0
        and [.changes[] | [.change, .before.id, .after.id]] == [["modified",4,4],["modified",2,2],["added",null,5],["removed",1,null]]'
    tarn diff a b --key id --tolerance 0.5 --json | jq -e '.rows.modified == 1'
    [ "$(tarn diff b a --key id --json | jq -c .rows)" = '{"added":1,"removed":1,"modified":2}' ]
    run tarn diff a b
    has "the rows have no numbers in common: matched by id, which has a different value in every row; --key names others"
    tarn diff a b --json | jq -e '.keys == ["id"] and .key_chosen'
}

@test "a table that was imported anew is compared by key" {
    tables
    sed 's/Oslo/Bergen/' a.csv >new.csv
    tarn import -q new.csv --table a --replace
    run tarn diff a
    has "a@1 → a@2"
    has "the rows have no numbers in common: matched by id"
    has "Oslo → Bergen"
    has "0 rows added, 0 removed, 1 modified (1 cell)"
}

@test "null and duplicate keys are counted, listed and never joined" {
    printf 'k,v\nx,1\nx,2\ny,3\n,4\nz,5\n' >a.csv
    printf 'k,v\nx,1\ny,4\nz,5\nz,6\n,4\n' >b.csv
    tarn init -q
    tarn import -q a.csv b.csv
    run tarn diff a b --key k
    has "not matched, the key is null: 1 in a@1, 1 in b@1"
    has "not matched, several rows have the key: 3 in a@1, 3 in b@1"
    has "0 rows added, 0 removed, 1 modified (1 cell), 8 not matched"
    [ "$(grep -c '^?' <<<"$output")" -eq 8 ]
    tarn diff a b --key k --json --only unmatched | jq -e '(.changes | length) == 8 and .unmatched == 8
        and .before.null_keys == 1 and .after.duplicate_keys == 3'
    tarn diff a b --key k,v --json | jq -e '.rows == {"added":2,"removed":2,"modified":0} and .unmatched == 2'
    run --separate-stderr tarn diff a b --leave-out v
    fails 1 "--key"
}

@test "keys without their case and space" {
    printf 'k,v\nParis,1\nRome,2\n' >a.csv
    printf 'k,v\n PARIS ,1\nrome,3\n' >b.csv
    tarn init -q
    tarn import -q a.csv b.csv
    tarn diff a b --key k --json | jq -e '.rows == {"added":2,"removed":2,"modified":0}'
    tarn diff a b --key k --ignore-case --ignore-space --json | jq -e '.rows == {"added":0,"removed":0,"modified":1}'
}

@test "what cannot be compared" {
    orders
    run --separate-stderr tarn diff orders
    fails 1 "no version before"
    run --separate-stderr tarn diff nosuch
    fails 1 nosuch
    run --separate-stderr tarn diff orders@1 orders@7
    fails 1 "no version 7"
    run --separate-stderr tarn diff orders@1 --only changed
    fails 2 "not 'changed'"
    run --separate-stderr tarn diff orders@1 --tolerance x
    fails 2 "not 'x'"
    run --separate-stderr tarn diff orders@1 --leave-out nosuch
    fails 1 nosuch
    run --separate-stderr tarn diff orders@1 orders --key nosuch
    fails 1 nosuch
    run --separate-stderr tarn diff orders@1 --column nosuch
    fails 1 nosuch
    run --separate-stderr tarn diff orders@1 --format table -o x
    fails 2 "csv, json"
    run --separate-stderr tarn diff orders@1 --summary --format csv
    fails 2 "--json"
}

@test "a comparison in a file is applied to another table" {
    tarn init -q
    printf 'id,city,n\n1,Rome,10\n2,Oslo,20\n3,Bern,30\n' >a.csv
    printf 'id,city,n,note\n4,Kyiv,40,new\n3,Bern,31,\n1,Roma,10,x\n' >b.csv
    printf 'n,id,city,more\n30,3,Bern,c\n10,1,Rome,a\n20,2,Oslo,b\n50,5,Lima,e\n' >other.csv
    tarn import -q a.csv b.csv other.csv
    run tarn diff a b --key id -o d.arrow
    [ "$status" -eq 0 ]
    run tarn apply other patch --from d.arrow --preview
    [ "$status" -eq 0 ]
    has "city: Rome → Roma"
    has "would change 2 rows, add 1 row, remove 1 row"
    run tarn apply other patch --from d.arrow
    [ "$status" -eq 0 ]
    has "changed 3 cells in 2 rows, added 1 row, removed 1 row"
    tarn show other --json | jq -ec '. == [{"n":31,"id":3,"city":"Bern","note":null,"more":"c"},{"n":10,"id":1,"city":"Roma","note":"x","more":"a"},
        {"n":50,"id":5,"city":"Lima","note":null,"more":"e"},{"n":40,"id":4,"city":"Kyiv","note":"new","more":null}]'
    tarn audit other --json | jq -e '[.. | .parameters? // empty | .from? // empty] | index("d.arrow") != null'
    tarn undo -q other
    run tarn diff other@1 other
    has "no difference"
}

@test "conflicts are listed, and nothing is done unless asked for" {
    tarn init -q
    printf 'id,city\n1,Rome\n2,Oslo\n3,Bern\n' >a.csv
    printf 'id,city\n1,Roma\n3,Berne\n4,Kyiv\n' >b.csv
    printf 'id,city\n1,Paris\n4,Lviv\n3,Bern\n' >other.csv
    tarn import -q a.csv b.csv other.csv
    tarn diff a b --key id -q -o d.arrow
    run tarn apply other patch --from d.arrow
    [ "$status" -eq 1 ]
    has "3 changes do not fit the table, and nothing was changed (id=1: city is Paris, not Rome; id=4: the row to add is there already; id=2: no such row)"
    run tarn apply other patch --from d.arrow --preview --json
    [ "$status" -eq 0 ]
    jq -e '.shown == "conflicts" and .complete and (.rows | length) == 3 and .rows[0].row == "id=1"' <<<"$output"
    run tarn diff other@1 other
    has "no difference"
    run tarn apply other patch --from d.arrow --set conflicts=skip
    has "changed 1 cell in 1 row, added 0 rows, removed 0 rows; left out 3 conflicts"
    tarn undo -q other
    tarn apply other patch --from d.arrow --set conflicts=theirs
    run tarn diff b other --key id --exit-code
    [ "$status" -eq 0 ]
}

@test "by row number, rows go where they went" {
    versions
    tarn apply -q orders sort --column id --set direction=desc
    tarn diff orders@1 orders -q -o d.arrow
    tarn export -q orders wanted.csv
    tarn checkout -q orders@1
    run tarn apply orders patch --from d.arrow
    [ "$status" -eq 0 ]
    tarn export -q orders is.csv
    cmp wanted.csv is.csv
}

@test "what is no comparison is refused as a patch" {
    orders
    for file in nosuch.arrow orders.csv; do
        run tarn apply orders patch --from "$file"
        [ "$status" -eq 1 ]
        has "$file"
    done
    tarn export -q orders plain.arrow
    run tarn apply orders patch --from plain.arrow
    [ "$status" -eq 1 ]
    has "plain.arrow is no comparison as tarn diff writes it"
    run tarn apply orders patch
    [ "$status" -eq 1 ]
    has "from"
}
