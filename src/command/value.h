/**
 * @file value.h
 * One value of a column's type from text, as somebody types it into a cell.
 */
#ifndef TARN_COMMAND_VALUE_H
#define TARN_COMMAND_VALUE_H

#include "command/command.h"

/**
 * An array of one value. NULL text is null; empty text is null too unless the type is text. Booleans, numbers and text
 * are read here; other types are cast by the engine. TARN_E_INVALID says what does not fit which type.
 */
tarn_status tarn_value_parse(tarn_engine *engine, const struct ArrowSchema *type, const char *text,
                             struct ArrowArray *out, tarn_error *error);

#endif
