// Writing flatbuffers.
#include "arrow/flatbuffer_write.h"

#include <stdlib.h>
#include <string.h>

/* Room for `size` bytes before those in use, zeroed; NULL when `size` is 0 or when out of memory. */
static uint8_t *push_space(fb_writer *writer, size_t size) {
    if (writer->failed || size == 0)
        return NULL;
    if (size > writer->capacity - writer->used) {
        size_t capacity = writer->capacity == 0 ? 1024 : writer->capacity;
        while (capacity - writer->used < size && capacity <= UINT32_MAX / 2)
            capacity *= 2;
        uint8_t *data = capacity - writer->used < size ? NULL : malloc(capacity);
        if (data == NULL) {
            writer->failed = true;
            return NULL;
        }
        if (writer->used > 0)
            memcpy(data + capacity - writer->used, writer->data + writer->capacity - writer->used, writer->used);
        free(writer->data);
        writer->data = data;
        writer->capacity = capacity;
    }
    writer->used += size;
    return memset(writer->data + writer->capacity - writer->used, 0, size);
}

static void push_number(fb_writer *writer, uint64_t value, size_t size) {
    uint8_t *p = push_space(writer, size);
    for (size_t i = 0; p != NULL && i < size; i++)
        p[i] = (uint8_t)(value >> (8 * i));
}

/* Pad so that what is `size` bytes long and pushed next begins at a multiple of `alignment` from the end. */
static void pad_for(fb_writer *writer, size_t size, size_t alignment) {
    push_space(writer, (0 - (writer->used + size)) & (alignment - 1));
}

fb_ref fb_put_string(fb_writer *writer, const char *text, size_t size) {
    pad_for(writer, size + 1, 4);
    uint8_t *p = push_space(writer, size + 1);
    if (p != NULL && size > 0)
        memcpy(p, text, size);
    push_number(writer, size, 4);
    return (fb_ref)writer->used;
}

static void push_ref(fb_writer *writer, fb_ref ref) {
    pad_for(writer, 4, 4);
    push_number(writer, writer->used + 4 - ref, 4);
}

fb_ref fb_put_refs(fb_writer *writer, const fb_ref *refs, size_t count) {
    pad_for(writer, 4 * count, 4);
    for (size_t i = count; i > 0; i--)
        push_ref(writer, refs[i - 1]);
    push_number(writer, count, 4);
    return (fb_ref)writer->used;
}

fb_ref fb_put_structs(fb_writer *writer, const void *data, size_t count, size_t size, size_t alignment) {
    pad_for(writer, count * size, alignment < 4 ? 4 : alignment);
    uint8_t *p = push_space(writer, count * size);
    if (p != NULL && count > 0)
        memcpy(p, data, count * size);
    push_number(writer, count, 4);
    return (fb_ref)writer->used;
}

void fb_begin_table(fb_writer *writer) {
    writer->table_end = writer->used;
    memset(writer->fields, 0, sizeof writer->fields);
}

void fb_put_field(fb_writer *writer, unsigned slot, uint64_t value, size_t size) {
    pad_for(writer, size, size);
    push_number(writer, value, size);
    writer->fields[slot] = writer->used;
}

void fb_put_field_ref(fb_writer *writer, unsigned slot, fb_ref ref) {
    if (ref == 0)
        return;
    push_ref(writer, ref);
    writer->fields[slot] = writer->used;
}

fb_ref fb_end_table(fb_writer *writer) {
    pad_for(writer, 4, 4);
    push_number(writer, 0, 4); /* distance to the vtable, known below */
    size_t table = writer->used;
    size_t slots = FB_MAX_SLOTS;
    while (slots > 0 && writer->fields[slots - 1] == 0)
        slots--;
    pad_for(writer, 2 * slots + 4, 2);
    for (size_t i = slots; i > 0; i--)
        push_number(writer, writer->fields[i - 1] == 0 ? 0 : table - writer->fields[i - 1], 2);
    push_number(writer, table - writer->table_end, 2);
    push_number(writer, 2 * slots + 4, 2);
    if (writer->failed)
        return 0;
    uint32_t distance = (uint32_t)(writer->used - table);
    uint8_t *p = writer->data + writer->capacity - table;
    for (size_t i = 0; i < 4; i++)
        p[i] = (uint8_t)(distance >> (8 * i));
    return (fb_ref)table;
}

tarn_status fb_finish(fb_writer *writer, fb_ref root, const uint8_t **data, size_t *size, tarn_error *error) {
    pad_for(writer, 4, 8);
    push_number(writer, writer->used + 4 - root, 4);
    if (writer->failed)
        return tarn_fail_memory(error);
    *data = writer->data + writer->capacity - writer->used;
    *size = writer->used;
    return TARN_OK;
}

void fb_writer_free(fb_writer *writer) {
    free(writer->data);
    *writer = (fb_writer){0};
}
