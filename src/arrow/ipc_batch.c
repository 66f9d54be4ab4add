// From the body of a record batch to arrays.
#include "arrow/ipc_batch.h"

#include "arrow/array_work.h"
#include "arrow/bits.h"
#include "arrow/ipc_body.h"
#include "arrow/ipc_format.h"
#include "arrow/swap.h"

#include <string.h>

/* What empty buffers point to, so that no reader meets a NULL where it wants offsets or values. */
static const int64_t nothing[8];

/* Values that take no bytes could be declared without end; this many are enough for anybody. */
#define MOST_WEIGHTLESS INT32_MAX

/* More values than there are bytes, or with which arithmetic on sizes would overflow, also where addresses have 32
 * bits. */
#define MOST_VALUES (PTRDIFF_MAX > INT32_MAX ? INT64_MAX / 128 : INT32_MAX / 16)

typedef struct decoder {
    const ipc_batch_source *source;
    tarn_pile *pile;
    ipc_body body;
    fb_vector nodes, variadic;
    size_t next_node, next_slot, next_variadic;
} decoder;

static tarn_status decode_field(decoder *d, const ipc_field *field, const tarn_path *parent, struct ArrowArray *out,
                                tarn_error *error);

static tarn_status fail_field(const tarn_path *path, tarn_error *error, const char *what) {
    return tarn_fail_at(error, TARN_E_FORMAT, path, "%s", what);
}

/* ---- nodes and buffers ------------------------------------------------------------------------------------------- */

static bool is_weightless(const ipc_field *field) {
    switch (field->shape.layout) {
    case TARN_LAYOUT_NULL:
    case TARN_LAYOUT_STRUCT:
    case TARN_LAYOUT_FIXED_LIST:
    case TARN_LAYOUT_RUN_END:
        return true;
    default:
        return field->shape.layout == TARN_LAYOUT_FIXED && field->shape.width == 0;
    }
}

static tarn_status next_node(decoder *d, const ipc_field *field, const tarn_path *path, int64_t *length,
                             int64_t *null_count, tarn_error *error) {
    *length = *null_count = 0;
    if (d->source->batch.at == 0)
        return TARN_OK;
    if (d->next_node >= d->nodes.count)
        return fail_field(path, error, "the record batch describes fewer columns than the schema");
    *length = (int64_t)fb_list_number(&d->nodes, d->next_node, 0, 8);
    *null_count = (int64_t)fb_list_number(&d->nodes, d->next_node, 8, 8);
    d->next_node++;
    if (*length < 0 || *length > MOST_VALUES || *null_count < 0 || *null_count > *length)
        return fail_field(path, error, "the number of values or of nulls is out of range");
    if (*length > MOST_WEIGHTLESS && is_weightless(field))
        return fail_field(path, error, "more than 2147483647 values in one batch");
    return TARN_OK;
}

static tarn_status next_slot(decoder *d, const tarn_path *path, ipc_slot *out, tarn_error *error) {
    *out = (ipc_slot){0};
    if (d->source->batch.at == 0)
        return TARN_OK;
    if (d->next_slot >= d->body.count)
        return fail_field(path, error, "the record batch has fewer buffers than the schema needs");
    *out = d->body.slots[d->next_slot++];
    return TARN_OK;
}

/*
 * The next buffer, of `count` elements of `width` bytes or of more: checked for size, and copied when it is of the
 * other endianness or does not lie at a multiple of `width` (of 8 at most).
 */
static tarn_status next_values(decoder *d, const tarn_path *path, int64_t count, size_t width, tarn_swap swap,
                               const void **out, size_t *size, tarn_error *error) {
    ipc_slot slot;
    TARN_TRY(next_slot(d, path, &slot, error));
    uint64_t needed;
    if (__builtin_mul_overflow((uint64_t)count, width, &needed) || needed > slot.size)
        return fail_field(path, error, "a buffer is shorter than its values");
    *size = slot.size;
    *out = slot.size == 0 ? (const void *)nothing : slot.data;
    if (slot.size == 0)
        return TARN_OK;
    size_t alignment = width >= 8 ? 8 : width == 0 ? 1 : width & (0 - width);
    bool swapped = d->source->big_endian && swap != TARN_SWAP_NONE;
    if (!swapped && ((uintptr_t)slot.data & (alignment - 1)) == 0)
        return TARN_OK;
    void *copy;
    TARN_TRY(ipc_body_alloc(&d->body, d->pile, slot.size, &copy, error));
    memcpy(copy, slot.data, slot.size);
    if (swapped)
        tarn_swap_values(copy, swap, width, (size_t)needed / width);
    *out = copy;
    return TARN_OK;
}

static tarn_status next_validity(decoder *d, const tarn_path *path, struct ArrowArray *out, tarn_error *error) {
    ipc_slot slot;
    TARN_TRY(next_slot(d, path, &slot, error));
    if (out->null_count == 0)
        return TARN_OK;
    if (slot.size < tarn_bits_bytes(out->length))
        return fail_field(path, error, "the validity bitmap is too short");
    out->null_count = out->length - tarn_bits_count(slot.data, 0, out->length);
    if (out->null_count > 0)
        out->buffers[0] = slot.data;
    return TARN_OK;
}

/* Offsets of `length` values. Files may leave them out when there are none. */
static tarn_status next_offsets(decoder *d, const ipc_field *field, const tarn_path *path, struct ArrowArray *out,
                                int64_t *last, tarn_error *error) {
    size_t width = field->shape.wide ? 8 : 4, size;
    int64_t count = out->length == 0 ? 0 : out->length + 1;
    TARN_TRY(next_values(d, path, count, width, TARN_SWAP_WHOLE, &out->buffers[1], &size, error));
    if (size < width)
        out->buffers[1] = nothing;
    *last = out->length == 0 ? 0 : tarn_offset_at(out->buffers[1], field->shape.wide, out->length);
    if (*last < 0)
        return fail_field(path, error, "offsets are out of range");
    return TARN_OK;
}

/* ---- layouts ----------------------------------------------------------------------------------------------------- */

static tarn_status decode_bytes(decoder *d, const ipc_field *field, const tarn_path *path, struct ArrowArray *out,
                                tarn_error *error) {
    int64_t last;
    size_t size;
    TARN_TRY(next_offsets(d, field, path, out, &last, error));
    return next_values(d, path, last, 1, TARN_SWAP_NONE, &out->buffers[2], &size, error);
}

static tarn_status decode_views(decoder *d, const tarn_path *path, struct ArrowArray *out, tarn_error *error) {
    size_t size;
    TARN_TRY(next_values(d, path, out->length, 16, TARN_SWAP_VIEW, &out->buffers[1], &size, error));
    void *block;
    int64_t data_buffers = out->n_buffers - 3;
    TARN_TRY(ipc_body_alloc(&d->body, d->pile, (uint64_t)(data_buffers + 1) * 8, &block, error));
    int64_t *sizes = block;
    for (int64_t i = 0; i < data_buffers; i++) {
        TARN_TRY(next_values(d, path, 0, 1, TARN_SWAP_NONE, &out->buffers[2 + i], &size, error));
        sizes[i] = (int64_t)size;
    }
    out->buffers[out->n_buffers - 1] = sizes;
    return TARN_OK;
}

static tarn_status decode_list_views(decoder *d, const ipc_field *field, const tarn_path *path, struct ArrowArray *out,
                                     tarn_error *error) {
    size_t width = field->shape.wide ? 8 : 4, size;
    TARN_TRY(next_values(d, path, out->length, width, TARN_SWAP_WHOLE, &out->buffers[1], &size, error));
    return next_values(d, path, out->length, width, TARN_SWAP_WHOLE, &out->buffers[2], &size, error);
}

static tarn_status decode_buffers(decoder *d, const ipc_field *field, const tarn_path *path, struct ArrowArray *out,
                                  tarn_error *error) {
    int64_t last;
    size_t size;
    switch (field->shape.layout) {
    case TARN_LAYOUT_BITS:
        return next_values(d, path, (int64_t)tarn_bits_bytes(out->length), 1, TARN_SWAP_NONE, &out->buffers[1], &size,
                           error);
    case TARN_LAYOUT_FIXED:
        return next_values(d, path, out->length, field->shape.width, tarn_swap_of(&field->shape), &out->buffers[1],
                           &size, error);
    case TARN_LAYOUT_BYTES:
        return decode_bytes(d, field, path, out, error);
    case TARN_LAYOUT_VIEW:
        return decode_views(d, path, out, error);
    case TARN_LAYOUT_LIST:
        return next_offsets(d, field, path, out, &last, error);
    case TARN_LAYOUT_LIST_VIEW:
        return decode_list_views(d, field, path, out, error);
    default:
        return TARN_OK;
    }
}

/* ---- fields ------------------------------------------------------------------------------------------------------ */

static tarn_status count_buffers(decoder *d, const ipc_field *field, const tarn_path *path, int64_t *out,
                                 tarn_error *error) {
    *out = tarn_layout_buffers(&field->shape);
    if (field->shape.layout != TARN_LAYOUT_VIEW || d->source->batch.at == 0)
        return TARN_OK;
    if (d->next_variadic >= d->variadic.count)
        return fail_field(path, error, "the record batch does not say how many buffers the views have");
    uint64_t more = fb_list_number(&d->variadic, d->next_variadic++, 0, 8);
    if (more > d->body.count)
        return fail_field(path, error, "the record batch has fewer buffers than the views need");
    *out += (int64_t)more;
    return TARN_OK;
}

static tarn_status decode_field(decoder *d, const ipc_field *field, const tarn_path *parent, struct ArrowArray *out,
                                tarn_error *error) {
    const char *name = field->schema->name;
    tarn_path path = {parent, name && name[0] ? name : "item"};
    int64_t length, null_count, n_buffers;
    TARN_TRY(next_node(d, field, &path, &length, &null_count, error));
    TARN_TRY(count_buffers(d, field, &path, &n_buffers, error));
    TARN_TRY(
        tarn_node_new(out, n_buffers, (int64_t)field->count, field->values != NULL, tarn_pile_keeper(d->pile), error));
    out->length = length;
    out->null_count = field->shape.layout == TARN_LAYOUT_NULL ? length : null_count;
    if (tarn_layout_has_validity(field->shape.layout))
        TARN_TRY(next_validity(d, &path, out, error));
    else if (field->shape.layout == TARN_LAYOUT_RUN_END)
        out->null_count = 0;
    TARN_TRY(decode_buffers(d, field, &path, out, error));
    for (size_t i = 0; i < field->count; i++)
        TARN_TRY(decode_field(d, &field->children[i], &path, out->children[i], error));
    if (field->values != NULL) {
        struct ArrowArray *values = &d->source->dictionaries[field->dictionary];
        TARN_TRY(tarn_array_share(values, 0, values->length, out->dictionary, error));
    }
    return TARN_OK;
}

typedef struct validation {
    const ipc_field *fields;
    const struct ArrowArray *batch;
    bool values;
} validation;

static tarn_status validate_column(void *context, size_t index, tarn_error *error) {
    const validation *v = context;
    const struct ArrowSchema *schema = v->fields[index].schema;
    tarn_path path = {NULL, schema->name && schema->name[0] ? schema->name : "item"};
    return tarn_validate_tree(schema, v->batch->children[index], &path, 1, v->values, error);
}

static tarn_status decode_columns(decoder *d, const ipc_field *fields, size_t count, struct ArrowArray *out,
                                  tarn_error *error) {
    fb_table batch = d->source->batch;
    int64_t length = fb_i64(&batch, BATCH_LENGTH, 0);
    d->nodes = fb_list(&batch, BATCH_NODES, NODE_SIZE);
    d->variadic = fb_list(&batch, BATCH_VARIADIC, 8);
    if (batch.buffer->bad || length < 0 || length > MOST_WEIGHTLESS)
        return tarn_fail(error, TARN_E_FORMAT, "the description of a record batch is malformed");
    TARN_TRY(tarn_node_new(out, 1, (int64_t)count, false, tarn_pile_keeper(d->pile), error));
    out->length = length;
    for (size_t i = 0; i < count; i++) {
        TARN_TRY(decode_field(d, &fields[i], NULL, out->children[i], error));
        if (out->children[i]->length != length)
            return tarn_fail(error, TARN_E_FORMAT, "column '%s' has %lld values in a record batch of %lld rows",
                             fields[i].schema->name, (long long)out->children[i]->length, (long long)length);
    }
    if (batch.buffer->bad)
        return tarn_fail(error, TARN_E_FORMAT, "the description of a record batch is malformed");
    validation v = {fields, out, !d->source->options->skip_values};
    return tarn_parallel_for(d->source->options->pool, TARN_PRIORITY_USER_VISIBLE, d->source->options->task, count,
                             validate_column, &v, error);
}

tarn_status ipc_batch_decode(const ipc_batch_source *source, const ipc_field *fields, size_t count,
                             struct ArrowArray *out, tarn_error *error) {
    decoder d = {.source = source};
    struct ArrowArray batch = {0};
    TARN_TRY(tarn_pile_new(source->memory, &d.pile, error));
    tarn_status status;
    TARN_CHECK(ipc_body_open(source, d.pile, &d.body, error));
    TARN_CHECK(decode_columns(&d, fields, count, &batch, error));
    *out = batch;
    batch.release = NULL;
cleanup:
    tarn_array_release(&batch);
    ipc_body_close(&d.body);
    tarn_keeper_release(tarn_pile_keeper(d.pile));
    return status;
}
