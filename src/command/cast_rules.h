/**
 * @file cast_rules.h
 * When a value can become one of another type without losing anything, as SQL. A cast is exact when casting back gives
 * the same value; a text is told by how it is written, since the same number can be written in many ways.
 */
#ifndef TARN_COMMAND_CAST_RULES_H
#define TARN_COMMAND_CAST_RULES_H

#include "base/buffer.h"
#include "base/error.h"

#include "arrow/array.h"

/** What a value has to become. */
typedef enum tarn_cast_target {
    TARN_CAST_OTHER,
    TARN_CAST_TEXT,
    TARN_CAST_INTEGER,
    TARN_CAST_FLOAT,
    TARN_CAST_DECIMAL,
    TARN_CAST_DATE,
    TARN_CAST_TIME,
    TARN_CAST_TIMESTAMP,
    TARN_CAST_INSTANT, /**< a timestamp with a time zone */
} tarn_cast_target;

tarn_cast_target tarn_cast_target_of(const struct ArrowSchema *type);

/** Digits of a fraction that a decimal, or a type of times, keeps. */
int tarn_cast_fraction_of(const struct ArrowSchema *type);

/** So many digits a float never loses. */
int tarn_cast_certain_digits(const struct ArrowSchema *type);

typedef struct tarn_cast_pair {
    const struct ArrowSchema *from, *to;
    const char *given; /**< the value as SQL; of text without the spaces around it, null when nothing else is there */
    const char *type;  /**< the new type as SQL */
} tarn_cast_pair;

/** The value in the new type, or null when it does not fit it at all; what is lost is lost: decimals are rounded, times
 *  of day dropped, and the instant of a text with a time zone becomes a timestamp in UTC. */
tarn_status tarn_cast_write_value(const tarn_cast_pair *pair, tarn_buffer *out, tarn_error *error);

/** A condition: nothing is lost by it. May be null for values that do not fit at all. A text that is written as the new
 *  type writes the value needs no closer look, which most are. */
tarn_status tarn_cast_write_exact(const tarn_cast_pair *pair, tarn_buffer *out, tarn_error *error);

/** A condition: the value is a text that may be meant as a code and not as the number that it becomes: 007, 1E5. */
tarn_status tarn_cast_write_codelike(const tarn_cast_pair *pair, tarn_buffer *out, tarn_error *error);

/** A condition: the value is a text with a time zone, which a timestamp without one does not keep. */
tarn_status tarn_cast_write_zoned(const tarn_cast_pair *pair, tarn_buffer *out, tarn_error *error);

#endif
