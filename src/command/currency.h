/**
 * @file currency.h
 * `unformat-currency`: a column of amounts as people write them becomes a column of exact decimals.
 */
#ifndef TARN_COMMAND_CURRENCY_H
#define TARN_COMMAND_CURRENCY_H

#include "command/command.h"

/** Looks at the whole column first, to learn how its decimals are written and how many digits are needed; parameters
 *  `decimal` (auto, point, comma) and `policy` (fail, null). */
tarn_status tarn_currency_open(tarn_run *run, tarn_cells *out, tarn_error *error);

#endif
