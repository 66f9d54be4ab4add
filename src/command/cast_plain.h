/**
 * @file cast_plain.h
 * Texts whose cast plainly loses nothing, told by their bytes: most are so, and then nothing has to be looked at twice.
 */
#ifndef TARN_COMMAND_CAST_PLAIN_H
#define TARN_COMMAND_CAST_PLAIN_H

#include "arrow/array.h"

#include <stdbool.h>
#include <stdint.h>

/** Rows that are judged together: so many the engine computes at once. */
#define TARN_CAST_RUN 2048

/** The end of the run of rows from `from` on, before `to`, that are alike in this: whether all their texts are written
 *  so plainly that the engine either reads them as `to_type` without losing anything or not at all: digits without
 * zeros before them, few enough or those that a double is written with; dates and times in their ISO form without a
 * time zone; words without digits, and nothing. Nulls are plain. `live`: rows of the chunk that are looked at; NULL:
 * all. */
int64_t tarn_cast_plain_run(const struct ArrowSchema *to_type, const struct ArrowSchema *type,
                            const struct ArrowArray *texts, int64_t from, int64_t to, const uint8_t *live,
                            bool *is_plain_run);

#endif
