// Telling commas that part cells from those inside of the values of one column: 1,11 or 1.234,50 EUR or "Smith, Ann".
#include "io/csv_decimal.h"
#include "io/csv_dialect.h"

#include <string.h>

/* What a line is when it is taken as one value. */
typedef enum line_class {
    LINE_BLANK,
    LINE_WORDS,  /* without a comma */
    LINE_PLAIN,  /* a number without a comma */
    LINE_NUMBER, /* a number with commas */
    LINE_PHRASE, /* words, each comma followed by a space: Smith, Ann */
    LINE_CELLS,  /* commas otherwise */
} line_class;

/* A number with commas, and what says that it is one number for sure. */
typedef struct comma_number {
    bool is_marked; /* a point or another mark parts thousands, or a sign or a unit is with it */
    bool has_cents; /* two digits behind the only comma */
    bool zero_cent; /* the first of them is a 0 */
} comma_number;

static bool is_digit(uint8_t c) {
    return c >= '0' && c <= '9';
}

static bool is_number(const uint8_t *text, size_t size) {
    uint8_t plain[TARN_CSV_LONGEST_NUMBER];
    size_t used;
    double value;
    return (tarn_csv_plain_number(',', text, size, plain, &used) && tarn_csv_parse_double(plain, used, &value)) ||
           (tarn_csv_plain_number('.', text, size, plain, &used) && tarn_csv_parse_double(plain, used, &value));
}

/* A currency, a unit or a sign beside the digits: a few characters without digits, commas or quotes. */
static bool cut_affix(const uint8_t **text, size_t *size, bool *found) {
    enum { LONGEST = 8 };
    const uint8_t *begin = *text, *end = *text + *size;
    while (begin < end && !is_digit(*begin) && *begin != ',' && *begin != '.' && *begin != '"')
        begin++;
    while (end > begin && !is_digit(end[-1]) && end[-1] != ',' && end[-1] != '"')
        end--;
    size_t before = (size_t)(begin - *text), behind = (size_t)(*text + *size - end);
    bool signed_only = before == 1 && (**text == '-' || **text == '+');
    *found = (before > 0 && !signed_only) || behind > 0;
    *text = begin;
    *size = (size_t)(end - begin);
    return before <= LONGEST && behind <= LONGEST && begin < end && (is_digit(*begin) || before == 0);
}

static bool is_comma_number(const uint8_t *text, size_t size, comma_number *out) {
    bool has_affix;
    if (!cut_affix(&text, &size, &has_affix) || !is_number(text, size))
        return false;
    const uint8_t *comma = memchr(text, ',', size);
    size_t behind = comma != NULL ? (size_t)(text + size - comma) - 1 : 0;
    bool only_digits = true;
    for (const uint8_t *c = text; c < text + size; c++)
        only_digits &= is_digit(*c) || *c == ',';
    out->is_marked = has_affix || !only_digits;
    out->has_cents = behind == 2;
    out->zero_cent = behind == 2 && comma[1] == '0';
    return true;
}

/* Words with commas as a sentence or a name has them, nothing behind a comma being a value of its own. */
static bool is_phrase(const uint8_t *text, size_t size) {
    const uint8_t *end = text + size, *comma;
    if (memchr(text, '"', size) != NULL || *text == ',')
        return false;
    while ((comma = memchr(text, ',', (size_t)(end - text))) != NULL) {
        const uint8_t *next = memchr(comma + 1, ',', (size_t)(end - comma) - 1);
        const uint8_t *part = comma + 1;
        size_t length = (size_t)((next != NULL ? next : end) - part);
        if (length < 2 || *part != ' ')
            return false;
        tarn_csv_trim(&part, &length);
        if (length == 0 || is_digit(*part) || tarn_csv_kind_of(part, length) != TARN_CSV_TEXT)
            return false;
        text = comma + 1;
    }
    return true;
}

static line_class class_of(const uint8_t *text, size_t size, comma_number *number) {
    *number = (comma_number){0};
    if (size == 0)
        return LINE_BLANK;
    bool has_comma = memchr(text, ',', size) != NULL;
    if (is_comma_number(text, size, number))
        return has_comma ? LINE_NUMBER : LINE_PLAIN;
    if (!has_comma)
        return LINE_WORDS;
    return is_phrase(text, size) ? LINE_PHRASE : LINE_CELLS;
}

/* The lines so far. */
typedef struct column {
    size_t numbers; /* lines with a comma that are one number */
    size_t marked;  /* of those, for sure */
    size_t cents, zero_cents;
    size_t plain; /* numbers without a comma behind the first one with a comma */
    size_t cells; /* lines with other commas, before the numbers and behind them */
    size_t phrases;
    size_t below;      /* lines with other commas since the last number */
    bool is_broken;    /* lines with other commas stand among the numbers */
    line_class before; /* the last line that is not blank */
    line_class above;  /* the one before the first number, or phrase */
} column;

static void add_line(column *c, line_class class, const comma_number *number) {
    if (class == LINE_BLANK)
        return;
    if (class == LINE_NUMBER) {
        if (c->numbers == 0)
            c->above = c->before;
        else
            c->is_broken |= c->below > 0;
        c->numbers++;
        c->marked += number->is_marked;
        c->cents += number->has_cents;
        c->zero_cents += number->zero_cent;
        c->below = 0;
    }
    c->plain += class == LINE_PLAIN && c->numbers > 0;
    if (class == LINE_PHRASE || class == LINE_CELLS) {
        if (c->numbers == 0 && c->phrases == 0)
            c->above = c->before;
        c->phrases += class == LINE_PHRASE;
        c->cells += class == LINE_CELLS;
        c->below += c->numbers > 0;
    }
    c->before = class;
}

/* Do commas part cells, whatever follows? */
static bool is_decided(const column *c) {
    enum { MOST_ABOVE = 60 };
    return c->is_broken || (c->numbers > 0 && c->above == LINE_CELLS) || c->cells > c->numbers + MOST_ABOVE;
}

static column read_lines(const tarn_csv_head *head) {
    enum { MOST_LINES = 5000 };
    column c = {.before = LINE_BLANK, .above = LINE_BLANK};
    size_t lines = 0;
    for (size_t at = head->begin; at < head->size && lines < MOST_LINES && !is_decided(&c); lines++) {
        size_t next = tarn_csv_next_line(head->data, head->size, at), size = next - at;
        const uint8_t *text = head->data + at;
        comma_number number;
        while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r'))
            size--;
        at = next;
        if (next == head->size && !head->last)
            break; /* perhaps not the whole line */
        tarn_csv_trim(&text, &size);
        line_class class = class_of(text, size, &number);
        add_line(&c, class, &number);
    }
    return c;
}

bool tarn_csv_commas_are_inside(const tarn_csv_head *head) {
    column c = read_lines(head);
    if (c.numbers == 0)
        return c.phrases > 0 && c.cells == 0 && c.above == LINE_WORDS;
    if (c.is_broken || c.above == LINE_CELLS || c.above == LINE_PHRASE || c.cells + c.phrases > c.numbers)
        return false;
    if (c.above == LINE_WORDS) /* one name above */
        return true;
    return c.plain > 0 || c.marked == c.numbers || (c.numbers >= 3 && c.cents == c.numbers && c.zero_cents > 0);
}
