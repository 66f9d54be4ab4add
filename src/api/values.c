/* Values and types as text, for those who print. */
#include "api/workspace.h"
#include "arrow/builder.h"
#include "base/shown.h"
#include "base/text.h"
#include "engine/sql_type.h"

#include <stdlib.h>

/* A tarn_text is a tarn_buffer with a NUL behind what it holds. */
static tarn_buffer borrow(const tarn_text *text) {
    return (tarn_buffer){.data = (uint8_t *)text->data, .size = text->size, .capacity = text->capacity};
}

static tarn_status give_back(tarn_buffer *buffer, tarn_text *text, tarn_status status, tarn_error *error) {
    if (status == TARN_OK)
        status = tarn_buffer_reserve(buffer, 1, error);
    if (status == TARN_OK)
        buffer->data[buffer->size] = '\0';
    *text = (tarn_text){.data = (char *)buffer->data, .size = buffer->size, .capacity = buffer->capacity};
    return status;
}

tarn_status tarn_print_value(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i,
                             tarn_text *out, bool *is_null, tarn_error *error) {
    tarn_buffer buffer = borrow(out);
    tarn_status status = tarn_array_print(schema, array, i, &buffer, is_null, error);
    return give_back(&buffer, out, status, error);
}

tarn_status tarn_print_json(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i, tarn_text *out,
                            tarn_error *error) {
    tarn_buffer buffer = borrow(out);
    tarn_status status = tarn_array_print_json(schema, array, i, &buffer, error);
    return give_back(&buffer, out, status, error);
}

bool tarn_is_shown(int32_t character) {
    return tarn_character_is_shown(character);
}

void tarn_text_clear(tarn_text *text) {
    free(text->data);
    *text = (tarn_text){0};
}

tarn_status tarn_type_name(const struct ArrowSchema *schema, char **out, tarn_error *error) {
    *out = tarn_schema_type_name(schema);
    return *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}

tarn_status tarn_type_sql(const struct ArrowSchema *schema, char **out, tarn_error *error) {
    tarn_buffer text = {0};
    tarn_status status = tarn_sql_type(schema, &text, error);
    if (status == TARN_OK) {
        *out = tarn_strndup((const char *)text.data, text.size);
        status = *out == NULL ? tarn_fail_memory(error) : TARN_OK;
    }
    tarn_buffer_free(&text);
    return status;
}
