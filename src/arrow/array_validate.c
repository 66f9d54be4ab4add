/* Checking arrays that came from outside. */
#include "arrow/array_node.h"
#include "arrow/array_work.h"
#include "arrow/bits.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct check {
    const struct ArrowSchema *schema;
    const struct ArrowArray *array;
    const tarn_path *path;
    int depth;
    bool values; /* look at values, not only at counts and reach */
    tarn_shape shape;
} check;

static tarn_status fail_check(const check *c, tarn_error *error, const char *what) {
    return tarn_fail_at(error, TARN_E_FORMAT, c->path, "%s", what);
}

static tarn_status check_below(const check *c, const struct ArrowSchema *schema, const struct ArrowArray *array,
                               tarn_error *error) {
    tarn_path path = {c->path, schema->name && schema->name[0] ? schema->name : "item"};
    return tarn_validate_tree(schema, array, &path, c->depth + 1, c->values, error);
}

static tarn_status check_children(const check *c, tarn_error *error) {
    for (int64_t i = 0; i < c->schema->n_children; i++)
        TARN_TRY(check_below(c, c->schema->children[i], c->array->children[i], error));
    return TARN_OK;
}

/* ---- counts ------------------------------------------------------------------------------------------------------ */

static tarn_status check_counts(const check *c, tarn_error *error) {
    const struct ArrowArray *a = c->array;
    int64_t end;
    if (a->length < 0 || a->offset < 0 || __builtin_add_overflow(a->length, a->offset, &end) || end > INT64_MAX / 64)
        return fail_check(c, error, "length and offset are out of range");
    if (a->null_count < -1 || a->null_count > a->length)
        return fail_check(c, error, "there are more nulls than values");
    if (a->n_buffers < tarn_layout_buffers(&c->shape) || (a->n_buffers > 0 && a->buffers == NULL))
        return fail_check(c, error, "buffers are missing");
    if (a->n_children != c->schema->n_children || (a->n_children > 0 && a->children == NULL))
        return fail_check(c, error, "the number of children differs between schema and array");
    if ((a->dictionary == NULL) != (c->schema->dictionary == NULL))
        return fail_check(c, error, "a dictionary is in the schema or in the array, but not in both");
    if (tarn_layout_has_validity(c->shape.layout) && a->null_count > 0 && a->buffers[0] == NULL)
        return fail_check(c, error, "there are nulls but no validity bitmap");
    return TARN_OK;
}

static tarn_status check_schema(const check *c, tarn_error *error) {
    int64_t wanted = tarn_layout_children(&c->shape);
    if (wanted >= 0 && c->schema->n_children != wanted)
        return fail_check(c, error, "the type has a wrong number of children");
    if (c->shape.type == TARN_TYPE_MAP) {
        const struct ArrowSchema *entries = c->schema->children[0];
        if (entries->format == NULL || strcmp(entries->format, "+s") != 0 || entries->n_children != 2)
            return fail_check(c, error, "a map's entries have to be structs of a key and a value");
    }
    return TARN_OK;
}

/* ---- offsets and bytes ------------------------------------------------------------------------------------------- */

static bool rising_32(const int32_t *offsets, int64_t count) {
    int bad = 0;
    for (int64_t i = 0; i < count; i++)
        bad |= offsets[i + 1] < offsets[i];
    return !bad;
}

static bool rising_64(const int64_t *offsets, int64_t count) {
    int bad = 0;
    for (int64_t i = 0; i < count; i++)
        bad |= offsets[i + 1] < offsets[i];
    return !bad;
}

/* Offsets are there and in order; gives the first and the last. */
static tarn_status check_offsets(const check *c, int64_t *first, int64_t *last, tarn_error *error) {
    const struct ArrowArray *a = c->array;
    *first = *last = 0;
    if (a->length == 0)
        return TARN_OK;
    if (a->buffers[1] == NULL)
        return fail_check(c, error, "the offsets are missing");
    *first = tarn_offset_at(a->buffers[1], c->shape.wide, a->offset);
    *last = tarn_offset_at(a->buffers[1], c->shape.wide, a->offset + a->length);
    if (*first < 0 || *last < *first)
        return fail_check(c, error, "offsets are out of range");
    if (!c->values)
        return TARN_OK;
    bool rising = c->shape.wide ? rising_64((const int64_t *)a->buffers[1] + a->offset, a->length)
                                : rising_32((const int32_t *)a->buffers[1] + a->offset, a->length);
    return rising ? TARN_OK : fail_check(c, error, "offsets are not in rising order");
}

/* No value begins in the middle of a character. `last` is one past the bytes. */
static bool starts_are_whole(const check *c, const uint8_t *data, int64_t last) {
    const struct ArrowArray *a = c->array;
    int64_t count = a->length;
    bool wide = c->shape.wide;
    while (count > 0 && tarn_offset_at(a->buffers[1], wide, a->offset + count - 1) == last)
        count--;
    int bad = 0;
    for (int64_t i = 0; i < count; i++)
        bad |= (data[tarn_offset_at(a->buffers[1], wide, a->offset + i)] & 0xC0) == 0x80;
    return !bad;
}

static tarn_status fail_text(const check *c, int64_t i, tarn_error *error) {
    return tarn_fail_at(error, TARN_E_FORMAT, c->path, "the text in row %" PRId64 " is not valid UTF-8", i);
}

static tarn_status check_texts_one_by_one(const check *c, const uint8_t *data, tarn_error *error) {
    const struct ArrowArray *a = c->array;
    const uint8_t *validity = tarn_validity_of(a);
    for (int64_t i = 0; i < a->length; i++) {
        int64_t start = tarn_offset_at(a->buffers[1], c->shape.wide, a->offset + i);
        int64_t end = tarn_offset_at(a->buffers[1], c->shape.wide, a->offset + i + 1);
        if ((validity == NULL || tarn_bit_get(validity, a->offset + i)) &&
            !tarn_utf8_is_valid(data + start, (size_t)(end - start)))
            return fail_text(c, i, error);
    }
    return TARN_OK;
}

static tarn_status check_bytes(const check *c, tarn_error *error) {
    int64_t first, last;
    TARN_TRY(check_offsets(c, &first, &last, error));
    if (last == first)
        return TARN_OK;
    const uint8_t *data = c->array->buffers[2];
    if (data == NULL)
        return fail_check(c, error, "the bytes of the values are missing");
    if (!c->values || !tarn_type_is_text(c->shape.type))
        return TARN_OK;
    if (tarn_utf8_is_valid(data + first, (size_t)(last - first)) && starts_are_whole(c, data, last))
        return TARN_OK;
    return check_texts_one_by_one(c, data, error);
}

/* ---- views ------------------------------------------------------------------------------------------------------- */

static tarn_status check_view(const check *c, int64_t i, tarn_error *error) {
    const struct ArrowArray *a = c->array;
    int64_t data_buffers = a->n_buffers - 3;
    const int64_t *sizes = a->buffers[a->n_buffers - 1];
    const uint8_t *view = (const uint8_t *)a->buffers[1] + (size_t)(a->offset + i) * 16;
    int32_t parts[4];
    memcpy(parts, view, sizeof parts);
    int32_t length = parts[0], buffer = parts[2], offset = parts[3];
    const uint8_t *text = view + 4;
    if (length < 0)
        return fail_check(c, error, "a view has a negative length");
    if (length > 12) {
        if (buffer < 0 || buffer >= data_buffers || offset < 0 || sizes == NULL || sizes[buffer] < 0 ||
            (int64_t)offset + length > sizes[buffer] || a->buffers[2 + buffer] == NULL)
            return fail_check(c, error, "a view points outside its buffers");
        text = (const uint8_t *)a->buffers[2 + buffer] + offset;
        if (memcmp(text, view + 4, 4) != 0)
            return fail_check(c, error, "a view's prefix differs from its text");
    }
    if (tarn_type_is_text(c->shape.type) && !tarn_utf8_is_valid(text, (size_t)length))
        return fail_text(c, i, error);
    return TARN_OK;
}

static tarn_status check_views(const check *c, tarn_error *error) {
    const struct ArrowArray *a = c->array;
    if (a->length == 0)
        return TARN_OK;
    if (a->buffers[1] == NULL)
        return fail_check(c, error, "the views are missing");
    const uint8_t *validity = tarn_validity_of(a);
    for (int64_t i = 0; i < a->length; i++) {
        if (validity == NULL || tarn_bit_get(validity, a->offset + i))
            TARN_TRY(check_view(c, i, error));
    }
    return TARN_OK;
}

static tarn_status check_list_views(const check *c, tarn_error *error) {
    const struct ArrowArray *a = c->array;
    const uint8_t *validity = tarn_validity_of(a);
    if (a->length > 0 && (a->buffers[1] == NULL || a->buffers[2] == NULL))
        return fail_check(c, error, "the offsets or sizes of the lists are missing");
    for (int64_t i = a->offset; i < a->offset + a->length; i++) {
        if (validity != NULL && !tarn_bit_get(validity, i))
            continue;
        int64_t start = tarn_offset_at(a->buffers[1], c->shape.wide, i);
        int64_t size = tarn_offset_at(a->buffers[2], c->shape.wide, i);
        if (start < 0 || size < 0 || start > a->children[0]->length - size)
            return fail_check(c, error, "a list reaches outside its elements");
    }
    return check_children(c, error);
}

/* ---- other nested ones ------------------------------------------------------------------------------------------- */

static tarn_status check_list(const check *c, tarn_error *error) {
    int64_t first, last;
    TARN_TRY(check_offsets(c, &first, &last, error));
    if (last > c->array->children[0]->length)
        return fail_check(c, error, "a list reaches outside its elements");
    return check_children(c, error);
}

/* Entries and keys of maps are never null. */
static tarn_status check_map(const check *c, tarn_error *error) {
    const struct ArrowArray *entries = c->array->children[0];
    TARN_TRY(check_list(c, error));
    if (tarn_array_nulls_in(entries) > 0 || tarn_array_nulls_in(entries->children[0]) > 0)
        return fail_check(c, error, "a map has null entries or keys");
    return TARN_OK;
}

static tarn_status check_fixed_list(const check *c, tarn_error *error) {
    int64_t reach;
    if (__builtin_mul_overflow(c->array->offset + c->array->length, c->shape.list_size, &reach) ||
        reach > c->array->children[0]->length)
        return fail_check(c, error, "fixed-size lists have too few elements");
    return check_children(c, error);
}

static tarn_status check_struct(const check *c, tarn_error *error) {
    for (int64_t i = 0; i < c->array->n_children; i++) {
        if (c->array->children[i]->length < c->array->offset + c->array->length)
            return fail_check(c, error, "a child is shorter than its struct");
    }
    return check_children(c, error);
}

/* Which child the type ids of "5,7" mean; -1 for ids that are none. */
static void read_type_ids(const char *details, int64_t children, int64_t child_of[128]) {
    for (int i = 0; i < 128; i++)
        child_of[i] = -1;
    const char *p = details;
    for (int64_t i = 0; i < children && *p >= '0' && *p <= '9'; i++) {
        char *end;
        long id = strtol(p, &end, 10);
        if (id < 128)
            child_of[id] = i;
        p = *end == ',' ? end + 1 : end;
    }
}

static tarn_status check_union(const check *c, tarn_error *error) {
    const struct ArrowArray *a = c->array;
    bool dense = c->shape.type == TARN_TYPE_DENSE_UNION;
    int64_t child_of[128];
    read_type_ids(c->shape.details, a->n_children, child_of);
    if (a->length > 0 && (a->buffers[0] == NULL || (dense && a->buffers[1] == NULL)))
        return fail_check(c, error, "the type ids or offsets of a union are missing");
    for (int64_t i = a->offset; i < a->offset + a->length; i++) {
        int8_t id = ((const int8_t *)a->buffers[0])[i];
        if (id < 0 || child_of[id] < 0)
            return fail_check(c, error, "a union has an unknown type id");
        int64_t at = dense ? ((const int32_t *)a->buffers[1])[i] : i;
        if (at < 0 || at >= a->children[child_of[id]]->length)
            return fail_check(c, error, "a union reaches outside its children");
    }
    return check_children(c, error);
}

static tarn_status check_run_ends(const check *c, tarn_error *error) {
    const struct ArrowArray *ends = c->array->children[0];
    tarn_shape shape;
    TARN_TRY(check_children(c, error));
    TARN_TRY(tarn_shape_of(c->schema->children[0]->format, &shape, error));
    if (shape.type != TARN_TYPE_INT16 && shape.type != TARN_TYPE_INT32 && shape.type != TARN_TYPE_INT64)
        return fail_check(c, error, "run ends have to be int16, int32 or int64");
    if (tarn_array_nulls_in(ends) > 0 || c->array->children[1]->length < ends->length)
        return fail_check(c, error, "run ends and their values do not fit together");
    int64_t last = 0;
    for (int64_t i = 0; i < ends->length; i++) {
        int64_t end = tarn_index_at(shape.type, ends->buffers[1], ends->offset + i);
        if (end <= last)
            return fail_check(c, error, "run ends are not in rising order");
        last = end;
    }
    if (last < c->array->offset + c->array->length)
        return fail_check(c, error, "the runs end before the array does");
    return TARN_OK;
}

/* ---- dictionaries ------------------------------------------------------------------------------------------------ */

static bool indices_in_range(const check *c) {
    const struct ArrowArray *a = c->array;
    const uint8_t *validity = tarn_validity_of(a);
    int64_t count = a->dictionary->length;
    int bad = 0;
    for (int64_t i = a->offset; i < a->offset + a->length; i++) {
        int64_t index = tarn_index_at(c->shape.type, a->buffers[1], i);
        bad |= (validity == NULL || tarn_bit_get(validity, i)) & ((index < 0) | (index >= count));
    }
    return !bad;
}

static tarn_status check_dictionary(const check *c, tarn_error *error) {
    if (c->shape.type < TARN_TYPE_INT8 || c->shape.type > TARN_TYPE_UINT64)
        return fail_check(c, error, "dictionary indices have to be integers");
    TARN_TRY(check_below(c, c->schema->dictionary, c->array->dictionary, error));
    if (c->values && c->array->length > 0 && !indices_in_range(c))
        return fail_check(c, error, "a dictionary index is out of range");
    return TARN_OK;
}

static tarn_status check_values(const check *c, tarn_error *error) {
    switch (c->shape.layout) {
    case TARN_LAYOUT_BITS:
    case TARN_LAYOUT_FIXED:
        if (c->array->length > 0 && c->array->buffers[1] == NULL &&
            (c->shape.width > 0 || c->shape.layout == TARN_LAYOUT_BITS))
            return fail_check(c, error, "the values are missing");
        return c->schema->dictionary == NULL ? TARN_OK : check_dictionary(c, error);
    case TARN_LAYOUT_BYTES:
        return check_bytes(c, error);
    case TARN_LAYOUT_VIEW:
        return check_views(c, error);
    case TARN_LAYOUT_LIST:
        return c->shape.type == TARN_TYPE_MAP ? check_map(c, error) : check_list(c, error);
    case TARN_LAYOUT_FIXED_LIST:
        return check_fixed_list(c, error);
    case TARN_LAYOUT_LIST_VIEW:
        return check_list_views(c, error);
    case TARN_LAYOUT_STRUCT:
        return check_struct(c, error);
    case TARN_LAYOUT_UNION:
        return check_union(c, error);
    case TARN_LAYOUT_RUN_END:
        return check_run_ends(c, error);
    case TARN_LAYOUT_NULL:
        return TARN_OK;
    }
    return TARN_OK;
}

tarn_status tarn_validate_tree(const struct ArrowSchema *schema, const struct ArrowArray *array, const tarn_path *path,
                               int depth, bool values, tarn_error *error) {
    check c = {.schema = schema, .array = array, .path = path, .depth = depth, .values = values};
    if (depth > TARN_MAX_DEPTH)
        return tarn_fail_at(error, TARN_E_FORMAT, path, "nested more than %d levels deep", TARN_MAX_DEPTH);
    TARN_TRY(tarn_shape_of(schema->format, &c.shape, error));
    TARN_TRY(check_schema(&c, error));
    TARN_TRY(check_counts(&c, error));
    return check_values(&c, error);
}

tarn_status tarn_array_validate(const struct ArrowSchema *schema, const struct ArrowArray *array, tarn_error *error) {
    tarn_path path = {NULL, schema->name ? schema->name : ""};
    if (schema->release == NULL || array->release == NULL)
        return tarn_fail(error, TARN_E_INVALID, "the schema or the array was released");
    return tarn_validate_tree(schema, array, path.name[0] ? &path : NULL, 1, true, error);
}
