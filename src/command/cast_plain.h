/**
 * @file cast_plain.h
 * Texts whose cast plainly loses nothing, told by their bytes: most are so, and then nothing has to be looked at twice.
 */
#ifndef TARN_COMMAND_CAST_PLAIN_H
#define TARN_COMMAND_CAST_PLAIN_H

#include "arrow/array.h"

#include <stdbool.h>
#include <stdint.h>

/** Whether all texts of rows `from` … `to` - 1 are written so plainly that the engine either reads them as `to_type`
 *  without losing anything or not at all: digits without zeros before them, few enough; dates and times in their ISO
 *  form without a time zone. Nulls are plain. `live`: rows of the chunk that are looked at; NULL: all. */
bool tarn_cast_is_plain(const struct ArrowSchema *to_type, const struct ArrowSchema *type,
                        const struct ArrowArray *texts, int64_t from, int64_t to, const uint8_t *live);

#endif
