/* Column types as JSON: {"format":"u"}, with "flags" when they are not just "nullable", "metadata", "children" (each
 * with its "name") and "dictionary" where there are any. */
#include "store/state.h"

#include "base/text.h"

#include <stdlib.h>

#define MAX_TYPE_DEPTH 64
#define MAX_CHILDREN 100000

/* ---- writing ------------------------------------------------------------------------------------------------------
 */

static int32_t read_size(const char *p) {
    int32_t size;
    memcpy(&size, p, sizeof size);
    return size;
}

/* Text as a string; other bytes as {"hex":"…"}. */
static void write_bytes(tarn_json_out *out, const char *bytes, size_t size) {
    if (tarn_utf8_is_valid(bytes, size) && memchr(bytes, 0, size) == NULL) {
        tarn_json_out_bytes(out, bytes, size);
        return;
    }
    static const char digits[] = "0123456789abcdef";
    tarn_json_out_open(out, '{');
    tarn_json_out_key(out, "hex");
    tarn_json_out_raw(out, "\"", 1);
    for (size_t i = 0; i < size; i++) {
        char pair[2] = {digits[(unsigned char)bytes[i] >> 4], digits[(unsigned char)bytes[i] & 15]};
        tarn_json_out_raw(out, pair, 2);
    }
    tarn_json_out_raw(out, "\"", 1);
    tarn_json_out_close(out, '}');
}

static void write_metadata(tarn_json_out *out, const char *metadata) {
    tarn_json_out_key(out, "metadata");
    tarn_json_out_open(out, '[');
    const char *p = metadata + 4;
    for (int32_t left = read_size(metadata); left > 0; left--) {
        tarn_json_out_open(out, '[');
        for (int part = 0; part < 2; part++) {
            int32_t size = read_size(p);
            write_bytes(out, p + 4, (size_t)size);
            p += 4 + size;
        }
        tarn_json_out_close(out, ']');
    }
    tarn_json_out_close(out, ']');
}

static void write_type(tarn_json_out *out, const struct ArrowSchema *type, bool with_name) {
    tarn_json_out_open(out, '{');
    if (with_name) {
        tarn_json_out_key(out, "name");
        tarn_json_out_text(out, type->name != NULL ? type->name : "");
    }
    tarn_json_out_key(out, "format");
    tarn_json_out_text(out, type->format);
    if (type->flags != ARROW_FLAG_NULLABLE) {
        tarn_json_out_key(out, "flags");
        tarn_json_out_i64(out, type->flags);
    }
    if (type->metadata != NULL && read_size(type->metadata) > 0)
        write_metadata(out, type->metadata);
    if (type->n_children > 0) {
        tarn_json_out_key(out, "children");
        tarn_json_out_open(out, '[');
        for (int64_t i = 0; i < type->n_children; i++)
            write_type(out, type->children[i], true);
        tarn_json_out_close(out, ']');
    }
    if (type->dictionary != NULL) {
        tarn_json_out_key(out, "dictionary");
        write_type(out, type->dictionary, true);
    }
    tarn_json_out_close(out, '}');
}

void tarn_type_write(tarn_json_out *out, const struct ArrowSchema *type) {
    write_type(out, type, false);
}

/* ---- reading ------------------------------------------------------------------------------------------------------
 */

static tarn_status malformed(tarn_error *error) {
    return tarn_fail(error, TARN_E_CORRUPT, "the journal has a malformed column type");
}

typedef struct type_parts {
    char *name, *format;
    int64_t flags;
    tarn_buffer metadata; /* in the C data interface's encoding; empty for none */
    struct ArrowSchema *children;
    size_t count, capacity;
    struct ArrowSchema dictionary; /* released: none */
} type_parts;

static int nibble(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static tarn_status append_hex(tarn_buffer *out, tarn_json *json, tarn_error *error) {
    tarn_slice key, text = {NULL, 0};
    tarn_json_enter_object(json);
    while (tarn_json_member(json, &key)) {
        if (tarn_slice_is(key, "hex"))
            tarn_json_string(json, &text);
        else
            tarn_json_skip(json, NULL);
    }
    if (json->bad || text.size % 2 != 0)
        return malformed(error);
    int32_t size = (int32_t)(text.size / 2);
    TARN_TRY(tarn_buffer_append(out, &size, sizeof size, error));
    for (size_t i = 0; i < text.size; i += 2) {
        int high = nibble(text.data[i]), low = nibble(text.data[i + 1]);
        if (high < 0 || low < 0)
            return malformed(error);
        uint8_t byte = (uint8_t)(high << 4 | low);
        TARN_TRY(tarn_buffer_append(out, &byte, 1, error));
    }
    return TARN_OK;
}

static tarn_status append_piece(tarn_buffer *out, tarn_json *json, tarn_error *error) {
    if (tarn_json_peek(json) == '{')
        return append_hex(out, json, error);
    char *text = tarn_json_text(json);
    if (text == NULL)
        return malformed(error);
    int32_t size = (int32_t)strlen(text);
    tarn_status status = tarn_buffer_append(out, &size, sizeof size, error);
    if (status == TARN_OK)
        status = tarn_buffer_append(out, text, (size_t)size, error);
    free(text);
    return status;
}

static tarn_status read_metadata(tarn_json *json, tarn_buffer *out, tarn_error *error) {
    int32_t count = 0;
    out->size = 0;
    TARN_TRY(tarn_buffer_append(out, &count, sizeof count, error));
    if (!tarn_json_enter_array(json))
        return malformed(error);
    while (tarn_json_element(json)) {
        int parts = 0;
        tarn_json_enter_array(json);
        for (; tarn_json_element(json); parts++) {
            if (parts == 2)
                return malformed(error);
            TARN_TRY(append_piece(out, json, error));
        }
        if (parts != 2)
            return malformed(error);
        count++;
    }
    if (json->bad)
        return malformed(error);
    memcpy(out->data, &count, sizeof count);
    return TARN_OK;
}

static tarn_status read_type(tarn_json *json, int depth, struct ArrowSchema *out, tarn_error *error);

static tarn_status read_children(tarn_json *json, int depth, type_parts *parts, tarn_error *error) {
    if (!tarn_json_enter_array(json))
        return malformed(error);
    while (tarn_json_element(json)) {
        if (parts->count == MAX_CHILDREN)
            return malformed(error);
        TARN_TRY(tarn_grow(&parts->children, &parts->capacity, parts->count + 1, sizeof *parts->children, error));
        TARN_TRY(read_type(json, depth + 1, &parts->children[parts->count], error));
        parts->count++;
    }
    return json->bad ? malformed(error) : TARN_OK;
}

static tarn_status read_members(tarn_json *json, int depth, type_parts *parts, tarn_error *error) {
    tarn_slice key;
    if (!tarn_json_enter_object(json))
        return malformed(error);
    while (tarn_json_member(json, &key)) {
        if (tarn_slice_is(key, "name") && parts->name == NULL)
            parts->name = tarn_json_text(json);
        else if (tarn_slice_is(key, "format") && parts->format == NULL)
            parts->format = tarn_json_text(json);
        else if (tarn_slice_is(key, "flags"))
            parts->flags = tarn_json_i64(json);
        else if (tarn_slice_is(key, "metadata"))
            TARN_TRY(read_metadata(json, &parts->metadata, error));
        else if (tarn_slice_is(key, "children"))
            TARN_TRY(read_children(json, depth, parts, error));
        else if (tarn_slice_is(key, "dictionary") && parts->dictionary.release == NULL)
            TARN_TRY(read_type(json, depth + 1, &parts->dictionary, error));
        else
            tarn_json_skip(json, NULL);
    }
    return json->bad || parts->format == NULL ? malformed(error) : TARN_OK;
}

/* Other code relies on a type having the children that its layout needs. */
static bool is_well_formed(tarn_type kind, const type_parts *parts) {
    switch (kind) {
    case TARN_TYPE_STRUCT:
    case TARN_TYPE_SPARSE_UNION:
    case TARN_TYPE_DENSE_UNION:
        return parts->dictionary.release == NULL;
    case TARN_TYPE_LIST:
    case TARN_TYPE_LARGE_LIST:
    case TARN_TYPE_FIXED_LIST:
    case TARN_TYPE_LIST_VIEW:
    case TARN_TYPE_LARGE_LIST_VIEW:
        return parts->count == 1 && parts->dictionary.release == NULL;
    case TARN_TYPE_MAP:
        return parts->count == 1 && strcmp(parts->children[0].format, "+s") == 0 && parts->children[0].n_children == 2;
    case TARN_TYPE_RUN_END:
        return parts->count == 2;
    default:
        break;
    }
    bool integer = kind >= TARN_TYPE_INT8 && kind <= TARN_TYPE_UINT64;
    return parts->count == 0 && (parts->dictionary.release == NULL || integer);
}

/* Put a schema together from its parts; the children are moved out of them. */
static tarn_status assemble(type_parts *parts, struct ArrowSchema *out, tarn_error *error) {
    struct ArrowSchema bare;
    TARN_TRY(tarn_schema_make_nested(&bare, parts->format, parts->name, (int64_t)parts->count, error));
    for (size_t i = 0; i < parts->count; i++) {
        *bare.children[i] = parts->children[i];
        parts->children[i].release = NULL;
    }
    bare.flags = parts->flags;
    if (parts->dictionary.release == NULL && parts->metadata.size == 0) {
        *out = bare;
        return TARN_OK;
    }
    /* Lent for the copy, which then has its own. */
    bare.metadata = (const char *)parts->metadata.data;
    bare.dictionary = parts->dictionary.release != NULL ? &parts->dictionary : NULL;
    tarn_status status = tarn_schema_copy(&bare, NULL, out, error);
    bare.metadata = NULL;
    bare.dictionary = NULL;
    tarn_schema_release(&bare);
    return status;
}

static tarn_status read_type(tarn_json *json, int depth, struct ArrowSchema *out, tarn_error *error) {
    type_parts parts = {.flags = ARROW_FLAG_NULLABLE};
    tarn_type kind;
    tarn_status status;
    out->release = NULL;
    if (depth >= MAX_TYPE_DEPTH)
        return tarn_fail(error, TARN_E_CORRUPT, "the journal has a column type nested more than %d levels deep",
                         MAX_TYPE_DEPTH);
    TARN_CHECK(read_members(json, depth, &parts, error));
    TARN_CHECK(tarn_type_of(parts.format, &kind, error));
    status = is_well_formed(kind, &parts) ? assemble(&parts, out, error) : malformed(error);
cleanup:
    for (size_t i = 0; i < parts.count; i++)
        tarn_schema_release(&parts.children[i]);
    free(parts.children);
    tarn_schema_release(&parts.dictionary);
    tarn_buffer_free(&parts.metadata);
    free(parts.name);
    free(parts.format);
    return status;
}

tarn_status tarn_type_read(tarn_json *json, struct ArrowSchema *out, tarn_error *error) {
    return read_type(json, 0, out, error);
}
