#!/usr/bin/env bats
# Bad input: one clear message, exit code 1, and a workspace that is byte for byte what it was.
load support

# refused TEXT… -- ARGUMENT… : importing so fails with one line that has the texts, and changes nothing.
refused() {
    local texts=() before
    while [ "$1" != -- ]; do
        texts+=("$1")
        shift
    done
    shift
    before=$(fingerprint)
    run --separate-stderr tarn import "$@"
    fails 1 "tarn: import:" "${texts[@]}"
    [ -z "$output" ]
    [ "$(fingerprint)" = "$before" ]
    tarn tables --json | jq -e 'map(.name) == ["orders"]'
}

@test "a file that is missing, a directory, an empty file" {
    orders
    refused missing.csv -- missing.csv
    mkdir folder.csv
    refused folder.csv -- folder.csv
    : >empty.csv
    refused empty.csv -- empty.csv
    refused "standard input" -- - --name t </dev/null
}

@test "only a header: a table without rows" {
    orders
    printf 'a,b,c\n' >header.csv
    run tarn import header.csv
    [ "$status" -eq 0 ]
    has "0 rows × 3 columns"
    tarn schema header --json | jq -e '.columns | map(.name) == ["a", "b", "c"]'
}

@test "binary data passed as text" {
    orders
    head -c 20000 "$TARN" >binary.csv
    refused binary.csv -- binary.csv
    refused binary.csv -- binary.csv --format csv
    printf '\x89PNG\r\n\x1a\n\0\0\0\rIHDR' >picture.csv
    refused picture.csv -- picture.csv
}

@test "Parquet and Arrow cut short" {
    orders
    tarn export -q orders whole.parquet
    tarn export -q orders whole.arrow
    tarn export -q orders whole.stream --format arrow-stream
    before=$(fingerprint)
    for file in whole.parquet whole.arrow whole.stream; do
        size=$(stat -c %s "$file")
        for part in 4 12 $((size / 2)) $((size - 9)) $((size - 1)); do
            head -c "$part" "$file" >"cut.${file##*.}"
            run --separate-stderr tarn import "cut.${file##*.}"
            fails 1 "tarn: import:" "cut.${file##*.}"
            [[ $stderr != *read_parquet* ]]
        done
    done
    head -c 30 whole.parquet >cut.parquet
    run --separate-stderr tarn import cut.parquet
    fails 1 "cut.parquet cannot be read as Parquet, it may be damaged or cut off"
    [ "$(fingerprint)" = "$before" ]
}

@test "Arrow with a changed byte anywhere in its metadata: an error or the table, never a crash" {
    orders
    tarn export -q orders whole.arrow
    size=$(stat -c %s whole.arrow)
    for ((at = 8; at < size; at += 37)); do
        cp whole.arrow bad.arrow
        printf '\xff' | dd of=bad.arrow bs=1 seek="$at" conv=notrunc status=none
        run --separate-stderr tarn import bad.arrow --name bad --replace
        [ "$status" -le 1 ]
    done
}

@test "invalid UTF-8 said to be UTF-8" {
    orders
    printf 'name\ncaf\xe9\n\xff\xfe\n' >bad.csv
    refused bad.csv -- bad.csv --encoding utf-8
    printf '{"name": "caf\xe9"}\n' >bad.ndjson
    refused bad.ndjson -- bad.ndjson
}

@test "JSON that is none" {
    orders
    printf '{"a": 1}\n{"a": \n' >bad.ndjson
    refused bad.ndjson -- bad.ndjson
    [[ $stderr != *read_json* ]]
    printf '[{"a": 1},' >bad.json
    refused bad.json -- bad.json
}

@test "a NUL in a column name, and one of 10 kB" {
    orders
    printf 'a\0b,c\n1,2\n' >nul.csv
    run --separate-stderr tarn import nul.csv
    if [ "$status" -eq 0 ]; then
        tarn schema nul --json | jq -e '.columns | length == 2'
    else
        fails 1 nul.csv
    fi
    long=$(printf 'n%.0s' {1..10240})
    printf '%s,b\n1,2\n' "$long" >long.csv
    run --separate-stderr tarn import long.csv
    if [ "$status" -eq 0 ]; then
        tarn show long --json | jq -e '.[0].b == 2'
        run tarn show long
        [ "$status" -eq 0 ]
    else
        fails 1 long.csv
    fi
}

@test "types, header lines and encodings that cannot be" {
    orders
    refused BIGINT VARCHAR NOTYPE city -- orders.csv --name t --type city=NOTYPE
    refused "line 2" city Paris -- orders.csv --name t --type city=BIGINT
    refused nope -- orders.csv --name t --type nope=BIGINT
    refused "line 99" -- orders.csv --name t --header-row 99
    refused foo -- orders.csv --name t --encoding foo
}

@test "SQL that fails when it is bound, and when it runs" {
    orders
    before=$(fingerprint)
    for sql in "SELEC 1" "SELECT nope FROM orders" "SELECT * FROM nosuch" "SELECT nope(1)" 'FROM "orders@9"' \
        "SELECT city::INT FROM orders" "SELECT error('boom')" "SELECT 1; SELECT 2" "" "CREATE TABLE x(a INT)" \
        "ATTACH ':memory:'" "CALL pragma_version()" "PRAGMA version" "SET threads = 1" "COPY orders TO 'x.csv'" \
        "SELECT * FROM enable_logging('QueryLog', storage = 'file')" "FROM read_csv('orders.csv')"; do
        run --separate-stderr tarn sql "$sql"
        fails 1 "tarn: sql:"
        [ -z "$output" ]
        run --separate-stderr tarn sql "$sql" --into made
        fails 1 "tarn: sql:"
        run --separate-stderr tarn sql "$sql" -o made.csv
        fails 1 "tarn: sql:"
        [ ! -e made.csv ]
    done
    [ "$(fingerprint)" = "$before" ]
}

@test "table names that cannot be" {
    orders
    for name in '' 'a@b' 'a~1' x.csv x.parquet; do
        refused -- orders.csv --name "$name"
    done
    refused -- orders.csv --name "$(printf 'bad\xff')"
}

@test "a workspace from a newer version" {
    orders
    file=.tarn/workspace.json
    sed -i -E '1s/"(format|format_version|version)"( *: *)[0-9]+/"\1"\2999/' "$file"
    before=$(fingerprint)
    for command in tables "show orders" info "undo orders"; do
        # shellcheck disable=SC2086 # words
        run --separate-stderr tarn $command
        fails 1 999
    done
    run --separate-stderr tarn tables --json
    [ "$(jq -r .error.code <<<"$stderr")" = TARN_E_NEWER ]
    [ "$(fingerprint)" = "$before" ]
}

# The largest file below .tarn whose name matches.
largest() {
    find .tarn -type f -path "*$1*" -printf '%s %p\n' | sort -rn | head -1 | cut -d' ' -f2-
}

# Two tables, so that the damage of one must not touch the other.
two_tables() {
    tarn init -q
    numbers 20000 >a.csv
    sed 's/n/m/' a.csv | awk 'NR == 1 { print; next } { print $1 * 7 + 1 }' >b.csv
    tarn import -q a.csv
    tarn import -q b.csv
}

@test "a segment deleted, cut short, or with a flipped bit: told by verify, set aside by --repair" {
    two_tables
    cp -r .tarn good
    for damage in delete truncate flip; do
        rm -rf .tarn
        cp -r good .tarn
        file=$(largest seg)
        [ -n "$file" ]
        case $damage in
        delete) rm "$file" ;;
        truncate) truncate -s 100 "$file" ;;
        flip) printf '\x55' | dd of="$file" bs=1 seek=$(($(stat -c %s "$file") / 3)) conv=notrunc status=none ;;
        esac
        before=$(fingerprint)
        run --separate-stderr tarn verify
        [ "$status" -eq 1 ]
        has damaged:
        run tarn verify --json
        [ "$status" -eq 1 ]
        jq -e '.sound == false and (.problems | length >= 1) and (.problems[0].what | length > 0)' <<<"$output"
        [ "$(fingerprint)" = "$before" ]
        run tarn verify --repair
        has "set aside:"
        [ "$status" -eq 0 ]
        tarn tables
    done
}

@test "a journal with a torn, changed, removed or swapped line" {
    orders
    for name in Ann Bob Cyd; do
        tarn apply -q orders edit --column city --set row=0 --set "value=$name"
    done
    journal=$(find .tarn/journal -name '*.jsonl' | sort | tail -1)
    [ -n "$journal" ]
    [ "$(wc -l <"$journal")" -ge 4 ]
    cp -r .tarn good
    last=$(wc -l <"$journal")
    for damage in torn changed removed swapped; do
        rm -rf .tarn
        cp -r good .tarn
        case $damage in
        torn) truncate -s -20 "$journal" ;;
        changed) sed -i "$((last - 1))s/Bob/Bert/" "$journal" ;;
        removed) sed -i "$((last - 1))d" "$journal" ;;
        swapped) awk -v n="$last" 'NR == n - 1 { held = $0; next } { print } NR == n { print held }' "$journal" >j && cp j "$journal" ;;
        esac
        if [ "$damage" = torn ]; then
            # A crash leaves this: the last valid record counts.
            run --separate-stderr tarn show orders --json
            [ "$status" -eq 0 ]
            [ "$(jq -r '.[0].city' <<<"$output")" = Bob ]
        else
            run --separate-stderr tarn verify
            [ "$status" -eq 1 ]
        fi
    done
}
