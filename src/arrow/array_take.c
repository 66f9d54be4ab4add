/* New arrays of chosen elements. */
#include "arrow/array_node.h"
#include "arrow/array_work.h"
#include "arrow/bits.h"
#include "arrow/layout.h"

#include <stdlib.h>
#include <string.h>

typedef struct take_job {
    const struct ArrowSchema *schema;
    const struct ArrowArray *array;
    const int64_t *indices;
    int64_t count;
    const uint8_t *validity; /* of the result; NULL when nothing is null */
    tarn_shape shape;
} take_job;

static bool any_missing(const int64_t *indices, int64_t count) {
    int64_t all = 0;
    for (int64_t i = 0; i < count; i++)
        all |= indices[i];
    return all < 0;
}

/* Buffer 0 of the result, when the result has nulls. */
static tarn_status take_validity(take_job *job, struct ArrowArray *out, tarn_error *error) {
    const uint8_t *validity = tarn_validity_of(job->array);
    if (validity == NULL && !any_missing(job->indices, job->count))
        return TARN_OK;
    void *block;
    TARN_TRY(tarn_node_buffer(out, 0, tarn_bits_bytes(job->count), &block, error));
    uint8_t *bits = block;
    memset(bits, 0, tarn_bits_bytes(job->count));
    int64_t offset = job->array->offset;
    int64_t valid = 0;
    for (int64_t i = 0; i < job->count; i++) {
        int64_t from = job->indices[i];
        bool present = from >= 0 && (validity == NULL || tarn_bit_get(validity, offset + from));
        bits[i >> 3] |= (uint8_t)(present << (i & 7));
        valid += present;
    }
    out->null_count = job->count - valid;
    job->validity = bits;
    return TARN_OK;
}

static tarn_status take_bits(const take_job *job, struct ArrowArray *out, tarn_error *error) {
    void *block;
    TARN_TRY(tarn_node_buffer(out, 1, tarn_bits_bytes(job->count), &block, error));
    memset(block, 0, tarn_bits_bytes(job->count));
    const uint8_t *from = job->array->buffers[1];
    uint8_t *to = block;
    for (int64_t i = 0; i < job->count; i++) {
        bool bit = job->indices[i] >= 0 && tarn_bit_get(from, job->array->offset + job->indices[i]);
        to[i >> 3] |= (uint8_t)(bit << (i & 7));
    }
    return TARN_OK;
}

#define TAKE_WIDTH(name, type)                                                                                         \
    static void name(const void *from_bytes, const int64_t *indices, int64_t count, void *to_bytes) {                  \
        const type *from = from_bytes;                                                                                 \
        type *to = to_bytes;                                                                                           \
        for (int64_t i = 0; i < count; i++) {                                                                          \
            if (indices[i] >= 0)                                                                                       \
                to[i] = from[indices[i]];                                                                              \
            else                                                                                                       \
                memset(&to[i], 0, sizeof to[i]);                                                                       \
        }                                                                                                              \
    }

typedef struct sixteen_bytes {
    uint64_t words[2];
} sixteen_bytes;

TAKE_WIDTH(take_1, uint8_t)
TAKE_WIDTH(take_2, uint16_t)
TAKE_WIDTH(take_4, uint32_t)
TAKE_WIDTH(take_8, uint64_t)
TAKE_WIDTH(take_16, sixteen_bytes)

static tarn_status take_fixed(const take_job *job, struct ArrowArray *out, tarn_error *error) {
    size_t width = job->shape.width;
    size_t size;
    void *to;
    if (!tarn_mul_size((size_t)job->count, width, &size))
        return tarn_fail_memory(error);
    TARN_TRY(tarn_node_buffer(out, 1, size, &to, error));
    if (size == 0)
        return TARN_OK;
    if (job->array->buffers[1] == NULL) { /* nothing to take from: only nulls were asked for */
        memset(to, 0, size);
        return TARN_OK;
    }
    const uint8_t *from = (const uint8_t *)job->array->buffers[1] + (size_t)job->array->offset * width;
    switch (width) {
    case 1:
        take_1(from, job->indices, job->count, to);
        break;
    case 2:
        take_2(from, job->indices, job->count, to);
        break;
    case 4:
        take_4(from, job->indices, job->count, to);
        break;
    case 8:
        take_8(from, job->indices, job->count, to);
        break;
    case 16:
        take_16(from, job->indices, job->count, to);
        break;
    default:
        for (int64_t i = 0; i < job->count; i++) {
            if (job->indices[i] >= 0)
                memcpy((uint8_t *)to + (size_t)i * width, from + (size_t)job->indices[i] * width, width);
            else
                memset((uint8_t *)to + (size_t)i * width, 0, width);
        }
    }
    return TARN_OK;
}

/* Whether result i has a value, and where it comes from. */
static inline bool has_value(const take_job *job, int64_t i) {
    return job->validity == NULL || tarn_bit_get(job->validity, i);
}

/* Offsets of the result: lengths of the chosen elements summed up. Gives the sum. */
static tarn_status take_offsets(const take_job *job, struct ArrowArray *out, int64_t *total, tarn_error *error) {
    bool wide = job->shape.wide;
    void *block;
    TARN_TRY(tarn_node_buffer(out, 1, (size_t)(job->count + 1) * (wide ? 8 : 4), &block, error));
    int64_t offset = job->array->offset;
    int64_t sum = 0;
    if (wide) {
        const int64_t *from = job->array->buffers[1];
        int64_t *to = block;
        to[0] = 0;
        for (int64_t i = 0; i < job->count; i++) {
            int64_t at = offset + job->indices[i];
            if (has_value(job, i) && __builtin_add_overflow(sum, from[at + 1] - from[at], &sum))
                return tarn_fail_memory(error);
            to[i + 1] = sum;
        }
    } else {
        const int32_t *from = job->array->buffers[1];
        int32_t *to = block;
        to[0] = 0;
        for (int64_t i = 0; i < job->count; i++) {
            int64_t at = offset + job->indices[i];
            if (has_value(job, i))
                sum += from[at + 1] - from[at];
            to[i + 1] = (int32_t)sum;
        }
        if (sum > INT32_MAX)
            return tarn_fail_too_long(error, job->schema);
    }
    *total = sum;
    return TARN_OK;
}

/* Text is mostly short: 16 bytes at once, as far as source and target have them, spare most calls of memcpy. */
#define SHORT_COPY 16

static inline void copy_bytes(uint8_t *to, const uint8_t *to_end, const uint8_t *from, const uint8_t *from_end,
                              int64_t size) {
    if (size <= SHORT_COPY && from_end - from >= SHORT_COPY && to_end - to >= SHORT_COPY)
        memcpy(to, from, SHORT_COPY);
    else if (size > 0)
        memcpy(to, from, (size_t)size);
}

static tarn_status take_bytes(const take_job *job, struct ArrowArray *out, tarn_error *error) {
    int64_t total;
    TARN_TRY(take_offsets(job, out, &total, error));
    void *block;
    TARN_TRY(tarn_node_buffer(out, 2, (size_t)total, &block, error));
    bool wide = job->shape.wide;
    const void *from_offsets = job->array->buffers[1];
    const void *to_offsets = out->buffers[1];
    const uint8_t *from = job->array->buffers[2];
    int64_t offset = job->array->offset;
    if (total == 0)
        return TARN_OK;
    const uint8_t *from_end = from + tarn_offset_at(from_offsets, wide, offset + job->array->length);
    uint8_t *to = block;
    const uint8_t *to_end = to + total;
    for (int64_t i = 0; i < job->count; i++) {
        int64_t start = tarn_offset_at(to_offsets, wide, i);
        int64_t size = tarn_offset_at(to_offsets, wide, i + 1) - start;
        if (size > 0)
            copy_bytes(to + start, to_end, from + tarn_offset_at(from_offsets, wide, offset + job->indices[i]),
                       from_end, size);
    }
    return TARN_OK;
}

/* ---- nested ------------------------------------------------------------------------------------------------------ */

static tarn_status take_child(const take_job *job, const struct ArrowArray *child, const int64_t *indices,
                              int64_t count, struct ArrowArray *out, tarn_error *error) {
    return tarn_array_take(job->schema->children[0], child, indices, count, out->children[0], error);
}

static tarn_status take_list(const take_job *job, struct ArrowArray *out, tarn_error *error) {
    int64_t total;
    TARN_TRY(take_offsets(job, out, &total, error));
    int64_t *indices = malloc((size_t)(total > 0 ? total : 1) * sizeof *indices);
    if (indices == NULL)
        return tarn_fail_memory(error);
    bool wide = job->shape.wide;
    int64_t filled = 0;
    for (int64_t i = 0; i < job->count; i++) {
        int64_t size = tarn_offset_at(out->buffers[1], wide, i + 1) - tarn_offset_at(out->buffers[1], wide, i);
        if (size == 0)
            continue;
        int64_t start = tarn_offset_at(job->array->buffers[1], wide, job->array->offset + job->indices[i]);
        for (int64_t j = 0; j < size; j++)
            indices[filled++] = start + j;
    }
    tarn_status status = take_child(job, job->array->children[0], indices, total, out, error);
    free(indices);
    return status;
}

static tarn_status take_fixed_list(const take_job *job, struct ArrowArray *out, tarn_error *error) {
    int64_t size = job->shape.list_size;
    size_t total, bytes;
    if (!tarn_mul_size((size_t)job->count, (size_t)size, &total) || !tarn_mul_size(total, sizeof(int64_t), &bytes))
        return tarn_fail_memory(error);
    int64_t *indices = malloc(bytes > 0 ? bytes : 1);
    if (indices == NULL)
        return tarn_fail_memory(error);
    for (int64_t i = 0; i < job->count; i++) {
        int64_t start = (job->array->offset + job->indices[i]) * size;
        for (int64_t j = 0; j < size; j++)
            indices[i * size + j] = has_value(job, i) ? start + j : -1;
    }
    tarn_status status = take_child(job, job->array->children[0], indices, (int64_t)total, out, error);
    free(indices);
    return status;
}

/* What lies under a null struct is no value: it becomes null too. */
static tarn_status take_struct(const take_job *job, struct ArrowArray *out, tarn_error *error) {
    const int64_t *indices = job->indices;
    int64_t *masked = NULL;
    tarn_status status = TARN_OK;
    if (job->validity != NULL) {
        masked = malloc((size_t)(job->count > 0 ? job->count : 1) * sizeof *masked);
        if (masked == NULL)
            return tarn_fail_memory(error);
        for (int64_t i = 0; i < job->count; i++)
            masked[i] = has_value(job, i) ? indices[i] : -1;
        indices = masked;
    }
    for (int64_t c = 0; c < job->array->n_children; c++) {
        struct ArrowArray child = tarn_array_window(job->array->children[c], job->array->offset, job->array->length);
        TARN_CHECK(tarn_array_take(job->schema->children[c], &child, indices, job->count, out->children[c], error));
    }
cleanup:
    free(masked);
    return status;
}

static int compare_numbers(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Sort and drop duplicates; gives how many are left. */
static int64_t sort_unique(int64_t *numbers, int64_t count) {
    int64_t kept = 0;
    qsort(numbers, (size_t)count, sizeof *numbers, compare_numbers);
    for (int64_t i = 0; i < count; i++) {
        if (kept == 0 || numbers[kept - 1] != numbers[i])
            numbers[kept++] = numbers[i];
    }
    return kept;
}

/* A few elements out of a large dictionary take only the values that they use with them. */
static tarn_status take_used_values(const take_job *job, struct ArrowArray *out, tarn_error *error) {
    int64_t *used = malloc(2 * (size_t)(job->count + 1) * sizeof *used);
    int64_t *codes = used + job->count + 1;
    int64_t count = 0;
    void *block;
    tarn_status status = used != NULL ? TARN_OK : tarn_fail_memory(error);
    if (status != TARN_OK)
        return status;
    for (int64_t i = 0; i < job->count; i++) {
        codes[i] = -1;
        if (has_value(job, i)) {
            codes[i] = tarn_index_at(job->shape.type, job->array->buffers[1], job->array->offset + job->indices[i]);
            used[count++] = codes[i];
        }
    }
    count = sort_unique(used, count);
    for (int64_t i = 0; i < job->count; i++) {
        if (codes[i] >= 0)
            codes[i] = (const int64_t *)bsearch(&codes[i], used, (size_t)count, sizeof *used, compare_numbers) - used;
    }
    TARN_CHECK(tarn_node_buffer(out, 1, (size_t)job->count * job->shape.width, &block, error));
    TARN_CHECK(tarn_write_indices(job->schema, codes, job->count, block, error));
    status = tarn_array_take(job->schema->dictionary, job->array->dictionary, used, count, out->dictionary, error);
cleanup:
    free(used);
    return status;
}

static tarn_status take_dictionary(const take_job *job, struct ArrowArray *out, tarn_error *error) {
    if (job->array->dictionary->length > 2 * job->count)
        return take_used_values(job, out, error);
    TARN_TRY(take_fixed(job, out, error));
    return tarn_array_concat(job->schema->dictionary, (const struct ArrowArray *const *)&job->array->dictionary, 1,
                             out->dictionary, error);
}

static tarn_status take_values(const take_job *job, struct ArrowArray *out, tarn_error *error) {
    if (job->schema->dictionary != NULL)
        return take_dictionary(job, out, error);
    switch (job->shape.layout) {
    case TARN_LAYOUT_BITS:
        return take_bits(job, out, error);
    case TARN_LAYOUT_FIXED:
        return take_fixed(job, out, error);
    case TARN_LAYOUT_BYTES:
        return take_bytes(job, out, error);
    case TARN_LAYOUT_LIST:
        return take_list(job, out, error);
    case TARN_LAYOUT_FIXED_LIST:
        return take_fixed_list(job, out, error);
    case TARN_LAYOUT_STRUCT:
        return take_struct(job, out, error);
    default:
        return TARN_OK;
    }
}

tarn_status tarn_array_take(const struct ArrowSchema *schema, const struct ArrowArray *array, const int64_t *indices,
                            int64_t count, struct ArrowArray *out, tarn_error *error) {
    take_job job = {.schema = schema, .array = array, .indices = indices, .count = count};
    TARN_TRY(tarn_shape_of(schema->format, &job.shape, error));
    if (!tarn_layout_is_plain(job.shape.layout))
        return tarn_fail_not_plain(error, schema);
    struct ArrowArray result;
    TARN_TRY(tarn_node_begin(&result, tarn_layout_buffers(&job.shape), array->n_children, schema->dictionary != NULL,
                             error));
    result.length = count;
    tarn_status status = TARN_OK;
    if (job.shape.layout == TARN_LAYOUT_NULL)
        result.null_count = count;
    else
        TARN_CHECK(take_validity(&job, &result, error));
    TARN_CHECK(take_values(&job, &result, error));
    *out = result;
cleanup:
    if (status != TARN_OK)
        tarn_array_release(&result);
    return status;
}
