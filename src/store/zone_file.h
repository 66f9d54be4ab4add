/**
 * @file zone_file.h
 * Zone maps behind the stored bytes of a batch (docs/format.md, "Zones"). Private to src/store.
 */
#ifndef TARN_STORE_ZONE_FILE_H
#define TARN_STORE_ZONE_FILE_H

#include "store/zone.h"

/** Whether a batch with so many stored bytes has zones behind it. Smaller ones are as soon read as the zones would be.
 */
bool tarn_zones_are_stored(tarn_codec codec, uint64_t length);

/** Append zones, sealed for a batch, to its stored bytes. They must be those of all its values, nothing laid over. */
tarn_status tarn_zones_append(tarn_buffer *bytes, const tarn_zone_map *map, tarn_hash128 id, tarn_error *error);

/** Put behind the zones that begin at byte `start` what makes them known as those of a batch. */
tarn_status tarn_zones_seal(tarn_buffer *bytes, size_t start, tarn_hash128 id, tarn_error *error);

/** Bytes that zones take at the end of a batch's stored bytes; 0 when there are none. Whether they are whole is not
 *  looked at. */
size_t tarn_zones_tail(const void *data, size_t size);

/** Read zones out of the last `size` bytes of a batch. `*out` is NULL when there are none, when they are damaged or
 *  another batch's, and when they are of a form that is not known here. */
tarn_status tarn_zones_read(const void *data, size_t size, tarn_hash128 id, const tarn_zone_map **out,
                            tarn_error *error);

/** The zones that are stored with a batch, as tarn_zones_read; NULL too when its file cannot be read. */
tarn_status tarn_zones_load(tarn_store *store, const tarn_batch_entry *entry, const tarn_zone_map **out,
                            tarn_error *error);

/** TARN_E_CORRUPT when zones are stored with a batch that are not those of its values. */
tarn_status tarn_zones_check(tarn_store *store, const tarn_batch_entry *entry, const tarn_batch *batch,
                             tarn_error *error);

#endif
