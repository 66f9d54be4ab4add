/* Where rows go that were added or moved: what it takes to make one order out of the other. */
#include "diff/internal.h"

#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 65536

/* A row of `after` that was added or moved. */
typedef struct placed {
    int64_t row, place;
} placed;

typedef struct placing {
    tarn_diff *diff;
    uint8_t *stays; /* rows of `before` that are live and keep their place among their like */
    int64_t end;    /* of the rows that it is about */
    placed *list;
    size_t count, capacity;
} placing;

/* Where the order is the same, all live rows of both sides stay; `stays` may hold more, which are not in `after`. */
static tarn_status mark_live(const tarn_version *version, uint8_t *stays, tarn_error *error) {
    for (size_t chunk = 0; chunk < tarn_version_chunk_count(version); chunk++) {
        tarn_chunk place = tarn_version_chunk(version, chunk);
        const uint8_t *live;
        TARN_TRY(tarn_version_live(version, chunk, &live, error));
        for (int64_t i = 0; i < place.rows; i++) {
            if (live == NULL || tarn_bit_get(live, i))
                tarn_bit_set(stays, place.first_row + i);
        }
    }
    return TARN_OK;
}

static tarn_status find_placed(placing *p, tarn_error *error) {
    const tarn_version *after = p->diff->after;
    int64_t total = tarn_version_rows(after), *numbers = malloc(BLOCK * sizeof *numbers);
    tarn_status status = numbers == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (int64_t at = 0; at < total && status == TARN_OK; at += BLOCK) {
        int64_t count = total - at < BLOCK ? total - at : BLOCK;
        status = tarn_version_locate(after, at, count, numbers, error);
        for (int64_t i = 0; i < count && status == TARN_OK; i++) {
            if (numbers[i] < p->end && tarn_bit_get(p->stays, numbers[i]))
                continue;
            status = tarn_grow(&p->list, &p->capacity, p->count + 1, sizeof *p->list, error);
            if (status == TARN_OK)
                p->list[p->count++] = (placed){numbers[i], at + i};
        }
    }
    free(numbers);
    return status;
}

static int compare_placed(const void *a, const void *b) {
    int64_t left = ((const placed *)a)->row, right = ((const placed *)b)->row;
    return (left > right) - (left < right);
}

/* Rows of the list that lie in a part. Those that were neither added nor modified were only moved. */
static tarn_status place_in_part(tarn_diff_part *part, const placed *list, size_t count, tarn_error *error) {
    size_t bytes = ((size_t)part->rows + 7) / 8;
    part->placed = tarn_diff_bits(part->rows);
    part->moved = tarn_diff_bits(part->rows);
    part->places = malloc(count * sizeof *part->places);
    if (part->placed == NULL || part->moved == NULL || part->places == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < count; i++) {
        tarn_bit_set(part->placed, list[i].row - part->first_row);
        part->places[i] = list[i].place;
    }
    for (size_t i = 0; i < bytes; i++) {
        uint8_t other =
            (uint8_t)((part->added != NULL ? part->added[i] : 0) | (part->modified != NULL ? part->modified[i] : 0));
        part->moved[i] = part->placed[i] & (uint8_t)~other;
        if (part->filled != NULL)
            part->filled[i] &= (uint8_t)~part->moved[i];
    }
    part->counts[4] = tarn_bits_count(part->moved, 0, part->rows);
    if (part->filled != NULL)
        part->counts[5] = tarn_bits_count(part->filled, 0, part->rows);
    return TARN_OK;
}

/* Parts lie by rising row numbers, and each row that was added or moved lies in one. */
static tarn_status deal_out(placing *p, tarn_error *error) {
    size_t at = 0;
    qsort(p->list, p->count, sizeof *p->list, compare_placed);
    for (size_t i = 0; i < p->diff->part_count; i++) {
        tarn_diff_part *part = &p->diff->parts[i];
        size_t from = at;
        while (at < p->count && p->list[at].row < part->first_row + part->rows)
            at++;
        if (at > from)
            TARN_TRY(place_in_part(part, p->list + from, at - from, error));
    }
    return TARN_OK;
}

static bool adds_rows(const tarn_diff *diff) {
    for (size_t i = 0; i < diff->part_count; i++) {
        if (diff->parts[i].counts[0] > 0)
            return true;
    }
    return false;
}

tarn_status tarn_diff_place_rows(tarn_diff *diff, tarn_error *error) {
    placing p = {.diff = diff, .end = tarn_diff_row_end(diff->before)};
    if (!diff->info.order_differs && !adds_rows(diff))
        return TARN_OK;
    p.stays = tarn_diff_bits(p.end);
    tarn_status status = p.stays == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = diff->info.order_differs
                     ? tarn_diff_count_moved(diff->before, diff->after, p.stays, &diff->info.moved, error)
                     : mark_live(diff->before, p.stays, error);
    if (status == TARN_OK)
        status = find_placed(&p, error);
    if (status == TARN_OK && p.count > 0)
        status = deal_out(&p, error);
    free(p.stays);
    free(p.list);
    return status;
}
