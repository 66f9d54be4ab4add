#!/usr/bin/env bats
# Import and export.
load support

@test "import tells what it recognised" {
    tarn init -q
    printf 'id;name;when\n1;Ann;2024-01-02\n2;Bob;2024-01-03\n' >people.csv
    run tarn import people.csv
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "people from people.csv" ]
    has "csv · UTF-8 · delimiter ; · names in line 1"
    has "2 rows × 3 columns · version 1"
    has "id BIGINT, name VARCHAR, when DATE"
    printf 'id;name\n1;Ann\n' >one.csv
    tarn import one.csv --json | jq -e '.table == "one" and .path == "one.csv" and .format == "csv" and .encoding == "UTF-8" and .delimiter == ";"
        and .header_row == 1 and .version == 1 and .before == null and .rows == 1 and .warnings == []
        and .columns == [{"name": "id", "type": "BIGINT", "arrow": "int64"}, {"name": "name", "type": "VARCHAR", "arrow": "utf8"}]'
}

@test "import: several files; one that fails does not stop the others" {
    tarn init -q
    numbers 3 >a.csv
    numbers 4 >c.csv
    run --separate-stderr tarn import a.csv b.csv c.csv
    fails 1 b.csv
    tarn tables --json | jq -e 'map({name, rows}) == [{"name": "a", "rows": 3}, {"name": "c", "rows": 4}]'
    run --separate-stderr tarn import a.csv c.csv --name both
    fails 2 "--name is for one file"
    tarn import -q a.csv --name both
    tarn import a.csv c.csv --name both --append --json | jq -es 'map(.rows) == [6, 10]'
}

@test "import: names of tables from names of files" {
    tarn init -q
    mkdir -p 'some dir'
    numbers 1 >'some dir/2024 sales@north.v2.csv'
    name=$(tarn import 'some dir/2024 sales@north.v2.csv' --json | jq -r .table)
    [ -n "$name" ]
    tarn show "$name" --json | jq -e 'length == 1'
    tarn import -q 'some dir/2024 sales@north.v2.csv' --name Sales
    tarn show sales --json | jq -e 'length == 1'
    run --separate-stderr tarn import 'some dir/2024 sales@north.v2.csv' --name 'a@b'
    fails 1 'a@b'
}

@test "import: onto a table that is there" {
    orders
    before=$(fingerprint)
    run --separate-stderr tarn import orders.csv
    fails 1 orders --replace --append
    run --separate-stderr tarn import orders.csv --name ORDERS
    fails 1 --replace
    [ "$(fingerprint)" = "$before" ]
    run tarn import orders.csv --append
    has "orders has 10 rows now"
    printf 'x\n1\n' >x.csv
    tarn import -q x.csv --name orders --replace
    [ "$(tarn show orders --json | jq -c .)" = '[{"x":1}]' ]
    tarn undo -q orders 2
    tarn show orders --json | jq -e 'length == 5'
    run --separate-stderr tarn import orders.csv --append --replace
    fails 2 "exclude each other"
}

@test "import: everything can be said instead of detected" {
    tarn init -q
    printf 'made by a machine\n\nid|zip|name\n1|00123|O%sNeil\n2|04567|NA\n' "'" >odd.txt
    tarn import odd.txt --name odd --delimiter '|' --header-row 3 --null NA --json |
        jq -e '.header_row == 3 and (.columns | map(.name) == ["id", "zip", "name"])'
    tarn show odd --json | jq -e '.[0] == {"id": 1, "zip": "00123", "name": "O'"'"'Neil"} and .[1].name == null'
    tarn import -q odd.txt --name text --delimiter pipe --header-row 3 --all-text
    tarn schema text --json | jq -e '.columns | all(.type == "VARCHAR")'
    tarn import -q odd.txt --name typed --delimiter pipe --header-row 3 --type id=DOUBLE --type zip=INTEGER
    tarn schema typed --json | jq -e '.columns | map(.type)[0:2] == ["DOUBLE", "INTEGER"]'
    printf '1,2\n3,4\n' >bare.csv
    tarn import bare.csv --header-row 0 --json | jq -e '.header_row == 0 and .rows == 2'
    printf 'a\tb\n1\t2\n' >tab.txt
    for tab in tab '\t' $'\t'; do
        tarn import tab.txt --delimiter "$tab" --replace --json | jq -e '.columns | length == 2'
    done
    printf 'top,,\na,b,c\n1,2,3\n' >two.csv
    tarn import two.csv --header-row 1 --header-rows 2 --json | jq -e '.rows == 1'
    printf 'name\ncaf\xe9\n' >latin.csv
    tarn import -q latin.csv --encoding latin-1
    tarn show latin --json | jq -e '.[0].name == "café"'
    run --separate-stderr tarn import bare.csv --delimiter abcdefghijklmnopq
    fails 2 "--delimiter needs one character or several"
    run --separate-stderr tarn import bare.csv --quote ab
    fails 2 "--quote needs one ASCII character"
    run --separate-stderr tarn import bare.csv --type id
    fails 2 "--type needs COLUMN=TYPE"
    run --separate-stderr tarn import bare.csv --name n --type nope=BIGINT
    fails 1 nope
    run --separate-stderr tarn import bare.csv --name n --header-row 0 --type column1=NONSENSE
    [ "$status" -eq 1 ]
}

@test "import: ragged lines are reported with their numbers" {
    tarn init -q
    printf 'a,b,c\n1,2,3\n4,5\n6,7,8\n9,10,11,12\n' >ragged.csv
    run tarn import ragged.csv
    [ "$status" -eq 0 ]
    has warning:
    has "3"
    tarn show ragged --json | jq -e 'length == 4'
    tarn import ragged.csv --replace --json | jq -e '.warnings | length >= 1'
}

@test "import from standard input" {
    tarn init -q
    numbers 7 | tarn import - --name piped -q
    [ "$(value 'SELECT count(*) FROM piped')" = 7 ]
    numbers 7 | tarn import - --name other --json | jq -e '.path == "-" and .rows == 7'
}

@test "export: every format comes back equal" {
    orders
    for ending in csv tsv json ndjson parquet arrow; do
        run tarn export orders "out.$ending"
        [ "$status" -eq 0 ]
        has "wrote 5 rows × 4 columns to out.$ending"
        tarn import -q "out.$ending" --name "t_$ending"
    done
    expected=$(tarn show orders --json)
    for ending in json ndjson parquet arrow; do
        [ "$(tarn show "t_$ending" --json)" = "$expected" ]
    done
    tarn export orders other --format parquet --json | jq -e '.format == "parquet" and .rows == 5 and .columns == 4'
}

@test "export: a file that is there is replaced with --force only" {
    orders
    tarn export -q orders out.csv
    cp out.csv before.csv
    for option in -q --no-clobber; do
        run --separate-stderr tarn export orders out.csv "$option"
        fails 1 out.csv
    done
    cmp out.csv before.csv
    tarn apply -q orders filter --set 'where=id = 1'
    tarn export -q orders out.csv --force
    [ "$(wc -l <out.csv)" -eq 2 ]
    tarn export -q orders@1 out.csv --force
    cmp out.csv before.csv
}

@test "export: options, and to standard output" {
    orders
    [ "$(tarn export orders - --format csv | head -1)" = id,city,amount,note ]
    [ "$(tarn export orders - --format csv --delimiter ';' | head -1)" = 'id;city;amount;note' ]
    [[ $(tarn export orders - --format csv --no-header | head -1) == 1,Paris,* ]]
    tarn export orders - --format ndjson | jq -es 'length == 5'
    for codec in zstd snappy none; do
        tarn export -q orders "$codec.parquet" --compression "$codec"
    done
    for codec in zstd lz4 none; do
        tarn export -q orders "$codec.arrow" --compression "$codec"
        tarn import -q "$codec.arrow" --name "a_$codec"
    done
    run --separate-stderr tarn export orders -
    fails 2 "say --format"
    run --separate-stderr tarn export orders out.parquet --compression lz77
    fails 2 "--compression cannot be 'lz77'"
    run --separate-stderr tarn export orders out.csv --delimiter ab
    fails 2 "--delimiter"
}

@test "export that fails leaves nothing behind" {
    orders
    run --separate-stderr tarn export orders out.xyz
    fails 1 xyz
    run --separate-stderr tarn export orders nowhere/out.csv
    fails 1 nowhere/out.csv
    run --separate-stderr tarn export nosuch out.csv
    fails 1 nosuch
    mkdir folder
    run --separate-stderr tarn export orders folder --format csv
    fails 1 folder
    [ "$(ls)" = $'folder\norders.csv' ]
}

# Every special character at every place of texts of every length around the width in which they are looked at.
texts_with_marks() {
    python3 - "$1" <<'PY'
import sys
delimiter = sys.argv[1]
print("n" + delimiter + "text")
for size in range(1, 20):
    for at in range(size):
        for mark in (delimiter, '"', "\n", "\r", "é", ".", "\x7f"):
            text = "x" * at + mark + "y" * (size - at - 1)
            if mark in (delimiter, '"', "\n", "\r"):
                text = '"' + text.replace('"', '""') + '"'
            sys.stdout.write("1" + delimiter + text + "\n")
PY
}

@test "export: only texts that need it are quoted, wherever the character stands" {
    tarn init -q
    for delimiter in , ';' '|' $'\t'; do
        texts_with_marks "$delimiter" >in.csv
        tarn import -q in.csv --name t --replace -d "$delimiter"
        tarn export -q t out.csv --force -d "$delimiter"
        cmp in.csv out.csv
    done
}

@test "export: numbers, dates and times are quoted where they hold the delimiter" {
    tarn init -q
    printf 'a,b\n-1.5,2024-01-02\n' >in.csv
    tarn import -q in.csv --name t
    [ "$(tarn export t - --format csv -d . | tail -n 1)" = '"-1.5".2024-01-02' ]
    [ "$(tarn export t - --format csv -d - | tail -n 1)" = '"-1.5"-"2024-01-02"' ]
    [ "$(tarn export t - --format csv -d 5 | tail -n 1)" = '"-1.5"52024-01-02' ]
}

@test "import: named pipes, process substitution and /dev/stdin" {
    tarn init -q
    numbers 3 >in.csv
    mkfifo pipe
    cat in.csv >pipe &
    tarn import -q pipe
    [ "$(value 'SELECT count(*) FROM pipe')" = 3 ]
    tarn import -q <(cat in.csv) --name substituted
    [ "$(value 'SELECT count(*) FROM substituted')" = 3 ]
    cat in.csv | tarn import -q /dev/stdin --name piped
    [ "$(value 'SELECT count(*) FROM piped')" = 3 ]
    run --separate-stderr tarn import <(cat in.csv)
    fails 1 "needs a name" --name
    run --separate-stderr tarn import /dev/null --name nothing
    fails 1 /dev/null empty
    run --separate-stderr tarn import -q pipe # refused before anybody writes to it
    fails 1 "there is a table pipe already"
}

@test "export: every format to a named pipe and to standard output" {
    tarn init -q
    numbers 100 >in.csv
    tarn import -q in.csv --name t
    mkfifo pipe
    for format in csv json ndjson parquet arrow arrow-stream; do
        tarn export -q t file --force --format "$format"
        cat pipe >through &
        tarn export -q t pipe --format "$format"
        wait $!
        cmp file through
        tarn export -q t - --format "$format" | cmp file -
        tarn export -q t /dev/stdout --format "$format" | cmp file -
    done
}

@test "export: waiting for the reader of a named pipe ends with Ctrl-C" {
    tarn init -q
    numbers 3 >in.csv
    tarn import -q in.csv --name t
    mkfifo pipe
    ( exec "$TARN" export t pipe --format csv 2>message ) &
    writer=$!
    until grep -qs tarn "/proc/$writer/comm"; do :; done
    while kill -INT "$writer" 2>/dev/null && kill -0 "$writer" 2>/dev/null; do :; done
    status=0
    wait "$writer" || status=$?
    [ "$status" -ne 0 ]
    [ -p pipe ]
}

@test "names of files that are not UTF-8 are recorded with their bytes spelled out" {
    tarn init -q
    name=$'caf\xe9.csv'
    numbers 3 >"$name" 2>/dev/null || skip "the file system takes UTF-8 only"
    tarn import -q "$name" --name t
    tarn export -q t $'out\xff.csv'
    cmp "$name" $'out\xff.csv'
    grep -rqF 'caf\\xE9.csv' .tarn/journal*
    grep -rqF 'out\\xFF.csv' .tarn/journal*
}

@test "import: compressed files and other things name the remedy" {
    tarn init -q
    before=$(fingerprint)
    numbers 3 | bzip2 >in.csv.bz2
    run --separate-stderr tarn import in.csv.bz2
    fails 1 in.csv.bz2 "bunzip2 -c" "tarn import -"
    numbers 3 | xz >in.csv.xz
    run --separate-stderr tarn import in.csv.xz
    fails 1 in.csv.xz "unxz -c" "tarn import -"
    numbers 3 >in.csv
    tar cf in.tar in.csv
    run --separate-stderr tarn import in.tar
    fails 1 in.tar "tar archive"
    tar czf in.tgz in.csv
    run --separate-stderr tarn import in.tgz --name t
    fails 1 in.tgz "tar archive"
    printf '%%PDF-1.7\n' >a.csv
    run --separate-stderr tarn import a.csv
    fails 1 a.csv PDF
    printf '\x89PNG\r\n\x1a\nxxxx' >b.csv
    run --separate-stderr tarn import b.csv
    fails 1 b.csv image
    [ "$(fingerprint)" = "$before" ]
}

@test "import: a named type is what comes out" {
    tarn init -q
    local types=(TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT 'DECIMAL(9,2)' FLOAT DOUBLE
        BOOLEAN VARCHAR DATE TIME TIMESTAMP 'TIMESTAMP WITH TIME ZONE' TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS UUID BLOB)
    local values=(-128 -32768 2147483647 -9223372036854775808 -170141183460469231731687303715884105727 255 65535 4294967295
        18446744073709551615 -1234567.80 0.1 0.1 true 007 2024-02-29 12:34:56.5 '2024-02-29 12:34:56.123456'
        '2024-02-29 12:34:56+00' '2024-02-29 12:34:56' '2024-02-29 12:34:56.123' '2024-02-29 12:34:56.123456'
        01234567-89ab-cdef-0123-456789abcdef 'a\x00\xFFz')
    for n in "${!types[@]}"; do
        printf 'id,c\n1,%s\n2,\n' "${values[n]}" >in.csv
        tarn import -q in.csv --name t --replace --type "c=${types[n]}"
        [ "$(tarn schema t --json | jq -r '.columns[1].type')" = "${types[n]}" ]
        tarn export -q t out.csv --force
        cmp in.csv out.csv
        tarn import -q in.csv --name t --append
        [ "$(tarn schema t --json | jq -r '.columns[1].type')" = "${types[n]}" ]
        [ "$(value 'SELECT count(DISTINCT c) FROM t')" = 1 ]
    done
}

@test "import: a value that is not of the named type is refused with its line" {
    tarn init -q
    before=$(fingerprint)
    local types=(TINYINT UTINYINT INTEGER UBIGINT HUGEINT 'DECIMAL(4,2)' 'decimal(4,2)' REAL UUID BLOB TIMESTAMP_S INT NUMERIC)
    local values=(128 -1 1.5 18446744073709551616 1e3 123.45 1.234 1e300 0123 'a\xG0' '2024-01-01 00:00:00.5' x 0.0001)
    for n in "${!types[@]}"; do
        printf 'id,c\n1,\n2,%s\n' "${values[n]}" >in.csv
        run --separate-stderr tarn import in.csv --type "c=${types[n]}"
        fails 1 'line 3' 'column c' "${values[n]}"
    done
    for type in LIST 'DECIMAL(40,2)' 'DECIMAL(4,5)' 'DECIMAL(4' DECIMALS; do
        run --separate-stderr tarn import in.csv --type "c=$type"
        fails 1 "$type" 'DECIMAL(p,s)'
    done
    [ "$(fingerprint)" = "$before" ]
}

@test "import: thousands of columns" {
    tarn init -q
    { seq -s, -f 'c%g' 1 9000; seq -s, 1 9000; seq -s, 2 9001; } >wide.csv
    run tarn import wide.csv --json
    [ "$status" -eq 0 ]
    jq -e '.rows == 2 and (.columns | length) == 9000 and .warnings == []' <<<"$output"
    [ "$(value 'SELECT c9000 - c1 FROM wide LIMIT 1')" = 8999 ]
}

@test "import --append: columns become wider where values do not fit, and only there" {
    tarn init -q
    printf 'n,d,s,t\n1,2024-01-05,a,1\n2,2024-01-06,b,2\n' >narrow.csv
    tarn import -q narrow.csv --name t
    printf 't,s,n,d\n3,c,2.5,2024-01-07 10:30:00\n' >wide.csv
    run -0 tarn import wide.csv --name t --append
    [[ $output == *"to take the new rows, n became DOUBLE (was BIGINT), d became TIMESTAMP (was DATE)"* ]]
    [ "$(tarn export t - --format csv)" = $'n,d,s,t\n1.0,2024-01-05 00:00:00,a,1\n2.0,2024-01-06 00:00:00,b,2\n2.5,2024-01-07 10:30:00,c,3' ]
    tarn undo -q t
    [ "$(tarn schema t --json | jq -r '[.columns[].type] | join(" ")')" = "BIGINT DATE VARCHAR BIGINT" ]
    printf 'n,d\n3.0,\n' >whole.csv
    tarn import -q whole.csv --name t --append
    [ "$(tarn schema t --json | jq -r '[.columns[].type] | join(" ")')" = "BIGINT DATE VARCHAR BIGINT" ]
    printf 'n,t\nmany,007\n' >text.csv
    tarn import -q text.csv --name t --append
    [ "$(tarn export t - --format csv | tail -n 1)" = many,,,7 ]
    [ "$(tarn schema t --json | jq -r '[.columns[].type] | join(" ")')" = "VARCHAR DATE VARCHAR BIGINT" ]
    tarn verify
}

@test "import --append: smaller types become wider for other formats too, and what cannot is told" {
    tarn init -q
    tarn sql 'SELECT 1::TINYINT AS v, 9007199254740993 AS big, true AS b' --into small -q
    tarn sql 'SELECT 30::SMALLINT AS v' -o fits.parquet -q
    tarn import -q fits.parquet --name small --append
    [ "$(tarn schema small --json | jq -r '.columns[0].type')" = TINYINT ]
    tarn sql 'SELECT 300::SMALLINT AS v' -o more.arrow -q
    tarn import -q more.arrow --name small --append
    [ "$(tarn schema small --json | jq -r '.columns[0].type')" = SMALLINT ]
    printf 'big\n0.5\n' >big.csv
    run -1 tarn import big.csv --name small --append
    [[ $output == *'"big" of the table cannot become wider'*9007199254740993*stack*cast* ]]
    printf 'b\n7\n' >b.csv
    run -1 tarn import b.csv --name small --append
    [[ $output == *'"b"'*stack*cast* ]]
    [ "$(tarn sql 'SELECT count(*) AS n FROM small' --json | jq '.[0].n')" = 3 ]
}

@test "import: columns that differ in many places are read a few times, not once for each" {
    tarn init -q
    python3 - <<'PY'
width = 60
with open("ints.csv", "w") as file:
    file.write(",".join(f"c{i}" for i in range(width)) + "\n" + ",".join(["1"] * width) + "\n")
with open("halves.csv", "w") as file:
    file.write(",".join(f"c{i}" for i in range(width)) + "\n")
    for row in range(width * 300):
        file.write(",".join("0.5" if row == column * 300 else "2" for column in range(width)) + "\n")
PY
    tarn import -q ints.csv --name t
    tarn import -q halves.csv --name t --append
    [ "$(tarn schema t --json | jq -r '[.columns[].type] | unique | join(" ")')" = DOUBLE ]
    [ "$(value 'SELECT sum(c0) + sum(c59) FROM t')" = 71999.0 ] # in each 1, 0.5 and 17,999 twos
}

@test "import: values like 1E5 alone stay text, and so do fractions that a double would change" {
    tarn init -q
    printf 'code,mixed,real,exact,fine\n1E5,1E5,1.5E+10,9007199254740993.0,0.30000000000000004\n2e10,2,3E2,1.5,1\n' >in.csv
    run -0 tarn import in.csv --name t
    [[ $output == *"stay text"*DOUBLE*": code"* && $output == *"more digits than a DOUBLE"*": exact"* ]]
    [ "$(tarn schema t --json | jq -r '[.columns[].type] | join(" ")')" = "VARCHAR DOUBLE DOUBLE VARCHAR DOUBLE" ]
    [ "$(tarn export t - --format csv | sed -n 2p)" = 1E5,100000.0,15000000000.0,9007199254740993.0,0.30000000000000004 ]
    tarn import -q in.csv --name u --type code=DOUBLE --type 'exact=DECIMAL(20,1)'
    [ "$(tarn export u - --format csv | sed -n 3p)" = 20000000000.0,2.0,300.0,1.5,1.0 ]
}

@test "import: text as it stands, of every format" {
    tarn init -q
    printf 'a,b,c\n +1 ,007,"x ""q"""\n1E5, 12 ,+3\n' >in.csv
    sed 's/,/\t/g' in.csv >in.tsv
    for file in in.csv in.tsv; do
        for how in --all-text "--type a=VARCHAR --type b=VARCHAR --type c=TEXT"; do
            tarn import -q $file --name t --replace $how
            tarn export t - --format ndjson | diff - <(printf '%s\n' '{"a":" +1 ","b":"007","c":"x \"q\""}' '{"a":"1E5","b":" 12 ","c":"+3"}')
        done
    done
    tarn sql "SELECT 1.50::DECIMAL(5,2) AS d, DATE '2024-01-02' AS t, [1, 2] AS l, 'x' AS s" -o in.arrow -q
    tarn import -q in.arrow --name all --all-text
    tarn export all - --format ndjson | diff - <(echo '{"d":"1.50","t":"2024-01-02","l":"[1,2]","s":"x"}')
    tarn import -q in.arrow --name one --type D=VARCHAR
    [ "$(tarn schema one --json | jq -r '[.columns[].type] | join(" ")')" = "VARCHAR DATE INTEGER[] VARCHAR" ]
    run -1 tarn import in.arrow --name other --type d=DOUBLE
    [[ $output == *"read a column as VARCHAR"* ]]
    run -1 tarn import in.arrow --name other --type none=VARCHAR
    [[ $output == *'no column "none"'* ]]
}

@test "import: a column called as row numbers are gets another name" {
    tarn init -q
    printf '_tarn_id,b,column_1\n1,2,3\n' >in.csv
    run -0 tarn import in.csv --name t
    [[ $output == *'"_tarn_id" (column 1) is now column_1'* ]]
    [ "$(tarn schema t --json | jq -r '[.columns[].name] | join(" ")')" = "column_1 b column_1_2" ]
}

@test "export: a workbook that rounds the 17th digit says so" {
    tarn init -q
    tarn sql 'SELECT * FROM (VALUES (2.5::DOUBLE, 1::DOUBLE), (1e0 / 3, 0.1::DOUBLE + 0.2::DOUBLE)) v(a, b)' --into t -q
    run -0 tarn export t t.xlsx
    [[ $output == *warning*"17th digit"*"b (row 2)"* ]]
    tarn export t again.xlsx --json | jq -e '.warnings | length == 1'
    tarn sql 'SELECT 0.1::DOUBLE AS a, 123456.789::DOUBLE AS b, 1e300 AS c' --into plain -q
    tarn export plain plain.xlsx --json | jq -e '.warnings == []'
}

@test "files of one run that would be one table are told apart, or appended" {
    tarn init -q
    mkdir a b
    echo '{"n": 1}' >a/same.json
    echo '{"n": 2}' >b/Same.json
    for mode in '' --replace; do
        run --separate-stderr tarn import -q $mode a/same.json b/Same.json
        fails 1 "b/Same.json: the table Same has just been made from a/same.json" "--name" "--append"
        [ "$(value 'SELECT n FROM same')" = 1 ]
    done
    tarn import -q --append a/same.json b/Same.json
    [ "$(value 'SELECT count(*) FROM same')" = 3 ]
}

@test "a misspelt column of show is answered with the nearest" {
    orders
    run --separate-stderr tarn show orders -c cty
    fails 1 'did you mean "city"'
    run --separate-stderr tarn apply orders trim -c cty
    [[ $stderr == *"did you mean"*city* ]]
    run tarn show orders -c city,id
    has Paris
}
