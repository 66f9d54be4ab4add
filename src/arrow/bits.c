// Bitmaps in words of 64 bits at any bit offset.
#include "arrow/bits.h"

#include "arrow/array.h"

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

int64_t tarn_bits_count(const uint8_t *bits, int64_t offset, int64_t count) {
    int64_t ones = 0;
    for (int64_t i = 0; i < count; i += 64)
        ones += __builtin_popcountll(tarn_bits_load(bits, offset + i, smaller(64, count - i)));
    return ones;
}

bool tarn_bits_all(const uint8_t *bits, int64_t at, int64_t count) {
    int64_t i = 0;
    for (; i + 64 <= count; i += 64) {
        if (tarn_bits_load(bits, at + i, 64) != UINT64_MAX)
            return false;
    }
    return i == count || tarn_bits_load(bits, at + i, count - i) == (UINT64_C(1) << (count - i)) - 1;
}

void tarn_bits_copy(const uint8_t *bits, int64_t at, int64_t count, uint8_t *out) {
    int64_t i = 0;
    if ((at & 7) == 0) {
        memcpy(out, bits + at / 8, (size_t)(count / 8));
        i = count & ~INT64_C(7);
    }
    for (; i < count; i += 64) {
        int64_t some = smaller(64, count - i);
        uint64_t word = tarn_bits_load(bits, at + i, some);
        memcpy(out + i / 8, &word, tarn_bits_bytes(some));
    }
}

void tarn_bits_copy_to(const uint8_t *bits, int64_t at, int64_t count, uint8_t *out, int64_t out_at) {
    while (count > 0 && (out_at & 7) != 0) {
        if (tarn_bit_get(bits, at))
            tarn_bit_set(out, out_at);
        else
            tarn_bit_clear(out, out_at);
        at++;
        out_at++;
        count--;
    }
    if (count == 0)
        return;
    int64_t whole = count & ~INT64_C(7);
    tarn_bits_copy(bits, at, whole, out + out_at / 8);
    for (int64_t i = whole; i < count; i++) {
        if (tarn_bit_get(bits, at + i))
            tarn_bit_set(out, out_at + i);
        else
            tarn_bit_clear(out, out_at + i);
    }
}

void tarn_bits_fill(uint8_t *bits, int64_t at, int64_t count) {
    for (; count > 0 && (at & 7) != 0; count--)
        tarn_bit_set(bits, at++);
    memset(bits + at / 8, 0xFF, (size_t)(count / 8));
    for (int64_t i = count & ~INT64_C(7); i < count; i++)
        tarn_bit_set(bits, at + i);
}

/* The first position from `at` on whose bit is `wanted`, or `end`. */
static int64_t find_bit(const uint8_t *bits, int64_t at, int64_t end, bool wanted) {
    while (at < end) {
        int64_t some = smaller(64, end - at);
        uint64_t word = tarn_bits_load(bits, at, some);
        if (!wanted) {
            word = ~word;
            if (some < 64)
                word &= (UINT64_C(1) << some) - 1;
        }
        if (word != 0)
            return at + __builtin_ctzll(word);
        at += some;
    }
    return end;
}

int64_t tarn_bits_run(const uint8_t *bits, int64_t *at, int64_t end) {
    if (bits == NULL)
        return end;
    *at = find_bit(bits, *at, end, true);
    return find_bit(bits, *at, end, false);
}
