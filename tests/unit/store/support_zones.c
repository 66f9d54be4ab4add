// Random columns of every type, and zones compared with the values that they speak of.
#include "support_zones.h"

#include "base/buffer.h"

#include <math.h>
#include <stdlib.h>

const char *const ordered_types[] = {"b",     "c",   "s",   "i",   "l",    "C",       "S",    "I",
                                     "L",     "f",   "g",   "u",   "z",    "w:3",     "w:16", "d:38,2",
                                     "d:9,2", "tdD", "tts", "ttu", "tsu:", "tsn:UTC", "tDu",  NULL};

uint64_t roll(dice *dice, uint64_t sides) {
    uint64_t x = dice->state += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return (x ^ x >> 31) % sides;
}

static uint64_t whole(dice *dice) {
    return roll(dice, UINT64_MAX);
}

/* ---- columns ----------------------------------------------------------------------------------------------------- */

/* A style of values, the same for a column: so that bounds, ties and equal zones come about. */
typedef struct style {
    uint64_t range; /* integers: so many different ones; 0: any bits */
    int64_t least;
    uint64_t nulls; /* one of so many; 0: none; 1: all */
    size_t longest, common;
} style;

static style random_style(dice *dice) {
    static const uint64_t ranges[] = {1, 2, 10, 1000, 1u << 30, 0};
    static const uint64_t nulls[] = {0, 0, 1, 2, 3, 50, 5000};
    static const size_t lengths[] = {0, 3, 16, 17, 40, 300};
    style style = {.range = ranges[roll(dice, 6)], .nulls = nulls[roll(dice, 7)]};
    style.least = (int64_t)roll(dice, 2000) - 1000;
    style.longest = lengths[roll(dice, 6)];
    style.common = style.longest > 0 ? roll(dice, style.longest + 1) : 0;
    return style;
}

static double random_double(dice *dice, const style *style) {
    static const double special[] = {0.0, -0.0, INFINITY, -INFINITY, NAN, 1e-300, -1e300};
    if (roll(dice, style->range == 1 ? 2 : 200) == 0)
        return special[roll(dice, style->range == 1 ? 2 : 7)];
    return (double)((int64_t)roll(dice, style->range > 0 ? style->range : 1u << 20) + style->least) / 4;
}

static uint64_t random_bits(dice *dice, const style *style) {
    return style->range == 0 ? whole(dice) : roll(dice, style->range) + (uint64_t)style->least;
}

static void random_fixed(dice *dice, const style *style, const char *format, size_t width, uint8_t *to) {
    float narrow;
    double number;
    uint64_t bits[2];
    switch (format[0]) {
    case 'f':
        narrow = (float)random_double(dice, style);
        memcpy(to, &narrow, sizeof narrow);
        break;
    case 'g':
        number = random_double(dice, style);
        memcpy(to, &number, sizeof number);
        break;
    default:
        bits[0] = random_bits(dice, style);
        bits[1] = style->range == 0 ? whole(dice) : (uint64_t)((int64_t)bits[0] >> 63);
        memcpy(to, bits, width < sizeof bits ? width : sizeof bits);
    }
}

static size_t random_text(dice *dice, const style *style, bool utf8, uint8_t *to) {
    size_t size = roll(dice, style->longest + 1);
    for (size_t i = 0; i < size; i++)
        to[i] = (uint8_t)(i < style->common ? 'a' : utf8 ? 'a' + roll(dice, 3) : roll(dice, 256));
    return size;
}

static bool is_null_now(dice *dice, const style *style) {
    return style->nulls > 0 && roll(dice, style->nulls) == 0;
}

struct ArrowArray random_column(dice *dice, const struct ArrowSchema *type, int64_t rows) {
    style style = random_style(dice);
    tarn_type of;
    struct ArrowArray array, out;
    assert_ok(tarn_type_of(type->format, &of, error));
    size_t width = tarn_type_width(of, type->format);
    int64_t all = rows + (int64_t)roll(dice, 70), nulls = 0;
    bool text = of == TARN_TYPE_UTF8 || of == TARN_TYPE_BINARY;
    uint8_t *validity = tarn_aligned_alloc((size_t)all / 8 + 1);
    uint8_t *values = tarn_aligned_alloc(text ? (size_t)(all + 1) * 4 : (size_t)all * (width > 0 ? width : 1));
    uint8_t *bytes = text ? tarn_aligned_alloc((size_t)all * (style.longest + 1)) : NULL;
    int32_t end = 0;
    memset(validity, 0, (size_t)all / 8 + 1);
    memset(values, 0, 4);
    for (int64_t i = 0; i < all; i++) {
        if (!is_null_now(dice, &style))
            tarn_bit_set(validity, i);
        else
            nulls++;
        if (text) {
            end += (int32_t)random_text(dice, &style, of == TARN_TYPE_UTF8, bytes + end);
            memcpy(values + (i + 1) * 4, &end, 4);
        } else if (of == TARN_TYPE_BOOL) {
            uint8_t bit = (uint8_t)(style.range == 1 ? 1 : roll(dice, 2));
            values[i / 8] = (uint8_t)((i % 8 == 0 ? 0 : values[i / 8]) | bit << (i % 8));
        } else {
            random_fixed(dice, &style, type->format, width, values + (size_t)i * width);
        }
    }
    if (style.nulls == 0) {
        free(validity);
        validity = NULL;
    }
    void *buffers[] = {validity, values, bytes};
    assert_ok(tarn_array_make(&array, all, nulls, buffers, text ? 3 : 2, NULL, 0, error));
    assert_ok(tarn_array_share(&array, all - rows, rows, &out, error));
    tarn_array_release(&array);
    return out;
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

static int64_t integer_at(tarn_type of, size_t width, const void *values, int64_t i) {
    switch (of) {
    case TARN_TYPE_BOOL:
        return tarn_bit_get(values, i);
    case TARN_TYPE_UINT8:
        return ((const uint8_t *)values)[i];
    case TARN_TYPE_UINT16:
        return ((const uint16_t *)values)[i];
    case TARN_TYPE_UINT32:
        return ((const uint32_t *)values)[i];
    case TARN_TYPE_INT8:
        return ((const int8_t *)values)[i];
    case TARN_TYPE_INT16:
        return ((const int16_t *)values)[i];
    default:
        return width == 4 ? ((const int32_t *)values)[i] : ((const int64_t *)values)[i];
    }
}

bool zone_value_at(const struct ArrowSchema *type, const struct ArrowArray *array, int64_t i, tarn_zone_value *out) {
    tarn_type of;
    assert_ok(tarn_type_of(type->format, &of, error));
    size_t width = tarn_type_width(of, type->format);
    const void *values = array->buffers[1];
    *out = (tarn_zone_value){0};
    if (tarn_array_is_null(type, array, i))
        return false;
    i += array->offset;
    if (of == TARN_TYPE_FLOAT32) {
        out->number = (double)((const float *)values)[i];
    } else if (of == TARN_TYPE_FLOAT64) {
        out->number = ((const double *)values)[i];
    } else if (of == TARN_TYPE_UINT64) {
        out->wide.low = ((const uint64_t *)values)[i];
    } else if (of == TARN_TYPE_DECIMAL128) {
        memcpy(&out->wide, (const uint8_t *)values + i * 16, 16);
    } else if (of == TARN_TYPE_FIXED_BINARY) {
        out->bytes = (const uint8_t *)values + (size_t)i * width;
        out->size = width;
    } else if (of == TARN_TYPE_UTF8 || of == TARN_TYPE_BINARY) {
        const int32_t *ends = values;
        out->bytes = (const uint8_t *)array->buffers[2] + ends[i];
        out->size = (size_t)(ends[i + 1] - ends[i]);
    } else {
        out->integer = integer_at(of, width, values, i);
    }
    return true;
}

static int compare_numbers(double a, double b) {
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}

int compare_zone_values(tarn_zone_kind kind, const tarn_zone_value *a, const tarn_zone_value *b) {
    int order;
    switch (kind) {
    case TARN_ZONE_NUMBER:
        return compare_numbers(a->number, b->number);
    case TARN_ZONE_WIDE:
        order = (a->wide.high > b->wide.high) - (a->wide.high < b->wide.high);
        return order != 0 ? order : (a->wide.low > b->wide.low) - (a->wide.low < b->wide.low);
    case TARN_ZONE_BYTES:
        order = memcmp(a->bytes, b->bytes, a->size < b->size ? a->size : b->size);
        return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
    default:
        return (a->integer > b->integer) - (a->integer < b->integer);
    }
}

/* ---- zones ------------------------------------------------------------------------------------------------------- */

static bool holds(tarn_zone_operator operator_, bool there, int order) {
    switch (operator_) {
    case TARN_ZONE_IS_NULL:
        return !there;
    case TARN_ZONE_IS_NOT_NULL:
        return there;
    case TARN_ZONE_EQUAL:
        return there && order == 0;
    case TARN_ZONE_UNEQUAL:
        return there && order != 0;
    case TARN_ZONE_LESS:
        return there && order < 0;
    case TARN_ZONE_AT_MOST:
        return there && order <= 0;
    case TARN_ZONE_GREATER:
        return there && order > 0;
    default:
        return there && order >= 0;
    }
}

static void check_answers(tarn_zone_kind kind, const struct ArrowSchema *type, const struct ArrowArray *array,
                          int64_t from, int64_t to, const tarn_zone *zone, const tarn_zone_value *asked) {
    bool some[TARN_ZONE_IS_NOT_NULL + 1] = {0}, all[TARN_ZONE_IS_NOT_NULL + 1];
    memset(all, true, sizeof all);
    for (int64_t i = from; i < to; i++) {
        tarn_zone_value value;
        bool there = zone_value_at(type, array, i, &value);
        int order = there ? compare_zone_values(kind, &value, asked) : 0;
        for (int op = 0; op <= TARN_ZONE_IS_NOT_NULL; op++) {
            bool now = holds((tarn_zone_operator)op, there, order);
            some[op] = some[op] || now;
            all[op] = all[op] && now;
        }
    }
    for (int op = 0; op <= TARN_ZONE_IS_NOT_NULL; op++) {
        tarn_zone_answer said = tarn_zone_ask(kind, zone, (tarn_zone_operator)op, asked);
        assert_false(said == TARN_ZONE_NO && some[op]);
        assert_false(said == TARN_ZONE_YES && !all[op]);
    }
}

/* A value of the column, or one beside it. */
static void pick(dice *dice, tarn_zone_kind kind, const struct ArrowSchema *type, const struct ArrowArray *array,
                 uint8_t *room, tarn_zone_value *out) {
    static const uint8_t nothing[1];
    if (!zone_value_at(type, array, (int64_t)roll(dice, (uint64_t)array->length), out))
        out->bytes = nothing;
    int64_t step = (int64_t)roll(dice, 3) - 1;
    if (kind == TARN_ZONE_INTEGER)
        out->integer = (int64_t)((uint64_t)out->integer + (uint64_t)step);
    if (kind == TARN_ZONE_WIDE)
        out->wide.low += (uint64_t)step;
    if (kind == TARN_ZONE_NUMBER)
        out->number += (double)step / 4;
    if (kind != TARN_ZONE_BYTES || step == 0)
        return;
    out->size = out->size > 300 ? 300 : out->size;
    if (out->size > 0)
        memcpy(room, out->bytes, out->size);
    out->bytes = room;
    room[out->size] = (uint8_t)roll(dice, 256);
    out->size += step > 0 ? 1 : out->size > 0 ? (size_t)-1 : 0;
}

static bool is_bound(tarn_zone_kind kind, const tarn_zone_value *value, const tarn_zone_bound *bound, size_t size) {
    tarn_zone_value other = {.integer = bound->integer, .bytes = bound->bytes, .size = size};
    if (kind == TARN_ZONE_WIDE)
        other.wide = bound->wide;
    if (kind == TARN_ZONE_NUMBER)
        other.number = bound->number;
    return compare_zone_values(kind, value, &other) == 0 &&
           (kind != TARN_ZONE_NUMBER || !signbit(value->number) == !signbit(bound->number));
}

static void check_exact(tarn_zone_kind kind, const struct ArrowSchema *type, const struct ArrowArray *array,
                        int64_t from, int64_t to, const tarn_zone *zone) {
    int64_t nulls = 0;
    bool least = false, greatest = false, nan = false, any = false;
    for (int64_t i = from; i < to; i++) {
        tarn_zone_value value;
        if (!zone_value_at(type, array, i, &value)) {
            nulls++;
            continue;
        }
        bool is_nan = kind == TARN_ZONE_NUMBER && isnan(value.number);
        nan = nan || is_nan;
        any = any || !is_nan;
        least = least || is_bound(kind, &value, &zone->least, zone->least_size);
        greatest = greatest || is_bound(kind, &value, &zone->greatest, zone->greatest_size);
    }
    assert_true(zone->least_nulls <= nulls && nulls <= zone->nulls);
    assert_false(any && !(zone->flags & TARN_ZONE_HAS_BOUNDS));
    assert_false(nan && !(zone->flags & TARN_ZONE_HAS_NAN));
    assert_false((zone->flags & TARN_ZONE_EXACT_LEAST) && !least);
    assert_false((zone->flags & TARN_ZONE_EXACT_GREATEST) && !greatest);
    assert_false((zone->flags & TARN_ZONE_EXACT_NAN) && (zone->flags & TARN_ZONE_HAS_NAN) && !nan);
}

void check_zone(dice *dice, const struct ArrowSchema *type, const struct ArrowArray *array, int64_t from, int64_t to,
                const tarn_zone *zone) {
    tarn_zone_kind kind = tarn_zone_kind_of(type);
    uint8_t room[512];
    assert_int_equal(zone->rows, to - from);
    check_exact(kind, type, array, from, to, zone);
    for (int i = 0; i < 4; i++) {
        tarn_zone_value asked;
        pick(dice, kind, type, array, room, &asked);
        check_answers(kind, type, array, from, to, zone, &asked);
    }
}

static void check_texts(const struct ArrowSchema *type, const struct ArrowArray *array, const tarn_zone_map *map) {
    tarn_zone_value least = {.bytes = map->least_text, .size = map->least_text_size};
    tarn_zone_value greatest = {.bytes = map->greatest_text, .size = map->greatest_text_size};
    bool found_least = least.bytes == NULL, found_greatest = greatest.bytes == NULL;
    for (int64_t i = 0; i < array->length; i++) {
        tarn_zone_value value;
        if (!zone_value_at(type, array, i, &value))
            continue;
        assert_true(value.size <= map->longest);
        for (size_t j = 0; map->is_ascii && j < value.size; j++)
            assert_true(value.bytes[j] < 0x80);
        int order = least.bytes != NULL ? compare_zone_values(TARN_ZONE_BYTES, &value, &least) : 1;
        assert_true(order >= 0);
        found_least = found_least || order == 0;
        order = greatest.bytes != NULL ? compare_zone_values(TARN_ZONE_BYTES, &value, &greatest) : -1;
        assert_true(order <= 0);
        found_greatest = found_greatest || order == 0;
    }
    assert_true(found_least && found_greatest);
}

void check_map(dice *dice, const struct ArrowSchema *type, const struct ArrowArray *array, const tarn_zone_map *map) {
    assert_int_equal(map->kind, tarn_zone_kind_of(type));
    assert_int_equal(map->part_count, (array->length + TARN_ZONE_ROWS - 1) / TARN_ZONE_ROWS);
    check_zone(dice, type, array, 0, array->length, &map->whole);
    for (size_t i = 0; i < map->part_count; i++) {
        int64_t from = (int64_t)i * TARN_ZONE_ROWS, to = from + TARN_ZONE_ROWS;
        check_zone(dice, type, array, from, to < array->length ? to : array->length, &map->parts[i]);
    }
    if (map->kind == TARN_ZONE_BYTES)
        check_texts(type, array, map);
}
