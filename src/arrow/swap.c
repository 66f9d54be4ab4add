// Turning values of the other endianness round.
#include "arrow/swap.h"

#include <string.h>

tarn_swap tarn_swap_of(const tarn_shape *shape) {
    switch (shape->type) {
    case TARN_TYPE_FIXED_BINARY:
        return TARN_SWAP_NONE;
    case TARN_TYPE_INTERVAL_DAY_TIME:
        return TARN_SWAP_HALVES;
    case TARN_TYPE_INTERVAL_MONTH_DAY_NANO:
        return TARN_SWAP_MONTHS;
    default:
        return shape->width > 1 ? TARN_SWAP_WHOLE : TARN_SWAP_NONE;
    }
}

static void reverse(uint8_t *bytes, size_t count) {
    for (size_t i = 0, j = count - 1; i < j; i++, j--) {
        uint8_t byte = bytes[i];
        bytes[i] = bytes[j];
        bytes[j] = byte;
    }
}

static void swap_view(uint8_t *view) {
    int32_t length;
    reverse(view, 4);
    memcpy(&length, view, sizeof length);
    if (length > 12) {
        reverse(view + 8, 4);
        reverse(view + 12, 4);
    }
}

void tarn_swap_values(void *values, tarn_swap swap, size_t width, size_t count) {
    uint8_t *p = values;
    for (size_t i = 0; i < count; i++, p += width) {
        switch (swap) {
        case TARN_SWAP_NONE:
            return;
        case TARN_SWAP_WHOLE:
            reverse(p, width);
            break;
        case TARN_SWAP_HALVES:
            reverse(p, width / 2);
            reverse(p + width / 2, width / 2);
            break;
        case TARN_SWAP_MONTHS:
            reverse(p, 4);
            reverse(p + 4, 4);
            reverse(p + 8, 8);
            break;
        case TARN_SWAP_VIEW:
            swap_view(p);
            break;
        }
    }
}
