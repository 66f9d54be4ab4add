/**
 * @file io.h
 * Files into tables and tables into files. Text (CSV, TSV, JSON) is read and written by this module itself (csv.h,
 * json.h), Arrow by src/arrow, Parquet by DuckDB.
 *
 * An import is one transaction: it appears wholly, as one version, or not at all, and runs in bounded memory whatever
 * the file's size. An export to a path appears complete or not at all: it is written beside the target and moved over
 * it.
 * "-" is standard input (spooled to the workspace's tmp folder) or standard output.
 */
#ifndef TARN_IO_IO_H
#define TARN_IO_IO_H

#include "engine/engine.h"
#include "fs/fs.h"
#include "jobs/jobs.h"
#include "store/store.h"
#include "tarn/files.h"

/** What imports and exports work with; nothing is owned. */
typedef struct tarn_io {
    tarn_fs *fs; /**< for the files outside the workspace */
    tarn_store *store;
    tarn_engine *engine;
    tarn_pool *pool;
    tarn_task *task;     /**< may be NULL. Progress: "reading" in bytes, "writing" in rows */
    uint64_t if_version; /**< the version that the table imported to must have, TARN_E_CONFLICT else; 0: any */
} tarn_io;

/**
 * Import a file; see tarn/files.h. Errors name the file and, where there is one, the line. Appending matches columns by
 * name ignoring case, whatever their order; a column that the file lacks becomes null, one that the table lacks is
 * refused; values are cast without loss or the import is refused, naming column, row and value.
 */
tarn_status tarn_io_import(const tarn_io *io, const tarn_import_options *options, tarn_import_result *out,
                           tarn_error *error);

/** What a stream's import is called in the journal: event kind "import" and its parameters (a JSON object). */
typedef struct tarn_import_label {
    const char *kind, *command, *parameters;
} tarn_import_label;

/** Import a stream (not released) into a table. Types are normalised (tarn_array_normalize); what cannot be kept names
 * the column. */
tarn_status tarn_io_import_stream(const tarn_io *io, struct ArrowArrayStream *stream, const char *table,
                                  tarn_if_exists if_exists, const tarn_import_label *label, tarn_change *out,
                                  tarn_error *error);

/** See tarn_list_sheets. */
tarn_status tarn_io_list_sheets(const tarn_io *io, const char *path, tarn_sheet_info **out, size_t *count,
                                tarn_error *error);

/** A table's name for a file's: without folder and endings, what is not allowed replaced by '_'. Heap. */
char *tarn_io_table_name(const char *path);

/** The table that an import with these options goes to: the name given, or made from the file's and the sheet's. Heap;
 *  NULL when out of memory. */
char *tarn_io_import_target(const tarn_import_options *options);

tarn_status tarn_io_export_version(const tarn_io *io, tarn_version *version, const tarn_export_options *options,
                                   tarn_export_result *out, tarn_error *error);
/** Several into one workbook, each as a sheet called by its name. TARN_E_INVALID for other formats. */
tarn_status tarn_io_export_versions(const tarn_io *io, tarn_version *const *versions, const char *const *names,
                                    size_t count, const tarn_export_options *options, tarn_export_result *out,
                                    tarn_error *error);
/** The stream is pulled to its end and not released. */
tarn_status tarn_io_export_stream(const tarn_io *io, struct ArrowArrayStream *stream,
                                  const tarn_export_options *options, tarn_export_result *out, tarn_error *error);

#endif
