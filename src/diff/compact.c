/* Parts in which few rows changed: bits of these rows instead of all. */
#include "diff/internal.h"

#include <stdlib.h>

#define MOST_SETS 7

/* The bits of kinds, whatever they are called. */
static void list_sets(tarn_diff_part *part, uint8_t **sets[MOST_SETS]) {
    uint8_t **const all[MOST_SETS] = {&part->added, &part->removed, &part->modified, &part->unmatched,
                                      &part->moved, &part->filled,  &part->placed};
    for (int i = 0; i < MOST_SETS; i++)
        sets[i] = all[i];
}

/* Offsets of all rows that any set has. Fresh memory; NULL: none, or it would not pay, or there is no memory. */
static uint32_t *find_offsets(tarn_diff_part *part, size_t pairs, int64_t *count) {
    uint8_t **sets[MOST_SETS], *any = tarn_diff_bits(part->rows);
    uint32_t *offsets = NULL;
    int64_t bitmaps = 0, bytes = (part->rows + 7) / 8;
    list_sets(part, sets);
    for (int k = 0; any != NULL && k < MOST_SETS; k++) {
        for (int64_t i = 0; *sets[k] != NULL && i < bytes; i++)
            any[i] |= (*sets[k])[i];
        bitmaps += *sets[k] != NULL;
    }
    for (size_t i = 0; part->cells != NULL && i < pairs; i++)
        bitmaps += part->cells[i] != NULL;
    *count = any != NULL ? tarn_bits_count(any, 0, part->rows) : 0;
    if (*count > 0 && *count * (int64_t)sizeof *offsets + bitmaps * (*count / 8 + 1) < bitmaps * (bytes + 1) / 2)
        offsets = malloc((size_t)*count * sizeof *offsets);
    int64_t next = 0;
    for (int64_t i = 0; offsets != NULL && i < bytes * 8; i++) {
        if (i % 8 == 0 && any[i / 8] == 0)
            i += 7;
        else if (tarn_bit_get(any, i))
            offsets[next++] = (uint32_t)i;
    }
    free(any);
    return offsets;
}

/* Keep the bits at the offsets only. */
static uint8_t *squeeze(const uint8_t *bits, const uint32_t *offsets, int64_t count) {
    uint8_t *out = tarn_diff_bits(count);
    for (int64_t i = 0; out != NULL && i < count; i++) {
        if (tarn_bit_get(bits, offsets[i]))
            tarn_bit_set(out, i);
    }
    return out;
}

static bool squeeze_all(uint8_t **sets, size_t count, const uint32_t *offsets, int64_t rows, uint8_t **made) {
    for (size_t i = 0; i < count; i++) {
        made[i] = sets[i] != NULL ? squeeze(sets[i], offsets, rows) : NULL;
        if (sets[i] != NULL && made[i] == NULL)
            return false;
    }
    return true;
}

static void replace(uint8_t **set, uint8_t *by) {
    free(*set);
    *set = by;
}

/* Without memory a part stays as it is: all the more room it takes. */
static void compact_part(tarn_diff_part *part, size_t pairs) {
    uint8_t **sets[MOST_SETS], *kinds[MOST_SETS];
    int64_t count;
    size_t cells = part->cells != NULL ? pairs : 0;
    uint32_t *offsets = find_offsets(part, pairs, &count);
    if (offsets == NULL)
        return;
    uint8_t **made = calloc(MOST_SETS + cells, sizeof *made);
    list_sets(part, sets);
    for (int k = 0; k < MOST_SETS; k++)
        kinds[k] = *sets[k];
    if (made == NULL || !squeeze_all(kinds, MOST_SETS, offsets, count, made) ||
        !squeeze_all(part->cells, cells, offsets, count, made + MOST_SETS)) {
        for (size_t i = 0; made != NULL && i < MOST_SETS + cells; i++)
            free(made[i]);
        free(made);
        free(offsets);
        return;
    }
    for (int k = 0; k < MOST_SETS; k++)
        replace(sets[k], made[k]);
    for (size_t i = 0; i < cells; i++)
        replace(&part->cells[i], made[MOST_SETS + i]);
    free(made);
    part->offsets = offsets;
    part->rows = count;
}

void tarn_diff_compact(tarn_diff *diff) {
    for (size_t i = 0; i < diff->part_count; i++)
        compact_part(&diff->parts[i], diff->pair_count);
}
