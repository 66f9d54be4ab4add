// Where the buffers of a record batch's columns are: a schema taken apart once.
#include "arrow/ipc_schema.h"

#include <stdlib.h>

typedef struct layout_maker {
    ipc_layout *layout;
    const int64_t *ids;
    size_t id_count, next_id;
} layout_maker;

static void free_field(ipc_field *field) {
    for (size_t i = 0; i < field->count; i++)
        free_field(&field->children[i]);
    free(field->children);
    if (field->values != NULL)
        free_field(field->values);
    free(field->values);
}

void ipc_layout_free(ipc_layout *layout) {
    free_field(&layout->root);
    free(layout->dictionaries);
    *layout = (ipc_layout){0};
}

/* The number of the dictionary with this id, which fields may share when their values are of one type. */
static tarn_status find_dictionary(ipc_layout *layout, int64_t id, const ipc_field *values, int64_t *out,
                                   tarn_error *error) {
    for (size_t i = 0; i < layout->dictionary_count; i++) {
        if (layout->dictionaries[i].id != id)
            continue;
        if (!tarn_schema_same_type(layout->dictionaries[i].values->schema, values->schema))
            return tarn_fail(error, TARN_E_FORMAT, "dictionary %lld is used for two different types", (long long)id);
        *out = (int64_t)i;
        return TARN_OK;
    }
    TARN_TRY(tarn_grow(&layout->dictionaries, &layout->dictionary_capacity, layout->dictionary_count + 1,
                       sizeof *layout->dictionaries, error));
    *out = (int64_t)layout->dictionary_count;
    layout->dictionaries[layout->dictionary_count++] = (ipc_dictionary){id, values};
    return TARN_OK;
}

static tarn_status make_field(layout_maker *maker, const struct ArrowSchema *schema, int depth, ipc_field *out,
                              tarn_error *error);

static tarn_status make_dictionary(layout_maker *maker, const struct ArrowSchema *schema, int depth, ipc_field *out,
                                   tarn_error *error) {
    if (out->shape.type < TARN_TYPE_INT8 || out->shape.type > TARN_TYPE_UINT64)
        return tarn_fail(error, TARN_E_INVALID, "column '%s': dictionary indices have to be integers",
                         schema->name ? schema->name : "");
    int64_t id = (int64_t)maker->next_id;
    if (maker->ids != NULL)
        id = maker->next_id < maker->id_count ? maker->ids[maker->next_id] : -1;
    maker->next_id++;
    out->values = calloc(1, sizeof *out->values);
    if (out->values == NULL)
        return tarn_fail_memory(error);
    TARN_TRY(make_field(maker, schema->dictionary, depth + 1, out->values, error));
    return find_dictionary(maker->layout, id, out->values, &out->dictionary, error);
}

static tarn_status make_field(layout_maker *maker, const struct ArrowSchema *schema, int depth, ipc_field *out,
                              tarn_error *error) {
    *out = (ipc_field){.schema = schema, .dictionary = -1};
    if (depth > TARN_MAX_DEPTH + 1)
        return tarn_fail(error, TARN_E_FORMAT, "a schema is nested more than %d levels deep", TARN_MAX_DEPTH);
    if (schema->release == NULL)
        return tarn_fail(error, TARN_E_INVALID, "a part of the schema was released");
    TARN_TRY(tarn_shape_of(schema->format, &out->shape, error));
    int64_t wanted = tarn_layout_children(&out->shape);
    if (wanted >= 0 && wanted != schema->n_children)
        return tarn_fail(error, TARN_E_INVALID, "column '%s' has a wrong number of children",
                         schema->name ? schema->name : "");
    if (schema->n_children > 0) {
        out->children = calloc((size_t)schema->n_children, sizeof *out->children);
        if (out->children == NULL)
            return tarn_fail_memory(error);
        for (; out->count < (size_t)schema->n_children; out->count++)
            out->children[out->count].dictionary = -1;
    }
    if (schema->dictionary != NULL)
        return make_dictionary(maker, schema, depth, out, error);
    for (size_t i = 0; i < out->count; i++)
        TARN_TRY(make_field(maker, schema->children[i], depth + 1, &out->children[i], error));
    return TARN_OK;
}

tarn_status ipc_layout_make(const struct ArrowSchema *schema, const int64_t *ids, size_t id_count, ipc_layout *out,
                            tarn_error *error) {
    ipc_layout layout = {0};
    layout_maker maker = {.layout = &layout, .ids = ids, .id_count = id_count};
    tarn_status status = make_field(&maker, schema, 0, &layout.root, error);
    if (status != TARN_OK) {
        ipc_layout_free(&layout);
        return status;
    }
    *out = layout;
    return TARN_OK;
}
