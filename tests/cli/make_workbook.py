"""make_workbook.py OUT [PART=FILE …]: a small Excel workbook, written part by part so that each oddity is wanted.

Sheets: "Orders" (a title, a header, every kind of cell), "Empty", "Hidden" (hidden), "Old" (no header, numbers only).
"""
import sys
import zipfile

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

STRINGS = ["Orders of the week", "id", "city", "when", "paid", "amount", "007", "Łódź", "two\nlines", "tab_x0009_here"]
SHARED = f"<sst {MAIN}>" + "".join(f"<si><t xml:space='preserve'>{s}</t></si>" for s in STRINGS)
SHARED += "<si><r><t>rich </t></r><r><t>text</t></r><rPh sb='0' eb='1'><t>reading</t></rPh></si></sst>"

STYLES = f"""<styleSheet {MAIN}><numFmts count="2"><numFmt numFmtId="164" formatCode="d/m/yyyy;@"/>
<numFmt numFmtId="165" formatCode="0.00 &quot;days&quot;"/></numFmts>
<cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="22"/><xf numFmtId="165"/><xf numFmtId="20"/><xf numFmtId="46"/></cellXfs></styleSheet>"""

ORDERS = f"""<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>
<x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c></x:row>
<x:row r="3"><x:c r="A3" t="s"><x:v>1</x:v></x:c><x:c r="B3" t="s"><x:v>2</x:v></x:c><x:c r="C3" t="s"><x:v>3</x:v></x:c><x:c r="D3" t="s"><x:v>4</x:v></x:c><x:c r="E3" t="s"><x:v>5</x:v></x:c></x:row>
<x:row r="4"><x:c r="A4" t="s"><x:v>6</x:v></x:c><x:c r="B4" t="s"><x:v>7</x:v></x:c><x:c r="C4" s="1"><x:v>45352</x:v></x:c><x:c r="D4" t="b"><x:v>1</x:v></x:c><x:c r="E4" s="3"><x:v>1.5</x:v></x:c><x:c r="F4" s="2"><x:v>45352.75</x:v></x:c><x:c r="G4" s="4"><x:v>0.520833333333333</x:v></x:c></x:row>
<x:row r="5"><x:c r="A5" t="inlineStr"><x:is><x:t>inline</x:t></x:is></x:c><x:c r="B5" t="s"><x:v>8</x:v></x:c><x:c r="D5" t="b"><x:v>0</x:v></x:c><x:c r="E5"><x:f>1/0</x:f><x:v/></x:c></x:row>
<x:row r="8"><x:c r="A8"><x:v>12</x:v></x:c><x:c r="B8" t="s"><x:v>10</x:v></x:c><x:c r="C8" s="1"><x:v>59</x:v></x:c><x:c r="D8" t="e"><x:v>#DIV/0!</x:v></x:c><x:c r="E8" t="str"><x:f>A1</x:f><x:v></x:v></x:c></x:row>
<x:row r="9"><x:c r="A9" t="s"><x:v>9</x:v></x:c><x:c r="E9"><x:v>2E2</x:v></x:c></x:row>
</x:sheetData><x:mergeCells count="1"><x:mergeCell ref="A1:E1"/></x:mergeCells></x:worksheet>"""

PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "xl/workbook.xml": f"""<workbook {MAIN} xmlns:r="{RELATIONS}"><workbookPr/><sheets>
<sheet name="Hidden" sheetId="3" state="hidden" r:id="r3"/><sheet name="Orders" sheetId="1" r:id="r1"/>
<sheet name="Empty" sheetId="2" r:id="r2"/><sheet name="Old" sheetId="4" r:id="r4"/></sheets></workbook>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships>
<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="r2" Type="{RELATIONS}/worksheet" Target="/xl/worksheets/sheet2.xml"/>
<Relationship Id="r3" Type="{RELATIONS}/worksheet" Target="worksheets/sheet3.xml"/>
<Relationship Id="r4" Type="{RELATIONS}/worksheet" Target="worksheets/sheet4.xml"/></Relationships>""",
    "xl/styles.xml": STYLES,
    "xl/sharedStrings.xml": SHARED,
    "xl/worksheets/sheet1.xml": ORDERS,
    "xl/worksheets/sheet2.xml": f"<worksheet {MAIN}><sheetData/></worksheet>",
    "xl/worksheets/sheet3.xml": f"<worksheet {MAIN}><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>",
    "xl/worksheets/sheet4.xml": f"""<worksheet {MAIN}><sheetData><row><c><v>1</v></c><c><v>2.5</v></c></row>
<row><c><v>3</v></c><c><v>4</v></c></row></sheetData></worksheet>""",
}

parts = dict(PARTS)
for change in sys.argv[2:]:
    part, _, value = change.partition("=")
    if value:
        parts[part] = value
    else:
        del parts[part]
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    for name, text in parts.items():
        archive.writestr(name, text)
