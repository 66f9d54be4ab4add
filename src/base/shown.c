/* Text that is fit to be shown. */
#include "base/shown.h"

#include <utf8proc.h>

enum { ZERO_WIDTH_NON_JOINER = 0x200C, ZERO_WIDTH_JOINER = 0x200D };

/* Tags spell out the flags of regions in emoji and are no danger; joiners are needed by scripts and emoji. */
static bool is_harmless_format(int32_t c) {
    return c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER || (c >= 0xE0020 && c <= 0xE007F);
}

bool tarn_character_is_shown(int32_t character) {
    switch (utf8proc_category(character)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    case UTF8PROC_CATEGORY_CF:
        return is_harmless_format(character);
    default:
        return true;
    }
}

static tarn_status spell_out(int32_t c, tarn_buffer *out, tarn_error *error) {
    if (c == '\n' || c == '\r' || c == '\t')
        return tarn_buffer_printf(out, error, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
    return tarn_buffer_printf(out, error, c < 0x80 ? "\\x%02x" : "\\u{%x}", (unsigned)c);
}

tarn_status tarn_show_text(const char *text, size_t size, tarn_buffer *out, tarn_error *error) {
    for (size_t used = 0; used < size;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t length =
            utf8proc_iterate((const utf8proc_uint8_t *)text + used, (utf8proc_ssize_t)(size - used), &c);
        if (length <= 0)
            TARN_TRY(tarn_buffer_printf(out, error, "\\x%02x", (unsigned char)text[used]));
        else if (tarn_character_is_shown(c))
            TARN_TRY(tarn_buffer_append(out, text + used, (size_t)length, error));
        else
            TARN_TRY(spell_out(c, out, error));
        used += length > 0 ? (size_t)length : 1;
    }
    return TARN_OK;
}
