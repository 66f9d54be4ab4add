/**
 * @file support_workbook.h
 * Workbooks out of a fuzzer's bytes, by the grammar of their formats: each byte
 * decides one thing (which element comes next, which of its attributes it has,
 * which value), so that mutating bytes changes the document and not its
 * well-formedness. Now and then an element stands where it must not, or is
 * another namespace's.
 */
#ifndef TARN_FUZZ_SUPPORT_WORKBOOK_H
#define TARN_FUZZ_SUPPORT_WORKBOOK_H

#include "base/buffer.h"

typedef struct workbook_part {
    const char *name;
    tarn_buffer text;
} workbook_part;

#define MOST_WORKBOOK_PARTS 8

/** The parts of a workbook; returns how many. Their texts are freed by the
 * caller. */
size_t grow_workbook(const uint8_t *data, size_t size, workbook_part parts[MOST_WORKBOOK_PARTS]);

#endif
