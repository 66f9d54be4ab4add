// Zone maps as values in memory: their life, merging zones, and the estimate of how many values are different.
#include "store/zone.h"

#include <math.h>
#include <stdlib.h>

/* ---- life -------------------------------------------------------------------------------------------------------- */

static tarn_status allocate(size_t parts, tarn_zone_box **out, tarn_error *error) {
    tarn_zone_box *box = calloc(1, sizeof *box + parts * sizeof box->parts[0]);
    if (box == NULL)
        return tarn_fail_memory(error);
    atomic_init(&box->holders, 1);
    box->map.parts = box->parts;
    box->map.part_count = parts;
    *out = box;
    return TARN_OK;
}

tarn_status tarn_zone_box_new(tarn_zone_kind kind, int64_t rows, tarn_zone_box **out, tarn_error *error) {
    TARN_TRY(allocate(tarn_zone_part_count(rows), out, error));
    tarn_zone_box *box = *out;
    box->map.kind = kind;
    box->map.distinct = -1;
    box->map.dictionary = -1;
    box->map.whole.rows = (uint32_t)rows;
    for (size_t i = 0; i < box->map.part_count; i++) {
        int64_t left = rows - (int64_t)i * TARN_ZONE_ROWS;
        box->parts[i].rows = (uint32_t)(left < TARN_ZONE_ROWS ? left : TARN_ZONE_ROWS);
    }
    return TARN_OK;
}

tarn_status tarn_zone_box_copy(const tarn_zone_map *map, tarn_zone_box **out, tarn_error *error) {
    TARN_TRY(allocate(map->part_count, out, error));
    tarn_zone_box *box = *out;
    box->map = *map;
    box->map.parts = memcpy(box->parts, map->parts, map->part_count * sizeof box->parts[0]);
    if (map->sketch != NULL)
        box->map.sketch = memcpy(box->sketch, map->sketch, sizeof box->sketch);
    tarn_zone_keep_texts(box, map->least_text, map->least_text_size, map->greatest_text, map->greatest_text_size);
    return TARN_OK;
}

void tarn_zone_keep_texts(tarn_zone_box *box, const uint8_t *least, size_t least_size, const uint8_t *greatest,
                          size_t greatest_size) {
    bool keep_least = least != NULL && least_size <= TARN_ZONE_LONGEST;
    bool keep_greatest = greatest != NULL && greatest_size <= TARN_ZONE_LONGEST;
    uint8_t *to = box->texts + TARN_ZONE_LONGEST;
    box->map.least_text = keep_least ? memcpy(box->texts, least, least_size) : NULL;
    box->map.greatest_text = keep_greatest ? memcpy(to, greatest, greatest_size) : NULL;
    box->map.least_text_size = keep_least ? (uint32_t)least_size : 0;
    box->map.greatest_text_size = keep_greatest ? (uint32_t)greatest_size : 0;
}

size_t tarn_zone_map_size(const tarn_zone_map *map) {
    return sizeof(tarn_zone_box) + map->part_count * sizeof map->parts[0];
}

/* Holders are counted in the box around a map, whatever is promised about the map itself. */
static tarn_zone_box *box_of(const tarn_zone_map *map) {
    return (tarn_zone_box *)(uintptr_t)map;
}

void tarn_zone_map_retain(const tarn_zone_map *map) {
    atomic_fetch_add_explicit(&box_of(map)->holders, 1, memory_order_relaxed);
}

void tarn_zone_map_release(const tarn_zone_map *map) {
    if (map != NULL && atomic_fetch_sub_explicit(&box_of(map)->holders, 1, memory_order_acq_rel) == 1)
        free(box_of(map));
}

/* ---- order ------------------------------------------------------------------------------------------------------- */

int tarn_zone_compare_bytes(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size) {
    size_t common = a_size < b_size ? a_size : b_size;
    int order = common > 0 ? memcmp(a, b, common) : 0;
    return order != 0 ? order : (a_size > b_size) - (a_size < b_size);
}

int tarn_zone_compare_wide(tarn_zone_wide a, tarn_zone_wide b) {
    if (a.high != b.high)
        return a.high < b.high ? -1 : 1;
    return (a.low > b.low) - (a.low < b.low);
}

static int compare_bounds(tarn_zone_kind kind, const tarn_zone_bound *a, size_t a_size, const tarn_zone_bound *b,
                          size_t b_size) {
    switch (kind) {
    case TARN_ZONE_WIDE:
        return tarn_zone_compare_wide(a->wide, b->wide);
    case TARN_ZONE_NUMBER:
        return (a->number > b->number) - (a->number < b->number);
    case TARN_ZONE_BYTES:
        return tarn_zone_compare_bytes(a->bytes, a_size, b->bytes, b_size);
    default:
        return (a->integer > b->integer) - (a->integer < b->integer);
    }
}

bool tarn_zone_is_in_order(tarn_zone_kind kind, const tarn_zone *zone) {
    return compare_bounds(kind, &zone->least, zone->least_size, &zone->greatest, zone->greatest_size) <= 0;
}

/* ---- merging ----------------------------------------------------------------------------------------------------- */

/* Equal numbers. Two zeros whose signs differ, or one that stands for both, make one that stands for both. */
static void merge_numbers(tarn_zone_bound *into, uint8_t *flags, uint8_t exact, const tarn_zone_bound *from,
                          uint8_t from_flags) {
    if (into->number != 0) {
        *flags |= from_flags & exact;
    } else if (signbit(into->number) != signbit(from->number) || !(from_flags & *flags & exact)) {
        into->number = 0.0;
        *flags &= (uint8_t)~exact;
    }
}

static void merge_least(tarn_zone_kind kind, tarn_zone *into, const tarn_zone *from) {
    int order = into->flags & TARN_ZONE_HAS_BOUNDS
                    ? compare_bounds(kind, &from->least, from->least_size, &into->least, into->least_size)
                    : -1;
    if (order < 0) {
        into->least = from->least;
        into->least_size = from->least_size;
        into->flags &= (uint8_t)~TARN_ZONE_EXACT_LEAST;
    }
    if (order == 0 && kind == TARN_ZONE_NUMBER)
        merge_numbers(&into->least, &into->flags, TARN_ZONE_EXACT_LEAST, &from->least, from->flags);
    else if (order <= 0)
        into->flags |= from->flags & TARN_ZONE_EXACT_LEAST;
}

static void merge_greatest(tarn_zone_kind kind, tarn_zone *into, const tarn_zone *from) {
    int order = into->flags & TARN_ZONE_HAS_BOUNDS
                    ? compare_bounds(kind, &from->greatest, from->greatest_size, &into->greatest, into->greatest_size)
                    : 1;
    if (order > 0) {
        into->greatest = from->greatest;
        into->greatest_size = from->greatest_size;
        into->flags &= (uint8_t)~TARN_ZONE_EXACT_GREATEST;
        into->flags |= from->flags & TARN_ZONE_EXACT_GREATEST;
    } else if (order == 0 && kind == TARN_ZONE_NUMBER) {
        merge_numbers(&into->greatest, &into->flags, TARN_ZONE_EXACT_GREATEST, &from->greatest, from->flags);
    } else if (order == 0 && !(from->flags & TARN_ZONE_EXACT_GREATEST) && kind == TARN_ZONE_BYTES) {
        into->flags &= (uint8_t)~TARN_ZONE_EXACT_GREATEST; /* it may go on behind what is kept of it */
    } else if (order == 0 && kind != TARN_ZONE_BYTES) {
        into->flags |= from->flags & TARN_ZONE_EXACT_GREATEST;
    }
}

void tarn_zone_merge(tarn_zone_kind kind, tarn_zone *into, const tarn_zone *from, bool count) {
    if (from->flags & TARN_ZONE_HAS_BOUNDS) {
        merge_least(kind, into, from);
        merge_greatest(kind, into, from);
        into->flags |= TARN_ZONE_HAS_BOUNDS;
    }
    /* One NaN that is certain is enough; that there is none has to be certain on both sides. */
    bool certain = (into->flags & from->flags & TARN_ZONE_EXACT_NAN) != 0 ||
                   ((into->flags & TARN_ZONE_EXACT_NAN) && (into->flags & TARN_ZONE_HAS_NAN)) ||
                   ((from->flags & TARN_ZONE_EXACT_NAN) && (from->flags & TARN_ZONE_HAS_NAN));
    into->flags |= from->flags & TARN_ZONE_HAS_NAN;
    into->flags &= (uint8_t)~TARN_ZONE_EXACT_NAN;
    into->flags |= certain ? TARN_ZONE_EXACT_NAN : 0;
    if (count) {
        into->rows += from->rows;
        into->nulls += from->nulls;
        into->least_nulls += from->least_nulls;
    }
}

void tarn_zone_sum_up(tarn_zone_box *box) {
    tarn_zone *whole = &box->map.whole;
    *whole = (tarn_zone){.flags = TARN_ZONE_EXACT_NAN};
    for (size_t i = 0; i < box->map.part_count; i++)
        tarn_zone_merge(box->map.kind, whole, &box->parts[i], true);
}

/* ---- different values -------------------------------------------------------------------------------------------- */

/* HyperLogLog, with linear counting while few registers are taken. */
static double count_seen(const uint8_t *sketch) {
    double sum = 0;
    int empty = 0;
    for (int i = 0; i < TARN_ZONE_REGISTERS; i++) {
        sum += ldexp(1, -(int)sketch[i]);
        empty += sketch[i] == 0;
    }
    const double registers = TARN_ZONE_REGISTERS;
    double estimate = 0.7213 / (1 + 1.079 / registers) * registers * registers / sum;
    return estimate <= 2.5 * registers && empty > 0 ? registers * log(registers / empty) : estimate;
}

/* Above this share of what was looked at, all values may be different, as near as a sketch can tell. */
static const double all_different = 0.9;

/* How many values there are, all of them as frequent, when of `sampled` at random `seen` are different. */
static double extrapolate(double seen, double sampled, double count) {
    double low = seen, high = count;
    for (int i = 0; i < 40 && high - low > 0.5; i++) {
        double middle = (low + high) / 2;
        if (middle * -expm1(-sampled / middle) < seen)
            low = middle;
        else
            high = middle;
    }
    return low;
}

int64_t tarn_zone_estimate(const uint8_t *sketch, int64_t sampled, int64_t count) {
    if (sampled <= 0 || count <= 0)
        return 0;
    double seen = count_seen(sketch), share = seen / (double)sampled, all = (double)count;
    double estimate = seen;
    if (sampled < count)
        estimate = share >= all_different ? all * share : extrapolate(seen, (double)sampled, all);
    return estimate < 1 ? 1 : estimate > all ? count : (int64_t)(estimate + 0.5);
}

void tarn_zone_count_distinct(tarn_zone_map *map) {
    int64_t there = (int64_t)map->whole.rows - map->whole.least_nulls;
    if (map->sketch == NULL)
        return;
    map->distinct = tarn_zone_estimate(map->sketch, map->sampled, there);
    if (map->dictionary >= 0 && map->distinct > map->dictionary)
        map->distinct = map->dictionary;
}
