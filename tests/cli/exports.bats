#!/usr/bin/env bats
# How files are written: styles of delimited text, files that are there already, permissions, what is left behind.
load support

people() {
    tarn init -q
    cat >people.csv <<'CSV'
name,amount,born,formula
Zoë,1234.5,2001-02-03,=1+1
Łukasz,-2,,+49 30 1
"a;b, ""c""",0.25,1999-12-31,-5
CSV
    tarn import -q people.csv
}

bytes() {
    od -An -tx1 "$1" | tr -d ' \n'
}

@test "byte order mark, line ends, quotes, text for nulls" {
    people
    tarn export people out.csv --bom --line-ending crlf --quote-all --null NULL
    [ "$(head -c 3 out.csv | od -An -tx1 | tr -d ' ')" = efbbbf ]
    [ "$(tail -c +4 out.csv)" = $'"name","amount","born","formula"\r\n"Zoë","1234.5","2001-02-03","=1+1"\r\n"Łukasz","-2.0",NULL,"+49 30 1"\r\n"a;b, ""c""","0.25","1999-12-31","-5"\r' ]
    tarn sql "SELECT 'NULL' AS a, NULL::VARCHAR AS b, '' AS c" -o nulls.csv --null NULL
    [ "$(tail -n 1 nulls.csv)" = '"NULL",NULL,""' ]
    run -1 tarn export people other.csv --null 'a,b'
    [[ $output == *"must hold no delimiter"* ]]
}

@test "a decimal comma goes with semicolons, and into numbers only" {
    people
    [ "$(tarn export people - --format csv --decimal ,)" = $'name;amount;born;formula\nZoë;1234,5;2001-02-03;=1+1\nŁukasz;-2,0;;+49 30 1\n"a;b, ""c""";0,25;1999-12-31;-5' ]
    [ "$(tarn sql 'SELECT amount FROM people' --format csv --decimal , -d , | sed -n 2p)" = '"1234,5"' ]
    [ "$(tarn sql "SELECT TIMESTAMP '2020-01-01 00:00:00.5' AS t, 1.50::DECIMAL(5,2) AS d" --format csv --decimal , --no-header)" = '2020-01-01 00:00:00.5;1,50' ]
}

@test "cells that a spreadsheet would run are defused, numbers are left alone" {
    tarn init -q
    printf 'v,=name\n"=cmd|x!A1",1\n+1+1,2\n-2,3\n@SUM(A1),4\n"\tx",5\n-1e5,6\nplain,7\n－1,8\n"-1,5",9\n' >bad.csv
    tarn import -q bad.csv --type v=VARCHAR
    tarn export bad out.csv --safe-for-spreadsheets
    run -0 cat out.csv
    [ "${lines[0]}" = "v,'=name" ]
    [ "${lines[1]}" = "'=cmd|x!A1,1" ]
    [ "${lines[2]}" = "'+1+1,2" ]
    [ "${lines[3]}" = "-2,3" ]
    [ "${lines[4]}" = "'@SUM(A1),4" ]
    [ "${lines[5]}" = $'\'\tx,5' ]
    [ "${lines[6]}" = "-1e5,6" ]
    [ "${lines[7]}" = "plain,7" ]
    [ "${lines[8]}" = "'－1,8" ]
    [ "${lines[9]}" = '"-1,5",9' ]
    tarn sql 'SELECT -v AS n FROM (SELECT 7 AS v)' --format csv --safe-for-spreadsheets --no-header | grep -qx -- -7
}

@test "other encodings, and characters that they have not" {
    people
    run -1 tarn export people out.csv --encoding latin1
    [[ $output == *'row 2, column "name": ISO-8859-1 has no "Ł"'*--replace-unencodable* ]]
    [ ! -e out.csv ] && [ -z "$(ls out.csv* 2>/dev/null)" ]
    tarn export people out.csv --encoding latin1 --replace-unencodable
    [ "$(iconv -f LATIN1 out.csv | cut -d, -f1 | sed -n 2,3p)" = $'Zoë\n?ukasz' ]
    for name in cp1250 utf-16le utf-16be utf-32 gb18030; do
        tarn export people "$name.csv" --encoding "$name" --replace-unencodable
        tarn import -q "$name.csv" --name back --replace $([[ $name == utf* ]] || echo "--encoding $name")
        [ "$(tarn sql 'SELECT count(*) FROM (SELECT name, amount FROM people INTERSECT SELECT name, amount FROM back)' --format csv --no-header)" -ge 2 ]
    done
    [ "$(head -c 4 utf-16le.csv | od -An -tx1 | tr -d ' ')" = fffe6e00 ]
    for name in shift_jis euc-jp iso-2022-jp; do
        tarn sql "SELECT '日本' AS a, '東京' AS b UNION ALL SELECT 'x', '大阪'" -o "$name.csv" --encoding "$name"
        tarn import -q "$name.csv" --name "j-$name" --encoding "$name"
        tarn export "j-$name" - --format csv | grep -qx 日本,東京
    done
    run -1 tarn export people x.csv --encoding ebcdic
    run -1 tarn export people x.parquet --encoding latin1
    [[ $output == *"for csv and tsv"* ]]
}

@test "a file that is there asks for --force" {
    people
    echo mine >out.csv
    run -1 tarn export people out.csv
    [[ $output == *"out.csv is there already"*--force* ]]
    run -1 tarn sql 'SELECT 1' -o out.csv
    [ "$(cat out.csv)" = mine ]
    tarn sql 'SELECT 1 AS one' -o out.csv --force
    [ "$(head -n 1 out.csv)" = one ]
    run -2 tarn export people out.csv --force --no-clobber
}

@test "what replaces a file may be read by nobody who could not before" {
    people
    for format in csv parquet xlsx arrow; do
        for mode in 400 600 640; do
            rm -f "out.$format"
            : >"out.$format"
            chmod $mode "out.$format"
            tarn export people "out.$format" --force
            [ "$(stat -c %a "out.$format")" = $mode ]
        done
        (umask 027 && tarn export people "new.$format")
        [ "$(stat -c %a "new.$format")" = 640 ]
    done
}

@test "a file that grows too large is an error, and nothing is left" {
    tarn init -q
    for format in csv parquet xlsx arrow json; do
        run bash -c "ulimit -f 100; '$TARN' sql 'SELECT random() AS a, random() AS b, random() AS c FROM range(100000)' -o 'big.$format'"
        [ "$status" -eq 1 ]
        [[ $output == *'File too large'* || $output == *'not all rows could be stored'* ]]
        [ -z "$(ls big* 2>/dev/null)" ]
    done
}
