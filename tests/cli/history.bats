#!/usr/bin/env bats
# The tree of a table's versions, and how much of it is kept.
load support

# Version 1 is the import, 2 to N + 1 are edits of the first row.
edits() {
    local i
    for ((i = 1; i <= $1; i++)); do
        tarn apply -q orders edit --column note --set row=0 --set "value=edit $i"
    done
}

@test "timeline: the tree, where the table stands, and what undo left" {
    orders
    edits 2
    tarn undo -q orders
    tarn apply -q orders set --column city --set 'expr=upper(city)'
    tarn apply -q orders drop --column note
    tarn undo -q orders
    tarn log orders --timeline | jq -e '.table == "orders" and .head == 4 and .tip == 5 and .newest == 5 and .can_undo and .can_redo'
    tarn log orders --timeline | jq -e '.versions | map([.version, .parent]) == [[1, null], [2, 1], [3, 2], [4, 2], [5, 4]]'
    tarn log orders --timeline | jq -e '.versions | map(.on_line) == [true, true, false, true, true] and all(.reachable)'
    tarn log orders --timeline | jq -e '.versions[3] | .head and (.tip | not) and .command == "set" and .rows == 5 and .columns == 4 and .cells_changed == 3'
    tarn log orders --timeline | jq -e '.versions[4] | .tip and .columns == 3 and (.time | startswith("20"))'
    run --separate-stderr tarn log nosuch --timeline
    fails 1 nosuch
}

@test "timeline: a version that gc removed is known, and not reachable" {
    orders
    edits 2
    tarn undo -q orders
    tarn apply -q orders drop --column note
    tarn gc -q
    tarn log orders --timeline | jq -e '.versions | map(.reachable) == [true, true, false, true]'
    tarn log orders --timeline | jq -e '.versions[2] | .command == "edit"'
    tarn log orders --json | jq -e 'map(.version) == [4, 2, 1]'
}

@test "gc --keep-last: a dry run first, then the newest steps and no more" {
    orders
    edits 5
    before=$(fingerprint)
    tarn gc --keep-last 3 --dry-run --json | jq -e '.versions == 3'
    [ "$(fingerprint)" = "$before" ]
    tarn gc --keep-last 3 --json | jq -e '.versions == 3'
    tarn log orders --json | jq -e 'map(.version) == [6, 5, 4]'
    tarn undo -q orders 2
    run --separate-stderr tarn undo orders
    fails 1 "nothing to undo"
    run --separate-stderr tarn checkout orders@2
    fails 1 "removed by gc"
    tarn redo -q orders 2
    [ "$(value 'SELECT note FROM orders WHERE id = 1')" = "edit 5" ]
    tarn verify >/dev/null
}

@test "gc --keep-last leaves what redo can go forth to" {
    orders
    edits 4
    tarn undo -q orders 3
    tarn gc --keep-last 1 --json | jq -e '.versions == 1'
    tarn redo -q orders 3
    [ "$(value 'SELECT note FROM orders WHERE id = 1')" = "edit 4" ]
}

@test "gc --keep-days: by age, or with --keep-last what either keeps" {
    orders
    edits 3
    tarn gc --keep-days 1 --dry-run --json | jq -e '.versions == 0'
    tarn gc --keep-days 1 --keep-last 1 --dry-run --json | jq -e '.versions == 0'
    tarn gc --keep-days 0 --dry-run --json | jq -e '.versions == 3'
    tarn gc --keep-days 0 --keep-last 2 --json | jq -e '.versions == 2'
    tarn log orders --json | jq -e 'map(.version) == [4, 3]'
}

@test "gc: wrong rules" {
    orders
    run --separate-stderr tarn gc --keep-last 0
    fails 2 "--keep-last"
    run --separate-stderr tarn gc --keep-days=-1
    fails 2 "--keep-days"
    run --separate-stderr tarn gc --keep-last some
    fails 2 "--keep-last"
}

@test "log and audit fit a terminal of 80 columns, with whole times" {
    versions
    local command
    for command in "log orders" audit; do
        COLUMNS=80 run tarn $command
        has "$(date -u +%Y-%m-%d) "
        [[ $output =~ [0-9]{4}-[0-9]{2}-[0-9]{2}\ [0-9]{2}:[0-9]{2}:[0-9]{2} ]]
        has "what"
        for line in "${lines[@]}"; do [ "${#line}" -le 80 ]; done
    done
}
