/* Texts that differ by one letter or two, by what is left of them without these: texts of which at most k letters have
 * to be changed share what is left when k letters are taken out of each (Bocek, Hunt, Stiller, "Fast Similarity Search
 * in Large Dictionaries", 2007). That finds few others but near ones, whatever words many texts have in common. */
#include "cluster/near.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_CHANGES = 2,
    MOST_SIZE = 64,
    PAIRS_PER_REMAIN = 2, /* to be looked at: what takes as long as a remain */
    ROUND = 1 << 22,      /* remains that are looked at together */
};
#define MOST_REMAINS ((size_t)48 << 20)
#define MULTIPLIER UINT64_C(0x9E3779B97F4A7C15)

/* A remain of a text; those of one slot are a chain from the newest to the oldest. */
typedef struct remain {
    uint32_t hash, text;
    uint32_t next; /* + 1 */
    uint32_t skip; /* + 1: all before it in the chain are of the cluster of this one's text; 0: not known */
} remain;
#define SKIP_ALL UINT32_MAX /* none of the others that follow is of another cluster */

typedef struct deleting {
    near *n;
    uint64_t powers[MOST_SIZE + 1];
    uint64_t prefix[MOST_SIZE + 1]; /* hashes of the beginnings of the text whose turn it is */
    remain *list;
    size_t count, capacity;
    uint32_t *heads;
    size_t mask;
    unsigned rounds, round; /* remains are divided by their hashes, so that not all are in memory at once */
    size_t text;
} deleting;

static size_t remains_of(const near *n, size_t size) {
    size_t most = near_most(n, size);
    return 1 + (most > 0 ? size : 0) + (most > 1 ? size * (size - 1) / 2 : 0);
}

static size_t count_remains(const near *n) {
    size_t count = 0;
    for (size_t i = 0; i < n->count; i++)
        count += remains_of(n, n->texts[i].size);
    return count;
}

bool near_suits_deletions(const near *n, uint64_t pairs) {
    return pairs / PAIRS_PER_REMAIN > count_remains(n) && n->threshold <= MOST_CHANGES && n->count < UINT32_MAX &&
           (n->count == 0 || n->texts[n->count - 1].size <= MOST_SIZE) && count_remains(n) <= MOST_REMAINS;
}

/* ---- hashes of remains: polynomials, so that pieces can be put together --------------------------------------------
 */

static uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

static void hash_beginnings(deleting *d, const letters *t) {
    for (size_t i = 0; i < t->size; i++)
        d->prefix[i + 1] = d->prefix[i] * MULTIPLIER + mix(t->list[i] + MULTIPLIER);
}

/* `hash` followed by the letters from `begin` to `end` - 1. */
static uint64_t append(const deleting *d, uint64_t hash, size_t begin, size_t end) {
    uint64_t piece = d->prefix[end] - d->prefix[begin] * d->powers[end - begin];
    return hash * d->powers[end - begin] + piece;
}

/* ---- looking up ----------------------------------------------------------------------------------------------------
 */

static size_t root_of(const near *n, size_t text) {
    return tarn_cluster_root(n->parents, n->texts[text].index);
}

static uint32_t next_of(const remain *r) {
    return r->skip == SKIP_ALL ? 0 : r->skip != 0 ? r->skip : r->next;
}

/* The next in the chain that is not known to be of the same cluster. */
static uint32_t skip_cluster(deleting *d, uint32_t at) {
    size_t root = root_of(d->n, d->list[at - 1].text);
    uint32_t next = next_of(&d->list[at - 1]);
    while (next != 0 && root_of(d->n, d->list[next - 1].text) == root)
        next = next_of(&d->list[next - 1]);
    d->list[at - 1].skip = next != 0 ? next : SKIP_ALL;
    return next;
}

static tarn_status look_up(deleting *d, uint64_t hash, tarn_error *error) {
    uint64_t mixed = mix(hash);
    if ((mixed >> 56) % d->rounds != d->round)
        return TARN_OK;
    uint32_t *head = &d->heads[mixed & d->mask], mark = (uint32_t)(mixed >> 24);
    for (uint32_t at = *head; at != 0;) {
        const remain *r = &d->list[at - 1];
        bool is_same = r->hash == mark && root_of(d->n, r->text) == root_of(d->n, d->text);
        if (r->hash == mark && !is_same)
            near_compare(d->n, r->text, d->text);
        at = is_same ? skip_cluster(d, at) : r->next;
    }
    TARN_TRY(tarn_grow(&d->list, &d->capacity, d->count + 1, sizeof *d->list, error));
    d->list[d->count] = (remain){.hash = mark, .text = (uint32_t)d->text, .next = *head};
    *head = (uint32_t)++d->count;
    return TARN_OK;
}

static tarn_status look_up_text(deleting *d, tarn_error *error) {
    const letters *t = &d->n->texts[d->text];
    size_t most = near_most(d->n, t->size);
    hash_beginnings(d, t);
    TARN_TRY(look_up(d, d->prefix[t->size], error));
    for (size_t i = 0; i < t->size && most > 0; i++) {
        TARN_TRY(look_up(d, append(d, d->prefix[i], i + 1, t->size), error));
        for (size_t j = i + 1; j < t->size && most > 1; j++)
            TARN_TRY(look_up(d, append(d, append(d, d->prefix[i], i + 1, j), j + 1, t->size), error));
    }
    return TARN_OK;
}

static tarn_status run_round(deleting *d, tarn_error *error) {
    d->count = 0;
    memset(d->heads, 0, (d->mask + 1) * sizeof *d->heads);
    for (d->text = 0; d->text < d->n->count; d->text++) {
        if (d->text % 256 == 0)
            TARN_TRY(tarn_task_check(d->n->task, error));
        TARN_TRY(look_up_text(d, error));
    }
    return TARN_OK;
}

tarn_status near_join_deletions(near *n, tarn_error *error) {
    size_t remains = count_remains(n), slots = 1024;
    deleting d = {.n = n, .rounds = (unsigned)(remains / ROUND + 1)};
    tarn_status status = TARN_OK;
    while (slots < 2 * (remains / d.rounds))
        slots *= 2;
    d.heads = malloc(slots * sizeof *d.heads);
    d.mask = slots - 1;
    if (d.heads == NULL)
        return tarn_fail_memory(error);
    d.powers[0] = 1;
    for (size_t i = 0; i < MOST_SIZE; i++)
        d.powers[i + 1] = d.powers[i] * MULTIPLIER;
    for (; d.round < d.rounds && status == TARN_OK; d.round++)
        status = run_round(&d, error);
    free(d.list);
    free(d.heads);
    return status;
}
