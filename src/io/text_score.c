/* How well characters read as text: by what stands beside them, by how common letters are, by languages' alphabets. */
#include "io/text_score.h"

#include <stdbool.h>
#include <utf8proc.h>

typedef enum script {
    SCRIPT_NONE,
    SCRIPT_LATIN,
    SCRIPT_CYRILLIC,
    SCRIPT_GREEK,
    SCRIPT_HEBREW,
    SCRIPT_ARABIC,
    SCRIPT_THAI
} script;

static bool is_among(uint32_t code, const uint16_t *list) {
    for (; *list != 0; list++) {
        if (*list == code)
            return true;
    }
    return false;
}

static script script_of(uint32_t c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        return SCRIPT_LATIN;
    if (c < 0xC0 || c == 0xD7 || c == 0xF7)
        return SCRIPT_NONE;
    if (c < 0x250 || (c >= 0x1E00 && c < 0x1F00))
        return SCRIPT_LATIN;
    if (c >= 0x386 && c < 0x3D0 && c != 0x387)
        return SCRIPT_GREEK;
    if (c >= 0x400 && c < 0x500)
        return SCRIPT_CYRILLIC;
    if (c >= 0x5D0 && c < 0x5F3)
        return SCRIPT_HEBREW;
    if (c >= 0x621 && c < 0x6D4)
        return SCRIPT_ARABIC;
    if (c >= 0xE01 && c < 0xE4F && c != 0xE3F)
        return SCRIPT_THAI;
    return SCRIPT_NONE;
}

static bool is_upper(uint32_t c) {
    return c < 0x80 ? c >= 'A' && c <= 'Z' : utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LU;
}

static bool is_lower(uint32_t c) {
    return c < 0x80 ? c >= 'a' && c <= 'z' : utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LL;
}

/* ---- letters ------------------------------------------------------------------------------------------------------
 */

/* From the commonest to the rarest: what running text is made of. */
static const uint16_t cyrillic[] = {0x43E, 0x435, 0x430, 0x438, 0x43D, 0x442, 0x441, 0x440, 0x432, 0x43B, 0x43A, 0x43C,
                                    0x434, 0x43F, 0x443, 0x44F, 0x44B, 0x44C, 0x433, 0x437, 0x456, 0x431, 0x447, 0x439,
                                    0x445, 0x436, 0x448, 0x458, 0x44E, 0x446, 0x449, 0x44D, 0x444, 0x457, 0x454, 0x45E,
                                    0x459, 0x45A, 0x45B, 0x452, 0x44A, 0x451, 0x45F, 0x491, 0x453, 0x45C, 0x455, 0};
static const uint16_t greek[] = {0x3B1, 0x3BF, 0x3B9, 0x3B5, 0x3C4, 0x3C3, 0x3BD, 0x3B7, 0x3C5, 0x3C1,
                                 0x3C0, 0x3BA, 0x3BC, 0x3BB, 0x3C2, 0x3C9, 0x3AF, 0x3CC, 0x3AC, 0x3AD,
                                 0x3AE, 0x3B4, 0x3B3, 0x3C7, 0x3B8, 0x3CD, 0x3C6, 0x3CE, 0x3B2, 0x3BE,
                                 0x3B6, 0x3C8, 0x3CA, 0x390, 0x3CB, 0x3B0, 0};
static const uint16_t arabic[] = {0x627, 0x644, 0x64A, 0x645, 0x648, 0x646, 0x631, 0x62A, 0x628, 0x639, 0x62F,
                                  0x633, 0x641, 0x647, 0x643, 0x642, 0x62D, 0x62C, 0x629, 0x634, 0x623, 0x635,
                                  0x62E, 0x637, 0x649, 0x636, 0x63A, 0x630, 0x62B, 0x632, 0x638, 0x621, 0x625,
                                  0x626, 0x624, 0x622, 0x67E, 0x686, 0x6AF, 0x6CC, 0x6A9, 0x698, 0};

static const uint16_t hebrew[] = {0x5D9, 0x5D5, 0x5D4, 0x5DC, 0x5D0, 0x5DE, 0x5EA, 0x5E8, 0x5E0, 0x5D1,
                                  0x5E9, 0x5DD, 0x5D3, 0x5E2, 0x5D7, 0x5E7, 0x5DB, 0x5E4, 0x5D8, 0x5E6,
                                  0x5D2, 0x5E1, 0x5D6, 0x5DF, 0x5DA, 0x5E3, 0x5E5, 0};
static const uint16_t thai[] = {0xE32, 0xE19, 0xE23, 0xE2D, 0xE01, 0xE40, 0xE07, 0xE21, 0xE31, 0xE35,
                                0xE22, 0xE49, 0xE48, 0xE27, 0xE34, 0xE14, 0xE17, 0xE2A, 0xE15, 0xE25,
                                0xE30, 0xE1B, 0xE1A, 0xE2B, 0xE04, 0xE41, 0xE08, 0xE1E, 0xE0A, 0xE02,
                                0xE43, 0xE44, 0xE42, 0xE38, 0xE39, 0xE4C, 0xE1C, 0xE16, 0xE0B, 0xE13,
                                0xE18, 0xE28, 0xE29, 0xE20, 0xE47, 0xE1F, 0xE36, 0xE37, 0xE33, 0};

static double by_rank(uint32_t lower, const uint16_t *ranked) {
    size_t rank = 0, count = 0;
    for (; ranked[count] != 0; count++) {
        if (ranked[count] == lower)
            rank = count + 1;
    }
    if (rank == 0)
        return -0.5;
    return rank <= 12 ? 2.6 : rank <= 20 ? 1.9 : rank <= 28 ? 1.0 : 0.4;
}

static double letter_weight(uint32_t lower, script script) {
    switch (script) {
    case SCRIPT_CYRILLIC:
        return by_rank(lower, cyrillic);
    case SCRIPT_GREEK:
        return by_rank(lower, greek);
    case SCRIPT_ARABIC:
        return by_rank(lower, arabic);
    case SCRIPT_HEBREW:
        return by_rank(lower, hebrew);
    case SCRIPT_THAI:
        return by_rank(lower, thai);
    default:
        return 2.4; /* Latin: the alphabets below say more */
    }
}

/* Forms that stand at the end of a word, and marks that stand on a letter. */
static bool is_misplaced(uint32_t c, uint32_t before, uint32_t after, script script) {
    static const uint16_t at_end[] = {0x5DA, 0x5DD, 0x5DF, 0x5E3, 0x5E5, 0x3C2, 0};
    if (script == SCRIPT_THAI && (c == 0xE31 || (c >= 0xE34 && c <= 0xE3A) || (c >= 0xE47 && c <= 0xE4E)))
        return before < 0xE01 || before > 0xE4E || (before >= 0xE40 && before <= 0xE46);
    return is_among(c, at_end) && script_of(after) == script;
}

static double score_letter(uint32_t c, uint32_t before, uint32_t after, script script) {
    enum script previous = script_of(before), next = script_of(after);
    if ((previous != SCRIPT_NONE && previous != script) || (next != SCRIPT_NONE && next != script))
        return -2;
    if (is_misplaced(c, before, after, script))
        return -1.5;
    double weight = letter_weight((uint32_t)utf8proc_tolower((utf8proc_int32_t)c), script);
    if (is_upper(c)) {
        if (is_lower(before))
            return -2;
        if (is_upper(before) && is_lower(after))
            return -1;
    }
    if (weight > 0 && previous == SCRIPT_NONE && next == SCRIPT_NONE)
        return weight * 0.5;
    return weight > 0 && is_upper(c) ? weight * 0.9 : weight;
}

/* ---- signs --------------------------------------------------------------------------------------------------------
 */

static double score_sign(uint32_t c, uint32_t before, uint32_t after) {
    static const uint16_t opening[] = {0x201C, 0x2018, 0x201E, 0x201A, 0x00AB, 0x00BF, 0x00A1, 0};
    static const uint16_t closing[] = {0x201D, 0x2019, 0x201C, 0x00BB, 0x2026, 0x2122, 0x00AE,
                                       0x00B2, 0x00B3, 0x00B0, 0x00BA, 0x00AA, 0};
    static const uint16_t usual[] = {0x00A0, 0x00A3, 0x00A7, 0x00A9, 0x00B0, 0x00B1, 0x00B7, 0x20AC,
                                     0x2022, 0x00BD, 0x00BC, 0x00BE, 0x00D7, 0x00B5, 0x2116, 0x00A5,
                                     0x2030, 0x00AB, 0x00BB, 0x2026, 0x2014, 0x2013, 0};
    bool letter_before = script_of(before) != SCRIPT_NONE, letter_after = script_of(after) != SCRIPT_NONE;
    bool digit_before = before >= '0' && before <= '9', digit_after = after >= '0' && after <= '9';
    if (c == 0xFFFD)
        return -5;
    if (c < 0xA0)
        return -4;
    if ((c >= 0x3000 && c < 0xD7B0) || (c >= 0xFF00 && c < 0xFFEF) || (c >= 0x20000 && c < 0x30000))
        return 2; /* East Asia's, which no single byte gives */
    if (c >= 0x1F000)
        return 0.5;
    if (c == 0x2019 && letter_before && letter_after)
        return 2.4;
    if ((c == 0x2013 || c == 0x2014) && !(letter_before && letter_after))
        return letter_before || letter_after ? 0.5 : 1.8;
    if (letter_before && letter_after)
        return c == 0x2013 || c == 0xB7 || c == 0xA0 ? 0 : -2;
    if (is_among(c, opening) && letter_after)
        return 2;
    if (is_among(c, closing) && (letter_before || digit_before))
        return c == 0xAA || c == 0xB2 || c == 0xB3 ? 1 : 1.8;
    if ((c == 0x20AC || c == 0xA3) && !letter_before)
        return 1.6;
    if (is_among(c, usual))
        return digit_before || digit_after ? 1.6 : letter_before || letter_after ? 0.3 : 1;
    return c >= 0x2500 && c < 0x25A0 ? -2 : -1.5;
}

static double score_one(uint32_t c, uint32_t before, uint32_t after) {
    script script = script_of(c);
    return script != SCRIPT_NONE ? score_letter(c, before, after, script) : score_sign(c, before, after);
}

/* ---- alphabets ----------------------------------------------------------------------------------------------------
 */

/* The letters outside ASCII of languages in Latin script, and of groups of neighbours, which count a little less. */
static const struct {
    double weight;
    uint16_t letters[48];
} alphabets[] = {
    {2.4, {0xE4, 0xF6, 0xFC, 0xDF}},                                                              /* German */
    {2.4, {0xE9, 0xE8, 0xEA, 0xE0, 0xE2, 0xE7, 0xEE, 0xEF, 0xF4, 0xF9, 0xFB, 0x153, 0xEB, 0xFC}}, /* French */
    {2.4, {0xE1, 0xE9, 0xED, 0xF3, 0xFA, 0xF1, 0xFC}},                                            /* Spanish */
    {2.4, {0xE3, 0xF5, 0xE7, 0xE1, 0xE9, 0xED, 0xF3, 0xFA, 0xE2, 0xEA, 0xF4, 0xE0}},              /* Portuguese */
    {2.4, {0xE0, 0xE8, 0xE9, 0xEC, 0xF2, 0xF9}},                                                  /* Italian */
    {2.4, {0xE5, 0xE4, 0xF6, 0xE9}},                                                              /* Swedish, Finnish */
    {2.4, {0xE6, 0xF8, 0xE5, 0xE9}},                                     /* Danish, Norwegian */
    {2.1, {0xE1, 0xE9, 0xED, 0xF3, 0xFA, 0xFD, 0xFE, 0xF0, 0xE6, 0xF6}}, /* Icelandic */
    {1.9, {0xE4, 0xF6, 0xFC, 0xDF, 0xE9, 0xE8, 0xEA, 0xE0, 0xE2, 0xE7, 0xEE, 0xEF, 0xF4, 0xF9,
           0xFB, 0xEB, 0xE1, 0xED, 0xF3, 0xFA, 0xF1, 0xE3, 0xF5, 0xEC, 0xF2, 0xE5, 0xE6, 0xF8}},
    {2.2, {0x105, 0x107, 0x119, 0x142, 0x144, 0xF3, 0x15B, 0x17A, 0x17C}}, /* Polish */
    {2.2, {0xE1,  0x10D, 0x10F, 0xE9, 0x11B, 0xED,  0x148, 0xF3, 0x159, 0x161,
           0x165, 0xFA,  0x16F, 0xFD, 0x17E, 0x13E, 0xF4,  0xE4, 0x13A, 0x155}}, /* Czech, Slovak */
    {2.2, {0xE1, 0xE9, 0xED, 0xF3, 0xF6, 0x151, 0xFA, 0xFC, 0x171}},             /* Hungarian */
    {2.2, {0x103, 0xE2, 0xEE, 0x219, 0x21B, 0x15F, 0x163}},                      /* Romanian */
    {2.2, {0x10D, 0x107, 0x111, 0x161, 0x17E}},                                  /* Croatian, Slovene */
    {1.6, {0x105, 0x107, 0x119, 0x142, 0x144, 0xF3,  0x15B, 0x17A, 0x17C, 0xE1, 0x10D, 0x10F,
           0xE9,  0x11B, 0xED,  0x148, 0x159, 0x161, 0x165, 0xFA,  0x16F, 0xFD, 0x17E, 0x151,
           0x171, 0xF6,  0xFC,  0xE4,  0x103, 0xE2,  0xEE,  0x15F, 0x163, 0x111}},
    {2.4, {0xE7, 0x11F, 0x131, 0xF6, 0x15F, 0xFC, 0xE2, 0xEE, 0x130, 0x69}},              /* Turkish */
    {2.2, {0x101, 0x10D, 0x113, 0x123, 0x12B, 0x137, 0x13C, 0x146, 0x161, 0x16B, 0x17E}}, /* Latvian */
    {2.2, {0x105, 0x10D, 0x119, 0x117, 0x12F, 0x161, 0x173, 0x16B, 0x17E}},               /* Lithuanian */
    {2.2, {0xE4, 0xF6, 0xF5, 0xFC, 0x161, 0x17E}},                                        /* Estonian */
    {2.0,
     {0x103, 0xE2, 0x111, 0xEA, 0xF4, 0x1A1, 0x1B0, 0xE0, 0xE1, 0xE3, 0xE8, 0xE9, 0xED, 0xF3, 0xFA,
      0xF9}}, /* Vietnamese */
};
#define ALPHABETS (sizeof alphabets / sizeof alphabets[0])

double tarn_text_score(const tarn_text_sign *signs, size_t count) {
    double fixed = 0, latin[ALPHABETS] = {0};
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t c = signs[i].code;
        if (c < 0x80)
            continue;
        bytes += signs[i].bytes;
        if (signs[i].known != TARN_TEXT_BY_CODE) {
            fixed += signs[i].known / 10.0 * signs[i].bytes;
            continue;
        }
        double one =
            score_one(c, i > 0 ? signs[i - 1].code : '\n', i + 1 < count ? signs[i + 1].code : '\n') * signs[i].bytes;
        if (script_of(c) != SCRIPT_LATIN || one <= 0) {
            fixed += one;
            continue;
        }
        bool second = i > 0 && script_of(signs[i - 1].code) == SCRIPT_LATIN && signs[i - 1].code >= 0x80;
        if (second && i > 1 && script_of(signs[i - 2].code) == SCRIPT_LATIN && signs[i - 2].code >= 0x80)
            one = -signs[i].bytes; /* no language in Latin script has three in a row */
        else if (second)
            one *= 0.7;
        if (one < 0) {
            fixed += one;
            continue;
        }
        uint32_t lower = c == 0x130 ? 0x130 : (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
        for (size_t k = 0; k < ALPHABETS; k++)
            latin[k] += is_among(lower, alphabets[k].letters) ? one * alphabets[k].weight / 2.4 : -0.5 * signs[i].bytes;
    }
    double best = latin[0];
    for (size_t k = 1; k < ALPHABETS; k++)
        best = latin[k] > best ? latin[k] : best;
    return bytes == 0 ? 0 : (fixed + best) / (double)bytes;
}
