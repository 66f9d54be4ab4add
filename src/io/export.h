/**
 * @file export.h
 * The ways in which an export can go. Private to src/io.
 */
#ifndef TARN_IO_EXPORT_H
#define TARN_IO_EXPORT_H

#include "io/io.h"
#include "io/sink.h"

/** One export under way. */
typedef struct tarn_export_run {
    const tarn_io *io;
    const tarn_export_options *options;
    struct ArrowArrayStream *stream; /* what is written */
    struct ArrowSchema schema;
    tarn_sink *sink;
    char delimiter; /* of text */
    int64_t rows;   /* out */
} tarn_export_run;

/**
 * Turn the stream's batches into bytes in parallel, a window of them at a time, and write them in order. `format` is
 * called from several threads.
 */
typedef struct tarn_batch_place {
    size_t index;      /* of the batch, from 0, so that a separator can be put before all but the first */
    int64_t first_row; /* from 1 */
} tarn_batch_place;
typedef tarn_status (*tarn_batch_formatter)(const tarn_export_run *run, const struct ArrowArray *batch,
                                            tarn_batch_place place, tarn_buffer *out, tarn_error *error);
tarn_status tarn_export_formatted(tarn_export_run *run, tarn_batch_formatter format, tarn_error *error);

/** Called before each row of a batch, so that cancelling need not wait for the whole of it. */
static inline tarn_status tarn_export_check_row(const tarn_export_run *run, int64_t i, tarn_error *error) {
    return i % 1024 == 0 ? tarn_task_check(run->io->task, error) : TARN_OK;
}

tarn_status tarn_export_text(tarn_export_run *run, char delimiter, tarn_error *error);
/** A JSON array of objects, or one object per line. */
tarn_status tarn_export_json(tarn_export_run *run, bool lines, tarn_error *error);
tarn_status tarn_export_arrow(tarn_export_run *run, bool file, tarn_error *error);

/** One sheet of a workbook to be written. */
typedef struct tarn_export_sheet {
    const char *name; /* NULL: the usual one */
    struct ArrowArrayStream *stream;
} tarn_export_sheet;

/** A workbook, written to the file `path`. `out->rows` counts those of all sheets; `out->warning` tells of numbers that
 * lost a digit. */
tarn_status tarn_export_xlsx(const tarn_io *io, const tarn_export_options *options, const tarn_export_sheet *sheets,
                             size_t count, const char *path, tarn_export_result *out, tarn_error *error);

/** Names for sheets from those of tables: at most 31 UTF-16 units, without what Excel does not allow, unique ignoring
 * case. Heap, each and all; NULL when out of memory. */
char **tarn_sheet_names_for(const char *const *tables, size_t count);

/** After a workbook was written: TARN_E_IO unless its sheets hold at least the `rows_bytes` that their rows took. */
tarn_status tarn_export_xlsx_check(const char *path, const char *shown, uint64_t rows_bytes, tarn_error *error);

/** Parquet is written by DuckDB, which wants a file of its own: `path` is where. Exactly one of version and stream. */
tarn_status tarn_export_parquet(const tarn_io *io, const tarn_copy_source *source, const char *path,
                                const tarn_export_options *options, tarn_export_result *result, tarn_error *error);

#endif
