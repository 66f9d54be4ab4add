/* Choosing a key when none was given: one column, else two that together have different values in every row. */
#include "diff/keys.h"

#include "base/asker.h"

#include <stdlib.h>

#define MOST_FOR_TWO 8 /* columns of which pairs are tried, those that tell most rows apart */

/* A column that may be the key. */
typedef struct candidate {
    size_t pair;
    int64_t lost; /* rows of both sides that it does not tell apart */
    bool matches; /* some values are on both sides */
} candidate;

typedef struct choice {
    tarn_diff *diff;
    tarn_pool *pool;
    tarn_task *task;
    candidate *list;
    size_t count;
} choice;

/* Floats make no keys: what prints alike may differ. */
static bool may_be_key(const tarn_diff *diff, size_t index) {
    const tarn_diff_pair *pair = &diff->pairs[index];
    if (!pair->compared)
        return false;
    const struct ArrowSchema *was = tarn_version_column(diff->before, pair->before)->type;
    const struct ArrowSchema *is = tarn_version_column(diff->after, pair->after)->type;
    tarn_diff_form form = tarn_diff_form_of(was, is);
    return was->n_children == 0 && is->n_children == 0 && form != TARN_FORM_DOUBLE && form != TARN_FORM_FLOAT;
}

static tarn_status try_key(const choice *c, const size_t *pairs, size_t count, int64_t *lost, bool *matches,
                           tarn_error *error) {
    tarn_diff_match match = {0};
    tarn_diff_spill *spill = NULL;
    tarn_diff_key key = {c->diff, pairs, count, c->pool, c->task};
    tarn_status status = tarn_diff_spill_new(c->diff->before, c->diff->memory, &spill, error);
    if (status == TARN_OK)
        status = tarn_diff_match_rows(&key, spill, false, &match, error);
    if (status == TARN_OK) {
        *lost = match.nulls[0] + match.nulls[1] + match.duplicates[0] + match.duplicates[1];
        *matches = match.pairs > 0;
    }
    tarn_diff_match_clear(&match);
    tarn_diff_spill_free(spill);
    return status;
}

static void choose(choice *c, size_t pair) {
    c->diff->info.columns[pair].is_key = true;
    c->diff->info.key_chosen = true;
    c->diff->pairs[pair].compared = false;
}

/* The first column that is different in every row, if possible one whose values both sides share. */
static tarn_status choose_one(choice *c, bool *chosen, tarn_error *error) {
    size_t best = TARN_DIFF_NONE;
    for (size_t i = 0; i < c->diff->pair_count; i++) {
        candidate *made = &c->list[c->count];
        if (!may_be_key(c->diff, i))
            continue;
        made->pair = i;
        TARN_TRY(try_key(c, &i, 1, &made->lost, &made->matches, error));
        c->count++;
        if (made->lost == 0 && (made->matches || best == TARN_DIFF_NONE))
            best = i;
        if (made->lost == 0 && made->matches)
            break;
    }
    *chosen = best != TARN_DIFF_NONE;
    if (*chosen)
        choose(c, best);
    return TARN_OK;
}

static int by_lost(const void *a, const void *b) {
    const candidate *left = a, *right = b;
    if (left->lost != right->lost)
        return left->lost < right->lost ? -1 : 1;
    return (left->pair > right->pair) - (left->pair < right->pair);
}

static tarn_status choose_two(choice *c, bool *chosen, tarn_error *error) {
    size_t count = c->count < MOST_FOR_TWO ? c->count : MOST_FOR_TWO;
    qsort(c->list, c->count, sizeof *c->list, by_lost);
    for (size_t second = 1; second < count; second++) {
        for (size_t first = 0; first < second; first++) {
            size_t pairs[2] = {c->list[first].pair, c->list[second].pair};
            int64_t lost;
            bool matches;
            TARN_TRY(try_key(c, pairs, 2, &lost, &matches, error));
            if (lost > 0 || !matches)
                continue;
            choose(c, pairs[0]);
            choose(c, pairs[1]);
            *chosen = true;
            return TARN_OK;
        }
    }
    return TARN_OK;
}

static tarn_status refuse(const choice *c, tarn_error *error) {
    const tarn_diff_info *info = &c->diff->info;
    if (c->count == 0)
        return tarn_fail(error, TARN_E_INVALID,
                         "the rows of %s and %s have no numbers in common, and no column that both have can tell them "
                         "apart: name the columns that belong together with %s",
                         info->before.table, info->after.table,
                         TARN_ASKER("--map, and the key with --key", "map, and the key with keys"));
    return tarn_fail(error, TARN_E_INVALID,
                     "the rows of %s and %s have no numbers in common, and no column has a different value in every "
                     "row of both, nor have two together: name the columns that tell rows apart with %s (\"%s\" "
                     "comes nearest: it leaves %lld of the rows alike)",
                     info->before.table, info->after.table, TARN_ASKER("--key", "keys"),
                     info->columns[c->list[0].pair].after, (long long)c->list[0].lost);
}

tarn_status tarn_diff_choose_key(tarn_diff *diff, tarn_pool *pool, tarn_task *task, tarn_error *error) {
    choice c = {diff, pool, task, calloc(diff->pair_count + 1, sizeof(candidate)), 0};
    bool chosen = false;
    if (c.list == NULL)
        return tarn_fail_memory(error);
    tarn_status status = choose_one(&c, &chosen, error);
    if (status == TARN_OK && !chosen)
        status = choose_two(&c, &chosen, error);
    if (status == TARN_OK && !chosen)
        status = refuse(&c, error);
    free(c.list);
    return status;
}
