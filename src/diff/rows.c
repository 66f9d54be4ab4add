/* Finding the changes of a page in the bits. */
#include "diff/internal.h"

#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

static const tarn_diff_kind kinds[TARN_DIFF_KINDS] = {TARN_DIFF_ADDED,     TARN_DIFF_REMOVED, TARN_DIFF_MODIFIED,
                                                      TARN_DIFF_UNMATCHED, TARN_DIFF_MOVED,   TARN_DIFF_FILLED};

/* The bits of one kind in a part as far as they are wanted, and how many they are; NULL: none. */
static const uint8_t *wanted_bits(const tarn_diff_part *part, const tarn_diff_filter *filter, int kind,
                                  int64_t *count) {
    const uint8_t *const bits[TARN_DIFF_KINDS] = {part->added,     part->removed, part->modified,
                                                  part->unmatched, part->moved,   part->filled};
    *count = 0;
    if ((filter->kinds & kinds[kind]) == 0 || bits[kind] == NULL)
        return NULL;
    if (filter->pair == TARN_DIFF_NONE) {
        *count = part->counts[kind];
        return bits[kind];
    }
    if (kinds[kind] != TARN_DIFF_MODIFIED || part->cells[filter->pair] == NULL)
        return NULL;
    *count = part->cell_counts[filter->pair];
    return part->cells[filter->pair];
}

typedef struct search {
    const tarn_diff_part *part;
    const uint8_t *bits[TARN_DIFF_KINDS];
    int64_t skip, wanted; /* changes to leave out first, then to take */
    tarn_diff_row *rows;
    int64_t found;
    int64_t paired; /* rows of the part before the present byte that have a partner kept */
} search;

/* The rows of a byte that have a partner kept. */
static uint8_t paired_bits(const tarn_diff_part *part, int64_t byte) {
    return (uint8_t)((part->modified != NULL ? part->modified[byte] : 0) |
                     (part->filled != NULL ? part->filled[byte] : 0));
}

static int64_t partner_of(const search *s, int64_t offset) {
    uint8_t before = (uint8_t)(paired_bits(s->part, offset / 8) & ((1u << (offset % 8)) - 1));
    return s->part->partners[s->paired + __builtin_popcount(before)];
}

static void take_row(search *s, int kind, int64_t offset) {
    const tarn_diff_part *part = s->part;
    int64_t row = part->first_row + (part->offsets != NULL ? (int64_t)part->offsets[offset] : offset);
    const unsigned of_both = TARN_DIFF_MODIFIED | TARN_DIFF_MOVED | TARN_DIFF_FILLED;
    bool before =
        (kinds[kind] & (TARN_DIFF_REMOVED | of_both)) != 0 || (kinds[kind] == TARN_DIFF_UNMATCHED && part->of_before);
    bool after =
        (kinds[kind] & (TARN_DIFF_ADDED | of_both)) != 0 || (kinds[kind] == TARN_DIFF_UNMATCHED && !part->of_before);
    int64_t partner = part->partners != NULL && (kinds[kind] & of_both) != 0 ? partner_of(s, offset) : row;
    s->rows[s->found++] = (tarn_diff_row){kinds[kind], before ? partner : -1, after ? row : -1, part, offset};
}

/* A row is of one kind only. */
static void search_byte(search *s, int64_t byte) {
    uint8_t all = 0;
    for (int kind = 0; kind < TARN_DIFF_KINDS; kind++)
        all |= s->bits[kind] != NULL ? s->bits[kind][byte] : 0;
    int64_t count = __builtin_popcount(all);
    if (count <= s->skip) {
        s->skip -= count;
        return;
    }
    for (int bit = 0; bit < 8 && s->found < s->wanted; bit++) {
        if (!(all >> bit & 1) || s->skip-- > 0)
            continue;
        s->skip = 0;
        for (int kind = 0; kind < TARN_DIFF_KINDS; kind++) {
            if (s->bits[kind] != NULL && tarn_bit_get(s->bits[kind], byte * 8 + bit))
                take_row(s, kind, byte * 8 + bit);
        }
    }
}

static int64_t changes_of(const tarn_diff *diff) {
    int64_t count = 0;
    for (size_t i = 0; i < diff->part_count; i++) {
        for (int kind = 0; kind < TARN_DIFF_KINDS; kind++)
            count += diff->parts[i].counts[kind];
    }
    return count;
}

tarn_status tarn_diff_locate(const tarn_diff *diff, const tarn_diff_filter *filter, int64_t offset, int64_t count,
                             tarn_diff_row **out, int64_t *found, tarn_error *error) {
    int64_t most = changes_of(diff);
    search s = {.skip = offset, .wanted = count < most ? count : most};
    s.rows = calloc((size_t)s.wanted + 1, sizeof *s.rows);
    if (s.rows == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < diff->part_count && s.found < s.wanted; i++) {
        int64_t in_part = 0;
        s.part = &diff->parts[i];
        for (int kind = 0; kind < TARN_DIFF_KINDS; kind++) {
            int64_t of_kind;
            s.bits[kind] = wanted_bits(s.part, filter, kind, &of_kind);
            in_part += of_kind;
        }
        if (in_part <= s.skip) {
            s.skip -= in_part;
            continue;
        }
        s.paired = 0;
        for (int64_t byte = 0; byte < (s.part->rows + 7) / 8 && s.found < s.wanted; byte++) {
            search_byte(&s, byte);
            if (s.part->partners != NULL)
                s.paired += __builtin_popcount(paired_bits(s.part, byte));
        }
    }
    *out = s.rows;
    *found = s.found;
    return TARN_OK;
}
