/**
 * @file import.h
 * The ways in which an import can go. Private to src/io.
 */
#ifndef TARN_IO_IMPORT_H
#define TARN_IO_IMPORT_H

#include "io/format.h"
#include "io/io.h"
#include "io/names.h"
#include "io/widen.h"

/** One import under way. */
typedef struct tarn_import_run {
    const tarn_io *io;
    const tarn_import_options *options;
    const char *path;  /* of the file that is read: the one given, or where standard input was spooled */
    const char *shown; /* what messages call it */
    const char *table;
    tarn_file *file;
    char *inside;             /* what an archive calls the file that is read; NULL: it is in none */
    tarn_notes archive_notes; /* what there is to say of that */
    tarn_notes notes;
    int64_t columns;            /* out: of the file */
    int64_t most_rows;          /* that the file's bytes can hold; 0: not known */
    bool is_foreign;            /* the record batches come from another program's memory: nothing in them was checked */
    tarn_widening *widening;    /* NULL: it can be read only once */
    tarn_import_result *result; /* NULL: of a stream, whose change is told otherwise */
} tarn_import_run;

/** The label of an import: file, format, sheet (NULL: none) and the options that were used. The parameters are heap
 *  text. */
tarn_status tarn_import_describe(const tarn_import_run *run, const char *format, const char *sheet, char **parameters,
                                 tarn_error *error);

/** Try it as often as it takes, and note what became wider: appending may need wider columns, which shows only while
 * values are read. */
tarn_status tarn_import_widening(tarn_import_run *run, tarn_status (*attempt)(tarn_import_run *, void *, tarn_error *),
                                 void *context, tarn_error *error);

tarn_status tarn_import_text(tarn_import_run *run, const char *format, tarn_error *error);
tarn_status tarn_import_arrow(tarn_import_run *run, tarn_error *error);
tarn_status tarn_import_xlsx(tarn_import_run *run, tarn_error *error);
tarn_status tarn_import_list_sheets(const tarn_import_run *run, tarn_sheet_info **out, size_t *count,
                                    tarn_error *error);
tarn_status tarn_import_json(tarn_import_run *run, const char *format, tarn_error *error);
/** By way of the engine. */
tarn_status tarn_import_parquet(tarn_import_run *run, tarn_error *error);
/** SPSS, Stata and SAS. */
tarn_status tarn_import_statistics(tarn_import_run *run, tarn_file_format format, tarn_error *error);
/** Any stream into run->table, with run->notes and run->columns. The stream is not released. */
tarn_status tarn_import_batches(tarn_import_run *run, struct ArrowArrayStream *stream, tarn_if_exists if_exists,
                                const tarn_import_label *label, tarn_change *out, tarn_error *error);

#endif
