// Of which values a cell command leaves all as they are, told by their zone map alone.
#include "command/leaves.h"

#include "command/unicode.h"

#include <string.h>

static bool is_all_null(const tarn_zone_map *zones) {
    return zones->whole.least_nulls == zones->whole.rows;
}

bool tarn_leaves_ascii(const tarn_run *run, const tarn_zone_map *zones) {
    (void)run;
    return zones->kind == TARN_ZONE_BYTES && zones->is_ascii;
}

/* A text has no more characters than bytes. */
bool tarn_leaves_short(const tarn_run *run, const tarn_zone_map *zones) {
    return zones->kind == TARN_ZONE_BYTES && (int64_t)zones->longest <= tarn_run_integer(run, "length");
}

static bool is_literal(const tarn_run *run) {
    return tarn_run_is(run, "regex", "false") && tarn_run_is(run, "case", "true");
}

/* Cells that are this very text. */
static bool may_be(const tarn_zone_map *zones, const tarn_zone_value *text) {
    for (size_t i = 0; i < zones->part_count; i++) {
        if (tarn_zone_ask(zones->kind, &zones->parts[i], TARN_ZONE_EQUAL, text) != TARN_ZONE_NO)
            return true;
    }
    return false;
}

bool tarn_leaves_without(const tarn_run *run, const tarn_zone_map *zones) {
    const char *find = tarn_run_text(run, "find");
    tarn_zone_value text = {.bytes = (const uint8_t *)find, .size = strlen(find)};
    if (zones->kind != TARN_ZONE_BYTES || !is_literal(run))
        return false;
    if (text.size > zones->longest || (zones->is_ascii && !tarn_is_ascii(find, text.size)))
        return true;
    return tarn_run_is(run, "whole", "true") && !may_be(zones, &text);
}

/* ASCII's spaces are all at most ' ', the first byte of Unicode's others is FIRST_WIDE_SPACE or above; in UTF-8 no text
 * begins with a byte from 0x80 to there. */
enum { FIRST_WIDE_SPACE = 0xC2 };

bool tarn_leaves_filled(const tarn_run *run, const tarn_zone_map *zones) {
    (void)run;
    const tarn_zone *whole = &zones->whole;
    return zones->kind == TARN_ZONE_BYTES && whole->nulls == 0 && whole->least_size > 0 &&
           whole->least.bytes[0] > ' ' && (zones->is_ascii || whole->greatest.bytes[0] < FIRST_WIDE_SPACE);
}

/* Up to here whole numbers are the same as floating point, and so as limits that were read as such. */
static const double exact_whole = 9007199254740992.0;

static bool are_whole_numbers_within(const tarn_zone *zone, double least, double most, bool from, bool to) {
    double low = (double)zone->least.integer, high = (double)zone->greatest.integer;
    bool exact = low >= -exact_whole && high <= exact_whole;
    return exact && (!from || low >= least) && (!to || high <= most);
}

/* Limits are rounded when they are compared with float32: what is as large as one may be on either side of it. */
static bool are_numbers_within(const tarn_zone *zone, double least, double most, bool from, bool to) {
    return !(zone->flags & TARN_ZONE_HAS_NAN) && (!from || zone->least.number > least) &&
           (!to || zone->greatest.number < most);
}

bool tarn_leaves_within(const tarn_run *run, const tarn_zone_map *zones) {
    bool from = tarn_run_text(run, "min") != NULL, to = tarn_run_text(run, "max") != NULL;
    double least = from ? tarn_run_number(run, "min") : 0, most = to ? tarn_run_number(run, "max") : 0;
    if (is_all_null(zones))
        return true;
    if (zones->kind == TARN_ZONE_INTEGER)
        return are_whole_numbers_within(&zones->whole, least, most, from, to);
    return zones->kind == TARN_ZONE_NUMBER && are_numbers_within(&zones->whole, least, most, from, to);
}
