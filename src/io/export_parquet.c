// Writing Parquet, by DuckDB.
#include "io/export.h"

#include "base/text.h"
#include "io/names.h"

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

/* Nanoseconds that DuckDB has no type for: with a zone, and of a time of day. */
static bool is_cut(const struct ArrowSchema *schema) {
    const char *format = schema->format;
    if ((strncmp(format, "tsn:", 4) == 0 && format[4] != '\0') || strcmp(format, "ttn") == 0)
        return true;
    for (int64_t i = 0; i < schema->n_children; i++)
        if (is_cut(schema->children[i]))
            return true;
    return false;
}

static tarn_status warn_of_nanoseconds(tarn_version *version, tarn_export_result *result, tarn_error *error) {
    struct ArrowSchema schema = {0};
    tarn_listing cut = {0};
    char list[700];
    TARN_TRY(tarn_version_schema(version, &schema, error));
    for (int64_t i = 0; i < schema.n_children; i++)
        if (is_cut(schema.children[i]))
            tarn_listing_add(&cut, "%.60s", schema.children[i]->name);
    tarn_schema_release(&schema);
    if (cut.count == 0)
        return TARN_OK;
    result->warning = tarn_format("nanoseconds in UTC, and those of times of day, were written as microseconds; where "
                                  "their last digits matter, write Arrow: %s",
                                  tarn_listing_text(&cut, list, sizeof list));
    return result->warning == NULL ? tarn_fail_memory(error) : TARN_OK;
}

tarn_status tarn_export_parquet(const tarn_io *io, const tarn_copy_source *source, const char *path,
                                const tarn_export_options *options, tarn_export_result *result, tarn_error *error) {
    char text[80];
    const char *compression;
    TARN_TRY(read_compression(options->compression, &compression, error));
    snprintf(text, sizeof text, "FORMAT parquet, COMPRESSION %s, USE_TMP_FILE false", compression);
    if (source->version != NULL)
        TARN_TRY(warn_of_nanoseconds(source->version, result, error));
    return tarn_engine_copy(io->engine, source, path, text, io->task, &result->rows, error);
}
