// What kind of file it is.
#include "io/format.h"

#include "base/asker.h"
#include "io/text_encoding.h"

#include <string.h>
#include <strings.h>

/* What a file needs that another program has to unpack. */
#define UNPACK(program)                                                                                                \
    TARN_ASKER("; import what is in it: " program " -c FILE | tarn import - --name TABLE", "; unpack it first")

static const struct {
    const char *name, *description;
} descriptions[] = {
    [TARN_FORMAT_UNKNOWN] = {"unknown", "of unknown format"},
    [TARN_FORMAT_CSV] = {"csv", "delimited text"},
    [TARN_FORMAT_TSV] = {"tsv", "tab-separated text"},
    [TARN_FORMAT_JSON] = {"json", "JSON"},
    [TARN_FORMAT_NDJSON] = {"ndjson", "JSON lines"},
    [TARN_FORMAT_PARQUET] = {"parquet", "a Parquet file"},
    [TARN_FORMAT_ARROW_FILE] = {"arrow", "an Arrow file"},
    [TARN_FORMAT_ARROW_STREAM] = {"arrow-stream", "an Arrow stream"},
    [TARN_FORMAT_SAV] = {"sav", "an SPSS file"},
    [TARN_FORMAT_POR] = {"por", "a portable SPSS file"},
    [TARN_FORMAT_DTA] = {"dta", "a Stata file"},
    [TARN_FORMAT_SAS7BDAT] = {"sas7bdat", "a SAS data set"},
    [TARN_FORMAT_XPT] = {"xpt", "a SAS transport file"},
    [TARN_FORMAT_XLSX] = {"xlsx", "an Excel workbook"},
    [TARN_FORMAT_ODS] = {"ods", "an OpenDocument spreadsheet"},
    [TARN_FORMAT_BIFF] = {"biff", "a very old Excel workbook (xls); open it in a spreadsheet program and save it as "
                                  "xlsx"},
    [TARN_FORMAT_HTML] = {"html", "an HTML page, whatever its name; open it in a spreadsheet program and save the "
                                  "table as xlsx or CSV"},
    [TARN_FORMAT_MHTML] = {"mhtml", "a saved web page (MHTML), whatever its name; open it in a spreadsheet program and "
                                    "save the table as xlsx or CSV"},
    [TARN_FORMAT_XML_SHEET] = {"xml-sheet", "an XML spreadsheet of Excel 2003, whatever its name; open it in a "
                                            "spreadsheet program and save it as xlsx"},
    [TARN_FORMAT_FLAT_ODS] = {"fods",
                              "a flat OpenDocument file; open it in a spreadsheet program and save it as ods or "
                              "xlsx"},
    [TARN_FORMAT_XML] = {"xml", "an XML document; convert it to CSV or JSON first"},
    [TARN_FORMAT_XLS] = {"xls", "an old Excel workbook or other Office document; save the sheet as xlsx or CSV"},
    [TARN_FORMAT_ZIP] = {"zip", "a ZIP archive; unpack it first"},
    [TARN_FORMAT_GZIP] = {"gzip", "compressed with gzip" UNPACK("gunzip")},
    [TARN_FORMAT_ZSTD] = {"zstd", "compressed with zstd" UNPACK("unzstd")},
    [TARN_FORMAT_TAR] = {"tar", "a tar archive; unpack it first, and import the files in it"},
    [TARN_FORMAT_BZIP2] = {"bzip2", "compressed with bzip2" UNPACK("bunzip2")},
    [TARN_FORMAT_XZ] = {"xz", "compressed with xz" UNPACK("unxz")},
    [TARN_FORMAT_PDF] = {"pdf", "a PDF document"},
    [TARN_FORMAT_IMAGE] = {"image", "an image"},
    [TARN_FORMAT_SQLITE] = {"sqlite", "an SQLite database"},
    [TARN_FORMAT_DUCKDB] = {"duckdb", "a DuckDB database"},
    [TARN_FORMAT_EXECUTABLE] = {"executable", "a program"},
    [TARN_FORMAT_BINARY] = {"binary", "binary data"},
};

static const struct {
    size_t offset, size;
    const char *bytes;
    tarn_file_format format;
} magics[] = {
    {0, 4, "PAR1", TARN_FORMAT_PARQUET},
    {0, 4, "PARE", TARN_FORMAT_PARQUET},
    {0, 6, "ARROW1", TARN_FORMAT_ARROW_FILE},
    {0, 8, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", TARN_FORMAT_XLS},
    {0, 4, "\x09\x00\x04\x00", TARN_FORMAT_BIFF}, /* Excel 2, 3, 4, 5: without a compound file around */
    {0, 4, "\x09\x02\x06\x00", TARN_FORMAT_BIFF},
    {0, 4, "\x09\x04\x06\x00", TARN_FORMAT_BIFF},
    {0, 4, "\x09\x08\x08\x00", TARN_FORMAT_BIFF},
    {0, 4, "\x09\x08\x10\x00", TARN_FORMAT_BIFF},
    {0, 3, "\x1F\x8B\x08", TARN_FORMAT_GZIP},
    {0, 4, "\x28\xB5\x2F\xFD", TARN_FORMAT_ZSTD},
    {0, 6, "\xFD\x37\x7A\x58\x5A\x00", TARN_FORMAT_XZ},
    {0, 5, "%PDF-", TARN_FORMAT_PDF},
    {0, 8, "\x89PNG\r\n\x1A\n", TARN_FORMAT_IMAGE},
    {0, 3, "\xFF\xD8\xFF", TARN_FORMAT_IMAGE},
    {0, 6, "GIF89a", TARN_FORMAT_IMAGE},
    {0, 6, "GIF87a", TARN_FORMAT_IMAGE},
    {0, 16, "SQLite format 3\0", TARN_FORMAT_SQLITE},
    {8, 4, "DUCK", TARN_FORMAT_DUCKDB},
    {257, 5, "ustar", TARN_FORMAT_TAR},
    {0, 4, "$FL2", TARN_FORMAT_SAV},
    {0, 4, "$FL3", TARN_FORMAT_SAV},
    {0, 11, "<stata_dta>", TARN_FORMAT_DTA},
    {12, 8, "\xC2\xEA\x81\x60\xB3\x14\x11\xCF", TARN_FORMAT_SAS7BDAT},
    {0, 47, "HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", TARN_FORMAT_XPT},
    {0, 47, "HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!", TARN_FORMAT_XPT},
    {0, 4,
     "\x7F"
     "ELF",
     TARN_FORMAT_EXECUTABLE},
};

static bool contains(const uint8_t *data, size_t size, const char *text) {
    size_t length = strlen(text);
    for (size_t i = 0; i + length <= size; i++) {
        if (memcmp(data + i, text, length) == 0)
            return true;
    }
    return false;
}

static tarn_file_format by_magic(const uint8_t *data, size_t size) {
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        size_t end = magics[i].offset + magics[i].size;
        if (size >= end && memcmp(data + magics[i].offset, magics[i].bytes, magics[i].size) == 0)
            return magics[i].format;
    }
    if (size >= 10 && memcmp(data, "BZh", 3) == 0 && memcmp(data + 4, "1AY&SY", 6) == 0)
        return TARN_FORMAT_BZIP2;
    /* Old Stata files: a version, the byte order, the kind of file, nothing. */
    if (size >= 4 && data[0] >= 0x66 && data[0] <= 0x73 && (data[1] == 1 || data[1] == 2) && data[2] == 1 &&
        data[3] == 0)
        return TARN_FORMAT_DTA;
    if (contains(data, size < 700 ? size : 700, "SPSSPORT"))
        return TARN_FORMAT_POR;
    if (size >= 4 && memcmp(data, "\xFF\xFF\xFF\xFF", 4) == 0 && (size < 8 || (data[4] != 0 && data[7] == 0)))
        return TARN_FORMAT_ARROW_STREAM;
    return TARN_FORMAT_UNKNOWN;
}

/* The beginning of a mark, where the name's ending says that the rest should follow: cut off, and not text. */
static tarn_file_format by_cut_magic(const uint8_t *data, size_t size, const char *name) {
    tarn_file_format named = tarn_format_of_name(name);
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        if (magics[i].format == named && size < magics[i].size && memcmp(data, magics[i].bytes, size) == 0)
            return named;
    }
    return TARN_FORMAT_UNKNOWN;
}

#define ODF_TYPE "mimetypeapplication/vnd.oasis.opendocument"

static tarn_file_format kind_of_zip(const uint8_t *data, size_t size, const char *name) {
    tarn_file_format named = tarn_format_of_name(name);
    if (contains(data, size, ODF_TYPE))
        return TARN_FORMAT_ODS;
    if (contains(data, size, "xl/") || contains(data, size, "xl\\") || contains(data, size, "[Content_Types].xml"))
        return TARN_FORMAT_XLSX;
    return named == TARN_FORMAT_XLSX || named == TARN_FORMAT_ODS ? named : TARN_FORMAT_ZIP;
}

/* Control characters that part cells, and what is in them: those of Hive, and ASCII's own. */
static bool is_separator(uint8_t c) {
    return (c >= 1 && c <= 3) || c == 0x1E || c == 0x1F;
}

/* Control characters do not stand in text; a NUL now and then does in what damaged programs write, and separators do
 * where nothing else is strange. */
static bool is_binary(const uint8_t *data, size_t size) {
    size_t control = 0, nul = 0, separators = 0;
    for (size_t i = 0; i < size; i++) {
        uint8_t c = data[i];
        control += c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B;
        separators += is_separator(c);
        nul += c == 0;
    }
    return (control != separators && control * 50 > size + 50) || (nul * 100 > size + 100);
}

static bool is_space(uint8_t c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The position after the JSON value at `at` (an object or array); `size` when it does not end here. */
static size_t skip_json(const uint8_t *data, size_t size, size_t at) {
    size_t depth = 0;
    bool quoted = false;
    for (; at < size; at++) {
        uint8_t c = data[at];
        if (quoted) {
            if (c == '\\')
                at++;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            if (--depth == 0)
                return at + 1;
        }
    }
    return size;
}

/* JSON begins with a bracket and goes on as JSON does; two objects in a row are JSON lines. */
static tarn_file_format kind_of_json(const uint8_t *data, size_t size) {
    if (size == 0)
        return TARN_FORMAT_UNKNOWN;
    size_t at = size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < size && is_space(data[at]))
        at++;
    if (at == size || (data[at] != '{' && data[at] != '['))
        return TARN_FORMAT_UNKNOWN;
    size_t next = at + 1;
    while (next < size && is_space(data[next]))
        next++;
    if (next < size && strchr(data[at] == '{' ? "\"}" : "{[]\"-0123456789tfn", data[next]) == NULL)
        return TARN_FORMAT_UNKNOWN;
    size_t end = skip_json(data, size, at);
    while (end < size && is_space(data[end]))
        end++;
    if (end == size)
        return TARN_FORMAT_JSON;
    return data[end] == '{' || data[end] == '[' ? TARN_FORMAT_NDJSON : TARN_FORMAT_UNKNOWN;
}

static const struct {
    const char *ending;
    tarn_file_format format;
} endings[] = {
    {".csv", TARN_FORMAT_CSV},
    {".txt", TARN_FORMAT_CSV},
    {".tsv", TARN_FORMAT_TSV},
    {".tab", TARN_FORMAT_TSV},
    {".json", TARN_FORMAT_JSON},
    {".geojson", TARN_FORMAT_JSON},
    {".ndjson", TARN_FORMAT_NDJSON},
    {".jsonl", TARN_FORMAT_NDJSON},
    {".parquet", TARN_FORMAT_PARQUET},
    {".pq", TARN_FORMAT_PARQUET},
    {".arrow", TARN_FORMAT_ARROW_FILE},
    {".feather", TARN_FORMAT_ARROW_FILE},
    {".arrows", TARN_FORMAT_ARROW_STREAM},
    {".ipc", TARN_FORMAT_ARROW_FILE},
    {".sav", TARN_FORMAT_SAV},
    {".zsav", TARN_FORMAT_SAV},
    {".por", TARN_FORMAT_POR},
    {".dta", TARN_FORMAT_DTA},
    {".sas7bdat", TARN_FORMAT_SAS7BDAT},
    {".xpt", TARN_FORMAT_XPT},
    {".xlsx", TARN_FORMAT_XLSX},
    {".xlsm", TARN_FORMAT_XLSX},
    {".xltx", TARN_FORMAT_XLSX},
    {".xltm", TARN_FORMAT_XLSX},
    {".xlsb", TARN_FORMAT_XLSX}, /* which the reader then says */
    {".ods", TARN_FORMAT_ODS},
    {".ots", TARN_FORMAT_ODS},
    {".xls", TARN_FORMAT_XLS},
    {".gz", TARN_FORMAT_GZIP},
    {".zst", TARN_FORMAT_ZSTD},
};

tarn_file_format tarn_format_of_name(const char *name) {
    size_t size = name != NULL ? strlen(name) : 0;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t length = strlen(endings[i].ending);
        if (size > length && strcasecmp(name + size - length, endings[i].ending) == 0)
            return endings[i].format;
    }
    return TARN_FORMAT_UNKNOWN;
}

static bool begins_with(const uint8_t *data, size_t size, const char *text) {
    return size >= strlen(text) && strncasecmp((const char *)data, text, strlen(text)) == 0;
}

static bool is_page(const uint8_t *data, size_t size) {
    return begins_with(data, size, "<!doctype html") || begins_with(data, size, "<html") ||
           begins_with(data, size, "<head") || begins_with(data, size, "<body");
}

/* What has a spreadsheet's name but is markup, and markup that no name makes a table. */
static tarn_file_format kind_of_markup(const uint8_t *data, size_t size, const char *name) {
    bool is_xls = tarn_format_of_name(name) == TARN_FORMAT_XLS || tarn_format_of_name(name) == TARN_FORMAT_XLSX;
    if (size == 0)
        return TARN_FORMAT_UNKNOWN;
    size_t at = size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < size && is_space(data[at]))
        at++;
    const uint8_t *text = data + at;
    size_t left = size - at;
    if (is_page(text, left) || (is_xls && (begins_with(text, left, "<table") || begins_with(text, left, "<meta") ||
                                           begins_with(text, left, "<style"))))
        return TARN_FORMAT_HTML;
    if (is_xls && begins_with(text, left, "MIME-Version:"))
        return TARN_FORMAT_MHTML;
    if (!begins_with(text, left, "<?xml ") && !(is_xls && begins_with(text, left, "<")))
        return TARN_FORMAT_UNKNOWN;
    if (contains(text, left, "urn:schemas-microsoft-com:office:spreadsheet"))
        return TARN_FORMAT_XML_SHEET;
    if (contains(text, left, "urn:oasis:names:tc:opendocument"))
        return TARN_FORMAT_FLAT_ODS;
    return contains(text, left, "<html") ? TARN_FORMAT_HTML : TARN_FORMAT_XML;
}

static tarn_file_format kind_of_text(const uint8_t *data, size_t size, const char *name) {
    tarn_file_format named = tarn_format_of_name(name);
    tarn_file_format markup = kind_of_markup(data, size, name);
    if (markup != TARN_FORMAT_UNKNOWN)
        return markup;
    tarn_file_format json = kind_of_json(data, size);
    if (json == TARN_FORMAT_JSON && named == TARN_FORMAT_NDJSON)
        return named;
    if (json != TARN_FORMAT_UNKNOWN && named != TARN_FORMAT_CSV && named != TARN_FORMAT_TSV)
        return json;
    if (tarn_format_is_text(named) && named != TARN_FORMAT_UNKNOWN)
        return named;
    return TARN_FORMAT_CSV;
}

tarn_file_format tarn_format_sniff(const void *data, size_t size, const char *name) {
    size_t mark;
    if (size == 0)
        return tarn_format_of_name(name);
    tarn_file_format format = by_magic(data, size);
    if (format == TARN_FORMAT_UNKNOWN)
        format = by_cut_magic(data, size, name);
    if (format != TARN_FORMAT_UNKNOWN)
        return format;
    if (size >= 4 && memcmp(data, "PK\x03\x04", 4) == 0)
        return kind_of_zip(data, size, name);
    const tarn_text_encoding *encoding = tarn_text_encoding_of_start(data, size, &mark);
    bool wide = encoding != NULL && encoding->kind != TARN_TEXT_UTF8;
    if (!wide && is_binary(data, size))
        return TARN_FORMAT_BINARY;
    return wide ? kind_of_text(NULL, 0, name) : kind_of_text(data, size, name);
}

const char *tarn_format_name(tarn_file_format format) {
    return descriptions[format].name;
}

tarn_file_format tarn_format_find(const char *name) {
    for (size_t i = 1; i < sizeof descriptions / sizeof descriptions[0]; i++) {
        if (strcasecmp(name, descriptions[i].name) == 0)
            return (tarn_file_format)i;
    }
    return strcasecmp(name, "jsonl") == 0 ? TARN_FORMAT_NDJSON : TARN_FORMAT_UNKNOWN;
}

const char *tarn_format_describe(tarn_file_format format) {
    return descriptions[format].description;
}

bool tarn_format_is_text(tarn_file_format format) {
    return format <= TARN_FORMAT_NDJSON;
}
