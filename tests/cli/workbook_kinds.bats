#!/usr/bin/env bats
# Workbooks that are unlike those that Excel writes: elements out of place, parts elsewhere, formats that carry meaning.
load support

package() {
    python3 "$BATS_TEST_DIRNAME/make_package.py" "$@"
}

# A sheet's rows as a worksheet.
sheet() {
    echo "sheet=<worksheet @MAIN@><sheetData>$1</sheetData>$2</worksheet>"
}

@test "an element counts where the format allows it only" {
    tarn init -q
    package nested.xlsx "$(sheet '<row><c t="str"><v>name</v></c><c t="str"><v>n</v></c></row>
<row><c t="str"><v>left<row r="9"><c><v>bad</v></c></row></v></c><c><f>1<v>7</v></f><v>1</v><v>2</v></c></row>
<c><v>stray</v></c><row><x><c><v>stray</v></c></x><c t="inlineStr"><is><t>in</t><r><t>line</t></r><rPh><t>reading</t></rPh></is></c><c><v>2</v></c></row>')"
    tarn import -q nested.xlsx
    [ "$(tarn export nested - --format csv)" = "name,n
left,1
inline,2" ]
}

@test "names count with their namespace: another's workbookPr does not undo the epoch" {
    tarn init -q
    package mac.xlsx 'xl/workbook.xml=<workbook @MAIN@><workbookPr date1904="1"/><sheets><sheet name="D" r:id="a" xmlns:z="z" z:id="q"/><z:sheet xmlns:z="z" name="Z" r:id="a"/></sheets><extLst><ext xmlns:x="urn:x"><x:workbookPr date1904="0"/><workbookPr date1904="0"/></ext></extLst></workbook>' \
        'styles=<styleSheet @MAIN@><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>' \
        "$(sheet '<row><c t="str"><v>day</v></c></row><row><c s="1"><v>100</v></c></row>')"
    run tarn import mac.xlsx
    lacks '"Z"'
    [ "$(value 'SELECT day FROM mac')" = 1904-04-10 ]
}

@test "strict workbooks, and parts with prefixes" {
    tarn init -q
    package strict.xlsx '_rels/.rels=<Relationships @RELS@><Relationship Id="x" Type="@STRICTKIND@/officeDocument" Target="book/main.xml"/></Relationships>' \
        'book/main.xml=<workbook @STRICT@><sheets><sheet name="S" r:id="a"/></sheets></workbook>' \
        'book/_rels/main.xml.rels=<Relationships @RELS@><Relationship Id="a" Type="@STRICTKIND@/worksheet" Target="../cells/./one.xml"/></Relationships>' \
        'cells/one.xml=<q:worksheet xmlns:q="http://purl.oclc.org/ooxml/spreadsheetml/main"><q:sheetData><q:row><q:c t="str"><q:v>when</q:v></q:c></q:row><q:row><q:c t="d"><q:v>2020-02-29T10:00:00</q:v></q:c></q:row></q:sheetData></q:worksheet>'
    tarn import -q strict.xlsx
    [ "$(value 'SELECT "when" FROM strict')" = "2020-02-29 10:00:00" ]
    tarn schema strict --json | jq -e '.columns[0].type == "TIMESTAMP"'
}

@test "names of parts: backslashes, other cases, folders of their own" {
    tarn init -q
    package odd.xlsx '_rels\.rels=<Relationships @RELS@><Relationship Id="x" Type="@KIND@/officeDocument" Target="/Book.xml"/></Relationships>' \
        'book.XML=<workbook @MAIN@><sheets><sheet name="S" r:id="a"/></sheets></workbook>' \
        '_RELS\book.xml.rels=<Relationships @RELS@><Relationship Id="a" Type="@KIND@/worksheet" Target="Sub\Sheet.xml"/><Relationship Id="b" Type="@KIND@/sharedStrings" Target="Sub\..\texts.xml"/></Relationships>' \
        'Texts.xml=<sst @MAIN@><si><t>name</t></si><si/></sst>' \
        'SUB\SHEET.XML=<worksheet @MAIN@><sheetData><row><c t="s"><v>0</v></c><c t="s"><v/></c></row><row><c t="s"><v></v></c><c t="n"><v> 5 </v></c></row><row><c t="s"><v>1</v></c><c t="b"><v>true</v></c></row></sheetData></worksheet>'
    tarn import -q odd.xlsx
    [ "$(value 'SELECT count(*) FROM odd')" = 2 ]
    [ "$(value 'SELECT column_2 FROM odd LIMIT 1')" = 5 ]
}

@test "numbers keep their digits as text" {
    tarn init -q
    package digits.xlsx "$(sheet '<row><c t="str"><v>mixed</v></c><c t="str"><v>real</v></c><c t="str"><v>id</v></c></row>
<row><c><v>4556737586899855</v></c><c><v>62.203872015950715</v></c><c><v>9007199254740993</v></c></row>
<row><c t="str"><v>n/a</v></c><c><v>1E-7</v></c><c><v>12345678901234567890</v></c></row>
<row><c><v>9.0071992547409E15</v></c><c><v>3</v></c><c><v>1</v></c></row>')"
    tarn import -q digits.xlsx
    [ "$(tarn export digits - --format csv)" = "mixed,real,id
4556737586899855,62.203872015950715,9007199254740993
n/a,1e-07,12345678901234567890
9007199254740900,3.0,1" ]
    tarn import -q digits.xlsx --name text --all-text
    [ "$(value 'SELECT real FROM text LIMIT 1')" = 62.203872015950715 ]
    tarn import -q digits.xlsx --name typed --type real=VARCHAR
    [ "$(value 'SELECT real FROM typed OFFSET 2')" = 3 ]
}

@test "formats that carry meaning are kept, or said" {
    tarn init -q
    package formats.xlsx 'styles=<styleSheet @MAIN@><numFmts><numFmt numFmtId="200" formatCode="00000"/><numFmt numFmtId="201" formatCode="[h]:mm"/><numFmt numFmtId="202" formatCode="#,##0.00 [$€-407]"/><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice><numFmt numFmtId="203" formatCode="0"/></mc:Choice><mc:Fallback><numFmt numFmtId="203" formatCode="0.00 &quot;kg&quot;"/></mc:Fallback></mc:AlternateContent></numFmts><cellXfs><xf/><xf numFmtId="200"/><xf numFmtId="201"/><xf numFmtId="202"/><xf numFmtId="203"/><xf numFmtId="10"/></cellXfs></styleSheet>' \
        "$(sheet '<row><c t="str"><v>zip</v></c><c t="str"><v>took</v></c><c t="str"><v>price</v></c><c t="str"><v>mass</v></c><c t="str"><v>rate</v></c></row>
<row><c s="1"><v>1234</v></c><c s="2"><v>1.5</v></c><c s="3"><v>9.5</v></c><c s="4"><v>2</v></c><c s="5"><v>0.25</v></c></row>
<row><c s="1"><v>54321</v></c><c s="2"><v>0.0416666666666667</v></c><c s="3"><v>1</v></c><c s="4"><v>3</v></c><c s="5"><v>1</v></c></row>')"
    run tarn import formats.xlsx
    has "zip VARCHAR, took INTERVAL, price DOUBLE, mass BIGINT, rate DOUBLE"
    has "made text, to keep the digits and signs that the number format shows: zip"
    has "percent, and imported as fractions (15% is 0.15): rate"
    has "the number format shows a unit, which the numbers are without: price (€), mass (kg)"
    [ "$(tarn export formats - --format csv | cut -d, -f1,2)" = "zip,took
01234,36:00:00
54321,01:00:00" ]
    package plain.xlsx 'styles=<styleSheet @MAIN@><numFmts><numFmt numFmtId="200" formatCode="0000"/></numFmts><cellXfs><xf/><xf numFmtId="200"/></cellXfs></styleSheet>' \
        "$(sheet '<row><c t="str"><v>year</v></c></row><row><c s="1"><v>2024</v></c></row>')"
    run tarn import plain.xlsx
    has "year BIGINT"
    lacks warning
}

@test "hidden rows, columns and sheets are named" {
    tarn init -q
    package hidden.xlsx 'sheet=<worksheet @MAIN@><cols><col min="2" max="3" hidden="1"/><col min="4" max="16384" hidden="1"/></cols><sheetData><row><c t="str"><v>a</v></c><c t="str"><v>b</v></c><c t="str"><v>c</v></c></row><row><c><v>1</v></c></row><row hidden="1"><c><v>2</v></c></row><row hidden="true"><c><v>3</v></c></row><row hidden="1"/><row hidden="1"><c><v>4</v></c></row><row><c><v>5</v></c></row></sheetData></worksheet>'
    run tarn import hidden.xlsx
    has "hidden in the workbook, and imported all the same: rows 3 to 4, 6"
    has "hidden in the workbook, and imported all the same: columns B to C"
    [ "$(value 'SELECT count(*) FROM hidden')" = 5 ]
}

@test "what would exhaust the reader is refused, in little memory" {
    tarn init -q
    before=$(fingerprint)
    package bomb.xlsx "$(sheet '<row><c t="str"><v>@TIMES(20000000,x)@</v></c></row>')"
    run --separate-stderr bash -c "ulimit -v 3000000; \"$TARN\" import bomb.xlsx"
    fails 1 "the cell A1 holds more than 16 MB"
    package tag.xlsx "$(sheet '<row><c r="@TIMES(9000000,A)@"><v>1</v></c></row>')"
    run --separate-stderr tarn import tag.xlsx
    fails 1 "a tag of more than 1 MB"
    package shared.xlsx "$(sheet '@TIMES(100000,<row><c t="s"><v>0</v></c></row>)@')" 'strings=<sst @MAIN@><si><t>@TIMES(100000,x)@</t></si></sst>'
    run --separate-stderr tarn import shared.xlsx
    fails 1 "too much text for a file of its size"
    package strings.xlsx "$(sheet '<row/>')" 'strings=<sst @MAIN@>@TIMES(5000,<si><t>@TIMES(60000,x)@</t></si>)@</sst>'
    package wide.xlsx "$(sheet '<row>@TIMES(16384,<c><v>1</v></c>)@</row>@TIMES(100000,<row><c><v>1</v></c></row>)@')"
    run --separate-stderr tarn import wide.xlsx
    fails 1 "nearly empty"
    package deep.xlsx "$(sheet '@TIMES(1000,<x>)@@TIMES(1000,</x>)@')"
    run --separate-stderr tarn import deep.xlsx
    fails 1 "nested too deeply"
    package laughs.xlsx 'xl/workbook.xml=<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><workbook @MAIN@>&b;</workbook>' "$(sheet '<row/>')"
    run --separate-stderr tarn import laughs.xlsx
    fails 1 "declares an entity"
    [ "$(fingerprint)" = "$before" ]
}

@test "a far column of many rows takes no time" {
    tarn init -q
    package far.xlsx "$(sheet '@TIMES(200000,<row><c r="XFD1"><v>1</v></c></row>)@')"
    timeout 20 "$TARN" import -q far.xlsx
    [ "$(value 'SELECT count(*) FROM far')" = 200000 ]
}
