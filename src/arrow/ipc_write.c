// Writing Arrow IPC streams and files.
#include "arrow/ipc.h"

#include "arrow/ipc_encode.h"
#include "arrow/ipc_format.h"

#include <stdlib.h>
#include <string.h>

/* Struct Block of the footer. */
typedef struct file_block {
    int64_t offset;
    int32_t metadata_size;
    int32_t padding;
    int64_t body_size;
} file_block;

typedef struct block_list {
    file_block *blocks;
    size_t count, capacity;
} block_list;

struct tarn_ipc_writer {
    struct ArrowSchema schema;
    ipc_layout layout;
    tarn_ipc_write write;
    void *context;
    tarn_ipc_write_options options;
    uint64_t position;          /* bytes written, those in `small` included */
    tarn_buffer small;          /* headers and padding, gathered so that a target sees few writes */
    struct ArrowArray *written; /* by dictionary: a copy of the values that the reader knows; released: none yet */
    block_list dictionaries, batches;
    bool finished;
};

static const uint8_t zeros[IPC_ALIGNMENT];

#define SMALL_WRITE 4096

static size_t padding_of(uint64_t size) {
    return (size_t)(0 - size) & (IPC_ALIGNMENT - 1);
}

static tarn_status flush(tarn_ipc_writer *writer, tarn_error *error) {
    size_t size = writer->small.size;
    writer->small.size = 0;
    return size == 0 ? TARN_OK : writer->write(writer->context, writer->small.data, size, error);
}

static tarn_status put_bytes(tarn_ipc_writer *writer, const void *data, size_t size, tarn_error *error) {
    writer->position += size;
    if (size <= SMALL_WRITE)
        return tarn_buffer_append(&writer->small, data, size, error);
    TARN_TRY(flush(writer, error));
    return writer->write(writer->context, data, size, error);
}

/* ---- messages ---------------------------------------------------------------------------------------------------- */

/* Put a header into a message and write it: marker, size, metadata, padding. Gives the bytes that this took. */
static tarn_status put_metadata(tarn_ipc_writer *writer, fb_writer *fb, int type, fb_ref header, int64_t body_size,
                                size_t *taken, tarn_error *error) {
    const uint8_t *data;
    size_t size;
    fb_begin_table(fb);
    fb_put_field(fb, MESSAGE_BODY_LENGTH, (uint64_t)body_size, 8);
    fb_put_field_ref(fb, MESSAGE_HEADER, header);
    fb_put_field(fb, MESSAGE_VERSION, VERSION_5, 2);
    fb_put_field(fb, MESSAGE_HEADER_TYPE, (uint64_t)type, 1);
    TARN_TRY(fb_finish(fb, fb_end_table(fb), &data, &size, error));
    size_t padding = padding_of(writer->position + 8 + size);
    if (size > INT32_MAX - padding)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "the schema is too large for an Arrow message");
    uint32_t prefix[2] = {IPC_CONTINUATION, (uint32_t)(size + padding)}; /* little-endian hosts */
    TARN_TRY(put_bytes(writer, prefix, sizeof prefix, error));
    TARN_TRY(put_bytes(writer, data, size, error));
    TARN_TRY(put_bytes(writer, zeros, padding, error));
    *taken = 8 + size + padding;
    return TARN_OK;
}

static tarn_status put_schema(tarn_ipc_writer *writer, tarn_error *error) {
    fb_writer fb = {0};
    fb_ref schema = 0;
    size_t taken;
    tarn_status status = ipc_schema_write(&fb, &writer->layout, &schema, error);
    if (status == TARN_OK)
        status = put_metadata(writer, &fb, HEADER_SCHEMA, schema, 0, &taken, error);
    fb_writer_free(&fb);
    return status;
}

static fb_ref put_compression(fb_writer *fb, tarn_codec codec) {
    fb_begin_table(fb);
    fb_put_field(fb, COMPRESSION_CODEC, codec == TARN_CODEC_LZ4 ? CODEC_LZ4_FRAME : CODEC_ZSTD, 1);
    fb_put_field(fb, COMPRESSION_METHOD, 0, 1);
    return fb_end_table(fb);
}

/* The RecordBatch table of a plan. */
static tarn_status put_batch_table(fb_writer *fb, const ipc_body_plan *plan, tarn_codec codec, int64_t length,
                                   fb_ref *out, int64_t *body_size, tarn_error *error) {
    int64_t *buffers = calloc(plan->count + 1, BUFFER_SIZE);
    if (buffers == NULL)
        return tarn_fail_memory(error);
    uint64_t at = 0;
    for (size_t i = 0; i < plan->count; i++) {
        size_t size = ipc_piece_size(plan, i);
        buffers[2 * i] = (int64_t)at;
        buffers[2 * i + 1] = (int64_t)size;
        at += size + padding_of(size);
    }
    fb_ref compression = plan->compressed ? put_compression(fb, codec) : 0;
    fb_ref buffers_ref = fb_put_structs(fb, buffers, plan->count, BUFFER_SIZE, 8);
    fb_ref nodes_ref = fb_put_structs(fb, plan->nodes.data, plan->nodes.size / NODE_SIZE, NODE_SIZE, 8);
    free(buffers);
    fb_begin_table(fb);
    fb_put_field(fb, BATCH_LENGTH, (uint64_t)length, 8);
    fb_put_field_ref(fb, BATCH_NODES, nodes_ref);
    fb_put_field_ref(fb, BATCH_BUFFERS, buffers_ref);
    fb_put_field_ref(fb, BATCH_COMPRESSION, compression);
    *out = fb_end_table(fb);
    *body_size = (int64_t)at;
    return TARN_OK;
}

static tarn_status put_body(tarn_ipc_writer *writer, const ipc_body_plan *plan, tarn_error *error) {
    for (size_t i = 0; i < plan->count; i++) {
        const ipc_piece *piece = &plan->pieces[i];
        size_t size = ipc_piece_size(plan, i);
        if (size == 0)
            continue;
        if (plan->compressed)
            TARN_TRY(put_bytes(writer, &piece->prefix, sizeof piece->prefix, error)); /* little-endian hosts */
        TARN_TRY(put_bytes(writer, piece->data, piece->size, error));
        TARN_TRY(put_bytes(writer, zeros, padding_of(size), error));
    }
    return TARN_OK;
}

static tarn_status note_block(tarn_ipc_writer *writer, block_list *list, uint64_t offset, size_t metadata_size,
                              int64_t body_size, tarn_error *error) {
    if (!writer->options.file)
        return TARN_OK;
    TARN_TRY(tarn_grow(&list->blocks, &list->capacity, list->count + 1, sizeof *list->blocks, error));
    list->blocks[list->count++] =
        (file_block){.offset = (int64_t)offset, .metadata_size = (int32_t)metadata_size, .body_size = body_size};
    return TARN_OK;
}

static fb_ref put_dictionary_table(fb_writer *fb, int64_t id, bool delta, fb_ref batch) {
    fb_begin_table(fb);
    fb_put_field(fb, DICTIONARY_ID, (uint64_t)id, 8);
    fb_put_field_ref(fb, DICTIONARY_DATA, batch);
    fb_put_field(fb, DICTIONARY_DELTA, delta, 1);
    return fb_end_table(fb);
}

/* What a plan is written as: a record batch, or values of a dictionary. */
typedef struct message_kind {
    int64_t dictionary; /* -1: a record batch */
    bool delta;
} message_kind;

static tarn_status put_plan(tarn_ipc_writer *writer, ipc_body_plan *plan, int64_t length, message_kind kind,
                            tarn_error *error) {
    fb_writer fb = {0};
    fb_ref table = 0;
    int64_t body_size = 0;
    size_t taken;
    uint64_t offset = writer->position;
    bool is_batch = kind.dictionary < 0;
    tarn_status status;
    TARN_CHECK(ipc_plan_compress(plan, &writer->options, error));
    TARN_CHECK(put_batch_table(&fb, plan, writer->options.codec, length, &table, &body_size, error));
    if (!is_batch)
        table = put_dictionary_table(&fb, writer->layout.dictionaries[kind.dictionary].id, kind.delta, table);
    TARN_CHECK(put_metadata(writer, &fb, is_batch ? HEADER_BATCH : HEADER_DICTIONARY, table, body_size, &taken, error));
    TARN_CHECK(put_body(writer, plan, error));
    status = note_block(writer, is_batch ? &writer->batches : &writer->dictionaries, offset, taken, body_size, error);
cleanup:
    fb_writer_free(&fb);
    return status;
}

/* ---- dictionaries ------------------------------------------------------------------------------------------------ */

static tarn_status put_values(tarn_ipc_writer *writer, const ipc_field *field, const struct ArrowArray *values,
                              bool delta, tarn_error *error) {
    ipc_body_plan plan = {0};
    tarn_status status = ipc_plan_array(&plan, field->values, values, error);
    if (status == TARN_OK)
        status = put_plan(writer, &plan, values->length, (message_kind){field->dictionary, delta}, error);
    ipc_plan_free(&plan);
    return status;
}

static tarn_status remember_values(tarn_ipc_writer *writer, const ipc_field *field, const struct ArrowArray *values,
                                   tarn_error *error) {
    struct ArrowArray *known = &writer->written[field->dictionary];
    struct ArrowArray copy;
    TARN_TRY(tarn_array_concat(field->values->schema, &values, 1, &copy, error));
    tarn_array_release(known);
    *known = copy;
    return TARN_OK;
}

/* Whether the values begin with those that the reader knows. */
static bool values_grew(const struct ArrowSchema *schema, const struct ArrowArray *known,
                        const struct ArrowArray *values) {
    if (values->length < known->length)
        return false;
    struct ArrowArray beginning = tarn_array_window(values, 0, known->length);
    return tarn_array_equal(schema, known, &beginning);
}

/* `stale`: a dictionary inside the values was replaced, so that what the reader knows means something else now. */
static tarn_status put_dictionary(tarn_ipc_writer *writer, const ipc_field *field, const struct ArrowArray *values,
                                  bool stale, bool *replaced, tarn_error *error) {
    const struct ArrowArray *known = &writer->written[field->dictionary];
    if (known->release != NULL && !stale && values_grew(field->values->schema, known, values)) {
        if (values->length == known->length)
            return TARN_OK;
        struct ArrowArray more = tarn_array_window(values, known->length, values->length - known->length);
        TARN_TRY(put_values(writer, field, &more, true, error));
        return remember_values(writer, field, values, error);
    }
    if (known->release != NULL && writer->options.file)
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "column '%s': an Arrow file cannot replace a dictionary between batches: unify them or write "
                         "a stream",
                         field->schema->name ? field->schema->name : "");
    *replaced |= known->release != NULL;
    TARN_TRY(put_values(writer, field, values, false, error));
    return remember_values(writer, field, values, error);
}

/* All dictionaries below a field, inner ones first. */
static tarn_status put_dictionaries(tarn_ipc_writer *writer, const ipc_field *field, const struct ArrowArray *array,
                                    bool *replaced, tarn_error *error) {
    if (array->n_children != (int64_t)field->count || (array->dictionary == NULL) != (field->values == NULL))
        return tarn_fail(error, TARN_E_INVALID, "column '%s': the array does not fit the schema it is written with",
                         field->schema->name ? field->schema->name : "");
    for (size_t i = 0; i < field->count; i++)
        TARN_TRY(put_dictionaries(writer, &field->children[i], array->children[i], replaced, error));
    if (field->values == NULL)
        return TARN_OK;
    bool stale = false;
    TARN_TRY(put_dictionaries(writer, field->values, array->dictionary, &stale, error));
    *replaced |= stale;
    return put_dictionary(writer, field, array->dictionary, stale, replaced, error);
}

/* ---- the writer -------------------------------------------------------------------------------------------------- */

static tarn_status start(tarn_ipc_writer *writer, tarn_error *error) {
    TARN_TRY(ipc_layout_make(&writer->schema, NULL, 0, &writer->layout, error));
    if (writer->layout.root.shape.layout != TARN_LAYOUT_STRUCT)
        return tarn_fail(error, TARN_E_INVALID, "the schema of a table has to be a struct of its columns");
    writer->written = calloc(writer->layout.dictionary_count + 1, sizeof *writer->written);
    if (writer->written == NULL)
        return tarn_fail_memory(error);
    if (writer->options.file)
        TARN_TRY(put_bytes(writer, IPC_MAGIC "\0\0", IPC_MAGIC_SIZE + 2, error));
    TARN_TRY(put_schema(writer, error));
    return flush(writer, error);
}

tarn_status tarn_ipc_writer_new(const struct ArrowSchema *schema, tarn_ipc_write write, void *context,
                                const tarn_ipc_write_options *options, tarn_ipc_writer **out, tarn_error *error) {
    tarn_ipc_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL)
        return tarn_fail_memory(error);
    writer->write = write;
    writer->context = context;
    if (options != NULL)
        writer->options = *options;
    tarn_status status = tarn_schema_copy(schema, NULL, &writer->schema, error);
    if (status == TARN_OK)
        status = start(writer, error);
    if (status != TARN_OK) {
        tarn_ipc_writer_free(writer);
        return status;
    }
    *out = writer;
    return TARN_OK;
}

void tarn_ipc_writer_free(tarn_ipc_writer *writer) {
    if (writer == NULL)
        return;
    for (size_t i = 0; writer->written != NULL && i < writer->layout.dictionary_count; i++)
        tarn_array_release(&writer->written[i]);
    free(writer->written);
    free(writer->dictionaries.blocks);
    free(writer->batches.blocks);
    tarn_buffer_free(&writer->small);
    ipc_layout_free(&writer->layout);
    tarn_schema_release(&writer->schema);
    free(writer);
}

tarn_status tarn_ipc_writer_batch(tarn_ipc_writer *writer, const struct ArrowArray *batch, tarn_error *error) {
    ipc_body_plan plan = {0};
    const ipc_field *root = &writer->layout.root;
    bool replaced = false;
    if (batch->n_children != (int64_t)root->count)
        return tarn_fail(error, TARN_E_INVALID, "the batch has %lld columns and its schema %zu",
                         (long long)batch->n_children, root->count);
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < root->count; i++)
        TARN_CHECK(put_dictionaries(writer, &root->children[i], batch->children[i], &replaced, error));
    for (size_t i = 0; i < root->count; i++) {
        struct ArrowArray column = tarn_array_window(batch->children[i], batch->offset, batch->length);
        TARN_CHECK(ipc_plan_array(&plan, &root->children[i], &column, error));
    }
    TARN_CHECK(put_plan(writer, &plan, batch->length, (message_kind){-1, false}, error));
    status = flush(writer, error);
cleanup:
    ipc_plan_free(&plan);
    return status;
}

static tarn_status put_footer(tarn_ipc_writer *writer, tarn_error *error) {
    fb_writer fb = {0};
    fb_ref schema = 0;
    const uint8_t *data;
    size_t size;
    tarn_status status;
    TARN_CHECK(ipc_schema_write(&fb, &writer->layout, &schema, error));
    fb_ref batches = fb_put_structs(&fb, writer->batches.blocks, writer->batches.count, BLOCK_SIZE, 8);
    fb_ref dictionaries = fb_put_structs(&fb, writer->dictionaries.blocks, writer->dictionaries.count, BLOCK_SIZE, 8);
    fb_begin_table(&fb);
    fb_put_field_ref(&fb, FOOTER_SCHEMA, schema);
    fb_put_field_ref(&fb, FOOTER_DICTIONARIES, dictionaries);
    fb_put_field_ref(&fb, FOOTER_BATCHES, batches);
    fb_put_field(&fb, FOOTER_VERSION, VERSION_5, 2);
    TARN_CHECK(fb_finish(&fb, fb_end_table(&fb), &data, &size, error));
    uint32_t footer_size = (uint32_t)size;
    TARN_CHECK(put_bytes(writer, data, size, error));
    TARN_CHECK(put_bytes(writer, &footer_size, sizeof footer_size, error));
    status = put_bytes(writer, IPC_MAGIC, IPC_MAGIC_SIZE, error);
cleanup:
    fb_writer_free(&fb);
    return status;
}

tarn_status tarn_ipc_writer_finish(tarn_ipc_writer *writer, tarn_error *error) {
    static const uint32_t end[2] = {IPC_CONTINUATION, 0};
    if (writer->finished)
        return TARN_OK;
    TARN_TRY(put_bytes(writer, end, sizeof end, error));
    if (writer->options.file)
        TARN_TRY(put_footer(writer, error));
    TARN_TRY(flush(writer, error));
    writer->finished = true;
    return TARN_OK;
}

/* ---- one column -------------------------------------------------------------------------------------------------- */

static tarn_status append_to_buffer(void *context, const void *data, size_t size, tarn_error *error) {
    return tarn_buffer_append(context, data, size, error);
}

/* Structures that are only looked at while a column is being encoded. */
static void release_nothing(struct ArrowSchema *schema) {
    schema->release = NULL;
}

tarn_status tarn_ipc_encode_column(const struct ArrowSchema *schema, const struct ArrowArray *array,
                                   const tarn_ipc_write_options *options, tarn_buffer *out, tarn_error *error) {
    struct ArrowSchema column = *schema;
    struct ArrowSchema *columns[] = {&column};
    struct ArrowSchema table = {
        .format = "+s", .name = "", .n_children = 1, .children = columns, .release = release_nothing};
    struct ArrowArray values = *array;
    struct ArrowArray *children[] = {&values};
    const void *no_validity[] = {NULL};
    struct ArrowArray batch = {
        .length = array->length, .n_buffers = 1, .buffers = no_validity, .n_children = 1, .children = children};
    tarn_ipc_writer *writer = NULL;
    tarn_ipc_write_options as_stream = options == NULL ? (tarn_ipc_write_options){0} : *options;
    as_stream.file = false;
    size_t start_size = out->size;
    tarn_status status;
    if (as_stream.codec == TARN_CODEC_NONE)
        TARN_CHECK(tarn_buffer_reserve(out, (size_t)tarn_array_bytes(schema, array) + 4096, error));
    TARN_CHECK(tarn_ipc_writer_new(&table, append_to_buffer, out, &as_stream, &writer, error));
    TARN_CHECK(tarn_ipc_writer_batch(writer, &batch, error));
    TARN_CHECK(tarn_ipc_writer_finish(writer, error));
    status = tarn_buffer_resize(out, out->size + padding_of(out->size - start_size), error);
cleanup:
    tarn_ipc_writer_free(writer);
    if (status != TARN_OK)
        out->size = start_size;
    return status;
}
