/* Puts together the sentence that says why columns became text. */
#include "io/why.h"

#include "base/asker.h"
#include "base/text.h"

#include <stdio.h>

enum { COLUMNS_SHOWN = 4, LONGEST_NAME = 60 };

bool tarn_why_is_told(uint64_t odd, uint64_t values) {
    return odd > 0 && values >= 4 && odd * 4 <= values;
}

bool tarn_why_is_code(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return size > 1 && text[0] == '0';
}

/* 30,000 */
static void print_count(uint64_t count, char out[32]) {
    char digits[24];
    size_t size = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)count), used = 0;
    for (size_t i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0)
            out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = '\0';
}

tarn_status tarn_why_add_column(tarn_why *why, const char *name, size_t name_size, uint64_t odd, uint64_t values,
                                const char *others, bool *is_shown, tarn_error *error) {
    char odd_text[32], values_text[32];
    *is_shown = why->columns++ < COLUMNS_SHOWN;
    if (!*is_shown)
        return TARN_OK;
    print_count(odd, odd_text);
    print_count(values, values_text);
    why->left = odd;
    why->has_example = false;
    size_t size = tarn_utf8_valid_prefix(name, name_size < LONGEST_NAME ? name_size : LONGEST_NAME);
    return tarn_buffer_printf(&why->text, error, "%s%.*s: %s of %s %s no %s%s: ", why->text.size > 0 ? "; " : "",
                              (int)size, name, odd_text, values_text, odd == 1 ? "is" : "are", others,
                              odd == 1 ? "" : "s");
}

tarn_status tarn_why_add_example(tarn_why *why, const char *text, size_t size, bool is_cut, const char *place,
                                 tarn_error *error) {
    TARN_TRY(tarn_buffer_printf(&why->text, error, "%s\"%.*s%s\" (%s)", why->has_example ? ", " : "",
                                (int)tarn_utf8_valid_prefix(text, size), text, is_cut ? "…" : "", place));
    why->has_example = true;
    why->left -= why->left > 0;
    return TARN_OK;
}

tarn_status tarn_why_end_column(tarn_why *why, tarn_error *error) {
    return why->left > 0 ? tarn_buffer_printf(&why->text, error, " and %llu more", (unsigned long long)why->left)
                         : TARN_OK;
}

tarn_status tarn_why_print(const tarn_why *why, tarn_buffer *out, tarn_error *error) {
    if (why->columns == 0)
        return TARN_OK;
    TARN_TRY(tarn_buffer_printf(out, error,
                                "became text, since not all values fit (name those that mean nothing by " TARN_ASKER(
                                    "--null", "nullText") "): %.*s",
                                (int)why->text.size, (const char *)why->text.data));
    if (why->columns > COLUMNS_SHOWN)
        return tarn_buffer_printf(out, error, "; and %zu more columns", why->columns - COLUMNS_SHOWN);
    return TARN_OK;
}

void tarn_why_clear(tarn_why *why) {
    tarn_buffer_free(&why->text);
    *why = (tarn_why){0};
}
