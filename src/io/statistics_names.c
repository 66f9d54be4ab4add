/* Names of variables, as SPSS and Stata allow them. */
#include "io/statistics_names.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const reserved[] = {"ALL",   "AND",   "BY",     "EQ",    "GE",    "GT",   "LE",    "LT",
                                       "NE",    "NOT",   "OR",     "TO",    "WITH",  "_all", "_b",    "byte",
                                       "_coef", "_cons", "double", "float", "if",    "in",   "int",   "long",
                                       "_n",    "_pi",   "_pred",  "_rc",   "_skip", "strL", "using", NULL};

static bool is_reserved(const char *name) {
    for (size_t i = 0; reserved[i] != NULL; i++) {
        if (strcasecmp(name, reserved[i]) == 0)
            return true;
    }
    return strncmp(name, "str", 3) == 0 && name[3] >= '0' && name[3] <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Letters, digits and '_', beginning with a letter; at most `most` bytes. */
static void clean(const char *name, char *out, size_t most) {
    size_t used = 0;
    if (!is_letter(name[0]))
        out[used++] = 'v';
    for (; *name != '\0' && used < most; name++) {
        bool fits = is_letter(*name) || (*name >= '0' && *name <= '9') || *name == '_';
        if (((unsigned char)*name & 0xC0) != 0x80) /* one character, one '_' */
            out[used++] = (char)(fits ? *name : '_');
    }
    while (used > 1 && out[used - 1] == '_') /* which SPSS does not want at the end */
        used--;
    out[used] = '\0';
    if (is_reserved(out) && used < most)
        memcpy(out + used, "1", 2);
}

static bool is_taken(char *const *names, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(names[i], name) == 0)
            return true;
    }
    return false;
}

char *tarn_statistics_name(char *const *names, size_t count, const char *wanted) {
    char base[TARN_STATISTICS_NAME + 1], name[TARN_STATISTICS_NAME + 1];
    clean(wanted, base, TARN_STATISTICS_NAME);
    memcpy(name, base, sizeof name);
    for (unsigned n = 2; is_taken(names, count, name); n++) {
        char suffix[16];
        snprintf(suffix, sizeof suffix, "_%u", n);
        snprintf(name, sizeof name, "%.*s%s", (int)(TARN_STATISTICS_NAME - strlen(suffix)), base, suffix);
    }
    return tarn_strdup(name);
}
