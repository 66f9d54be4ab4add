/**
 * @file export.h
 * What `tarn export` and `tarn sql -o` have in common.
 */
#ifndef TARN_CLI_EXPORT_H
#define TARN_CLI_EXPORT_H

#include "cli.h"
#include "progress.h"

#define EXPORT_FORMATS "csv tsv json ndjson parquet arrow arrow-stream xlsx"

/** Read --format, --no-clobber, --delimiter, --no-header and --compression, as far as given; false after a usage
 * message. */
bool export_read_options(cli *cli, tarn_export_options *out);
/** Refuse to write to a terminal what only programs can read. Returns an exit code. */
int export_check_output(cli *cli, const tarn_export_options *options);
progress *export_progress(cli *cli, const char *what);
/** "wrote 16,376 rows × 13 columns to orders.parquet · parquet · 1.2 MB · 80 ms"; nothing when it went to standard
 * output. */
void export_print(cli *cli, const tarn_export_options *options, const tarn_export_result *result);

#endif
