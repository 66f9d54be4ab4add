/**
 * @file value.h
 * Values of a column's type from text, as somebody types them into cells, and from JSON.
 */
#ifndef TARN_COMMAND_VALUE_H
#define TARN_COMMAND_VALUE_H

#include "command/command.h"

#include <jansson.h>

/**
 * An array of `count` values. NULL text is null; empty text is null too unless the type is text. Booleans, numbers and
 * text are read here; other types are cast by the engine. TARN_E_INVALID says what does not fit which type; `*bad` is
 * which of them it is then.
 */
tarn_status tarn_values_parse(tarn_engine *engine, const struct ArrowSchema *type, const char *const *texts,
                              int64_t count, struct ArrowArray *out, int64_t *bad, tarn_error *error);

/** One value. */
tarn_status tarn_value_parse(tarn_engine *engine, const struct ArrowSchema *type, const char *text,
                             struct ArrowArray *out, tarn_error *error);

/** The text of a JSON value as somebody would type it, heap; `*out` is NULL for null. */
tarn_status tarn_value_of_json(const json_t *value, char **out, tarn_error *error);

#endif
