// From the many types of Arrow to the few that the store keeps.
#include "arrow/normalize.h"

#include "arrow/array_node.h"
#include "arrow/array_work.h"
#include "arrow/bits.h"
#include "arrow/normalize_rule.h"

#include <stdlib.h>
#include <string.h>

#define MOST_UNFOLDED (INT64_C(1) << 27)
#define MOST_TEXT (INT64_C(256) << 20) /* of several values, that lie only once where they come from */

/* One array on its way. `to` is the schema that it will have. */
typedef struct work {
    const struct ArrowSchema *from, *to;
    struct ArrowArray *array;
    tarn_shape from_shape, to_shape;
    tarn_path path;
} work;

static tarn_status normalize_array(const struct ArrowSchema *from, const struct ArrowSchema *to,
                                   struct ArrowArray *array, const tarn_path *parent, struct ArrowArray *out,
                                   tarn_error *error);

static tarn_status fail_large(const work *w, tarn_error *error) {
    return tarn_fail_at(error, TARN_E_UNSUPPORTED, &w->path,
                        "one batch holds too much to be kept: use smaller batches");
}

/* The frame of the result: length, nulls, validity from bit 0 on. */
static tarn_status begin(const work *w, struct ArrowArray *out, tarn_error *error) {
    const struct ArrowArray *array = w->array;
    TARN_TRY(
        tarn_node_begin(out, tarn_layout_buffers(&w->to_shape), w->to->n_children, w->to->dictionary != NULL, error));
    out->length = array->length;
    out->null_count = tarn_array_nulls_in(array);
    if (out->null_count == 0)
        return TARN_OK;
    void *bits;
    TARN_TRY(tarn_node_buffer(out, 0, tarn_bits_bytes(array->length), &bits, error));
    tarn_bits_copy(array->buffers[0], array->offset, array->length, bits);
    return TARN_OK;
}

static bool is_valid(const work *w, int64_t i) {
    const uint8_t *validity = tarn_validity_of(w->array);
    return validity == NULL || tarn_bit_get(validity, w->array->offset + i);
}

/* ---- values that are copied -------------------------------------------------------------------------------------- */

static tarn_status convert_fixed(const work *w, struct ArrowArray *out, tarn_error *error) {
    void *values;
    size_t size;
    if (!tarn_mul_size((size_t)w->array->length, w->to_shape.width, &size))
        return fail_large(w, error);
    TARN_TRY(tarn_node_buffer(out, 1, size, &values, error));
    if (w->array->length == 0)
        return TARN_OK;
    return tarn_normalize_fixed(&w->from_shape, w->array, &w->to_shape, values, &w->path, error);
}

/* Offsets of 32 bits that begin at 0, from offsets of either width. Gives where the values begin and end. */
static tarn_status narrow_offsets(const work *w, struct ArrowArray *out, int64_t *first, int64_t *last,
                                  tarn_error *error) {
    void *block;
    int64_t length = w->array->length;
    bool wide = w->from_shape.wide;
    *first = *last = 0;
    TARN_TRY(tarn_node_buffer(out, 1, (size_t)(length + 1) * sizeof(int32_t), &block, error));
    int32_t *offsets = block;
    offsets[0] = 0;
    if (length == 0)
        return TARN_OK;
    const void *from = w->array->buffers[1];
    *first = tarn_offset_at(from, wide, w->array->offset);
    *last = tarn_offset_at(from, wide, w->array->offset + length);
    if (*last - *first > INT32_MAX)
        return fail_large(w, error);
    for (int64_t i = 1; i <= length; i++)
        offsets[i] = (int32_t)(tarn_offset_at(from, wide, w->array->offset + i) - *first);
    return TARN_OK;
}

static tarn_status convert_bytes(const work *w, struct ArrowArray *out, tarn_error *error) {
    int64_t first, last;
    void *bytes;
    TARN_TRY(narrow_offsets(w, out, &first, &last, error));
    TARN_TRY(tarn_node_buffer(out, 2, (size_t)(last - first), &bytes, error));
    if (last > first)
        memcpy(bytes, (const uint8_t *)w->array->buffers[2] + first, (size_t)(last - first));
    return TARN_OK;
}

/* The bytes of a view: inside it up to 12, else in one of the data buffers. */
static const uint8_t *view_bytes(const struct ArrowArray *array, int64_t at, int32_t *size) {
    const uint8_t *view = (const uint8_t *)array->buffers[1] + (size_t)at * 16;
    int32_t parts[4];
    memcpy(parts, view, sizeof parts);
    *size = parts[0];
    return parts[0] <= 12 ? view + 4 : (const uint8_t *)array->buffers[2 + parts[2]] + parts[3];
}

static tarn_status convert_views(const work *w, struct ArrowArray *out, tarn_error *error) {
    const struct ArrowArray *array = w->array;
    void *block;
    int32_t size;
    int64_t sum = 0;
    TARN_TRY(tarn_node_buffer(out, 1, (size_t)(array->length + 1) * sizeof(int32_t), &block, error));
    int32_t *offsets = block;
    offsets[0] = 0;
    for (int64_t i = 0; i < array->length; i++) {
        if (is_valid(w, i)) {
            view_bytes(array, array->offset + i, &size);
            sum += size;
        }
        if (sum > (array->length > 1 ? MOST_TEXT : INT32_MAX))
            return fail_large(w, error);
        offsets[i + 1] = (int32_t)sum;
    }
    TARN_TRY(tarn_node_buffer(out, 2, (size_t)sum, &block, error));
    for (int64_t i = 0; i < array->length; i++) {
        if (offsets[i + 1] > offsets[i]) {
            const uint8_t *bytes = view_bytes(array, array->offset + i, &size);
            memcpy((uint8_t *)block + offsets[i], bytes, (size_t)size);
        }
    }
    return TARN_OK;
}

/* ---- children ---------------------------------------------------------------------------------------------------- */

/* Normalise `count` elements of child `c` from `start` on. */
static tarn_status convert_child(const work *w, int64_t c, int64_t start, int64_t count, struct ArrowArray *out,
                                 tarn_error *error) {
    struct ArrowArray slice = {0};
    const tarn_path *path = w->path.name[0] != '\0' || w->path.parent != NULL ? &w->path : NULL;
    TARN_TRY(tarn_array_share(w->array->children[c], start, count, &slice, error));
    tarn_status status =
        normalize_array(w->from->children[c], w->to->children[c], &slice, path, out->children[c], error);
    tarn_array_release(&slice);
    return status;
}

static tarn_status convert_children(const work *w, struct ArrowArray *out, tarn_error *error) {
    const struct ArrowArray *array = w->array;
    int64_t first = array->offset, last = array->offset + array->length;
    if (w->from_shape.layout == TARN_LAYOUT_LIST) {
        TARN_TRY(narrow_offsets(w, out, &first, &last, error));
    } else if (w->from_shape.layout == TARN_LAYOUT_FIXED_LIST) {
        first *= w->from_shape.list_size;
        last *= w->from_shape.list_size;
    }
    for (int64_t c = 0; c < array->n_children; c++)
        TARN_TRY(convert_child(w, c, first, last - first, out, error));
    return TARN_OK;
}

/* ---- what has to be unfolded ------------------------------------------------------------------------------------- */

/* Few long values that many indices point to. */
static bool is_too_much_text(const struct ArrowSchema *type, const struct ArrowArray *values, const int64_t *indices,
                             int64_t count) {
    tarn_shape shape;
    int64_t sum = 0;
    if (count < 2 || type->dictionary != NULL || tarn_shape_of(type->format, &shape, NULL) != TARN_OK ||
        shape.layout != TARN_LAYOUT_BYTES || values->length == 0)
        return false;
    for (int64_t i = 0; i < count && sum <= MOST_TEXT; i++) {
        int64_t at = values->offset + indices[i];
        if (indices[i] >= 0)
            sum += tarn_offset_at(values->buffers[1], shape.wide, at + 1) -
                   tarn_offset_at(values->buffers[1], shape.wide, at);
    }
    return sum > MOST_TEXT;
}

/* Take `indices` of `values`, which are normalised first. */
static tarn_status take_normal(const struct ArrowSchema *from, const struct ArrowSchema *to, struct ArrowArray *values,
                               const tarn_path *path, const int64_t *indices, int64_t count, struct ArrowArray *out,
                               tarn_error *error) {
    struct ArrowArray normal = {0};
    TARN_TRY(normalize_array(from, to, values, path, &normal, error));
    tarn_status status =
        is_too_much_text(to, &normal, indices, count)
            ? tarn_fail_at(error, TARN_E_UNSUPPORTED, path, "one batch holds too much to be kept: use smaller batches")
            : tarn_array_take(to, &normal, indices, count, out, error);
    tarn_array_release(&normal);
    return status;
}

static tarn_status new_indices(const work *w, int64_t count, int64_t **out, tarn_error *error) {
    if (count > MOST_UNFOLDED)
        return fail_large(w, error);
    *out = malloc((size_t)(count > 0 ? count : 1) * sizeof **out);
    return *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status list_view_offsets(const work *w, struct ArrowArray *out, tarn_error *error) {
    const struct ArrowArray *array = w->array;
    void *block;
    int64_t sum = 0;
    TARN_TRY(tarn_node_buffer(out, 1, (size_t)(array->length + 1) * sizeof(int32_t), &block, error));
    int32_t *offsets = block;
    offsets[0] = 0;
    for (int64_t i = 0; i < array->length; i++) {
        if (is_valid(w, i))
            sum += tarn_offset_at(array->buffers[2], w->from_shape.wide, array->offset + i);
        if (sum > MOST_UNFOLDED)
            return fail_large(w, error);
        offsets[i + 1] = (int32_t)sum;
    }
    return TARN_OK;
}

static tarn_status convert_list_views(const work *w, struct ArrowArray *out, tarn_error *error) {
    const struct ArrowArray *array = w->array;
    int64_t *indices = NULL;
    TARN_TRY(list_view_offsets(w, out, error));
    const int32_t *offsets = out->buffers[1];
    TARN_TRY(new_indices(w, offsets[array->length], &indices, error));
    for (int64_t i = 0; i < array->length; i++) {
        if (offsets[i + 1] == offsets[i])
            continue;
        int64_t start = tarn_offset_at(array->buffers[1], w->from_shape.wide, array->offset + i);
        for (int32_t j = offsets[i]; j < offsets[i + 1]; j++)
            indices[j] = start + j - offsets[i];
    }
    tarn_status status = take_normal(w->from->children[0], w->to->children[0], array->children[0], &w->path, indices,
                                     offsets[array->length], out->children[0], error);
    free(indices);
    return status;
}

static tarn_status unfold_runs(const work *w, struct ArrowArray *out, tarn_error *error) {
    const struct ArrowArray *array = w->array;
    const struct ArrowArray *ends = array->children[0];
    tarn_shape shape;
    int64_t *indices;
    TARN_TRY(tarn_shape_of(w->from->children[0]->format, &shape, error));
    TARN_TRY(new_indices(w, array->length, &indices, error));
    int64_t run = 0;
    for (int64_t i = 0; i < array->length; i++) {
        while (tarn_index_at(shape.type, ends->buffers[1], ends->offset + run) <= array->offset + i)
            run++;
        indices[i] = run;
    }
    tarn_status status = take_normal(w->from->children[1], w->to, array->children[1], w->path.parent, indices,
                                     array->length, out, error);
    free(indices);
    return status;
}

/* The place of each element's value in the dictionary, -1 for nulls. */
static tarn_status dictionary_indices(const work *w, int64_t **out, tarn_error *error) {
    const struct ArrowArray *array = w->array;
    int64_t *indices;
    TARN_TRY(new_indices(w, array->length, &indices, error));
    for (int64_t i = 0; i < array->length; i++)
        indices[i] = is_valid(w, i) ? tarn_index_at(w->from_shape.type, array->buffers[1], array->offset + i) : -1;
    *out = indices;
    return TARN_OK;
}

static tarn_status decode_dictionary(const work *w, struct ArrowArray *out, tarn_error *error) {
    int64_t *indices;
    TARN_TRY(dictionary_indices(w, &indices, error));
    tarn_status status = take_normal(w->from->dictionary, w->to, w->array->dictionary, w->path.parent, indices,
                                     w->array->length, out, error);
    free(indices);
    return status;
}

static tarn_status convert_indices(const work *w, struct ArrowArray *out, tarn_error *error) {
    int64_t *indices;
    void *block;
    struct ArrowArray *values = w->array->dictionary;
    TARN_TRY(normalize_array(w->from->dictionary, w->to->dictionary, values, &w->path, out->dictionary, error));
    if (values->length > INT32_MAX)
        return fail_large(w, error);
    TARN_TRY(dictionary_indices(w, &indices, error));
    tarn_status status = tarn_node_buffer(out, 1, (size_t)w->array->length * sizeof(int32_t), &block, error);
    if (status == TARN_OK)
        status = tarn_write_indices(w->to, indices, w->array->length, block, error);
    free(indices);
    return status;
}

/* ---- all of them ------------------------------------------------------------------------------------------------- */

static tarn_status fill(const work *w, tarn_rule rule, struct ArrowArray *out, tarn_error *error) {
    TARN_TRY(begin(w, out, error));
    switch (rule) {
    case TARN_RULE_FIXED:
        return convert_fixed(w, out, error);
    case TARN_RULE_BYTES:
        return convert_bytes(w, out, error);
    case TARN_RULE_VIEWS:
        return convert_views(w, out, error);
    case TARN_RULE_LIST_VIEWS:
        return convert_list_views(w, out, error);
    case TARN_RULE_INDICES:
        return convert_indices(w, out, error);
    default:
        return convert_children(w, out, error);
    }
}

static tarn_status normalize_array(const struct ArrowSchema *from, const struct ArrowSchema *to,
                                   struct ArrowArray *array, const tarn_path *parent, struct ArrowArray *out,
                                   tarn_error *error) {
    work w = {.from = from, .to = to, .array = array, .path = {parent, from->name ? from->name : ""}};
    struct ArrowArray result = {0};
    if (tarn_schema_is_normal(from))
        return tarn_array_share(array, 0, array->length, out, error);
    TARN_TRY(tarn_shape_of(from->format, &w.from_shape, error));
    TARN_TRY(tarn_shape_of(to->format, &w.to_shape, error));
    tarn_rule rule = tarn_rule_of(from, &w.from_shape);
    tarn_status status = rule == TARN_RULE_RUNS     ? unfold_runs(&w, &result, error)
                         : rule == TARN_RULE_DECODE ? decode_dictionary(&w, &result, error)
                                                    : fill(&w, rule, &result, error);
    if (status != TARN_OK) {
        tarn_array_release(&result);
        return status;
    }
    *out = result;
    return TARN_OK;
}

tarn_status tarn_array_normalize(const struct ArrowSchema *schema, struct ArrowArray *array, struct ArrowArray *out,
                                 tarn_error *error) {
    struct ArrowSchema to;
    TARN_TRY(tarn_schema_normalize(schema, &to, error));
    tarn_status status = normalize_array(schema, &to, array, NULL, out, error);
    tarn_schema_release(&to);
    return status;
}
