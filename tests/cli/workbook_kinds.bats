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
    has "hidden in the workbook, and imported all the same: rows 3 to 4, 6, columns B to C"
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

odf() {
    package "$1" 'mimetype=application/vnd.oasis.opendocument.spreadsheet' \
        "content.xml=<office:document-content @ODF@><office:automatic-styles><style:style style:name=\"gone\" style:family=\"table\"><style:table-properties table:display=\"false\"/></style:style><number:time-style style:name=\"N1\" number:truncate-on-overflow=\"false\"/><style:style style:name=\"ce1\" style:family=\"table-cell\" style:data-style-name=\"N1\"/></office:automatic-styles><office:body><office:spreadsheet>$2</office:spreadsheet></office:body></office:document-content>"
}

@test "OpenDocument spreadsheets are read: types, repeats, comments, hidden parts" {
    tarn init -q
    odf book.ods '<table:table table:name="Data"><table:table-column/><table:table-column table:visibility="collapse"/>
<table:table-header-rows><table:table-row><table:table-cell office:value-type="string"><text:p>name</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>n</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>rate</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>price</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>day</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>took</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>ok</text:p></table:table-cell></table:table-row></table:table-header-rows>
<table:table-row-group><table:table-row><table:table-cell office:value-type="string"><office:annotation><text:p>a comment</text:p></office:annotation><text:p>
  two <text:span>words<text:s text:c="2"/></text:span>x </text:p><text:p>and<text:tab/>a line</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="4111111111111111"/><table:table-cell office:value-type="percentage" office:value="0.5"/><table:table-cell office:value-type="currency" office:currency="CHF" office:value="9.5"/><table:table-cell office:value-type="date" office:date-value="1850-01-31"/><table:table-cell table:style-name="ce1" office:value-type="time" office:time-value="PT01H30M00S"/><table:table-cell office:value-type="boolean" office:boolean-value="true"/></table:table-row></table:table-row-group>
<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="string"><text:p>again</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="2" table:number-columns-repeated="3"/><table:table-cell calcext:value-type="error" office:value-type="string"><text:p>#N/A</text:p></table:table-cell><table:table-cell office:value-type="time" office:time-value="PT30H05M00S"/></table:table-row>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>
<table:table table:name="Gone" table:style-name="gone"><table:table-row><table:table-cell office:value-type="float" office:value="7"/></table:table-row></table:table>'
    run tarn import book.ods
    has '  ods' 'there are others: "Gone" (hidden)' "percent, and imported as fractions (15% is 0.15): rate" "price (CHF)"
    has "name VARCHAR, n BIGINT, rate DOUBLE, price DOUBLE, day DATE, took INTERVAL, ok BOOLEAN"
    has "2 cells held an Excel error" "all the same: column B"
    [ "$(tarn export book - --format csv)" = 'name,n,rate,price,day,took,ok
"two words  x
and	a line",4111111111111111,0.5,9.5,1850-01-31,01:30:00,true
again,2,2.0,2.0,,30:05:00,
again,2,2.0,2.0,,30:05:00,' ]
    tarn import -q book.ods --sheet gone --name gone
    [ "$(value 'SELECT column_1 FROM gone')" = 7 ]
}

@test "OpenDocument: what repeats without end is refused" {
    tarn init -q
    odf rows.ods '<table:table table:name="T"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row></table:table>'
    run --separate-stderr timeout 60 "$TARN" import rows.ods
    fails 1 "too many cells for a file of its size"
    odf past.ods '<table:table table:name="T"><table:table-row table:number-rows-repeated="1048577"><table:table-cell office:value-type="float" office:value="1"/></table:table-row></table:table>'
    run --separate-stderr tarn import past.ods
    fails 1 "more than 1,048,576 rows"
    package text.odt 'mimetype=application/vnd.oasis.opendocument.text' 'content.xml=<office:document-content @ODF@><office:body><office:text/></office:body></office:document-content>'
    run --separate-stderr tarn import text.odt
    fails 1 "no spreadsheet"
    package secret.ods 'mimetype=application/vnd.oasis.opendocument.spreadsheet' 'content.xml=x' 'META-INF/manifest.xml=<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry m:full-path="content.xml"><m:encryption-data/></m:file-entry></m:manifest>'
    run --separate-stderr tarn import secret.ods
    fails 1 "protected by a password"
}

@test "what a file is instead of a workbook is said, and what to do" {
    tarn init -q
    before=$(fingerprint)
    said() {
        run --separate-stderr tarn import "$1"
        fails 1 "$1" "$2" "$3"
    }
    echo '<html><table><tr><td>a</td></tr></table></html>' >page.xls
    said page.xls "an HTML page" "save the table as xlsx"
    printf '\xef\xbb\xbf  <table><tr><td>a</td></tr></table>' >bare.xls
    said bare.xls "an HTML page" xlsx
    echo '<!DOCTYPE html><title>Not found</title>' >error.csv
    said error.csv "an HTML page" xlsx
    echo '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>' >old.xls
    said old.xls "an XML spreadsheet of Excel 2003" xlsx
    printf 'MIME-Version: 1.0\nX-Document-Type: Workbook\n' >web.xls
    said web.xls "a saved web page" xlsx
    printf '\x09\x08\x10\x00\x00\x06\x05\x00' >ancient.xls
    said ancient.xls "a very old Excel workbook" xlsx
    python3 - <<'PY'
def ole(path, name):
    entry = name.encode("utf-16-le")
    entry = entry.ljust(64, b"\0") + (len(entry) + 2).to_bytes(2, "little")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(30, b"\0") + b"\x09\0"
    head = head.ljust(48, b"\0") + (2).to_bytes(4, "little")
    head = head.ljust(76, b"\0") + (0).to_bytes(4, "little")
    table = b"\xff" * 8 + (3).to_bytes(4, "little")  # the directory's second sector is 3
    sectors = [table.ljust(512, b"\xff"), b"\0" * 512, b"\0" * 512, (b"\0" * 384 + entry).ljust(512, b"\0")]
    open(path, "wb").write(head.ljust(512, b"\0") + b"".join(sectors))
ole("locked.xlsx", "EncryptedPackage")
ole("book.xls", "Workbook")
ole("letter.doc", "WordDocument")
PY
    said locked.xlsx "protected by a password" "save it without one"
    said book.xls "an old Excel workbook" "save it as xlsx"
    said letter.doc "an old Word document" xlsx
    package binary.xlsb '[Content_Types].xml=<Types/>' 'xl/workbook.bin=x'
    said binary.xlsb "a binary workbook (xlsb)" "save it as xlsx"
    package letter.docx '[Content_Types].xml=<Types/>' '_rels/.rels=<Relationships @RELS@><Relationship Id="a" Type="@KIND@/officeDocument" Target="word/document.xml"/></Relationships>' 'word/document.xml=<d/>'
    said letter.docx "a Word document" xlsx
    [ "$(fingerprint)" = "$before" ]
}

@test "merged names stand for all of their columns" {
    tarn init -q
    sheet='<row><c t="str"><v>Region</v></c><c t="str"><v>2023</v></c><c/><c t="str"><v>2024</v></c><c/><c/></row>
<row><c/><c t="str"><v>Sales</v></c><c t="str"><v>Cost</v></c><c t="str"><v>Sales</v></c><c t="str"><v>Cost</v></c><c t="str"><v>Note</v></c></row>
<row><c t="str"><v>North</v></c><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c><c><v>4</v></c><c t="str"><v>x</v></c></row>'
    package merged.xlsx "$(sheet "$sheet" '<mergeCells><mergeCell ref="D1:E1"/><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/></mergeCells>')"
    tarn import -q merged.xlsx --header-rows 2 --header-row 1
    [ "$(tarn export merged - --format csv | head -1)" = "Region,2023 / Sales,2023 / Cost,2024 / Sales,2024 / Cost,Note" ]
    package centred.xlsx "$(sheet "$sheet")"
    tarn import -q centred.xlsx --header-rows 2 --header-row 1
    [ "$(tarn export centred - --format csv | head -1)" = "Region,2023 / Sales,2023 / Cost,2024 / Sales,2024 / Cost,2024 / Note" ]
}

@test "all sheets at once, or some, each as a table" {
    tarn init -q
    workbook() { python3 "$BATS_TEST_DIRNAME/make_workbook.py" "$@"; }
    workbook book.xlsx
    tarn import -q book.xlsx --all-sheets
    [ "$(value 'SELECT count(*) FROM "book_Orders"')" = 4 ]
    [ "$(value 'SELECT count(*) FROM "book_Old"')" = 2 ]
    [ "$(value 'SELECT count(*) FROM "book_Hidden"')" = 1 ]
    run --separate-stderr tarn show book_Empty
    fails 1 book_Empty
    tarn import -q book.xlsx --sheet old --sheet 2 --name some
    [ "$(value 'SELECT count(*) FROM "some_Old"')" = 2 ]
    [ "$(value 'SELECT count(*) FROM "some_Orders"')" = 4 ]
    tarn import -q book.xlsx --sheet '*' --replace
    run --separate-stderr tarn import book.xlsx --sheet Old --sheet nosuch --name part
    fails 1 'no sheet "nosuch"'
    [ "$(value 'SELECT count(*) FROM "part_Old"')" = 2 ]
    run --separate-stderr tarn import - --all-sheets --name piped <book.xlsx
    fails 1 "save the workbook to a file first"
    numbers 3 >plain.csv
    run --separate-stderr tarn import plain.csv --all-sheets
    fails 1 "plain.csv has no sheets: it is delimited text"
    run --separate-stderr tarn import book.xlsx --all-sheets --sheet Old
    fails 2 "exclude each other"
}

@test "several tables go into one workbook, with columns wide enough" {
    tarn init -q
    tarn sql "SELECT DATE '2024-01-31' AS d, TIMESTAMP '2024-01-31 10:00:00' AS t, INTERVAL '30 hours 5 minutes' AS took, '=1+1' AS formula" --into one -q
    tarn sql "SELECT 1 AS \"a long name of a column\"" --into two -q
    run tarn export one two one@1 book.xlsx
    has "wrote 3 rows × 9 columns to book.xlsx"
    tarn import -q book.xlsx --all-sheets
    [ "$(tarn export book_one - --format csv)" = "d,t,took,formula
2024-01-31,2024-01-31 10:00:00,30:05:00,=1+1" ]
    [ "$(value 'SELECT * FROM "book_two"')" = 1 ]
    [ "$(value 'SELECT formula FROM "book_one_1"')" = "=1+1" ]
    python3 - <<'PY'
import re, zipfile
part = zipfile.ZipFile("book.xlsx").read("xl/worksheets/sheet1.xml").decode()
widths = [float(width) for width in re.findall(r'<col [^>]*width="([0-9.]+)"', part)]
assert len(widths) == 4 and widths[0] > 10 and widths[1] > 19, widths
assert "<f>" not in part
PY
    run --separate-stderr tarn export one two out.csv
    fails 1 "several tables go into one workbook"
    [ ! -e out.csv ]
    run --separate-stderr tarn export one nosuch out.xlsx
    fails 1 nosuch
    [ ! -e out.xlsx ]
}
