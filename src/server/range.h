/**
 * @file range.h
 * Which part of a content a request wants (RFC 9110, section 14): one range of bytes, or all.
 */
#ifndef TARN_SERVER_RANGE_H
#define TARN_SERVER_RANGE_H

#include "server/reader.h"

typedef enum tarn_range_outcome { TARN_RANGE_ALL, TARN_RANGE_PART, TARN_RANGE_OUTSIDE } tarn_range_outcome;

/** Of a content of `total` bytes that `tag` stands for. Several ranges, and those of another tag, want all. */
tarn_range_outcome tarn_range_find(const tarn_head *head, const char *tag, uint64_t total, uint64_t *from,
                                   uint64_t *size);

#endif
