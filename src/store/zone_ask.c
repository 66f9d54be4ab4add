// What a zone says of a comparison: of no row true, of every row, or that one has to look.
#include "store/zone.h"

#include <math.h>

/* Where all values of a zone lie, as seen from a value. */
typedef struct position {
    bool all_below, all_above;  /* all are less, all are greater */
    bool least_is, greatest_is; /* no value is less, none is greater, than this one: `least` and `greatest` are it */
} position;

static position of_orders(int least, int greatest) {
    return (position){greatest<0, least> 0, least == 0, greatest == 0};
}

static int order(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}

/* The greatest value begins with what is kept of it: a value that begins so too may be less or greater. */
static position of_bytes(const tarn_zone *zone, const tarn_zone_value *value) {
    int least = tarn_zone_compare_bytes(zone->least.bytes, zone->least_size, value->bytes, value->size);
    bool goes_on = zone->greatest_size == TARN_ZONE_PREFIX && !(zone->flags & TARN_ZONE_EXACT_GREATEST);
    size_t size = goes_on && value->size > zone->greatest_size ? zone->greatest_size : value->size;
    int greatest = tarn_zone_compare_bytes(zone->greatest.bytes, zone->greatest_size, value->bytes, size);
    if (greatest == 0 && goes_on)
        greatest = 1;
    return of_orders(least, greatest);
}

/* NaN counts as a value above all others. */
static position of_numbers(const tarn_zone *zone, double value) {
    bool nan = (zone->flags & TARN_ZONE_HAS_NAN) != 0, bounds = (zone->flags & TARN_ZONE_HAS_BOUNDS) != 0;
    if (value != value)
        return of_orders(bounds ? -1 : 0, nan ? 0 : -1);
    if (!bounds)
        return of_orders(1, 1);
    int least = (zone->least.number > value) - (zone->least.number < value);
    int greatest = nan ? 1 : (zone->greatest.number > value) - (zone->greatest.number < value);
    return of_orders(least, greatest);
}

static position position_of(tarn_zone_kind kind, const tarn_zone *zone, const tarn_zone_value *value) {
    switch (kind) {
    case TARN_ZONE_NUMBER:
        return of_numbers(zone, value->number);
    case TARN_ZONE_BYTES:
        return of_bytes(zone, value);
    case TARN_ZONE_WIDE:
        return of_orders(tarn_zone_compare_wide(zone->least.wide, value->wide),
                         tarn_zone_compare_wide(zone->greatest.wide, value->wide));
    default:
        return of_orders(order(zone->least.integer, value->integer), order(zone->greatest.integer, value->integer));
    }
}

static tarn_zone_answer answer(bool never, bool always) {
    return never ? TARN_ZONE_NO : always ? TARN_ZONE_YES : TARN_ZONE_MAYBE;
}

static tarn_zone_answer compare(position at, tarn_zone_operator operator_) {
    bool outside = at.all_below || at.all_above, is_it = at.least_is && at.greatest_is;
    switch (operator_) {
    case TARN_ZONE_EQUAL:
        return answer(outside, is_it);
    case TARN_ZONE_UNEQUAL:
        return answer(is_it, outside);
    case TARN_ZONE_LESS:
        return answer(at.all_above || at.least_is, at.all_below);
    case TARN_ZONE_AT_MOST:
        return answer(at.all_above, at.all_below || at.greatest_is);
    case TARN_ZONE_GREATER:
        return answer(at.all_below || at.greatest_is, at.all_above);
    default:
        return answer(at.all_below, at.all_above || at.least_is);
    }
}

tarn_zone_answer tarn_zone_ask(tarn_zone_kind kind, const tarn_zone *zone, tarn_zone_operator operator_,
                               const tarn_zone_value *value) {
    if (operator_ == TARN_ZONE_IS_NULL)
        return answer(zone->nulls == 0, zone->least_nulls == zone->rows);
    if (operator_ == TARN_ZONE_IS_NOT_NULL)
        return answer(zone->least_nulls == zone->rows, zone->nulls == 0);
    if (zone->least_nulls == zone->rows)
        return TARN_ZONE_NO;
    if (kind == TARN_ZONE_UNORDERED)
        return TARN_ZONE_MAYBE;
    if (!(zone->flags & (TARN_ZONE_HAS_BOUNDS | TARN_ZONE_HAS_NAN)))
        return TARN_ZONE_NO; /* there is no value at all */
    tarn_zone_answer said = compare(position_of(kind, zone, value), operator_);
    return said == TARN_ZONE_YES && zone->nulls > 0 ? TARN_ZONE_MAYBE : said;
}
