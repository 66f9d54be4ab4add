// Reading Arrow IPC streams and files.
#include "arrow/ipc.h"

#include "arrow/ipc_batch.h"
#include "arrow/ipc_format.h"
#include "arrow/ipc_message.h"
#include "arrow/ipc_window.h"

#include <stdlib.h>
#include <string.h>

/* The caller's memory, held by the reader and by every array that points into it. */
typedef struct mapped_memory {
    tarn_keeper keeper;
    tarn_ipc_owner owner;
} mapped_memory;

typedef struct file_block {
    int64_t offset, metadata_size, body_size;
} file_block;

struct tarn_ipc_reader {
    tarn_ipc_read_options options;
    struct ArrowSchema schema;
    ipc_layout layout;
    bool big_endian;
    struct ArrowArray *dictionaries; /* current values, by number */
    bool *given;                     /* whether any came yet */
    ipc_message **pending;           /* dictionaries that no batch asked for yet */
    size_t pending_count, pending_capacity;
    bool ended;

    const uint8_t *data; /* in memory: all of it, and how far it is read */
    size_t size, at;
    mapped_memory *memory;

    bool file;
    file_block *blocks;
    size_t block_count, next_block;

    tarn_ipc_read read; /* from a source */
    void *context;
};

/* ---- making and freeing ------------------------------------------------------------------------------------------ */

static void destroy_memory(tarn_keeper *keeper) {
    mapped_memory *memory = (mapped_memory *)keeper;
    if (memory->owner.release != NULL)
        memory->owner.release(memory->owner.context);
    free(memory);
}

static tarn_status new_reader(const tarn_ipc_read_options *options, tarn_ipc_reader **out, tarn_error *error) {
    tarn_ipc_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return tarn_fail_memory(error);
    if (options != NULL)
        reader->options = *options;
    *out = reader;
    return TARN_OK;
}

static void drop_pending(tarn_ipc_reader *reader) {
    for (size_t i = 0; i < reader->pending_count; i++)
        ipc_message_free(reader->pending[i]);
    reader->pending_count = 0;
}

void tarn_ipc_reader_free(tarn_ipc_reader *reader) {
    if (reader == NULL)
        return;
    drop_pending(reader);
    free(reader->pending);
    for (size_t i = 0; reader->dictionaries != NULL && i < reader->layout.dictionary_count; i++)
        tarn_array_release(&reader->dictionaries[i]);
    free(reader->dictionaries);
    free(reader->given);
    free(reader->blocks);
    ipc_layout_free(&reader->layout);
    tarn_schema_release(&reader->schema);
    if (reader->memory != NULL)
        tarn_keeper_release(&reader->memory->keeper);
    free(reader);
}

/* ---- dictionaries ------------------------------------------------------------------------------------------------ */

static ipc_batch_source batch_source(tarn_ipc_reader *reader, fb_table batch, const ipc_message *message) {
    return (ipc_batch_source){.batch = batch,
                              .body = message->body,
                              .body_size = message->body_size,
                              .memory = message->memory,
                              .big_endian = reader->big_endian,
                              .options = &reader->options,
                              .dictionaries = reader->dictionaries};
}

/* Decode one column of values to `out`. */
static tarn_status decode_values(const ipc_batch_source *source, const ipc_field *field, struct ArrowArray *out,
                                 tarn_error *error) {
    struct ArrowArray batch = {0};
    TARN_TRY(ipc_batch_decode(source, field, 1, &batch, error));
    *out = *batch.children[0];
    batch.children[0]->release = NULL;
    tarn_array_release(&batch);
    return TARN_OK;
}

/* Until its first batch comes a dictionary has no values. */
static tarn_status make_dictionaries(tarn_ipc_reader *reader, tarn_error *error) {
    size_t count = reader->layout.dictionary_count;
    reader->dictionaries = calloc(count + 1, sizeof *reader->dictionaries);
    reader->given = calloc(count + 1, sizeof *reader->given);
    if (reader->dictionaries == NULL || reader->given == NULL)
        return tarn_fail_memory(error);
    fb_buffer none = {0};
    ipc_message nobody = {0};
    ipc_batch_source source = batch_source(reader, fb_no_table(&none), &nobody);
    for (size_t i = 0; i < count; i++)
        TARN_TRY(decode_values(&source, reader->layout.dictionaries[i].values, &reader->dictionaries[i], error));
    return TARN_OK;
}

static tarn_status find_dictionary(const tarn_ipc_reader *reader, const ipc_message *message, size_t *out,
                                   tarn_error *error) {
    int64_t id = fb_i64(&message->header, DICTIONARY_ID, 0);
    for (size_t i = 0; i < reader->layout.dictionary_count; i++) {
        if (reader->layout.dictionaries[i].id == id) {
            *out = i;
            return TARN_OK;
        }
    }
    return tarn_fail(error, TARN_E_FORMAT, "there are values for dictionary %lld, which the schema does not have",
                     (long long)id);
}

static tarn_status append_values(const struct ArrowSchema *schema, struct ArrowArray *values, struct ArrowArray *more,
                                 tarn_error *error) {
    const struct ArrowArray *both[] = {values, more};
    struct ArrowArray joined;
    TARN_TRY(tarn_array_concat(schema, both, 2, &joined, error));
    tarn_array_release(values);
    *values = joined;
    return TARN_OK;
}

static tarn_status apply_dictionary(tarn_ipc_reader *reader, size_t number, const ipc_message *message,
                                    tarn_error *error) {
    fb_table batch = fb_child(&message->header, DICTIONARY_DATA);
    bool delta = fb_u8(&message->header, DICTIONARY_DELTA, 0) != 0;
    const ipc_field *field = reader->layout.dictionaries[number].values;
    struct ArrowArray *values = &reader->dictionaries[number];
    if (message->bytes.bad || batch.at == 0)
        return tarn_fail(error, TARN_E_FORMAT, "the description of a dictionary is malformed");
    if (reader->file && reader->given[number] && !delta)
        return tarn_fail(error, TARN_E_FORMAT, "the file gives dictionary %lld twice",
                         (long long)reader->layout.dictionaries[number].id);
    struct ArrowArray fresh = {0};
    ipc_batch_source source = batch_source(reader, batch, message);
    TARN_TRY(decode_values(&source, field, &fresh, error));
    if (delta && reader->given[number]) {
        tarn_status status = append_values(field->schema, values, &fresh, error);
        tarn_array_release(&fresh);
        return status;
    }
    tarn_array_release(values);
    *values = fresh;
    reader->given[number] = true;
    return TARN_OK;
}

static tarn_status add_pending(tarn_ipc_reader *reader, ipc_message *message, tarn_error *error) {
    tarn_status status = tarn_grow(&reader->pending, &reader->pending_capacity, reader->pending_count + 1,
                                   sizeof *reader->pending, error);
    if (status != TARN_OK) {
        ipc_message_free(message);
        return status;
    }
    reader->pending[reader->pending_count++] = message;
    return TARN_OK;
}

/* Dictionaries may need others that come later in the stream, so they are decoded when a batch asks for them: those
 * that others need first, each one's messages in the order in which they came. */
static tarn_status apply_pending(tarn_ipc_reader *reader, tarn_error *error) {
    if (reader->pending_count == 0)
        return TARN_OK;
    tarn_status status = TARN_OK;
    size_t *numbers = malloc(reader->pending_count * sizeof *numbers);
    if (numbers == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < reader->pending_count; i++)
        TARN_CHECK(find_dictionary(reader, reader->pending[i], &numbers[i], error));
    for (size_t number = 0; number < reader->layout.dictionary_count; number++) {
        for (size_t i = 0; i < reader->pending_count; i++) {
            if (numbers[i] == number)
                TARN_CHECK(apply_dictionary(reader, number, reader->pending[i], error));
        }
    }
    drop_pending(reader);
cleanup:
    free(numbers);
    return status;
}

/* ---- opening ----------------------------------------------------------------------------------------------------- */

static tarn_status take_schema(tarn_ipc_reader *reader, const fb_table *table, tarn_error *error) {
    int64_t *ids = NULL;
    size_t id_count = 0;
    TARN_TRY(ipc_schema_read(table, &reader->schema, &reader->big_endian, &ids, &id_count, error));
    tarn_status status = ipc_layout_make(&reader->schema, ids, id_count, &reader->layout, error);
    free(ids);
    return status == TARN_OK ? make_dictionaries(reader, error) : status;
}

static tarn_status take_schema_message(tarn_ipc_reader *reader, ipc_message *message, tarn_error *error) {
    tarn_status status;
    if (message == NULL)
        return tarn_fail(error, TARN_E_FORMAT, "the Arrow data is empty: it has no schema");
    if (message->type != HEADER_SCHEMA)
        status = tarn_fail(error, TARN_E_FORMAT, "the Arrow data does not begin with a schema");
    else
        status = take_schema(reader, &message->header, error);
    ipc_message_free(message);
    return status;
}

static tarn_status open_stream(tarn_ipc_reader *reader, tarn_error *error) {
    ipc_message *message = NULL;
    TARN_TRY(ipc_message_at(reader->data, reader->size, &reader->memory->keeper, &reader->at, &message, error));
    return take_schema_message(reader, message, error);
}

static file_block block_of(const fb_vector *blocks, size_t i) {
    return (file_block){.offset = (int64_t)fb_list_number(blocks, i, 0, 8),
                        .metadata_size = (int32_t)fb_list_number(blocks, i, 8, 4),
                        .body_size = (int64_t)fb_list_number(blocks, i, 16, 8)};
}

static tarn_status read_block_message(const tarn_ipc_reader *reader, file_block block, int type, ipc_message **out,
                                      tarn_error *error) {
    TARN_TRY(ipc_message_of_block(reader->data, reader->size, &reader->memory->keeper, block.offset,
                                  block.metadata_size, block.body_size, out, error));
    if ((*out)->type == type)
        return TARN_OK;
    ipc_message_free(*out);
    return tarn_fail(error, TARN_E_FORMAT, "the footer of the Arrow file points to a message of another kind");
}

static tarn_status read_footer(tarn_ipc_reader *reader, const fb_table *footer, tarn_error *error) {
    fb_table schema = fb_child(footer, FOOTER_SCHEMA);
    fb_vector dictionaries = fb_list(footer, FOOTER_DICTIONARIES, BLOCK_SIZE);
    fb_vector batches = fb_list(footer, FOOTER_BATCHES, BLOCK_SIZE);
    if (footer->buffer->bad || schema.at == 0)
        return tarn_fail(error, TARN_E_FORMAT, "the footer of the Arrow file is malformed");
    TARN_TRY(take_schema(reader, &schema, error));
    for (size_t i = 0; i < dictionaries.count; i++) {
        ipc_message *message;
        TARN_TRY(read_block_message(reader, block_of(&dictionaries, i), HEADER_DICTIONARY, &message, error));
        TARN_TRY(add_pending(reader, message, error));
    }
    TARN_TRY(apply_pending(reader, error));
    reader->blocks = calloc(batches.count + 1, sizeof *reader->blocks);
    if (reader->blocks == NULL)
        return tarn_fail_memory(error);
    for (; reader->block_count < batches.count; reader->block_count++)
        reader->blocks[reader->block_count] = block_of(&batches, reader->block_count);
    return TARN_OK;
}

/* A file: magic, padding, a stream, the footer, its size in 4 bytes, magic. */
static tarn_status open_file(tarn_ipc_reader *reader, tarn_error *error) {
    size_t tail = 4 + IPC_MAGIC_SIZE;
    size_t head = 8;
    reader->file = true;
    if (reader->size < head + tail ||
        memcmp(reader->data + reader->size - IPC_MAGIC_SIZE, IPC_MAGIC, IPC_MAGIC_SIZE) != 0)
        return tarn_fail(error, TARN_E_FORMAT, "the Arrow file has no end: it was cut off");
    fb_buffer all = {.data = reader->data, .size = reader->size};
    uint64_t footer_size = fb_number(&all, reader->size - tail, 4);
    if (footer_size > reader->size - head - tail)
        return tarn_fail(error, TARN_E_FORMAT, "the footer of the Arrow file is malformed");
    fb_buffer bytes = {.data = reader->data + reader->size - tail - footer_size, .size = (size_t)footer_size};
    fb_table footer = fb_root(&bytes);
    return read_footer(reader, &footer, error);
}

static bool begins_as_file(const uint8_t *data, size_t size) {
    return size >= IPC_MAGIC_SIZE && memcmp(data, IPC_MAGIC, IPC_MAGIC_SIZE) == 0;
}

tarn_status tarn_ipc_open_memory(const void *data, size_t size, const tarn_ipc_owner *owner,
                                 const tarn_ipc_read_options *options, tarn_ipc_reader **out, tarn_error *error) {
    tarn_ipc_reader *reader = NULL;
    TARN_TRY(new_reader(options, &reader, error));
    tarn_status status;
    reader->data = data;
    reader->size = size;
    reader->memory = calloc(1, sizeof *reader->memory);
    if (reader->memory == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    tarn_keeper_init(&reader->memory->keeper, destroy_memory);
    if (begins_as_file(data, size))
        TARN_CHECK(open_file(reader, error));
    else
        TARN_CHECK(open_stream(reader, error));
    if (owner != NULL)
        reader->memory->owner = *owner;
    *out = reader;
cleanup:
    if (status != TARN_OK)
        tarn_ipc_reader_free(reader);
    return status;
}

tarn_status tarn_ipc_open_source(tarn_ipc_read read, void *context, const tarn_ipc_read_options *options,
                                 tarn_ipc_reader **out, tarn_error *error) {
    tarn_ipc_reader *reader = NULL;
    ipc_message *message = NULL;
    TARN_TRY(new_reader(options, &reader, error));
    reader->read = read;
    reader->context = context;
    tarn_status status;
    TARN_CHECK(ipc_message_read(read, context, true, &message, error));
    TARN_CHECK(take_schema_message(reader, message, error));
    *out = reader;
cleanup:
    if (status != TARN_OK)
        tarn_ipc_reader_free(reader);
    return status;
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

const struct ArrowSchema *tarn_ipc_schema(const tarn_ipc_reader *reader) {
    return &reader->schema;
}

bool tarn_ipc_is_file(const tarn_ipc_reader *reader) {
    return reader->file;
}

size_t tarn_ipc_batch_count(const tarn_ipc_reader *reader) {
    return reader->block_count;
}

size_t tarn_ipc_consumed(const tarn_ipc_reader *reader) {
    return reader->file ? reader->size : reader->at;
}

static tarn_status decode_batch(tarn_ipc_reader *reader, const ipc_message *message, struct ArrowArray *out,
                                tarn_error *error) {
    ipc_batch_source source = batch_source(reader, message->header, message);
    return ipc_batch_decode(&source, reader->layout.root.children, reader->layout.root.count, out, error);
}

tarn_status tarn_ipc_batch(tarn_ipc_reader *reader, size_t index, struct ArrowArray *out, tarn_error *error) {
    ipc_message *message = NULL;
    if (index >= reader->block_count)
        return tarn_fail(error, TARN_E_NOT_FOUND, "the Arrow data has %zu record batches, there is no number %zu",
                         reader->block_count, index);
    TARN_TRY(read_block_message(reader, reader->blocks[index], HEADER_BATCH, &message, error));
    tarn_status status = decode_batch(reader, message, out, error);
    ipc_message_free(message);
    return status == TARN_OK ? TARN_OK : tarn_fail_context(error, status, "record batch %zu", index);
}

static tarn_status next_message(tarn_ipc_reader *reader, ipc_message **out, tarn_error *error) {
    if (reader->read != NULL)
        return ipc_message_read(reader->read, reader->context, false, out, error);
    return ipc_message_at(reader->data, reader->size, &reader->memory->keeper, &reader->at, out, error);
}

static tarn_status next_in_stream(tarn_ipc_reader *reader, struct ArrowArray *out, tarn_error *error) {
    while (!reader->ended) {
        ipc_message *message;
        TARN_TRY(next_message(reader, &message, error));
        if (message == NULL) {
            reader->ended = true;
        } else if (message->type == HEADER_DICTIONARY) {
            TARN_TRY(add_pending(reader, message, error));
        } else if (message->type == HEADER_BATCH) {
            tarn_status status = apply_pending(reader, error);
            if (status == TARN_OK)
                status = decode_batch(reader, message, out, error);
            ipc_message_free(message);
            return status;
        } else {
            ipc_message_free(message);
            return tarn_fail(error, TARN_E_FORMAT, "the Arrow stream has a second schema");
        }
    }
    return TARN_OK;
}

tarn_status tarn_ipc_next(tarn_ipc_reader *reader, struct ArrowArray *out, tarn_error *error) {
    out->release = NULL;
    if (!reader->file)
        return next_in_stream(reader, out, error);
    if (reader->next_block == reader->block_count)
        return TARN_OK;
    return tarn_ipc_batch(reader, reader->next_block++, out, error);
}

/* ---- one column -------------------------------------------------------------------------------------------------- */

static tarn_status read_only_batch(tarn_ipc_reader *reader, struct ArrowArray *out, tarn_error *error) {
    struct ArrowArray more = {0};
    if (reader->schema.n_children != 1)
        return tarn_fail(error, TARN_E_FORMAT, "the Arrow stream has %lld columns where one is expected",
                         (long long)reader->schema.n_children);
    TARN_TRY(tarn_ipc_next(reader, out, error));
    if (out->release == NULL)
        return tarn_fail(error, TARN_E_FORMAT, "the Arrow stream has no record batch");
    TARN_TRY(tarn_ipc_next(reader, &more, error));
    if (more.release == NULL)
        return TARN_OK;
    tarn_array_release(&more);
    return tarn_fail(error, TARN_E_FORMAT, "the Arrow stream has several record batches where one is expected");
}

tarn_status tarn_ipc_decode_column(const void *data, size_t size, const tarn_ipc_owner *owner,
                                   const tarn_ipc_read_options *options, struct ArrowSchema *schema,
                                   struct ArrowArray *array, tarn_error *error) {
    tarn_ipc_reader *reader = NULL;
    struct ArrowArray batch = {0};
    TARN_TRY(tarn_ipc_open_memory(data, size, NULL, options, &reader, error));
    tarn_status status;
    TARN_CHECK(read_only_batch(reader, &batch, error));
    TARN_CHECK(tarn_schema_copy(reader->schema.children[0], NULL, schema, error));
    *array = *batch.children[0];
    batch.children[0]->release = NULL;
    if (owner != NULL)
        reader->memory->owner = *owner;
cleanup:
    tarn_array_release(&batch);
    tarn_ipc_reader_free(reader);
    return status;
}

/* The first record batch of a stream of one column without a dictionary. */
static tarn_status window_of(tarn_ipc_reader *reader, int64_t first, int64_t count, struct ArrowArray *out,
                             int64_t *total, tarn_error *error) {
    ipc_message *message = NULL;
    if (reader->file || reader->layout.root.count != 1 || reader->layout.dictionary_count > 0)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "only streams of one simple column can be read in part");
    TARN_TRY(next_message(reader, &message, error));
    if (message == NULL || message->type != HEADER_BATCH) {
        ipc_message_free(message);
        return tarn_fail(error, TARN_E_FORMAT, "the Arrow stream has no record batch");
    }
    ipc_batch_source source = batch_source(reader, message->header, message);
    tarn_status status = ipc_window_decode(&source, reader->layout.root.children, first, count, out, total, error);
    ipc_message_free(message);
    return status;
}

tarn_status tarn_ipc_decode_window(const void *data, size_t size, int64_t first, int64_t count,
                                   struct ArrowSchema *schema, struct ArrowArray *array, int64_t *total,
                                   tarn_error *error) {
    tarn_ipc_reader *reader = NULL;
    struct ArrowArray made = {0};
    TARN_TRY(tarn_ipc_open_memory(data, size, NULL, NULL, &reader, error));
    tarn_status status;
    TARN_CHECK(window_of(reader, first, count, &made, total, error));
    TARN_CHECK(tarn_array_validate(reader->schema.children[0], &made, error));
    TARN_CHECK(tarn_schema_copy(reader->schema.children[0], NULL, schema, error));
    *array = made;
    made.release = NULL;
cleanup:
    tarn_array_release(&made);
    tarn_ipc_reader_free(reader);
    return status;
}
