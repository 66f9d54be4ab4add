// UTF-8 text: checking it, folding names, and small string helpers.
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Length of the well-formed sequence that starts at `p`, 0 when there is none (Unicode 15, table 3-7). */
static size_t sequence_length(const uint8_t *p, size_t left) {
    uint8_t first = p[0];
    if (first < 0x80)
        return 1;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (left < length)
        return 0;
    uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    uint8_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    }
    return length;
}

/* The end of the sequences that start at `i` or later, up to the first that is malformed or starts at `stop` or later.
 */
static size_t skip_sequences(const uint8_t *p, size_t i, size_t stop, size_t size) {
    while (i < stop) {
        size_t length = sequence_length(p + i, size - i);
        if (length == 0)
            break;
        i += length;
    }
    return i;
}

/* Sixteen bytes at once. Comparing gives 0xFF where true; every compiler that we use has a form of this for its
 * machine. */
typedef uint8_t bytes16 __attribute__((vector_size(16)));
enum { BLOCK = 64 };

static inline bytes16 load(const uint8_t *p) {
    bytes16 bytes;
    memcpy(&bytes, p, sizeof bytes);
    return bytes;
}

static inline bytes16 all(uint8_t value) {
    return (bytes16){value, value, value, value, value, value, value, value,
                     value, value, value, value, value, value, value, value};
}

static inline bool any(bytes16 bytes) {
    uint64_t halves[2];
    memcpy(halves, &bytes, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

/*
 * Not zero where a byte cannot stand behind the three before it, which are read, too: one that continues a sequence
 * where none is expected, one that does not where one is, a byte that is never allowed, or a second byte outside of the
 * smaller range that some first bytes have. Whether the last sequence is complete only the following bytes can tell.
 */
static inline bytes16 misplaced(const uint8_t *p) {
    bytes16 byte = load(p);
    bytes16 before = load(p - 1);
    bytes16 expected =
        (bytes16)(before >= all(0xC0)) | (bytes16)(load(p - 2) >= all(0xE0)) | (bytes16)(load(p - 3) >= all(0xF0));
    bytes16 continues = (bytes16)((byte & all(0xC0)) == all(0x80));
    bytes16 never = (bytes16)((byte & all(0xFE)) == all(0xC0)) | (bytes16)(byte > all(0xF4));
    bytes16 overlong = ((bytes16)(before == all(0xE0)) & (bytes16)(byte < all(0xA0))) |
                       ((bytes16)(before == all(0xF0)) & (bytes16)(byte < all(0x90)));
    bytes16 beyond = ((bytes16)(before == all(0xED)) & (bytes16)(byte > all(0x9F))) |
                     ((bytes16)(before == all(0xF4)) & (bytes16)(byte > all(0x8F)));
    return (expected ^ continues) | never | overlong | beyond;
}

static inline bool is_block_ascii(const uint8_t *p) {
    return !any((load(p) | load(p + 16) | load(p + 32) | load(p + 48)) & all(0x80));
}

static inline bool is_block_misplaced(const uint8_t *p) {
    return any(misplaced(p) | misplaced(p + 16) | misplaced(p + 32) | misplaced(p + 48));
}

/* No sequence of three or four bytes begins in the block or reaches into it: the rule in most alphabets. */
static inline bool is_block_short(const uint8_t *p) {
    if (p[-1] >= 0xE0 || p[-2] >= 0xE0 || p[-3] >= 0xF0)
        return false;
    bytes16 limit = all(0xE0);
    return !any((bytes16)(load(p) >= limit) | (bytes16)(load(p + 16) >= limit) | (bytes16)(load(p + 32) >= limit) |
                (bytes16)(load(p + 48) >= limit));
}

/* What is left of `misplaced` in such a block. */
static inline bytes16 misplaced_short(const uint8_t *p) {
    bytes16 byte = load(p);
    bytes16 expected = (bytes16)(load(p - 1) >= all(0xC0));
    bytes16 continues = (bytes16)((byte & all(0xC0)) == all(0x80));
    bytes16 never = (bytes16)((byte & all(0xFE)) == all(0xC0));
    return (expected ^ continues) | never;
}

static inline bool is_block_wrong(const uint8_t *p) {
    if (!is_block_short(p))
        return is_block_misplaced(p);
    return any(misplaced_short(p) | misplaced_short(p + 16) | misplaced_short(p + 32) | misplaced_short(p + 48));
}

/* Skip blocks that are right, from a boundary with three bytes before it on; gives the last boundary that is sure. */
static size_t skip_blocks(const uint8_t *p, size_t i, size_t size) {
    bool complete = true; /* nothing is expected at i */
    while (size - i >= BLOCK) {
        /* ASCII is most of what people have. */
        bool is_ascii = complete && is_block_ascii(p + i);
        if (!is_ascii && is_block_wrong(p + i))
            break;
        i += BLOCK;
        complete = is_ascii || (p[i - 1] < 0xC0 && p[i - 2] < 0xE0 && p[i - 3] < 0xF0);
    }
    if (!complete) { /* back to the first byte of the sequence that is not complete yet: one of the last three */
        do
            i--;
        while (p[i] < 0xC0);
    }
    return i;
}

size_t tarn_utf8_valid_prefix(const void *data, size_t size) {
    const uint8_t *p = data;
    size_t i = skip_sequences(p, 0, size < 3 ? size : 3, size);
    if (i >= 3 && size - i >= BLOCK)
        i = skip_blocks(p, i, size);
    return skip_sequences(p, i, size, size);
}

size_t tarn_utf8_encode(uint32_t c, char out[4]) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* The key of a name of ASCII characters, which most are, without tables; NULL when it has others. */
static char *ascii_key(const char *name, bool *is_ascii) {
    size_t size = strlen(name);
    unsigned char all = 0;
    for (size_t i = 0; i < size; i++)
        all |= (unsigned char)name[i];
    *is_ascii = all < 0x80;
    char *key = *is_ascii ? malloc(size + 1) : NULL;
    for (size_t i = 0; key != NULL && i <= size; i++)
        key[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 32 : name[i]);
    return key;
}

char *tarn_name_key(const char *name) {
    bool is_ascii;
    char *ascii = ascii_key(name, &is_ascii);
    if (is_ascii)
        return ascii;
    utf8proc_uint8_t *key = NULL;
    utf8proc_option_t options = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD;
    utf8proc_ssize_t length = utf8proc_map((const utf8proc_uint8_t *)name, 0, &key, options);
    return length < 0 ? NULL : (char *)key;
}

bool tarn_name_equal(const char *a, const char *b) {
    if (strcmp(a, b) == 0)
        return true;
    char *key_a = tarn_name_key(a);
    char *key_b = tarn_name_key(b);
    bool equal = key_a != NULL && key_b != NULL && strcmp(key_a, key_b) == 0;
    free(key_a);
    free(key_b);
    return equal;
}

size_t tarn_display_width(const char *text, size_t size) {
    size_t width = 0;
    size_t i = 0;
    while (i < size) {
        utf8proc_int32_t c;
        utf8proc_ssize_t length =
            utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(size - i), &c);
        if (length <= 0) {
            width++;
            i++;
            continue;
        }
        int columns = utf8proc_charwidth(c);
        width += columns > 0 ? (size_t)columns : 0;
        i += (size_t)length;
    }
    return width;
}

char *tarn_text_printable(const char *text) {
    static const char digits[] = "0123456789ABCDEF";
    size_t size = strlen(text);
    char *copy = malloc(4 * size + 1), *out = copy;
    while (copy != NULL && size > 0) {
        size_t valid = tarn_utf8_valid_prefix(text, size);
        memcpy(out, text, valid);
        out += valid;
        text += valid;
        size -= valid;
        if (size == 0)
            break;
        uint8_t c = (uint8_t)*text++;
        const char escape[4] = {'\\', 'x', digits[c >> 4], digits[c & 15]};
        memcpy(out, escape, sizeof escape);
        out += sizeof escape;
        size--;
    }
    if (copy != NULL)
        *out = '\0';
    return copy;
}

char *tarn_strndup(const char *text, size_t size) {
    char *copy = malloc(size + 1);
    if (copy == NULL)
        return NULL;
    if (size > 0)
        memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

char *tarn_strdup(const char *text) {
    return tarn_strndup(text, strlen(text));
}

char *tarn_format(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int needed = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (needed < 0)
        return NULL;
    char *text = malloc((size_t)needed + 1);
    if (text == NULL)
        return NULL;
    va_start(arguments, format);
    vsnprintf(text, (size_t)needed + 1, format, arguments);
    va_end(arguments);
    return text;
}

size_t tarn_edit_distance(const char *a, const char *b) {
    size_t size_a = strlen(a);
    size_t size_b = strlen(b);
    if (size_a > 64 || size_b > 64)
        return size_a > size_b ? size_a : size_b;
    size_t row[65];
    for (size_t j = 0; j <= size_b; j++)
        row[j] = j;
    for (size_t i = 1; i <= size_a; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= size_b; j++) {
            size_t above = row[j];
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
            diagonal = above;
        }
    }
    return row[size_b];
}
