/**
 * @file text_tables.h
 * The upper halves of single-byte encodings. Included by text_names.c only.
 */
#ifndef TARN_IO_TEXT_TABLES_H
#define TARN_IO_TEXT_TABLES_H

#include <stdint.h>

extern const uint16_t tarn_text_ibm866[128];
extern const uint16_t tarn_text_iso_8859_2[128];
extern const uint16_t tarn_text_iso_8859_3[128];
extern const uint16_t tarn_text_iso_8859_4[128];
extern const uint16_t tarn_text_iso_8859_5[128];
extern const uint16_t tarn_text_iso_8859_6[128];
extern const uint16_t tarn_text_iso_8859_7[128];
extern const uint16_t tarn_text_iso_8859_8[128];
extern const uint16_t tarn_text_iso_8859_10[128];
extern const uint16_t tarn_text_iso_8859_13[128];
extern const uint16_t tarn_text_iso_8859_14[128];
extern const uint16_t tarn_text_iso_8859_15[128];
extern const uint16_t tarn_text_iso_8859_16[128];
extern const uint16_t tarn_text_koi8_r[128];
extern const uint16_t tarn_text_koi8_u[128];
extern const uint16_t tarn_text_macintosh[128];
extern const uint16_t tarn_text_windows_874[128];
extern const uint16_t tarn_text_windows_1250[128];
extern const uint16_t tarn_text_windows_1251[128];
extern const uint16_t tarn_text_windows_1252[128];
extern const uint16_t tarn_text_windows_1253[128];
extern const uint16_t tarn_text_windows_1254[128];
extern const uint16_t tarn_text_windows_1255[128];
extern const uint16_t tarn_text_windows_1256[128];
extern const uint16_t tarn_text_windows_1257[128];
extern const uint16_t tarn_text_windows_1258[128];
extern const uint16_t tarn_text_x_mac_cyrillic[128];
extern const uint16_t tarn_text_iso_8859_1[128];
extern const uint16_t tarn_text_iso_8859_9[128];
extern const uint16_t tarn_text_iso_8859_11[128];
extern const uint16_t tarn_text_ibm437[128];
extern const uint16_t tarn_text_ibm850[128];
extern const uint16_t tarn_text_ibm852[128];
extern const uint16_t tarn_text_ibm855[128];
extern const uint16_t tarn_text_ibm857[128];
extern const uint16_t tarn_text_ibm858[128];
extern const uint16_t tarn_text_ibm737[128];
extern const uint16_t tarn_text_ibm775[128];
extern const uint16_t tarn_text_ibm860[128];
extern const uint16_t tarn_text_ibm861[128];
extern const uint16_t tarn_text_ibm862[128];
extern const uint16_t tarn_text_ibm863[128];
extern const uint16_t tarn_text_ibm864[128];
extern const uint16_t tarn_text_ibm865[128];
extern const uint16_t tarn_text_ibm869[128];
extern const uint16_t tarn_text_x_mac_greek[128];
extern const uint16_t tarn_text_x_mac_turkish[128];
extern const uint16_t tarn_text_x_mac_ce[128];

#endif
