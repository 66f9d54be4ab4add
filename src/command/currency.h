/**
 * @file currency.h
 * `unformat-currency` and `percent-to-number`: a column of amounts or percentages as people write them becomes a
 * column of exact decimals.
 */
#ifndef TARN_COMMAND_CURRENCY_H
#define TARN_COMMAND_CURRENCY_H

#include "command/command.h"

/** Looks at the whole column first, to learn how its decimals are written and how many digits are needed; parameters
 *  `decimal` (auto, point, comma), `policy` (fail, null), and what nothing in a column can tell: `cr` and `dr`
 *  (positive, negative), `m` (thousand, million). What decides a value and is not said is refused whatever the policy.
 */
tarn_status tarn_currency_open(tarn_run *run, tarn_cells *out, tarn_error *error);
/** The same for percentages: parameters `decimal`, `policy` and `bare` (fail, percent, number), which says what a
 * number without a sign of percent is. */
tarn_status tarn_percent_open(tarn_run *run, tarn_cells *out, tarn_error *error);

#endif
