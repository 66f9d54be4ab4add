/**
 * @file percent.h
 * Percentages as people write them: 12.5 % · 12,5% · %12 · (3 %) · 4 ‰ · 7 percent.
 */
#ifndef TARN_COMMAND_PERCENT_H
#define TARN_COMMAND_PERCENT_H

#include "command/amount.h"

/** As tarn_amount_read; `exponent` is -2 for percent and -3 for per mille, and 0 for a number without either. */
bool tarn_percent_read(const char *text, size_t size, tarn_amount *out);

#endif
