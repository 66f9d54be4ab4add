/* Spaces: at the ends of texts, and several in a row. */
#include "command/text_kernel.h"
#include "command/unicode.h"

#include <string.h>

/* Whether an ASCII byte is a space, and whether any other byte may belong to one. */
static inline bool may_be_space(char byte) {
    uint8_t b = (uint8_t)byte;
    return b <= ' ' || b >= 0x80;
}

static size_t same_size(const void *state, size_t size) {
    (void)state;
    return size;
}

static bool begins_with_space(const char *text) {
    size_t length;
    return may_be_space(text[0]) && tarn_is_space(tarn_point_at(text, &length));
}

static bool ends_with_space(const char *text, size_t size) {
    size_t length;
    return may_be_space(text[size - 1]) && tarn_is_space(tarn_point_at(text + tarn_point_before(text, size), &length));
}

static int64_t next_to_trim(const void *state, const tarn_texts *texts, int64_t i) {
    (void)state;
    for (; i < texts->count; i++) {
        const char *text = texts->data + texts->ends[i];
        size_t size = (size_t)(texts->ends[i + 1] - texts->ends[i]);
        if (size > 0 && (begins_with_space(text) || ends_with_space(text, size)))
            break;
    }
    return i;
}

static size_t trim(const void *state, const char *text, size_t size, char *out) {
    (void)state;
    size_t from = 0, length;
    while (from < size && begins_with_space(text + from)) {
        tarn_point_at(text + from, &length);
        from += length;
    }
    while (size > from && ends_with_space(text + from, size - from))
        size = tarn_point_before(text, size);
    memcpy(out, text + from, size - from);
    return size - from;
}

/* A space after a space, one that is no plain space, or a byte that may be the beginning of one. */
static int64_t next_to_collapse(const void *state, const tarn_texts *texts, int64_t i) {
    (void)state;
    for (; i < texts->count; i++) {
        char last = 'x';
        for (int32_t at = texts->ends[i]; at < texts->ends[i + 1]; last = texts->data[at++]) {
            if (may_be_space(texts->data[at]) && (texts->data[at] != ' ' || last == ' '))
                return i;
        }
    }
    return i;
}

static size_t collapse(const void *state, const char *text, size_t size, char *out) {
    (void)state;
    size_t written = 0, length;
    bool was_space = false;
    for (size_t at = 0; at < size; at += length) {
        bool is_space = tarn_is_space(tarn_point_at(text + at, &length));
        if (is_space && !was_space)
            out[written++] = ' ';
        for (size_t k = 0; !is_space && k < length; k++)
            out[written++] = text[at + k];
        was_space = is_space;
    }
    return written;
}

const tarn_text_kernel tarn_trim_kernel = {.next = next_to_trim, .bound = same_size, .map = trim};
const tarn_text_kernel tarn_collapse_kernel = {.next = next_to_collapse, .bound = same_size, .map = collapse};
