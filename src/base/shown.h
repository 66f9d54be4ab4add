/**
 * @file shown.h
 * Which characters may go to a screen as they are, and text in which all others are spelt out: what moves the cursor,
 * rings, sets a terminal's title or turns the direction of writing could make a reader see what is not there.
 */
#ifndef TARN_BASE_SHOWN_H
#define TARN_BASE_SHOWN_H

#include "base/buffer.h"

/** False for control characters (C0 and C1), separators of lines and paragraphs, surrogates, and formatting characters
 * but those that scripts and emoji need. */
bool tarn_character_is_shown(int32_t character);

/** Append `text` with \n, \r, \t, \x1b, \u{202e} and, for bytes that are no UTF-8, \xff in the place of such. */
tarn_status tarn_show_text(const char *text, size_t size, tarn_buffer *out, tarn_error *error);

#endif
