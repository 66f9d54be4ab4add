// Printing of messages and reports, in which no foreign text reaches the terminal as it is.
#include "print.h"

#include "cells.h"
#include "terminal.h"

#include <string.h>

/** The most bytes of one text that are shown: a whole error message, and a name where a file has a name of megabytes.
 */
enum { LONGEST = 4096 };

/** Bytes from `at` up to the next border between characters, forwards. */
static size_t next_border(const char *text, size_t size, size_t at) {
    while (at < size && ((unsigned char)text[at] & 0xC0) == 0x80)
        at++;
    return at;
}

/** A text that is put in. */
static void add_text(cli_text *out, const char *text, size_t size) {
    if (style_is_own(text)) {
        cli_text_add(out, text, size);
        return;
    }
    if (size <= LONGEST) {
        cell_escape(out, text, size);
        return;
    }
    size_t head = next_border(text, size, LONGEST / 2), tail = next_border(text, size, size - LONGEST / 4);
    cell_escape(out, text, head);
    cli_text_printf(out, "… (%zu bytes left out) …", tail - head);
    cell_escape(out, text + tail, size - tail);
}

/** One conversion of a format, such as "%-*s". */
typedef struct conversion {
    int width;     /* 0: none; negative: filled up on the right */
    int precision; /* -1: none */
    bool is_wide;  /* its argument has 64 bits */
    char kind;
} conversion;

static const char *read_number(const char *at, int *out, va_list *list) {
    if (*at == '*') {
        *out = va_arg(*list, int);
        return at + 1;
    }
    for (*out = 0; *at >= '0' && *at <= '9'; at++)
        *out = *out * 10 + (*at - '0');
    return at;
}

/** Take the conversion that begins behind '%' apart; returns what follows it. */
static const char *read_conversion(const char *at, conversion *out, va_list *list) {
    *out = (conversion){.precision = -1};
    bool left = *at == '-';
    at = read_number(at + left, &out->width, list);
    if (left)
        out->width = -out->width;
    if (*at == '.')
        at = read_number(at + 1, &out->precision, list);
    size_t modifiers = strspn(at, "ljzt");
    out->is_wide = modifiers > 0;
    at += modifiers;
    out->kind = *at;
    return *at ? at + 1 : at;
}

/** A whole number; `long`, `long long` and `size_t` all have 64 bits where the program runs. */
static void add_whole(cli_text *out, const conversion *conversion, va_list *list) {
    if (conversion->kind == 'u')
        cli_text_printf(out, "%llu", conversion->is_wide ? va_arg(*list, unsigned long long) : va_arg(*list, unsigned));
    else
        cli_text_printf(out, "%lld", conversion->is_wide ? va_arg(*list, long long) : (long long)va_arg(*list, int));
}

static void add_argument(cli_text *out, const conversion *conversion, va_list *list) {
    const char *text;
    size_t most = conversion->precision >= 0 ? (size_t)conversion->precision : SIZE_MAX;
    switch (conversion->kind) {
    case 's':
        text = va_arg(*list, const char *);
        add_text(out, text, strnlen(text, most));
        break;
    case 'f':
        cli_text_printf(out, "%.*f", conversion->precision >= 0 ? conversion->precision : 6, va_arg(*list, double));
        break;
    case 'g':
        cli_text_printf(out, "%.*g", conversion->precision >= 0 ? conversion->precision : 6, va_arg(*list, double));
        break;
    case 'd':
    case 'u':
        add_whole(out, conversion, list);
        break;
    default: /* "%%" */
        cli_text_add(out, &conversion->kind, 1);
    }
}

static void fill(cli_text *out, size_t count) {
    while (count--)
        cli_text_add(out, " ", 1);
}

/** Append an argument, filled up with spaces to its width. */
static void add_padded(cli_text *out, const conversion *conversion, va_list *list) {
    cli_text argument = {0};
    add_argument(&argument, conversion, list);
    size_t wanted = (size_t)(conversion->width < 0 ? -conversion->width : conversion->width);
    size_t taken = cell_width(argument.data ? argument.data : "", argument.size);
    size_t missing = wanted > taken ? wanted - taken : 0;
    if (conversion->width > 0)
        fill(out, missing);
    cli_text_add(out, argument.data ? argument.data : "", argument.size);
    if (conversion->width < 0)
        fill(out, missing);
    cli_text_free(&argument);
}

void cli_print_list(FILE *out, const char *format, va_list list) {
    va_list arguments;
    va_copy(arguments, list);
    cli_text text = {0};
    while (*format) {
        size_t plain = strcspn(format, "%");
        cli_text_add(&text, format, plain);
        format += plain;
        if (!*format)
            break;
        conversion conversion;
        format = read_conversion(format + 1, &conversion, &arguments);
        add_padded(&text, &conversion, &arguments);
    }
    va_end(arguments);
    if (text.size)
        fwrite(text.data, 1, text.size, out);
    cli_text_free(&text);
}

void cli_print(const char *format, ...) {
    va_list list;
    va_start(list, format);
    cli_print_list(stdout, format, list);
    va_end(list);
}

void cli_print_error(const char *format, ...) {
    va_list list;
    va_start(list, format);
    cli_print_list(stderr, format, list);
    va_end(list);
}
