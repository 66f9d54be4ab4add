/* CSV and TSV into a table: chunks are read and put in parallel, and appended in order. */
#include "base/text.h"
#include "engine/sql_type.h"
#include "io/csv.h"
#include "io/csv_value.h"
#include "io/import.h"
#include "io/scratch.h"
#include "io/target.h"
#include "io/type_overrides.h"

#include <stdlib.h>
#include <string.h>

/* Text converted to UTF-8, as a file of its own. */
typedef struct converted_text {
    const tarn_io *io;
    char *path; /* NULL while nothing was written */
    tarn_file *file;
    uint64_t size;
} converted_text;

static tarn_status write_converted(void *context, const void *data, size_t size, tarn_error *error) {
    converted_text *text = context;
    if (text->file == NULL) {
        TARN_TRY(tarn_scratch_path(text->io, "text", &text->path, error));
        TARN_TRY(tarn_fs_open(text->io->fs, text->path, TARN_OPEN_CREATE_PRIVATE, &text->file, error));
    }
    TARN_TRY(tarn_file_write(text->file, text->size, data, size, error));
    text->size += size;
    return TARN_OK;
}

static tarn_status open_converted(void *context, tarn_text_source *out, tarn_error *error) {
    converted_text *text = context;
    *out = tarn_text_source_memory(NULL, 0, NULL);
    return text->file != NULL ? tarn_text_source_file(text->file, out, error) : TARN_OK;
}

static void drop_converted(converted_text *text) {
    tarn_file_close(text->file);
    if (text->path != NULL)
        tarn_fs_remove_all(text->io->fs, text->path, NULL);
    free(text->path);
}

typedef struct text_work {
    tarn_import_run *run;
    converted_text converted[2]; /* of the first reading, and of another with the table's types */
    tarn_csv_scratch scratch[2];
    size_t readings;
    const tarn_version *base; /* borrowed: whose types the second reading asks for; NULL in the first */
    tarn_csv_reader *reader;
    tarn_target target;
    bool direct;
    size_t columns;
    int64_t *first_rows; /* per chunk, from 1 */
    tarn_batch_id *ids;  /* chunk by chunk, `columns` each */
} text_work;

static tarn_status put_columns(text_work *work, size_t chunk, const struct ArrowArray *batch, tarn_error *error) {
    for (size_t column = 0; column < work->columns; column++) {
        const struct ArrowSchema *type = tarn_draft_column(work->target.draft, column)->type;
        tarn_status status = tarn_transaction_put(work->target.transaction, type, batch->children[column],
                                                  &work->ids[chunk * work->columns + column], error);
        if (status != TARN_OK)
            return status;
    }
    return TARN_OK;
}

static tarn_status import_chunk(void *context, size_t chunk, tarn_error *error) {
    text_work *work = context;
    struct ArrowArray batch = {0}, converted = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_csv_read_chunk(work->reader, chunk, &batch, error));
    if (work->direct) {
        TARN_CHECK(put_columns(work, chunk, &batch, error));
    } else {
        TARN_CHECK(tarn_target_convert(&work->target, &batch, work->first_rows[chunk], &converted, error));
        TARN_CHECK(put_columns(work, chunk, &converted, error));
    }
    tarn_task_advance(work->run->io->task, tarn_csv_chunk_bytes(work->reader, chunk));
cleanup:
    tarn_array_release(&batch);
    tarn_array_release(&converted);
    return status;
}

/* Rows that are added to a table, so few that they may join its last chunk. */
static tarn_status append_few(text_work *work, tarn_error *error) {
    struct ArrowArray batch = {0}, converted = {0};
    tarn_appender *appender = NULL;
    tarn_status status;
    TARN_CHECK(tarn_csv_read_chunk(work->reader, 0, &batch, error));
    if (!work->direct)
        TARN_CHECK(tarn_target_convert(&work->target, &batch, 1, &converted, error));
    TARN_CHECK(tarn_appender_new(work->target.draft, &appender, error));
    TARN_CHECK(tarn_appender_add(appender, work->direct ? &batch : &converted, error));
    status = tarn_appender_finish(appender, error);
    work->target.rows += (int64_t)tarn_csv_chunk_rows(work->reader, 0);
cleanup:
    tarn_appender_free(appender);
    tarn_array_release(&batch);
    tarn_array_release(&converted);
    return status;
}

static tarn_status import_chunks(text_work *work, tarn_error *error) {
    const tarn_io *io = work->run->io;
    size_t chunks = tarn_csv_chunk_count(work->reader);
    uint64_t bytes = 0;
    work->columns = tarn_draft_column_count(work->target.draft);
    work->direct = tarn_target_is_direct(&work->target);
    if (chunks == 1 && tarn_draft_chunk_count(work->target.draft) > 0 &&
        tarn_csv_chunk_rows(work->reader, 0) <= TARN_FEW_ROWS)
        return append_few(work, error);
    work->ids = calloc(chunks * work->columns + 1, sizeof *work->ids);
    work->first_rows = calloc(chunks + 1, sizeof *work->first_rows);
    if (work->ids == NULL || work->first_rows == NULL)
        return tarn_fail_memory(error);
    work->first_rows[0] = 1;
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        work->first_rows[chunk + 1] = work->first_rows[chunk] + (int64_t)tarn_csv_chunk_rows(work->reader, chunk);
        bytes += tarn_csv_chunk_bytes(work->reader, chunk);
    }
    tarn_task_begin(io->task, "importing", "bytes", bytes);
    TARN_TRY(tarn_parallel_for(io->pool, TARN_PRIORITY_USER_VISIBLE, io->task, chunks, import_chunk, work, error));
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        int64_t rows = (int64_t)tarn_csv_chunk_rows(work->reader, chunk);
        TARN_TRY(tarn_draft_append_chunk(work->target.draft, rows, work->ids + chunk * work->columns, error));
        work->target.rows += rows;
    }
    return TARN_OK;
}

/* What the options say in lists of other forms, as the reader wants it. Owns its arrays. */
typedef struct reader_lists {
    const char **nulls;
    uint32_t *widths;
    size_t null_count, width_count;
} reader_lists;

static void reader_lists_free(reader_lists *lists) {
    free(lists->nulls);
    free(lists->widths);
}

/* "5,10,3" */
static tarn_status read_widths(const char *text, reader_lists *out, tarn_error *error) {
    if (text == NULL)
        return TARN_OK;
    out->widths = calloc(strlen(text) + 1, sizeof *out->widths);
    if (out->widths == NULL)
        return tarn_fail_memory(error);
    for (const char *at = text;;) {
        char *end;
        unsigned long width = *at >= '0' && *at <= '9' ? strtoul(at, &end, 10) : 0;
        if (width == 0 || width > INT32_MAX || (*end != ',' && *end != '\0'))
            return tarn_fail(error, TARN_E_INVALID,
                             "\"%.100s\" are no widths: write the number of characters of each column, as in 5,10,3",
                             text);
        out->widths[out->width_count++] = (uint32_t)width;
        if (*end == '\0')
            return TARN_OK;
        at = end + 1;
    }
}

static tarn_status read_lists(const tarn_import_options *given, reader_lists *out, tarn_error *error) {
    out->nulls = calloc(given->null_text_count + 2, sizeof *out->nulls);
    if (out->nulls == NULL)
        return tarn_fail_memory(error);
    out->nulls[out->null_count++] = "";
    if (given->null_text != NULL)
        out->nulls[out->null_count++] = given->null_text;
    for (size_t i = 0; i < given->null_text_count; i++)
        out->nulls[out->null_count++] = given->null_texts[i];
    return read_widths(given->widths, out, error);
}

static tarn_status one_character(const char *text, const char *what, char *out, tarn_error *error) {
    *out = text != NULL ? text[0] : '\0';
    return text == NULL || strlen(text) == 1
               ? TARN_OK
               : tarn_fail(error, TARN_E_INVALID, "the %s must be one character, not \"%.100s\"", what, text);
}

static void remember_misfit(void *context, const char *name) {
    const text_work *work = context;
    size_t column;
    if (tarn_version_find_column(work->base, name, &column, &(tarn_error){0}) == TARN_OK)
        tarn_widening_want(work->run->widening, column, TARN_WIDEN_BY_VALUE);
}

static tarn_status open_reader(text_work *work, const char *format, const tarn_text_source *source,
                               const tarn_type_overrides *overrides, bool all_text, tarn_csv_reader **out,
                               tarn_error *error) {
    const tarn_import_run *run = work->run;
    const tarn_import_options *given = run->options;
    reader_lists lists = {0};
    tarn_csv_options options = {.delimiter = given->delimiter,
                                .long_delimiter = given->long_delimiter,
                                .quote = given->quote,
                                .comment = given->comment,
                                .skip_rows = given->skip > 0 ? (uint64_t)given->skip : 0,
                                .skip_footer = given->skip_footer,
                                .header_row = given->header_row,
                                .header_rows = given->header_rows,
                                .encoding = given->encoding,
                                .scratch = &work->scratch[work->readings],
                                .misfit = work->base != NULL ? remember_misfit : NULL,
                                .misfit_context = work,
                                .all_text = all_text,
                                .overrides = overrides->list,
                                .n_overrides = overrides->count};
    tarn_status status;
    TARN_CHECK(one_character(given->escape, "escape", &options.escape, error));
    TARN_CHECK(one_character(given->decimal, "decimal separator", &options.decimal, error));
    TARN_CHECK(read_lists(given, &lists, error));
    options.null_text = lists.nulls;
    options.n_null_text = lists.null_count;
    options.widths = lists.widths;
    options.n_widths = lists.width_count;
    if (options.delimiter == 0 && options.long_delimiter == NULL && options.n_widths == 0 && strcmp(format, "tsv") == 0)
        options.delimiter = '\t';
    work->converted[work->readings].io = run->io;
    work->scratch[work->readings] =
        (tarn_csv_scratch){write_converted, open_converted, &work->converted[work->readings]};
    work->readings++;
    status = tarn_csv_open(source, &options, run->io->pool, run->io->task, out, error);
cleanup:
    reader_lists_free(&lists);
    return status;
}

/* The type that values of a column are read as; NULL: what they look like. Columns of other types are cast. */
static tarn_status wanted_type(const text_work *work, const tarn_version *base, const tarn_csv_column *found,
                               tarn_buffer *out, tarn_error *error) {
    const tarn_widening *widening = work->run->widening;
    size_t column;
    tarn_csv_type known;
    tarn_csv_decimal decimal;
    out->size = 0;
    if (tarn_version_find_column(base, found->name, &column, &(tarn_error){0}) != TARN_OK ||
        tarn_widening_step_of(widening, column) != TARN_WIDEN_AS_IT_IS)
        return TARN_OK; /* refused later, by name; or did not fit */
    TARN_TRY(tarn_sql_type(tarn_version_column(base, column)->type, out, error));
    TARN_TRY(tarn_buffer_append(out, "", 1, error));
    /* What failed twice is not asked for column by column any more. */
    if (!tarn_csv_type_find((const char *)out->data, &known, &decimal) ||
        strcmp(tarn_csv_type_name(known), found->type) == 0 ||
        (widening != NULL && widening->attempts > 2 && known != TARN_CSV_TYPE_TEXT))
        out->size = 0;
    return TARN_OK;
}

/* Which of the source's columns the table wants as text or as a type that the text can be read as. */
static tarn_status table_overrides(const text_work *work, const tarn_version *base, const tarn_csv_report *report,
                                   tarn_type_overrides *out, tarn_error *error) {
    tarn_buffer type = {0};
    tarn_status status = TARN_OK;
    if (work->run->widening != NULL)
        TARN_CHECK(tarn_widening_begin(work->run->widening, base, error));
    for (size_t i = 0; i < report->n_columns && status == TARN_OK; i++) {
        status = wanted_type(work, base, &report->columns[i], &type, error);
        if (status == TARN_OK && type.size > 0)
            status = tarn_type_overrides_add(out, report->columns[i].name, (const char *)type.data, error);
    }
cleanup:
    tarn_buffer_free(&type);
    return status;
}

/* Appending reads again, with the table's types, when the file alone suggests others. */
static tarn_status reopen_for_append(text_work *work, const char *format, const tarn_text_source *source,
                                     const tarn_version *base, tarn_csv_reader **reader, tarn_error *error) {
    tarn_type_overrides overrides = {0};
    tarn_csv_reader *second = NULL;
    tarn_status status = table_overrides(work, base, tarn_csv_get_report(*reader), &overrides, error);
    work->base = work->run->widening != NULL ? base : NULL;
    if (status == TARN_OK && overrides.count > 0)
        status = open_reader(work, format, source, &overrides, false, &second, error);
    if (status == TARN_OK && second != NULL) {
        tarn_csv_free(*reader);
        *reader = second;
    }
    tarn_type_overrides_clear(&overrides);
    return status;
}

static tarn_status read_file(text_work *work, const char *format, const tarn_text_source *source,
                             const tarn_version *base, tarn_csv_reader **out, tarn_error *error) {
    const tarn_import_run *run = work->run;
    tarn_type_overrides overrides = {0};
    tarn_status status = tarn_type_overrides_read(run->options, &overrides, error);
    if (status == TARN_OK)
        status = open_reader(work, format, source, &overrides, run->options->all_text, out, error);
    if (status == TARN_OK && base != NULL && run->options->if_exists == TARN_IF_EXISTS_APPEND && overrides.count == 0 &&
        !run->options->all_text)
        status = reopen_for_append(work, format, source, base, out, error);
    tarn_type_overrides_clear(&overrides);
    return status;
}

/* Bytes that an encoding which was only guessed cannot explain are replaced and reported; against the user's word they
 * are an error. */
static tarn_status check_encoding(const tarn_import_run *run, const tarn_csv_reader *reader, tarn_error *error) {
    const tarn_csv_report *found = tarn_csv_get_report(reader);
    if (run->options->encoding == NULL || found->invalid_bytes.total == 0)
        return TARN_OK;
    if (found->invalid_bytes.count == 0)
        return tarn_fail(error, TARN_E_FORMAT, "%s is not valid %s: leave the encoding out to have it detected",
                         run->shown, found->encoding);
    return tarn_fail(error, TARN_E_FORMAT, "%s: line %llu is not valid %s: leave the encoding out to have it detected",
                     run->shown, (unsigned long long)found->invalid_bytes.first[0].line, found->encoding);
}

static tarn_status report(tarn_import_run *run, const char *format, const tarn_csv_reader *reader, tarn_error *error) {
    const tarn_csv_report *found = tarn_csv_get_report(reader);
    tarn_import_result *result = run->result;
    result->format = tarn_strdup(found->delimiter == '\t' ? "tsv" : format);
    result->encoding = tarn_strdup(found->encoding);
    result->delimiter = tarn_strdup(found->delimiter_text);
    result->header_row = (int64_t)found->header_row;
    if (result->format == NULL || result->encoding == NULL || result->delimiter == NULL)
        return tarn_fail_memory(error);
    run->columns = (int64_t)found->n_columns;
    for (size_t i = 0; i < found->n_warnings; i++)
        TARN_TRY(tarn_notes_add(&run->notes, error, "%s", found->warnings[i]));
    return TARN_OK;
}

tarn_status tarn_import_text(tarn_import_run *run, const char *format, tarn_error *error) {
    tarn_text_source source;
    tarn_version *base = NULL;
    struct ArrowSchema schema = {0};
    char *parameters = NULL;
    text_work work = {.run = run};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_target_check(run->io, run->table, run->options->if_exists, &base, error));
    TARN_CHECK(tarn_text_source_file(run->file, &source, error));
    source.name = run->shown;
    TARN_CHECK(read_file(&work, format, &source, base, &work.reader, error));
    TARN_CHECK(check_encoding(run, work.reader, error));
    TARN_CHECK(tarn_csv_schema(work.reader, &schema, error));
    TARN_CHECK(
        tarn_target_open(run->io, run->table, run->options->if_exists, &schema, run->widening, &work.target, error));
    TARN_CHECK(import_chunks(&work, error));
    TARN_CHECK(report(run, format, work.reader, error));
    TARN_CHECK(tarn_import_describe(run, run->result->format, NULL, &parameters, error));
    tarn_import_label label = {.kind = "import", .parameters = parameters};
    TARN_CHECK(tarn_target_commit(&work.target, &label, run->table, &run->result->change, error));
cleanup:
    free(parameters);
    free(work.ids);
    free(work.first_rows);
    tarn_target_close(&work.target);
    tarn_schema_release(&schema);
    tarn_csv_free(work.reader);
    drop_converted(&work.converted[0]);
    drop_converted(&work.converted[1]);
    tarn_version_release(base);
    return status;
}
