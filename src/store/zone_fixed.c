// Looking at blocks of values of a fixed width for zone maps: integers, floating point, 128 bits.
#include "store/zone_block.h"

#include <math.h>

/* The values of a block without those that are null, one after the other. */
typedef union dense {
    int8_t i8[TARN_ZONE_ROWS];
    int16_t i16[TARN_ZONE_ROWS];
    int32_t i32[TARN_ZONE_ROWS];
    int64_t i64[TARN_ZONE_ROWS];
    uint8_t u8[TARN_ZONE_ROWS];
    uint16_t u16[TARN_ZONE_ROWS];
    uint32_t u32[TARN_ZONE_ROWS];
    uint64_t u64[TARN_ZONE_ROWS];
    float f32[TARN_ZONE_ROWS];
    double f64[TARN_ZONE_ROWS];
    tarn_zone_wide wide[TARN_ZONE_ROWS];
} dense;

/* Every value is written, and the next one over it if it was null: no branch that nulls at random places make slow. */
#define PACK(name, type)                                                                                               \
    static void name(const tarn_zone_view *view, int64_t first, int64_t rows, type *out) {                             \
        const type *values = (const type *)view->values + view->offset + first;                                        \
        int64_t count = 0;                                                                                             \
        for (int64_t i = 0; i < rows; i++) {                                                                           \
            out[count] = values[i];                                                                                    \
            count += tarn_bit_get(view->validity, view->offset + first + i);                                           \
        }                                                                                                              \
    }

PACK(pack_1, uint8_t)
PACK(pack_2, uint16_t)
PACK(pack_4, uint32_t)
PACK(pack_8, uint64_t)
PACK(pack_16, tarn_zone_wide)

static const void *without_nulls(const tarn_zone_view *view, int64_t first, const tarn_zone *zone, dense *room) {
    if (zone->nulls == 0)
        return (const uint8_t *)view->values + (size_t)(view->offset + first) * view->width;
    switch (view->width) {
    case 1:
        pack_1(view, first, zone->rows, room->u8);
        break;
    case 2:
        pack_2(view, first, zone->rows, room->u16);
        break;
    case 4:
        pack_4(view, first, zone->rows, room->u32);
        break;
    case 8:
        pack_8(view, first, zone->rows, room->u64);
        break;
    default:
        pack_16(view, first, zone->rows, room->wide);
    }
    return room;
}

/* ---- bounds ------------------------------------------------------------------------------------------------------ */

/* Side by side in lanes, whose number compilers see, so that they make vectors of them that fit into registers. */
#define RANGE(name, type, lanes, kept, member, target)                                                                 \
    target static void name(const type *values, int64_t count, tarn_zone *zone) {                                      \
        type least[lanes], greatest[lanes];                                                                            \
        int64_t at = 0;                                                                                                \
        for (int lane = 0; lane < lanes; lane++)                                                                       \
            least[lane] = greatest[lane] = values[0];                                                                  \
        for (; at + lanes <= count; at += lanes) {                                                                     \
            for (int lane = 0; lane < lanes; lane++) {                                                                 \
                type value = values[at + lane];                                                                        \
                least[lane] = value < least[lane] ? value : least[lane];                                               \
                greatest[lane] = value > greatest[lane] ? value : greatest[lane];                                      \
            }                                                                                                          \
        }                                                                                                              \
        for (; at < count; at++) {                                                                                     \
            least[0] = values[at] < least[0] ? values[at] : least[0];                                                  \
            greatest[0] = values[at] > greatest[0] ? values[at] : greatest[0];                                         \
        }                                                                                                              \
        for (int lane = 1; lane < lanes; lane++) {                                                                     \
            least[0] = least[lane] < least[0] ? least[lane] : least[0];                                                \
            greatest[0] = greatest[lane] > greatest[0] ? greatest[lane] : greatest[0];                                 \
        }                                                                                                              \
        zone->least.member = (kept)least[0];                                                                           \
        zone->greatest.member = (kept)greatest[0];                                                                     \
        zone->flags |= TARN_ZONE_HAS_BOUNDS | TARN_ZONE_EXACT_LEAST | TARN_ZONE_EXACT_GREATEST;                        \
    }

RANGE(range_i8, int8_t, 64, int64_t, integer, )
RANGE(range_i16, int16_t, 32, int64_t, integer, )
RANGE(range_i32, int32_t, 16, int64_t, integer, )
RANGE(range_i64, int64_t, 4, int64_t, integer, )
RANGE(range_u8, uint8_t, 64, int64_t, integer, )
RANGE(range_u16, uint16_t, 32, int64_t, integer, )
RANGE(range_u32, uint32_t, 16, int64_t, integer, )
RANGE(range_u64, uint64_t, 4, uint64_t, wide.low, )

/* Comparisons with NaN are false, so that one never becomes a bound. */
#define NUMBER_RANGE(name, type, bits, lanes, target)                                                                  \
    target static void name(const type *values, int64_t count, tarn_zone *zone) {                                      \
        type least[lanes], greatest[lanes];                                                                            \
        bits nan[lanes] = {0};                                                                                         \
        int64_t at = 0;                                                                                                \
        for (int lane = 0; lane < lanes; lane++) {                                                                     \
            least[lane] = (type)INFINITY;                                                                              \
            greatest[lane] = (type)-INFINITY;                                                                          \
        }                                                                                                              \
        for (; at + lanes <= count; at += lanes) {                                                                     \
            for (int lane = 0; lane < lanes; lane++) {                                                                 \
                type value = values[at + lane];                                                                        \
                least[lane] = value < least[lane] ? value : least[lane];                                               \
                greatest[lane] = value > greatest[lane] ? value : greatest[lane];                                      \
                nan[lane] |= -(bits)(value != value);                                                                  \
            }                                                                                                          \
        }                                                                                                              \
        for (; at < count; at++) {                                                                                     \
            least[0] = values[at] < least[0] ? values[at] : least[0];                                                  \
            greatest[0] = values[at] > greatest[0] ? values[at] : greatest[0];                                         \
            nan[0] |= values[at] != values[at];                                                                        \
        }                                                                                                              \
        for (int lane = 1; lane < lanes; lane++) {                                                                     \
            least[0] = least[lane] < least[0] ? least[lane] : least[0];                                                \
            greatest[0] = greatest[lane] > greatest[0] ? greatest[lane] : greatest[0];                                 \
            nan[0] |= nan[lane];                                                                                       \
        }                                                                                                              \
        zone->flags |= nan[0] ? TARN_ZONE_HAS_NAN : 0;                                                                 \
        if (!(least[0] <= greatest[0]))                                                                                \
            return;                                                                                                    \
        zone->least.number = (double)least[0];                                                                         \
        zone->greatest.number = (double)greatest[0];                                                                   \
        zone->flags |= TARN_ZONE_HAS_BOUNDS | TARN_ZONE_EXACT_LEAST | TARN_ZONE_EXACT_GREATEST;                        \
        bool plus = false, minus = false;                                                                              \
        for (at = 0; (least[0] == 0 || greatest[0] == 0) && at < count; at++) {                                        \
            plus = plus || (values[at] == 0 && !signbit(values[at]));                                                  \
            minus = minus || (values[at] == 0 && signbit(values[at]));                                                 \
        }                                                                                                              \
        settle_zeros(zone, plus, minus);                                                                               \
    }

/* Give bounds that are zero the sign that all zeros have; where both are there, say that it is not known. */
static void settle_zeros(tarn_zone *zone, bool plus, bool minus) {
    double zero = minus && !plus ? -0.0 : 0.0;
    if (zone->least.number == 0) {
        zone->least.number = zero;
        zone->flags &= (uint8_t) ~(plus && minus ? TARN_ZONE_EXACT_LEAST : 0);
    }
    if (zone->greatest.number == 0) {
        zone->greatest.number = zero;
        zone->flags &= (uint8_t) ~(plus && minus ? TARN_ZONE_EXACT_GREATEST : 0);
    }
}

NUMBER_RANGE(range_f32, float, int32_t, 16, )
NUMBER_RANGE(range_f64, double, int64_t, 8, )

/* Vectors of 32 bytes have what those of 16 lack for 64-bit integers, and take half the time for doubles. */
#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))
RANGE(range_i64_avx2, int64_t, 16, int64_t, integer, AVX2)
NUMBER_RANGE(range_f64_avx2, double, int64_t, 16, AVX2)
#define RANGE_WIDELY(type, ...)                                                                                        \
    (__builtin_cpu_supports("avx2") ? range_##type##_avx2(__VA_ARGS__) : range_##type(__VA_ARGS__))
#else
#define RANGE_WIDELY(type, ...) range_##type(__VA_ARGS__)
#endif

/* Most decimals fit into 64 bits. False when one does not; then the bounds mean nothing. */
static bool range_of_narrow(const tarn_zone_wide *values, int64_t count, int64_t *least, int64_t *greatest) {
    uint64_t beyond = 0;
    *least = *greatest = (int64_t)values[0].low;
    for (int64_t i = 0; i < count; i++) {
        int64_t value = (int64_t)values[i].low;
        beyond |= (uint64_t)values[i].high ^ (uint64_t)(value >> 63);
        *least = value < *least ? value : *least;
        *greatest = value > *greatest ? value : *greatest;
    }
    return beyond == 0;
}

static tarn_zone_wide widened(int64_t value) {
    return (tarn_zone_wide){(uint64_t)value, value >> 63};
}

static void range_wide(const tarn_zone_wide *values, int64_t count, tarn_zone *zone) {
    tarn_zone_wide least = values[0], greatest = values[0];
    int64_t narrow_least, narrow_greatest;
    bool narrow = range_of_narrow(values, count, &narrow_least, &narrow_greatest);
    for (int64_t i = 1; !narrow && i < count; i++) {
        if (tarn_zone_compare_wide(values[i], least) < 0)
            least = values[i];
        if (tarn_zone_compare_wide(values[i], greatest) > 0)
            greatest = values[i];
    }
    zone->least.wide = narrow ? widened(narrow_least) : least;
    zone->greatest.wide = narrow ? widened(narrow_greatest) : greatest;
    zone->flags |= TARN_ZONE_HAS_BOUNDS | TARN_ZONE_EXACT_LEAST | TARN_ZONE_EXACT_GREATEST;
}

static void range_of(const tarn_zone_view *view, const void *values, int64_t count, tarn_zone *zone) {
    switch (view->type) {
    case TARN_TYPE_INT8:
        range_i8(values, count, zone);
        break;
    case TARN_TYPE_INT16:
        range_i16(values, count, zone);
        break;
    case TARN_TYPE_UINT8:
        range_u8(values, count, zone);
        break;
    case TARN_TYPE_UINT16:
        range_u16(values, count, zone);
        break;
    case TARN_TYPE_UINT32:
        range_u32(values, count, zone);
        break;
    case TARN_TYPE_UINT64:
        range_u64(values, count, zone);
        break;
    case TARN_TYPE_FLOAT32:
        range_f32(values, count, zone);
        break;
    case TARN_TYPE_FLOAT64:
        RANGE_WIDELY(f64, values, count, zone);
        break;
    case TARN_TYPE_DECIMAL128:
        range_wide(values, count, zone);
        break;
    default:
        if (view->width == sizeof(int32_t))
            range_i32(values, count, zone);
        else
            RANGE_WIDELY(i64, values, count, zone);
    }
}

/* ---- the sketch -------------------------------------------------------------------------------------------------- */

/* The same for all that are the same value to whoever looks: 0.0 and -0.0, every NaN. */
static uint64_t bits_of(const tarn_zone_view *view, const void *values, int64_t i) {
    double number;
    uint64_t bits;
    switch (view->type) {
    case TARN_TYPE_FLOAT32:
        number = (double)((const float *)values)[i];
        break;
    case TARN_TYPE_FLOAT64:
        number = ((const double *)values)[i];
        break;
    default:
        switch (view->width) {
        case 1:
            return ((const uint8_t *)values)[i];
        case 2:
            return ((const uint16_t *)values)[i];
        case 4:
            return ((const uint32_t *)values)[i];
        case 8:
            return ((const uint64_t *)values)[i];
        default:
            return ((const tarn_zone_wide *)values)[i].low ^
                   tarn_zone_mix((uint64_t)((const tarn_zone_wide *)values)[i].high);
        }
    }
    number = number == 0 ? 0.0 : number != number ? (double)NAN : number;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

void tarn_zone_look_at_fixed(const tarn_zone_view *view, int64_t first, tarn_zone *zone, tarn_zone_seen *seen) {
    dense room;
    int64_t count = zone->rows - zone->nulls;
    const void *values = without_nulls(view, first, zone, &room);
    if (view->kind != TARN_ZONE_UNORDERED)
        range_of(view, values, count, zone);
    for (int64_t at = 0; at < count; at += view->step) {
        int64_t i = tarn_zone_sample(at, view->step);
        if (i >= count)
            break;
        tarn_zone_see(seen->sketch, tarn_zone_mix(bits_of(view, values, i)));
        seen->sampled++;
    }
}
