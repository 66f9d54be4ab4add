/**
 * @file cells.h
 * Running a cell command: chunk by chunk in parallel, comparing with the old values, keeping what did not change.
 */
#ifndef TARN_COMMAND_CELLS_H
#define TARN_COMMAND_CELLS_H

#include "command/command.h"

/** Put the new values into run->draft and count what changed. */
tarn_status tarn_cells_apply(tarn_run *run, tarn_error *error);

/** Visit the changed cells of run->base in the order of row numbers, one chunk after the other, until told to stop. */
tarn_status tarn_cells_preview(tarn_run *run, tarn_cell_visitor visit, void *context, tarn_error *error);

#endif
