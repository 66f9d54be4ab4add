// Names of screens.
#include "server/screen_name.h"

#include <stdbool.h>
#include <string.h>

static bool is_letter(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static const char *wrong(const char **message, const char *code, const char *why) {
    *message = why;
    return code;
}

const char *tarn_screen_name(const char *text, char out[TARN_SCREEN_NAME_SIZE], const char **message) {
    size_t size = strlen(text);
    if (size > TARN_SCREEN_NAME_SIZE - 1)
        return wrong(message, "NAME_TOO_LONG", "a screen's name has at most 100 characters");
    for (size_t i = 0; i <= size; i++)
        out[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i] == ' ' ? '-' : text[i]);
    if (size < 3)
        return wrong(message, "NAME_TOO_SHORT", "a screen's name has at least 3 characters");
    if (strcmp(out, "new") == 0)
        return wrong(message, "RESERVED_NAME", "'new' stands for a screen that is not saved yet");
    if (!is_letter(out[0]))
        return wrong(message, "INVALID_START", "a screen's name begins with a letter");
    if (!is_letter(out[size - 1]) && !is_digit(out[size - 1]))
        return wrong(message, "INVALID_END", "a screen's name ends with a letter or a digit");
    for (size_t i = 0; i < size; i++) {
        if (!is_letter(out[i]) && !is_digit(out[i]) && out[i] != '-')
            return wrong(message, "INVALID_CHARACTER", "a screen's name has only letters, digits and hyphens");
        if (out[i] == '-' && out[i + 1] == '-')
            return wrong(message, "CONSECUTIVE_HYPHENS", "a screen's name has no two hyphens in a row");
    }
    return NULL;
}
