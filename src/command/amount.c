#include "command/amount.h"

#include "command/unicode.h"

#include <string.h>
#include <utf8proc.h>

/* What is left of the text to read, from both ends. */
typedef struct rest {
    const char *text;
    size_t from, to;
} rest;

static uint32_t first_of(const rest *r, size_t *size) {
    *size = 0;
    return r->from < r->to ? tarn_point_at(r->text + r->from, size) : 0;
}

static uint32_t last_of(const rest *r, size_t *size) {
    *size = 0;
    if (r->from == r->to)
        return 0;
    size_t before = tarn_point_before(r->text, r->to), length;
    *size = r->to - before;
    return tarn_point_at(r->text + before, &length);
}

static bool is_minus(uint32_t c) {
    return c == '-' || c == 0x2212 || c == 0x2013; /* the true minus, and the dash that is taken for one */
}

static bool is_letter(uint32_t c) {
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

static bool is_currency(uint32_t c) {
    return utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_SC;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* ---- around the number ------------------------------------------------------------------------------------------- */

static void skip_spaces(rest *r) {
    size_t size;
    while (tarn_is_space(first_of(r, &size)) && size > 0)
        r->from += size;
    while (tarn_is_space(last_of(r, &size)) && size > 0)
        r->to -= size;
}

static bool take_parentheses(rest *r) {
    if (r->to - r->from < 2 || r->text[r->from] != '(' || r->text[r->to - 1] != ')')
        return false;
    r->from++;
    r->to--;
    return true;
}

/* A currency's name has at most four letters: USD, kr, Fr. */
enum { NAME_LETTERS = 4 };

static bool take_name_before(rest *r) {
    size_t size, letters = 0;
    rest tried = *r;
    for (uint32_t c; (c = first_of(&tried, &size)) != 0 && is_letter(c); tried.from += size)
        letters++;
    if (letters == 0 || letters > NAME_LETTERS)
        return false;
    if (tried.from < tried.to && tried.text[tried.from] == '.')
        tried.from++; /* Fr. */
    *r = tried;
    return true;
}

/* CR behind an amount is a credit: money that goes the other way. */
static bool take_name_behind(rest *r, bool *negative) {
    size_t size, letters = 0;
    rest tried = *r;
    if (tried.to > tried.from && tried.text[tried.to - 1] == '.')
        tried.to--;
    size_t end = tried.to;
    for (uint32_t c; (c = last_of(&tried, &size)) != 0 && is_letter(c); tried.to -= size)
        letters++;
    if (letters == 0 || letters > NAME_LETTERS)
        return false;
    if (end - tried.to == 2 && memcmp(tried.text + tried.to, "CR", 2) == 0)
        *negative = !*negative;
    *r = tried;
    return true;
}

/* The dash in 5,- stands for the decimals and makes nothing negative. */
static bool take_minus_behind(rest *r, bool *negative) {
    size_t size;
    if (!is_minus(last_of(r, &size)))
        return false;
    r->to -= size;
    if (r->to > r->from && (r->text[r->to - 1] == ',' || r->text[r->to - 1] == '.'))
        r->to--;
    else
        *negative = !*negative;
    return true;
}

static bool take_before(rest *r, bool *negative) {
    size_t size;
    uint32_t c = first_of(r, &size);
    if (is_minus(c))
        *negative = !*negative;
    else if (c != '+' && !is_currency(c))
        return take_name_before(r);
    r->from += size;
    return size > 0;
}

static bool take_behind(rest *r, bool *negative) {
    size_t size;
    if (is_currency(last_of(r, &size))) {
        r->to -= size;
        return true;
    }
    return take_minus_behind(r, negative) || take_name_behind(r, negative);
}

/* Each of sign, currency's sign and currency's name at most so often: at either end. */
enum { ORNAMENTS = 3 };

static void take_ornaments(rest *r, bool *negative) {
    skip_spaces(r);
    if (take_parentheses(r)) {
        *negative = true;
        skip_spaces(r);
    }
    for (int i = 0; i < ORNAMENTS && r->from < r->to && take_before(r, negative); i++)
        skip_spaces(r);
    for (int i = 0; i < ORNAMENTS && r->from < r->to && take_behind(r, negative); i++)
        skip_spaces(r);
    if (!*negative && take_parentheses(r)) /* $(500) */
        *negative = true;
    skip_spaces(r);
}

/* ---- the number -------------------------------------------------------------------------------------------------- */

/* Marks between digits, in order. */
enum { MARKS = 16 };
typedef struct number {
    char marks[MARKS];  /* '.', ',' and ' ' for all others */
    int behind[MARKS];  /* digits from this mark to the next or the end */
    int count, leading; /* marks; digits before the first */
    bool has_zero_first;
} number;

/* Bytes of a mark: a point, a comma, a space, an apostrophe. 0: no mark. */
static size_t mark_at(const rest *r, char *mark) {
    size_t size;
    uint32_t c = first_of(r, &size);
    if (c == '.' || c == ',')
        *mark = (char)c;
    else if (c == '\'' || c == 0x2019 || tarn_is_space(c))
        *mark = ' ';
    else
        return 0;
    return size;
}

static bool read_digits(rest r, number *n, tarn_amount *out) {
    *n = (number){.has_zero_first = r.from < r.to && r.text[r.from] == '0'};
    int seen = 0;
    for (size_t size; r.from < r.to; r.from += size) {
        char byte = r.text[r.from];
        if (is_digit(byte)) {
            size = 1;
            seen++;
            *(n->count == 0 ? &n->leading : &n->behind[n->count - 1]) += 1;
            out->units = out->units * 10 + (unsigned)(byte - '0');
            out->digits += out->digits > 0 || byte != '0';
            if (out->digits > TARN_AMOUNT_DIGITS)
                return false;
        } else {
            if (n->count == MARKS || (size = mark_at(&r, &n->marks[n->count])) == 0)
                return false;
            n->count++;
        }
    }
    return seen > 0;
}

/* Whether marks 0 … count - 1 may stand between groups: of three digits, or of two before the last three. */
static bool is_grouped(const number *n, int count) {
    for (int i = 0; i < count; i++) {
        bool is_last = i == count - 1;
        if (n->marks[i] != n->marks[0] || (n->behind[i] != 3 && (is_last || n->behind[i] != 2)))
            return false;
    }
    return n->leading >= 1 && n->leading <= 3;
}

static tarn_decimal_sign sign_of(char mark) {
    return mark == '.' ? TARN_DECIMAL_POINT : TARN_DECIMAL_COMMA;
}

static bool judge(const number *n, tarn_amount *out) {
    if (n->count == 0)
        return true;
    char last = n->marks[n->count - 1];
    int behind = n->behind[n->count - 1];
    if (n->count > 1 && last == n->marks[0]) { /* one kind of mark, several times: groups */
        if (last != ' ')
            out->sign = last == '.' ? TARN_DECIMAL_COMMA : TARN_DECIMAL_POINT;
        return is_grouped(n, n->count);
    }
    if (last == ' ')
        return n->count == 1 && is_grouped(n, 1);
    out->decimals = behind;
    if (n->count == 1 && behind == 3 && n->leading >= 1 && n->leading <= 3 && !n->has_zero_first) {
        out->sign = TARN_DECIMAL_AMBIGUOUS;
        out->mark = last;
        return true;
    }
    out->sign = sign_of(last);
    return n->count == 1 || is_grouped(n, n->count - 1);
}

bool tarn_amount_read(const char *text, size_t size, tarn_amount *out) {
    rest r = {.text = text, .to = size};
    number n;
    *out = (tarn_amount){0};
    take_ornaments(&r, &out->negative);
    if (r.from == r.to) { /* spaces, or a dash */
        size_t length = 0;
        rest all = {.text = text, .to = size};
        skip_spaces(&all);
        uint32_t c = first_of(&all, &length);
        out->is_empty = all.from == all.to || (is_minus(c) && all.from + length == all.to);
        return out->is_empty;
    }
    return read_digits(r, &n, out) && judge(&n, out);
}
