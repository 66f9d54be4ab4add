// Bodies of one buffer.
#include "arrow/ipc_compress.h"

#include <lz4frame.h>
#include <zstd.h>

/* An LZ4 sequence byte stands for at most 255 bytes; a ZSTD block of at most 128 kB takes at least 4. */
#define LZ4_LARGEST_RATIO 255u
#define ZSTD_LARGEST_RATIO 32768u
#define RATIO_SLACK 65536u

/* ZSTD's fastest ordinary level, which other writers of Arrow use by default too. */
#define ZSTD_DEFAULT_LEVEL 1

uint64_t ipc_decompressed_bound(tarn_codec codec, size_t size) {
    uint64_t ratio = codec == TARN_CODEC_LZ4 ? LZ4_LARGEST_RATIO : ZSTD_LARGEST_RATIO;
    return size > UINT64_MAX / ratio - RATIO_SLACK ? UINT64_MAX : size * ratio + RATIO_SLACK;
}

static tarn_status fail_frame(tarn_error *error, const char *codec, const char *reason) {
    return tarn_fail(error, TARN_E_FORMAT, "a buffer compressed with %s is damaged: %s", codec, reason);
}

static tarn_status decompress_lz4(const void *data, size_t size, void *out, size_t out_size, tarn_error *error) {
    LZ4F_dctx *context;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)))
        return tarn_fail_memory(error);
    LZ4F_decompressOptions_t options = {.stableDst = 1};
    size_t read = 0, written = 0, hint = 1;
    tarn_status status = TARN_OK;
    while (hint != 0) {
        size_t some_in = size - read, some_out = out_size - written;
        hint = LZ4F_decompress(context, (uint8_t *)out + written, &some_out, (const uint8_t *)data + read, &some_in,
                               &options);
        if (LZ4F_isError(hint)) {
            status = fail_frame(error, "LZ4", LZ4F_getErrorName(hint));
            goto cleanup;
        }
        read += some_in;
        written += some_out;
        if (hint != 0 && some_in == 0 && some_out == 0)
            break;
    }
    if (hint != 0 || written != out_size)
        status = fail_frame(error, "LZ4", "it does not hold as many bytes as it should");
cleanup:
    LZ4F_freeDecompressionContext(context);
    return status;
}

static tarn_status decompress_zstd(const void *data, size_t size, void *out, size_t out_size, tarn_error *error) {
    size_t written = ZSTD_decompress(out, out_size, data, size);
    if (ZSTD_isError(written))
        return fail_frame(error, "ZSTD", ZSTD_getErrorName(written));
    if (written != out_size)
        return fail_frame(error, "ZSTD", "it does not hold as many bytes as it should");
    return TARN_OK;
}

tarn_status ipc_decompress(tarn_codec codec, const void *data, size_t size, void *out, size_t out_size,
                           tarn_error *error) {
    return codec == TARN_CODEC_LZ4 ? decompress_lz4(data, size, out, out_size, error)
                                   : decompress_zstd(data, size, out, out_size, error);
}

static LZ4F_preferences_t lz4_preferences(int level, size_t size) {
    return (LZ4F_preferences_t){
        .frameInfo = {/* small, for who reads a few rows */ .blockSizeID = LZ4F_max64KB,
                      .blockMode = LZ4F_blockIndependent,
                      .contentSize = size},
        .compressionLevel = level,
    };
}

size_t ipc_compress_bound(tarn_codec codec, size_t size) {
    LZ4F_preferences_t preferences = lz4_preferences(0, size);
    return codec == TARN_CODEC_LZ4 ? LZ4F_compressFrameBound(size, &preferences) : ZSTD_compressBound(size);
}

tarn_status ipc_compress(tarn_codec codec, int level, const void *data, size_t size, void *out, size_t room,
                         size_t *used, tarn_error *error) {
    if (codec == TARN_CODEC_LZ4) {
        LZ4F_preferences_t preferences = lz4_preferences(level, size);
        *used = LZ4F_compressFrame(out, room, data, size, &preferences);
        if (LZ4F_isError(*used))
            return tarn_fail(error, TARN_E_INTERNAL, "LZ4 cannot compress: %s", LZ4F_getErrorName(*used));
        return TARN_OK;
    }
    *used = ZSTD_compress(out, room, data, size, level == 0 ? ZSTD_DEFAULT_LEVEL : level);
    if (ZSTD_isError(*used))
        return tarn_fail(error, TARN_E_INTERNAL, "ZSTD cannot compress: %s", ZSTD_getErrorName(*used));
    return TARN_OK;
}
