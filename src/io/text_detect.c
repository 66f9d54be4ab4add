/* Guessing an encoding: every one in question reads the sample, and the best reading wins. */
#include "io/text_detect.h"

#include "base/hash.h"
#include "base/text.h"
#include "io/text_cjk.h"
#include "io/text_score.h"

#include <stdlib.h>
#include <string.h>

#ifdef TARN_HAS_UCHARDET
#include <uchardet.h>
#endif

/* In this order where they read equally well; `prior` is for how often they are met. */
static const struct {
    const char *name;
    double prior;
} candidates[] = {
    {"windows-1252", 0.15},  {"windows-1251", 0.1}, {"Shift_JIS", 0.05},    {"GBK", 0.05},        {"EUC-KR", 0.05},
    {"Big5", 0.05},          {"EUC-JP", 0},         {"windows-1250", 0.05}, {"macintosh", 0},     {"IBM850", 0},
    {"IBM437", 0},           {"KOI8-R", 0},         {"KOI8-U", 0},          {"IBM866", 0},        {"x-mac-cyrillic", 0},
    {"ISO-8859-5", -0.05},   {"windows-1253", 0},   {"ISO-8859-7", 0},      {"windows-1255", 0},  {"ISO-8859-8", 0},
    {"windows-1256", 0},     {"ISO-8859-6", 0},     {"windows-874", 0},     {"windows-1254", 0},  {"ISO-8859-2", 0},
    {"IBM852", 0},           {"windows-1257", 0},   {"ISO-8859-13", -0.05}, {"ISO-8859-4", -0.2}, {"ISO-8859-15", 0},
    {"windows-1258", 0},     {"ISO-8859-16", -0.2}, {"ISO-8859-10", -0.3},  {"IBM857", -0.1},     {"IBM775", -0.2},
    {"IBM737", 0},           {"IBM862", 0},         {"IBM855", 0},          {"IBM865", -0.2},     {"x-mac-ce", -0.3},
    {"x-mac-turkish", -0.3}, {"x-mac-greek", -0.2},
};
#define CANDIDATES (sizeof candidates / sizeof candidates[0])
#define VOTE 0.3 /* what uchardet's opinion counts */

static size_t read_utf8(const uint8_t *data, size_t size, tarn_text_sign *signs) {
    size_t count = 0;
    for (size_t at = 0; at < size;) {
        size_t length = data[at] < 0x80 ? 1 : data[at] < 0xE0 ? 2 : data[at] < 0xF0 ? 3 : 4;
        uint32_t code = length == 1 ? data[at] : data[at] & (0x7Fu >> length);
        for (size_t i = 1; i < length && at + i < size; i++)
            code = code << 6 | (data[at + i] & 0x3F);
        bool valid = at + length <= size && tarn_utf8_is_valid(data + at, length);
        length = valid ? length : 1;
        signs[count++] = (tarn_text_sign){valid ? code : 0xFFFD, TARN_TEXT_BY_CODE, (uint8_t)length};
        at += length;
    }
    return count;
}

static size_t read_signs(const tarn_text_encoding *encoding, const uint8_t *data, size_t size, tarn_text_sign *signs) {
    if (encoding->kind == TARN_TEXT_MULTI_BYTE)
        return tarn_text_cjk_signs(encoding, data, size, signs);
    if (encoding->kind == TARN_TEXT_UTF8)
        return read_utf8(data, size, signs);
    for (size_t i = 0; i < size; i++)
        signs[i] = (tarn_text_sign){data[i] < 0x80 ? data[i] : encoding->table[data[i] - 0x80], TARN_TEXT_BY_CODE, 1};
    return size;
}

#define IMPOSSIBLE (-5.0)

typedef struct reading {
    double score;
    uint64_t hash; /* of the characters */
    uint64_t characters;
} reading;

static reading read_as(const tarn_text_encoding *encoding, const uint8_t *data, size_t size, tarn_text_sign *signs) {
    size_t count = read_signs(encoding, data, size, signs);
    reading out = {IMPOSSIBLE, 0, 0};
    if (count == 0)
        return out;
    out.score = tarn_text_score(signs, count);
    for (size_t i = 0; i < count; i++)
        out.characters += signs[i].code >= 0x80;
    if (encoding->kind == TARN_TEXT_MULTI_BYTE)
        out.hash = tarn_hash64_of(encoding->name, strlen(encoding->name)); /* never what another one reads */
    for (size_t i = 0; i < count && encoding->kind != TARN_TEXT_MULTI_BYTE; i++)
        out.hash = (out.hash ^ signs[i].code) * UINT64_C(0x9E3779B97F4A7C15);
    return out;
}

#ifdef TARN_HAS_UCHARDET
static const tarn_text_encoding *opinion(const uint8_t *sample, size_t size) {
    const tarn_text_encoding *found = NULL;
    uchardet_t detector = uchardet_new();
    if (detector == NULL)
        return NULL;
    if (uchardet_handle_data(detector, (const char *)sample, size) == 0) {
        uchardet_data_end(detector);
        found = tarn_text_encoding_find(uchardet_get_charset(detector));
    }
    uchardet_delete(detector);
    if (found != NULL && strcmp(found->name, "ISO-8859-1") == 0)
        return tarn_text_encoding_find("windows-1252"); /* which has more characters */
    if (found != NULL && strcmp(found->name, "ISO-8859-9") == 0)
        return tarn_text_encoding_find("windows-1254");
    return found != NULL && strcmp(found->name, "gb18030") == 0 ? tarn_text_encoding_find("GBK") : found;
}
#else
static const tarn_text_encoding *opinion(const uint8_t *sample, size_t size) {
    (void)sample;
    (void)size;
    return NULL;
}
#endif

static tarn_text_sureness how_sure(const reading *best, double margin) {
    if (best->score < 0.3)
        return TARN_TEXT_NO_IDEA;
    if (best->characters >= 20 && best->score >= 1.2 && margin >= 0.4)
        return TARN_TEXT_ALMOST_CERTAIN;
    return best->characters >= 5 && best->score >= 0.9 && margin >= 0.2 ? TARN_TEXT_LIKELY : TARN_TEXT_UNCERTAIN;
}

tarn_status tarn_text_guess_encoding(const uint8_t *sample, size_t size, tarn_text_guess *out, tarn_error *error) {
    tarn_text_sign *signs = malloc((size + 1) * sizeof *signs);
    reading readings[CANDIDATES];
    size_t best = 0, next = CANDIDATES;
    if (signs == NULL)
        return tarn_fail_memory(error);
    const tarn_text_encoding *voted = opinion(sample, size);
    for (size_t i = 0; i < CANDIDATES; i++) {
        const tarn_text_encoding *encoding = tarn_text_encoding_find(candidates[i].name);
        readings[i] = read_as(encoding, sample, size, signs);
        readings[i].score += candidates[i].prior + (encoding == voted ? VOTE : 0);
        if (readings[i].score > readings[best].score)
            best = i;
    }
    free(signs);
    for (size_t i = 0; i < best; i++) { /* of those that read the same, the one that is met most */
        if (readings[i].hash == readings[best].hash && readings[i].score > IMPOSSIBLE + 1) {
            readings[i].score = readings[best].score;
            best = i;
        }
    }
    for (size_t i = 0; i < CANDIDATES; i++) {
        if (readings[i].hash != readings[best].hash && readings[i].score > IMPOSSIBLE + 1 &&
            (next == CANDIDATES || readings[i].score > readings[next].score))
            next = i;
    }
    double margin = next == CANDIDATES ? readings[best].score : readings[best].score - readings[next].score;
    out->sureness = how_sure(&readings[best], margin);
    out->score = readings[best].score;
    out->characters = readings[best].characters;
    if (out->sureness == TARN_TEXT_NO_IDEA)
        best = 0;
    out->encoding = tarn_text_encoding_find(candidates[best].name);
    out->next = next == CANDIDATES || next == best ? NULL : tarn_text_encoding_find(candidates[next].name);
    return TARN_OK;
}

tarn_status tarn_text_score_sample(const tarn_text_encoding *encoding, const uint8_t *sample, size_t size, double *out,
                                   tarn_error *error) {
    tarn_text_sign *signs = malloc((size + 1) * sizeof *signs);
    if (signs == NULL)
        return tarn_fail_memory(error);
    *out = read_as(encoding, sample, size, signs).score;
    free(signs);
    return TARN_OK;
}

const char *tarn_text_sureness_name(tarn_text_sureness sureness) {
    static const char *const names[] = {"no more than a fallback", "uncertain", "likely", "almost certain"};
    return names[sureness];
}
