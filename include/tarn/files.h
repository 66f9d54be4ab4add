/**
 * @file files.h
 * Options and results of import and export. Part of tarn.h.
 */
#ifndef TARN_FILES_H
#define TARN_FILES_H

#include "tarn/arrow.h"
#include "tarn/bytes.h"
#include "tarn/change.h"
#include "tarn/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Zeroed but for the path: everything is detected. */
typedef struct tarn_import_options {
    const char *path;   /**< a file, or "-" for standard input */
    const char *called; /**< what messages and the log call the file, where its path is nobody's, as of an upload that
                           lies in a temporary file; NULL: its path */
    const char *table;  /**< NULL: made from the file's name */
    const char *format; /**< csv tsv json ndjson parquet arrow (stream or file) xlsx ods sav por dta sas7bdat xpt; NULL:
                           by content, then by name */
    tarn_if_exists if_exists;
    const char *sheet; /**< xlsx, ods: a sheet's name, or its number from 1; NULL: the first that is not hidden */
    /* text; header_row, header_rows, skip, skip_footer, all_text, types (VARCHAR only) and null_text for workbooks too,
       by rows of the sheet instead of lines */
    char delimiter;       /**< 0: detected */
    char quote;           /**< 0: detected; '\n': none */
    const char *encoding; /**< any label of the WHATWG's Encoding Standard, or a code page (cp437); NULL: detected */
    int header_row;       /**< 0: detected; -1: there is none; n: the n-th line has the names */
    int header_rows;      /**< how many lines make up the names, from header_row on; 0: detected or 1 */
    bool all_text;        /**< no types are detected */
    const char *const *types; /**< pairs "column=type" that override what is detected (SQL names: BIGINT, DATE …) */
    size_t type_count;
    const char *null_text; /**< a text that means null besides the empty field (such as "NA"); NULL: none */
    /* text again */
    const char *const *null_texts; /**< more such texts (for xlsx too) */
    size_t null_text_count;
    const char *long_delimiter; /**< of several characters (2 to 16 bytes), instead of `delimiter`; NULL: none */
    const char *escape;         /**< one character that makes the next one plain, "\\" mostly; NULL: detected */
    const char *comment;        /**< what lines begin with that are left out; NULL: detected (#); "": none are */
    const char *decimal;        /**< "," or ".": numbers have it before their fraction, and may have thousands parted */
    const char *widths;         /**< "5,10,3": characters of each column of lines without delimiters; NULL: there are */
    int64_t skip;               /**< lines left out at the beginning; header_row counts from behind them */
    int64_t skip_footer;        /**< lines left out at the end; 0: notes below the table are detected; -1: none */
    bool name_by_sheet;  /**< with `sheet`: the table is called file_sheet, or table_sheet when a name is given */
    const char *records; /**< json, ndjson: keys that lead to the records ("data.items", or "/data/items" where keys
                            have dots); "" is the whole file; NULL: found */
    bool keep_codes;     /**< SPSS, Stata, SAS: codes stay, instead of the texts of their value labels */
} tarn_import_options;

/** A sheet of a workbook, as tarn_list_sheets gives it. */
typedef struct tarn_sheet_info {
    char *name;
    bool is_hidden, is_empty;
} tarn_sheet_info;
TARN_API void tarn_sheet_infos_free(tarn_sheet_info *infos, size_t count);

typedef struct tarn_import_result {
    tarn_change change;
    char *format, *encoding, *delimiter; /**< what was used; encoding and delimiter NULL when they do not apply */
    int64_t header_row;                  /**< 0: none */
    int64_t columns;
    struct ArrowSchema schema; /**< the table's columns now; released by tarn_import_result_clear */
    char **warnings;           /**< lines for people: ragged lines with their numbers, renamed columns … */
    size_t warning_count;
} tarn_import_result;
TARN_API void tarn_import_result_clear(tarn_import_result *result);

typedef struct tarn_export_options {
    const char *path;           /**< a file, or "-" for standard output */
    const tarn_byte_sink *sink; /**< where the bytes go instead of to a path; the format must be given then; NULL: to
                                     the path */
    const char
        *format;     /**< csv tsv json ndjson parquet arrow arrow-stream xlsx sav dta; NULL: from the path's ending */
    bool no_clobber; /**< TARN_E_EXISTS when the file is there, instead of replacing it */
    bool is_private; /**< only its owner may read the file (mode 0600); not for "-" and pipes */
    char delimiter;  /**< csv; 0: ',' */
    bool no_header;  /**< csv, tsv */
    const char *compression; /**< parquet: zstd (default) snappy none; arrow: none (default) lz4 zstd */
    /* csv and tsv */
    bool byte_order_mark; /**< a mark at the beginning, by which Excel knows UTF-8; UTF-16 and UTF-32 always have one */
    bool crlf;            /**< lines end in CR LF */
    bool quote_all;       /**< every cell but nulls is quoted */
    char decimal;         /**< the decimal mark, '.' or ','; with a comma the delimiter is ';' unless given; 0: '.' */
    const char *encoding; /**< as for an import; NULL: UTF-8 */
    bool replace_unencodable;   /**< characters that the encoding has not become "?", instead of an error */
    const char *null_text;      /**< what nulls are written as; NULL: nothing */
    bool safe_for_spreadsheets; /**< text that a spreadsheet would take for a formula has ' before it; numbers stay */
} tarn_export_options;

typedef struct tarn_export_result {
    int64_t rows, columns;
    uint64_t bytes;
    int64_t duration; /**< microseconds */
    char *format;
    char *warning; /**< what the file could not hold exactly as it was, and where; NULL: nothing */
} tarn_export_result;
TARN_API void tarn_export_result_clear(tarn_export_result *result);

/** What became of a folder of the earlier layout; see tarn_migrate. */
typedef struct tarn_migration_result {
    bool already;    /**< an earlier run did it: nothing was left to do */
    uint64_t tables; /**< imported, with the rows that the metadata tell */
    uint64_t events; /**< of the audit details, taken over */
    char *folder;    /**< what the folder is called now; NULL when it was removed */
    char **problems; /**< lines for people; none: complete */
    size_t problem_count;
} tarn_migration_result;
TARN_API void tarn_migration_result_clear(tarn_migration_result *result);

#ifdef __cplusplus
}
#endif
#endif
