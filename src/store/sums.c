// The checksums of stretches that follow a large batch's stream, so that a few of its values can be trusted without
// reading all of it (docs/format.md).
#include "store/sums.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Behind the checksums: the stream's size, the batch's id (high half first), the checksum of all that, and this. */
static const char magic[8] = {'T', 'A', 'R', 'N', 'S', 'U', 'M', '1'};
enum { FOOTER = 5 * 8, SEALED_END = 2 * 8 };

struct tarn_sums {
    const uint8_t *data, *checksums;
    size_t size;
    atomic_bool proved[]; /* per stretch */
};

static size_t stretches_of(size_t size) {
    return size / TARN_SUMS_STRETCH + (size % TARN_SUMS_STRETCH != 0);
}

static uint64_t checksum_of(const uint8_t *data, size_t size, size_t stretch) {
    size_t from = stretch * TARN_SUMS_STRETCH, left = size - from;
    return tarn_hash64_of(data + from, left < TARN_SUMS_STRETCH ? left : TARN_SUMS_STRETCH);
}

static tarn_status append_u64(tarn_buffer *out, uint64_t value, tarn_error *error) {
    uint8_t bytes[8];
    for (size_t i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    return tarn_buffer_append(out, bytes, sizeof bytes, error);
}

static uint64_t u64_at(const uint8_t *bytes) {
    uint64_t value = 0;
    for (size_t i = 0; i < 8; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

tarn_status tarn_sums_append(tarn_buffer *stream, tarn_hash128 id, tarn_error *error) {
    size_t size = stream->size, count = stretches_of(size);
    if (size < TARN_SUMS_LEAST)
        return TARN_OK;
    TARN_TRY(tarn_buffer_reserve(stream, count * 8 + FOOTER, error));
    for (size_t i = 0; i < count; i++)
        TARN_TRY(append_u64(stream, checksum_of(stream->data, size, i), error));
    TARN_TRY(append_u64(stream, size, error));
    TARN_TRY(append_u64(stream, id.hi, error));
    TARN_TRY(append_u64(stream, id.lo, error));
    TARN_TRY(append_u64(stream, tarn_hash64_of(stream->data + size, stream->size - size), error));
    return tarn_buffer_append(stream, magic, sizeof magic, error);
}

tarn_status tarn_sums_open(const void *data, size_t size, tarn_hash128 id, tarn_sums **out, tarn_error *error) {
    *out = NULL;
    if (size < TARN_SUMS_LEAST)
        return TARN_OK;
    const uint8_t *bytes = data, *footer = bytes + size - FOOTER;
    uint64_t stream = u64_at(footer);
    if (memcmp(bytes + size - sizeof magic, magic, sizeof magic) != 0 || stream > size - FOOTER)
        return TARN_OK;
    size_t count = stretches_of((size_t)stream);
    if (stream + count * 8 + FOOTER != size || u64_at(footer + 8) != id.hi || u64_at(footer + 16) != id.lo ||
        u64_at(footer + 24) != tarn_hash64_of(bytes + stream, size - (size_t)stream - SEALED_END))
        return TARN_OK;
    tarn_sums *sums = calloc(1, sizeof *sums + count * sizeof sums->proved[0]);
    if (sums == NULL)
        return tarn_fail_memory(error);
    sums->data = bytes;
    sums->size = (size_t)stream;
    sums->checksums = bytes + stream;
    for (size_t i = 0; i < count; i++)
        atomic_init(&sums->proved[i], false);
    *out = sums;
    return TARN_OK;
}

void tarn_sums_free(tarn_sums *sums) {
    free(sums);
}

bool tarn_sums_hold(tarn_sums *sums, const void *from, size_t size) {
    uintptr_t begin = (uintptr_t)from, data = (uintptr_t)sums->data;
    if (begin < data || begin - data > sums->size || size > sums->size - (begin - data))
        return false;
    if (size == 0)
        return true;
    size_t first = (begin - data) / TARN_SUMS_STRETCH, last = (begin - data + size - 1) / TARN_SUMS_STRETCH;
    for (size_t i = first; i <= last; i++) {
        if (atomic_load_explicit(&sums->proved[i], memory_order_relaxed))
            continue;
        if (checksum_of(sums->data, sums->size, i) != u64_at(sums->checksums + i * 8))
            return false;
        atomic_store_explicit(&sums->proved[i], true, memory_order_relaxed);
    }
    return true;
}
