// Texts and names as SQL writes them.
#include "engine/engine.h"

#include <string.h>

static tarn_status quote(tarn_buffer *out, const char *text, char mark, tarn_error *error) {
    TARN_TRY(tarn_buffer_append(out, &mark, 1, error));
    for (;;) {
        const char *inside = strchr(text, mark);
        size_t size = inside ? (size_t)(inside - text) + 1 : strlen(text);
        TARN_TRY(tarn_buffer_append(out, text, size, error));
        TARN_TRY(tarn_buffer_append(out, &mark, 1, error)); /* doubles the mark, or ends the text */
        if (!inside)
            return TARN_OK;
        text += size;
    }
}

tarn_status tarn_sql_literal(tarn_buffer *out, const char *text, tarn_error *error) {
    return quote(out, text, '\'', error);
}

tarn_status tarn_sql_identifier(tarn_buffer *out, const char *text, tarn_error *error) {
    return quote(out, text, '"', error);
}
