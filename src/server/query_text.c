// Parameters in the text of a query.
#include "server/query_text.h"

#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

/* The longest name that `at` (behind the $) begins with; its text in `*value`. */
static size_t longest_name(const char *at, const json_t *params, const char *begin, const char *end,
                           const char **value) {
    size_t longest = 0;
    const char *name;
    json_t *text;
    json_object_foreach((json_t *)params, name, text) {
        size_t size = strlen(name);
        if (size > longest && strncmp(at, name, size) == 0) {
            longest = size;
            *value = json_string_value(text);
        }
    }
    if (longest < 5 && begin != NULL && strncmp(at, "begin", 5) == 0) {
        longest = 5;
        *value = begin;
    }
    if (longest < 3 && end != NULL && strncmp(at, "end", 3) == 0) {
        longest = 3;
        *value = end;
    }
    return longest;
}

static bool append_doubled(tarn_buffer *out, const char *text) {
    for (; *text != '\0'; text++)
        if (tarn_buffer_append(out, *text == '\'' ? "''" : text, *text == '\'' ? 2 : 1, NULL) != TARN_OK)
            return false;
    return true;
}

char *tarn_query_text(const char *sql, const json_t *params, const char *begin, const char *end) {
    tarn_buffer out = {0};
    bool complete = true;
    for (const char *at = sql; complete && *at != '\0';) {
        const char *value = NULL;
        size_t name = *at == '$' ? longest_name(at + 1, params, begin, end, &value) : 0;
        if (name > 0) {
            complete = append_doubled(&out, value);
            at += 1 + name;
        } else {
            complete = tarn_buffer_append(&out, at++, 1, NULL) == TARN_OK;
        }
    }
    if (complete && tarn_buffer_append(&out, "", 1, NULL) == TARN_OK)
        return (char *)out.data;
    tarn_buffer_free(&out);
    return NULL;
}
