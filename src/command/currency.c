/* Columns of amounts and percentages: looked through first, decided, then read. */
#include "command/currency.h"

#include "base/text.h"
#include "command/percent.h"
#include "command/text_kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Values that an error message shows, and the bytes of each. */
enum { SHOWN = 5, SHOWN_BYTES = 40 };

__extension__ typedef __int128 wide; /* a value of decimal128 */

typedef struct shown {
    int64_t row;
    char text[SHOWN_BYTES + 8];
} shown;

/* What is refused unless a parameter says what it means. */
enum { HAS_CREDIT, HAS_DEBIT, HAS_M, QUESTIONS };

/* A currency, and how many amounts are in it, in all and of two kinds. */
enum { CURRENCIES = 6 };
typedef struct counted {
    char currency[TARN_CURRENCY_SIZE];
    int64_t count;
    int64_t clear, ambiguous; /* those whose decimals are clear, and those like 1,234 */
} counted;

/* What the values of a chunk, or of the whole column, have in common. */
typedef struct tally {
    int64_t points, commas, unreadable;
    int64_t ambiguous, ambiguous_points; /* values like 1,234 and 1.234; those with a point */
    int decimals;                        /* the most, ambiguous values aside */
    int whole_digits;                    /* the most before the decimal sign; of ambiguous values if theirs is none */
    int ambiguous_decimals;              /* the most, if the sign of ambiguous values stands before decimals */
    shown first_ambiguous;
    int64_t asked[QUESTIONS];
    shown first_asked[QUESTIONS];
    counted currencies[CURRENCIES]; /* the first ones, in no order */
    int64_t multiplied;
    shown bad[SHOWN]; /* the first unreadable ones */
} tally;

typedef struct currency {
    tarn_run *run;
    size_t column;
    bool (*read)(const char *text, size_t size, tarn_amount *out);
    const char *noun;         /* what a value is */
    tarn_decimal_sign wanted; /* NONE: as the column has it */
    tarn_decimal_sign sign;   /* of ambiguous values */
    int scale;
    tally *tallies; /* per chunk */
    /* of amounts */
    bool credit_known, debit_known, credit_negative;
    int m_exponent; /* 0: not said */
    /* of percentages */
    bool is_percent, bare_allowed;
    int bare_exponent;
} currency;

static void show(shown *out, int64_t row, const char *text, size_t size) {
    size_t kept = tarn_utf8_valid_prefix(text, size < SHOWN_BYTES ? size : SHOWN_BYTES);
    out->row = row;
    snprintf(out->text, sizeof out->text, "%.*s%s", (int)kept, text, kept < size ? "…" : "");
}

/* A value that is written the other way than was said is not readable. */
static bool read_amount(const currency *c, const char *text, size_t size, tarn_amount *out) {
    if (!c->read(text, size, out))
        return false;
    if (c->is_percent && !out->is_empty && out->exponent == 0) {
        out->exponent = c->bare_exponent;
        if (!c->bare_allowed)
            return false;
    }
    if (out->has_m)
        out->exponent = c->m_exponent;
    if (out->side != TARN_WORD_NONE)
        out->negative = (out->side == TARN_WORD_CREDIT) == c->credit_negative;
    bool is_clear = out->sign == TARN_DECIMAL_POINT || out->sign == TARN_DECIMAL_COMMA;
    return c->wanted == TARN_DECIMAL_NONE || !is_clear || out->sign == c->wanted;
}

static int at_least(int a, int b) {
    return a > b ? a : b;
}

static void count_currency(tally *t, const counted *more) {
    for (size_t i = 0; i < CURRENCIES && more->currency[0] != '\0'; i++) {
        counted *sum = &t->currencies[i];
        if (sum->count == 0)
            memcpy(sum->currency, more->currency, TARN_CURRENCY_SIZE);
        if (strcmp(sum->currency, more->currency) == 0) {
            sum->count += more->count;
            sum->clear += more->clear;
            sum->ambiguous += more->ambiguous;
            return;
        }
    }
}

static void ask(tally *t, int question, int64_t row, const char *text, size_t size) {
    if (t->asked[question]++ == 0)
        show(&t->first_asked[question], row, text, size);
}

static void note_questions(const currency *c, tally *t, const tarn_amount *amount, int64_t row, const char *text,
                           size_t size) {
    if (amount->side == TARN_WORD_CREDIT && !c->credit_known)
        ask(t, HAS_CREDIT, row, text, size);
    if (amount->side == TARN_WORD_DEBIT && !c->debit_known)
        ask(t, HAS_DEBIT, row, text, size);
    if (amount->has_m && c->m_exponent == 0)
        ask(t, HAS_M, row, text, size);
}

static void note_amount(const currency *c, tally *t, const tarn_amount *amount, int64_t row, const char *text,
                        size_t size) {
    bool is_ambiguous = amount->sign == TARN_DECIMAL_AMBIGUOUS;
    t->points += amount->sign == TARN_DECIMAL_POINT;
    t->commas += amount->sign == TARN_DECIMAL_COMMA;
    t->ambiguous_points += is_ambiguous && amount->mark == '.';
    if (is_ambiguous && t->ambiguous++ == 0)
        show(&t->first_ambiguous, row, text, size);
    int decimals = is_ambiguous ? 0 : amount->decimals;
    t->decimals = at_least(t->decimals, decimals - amount->exponent);
    t->whole_digits = at_least(t->whole_digits, amount->digits - decimals + amount->exponent);
    if (is_ambiguous)
        t->ambiguous_decimals = at_least(t->ambiguous_decimals, amount->decimals - amount->exponent);
    t->multiplied += !c->is_percent && amount->exponent > 0;
    counted one = {.count = 1,
                   .clear = amount->sign == TARN_DECIMAL_POINT || amount->sign == TARN_DECIMAL_COMMA,
                   .ambiguous = is_ambiguous};
    memcpy(one.currency, amount->currency, TARN_CURRENCY_SIZE);
    count_currency(t, &one);
    note_questions(c, t, amount, row, text, size);
}

static tarn_status tally_chunk(void *context, size_t chunk, tarn_error *error) {
    const currency *c = context;
    tally *t = &c->tallies[chunk];
    tarn_chunk place = tarn_version_chunk(c->run->base, chunk);
    tarn_text_piece piece;
    const uint8_t *live;
    tarn_amount amount;
    TARN_TRY(tarn_version_live(c->run->base, chunk, &live, error));
    tarn_status status = tarn_text_piece_open(c->run->base, c->column, chunk, 0, place.rows, &piece, error);
    for (int64_t i = 0; status == TARN_OK && i < place.rows; i++) {
        if ((live != NULL && !tarn_bit_get(live, i)) || tarn_text_is_null(&piece, i))
            continue;
        const char *text = piece.texts.data + piece.texts.ends[i];
        size_t size = (size_t)(piece.texts.ends[i + 1] - piece.texts.ends[i]);
        if (read_amount(c, text, size, &amount))
            note_amount(c, t, &amount, place.first_row + i, text, size);
        else if (t->unreadable++ < SHOWN)
            show(&t->bad[t->unreadable - 1], place.first_row + i, text, size);
    }
    tarn_text_piece_close(&piece);
    return status;
}

static void add_tally(tally *sum, const tally *t) {
    if (sum->ambiguous == 0)
        sum->first_ambiguous = t->first_ambiguous;
    for (int64_t i = 0; i < t->unreadable && i < SHOWN && sum->unreadable + i < SHOWN; i++)
        sum->bad[sum->unreadable + i] = t->bad[i];
    for (int i = 0; i < QUESTIONS; i++) {
        if (sum->asked[i] == 0)
            sum->first_asked[i] = t->first_asked[i];
        sum->asked[i] += t->asked[i];
    }
    for (size_t i = 0; i < CURRENCIES; i++)
        count_currency(sum, &t->currencies[i]);
    sum->points += t->points;
    sum->commas += t->commas;
    sum->ambiguous += t->ambiguous;
    sum->ambiguous_points += t->ambiguous_points;
    sum->unreadable += t->unreadable;
    sum->multiplied += t->multiplied;
    sum->decimals = at_least(sum->decimals, t->decimals);
    sum->whole_digits = at_least(sum->whole_digits, t->whole_digits);
    sum->ambiguous_decimals = at_least(sum->ambiguous_decimals, t->ambiguous_decimals);
}

static tarn_status tally_column(currency *c, tally *sum, tarn_error *error) {
    size_t chunks = tarn_version_chunk_count(c->run->base);
    *sum = (tally){0};
    c->tallies = calloc(chunks + 1, sizeof *c->tallies);
    if (c->tallies == NULL)
        return tarn_fail_memory(error);
    TARN_TRY(tarn_parallel_for(c->run->pool, TARN_PRIORITY_USER_VISIBLE, c->run->task, chunks, tally_chunk, c, error));
    for (size_t chunk = 0; chunk < chunks; chunk++)
        add_tally(sum, &c->tallies[chunk]);
    return TARN_OK;
}

/* ---- deciding ---------------------------------------------------------------------------------------------------- */

static tarn_status refuse_unreadable(const currency *c, const tally *t, tarn_error *error) {
    tarn_buffer list = {0};
    tarn_status status = TARN_OK;
    for (int64_t i = 0; i < t->unreadable && i < SHOWN && status == TARN_OK; i++)
        status = tarn_buffer_printf(&list, error, "%srow id %lld: \"%s\"", i == 0 ? "" : ", ", (long long)t->bad[i].row,
                                    t->bad[i].text);
    if (status == TARN_OK)
        status = tarn_fail(error, TARN_E_INVALID,
                           "%s: column \"%s\" has %lld %s not %s: %.*s%s; correct %s, or give "
                           "policy=null",
                           c->run->command->name, tarn_version_column(c->run->base, c->column)->name,
                           (long long)t->unreadable, t->unreadable == 1 ? "value that is" : "values that are", c->noun,
                           (int)list.size, (const char *)list.data, t->unreadable > SHOWN ? " …" : "",
                           t->unreadable == 1 ? "it" : "them");
    tarn_buffer_free(&list);
    return status;
}

/* What a $1,000 is, € 2.000,50 does not tell: the currency whose amounts can be read in two ways, without a clear one,
 * where another currency has clear ones; or NULL. */
static const char *undecided_currency(const tally *t) {
    const char *undecided = NULL;
    bool is_told = false;
    for (size_t i = 0; i < CURRENCIES; i++) {
        const counted *one = &t->currencies[i];
        is_told |= one->clear > 0;
        if (undecided == NULL && one->ambiguous > 0 && one->clear == 0)
            undecided = one->currency;
    }
    return is_told ? undecided : NULL;
}

/* 1,234 is decided by the column's clear values, when they agree; never without any, and never by another currency's.
 */
static tarn_status decide_sign(currency *c, const tally *t, tarn_error *error) {
    const char *name = tarn_version_column(c->run->base, c->column)->name, *command = c->run->command->name;
    c->sign = c->wanted != TARN_DECIMAL_NONE ? c->wanted : t->commas > 0 ? TARN_DECIMAL_COMMA : TARN_DECIMAL_POINT;
    bool is_told = (t->points > 0) != (t->commas > 0);
    const char *undecided = undecided_currency(t);
    if (t->ambiguous == 0 || c->wanted != TARN_DECIMAL_NONE || (is_told && undecided == NULL))
        return TARN_OK;
    const char *text = t->first_ambiguous.text;
    long long row = (long long)t->first_ambiguous.row;
    if (undecided != NULL)
        return tarn_fail(error, TARN_E_INVALID,
                         "%s: column \"%s\" has several currencies, and no value in %s tells whether its points and "
                         "commas stand before decimals or between thousands: give decimal=point or decimal=comma, or "
                         "part the currencies first",
                         command, name, undecided);
    if (t->points > 0)
        return tarn_fail(error, TARN_E_INVALID,
                         "%s: column \"%s\" has points and commas before what may be decimals, so that \"%s\" "
                         "(row id %lld) can be read in two ways: give decimal=point or decimal=comma",
                         command, name, text, row);
    return tarn_fail(error, TARN_E_INVALID,
                     "%s: no value of \"%s\" tells whether the %s of \"%s\" (row id %lld) stands before decimals or "
                     "between thousands: give decimal=point or decimal=comma",
                     command, name,
                     t->ambiguous_points == t->ambiguous ? "point"
                     : t->ambiguous_points == 0          ? "comma"
                                                         : "sign",
                     text, row);
}

/* What only people can say. */
static tarn_status refuse_questions(const currency *c, const tally *t, tarn_error *error) {
    static const char *const advice[QUESTIONS] = {
        "CR can be money in or money out: give cr=positive or cr=negative (crore is written out)",
        "DR can be money in or money out: give dr=positive or dr=negative",
        "M can be a thousand or a million: give m=thousand or m=million"};
    for (int i = 0; i < QUESTIONS; i++) {
        if (t->asked[i] > 0)
            return tarn_fail(error, TARN_E_INVALID, "unformat-currency: column \"%s\", row id %lld: \"%s\": %s",
                             tarn_version_column(c->run->base, c->column)->name, (long long)t->first_asked[i].row,
                             t->first_asked[i].text, advice[i]);
    }
    return TARN_OK;
}

/* "EUR (3), USD (2)" when there are several. */
static char *say_currencies(const tally *t) {
    tarn_buffer list = {0};
    bool has_several = t->currencies[1].count > 0;
    for (size_t i = 0; i < CURRENCIES && has_several && t->currencies[i].count > 0; i++) {
        if (tarn_buffer_printf(&list, NULL, "%s%s (%lld)", i == 0 ? "" : ", ", t->currencies[i].currency,
                               (long long)t->currencies[i].count) != TARN_OK)
            break;
    }
    char *said = has_several && list.size > 0 ? tarn_format("amounts in several currencies became plain numbers: %.*s",
                                                            (int)list.size, (const char *)list.data)
                                              : NULL;
    tarn_buffer_free(&list);
    return said;
}

static void make_notes(const currency *c, const tally *t) {
    if (t->ambiguous > 0 && c->wanted == TARN_DECIMAL_NONE)
        tarn_run_note(c->run,
                      tarn_format("%lld like \"%s\" (row id %lld) could be read in two ways: decimals were taken to "
                                  "follow a %s, as in the others",
                                  (long long)t->ambiguous, t->first_ambiguous.text, (long long)t->first_ambiguous.row,
                                  c->sign == TARN_DECIMAL_POINT ? "point" : "comma"));
    if (t->points > 0 && t->commas > 0)
        tarn_run_note(c->run, tarn_format("decimals follow a point in %lld and a comma in %lld", (long long)t->points,
                                          (long long)t->commas));
    if (t->multiplied > 0)
        tarn_run_note(c->run, tarn_format("%lld with a multiplier such as k or Mio. %s multiplied",
                                          (long long)t->multiplied, t->multiplied == 1 ? "was" : "were"));
    tarn_run_note(c->run, say_currencies(t));
    if (t->unreadable > 0)
        tarn_run_note(c->run, tarn_format("%lld that could not be read became null, the first in row id %lld: \"%s\"",
                                          (long long)t->unreadable, (long long)t->bad[0].row, t->bad[0].text));
}

static bool is_decimal(const currency *c, const tarn_amount *amount) {
    return amount->sign != TARN_DECIMAL_AMBIGUOUS ||
           (amount->mark == '.' ? TARN_DECIMAL_POINT : TARN_DECIMAL_COMMA) == c->sign;
}

static tarn_status decide_type(currency *c, const tally *t, tarn_cells *out, tarn_error *error) {
    int64_t with_decimals = c->sign == TARN_DECIMAL_POINT ? t->ambiguous_points : t->ambiguous - t->ambiguous_points;
    c->scale = at_least(t->decimals, with_decimals > 0 ? t->ambiguous_decimals : 0);
    int width = t->whole_digits + c->scale;
    if (width > TARN_AMOUNT_DIGITS)
        return tarn_fail(error, TARN_E_INVALID,
                         "%s: column \"%s\" needs %d digits before and %d behind the decimal sign, and "
                         "38 are the most that a number can have",
                         c->run->command->name, tarn_version_column(c->run->base, c->column)->name, t->whole_digits,
                         c->scale);
    char format[32];
    snprintf(format, sizeof format, "d:%d,%d", width <= 18 ? 18 : TARN_AMOUNT_DIGITS, c->scale);
    return tarn_schema_make(&out->type, format, tarn_version_column(c->run->base, c->column)->name, error);
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

static bool value_of(const currency *c, const tarn_text_piece *piece, int64_t i, wide *out) {
    tarn_amount amount;
    if (tarn_text_is_null(piece, i) ||
        !read_amount(c, piece->texts.data + piece->texts.ends[i],
                     (size_t)(piece->texts.ends[i + 1] - piece->texts.ends[i]), &amount) ||
        amount.is_empty)
        return false;
    tarn_amount_units units = amount.units;
    for (int k = (is_decimal(c, &amount) ? amount.decimals : 0) - amount.exponent; k < c->scale; k++)
        units *= 10;
    *out = amount.negative ? -(wide)units : (wide)units;
    return true;
}

static tarn_status currency_rows(const tarn_cells *cells, size_t chunk, int64_t from, int64_t to,
                                 struct ArrowArray *out, tarn_error *error) {
    const currency *c = cells->state;
    tarn_text_piece piece = {0};
    const uint8_t *live;
    void *buffers[2] = {0};
    tarn_status status = TARN_OK;
    size_t count = (size_t)(to - from);
    TARN_CHECK(tarn_version_live(c->run->base, chunk, &live, error));
    TARN_CHECK(tarn_text_piece_open(c->run->base, c->column, chunk, from, to, &piece, error));
    uint8_t *valid = buffers[0] = tarn_aligned_alloc(count / 8 + 1);
    wide *values = buffers[1] = tarn_aligned_alloc((count + 1) * sizeof *values);
    if (valid == NULL || values == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    memset(valid, 0, count / 8 + 1);
    memset(values, 0, count * sizeof *values);
    for (int64_t i = 0; i < to - from; i++) {
        if ((live == NULL || tarn_bit_get(live, from + i)) && value_of(c, &piece, i, &values[i]))
            tarn_bit_set(valid, i);
    }
    status = tarn_array_make(out, to - from, -1, buffers, 2, NULL, 0, error);
    memset(buffers, 0, sizeof buffers); /* taken over */
cleanup:
    free(buffers[0]);
    free(buffers[1]);
    tarn_text_piece_close(&piece);
    return status;
}

static void currency_close(tarn_cells *cells) {
    currency *c = cells->state;
    free(c->tallies);
    free(c);
}

static tarn_status prepare(currency *c, tarn_cells *out, tarn_error *error) {
    tally t;
    TARN_TRY(tally_column(c, &t, error));
    if (t.unreadable > 0 && tarn_run_is(c->run, "policy", "fail"))
        return refuse_unreadable(c, &t, error);
    TARN_TRY(refuse_questions(c, &t, error));
    TARN_TRY(decide_sign(c, &t, error));
    TARN_TRY(decide_type(c, &t, out, error));
    make_notes(c, &t);
    return TARN_OK;
}

static tarn_status open_column(tarn_run *run, const currency *asked, tarn_cells *out, tarn_error *error) {
    currency *c = malloc(sizeof *c);
    if (c == NULL)
        return tarn_fail_memory(error);
    *c = *asked;
    c->run = run;
    c->column = out->column;
    c->wanted = tarn_run_is(run, "decimal", "point")   ? TARN_DECIMAL_POINT
                : tarn_run_is(run, "decimal", "comma") ? TARN_DECIMAL_COMMA
                                                       : TARN_DECIMAL_NONE;
    out->state = c;
    out->rows = currency_rows;
    out->close = currency_close;
    return prepare(c, out, error); /* the executor closes what failed, too */
}

tarn_status tarn_currency_open(tarn_run *run, tarn_cells *out, tarn_error *error) {
    bool is_said = tarn_run_has(run, "cr") || tarn_run_has(run, "dr");
    if (tarn_run_has(run, "cr") && tarn_run_has(run, "dr") && tarn_run_is(run, "dr", tarn_run_text(run, "cr")))
        return tarn_fail(error, TARN_E_INVALID,
                         "unformat-currency: cr and dr cannot both be %s: one of them is money in, the other money out",
                         tarn_run_text(run, "cr"));
    currency asked = {.read = tarn_amount_read,
                      .noun = "an amount",
                      .credit_known = is_said,
                      .debit_known = is_said,
                      .credit_negative = tarn_run_is(run, "cr", "negative") || tarn_run_is(run, "dr", "positive"),
                      .m_exponent = tarn_run_is(run, "m", "thousand")  ? 3
                                    : tarn_run_is(run, "m", "million") ? 6
                                                                       : 0};
    return open_column(run, &asked, out, error);
}

tarn_status tarn_percent_open(tarn_run *run, tarn_cells *out, tarn_error *error) {
    currency asked = {.read = tarn_percent_read,
                      .noun = "a percentage",
                      .is_percent = true,
                      .bare_allowed = !tarn_run_is(run, "bare", "fail"),
                      .bare_exponent = tarn_run_is(run, "bare", "percent") ? -2 : 0};
    return open_column(run, &asked, out, error);
}
