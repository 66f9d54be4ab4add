// Texts whose cast plainly loses nothing, told by their bytes.
#include "command/cast_plain.h"

#include "arrow/float_digits.h"
#include "command/cast_rules.h"
#include "io/csv_value.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* What a text must look like. */
typedef struct form {
    tarn_cast_target target;
    size_t most;     /* bytes of a number, digits of an integer */
    size_t fraction; /* digits behind the point */
    bool is_double;  /* which may have more digits, when these are the ones that a double is written with */
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

/* Whether the digits of a number are the shortest that are read as the nearest double. */
static bool is_shortest(const char *text, size_t size) {
    enum { MOST_DIGITS = 17 };
    uint64_t digits = 0;
    int significant = 0;
    double value;
    for (size_t i = 0; i < size && significant <= MOST_DIGITS; i++) {
        if (!is_digit(text[i]))
            continue;
        digits = digits * 10 + (uint64_t)(text[i] - '0');
        significant += digits > 0;
    }
    if (digits == 0 || significant > MOST_DIGITS || !tarn_csv_parse_double((const uint8_t *)text, size, &value))
        return false;
    while (digits % 10 == 0)
        digits /= 10;
    return value != 0 && tarn_shortest_digits(fabs(value), false).digits == digits;
}

/* Words and signs, which are no value of any type told here, but for infinity and its like; and nothing. */
static bool is_wordy(const char *text, size_t size) {
    static const char *const beginnings[] = {"inf", "nan", "epo"};
    enum { BEGINNING = 3 };
    if (size == 0)
        return true;
    for (size_t i = 0; i < size; i++)
        if (is_digit(text[i]))
            return false;
    if ((uint8_t)text[0] <= ' ' || (uint8_t)text[size - 1] <= ' ')
        return false;
    size_t sign = *text == '-' || *text == '+';
    for (size_t i = 0; size - sign >= BEGINNING && i < sizeof beginnings / sizeof *beginnings; i++)
        if (strncasecmp(text + sign, beginnings[i], BEGINNING) == 0)
            return false;
    return true;
}

/* -12, 0 or 12.50: no zero before other digits, digits on both sides of a point. */
static bool is_number(const char *text, size_t size, const form *f) {
    size_t at = size > 0 && *text == '-';
    size_t whole = digits_at(text + at, size - at);
    if ((size > f->most && !(f->is_double && is_shortest(text, size))) || whole == 0 || (whole > 1 && text[at] == '0'))
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
        return is_number(text, size, f) || is_wordy(text, size);
    case TARN_CAST_DATE:
        return (size == DATE && matches(text, "0000-00-00", DATE)) || is_wordy(text, size);
    case TARN_CAST_TIME:
        return is_time(text, size, f) || is_wordy(text, size);
    case TARN_CAST_TIMESTAMP:
        if (size < DATE || !matches(text, "0000-00-00", DATE))
            return is_wordy(text, size);
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
        f.is_double = type->format[0] == 'g';
    } else {
        f.fraction = (size_t)tarn_cast_fraction_of(type);
    }
    return f;
}

static bool are_plain(const form *f, const struct ArrowArray *texts, int64_t from, int64_t to, const uint8_t *live) {
    const uint8_t *validity = texts->buffers[0];
    const int32_t *ends = (const int32_t *)texts->buffers[1] + texts->offset;
    const char *data = texts->buffers[2];
    for (int64_t i = from; i < to; i++) {
        if ((live != NULL && !tarn_bit_get(live, i)) ||
            (validity != NULL && !tarn_bit_get(validity, texts->offset + i)))
            continue;
        const char *text = data + ends[i];
        size_t size = (size_t)(ends[i + 1] - ends[i]);
        if (!is_plain(text, size, f))
            return false;
    }
    return true;
}

int64_t tarn_cast_plain_run(const struct ArrowSchema *to_type, const struct ArrowSchema *type,
                            const struct ArrowArray *texts, int64_t from, int64_t to, const uint8_t *live,
                            bool *is_plain_run) {
    form f = form_of(to_type);
    int64_t end = from;
    *is_plain_run = false;
    if (strcmp(type->format, "u") != 0)
        return to;
    for (int64_t next; end < to; end = next) {
        next = to - end < TARN_CAST_RUN ? to : end + TARN_CAST_RUN;
        bool plain = are_plain(&f, texts, end, next, live);
        if (end > from && plain != *is_plain_run)
            break;
        *is_plain_run = plain;
    }
    return end;
}
