/**
 * @file buffer.h
 * A growable run of bytes, aligned to 64 so that it can become an Arrow buffer, and a growing array of anything.
 * Not thread-safe. A zeroed tarn_buffer is a valid empty one.
 */
#ifndef TARN_BASE_BUFFER_H
#define TARN_BASE_BUFFER_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TARN_ALIGNMENT 64

typedef struct tarn_buffer {
    uint8_t *data; /**< owned; TARN_ALIGNMENT-aligned; NULL while nothing was reserved */
    size_t size;   /**< bytes in use */
    size_t capacity;
} tarn_buffer;

/** Memory of `size` bytes aligned to TARN_ALIGNMENT, freed with free(); NULL when out of memory. `size` 0 gives 64. */
void *tarn_aligned_alloc(size_t size);

/** Make room for `extra` more bytes. */
tarn_status tarn_buffer_reserve(tarn_buffer *buffer, size_t extra, tarn_error *error);

/** Set the size; new bytes are zero. */
tarn_status tarn_buffer_resize(tarn_buffer *buffer, size_t size, tarn_error *error);

tarn_status tarn_buffer_append(tarn_buffer *buffer, const void *data, size_t size, tarn_error *error);

/** Append formatted text, without a terminating NUL. */
tarn_status tarn_buffer_printf(tarn_buffer *buffer, tarn_error *error, const char *format, ...) TARN_PRINTF(3, 4);

/** Append zero bytes until the size is a multiple of `alignment` (a power of two). */
tarn_status tarn_buffer_align(tarn_buffer *buffer, size_t alignment, tarn_error *error);

/** Free the memory; the buffer is empty afterwards and may be used again. */
void tarn_buffer_free(tarn_buffer *buffer);

/**
 * Grow the heap array `*array` of elements of `element_size` bytes so that it holds at least `needed` elements.
 * `*capacity` counts elements; it at least doubles, so that appending is O(1). The array is freed with free().
 */
tarn_status tarn_grow(void *array, size_t *capacity, size_t needed, size_t element_size, tarn_error *error);

/** a * b and a + b into `*out`; false when it does not fit. */
static inline bool tarn_mul_size(size_t a, size_t b, size_t *out) {
    return !__builtin_mul_overflow(a, b, out);
}
static inline bool tarn_add_size(size_t a, size_t b, size_t *out) {
    return !__builtin_add_overflow(a, b, out);
}

#endif
