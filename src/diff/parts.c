/* The bits of one part. */
#include "diff/internal.h"

#include <stdlib.h>

uint8_t *tarn_diff_bits(int64_t rows) {
    return calloc((size_t)rows / 8 + 1, 1);
}

static tarn_status keep(const tarn_diff *diff, tarn_diff_part *part, size_t pair, uint8_t *bits, int64_t count,
                        tarn_error *error) {
    if (part->cells == NULL)
        part->cells = calloc(diff->pair_count, sizeof *part->cells);
    if (part->cell_counts == NULL)
        part->cell_counts = calloc(diff->pair_count, sizeof *part->cell_counts);
    if (part->cells == NULL || part->cell_counts == NULL) {
        free(bits);
        return tarn_fail_memory(error);
    }
    part->cells[pair] = bits;
    part->cell_counts[pair] = count;
    return TARN_OK;
}

/* Bits of elements become bits of rows. Offsets rise, so that each bit moves away from those still to be moved. */
static void spread(uint8_t *bits, int64_t length, const int64_t *offsets) {
    for (int64_t i = length - 1; i >= 0; i--) {
        if (!tarn_bit_get(bits, i))
            continue;
        tarn_bit_clear(bits, i);
        tarn_bit_set(bits, offsets[i]);
    }
}

tarn_status tarn_diff_compare_cells(const tarn_diff *diff, tarn_diff_part *part, size_t pair,
                                    const struct ArrowArray *before, const struct ArrowArray *after,
                                    const uint8_t *live, const int64_t *offsets, tarn_error *error) {
    const tarn_diff_pair *columns = &diff->pairs[pair];
    int64_t count = 0;
    uint8_t *bits = tarn_diff_bits(part->rows);
    if (bits == NULL)
        return tarn_fail_memory(error);
    tarn_status status =
        tarn_diff_cells(&diff->rules, tarn_version_column(diff->before, columns->before)->type, before,
                        tarn_version_column(diff->after, columns->after)->type, after, live, bits, &count, error);
    if (offsets != NULL)
        spread(bits, before->length, offsets);
    if (status == TARN_OK && count > 0)
        return keep(diff, part, pair, bits, count, error);
    free(bits);
    return status;
}

tarn_status tarn_diff_mark_filled(tarn_diff_part *part, const struct ArrowSchema *type, const struct ArrowArray *after,
                                  const uint8_t *live, const int64_t *offsets, tarn_error *error) {
    if (part->filled == NULL)
        part->filled = tarn_diff_bits(part->rows);
    if (part->filled == NULL)
        return tarn_fail_memory(error);
    for (int64_t i = 0; i < after->length; i++) {
        if ((live == NULL || tarn_bit_get(live, i)) && !tarn_array_is_null(type, after, i))
            tarn_bit_set(part->filled, offsets == NULL ? i : offsets[i]);
    }
    return TARN_OK;
}

/* Rows that are filled and nothing else. */
static void finish_filled(tarn_diff_part *part) {
    for (int64_t i = 0; part->modified != NULL && i < (part->rows + 7) / 8; i++)
        part->filled[i] &= (uint8_t)~part->modified[i];
    part->counts[5] = tarn_bits_count(part->filled, 0, part->rows);
}

static tarn_status finish_modified(const tarn_diff *diff, tarn_diff_part *part, tarn_error *error) {
    part->modified = tarn_diff_bits(part->rows);
    if (part->modified == NULL)
        return tarn_fail_memory(error);
    for (size_t pair = 0; pair < diff->pair_count; pair++) {
        for (int64_t i = 0; part->cells[pair] != NULL && i < (part->rows + 7) / 8; i++)
            part->modified[i] |= part->cells[pair][i];
    }
    part->counts[2] = tarn_bits_count(part->modified, 0, part->rows);
    return TARN_OK;
}

tarn_status tarn_diff_finish_part(const tarn_diff *diff, tarn_diff_part *part, tarn_error *error) {
    if (part->cells != NULL)
        TARN_TRY(finish_modified(diff, part, error));
    if (part->filled != NULL)
        finish_filled(part);
    return TARN_OK;
}
