/* Two versions that number their rows alike: chunk beside chunk, and only the batches that differ are read. */
#include "diff/internal.h"

#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

/* ---- stretches that lie in one chunk of either side, or outside of all ---- */

typedef struct side {
    const tarn_version *version;
    size_t chunk;
    tarn_chunk place; /* of the chunk, when `there` */
    bool there;       /* a chunk is left */
    bool inside;      /* the present stretch lies in it */
} side;

static void next_chunk(side *s, int64_t from) {
    size_t count = tarn_version_chunk_count(s->version);
    for (; s->chunk < count; s->chunk++) {
        s->place = tarn_version_chunk(s->version, s->chunk);
        if (s->place.first_row + s->place.rows > from)
            break;
    }
    s->there = s->chunk < count;
}

static int64_t first_of(const side *s) {
    return s->there ? s->place.first_row : INT64_MAX;
}

static int64_t border_of(const side *s) {
    return s->inside ? s->place.first_row + s->place.rows : first_of(s);
}

/* Rows `from` … `to` - 1. False at the end. */
static bool next_stretch(side *a, side *b, int64_t *from, int64_t *to) {
    int64_t begin = *to;
    next_chunk(a, begin);
    next_chunk(b, begin);
    if (!a->there && !b->there)
        return false;
    int64_t first = first_of(a) < first_of(b) ? first_of(a) : first_of(b);
    *from = first > begin ? first : begin;
    a->inside = first_of(a) <= *from;
    b->inside = first_of(b) <= *from;
    *to = border_of(a) < border_of(b) ? border_of(a) : border_of(b);
    return true;
}

/* ---- live rows ---- */

/* Live rows of a stretch as bits from 0 on. Fresh memory. */
static tarn_status read_live(const tarn_version *version, size_t chunk, const tarn_diff_part *part, uint8_t **out,
                             tarn_error *error) {
    const uint8_t *bits = NULL;
    uint8_t *live = tarn_diff_bits(part->rows);
    tarn_status status = live == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK && chunk != TARN_DIFF_NONE)
        status = tarn_version_live(version, chunk, &bits, error);
    if (status == TARN_OK && chunk != TARN_DIFF_NONE) {
        int64_t skipped = part->first_row - tarn_version_chunk(version, chunk).first_row;
        for (int64_t i = 0; i < part->rows; i++) {
            if (bits == NULL || tarn_bit_get(bits, skipped + i))
                tarn_bit_set(live, i);
        }
    }
    if (status == TARN_OK)
        *out = live;
    else
        free(live);
    return status;
}

/* The bits of `of` that are not in `without`, kept when there are any. */
static tarn_status keep_difference(const tarn_diff_part *part, const uint8_t *of, const uint8_t *without, uint8_t **out,
                                   int64_t *count, tarn_error *error) {
    uint8_t *bits = tarn_diff_bits(part->rows);
    if (bits == NULL)
        return tarn_fail_memory(error);
    for (int64_t i = 0; i < (part->rows + 7) / 8; i++)
        bits[i] = (uint8_t)(of[i] & ~without[i]);
    *count = tarn_bits_count(bits, 0, part->rows);
    if (*count > 0)
        *out = bits;
    else
        free(bits);
    return TARN_OK;
}

static bool is_whole(const tarn_version *version, size_t chunk, const tarn_diff_part *part) {
    tarn_chunk place = tarn_version_chunk(version, chunk);
    return place.first_row == part->first_row && place.rows == part->rows;
}

/* Both sides' chunks are the stretch. */
static bool are_whole(const tarn_diff *diff, const tarn_diff_part *part) {
    return part->before != TARN_DIFF_NONE && part->after != TARN_DIFF_NONE &&
           is_whole(diff->before, part->before, part) && is_whole(diff->after, part->after, part);
}

/* Rows added and removed; rows that are live on both sides come in `*both`, NULL: all of them. */
static tarn_status compare_live(const tarn_diff *diff, tarn_diff_part *part, uint8_t **both, tarn_error *error) {
    uint8_t *before = NULL, *after = NULL;
    if (are_whole(diff, part) && tarn_version_same_live(diff->before, part->before, diff->after, part->after) &&
        tarn_version_chunk(diff->before, part->before).live == part->rows)
        return TARN_OK;
    tarn_status status;
    TARN_CHECK(read_live(diff->before, part->before, part, &before, error));
    TARN_CHECK(read_live(diff->after, part->after, part, &after, error));
    TARN_CHECK(keep_difference(part, after, before, &part->added, &part->counts[0], error));
    TARN_CHECK(keep_difference(part, before, after, &part->removed, &part->counts[1], error));
    for (int64_t i = 0; i < (part->rows + 7) / 8; i++)
        before[i] &= after[i];
    *both = before;
    before = NULL;
cleanup:
    free(before);
    free(after);
    return status;
}

/* ---- values ---- */

bool tarn_diff_same_values(const tarn_diff *diff, const tarn_diff_pair *pair, size_t before, size_t after) {
    if (!tarn_schema_same_type(tarn_version_column(diff->before, pair->before)->type,
                               tarn_version_column(diff->after, pair->after)->type))
        return false;
    tarn_batch_reference x = tarn_version_reference(diff->before, pair->before, before);
    tarn_batch_reference y = tarn_version_reference(diff->after, pair->after, after);
    return tarn_hash128_equal(x.base, y.base) && x.patch_count == y.patch_count &&
           (x.patch_count == 0 || memcmp(x.patches, y.patches, x.patch_count * sizeof *x.patches) == 0);
}

/* The part's rows of a chunk's array, which is not copied: not to be released. */
static struct ArrowArray slice(const tarn_batch *batch, const tarn_version *version, size_t chunk,
                               const tarn_diff_part *part) {
    struct ArrowArray array = *tarn_batch_array(batch);
    if (array.length == part->rows)
        return array;
    array.offset += part->first_row - tarn_version_chunk(version, chunk).first_row;
    array.length = part->rows;
    array.null_count = array.null_count == 0 ? 0 : -1;
    return array;
}

static tarn_status compare_pair(const tarn_diff *diff, tarn_diff_part *part, size_t pair, const uint8_t *live,
                                tarn_error *error) {
    const tarn_diff_pair *columns = &diff->pairs[pair];
    tarn_batch *before = NULL, *after = NULL;
    tarn_status status;
    TARN_CHECK(tarn_version_read(diff->before, columns->before, part->before, &before, error));
    TARN_CHECK(tarn_version_read(diff->after, columns->after, part->after, &after, error));
    struct ArrowArray was = slice(before, diff->before, part->before, part);
    struct ArrowArray is = slice(after, diff->after, part->after, part);
    status = tarn_diff_compare_cells(diff, part, pair, &was, &is, live, NULL, error);
cleanup:
    tarn_batch_release(before);
    tarn_batch_release(after);
    return status;
}

/* Rows of both sides in which a column that is only on one of them has a value. */
static tarn_status fill_pair(const tarn_diff *diff, tarn_diff_part *part, size_t pair, const uint8_t *live,
                             tarn_error *error) {
    bool after = diff->pairs[pair].after != TARN_DIFF_NONE;
    tarn_version *version = after ? diff->after : diff->before;
    size_t column = after ? diff->pairs[pair].after : diff->pairs[pair].before,
           chunk = after ? part->after : part->before;
    tarn_batch *batch;
    TARN_TRY(tarn_version_read(version, column, chunk, &batch, error));
    struct ArrowArray values = slice(batch, version, chunk, part);
    tarn_status status = tarn_diff_mark_filled(part, tarn_batch_schema(batch), &values, live, NULL, error);
    tarn_batch_release(batch);
    return status;
}

/* True when the ids tell that nothing differs. */
static bool is_same(const tarn_diff *diff, const tarn_diff_part *part) {
    if (diff->info.order_differs && diff->complete)
        return false;
    if (!are_whole(diff, part) || !tarn_version_same_live(diff->before, part->before, diff->after, part->after))
        return false;
    for (size_t i = 0; i < diff->pair_count; i++) {
        if (tarn_diff_fills(diff, i) || tarn_diff_empties(diff, i) ||
            (diff->pairs[i].compared && !tarn_diff_same_values(diff, &diff->pairs[i], part->before, part->after)))
            return false;
    }
    return true;
}

/* Stretches in which something may differ: when nothing does, no thread is woken. */
static tarn_status find_parts(tarn_diff *diff, int64_t *rows, tarn_error *error) {
    side a = {.version = diff->before}, b = {.version = diff->after};
    size_t capacity = 0;
    int64_t from, to = 0;
    while (next_stretch(&a, &b, &from, &to)) {
        TARN_TRY(tarn_grow(&diff->parts, &capacity, diff->part_count + 1, sizeof *diff->parts, error));
        tarn_diff_part part = {.first_row = from,
                               .rows = to - from,
                               .before = a.inside ? a.chunk : TARN_DIFF_NONE,
                               .after = b.inside ? b.chunk : TARN_DIFF_NONE};
        if (is_same(diff, &part))
            continue;
        diff->parts[diff->part_count++] = part;
        *rows += to - from;
    }
    return TARN_OK;
}

typedef struct work {
    tarn_diff *diff;
    tarn_task *task;
} work;

static tarn_status compare_part(void *context, size_t index, tarn_error *error) {
    const work *w = context;
    const tarn_diff *diff = w->diff;
    tarn_diff_part *part = &w->diff->parts[index];
    uint8_t *live = NULL;
    tarn_status status = compare_live(diff, part, &live, error);
    bool beside = part->before != TARN_DIFF_NONE && part->after != TARN_DIFF_NONE;
    bool whole = are_whole(diff, part);
    for (size_t i = 0; beside && status == TARN_OK && i < diff->pair_count; i++) {
        if (tarn_diff_fills(diff, i) || tarn_diff_empties(diff, i))
            status = fill_pair(diff, part, i, live, error);
        if (!diff->pairs[i].compared ||
            (whole && tarn_diff_same_values(diff, &diff->pairs[i], part->before, part->after)))
            continue;
        status = tarn_task_check(w->task, error);
        if (status == TARN_OK)
            status = compare_pair(diff, part, i, live, error);
    }
    if (status == TARN_OK)
        status = tarn_diff_finish_part(diff, part, error);
    tarn_task_advance(w->task, (uint64_t)part->rows);
    free(live);
    return status;
}

tarn_status tarn_diff_versions(tarn_diff *diff, tarn_pool *pool, tarn_task *task, tarn_error *error) {
    int64_t rows = 0;
    work work = {diff, task};
    TARN_TRY(tarn_task_check(task, error));
    diff->info.order_differs = !tarn_version_same_order(diff->before, diff->after);
    TARN_TRY(find_parts(diff, &rows, error));
    tarn_task_begin(task, "comparing", "rows", (uint64_t)rows);
    TARN_TRY(tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, task, diff->part_count, compare_part, &work, error));
    if (diff->complete)
        return tarn_diff_place_rows(diff, error);
    return diff->info.order_differs ? tarn_diff_count_moved(diff->before, diff->after, NULL, &diff->info.moved, error)
                                    : TARN_OK;
}
