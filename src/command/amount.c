// Amounts of money as people write them, read exactly.
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

/* What stood around the number so far. */
typedef struct ornaments {
    tarn_amount *out;
    int signs;
    bool has_power, is_wrong;
} ornaments;

static void note_sign(ornaments *o, bool is_minus_sign) {
    o->signs++;
    o->out->negative = is_minus_sign;
}

/* $ and CAD go together, as do kr and SEK; the code is kept. */
static bool is_same_currency(const char *sign, const char *code) {
    static const struct {
        const char *sign, *codes;
    } shared[] = {{"$", "USD AUD CAD HKD NZD SGD TWD MXN BRL ARS CLP COP FJD JMD TTD BBD BZD BND NAD XCD DOP UYU"},
                  {"£", "GBP EGP FKP GIP SHP SSP SYP LBP"},
                  {"¥", "JPY CNY"},
                  {"kr", "SEK NOK DKK ISK"},
                  {"Rs", "INR PKR LKR NPR MUR SCR"}};
    for (size_t i = 0; i < sizeof shared / sizeof shared[0]; i++) {
        if (strcmp(shared[i].sign, sign) == 0)
            return code[0] != '\0' && strstr(shared[i].codes, code) != NULL;
    }
    return false;
}

static void note_currency(ornaments *o, const char *currency) {
    char *known = o->out->currency;
    if (currency[0] == '\0' || strcmp(known, currency) == 0 || is_same_currency(currency, known))
        return;
    o->is_wrong = o->is_wrong || (known[0] != '\0' && !is_same_currency(known, currency));
    memcpy(known, currency, TARN_CURRENCY_SIZE);
}

static void note_power(ornaments *o, int exponent, bool is_m) {
    o->is_wrong = o->is_wrong || o->has_power;
    o->has_power = true;
    o->out->exponent = exponent;
    o->out->has_m = is_m;
}

/* False when it is no word of an amount. */
static bool note_word(ornaments *o, const char *word, size_t size) {
    tarn_amount_word found = tarn_amount_word_of(word, size);
    switch (found.kind) {
    case TARN_WORD_NONE:
        return false;
    case TARN_WORD_MULTIPLIER:
    case TARN_WORD_AMBIGUOUS_M:
        note_power(o, found.exponent, found.kind == TARN_WORD_AMBIGUOUS_M);
        break;
    case TARN_WORD_CREDIT:
    case TARN_WORD_DEBIT:
        o->is_wrong = o->is_wrong || o->out->side != TARN_WORD_NONE;
        o->out->side = found.kind;
        break;
    default:
        break;
    }
    note_currency(o, found.currency);
    return true;
}

static bool take_parentheses(rest *r, ornaments *o) {
    if (r->to - r->from < 2 || r->text[r->from] != '(' || r->text[r->to - 1] != ')')
        return false;
    r->from++;
    r->to--;
    note_sign(o, true);
    return true;
}

/* T€ is a thousand euros, and k€; a single letter before a number is no multiplier: B12. */
static bool note_prefix(ornaments *o, const char *word, size_t size, uint32_t sign) {
    char currency[TARN_CURRENCY_SIZE];
    bool is_sign = tarn_currency_sign(sign, currency);
    if (is_sign && strcmp(currency, "$") == 0 && tarn_dollar_prefix(word, size, currency)) {
        note_currency(o, currency);
        return true;
    }
    if (is_sign && size == 1 && word[0] == 'T') {
        note_power(o, 3, false);
        return true;
    }
    return (is_sign || size > 1 || word[0] == 'R') && note_word(o, word, size);
}

static bool take_word_before(rest *r, ornaments *o) {
    size_t size, begin = r->from;
    rest tried = *r;
    for (uint32_t c; (c = first_of(&tried, &size)) != 0 && is_letter(c);)
        tried.from += size;
    if (tried.from == begin || !note_prefix(o, r->text + begin, tried.from - begin, first_of(&tried, &size)))
        return false;
    if (tried.from < tried.to && tried.text[tried.from] == '.')
        tried.from++; /* Fr. 5, Rs.5 */
    *r = tried;
    return true;
}

static bool take_word_behind(rest *r, ornaments *o) {
    size_t size;
    rest tried = *r;
    if (tried.to > tried.from && tried.text[tried.to - 1] == '.')
        tried.to--;
    size_t end = tried.to;
    for (uint32_t c; (c = last_of(&tried, &size)) != 0 && is_letter(c);)
        tried.to -= size;
    if (tried.to == end || !note_word(o, tried.text + tried.to, end - tried.to))
        return false;
    *r = tried;
    return true;
}

/* 5 US$ */
static void take_prefix_behind(rest *r, ornaments *o, uint32_t sign) {
    size_t size;
    rest tried = *r;
    for (uint32_t c; (c = last_of(&tried, &size)) != 0 && is_letter(c);)
        tried.to -= size;
    if (tried.to < r->to && note_prefix(o, r->text + tried.to, r->to - tried.to, sign))
        *r = tried;
}

/* The dash in 5,- stands for the decimals and makes nothing negative; some write two. */
static bool take_sign_behind(rest *r, ornaments *o) {
    size_t size, again;
    uint32_t c = last_of(r, &size);
    if (!is_minus(c) && c != '+')
        return false;
    rest tried = {.text = r->text, .from = r->from, .to = r->to - size};
    if (is_minus(c) && is_minus(last_of(&tried, &again)))
        tried.to -= again;
    if (is_minus(c) && tried.to > tried.from && (tried.text[tried.to - 1] == ',' || tried.text[tried.to - 1] == '.')) {
        tried.to--;
        *r = tried;
        return true;
    }
    r->to -= size;
    note_sign(o, c != '+');
    return true;
}

static bool take_before(rest *r, ornaments *o) {
    size_t size;
    uint32_t c = first_of(r, &size);
    char currency[TARN_CURRENCY_SIZE];
    if (is_minus(c) || c == '+')
        note_sign(o, c != '+');
    else if (tarn_currency_sign(c, currency))
        note_currency(o, currency);
    else
        return take_word_before(r, o);
    r->from += size;
    return true;
}

static bool take_behind(rest *r, ornaments *o) {
    size_t size;
    uint32_t c = last_of(r, &size);
    char currency[TARN_CURRENCY_SIZE];
    if (!tarn_currency_sign(c, currency))
        return take_sign_behind(r, o) || take_word_behind(r, o);
    note_currency(o, currency);
    r->to -= size;
    take_prefix_behind(r, o, c);
    return true;
}

/* Sign, currency's sign, its code, multiplier, CR or DR: at either end. */
enum { ORNAMENTS = 5 };

/* False when they contradict each other. */
static bool take_ornaments(rest *r, tarn_amount *out) {
    ornaments o = {.out = out};
    skip_spaces(r);
    if (take_parentheses(r, &o))
        skip_spaces(r);
    for (int i = 0; i < ORNAMENTS && r->from < r->to && take_before(r, &o); i++)
        skip_spaces(r);
    for (int i = 0; i < ORNAMENTS && r->from < r->to && take_behind(r, &o); i++)
        skip_spaces(r);
    take_parentheses(r, &o); /* $(500) */
    skip_spaces(r);
    return !o.is_wrong && o.signs <= 1 && (out->side == TARN_WORD_NONE || o.signs == 0);
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

/* Apostrophes, and accents that are typed for them. */
static bool is_apostrophe(uint32_t c) {
    return c == '\'' || c == '`' || c == 0xB4 || c == 0x2BC || c == 0x2018 || c == 0x2019;
}

/* Bytes of a mark: a point, a comma, a space, an apostrophe. 0: no mark. */
static size_t mark_at(const rest *r, char *mark) {
    size_t size;
    uint32_t c = first_of(r, &size);
    if (c == '.' || c == ',')
        *mark = (char)c;
    else if (is_apostrophe(c) || tarn_is_space(c))
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

/* Whether marks 0 … count - 1 may stand between groups: all of three digits, or all of two before the last three. */
static bool is_grouped(const number *n, int count) {
    int group = count > 1 ? n->behind[0] : 3;
    for (int i = 0; i < count; i++) {
        if (n->marks[i] != n->marks[0] || n->behind[i] != (i == count - 1 ? 3 : group))
            return false;
    }
    return (group == 3 || group == 2) && n->leading >= 1 && n->leading <= group;
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

/* Nothing but spaces, or a dash that stands for nothing. */
static bool is_nothing(rest r) {
    size_t size;
    skip_spaces(&r);
    uint32_t c = first_of(&r, &size);
    return r.from == r.to || ((is_minus(c) || c == 0x2014) && r.from + size == r.to);
}

bool tarn_amount_read(const char *text, size_t size, tarn_amount *out) {
    rest r = {.text = text, .to = size};
    number n;
    *out = (tarn_amount){.is_empty = is_nothing(r)};
    return out->is_empty || (take_ornaments(&r, out) && read_digits(r, &n, out) && judge(&n, out));
}
