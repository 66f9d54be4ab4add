#!/usr/bin/env bats
# What is said of what was done, and of what cannot be done: numbers that are true, the place, and a remedy.
load support

@test "cast: how many values did not fit, and what became of them" {
    printf 'n,m\n1,x\n2x,4\n,y\n١,5\n40.0,\n' >t.csv
    tarn init -q
    tarn import -q t.csv
    run tarn apply t cast -c n -c m --set type=integer --set policy=null
    has 'changed 8 cells in 5 rows; 2 values of "n" that do not fit integer became null; 2 values of "m" that do not fit integer became null'
    [ "$(value "SELECT string_agg(coalesce(n::VARCHAR, '-'), ' ' ORDER BY _tarn_id) FROM tarn_rows('t')")" = "1 - - - 40" ]
    tarn undo -q t
    run tarn apply t cast -c n --set type=integer --set policy=text
    has 'changed 1 cell in 1 row; 2 values of "n" that do not fit integer stayed as they were'
    tarn undo -q t
    run --separate-stderr tarn apply t cast -c n --set type=integer
    fails 1 '2 values of "n" do not fit integer (row id 1: "2x", row id 3: "١")' "policy=null"
    tarn apply -q t filter --set "where=n = '1' OR n IS NULL"
    run tarn apply t cast -c n --set type=integer --set policy=null
    lacks "became null"
}

@test "standardize-date: the order that was concluded, and what is no date" {
    printf 'd\n01/02/2003\n13/02/2003\nFeb 30 2003\n2003-02-01\n' >t.csv
    tarn init -q
    tarn import -q t.csv
    run tarn apply t standardize-date -c d --set policy=null
    has '"d" was read as day, month, year, as its values tell; 1 value of "d" that is no date became null'
    [ "$(value "SELECT string_agg(coalesce(d::VARCHAR, '-'), ' ') FROM t")" = "2003-02-01 2003-02-13 - 2003-02-01" ]
    tarn undo -q t
    run tarn apply t standardize-date -c d --set policy=text --set order=dmy
    has '1 value of "d" that is no date stayed as it was'
    lacks "was read as"
    printf 'd\n2003-02-01\n2004-02-01\n' >u.csv
    tarn import -q u.csv --type d=VARCHAR
    run tarn apply u standardize-date -c d
    lacks "was read as"
}

@test "pivot: texts and days have no sum" {
    printf 'k,g,v,d\na,1,x,2020-01-01\nb,1,y,2020-01-02\n' >t.csv
    tarn init -q
    tarn import -q t.csv
    run --separate-stderr tarn apply t pivot -c k --set value=v --set group=g
    fails 1 '"v" has texts, of which there is no sum' "agg=count" cast
    run --separate-stderr tarn apply t pivot -c k --set value=d --set group=g
    fails 1 '"d" has dates or times' "agg=count"
    tarn apply -q t pivot -c k --set value=d --set group=g --set agg=max
    tarn show t --json | jq -e '. == [{"g": 1, "a": "2020-01-01", "b": "2020-01-02"}]'
}

@test "join: partners, and which table it is that lacks a column" {
    printf 'id,k\n1,a\n2,b\n3,\n4,a\n' >l.csv
    printf 'k,w\na,1\nA ,2\nz,3\n' >r.csv
    tarn init -q
    tarn import -q l.csv r.csv
    run tarn apply l join --set table=r --set on=k --set clean=true
    has "the table now has 6 rows; 2 rows without a partner; 2 rows with several partners, once for each"
    tarn undo -q l
    run tarn apply l join --set table=r --set on=k
    has "the table now has 4 rows; 2 rows without a partner"
    lacks "several"
    tarn undo -q l
    run --separate-stderr tarn apply l join --set table=r --set on=id
    fails 1 'in the other table: there is no column "id": there are k, w'
    run --separate-stderr tarn apply l join --set table=r --set on=k=zzzzzzz
    fails 1 'in the other table: there is no column "zzzzzzz"'
    run --separate-stderr tarn apply l trim -c nothing
    fails 1 'there is no column "nothing": there are id, k'
}

@test "values that fit no column: the row they were meant for" {
    orders
    run --separate-stderr tarn apply orders edit-many --set row=1 --set column=id --set $'block=7\tOslo\t1\n8\tRome\tx'
    fails 1 'row id 2: "x" is not a value of column "amount"'
    run --separate-stderr tarn apply orders insert --set 'values=[{"id": 9}, {"id": "x"}]'
    fails 1 'row 2 of values: "x" is not a value of column "id"'
    run --separate-stderr tarn apply orders edit-many --set row=1 --set column=id --set $'block=7\tOslo\n8'
    fails 1 "row 2 of the block has 1 cell, the rows before it have 2"
}

@test "columns that are added: the cells that have something in them" {
    orders
    tarn apply orders duplicate -c city --json | jq -e '.cells_changed == 4'
    tarn apply orders add-column --set name=one --set 'expr=amount' --json | jq -e '.cells_changed == 5'
    tarn apply orders edit -c one --set row=0 --json | jq -e '.cells_changed == 1'
    tarn apply orders duplicate -c one --json | jq -e '.cells_changed == 4'
}

@test "columns of another type: the commands that give them theirs" {
    orders
    run --separate-stderr tarn apply orders shift-date -c note --set amount=1
    fails 1 '"note" has type utf8' "of type date" "(standardize-date or cast)"
    run --separate-stderr tarn apply orders round -c note
    fails 1 "of type number" "(unformat-currency or cast)"
    run tarn apply orders trim -c id
    has "of type text"
    lacks "(cast)"
    run tarn apply orders uppercase -c note --preview 1
    has "the first cell that would change; orders is as it was"
}

@test "expressions that are cut off" {
    orders
    for command in "delete --set where=id>" "set --column id --set expr=abs(" "filter --set where=(id"; do
        # shellcheck disable=SC2086 # words
        run --separate-stderr tarn apply orders $command
        fails 1 "the expression ends where something has to follow"
    done
    run --separate-stderr tarn apply orders delete --set 'where=id > 1)'
    fails 1 "syntax error" "closes a bracket that none opened"
}

@test "audit TABLE: also when gc has removed the table" {
    orders
    tarn apply -q orders drop -c note
    tarn drop -q orders
    tarn gc -q
    tarn audit orders --json | jq -e 'map(.event) == ["import", "command", "drop"]'
    run --separate-stderr tarn audit ordesr
    fails 1 'no table "ordesr"'
    run tarn audit --detail 2
    has "the row detail is gone: gc removed version 1 of orders"
}

@test "a recipe counts what its steps changed together" {
    orders
    printf '{"tarn_recipe": 1, "steps": [{"command": "trim", "parameters": {"column": ["city", "note"]}},
        {"command": "uppercase", "parameters": {"column": ["city"]}},
        {"command": "delete", "parameters": {"where": "id = 5"}}]}' >clean.json
    tarn recipe import -q clean.json
    tarn recipe run clean orders --json | jq -e '.rows_changed == 4 and .cells_changed == 3'
    tarn audit --json -n 1 | jq -e '.[0] | .event == "recipe" and .rows_changed == 4 and .cells_changed == 3'
    tarn undo -q orders
    tarn recipe run clean orders --each-step --json | jq -e '.rows_changed == 4 and .cells_changed == 3'
}

@test "Ctrl-C while a recipe runs: nothing of it is left" {
    orders
    printf '{"tarn_recipe": 1, "steps": [{"command": "uppercase", "parameters": {"column": ["city"]}},
        {"command": "query", "parameters": {"sql": "SELECT id, city, (SELECT count(*) FROM range(100000000000) AS r(n) WHERE n > o.id) AS n FROM orders AS o"}}]}' >endless.json
    tarn recipe import -q endless.json
    before=$(tarn show orders --json)
    for each in --one-step --each-step; do
        env --default-signal=INT "$TARN" recipe run endless orders "$each" 2>err &
        runner=$!
        until grep -qs "process $runner " .tarn/lock; do kill -0 "$runner"; done
        kill -INT "$runner"
        code=0
        wait "$runner" || code=$?
        [ "$code" -eq 130 ]
        [ "$(cat err)" = "tarn: recipe: cancelled" ]
        [ "$(tarn show orders --json)" = "$before" ]
        tarn tables --json | jq -e '.[0].version == 1'
        tarn verify
    done
    tarn log orders --json | jq -e 'map(select(.version == 1)) | length == 1'
    [ -z "$(ls .tarn/tmp)" ]
}

@test "cluster takes its column as the other commands do" {
    orders
    tarn cluster orders -c city --json >/dev/null
}

@test "cluster: one of very many spellings is cut, and says so; as JSON it is whole" {
    tarn init -q
    tarn sql -q "SELECT 'Customer ' || lpad(n::VARCHAR, 3, '0') AS name FROM range(100) AS r(n)" --into t
    run tarn cluster t -c name --method levenshtein-digits
    has "… and 60 more; --json lists all"
    has "1 cluster in 100 different texts"
    [ "$(grep -c '1 × "Customer' <<<"$output")" -eq 40 ]
    tarn cluster t -c name --method levenshtein-digits --json | grep -o '"Customer ...' | sort -u | wc -l | grep -qx 100
}

@test "a command is named once" {
    printf 'id,name\n1,Jon\n2,John\n' >p.csv
    printf '{"tarn_recipe": 1, "steps": [{"command": "trim", "parameters": {"column": "nam"}}]}' >typo.json
    printf '{"tarn_recipe": 1, "steps": [{"command": "clamp", "parameters": {"column": "id"}}]}' >empty.json
    tarn init -q
    tarn import -q p.csv
    tarn recipe import -q typo.json
    tarn recipe import -q empty.json
    run --separate-stderr tarn match p -c nam
    [ "$stderr" = 'tarn: match: there is no column "nam": did you mean "name"?' ]
    run --separate-stderr tarn match p -c name --threshold 7
    [ "$stderr" = "tarn: match: threshold must be from 0.01 to 1, not 7" ]
    run --separate-stderr tarn apply p merge -c nam
    [ "$stderr" = 'tarn: apply: merge: there is no column "nam": did you mean "name"?' ]
    run --separate-stderr tarn recipe run typo p
    [ "$stderr" = 'tarn: recipe: step 1 of 1: trim: there is no column "nam": did you mean "name"?' ]
    run --separate-stderr tarn recipe run empty p
    [ "$stderr" = "tarn: recipe: step 1 of 1: clamp needs --set min=…, --set max=… or both" ]
}

# Names, cells and file names that would set a terminal's title, colour it, or turn the direction of what follows.
hostile_files() {
    esc=$'\e]0;owned\a' c1=$'\xc2\x9b31m' turn=$'\xe2\x80\xae'
    printf 'a%sx,b\n1,%s\n2,y%s\n' "$turn" "$c1" "$c1" >"h$esc.csv"
    printf '[{"k\\u001b]0;owned\\u0007":"v\\u001b[2J"},{"k\\u001b]0;owned\\u0007":"w"}]' >e.json
}

# Nothing that `run` saw moves a cursor or hides.
shows_no_control() {
    [[ $output != *$'\e'* && $output != *$'\a'* && $output != *$'\xc2\x9b'* && $output != *$'\xe2\x80\xae'* ]] || {
        printf '%q\n' "$output" >&2
        return 1
    }
}

@test "no name, cell or file name reaches the terminal as it is" {
    hostile_files
    tarn init -q
    run tarn import "h$esc.csv" --name h
    [ "$status" -eq 0 ]
    shows_no_control
    run tarn import e.json
    [ "$status" -eq 0 ]
    shows_no_control
    has 'k\x1b]0;owned\x07'
    tarn apply -q e edit -c "k$esc" --set row=0 --set "value=$esc"
    tarn recipe save -q r e
    local line
    while read -r line; do
        eval "run tarn $line"
        shows_no_control
    done <<'CALLS'
apply e cast -c "k$esc" --set type=INTEGER
apply e trim -c "k$esc"
apply e "no$esc" -c x
apply e edit -c "k$esc" --set row=1 --set value=z --preview
"no$esc"
import "missing$esc.csv"
import "h$esc.csv" --name "n$esc"
import e.json --name "a@$esc"
show "t$esc"
show e --columns "c$esc"
sql "SELECT COLUMNS(*)::INT FROM e"
sql "SELECT '$esc$c1'"
sql "nonsense $esc"
sql "EXPLAIN SELECT '$esc'"
schema e
log e
audit
audit --text
audit --detail 3
cluster e -c "k$esc"
diff e@1 e@2
diff e@1 e@2 --summary
diff e h --key "k$esc"
recipe show r
recipe run r h
export e "no/such$esc/x.csv"
export e "out$esc.csv"
init "f$esc"
rename e "e$turn"
-C "nowhere$esc" tables
--no-such-option"$esc" show e
show e -n "$esc"
help "trim$esc"
commands "no$esc"
verify
CALLS
}
