/**
 * @file answer.h
 * Results as Arrow streams: read to the end, or compared row by row.
 */
#ifndef BENCH_ANSWER_H
#define BENCH_ANSWER_H

#include "tarn/arrow.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Take every batch, give it back at once, release the stream. Returns the rows; dies when the stream fails. */
int64_t bench_drain(struct ArrowArrayStream *stream);

/**
 * Are two results equal: the same columns by position, the same rows in the same order? Numbers that are not exact may
 * differ by one part in a thousand million. Types may differ as long as the values agree (an int32 5 and a
 * decimal 5.00). Both streams are released. When they differ, `why` says where.
 */
bool bench_same_answer(struct ArrowArrayStream *tarn, struct ArrowArrayStream *peer, char *why, size_t why_size);

#endif
