/* Arrow files and streams: read where they lie, in a mapping. */
#include "arrow/ipc.h"
#include "base/text.h"
#include "io/import.h"

#include <errno.h>
#include <stdlib.h>

/* A C stream over an IPC reader. */
typedef struct ipc_stream {
    tarn_ipc_reader *reader;
    tarn_task *task;
    tarn_error error;
} ipc_stream;

static int ipc_stream_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    ipc_stream *s = stream->private_data;
    return tarn_schema_copy(tarn_ipc_schema(s->reader), NULL, out, &s->error) == TARN_OK ? 0 : EIO;
}

static int ipc_stream_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    ipc_stream *s = stream->private_data;
    *out = (struct ArrowArray){0};
    if (tarn_ipc_next(s->reader, out, &s->error) != TARN_OK)
        return EIO;
    if (out->release != NULL)
        tarn_task_advance(s->task, (uint64_t)out->length);
    return 0;
}

static const char *ipc_stream_error(struct ArrowArrayStream *stream) {
    return ((ipc_stream *)stream->private_data)->error.message;
}

static void ipc_stream_release(struct ArrowArrayStream *stream) {
    ipc_stream *s = stream->private_data;
    tarn_ipc_reader_free(s->reader);
    free(s);
    stream->release = NULL;
}

static void release_mapping(void *context) {
    tarn_mapping_release(context);
    free(context);
}

/* The mapping lives as long as anything that was read from it. */
static tarn_status open_reader(tarn_import_run *run, tarn_ipc_reader **out, tarn_error *error) {
    uint64_t size;
    TARN_TRY(tarn_file_size(run->file, &size, error));
    tarn_mapping *mapping = calloc(1, sizeof *mapping);
    if (mapping == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_file_map(run->file, 0, (size_t)size, mapping, error);
    if (status != TARN_OK) {
        free(mapping);
        return status;
    }
    tarn_ipc_owner owner = {.context = mapping, .release = release_mapping};
    tarn_ipc_read_options options = {.pool = run->io->pool};
    status = tarn_ipc_open_memory(mapping->data, mapping->size, &owner, &options, out, error);
    if (status != TARN_OK) {
        release_mapping(mapping);
        return tarn_fail_context(error, status, "%s", run->shown);
    }
    return TARN_OK;
}

static tarn_status open_stream(tarn_import_run *run, struct ArrowArrayStream *out, tarn_error *error) {
    ipc_stream *s = calloc(1, sizeof *s);
    if (s == NULL)
        return tarn_fail_memory(error);
    s->task = run->io->task;
    tarn_status status = open_reader(run, &s->reader, error);
    if (status != TARN_OK) {
        free(s);
        return status;
    }
    *out = (struct ArrowArrayStream){.get_schema = ipc_stream_schema,
                                     .get_next = ipc_stream_next,
                                     .get_last_error = ipc_stream_error,
                                     .release = ipc_stream_release,
                                     .private_data = s};
    return TARN_OK;
}

/* The C stream interface has only an errno; what the reader found is said as it was found. */
static tarn_status explain(tarn_import_run *run, const struct ArrowArrayStream *stream, tarn_status status,
                           tarn_error *error) {
    const ipc_stream *s = stream->private_data;
    if (s->error.code == TARN_OK)
        return status;
    if (error != NULL)
        *error = s->error;
    return tarn_fail_context(error, s->error.code, "%s", run->shown);
}

tarn_status tarn_import_arrow(tarn_import_run *run, tarn_error *error) {
    struct ArrowArrayStream stream = {0};
    char *parameters = NULL;
    tarn_status status = TARN_OK;
    TARN_TRY(open_stream(run, &stream, error));
    if (run->options->type_count > 0 || run->options->all_text) {
        status = tarn_fail(error, TARN_E_INVALID, "%s: an Arrow file has its types; change them after the import",
                           run->shown);
        goto cleanup;
    }
    run->result->format = tarn_strdup("arrow");
    TARN_CHECK(tarn_import_describe(run, "arrow", NULL, &parameters, error));
    tarn_task_begin(run->io->task, "importing", "rows", 0);
    tarn_import_label label = {.kind = "import", .parameters = parameters};
    status = tarn_import_batches(run, &stream, run->options->if_exists, &label, &run->result->change, error);
    if (status != TARN_OK)
        status = explain(run, &stream, status, error);
cleanup:
    free(parameters);
    stream.release(&stream);
    return status;
}
