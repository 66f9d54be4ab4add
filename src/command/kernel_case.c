/* Upper and lower case. The loops over ASCII have no branches, so that compilers make vectors of them. */
#include "command/text_kernel.h"
#include "command/unicode.h"

static size_t grown(const void *state, size_t size) {
    (void)state;
    return TARN_CASE_GROWTH * size;
}

static inline char to_upper(char c) {
    return (char)(c - ((uint8_t)(c - 'a') < 26 ? 32 : 0));
}

static inline char to_lower(char c) {
    return (char)(c + ((uint8_t)(c - 'A') < 26 ? 32 : 0));
}

static void upper_ascii(const void *state, const char *text, size_t size, char *out) {
    (void)state;
    for (size_t i = 0; i < size; i++)
        out[i] = to_upper(text[i]);
}

static void lower_ascii(const void *state, const char *text, size_t size, char *out) {
    (void)state;
    for (size_t i = 0; i < size; i++)
        out[i] = to_lower(text[i]);
}

static size_t title_ascii(const char *text, size_t size, char *out) {
    bool in_word = false;
    for (size_t i = 0; i < size; i++) {
        out[i] = in_word ? to_lower(text[i]) : to_upper(text[i]);
        in_word = (uint8_t)((text[i] | 0x20) - 'a') < 26;
    }
    return size;
}

static size_t upper(const void *state, const char *text, size_t size, char *out) {
    if (!tarn_is_ascii(text, size))
        return tarn_unicode_case(TARN_CASE_UPPER, text, size, out);
    upper_ascii(state, text, size, out);
    return size;
}

static size_t lower(const void *state, const char *text, size_t size, char *out) {
    if (!tarn_is_ascii(text, size))
        return tarn_unicode_case(TARN_CASE_LOWER, text, size, out);
    lower_ascii(state, text, size, out);
    return size;
}

static size_t title(const void *state, const char *text, size_t size, char *out) {
    (void)state;
    return tarn_is_ascii(text, size) ? title_ascii(text, size, out)
                                     : tarn_unicode_case(TARN_CASE_TITLE, text, size, out);
}

static size_t sentence(const void *state, const char *text, size_t size, char *out) {
    if (!tarn_is_ascii(text, size))
        return tarn_unicode_case(TARN_CASE_SENTENCE, text, size, out);
    lower_ascii(state, text, size, out);
    out[0] = to_upper(out[0]);
    return size;
}

const tarn_text_kernel tarn_upper_kernel = {.bound = grown, .map = upper, .map_ascii = upper_ascii};
const tarn_text_kernel tarn_lower_kernel = {.bound = grown, .map = lower, .map_ascii = lower_ascii};
const tarn_text_kernel tarn_title_kernel = {.bound = grown, .map = title};
const tarn_text_kernel tarn_sentence_kernel = {.bound = grown, .map = sentence};
