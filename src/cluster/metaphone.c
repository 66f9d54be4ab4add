/* How a word sounds in English: Lawrence Philips, "Hanging on the Metaphone", Computer Language, December 1990. Sounds
 * are written as consonants, with X for sh and 0 for th; vowels are kept at the beginning only. */
#include "cluster/cluster_internal.h"

#include <string.h>

#define MOST_LETTERS 255

/* Lower-case letters of the word, with room to look two to either side. */
typedef struct word {
    char padded[MOST_LETTERS + 5];
    char *letters;
    size_t size;
} word;

static void read_word(const char *text, size_t size, word *out) {
    memset(out, 0, sizeof *out);
    out->letters = out->padded + 2;
    for (size_t i = 0; i < size && out->size < MOST_LETTERS; i++) {
        if (text[i] >= 'a' && text[i] <= 'z')
            out->letters[out->size++] = text[i];
    }
}

static bool is_one_of(char c, const char *set) {
    return c != '\0' && strchr(set, c) != NULL;
}

static bool is_vowel(char c) {
    return is_one_of(c, "aeiou");
}

static bool begins(const char *at, const char *text) {
    return strncmp(at, text, strlen(text)) == 0;
}

/* Letters at the beginning that are not heard. */
static const char *skip_silent_beginning(const word *w) {
    static const char *const silent[] = {"kn", "gn", "pn", "ae", "wr"};
    for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++) {
        if (begins(w->letters, silent[i]))
            return w->letters + 1;
    }
    return w->letters;
}

static const char *sound_of_c(const char *at, bool first) {
    if (begins(at, "cia"))
        return "X";
    if (at[1] == 'h')
        return !first && at[-1] == 's' ? "K" : "X";
    if (is_one_of(at[1], "iey"))
        return !first && at[-1] == 's' ? "" : "S";
    return "K";
}

static const char *sound_of_g(const char *at, bool first) {
    if (at[1] == 'h')
        return at[2] == '\0' || is_vowel(at[2]) ? "K" : "";
    if (at[1] == 'n' && (at[2] == '\0' || (begins(at, "gned") && at[4] == '\0')))
        return "";
    if (is_one_of(at[1], "iey"))
        return !first && at[-1] == 'd' ? "" : "J"; /* "dge" was said with the d */
    return "K";
}

static const char *sound_of_s(const char *at) {
    return at[1] == 'h' || begins(at, "sio") || begins(at, "sia") ? "X" : "S";
}

static const char *sound_of_t(const char *at) {
    if (begins(at, "tia") || begins(at, "tio"))
        return "X";
    if (at[1] == 'h')
        return "0";
    return begins(at, "tch") ? "" : "T";
}

static const char *sound_of_h(const char *at, bool first) {
    if (!first && is_one_of(at[-1], "cspgtw"))
        return "";
    return is_vowel(at[1]) ? "H" : "";
}

static const char *sound(const char *at, bool first) {
    switch (*at) {
    case 'a':
        return first ? "A" : "";
    case 'e':
        return first ? "E" : "";
    case 'i':
        return first ? "I" : "";
    case 'o':
        return first ? "O" : "";
    case 'u':
        return first ? "U" : "";
    case 'b':
        return at[1] == '\0' && !first && at[-1] == 'm' ? "" : "B";
    case 'c':
        return sound_of_c(at, first);
    case 'd':
        return at[1] == 'g' && is_one_of(at[2], "eyi") ? "J" : "T";
    case 'f':
    case 'v':
        return "F";
    case 'g':
        return sound_of_g(at, first);
    case 'h':
        return sound_of_h(at, first);
    case 'j':
        return "J";
    case 'k':
        return !first && at[-1] == 'c' ? "" : "K";
    case 'l':
        return "L";
    case 'm':
        return "M";
    case 'n':
        return "N";
    case 'p':
        return at[1] == 'h' ? "F" : "P";
    case 'q':
        return "K";
    case 'r':
        return "R";
    case 's':
        return sound_of_s(at);
    case 't':
        return sound_of_t(at);
    case 'w':
        return is_vowel(at[1]) || (first && at[1] == 'h') ? "W" : "";
    case 'x':
        return first ? "S" : "KS";
    case 'y':
        return is_vowel(at[1]) ? "Y" : "";
    default: /* z */
        return "S";
    }
}

/* Words of other scripts have no such sound: they are kept as they are. */
static bool is_latin(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)text[i] >= 0x80)
            return false;
    }
    return true;
}

static bool has_letters(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (text[i] >= 'a' && text[i] <= 'z')
            return true;
    }
    return false;
}

tarn_status tarn_metaphone(const char *text, size_t size, tarn_buffer *out, tarn_error *error) {
    word w;
    if (!is_latin(text, size) || !has_letters(text, size))
        return tarn_buffer_append(out, text, size, error); /* numbers too */
    read_word(text, size, &w);
    const char *begin = skip_silent_beginning(&w);
    for (const char *at = begin; *at != '\0'; at++) {
        if (at > begin && at[-1] == *at && *at != 'c')
            continue; /* doubled */
        const char *made = sound(at, at == begin);
        TARN_TRY(tarn_buffer_append(out, made, strlen(made), error));
    }
    return TARN_OK;
}
