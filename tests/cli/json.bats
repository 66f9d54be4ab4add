#!/usr/bin/env bats
# JSON and NDJSON in and out: records, types, places of faults; nested values in other formats.

load support

types_of() {
    tarn schema "$1" --json | jq -r '[.columns[].type] | join(" ")'
}

@test "nested values are JSON in CSV and can be read back" {
    tarn init -q
    echo '[{"id":1,"addr":{"city":"Oslo","zip":"00150"},"tags":["x","a, \"b\""]},{"id":2,"addr":null,"tags":[]}]' >t.json
    tarn -q import t.json
    run tarn export t - --format csv
    [ "$status" -eq 0 ]
    [ "${lines[1]}" = '1,"{""city"":""Oslo"",""zip"":""00150""}","[""x"",""a, \""b\""""]"' ]
    [ "${lines[2]}" = '2,,[]' ]
    tarn import t.json --all-text --name text --json | jq -e '.columns | map(.type) == ["VARCHAR", "VARCHAR", "VARCHAR"]'
    tarn show text --json | jq -e '.[0].addr | fromjson == {"city": "Oslo", "zip": "00150"}'
}

@test "JSON: arrays, lines, objects in a row, with marks and in wide encodings" {
    tarn init -q
    printf '[{"a":1},\n {"a":2}]' >array.json
    printf '{"a":1}\r\n\r\n{"a":2}\r\n' >lines.ndjson
    printf '{"a":1} {"a":2}{\n"a":3}' >row.json
    printf '\xef\xbb\xbf[{"a":1}]' >mark.json
    printf '\xff\xfe' >wide.json && printf '[{"a":"é"}]' | iconv -t utf-16le >>wide.json
    printf '\xff\xfe\x00\x00' >wider.json && printf '[{"a":"é"}]' | iconv -t utf-32le >>wider.json
    tarn -q import array.json lines.ndjson row.json mark.json wide.json wider.json
    tarn tables --json | jq -e 'map({(.name): .rows}) | add == {"array": 2, "lines": 2, "row": 3, "mark": 1, "wide": 1, "wider": 1}'
    tarn show wide --json | jq -e '. == [{"a": "é"}]'
    tarn show wider --json | jq -e '. == [{"a": "é"}]'
    printf '[{"a":"caf\xe9"}]' >latin.json
    run --separate-stderr tarn import latin.json
    fails 1 'line 1, column 11: the byte 0xE9 is not valid UTF-8'
    tarn import -q latin.json --encoding latin1
    tarn show latin --json | jq -e '. == [{"a": "café"}]'
}

@test "JSON: no number loses a digit" {
    tarn init -q
    one() {
        printf '%s\n' "${@:2}" | sed 's/.*/{"n":&}/' >n.ndjson
        tarn -q import n.ndjson --replace
        [ "$(types_of n)" = "$1" ] || { types_of n; return 1; }
        tarn export n - --format csv | tail -n +2 >out
        printf '%s\n' "${@:2}" | tr -d '"' | diff - out
    }
    printf '{"n":0}\n' >n.ndjson && tarn -q import n.ndjson
    one BIGINT 1 9007199254740993 9223372036854775807 -9223372036854775808
    one UBIGINT 18446744073709551615 1
    one 'DECIMAL(38,0)' 18446744073709551615 -1
    one 'DECIMAL(38,0)' 99999999999999999999999999999999999999
    one VARCHAR 999999999999999999999999999999999999999 1
    one DOUBLE 0.5 2.0 1e+300 -0.0
    one 'DECIMAL(17,1)' 9007199254740993.0 0.5
    one VARCHAR 1e999 1 0.1000
    one VARCHAR 9007199254740993 1.5e3
    one VARCHAR '"x"' 1 2.50 true
    one BOOLEAN true false
    printf '{"id":123456789012345678901,"x":1.50}\n' >t.ndjson
    tarn -q import t.ndjson --all-text
    [ "$(tarn export t - --format csv | tail -n 1)" = '123456789012345678901,1.50' ]
    tarn -q import t.ndjson --replace --type id=HUGEINT --type 'x=DECIMAL(5,3)'
    [ "$(types_of t)" = 'DECIMAL(38,0) DECIMAL(5,3)' ]
    run --separate-stderr tarn import t.ndjson --replace --type id=BIGINT
    fails 1 'line 1' 'column "id": "123456789012345678901" is not of type int64'
    run --separate-stderr tarn import t.ndjson --replace --type nosuch=BIGINT
    fails 1 'no column "nosuch"'
}

@test "JSON: the same instant has one type whatever the format" {
    tarn init -q
    printf 'id,t,u,d\n1,2024-01-02T03:04:05Z,2024-01-02 03:04:05+02:00,2024-01-02\n' >c.csv
    printf '{"id":1,"t":"2024-01-02T03:04:05Z","u":"2024-01-02 03:04:05+02:00","d":"2024-01-02"}\n' >j.ndjson
    tarn -q import c.csv j.ndjson
    [ "$(types_of c)" = "$(types_of j)" ]
    tarn diff c j --key id --exit-code -q
    printf '{"zip":"00100","n":"1","e":"","d":"2024-01-02"}\n{"d":""}\n' >k.ndjson
    tarn -q import k.ndjson
    [ "$(types_of k)" = 'VARCHAR VARCHAR VARCHAR VARCHAR' ]
}

@test "JSON: records under a key" {
    tarn init -q
    echo '{"meta":{"n":2},"rows":[{"id":1},{"id":2}],"tags":[1]}' >one.json
    run tarn import one.json
    [ "$status" -eq 0 ]
    has 'the records are those under "rows"; left out: "meta", "tags"'
    tarn show one --json | jq -e '. == [{"id": 1}, {"id": 2}]'
    tarn -q import one.json --name whole --records .
    tarn show whole --json | jq -e 'length == 1 and .[0].meta.n == 2'
    echo '{"a.b":{"items":[{"x":1}]}}' >deep.json
    tarn -q import deep.json --records /a.b/items
    tarn show deep --json | jq -e '. == [{"x": 1}]'
    printf '{"page":{"rows":[{"x":1}]}}\n{"page":{"rows":[{"x":2},{"x":3}]}}\n' >pages.ndjson
    tarn -q import pages.ndjson --records page.rows
    tarn show pages --json | jq -e '. == [{"x": 1}, {"x": 2}, {"x": 3}]'
    run --separate-stderr tarn import one.json --name x --records rows.id.no
    fails 1 'no records under "rows.id.no"'
    run --separate-stderr tarn import one.json --name x --records row
    fails 1 'instead of "row" there are "meta", "rows", "tags"'
    echo '{"id":1,"parts":[{"p":1}]}' >line.ndjson
    tarn -q import line.ndjson
    tarn show line --json | jq -e '.[0].id == 1 and .[0].parts[0].p == 1'
}

@test "JSON: faults are told with their place and in Tarn's words" {
    tarn init -q
    wrong() {
        printf "$1" >bad.ndjson
        run --separate-stderr tarn import bad.ndjson
        fails 1 bad.ndjson "${@:2}"
        [[ $stderr != *DuckDB* && $stderr != *sample_size* && $stderr != *read_json* ]]
        [ "$(wc -l <<<"$stderr")" -eq 1 ]
    }
    wrong '{"a":1}\n{"a":2}\n{"a":x}\n{"a":4}\n' 'line 3, column 6' 'found x where a value should be'
    wrong '[{"a":1},\n{"a":2},\n{"a" 3}]' 'line 3, column 6' 'a colon'
    wrong '[{"a":1},]' 'a comma without a value'
    wrong '[{"a":1,}]' 'line 1, column 9'
    wrong '[{"a":1}' 'cut off'
    wrong '{"a":"x' 'cut off'
    wrong '[{"a":NaN}]' 'NaN is not a value of JSON'
    wrong '[{"a":-Infinity}]' 'Infinity is not a value'
    wrong "[{'a':1}]" 'double quotes'
    wrong '[{"a":1} // x\n]' 'JSON has no comments'
    wrong '[{"a":"\\ud800"}]' 'half of a surrogate pair'
    wrong '[{"a":"x\ty"}]' 'control character (0x09)'
    wrong '[{"a":"x\ny"}]' 'line 1' 'a quote is missing'
    wrong '[{"a":01}]' 'begins with a zero'
    wrong '[{"a":1}] x' 'something follows'
    wrong '[{"a":1}}' 'found }'
    wrong '[]' 'no records'
    wrong '[{}]' 'no keys'
    wrong '[{"a":1},{"b":1},{"a":1,"b":2,"a":3}]' 'line 1, column 31' 'the key "a" is there twice in record 3'
    wrong '[{"x":{"a":1,"a":2}}]' 'the key "a" is there twice in an object of record 1'
    printf '[{"a":%s}]' "$(printf '[%.0s' {1..4000})" >bad.ndjson
    run --separate-stderr tarn import bad.ndjson
    fails 1 'line 1, column 3006: nested deeper than 3000 levels'
    tarn tables --json | jq -e 'length == 0'
}

@test "JSON and Parquet: a path is a path" {
    tarn init -q
    mkdir 'year=2020' s3: 'a[1]'
    right='[{"a":"right"}]' wrong='[{"a":"wrong"}]'
    echo "$wrong" | tee f1.json fx.json >gx.json
    tarn -q import f1.json --name source && tarn -q export source f1.parquet && cp f1.parquet fx.parquet
    echo "$right" >r.json && tarn -q import r.json --name good && tarn -q export good r.parquet
    n=0
    for name in 'f[1]' 'f*' 'f?' "it's" 'a"b' 'a{b,c}' $'new\nline' 'back\slash' 'year=2020/h' 's3:/bucket' 'a[1]/x' 'f[[]1]' 'http:' '100%'; do
        for ending in json parquet; do
            cp "r.$ending" "$name.$ending"
            n=$((n + 1))
            tarn -q import "$name.$ending" --name "t$n"
            tarn show "t$n" --json | jq -e '. == [{"a": "right"}]'
        done
    done
    cp r.json 'back\sl[a]sh.json' && tarn -q import 'back\sl[a]sh.json' --name both
    tarn show both --json | jq -e '. == [{"a": "right"}]'
    cp r.parquet 'back\sl[a]sh.parquet'
    run --separate-stderr tarn import 'back\sl[a]sh.parquet'
    fails 1 'rename it'
}

@test "JSON: nested and mixed values, and names that cannot be columns" {
    tarn init -q
    printf '%s\n' '{"l":[1,2.5],"m":[1,"x",null],"o":{"k":1,"K":2},"e":{},"x":1,"X":2,"":3}' '{"l":[],"o":null,"x":"a b"}' \
        '{"o":{"new":true},"e":{},"x":[ 1 , {"y" : 2} ]}' >t.ndjson
    run tarn import t.ndjson
    [ "$status" -eq 0 ]
    tarn show t --json | jq -e '.[0].l == [1, 2.5] and .[0].m == ["1", "x", null] and .[0].o.k == 1 and .[2].o.new == true'
    tarn show t --json | jq -e 'map(.x) == ["1", "a b", "[1,{\"y\":2}]"] and (map(.X_2) == [2, null, null]) and .[0].column_7 == 3'
    echo '[[1,"a"],[2,"b"]]' >lists.json && tarn -q import lists.json
    tarn show lists --json | jq -e 'map(.value) == [["1", "a"], ["2", "b"]]'
    echo '[5,null,7]' >plain.json && tarn -q import plain.json
    tarn show plain --json | jq -e 'map(.value) == [5, null, 7]'
}

@test "JSON: appending reads text columns with the digits of the file" {
    tarn init -q
    printf 'a,b\nx,1\n' >t.csv && tarn -q import t.csv
    echo '[{"b":2,"a":1.50}]' >more.json
    tarn -q import more.json --name t --append
    tarn show t --json | jq -e '. == [{"a": "x", "b": 1}, {"a": "1.50", "b": 2}]'
}

@test "JSON: thousands of keys" {
    tarn init -q
    jq -nc '[range(3000) | {("k\(.)"): .}]' >wide.json
    tarn import wide.json --json | jq -e '.rows == 3000 and (.columns | length) == 3000'
    tarn sql 'SELECT count(k0) AS a, max(k2999) AS b FROM wide' --json | jq -e '.[0] == {"a": 1, "b": 2999}'
    jq -nc '[{"id":1,"m":([range(3000) | {("k\(.)"): .}] | add)}]' >map.json
    tarn -q import map.json
    tarn show map --json | jq -e '.[0].m | fromjson | .k2999 == 2999'
}

@test "unnest: lists to rows, structs to columns" {
    tarn init -q
    printf '%s\n' '{"id":1,"addr":{"city":"Oslo","geo":{"lat":1.5}},"tags":["x","y"],"addr_city":"mine"}' \
        '{"id":2,"tags":[]}' '{"id":3,"addr":{"city":"Rome"},"tags":null}' >t.ndjson
    tarn -q import t.ndjson
    tarn apply t unnest -c tags --preview | grep -q 4
    tarn -q apply t unnest -c tags
    tarn show t --json | jq -e 'map([.id, .tags]) == [[1, "x"], [1, "y"], [2, null], [3, null]]'
    tarn -q undo t
    tarn -q apply t unnest -c tags -s empty=drop
    tarn show t --json | jq -e 'map([.id, .tags, .addr.city]) == [[1, "x", "Oslo"], [1, "y", "Oslo"]]'
    tarn -q undo t
    tarn -q apply t unnest -c addr
    [ "$(tarn schema t --json | jq -r '[.columns[].name] | join(",")')" = 'id,addr_city 2,addr_geo,tags,addr_city' ]
    tarn show t --json | jq -e '.[0]["addr_city 2"] == "Oslo" and .[0].addr_city == "mine" and .[1]["addr_city 2"] == null'
    tarn -q undo t
    tarn -q apply t unnest -c addr -s depth=2 -s names=plain
    [ "$(tarn schema t --json | jq -r '[.columns[].name] | join(",")')" = 'id,city,lat,tags,addr_city' ]
    echo '{"o":[{"p":1,"q":[1,2]},{"p":2,"q":[]}],"id":7}' >deep.ndjson
    tarn -q import deep.ndjson
    tarn -q apply deep unnest -c o -s depth=3
    tarn show deep --json | jq -e '. == [{"o_p": 1, "o_q": 1, "id": 7}, {"o_p": 1, "o_q": 2, "id": 7}, {"o_p": 2, "o_q": null, "id": 7}]'
    tarn sql "SELECT 1 AS id, MAP {'a': 1, 'b': 2} AS m" --into maps -q
    tarn -q apply maps unnest -c m -s depth=2
    tarn show maps --json | jq -e '. == [{"id": 1, "m_key": "a", "m_value": 1}, {"id": 1, "m_key": "b", "m_value": 2}]'
    run --separate-stderr tarn apply t unnest -c id
    fails 1 'has type int64: only lists'
    tarn recipe save flat deep && tarn import -q deep.ndjson --name again && tarn recipe run flat again -q
    tarn show again --json | jq -e 'length == 3'
}

@test "parse-json: text becomes what the JSON in it is; cast writes it as text again" {
    tarn init -q
    cat >t.csv <<'CSV'
id,j
1,"{""a"":9007199254740993,""l"":[1,2]}"
2,
3,"{""b"":{""k"":""v""},""l"":[]}"
CSV
    tarn -q import t.csv
    run --separate-stderr tarn apply t unnest -c j
    fails 1 'apply parse-json'
    tarn -q apply t parse-json -c j
    [ "$(types_of t)" = 'BIGINT STRUCT("a" BIGINT, "l" BIGINT[], "b" STRUCT("k" VARCHAR))' ]
    tarn -q apply t cast -c j -s type=text
    tarn export t - --format ndjson | jq -s -e '.[0].j == "{\"a\":9007199254740993,\"l\":[1,2],\"b\":null}" and .[1].j == null'
    tarn -q undo t
    tarn -q apply t unnest -c j
    tarn show t --json | jq -e 'map(.j_l) == [[1, 2], null, []] and .[2].j_b == {"k": "v"}'
    printf 'j\n"[1]"\n"[1,]"\n' >bad.csv && tarn -q import bad.csv
    run --separate-stderr tarn apply bad parse-json -c j
    fails 1 'row id 1 of "j" is no JSON' 'at byte 4'
}

@test "records further down are hinted at, and keys with dots can be named" {
    tarn init -q
    echo '{"meta": {"n": 2}, "result": {"items": [{"a": 1}, {"a": 2}]}}' >deep.json
    run tarn import deep.json
    has "1 row × 2 columns"
    has "records seem to lie under result.items, read them by --records result.items"
    run tarn import deep.json --name items --records result.items
    has "2 rows × 1 column"
    [[ $output != *"seem to lie"* ]]
    echo '{"n": 1, "a.b": {"x/y~": [{"a": 1}, {"a": 2}, {"a": 3}]}}' >dots.json
    run tarn import dots.json
    has "--records /a.b/x~1y~0"
    number=0
    for path in /a.b/x~1y~0 '"a.b".x/y~' '"a.b"."x/y~"'; do
        number=$((number + 1))
        run tarn import dots.json --name "dots_$number" --records "$path"
        has "3 rows × 1 column"
    done
    run --separate-stderr tarn import dots.json --name x --records a.b
    fails 1 'instead of "a" there are "n", "a.b"; where keys have dots, slashes lead to them: /a.b/c'
    echo '{"k": 1, "x": {"p": [{"a": 1}]}}{"k": 2, "x": {"p": [{"a": 1}]}}' >rows.json
    run tarn import rows.json
    has "2 rows"
    [[ $output != *"seem to lie"* ]]
    echo '{" k ": 1, "k": 2}' >spaces.json
    run tarn import spaces.json
    has 'k BIGINT, k_2 BIGINT'
    has 'names have no spaces around them: " k " (column 1) is now k'
}
