#!/usr/bin/env bats
# The audit log: who did what, the chain, limits, row detail, and the log as a file.
load support

JOURNAL=.tarn/journal/00000001.jsonl

edits() {
    local i
    for ((i = 1; i <= $1; i++)); do
        tarn apply -q orders edit --column note --set row=0 --set "value=edit $i"
    done
}

@test "audit: one line per event, with who, what, and how much" {
    orders
    tarn apply -q orders set --column city --set 'expr=trim(city)' --user Ada
    tarn apply -q orders edit --column note --set row=1 --set 'value=<b>"x",y</b>'
    tarn undo -q orders
    tarn redo -q orders
    tarn checkout -q orders@1
    tarn export -q orders out.csv
    tarn drop -q orders
    tarn gc -q
    run tarn audit
    [ "$status" -eq 0 ]
    has "set column=city expr=trim(city)"
    has 'edit column=note row=1: two\nlines → <b>"x",y</b>'
    tarn audit --json | jq -e 'map(.event) == ["import", "command", "edit", "undo", "redo", "checkout", "export", "drop", "gc"]'
    tarn audit --json | jq -e '.[1] | .number == 2 and .user == "Ada" and .command == "set" and .tables == [{"table": "orders", "before": 1, "version": 2}] and .rows_changed == 1 and .cells_changed == 1 and .duration_us > 0 and .parameters.expr == "trim(city)"'
    tarn audit --json | jq -e '.[2] | .old == "two\nlines" and .new == "<b>\"x\",y</b>"'
    tarn audit --json | jq -e '.[0].previous == "0" * 64 and ([.[1:][].previous] == [.[:-1][].hash])'
    tarn audit -n 2 --json | jq -e 'map(.number) == [8, 9]'
}

@test "audit TABLE: only its events, also when it was dropped" {
    orders
    tarn import -q orders.csv --name other
    tarn apply -q orders drop --column note
    tarn audit other --json | jq -e 'map(.number) == [2]'
    tarn drop -q other
    tarn audit other --json | jq -e 'map(.event) == ["import", "drop"]'
    run --separate-stderr tarn audit nosuch
    fails 1 nosuch
}

@test "verify: a changed, a removed and a moved line are named" {
    orders
    edits 5
    run tarn audit --verify
    [ "$output" = "the chain holds: 6 events" ]
    cp "$JOURNAL" sound
    sed -i '4s/edit 2/edit X/' "$JOURNAL"
    run --separate-stderr tarn audit --verify
    fails 1 "line 4" "was changed"
    sed '4d' sound >"$JOURNAL"
    run --separate-stderr tarn audit --verify
    fails 1 "line 4" "record 4 where 3 is expected"
    { sed -n 1,3p sound; sed -n 5p sound; sed -n 4p sound; sed -n '6,$p' sound; } >"$JOURNAL"
    run --separate-stderr tarn audit --verify
    fails 1 "line 4" "out of order"
    cp sound "$JOURNAL"
    tarn audit --verify --json | jq -e '.holds and .events == 6 and .tip.number == 6'
}

@test "tip: what was cut off the end shows when the tip was kept elsewhere" {
    orders
    edits 2
    early=$(tarn audit --tip)
    edits 2
    tip=$(tarn audit --tip)
    [[ $tip =~ ^5:[0-9a-f]{64}$ ]]
    tarn audit --tip --json | jq -e --arg tip "$tip" '"\(.number):\(.hash)" == $tip'
    tarn audit --verify --expect "$tip"
    tarn audit --verify --expect "$early"
    sed -i '$d' "$JOURNAL"
    tarn audit --verify
    run --separate-stderr tarn audit --verify --expect "$tip"
    fails 1 "removed from its end"
    tarn audit --verify --expect "$early"
    tarn apply -q orders drop --column note
    run --separate-stderr tarn audit --verify --expect "$tip"
    fails 1 "rewritten"
    run --separate-stderr tarn audit --verify --expect 5:abc
    fails 2 "NUMBER:HASH"
    run --separate-stderr tarn audit --expect "$tip"
    fails 2 "--verify"
}

@test "keep: of 150 events under a limit of 100 the newest 100 remain, and verify" {
    orders
    edits 99
    tarn audit -q --keep 100
    edits 49
    tip=$(tarn audit --tip)
    [[ $tip == 150:* ]]
    tarn audit --json | jq -e 'map(.number) == [range(51; 151)]'
    run tarn audit --verify
    [ "$output" = "the chain holds: 100 events" ]
    [ "$(cat .tarn/journal/*.jsonl | grep -c '^{"past":\|^{"number":')" -eq 100 ]
    tarn audit --verify --expect "$tip"
    sed -i 's/edit 60/edit XX/' .tarn/journal/*.jsonl
    run --separate-stderr tarn audit --verify
    fails 1 "was changed"
    sed -i 's/edit XX/edit 60/' .tarn/journal/*.jsonl
    # versions, and what made them, outlive their events
    tarn log orders --json | jq -e 'length == 149 and .[148].kind == "import" and .[140].command == "edit" and .[140].user != null'
    [ "$(value 'SELECT note FROM "orders@11" WHERE id = 1')" = "edit 10" ]
    tarn undo -q orders 148
    tarn show orders >/dev/null
    tarn verify >/dev/null
    tarn audit --json | jq -e 'length == 100 and .[-1].event == "undo"'
    tarn audit --keep 0
    edits 2
    tarn audit --json | jq -e 'length == 103'
}

@test "keep: tidying up between the edits is no event, and takes no event's place" {
    tarn init -q
    tarn sql -q "SELECT n, 'name ' || n AS note FROM range(5000) AS r(n)" --into orders
    edits 99
    tarn audit -q --keep 100
    edits 49
    [ "$(tarn info --json | jq .folds)" -gt 0 ]
    tarn audit --json | jq -e 'map(.number) == [range(51; 151)] and all(.event == "edit" or .event == "setting")'
    tarn audit --json -n 3 | jq -e 'map(.number) == [148, 149, 150]'
    run tarn audit --verify
    [ "$output" = "the chain holds: 100 events" ]
    [ "$(value 'SELECT note FROM orders WHERE n = 0')" = "edit 49" ]
    [ "$(value 'SELECT note FROM "orders@80" WHERE n = 0')" = "edit 79" ]
}

@test "verify: a line that says where folds lie is no event, and is missed all the same" {
    tarn init -q
    tarn sql -q "SELECT n, 'name ' || n AS note FROM range(5000) AS r(n)" --into orders
    edits 70
    run tarn audit --verify
    [ "$output" = "the chain holds: 71 events" ]
    cp -r .tarn/journal before
    line=$(grep -n '^{"kept":' .tarn/journal/*.jsonl | head -1 | cut -d: -f1)
    [ "$line" -lt "$(grep -c '' .tarn/journal/*.jsonl)" ]
    sed -i "${line}d" .tarn/journal/*.jsonl
    run --separate-stderr tarn audit --verify
    fails 1 "say where folds lie" "0 are there, of 1"
    [ "$(value 'SELECT note FROM orders WHERE n = 0')" = "edit 70" ]
    rm -r .tarn/journal
    mv before .tarn/journal
    tarn audit --verify
    edits 1
    tarn audit --verify
}

@test "keep: an event that was pruned cannot be compared or shown" {
    orders
    edits 3
    tip=$(tarn audit --tip)
    edits 3
    tarn audit -q --keep 2
    run --separate-stderr tarn audit --verify --expect "$tip"
    fails 1 "pruned"
    run --separate-stderr tarn audit --detail 2
    fails 1 "no event 2"
    run --separate-stderr tarn audit --keep some
    fails 2 "--keep"
}

@test "a table's other name is told with the one before" {
    orders
    tarn rename -q orders sales
    tarn audit sales --json | jq -e '.[-1] | .event == "rename" and .parameters == {"from": "orders", "to": "sales"}'
}

@test "detail: changed, added and removed rows, from the two versions" {
    orders
    tarn apply -q orders set --column city --set 'expr=trim(city)'
    tarn apply -q orders filter --set 'where=amount > 0'
    tarn apply -q orders rename --column city --set to=town
    tarn apply -q orders set --column amount --set 'expr=amount::VARCHAR'
    tarn apply -q orders drop --column note
    tarn undo -q orders
    printf 'id,town,amount,note\n6,Oslo,1,new\n' >more.csv
    tarn import -q more.csv --name orders --append
    tarn audit --detail 1 -n 2 --json | jq -e '(.rows | length == 2) and .rows[0].change == "added" and .rows[1].cells[3] == {"column": "note", "before": null, "after": "two\nlines"} and (.complete | not)'
    tarn audit --detail 2 --json | jq -e '.rows == [{"row": 1, "change": "changed", "cells": [{"column": "city", "before": " Rome", "after": "Rome"}]}] and .complete and .before == 1 and .version == 2'
    tarn audit --detail 3 --json | jq -e '[.rows[] | [.row, .change]] == [[1, "removed"]] and (.rows[0].cells | map(.before)) == ["2", "Rome", "-2000.0", "two\nlines"]'
    tarn audit --detail 4 --json | jq -e '.rows == [] and .notes == ["column city became town"]'
    tarn audit --detail 5 --json | jq -e '.rows == [] and .complete and (.notes[0] | startswith("column amount: type"))'
    tarn audit --detail 6 --json | jq -e '(.rows | map(.row)) == [0, 2, 3, 4] and .notes == ["column note was dropped"]'
    tarn audit orders --detail 7 --json | jq -e '(.rows | length == 4) and .notes == ["column note was added"]'
    tarn audit --detail 8 --json | jq -e '[.rows[] | [.row, .change]] == [[5, "added"]]'
    run tarn audit --detail 3
    has "removed"
    has "Rome"
}

@test "detail: of all rows replaced, and where gc removed a version" {
    orders
    tarn sql 'SELECT 1 AS id' --into orders --replace -q
    tarn audit --detail 2 --json | jq -e '(.notes | map(select(startswith("all rows were replaced: 5 before, 1 after"))) | length == 1) and (.rows | length == 6)'
    edits_to_lose() { tarn apply -q orders edit --column id --set row=0 --set "value=$1"; }
    edits_to_lose 2
    edits_to_lose 3
    tarn gc -q --keep-last 1
    run tarn audit --detail 3
    [ "$status" -eq 0 ]
    has "the row detail is gone: gc removed version 2 of orders"
    tarn audit --detail 3 --json | jq -e '(.gone | startswith("the row detail is gone")) and .rows == []'
}

@test "as CSV, text and HTML" {
    orders
    tarn apply -q orders edit --column note --set row=0 --set 'value=<script>"a",&'
    tarn audit --csv >log.csv
    tarn import -q log.csv --name log
    [ "$(value 'SELECT new FROM log WHERE number = 2')" = '"<script>""a"",&"' ]
    [ "$(value 'SELECT count(DISTINCT hash) FROM log')" = 2 ]
    run tarn audit --text
    has '#2  20'
    has '"first" → "<script>"a",&"'
    [ "$(printf '%s\n' "$output" | wc -l)" -eq 5 ]
    run tarn audit orders -o log.html
    has "wrote 2 events to log.html · html"
    grep -q '&lt;script&gt;&quot;a&quot;,&amp;' log.html
    run ! grep -q '<script>' log.html
    grep -q '@media print' log.html
    run --separate-stderr tarn audit -o log.html --no-clobber
    fails 1 "log.html"
    run --separate-stderr tarn audit -o log.xyz
    fails 2 "--csv"
    run --separate-stderr tarn audit --csv --html
    fails 2 "do not go together"
}

@test "what an event holds reaches no terminal raw: C1 and direction marks are spelt out" {
    orders
    tarn apply -q orders edit -c city --set row=0 --set "value=$(printf 'a\u009b31mb\u202ec\u2028d')"
    for how in --text --html; do
        tarn audit orders $how >page
        grep -qF 'a\u{9b}31mb\u{202e}c\u{2028}d' page
        ! grep -qP '\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]' page
    done
}
