/**
 * @file support_zones.h
 * Random columns of every type, and zones compared with the values that they speak of.
 */
#ifndef TARN_TESTS_STORE_SUPPORT_ZONES_H
#define TARN_TESTS_STORE_SUPPORT_ZONES_H

#include "support.h"

#include "store/zones.h"

/** Format strings of types that have zones with bounds. NULL at the end. */
extern const char *const ordered_types[];

typedef struct dice {
    uint64_t state;
} dice;
uint64_t roll(dice *dice, uint64_t sides); /**< 0 to sides - 1 */

/** A column of an ordered type: few values or many, with nulls or without, NaN, both zeros, limits, long and short
 * text; with an offset, and garbage under nulls. */
struct ArrowArray random_column(dice *dice, const struct ArrowSchema *type, int64_t rows);

/** Whether row i is null, and its value. */
bool zone_value_at(const struct ArrowSchema *type, const struct ArrowArray *array, int64_t i, tarn_zone_value *out);

/** Fails the test when the zone says something of rows from … to - 1 that is not so. `live` NULL: all are live; else
 *  what is said to be exact is not looked at. */
void check_zone(dice *dice, const struct ArrowSchema *type, const struct ArrowArray *array, int64_t from, int64_t to,
                const tarn_zone *zone);
/** The whole, all parts, and what is known of the whole only. */
void check_map(dice *dice, const struct ArrowSchema *type, const struct ArrowArray *array, const tarn_zone_map *map);

/** As DuckDB orders values: below zero, zero, above. */
int compare_zone_values(tarn_zone_kind kind, const tarn_zone_value *a, const tarn_zone_value *b);

#endif
