/*
 * Rows of both sides with one key, by partitioned hashing: keys are dealt out to partitions small enough for a
 * processor's cache, and each partition gets a table of its own (A. Shatdal, C. Kant, J. F. Naughton, Cache conscious
 * algorithms for relational query processing, 1994).
 */
#include "diff/keys.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 65536         /* rows that one task deals out */
#define PARTITION_ROWS 4096 /* of both sides, about */
#define MOST_PARTITIONS 8192
#define GROUP 16 /* partitions that one task matches, in one table's memory */

/* A row in a partition. */
typedef struct item {
    tarn_hash128 hash;
    int64_t place;
} item;

/* All rows of a side with a key, partition after partition. */
typedef struct dealt {
    const tarn_diff_keys *keys;
    size_t blocks;
    int64_t *at;   /* [block][partition]: first how many, then where the next one goes */
    int64_t *ends; /* per partition, behind its last; [-1] is 0 */
    int64_t *ends_memory;
    item *items;
} dealt;

typedef struct matching {
    tarn_diff_match *match;
    size_t partitions; /* a power of two */
    dealt sides[2];
    atomic_int_least64_t pairs, duplicates[2];
} matching;

/* ---- dealing out ---- */

typedef struct dealing {
    dealt *side;
    size_t partitions;
} dealing;

static int64_t block_end(const dealt *side, size_t block) {
    int64_t end = (int64_t)(block + 1) * BLOCK;
    return end < side->keys->count ? end : side->keys->count;
}

static tarn_status count_block(void *context, size_t block, tarn_error *error) {
    (void)error;
    const dealing *d = context;
    int64_t *counts = d->side->at + block * d->partitions;
    for (int64_t i = (int64_t)block * BLOCK; i < block_end(d->side, block); i++) {
        if (!d->side->keys->is_null[i])
            counts[tarn_diff_mix(d->side->keys->hashes[i]) & (d->partitions - 1)]++;
    }
    return TARN_OK;
}

static tarn_status deal_block(void *context, size_t block, tarn_error *error) {
    (void)error;
    const dealing *d = context;
    int64_t *at = d->side->at + block * d->partitions;
    const tarn_diff_keys *keys = d->side->keys;
    for (int64_t i = (int64_t)block * BLOCK; i < block_end(d->side, block); i++) {
        if (!keys->is_null[i])
            d->side->items[at[tarn_diff_mix(keys->hashes[i]) & (d->partitions - 1)]++] = (item){keys->hashes[i], i};
    }
    return TARN_OK;
}

static tarn_status deal(dealt *side, size_t partitions, tarn_pool *pool, tarn_task *task, tarn_error *error) {
    dealing d = {side, partitions};
    int64_t sum = 0;
    side->blocks = (size_t)((side->keys->count + BLOCK - 1) / BLOCK);
    side->at = calloc(side->blocks * partitions + 1, sizeof *side->at);
    side->ends_memory = calloc(partitions + 1, sizeof *side->ends_memory);
    side->items = malloc(((size_t)side->keys->count + 1) * sizeof *side->items);
    if (side->at == NULL || side->ends_memory == NULL || side->items == NULL)
        return tarn_fail_memory(error);
    side->ends = side->ends_memory + 1;
    TARN_TRY(tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, task, side->blocks, count_block, &d, error));
    for (size_t p = 0; p < partitions; p++) {
        for (size_t block = 0; block < side->blocks; block++) {
            int64_t *at = &side->at[block * partitions + p], count = *at;
            *at = sum;
            sum += count;
        }
        side->ends[p] = sum;
    }
    return tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, task, side->blocks, deal_block, &d, error);
}

/* ---- one partition ---- */

/* A key: how many rows of each side have it, and the last of them. */
typedef struct entry {
    tarn_hash128 hash;
    int64_t counts[2], places[2];
} entry;

typedef struct table {
    entry *slots; /* counts of 0: free */
    uint64_t mask;
} table;

static entry *find_entry(const table *t, tarn_hash128 hash) {
    uint64_t slot = tarn_diff_mix(hash) >> 16 & t->mask;
    for (;; slot = (slot + 1) & t->mask) {
        entry *e = &t->slots[slot];
        if (e->counts[0] + e->counts[1] == 0 || tarn_hash128_equal(e->hash, hash))
            return e;
    }
}

static void settle_side(matching *m, const table *t, size_t partition, int side) {
    const dealt *dealt = &m->sides[side];
    int64_t *out = side == 0 ? m->match->of_before : m->match->of_after, duplicates = 0, pairs = 0;
    for (int64_t i = dealt->ends[(int64_t)partition - 1]; i < dealt->ends[partition]; i++) {
        const entry *e = find_entry(t, dealt->items[i].hash);
        bool ambiguous = e->counts[0] > 1 || e->counts[1] > 1, alone = e->counts[!side] == 0;
        out[dealt->items[i].place] = ambiguous ? TARN_MATCH_UNMATCHED : alone ? TARN_MATCH_NONE : e->places[!side];
        duplicates += ambiguous;
        pairs += !ambiguous && !alone;
    }
    atomic_fetch_add(&m->duplicates[side], duplicates);
    if (side == 0)
        atomic_fetch_add(&m->pairs, pairs);
}

/* An empty table with room for a partition. */
static tarn_status make_table(const matching *m, size_t partition, table *t, uint64_t *capacity, tarn_error *error) {
    int64_t rows = 0;
    uint64_t size = 16;
    for (int side = 0; side < 2; side++)
        rows += m->sides[side].ends[partition] - m->sides[side].ends[(int64_t)partition - 1];
    while (size < 2 * (uint64_t)rows)
        size *= 2;
    if (size > *capacity) {
        free(t->slots);
        t->slots = malloc(size * sizeof *t->slots);
        *capacity = size;
    }
    if (t->slots == NULL)
        return tarn_fail_memory(error);
    memset(t->slots, 0, size * sizeof *t->slots);
    t->mask = size - 1;
    return TARN_OK;
}

static void fill_table(const matching *m, size_t partition, table *t) {
    for (int side = 0; side < 2; side++) {
        const dealt *dealt = &m->sides[side];
        for (int64_t i = dealt->ends[(int64_t)partition - 1]; i < dealt->ends[partition]; i++) {
            entry *e = find_entry(t, dealt->items[i].hash);
            e->hash = dealt->items[i].hash;
            e->counts[side]++;
            e->places[side] = dealt->items[i].place;
        }
    }
}

static tarn_status match_group(void *context, size_t group, tarn_error *error) {
    matching *m = context;
    table t = {0};
    uint64_t capacity = 0;
    tarn_status status = TARN_OK;
    for (size_t p = group * GROUP; p < (group + 1) * GROUP && p < m->partitions && status == TARN_OK; p++) {
        status = make_table(m, p, &t, &capacity, error);
        if (status != TARN_OK)
            break;
        fill_table(m, p, &t);
        settle_side(m, &t, p, 0);
        settle_side(m, &t, p, 1);
    }
    free(t.slots);
    return status;
}

/* ---- both sides ---- */

static int64_t mark_nulls(const tarn_diff_keys *keys, int64_t *out) {
    int64_t count = 0;
    for (int64_t i = 0; i < keys->count; i++) {
        if (keys->is_null[i]) {
            out[i] = TARN_MATCH_UNMATCHED;
            count++;
        }
    }
    return count;
}

static tarn_status match_all(matching *m, tarn_pool *pool, tarn_task *task, tarn_error *error) {
    tarn_diff_match *match = m->match;
    m->sides[0].keys = &match->before;
    m->sides[1].keys = &match->after;
    m->partitions = 1;
    while ((int64_t)m->partitions * PARTITION_ROWS < match->before.count + match->after.count &&
           m->partitions < MOST_PARTITIONS)
        m->partitions *= 2;
    for (int side = 0; side < 2; side++)
        TARN_TRY(deal(&m->sides[side], m->partitions, pool, task, error));
    size_t groups = (m->partitions + GROUP - 1) / GROUP;
    TARN_TRY(tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, task, groups, match_group, m, error));
    match->pairs = atomic_load(&m->pairs);
    match->nulls[0] = mark_nulls(&match->before, match->of_before);
    match->nulls[1] = mark_nulls(&match->after, match->of_after);
    for (int side = 0; side < 2; side++)
        match->duplicates[side] = atomic_load(&m->duplicates[side]);
    return TARN_OK;
}

tarn_status tarn_diff_match_rows(const tarn_diff *diff, const size_t *pairs, size_t pair_count, tarn_pool *pool,
                                 tarn_task *task, tarn_diff_match *out, tarn_error *error) {
    matching m = {.match = out};
    *out = (tarn_diff_match){0};
    tarn_task_begin(task, "matching", "rows",
                    (uint64_t)(tarn_version_rows(diff->before) + tarn_version_rows(diff->after)));
    TARN_TRY(tarn_diff_keys_of(diff, true, pairs, pair_count, pool, task, &out->before, error));
    TARN_TRY(tarn_diff_keys_of(diff, false, pairs, pair_count, pool, task, &out->after, error));
    out->of_before = malloc(((size_t)out->before.count + 1) * sizeof *out->of_before);
    out->of_after = malloc(((size_t)out->after.count + 1) * sizeof *out->of_after);
    tarn_status status = out->of_before == NULL || out->of_after == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = match_all(&m, pool, task, error);
    for (int side = 0; side < 2; side++) {
        free(m.sides[side].at);
        free(m.sides[side].ends_memory);
        free(m.sides[side].items);
    }
    return status;
}

void tarn_diff_match_clear(tarn_diff_match *match) {
    tarn_diff_keys_clear(&match->before);
    tarn_diff_keys_clear(&match->after);
    free(match->of_before);
    free(match->of_after);
    *match = (tarn_diff_match){0};
}
