/**
 * @file amount_words.h
 * The words and signs that stand beside amounts of money: currencies (signs in use, and the codes of ISO 4217 with
 * those that euro and redenominations replaced), multipliers in the main languages, and CR and DR of bank statements.
 * Any other word makes a text no amount.
 */
#ifndef TARN_COMMAND_AMOUNT_WORDS_H
#define TARN_COMMAND_AMOUNT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum tarn_amount_word_kind {
    TARN_WORD_NONE, /**< no word of these */
    TARN_WORD_CURRENCY,
    TARN_WORD_MULTIPLIER,  /**< ten to the power of `exponent` */
    TARN_WORD_AMBIGUOUS_M, /**< M, which is a thousand to some and a million to others */
    TARN_WORD_CREDIT,      /**< CR */
    TARN_WORD_DEBIT,       /**< DR */
} tarn_amount_word_kind;

/** Names a currency in a few letters: a code of ISO 4217, or what stands for a sign that several currencies share. */
#define TARN_CURRENCY_SIZE 5

typedef struct tarn_amount_word {
    tarn_amount_word_kind kind;
    int exponent;
    char currency[TARN_CURRENCY_SIZE]; /**< "" when it names none; a word may be both: kEUR */
} tarn_amount_word;

/** A word of letters (valid UTF-8), without spaces and points around it. */
tarn_amount_word tarn_amount_word_of(const char *word, size_t size);

/** A sign of the class of currencies; false when it is none. */
bool tarn_currency_sign(uint32_t sign, char out[TARN_CURRENCY_SIZE]);

/** Whether letters may stand directly before $ and what they make of it: US$, R$. */
bool tarn_dollar_prefix(const char *word, size_t size, char out[TARN_CURRENCY_SIZE]);

#endif
