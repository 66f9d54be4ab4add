/**
 * @file expression.h
 * Cells from an SQL expression over the row, evaluated chunk by chunk.
 */
#ifndef TARN_COMMAND_EXPRESSION_H
#define TARN_COMMAND_EXPRESSION_H

#include "command/command.h"

/** Fill in `out` (all but `out->column`) with the values of an expression for a column called `name`. TARN_E_INVALID:
 *  it is not row-wise. */
tarn_status tarn_expression_open(tarn_run *run, const char *expression, const char *name, tarn_cells *out,
                                 tarn_error *error);

/** The same for a command's template (see command.h). */
tarn_status tarn_template_open(tarn_run *run, const char *template, tarn_cells *out, tarn_error *error);

#endif
