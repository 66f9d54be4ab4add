/* Percentages: an amount without a currency, and a sign or a word that says of how many it is a part. */
#include "command/percent.h"

#include <string.h>
#include <strings.h>

enum { MOST_BYTES = 256 };

static const struct {
    const char *text;
    int exponent;
} signs[] = {
    {"%", -2},         {"‰", -3},         {"％", -2},        {"٪", -2},        {"﹪", -2},      {"percent", -2},
    {"per cent", -2},  {"prozent", -2},   {"pct.", -2},      {"pct", -2},      {"procent", -2}, {"por ciento", -2},
    {"por cento", -2}, {"pour cent", -2}, {"per mille", -3}, {"promille", -3}, {"per mil", -3},
};

/* The first of the signs that is there, ignoring case of ASCII; NULL: none. */
static const char *find_sign(const char *text, size_t *size, int *exponent) {
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        const char *found = strcasestr(text, signs[i].text);
        if (found == NULL)
            continue;
        *size = strlen(signs[i].text);
        *exponent = signs[i].exponent;
        return found;
    }
    return NULL;
}

static bool has_digit(const char *text) {
    return strpbrk(text, "0123456789") != NULL;
}

bool tarn_percent_read(const char *text, size_t size, tarn_amount *out) {
    char given[MOST_BYTES], rest[MOST_BYTES] = {0};
    size_t sign_size = 0, before = 0;
    int exponent = 0;
    if (size >= MOST_BYTES || memchr(text, '\0', size) != NULL)
        return false;
    memcpy(given, text, size);
    given[size] = '\0';
    const char *sign = find_sign(given, &sign_size, &exponent);
    if (sign != NULL) {
        before = (size_t)(sign - given);
        memcpy(rest, given, before);
        if (has_digit(rest) == has_digit(sign + sign_size)) /* 5%6, and % alone */
            return false;
        memcpy(rest + before, sign + sign_size, strlen(sign + sign_size) + 1);
    } else {
        memcpy(rest, given, size + 1);
    }
    if (!tarn_amount_read(rest, strlen(rest), out) || out->currency[0] != '\0' || out->exponent != 0 || out->has_m ||
        out->side != TARN_WORD_NONE)
        return false;
    out->exponent = exponent;
    return true;
}
