/**
 * @file date_number.h
 * Dates that are written as one number.
 */
#ifndef TARN_COMMAND_DATE_NUMBER_H
#define TARN_COMMAND_DATE_NUMBER_H

#include "command/date_text.h"

/** A number with a sign and a fraction if it likes, as counted by `kind`; false when it is none, or of another time
 * than the years 1 to 9999. */
bool tarn_date_number_read(const char *text, size_t size, tarn_date_number_kind kind, tarn_date_reading *out);

/** What an integer is by its digits alone, for TARN_NUMBER_AUTO; TARN_NUMBER_DIGITS when it counts nothing. */
tarn_date_number_kind tarn_date_number_guess(const char *text, size_t size);

#endif
