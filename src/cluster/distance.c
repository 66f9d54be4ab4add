/* How near two texts are. Those of up to 64 letters are compared 64 places at a time: of one of the two, the places of
 * each letter are bits of a word. */
#include "cluster/cluster_internal.h"

#include <string.h>

#define MOST_LETTERS TARN_CLUSTER_MOST_LETTERS

size_t tarn_cluster_levenshtein(const uint32_t *a, size_t a_size, const uint32_t *b, size_t b_size, size_t most) {
    size_t row[MOST_LETTERS + 1];
    if (a_size > b_size)
        return tarn_cluster_levenshtein(b, b_size, a, a_size, most);
    if (b_size - a_size > most || a_size > MOST_LETTERS)
        return most + 1;
    for (size_t j = 0; j <= a_size; j++)
        row[j] = j;
    for (size_t i = 1; i <= b_size; i++) {
        size_t diagonal = row[0], least = row[0] = i;
        for (size_t j = 1; j <= a_size; j++) {
            size_t above = row[j], best = diagonal + (a[j - 1] != b[i - 1]);
            best = above + 1 < best ? above + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            diagonal = above;
            row[j] = best;
            least = best < least ? best : least;
        }
        if (least > most)
            return most + 1;
    }
    return row[a_size] > most ? most + 1 : row[a_size];
}

/* Marks the letters that have a partner within reach; gives their number. */
static size_t match_letters(const uint32_t *a, size_t a_size, const uint32_t *b, size_t b_size, bool *in_a,
                            bool *in_b) {
    size_t longer = a_size > b_size ? a_size : b_size, reach = longer / 2 > 0 ? longer / 2 - 1 : 0, matches = 0;
    for (size_t i = 0; i < a_size; i++) {
        size_t end = i + reach + 1 < b_size ? i + reach + 1 : b_size;
        for (size_t j = i > reach ? i - reach : 0; j < end; j++) {
            if (!in_b[j] && a[i] == b[j]) {
                in_a[i] = in_b[j] = true;
                matches++;
                break;
            }
        }
    }
    return matches;
}

static double jaro_winkler_of(size_t matches, size_t swapped, const uint32_t *a, size_t a_size, const uint32_t *b,
                              size_t b_size) {
    if (matches == 0)
        return 0;
    size_t prefix = tarn_common_prefix(a, a_size, b, b_size);
    double m = (double)matches;
    double jaro = (m / (double)a_size + m / (double)b_size + (m - (double)swapped / 2) / m) / 3;
    return jaro + (double)prefix * 0.1 * (1 - jaro);
}

double tarn_cluster_jaro_winkler(const uint32_t *a, size_t a_size, const uint32_t *b, size_t b_size) {
    bool in_a[MOST_LETTERS], in_b[MOST_LETTERS];
    if (a_size == 0 || b_size == 0 || a_size > MOST_LETTERS || b_size > MOST_LETTERS)
        return a_size == b_size ? 1 : 0;
    memset(in_a, 0, a_size * sizeof *in_a);
    memset(in_b, 0, b_size * sizeof *in_b);
    size_t matches = match_letters(a, a_size, b, b_size, in_a, in_b), swapped = 0;
    for (size_t i = 0, j = 0; i < a_size; i++) {
        if (!in_a[i])
            continue;
        while (!in_b[j])
            j++;
        swapped += a[i] != b[j++];
    }
    return jaro_winkler_of(matches, swapped, a, a_size, b, b_size);
}

/* ---- what can be said without looking at places -------------------------------------------------------------------
 */

enum { MOST_COUNTED = 127 };
#define HIGH_BITS UINT64_C(0x8080808080808080)

void tarn_bag_fill(tarn_letter_bag *out, const uint32_t *letters, size_t size) {
    uint8_t counts[sizeof out->words] = {0};
    for (size_t i = 0; i < size; i++) {
        uint8_t *count = &counts[letters[i] % sizeof counts];
        *count += *count < MOST_COUNTED;
    }
    memcpy(out->words, counts, sizeof counts);
}

/* Eight counts at a time: where a count of `a` is no less than that of `b`, its high bit stays when b's is taken away.
 */
size_t tarn_bag_common(const tarn_letter_bag *a, const tarn_letter_bag *b, size_t longest) {
    uint64_t common = 0;
    if (longest > MOST_COUNTED)
        return longest;
    for (size_t i = 0; i < sizeof a->words / sizeof a->words[0]; i++) {
        uint64_t x = a->words[i], y = b->words[i];
        uint64_t mask = ((((x | HIGH_BITS) - y) & HIGH_BITS) >> 7) * 0xFF;
        common += ((y & mask) | (x & ~mask)); /* at most 127 in each sum: no more letters are there */
    }
    return (size_t)((common * UINT64_C(0x0101010101010101)) >> 56);
}

size_t tarn_common_prefix(const uint32_t *a, size_t a_size, const uint32_t *b, size_t b_size) {
    size_t prefix = 0;
    while (prefix < TARN_MOST_PREFIX && prefix < a_size && prefix < b_size && a[prefix] == b[prefix])
        prefix++;
    return prefix;
}

/* If all common letters match and none is swapped. */
double tarn_jaro_winkler_bound(size_t common, size_t a_size, size_t b_size, size_t prefix) {
    double m = (double)common, jaro = (m / (double)a_size + m / (double)b_size + 1) / 3;
    jaro = jaro < 1 ? jaro : 1;
    return jaro + 0.1 * (double)prefix * (1 - jaro);
}

/* ---- patterns ------------------------------------------------------------------------------------------------------
 */

enum { WORD = 64 };

static size_t slot_of(const tarn_pattern *pattern, uint32_t letter) {
    size_t slot = (letter * UINT32_C(2654435761)) >> 24;
    while (pattern->slots[slot] != 0 && pattern->slots[slot] != letter + 1)
        slot = (slot + 1) % 256;
    return slot;
}

void tarn_pattern_set(tarn_pattern *pattern, const uint32_t *letters, size_t size) {
    memset(pattern->slots, 0, sizeof pattern->slots);
    pattern->letters = letters;
    pattern->size = size;
    for (size_t i = 0; i < size && size <= WORD; i++) {
        size_t slot = slot_of(pattern, letters[i]);
        if (pattern->slots[slot] == 0)
            pattern->places[slot] = 0;
        pattern->slots[slot] = letters[i] + 1;
        pattern->places[slot] |= UINT64_C(1) << i;
    }
}

static uint64_t places_of(const tarn_pattern *pattern, uint32_t letter) {
    size_t slot = slot_of(pattern, letter);
    return pattern->slots[slot] != 0 ? pattern->places[slot] : 0;
}

/* G. Myers, "A fast bit-vector algorithm for approximate string matching", 1999, in the form of H. Hyyrö, 2001: a
 * column of the table is kept as the places where it rises and falls. */
size_t tarn_pattern_levenshtein(const tarn_pattern *pattern, const uint32_t *text, size_t size, size_t most) {
    size_t length = pattern->size, apart = size > length ? size - length : length - size, distance = length;
    if (length == 0 || length > WORD || apart > most)
        return tarn_cluster_levenshtein(text, size, pattern->letters, length, most);
    uint64_t rises = ~UINT64_C(0), falls = 0, last = UINT64_C(1) << (length - 1);
    for (size_t i = 0; i < size; i++) {
        uint64_t places = places_of(pattern, text[i]), vertical = places | falls;
        uint64_t diagonal = (((places & rises) + rises) ^ rises) | places;
        uint64_t right = falls | ~(diagonal | rises), left = diagonal & rises;
        distance += (right & last) != 0;
        distance -= (left & last) != 0;
        if (distance > most + (size - 1 - i)) /* each letter to come takes away one at most */
            return most + 1;
        right = (right << 1) | 1;
        falls = right & vertical;
        rises = (left << 1) | ~(vertical | right);
    }
    return distance > most ? most + 1 : distance;
}

/* The letters of the text that have a partner, and their partners, in order: how many are not the same. */
static size_t count_swapped(const tarn_pattern *pattern, const uint32_t *text, uint64_t in_text, uint64_t in_pattern) {
    size_t swapped = 0;
    for (; in_text != 0; in_text &= in_text - 1, in_pattern &= in_pattern - 1)
        swapped += text[__builtin_ctzll(in_text)] != pattern->letters[__builtin_ctzll(in_pattern)];
    return swapped;
}

double tarn_pattern_jaro_winkler(const tarn_pattern *pattern, const uint32_t *text, size_t size) {
    size_t length = pattern->size, longer = size > length ? size : length;
    if (longer > WORD || size == 0 || length == 0)
        return tarn_cluster_jaro_winkler(text, size, pattern->letters, length);
    size_t reach = longer / 2 > 0 ? longer / 2 - 1 : 0, matches = 0;
    uint64_t in_text = 0, in_pattern = 0;
    uint64_t window = reach + 1 < WORD ? (UINT64_C(1) << (reach + 1)) - 1 : ~UINT64_C(0);
    for (size_t i = 0; i < size; i++) {
        uint64_t found = places_of(pattern, text[i]) & window & ~in_pattern;
        if (found != 0) {
            in_pattern |= found & (~found + 1);
            in_text |= UINT64_C(1) << i;
            matches++;
        }
        window = i < reach ? (window << 1) | 1 : window << 1;
    }
    return jaro_winkler_of(matches, count_swapped(pattern, text, in_text, in_pattern), text, size, pattern->letters,
                           length);
}
