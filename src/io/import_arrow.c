/* Arrow files and streams: read where they lie, in a mapping. */
#include "arrow/ipc.h"
#include "base/text.h"
#include "io/csv_value.h"
#include "io/import.h"
#include "io/ipc_stream.h"
#include "io/text_stream.h"
#include "io/type_overrides.h"

#include <stdlib.h>

/* Columns of nulls and runs take no bytes for their rows, and what compresses well takes few: no more rows than this.
 */
#define ROWS_WEIGHTLESS (INT64_C(1) << 24)
#define ROWS_PER_BYTE 1024

static tarn_status open_stream(tarn_import_run *run, struct ArrowArrayStream *out, tarn_error *error) {
    tarn_ipc_reader *reader;
    tarn_ipc_read_options options = {.pool = run->io->pool, .is_foreign = true, .task = run->io->task};
    uint64_t size = 0;
    TARN_TRY(tarn_file_size(run->file, &size, error));
    if (size < INT64_MAX / ROWS_PER_BYTE / 2)
        run->most_rows = ROWS_WEIGHTLESS + (int64_t)size * ROWS_PER_BYTE;
    tarn_status status = tarn_ipc_open_file(run->file, &options, &reader, error);
    if (status != TARN_OK)
        return tarn_fail_context(error, status, "%s", run->shown);
    return tarn_ipc_stream_new(reader, run->io->task, out, error);
}

/* Other types than text are those of the file. */
static tarn_status check_types(const tarn_import_run *run, const tarn_type_overrides *types, tarn_error *error) {
    for (size_t i = 0; i < types->count; i++) {
        tarn_csv_type type;
        tarn_csv_decimal decimal;
        if (!tarn_csv_type_find(types->list[i].type, &type, &decimal) || type != TARN_CSV_TYPE_TEXT)
            return tarn_fail(error, TARN_E_INVALID,
                             "%s: an Arrow file has its types: read a column as VARCHAR, or cast it after the import",
                             run->shown);
    }
    return TARN_OK;
}

/* The columns that are wanted as text become it. */
static tarn_status read_as_text(tarn_import_run *run, struct ArrowArrayStream *stream, tarn_error *error) {
    tarn_type_overrides types = {0};
    struct ArrowArrayStream given = *stream;
    const char **names = NULL;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_type_overrides_read(run->options, &types, error));
    TARN_CHECK(check_types(run, &types, error));
    if (types.count == 0 && !run->options->all_text)
        goto cleanup;
    names = calloc(types.count + 1, sizeof *names);
    if (names == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t i = 0; i < types.count; i++)
        names[i] = types.list[i].column;
    stream->release = NULL; /* moved to `given` */
    status = tarn_text_stream_new(&given, run->options->all_text ? NULL : names, types.count, stream, error);
    if (given.release != NULL) /* not taken over */
        *stream = given;
cleanup:
    free(names);
    tarn_type_overrides_clear(&types);
    return status;
}

/* What the reader found wrong is about the file. */
static tarn_status explain(tarn_import_run *run, struct ArrowArrayStream *stream, tarn_status status,
                           tarn_error *error) {
    const char *found = stream->get_last_error(stream);
    return found == NULL ? status : tarn_fail_context(error, status, "%s", run->shown);
}

tarn_status tarn_import_arrow(tarn_import_run *run, tarn_error *error) {
    struct ArrowArrayStream stream = {0};
    char *parameters = NULL;
    tarn_status status = TARN_OK;
    TARN_TRY(open_stream(run, &stream, error));
    TARN_CHECK(read_as_text(run, &stream, error));
    run->result->format = tarn_strdup("arrow");
    TARN_CHECK(tarn_import_describe(run, "arrow", NULL, &parameters, error));
    tarn_task_begin(run->io->task, "importing", "rows", 0);
    tarn_import_label label = {.kind = "import", .parameters = parameters};
    status = tarn_import_batches(run, &stream, run->options->if_exists, &label, &run->result->change, error);
    if (status != TARN_OK)
        status = explain(run, &stream, status, error);
cleanup:
    free(parameters);
    tarn_stream_release(&stream);
    return status;
}
