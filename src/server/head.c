// What a request's head says: its path and query taken apart, its fields found.
#include "server/reader.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int hexadecimal(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

bool tarn_percent_decode(char *text, bool in_query) {
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '%') {
            int high = hexadecimal(from[1]), low = high >= 0 ? hexadecimal(from[2]) : -1;
            if (low < 0 || (high == 0 && low == 0))
                return false;
            *to++ = (char)(high * 16 + low);
            from += 2;
        } else {
            *to++ = in_query && *from == '+' ? ' ' : *from;
        }
    }
    *to = '\0';
    return tarn_utf8_is_valid(text, strlen(text));
}

static size_t count_character(const char *text, char c) {
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += *text == c;
    return count;
}

/* Of "a=1&b": pairs. */
static bool split_query(tarn_head *head, char *text) {
    head->query = calloc(count_character(text, '&') + 1, sizeof *head->query);
    if (head->query == NULL)
        return false;
    for (char *rest = text, *part; (part = strsep(&rest, "&")) != NULL;) {
        if (part[0] == '\0')
            continue;
        char *value = strchr(part, '=');
        if (value != NULL)
            *value++ = '\0';
        else
            value = part + strlen(part);
        if (!tarn_percent_decode(part, true) || !tarn_percent_decode(value, true))
            return false;
        head->query[head->query_count++] = (tarn_pair){part, value};
    }
    return true;
}

static bool split_path(tarn_head *head, char *text) {
    head->segments = calloc(count_character(text, '/') + 1, sizeof *head->segments);
    if (head->segments == NULL)
        return false;
    if (*text == '\0')
        return true;
    for (char *rest = text, *part; (part = strsep(&rest, "/")) != NULL;) {
        if (!tarn_percent_decode(part, false) || strcmp(part, ".") == 0 || strcmp(part, "..") == 0)
            return false;
        head->segments[head->segment_count++] = part;
    }
    return true;
}

bool tarn_head_split(tarn_head *head, char *path, char *query) {
    return split_path(head, path) && split_query(head, query);
}

const char *tarn_head_field(const tarn_head *head, const char *name) {
    for (size_t i = 0; i < head->field_count; i++)
        if (strcmp(head->fields[i].name, name) == 0)
            return head->fields[i].value;
    return NULL;
}

static bool list_has(const char *list, const char *word) {
    size_t length = strlen(word);
    while (*list != '\0') {
        list += strspn(list, " \t,");
        size_t size = strcspn(list, ",");
        size_t bare = size;
        while (bare > 0 && (list[bare - 1] == ' ' || list[bare - 1] == '\t'))
            bare--;
        if (bare == length && strncasecmp(list, word, length) == 0)
            return true;
        list += size;
    }
    return false;
}

bool tarn_head_has_word(const tarn_head *head, const char *name, const char *word) {
    for (size_t i = 0; i < head->field_count; i++)
        if (strcmp(head->fields[i].name, name) == 0 && list_has(head->fields[i].value, word))
            return true;
    return false;
}

const char *tarn_head_query(const tarn_head *head, const char *name) {
    for (size_t i = 0; i < head->query_count; i++)
        if (strcmp(head->query[i].name, name) == 0)
            return head->query[i].value;
    return NULL;
}
