#include "json.h"

#include "human.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

json_t *json_from_text(const char *text) {
    if (!text)
        return json_null();
    json_t *value = json_string(text);
    if (value)
        return value;
    cli_text clean = {0};
    size_t size = strlen(text);
    for (size_t used = 0; used < size;) {
        int32_t c;
        size_t length = cli_decode(text + used, size - used, &c);
        if (length)
            cli_text_add(&clean, text + used, length);
        else
            cli_text_add_string(&clean, "\xEF\xBF\xBD");
        used += length ? length : 1;
    }
    value = json_string(clean.data ? clean.data : "");
    cli_text_free(&clean);
    return value;
}

json_t *json_from_count(int64_t count) {
    return count < 0 ? json_null() : json_integer(count);
}

json_t *json_from_time(int64_t microseconds) {
    char *text = human_time_iso(microseconds);
    json_t *value = json_string(text);
    free(text);
    return value;
}

void json_write(json_t *value, FILE *out, bool indented) {
    char *text =
        value
            ? json_dumps(value, JSON_ENCODE_ANY | (indented ? JSON_INDENT(2) : JSON_COMPACT) | JSON_REAL_PRECISION(15))
            : NULL;
    if (!text)
        text = cli_copy("null"); /* only when memory ran out; cli_copy then ends the program */
    fprintf(out, "%s\n", text);
    free(text);
    json_decref(value);
}

void json_print(json_t *value) {
    json_write(value, stdout, isatty(STDOUT_FILENO));
}
