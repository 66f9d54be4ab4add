#include "io/text_encoding.h"

#include "base/text.h"
#include "io/text_tables.h"

#include <string.h>

static const tarn_text_encoding encodings[] = {
    {"UTF-8", TARN_TEXT_UTF8, NULL},
    {"UTF-16LE", TARN_TEXT_UTF16LE, NULL},
    {"UTF-16BE", TARN_TEXT_UTF16BE, NULL},
    {"UTF-32LE", TARN_TEXT_UTF32LE, NULL},
    {"UTF-32BE", TARN_TEXT_UTF32BE, NULL},
    {"windows-1252", TARN_TEXT_SINGLE_BYTE, tarn_text_windows_1252},
    {"macintosh", TARN_TEXT_SINGLE_BYTE, tarn_text_macintosh},
    {"ISO-8859-1", TARN_TEXT_SINGLE_BYTE, tarn_text_iso_8859_1},
    {"ISO-8859-2", TARN_TEXT_SINGLE_BYTE, tarn_text_iso_8859_2},
    {"ISO-8859-15", TARN_TEXT_SINGLE_BYTE, tarn_text_iso_8859_15},
    {"windows-1250", TARN_TEXT_SINGLE_BYTE, tarn_text_windows_1250},
    {"windows-1251", TARN_TEXT_SINGLE_BYTE, tarn_text_windows_1251},
    {"windows-1254", TARN_TEXT_SINGLE_BYTE, tarn_text_windows_1254},
    {"IBM437", TARN_TEXT_SINGLE_BYTE, tarn_text_ibm437},
    {"IBM850", TARN_TEXT_SINGLE_BYTE, tarn_text_ibm850},
};

static const struct {
    const char *synonym, *name; /* the synonym as `squeeze` leaves it */
} synonyms[] = {
    {"utf16", "UTF-16LE"},       {"ucs2", "UTF-16LE"},       {"utf32", "UTF-32LE"},      {"latin1", "ISO-8859-1"},
    {"latin2", "ISO-8859-2"},    {"latin9", "ISO-8859-15"},  {"cp1252", "windows-1252"}, {"ansi", "windows-1252"},
    {"1252", "windows-1252"},    {"macroman", "macintosh"},  {"mac", "macintosh"},       {"cp1250", "windows-1250"},
    {"cp1251", "windows-1251"},  {"cp1254", "windows-1254"}, {"cp437", "IBM437"},        {"cp850", "IBM850"},
    {"ascii", "UTF-8"},          {"usascii", "UTF-8"},       {"utf8sig", "UTF-8"},       {"utf8bom", "UTF-8"},
    {"win1252", "windows-1252"}, {"xmacroman", "macintosh"}, {"latin15", "ISO-8859-15"}, {"88591", "ISO-8859-1"},
};

/* Lower case without separators, so that "ISO_8859-1", "iso8859-1" and "ISO-8859-1" are one. */
static void squeeze(const char *name, char *out, size_t size) {
    size_t used = 0;
    for (; *name != '\0' && used + 1 < size; name++) {
        if (*name == '-' || *name == '_' || *name == ' ')
            continue;
        out[used++] = *name >= 'A' && *name <= 'Z' ? (char)(*name + 32) : *name;
    }
    out[used] = '\0';
}

const tarn_text_encoding *tarn_text_encoding_find(const char *name) {
    char wanted[32], known[32];
    squeeze(name, wanted, sizeof wanted);
    for (size_t i = 0; i < sizeof synonyms / sizeof synonyms[0]; i++) {
        if (strcmp(wanted, synonyms[i].synonym) == 0)
            squeeze(synonyms[i].name, wanted, sizeof wanted);
    }
    for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++) {
        squeeze(encodings[i].name, known, sizeof known);
        if (strcmp(wanted, known) == 0)
            return &encodings[i];
    }
    return NULL;
}

const char *tarn_text_encoding_names(void) {
    return "UTF-8, UTF-16LE, UTF-16BE, UTF-32LE, UTF-32BE, windows-1252, macintosh, ISO-8859-1, ISO-8859-2, "
           "ISO-8859-15, "
           "windows-1250, windows-1251, windows-1254, IBM437, IBM850";
}

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
    for (size_t context = 0; context < TARN_TEXT_CONTEXTS; context++) {
        for (size_t i = 0; i < 128; i++)
            into->invalid_at[context][i] += from->invalid_at[context][i];
    }
    into->valid += from->valid;
    into->invalid += from->invalid;
}

static bool is_letter(uint8_t c) {
    return c >= 0x80 || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static uint64_t count_sequences(const uint8_t *data, size_t size) {
    uint64_t count = 0;
    for (size_t i = 0; i < size; i++)
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
        bool before = at > 0 && is_letter(data[at - 1]);
        bool after = at + 1 < size && is_letter(data[at + 1]);
        tarn_text_context place =
            before ? (after ? TARN_TEXT_INSIDE : TARN_TEXT_END) : (after ? TARN_TEXT_START : TARN_TEXT_ALONE);
        census->invalid_at[place][data[at] - 0x80]++;
        census->invalid++;
        if (on_invalid != NULL)
            on_invalid(context, at);
        at++;
    }
}

typedef enum character_class {
    CLASS_LOWER,
    CLASS_UPPER,
    CLASS_APOSTROPHE,
    CLASS_OPENING,
    CLASS_CLOSING,
    CLASS_DASH,
    CLASS_SYMBOL,
    CLASS_RARE,
    CLASS_CONTROL,
} character_class;

static character_class class_of(uint16_t c) {
    static const uint16_t opening[] = {0x201C, 0x2018, 0x201E, 0x201A, 0x00AB, 0x00BF, 0x00A1, 0};
    static const uint16_t closing[] = {0x201D, 0x00BB, 0x2026, 0x2122, 0x00AE, 0};
    static const uint16_t symbols[] = {0x00A0, 0x00A3, 0x00A7, 0x00A9, 0x00B0, 0x00B1, 0x00B7,
                                       0x20AC, 0x2022, 0x00BD, 0x00BC, 0x00BE, 0x00B2, 0};
    if (c < 0xA0)
        return CLASS_CONTROL;
    if (c == 0x2019)
        return CLASS_APOSTROPHE;
    if (c == 0x2013 || c == 0x2014)
        return CLASS_DASH;
    if ((c >= 0xDF && c <= 0xFF && c != 0xF7) || c == 0x153 || c == 0x161 || c == 0x17E)
        return CLASS_LOWER;
    if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || c == 0x152 || c == 0x160 || c == 0x17D || c == 0x178)
        return CLASS_UPPER;
    for (size_t i = 0; opening[i] != 0; i++) {
        if (c == opening[i])
            return CLASS_OPENING;
    }
    for (size_t i = 0; closing[i] != 0; i++) {
        if (c == closing[i])
            return CLASS_CLOSING;
    }
    for (size_t i = 0; symbols[i] != 0; i++) {
        if (c == symbols[i])
            return CLASS_SYMBOL;
    }
    return CLASS_RARE;
}

/* How well the bytes read in an encoding: accented letters belong inside words, quotation marks at their borders. */
static double score(const tarn_text_encoding *encoding, const tarn_text_census *census) {
    static const int weights[][TARN_TEXT_CONTEXTS] = {
        /* alone, start, end, inside */
        [CLASS_LOWER] = {0, 1, 2, 3},     [CLASS_UPPER] = {0, 2, -1, -1},   [CLASS_APOSTROPHE] = {0, 0, 1, 3},
        [CLASS_OPENING] = {1, 2, -1, -1}, [CLASS_CLOSING] = {1, -1, 2, -1}, [CLASS_DASH] = {2, 0, 0, 1},
        [CLASS_SYMBOL] = {1, 0, 0, -1},   [CLASS_RARE] = {-2, -2, -2, -2},  [CLASS_CONTROL] = {-4, -4, -4, -4},
    };
    double sum = 0;
    for (size_t i = 0; i < 128; i++) {
        const int *weight = weights[class_of(encoding->table[i])];
        for (size_t context = 0; context < TARN_TEXT_CONTEXTS; context++)
            sum += weight[context] * (double)census->invalid_at[context][i];
    }
    return sum;
}

const tarn_text_encoding *tarn_text_encoding_choose(const tarn_text_census *census) {
    if (census->invalid == 0 || census->valid > census->invalid)
        return tarn_text_encoding_find("UTF-8");
    const tarn_text_encoding *windows = tarn_text_encoding_find("windows-1252");
    const tarn_text_encoding *mac = tarn_text_encoding_find("macintosh");
    return score(mac, census) > score(windows, census) ? mac
                                                       : windows; /* the commoner one where both read equally well */
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
