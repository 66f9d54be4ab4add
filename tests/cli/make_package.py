"""make_package.py OUT PART=TEXT …: a ZIP archive of these parts, for workbooks that no program would write.

In TEXT, @MAIN@, @REL@, @OFFICE@, @TABLE@ … stand for the namespaces that are declared with them, and @TIMES(N,text)@ for
a text N times over.
"""
import re
import sys
import zipfile

NAMES = {
    "@MAIN@": 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"',
    "@STRICT@": 'xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main" '
    'xmlns:r="http://purl.oclc.org/ooxml/officeDocument/relationships"',
    "@RELS@": 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"',
    "@KIND@": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "@STRICTKIND@": "http://purl.oclc.org/ooxml/officeDocument/relationships",
    "@ODF@": " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    + ' xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
    + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"',
}

# A workbook of one sheet, "Data", where the parts say nothing else.
USUAL = {
    "xl/workbook.xml": '<workbook @MAIN@><sheets><sheet name="Data" sheetId="1" r:id="a"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships @RELS@><Relationship Id="a" Type="@KIND@/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}

SHORT = {"sheet": "xl/worksheets/sheet1.xml", "styles": "xl/styles.xml", "strings": "xl/sharedStrings.xml"}


def fill(text):
    for name, value in NAMES.items():
        text = text.replace(name, value)
    return re.sub(r"@TIMES\((\d+),(.*?)\)@", lambda found: int(found[1]) * found[2], text, flags=re.S)


parts = {}
for argument in sys.argv[2:]:
    name, _, text = argument.partition("=")
    parts[SHORT.get(name, name)] = text
if "sheet" in [argument.partition("=")[0] for argument in sys.argv[2:]]:
    parts = {**USUAL, **parts}
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    for name, text in parts.items():
        entry = zipfile.ZipInfo(name)
        entry.filename = name  # as given: with backslashes, too
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, fill(text))
