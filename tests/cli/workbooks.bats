#!/usr/bin/env bats
# Excel workbooks in and out.
load support

workbook() {
    python3 "$BATS_TEST_DIRNAME/make_workbook.py" "$@"
}

@test "a sheet becomes a table: every kind of cell" {
    tarn init -q
    workbook orders.xlsx
    run tarn import orders.xlsx
    [ "$status" -eq 0 ]
    has "4 rows"
    has 'id VARCHAR, city VARCHAR, when DATE, paid BOOLEAN, amount DOUBLE, column_6 TIMESTAMP, column_7 TIME'
    has 'read the sheet "Orders"; there are others: "Hidden" (hidden), "Empty", "Old"'
    has "row 1 above the names (row 3) left out"
    has "left out 2 empty rows between the others"
    has "1 cell held an Excel error and became null; the first is D8"
    has "1 formula has no computed value and became null; the first is E5"
    has "1 merged range (A1:E1)"
    [ "$(tarn export orders - --format csv)" = "id,city,when,paid,amount,column_6,column_7
007,Łódź,2024-03-01,true,1.5,2024-03-01 18:00:00,12:30:00
inline,\"two
lines\",,false,,,
12,rich text,1900-02-28,,,,
tab	here,,,,200.0,," ]
}

@test "which sheet, which header, which types" {
    tarn init -q
    workbook orders.xlsx
    tarn import -q orders.xlsx --name old --sheet old
    [ "$(tarn export old - --format csv)" = "column_1,column_2
1,2.5
3,4.0" ]
    tarn import -q orders.xlsx --name third --sheet 1
    [ "$(value 'SELECT column_1 FROM third')" = 1 ]
    tarn import -q orders.xlsx --name text --all-text --header-row 3
    tarn schema text --json | jq -e '[.columns[].type] | unique == ["VARCHAR"]'
    [ "$(value 'SELECT "when" FROM text LIMIT 1')" = 2024-03-01 ]
    tarn import -q orders.xlsx --name narrow --type amount=VARCHAR
    tarn schema narrow --json | jq -e '[.columns[] | select(.name == "amount")][0].type == "VARCHAR"'
    tarn import -q orders.xlsx --name bare --sheet Old --header-row 0
    [ "$(value 'SELECT count(*) FROM bare')" = 2 ]
    before=$(fingerprint)
    run --separate-stderr tarn import orders.xlsx --name x --sheet nosuch
    fails 1 'no sheet "nosuch"' '"Orders"'
    run --separate-stderr tarn import orders.xlsx --name x --sheet Empty
    fails 1 '"Empty" is empty'
    run --separate-stderr tarn import orders.xlsx --name x --type nosuch=VARCHAR
    fails 1 nosuch
    [ "$(fingerprint)" = "$before" ]
}

@test "the epoch of 1904" {
    tarn init -q
    workbook mac.xlsx 'xl/workbook.xml=<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="1"/><sheets><sheet name="Orders" r:id="r1"/></sheets></workbook>'
    tarn import -q mac.xlsx
    [ "$(value 'SELECT "when" FROM mac LIMIT 1')" = 2028-03-02 ]
}

@test "a table comes back from a workbook as it was" {
    tarn init -q
    cat >all.csv <<'CSV'
n,big,x,flag,day,moment,clock,text
1,9007199254740993,0.5,true,2024-02-29,2024-02-29 13:14:15.25,23:59:59,plain
-2,1,1e300,false,1900-01-01,1999-12-31 00:00:00,00:00:00," spaced  "
,2,,,,,,"a <tag> & ""quotes"" 東京 _x000D_"
CSV
    tarn import -q all.csv
    run tarn export all all.xlsx
    has "3 rows × 8 columns"
    tarn import -q all.xlsx --name back
    [ "$(tarn export back - --format csv | sed 1d)" = "$(tarn export all - --format csv | sed 1d)" ]
    tarn schema back --json | jq -e '[.columns[].type] == ["BIGINT", "VARCHAR", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "TIME", "VARCHAR"]'
    tarn sql 'FROM "all"' --format xlsx -o query.xlsx
    tarn sql 'FROM "all"' --format xlsx | tarn import -q - --name piped
    [ "$(tarn export piped - --format csv)" = "$(tarn export back - --format csv)" ]
    [ -z "$(ls .tarn/tmp)" ]
    tarn sql 'SELECT (-9223372036854775808)::BIGINT AS a, 18446744073709551615::UBIGINT AS b, -9007199254740992 AS c' -q -o ends.xlsx
    tarn import -q ends.xlsx
    [ "$(tarn export ends - --format csv | tail -1)" = "-9223372036854775808,18446744073709551615,-9007199254740992" ]
}

@test "what a workbook cannot hold is refused, and nothing is left" {
    tarn init -q
    numbers 1048576 >long.csv
    tarn import -q long.csv
    echo keep >long.xlsx
    run --separate-stderr tarn export long long.xlsx --force
    fails 1 "1,048,576 rows" "CSV"
    [ "$(cat long.xlsx)" = keep ]
    { echo t; head -c 40000 /dev/zero | tr '\0' x; } >wide.csv
    tarn import -q wide.csv --header-row 1
    run --separate-stderr tarn export wide wide.xlsx
    fails 1 "row 1 of column t" "32,767"
    [ ! -e wide.xlsx ]
    [ -z "$(ls .tarn/tmp)" ]
}

@test "damaged workbooks: one message, nothing imported" {
    tarn init -q
    workbook whole.xlsx
    before=$(fingerprint)
    head -c 1500 whole.xlsx >cut.xlsx
    run --separate-stderr tarn import cut.xlsx
    fails 1 cut.xlsx
    workbook no-book.xlsx xl/workbook.xml=
    run --separate-stderr tarn import no-book.xlsx
    fails 1 no-book.xlsx workbook.xml
    workbook no-part.xlsx xl/worksheets/sheet1.xml=
    run --separate-stderr tarn import no-part.xlsx
    fails 1 no-part.xlsx sheet1.xml
    workbook ill.xlsx 'xl/worksheets/sheet1.xml=<worksheet><sheetData><row>'
    run --separate-stderr tarn import ill.xlsx
    fails 1 ill.xlsx sheet1.xml
    for cells in '<row r="2"/><row r="1"/>' '<row r="9999999"/>' '<row><c r="ZZZZ1"><v>1</v></c></row>' \
        '<row><c t="s"><v>99</v></c></row>' '<row><c r="B1"/><c r="A1"/></row>'; do
        workbook bad.xlsx "xl/worksheets/sheet1.xml=<worksheet><sheetData>$cells</sheetData></worksheet>"
        run --separate-stderr tarn import bad.xlsx
        fails 1 "bad.xlsx is damaged"
    done
    [ "$(fingerprint)" = "$before" ]
}
