/**
 * @file flatbuffer_read.h
 * Reading flatbuffers (https://flatbuffers.dev/internals/) that may be hostile. Every access is checked against the
 * buffer; a bad one gives the default or "absent" and marks the buffer, so that callers read what they need and ask
 * once whether all of it was sound. Nothing recurses here and nothing is allocated. For src/arrow, and for src/server,
 * which takes streams of messages apart.
 */
#ifndef TARN_ARROW_FLATBUFFER_READ_H
#define TARN_ARROW_FLATBUFFER_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct fb_buffer {
    const uint8_t *data;
    size_t size;
    bool bad; /**< some access went astray */
} fb_buffer;

typedef struct fb_table {
    fb_buffer *buffer;
    size_t at; /**< 0 when the table is absent */
    size_t vtable;
    size_t vtable_size;
    size_t size;
} fb_table;

typedef struct fb_vector {
    fb_buffer *buffer;
    size_t at; /**< of element 0 */
    size_t count;
    size_t element_size;
} fb_vector;

/** `size` bytes at `at`, little-endian, 0 when they are not all there. */
static inline uint64_t fb_number(fb_buffer *buffer, size_t at, size_t size) {
    uint64_t value = 0;
    if (at > buffer->size || size > buffer->size - at) {
        buffer->bad = true;
        return 0;
    }
    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)buffer->data[at + i] << (8 * i);
    return value;
}

static inline fb_table fb_no_table(fb_buffer *buffer) {
    return (fb_table){.buffer = buffer};
}

static inline fb_table fb_bad_table(fb_buffer *buffer) {
    buffer->bad = true;
    return fb_no_table(buffer);
}

static inline fb_table fb_table_at(fb_buffer *buffer, size_t at) {
    if (at < 4 || at > buffer->size || buffer->size - at < 4)
        return fb_bad_table(buffer);
    int64_t back = (int32_t)fb_number(buffer, at, 4);
    int64_t vtable = (int64_t)at - back;
    if (vtable < 0 || (uint64_t)vtable > buffer->size - 4)
        return fb_bad_table(buffer);
    fb_table table = {.buffer = buffer, .at = at, .vtable = (size_t)vtable};
    table.vtable_size = (size_t)fb_number(buffer, table.vtable, 2);
    table.size = (size_t)fb_number(buffer, table.vtable + 2, 2);
    if (table.vtable_size < 4 || table.vtable_size > buffer->size - table.vtable || table.size < 4 ||
        table.size > buffer->size - at)
        return fb_bad_table(buffer);
    return table;
}

/** The table that the u32 at `at` leads to. */
static inline fb_table fb_follow(fb_buffer *buffer, size_t at) {
    uint64_t step = fb_number(buffer, at, 4);
    if (buffer->bad || step == 0 || step > buffer->size - at)
        return fb_bad_table(buffer);
    return fb_table_at(buffer, at + (size_t)step);
}

static inline fb_table fb_root(fb_buffer *buffer) {
    return fb_follow(buffer, 0);
}

/** Where field `slot` of `size` bytes lies; 0 when it is absent. */
static inline size_t fb_field(const fb_table *table, unsigned slot, size_t size) {
    size_t entry = 4 + 2 * (size_t)slot;
    if (table->at == 0 || entry + 2 > table->vtable_size)
        return 0;
    size_t offset = (size_t)fb_number(table->buffer, table->vtable + entry, 2);
    if (offset == 0)
        return 0;
    if (offset < 4 || offset > table->size || size > table->size - offset) {
        table->buffer->bad = true;
        return 0;
    }
    return table->at + offset;
}

static inline bool fb_has(const fb_table *table, unsigned slot) {
    return fb_field(table, slot, 1) != 0;
}

static inline uint8_t fb_u8(const fb_table *table, unsigned slot, uint8_t absent) {
    size_t at = fb_field(table, slot, 1);
    return at == 0 ? absent : (uint8_t)fb_number(table->buffer, at, 1);
}

static inline int16_t fb_i16(const fb_table *table, unsigned slot, int16_t absent) {
    size_t at = fb_field(table, slot, 2);
    return at == 0 ? absent : (int16_t)fb_number(table->buffer, at, 2);
}

static inline int32_t fb_i32(const fb_table *table, unsigned slot, int32_t absent) {
    size_t at = fb_field(table, slot, 4);
    return at == 0 ? absent : (int32_t)fb_number(table->buffer, at, 4);
}

static inline int64_t fb_i64(const fb_table *table, unsigned slot, int64_t absent) {
    size_t at = fb_field(table, slot, 8);
    return at == 0 ? absent : (int64_t)fb_number(table->buffer, at, 8);
}

static inline fb_table fb_child(const fb_table *table, unsigned slot) {
    size_t at = fb_field(table, slot, 4);
    return at == 0 ? fb_no_table(table->buffer) : fb_follow(table->buffer, at);
}

static inline fb_vector fb_list(const fb_table *table, unsigned slot, size_t element_size) {
    fb_vector vector = {.buffer = table->buffer, .element_size = element_size};
    size_t at = fb_field(table, slot, 4);
    if (at == 0)
        return vector;
    uint64_t step = fb_number(table->buffer, at, 4);
    if (table->buffer->bad || step == 0 || step > table->buffer->size - at) {
        table->buffer->bad = true;
        return vector;
    }
    at += (size_t)step;
    uint64_t count = fb_number(table->buffer, at, 4);
    if (table->buffer->bad || count > (table->buffer->size - at - 4) / element_size) {
        table->buffer->bad = true;
        return vector;
    }
    vector.at = at + 4;
    vector.count = (size_t)count;
    return vector;
}

/** Element i of a vector of tables. */
static inline fb_table fb_list_table(const fb_vector *vector, size_t i) {
    return i < vector->count ? fb_follow(vector->buffer, vector->at + 4 * i) : fb_bad_table(vector->buffer);
}

/** The number of `size` bytes that lies `offset` bytes into element i of a vector of structs or numbers. */
static inline uint64_t fb_list_number(const fb_vector *vector, size_t i, size_t offset, size_t size) {
    if (i >= vector->count) {
        vector->buffer->bad = true;
        return 0;
    }
    return fb_number(vector->buffer, vector->at + i * vector->element_size + offset, size);
}

/** A string, not NUL-terminated as far as anyone knows; NULL when absent. */
static inline const char *fb_string(const fb_table *table, unsigned slot, size_t *size) {
    fb_vector bytes = fb_list(table, slot, 1);
    *size = bytes.count;
    return bytes.at == 0 ? NULL : (const char *)bytes.buffer->data + bytes.at;
}

#endif
