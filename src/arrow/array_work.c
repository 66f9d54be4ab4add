// What the operations on arrays share.
#include "arrow/array_work.h"

#include "arrow/array_node.h"
#include "arrow/bits.h"

#include <stdlib.h>

tarn_status tarn_fail_too_long(tarn_error *error, const struct ArrowSchema *schema) {
    char *name = tarn_schema_type_name(schema);
    tarn_fail(error, TARN_E_UNSUPPORTED,
              "column '%s' of type %s would pass 2 GiB in one piece: work on fewer rows at a time",
              schema->name ? schema->name : "", name ? name : schema->format);
    free(name);
    return TARN_E_UNSUPPORTED;
}

tarn_status tarn_visible_indices(const struct ArrowArray *array, int64_t **out, tarn_error *error) {
    size_t size;
    if (!tarn_mul_size((size_t)array->length, sizeof(int64_t), &size))
        return tarn_fail_memory(error);
    int64_t *indices = malloc(size > 0 ? size : 1);
    if (indices == NULL)
        return tarn_fail_memory(error);
    const uint8_t *validity = tarn_validity_of(array);
    for (int64_t i = 0; i < array->length; i++)
        indices[i] = validity == NULL || tarn_bit_get(validity, array->offset + i) ? i : -1;
    *out = indices;
    return TARN_OK;
}

bool tarn_nulls_are_empty(const tarn_shape *shape, const struct ArrowArray *array) {
    const uint8_t *validity = tarn_validity_of(array);
    if (validity == NULL)
        return true;
    const void *offsets = array->buffers[1];
    for (int64_t i = 0; i < array->length; i += 64) {
        int64_t some = array->length - i < 64 ? array->length - i : 64;
        uint64_t nulls = ~tarn_bits_load(validity, array->offset + i, some);
        if (some < 64)
            nulls &= (UINT64_C(1) << some) - 1;
        for (; nulls != 0; nulls &= nulls - 1) {
            int64_t at = array->offset + i + __builtin_ctzll(nulls);
            if (tarn_offset_at(offsets, shape->wide, at) != tarn_offset_at(offsets, shape->wide, at + 1))
                return false;
        }
    }
    return true;
}
