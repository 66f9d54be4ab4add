// A growable run of bytes, aligned to 64 so that it can become an Arrow buffer, and a growing array of anything.
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *tarn_aligned_alloc(size_t size) {
    if (size > SIZE_MAX - TARN_ALIGNMENT)
        return NULL;
    size_t rounded = (size + TARN_ALIGNMENT - 1) & ~(size_t)(TARN_ALIGNMENT - 1);
    return aligned_alloc(TARN_ALIGNMENT, rounded == 0 ? TARN_ALIGNMENT : rounded);
}

tarn_status tarn_buffer_reserve(tarn_buffer *buffer, size_t extra, tarn_error *error) {
    size_t needed;
    if (!tarn_add_size(buffer->size, extra, &needed))
        return tarn_fail_memory(error);
    if (needed <= buffer->capacity && buffer->data != NULL)
        return TARN_OK;
    size_t capacity = buffer->capacity < SIZE_MAX / 2 ? buffer->capacity * 2 : needed;
    if (capacity < needed)
        capacity = needed;
    if (capacity < 256)
        capacity = 256;
    uint8_t *data = tarn_aligned_alloc(capacity);
    if (data == NULL)
        return tarn_fail_memory(error);
    if (buffer->size > 0)
        memcpy(data, buffer->data, buffer->size);
    free(buffer->data);
    buffer->data = data;
    buffer->capacity = capacity;
    return TARN_OK;
}

tarn_status tarn_buffer_resize(tarn_buffer *buffer, size_t size, tarn_error *error) {
    if (size > buffer->size) {
        TARN_TRY(tarn_buffer_reserve(buffer, size - buffer->size, error));
        memset(buffer->data + buffer->size, 0, size - buffer->size);
    }
    buffer->size = size;
    return TARN_OK;
}

tarn_status tarn_buffer_append(tarn_buffer *buffer, const void *data, size_t size, tarn_error *error) {
    TARN_TRY(tarn_buffer_reserve(buffer, size, error));
    if (size > 0)
        memcpy(buffer->data + buffer->size, data, size);
    buffer->size += size;
    return TARN_OK;
}

tarn_status tarn_buffer_printf(tarn_buffer *buffer, tarn_error *error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int needed = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (needed < 0)
        return tarn_fail(error, TARN_E_INTERNAL, "cannot format text");
    TARN_TRY(tarn_buffer_reserve(buffer, (size_t)needed + 1, error));
    va_start(arguments, format);
    vsnprintf((char *)buffer->data + buffer->size, (size_t)needed + 1, format, arguments);
    va_end(arguments);
    buffer->size += (size_t)needed;
    return TARN_OK;
}

tarn_status tarn_buffer_align(tarn_buffer *buffer, size_t alignment, tarn_error *error) {
    size_t rest = buffer->size & (alignment - 1);
    return rest == 0 ? TARN_OK : tarn_buffer_resize(buffer, buffer->size + alignment - rest, error);
}

void tarn_buffer_free(tarn_buffer *buffer) {
    free(buffer->data);
    *buffer = (tarn_buffer){0};
}

tarn_status tarn_grow(void *array, size_t *capacity, size_t needed, size_t element_size, tarn_error *error) {
    if (needed <= *capacity)
        return TARN_OK;
    size_t wanted = *capacity < SIZE_MAX / 2 ? *capacity * 2 : needed;
    if (wanted < needed)
        wanted = needed;
    if (wanted < 8)
        wanted = 8;
    size_t bytes;
    if (!tarn_mul_size(wanted, element_size, &bytes))
        return tarn_fail_memory(error);
    void *old;
    memcpy(&old, array, sizeof old); /* `array` points to a pointer of some type */
    void *grown = realloc(old, bytes);
    if (grown == NULL)
        return tarn_fail_memory(error);
    memcpy(array, &grown, sizeof grown);
    *capacity = wanted;
    return TARN_OK;
}
