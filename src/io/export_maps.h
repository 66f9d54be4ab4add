/**
 * @file export_maps.h
 * Maps that have a key twice: Arrow holds them, and neither Parquet's readers nor JSON's objects do. Private to src/io.
 */
#ifndef TARN_IO_EXPORT_MAPS_H
#define TARN_IO_EXPORT_MAPS_H

#include "io/io.h"

/** Refuse a version with such a map: TARN_E_UNSUPPORTED names its row, its column and the key. Only columns that have
 * maps are read. */
tarn_status tarn_export_check_maps(const tarn_io *io, tarn_version *version, const char *format_name,
                                   tarn_error *error);

#endif
