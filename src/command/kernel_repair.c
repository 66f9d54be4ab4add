/* Text in UTF-8 that was once read as Windows-1252 or Latin-1: Ã© for é, twice over ÃƒÂ©. */
#include "command/text_kernel.h"

#include "base/text.h"

#include <string.h>

/* More times nobody has seen. */
enum { MOST_TIMES = 3 };

/* What the bytes 0x80 to 0x9F are in Windows-1252; 0: nothing, and then readers make the control characters of them. */
static const uint16_t windows[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                     0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                     0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                     0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

/* The byte that a character was read from; -1: it is none of these encodings'. */
static int byte_of(uint32_t point, bool *is_windows, bool *is_latin) {
    if (point < 0x80 || (point >= 0xA0 && point <= 0xFF))
        return (int)point;
    for (int i = 0; i < 32; i++) {
        if (windows[i] == point) {
            *is_windows = true;
            return 0x80 + i;
        }
    }
    if (point > 0xFF)
        return -1;
    *is_latin = *is_latin || windows[point - 0x80] != 0;
    return (int)point;
}

/* The bytes that a text was made of, if it was and they are UTF-8 that reading them again makes the text of; `out` may
 * be `text`. 0: it was not. */
static size_t undo(const char *text, size_t size, char *out) {
    bool is_windows = false, is_latin = false, is_wide = false;
    size_t made = 0, length;
    for (size_t at = 0; at < size; at += length) {
        int byte = byte_of(tarn_point_at(text + at, &length), &is_windows, &is_latin);
        if (byte < 0)
            return 0;
        is_wide = is_wide || byte >= 0x80;
        out[made++] = (char)byte;
    }
    return is_wide && !(is_windows && is_latin) && tarn_utf8_valid_prefix(out, made) == made ? made : 0;
}

static size_t repair(const void *state, const char *text, size_t size, char *out) {
    (void)state;
    char *tried = out + size; /* `bound` asked for room for two */
    memcpy(out, text, size);
    for (int i = 0; i < MOST_TIMES; i++) {
        size_t made = undo(out, size, tried);
        if (made == 0)
            break;
        memcpy(out, tried, made);
        size = made;
    }
    return size;
}

static size_t twice(const void *state, size_t size) {
    (void)state;
    return 2 * size;
}

/* Characters of two bytes and more: ASCII alone stays. */
static int64_t next_wide(const void *state, const tarn_texts *texts, int64_t i) {
    (void)state;
    while (i < texts->count &&
           tarn_is_ascii(texts->data + texts->ends[i], (size_t)(texts->ends[i + 1] - texts->ends[i])))
        i++;
    return i;
}

const tarn_text_kernel tarn_repair_kernel = {.next = next_wide, .bound = twice, .map = repair};
