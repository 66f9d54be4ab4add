// Any text as something that one line of a terminal can show.
#include "cells.h"

#include <string.h>
#include <utf8proc.h>

enum { EMOJI_SELECTOR = 0xFE0F };

/** One user-perceived character: its bytes, and the columns that it takes. */
static size_t next_cluster(const char *text, size_t size, size_t *width) {
    int32_t c, previous = -1, state = 0;
    size_t used = 0;
    size_t widest = 0, regional = 0;
    while (used < size) {
        size_t length = cli_decode(text + used, size - used, &c);
        if (length == 0) {
            if (used == 0) {
                *width = 1;
                return 1;
            }
            break;
        }
        if (previous >= 0 && utf8proc_grapheme_break_stateful(previous, c, &state))
            break;
        int columns = utf8proc_charwidth(c);
        if (columns > 0 && (size_t)columns > widest)
            widest = (size_t)columns;
        if (c == EMOJI_SELECTOR)
            widest = 2;
        if (c >= 0x1F1E6 && c <= 0x1F1FF && ++regional == 2)
            widest = 2;
        previous = c;
        used += length;
    }
    *width = widest;
    return used;
}

size_t cell_width(const char *text, size_t size) {
    size_t width = 0, used = 0;
    while (used < size) {
        /* Between two ASCII characters there is always a border, and each takes one column. */
        if ((unsigned char)text[used] < 0x80 && (used + 1 == size || (unsigned char)text[used + 1] < 0x80)) {
            width++;
            used++;
            continue;
        }
        size_t columns;
        used += next_cluster(text + used, size - used, &columns);
        width += columns;
    }
    return width;
}

static void add_escape(cli_text *out, int32_t c) {
    switch (c) {
    case '\n':
        cli_text_add_string(out, "\\n");
        break;
    case '\r':
        cli_text_add_string(out, "\\r");
        break;
    case '\t':
        cli_text_add_string(out, "\\t");
        break;
    default:
        cli_text_printf(out, c < 0x80 ? "\\x%02x" : "\\u{%x}", (unsigned)c);
    }
}

void cell_escape(cli_text *out, const char *text, size_t size) {
    size_t plain = 0, used = 0;
    while (used < size) {
        unsigned char byte = (unsigned char)text[used];
        if (byte >= 0x20 && byte < 0x7F) {
            used++;
            continue;
        }
        int32_t c;
        size_t length = cli_decode(text + used, size - used, &c);
        if (length && tarn_is_shown(c)) {
            used += length;
            continue;
        }
        cli_text_add(out, text + plain, used - plain);
        if (length)
            add_escape(out, c);
        else
            cli_text_printf(out, "\\x%02x", byte);
        used += length ? length : 1;
        plain = used;
    }
    cli_text_add(out, text + plain, used - plain);
}

static bool is_space_at(const char *text, size_t size) {
    int32_t c;
    return cli_decode(text, size, &c) && (c == ' ' || utf8proc_category(c) == UTF8PROC_CATEGORY_ZS);
}

static bool is_mistakable(const char *text, size_t size) {
    if (size == 0 || text[0] == '"' || is_space_at(text, size))
        return true;
    if (size == strlen(CELL_NULL) && memcmp(text, CELL_NULL, size) == 0)
        return true;
    size_t last = size - 1;
    while (last > 0 && ((unsigned char)text[last] & 0xC0) == 0x80)
        last--;
    return is_space_at(text + last, size - last);
}

static void add_quoted(cli_text *out, const char *text, size_t size) {
    cli_text_add(out, "\"", 1);
    while (size > 0) {
        const char *quote = memchr(text, '"', size);
        size_t part = quote ? (size_t)(quote - text) : size;
        cell_escape(out, text, part);
        if (quote) {
            cli_text_add(out, "\\\"", 2);
            part++;
        }
        text += part;
        size -= part;
    }
    cli_text_add(out, "\"", 1);
}

void cell_quote(cli_text *out, const char *text, size_t size) {
    if (is_mistakable(text, size))
        add_quoted(out, text, size);
    else
        cell_escape(out, text, size);
}

static void add_either(cli_text *out, const char *text, size_t size, bool quoted) {
    if (!text)
        cli_text_add_string(out, CELL_NULL);
    else if (quoted)
        add_quoted(out, text, size);
    else
        cell_escape(out, text, size);
}

void cell_quote_both(cli_text *out_a, const char *a, size_t a_size, cli_text *out_b, const char *b, size_t b_size) {
    bool quoted = (a && is_mistakable(a, a_size)) || (b && is_mistakable(b, b_size));
    add_either(out_a, a, a_size, quoted);
    add_either(out_b, b, b_size, quoted);
}

size_t cell_cut(cli_text *out, const char *text, size_t size, size_t width) {
    size_t used = 0, columns = 0, fits = 0, fits_columns = 0;
    while (used < size) {
        size_t wide, length = next_cluster(text + used, size - used, &wide);
        if (columns + wide > width) {
            cli_text_add(out, text, fits);
            if (width > 0)
                cli_text_add_string(out, "…");
            return width > 0 ? fits_columns + 1 : 0;
        }
        used += length;
        columns += wide;
        if (columns < width) { /* one column stays for "…" */
            fits = used;
            fits_columns = columns;
        }
    }
    cli_text_add(out, text, size);
    return columns;
}
