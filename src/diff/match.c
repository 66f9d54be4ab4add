/*
 * Rows of both sides with one key, by partitioned hashing: rows are dealt out by their key to partitions small enough
 * for a processor's cache, and each partition gets a table of its own (A. Shatdal, C. Kant, J. F. Naughton, Cache
 * conscious algorithms for relational query processing, 1994). What became of them is dealt out by their chunk. Both
 * deals spill, so that no more than a few partitions or chunks have to be in memory at once.
 */
#include "diff/keys.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define PARTITION_ROWS 4096 /* of both sides, about */
#define MOST_PARTITIONS 8192
#define GROUP 16 /* partitions that one task matches, in one table's memory; they lie beside each other in each run */

typedef struct matching {
    const tarn_diff_key *key;
    tarn_diff_match *match;
    tarn_dealt rows;   /* runs: the chunks of `before`, then those of `after` */
    size_t chunks[2];  /* of before and after */
    size_t partitions; /* a power of two; one bucket more for rows without a key */
    size_t groups;
    bool with_fates;
    atomic_int_least64_t pairs, nulls[2], duplicates[2];
} matching;

static const tarn_version *version_of(const matching *m, int side) {
    return side == 0 ? m->key->diff->before : m->key->diff->after;
}

/* ---- the rows of a group ---- */

/* A row that is being matched. */
typedef struct item {
    tarn_hash128 hash;
    int64_t row;     /* row number */
    uint32_t offset; /* in its chunk */
    uint32_t chunk;  /* of its side */
    uint32_t partition;
    int side;
} item;

/* A key: how many rows of each side have it, and the last of them. */
typedef struct entry {
    tarn_hash128 hash;
    int64_t counts[2], rows[2];
} entry;

/* What one task works with. */
typedef struct group {
    matching *m;
    size_t from, to; /* partitions */
    item *items;     /* partition by partition */
    size_t item_count;
    size_t *ends; /* per partition of the group */
    entry *slots; /* counts of 0: free */
    uint64_t mask, capacity;
    tarn_diff_fate *fates;
    uint32_t *buckets, fate_count;
    tarn_buffer scratch;
} group;

static void group_clear(group *g) {
    free(g->items);
    free(g->ends);
    free(g->slots);
    free(g->fates);
    free(g->buckets);
    tarn_buffer_free(&g->scratch);
}

/* Where each partition's rows begin, moved on by each that is put there. */
static tarn_status make_room(group *g, tarn_error *error) {
    size_t partitions = g->to - g->from;
    g->ends = calloc(partitions + 1, sizeof *g->ends);
    if (g->ends == NULL)
        return tarn_fail_memory(error);
    for (size_t p = 0; p < partitions; p++) {
        g->ends[p] = g->item_count;
        for (size_t run = 0; run < g->m->rows.run_count; run++)
            g->item_count += tarn_dealt_count(&g->m->rows, run, g->from + p, g->from + p + 1);
    }
    g->items = malloc((g->item_count + 1) * sizeof *g->items);
    if (g->m->with_fates) {
        g->fates = malloc((g->item_count + 1) * sizeof *g->fates);
        g->buckets = malloc((g->item_count + 1) * sizeof *g->buckets);
    }
    bool complete = g->items != NULL && (!g->m->with_fates || (g->fates != NULL && g->buckets != NULL));
    return complete ? TARN_OK : tarn_fail_memory(error);
}

static tarn_status take_run(group *g, size_t run, tarn_error *error) {
    const matching *m = g->m;
    const void *found;
    uint32_t count;
    int side = run >= m->chunks[0];
    uint32_t chunk = (uint32_t)(side == 0 ? run : run - m->chunks[0]);
    int64_t first = tarn_version_chunk(version_of(m, side), chunk).first_row;
    TARN_TRY(tarn_dealt_get(&m->rows, run, g->from, g->to, &g->scratch, &found, &count, error));
    const tarn_diff_keyed_row *rows = found;
    for (size_t p = g->from; p < g->to; p++) {
        for (uint32_t left = tarn_dealt_count(&m->rows, run, p, p + 1); left > 0; left--, rows++) {
            item *to = &g->items[g->ends[p - g->from]++];
            memcpy(&to->hash, rows->hash, sizeof to->hash);
            to->row = first + rows->offset;
            to->offset = rows->offset;
            to->chunk = chunk;
            to->side = side;
        }
    }
    return TARN_OK;
}

static void add_fate(group *g, const item *of, int64_t partner) {
    if (!g->m->with_fates || (of->side == 0 && partner >= 0))
        return;
    g->buckets[g->fate_count] = (uint32_t)(of->side == 0 ? g->m->chunks[1] + of->chunk : of->chunk);
    g->fates[g->fate_count++] =
        (tarn_diff_fate){of->offset, {(uint32_t)(uint64_t)partner, (uint32_t)((uint64_t)partner >> 32)}};
}

/* ---- one partition ---- */

static entry *find_entry(const group *g, tarn_hash128 hash) {
    uint64_t slot = tarn_diff_mix(hash) >> 16 & g->mask;
    for (;; slot = (slot + 1) & g->mask) {
        entry *e = &g->slots[slot];
        if (e->counts[0] + e->counts[1] == 0 || tarn_hash128_equal(e->hash, hash))
            return e;
    }
}

/* An empty table with room for a partition. */
static tarn_status empty_table(group *g, size_t rows, tarn_error *error) {
    uint64_t size = 16;
    while (size < 2 * (uint64_t)rows)
        size *= 2;
    if (size > g->capacity) {
        free(g->slots);
        g->slots = malloc(size * sizeof *g->slots);
        g->capacity = g->slots == NULL ? 0 : size;
    }
    if (g->slots == NULL)
        return tarn_fail_memory(error);
    memset(g->slots, 0, size * sizeof *g->slots);
    g->mask = size - 1;
    return TARN_OK;
}

static tarn_status match_partition(group *g, const item *items, size_t count, tarn_error *error) {
    int64_t duplicates[2] = {0}, pairs = 0;
    TARN_TRY(empty_table(g, count, error));
    for (size_t i = 0; i < count; i++) {
        entry *e = find_entry(g, items[i].hash);
        e->hash = items[i].hash;
        e->counts[items[i].side]++;
        e->rows[items[i].side] = items[i].row;
    }
    for (size_t i = 0; i < count; i++) {
        const entry *e = find_entry(g, items[i].hash);
        int side = items[i].side;
        bool ambiguous = e->counts[0] > 1 || e->counts[1] > 1, alone = e->counts[!side] == 0;
        add_fate(g, &items[i], ambiguous ? TARN_MATCH_UNMATCHED : alone ? TARN_MATCH_NONE : e->rows[!side]);
        duplicates[side] += ambiguous;
        pairs += side == 0 && !ambiguous && !alone;
    }
    atomic_fetch_add(&g->m->duplicates[0], duplicates[0]);
    atomic_fetch_add(&g->m->duplicates[1], duplicates[1]);
    atomic_fetch_add(&g->m->pairs, pairs);
    return TARN_OK;
}

/* Rows without a key. */
static void leave_nulls(group *g) {
    for (size_t i = 0; i < g->item_count; i++) {
        add_fate(g, &g->items[i], TARN_MATCH_UNMATCHED);
        atomic_fetch_add(&g->m->nulls[g->items[i].side], 1);
    }
}

/* ---- one group ---- */

static tarn_status match_rows(group *g, tarn_error *error) {
    TARN_TRY(make_room(g, error));
    for (size_t run = 0; run < g->m->rows.run_count; run++)
        TARN_TRY(take_run(g, run, error));
    if (g->from == g->m->partitions) {
        leave_nulls(g);
        return TARN_OK;
    }
    for (size_t p = 0, at = 0; p < g->to - g->from; at = g->ends[p++])
        TARN_TRY(match_partition(g, g->items + at, g->ends[p] - at, error));
    return TARN_OK;
}

static tarn_status match_group(void *context, size_t index, tarn_error *error) {
    matching *m = context;
    group g = {.m = m, .from = index * GROUP, .to = (index + 1) * GROUP};
    if (index + 1 == m->groups)
        g.from = m->partitions;
    if (g.to > m->partitions || index + 1 == m->groups)
        g.to = index + 1 == m->groups ? m->partitions + 1 : m->partitions;
    tarn_status status = match_rows(&g, error);
    if (status == TARN_OK && m->with_fates)
        status = tarn_dealt_put(&m->match->fates, index, g.fates, g.buckets, g.fate_count, error);
    group_clear(&g);
    return status;
}

static tarn_status match_all(matching *m, tarn_diff_spill *spill, tarn_error *error) {
    const tarn_diff_key *key = m->key;
    int64_t rows = tarn_version_rows(key->diff->before) + tarn_version_rows(key->diff->after);
    size_t chunks = m->chunks[0] + m->chunks[1];
    m->partitions = 1;
    while ((int64_t)m->partitions * PARTITION_ROWS < rows && m->partitions < MOST_PARTITIONS)
        m->partitions *= 2;
    m->groups = (m->partitions + GROUP - 1) / GROUP + 1; /* the last one has the rows without a key */
    TARN_TRY(tarn_dealt_make(&m->rows, spill, sizeof(tarn_diff_keyed_row), m->partitions + 1, chunks, error));
    if (m->with_fates)
        TARN_TRY(tarn_dealt_make(&m->match->fates, spill, sizeof(tarn_diff_fate), chunks > 0 ? chunks : 1, m->groups,
                                 error));
    TARN_TRY(tarn_diff_deal_keys(key, true, m->partitions, 0, &m->rows, error));
    TARN_TRY(tarn_diff_deal_keys(key, false, m->partitions, m->chunks[0], &m->rows, error));
    return tarn_parallel_for(key->pool, TARN_PRIORITY_USER_VISIBLE, key->task, m->groups, match_group, m, error);
}

tarn_status tarn_diff_match_rows(const tarn_diff_key *key, tarn_diff_spill *spill, bool with_fates,
                                 tarn_diff_match *out, tarn_error *error) {
    matching m = {.key = key, .match = out, .with_fates = with_fates};
    *out = (tarn_diff_match){0};
    for (int side = 0; side < 2; side++)
        m.chunks[side] = tarn_version_chunk_count(version_of(&m, side));
    tarn_task_begin(key->task, "matching", "rows",
                    (uint64_t)(tarn_version_rows(key->diff->before) + tarn_version_rows(key->diff->after)));
    tarn_status status = match_all(&m, spill, error);
    tarn_dealt_clear(&m.rows);
    out->pairs = atomic_load(&m.pairs);
    for (int side = 0; side < 2; side++) {
        out->nulls[side] = atomic_load(&m.nulls[side]);
        out->duplicates[side] = atomic_load(&m.duplicates[side]);
    }
    return status;
}

void tarn_diff_match_clear(tarn_diff_match *match) {
    tarn_dealt_clear(&match->fates);
    *match = (tarn_diff_match){0};
}
