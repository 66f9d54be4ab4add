/**
 * @file nested_text.h
 * Nested values as text: JSON, with every digit.
 */
#ifndef TARN_COMMAND_NESTED_TEXT_H
#define TARN_COMMAND_NESTED_TEXT_H

#include "command/command.h"

/** Lists, structs and maps. */
bool tarn_type_is_nested(const struct ArrowSchema *type);

/** The column's values as tarn_array_print_cell writes them. */
tarn_status tarn_nested_text_open(tarn_run *run, tarn_cells *out, tarn_error *error);

#endif
