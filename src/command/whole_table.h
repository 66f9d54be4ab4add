/**
 * @file whole_table.h
 * Cells from an expression that needs the whole table (window functions, subqueries): one query over all live rows,
 * whose results are put back where their rows are.
 */
#ifndef TARN_COMMAND_WHOLE_TABLE_H
#define TARN_COMMAND_WHOLE_TABLE_H

#include "command/command.h"

/**
 * Run the query and fill in `out` (all but `out->column`) for a column called `name`. The values of one column are held
 * in memory until closed. TARN_E_INVALID when the expression does not give exactly one value per row.
 */
tarn_status tarn_whole_table_open(tarn_run *run, const char *expression, const char *name, tarn_cells *out,
                                  tarn_error *error);

/** Row by row where the expression allows it (expression.h), else over the whole table. */
tarn_status tarn_computed_open(tarn_run *run, const char *expression, const char *name, tarn_cells *out,
                               tarn_error *error);

#endif
