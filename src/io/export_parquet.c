// Writing Parquet, by DuckDB.
#include "io/export.h"

#include <stdio.h>
#include <string.h>

static tarn_status read_compression(const char *name, const char **out, tarn_error *error) {
    static const char *const known[] = {"zstd", "snappy", "gzip", "lz4_raw", "brotli"};
    *out = name == NULL ? "zstd" : strcmp(name, "none") == 0 ? "uncompressed" : NULL;
    for (size_t i = 0; *out == NULL && i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(name, known[i]) == 0)
            *out = known[i];
    }
    if (*out == NULL)
        return tarn_fail(error, TARN_E_INVALID,
                         "Parquet files cannot be compressed with \"%s\": choose zstd, snappy, gzip, lz4_raw, brotli "
                         "or none",
                         name);
    return TARN_OK;
}

tarn_status tarn_export_parquet(const tarn_io *io, const tarn_copy_source *source, const char *path,
                                const tarn_export_options *options, int64_t *rows, tarn_error *error) {
    char text[80];
    const char *compression;
    TARN_TRY(read_compression(options->compression, &compression, error));
    snprintf(text, sizeof text, "FORMAT parquet, COMPRESSION %s, USE_TMP_FILE false", compression);
    return tarn_engine_copy(io->engine, source, path, text, io->task, rows, error);
}
