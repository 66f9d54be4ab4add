// Character encodings of text files.
#include "io/text_encoding.h"

#include "base/text.h"

#include <string.h>

/* Text in UTF-16 without a mark: many units have a zero byte, nearly always on the same side. */
static const tarn_text_encoding *guess_utf16(const uint8_t *data, size_t size) {
    size_t zeros[2] = {0, 0};
    size_t units = size / 2;
    for (size_t i = 0; i + 1 < size; i++)
        zeros[i & 1] += data[i] == 0;
    if (units < 2)
        return NULL;
    for (size_t side = 0; side < 2; side++) {
        if (zeros[side] * 20 >= units && zeros[side] >= 2 && zeros[1 - side] * 50 <= zeros[side])
            return tarn_text_encoding_find(side == 1 ? "UTF-16LE" : "UTF-16BE");
    }
    return NULL;
}

const tarn_text_encoding *tarn_text_encoding_of_start(const uint8_t *data, size_t size, size_t *mark_size) {
    static const struct {
        uint8_t mark[4];
        size_t size;
        const char *name;
    } marks[] = {
        {{0xFF, 0xFE, 0, 0}, 4, "UTF-32LE"}, {{0, 0, 0xFE, 0xFF}, 4, "UTF-32BE"}, {{0xEF, 0xBB, 0xBF, 0}, 3, "UTF-8"},
        {{0xFF, 0xFE, 0, 0}, 2, "UTF-16LE"}, {{0xFE, 0xFF, 0, 0}, 2, "UTF-16BE"},
    };
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (size >= marks[i].size && memcmp(data, marks[i].mark, marks[i].size) == 0) {
            *mark_size = marks[i].size;
            return tarn_text_encoding_find(marks[i].name);
        }
    }
    *mark_size = 0;
    return guess_utf16(data, size);
}

void tarn_text_census_merge(tarn_text_census *into, const tarn_text_census *from) {
    into->valid += from->valid;
    into->invalid += from->invalid;
}

/* Bytes that begin a sequence of several, those with both high bits, eight at once. */
static uint64_t count_sequences(const uint8_t *data, size_t size) {
    const uint64_t lowest = UINT64_C(0x0101010101010101);
    uint64_t count = 0, word;
    size_t i = 0;
    for (; i + sizeof word <= size; i += sizeof word) {
        memcpy(&word, data + i, sizeof word);
        count += ((word >> 7 & word >> 6 & lowest) * lowest) >> 56; /* the sum of the bytes */
    }
    for (; i < size; i++)
        count += data[i] >= 0xC0;
    return count;
}

void tarn_text_census_take(tarn_text_census *census, const uint8_t *data, size_t size,
                           void (*on_invalid)(void *context, size_t offset), void *context) {
    size_t at = 0;
    while (at < size) {
        size_t valid = tarn_utf8_valid_prefix(data + at, size - at);
        census->valid += count_sequences(data + at, valid);
        at += valid;
        if (at == size)
            break;
        census->invalid++;
        if (on_invalid != NULL)
            on_invalid(context, at);
        at++;
    }
}

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

static size_t repair_utf8(const uint8_t *data, size_t size, char *out) {
    size_t used = 0;
    for (size_t at = 0; at < size;) {
        size_t valid = tarn_utf8_valid_prefix(data + at, size - at);
        memcpy(out + used, data + at, valid);
        used += valid;
        at += valid;
        if (at < size) {
            memcpy(out + used, replacement, 3);
            used += 3;
            at++;
        }
    }
    return used;
}

size_t tarn_text_to_utf8(const tarn_text_encoding *encoding, const uint8_t *data, size_t size, char *out) {
    if (size == 0)
        return 0;
    if (encoding->kind != TARN_TEXT_SINGLE_BYTE)
        return repair_utf8(data, size, out);
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        if (data[i] < 0x80)
            out[used++] = (char)data[i];
        else
            used += tarn_utf8_encode(encoding->table[data[i] - 0x80], out + used);
    }
    return used;
}

static uint32_t unit16(const uint8_t *p, bool big) {
    return big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

static uint32_t unit32(const uint8_t *p, bool big) {
    return big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
               : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

#define BROKEN 0xFFFFFFFFu

/* The character at `p` and its bytes; BROKEN for half a surrogate pair or a number that is none; 0 bytes when cut. */
static size_t next_wide(tarn_text_kind kind, const uint8_t *p, size_t left, uint32_t *c) {
    if (kind == TARN_TEXT_UTF32LE || kind == TARN_TEXT_UTF32BE) {
        if (left < 4)
            return 0;
        *c = unit32(p, kind == TARN_TEXT_UTF32BE);
        if (*c > 0x10FFFF || (*c >= 0xD800 && *c < 0xE000))
            *c = BROKEN;
        return 4;
    }
    bool big = kind == TARN_TEXT_UTF16BE;
    if (left < 2)
        return 0;
    uint32_t first = unit16(p, big);
    *c = first;
    if (first < 0xD800 || first >= 0xE000)
        return 2;
    *c = BROKEN;
    if (first >= 0xDC00)
        return 2;
    if (left < 4)
        return 0;
    uint32_t second = unit16(p + 2, big);
    if (second < 0xDC00 || second >= 0xE000)
        return 2;
    *c = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    return 4;
}

size_t tarn_text_wide_to_utf8(const tarn_text_encoding *encoding, const uint8_t *data, size_t size, bool last,
                              char *out, size_t *consumed, uint64_t *invalid) {
    size_t used = 0, at = 0;
    char scratch[4];
    while (at < size) {
        uint32_t c = BROKEN;
        size_t length = next_wide(encoding->kind, data + at, size - at, &c);
        if (length == 0 && !last)
            break;
        if (c == BROKEN) {
            c = 0xFFFD;
            ++*invalid;
        }
        used += tarn_utf8_encode(c, out != NULL ? out + used : scratch);
        at += length == 0 ? size - at : length;
    }
    *consumed = at;
    return used;
}
