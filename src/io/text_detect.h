/**
 * @file text_detect.h
 * Guessing the encoding of a text that is not UTF-8 and does not say what it is. All functions are pure.
 *
 * Every encoding in question reads a sample; the one whose reading looks most like what people write is taken (see
 * text_score.h). Where uchardet is compiled in, its opinion counts beside the others.
 */
#ifndef TARN_IO_TEXT_DETECT_H
#define TARN_IO_TEXT_DETECT_H

#include "io/text_encoding.h"

typedef enum tarn_text_sureness {
    TARN_TEXT_NO_IDEA,   /**< nothing reads well: it is damaged, or no text */
    TARN_TEXT_UNCERTAIN, /**< few characters decide, or another encoding reads nearly as well */
    TARN_TEXT_LIKELY,
    TARN_TEXT_ALMOST_CERTAIN,
} tarn_text_sureness;

typedef struct tarn_text_guess {
    const tarn_text_encoding *encoding; /**< the best; windows-1252 when nothing reads well */
    const tarn_text_encoding *next;     /**< the best of those that give other characters; NULL: there is none */
    tarn_text_sureness sureness;
    double score;        /**< of the best; see text_score.h */
    uint64_t characters; /**< outside ASCII, in the sample: what decided */
} tarn_text_guess;

/** Guess from whole lines that hold bytes above 0x7F. */
tarn_status tarn_text_guess_encoding(const uint8_t *sample, size_t size, tarn_text_guess *out, tarn_error *error);

/** How well a sample reads in an encoding (UTF-8, a single-byte or a multi-byte one); -5 when it cannot be that. */
tarn_status tarn_text_score_sample(const tarn_text_encoding *encoding, const uint8_t *sample, size_t size, double *out,
                                   tarn_error *error);

/** "almost certain", "likely" … for messages. */
const char *tarn_text_sureness_name(tarn_text_sureness sureness);

#endif
