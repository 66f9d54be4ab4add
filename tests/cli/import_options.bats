#!/usr/bin/env bats
# How a text is read: what is asked for, what is seen, and what is said about it.
load support

@test "import: several texts that mean null" {
    tarn init -q
    printf 'a,b\n1,NULL\nN/A,2\n' >n.csv
    run tarn import n.csv --null NULL --null N/A
    [ "$status" -eq 0 ]
    has "a BIGINT, b BIGINT"
}

@test "import: a decimal comma and parted thousands" {
    tarn init -q
    printf 'a;b\n1.234,5;3.000\n-2,25;7\n' >d.csv
    tarn import d.csv --decimal , -q
    run tarn sql "select sum(a), sum(b) from d" --format csv
    has "1232.25,3007"
    run tarn import d.csv --name e --decimal x
    [ "$status" -ne 0 ]
    has "comma or a point"
}

@test "import: lines to skip, comments and notes are said" {
    tarn init -q
    printf 'made by a tool\nday,n\n2024-01-01,1\n# pause\n2024-01-02,2\n\nSource: the office\n' >s.csv
    run tarn import s.csv --skip 1
    [ "$status" -eq 0 ]
    has "day DATE, n BIGINT"
    has "line 4 left out as a comment"
    has "line 7 below the table left out as notes; keep them by --skip-footer 0"
    run tarn import s.csv --name all --skip-footer 0 --comment none
    has "all from s.csv"
    run tarn sql "select count(*) from \"all\"" --format csv
    has "4"
}

@test "import: delimiters of several characters, control characters and fixed widths" {
    tarn init -q
    printf 'a<>b\n1<>x\n' >m.txt
    run tarn import m.txt -d '<>'
    has "delimiter <>"
    has "a BIGINT, b VARCHAR"
    printf 'a\001b\n1\0012\n' >c.txt
    run tarn import c.txt -d '\x01'
    has "a BIGINT, b BIGINT"
    run tarn import c.txt --name c2 -d $'\001'
    has "delimiter \\x01"
    run tarn import c.txt --name c3
    has "delimiter \\x01"
    has "a BIGINT, b BIGINT"
    printf 'id name n\n1  ann  5\n2  bob 17\n' >w.txt
    run tarn import w.txt --widths 3,5,2
    has "no delimiter · names in line 1"
    has "id BIGINT, name VARCHAR, n BIGINT"
    run tarn import w.txt --name w2 --widths 3,x
    [ "$status" -ne 0 ]
    has "as in 5,10,3"
    run tarn import w.txt --name w3 --widths 3 -d ,
    [ "$status" -eq 2 ]
}

@test "import: a table's name is all of the file's" {
    tarn init -q
    printf 'a\n1\n' | tee x.2024-01.csv x.2024-02.csv >plain-name.csv
    run tarn import x.2024-01.csv x.2024-02.csv plain-name.csv
    [ "$status" -eq 0 ]
    has "x_2024_01 from"
    has "x_2024_02 from"
    has "plain-name from"
}

@test "import: many thousands of columns in a moment" {
    tarn init -q
    awk 'BEGIN { for (i = 0; i < 20000; i++) printf "c%d%s", i, i < 19999 ? "," : "\n"
                 for (i = 0; i < 20000; i++) printf "%d%s", i, i < 19999 ? "," : "\n" }' >wide.csv
    run timeout 20 "$TARN" import wide.csv
    [ "$status" -eq 0 ]
    has "20,000 columns"
    run timeout 20 "$TARN" import wide.csv --append
    [ "$status" -eq 0 ]
}

@test "import: names of a sheet are judged as those of a text are: years, and a title with its date" {
    tarn init -q
    cell() { printf '<c r="%s" t="inlineStr"><is><t>%s</t></is></c>' "$1" "$2"; }
    number() { printf '<c r="%s"><v>%s</v></c>' "$1" "$2"; }
    {
        printf '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        printf '<row r="1">%s%s</row>' "$(cell A1 made)" "$(cell B1 today)"
        printf '<row r="2">%s%s%s%s</row>' "$(cell A2 country)" "$(number B2 2010)" "$(number C2 2011)" "$(number D2 2012)"
        printf '<row r="3">%s%s%s%s</row>' "$(cell A3 Chad)" "$(number B3 1)" "$(number C3 2)" "$(number D3 3)"
        printf '<row r="4">%s%s%s%s</row>' "$(cell A4 Peru)" "$(number B4 4)" "$(number C4 5)" "$(number D4 6)"
        printf '</sheetData></worksheet>'
    } >sheet.xml
    python3 "$BATS_TEST_DIRNAME/make_workbook.py" y.xlsx "xl/worksheets/sheet1.xml=$(cat sheet.xml)"
    run tarn import y.xlsx --sheet Orders
    [ "$status" -eq 0 ]
    has "country VARCHAR, 2010 BIGINT, 2011 BIGINT, 2012 BIGINT"
    has "row 1 above the names (row 2) left out"
    printf 'made,today,,\ncountry,2010,2011,2012\nChad,1,2,3\nPeru,4,5,6\n' >y.csv
    run tarn import y.csv --name text
    has "country VARCHAR, 2010 BIGINT, 2011 BIGINT, 2012 BIGINT"
    has "line 1 above the names (line 2) left out"
}
