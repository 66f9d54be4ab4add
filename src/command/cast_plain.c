// Texts whose cast plainly loses nothing, told by their bytes.
#include "command/cast_plain.h"

#include "command/cast_rules.h"

#include <string.h>

/* What a text must look like. */
typedef struct form {
    tarn_cast_target target;
    size_t most;     /* bytes of a number, digits of an integer */
    size_t fraction; /* digits behind the point */
} form;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static size_t digits_at(const char *text, size_t size) {
    size_t count = 0;
    while (count < size && is_digit(text[count]))
        count++;
    return count;
}

/* -12, 0 or 12.50: no zero before other digits, digits on both sides of a point. */
static bool is_number(const char *text, size_t size, const form *f) {
    size_t at = size > 0 && *text == '-';
    size_t whole = digits_at(text + at, size - at);
    if (size > f->most || whole == 0 || (whole > 1 && text[at] == '0'))
        return false;
    at += whole;
    if (at == size)
        return true;
    size_t fraction = digits_at(text + at + 1, size - at - 1);
    return text[at] == '.' && fraction > 0 && fraction <= f->fraction && at + 1 + fraction == size;
}

/* Does the text match, 0 standing for any digit? */
static bool matches(const char *text, const char *pattern, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (pattern[i] == '0' ? !is_digit(text[i]) : text[i] != pattern[i])
            return false;
    return true;
}

/* 00:00:00, and a fraction. */
static bool is_time(const char *text, size_t size, const form *f) {
    enum { TIME = 8 };
    if (size < TIME || !matches(text, "00:00:00", TIME))
        return false;
    size_t fraction = size > TIME ? digits_at(text + TIME + 1, size - TIME - 1) : 0;
    return size == TIME ||
           (text[TIME] == '.' && fraction > 0 && fraction <= f->fraction && TIME + 1 + fraction == size);
}

static bool is_plain(const char *text, size_t size, const form *f) {
    enum { DATE = 10 };
    switch (f->target) {
    case TARN_CAST_INTEGER:
    case TARN_CAST_FLOAT:
    case TARN_CAST_DECIMAL:
        return is_number(text, size, f);
    case TARN_CAST_DATE:
        return size == DATE && matches(text, "0000-00-00", DATE);
    case TARN_CAST_TIME:
        return is_time(text, size, f);
    case TARN_CAST_TIMESTAMP:
        if (size < DATE || !matches(text, "0000-00-00", DATE))
            return false;
        return size == DATE ||
               ((text[DATE] == ' ' || text[DATE] == 'T') && is_time(text + DATE + 1, size - DATE - 1, f));
    default:
        return false;
    }
}

static form form_of(const struct ArrowSchema *type) {
    form f = {.target = tarn_cast_target_of(type), .fraction = SIZE_MAX, .most = SIZE_MAX};
    if (f.target == TARN_CAST_INTEGER) {
        f.most = 39; /* whether they fit the type the engine tells */
        f.fraction = 0;
    } else if (f.target == TARN_CAST_FLOAT) {
        f.most = (size_t)tarn_cast_certain_digits(type);
    } else {
        f.fraction = (size_t)tarn_cast_fraction_of(type);
    }
    return f;
}

bool tarn_cast_is_plain(const struct ArrowSchema *to_type, const struct ArrowSchema *type,
                        const struct ArrowArray *texts, int64_t from, int64_t to, const uint8_t *live) {
    form f = form_of(to_type);
    const uint8_t *validity = texts->buffers[0];
    if (strcmp(type->format, "u") != 0)
        return false;
    const int32_t *ends = (const int32_t *)texts->buffers[1] + texts->offset;
    const char *data = texts->buffers[2];
    for (int64_t i = from; i < to; i++) {
        if ((live != NULL && !tarn_bit_get(live, i)) ||
            (validity != NULL && !tarn_bit_get(validity, texts->offset + i)))
            continue;
        if (!is_plain(data + ends[i], (size_t)(ends[i + 1] - ends[i]), &f))
            return false;
    }
    return true;
}
