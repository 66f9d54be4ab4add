#!/usr/bin/env bats
# Changing tables, and going back and forth.
load support

@test "commands: all of them, and one with its parameters" {
    run tarn commands
    [ "$status" -eq 0 ]
    for command in set rename drop filter edit sort join; do
        has "  $command"
        tarn commands "$command" --json | jq -e --arg name "$command" '.name == $name and (.parameters | type == "array")'
    done
    tarn commands --json | jq -e 'type == "array" and (map(.name) | index("set"))'
    run tarn commands set
    has "--column C"
    has "--expr SQL"
    run --separate-stderr tarn commands filtr
    fails 1 "did you mean 'filter'?"
}

@test "set: what changed is said, and is one version" {
    orders
    run tarn apply orders set --column city --set 'expr=trim(city)'
    [ "$status" -eq 0 ]
    has "version 1 → 2"
    [ "$(value "SELECT count(*) FROM orders WHERE city = 'Rome'")" = 1 ]
    tarn apply orders set -c amount -s 'expr=amount * 2' --json |
        jq -e '.changed and .before == 2 and .version == 3 and .cells_changed == 5 and .rows_changed == 5 and .rows == 5'
    [ "$(value 'SELECT sum(amount) FROM orders')" = 2465155.5 ] || value 'SELECT sum(amount) FROM orders'
}

@test "a command that changes nothing makes no version" {
    orders
    before=$(fingerprint)
    run tarn apply orders set --column id --set 'expr=id'
    [ "$status" -eq 0 ]
    [ "$output" = "nothing changed; orders stays at version 1" ]
    tarn apply orders filter --set 'where=id > 0' --json | jq -e '.changed == false and .version == 1'
    [ "$(fingerprint)" = "$before" ]
}

@test "filter, rename, drop, edit" {
    orders
    tarn apply orders filter --set 'where=amount > 0' --json | jq -e '.rows == 4 and .rows_changed == 1'
    tarn apply -q orders rename --column city --set to=town
    tarn apply -q orders drop --column note
    tarn schema orders --json | jq -ce '.columns | map(.name) == ["id", "town", "amount"]'
    row=$(tarn show orders --ids --json | jq '.[] | select(.id == 4) | ._tarn_id')
    tarn apply -q orders edit --column town --set "row=$row" --set 'value=Łódź = x'
    tarn show orders --json | jq -e '.[] | select(.id == 4) | .town == "Łódź = x"'
    tarn apply -q orders edit --column town --set "row=$row"
    tarn show orders --json | jq -e '.[] | select(.id == 4) | .town == null'
    tarn apply -q orders edit --column town --set "row=$row" --set value=
    tarn show orders --json | jq -e '.[] | select(.id == 4) | .town == ""'
}

@test "preview shows cells before and after, and changes nothing" {
    orders
    before=$(fingerprint)
    run tarn apply orders set --column city --set 'expr=upper(trim(city))' --preview
    [ "$status" -eq 0 ]
    has '" Rome"'
    has ROME
    has "would change"
    tarn apply orders set --column city --set 'expr=upper(city)' --preview 2 --json |
        jq -e '(.cells | length == 2) and .complete == false and .cells[0] == {"row": 0, "column": "city", "before": "Paris", "after": "PARIS"}'
    tarn apply orders set --column id --set 'expr=id' --preview --json | jq -e '.cells == [] and .complete'
    [ "$(fingerprint)" = "$before" ]
}

@test "wrong commands and parameters" {
    orders
    before=$(fingerprint)
    run --separate-stderr tarn apply orders sett --column city
    fails 1 sett
    run --separate-stderr tarn apply orders set --column nope --set expr=1
    fails 1 nope
    run --separate-stderr tarn apply orders set --column city
    fails 1 expr
    run --separate-stderr tarn apply orders set --column city --set expr=1 --set wrong=1
    fails 1 wrong
    run --separate-stderr tarn apply orders set --column city --set expr
    fails 2 "--set needs KEY=VALUE, not 'expr'"
    run --separate-stderr tarn apply orders set --column city --set 'expr=nope + 1'
    fails 1 nope
    run --separate-stderr tarn apply orders set --column city --set 'expr=sum(id)'
    fails 1 "tarn: apply:"
    run --separate-stderr tarn apply orders set --column city --set 'expr=id) FROM orders; --'
    fails 1 "tarn: apply:"
    run --separate-stderr tarn apply orders edit --column id --set row=0 --set value=abc
    fails 1 abc
    run --separate-stderr tarn apply orders edit --column id --set row=99 --set value=1
    fails 1 99
    run --separate-stderr tarn apply orders rename --column id --set to=CITY
    fails 1 city
    run --separate-stderr tarn apply nosuch set --column city --set expr=1
    fails 1 nosuch
    [ "$(fingerprint)" = "$before" ]
}

@test "undo, redo, checkout" {
    orders
    tarn apply -q orders filter --set 'where=id < 4'
    tarn apply -q orders filter --set 'where=id < 3'
    run tarn undo orders
    [ "$status" -eq 0 ]
    has "orders: version 3 → 2 · 3 rows"
    tarn undo orders --json | jq -e '.table == "orders" and .before == 2 and .version == 1 and .rows == 5'
    run --separate-stderr tarn undo orders
    fails 1 "tarn: undo:"
    tarn redo orders 2 --json | jq -e '.version == 3 and .rows == 2'
    run --separate-stderr tarn redo orders
    fails 1 "tarn: redo:"
    run --separate-stderr tarn undo orders 7
    fails 1 2
    run tarn checkout orders@1
    has "version 3 → 1 · 5 rows"
    [ "$(value 'SELECT count(*) FROM orders')" = 5 ]
    run --separate-stderr tarn checkout orders@8
    fails 1 8
    run --separate-stderr tarn undo nosuch
    fails 1 nosuch
}

@test "a change after an undo begins a new line; the old one stays" {
    orders
    tarn apply -q orders filter --set 'where=id < 4'
    tarn undo -q orders
    tarn apply -q orders filter --set 'where=id < 2'
    run --separate-stderr tarn redo orders
    fails 1 "tarn: redo:"
    run tarn log orders
    has "left by an undo"
    tarn log orders --json | jq -e 'map(.version) == [3, 2, 1] and map(.on_line) == [true, false, true] and map(.head) == [true, false, false]'
    tarn checkout -q orders@2
    [ "$(value 'SELECT count(*) FROM orders')" = 3 ]
}

@test "log: newest first, who and what" {
    orders
    tarn apply -q --user Ada orders set --column city --set 'expr=trim(city)'
    run tarn log orders
    [ "$status" -eq 0 ]
    [[ ${lines[2]} == "●"*2*Ada*"set"*"column=city"*"expr=trim(city)"* ]]
    has "● the present version"
    tarn log orders --json | jq -e '.[0] | .version == 2 and .parent == 1 and .user == "Ada" and .command == "set" and .parameters.expr == "trim(city)" and .cells_changed == 1 and .head'
    tarn log orders --json | jq -e '.[1] | .version == 1 and .parent == null and .kind == "import" and .rows == 5'
    tarn log orders -n 1 --json | jq -e 'length == 1 and .[0].version == 2'
    [[ $(tarn log orders --json | jq -r '.[0].time') =~ ^20[0-9-]+T[0-9:.]+Z$ ]]
    run --separate-stderr tarn log nosuch
    fails 1 nosuch
}

@test "gc: a dry run first; what undo and redo reach stays" {
    orders
    tarn apply -q orders set --column city --set "expr=repeat(coalesce(city, 'x'), 50)"
    tarn undo -q orders
    tarn apply -q orders filter --set 'where=id < 3'
    cp orders.csv gone.csv
    tarn import -q gone.csv
    tarn drop -q gone
    before=$(fingerprint)
    run tarn gc --dry-run
    [ "$status" -eq 0 ]
    has "would remove"
    tarn gc --dry-run --json | jq -e '.dry_run and .versions >= 1 and .tables == 1'
    [ "$(fingerprint)" = "$before" ]
    tarn gc --json | jq -e '.dry_run == false and .versions >= 1 and .tables == 1'
    run tarn gc
    has "nothing to remove"
    run --separate-stderr tarn drop gone --undo
    fails 1 gone
    tarn undo -q orders
    tarn redo -q orders
    run --separate-stderr tarn show orders@2
    fails 1 "version 2"
    tarn verify
}

@test "verify: sound, damaged, set aside" {
    orders
    run tarn verify
    [ "$status" -eq 0 ]
    has "all sound"
    tarn verify --json | jq -e '.sound and .problems == [] and .batches >= 1 and .records >= 1'
}

@test "edit, set and undo of a dictionary column" {
    tarn init -q
    tarn sql "SELECT i AS id, (CASE WHEN i < 2 THEN 'low' ELSE 'high' END)::ENUM('low', 'high') AS level FROM range(4) r(i)" \
        --format arrow >in.arrow
    tarn import -q in.arrow --name t
    tarn schema t --json | jq -e '.columns[1].type == "ENUM"'
    tarn apply -q t edit --column level --set row=0 --set value=high
    tarn apply -q t edit --column level --set row=1 --set value=none # a value that the dictionary lacks
    [ "$(tarn show t --json | jq -c 'map(.level)')" = '["high","none","high","high"]' ]
    [ "$(value "SELECT count(*) FROM t WHERE level = 'high'")" = 3 ]
    tarn schema t --json | jq -e '.columns[1].type == "ENUM"'
    run tarn apply t edit --column level --set row=0 --set value=high
    has "nothing changed"
    for format in csv json ndjson parquet arrow arrow-stream; do
        tarn export -q t "copy.$format" --format "$format"
        tarn import -q "copy.$format" --name copy --replace
        [ "$(tarn export copy - --format csv)" = "$(tarn export t - --format csv)" ]
    done
    tarn undo -q t 2
    [ "$(tarn show t --json | jq -c 'map(.level)')" = '["low","low","high","high"]' ]
    tarn apply -q t set --column level --set "expr=upper(level)"
    [ "$(tarn show t --json | jq -c 'map(.level)')" = '["LOW","LOW","HIGH","HIGH"]' ]
}

@test "set: expressions that give no value per row say what to write instead" {
    orders
    before=$(fingerprint)
    run --separate-stderr tarn apply orders set --column amount --set 'expr=sum(amount)'
    fails 1 "sum(amount)" "OVER ()"
    run --separate-stderr tarn apply orders set --column amount --set 'expr=amount, id'
    fails 1 "gives 2 columns"
    run --separate-stderr tarn apply orders set --column amount --set 'expr=sum(city)'
    fails 1 "sum cannot take (VARCHAR)" "CAST(value AS type)"
    [[ $stderr != *Candidate* ]]
    [ "$(fingerprint)" = "$before" ]
    tarn apply -q orders set --column amount --set 'expr=sum(amount) OVER ()'
    [ "$(value 'SELECT count(DISTINCT amount) FROM orders')" = 1 ]
}

@test "apply: parameters as options, and words without names" {
    printf 'name,city,addr1,addr2,n\n a , x,p ,q ,3\nb,y ,r, s,40\n' >t.csv
    tarn init -q
    tarn import -q t.csv
    run tarn apply t trim name city
    has "changed 3 cells in 2 rows"
    run tarn apply t trim 'ADDR*'
    has "changed 3 cells in 2 rows"
    tarn undo -q t
    run tarn apply t trim '*' # of the columns of text; n is none
    has "changed 3 cells in 2 rows"
    tarn undo -q t
    run tarn apply t trim -c 'addr1,addr2'
    has "changed 3 cells in 2 rows"
    run tarn apply t filter 'n > 3' --preview
    has "would remove 1 row"
    run tarn apply t filter --where 'n > 3' --preview
    has "would remove 1 row"
    tarn apply -q t rename addr1 street
    tarn apply -q t replace street p Park --whole
    [ "$(value "SELECT street FROM t LIMIT 1")" = Park ]
    tarn apply -q t cast n name text
    tarn apply -q t sort n desc
    [ "$(value "SELECT string_agg(n, ' ') FROM t")" = "40 3" ]
    tarn apply -q t combine-columns street addr2 whole --keep
    [ "$(value "SELECT string_agg(whole, '|') FROM t")" = "r s|Park q" ]
    tarn apply -q t replace whole replace=X find=Park # as messages write parameters
    [ "$(value "SELECT string_agg(whole, '|') FROM t")" = "r s|X q" ]
    tarn apply -q t filter "whole='X q'" # no parameter is called whole
    [ "$(value "SELECT string_agg(whole, '|') FROM t")" = "X q" ]
}

@test "apply: words that fit nothing" {
    printf 'name,"a,b",n\nx,y,1\n' >t.csv
    tarn init -q
    tarn import -q t.csv
    run --separate-stderr tarn apply t trim nmae
    fails 1 'there is no column "nmae": did you mean "name"?'
    run --separate-stderr tarn apply t trim 'zz*'
    fails 2 "no column fits 'zz*'"
    run --separate-stderr tarn apply t round 'na*'
    fails 2 "has a type that this works on"
    run --separate-stderr tarn apply t rename name to two
    fails 2 "'two' is one word too many for rename"
    run --separate-stderr tarn apply t replace name --fnid x
    fails 2 "did you mean --find?"
    run --separate-stderr tarn apply t --where 'n > 1' filter
    fails 2 "unknown option --where"
    run tarn apply t uppercase 'a,b' # one column, as it is called
    has "changed 1 cell"
    run tarn show t --columns '"a,b",?'
    has "a,b"
    lacks "name"
    run tarn diff t@1 t --key 'N*'
    has "1 modified"
}

@test "names that people bring from elsewhere lead to Tarn's" {
    local line
    while IFS=: read -r line expected; do
        run tarn $line
        [ "$status" -eq 2 ]
        has "$expected"
    done <<'CALLS'
ls:tarn tables
status:tarn info
head t:tarn show TABLE
describe t:tarn schema TABLE
count t:tarn tables
trim t:tarn apply TABLE trim
trmi t:did you mean 'trim'
CALLS
    run tarn help trim
    [ "$status" -eq 0 ]
    has "Trim spaces"
    has "--column COLUMN"
}
