/* Putting arrays one after the other; arrays of nulls; sizes. */
#include "arrow/array_node.h"
#include "arrow/array_work.h"
#include "arrow/bits.h"

#include <stdlib.h>
#include <string.h>

typedef struct concat_job {
    const struct ArrowSchema *schema;
    const struct ArrowArray *const *parts;
    size_t count;
    int64_t length; /* of all parts */
    tarn_shape shape;
} concat_job;

static tarn_status concat_validity(const concat_job *job, struct ArrowArray *out, tarn_error *error) {
    int64_t nulls = 0;
    for (size_t i = 0; i < job->count; i++)
        nulls += tarn_array_nulls_in(job->parts[i]);
    out->null_count = nulls;
    if (nulls == 0)
        return TARN_OK;
    void *bits;
    TARN_TRY(tarn_node_buffer(out, 0, tarn_bits_bytes(job->length), &bits, error));
    memset(bits, 0, tarn_bits_bytes(job->length));
    int64_t at = 0;
    for (size_t i = 0; i < job->count; i++) {
        const struct ArrowArray *part = job->parts[i];
        const uint8_t *validity = tarn_validity_of(part);
        if (validity == NULL)
            tarn_bits_fill(bits, at, part->length);
        else
            tarn_bits_copy_to(validity, part->offset, part->length, bits, at);
        at += part->length;
    }
    return TARN_OK;
}

static tarn_status concat_bits(const concat_job *job, struct ArrowArray *out, tarn_error *error) {
    void *bits;
    TARN_TRY(tarn_node_buffer(out, 1, tarn_bits_bytes(job->length), &bits, error));
    memset(bits, 0, tarn_bits_bytes(job->length));
    int64_t at = 0;
    for (size_t i = 0; i < job->count; i++) {
        const struct ArrowArray *part = job->parts[i];
        if (part->length > 0)
            tarn_bits_copy_to(part->buffers[1], part->offset, part->length, bits, at);
        at += part->length;
    }
    return TARN_OK;
}

static tarn_status concat_fixed(const concat_job *job, struct ArrowArray *out, tarn_error *error) {
    size_t width = job->shape.width;
    size_t size;
    void *block;
    if (!tarn_mul_size((size_t)job->length, width, &size))
        return tarn_fail_memory(error);
    TARN_TRY(tarn_node_buffer(out, 1, size, &block, error));
    uint8_t *to = block;
    for (size_t i = 0; i < job->count; i++) {
        const struct ArrowArray *part = job->parts[i];
        size_t bytes = (size_t)part->length * width;
        if (bytes > 0)
            memcpy(to, (const uint8_t *)part->buffers[1] + (size_t)part->offset * width, bytes);
        to += bytes;
    }
    return TARN_OK;
}

static int64_t first_offset(const concat_job *job, const struct ArrowArray *part) {
    return part->length == 0 ? 0 : tarn_offset_at(part->buffers[1], job->shape.wide, part->offset);
}

static int64_t last_offset(const concat_job *job, const struct ArrowArray *part) {
    return part->length == 0 ? 0 : tarn_offset_at(part->buffers[1], job->shape.wide, part->offset + part->length);
}

static void shift_offsets_32(const int32_t *from, int64_t count, int64_t shift, int32_t *to) {
    for (int64_t i = 0; i < count; i++)
        to[i] = (int32_t)(from[i] + shift);
}

static void shift_offsets_64(const int64_t *from, int64_t count, int64_t shift, int64_t *to) {
    for (int64_t i = 0; i < count; i++)
        to[i] = from[i] + shift;
}

static tarn_status concat_offsets(const concat_job *job, struct ArrowArray *out, int64_t *total, tarn_error *error) {
    bool wide = job->shape.wide;
    void *block;
    TARN_TRY(tarn_node_buffer(out, 1, (size_t)(job->length + 1) * (wide ? 8 : 4), &block, error));
    memset(block, 0, wide ? 8 : 4);
    int64_t at = 0, sum = 0;
    for (size_t i = 0; i < job->count; i++) {
        const struct ArrowArray *part = job->parts[i];
        int64_t first = first_offset(job, part);
        int64_t next;
        if (__builtin_add_overflow(sum, last_offset(job, part) - first, &next) || (!wide && next > INT32_MAX))
            return tarn_fail_too_long(error, job->schema);
        if (part->length > 0 && wide)
            shift_offsets_64((const int64_t *)part->buffers[1] + part->offset + 1, part->length, sum - first,
                             (int64_t *)block + at + 1);
        else if (part->length > 0)
            shift_offsets_32((const int32_t *)part->buffers[1] + part->offset + 1, part->length, sum - first,
                             (int32_t *)block + at + 1);
        at += part->length;
        sum = next;
    }
    *total = sum;
    return TARN_OK;
}

static tarn_status concat_bytes(const concat_job *job, struct ArrowArray *out, tarn_error *error) {
    int64_t total;
    TARN_TRY(concat_offsets(job, out, &total, error));
    void *block;
    TARN_TRY(tarn_node_buffer(out, 2, (size_t)total, &block, error));
    uint8_t *to = block;
    for (size_t i = 0; i < job->count; i++) {
        const struct ArrowArray *part = job->parts[i];
        int64_t first = first_offset(job, part);
        size_t bytes = (size_t)(last_offset(job, part) - first);
        if (bytes > 0)
            memcpy(to, (const uint8_t *)part->buffers[2] + first, bytes);
        to += bytes;
    }
    return TARN_OK;
}

/* ---- nested ------------------------------------------------------------------------------------------------------ */

/* Which elements of child `c` part `i` covers. */
static struct ArrowArray child_window(const concat_job *job, const struct ArrowArray *part, int64_t c) {
    const struct ArrowArray *child = part->children[c];
    switch (job->shape.layout) {
    case TARN_LAYOUT_LIST: {
        int64_t first = first_offset(job, part);
        return tarn_array_window(child, first, last_offset(job, part) - first);
    }
    case TARN_LAYOUT_FIXED_LIST:
        return tarn_array_window(child, part->offset * job->shape.list_size, part->length * job->shape.list_size);
    default:
        return tarn_array_window(child, part->offset, part->length);
    }
}

static tarn_status concat_children(const concat_job *job, struct ArrowArray *out, tarn_error *error) {
    struct ArrowArray *windows = calloc(job->count, sizeof *windows);
    const struct ArrowArray **pointers = calloc(job->count, sizeof *pointers);
    tarn_status status = windows && pointers ? TARN_OK : tarn_fail_memory(error);
    for (int64_t c = 0; status == TARN_OK && c < out->n_children; c++) {
        for (size_t i = 0; i < job->count; i++) {
            windows[i] = child_window(job, job->parts[i], c);
            pointers[i] = &windows[i];
        }
        status = tarn_array_concat(job->schema->children[c], pointers, job->count, out->children[c], error);
    }
    free(windows);
    free(pointers);
    return status;
}

static bool dictionaries_equal(const concat_job *job) {
    for (size_t i = 1; i < job->count; i++) {
        if (!tarn_array_equal(job->schema->dictionary, job->parts[0]->dictionary, job->parts[i]->dictionary))
            return false;
    }
    return true;
}

static tarn_status set_codes_validity(const int64_t *codes, struct ArrowArray *out, tarn_error *error) {
    void *bits = (void *)(uintptr_t)out->buffers[0];
    if (bits == NULL)
        TARN_TRY(tarn_node_buffer(out, 0, tarn_bits_bytes(out->length), &bits, error));
    memset(bits, 0, tarn_bits_bytes(out->length));
    out->null_count = 0;
    for (int64_t i = 0; i < out->length; i++) {
        if (codes[i] >= 0)
            tarn_bit_set(bits, i);
        else
            out->null_count++;
    }
    return TARN_OK;
}

/* The dictionaries differ: number all values anew, nulls of a dictionary become nulls of the column. */
static tarn_status unify_dictionaries(const concat_job *job, struct ArrowArray *out, tarn_error *error) {
    tarn_interner *interner = NULL;
    int64_t *codes = malloc((size_t)(job->length > 0 ? job->length : 1) * sizeof *codes);
    void *indices;
    tarn_status status = codes != NULL ? TARN_OK : tarn_fail_memory(error);
    int64_t at = 0;
    if (status == TARN_OK)
        status = tarn_interner_new(job->schema->dictionary, &interner, error);
    for (size_t i = 0; status == TARN_OK && i < job->count; i++) {
        status = tarn_dictionary_codes(job->schema, job->parts[i], interner, codes + at, error);
        at += job->parts[i]->length;
    }
    if (status != TARN_OK)
        goto cleanup;
    TARN_CHECK(tarn_node_buffer(out, 1, (size_t)job->length * job->shape.width, &indices, error));
    TARN_CHECK(tarn_write_indices(job->schema, codes, job->length, indices, error));
    TARN_CHECK(set_codes_validity(codes, out, error));
    TARN_CHECK(tarn_interner_values(interner, out->dictionary, error));
cleanup:
    tarn_interner_free(interner);
    free(codes);
    return status;
}

static tarn_status concat_dictionary(const concat_job *job, struct ArrowArray *out, tarn_error *error) {
    if (!dictionaries_equal(job))
        return unify_dictionaries(job, out, error);
    TARN_TRY(concat_fixed(job, out, error));
    const struct ArrowArray *values = job->parts[0]->dictionary;
    return tarn_array_concat(job->schema->dictionary, &values, 1, out->dictionary, error);
}

static tarn_status concat_values(const concat_job *job, struct ArrowArray *out, tarn_error *error) {
    int64_t total;
    if (job->schema->dictionary != NULL)
        return concat_dictionary(job, out, error);
    switch (job->shape.layout) {
    case TARN_LAYOUT_BITS:
        return concat_bits(job, out, error);
    case TARN_LAYOUT_FIXED:
        return concat_fixed(job, out, error);
    case TARN_LAYOUT_BYTES:
        return concat_bytes(job, out, error);
    case TARN_LAYOUT_LIST:
        TARN_TRY(concat_offsets(job, out, &total, error));
        return concat_children(job, out, error);
    case TARN_LAYOUT_FIXED_LIST:
    case TARN_LAYOUT_STRUCT:
        return concat_children(job, out, error);
    default:
        return TARN_OK;
    }
}

tarn_status tarn_array_concat(const struct ArrowSchema *schema, const struct ArrowArray *const *arrays, size_t count,
                              struct ArrowArray *out, tarn_error *error) {
    concat_job job = {.schema = schema, .parts = arrays, .count = count};
    TARN_TRY(tarn_shape_of(schema->format, &job.shape, error));
    if (!tarn_layout_is_plain(job.shape.layout))
        return tarn_fail_not_plain(error, schema);
    if (count == 0)
        return tarn_fail(error, TARN_E_INVALID, "there is nothing to put together");
    for (size_t i = 0; i < count; i++) {
        if (__builtin_add_overflow(job.length, arrays[i]->length, &job.length))
            return tarn_fail_too_long(error, schema);
    }
    struct ArrowArray result;
    TARN_TRY(tarn_node_begin(&result, tarn_layout_buffers(&job.shape), schema->n_children, schema->dictionary != NULL,
                             error));
    result.length = job.length;
    tarn_status status = TARN_OK;
    if (job.shape.layout == TARN_LAYOUT_NULL)
        result.null_count = job.length;
    else
        TARN_CHECK(concat_validity(&job, &result, error));
    TARN_CHECK(concat_values(&job, &result, error));
    *out = result;
cleanup:
    if (status != TARN_OK)
        tarn_array_release(&result);
    return status;
}

/* ---- nulls ------------------------------------------------------------------------------------------------------- */

static tarn_status zero_buffer(struct ArrowArray *out, int64_t index, size_t count, size_t width, tarn_error *error) {
    size_t size;
    void *block;
    if (!tarn_mul_size(count, width, &size))
        return tarn_fail_memory(error);
    TARN_TRY(tarn_node_buffer(out, index, size, &block, error));
    memset(block, 0, size);
    return TARN_OK;
}

static tarn_status null_values(const struct ArrowSchema *schema, const tarn_shape *shape, struct ArrowArray *out,
                               tarn_error *error) {
    size_t count = (size_t)out->length;
    int64_t child_length = 0;
    switch (shape->layout) {
    case TARN_LAYOUT_BITS:
        return zero_buffer(out, 1, tarn_bits_bytes(out->length), 1, error);
    case TARN_LAYOUT_FIXED:
        TARN_TRY(zero_buffer(out, 1, count, shape->width, error));
        return schema->dictionary == NULL ? TARN_OK : tarn_array_nulls(schema->dictionary, 0, out->dictionary, error);
    case TARN_LAYOUT_BYTES:
        TARN_TRY(zero_buffer(out, 1, count + 1, shape->wide ? 8 : 4, error));
        return zero_buffer(out, 2, 0, 1, error);
    case TARN_LAYOUT_LIST:
        TARN_TRY(zero_buffer(out, 1, count + 1, shape->wide ? 8 : 4, error));
        break;
    case TARN_LAYOUT_FIXED_LIST:
        if (__builtin_mul_overflow(out->length, shape->list_size, &child_length))
            return tarn_fail_memory(error);
        break;
    default:
        child_length = out->length;
        break;
    }
    for (int64_t i = 0; i < schema->n_children; i++)
        TARN_TRY(tarn_array_nulls(schema->children[i], child_length, out->children[i], error));
    return TARN_OK;
}

tarn_status tarn_array_nulls(const struct ArrowSchema *schema, int64_t length, struct ArrowArray *out,
                             tarn_error *error) {
    tarn_shape shape;
    TARN_TRY(tarn_shape_of(schema->format, &shape, error));
    if (!tarn_layout_is_plain(shape.layout))
        return tarn_fail_not_plain(error, schema);
    if (length < 0)
        return tarn_fail(error, TARN_E_INVALID, "an array cannot have %lld values", (long long)length);
    struct ArrowArray result;
    TARN_TRY(
        tarn_node_begin(&result, tarn_layout_buffers(&shape), schema->n_children, schema->dictionary != NULL, error));
    result.length = length;
    result.null_count = length;
    tarn_status status = TARN_OK;
    if (shape.layout != TARN_LAYOUT_NULL && length > 0)
        TARN_CHECK(zero_buffer(&result, 0, tarn_bits_bytes(length), 1, error));
    if (shape.layout != TARN_LAYOUT_NULL)
        TARN_CHECK(null_values(schema, &shape, &result, error));
    *out = result;
cleanup:
    if (status != TARN_OK)
        tarn_array_release(&result);
    return status;
}

/* ---- sizes ------------------------------------------------------------------------------------------------------- */

static int64_t offsets_reach(const tarn_shape *shape, const struct ArrowArray *array, int64_t *first) {
    if (array->length == 0 || array->buffers[1] == NULL) {
        *first = 0;
        return 0;
    }
    *first = tarn_offset_at(array->buffers[1], shape->wide, array->offset);
    return tarn_offset_at(array->buffers[1], shape->wide, array->offset + array->length) - *first;
}

static int64_t children_bytes(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t start,
                              int64_t count) {
    int64_t bytes = 0;
    for (int64_t i = 0; i < schema->n_children; i++) {
        struct ArrowArray child = tarn_array_window(array->children[i], start, count);
        bytes += tarn_array_bytes(schema->children[i], &child);
    }
    return bytes;
}

static int64_t value_bytes(const struct ArrowSchema *schema, const tarn_shape *shape, const struct ArrowArray *array) {
    int64_t length = array->length;
    int64_t offset_size = shape->wide ? 8 : 4;
    int64_t first, reach;
    switch (shape->layout) {
    case TARN_LAYOUT_BITS:
        return (int64_t)tarn_bits_bytes(length);
    case TARN_LAYOUT_FIXED:
    case TARN_LAYOUT_VIEW:
        return length * (int64_t)shape->width;
    case TARN_LAYOUT_BYTES:
        return (length + 1) * offset_size + offsets_reach(shape, array, &first);
    case TARN_LAYOUT_LIST:
        reach = offsets_reach(shape, array, &first);
        return (length + 1) * offset_size + children_bytes(schema, array, first, reach);
    case TARN_LAYOUT_FIXED_LIST:
        return children_bytes(schema, array, array->offset * shape->list_size, length * shape->list_size);
    case TARN_LAYOUT_STRUCT:
        return children_bytes(schema, array, array->offset, length);
    default:
        return 0;
    }
}

int64_t tarn_array_bytes(const struct ArrowSchema *schema, const struct ArrowArray *array) {
    tarn_shape shape;
    if (tarn_shape_of(schema->format, &shape, NULL) != TARN_OK)
        return 0;
    int64_t bytes = tarn_validity_of(array) != NULL && tarn_layout_has_validity(shape.layout)
                        ? (int64_t)tarn_bits_bytes(array->length)
                        : 0;
    bytes += value_bytes(schema, &shape, array);
    if (schema->dictionary != NULL && array->dictionary != NULL)
        bytes += tarn_array_bytes(schema->dictionary, array->dictionary);
    return bytes;
}
