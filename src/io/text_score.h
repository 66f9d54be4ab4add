/**
 * @file text_score.h
 * How well characters read as text that people write: what tells a right encoding from a wrong one. Pure functions.
 */
#ifndef TARN_IO_TEXT_SCORE_H
#define TARN_IO_TEXT_SCORE_H

#include <stddef.h>
#include <stdint.h>

/** A character as an encoding reads it. */
typedef struct tarn_text_sign {
    uint32_t code; /**< U+FFFD where there is none */
    int16_t known; /**< what its encoding says of it, in tenths (see text_cjk.h); TARN_TEXT_BY_CODE: nothing */
    uint8_t bytes; /**< that it takes in the file */
} tarn_text_sign;

#define TARN_TEXT_BY_CODE INT16_MIN

/**
 * The mean over the bytes of all characters outside ASCII: above 1 for text that reads well, below 0 for what nobody
 * writes (accents in the middle of numbers, capitals inside words, letters of two scripts in one word, control
 * characters). 0 when all is ASCII.
 */
double tarn_text_score(const tarn_text_sign *signs, size_t count);

#endif
