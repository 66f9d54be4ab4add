/* gzip and Zstandard to a scratch file, in pieces. */
#include "io/decompress.h"

#include "base/text.h"
#include "io/scratch.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>
#include <zstd.h>

#define PIECE ((size_t)256 << 10)
#define WINDOW_LOG_MOST 27 /* 128 MiB, which is what zstd itself takes without being asked for more */

bool tarn_is_compressed(tarn_file_format format) {
    return format == TARN_FORMAT_GZIP || format == TARN_FORMAT_ZSTD;
}

tarn_file_format tarn_compression_of(const void *data, size_t size) {
    const uint8_t *p = data;
    if (size >= 3 && p[0] == 0x1F && p[1] == 0x8B && p[2] == 8)
        return TARN_FORMAT_GZIP;
    if (size >= 4 && memcmp(p, "\x28\xB5\x2F\xFD", 4) == 0)
        return TARN_FORMAT_ZSTD;
    /* A frame of somebody's own, as parallel zstd begins with. */
    if (size >= 4 && (p[0] & 0xF0) == 0x50 && memcmp(p + 1, "\x2A\x4D\x18", 3) == 0)
        return TARN_FORMAT_ZSTD;
    return TARN_FORMAT_UNKNOWN;
}

char *tarn_uncompressed_name(const char *name) {
    static const char *const endings[] = {".gz", ".gzip", ".zst", ".zstd"};
    size_t size = strlen(name);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t length = strlen(endings[i]);
        if (size > length && name[size - length - 1] != '/' && strcasecmp(name + size - length, endings[i]) == 0)
            return tarn_strndup(name, size - length);
    }
    return tarn_strdup(name);
}

/* One file under way. */
typedef struct work {
    const tarn_io *io;
    const char *shown;
    tarn_file *from, *to;
    uint64_t read, written, most; /* bytes; `read` counts those taken from the file */
    uint8_t *in, *out;            /* PIECE bytes each */
    size_t in_at, in_size;
    tarn_decompress_judge judge;
    void *context;
} work;

static tarn_status fail_damaged(const work *w, const char *what, tarn_error *error) {
    return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: its %s compression does not hold after %llu bytes", w->shown,
                     what, (unsigned long long)w->read);
}

static tarn_status fail_cut(const work *w, const char *what, tarn_error *error) {
    return tarn_fail(error, TARN_E_FORMAT, "%s is cut off: its %s compression does not end; get the whole file",
                     w->shown, what);
}

/* More input when there is none left; `in_size` 0 at the end. */
static tarn_status refill(work *w, tarn_error *error) {
    if (w->in_at < w->in_size)
        return TARN_OK;
    TARN_TRY(tarn_task_check(w->io->task, error));
    w->in_at = w->in_size = 0;
    TARN_TRY(tarn_file_read(w->from, w->read, w->in, PIECE, &w->in_size, error));
    w->read += w->in_size;
    tarn_task_advance(w->io->task, w->in_size);
    return TARN_OK;
}

static tarn_status put(work *w, size_t size, tarn_error *error) {
    if (size > w->most - w->written)
        return tarn_fail(error, TARN_E_FORMAT,
                         "%s holds more than %llu MB, which is much for its size: if you trust it, decompress it and "
                         "import what is in it",
                         w->shown, (unsigned long long)(w->most >> 20));
    TARN_TRY(tarn_task_check(w->io->task, error));
    if (w->written == 0 && size >= TARN_DECOMPRESS_JUDGED)
        TARN_TRY(w->judge(w->context, w->out, TARN_DECOMPRESS_JUDGED, error));
    TARN_TRY(tarn_file_write(w->to, w->written, w->out, size, error));
    w->written += size;
    return TARN_OK;
}

/* ---- gzip ---------------------------------------------------------------------------------------------------------
 */

/* After a member: another one, or padding, which is nothing. */
static tarn_status next_member(work *w, z_stream *stream, bool *more, tarn_error *error) {
    *more = false;
    for (;;) {
        TARN_TRY(refill(w, error));
        if (w->in_size == 0)
            return TARN_OK;
        while (w->in_at < w->in_size && w->in[w->in_at] == 0)
            w->in_at++;
        if (w->in_at == w->in_size)
            continue;
        if (w->in[w->in_at] != 0x1F)
            return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: something else follows its gzip compression",
                             w->shown);
        *more = inflateReset(stream) == Z_OK;
        return TARN_OK;
    }
}

static tarn_status run_gzip(work *w, z_stream *stream, tarn_error *error) {
    for (bool more = true; more;) {
        TARN_TRY(refill(w, error));
        if (w->in_size == 0)
            return fail_cut(w, "gzip", error);
        stream->next_in = w->in + w->in_at;
        stream->avail_in = (uInt)(w->in_size - w->in_at);
        stream->next_out = w->out;
        stream->avail_out = (uInt)PIECE;
        int code = inflate(stream, Z_NO_FLUSH);
        w->in_at = w->in_size - stream->avail_in;
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
            return fail_damaged(w, "gzip", error);
        TARN_TRY(put(w, PIECE - stream->avail_out, error));
        if (code == Z_STREAM_END)
            TARN_TRY(next_member(w, stream, &more, error));
    }
    return TARN_OK;
}

static tarn_status gunzip(work *w, tarn_error *error) {
    z_stream stream = {0};
    if (inflateInit2(&stream, 15 + 16) != Z_OK)
        return tarn_fail_memory(error);
    tarn_status status = run_gzip(w, &stream, error);
    inflateEnd(&stream);
    return status;
}

/* ---- Zstandard ----------------------------------------------------------------------------------------------------
 */

static tarn_status run_zstd(work *w, ZSTD_DStream *stream, tarn_error *error) {
    size_t left = 1; /* 0 when a frame is complete */
    for (;;) {
        TARN_TRY(refill(w, error));
        if (w->in_size == 0)
            return left == 0 ? TARN_OK : fail_cut(w, "zstd", error);
        ZSTD_inBuffer in = {w->in, w->in_size, w->in_at};
        ZSTD_outBuffer out = {w->out, PIECE, 0};
        left = ZSTD_decompressStream(stream, &out, &in);
        if (ZSTD_isError(left))
            return fail_damaged(w, "zstd", error);
        w->in_at = in.pos;
        TARN_TRY(put(w, out.pos, error));
        while (out.pos == PIECE && left != 0) { /* what is decoded already, before more is read */
            out.pos = 0;
            ZSTD_inBuffer rest = {w->in, w->in_size, w->in_at};
            left = ZSTD_decompressStream(stream, &out, &rest);
            if (ZSTD_isError(left))
                return fail_damaged(w, "zstd", error);
            w->in_at = rest.pos;
            TARN_TRY(put(w, out.pos, error));
        }
    }
}

static tarn_status unzstd(work *w, tarn_error *error) {
    ZSTD_DStream *stream = ZSTD_createDStream();
    if (stream == NULL)
        return tarn_fail_memory(error);
    ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, WINDOW_LOG_MOST);
    tarn_status status = run_zstd(w, stream, error);
    ZSTD_freeDStream(stream);
    return status;
}

/* ---- both ---------------------------------------------------------------------------------------------------------
 */

static tarn_status begin(work *w, char **path, tarn_error *error) {
    uint64_t size;
    TARN_TRY(tarn_file_size(w->from, &size, error));
    w->most = TARN_DECOMPRESS_FREE + (size < UINT64_MAX / TARN_DECOMPRESS_RATIO / 2 ? size * TARN_DECOMPRESS_RATIO : 0);
    w->in = malloc(PIECE);
    w->out = malloc(PIECE);
    if (w->in == NULL || w->out == NULL)
        return tarn_fail_memory(error);
    tarn_task_begin(w->io->task, "decompressing", "bytes", size);
    TARN_TRY(tarn_scratch_path(w->io, "decompressed", path, error));
    return tarn_fs_open(w->io->fs, *path, TARN_OPEN_CREATE_PRIVATE, &w->to, error);
}

tarn_status tarn_decompress(const tarn_io *io, tarn_file *file, tarn_file_format format, const char *shown,
                            tarn_decompress_judge judge, void *context, char **path, tarn_error *error) {
    work w = {.io = io, .shown = shown, .from = file, .judge = judge, .context = context};
    char *made = NULL;
    tarn_status status = begin(&w, &made, error);
    if (status == TARN_OK)
        status = format == TARN_FORMAT_GZIP ? gunzip(&w, error) : unzstd(&w, error);
    tarn_file_close(w.to);
    free(w.in);
    free(w.out);
    if (status == TARN_OK) {
        *path = made;
        return TARN_OK;
    }
    if (made != NULL)
        tarn_fs_remove_all(io->fs, made, NULL);
    free(made);
    return status;
}
