/**
 * @file text_tables.h
 * The upper halves of single-byte encodings. Included by text_encoding.c only.
 */
#ifndef TARN_IO_TEXT_TABLES_H
#define TARN_IO_TEXT_TABLES_H

#include <stdint.h>

extern const uint16_t tarn_text_windows_1252[128];
extern const uint16_t tarn_text_iso_8859_1[128];
extern const uint16_t tarn_text_iso_8859_15[128];
extern const uint16_t tarn_text_macintosh[128];
extern const uint16_t tarn_text_windows_1250[128];
extern const uint16_t tarn_text_windows_1251[128];
extern const uint16_t tarn_text_windows_1254[128];
extern const uint16_t tarn_text_iso_8859_2[128];
extern const uint16_t tarn_text_ibm437[128];
extern const uint16_t tarn_text_ibm850[128];

#endif
