/**
 * @file amount.h
 * Amounts of money as people write them: $1,234.50 · 1.234,50 € · (500.00) · 500- · 1'234.50 CHF · USD 12 · 5,- ·
 * 1,23,456.78 · 2.5 Mio. € · 12 CR … Beside the number may stand one sign (a minus on either side, or parentheses), one
 * currency and one multiplier; see amount_words.h for the words. Any other word, and a second sign, make it no amount.
 */
#ifndef TARN_COMMAND_AMOUNT_H
#define TARN_COMMAND_AMOUNT_H

#include "command/amount_words.h"

/** The digits that an amount may have. */
#define TARN_AMOUNT_DIGITS 38

__extension__ typedef unsigned __int128 tarn_amount_units;

/** What a text tells of the sign before its decimals. */
typedef enum tarn_decimal_sign {
    TARN_DECIMAL_NONE,      /**< no amount has decimals here, or none that would tell: 1234 */
    TARN_DECIMAL_POINT,     /**< 1,234.50 · 12.5 · 1,234,567 */
    TARN_DECIMAL_COMMA,     /**< 1.234,50 · 12,5 · 1.234.567 */
    TARN_DECIMAL_AMBIGUOUS, /**< 1,234 or 1.234: see `mark` */
} tarn_decimal_sign;

typedef struct tarn_amount {
    bool is_empty; /**< nothing but spaces, or a dash that stands for nothing */
    bool negative;
    tarn_decimal_sign sign;
    char mark;               /**< of an ambiguous amount: ',' or '.' */
    tarn_amount_units units; /**< all its digits as one number */
    int digits;              /**< of it, without zeros in front */
    int decimals;            /**< how many of them are behind the decimal sign; of an ambiguous amount 3 if it is one */
    int exponent;            /**< of its multiplier: 6 in 2.5 Mio.; 0: none */
    tarn_amount_word_kind side; /**< TARN_WORD_CREDIT, TARN_WORD_DEBIT or TARN_WORD_NONE; such an amount has no sign */
    bool has_m;                 /**< its multiplier is M, which is not in `exponent` */
    char currency[TARN_CURRENCY_SIZE]; /**< "" when it has none */
} tarn_amount;

/** False when the text (valid UTF-8) is no amount. */
bool tarn_amount_read(const char *text, size_t size, tarn_amount *out);

#endif
