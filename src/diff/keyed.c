/* Two versions whose rows are matched by key. */
#include "diff/keys.h"

#include "base/buffer.h"
#include "store/gather.h"

#include <stdlib.h>
#include <string.h>

typedef struct work {
    tarn_diff *diff;
    const tarn_diff_match *match;
    tarn_task *task;
} work;

/* The rows of a chunk of `after` that have a partner. */
typedef struct matched {
    int64_t *offsets, *rows; /* in the chunk; row numbers in `before` */
    int64_t count;
    size_t chunk; /* of `before`, when its rows lie there in the same order without gaps; else TARN_DIFF_NONE */
    int64_t from; /* the first of them, in it */
} matched;

static tarn_status add_bit(uint8_t **bits, int64_t *count, const tarn_diff_part *part, int64_t offset,
                           tarn_error *error) {
    if (*bits == NULL)
        *bits = tarn_diff_bits(part->rows);
    if (*bits == NULL)
        return tarn_fail_memory(error);
    tarn_bit_set(*bits, offset);
    ++*count;
    return TARN_OK;
}

/* What became of the rows of a chunk, as it was dealt out; DEAD: the row is not there. */
enum { DEAD = -3 };

static tarn_status read_fates(const tarn_dealt *dealt, size_t bucket, int64_t rows, int64_t **out, tarn_error *error) {
    tarn_buffer scratch = {0};
    int64_t *fates = malloc(((size_t)rows + 1) * sizeof *fates);
    tarn_status status = fates == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (int64_t i = 0; status == TARN_OK && i < rows; i++)
        fates[i] = DEAD;
    for (size_t run = 0; run < dealt->run_count && status == TARN_OK; run++) {
        const void *items;
        uint32_t count;
        status = tarn_dealt_get(dealt, run, bucket, bucket + 1, &scratch, &items, &count, error);
        if (status != TARN_OK)
            break;
        for (const tarn_diff_fate *fate = items; count > 0; count--, fate++)
            fates[fate->offset] = tarn_diff_partner(fate);
    }
    tarn_buffer_free(&scratch);
    if (status == TARN_OK)
        *out = fates;
    else
        free(fates);
    return status;
}

/* Rows without a partner get their bits, those with one go to `out` (may be NULL). */
static tarn_status sort_rows(const int64_t *fates, tarn_diff_part *part, matched *out, tarn_error *error) {
    uint8_t **alone = part->of_before ? &part->removed : &part->added;
    int64_t *count = &part->counts[part->of_before ? 1 : 0];
    for (int64_t i = 0; i < part->rows; i++) {
        if (fates[i] == TARN_MATCH_UNMATCHED)
            TARN_TRY(add_bit(&part->unmatched, &part->counts[3], part, i, error));
        else if (fates[i] == TARN_MATCH_NONE)
            TARN_TRY(add_bit(alone, count, part, i, error));
        else if (fates[i] >= 0 && out != NULL) {
            out->offsets[out->count] = i;
            out->rows[out->count++] = fates[i];
        }
    }
    return TARN_OK;
}

static tarn_status sort_chunk(const work *w, size_t bucket, tarn_diff_part *part, matched *out, tarn_error *error) {
    int64_t *fates = NULL;
    TARN_TRY(read_fates(&w->match->fates, bucket, part->rows, &fates, error));
    tarn_status status = sort_rows(fates, part, out, error);
    free(fates);
    return status;
}

static void find_run(const tarn_diff *diff, matched *m) {
    bool live;
    m->chunk = TARN_DIFF_NONE;
    if (m->count == 0 || m->rows[m->count - 1] - m->rows[0] != m->count - 1)
        return;
    for (int64_t i = 1; i < m->count; i++) {
        if (m->rows[i] != m->rows[0] + i)
            return;
    }
    size_t chunk;
    if (tarn_version_find_row(diff->before, m->rows[0], &chunk, &m->from, &live, NULL) == TARN_OK &&
        m->from + m->count <= tarn_version_chunk(diff->before, chunk).rows)
        m->chunk = chunk;
}

static tarn_status read_before(const tarn_diff *diff, size_t column, const matched *m, tarn_batch **batch,
                               struct ArrowArray *taken, struct ArrowArray *out, tarn_error *error) {
    if (m->chunk == TARN_DIFF_NONE) {
        TARN_TRY(tarn_gather(diff->before, column, m->rows, m->count, taken, error));
        *out = *taken;
        return TARN_OK;
    }
    TARN_TRY(tarn_version_read(diff->before, column, m->chunk, batch, error));
    *out = *tarn_batch_array(*batch);
    out->offset += m->from;
    out->null_count = out->null_count == 0 || m->count == out->length ? out->null_count : -1;
    out->length = m->count;
    return TARN_OK;
}

static tarn_status read_after(const tarn_diff *diff, size_t column, size_t chunk, const matched *m, tarn_batch **batch,
                              struct ArrowArray *taken, struct ArrowArray *out, tarn_error *error) {
    TARN_TRY(tarn_version_read(diff->after, column, chunk, batch, error));
    *out = *tarn_batch_array(*batch);
    if (m->count == out->length)
        return TARN_OK;
    TARN_TRY(tarn_array_take(tarn_batch_schema(*batch), tarn_batch_array(*batch), m->offsets, m->count, taken, error));
    *out = *taken;
    return TARN_OK;
}

/* Both chunks are matched whole, row by row, and have the same values. */
static bool same_values(const tarn_diff *diff, const tarn_diff_pair *pair, size_t chunk, const matched *m) {
    return m->chunk != TARN_DIFF_NONE && m->from == 0 && m->count == tarn_version_chunk(diff->after, chunk).rows &&
           m->count == tarn_version_chunk(diff->before, m->chunk).rows &&
           tarn_diff_same_values(diff, pair, m->chunk, chunk);
}

static tarn_status compare_pair(const tarn_diff *diff, tarn_diff_part *part, size_t pair, size_t chunk,
                                const matched *m, tarn_error *error) {
    const tarn_diff_pair *columns = &diff->pairs[pair];
    tarn_batch *batches[2] = {NULL, NULL};
    struct ArrowArray taken[2] = {{0}, {0}}, before, after;
    if (same_values(diff, columns, chunk, m))
        return TARN_OK;
    tarn_status status;
    TARN_CHECK(read_before(diff, columns->before, m, &batches[0], &taken[0], &before, error));
    TARN_CHECK(read_after(diff, columns->after, chunk, m, &batches[1], &taken[1], &after, error));
    status = tarn_diff_compare_cells(diff, part, pair, &before, &after, NULL,
                                     m->count == part->rows ? NULL : m->offsets, error);
cleanup:
    for (int side = 0; side < 2; side++) {
        tarn_batch_release(batches[side]);
        tarn_array_release(&taken[side]);
    }
    return status;
}

/* The matched rows in which an added column has a value. */
static tarn_status fill_pair(const tarn_diff *diff, tarn_diff_part *part, size_t pair, size_t chunk, const matched *m,
                             tarn_error *error) {
    size_t column = diff->pairs[pair].after;
    tarn_batch *batch = NULL;
    struct ArrowArray taken = {0}, after;
    tarn_status status = read_after(diff, column, chunk, m, &batch, &taken, &after, error);
    if (status == TARN_OK)
        status = tarn_diff_mark_filled(part, tarn_version_column(diff->after, column)->type, &after, NULL,
                                       m->count == part->rows ? NULL : m->offsets, error);
    tarn_batch_release(batch);
    tarn_array_release(&taken);
    return status;
}

static tarn_status keep_partners(tarn_diff_part *part, const matched *m, tarn_error *error) {
    if (part->modified == NULL && part->filled == NULL)
        return TARN_OK;
    part->partners = malloc((size_t)(part->counts[2] + part->counts[5] + 1) * sizeof *part->partners);
    if (part->partners == NULL)
        return tarn_fail_memory(error);
    int64_t *next = part->partners;
    for (int64_t i = 0; i < m->count; i++) {
        if ((part->modified != NULL && tarn_bit_get(part->modified, m->offsets[i])) ||
            (part->filled != NULL && tarn_bit_get(part->filled, m->offsets[i])))
            *next++ = m->rows[i];
    }
    return TARN_OK;
}

/* A chunk of `after`. */
static tarn_status compare_chunk(const work *w, size_t chunk, tarn_diff_part *part, tarn_error *error) {
    const tarn_diff *diff = w->diff;
    matched m = {.offsets = malloc(((size_t)part->rows + 1) * sizeof *m.offsets),
                 .rows = malloc(((size_t)part->rows + 1) * sizeof *m.rows)};
    tarn_status status = m.offsets == NULL || m.rows == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = sort_chunk(w, chunk, part, &m, error);
    find_run(diff, &m);
    for (size_t i = 0; i < diff->pair_count && m.count > 0 && status == TARN_OK; i++) {
        if (tarn_diff_fills(diff, i))
            status = fill_pair(diff, part, i, chunk, &m, error);
        if (!diff->pairs[i].compared || status != TARN_OK)
            continue;
        status = tarn_task_check(w->task, error);
        if (status == TARN_OK)
            status = compare_pair(diff, part, i, chunk, &m, error);
    }
    if (status == TARN_OK)
        status = tarn_diff_finish_part(diff, part, error);
    if (status == TARN_OK)
        status = keep_partners(part, &m, error);
    free(m.offsets);
    free(m.rows);
    return status;
}

/* Chunks of `after`, then those of `before`. */
static tarn_status compare_part(void *context, size_t index, tarn_error *error) {
    const work *w = context;
    tarn_diff_part *part = &w->diff->parts[index];
    size_t afters = tarn_version_chunk_count(w->diff->after);
    tarn_chunk place = index < afters ? tarn_version_chunk(w->diff->after, index)
                                      : tarn_version_chunk(w->diff->before, index - afters);
    part->first_row = place.first_row;
    part->rows = place.rows;
    part->of_before = index >= afters;
    tarn_task_advance(w->task, (uint64_t)place.rows);
    return part->of_before ? sort_chunk(w, index, part, NULL, error) : compare_chunk(w, index, part, error);
}

static tarn_status compare_all(tarn_diff *diff, const tarn_diff_match *match, tarn_pool *pool, tarn_task *task,
                               tarn_error *error) {
    work w = {diff, match, task};
    diff->part_count = tarn_version_chunk_count(diff->before) + tarn_version_chunk_count(diff->after);
    diff->parts = calloc(diff->part_count + 1, sizeof *diff->parts);
    if (diff->parts == NULL)
        return tarn_fail_memory(error);
    diff->info.before.null_keys = match->nulls[0];
    diff->info.after.null_keys = match->nulls[1];
    diff->info.before.duplicate_keys = match->duplicates[0];
    diff->info.after.duplicate_keys = match->duplicates[1];
    tarn_task_begin(task, "comparing", "rows", (uint64_t)(diff->info.before.rows + diff->info.after.rows));
    return tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, task, diff->part_count, compare_part, &w, error);
}

tarn_status tarn_diff_keyed(tarn_diff *diff, tarn_pool *pool, tarn_task *task, tarn_error *error) {
    tarn_diff_match match = {0};
    tarn_diff_spill *spill = NULL;
    size_t *pairs = calloc(diff->pair_count + 1, sizeof *pairs), count = 0;
    if (pairs == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < diff->pair_count; i++) {
        if (diff->info.columns[i].is_key)
            pairs[count++] = i;
    }
    tarn_diff_key key = {diff, pairs, count, pool, task};
    tarn_status status = tarn_diff_spill_new(diff->before, diff->memory, &spill, error);
    if (status == TARN_OK)
        status = tarn_diff_match_rows(&key, spill, true, &match, error);
    if (status == TARN_OK)
        status = compare_all(diff, &match, pool, task, error);
    tarn_diff_match_clear(&match);
    tarn_diff_spill_free(spill);
    free(pairs);
    return status;
}
