"""make_sheet.py OUT.xlsx|OUT.ods SHEET [RANGE …] < ROWS: one sheet, from rows in JSON, a line each; with merged ranges.

Cells are null, texts, numbers, truths, {"date": "2024-01-31"}, or {"digits": "…"} for a number written just so.
"""
import datetime
import json
import re
import sys
import zipfile
from xml.sax.saxutils import escape, quoteattr

OUT, SHEET, RANGES = sys.argv[1], sys.argv[2], sys.argv[3:]
ROWS = [json.loads(line) if line.strip() else [] for line in sys.stdin]
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"


def letters(column):
    return letters(column // 26 - 1) + chr(65 + column % 26) if column > 25 else chr(65 + column)


def excel_cell(row, column, value):
    at = f'r="{letters(column)}{row}"'
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c {at} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c {at} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    if isinstance(value, dict) and "date" in value:
        serial = (datetime.date.fromisoformat(value["date"]) - datetime.date(1899, 12, 30)).days
        return f'<c {at} s="1"><v>{serial}</v></c>'
    return f'<c {at}><v>{value["digits"] if isinstance(value, dict) else value}</v></c>'


def excel():
    rows = "".join(f'<row r="{r}">' + "".join(excel_cell(r, c, v) for c, v in enumerate(cells)) + "</row>"
                   for r, cells in enumerate(ROWS, 1))
    merges = "".join(f'<mergeCell ref="{merged}"/>' for merged in RANGES)
    merges = f"<mergeCells>{merges}</mergeCells>" if merges else ""
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{RELATIONS}"><sheets><sheet name={quoteattr(SHEET)} sheetId="1" '
                           'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="r1" Type="{RELATIONS}/worksheet" '
                                      'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet {MAIN}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
                         "</styleSheet>",
        "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><sheetData>{rows}</sheetData>{merges}</worksheet>",
    }


def table_cell(value, spans):
    if value is None:
        return "<table:table-cell/>"
    kind, attribute, text = "string", "", value
    if isinstance(value, bool):
        kind, attribute, text = "boolean", f' office:boolean-value="{str(value).lower()}"', str(value).upper()
    elif isinstance(value, dict) and "date" in value:
        kind, attribute, text = "date", f' office:date-value="{value["date"]}"', value["date"]
    elif not isinstance(value, str):
        text = str(value["digits"] if isinstance(value, dict) else value)
        kind, attribute = "float", f' office:value="{text}"'
    return f'<table:table-cell office:value-type="{kind}"{attribute}{spans}><text:p>{escape(text)}</text:p></table:table-cell>'


def spans_of(row, column):
    for merged in RANGES:
        first, first_row, last, last_row = re.fullmatch(r"([A-Z])(\d+):([A-Z])(\d+)", merged).groups()
        if (row, letters(column)) == (int(first_row), first):
            return (f' table:number-columns-spanned="{ord(last) - ord(first) + 1}"'
                    f' table:number-rows-spanned="{int(last_row) - row + 1}"')
    return ""


def open_document():
    rows = "".join("<table:table-row>" + "".join(table_cell(v, spans_of(r, c)) for c, v in enumerate(cells)) +
                   "</table:table-row>" for r, cells in enumerate(ROWS, 1))
    return {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": f'<office:document-content xmlns:office="{OASIS}office:1.0" xmlns:table="{OASIS}table:1.0" '
                       f'xmlns:text="{OASIS}text:1.0"><office:body><office:spreadsheet>'
                       f"<table:table table:name={quoteattr(SHEET)}>{rows}</table:table>"
                       "</office:spreadsheet></office:body></office:document-content>",
    }


with zipfile.ZipFile(OUT, "w", zipfile.ZIP_DEFLATED) as archive:
    for name, text in (open_document() if OUT.endswith(".ods") else excel()).items():
        archive.writestr(name, text)
