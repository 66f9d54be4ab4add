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

int64_t tarn_diff_row_end(const tarn_version *version) {
    size_t count = tarn_version_chunk_count(version);
    if (count == 0)
        return 0;
    tarn_chunk last = tarn_version_chunk(version, count - 1);
    return last.first_row + last.rows;
}

/* The piles, and what it takes to find the cards of a longest sequence again. */
typedef struct piles {
    int64_t *tops; /* places */
    int64_t count, cards;
    int64_t *top_cards, *below, *rows; /* NULL: only count. Per pile its top; per card the one that it lies after, and
                                          its row number */
} piles;

static void piles_free(piles *p) {
    free(p->tops);
    free(p->top_cards);
    free(p->below);
    free(p->rows);
}

static tarn_status piles_make(piles *p, int64_t cards, bool with_cards, tarn_error *error) {
    size_t size = ((size_t)cards + 1) * sizeof(int64_t);
    p->tops = malloc(size);
    if (with_cards) {
        p->top_cards = malloc(size);
        p->below = malloc(size);
        p->rows = malloc(size);
    }
    bool complete = p->tops != NULL && (!with_cards || (p->top_cards != NULL && p->below != NULL && p->rows != NULL));
    return complete ? TARN_OK : tarn_fail_memory(error);
}

/* The leftmost pile whose top is not smaller. */
static int64_t find_pile(const piles *p, int64_t place) {
    int64_t low = 0, high = p->count;
    if (high == 0 || p->tops[high - 1] < place)
        return high;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (p->tops[middle] < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void add_to_piles(piles *p, int64_t place, int64_t row) {
    int64_t pile = find_pile(p, place), card = p->cards++;
    p->tops[pile] = place;
    p->count += pile == p->count;
    if (p->below == NULL)
        return;
    p->rows[card] = row;
    p->below[card] = pile > 0 ? p->top_cards[pile - 1] : -1;
    p->top_cards[pile] = card;
}

static tarn_status lay_piles(const tarn_version *after, const int64_t *places, int64_t end, piles *p,
                             tarn_error *error) {
    int64_t total = tarn_version_rows(after), *numbers = malloc(BLOCK * sizeof *numbers);
    tarn_status status = numbers == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (int64_t at = 0; at < total && status == TARN_OK; at += BLOCK) {
        int64_t count = total - at < BLOCK ? total - at : BLOCK;
        status = tarn_version_locate(after, at, count, numbers, error);
        for (int64_t i = 0; i < count && status == TARN_OK; i++) {
            if (numbers[i] < end && places[numbers[i]] >= 0)
                add_to_piles(p, places[numbers[i]], numbers[i]);
        }
    }
    free(numbers);
    return status;
}

tarn_status tarn_diff_count_moved(const tarn_version *before, const tarn_version *after, uint8_t *stays, int64_t *out,
                                  tarn_error *error) {
    int64_t end = tarn_diff_row_end(before);
    int64_t *places = malloc(((size_t)end + 1) * sizeof *places);
    piles p = {0};
    tarn_status status = places == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = piles_make(&p, tarn_version_rows(after), stays != NULL, error);
    if (status == TARN_OK)
        status = find_places(before, end, places, error);
    if (status == TARN_OK)
        status = lay_piles(after, places, end, &p, error);
    if (status == TARN_OK) {
        *out = p.cards - p.count;
        for (int64_t card = stays != NULL && p.count > 0 ? p.top_cards[p.count - 1] : -1; card >= 0;
             card = p.below[card])
            tarn_bit_set(stays, p.rows[card]);
    }
    free(places);
    piles_free(&p);
    return status;
}
