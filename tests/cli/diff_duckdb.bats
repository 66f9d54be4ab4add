#!/usr/bin/env bats
# Diffs of published data against DuckDB's FULL OUTER JOIN … IS DISTINCT FROM, run on the same tables.
load support

# same_as_join BEFORE AFTER KEY: counts, counts per column, and every changed row.
same_as_join() {
    local before=$1 after=$2 key=$3 any="" counts="" column
    while IFS= read -r column; do
        any+="${any:+ OR }a.\"$column\" IS DISTINCT FROM b.\"$column\""
        counts+=", count(*) FILTER (a.\"$key\" = b.\"$key\" AND a.\"$column\" IS DISTINCT FROM b.\"$column\") AS \"$column\""
    done < <(tarn schema "$after" --json | jq -r --arg key "$key" '.columns[].name | select(. != $key)')
    local joined="FROM \"$before\" a FULL OUTER JOIN \"$after\" b ON a.\"$key\" = b.\"$key\""
    tarn sql --format json "SELECT count(*) FILTER (a.\"$key\" IS NULL) AS \"+\", count(*) FILTER (b.\"$key\" IS NULL) AS \"-\",
        count(*) FILTER (a.\"$key\" = b.\"$key\" AND ($any)) AS \"~\"$counts $joined" | jq -S '.[0]' >join.json
    tarn diff "$before" "$after" --key "$key" --json -n 0 |
        jq -S '(.columns | map(select(.key | not) | {(.name): .modified}) | add) + {"+": .rows.added, "-": .rows.removed, "~": .rows.modified}' >diff.json
    diff join.json diff.json
    tarn sql --format csv "SELECT coalesce(a.\"$key\", b.\"$key\") AS k, CASE WHEN a.\"$key\" IS NULL THEN 'added'
        WHEN b.\"$key\" IS NULL THEN 'removed' ELSE 'modified' END AS change $joined
        WHERE a.\"$key\" IS NULL OR b.\"$key\" IS NULL OR $any ORDER BY ALL" >join.csv
    tarn sql --format csv "SELECT coalesce(\"before.$key\", \"after.$key\") AS k, change
        FROM tarn_diff('$before', '$after', key := '$key') ORDER BY ALL" >diff.csv
    cmp join.csv diff.csv
    [ "$(wc -l <join.csv)" -gt 1 ]
}

@test "polls of 2016 and 2018 by their numbers" {
    [ -n "${TARN_TEST_DATA:-}" ] || skip "TARN_TEST_DATA is not set"
    tarn init -q
    tarn import -q "$TARN_TEST_DATA/data/raw-polls-2016.csv" "$TARN_TEST_DATA/data/raw-polls-2018.csv"
    same_as_join raw-polls-2016 raw-polls-2018 pollno
    same_as_join raw-polls-2018 raw-polls-2016 pollno
}

@test "a table and what commands made of it, by row and by key" {
    [ -n "${TARN_TEST_DATA:-}" ] || skip "TARN_TEST_DATA is not set"
    tarn init -q
    tarn import -q "$TARN_TEST_DATA/data/zipcodes.csv" --table z
    tarn sql -q 'SELECT row_number() OVER () AS id, * FROM z' --into numbered
    tarn apply -q numbered filter --set 'where=id % 97 <> 0'
    tarn apply -q numbered set --column city --set "expr=CASE WHEN id % 10 = 0 THEN upper(city) ELSE city END"
    same_as_join numbered@1 numbered id
    local by_row by_key
    by_row=$(tarn diff numbered@1 numbered --json -n 0 | jq -c '[.rows, .cells]')
    by_key=$(tarn diff numbered@1 numbered --key id --json -n 0 | jq -c '[.rows, .cells]')
    [ "$by_row" = "$by_key" ]
}
