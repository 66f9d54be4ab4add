/**
 * @file flatbuffer_write.h
 * Writing flatbuffers. The buffer grows from its end to its front, so that what is referred to is written before what
 * refers to it: children first, the root last. References are distances from the end. Running out of memory is
 * remembered and told by fb_finish. Private to src/arrow.
 */
#ifndef TARN_ARROW_FLATBUFFER_WRITE_H
#define TARN_ARROW_FLATBUFFER_WRITE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FB_MAX_SLOTS 8

typedef uint32_t fb_ref; /**< 0 means nothing */

typedef struct fb_writer {
    uint8_t *data;
    size_t capacity;
    size_t used; /**< bytes at the end of `data` */
    bool failed;
    size_t table_end;
    size_t fields[FB_MAX_SLOTS]; /**< of the table being written; 0: absent */
} fb_writer;

fb_ref fb_put_string(fb_writer *writer, const char *text, size_t size);
fb_ref fb_put_refs(fb_writer *writer, const fb_ref *refs, size_t count); /**< vector of tables or strings */

/** Vector of structs or numbers given as little-endian bytes; `alignment` up to 8. */
fb_ref fb_put_structs(fb_writer *writer, const void *data, size_t count, size_t size, size_t alignment);

/** Between these two only fields are put; tables do not nest while being written. */
void fb_begin_table(fb_writer *writer);
fb_ref fb_end_table(fb_writer *writer);

void fb_put_field(fb_writer *writer, unsigned slot, uint64_t value, size_t size); /**< a number of 1, 2, 4 or 8 bytes */
void fb_put_field_ref(fb_writer *writer, unsigned slot, fb_ref ref);              /**< nothing when `ref` is 0 */

/** Make `root` the root. The finished bytes, a multiple of 8, belong to the writer and live until fb_writer_free. */
tarn_status fb_finish(fb_writer *writer, fb_ref root, const uint8_t **data, size_t *size, tarn_error *error);
void fb_writer_free(fb_writer *writer);

#endif
