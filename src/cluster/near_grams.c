/* Texts that are alike by Jaro-Winkler, by stretches of three letters that they share: the rarest first, until they
 * have led to enough others. */
#include "cluster/near.h"

#include <stdlib.h>

enum {
    GRAM = 3,          /* letters of a stretch */
    COMMON_GRAM = 500, /* of so many texts that share a stretch, those nearest in length are compared */
    ENOUGH = 2000,     /* texts that share one with a text */
    TWICE_SIZE = 8,
};
#define TWICE_THRESHOLD 0.9

/* A stretch of the text whose turn it is. */
typedef struct stretch {
    size_t slot;
    uint32_t count; /* of the texts that have it */
} stretch;

/* Texts of a slot lie one behind the other: there are too many steps to follow links. */
typedef struct grams {
    near *n;
    uint32_t *counts;      /* per slot: all that will be there */
    size_t *starts, *ends; /* per slot: where its texts begin, and behind those that are there already */
    uint32_t *met;         /* per text: the last one that it shared a stretch with + 1 */
    bool is_twice;         /* the text whose turn it is has to share two stretches */
    uint32_t *texts;       /* slot after slot, by rising length */
    stretch *list;         /* of one text */
    size_t size;           /* how many */
} grams;

static int compare_stretches(const void *a, const void *b) {
    const stretch *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? -1 : 1;
    return (x->slot > y->slot) - (x->slot < y->slot);
}

/* The different ones, the rarest first. */
static void list_stretches(grams *g, size_t text) {
    const letters *t = &g->n->texts[text];
    size_t size = t->size < GRAM ? t->size : GRAM, kept = 0;
    g->size = 0;
    for (size_t at = 0; at + size <= t->size; at++) {
        size_t slot = (size_t)(near_slot(g->n, t->list + at, size, 0) - g->n->heads);
        g->list[g->size++] = (stretch){slot, g->counts[slot]};
    }
    qsort(g->list, g->size, sizeof *g->list, compare_stretches);
    for (size_t i = 0; i < g->size; i++) {
        if (i == 0 || g->list[i].slot != g->list[i - 1].slot)
            g->list[kept++] = g->list[i];
    }
    g->size = kept;
}

static tarn_status make_room(grams *g, tarn_error *error) {
    size_t slots = g->n->head_mask + 1, total = 0;
    g->counts = calloc(slots, sizeof *g->counts);
    g->starts = calloc(slots, sizeof *g->starts);
    g->ends = calloc(slots, sizeof *g->ends);
    g->met = calloc(g->n->count + 1, sizeof *g->met);
    g->list = calloc(TARN_CLUSTER_MOST_LETTERS + 1, sizeof *g->list);
    if (g->counts == NULL || g->starts == NULL || g->ends == NULL || g->met == NULL || g->list == NULL)
        return tarn_fail_memory(error);
    for (size_t text = 0; text < g->n->count; text++) {
        list_stretches(g, text);
        for (size_t i = 0; i < g->size; i++)
            g->counts[g->list[i].slot]++;
    }
    for (size_t slot = 0; slot < slots; slot++) {
        g->starts[slot] = g->ends[slot] = total;
        total += g->counts[slot];
    }
    g->texts = malloc((total + 1) * sizeof *g->texts);
    return g->texts == NULL ? tarn_fail_memory(error) : TARN_OK;
}

/* The fewest letters that a text may have to be near one of `size`. */
static size_t least_size(const near *n, size_t size) {
    size_t least = 1;
    while (least < size && tarn_jaro_winkler_bound(least, least, size, TARN_MOST_PREFIX) < n->threshold)
        least++;
    return least;
}

/* Long texts that are as alike as this share several stretches: those met once only need not be compared. */
static bool must_share_two(const near *n, size_t size) {
    return size >= TWICE_SIZE && n->threshold >= TWICE_THRESHOLD;
}

static void meet(grams *g, uint32_t earlier, size_t text) {
    if (g->is_twice && g->met[earlier] != text + 1)
        g->met[earlier] = (uint32_t)text + 1;
    else
        near_compare(g->n, earlier, text);
}

/* From the longest earlier one down to those that are shorter than `least`. */
static size_t compare_slot(grams *g, const stretch *found, size_t text, size_t least) {
    size_t end = g->ends[found->slot], first = g->starts[found->slot], at = end;
    first = end - first > COMMON_GRAM ? end - COMMON_GRAM : first;
    while (at > first && g->n->texts[g->texts[at - 1]].size >= least)
        meet(g, g->texts[--at], text);
    return end - at;
}

static void join_text(grams *g, size_t text) {
    size_t least = least_size(g->n, g->n->texts[text].size), led = 0;
    list_stretches(g, text);
    g->is_twice = must_share_two(g->n, g->n->texts[text].size);
    for (size_t i = 0; i < g->size && led < ENOUGH; i++)
        led += compare_slot(g, &g->list[i], text, least);
    for (size_t i = 0; i < g->size; i++)
        g->texts[g->ends[g->list[i].slot]++] = (uint32_t)text;
}

tarn_status near_join_grams(near *n, tarn_error *error) {
    grams g = {.n = n};
    tarn_status status = n->count >= UINT32_MAX ? tarn_fail(error, TARN_E_UNSUPPORTED, "there are too many texts")
                                                : make_room(&g, error);
    for (size_t text = 0; text < n->count && status == TARN_OK; text++) {
        if (text % 256 == 0)
            status = tarn_task_check(n->task, error);
        if (status == TARN_OK)
            join_text(&g, text);
    }
    free(g.counts);
    free(g.starts);
    free(g.ends);
    free(g.met);
    free(g.texts);
    free(g.list);
    return status;
}
