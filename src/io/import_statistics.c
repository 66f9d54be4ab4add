/* SPSS, Stata and SAS files into a table. */
#include "io/import.h"

#ifdef TARN_HAS_READSTAT
#include "base/asker.h"
#include "base/text.h"
#include "io/statistics.h"
#include "io/target.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_ROWS 16384
#define MOST_CELLS (INT64_C(1) << 20) /* of a batch, for wide files */
#define MOST_TEXT (INT64_C(32) << 20) /* bytes of a batch */
#define NAMES_SHOWN 10

/* The third reading. */
typedef struct reading {
    tarn_statistics *file;
    tarn_target target;
    tarn_appender *appender;
    struct ArrowSchema schema; /* as the file has it */
    tarn_builder **builders;
    int64_t rows, text; /* in the builders */
    int64_t batch_rows;
    bool direct;
} reading;

static const char *const formats[] = {
    [TARN_STATISTICS_TEXT] = "u",   [TARN_STATISTICS_LABEL] = "u",  [TARN_STATISTICS_INTEGER] = "l",
    [TARN_STATISTICS_DOUBLE] = "g", [TARN_STATISTICS_DATE] = "tdD", [TARN_STATISTICS_TIMESTAMP] = "tsu:",
    [TARN_STATISTICS_TIME] = "ttu",
};

static tarn_status append_value(reading *r, size_t index, readstat_value_t value, tarn_error *error) {
    const tarn_statistics_variable *variable = &r->file->variables[index];
    tarn_builder *builder = r->builders[index];
    const char *text = variable->kind == TARN_STATISTICS_LABEL ? tarn_statistics_label_of(variable, value)
                       : variable->is_text                     ? readstat_string_value(value)
                                                               : NULL;
    int64_t instant = 0;
    if (text != NULL) {
        r->text += (int64_t)strlen(text);
        return tarn_builder_bytes(builder, text, strlen(text), error);
    }
    double number = variable->is_text ? 0 : tarn_statistics_number(value);
    switch (variable->kind) {
    case TARN_STATISTICS_INTEGER:
        return tarn_builder_int(builder, (int64_t)number, error);
    case TARN_STATISTICS_DOUBLE:
        return tarn_builder_double(builder, number, error);
    case TARN_STATISTICS_DATE:
    case TARN_STATISTICS_TIMESTAMP:
    case TARN_STATISTICS_TIME:
        if (tarn_statistics_instant(variable, number, &instant))
            return tarn_builder_int(
                builder, variable->kind == TARN_STATISTICS_DATE ? instant / INT64_C(86400000000) : instant, error);
        return tarn_builder_null(builder, error);
    default:
        return tarn_builder_null(builder, error);
    }
}

/* What is in the builders goes to the table. */
static tarn_status flush(reading *r, tarn_error *error) {
    struct ArrowArray *children = calloc(r->file->count + 1, sizeof *children);
    struct ArrowArray batch = {0}, converted = {0};
    void *no_validity[1] = {NULL};
    tarn_status status = children == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t i = 0; i < r->file->count && status == TARN_OK; i++)
        status = tarn_builder_finish(r->builders[i], &children[i], error);
    if (status == TARN_OK)
        status = tarn_array_make(&batch, r->rows, 0, no_validity, 1, children, (int64_t)r->file->count, error);
    for (size_t i = 0; children != NULL && batch.release == NULL && i < r->file->count; i++)
        tarn_array_release(&children[i]);
    if (status == TARN_OK && !r->direct)
        status = tarn_target_convert(&r->target, &batch, r->target.rows + 1, &converted, error);
    if (status == TARN_OK)
        status = tarn_appender_add(r->appender, r->direct ? &batch : &converted, error);
    if (status == TARN_OK)
        r->target.rows += r->rows;
    r->rows = r->text = 0;
    tarn_array_release(&batch);
    tarn_array_release(&converted);
    free(children);
    return status;
}

static int take_value(int row, readstat_variable_t *variable, readstat_value_t value, void *context) {
    reading *r = context;
    tarn_statistics *file = r->file;
    size_t index = (size_t)readstat_variable_get_index(variable);
    tarn_status status = TARN_OK;
    if (index >= file->count)
        return READSTAT_HANDLER_OK;
    if (index == 0 && row % 1024 == 0)
        status = tarn_task_check(file->run->io->task, file->error);
    if (status == TARN_OK)
        status = tarn_statistics_is_missing(variable, value) ? tarn_builder_null(r->builders[index], file->error)
                                                             : append_value(r, index, value, file->error);
    if (status == TARN_OK && index + 1 == file->count) {
        r->rows++;
        if (r->rows == r->batch_rows || r->text > MOST_TEXT)
            status = flush(r, file->error);
    }
    return status == TARN_OK ? READSTAT_HANDLER_OK : tarn_statistics_stop(file, status);
}

static tarn_status make_schema(reading *r, struct ArrowSchema *fitted, tarn_error *error) {
    const tarn_statistics *file = r->file;
    TARN_TRY(tarn_schema_make_nested(&r->schema, "+s", "", (int64_t)file->count, error));
    for (size_t i = 0; i < file->count; i++) {
        struct ArrowSchema *child = r->schema.children[i];
        TARN_TRY(tarn_schema_make(child, formats[file->variables[i].kind], file->variables[i].name, error));
        if (file->variables[i].label != NULL)
            TARN_TRY(tarn_schema_metadata_set(child, "label", file->variables[i].label, error));
        TARN_TRY(tarn_builder_new(child, &r->builders[i], error));
    }
    return tarn_fit_names(&r->schema, fitted, &file->run->notes, error);
}

static tarn_status read_values(reading *r, tarn_error *error) {
    const readstat_callbacks_t handlers = {.value = take_value};
    tarn_task_begin(r->file->run->io->task, "importing", "rows", 0);
    TARN_TRY(tarn_statistics_parse(r->file, &handlers, r, error));
    if (r->rows > 0)
        TARN_TRY(flush(r, error));
    return tarn_appender_finish(r->appender, error);
}

static tarn_status read_into_table(reading *r, tarn_error *error) {
    tarn_import_run *run = r->file->run;
    struct ArrowSchema fitted = {0};
    char *parameters = NULL;
    tarn_status status = TARN_OK;
    r->builders = calloc(r->file->count + 1, sizeof *r->builders);
    if (r->builders == NULL)
        return tarn_fail_memory(error);
    r->batch_rows = MOST_CELLS / (int64_t)r->file->count;
    r->batch_rows = r->batch_rows > BATCH_ROWS ? BATCH_ROWS : r->batch_rows < 1 ? 1 : r->batch_rows;
    TARN_CHECK(make_schema(r, &fitted, error));
    TARN_CHECK(
        tarn_target_open(run->io, run->table, run->options->if_exists, &fitted, run->widening, &r->target, error));
    TARN_CHECK(tarn_appender_new(r->target.draft, &r->appender, error));
    r->direct = tarn_target_is_direct(&r->target);
    TARN_CHECK(read_values(r, error));
    TARN_CHECK(tarn_import_describe(run, run->result->format, NULL, &parameters, error));
    tarn_import_label label = {.kind = "import", .parameters = parameters};
    TARN_CHECK(tarn_target_commit(&r->target, &label, run->table, &run->result->change, error));
    run->columns = (int64_t)r->file->count;
cleanup:
    free(parameters);
    tarn_schema_release(&fitted);
    return status;
}

/* "a, b and 3 more", of the variables that `wanted` is true of; their number. */
static size_t list_variables(const tarn_statistics *file, bool (*wanted)(const tarn_statistics_variable *),
                             tarn_buffer *out, tarn_error *error) {
    size_t count = 0;
    for (size_t i = 0; i < file->count; i++) {
        if (wanted(&file->variables[i]) && count++ < NAMES_SHOWN)
            (void)tarn_buffer_printf(out, error, "%s%.100s", count == 1 ? "" : ", ", file->variables[i].name);
    }
    if (count > NAMES_SHOWN)
        (void)tarn_buffer_printf(out, error, " and %zu more", count - NAMES_SHOWN);
    return count;
}

static bool has_become_text(const tarn_statistics_variable *v) {
    return v->kind == TARN_STATISTICS_LABEL;
}

static bool has_some_labels(const tarn_statistics_variable *v) {
    return v->kind != TARN_STATISTICS_LABEL && v->labels != NULL && v->values > 0;
}

static bool has_missing_codes(const tarn_statistics_variable *v) {
    return v->missing > 0;
}

static bool has_strange_times(const tarn_statistics_variable *v) {
    return v->unit != TARN_UNIT_NONE && (v->kind == TARN_STATISTICS_INTEGER || v->kind == TARN_STATISTICS_DOUBLE);
}

static tarn_status note(tarn_statistics *file, bool (*wanted)(const tarn_statistics_variable *), const char *one,
                        const char *several, const char *what, tarn_error *error) {
    tarn_buffer names = {0};
    size_t count = list_variables(file, wanted, &names, error);
    tarn_status status = TARN_OK;
    if (count > 0)
        status = tarn_notes_add(&file->run->notes, error, "%zu %s %s: %.*s", count, count == 1 ? one : several, what,
                                (int)names.size, (const char *)names.data);
    tarn_buffer_free(&names);
    return status;
}

static tarn_status note_all(tarn_statistics *file, tarn_error *error) {
    bool keep = file->run->options->keep_codes;
    TARN_TRY(note(file, has_become_text, "column has", "columns have",
                  "the texts of value labels instead of codes " TARN_ASKER("(--values keeps the codes)",
                                                                           "(keepCodes keeps the codes)"),
                  error));
    TARN_TRY(note(file, has_some_labels, "column keeps its", "columns keep their",
                  keep ? "codes, and the value labels were left out"
                       : "numbers, since not every value has a label; the value labels were left out",
                  error));
    TARN_TRY(note(file, has_missing_codes, "column has", "columns have",
                  "values that the file itself calls missing, which are null now", error));
    return note(file, has_strange_times, "column of dates or times is", "columns of dates or times are",
                "beyond what these types hold and came as numbers", error);
}

tarn_status tarn_import_statistics(tarn_import_run *run, tarn_file_format format, tarn_error *error) {
    tarn_statistics file = {.run = run, .format = format};
    reading r = {.file = &file};
    tarn_status status = TARN_OK;
    if (run->options->type_count > 0 || run->options->all_text)
        return tarn_fail(error, TARN_E_INVALID, "%s: %s has its types; change them after the import", run->shown,
                         tarn_format_describe(format));
    run->result->format = tarn_strdup(tarn_format_name(format));
    if (run->result->format == NULL)
        return tarn_fail_memory(error);
    TARN_TRY(tarn_file_size(run->file, &file.size, error));
    tarn_task_begin(run->io->task, "reading", "bytes", file.size);
    TARN_CHECK(tarn_statistics_describe(&file, error));
    if (file.count == 0) {
        status = tarn_fail(error, TARN_E_FORMAT, "%s has no variables", run->shown);
        goto cleanup;
    }
    TARN_CHECK(tarn_statistics_observe(&file, run->options->keep_codes, error));
    TARN_CHECK(read_into_table(&r, error));
    TARN_CHECK(note_all(&file, error));
cleanup:
    tarn_appender_free(r.appender);
    tarn_target_close(&r.target);
    for (size_t i = 0; r.builders != NULL && i < file.count; i++)
        tarn_builder_free(r.builders[i]);
    free(r.builders);
    tarn_schema_release(&r.schema);
    tarn_statistics_clear(&file);
    return status;
}
#else
tarn_status tarn_import_statistics(tarn_import_run *run, tarn_file_format format, tarn_error *error) {
    return tarn_fail(error, TARN_E_UNSUPPORTED,
                     "%s is %s, which this build cannot read: import it with the program, or save "
                     "it as CSV",
                     run->shown, tarn_format_describe(format));
}
#endif
