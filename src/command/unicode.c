// What commands on text need of Unicode beyond utf8proc.
#include "command/unicode.h"

#include "base/text.h"

#include <string.h>
#include <utf8proc.h>

#define FINAL_SIGMA 0x03C2

bool tarn_is_ascii(const char *text, size_t size) {
    uint64_t seen = 0, word;
    size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        memcpy(&word, text + i, 8);
        seen |= word;
    }
    for (; i < size; i++)
        seen |= (uint64_t)(uint8_t)text[i];
    return (seen & UINT64_C(0x8080808080808080)) == 0;
}

bool tarn_is_space(uint32_t c) {
    if (c < 0x80)
        return c == ' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F);
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

/* ---- properties -------------------------------------------------------------------------------------------------- */

static bool is_in(const tarn_point_range *ranges, size_t count, uint32_t c) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && c >= ranges[low].first;
}

static bool is_cased(uint32_t c) {
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
        return true;
    default:
        return is_in(tarn_cased_exceptions, tarn_cased_exceptions_count, c);
    }
}

static bool is_ignorable(uint32_t c) {
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_SK:
        return true;
    default:
        return is_in(tarn_ignorable_exceptions, tarn_ignorable_exceptions_count, c);
    }
}

/* ---- one code point ---------------------------------------------------------------------------------------------- */

static const tarn_full_case *full_case_of(uint32_t c) {
    size_t low = 0, high = tarn_full_case_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tarn_full_cases[middle].point < c)
            low = middle + 1;
        else
            high = middle;
    }
    return low < tarn_full_case_count && tarn_full_cases[low].point == c ? &tarn_full_cases[low] : NULL;
}

static size_t put_full(const uint32_t points[3], char *out) {
    size_t size = 0;
    for (size_t i = 0; i < 3 && points[i] != 0; i++)
        size += tarn_utf8_encode(points[i], out + size);
    return size;
}

size_t tarn_point_case(tarn_case wanted, uint32_t c, char *out) {
    const tarn_full_case *full = full_case_of(c);
    if (full != NULL)
        return put_full(wanted == TARN_CASE_UPPER ? full->upper : full->lower, out);
    return tarn_utf8_encode((uint32_t)(wanted == TARN_CASE_UPPER ? utf8proc_toupper((utf8proc_int32_t)c)
                                                                 : utf8proc_tolower((utf8proc_int32_t)c)),
                            out);
}

static size_t put_title(uint32_t c, char *out) {
    const tarn_full_case *full = full_case_of(c);
    return full != NULL ? put_full(full->title, out)
                        : tarn_utf8_encode((uint32_t)utf8proc_totitle((utf8proc_int32_t)c), out);
}

/* After a cased letter and before none, ignorable characters aside. */
static bool is_final(const char *text, size_t size, size_t at) {
    size_t length, before = at;
    uint32_t c = 0;
    while (before > 0) {
        before = tarn_point_before(text, before);
        c = tarn_point_at(text + before, &length);
        if (!is_ignorable(c))
            break;
        c = 0;
    }
    if (c == 0 || !is_cased(c))
        return false;
    for (size_t after = at + 2; after < size; after += length) {
        c = tarn_point_at(text + after, &length);
        if (!is_ignorable(c))
            return !is_cased(c);
    }
    return true;
}

static size_t put_lower(uint32_t c, const char *text, size_t size, size_t at, char *out) {
    if (c == TARN_CAPITAL_SIGMA && is_final(text, size, at))
        return tarn_utf8_encode(FINAL_SIGMA, out);
    return tarn_point_case(TARN_CASE_LOWER, c, out);
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

/* Letters of an ending, and a NUL. */
enum { ENDING = 5 };

/* Whether the letters and digits from `at` on are one of the endings. */
static bool is_ending(const char *text, size_t size, size_t at, const char *const *endings, size_t count) {
    char letters[ENDING] = {0};
    size_t found = 0, length;
    for (size_t i = at; i < size; i += length) {
        uint32_t c = tarn_point_at(text + i, &length);
        bool is_letter = c < 0x80 ? ((c | 0x20) - 'a') < 26 : is_cased(c);
        if (!is_letter && !(c >= '0' && c <= '9'))
            break;
        if (c >= 0x80 || found == ENDING - 1)
            return false;
        letters[found++] = (char)(c | 0x20);
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(letters, endings[i]) == 0)
            return true;
    }
    return false;
}

/* Bytes of the apostrophe that ends before text[at]; 0: there is none. */
static size_t apostrophe_before(const char *text, size_t at) {
    if (at >= 1 && text[at - 1] == '\'')
        return 1;
    return at >= 3 && memcmp(text + at - 3, "\u2019", 3) == 0 ? 3 : 0;
}

bool tarn_continues_word(const char *text, size_t size, size_t at) {
    static const char *const contractions[] = {"s", "t", "d", "m", "re", "ve", "ll", "em", "all"};
    static const char *const ordinals[] = {"st", "nd", "rd", "th", "s", "er"};
    size_t length, apostrophe = apostrophe_before(text, at);
    if (apostrophe == 0)
        return at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9' &&
               is_ending(text, size, at, ordinals, sizeof ordinals / sizeof ordinals[0]);
    if (at == apostrophe)
        return false;
    uint32_t before = tarn_point_at(text + tarn_point_before(text, at - apostrophe), &length);
    return (is_cased(before) || (before >= '0' && before <= '9')) &&
           is_ending(text, size, at, contractions, sizeof contractions / sizeof contractions[0]);
}

static bool is_plain_letter(char c) {
    return (uint8_t)((c | 0x20) - 'a') < 26;
}

/* Does a name, or another word, stand before text[at], with nothing between but spaces, a comma and the like? */
static bool follows_word(const char *text, size_t at) {
    size_t end = at;
    while (end > 0 && text[end - 1] != '\0' && strchr(" ,.-(/", text[end - 1]) != NULL)
        end--;
    return end > 0 && end < at && (is_plain_letter(text[end - 1]) || (uint8_t)text[end - 1] >= 0x80);
}

size_t tarn_numeral_at(const char *text, size_t size, size_t at) {
    static const char *const numerals[] = {"ii", "iii", "iv",   "vii",   "viii", "ix", "xii", "xiii", "xiv",
                                           "xv", "xvi", "xvii", "xviii", "xix",  "xx", "vi",  "xi"};
    enum { COUNT = sizeof numerals / sizeof numerals[0], AMBIGUOUS = 2, MOST = 5 };
    char letters[MOST + 1] = {0};
    size_t length = 0, found = 0;
    while (length < MOST && at + length < size && is_plain_letter(text[at + length])) {
        letters[length] = (char)(text[at + length] | 0x20);
        if (letters[length] != 'i' && letters[length] != 'v' && letters[length] != 'x')
            return 0;
        length++;
    }
    size_t end = at + length;
    bool is_over = end == size || (text[end] != '-' && !is_plain_letter(text[end]) && (uint8_t)text[end] < 0x80 &&
                                   !(text[end] >= '0' && text[end] <= '9'));
    if (!is_over)
        return 0;
    while (found < COUNT && strcmp(letters, numerals[found]) != 0)
        found++;
    if (found == COUNT || !follows_word(text, at))
        return 0;
    bool is_mixed = ((text[at] ^ text[at + 1]) & 0x20) != 0, goes_on = end + 1 < size && text[end] == ' ';
    return found + AMBIGUOUS >= COUNT && (is_mixed || goes_on) ? 0 : length;
}

static size_t put_capitals(const char *text, size_t size, char *out) {
    for (size_t i = 0; i < size; i++)
        out[i] = (char)(text[i] & 0xDF);
    return size;
}

size_t tarn_unicode_case(tarn_case wanted, const char *text, size_t size, char *out) {
    size_t written = 0, length;
    bool in_word = false;
    for (size_t at = 0; at < size; at += length) {
        uint32_t c = tarn_point_at(text + at, &length);
        size_t numeral = wanted == TARN_CASE_TITLE && !in_word ? tarn_numeral_at(text, size, at) : 0;
        if (numeral > 0)
            written += put_capitals(text + at, length = numeral, out + written);
        else if (wanted == TARN_CASE_UPPER)
            written += tarn_point_case(TARN_CASE_UPPER, c, out + written);
        else if (wanted == TARN_CASE_LOWER || in_word ||
                 (wanted == TARN_CASE_TITLE && tarn_continues_word(text, size, at)))
            written += put_lower(c, text, size, at, out + written);
        else
            written += put_title(c, out + written);
        in_word = wanted == TARN_CASE_SENTENCE || (wanted == TARN_CASE_TITLE && is_cased(c));
    }
    return written;
}
