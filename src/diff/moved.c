/*
 * Rows that moved: those outside of a longest increasing subsequence of the old places in the new order, by patience
 * sorting (M. L. Fredman, On computing the length of longest increasing subsequences, 1975).
 */
#include "diff/internal.h"

#include <stdlib.h>

#define BLOCK 65536

/* Row numbers up to `end` to their places; -1 where no live row is. */
static tarn_status find_places(const tarn_version *version, int64_t end, int64_t *places, tarn_error *error) {
    int64_t *numbers = malloc(BLOCK * sizeof *numbers), total = tarn_version_rows(version);
    tarn_status status = numbers == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (int64_t i = 0; i < end; i++)
        places[i] = -1;
    for (int64_t at = 0; status == TARN_OK && at < total; at += BLOCK) {
        int64_t count = total - at < BLOCK ? total - at : BLOCK;
        status = tarn_version_locate(version, at, count, numbers, error);
        for (int64_t i = 0; status == TARN_OK && i < count; i++)
            places[numbers[i]] = at + i;
    }
    free(numbers);
    return status;
}

/* Put a place on the leftmost pile whose top is not smaller. */
static void add_to_piles(int64_t *tops, int64_t *piles, int64_t place) {
    int64_t low = 0, high = *piles;
    if (high == 0 || tops[high - 1] < place) {
        tops[(*piles)++] = place;
        return;
    }
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (tops[middle] < place)
            low = middle + 1;
        else
            high = middle;
    }
    tops[low] = place;
}

static int64_t row_end(const tarn_version *version) {
    size_t count = tarn_version_chunk_count(version);
    if (count == 0)
        return 0;
    tarn_chunk last = tarn_version_chunk(version, count - 1);
    return last.first_row + last.rows;
}

static tarn_status measure(const tarn_version *after, const int64_t *places, int64_t end, int64_t *tops,
                           int64_t *numbers, int64_t *out, tarn_error *error) {
    int64_t total = tarn_version_rows(after), piles = 0, common = 0;
    for (int64_t at = 0; at < total; at += BLOCK) {
        int64_t count = total - at < BLOCK ? total - at : BLOCK;
        TARN_TRY(tarn_version_locate(after, at, count, numbers, error));
        for (int64_t i = 0; i < count; i++) {
            if (numbers[i] >= end || places[numbers[i]] < 0)
                continue;
            common++;
            add_to_piles(tops, &piles, places[numbers[i]]);
        }
    }
    *out = common - piles;
    return TARN_OK;
}

tarn_status tarn_diff_count_moved(const tarn_version *before, const tarn_version *after, int64_t *out,
                                  tarn_error *error) {
    int64_t end = row_end(before);
    int64_t *places = malloc(((size_t)end + 1) * sizeof *places);
    int64_t *tops = malloc(((size_t)tarn_version_rows(after) + 1) * sizeof *tops);
    int64_t *numbers = malloc(BLOCK * sizeof *numbers);
    tarn_status status = places == NULL || tops == NULL || numbers == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = find_places(before, end, places, error);
    if (status == TARN_OK)
        status = measure(after, places, end, tops, numbers, out, error);
    free(places);
    free(tops);
    free(numbers);
    return status;
}
