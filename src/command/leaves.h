/**
 * @file leaves.h
 * Of which values a cell command leaves all as they are, told by their zone map alone, so that nothing has to be read
 * or computed: a tarn_command's `leaves`. Each is true only when it is certain.
 */
#ifndef TARN_COMMAND_LEAVES_H
#define TARN_COMMAND_LEAVES_H

#include "command/command.h"
#include "store/zones.h"

/** Commands that change no text of ASCII alone. */
bool tarn_leaves_ascii(const tarn_run *run, const tarn_zone_map *zones);
/** truncate: no text is longer. */
bool tarn_leaves_short(const tarn_run *run, const tarn_zone_map *zones);
/** replace: what is looked for is in no text. */
bool tarn_leaves_without(const tarn_run *run, const tarn_zone_map *zones);
/** replace-empty: nothing is null, empty or nothing but spaces. */
bool tarn_leaves_filled(const tarn_run *run, const tarn_zone_map *zones);
/** clamp: all numbers are within. */
bool tarn_leaves_within(const tarn_run *run, const tarn_zone_map *zones);

#endif
