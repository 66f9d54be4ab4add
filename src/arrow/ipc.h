/**
 * @file ipc.h
 * Arrow IPC: the streaming and the file format (https://arrow.apache.org/docs/format/Columnar.html, version 5; version
 * 4 is read). Flatbuffers metadata is read and written by hand-made, bounds-checked accessors (the message schemas are
 * small and frozen).
 *
 * Reading is zero-copy over memory that the caller keeps alive (normally a mapping): arrays point into it unless the
 * body is compressed, has the other endianness, or is misaligned, in which case that buffer is fresh memory owned by
 * the array. Everything is checked before use: every offset and length against the message and its body, offset buffers
 * for order and reach, text for UTF-8, dictionary indices, depth. A hostile file gives TARN_E_FORMAT, never a crash,
 * and no allocation larger than the bytes present justify (for compressed buffers: their declared size is bounded by
 * what the codec can pack into that many bytes, 255 times as much for LZ4 and 32,768 times for ZSTD, plus 64 kB, and by
 * `memory_limit`; a column of a million equal numbers does reach ratios of thousands). Buffers of a body may not
 * overlap.
 *
 * Views, list views and run ends are read as they are: tarn_array_normalize turns them into what can be written and
 * worked on. Unions and tensors give TARN_E_UNSUPPORTED.
 */
#ifndef TARN_ARROW_IPC_H
#define TARN_ARROW_IPC_H

#include "arrow/array.h"
#include "fs/fs.h"
#include "jobs/jobs.h"

typedef enum tarn_codec {
    TARN_CODEC_NONE = 0,
    TARN_CODEC_LZ4 = 1, /**< LZ4 frames, as Arrow prescribes */
    TARN_CODEC_ZSTD = 2,
} tarn_codec;

/* ---- reading ---- */

typedef struct tarn_ipc_reader tarn_ipc_reader;

typedef struct tarn_ipc_read_options {
    tarn_pool *pool;       /**< decompresses buffers in parallel when not NULL */
    uint64_t memory_limit; /**< bytes that one batch may take when decoded; 0 means 4 GiB */
    bool is_foreign;  /**< made by somebody else: a batch may take no more than 512 MiB and 64 bytes for each of its
                           body's, as no table that anybody keeps needs */
    tarn_task *task;  /**< looked at while buffers are decompressed and checked; may be NULL */
    bool skip_values; /**< do not validate values (UTF-8, offsets order): only for bytes whose checksum proved them
                           to be what a validating writer wrote. Bounds are checked all the same. */
} tarn_ipc_read_options;

/**
 * Read a stream or a file that lies in memory; which of the two is seen from its first bytes ("ARROW1"). A stream may
 * end without its end marker. `owner` (may be NULL) is released when the reader and every array it gave out are
 * released, so that a mapping can be handed over. When opening fails it is not released and stays the caller's.
 */
typedef struct tarn_ipc_owner {
    void *context;
    void (*release)(void *context);
} tarn_ipc_owner;
tarn_status tarn_ipc_open_memory(const void *data, size_t size, const tarn_ipc_owner *owner,
                                 const tarn_ipc_read_options *options, tarn_ipc_reader **out, tarn_error *error);

/** The same of a whole file, which is mapped, and may be closed at once: the mapping lives as long as what was read
 * from it. TARN_E_IO: it cannot be read. */
tarn_status tarn_ipc_open_file(tarn_file *file, const tarn_ipc_read_options *options, tarn_ipc_reader **out,
                               tarn_error *error);

/** Read a stream piece by piece from anything (a pipe). `read` gives up to `size` bytes, 0 at the end. */
typedef tarn_status (*tarn_ipc_read)(void *context, void *data, size_t size, size_t *got, tarn_error *error);
tarn_status tarn_ipc_open_source(tarn_ipc_read read, void *context, const tarn_ipc_read_options *options,
                                 tarn_ipc_reader **out, tarn_error *error);

/** The schema: a struct with one child per column. Owned by the reader. Custom metadata of schema and fields is kept.
 */
const struct ArrowSchema *tarn_ipc_schema(const tarn_ipc_reader *reader);

/** The next record batch as a struct array; out->release == NULL at the end. In a file: batches in the footer's order.
 */
tarn_status tarn_ipc_next(tarn_ipc_reader *reader, struct ArrowArray *out, tarn_error *error);

/** Files only: the number of record batches, and one of them by number (thread-safe). */
bool tarn_ipc_is_file(const tarn_ipc_reader *reader);
size_t tarn_ipc_batch_count(const tarn_ipc_reader *reader);
tarn_status tarn_ipc_batch(tarn_ipc_reader *reader, size_t index, struct ArrowArray *out, tarn_error *error);

/** After the end of a stream in memory: the bytes that it took, end marker included. */
size_t tarn_ipc_consumed(const tarn_ipc_reader *reader);

void tarn_ipc_reader_free(tarn_ipc_reader *reader);

/* ---- writing ---- */

typedef struct tarn_ipc_writer tarn_ipc_writer;

typedef tarn_status (*tarn_ipc_write)(void *context, const void *data, size_t size, tarn_error *error);

typedef struct tarn_ipc_write_options {
    bool file;        /**< the file format; else a stream */
    tarn_codec codec; /**< of all buffers, also of those that do not shrink: not every reader knows the format's way to
                           store these as they are */
    int level;        /**< of the codec; 0 means its fastest ordinary one: 0 for LZ4, 1 for ZSTD */
    tarn_pool *pool;  /**< compresses buffers in parallel when not NULL */
} tarn_ipc_write_options;

/** Body buffers are aligned to 64 bytes. `schema` is a struct with one child per column; copied. */
tarn_status tarn_ipc_writer_new(const struct ArrowSchema *schema, tarn_ipc_write write, void *context,
                                const tarn_ipc_write_options *options, tarn_ipc_writer **out, tarn_error *error);

/** Write a struct array; not taken over. Slices are written as what they show. Changed dictionaries are written again
 *  (stream) or as a delta when they only grew; a file whose dictionary is replaced gives TARN_E_UNSUPPORTED. */
tarn_status tarn_ipc_writer_batch(tarn_ipc_writer *writer, const struct ArrowArray *batch, tarn_error *error);

/** End marker, or footer and magic. */
tarn_status tarn_ipc_writer_finish(tarn_ipc_writer *writer, tarn_error *error);
void tarn_ipc_writer_free(tarn_ipc_writer *writer);

/** One complete stream of one column and one batch, appended to `out` (what the store keeps; 64-byte aligned inside and
 *  in total). The schema has one child, named as schema->name. */
tarn_status tarn_ipc_encode_column(const struct ArrowSchema *schema, const struct ArrowArray *array,
                                   const tarn_ipc_write_options *options, tarn_buffer *out, tarn_error *error);

/** The reverse, from memory kept alive by `owner` (see tarn_ipc_open_memory). */
tarn_status tarn_ipc_decode_column(const void *data, size_t size, const tarn_ipc_owner *owner,
                                   const tarn_ipc_read_options *options, struct ArrowSchema *schema,
                                   struct ArrowArray *array, tarn_error *error);

/**
 * Only the values `first` to `first + count` of such a column, in memory of their own: of what is compressed, only the
 * blocks that they lie in are decompressed. They are validated, as far as they go. `total` is the number of values in
 * the batch. TARN_E_UNSUPPORTED for nested columns, dictionaries, and what is not compressed with LZ4 in blocks that
 * stand alone, as tarn_ipc_encode_column writes them.
 */
tarn_status tarn_ipc_decode_window(const void *data, size_t size, int64_t first, int64_t count,
                                   struct ArrowSchema *schema, struct ArrowArray *array, int64_t *total,
                                   tarn_error *error);

#endif
