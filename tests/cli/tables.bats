#!/usr/bin/env bats
# Workspaces, tables, and how rows are shown.
load support

@test "init makes a workspace, here or in a folder, and only once" {
    run tarn init
    [ "$status" -eq 0 ]
    has "made an empty workspace in $FOLDER"
    [ -d .tarn ]
    before=$(fingerprint)
    run --separate-stderr tarn init
    fails 1 "tarn: init:"
    [ "$(fingerprint)" = "$before" ]
    tarn init --json new/deep | jq -e --arg path "$FOLDER/new/deep" '.directory == $path'
    [ -d new/deep/.tarn ]
    mkdir elsewhere
    tarn -C elsewhere init -q
    [ -d elsewhere/.tarn ]
}

@test "the workspace is here or above, or named by -C or TARN_WORKSPACE" {
    orders
    mkdir -p a/b other
    (cd a/b && tarn tables --json | jq -e '.[0].name == "orders"')
    (cd / && tarn -C "$FOLDER" tables --json | jq -e '.[0].name == "orders"')
    (cd / && tarn tables --directory="$FOLDER" --json | jq -e '.[0].name == "orders"')
    (cd / && TARN_WORKSPACE=$FOLDER tarn tables --json | jq -e '.[0].name == "orders"')
    TARN_WORKSPACE=$FOLDER/other tarn init -q
    [ "$(TARN_WORKSPACE=$FOLDER/other tarn tables --json)" = "[]" ]
    (cd other && tarn -C .. tables --json | jq -e 'length == 1')
    run --separate-stderr tarn -C nowhere tables
    fails 1 nowhere
}

@test "without a workspace: what to do" {
    run --separate-stderr tarn tables
    fails 1 "tarn init"
    run --separate-stderr tarn tables --json
    [ "$(jq -r .error.code <<<"$stderr")" = TARN_E_NOT_FOUND ]
}

@test "tables: names, rows, columns, version" {
    tarn init -q
    run tarn tables
    [ "$status" -eq 0 ]
    has "tarn import FILE"
    [ "$(tarn tables --json)" = "[]" ]
    orders
    numbers 12345 >big.csv
    tarn import -q big.csv
    run tarn tables
    has "12,345"
    tarn tables --json | jq -e 'map(.name) == ["big", "orders"]'
    tarn tables --json | jq -e '.[1] | .rows == 5 and .columns == 4 and .version == 1 and .dropped == false'
    tarn tables --json | jq -e '.[1].changed | test("^20[0-9]{2}-[0-9]{2}-[0-9]{2}T.*Z$")'
}

@test "drop, and back" {
    orders
    run tarn drop orders
    [ "$status" -eq 0 ]
    has "tarn drop orders --undo"
    [ "$(tarn tables --json)" = "[]" ]
    tarn tables --all --json | jq -e '.[0].name == "orders" and .[0].dropped'
    run tarn tables --all
    has "dropped"
    run --separate-stderr tarn show orders
    fails 1 orders
    tarn drop orders --undo --json | jq -e '.table == "orders" and .dropped == false'
    tarn show orders --json | jq -e 'length == 5'
    run --separate-stderr tarn drop orders --undo
    fails 1 orders
}

@test "rename: taken and impossible names are refused" {
    orders
    run tarn rename orders sales
    [ "$output" = "renamed orders to sales" ]
    tarn tables --json | jq -e '.[0].name == "sales"'
    tarn import -q orders.csv
    for name in SALES 'a@b' 'a~b' x.csv ''; do
        run --separate-stderr tarn rename orders "$name"
        fails 1 "tarn: rename:"
    done
    tarn tables --json | jq -e 'map(.name) == ["orders", "sales"]'
}

@test "schema: names and types" {
    orders
    run tarn schema orders
    [ "$status" -eq 0 ]
    has "amount"
    has "DOUBLE"
    has "4 columns · 5 rows · version 1"
    tarn schema orders --json | jq -e '.columns | map(.name) == ["id", "city", "amount", "note"]'
    tarn schema orders --json | jq -e '.columns[0] | .type == "BIGINT" and .arrow == "int64"'
    tarn schema orders@1 --json | jq -e '.table.name == "orders" and .table.version == 1 and .table.rows == 5'
}

@test "show: types below the names, numbers to the right, a footer" {
    orders
    run tarn show orders -n 2
    [ "$status" -eq 0 ]
    [[ ${lines[0]} =~ ^\ *id\ +city\ +amount\ +note$ ]]
    [[ ${lines[1]} =~ ^BIGINT\ +VARCHAR\ +DOUBLE\ +VARCHAR$ ]]
    [[ ${lines[3]} =~ ^\ *1\ +Paris\ +10\.5\ +first$ ]]
    [ "${lines[5]}" = "rows 1–2 of 5 · 4 columns" ]
}

@test "show: null, empty text, white space and control characters can be told apart" {
    tarn init -q
    cat >in.ndjson <<'JSON'
{"k": 1, "v": null}
{"k": 2, "v": ""}
{"k": 3, "v": "NULL"}
{"k": 4, "v": "∅"}
{"k": 5, "v": " lead"}
{"k": 6, "v": "trail "}
{"k": 7, "v": "a\tb\nc\rd"}
{"k": 8, "v": "\u001b[31mred"}
{"k": 9, "v": "zero\u200bwidth\u202e"}
{"k": 10, "v": "\"quoted\""}
{"k": 11, "v": "plain"}
JSON
    tarn import -q in.ndjson --name t
    run tarn show t -n 11
    [[ ${lines[3]} =~ ^\ +1\ +∅$ ]]
    [[ ${lines[4]} =~ ^\ +2\ +\"\"$ ]]
    [[ ${lines[5]} =~ ^\ +3\ +NULL$ ]]
    [[ ${lines[6]} =~ ^\ +4\ +\"∅\"$ ]]
    [[ ${lines[7]} == *' 5  " lead"' ]]
    [[ ${lines[8]} == *' 6  "trail "' ]]
    [[ ${lines[9]} == *' 7  a\tb\nc\rd' ]]
    [[ ${lines[10]} == *' 8  \x1b[31mred' ]]
    [[ ${lines[11]} == *' 9  zero\u{200b}width\u{202e}' ]]
    [[ ${lines[12]} == *'10  "\"quoted\""' ]]
    [[ ${lines[13]} == *'11  plain' ]]
    has "∅ is null"
    [[ $output != *$'\x1b'* ]]
}

@test "show: wide characters count two columns" {
    tarn init -q
    printf 'a,b\n東京,x\nParis,y\n' >in.csv
    tarn import -q in.csv --name t
    run tarn show t
    [ "${lines[3]}" = "東京     x" ]
    [ "${lines[4]}" = "Paris    y" ]
}

@test "show: pages, columns, ids" {
    tarn init -q
    numbers 50000 >n.csv
    tarn import -q n.csv
    tarn show n --json | jq -e 'length == 20 and .[0].n == 0'
    tarn show n --offset 49990 --json | jq -e 'length == 10 and .[9].n == 49999'
    tarn show n -n 30000 --offset 5 --json | jq -e 'length == 30000 and .[0].n == 5 and .[29999].n == 30004'
    [ "$(tarn show n --offset 50000 --json)" = "[]" ]
    run tarn show n --offset 60000
    [ "$status" -eq 0 ]
    has "no rows here; n has 50,000 rows"
    run tarn show n --offset 40000 -n 3
    has "rows 40,001–40,003 of 50,000 · 1 column"
    [ "$(tarn show n -n 0 --json)" = "[]" ]
    tarn show n -n 1 --offset 7 --ids --json | jq -e '.[0]._tarn_id == 7 and .[0].n == 7'
    orders
    tarn show orders -n 1 --columns note,id --json | jq -ce '.[0] | keys_unsorted == ["note", "id"]'
    tarn show orders -n 1 --columns note --columns id --json | jq -ce '.[0] | keys_unsorted == ["note", "id"]'
    run --separate-stderr tarn show orders --columns nope
    fails 1 nope
}

@test "show: columns that do not fit are named" {
    orders
    COLUMNS=20 run tarn show orders
    has "not shown: "
    for line in "${lines[@]}"; do
        [[ $line == rows* ]] || [ "${#line}" -le 20 ]
    done
    COLUMNS=20 run tarn show orders --full
    lacks "not shown"
    lacks "…"
}

@test "show: long cells are cut, and not with --full" {
    tarn init -q
    long=$(printf 'x%.0s' {1..500})
    printf 'a,b\n1,%s\n' "$long" >in.csv
    tarn import -q in.csv --name t
    run tarn show t
    has "x…"
    lacks "$long"
    run tarn show t --full
    has "$long"
    tarn show t --json | jq -e --arg long "$long" '.[0].b == $long'
}

@test "show --json: values have their types" {
    orders
    tarn show orders --json | jq -e '.[0] == {"id": 1, "city": "Paris", "amount": 10.5, "note": "first"}'
    tarn show orders --json | jq -e '.[2].city == null and .[2].note == "NULL"'
    tarn show orders --json | jq -e '.[1].note == "two\nlines" and .[3].note == "a \"quoted\" one"'
}

@test "versions: orders@1, orders~1, and those that are not there" {
    orders
    tarn apply -q orders filter --set 'where=id < 3'
    tarn show orders --json | jq -e 'length == 2'
    tarn show orders@1 --json | jq -e 'length == 5'
    tarn show orders~1 --json | jq -e 'length == 5'
    for version in orders@9 orders~9 orders@x orderz; do
        run --separate-stderr tarn show "$version"
        fails 1 "tarn: show:"
    done
}

@test "info: what there is" {
    orders
    run tarn info
    [ "$status" -eq 0 ]
    has "$FOLDER"
    tarn info --json | jq -e '.tables == 1 and .versions == 1 and .bytes_total > 0 and .format_version >= 1'
    tarn info --json --threads 2 --memory-limit 500MB | jq -e '.threads == 2 and .memory_limit == 500000000'
}

@test "freeze and thaw: smaller and back, with every version as it was" {
    tarn init -q
    numbers 20000 >big.csv
    tarn import -q big.csv
    before=$(tarn show big -n 20000 | sha256sum)
    run tarn freeze big
    [ "$status" -eq 0 ]
    has "frozen big: "
    run tarn freeze big
    has "nothing to do: big is frozen already"
    [ "$(tarn show big -n 20000 | sha256sum)" = "$before" ]
    [ "$(tarn sql 'SELECT count(*) AS n FROM big' --format csv)" = "$(printf 'n\n20000')" ]
    tarn verify -q
    tarn thaw big --json | jq -e '.table == "big" and .batches > 0 and .bytes_after > .bytes_before'
    [ "$(tarn show big -n 20000 | sha256sum)" = "$before" ]
    tarn log big --json | jq -e '[.[].version] == [1]'
    run --separate-stderr tarn freeze nosuch
    fails 1 nosuch
}
