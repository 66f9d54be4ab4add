/* Telling values apart: the unification of dictionaries. */
#include "arrow/array_node.h"
#include "arrow/array_work.h"

#include <stdlib.h>
#include <string.h>

typedef struct interned {
    const struct ArrowArray *array;
    int64_t index;
    uint64_t hash;
} interned;

struct tarn_interner {
    const struct ArrowSchema *schema;
    tarn_shape shape;
    interned *entries;
    size_t count, capacity;
    int64_t *slots; /* number + 1 of an entry, 0 when free; a power of two of them */
    size_t slot_count;
};

tarn_status tarn_interner_new(const struct ArrowSchema *schema, tarn_interner **out, tarn_error *error) {
    tarn_interner *interner = calloc(1, sizeof *interner);
    if (interner == NULL)
        return tarn_fail_memory(error);
    interner->schema = schema;
    tarn_status status = tarn_shape_of(schema->format, &interner->shape, error);
    if (status != TARN_OK) {
        free(interner);
        return status;
    }
    *out = interner;
    return TARN_OK;
}

void tarn_interner_free(tarn_interner *interner) {
    if (interner == NULL)
        return;
    free(interner->entries);
    free(interner->slots);
    free(interner);
}

int64_t tarn_interner_count(const tarn_interner *interner) {
    return (int64_t)interner->count;
}

/* Equal elements have equal hashes. Text and plain fixed-width values go the short way. */
static tarn_status hash_element(const tarn_interner *interner, const struct ArrowArray *array, int64_t i, uint64_t *out,
                                tarn_error *error) {
    const tarn_shape *shape = &interner->shape;
    int64_t at = array->offset + i;
    bool plain = interner->schema->dictionary == NULL && !tarn_array_is_null(interner->schema, array, i);
    if (plain && shape->layout == TARN_LAYOUT_BYTES) {
        int64_t start = tarn_offset_at(array->buffers[1], shape->wide, at);
        int64_t end = tarn_offset_at(array->buffers[1], shape->wide, at + 1);
        *out = end == start ? 0 : tarn_hash64_of((const uint8_t *)array->buffers[2] + start, (size_t)(end - start));
        return TARN_OK;
    }
    if (plain && shape->layout == TARN_LAYOUT_FIXED && !tarn_type_is_float(shape->type)) {
        *out = tarn_hash64_of((const uint8_t *)array->buffers[1] + (size_t)at * shape->width, shape->width);
        return TARN_OK;
    }
    struct ArrowArray one = tarn_array_window(array, i, 1);
    tarn_hash128 hash;
    TARN_TRY(tarn_array_hash(interner->schema, &one, &hash, error));
    *out = hash.lo;
    return TARN_OK;
}

static tarn_status grow_slots(tarn_interner *interner, tarn_error *error) {
    size_t wanted = interner->slot_count == 0 ? 64 : interner->slot_count * 2;
    int64_t *slots = calloc(wanted, sizeof *slots);
    if (slots == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < interner->count; i++) {
        size_t slot = interner->entries[i].hash & (wanted - 1);
        while (slots[slot] != 0)
            slot = (slot + 1) & (wanted - 1);
        slots[slot] = (int64_t)i + 1;
    }
    free(interner->slots);
    interner->slots = slots;
    interner->slot_count = wanted;
    return TARN_OK;
}

tarn_status tarn_interner_add(tarn_interner *interner, const struct ArrowArray *array, int64_t i, int64_t *number,
                              tarn_error *error) {
    uint64_t hash;
    TARN_TRY(hash_element(interner, array, i, &hash, error));
    if ((interner->count + 1) * 2 > interner->slot_count)
        TARN_TRY(grow_slots(interner, error));
    size_t slot = hash & (interner->slot_count - 1);
    for (; interner->slots[slot] != 0; slot = (slot + 1) & (interner->slot_count - 1)) {
        const interned *entry = &interner->entries[interner->slots[slot] - 1];
        if (entry->hash == hash && tarn_array_element_equal(interner->schema, entry->array, entry->index, array, i)) {
            *number = interner->slots[slot] - 1;
            return TARN_OK;
        }
    }
    TARN_TRY(tarn_grow(&interner->entries, &interner->capacity, interner->count + 1, sizeof *interner->entries, error));
    *number = (int64_t)interner->count;
    interner->entries[interner->count++] = (interned){array, i, hash};
    interner->slots[slot] = *number + 1;
    return TARN_OK;
}

/* The values that came from one array, as an array. */
static tarn_status take_stretch(const tarn_interner *interner, size_t start, size_t end, struct ArrowArray *out,
                                tarn_error *error) {
    int64_t *indices = malloc((end - start) * sizeof *indices);
    if (indices == NULL)
        return tarn_fail_memory(error);
    for (size_t i = start; i < end; i++)
        indices[i - start] = interner->entries[i].index;
    tarn_status status =
        tarn_array_take(interner->schema, interner->entries[start].array, indices, (int64_t)(end - start), out, error);
    free(indices);
    return status;
}

tarn_status tarn_interner_values(const tarn_interner *interner, struct ArrowArray *out, tarn_error *error) {
    if (interner->count == 0)
        return tarn_array_nulls(interner->schema, 0, out, error);
    struct ArrowArray *parts = calloc(interner->count, sizeof *parts);
    const struct ArrowArray **pointers = calloc(interner->count, sizeof *pointers);
    size_t count = 0;
    tarn_status status = parts && pointers ? TARN_OK : tarn_fail_memory(error);
    for (size_t start = 0; status == TARN_OK && start < interner->count;) {
        size_t end = start + 1;
        while (end < interner->count && interner->entries[end].array == interner->entries[start].array)
            end++;
        status = take_stretch(interner, start, end, &parts[count], error);
        if (status == TARN_OK) {
            pointers[count] = &parts[count];
            count++;
        }
        start = end;
    }
    if (status == TARN_OK && count == 1) {
        *out = parts[0];
        count = 0;
    } else if (status == TARN_OK) {
        status = tarn_array_concat(interner->schema, pointers, count, out, error);
    }
    for (size_t i = 0; i < count; i++)
        tarn_array_release(&parts[i]);
    free(parts);
    free(pointers);
    return status;
}

#define NOT_SEEN (-2)

tarn_status tarn_dictionary_codes(const struct ArrowSchema *schema, const struct ArrowArray *array,
                                  tarn_interner *interner, int64_t *codes, tarn_error *error) {
    const struct ArrowArray *values = array->dictionary;
    tarn_shape shape;
    TARN_TRY(tarn_shape_of(schema->format, &shape, error));
    int64_t *known = malloc((size_t)(values->length > 0 ? values->length : 1) * sizeof *known);
    if (known == NULL)
        return tarn_fail_memory(error);
    for (int64_t i = 0; i < values->length; i++)
        known[i] = NOT_SEEN;
    const uint8_t *validity = tarn_validity_of(array);
    tarn_status status = TARN_OK;
    for (int64_t i = 0; i < array->length; i++) {
        if (validity != NULL && !tarn_bit_get(validity, array->offset + i)) {
            codes[i] = -1;
            continue;
        }
        int64_t index = tarn_index_at(shape.type, array->buffers[1], array->offset + i);
        if (known[index] == NOT_SEEN) {
            if (tarn_array_is_null(schema->dictionary, values, index))
                known[index] = -1;
            else
                TARN_CHECK(tarn_interner_add(interner, values, index, &known[index], error));
        }
        codes[i] = known[index];
    }
cleanup:
    free(known);
    return status;
}

static int64_t largest_index(tarn_type type) {
    switch (type) {
    case TARN_TYPE_INT8:
        return INT8_MAX;
    case TARN_TYPE_UINT8:
        return UINT8_MAX;
    case TARN_TYPE_INT16:
        return INT16_MAX;
    case TARN_TYPE_UINT16:
        return UINT16_MAX;
    case TARN_TYPE_INT32:
        return INT32_MAX;
    case TARN_TYPE_UINT32:
        return UINT32_MAX;
    default:
        return INT64_MAX;
    }
}

tarn_status tarn_write_indices(const struct ArrowSchema *schema, const int64_t *codes, int64_t count, void *out,
                               tarn_error *error) {
    tarn_shape shape;
    TARN_TRY(tarn_shape_of(schema->format, &shape, error));
    int64_t largest = 0;
    for (int64_t i = 0; i < count; i++)
        largest = codes[i] > largest ? codes[i] : largest;
    if (largest > largest_index(shape.type))
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "column '%s' has %lld different values, more than its %zu-byte dictionary indices can number",
                         schema->name ? schema->name : "", (long long)largest + 1, shape.width);
    for (int64_t i = 0; i < count; i++) {
        uint64_t code = codes[i] < 0 ? 0 : (uint64_t)codes[i];
        memcpy((uint8_t *)out + (size_t)i * shape.width, &code, shape.width); /* little-endian hosts */
    }
    return TARN_OK;
}

tarn_status tarn_array_encode_one(const struct ArrowSchema *schema, struct ArrowArray *value, struct ArrowArray *out,
                                  tarn_error *error) {
    static const int64_t first = 0;
    struct ArrowArray made = {0};
    void *indices;
    TARN_TRY(tarn_node_begin(&made, 2, 0, true, error));
    made.length = 1;
    tarn_status status = tarn_node_buffer(&made, 1, sizeof first, &indices, error);
    if (status == TARN_OK)
        status = tarn_write_indices(schema, &first, 1, indices, error);
    if (status != TARN_OK) {
        tarn_array_release(&made);
        return status;
    }
    *made.dictionary = *value;
    value->release = NULL; /* moved */
    *out = made;
    return TARN_OK;
}
