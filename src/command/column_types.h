/**
 * @file column_types.h
 * The groups of column types that commands speak of (tarn_column_types): text, number, boolean, date, time, other.
 */
#ifndef TARN_COMMAND_COLUMN_TYPES_H
#define TARN_COMMAND_COLUMN_TYPES_H

#include "command/command.h"

/** The one group that a type belongs to. */
tarn_column_types tarn_column_type_of(const struct ArrowSchema *type);

/** "text", "number" …; `group` is one group. */
const char *tarn_column_type_name(unsigned group);

/** TARN_E_INVALID naming the column, its type, what is accepted and the remedy. */
tarn_status tarn_column_types_check(unsigned accepted, const tarn_column *column, tarn_error *error);

#endif
