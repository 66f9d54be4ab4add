/* Characters taken out of texts: accents, what cannot be printed, punctuation. */
#include "base/buffer.h"
#include "base/text.h"
#include "command/text_kernel.h"
#include "command/unicode.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define JOINER 0x200D
#define NON_JOINER 0x200C
#define FIRST_TAG 0xE0020 /* of the flags of regions */
#define LAST_TAG 0xE007F

/* Decomposing and composing again may lengthen a text, by no more than this (Unicode's limit for NFC). */
enum { NORMAL_GROWTH = 3 };

static size_t same_size(const void *state, size_t size) {
    (void)state;
    return size;
}

static size_t normal_size(const void *state, size_t size) {
    (void)state;
    return NORMAL_GROWTH * size;
}

static size_t keep(bool (*is_kept)(uint32_t point), const char *text, size_t size, char *out) {
    size_t written = 0, length;
    for (size_t at = 0; at < size; at += length) {
        uint32_t c = tarn_point_at(text + at, &length);
        if (is_kept(c)) {
            memcpy(out + written, text + at, length);
            written += length;
        }
    }
    return written;
}

/* ---- what cannot be printed -------------------------------------------------------------------------------------- */

/* The invisible joiners hold emoji and the letters of some scripts together. */
static bool is_printable(uint32_t c) {
    if (c < 0x7F)
        return c >= ' ';
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_CF:
        return c == JOINER || c == NON_JOINER || (c >= FIRST_TAG && c <= LAST_TAG);
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    default:
        return true;
    }
}

static size_t remove_unprintable(const void *state, const char *text, size_t size, char *out) {
    (void)state;
    return keep(is_printable, text, size, out);
}

/* ---- punctuation ------------------------------------------------------------------------------------------------- */

/* Unicode calls some of ASCII's signs symbols, which everybody takes for punctuation. */
static bool is_no_punctuation(uint32_t c) {
    if (c < 0x80)
        return strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", (int)c) == NULL || c == 0;
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return category < UTF8PROC_CATEGORY_PC || category > UTF8PROC_CATEGORY_PO;
}

static size_t remove_punctuation(const void *state, const char *text, size_t size, char *out) {
    (void)state;
    return keep(is_no_punctuation, text, size, out);
}

/* ---- accents ----------------------------------------------------------------------------------------------------- */

/* Marks of the alphabets that have accents. Others are letters of their words: vowels in Hindi, voicing in Japanese. */
static bool is_accent(utf8proc_int32_t c) {
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
           (c >= 0x20D0 && c <= 0x20FF && c != 0x20E3); /* the frame of the keycap emoji stays */
}

/* A text that cannot be decomposed for want of memory stays as it is. */
static size_t remove_accents(const void *state, const char *text, size_t size, char *out) {
    (void)state;
    utf8proc_int32_t local[256], *points = local;
    size_t written = 0;
    memcpy(out, text, size);
    if (tarn_is_ascii(text, size))
        return size;
    if (size * 4 > sizeof local / sizeof local[0])
        points = tarn_aligned_alloc(size * 4 * sizeof *points);
    if (points == NULL)
        return size;
    utf8proc_ssize_t count = utf8proc_decompose((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, points,
                                                (utf8proc_ssize_t)size * 4, UTF8PROC_DECOMPOSE | UTF8PROC_STABLE);
    utf8proc_ssize_t kept = 0;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        if (!is_accent(points[i]))
            points[kept++] = points[i];
    }
    if (count >= 0) /* it cannot fail on valid text */
        kept = utf8proc_normalize_utf32(points, kept, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    for (utf8proc_ssize_t i = 0; i < kept; i++)
        written += tarn_utf8_encode((uint32_t)points[i], out + written);
    if (points != local)
        free(points);
    return written;
}

const tarn_text_kernel tarn_unprintable_kernel = {.bound = same_size, .map = remove_unprintable};
const tarn_text_kernel tarn_punctuation_kernel = {.bound = same_size, .map = remove_punctuation};
const tarn_text_kernel tarn_accents_kernel = {.bound = normal_size, .map = remove_accents};
