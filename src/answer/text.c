// Texts and numbers as JSON values, whatever bytes they hold.
#include "answer/answer.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REPLACEMENT "\xEF\xBF\xBD"

/* Bytes of the character at the start of `text` (NUL-terminated); 0 when it is none that UTF-8 allows. */
static size_t character(const unsigned char *text) {
    size_t length = text[0] < 0x80 ? 1 : text[0] < 0xC2 ? 0 : text[0] < 0xE0 ? 2 : text[0] < 0xF0 ? 3 : 4;
    if (text[0] > 0xF4 || (text[0] == 0xE0 && text[1] < 0xA0) || (text[0] == 0xED && text[1] > 0x9F) ||
        (text[0] == 0xF0 && text[1] < 0x90) || (text[0] == 0xF4 && text[1] > 0x8F))
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    }
    return length;
}

static json_t *replace_what_is_wrong(const char *text) {
    size_t size = strlen(text);
    char *copy = malloc(size * strlen(REPLACEMENT) + 1), *to = copy;
    if (copy == NULL)
        return NULL;
    while (*text != 0) {
        size_t length = character((const unsigned char *)text);
        memcpy(to, length > 0 ? text : REPLACEMENT, length > 0 ? length : strlen(REPLACEMENT));
        to += length > 0 ? length : strlen(REPLACEMENT);
        text += length > 0 ? length : 1;
    }
    json_t *value = json_stringn(copy, (size_t)(to - copy));
    free(copy);
    return value;
}

json_t *tarn_answer_parameters(const char *text) {
    json_t *object = text != NULL ? json_loads(text, 0, NULL) : NULL;
    return object != NULL ? object : json_null();
}

json_t *tarn_answer_text(const char *text) {
    if (text == NULL)
        return json_null();
    json_t *value = json_string(text);
    return value != NULL ? value : replace_what_is_wrong(text);
}

json_t *tarn_answer_count(int64_t count) {
    return count < 0 ? json_null() : json_integer(count);
}

json_t *tarn_answer_number(uint64_t number) {
    return number == 0 ? json_null() : json_integer((json_int_t)number);
}

json_t *tarn_answer_time(int64_t microseconds) {
    int64_t rest = microseconds % 1000000;
    time_t seconds = (time_t)(microseconds / 1000000 - (rest < 0));
    struct tm parts;
    char day[48] = "?", text[64];
    if (gmtime_r(&seconds, &parts) != NULL)
        strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text, sizeof text, "%s.%06dZ", day, (int)(rest < 0 ? rest + 1000000 : rest));
    return json_string(text);
}

json_t *tarn_answer_texts(char *const *texts, size_t count) {
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, tarn_answer_text(texts[i]));
    return list;
}
