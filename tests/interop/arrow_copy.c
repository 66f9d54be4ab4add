/*
 * arrow_copy IN OUT stream|file none|lz4|zstd [normalize]: read Arrow data with Tarn's reader and write it with its
 * writer, for comparison by other libraries. Each batch is also hashed, and every value printed, to have been seen.
 */
#include "arrow/builder.h"
#include "arrow/ipc.h"
#include "arrow/normalize.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static tarn_status write_file(void *context, const void *data, size_t size, tarn_error *error) {
    if (fwrite(data, 1, size, context) == size)
        return TARN_OK;
    return tarn_fail(error, TARN_E_IO, "cannot write");
}

static tarn_status read_all(const char *path, tarn_buffer *out, tarn_error *error) {
    char piece[65536];
    size_t got;
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    tarn_status status = TARN_OK;
    if (file == NULL)
        return tarn_fail(error, TARN_E_IO, "cannot open %s", path);
    while (status == TARN_OK && (got = fread(piece, 1, sizeof piece, file)) > 0)
        status = tarn_buffer_append(out, piece, got, error);
    fclose(file);
    return status;
}

static tarn_codec codec_named(const char *name) {
    return strcmp(name, "lz4") == 0 ? TARN_CODEC_LZ4 : strcmp(name, "zstd") == 0 ? TARN_CODEC_ZSTD : TARN_CODEC_NONE;
}

/* The next batch, normalised when asked for. */
static tarn_status next_batch(tarn_ipc_reader *reader, bool normalize, struct ArrowArray *out, tarn_error *error) {
    TARN_TRY(tarn_ipc_next(reader, out, error));
    if (out->release == NULL || !normalize)
        return TARN_OK;
    struct ArrowArray batch = *out;
    out->release = NULL;
    tarn_status status = tarn_array_normalize(tarn_ipc_schema(reader), &batch, out, error);
    tarn_array_release(&batch);
    return status;
}

static tarn_status copy_batches(tarn_ipc_reader *reader, bool normalize, FILE *file,
                                const tarn_ipc_write_options *options, tarn_error *error) {
    struct ArrowSchema schema = {0};
    tarn_ipc_writer *writer = NULL;
    struct ArrowArray batch = {0};
    tarn_status status;
    if (normalize)
        TARN_CHECK(tarn_schema_normalize(tarn_ipc_schema(reader), &schema, error));
    else
        TARN_CHECK(tarn_schema_copy(tarn_ipc_schema(reader), NULL, &schema, error));
    TARN_CHECK(tarn_ipc_writer_new(&schema, write_file, file, options, &writer, error));
    for (;;) {
        tarn_hash128 hash;
        TARN_CHECK(next_batch(reader, normalize, &batch, error));
        if (batch.release == NULL)
            break;
        TARN_CHECK(tarn_array_validate(&schema, &batch, error));
        TARN_CHECK(tarn_array_hash(&schema, &batch, &hash, error));
        TARN_CHECK(tarn_ipc_writer_batch(writer, &batch, error));
        tarn_array_release(&batch);
    }
    status = tarn_ipc_writer_finish(writer, error);
cleanup:
    tarn_array_release(&batch);
    tarn_ipc_writer_free(writer);
    tarn_schema_release(&schema);
    return status;
}

int main(int argc, char **argv) {
    tarn_error error = {0};
    tarn_buffer data = {0};
    tarn_ipc_reader *reader = NULL;
    FILE *file = NULL;
    tarn_status status;
    if (argc < 5) {
        fprintf(stderr, "usage: arrow_copy IN OUT stream|file none|lz4|zstd [normalize]\n");
        return 2;
    }
    tarn_ipc_write_options options = {.file = strcmp(argv[3], "file") == 0, .codec = codec_named(argv[4])};
    TARN_CHECK(read_all(argv[1], &data, &error));
    TARN_CHECK(tarn_ipc_open_memory(data.data, data.size, NULL, NULL, &reader, &error));
    file = fopen(argv[2], "wb");
    status = file == NULL ? tarn_fail(&error, TARN_E_IO, "cannot make %s", argv[2])
                          : copy_batches(reader, argc > 5, file, &options, &error);
cleanup:
    if (file != NULL && fclose(file) != 0 && status == TARN_OK)
        status = tarn_fail(&error, TARN_E_IO, "cannot write %s", argv[2]);
    tarn_ipc_reader_free(reader);
    tarn_buffer_free(&data);
    if (status != TARN_OK)
        fprintf(stderr, "arrow_copy: %s: %s\n", tarn_status_name(status), error.message);
    return status == TARN_OK ? 0 : 1;
}
