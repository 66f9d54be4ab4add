/* Values as the texts that are digested. */
#include "diff/blind_work.h"

#include <string.h>

/* Numbers without what only their types put there: 4.0, 4.00 and 4 are 4. */
static size_t number_size(const char *text, size_t size) {
    if (memchr(text, '.', size) == NULL || memchr(text, 'e', size) != NULL)
        return size;
    while (text[size - 1] == '0')
        size--;
    return text[size - 1] == '.' ? size - 1 : size;
}

tarn_status tarn_blind_reading_open(const tarn_diff_rules *rules, const struct ArrowSchema *schema,
                                    const struct ArrowArray *array, tarn_blind_reading *out, tarn_error *error) {
    out->is_number = tarn_diff_form_of(schema, schema) != TARN_FORM_TEXT;
    return tarn_diff_reader_open(&out->reader, schema, array, TARN_FORM_TEXT, rules, error);
}

tarn_status tarn_blind_read_text(tarn_blind_reading *reading, int64_t i, const char **text, size_t *size,
                                 tarn_error *error) {
    TARN_TRY(tarn_diff_read_text(&reading->reader, i, text, size, error));
    if (reading->is_number && *text != NULL) {
        *size = number_size(*text, *size);
        if (*size == 2 && memcmp(*text, "-0", 2) == 0) {
            ++*text;
            --*size;
        }
    }
    return TARN_OK;
}

void tarn_blind_digest_text(struct hmac_sha256_ctx *hmac, const char *text, size_t size) {
    uint64_t length = text == NULL ? UINT64_MAX : size;
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(length >> (8 * i));
    hmac_sha256_update(hmac, sizeof bytes, bytes);
    if (text != NULL)
        hmac_sha256_update(hmac, size, (const uint8_t *)text);
}
