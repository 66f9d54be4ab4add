/* Shapes as trees: finding, adding up, freeing. */
#include "io/json_shape.h"

#include "base/buffer.h"
#include "base/hash.h"
#include "base/text.h"
#include "io/json_fields.h"

#include <stdlib.h>
#include <string.h>

tarn_json_shape *tarn_json_shape_new(unsigned level) {
    tarn_json_shape *shape = calloc(1, sizeof *shape);
    if (shape != NULL)
        shape->level = level;
    return shape;
}

static void drop_parts(tarn_json_shape *shape) {
    tarn_json_shape_free(shape->element);
    for (size_t i = 0; i < shape->count; i++) {
        free(shape->fields[i].name);
        tarn_json_shape_free(shape->fields[i].shape);
    }
    free(shape->fields);
    free(shape->table);
    shape->element = NULL;
    shape->fields = NULL;
    shape->table = NULL;
    shape->count = shape->capacity = shape->table_size = 0;
}

void tarn_json_shape_free(tarn_json_shape *shape) {
    if (shape == NULL)
        return;
    drop_parts(shape);
    free(shape->twice_name);
    free(shape);
}

void tarn_json_shape_close(tarn_json_shape *shape) {
    shape->kinds |= TARN_JSON_DEEP;
    drop_parts(shape);
}

/* ---- fields ------------------------------------------------------------------------------------------------------ */

static size_t slot_of(const tarn_json_shape *shape, const void *name, size_t size) {
    size_t mask = shape->table_size - 1, slot = (size_t)tarn_hash64_of(name, size) & mask;
    while (shape->table[slot] != 0) {
        const tarn_json_field *field = &shape->fields[shape->table[slot] - 1];
        if (field->size == size && memcmp(field->name, name, size) == 0)
            break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

tarn_json_field *tarn_json_shape_find(const tarn_json_shape *shape, const void *name, size_t size, size_t *next) {
    if (*next < shape->count && shape->fields[*next].size == size && memcmp(shape->fields[*next].name, name, size) == 0)
        return &shape->fields[(*next)++];
    if (shape->count == 0)
        return NULL;
    uint32_t place = shape->table[slot_of(shape, name, size)];
    if (place == 0)
        return NULL;
    *next = place;
    return &shape->fields[place - 1];
}

static tarn_status grow_table(tarn_json_shape *shape, tarn_error *error) {
    size_t size = shape->table_size == 0 ? 16 : shape->table_size * 2;
    uint32_t *table = calloc(size, sizeof *table);
    if (table == NULL)
        return tarn_fail_memory(error);
    free(shape->table);
    shape->table = table;
    shape->table_size = size;
    for (size_t i = 0; i < shape->count; i++)
        table[slot_of(shape, shape->fields[i].name, shape->fields[i].size)] = (uint32_t)i + 1;
    return TARN_OK;
}

static int by_first(const void *a, const void *b) {
    uint64_t x = ((const tarn_json_field *)a)->first, y = ((const tarn_json_field *)b)->first;
    return (x > y) - (x < y);
}

tarn_status tarn_json_shape_sort(tarn_json_shape *shape, tarn_error *error) {
    if (shape->count == 0)
        return TARN_OK;
    qsort(shape->fields, shape->count, sizeof *shape->fields, by_first);
    shape->table_size /= 2; /* made anew at the size it had */
    return grow_table(shape, error);
}

tarn_status tarn_json_shape_add(tarn_json_shape *shape, const void *name, size_t size, tarn_json_shape *part,
                                tarn_json_field **out, tarn_error *error) {
    TARN_TRY(tarn_grow(&shape->fields, &shape->capacity, shape->count + 1, sizeof *shape->fields, error));
    if ((shape->count + 1) * 2 > shape->table_size)
        TARN_TRY(grow_table(shape, error));
    char *copy = tarn_strndup(name, size);
    if (copy == NULL)
        return tarn_fail_memory(error);
    shape->table[slot_of(shape, name, size)] = (uint32_t)shape->count + 1;
    *out = &shape->fields[shape->count++];
    **out = (tarn_json_field){.name = copy, .size = size, .shape = part};
    return TARN_OK;
}

void tarn_json_shape_note_twice(tarn_json_shape *shape, uint64_t place, const void *name, size_t size) {
    if (shape->twice_name != NULL && shape->twice <= place)
        return;
    free(shape->twice_name);
    shape->twice_name = tarn_strndup(name, size); /* without memory the key is not told */
    shape->twice = place;
}

/* ---- adding up --------------------------------------------------------------------------------------------------- */

static tarn_status merge_fields(tarn_json_shape *into, tarn_json_shape *from, tarn_error *error) {
    size_t next = 0;
    for (size_t i = 0; i < from->count; i++) {
        tarn_json_field *field = &from->fields[i];
        tarn_json_field *known = tarn_json_shape_find(into, field->name, field->size, &next);
        if (known == NULL) {
            TARN_TRY(tarn_json_shape_add(into, field->name, field->size, field->shape, &known, error));
            known->first = field->first;
            field->shape = NULL; /* moved */
            continue;
        }
        known->first = known->first < field->first ? known->first : field->first;
        TARN_TRY(tarn_json_shape_merge(known->shape, field->shape, error));
    }
    return TARN_OK;
}

tarn_status tarn_json_shape_merge(tarn_json_shape *into, tarn_json_shape *from, tarn_error *error) {
    into->kinds |= from->kinds;
    into->whole = into->whole > from->whole ? into->whole : from->whole;
    into->behind = into->behind > from->behind ? into->behind : from->behind;
    into->objects += from->objects;
    into->members += from->members;
    if (from->twice_name != NULL)
        tarn_json_shape_note_twice(into, from->twice, from->twice_name, strlen(from->twice_name));
    if (tarn_json_is_text(into)) {
        tarn_json_shape_close(into);
        return TARN_OK;
    }
    if (into->element == NULL) {
        into->element = from->element;
        from->element = NULL;
    } else if (from->element != NULL) {
        TARN_TRY(tarn_json_shape_merge(into->element, from->element, error));
    }
    TARN_TRY(merge_fields(into, from, error));
    if (into->level > 0 && into->count > TARN_JSON_FIELDS)
        tarn_json_shape_close(into);
    return TARN_OK;
}

const tarn_json_shape *tarn_json_shape_twice(const tarn_json_shape *shape) {
    const tarn_json_shape *first = shape->twice_name != NULL && shape->form == TARN_JSON_AS_STRUCT ? shape : NULL;
    const tarn_json_shape *found = shape->element != NULL ? tarn_json_shape_twice(shape->element) : NULL;
    if (found != NULL && (first == NULL || found->twice < first->twice))
        first = found;
    for (size_t i = 0; i < shape->count; i++) {
        found = tarn_json_shape_twice(shape->fields[i].shape);
        if (found != NULL && (first == NULL || found->twice < first->twice))
            first = found;
    }
    return first;
}
