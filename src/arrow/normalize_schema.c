// Which type the store keeps for each type of Arrow.
#include "arrow/array_work.h"
#include "arrow/normalize.h"
#include "arrow/normalize_rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_DIGITS 38 /* of a decimal128 */

tarn_rule tarn_rule_of(const struct ArrowSchema *schema, const tarn_shape *shape) {
    if (schema->dictionary != NULL) {
        tarn_shape values;
        bool text = tarn_shape_of(schema->dictionary->format, &values, NULL) == TARN_OK &&
                    tarn_type_is_text(values.type) && schema->dictionary->dictionary == NULL;
        return text ? TARN_RULE_INDICES : TARN_RULE_DECODE;
    }
    switch (shape->type) {
    case TARN_TYPE_LARGE_UTF8:
    case TARN_TYPE_LARGE_BINARY:
        return TARN_RULE_BYTES;
    case TARN_TYPE_UTF8_VIEW:
    case TARN_TYPE_BINARY_VIEW:
        return TARN_RULE_VIEWS;
    case TARN_TYPE_LIST_VIEW:
    case TARN_TYPE_LARGE_LIST_VIEW:
        return TARN_RULE_LIST_VIEWS;
    case TARN_TYPE_RUN_END:
        return TARN_RULE_RUNS;
    case TARN_TYPE_FLOAT16:
    case TARN_TYPE_DATE64:
    case TARN_TYPE_DECIMAL32:
    case TARN_TYPE_DECIMAL64:
    case TARN_TYPE_DECIMAL256:
    case TARN_TYPE_INTERVAL_MONTHS:
    case TARN_TYPE_INTERVAL_DAY_TIME:
        return TARN_RULE_FIXED;
    case TARN_TYPE_SPARSE_UNION:
    case TARN_TYPE_DENSE_UNION:
        return TARN_RULE_REFUSE;
    default:
        return shape->layout == TARN_LAYOUT_LIST || shape->layout == TARN_LAYOUT_FIXED_LIST ||
                       shape->layout == TARN_LAYOUT_STRUCT
                   ? TARN_RULE_CHILDREN
                   : TARN_RULE_KEEP;
    }
}

bool tarn_schema_is_normal(const struct ArrowSchema *schema) {
    tarn_shape shape;
    if (tarn_shape_of(schema->format, &shape, NULL) != TARN_OK)
        return false;
    switch (tarn_rule_of(schema, &shape)) {
    case TARN_RULE_KEEP:
        return true;
    case TARN_RULE_INDICES:
        return shape.type == TARN_TYPE_INT32 && strcmp(schema->dictionary->format, "u") == 0;
    case TARN_RULE_CHILDREN:
        for (int64_t i = 0; i < schema->n_children; i++) {
            if (!tarn_schema_is_normal(schema->children[i]))
                return false;
        }
        return shape.type != TARN_TYPE_LARGE_LIST;
    default:
        return false;
    }
}

/* The format that a type without parts below it gets. */
static const char *normal_format(const struct ArrowSchema *schema, const tarn_shape *shape, char *space, size_t size) {
    switch (shape->type) {
    case TARN_TYPE_LARGE_UTF8:
    case TARN_TYPE_UTF8_VIEW:
        return "u";
    case TARN_TYPE_LARGE_BINARY:
    case TARN_TYPE_BINARY_VIEW:
        return "z";
    case TARN_TYPE_LARGE_LIST:
    case TARN_TYPE_LIST_VIEW:
    case TARN_TYPE_LARGE_LIST_VIEW:
        return "+l";
    case TARN_TYPE_FLOAT16:
        return "f";
    case TARN_TYPE_DATE64:
        return "tdD";
    case TARN_TYPE_INTERVAL_MONTHS:
    case TARN_TYPE_INTERVAL_DAY_TIME:
        return "tin";
    case TARN_TYPE_DECIMAL32:
    case TARN_TYPE_DECIMAL64:
    case TARN_TYPE_DECIMAL256:
        snprintf(space, size, "d:%d,%d", shape->precision, shape->scale);
        return space;
    default:
        return schema->format;
    }
}

static tarn_status refuse(const struct ArrowSchema *schema, const tarn_path *path, tarn_error *error) {
    char *name = tarn_schema_type_name(schema);
    tarn_fail_at(error, TARN_E_UNSUPPORTED, path, "the type %s cannot be kept: convert the column first",
                 name ? name : schema->format);
    free(name);
    return TARN_E_UNSUPPORTED;
}

static tarn_status normalize_level(const struct ArrowSchema *schema, const struct ArrowSchema *outer,
                                   const tarn_path *parent, int depth, struct ArrowSchema *out, tarn_error *error);

/* Copy what a type does not decide: flags and metadata. */
static tarn_status keep_details(const struct ArrowSchema *from, struct ArrowSchema *to, tarn_error *error) {
    to->flags = from->flags;
    if (from->dictionary != NULL && to->dictionary == NULL)
        to->flags &= ~(int64_t)ARROW_FLAG_DICTIONARY_ORDERED;
    if (tarn_metadata_count(from) == 0)
        return TARN_OK;
    tarn_buffer encoded = {0};
    const char *at = NULL, *key, *value;
    size_t key_size, value_size;
    int32_t count = tarn_metadata_count(from);
    tarn_status status;
    TARN_CHECK(tarn_buffer_append(&encoded, &count, sizeof count, error));
    while (tarn_metadata_next(from, &at, &key, &key_size, &value, &value_size)) {
        TARN_CHECK(tarn_metadata_append(&encoded, key, key_size, error));
        TARN_CHECK(tarn_metadata_append(&encoded, value, value_size, error));
    }
    status = tarn_metadata_replace(to, &encoded, error);
cleanup:
    tarn_buffer_free(&encoded);
    return status;
}

static tarn_status normalize_fields(const struct ArrowSchema *schema, const char *name, const tarn_shape *shape,
                                    const tarn_path *path, int depth, struct ArrowSchema *out, tarn_error *error) {
    char space[64];
    const char *format = normal_format(schema, shape, space, sizeof space);
    TARN_TRY(tarn_schema_make_nested(out, format, name, schema->n_children, error));
    for (int64_t i = 0; i < schema->n_children; i++)
        TARN_TRY(normalize_level(schema->children[i], schema->children[i], path, depth + 1, out->children[i], error));
    return TARN_OK;
}

/* `outer` has the name and the metadata; it differs from `schema` where a wrapping type falls away. */
static tarn_status normalize_level(const struct ArrowSchema *schema, const struct ArrowSchema *outer,
                                   const tarn_path *parent, int depth, struct ArrowSchema *out, tarn_error *error) {
    tarn_path path = {parent, outer->name ? outer->name : ""};
    tarn_shape shape;
    if (depth > TARN_MAX_DEPTH)
        return tarn_fail_at(error, TARN_E_FORMAT, &path, "nested more than %d levels deep", TARN_MAX_DEPTH);
    TARN_TRY(tarn_shape_of(schema->format, &shape, error));
    tarn_rule rule = tarn_rule_of(schema, &shape);
    int64_t wanted = tarn_layout_children(&shape);
    if (rule == TARN_RULE_REFUSE || (shape.type == TARN_TYPE_DECIMAL256 && shape.precision > MOST_DIGITS))
        return refuse(schema, &path, error);
    if (wanted >= 0 && wanted != schema->n_children)
        return tarn_fail_at(error, TARN_E_INVALID, &path, "the type has a wrong number of children");
    if (rule == TARN_RULE_DECODE)
        return normalize_level(schema->dictionary, outer, parent, depth + 1, out, error);
    if (rule == TARN_RULE_RUNS)
        return normalize_level(schema->children[1], outer, parent, depth + 1, out, error);
    if (rule == TARN_RULE_INDICES) {
        TARN_TRY(tarn_schema_make(out, "i", path.name, error));
        TARN_TRY(tarn_schema_add_dictionary(out, error));
        TARN_TRY(tarn_schema_make(out->dictionary, "u", "", error));
    } else {
        TARN_TRY(normalize_fields(schema, path.name, &shape, parent == NULL && depth == 1 ? NULL : &path, depth, out,
                                  error));
    }
    return keep_details(outer, out, error);
}

tarn_status tarn_schema_normalize(const struct ArrowSchema *schema, struct ArrowSchema *out, tarn_error *error) {
    struct ArrowSchema result = {0};
    tarn_status status = normalize_level(schema, schema, NULL, 1, &result, error);
    if (status != TARN_OK) {
        tarn_schema_release(&result);
        return status;
    }
    *out = result;
    return TARN_OK;
}
