/**
 * @file plan_columns.h
 * Carrying out a plan of columns.
 */
#ifndef TARN_COMMAND_PLAN_COLUMNS_H
#define TARN_COMMAND_PLAN_COLUMNS_H

#include "command/plan.h"

/** Compute what is new, drop, rename, add and move. Values that stay are not touched. */
tarn_status tarn_plan_apply_columns(tarn_run *run, const tarn_plan *plan, tarn_error *error);

#endif
