/* Where some elements of an array lie, for who has to be sure of that memory before it is read. */
#include "arrow/array_node.h"
#include "arrow/layout.h"

typedef struct looking {
    const struct ArrowArray *array;
    int64_t from, count; /* physical positions */
    tarn_memory_visitor visit;
    void *context;
} looking;

static bool visit_fixed(const looking *l, const void *buffer, size_t width) {
    return l->visit(l->context, (const uint8_t *)buffer + (size_t)l->from * width, (size_t)l->count * width);
}

static bool visit_bits(const looking *l, const void *buffer) {
    size_t first = (size_t)l->from / 8, last = (size_t)(l->from + l->count - 1) / 8;
    return l->visit(l->context, (const uint8_t *)buffer + first, last - first + 1);
}

/* An offset is one more than the elements; the bytes follow from the first and the last. */
static bool visit_bytes(const looking *l, bool wide) {
    const struct ArrowArray *a = l->array;
    size_t width = wide ? 8 : 4;
    const uint8_t *offsets = a->buffers[1];
    if (!l->visit(l->context, offsets + (size_t)l->from * width, (size_t)(l->count + 1) * width))
        return false;
    int64_t first = tarn_offset_at(offsets, wide, l->from), last = tarn_offset_at(offsets, wide, l->from + l->count);
    if (first < 0 || last < first)
        return false;
    if (last == first)
        return true;
    return a->buffers[2] != NULL &&
           l->visit(l->context, (const uint8_t *)a->buffers[2] + first, (size_t)(last - first));
}

bool tarn_array_visit_memory(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t start,
                             int64_t count, tarn_memory_visitor visit, void *context) {
    tarn_shape shape;
    looking l = {array, array->offset + start, count, visit, context};
    if (schema->dictionary != NULL || tarn_shape_of(schema->format, &shape, NULL) != TARN_OK)
        return false;
    if (shape.layout != TARN_LAYOUT_FIXED && shape.layout != TARN_LAYOUT_BITS && shape.layout != TARN_LAYOUT_BYTES)
        return false;
    if (start < 0 || count <= 0 || count > array->length - start || array->buffers[1] == NULL)
        return false;
    const uint8_t *validity = array->null_count != 0 ? array->buffers[0] : NULL;
    if (validity != NULL && !visit_bits(&l, validity))
        return false;
    bool seen = shape.layout == TARN_LAYOUT_FIXED  ? visit_fixed(&l, array->buffers[1], shape.width)
                : shape.layout == TARN_LAYOUT_BITS ? visit_bits(&l, array->buffers[1])
                                                   : visit_bytes(&l, shape.wide);
    struct ArrowArray window = tarn_array_window(array, start, count);
    return seen && tarn_array_validate(schema, &window, NULL) == TARN_OK;
}
