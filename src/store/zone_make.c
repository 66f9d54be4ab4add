// Making zone maps: one look at all values of an array, block by block of TARN_ZONE_ROWS rows.
#include "store/zone_block.h"

#include <stdlib.h>

/* ---- kinds ------------------------------------------------------------------------------------------------------- */

static tarn_zone_kind kind_of(tarn_type type) {
    switch (type) {
    case TARN_TYPE_BOOL:
    case TARN_TYPE_INT8:
    case TARN_TYPE_INT16:
    case TARN_TYPE_INT32:
    case TARN_TYPE_INT64:
    case TARN_TYPE_UINT8:
    case TARN_TYPE_UINT16:
    case TARN_TYPE_UINT32:
    case TARN_TYPE_DATE32:
    case TARN_TYPE_TIME32:
    case TARN_TYPE_TIME64:
    case TARN_TYPE_TIMESTAMP:
    case TARN_TYPE_DURATION:
        return TARN_ZONE_INTEGER;
    case TARN_TYPE_UINT64:
    case TARN_TYPE_DECIMAL128:
        return TARN_ZONE_WIDE;
    case TARN_TYPE_FLOAT32:
    case TARN_TYPE_FLOAT64:
        return TARN_ZONE_NUMBER;
    case TARN_TYPE_UTF8:
    case TARN_TYPE_BINARY:
    case TARN_TYPE_FIXED_BINARY:
        return TARN_ZONE_BYTES;
    default:
        return TARN_ZONE_UNORDERED;
    }
}

tarn_zone_kind tarn_zone_kind_of(const struct ArrowSchema *type) {
    tarn_type of;
    if (type->dictionary != NULL || tarn_type_of(type->format, &of, NULL) != TARN_OK)
        return TARN_ZONE_UNORDERED;
    return kind_of(of);
}

/* ---- blocks ------------------------------------------------------------------------------------------------------ */

static void count_nulls(const tarn_zone_view *view, int64_t first, tarn_zone *zone) {
    int64_t valid = zone->rows;
    if (view->type == TARN_TYPE_NULL)
        valid = 0;
    else if (view->validity != NULL)
        valid = tarn_bits_count(view->validity, view->offset + first, zone->rows);
    zone->nulls = zone->least_nulls = zone->rows - (uint32_t)valid;
    zone->flags = TARN_ZONE_EXACT_NAN;
}

/* Ones of which another bitmap has ones too. */
static int64_t count_both(const uint8_t *a, const uint8_t *b, int64_t from, int64_t to) {
    int64_t ones = 0;
    for (; from < to && from % 8 != 0; from++)
        ones += tarn_bit_get(a, from) && tarn_bit_get(b, from);
    for (; from + 8 <= to; from += 8)
        ones += __builtin_popcount(a[from / 8] & b[from / 8]);
    for (; from < to; from++)
        ones += tarn_bit_get(a, from) && tarn_bit_get(b, from);
    return ones;
}

static void look_at_bits(const tarn_zone_view *view, int64_t first, tarn_zone *zone, tarn_zone_seen *seen) {
    const uint8_t *bits = view->values;
    int64_t from = view->offset + first, to = from + zone->rows, valid = zone->rows - zone->nulls;
    int64_t ones =
        zone->nulls == 0 ? tarn_bits_count(bits, from, zone->rows) : count_both(bits, view->validity, from, to);
    zone->least.integer = ones == valid;
    zone->greatest.integer = ones > 0;
    zone->flags |= TARN_ZONE_HAS_BOUNDS | TARN_ZONE_EXACT_LEAST | TARN_ZONE_EXACT_GREATEST;
    tarn_zone_see(seen->sketch, tarn_zone_mix((uint64_t)zone->least.integer));
    tarn_zone_see(seen->sketch, tarn_zone_mix((uint64_t)zone->greatest.integer));
    seen->sampled += (uint32_t)valid;
}

static void look_at_block(const tarn_zone_view *view, int64_t first, tarn_zone *zone, tarn_zone_seen *seen) {
    count_nulls(view, first, zone);
    if (zone->nulls == zone->rows)
        return;
    if (view->kind == TARN_ZONE_BYTES)
        tarn_zone_look_at_bytes(view, first, zone, seen);
    else if (view->type == TARN_TYPE_BOOL && !view->is_dictionary)
        look_at_bits(view, first, zone, seen);
    else if (view->kind != TARN_ZONE_UNORDERED || view->is_dictionary)
        tarn_zone_look_at_fixed(view, first, zone, seen);
}

/* ---- arrays ------------------------------------------------------------------------------------------------------ */

static tarn_status view_of(const struct ArrowSchema *type, const struct ArrowArray *values, tarn_zone_view *out,
                           tarn_error *error) {
    *out = (tarn_zone_view){.offset = values->offset, .is_dictionary = type->dictionary != NULL};
    TARN_TRY(tarn_type_of(type->format, &out->type, error));
    out->kind = out->is_dictionary ? TARN_ZONE_UNORDERED : kind_of(out->type);
    out->width = tarn_type_width(out->type, type->format);
    bool has_validity = values->n_buffers > 0 && values->null_count != 0 && out->type != TARN_TYPE_NULL;
    out->validity = has_validity ? values->buffers[0] : NULL;
    out->values = values->n_buffers > 1 ? values->buffers[1] : NULL;
    static const uint8_t no_bytes[1];
    out->bytes = values->n_buffers > 2 && values->buffers[2] != NULL ? values->buffers[2] : no_bytes;
    /* One value of sixteen says enough of many. */
    out->step = values->length > 8 * TARN_ZONE_ROWS ? 16 : 1;
    return TARN_OK;
}

tarn_status tarn_zone_map_of(const struct ArrowSchema *type, const struct ArrowArray *values, const tarn_zone_map **out,
                             tarn_error *error) {
    tarn_zone_view view;
    tarn_zone_box *box;
    *out = NULL;
    TARN_TRY(view_of(type, values, &view, error));
    TARN_TRY(tarn_zone_box_new(view.kind, values->length, &box, error));
    tarn_zone_seen seen = {.sketch = box->sketch};
    for (size_t i = 0; i < box->map.part_count; i++)
        look_at_block(&view, (int64_t)i * TARN_ZONE_ROWS, &box->parts[i], &seen);
    tarn_zone_sum_up(box);
    if (view.is_dictionary)
        box->map.dictionary = values->dictionary->length;
    if (view.kind != TARN_ZONE_UNORDERED || view.is_dictionary) {
        box->map.sketch = box->sketch;
        box->map.sampled = seen.sampled;
        tarn_zone_count_distinct(&box->map);
    }
    if (view.kind == TARN_ZONE_BYTES) {
        box->map.longest = seen.longest;
        box->map.is_ascii = !seen.beyond_ascii;
        tarn_zone_keep_texts(box, seen.least, seen.least_size, seen.greatest, seen.greatest_size);
    }
    *out = &box->map;
    return TARN_OK;
}
