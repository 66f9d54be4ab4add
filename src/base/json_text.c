// Writing JSON strings.
#include "base/json_text.h"

#include <stdio.h>
#include <string.h>

static size_t escape(uint8_t c, char out[8]) {
    static const char letters[] = "btnvfr"; /* for 8 to 13; JSON has no \v */
    if (c == '"' || c == '\\') {
        out[0] = '\\';
        out[1] = (char)c;
        return 2;
    }
    if (c >= 8 && c <= 13 && c != 11) {
        out[0] = '\\';
        out[1] = letters[c - 8];
        return 2;
    }
    return (size_t)snprintf(out, 8, "\\u%04x", c);
}

tarn_status tarn_json_text_quote_bytes(tarn_buffer *out, const void *data, size_t size, tarn_error *error) {
    const uint8_t *text = data;
    size_t plain = 0; /* start of what needs no escape */
    TARN_TRY(tarn_buffer_reserve(out, size + 2, error));
    TARN_TRY(tarn_buffer_append(out, "\"", 1, error));
    for (size_t i = 0; i < size; i++) {
        if (text[i] >= 0x20 && text[i] != '"' && text[i] != '\\')
            continue;
        char escaped[8];
        TARN_TRY(tarn_buffer_append(out, text + plain, i - plain, error));
        TARN_TRY(tarn_buffer_append(out, escaped, escape(text[i], escaped), error));
        plain = i + 1;
    }
    TARN_TRY(tarn_buffer_append(out, text + plain, size - plain, error));
    return tarn_buffer_append(out, "\"", 1, error);
}

tarn_status tarn_json_text_quote(tarn_buffer *out, const char *text, tarn_error *error) {
    return tarn_json_text_quote_bytes(out, text, strlen(text), error);
}
