/* Making, copying and comparing schemas, and their metadata: a run of int32 count, then for each pair int32 size, key,
 * int32 size, value, in native byte order. */
#include "arrow/array_work.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* What a schema made here owns. The child structures lie in `children`, so that a child can be moved out. */
typedef struct schema_parts {
    char *format;
    char *name;
    char *metadata;
    struct ArrowSchema *children;
    struct ArrowSchema **pointers;
    struct ArrowSchema *dictionary;
} schema_parts;

static void release_parts(struct ArrowSchema *schema) {
    schema_parts *parts = schema->private_data;
    for (int64_t i = 0; i < schema->n_children; i++)
        tarn_schema_release(schema->children[i]);
    tarn_schema_release(schema->dictionary);
    free(parts->format);
    free(parts->name);
    free(parts->metadata);
    free(parts->children);
    free(parts->pointers);
    free(parts->dictionary);
    free(parts);
    schema->release = NULL;
}

void tarn_schema_release(struct ArrowSchema *schema) {
    if (schema != NULL && schema->release != NULL)
        schema->release(schema);
}

static tarn_status allocate_children(struct ArrowSchema *schema, int64_t count, tarn_error *error) {
    schema_parts *parts = schema->private_data;
    if (count == 0)
        return TARN_OK;
    parts->children = calloc((size_t)count, sizeof *parts->children);
    parts->pointers = calloc((size_t)count, sizeof *parts->pointers);
    if (parts->children == NULL || parts->pointers == NULL)
        return tarn_fail_memory(error);
    for (int64_t i = 0; i < count; i++)
        parts->pointers[i] = &parts->children[i];
    schema->children = parts->pointers;
    schema->n_children = count;
    return TARN_OK;
}

tarn_status tarn_schema_make_nested(struct ArrowSchema *out, const char *format, const char *name, int64_t count,
                                    tarn_error *error) {
    schema_parts *parts = calloc(1, sizeof *parts);
    if (parts == NULL)
        return tarn_fail_memory(error);
    *out = (struct ArrowSchema){.flags = ARROW_FLAG_NULLABLE, .release = release_parts, .private_data = parts};
    parts->format = tarn_strdup(format);
    parts->name = tarn_strdup(name ? name : "");
    tarn_status status = TARN_OK;
    if (parts->format == NULL || parts->name == NULL)
        status = tarn_fail_memory(error);
    else
        status = allocate_children(out, count, error);
    if (status != TARN_OK) {
        release_parts(out);
        return status;
    }
    out->format = parts->format;
    out->name = parts->name;
    return TARN_OK;
}

tarn_status tarn_schema_make(struct ArrowSchema *out, const char *format, const char *name, tarn_error *error) {
    return tarn_schema_make_nested(out, format, name, 0, error);
}

/* ---- metadata ---------------------------------------------------------------------------------------------------- */

static int32_t read_int32(const char *p) {
    int32_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

/* Step over one size and its bytes. */
static const char *read_piece(const char *p, const char **piece, size_t *size) {
    *size = (size_t)read_int32(p);
    *piece = p + 4;
    return p + 4 + *size;
}

static const char *metadata_end(const char *metadata) {
    const char *p = metadata + 4;
    for (int32_t left = read_int32(metadata); left > 0; left--) {
        const char *piece;
        size_t size;
        p = read_piece(p, &piece, &size);
        p = read_piece(p, &piece, &size);
    }
    return p;
}

bool tarn_schema_metadata_get(const struct ArrowSchema *schema, const char *key, const char **value, size_t *size) {
    if (schema->metadata == NULL)
        return false;
    size_t key_size = strlen(key);
    const char *p = schema->metadata + 4;
    for (int32_t left = read_int32(schema->metadata); left > 0; left--) {
        const char *found, *found_value;
        size_t found_size, found_value_size;
        p = read_piece(p, &found, &found_size);
        p = read_piece(p, &found_value, &found_value_size);
        if (found_size == key_size && memcmp(found, key, key_size) == 0) {
            *value = found_value;
            *size = found_value_size;
            return true;
        }
    }
    return false;
}

tarn_status tarn_metadata_append(tarn_buffer *out, const char *piece, size_t size, tarn_error *error) {
    if (size > INT32_MAX)
        return tarn_fail(error, TARN_E_INVALID, "a metadata entry of %zu bytes is longer than Arrow can hold", size);
    int32_t prefix = (int32_t)size;
    TARN_TRY(tarn_buffer_append(out, &prefix, sizeof prefix, error));
    return tarn_buffer_append(out, piece, size, error);
}

tarn_status tarn_metadata_replace(struct ArrowSchema *schema, const tarn_buffer *encoded, tarn_error *error) {
    schema_parts *parts = schema->private_data;
    char *copy = tarn_strndup((const char *)encoded->data, encoded->size);
    if (copy == NULL)
        return tarn_fail_memory(error);
    free(parts->metadata);
    parts->metadata = copy;
    schema->metadata = copy;
    return TARN_OK;
}

tarn_status tarn_schema_metadata_set(struct ArrowSchema *schema, const char *key, const char *value,
                                     tarn_error *error) {
    if (schema->release != release_parts)
        return tarn_fail(error, TARN_E_INVALID,
                         "the schema is another library's: copy it before changing its metadata");
    tarn_buffer encoded = {0};
    tarn_status status;
    int32_t count = 0;
    TARN_CHECK(tarn_buffer_append(&encoded, &count, sizeof count, error));
    const char *p = schema->metadata ? schema->metadata + 4 : NULL;
    for (int32_t left = schema->metadata ? read_int32(schema->metadata) : 0; left > 0; left--) {
        const char *old_key, *old_value;
        size_t old_key_size, old_value_size;
        p = read_piece(p, &old_key, &old_key_size);
        p = read_piece(p, &old_value, &old_value_size);
        if (old_key_size == strlen(key) && memcmp(old_key, key, old_key_size) == 0)
            continue;
        TARN_CHECK(tarn_metadata_append(&encoded, old_key, old_key_size, error));
        TARN_CHECK(tarn_metadata_append(&encoded, old_value, old_value_size, error));
        count++;
    }
    TARN_CHECK(tarn_metadata_append(&encoded, key, strlen(key), error));
    TARN_CHECK(tarn_metadata_append(&encoded, value, strlen(value), error));
    count++;
    memcpy(encoded.data, &count, sizeof count);
    status = tarn_metadata_replace(schema, &encoded, error);
cleanup:
    tarn_buffer_free(&encoded);
    return status;
}

int32_t tarn_metadata_count(const struct ArrowSchema *schema) {
    return schema->metadata == NULL ? 0 : read_int32(schema->metadata);
}

bool tarn_metadata_next(const struct ArrowSchema *schema, const char **at, const char **key, size_t *key_size,
                        const char **value, size_t *value_size) {
    if (schema->metadata == NULL)
        return false;
    if (*at == NULL)
        *at = schema->metadata + 4;
    if (*at == metadata_end(schema->metadata))
        return false;
    *at = read_piece(*at, key, key_size);
    *at = read_piece(*at, value, value_size);
    return true;
}

tarn_status tarn_schema_add_dictionary(struct ArrowSchema *schema, tarn_error *error) {
    schema_parts *parts = schema->private_data;
    parts->dictionary = calloc(1, sizeof *parts->dictionary);
    if (parts->dictionary == NULL)
        return tarn_fail_memory(error);
    schema->dictionary = parts->dictionary;
    return TARN_OK;
}

/* ---- copying ----------------------------------------------------------------------------------------------------- */

static tarn_status copy_level(const struct ArrowSchema *schema, const char *name, int depth, struct ArrowSchema *out,
                              tarn_error *error) {
    if (depth > TARN_MAX_DEPTH)
        return tarn_fail(error, TARN_E_FORMAT, "a schema is nested more than %d levels deep", TARN_MAX_DEPTH);
    if (schema->release == NULL || schema->format == NULL || schema->n_children < 0)
        return tarn_fail(error, TARN_E_INVALID, "an Arrow schema was released or is incomplete");
    TARN_TRY(tarn_schema_make_nested(out, schema->format, name, schema->n_children, error));
    schema_parts *parts = out->private_data;
    tarn_status status = TARN_OK;
    out->flags = schema->flags;
    if (schema->metadata != NULL) {
        size_t size = (size_t)(metadata_end(schema->metadata) - schema->metadata);
        parts->metadata = tarn_strndup(schema->metadata, size);
        if (parts->metadata == NULL) {
            status = tarn_fail_memory(error);
            goto cleanup;
        }
        out->metadata = parts->metadata;
    }
    for (int64_t i = 0; i < schema->n_children; i++)
        TARN_CHECK(copy_level(schema->children[i], schema->children[i]->name, depth + 1, out->children[i], error));
    if (schema->dictionary != NULL) {
        TARN_CHECK(tarn_schema_add_dictionary(out, error));
        TARN_CHECK(copy_level(schema->dictionary, schema->dictionary->name, depth + 1, out->dictionary, error));
    }
cleanup:
    if (status != TARN_OK)
        tarn_schema_release(out);
    return status;
}

tarn_status tarn_schema_copy(const struct ArrowSchema *schema, const char *name, struct ArrowSchema *out,
                             tarn_error *error) {
    struct ArrowSchema copy = {0};
    TARN_TRY(copy_level(schema, name ? name : schema->name, 1, &copy, error));
    *out = copy;
    return TARN_OK;
}

/* ---- comparing --------------------------------------------------------------------------------------------------- */

static bool same_key(const struct ArrowSchema *a, const struct ArrowSchema *b, const char *key) {
    const char *value_a = NULL, *value_b = NULL;
    size_t size_a = 0, size_b = 0;
    bool has_a = tarn_schema_metadata_get(a, key, &value_a, &size_a);
    bool has_b = tarn_schema_metadata_get(b, key, &value_b, &size_b);
    return has_a == has_b && size_a == size_b && (size_a == 0 || memcmp(value_a, value_b, size_a) == 0);
}

/* The names inside lists and maps ("item", "entries") are a matter of taste, those of struct fields are data. */
static bool same_child_name(const struct ArrowSchema *parent, const struct ArrowSchema *a,
                            const struct ArrowSchema *b) {
    if (strcmp(parent->format, "+s") != 0)
        return true;
    return strcmp(a->name ? a->name : "", b->name ? b->name : "") == 0;
}

static bool same_inside_map(const struct ArrowSchema *a, const struct ArrowSchema *b) {
    if (a->n_children != 1 || b->n_children != 1)
        return false;
    a = a->children[0];
    b = b->children[0];
    if (a->n_children != 2 || b->n_children != 2)
        return false;
    return tarn_schema_same_type(a->children[0], b->children[0]) &&
           tarn_schema_same_type(a->children[1], b->children[1]);
}

bool tarn_schema_same_type(const struct ArrowSchema *a, const struct ArrowSchema *b) {
    if (strcmp(a->format, b->format) != 0 || a->n_children != b->n_children)
        return false;
    if ((a->dictionary == NULL) != (b->dictionary == NULL))
        return false;
    if (a->dictionary != NULL && ((a->flags ^ b->flags) & ARROW_FLAG_DICTIONARY_ORDERED) != 0)
        return false;
    if (!same_key(a, b, "ARROW:extension:name") || !same_key(a, b, "ARROW:extension:metadata"))
        return false;
    if (strcmp(a->format, "+m") == 0)
        return same_inside_map(a, b);
    for (int64_t i = 0; i < a->n_children; i++) {
        if (!same_child_name(a, a->children[i], b->children[i]) ||
            !tarn_schema_same_type(a->children[i], b->children[i]))
            return false;
    }
    return a->dictionary == NULL || tarn_schema_same_type(a->dictionary, b->dictionary);
}
