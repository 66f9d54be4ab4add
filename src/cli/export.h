/**
 * @file export.h
 * What `tarn export` and `tarn sql -o` have in common.
 */
#ifndef TARN_CLI_EXPORT_H
#define TARN_CLI_EXPORT_H

#include "cli.h"
#include "progress.h"

#define EXPORT_FORMATS "csv tsv json ndjson parquet arrow arrow-stream xlsx sav dta"

/** The options on how csv and tsv are written, and on a file that is there; declared alike wherever a file is written.
 */
#define EXPORT_TEXT_OPTIONS                                                                                              \
    {"bom", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "csv, tsv: begin with a mark by which Excel knows UTF-8"},        \
        {"line-ending", 0, NULL, "END", "lf crlf", CLI_KIND_TEXT, false, "csv, tsv: what ends a line (default: lf)"},    \
        {"decimal",                                                                                                      \
         0,                                                                                                              \
         NULL,                                                                                                           \
         "C",                                                                                                            \
         NULL,                                                                                                           \
         CLI_KIND_TEXT,                                                                                                  \
         false,                                                                                                          \
         "csv, tsv: the decimal mark, a point (default) or a comma; with a comma the delimiter is ; unless given"},      \
        {"quote-all", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "csv, tsv: quote every cell but nulls"},                \
        {"encoding",                                                                                                     \
         0,                                                                                                              \
         NULL,                                                                                                           \
         "ENCODING",                                                                                                     \
         "utf-8 utf-16le windows-1252 shift_jis gb18030 …",                                                              \
         CLI_KIND_TEXT,                                                                                                  \
         false,                                                                                                          \
         "csv, tsv: the text's encoding (default: utf-8)"},                                                              \
        {"replace-unencodable",                                                                                          \
         0,                                                                                                              \
         NULL,                                                                                                           \
         NULL,                                                                                                           \
         NULL,                                                                                                           \
         CLI_KIND_TEXT,                                                                                                  \
         false,                                                                                                          \
         "with --encoding: write ? for characters that it has not, instead of an error"},                                \
        {"null", 0, NULL, "TEXT", NULL, CLI_KIND_TEXT, false, "csv, tsv: what nulls are written as (default: nothing)"}, \
    {                                                                                                                    \
        "safe-for-spreadsheets", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false,                                              \
            "csv, tsv: put ' before text that a spreadsheet would run as a formula; numbers stay numbers"                \
    }
#define EXPORT_FORCE_OPTIONS                                                                                           \
    {"force", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "replace the file when it is there already"}, {               \
        "no-clobber", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false,                                                       \
            "refuse when the file is there already, as without --force"                                                \
    }

/** Whether a file that is there is to be kept: unless --force was given. false after a usage message. */
bool export_read_force(cli *cli, bool *no_clobber);
/** Read --format, --force, --delimiter, --no-header, --compression and EXPORT_TEXT_OPTIONS, as far as given; false
 * after a usage message. */
bool export_read_options(cli *cli, tarn_export_options *out);
/** Refuse to write to a terminal what only programs can read. Returns an exit code. */
int export_check_output(cli *cli, const tarn_export_options *options);
progress *export_progress(cli *cli, const char *what);
/** "wrote 16,376 rows × 13 columns to orders.parquet · parquet · 1.2 MB · 80 ms"; nothing when it went to standard
 * output. */
void export_print(cli *cli, const tarn_export_options *options, const tarn_export_result *result);

#endif
