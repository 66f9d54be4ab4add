/* The multi-byte encodings of East Asia: lengths of characters, and which parts of the code tables are in daily use. */
#include "io/text_cjk.h"

#include "io/text_common.h"

#include <stdlib.h>
#include <string.h>

#define ANY_CODE 0x4E00 /* stands for every character that is not ASCII */

/* Tenths; INVALID cannot be. */
enum {
    KANA = 26,
    KATAKANA = 22,
    COMMON = 18,
    HANGUL = 20,
    SIGN = 12,
    NARROW = 2,
    NARROW_RUN = 10,
    FREQUENT = 6,
    SECOND = -4,
    RARE = -15,
    INVALID = -1000
};

static int in_range(uint8_t c, uint8_t from, uint8_t to) {
    return c >= from && c <= to;
}

/* What two bytes are: `a` >= 0x80 leads. */
static int shift_jis_pair(uint8_t a, uint8_t b) {
    if (!in_range(b, 0x40, 0xFC) || b == 0x7F)
        return INVALID;
    unsigned code = (unsigned)a << 8 | b;
    if (code >= 0x829F && code <= 0x82F1)
        return KANA;
    if (code >= 0x8340 && code <= 0x8396)
        return KATAKANA;
    if (code >= 0x889F && code <= 0x9872)
        return COMMON;
    if (a == 0x81 || a == 0x82)
        return SIGN;
    return code >= 0x989F && a <= 0xEA ? SECOND : a == 0x83 || a == 0x84 || a == 0x87 || a >= 0xED ? RARE : INVALID;
}

static int euc_jp_pair(uint8_t a, uint8_t b) {
    if (!in_range(b, 0xA1, 0xFE))
        return INVALID;
    if (a == 0xA4)
        return KANA;
    if (a == 0xA5)
        return KATAKANA;
    if (a == 0xA1 || a == 0xA3)
        return SIGN;
    return in_range(a, 0xB0, 0xCF) ? COMMON : in_range(a, 0xD0, 0xF4) ? SECOND : RARE;
}

static int gbk_pair(uint8_t a, uint8_t b) {
    if (!in_range(b, 0x40, 0xFE) || b == 0x7F)
        return INVALID;
    if (b < 0xA1 || a < 0xA1)
        return RARE;
    if (a == 0xA1 || a == 0xA3)
        return SIGN;
    return in_range(a, 0xB0, 0xD7) ? COMMON : in_range(a, 0xD8, 0xF7) ? SECOND : RARE;
}

static int big5_pair(uint8_t a, uint8_t b) {
    if (!in_range(b, 0x40, 0x7E) && !in_range(b, 0xA1, 0xFE))
        return INVALID;
    if (in_range(a, 0xA4, 0xC6))
        return COMMON;
    if (in_range(a, 0xA1, 0xA3))
        return SIGN;
    return in_range(a, 0xC9, 0xF9) ? SECOND : RARE;
}

static int euc_kr_pair(uint8_t a, uint8_t b) {
    if (!in_range(b, 0x41, 0xFE))
        return INVALID;
    if (b < 0xA1 || a < 0xA1)
        return a <= 0xC6 && !in_range(b, 0x5B, 0x60) && !in_range(b, 0x7B, 0x80) ? RARE : INVALID;
    if (in_range(a, 0xB0, 0xC8))
        return HANGUL;
    if (a == 0xA1 || a == 0xA3)
        return SIGN;
    return in_range(a, 0xCA, 0xFD) ? SECOND : RARE;
}

typedef struct family {
    const char *name;
    int (*pair)(uint8_t a, uint8_t b);
    uint8_t least; /* the least byte that leads a pair */
    const tarn_text_common *common;
} family;

static const family families[] = {
    {"Shift_JIS", shift_jis_pair, 0x81, &tarn_text_common_shift_jis},
    {"EUC-JP", euc_jp_pair, 0x8E, &tarn_text_common_euc_jp},
    {"GBK", gbk_pair, 0x81, &tarn_text_common_gbk},
    {"gb18030", gbk_pair, 0x81, &tarn_text_common_gbk},
    {"Big5", big5_pair, 0x81, &tarn_text_common_big5},
    {"EUC-KR", euc_kr_pair, 0x81, &tarn_text_common_euc_kr},
};

/* Characters of other lengths than two; 0 when it is none. */
static size_t special(const family *family, const uint8_t *p, size_t left, int *known) {
    if (family->pair == shift_jis_pair && in_range(p[0], 0xA1, 0xDF)) {
        *known = NARROW;
        return 1;
    }
    if (family->pair == euc_jp_pair && p[0] == 0x8E && left >= 2 && in_range(p[1], 0xA1, 0xDF)) {
        *known = NARROW;
        return 2;
    }
    if (family->pair == euc_jp_pair && p[0] == 0x8F && left >= 3 && p[1] >= 0xA1 && p[2] >= 0xA1) {
        *known = RARE;
        return 3;
    }
    if (family->pair == gbk_pair && left >= 4 && in_range(p[1], '0', '9') && in_range(p[2], 0x81, 0xFE) &&
        in_range(p[3], '0', '9')) {
        *known = RARE;
        return 4;
    }
    return 0;
}

static int compare_codes(const void *a, const void *b) {
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

static bool is_frequent(const family *family, uint8_t a, uint8_t b) {
    const uint16_t code = (uint16_t)(a << 8 | b);
    return bsearch(&code, family->common->codes, family->common->count, sizeof code, compare_codes) != NULL;
}

static size_t next_sign(const family *family, const uint8_t *p, size_t left, int *known) {
    size_t length = special(family, p, left, known);
    if (length > 0)
        return length;
    *known = p[0] < family->least || p[0] == 0xFF || left < 2 ? INVALID : family->pair(p[0], p[1]);
    if (*known != INVALID && is_frequent(family, p[0], p[1]))
        *known += FREQUENT;
    return 2;
}

size_t tarn_text_cjk_signs(const tarn_text_encoding *encoding, const uint8_t *data, size_t size,
                           tarn_text_sign *signs) {
    const family *family = NULL;
    size_t count = 0;
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        if (strcmp(families[i].name, encoding->name) == 0)
            family = &families[i];
    }
    for (size_t at = 0; family != NULL && at < size;) {
        if (data[at] < 0x80) {
            signs[count++] = (tarn_text_sign){data[at++], TARN_TEXT_BY_CODE, 1};
            continue;
        }
        int known = INVALID;
        size_t length = next_sign(family, data + at, size - at, &known);
        if (known == INVALID)
            return 0;
        if (known == NARROW && count > 0 && (signs[count - 1].known == NARROW || signs[count - 1].known == NARROW_RUN))
            known = NARROW_RUN;
        signs[count++] = (tarn_text_sign){ANY_CODE, (int16_t)known, (uint8_t)length};
        at += length;
    }
    return count;
}

bool tarn_text_is_iso_2022_jp(const uint8_t *data, size_t size) {
    bool found = false;
    for (size_t i = 0; i < size; i++) {
        if (data[i] >= 0x80)
            return false;
        if (data[i] == 0x1B && i + 2 < size && data[i + 1] == '$' && (data[i + 2] == 'B' || data[i + 2] == '@'))
            found = true;
    }
    return found;
}
