/**
 * @file paste.h
 * A block of cells as spreadsheets put it on the clipboard, or as CSV.
 */
#ifndef TARN_COMMAND_PASTE_H
#define TARN_COMMAND_PASTE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct tarn_paste {
    char **cells; /**< row by row, `width` each; heap */
    size_t height, width, capacity;
} tarn_paste;

/** Fields are separated by tabs when the text has any outside quotes, else by commas; quoted with ", doubled inside.
 *  A line end behind the last row begins no other. TARN_E_INVALID: rows of different lengths, an open quote. */
tarn_status tarn_paste_read(const char *text, tarn_paste *out, tarn_error *error);
void tarn_paste_clear(tarn_paste *paste);

#endif
