// From arrays to the nodes and buffers of a record batch.
#include "arrow/ipc_encode.h"

#include "arrow/bits.h"
#include "arrow/ipc_compress.h"

#include <stdlib.h>
#include <string.h>

static tarn_status add_piece(ipc_body_plan *plan, const void *data, size_t size, tarn_error *error) {
    TARN_TRY(tarn_grow(&plan->pieces, &plan->capacity, plan->count + 1, sizeof *plan->pieces, error));
    plan->pieces[plan->count++] = (ipc_piece){.data = data, .size = data == NULL ? 0 : size};
    return TARN_OK;
}

static tarn_status copy_space(ipc_body_plan *plan, size_t size, void **out, tarn_error *error) {
    if (plan->pile == NULL)
        TARN_TRY(tarn_pile_new(NULL, &plan->pile, error));
    return tarn_pile_alloc(plan->pile, size, out, error);
}

/* Bitmaps are written from bit 0 on and without stray bits at their end. */
static tarn_status add_bits(ipc_body_plan *plan, const uint8_t *bits, int64_t at, int64_t count, tarn_error *error) {
    void *copy;
    size_t size = tarn_bits_bytes(count);
    if (count == 0)
        return add_piece(plan, NULL, 0, error);
    TARN_TRY(copy_space(plan, size, &copy, error));
    tarn_bits_copy(bits, at, count, copy);
    return add_piece(plan, copy, size, error);
}

static tarn_status add_validity(ipc_body_plan *plan, const struct ArrowArray *array, int64_t null_count,
                                tarn_error *error) {
    if (null_count == 0)
        return add_piece(plan, NULL, 0, error);
    return add_bits(plan, array->buffers[0], array->offset, array->length, error);
}

static tarn_status add_fixed(ipc_body_plan *plan, const struct ArrowArray *array, size_t width, tarn_error *error) {
    const uint8_t *values = array->buffers[1];
    if (array->length == 0 || width == 0)
        return add_piece(plan, NULL, 0, error);
    return add_piece(plan, values + (size_t)array->offset * width, (size_t)array->length * width, error);
}

/* Offsets are written so that the first is 0. Gives where the values begin and how many there are. */
static tarn_status add_offsets(ipc_body_plan *plan, const struct ArrowArray *array, bool wide, int64_t *first,
                               int64_t *total, tarn_error *error) {
    static const int64_t zero = 0;
    size_t width = wide ? 8 : 4;
    size_t count = (size_t)array->length + 1;
    *first = *total = 0;
    if (array->length == 0)
        return add_piece(plan, &zero, width, error);
    const void *offsets = array->buffers[1];
    *first = tarn_offset_at(offsets, wide, array->offset);
    *total = tarn_offset_at(offsets, wide, array->offset + array->length) - *first;
    if (*first == 0)
        return add_piece(plan, (const uint8_t *)offsets + (size_t)array->offset * width, count * width, error);
    void *copy;
    TARN_TRY(copy_space(plan, count * width, &copy, error));
    for (size_t i = 0; i < count; i++) {
        int64_t value = tarn_offset_at(offsets, wide, array->offset + (int64_t)i) - *first;
        if (wide)
            ((int64_t *)copy)[i] = value;
        else
            ((int32_t *)copy)[i] = (int32_t)value;
    }
    return add_piece(plan, copy, count * width, error);
}

static tarn_status plan_children(ipc_body_plan *plan, const ipc_field *field, const struct ArrowArray *array,
                                 int64_t start, int64_t count, tarn_error *error) {
    for (size_t i = 0; i < field->count; i++) {
        struct ArrowArray child = tarn_array_window(array->children[i], start, count);
        TARN_TRY(ipc_plan_array(plan, &field->children[i], &child, error));
    }
    return TARN_OK;
}

static tarn_status plan_values(ipc_body_plan *plan, const ipc_field *field, const struct ArrowArray *array,
                               tarn_error *error) {
    int64_t first, total;
    int64_t size = field->shape.list_size;
    switch (field->shape.layout) {
    case TARN_LAYOUT_BITS:
        return add_bits(plan, array->buffers[1], array->offset, array->length, error);
    case TARN_LAYOUT_FIXED:
        return add_fixed(plan, array, field->shape.width, error);
    case TARN_LAYOUT_BYTES:
        TARN_TRY(add_offsets(plan, array, field->shape.wide, &first, &total, error));
        return add_piece(plan, total == 0 ? NULL : (const uint8_t *)array->buffers[2] + first, (size_t)total, error);
    case TARN_LAYOUT_LIST:
        TARN_TRY(add_offsets(plan, array, field->shape.wide, &first, &total, error));
        return plan_children(plan, field, array, first, total, error);
    case TARN_LAYOUT_FIXED_LIST:
        return plan_children(plan, field, array, array->offset * size, array->length * size, error);
    default:
        return plan_children(plan, field, array, array->offset, array->length, error);
    }
}

static tarn_status fail_mismatch(const ipc_field *field, tarn_error *error) {
    return tarn_fail(error, TARN_E_INVALID, "column '%s': the array does not fit the schema it is written with",
                     field->schema->name ? field->schema->name : "");
}

tarn_status ipc_plan_array(ipc_body_plan *plan, const ipc_field *field, const struct ArrowArray *array,
                           tarn_error *error) {
    if (array->n_children != (int64_t)field->count || array->n_buffers < tarn_layout_buffers(&field->shape) ||
        (array->dictionary == NULL) != (field->values == NULL))
        return fail_mismatch(field, error);
    bool has_validity = tarn_layout_has_validity(field->shape.layout);
    int64_t node[2] = {array->length, has_validity ? tarn_array_nulls_in(array) : array->length};
    TARN_TRY(tarn_buffer_append(&plan->nodes, node, sizeof node, error));
    if (has_validity)
        TARN_TRY(add_validity(plan, array, node[1], error));
    return plan_values(plan, field, array, error);
}

/* ---- compression ------------------------------------------------------------------------------------------------- */

typedef struct compression {
    ipc_body_plan *plan;
    const tarn_ipc_write_options *options;
} compression;

/* Even what does not shrink: the format has a way to store it as it is, but some readers do not know that. */
static tarn_status compress_piece(void *context, size_t index, tarn_error *error) {
    const compression *job = context;
    ipc_piece *piece = &job->plan->pieces[index];
    if (piece->size == 0)
        return TARN_OK;
    size_t room = ipc_compress_bound(job->options->codec, piece->size);
    size_t used = 0;
    void *block = malloc(room);
    if (block == NULL)
        return tarn_fail_memory(error);
    tarn_status status =
        ipc_compress(job->options->codec, job->options->level, piece->data, piece->size, block, room, &used, error);
    if (status != TARN_OK) {
        free(block);
        return status;
    }
    *piece = (ipc_piece){.data = block, .size = used, .prefix = (int64_t)piece->size, .owned = block};
    return TARN_OK;
}

tarn_status ipc_plan_compress(ipc_body_plan *plan, const tarn_ipc_write_options *options, tarn_error *error) {
    compression job = {plan, options};
    if (options->codec == TARN_CODEC_NONE)
        return TARN_OK;
    plan->compressed = true;
    return tarn_parallel_for(options->pool, TARN_PRIORITY_USER_VISIBLE, NULL, plan->count, compress_piece, &job, error);
}

size_t ipc_piece_size(const ipc_body_plan *plan, size_t i) {
    size_t size = plan->pieces[i].size;
    return size > 0 && plan->compressed ? size + sizeof(int64_t) : size;
}

void ipc_plan_free(ipc_body_plan *plan) {
    for (size_t i = 0; i < plan->count; i++)
        free(plan->pieces[i].owned);
    free(plan->pieces);
    tarn_buffer_free(&plan->nodes);
    if (plan->pile != NULL)
        tarn_keeper_release(tarn_pile_keeper(plan->pile));
    *plan = (ipc_body_plan){0};
}
