/**
 * @file format.h
 * What kind of file it is: by its first bytes, and by its name only where those leave it open.
 */
#ifndef TARN_IO_FORMAT_H
#define TARN_IO_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

typedef enum tarn_file_format {
    TARN_FORMAT_UNKNOWN, /**< no bytes and no telling name */
    TARN_FORMAT_CSV,     /**< delimited text of any kind */
    TARN_FORMAT_TSV,
    TARN_FORMAT_JSON,
    TARN_FORMAT_NDJSON,
    TARN_FORMAT_PARQUET,
    TARN_FORMAT_ARROW_FILE,
    TARN_FORMAT_ARROW_STREAM,
    TARN_FORMAT_SAV, /**< SPSS, compressed or not */
    TARN_FORMAT_POR, /**< SPSS, portable */
    TARN_FORMAT_DTA, /**< Stata */
    TARN_FORMAT_SAS7BDAT,
    TARN_FORMAT_XPT, /**< SAS, transport */
    TARN_FORMAT_XLSX,
    TARN_FORMAT_ODS,
    /* recognised so that the message can say what it is */
    TARN_FORMAT_BIFF,
    TARN_FORMAT_HTML,
    TARN_FORMAT_MHTML,
    TARN_FORMAT_XML_SHEET,
    TARN_FORMAT_FLAT_ODS,
    TARN_FORMAT_XML,
    TARN_FORMAT_XLS,
    TARN_FORMAT_ZIP,
    TARN_FORMAT_GZIP,
    TARN_FORMAT_ZSTD,
    TARN_FORMAT_TAR,
    TARN_FORMAT_BZIP2,
    TARN_FORMAT_XZ,
    TARN_FORMAT_PDF,
    TARN_FORMAT_IMAGE,
    TARN_FORMAT_SQLITE,
    TARN_FORMAT_DUCKDB,
    TARN_FORMAT_EXECUTABLE,
    TARN_FORMAT_BINARY, /**< none of the above, and not text */
} tarn_file_format;

/** `data` are the file's first bytes (4 kB tell nearly everything); `name` may be NULL. */
tarn_file_format tarn_format_sniff(const void *data, size_t size, const char *name);

/** By the name's ending only: for exports. TARN_FORMAT_UNKNOWN when it has none that is known. */
tarn_file_format tarn_format_of_name(const char *name);

/** "csv", "parquet" …, as the command line takes it; "binary" for those that cannot be read. */
const char *tarn_format_name(tarn_file_format format);

/** The reverse; TARN_FORMAT_UNKNOWN for other names. */
tarn_file_format tarn_format_find(const char *name);

/** For messages: "a Parquet file", "compressed with gzip; decompress it first" … */
const char *tarn_format_describe(tarn_file_format format);

/** CSV, TSV, JSON, NDJSON, or unknown for want of bytes. */
bool tarn_format_is_text(tarn_file_format format);

#endif
