// Exporting: a version, a query or several tables handed to what writes the format.
#include "io/export.h"

#include "base/clock.h"
#include "base/text.h"
#include "io/export_maps.h"
#include "io/export_statistics.h"
#include "io/export_style.h"
#include "io/format.h"
#include "io/scratch.h"

#include <stdlib.h>
#include <string.h>

static tarn_status choose_format(const tarn_export_options *options, tarn_file_format *out, tarn_error *error) {
    *out = options->format != NULL ? tarn_format_find(options->format) : tarn_format_of_name(options->path);
    if (options->format == NULL && strcmp(options->path, "-") == 0)
        *out = TARN_FORMAT_CSV;
    switch (*out) {
    case TARN_FORMAT_CSV:
    case TARN_FORMAT_TSV:
    case TARN_FORMAT_JSON:
    case TARN_FORMAT_NDJSON:
    case TARN_FORMAT_PARQUET:
    case TARN_FORMAT_ARROW_FILE:
    case TARN_FORMAT_ARROW_STREAM:
    case TARN_FORMAT_XLSX:
    case TARN_FORMAT_SAV:
    case TARN_FORMAT_DTA:
        return TARN_OK;
    default:
        return tarn_fail(error, TARN_E_INVALID,
                         "%s: %s is not a format to write: choose csv, tsv, json, ndjson, parquet, arrow, "
                         "arrow-stream, xlsx, sav or dta",
                         options->path, options->format != NULL ? options->format : "its ending");
    }
}

static tarn_status write_format(tarn_export_run *run, tarn_file_format format, tarn_error *error) {
    switch (format) {
    case TARN_FORMAT_CSV:
        return tarn_export_text(run, tarn_export_delimiter(run->options, ','), error);
    case TARN_FORMAT_TSV:
        return tarn_export_text(run, tarn_export_delimiter(run->options, '\t'), error);
    case TARN_FORMAT_JSON:
    case TARN_FORMAT_NDJSON:
        return tarn_export_json(run, format == TARN_FORMAT_NDJSON, error);
    case TARN_FORMAT_SAV:
    case TARN_FORMAT_DTA:
        return tarn_export_statistics(run, format, error);
    default:
        return tarn_export_arrow(run, format == TARN_FORMAT_ARROW_FILE, error);
    }
}

static tarn_status export_written(const tarn_io *io, struct ArrowArrayStream *stream,
                                  const tarn_export_options *options, tarn_file_format format,
                                  tarn_export_result *result, tarn_error *error) {
    tarn_sink sink = {0};
    tarn_export_run run = {.io = io, .options = options, .stream = stream, .sink = &sink};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_stream_schema(stream, &run.schema, error));
    TARN_CHECK(tarn_sink_open(io->fs, io->task, options, &sink, error));
    TARN_CHECK(write_format(&run, format, error));
    TARN_CHECK(tarn_store_check_intact(io->store, error));
    TARN_CHECK(tarn_sink_commit(&sink, error));
    result->rows = run.rows;
    result->columns = run.schema.n_children;
    result->bytes = sink.size;
cleanup:
    tarn_sink_abort(&sink);
    tarn_schema_release(&run.schema);
    return status;
}

/* What a library wrote to a scratch file goes on to where no file can be moved to. */
static tarn_status deliver(const tarn_io *io, const char *from, tarn_sink *sink, tarn_error *error) {
    tarn_file *file = NULL;
    char *piece = malloc(1 << 20);
    tarn_status status = piece == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = tarn_fs_open(io->fs, from, TARN_OPEN_READ, &file, error);
    for (uint64_t offset = 0; status == TARN_OK;) {
        size_t got = 0;
        status = tarn_file_read(file, offset, piece, 1 << 20, &got, error);
        if (status != TARN_OK || got == 0)
            break;
        status = tarn_sink_write(sink, piece, got, error);
        offset += got;
    }
    tarn_file_close(file);
    free(piece);
    return status;
}

/* What is written: a version or a stream or, into a workbook, several streams. */
typedef struct file_source {
    tarn_copy_source table;
    const tarn_export_sheet *sheets;
    size_t sheet_count;
} file_source;

/* Formats that a library writes, to a file of its own: `write` fills in rows and columns. */
typedef tarn_status (*file_writer)(const tarn_io *io, const file_source *source, const tarn_export_options *options,
                                   const char *path, tarn_export_result *result, tarn_error *error);

static tarn_status write_parquet(const tarn_io *io, const file_source *source, const tarn_export_options *options,
                                 const char *path, tarn_export_result *result, tarn_error *error) {
    return tarn_export_parquet(io, &source->table, path, options, result, error);
}

static tarn_status write_xlsx(const tarn_io *io, const file_source *source, const tarn_export_options *options,
                              const char *path, tarn_export_result *result, tarn_error *error) {
    tarn_export_sheet sheet = {.stream = source->table.stream};
    return tarn_export_xlsx(io, options, source->sheets != NULL ? source->sheets : &sheet,
                            source->sheets != NULL ? source->sheet_count : 1, path, result, error);
}

static tarn_status export_file(const tarn_io *io, const file_source *source, const tarn_export_options *options,
                               file_writer write, tarn_export_result *result, tarn_error *error) {
    tarn_sink sink = {0};
    char *scratch = NULL;
    tarn_status status = TARN_OK;
    TARN_TRY(tarn_sink_open(io->fs, io->task, options, &sink, error));
    const char *path = sink.temporary;
    if (path == NULL) {
        TARN_CHECK(tarn_scratch_path(io, "export", &scratch, error));
        path = scratch;
    }
    TARN_CHECK(write(io, source, options, path, result, error));
    if (scratch != NULL)
        TARN_CHECK(deliver(io, scratch, &sink, error));
    TARN_CHECK(tarn_fs_stat(io->fs, path, NULL, &result->bytes, error));
    TARN_CHECK(tarn_store_check_intact(io->store, error));
    TARN_CHECK(tarn_sink_commit(&sink, error));
cleanup:
    if (scratch != NULL)
        tarn_fs_remove_all(io->fs, scratch, NULL);
    free(scratch);
    tarn_sink_abort(&sink);
    return status;
}

static tarn_status finish(int64_t started, tarn_file_format format, tarn_status status, tarn_export_result *result,
                          tarn_export_result *out, tarn_error *error) {
    if (status == TARN_OK && (result->format = tarn_strdup(tarn_format_name(format))) == NULL)
        status = tarn_fail_memory(error);
    if (status != TARN_OK) {
        tarn_export_result_clear(result);
        return status;
    }
    result->duration = tarn_monotonic() - started;
    *out = *result;
    return TARN_OK;
}

/* Everything that is written by pulling batches. */
static tarn_status export_pulled(const tarn_io *io, struct ArrowArrayStream *stream, const tarn_export_options *options,
                                 tarn_file_format format, tarn_export_result *result, tarn_error *error) {
    struct ArrowSchema schema = {0};
    if (format != TARN_FORMAT_XLSX)
        return export_written(io, stream, options, format, result, error);
    TARN_TRY(tarn_stream_schema(stream, &schema, error));
    result->columns = schema.n_children;
    tarn_schema_release(&schema);
    file_source source = {.table = {.stream = stream}};
    return export_file(io, &source, options, write_xlsx, result, error);
}

tarn_status tarn_io_export_version(const tarn_io *io, tarn_version *version, const tarn_export_options *options,
                                   tarn_export_result *out, tarn_error *error) {
    int64_t started = tarn_monotonic();
    tarn_export_result result = {0};
    struct ArrowArrayStream stream = {0};
    tarn_file_format format;
    TARN_TRY(choose_format(options, &format, error));
    TARN_TRY(tarn_export_check_style(options, format == TARN_FORMAT_CSV || format == TARN_FORMAT_TSV, error));
    tarn_task_begin(io->task, "writing", "rows", (uint64_t)tarn_version_rows(version));
    if (format == TARN_FORMAT_PARQUET || format == TARN_FORMAT_JSON || format == TARN_FORMAT_NDJSON)
        TARN_TRY(tarn_export_check_maps(io, version, tarn_format_name(format), error));
    if (format == TARN_FORMAT_PARQUET) {
        file_source source = {.table = {.version = version}};
        result.columns = (int64_t)tarn_version_column_count(version);
        return finish(started, format, export_file(io, &source, options, write_parquet, &result, error), &result, out,
                      error);
    }
    TARN_TRY(tarn_version_stream(version, NULL, 0, io->task, &stream, error));
    tarn_status status = export_pulled(io, &stream, options, format, &result, error);
    tarn_stream_release(&stream);
    return finish(started, format, status, &result, out, error);
}

tarn_status tarn_io_export_stream(const tarn_io *io, struct ArrowArrayStream *stream,
                                  const tarn_export_options *options, tarn_export_result *out, tarn_error *error) {
    int64_t started = tarn_monotonic();
    tarn_export_result result = {0};
    tarn_file_format format;
    TARN_TRY(choose_format(options, &format, error));
    TARN_TRY(tarn_export_check_style(options, format == TARN_FORMAT_CSV || format == TARN_FORMAT_TSV, error));
    if (format != TARN_FORMAT_PARQUET)
        return finish(started, format, export_pulled(io, stream, options, format, &result, error), &result, out, error);
    struct ArrowSchema schema = {0};
    TARN_TRY(tarn_stream_schema(stream, &schema, error));
    result.columns = schema.n_children;
    tarn_schema_release(&schema);
    file_source source = {.table = {.stream = stream}};
    return finish(started, format, export_file(io, &source, options, write_parquet, &result, error), &result, out,
                  error);
}

/* ---- several tables into one workbook ------------------------------------------------------------------------------
 */

static tarn_status open_sheets(const tarn_io *io, tarn_version *const *versions, size_t count,
                               struct ArrowArrayStream *streams, tarn_export_sheet *sheets, tarn_export_result *result,
                               tarn_error *error) {
    uint64_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        rows += (uint64_t)tarn_version_rows(versions[i]);
        result->columns += (int64_t)tarn_version_column_count(versions[i]);
        TARN_TRY(tarn_version_stream(versions[i], NULL, 0, io->task, &streams[i], error));
        sheets[i].stream = &streams[i];
    }
    tarn_task_begin(io->task, "writing", "rows", rows);
    return TARN_OK;
}

tarn_status tarn_io_export_versions(const tarn_io *io, tarn_version *const *versions, const char *const *names,
                                    size_t count, const tarn_export_options *options, tarn_export_result *out,
                                    tarn_error *error) {
    int64_t started = tarn_monotonic();
    tarn_export_result result = {0};
    tarn_file_format format;
    TARN_TRY(choose_format(options, &format, error));
    TARN_TRY(tarn_export_check_style(options, false, error));
    if (format != TARN_FORMAT_XLSX)
        return tarn_fail(error, TARN_E_INVALID, "%s: several tables go into one workbook (xlsx), not into %s",
                         options->path, tarn_format_name(format));
    char **sheet_names = tarn_sheet_names_for(names, count);
    struct ArrowArrayStream *streams = calloc(count, sizeof *streams);
    tarn_export_sheet *sheets = calloc(count, sizeof *sheets);
    tarn_status status = sheet_names == NULL || streams == NULL || sheets == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t i = 0; status == TARN_OK && i < count; i++)
        sheets[i].name = sheet_names[i];
    if (status == TARN_OK)
        status = open_sheets(io, versions, count, streams, sheets, &result, error);
    file_source source = {.sheets = sheets, .sheet_count = count};
    if (status == TARN_OK)
        status = export_file(io, &source, options, write_xlsx, &result, error);
    for (size_t i = 0; i < count; i++) {
        if (streams != NULL && streams[i].release != NULL)
            tarn_stream_release(&streams[i]);
        if (sheet_names != NULL)
            free(sheet_names[i]);
    }
    free(sheet_names);
    free(streams);
    free(sheets);
    return finish(started, format, status, &result, out, error);
}
