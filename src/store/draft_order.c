/* The order in which a draft shows its rows. */
#include "store/internal.h"

#include <stdlib.h>

/* Pairs of a runs batch: an even number of values, at most a chunk's. */
#define BATCH_VALUES TARN_CHUNK_ROWS

tarn_status tarn_draft_put_numbers(tarn_draft *draft, const int64_t *values, int64_t count, tarn_batch_id *out,
                                   tarn_error *error) {
    struct ArrowSchema schema = {0};
    struct ArrowArray array = {0};
    tarn_status status;
    int64_t *copy = tarn_aligned_alloc((size_t)count * sizeof *copy);
    if (copy == NULL)
        return tarn_fail_memory(error);
    memcpy(copy, values, (size_t)count * sizeof *copy);
    void *buffers[] = {NULL, copy};
    TARN_CHECK(tarn_array_make(&array, count, 0, buffers, 2, NULL, 0, error));
    TARN_CHECK(tarn_schema_make(&schema, "l", "values", error));
    status = tarn_store_put(draft->transaction->store, &schema, &array, out, error);
cleanup:
    tarn_schema_release(&schema);
    tarn_array_release(&array);
    return status;
}

/* Put values in batches and make them the order. */
static tarn_status put_order(tarn_draft *draft, tarn_order_kind kind, const int64_t *values, int64_t count,
                             tarn_error *error) {
    size_t pieces = (size_t)((count + BATCH_VALUES - 1) / BATCH_VALUES);
    tarn_order_piece *list = calloc(pieces + 1, sizeof *list);
    if (list == NULL)
        return tarn_fail_memory(error);
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < pieces && status == TARN_OK; i++) {
        int64_t from = (int64_t)i * BATCH_VALUES;
        list[i].count = count - from < BATCH_VALUES ? count - from : BATCH_VALUES;
        status = tarn_draft_put_numbers(draft, values + from, list[i].count, &list[i].id, error);
    }
    if (status == TARN_OK)
        status = tarn_state_set_order(&draft->state, kind, list, pieces, error);
    free(list);
    return status;
}

tarn_status tarn_draft_clear_order(tarn_draft *draft, tarn_error *error) {
    return tarn_state_set_order(&draft->state, TARN_ORDER_RUNS, NULL, 0, error);
}

/* ---- runs -------------------------------------------------------------------------------------------------------- */

typedef struct run {
    int64_t start, length;
} run;

typedef struct run_list {
    run *runs;
    size_t count, capacity;
} run_list;

/* Add a run behind the others, as part of the last one when it goes on from it. */
static tarn_status add_run(run_list *list, int64_t start, int64_t length, tarn_error *error) {
    if (length <= 0)
        return TARN_OK;
    if (list->count > 0 && list->runs[list->count - 1].start + list->runs[list->count - 1].length == start) {
        list->runs[list->count - 1].length += length;
        return TARN_OK;
    }
    TARN_TRY(tarn_grow(&list->runs, &list->capacity, list->count + 1, sizeof *list->runs, error));
    list->runs[list->count++] = (run){start, length};
    return TARN_OK;
}

/* The natural order from a row number on. */
static tarn_status add_natural_runs(const tarn_state *state, int64_t from, run_list *list, tarn_error *error) {
    for (size_t i = 0; i < tarn_state_chunk_count(state); i++) {
        tarn_stretch extent = state->chunks->extents[i];
        int64_t start = extent.first_row > from ? extent.first_row : from;
        TARN_TRY(add_run(list, start, extent.first_row + extent.rows - start, error));
    }
    return TARN_OK;
}

/* The runs by which `state` shows its rows; it is not ordered by a permutation. */
static tarn_status read_runs(tarn_store *store, const tarn_state *state, run_list *list, tarn_error *error) {
    if (state->order == NULL)
        return add_natural_runs(state, 0, list, error);
    for (size_t i = 0; i < state->order->count; i++) {
        const tarn_order_piece *piece = &state->order->pieces[i];
        tarn_batch *batch = NULL;
        TARN_TRY(tarn_store_read_plain(store, piece->id, "l", piece->count, &batch, error));
        if (batch == NULL) { /* set aside as damaged: the natural order is what is left */
            list->count = 0;
            return add_natural_runs(state, 0, list, error);
        }
        const int64_t *pairs = tarn_batch_array(batch)->buffers[1];
        tarn_status status = TARN_OK;
        for (int64_t j = 0; j + 1 < piece->count && status == TARN_OK; j += 2)
            status = add_run(list, pairs[j], pairs[j + 1], error);
        tarn_batch_release(batch);
        TARN_TRY(status);
    }
    return TARN_OK;
}

static int compare_runs(const void *a, const void *b) {
    const run *left = a, *right = b;
    return (left->start > right->start) - (left->start < right->start);
}

/* Every row of the state exactly once? Sorted by their starts, runs must be the natural ones. */
static tarn_status check_runs(const tarn_state *state, const run_list *list, bool *natural, tarn_error *error) {
    run_list expected = {0}, sorted = {0};
    tarn_status status;
    run *copy = malloc(list->count * sizeof *copy + 1);
    if (copy == NULL)
        return tarn_fail_memory(error);
    if (list->count > 0)
        memcpy(copy, list->runs, list->count * sizeof *copy);
    qsort(copy, list->count, sizeof *copy, compare_runs);
    TARN_CHECK(add_natural_runs(state, 0, &expected, error));
    for (size_t i = 0; i < list->count; i++)
        TARN_CHECK(add_run(&sorted, copy[i].start, copy[i].length, error));
    size_t bytes = expected.count * sizeof *copy;
    if (sorted.count != expected.count || (bytes > 0 && memcmp(sorted.runs, expected.runs, bytes) != 0))
        status = tarn_fail(error, TARN_E_INVALID, "an order must have every row exactly once");
    *natural = list->count == expected.count && (bytes == 0 || memcmp(list->runs, expected.runs, bytes) == 0);
cleanup:
    free(copy);
    free(sorted.runs);
    free(expected.runs);
    return status;
}

static tarn_status put_runs(tarn_draft *draft, const run_list *list, tarn_error *error) {
    bool natural = false;
    TARN_TRY(check_runs(&draft->state, list, &natural, error));
    if (natural)
        return tarn_draft_clear_order(draft, error);
    return put_order(draft, TARN_ORDER_RUNS, &list->runs[0].start, (int64_t)list->count * 2, error);
}

tarn_status tarn_draft_set_runs(tarn_draft *draft, const int64_t *pairs, size_t count, tarn_error *error) {
    run_list list = {0};
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < count; i++) {
        int64_t end;
        if (pairs[2 * i] < 0 || pairs[2 * i + 1] <= 0 || __builtin_add_overflow(pairs[2 * i], pairs[2 * i + 1], &end)) {
            status = tarn_fail(error, TARN_E_INVALID, "an order has a run of %lld rows from row %lld",
                               (long long)pairs[2 * i + 1], (long long)pairs[2 * i]);
            goto cleanup;
        }
        TARN_CHECK(add_run(&list, pairs[2 * i], pairs[2 * i + 1], error));
    }
    status = put_runs(draft, &list, error);
cleanup:
    free(list.runs);
    return status;
}

static int64_t rows_of_runs(const run_list *list) {
    int64_t rows = 0;
    for (size_t i = 0; i < list->count; i++)
        rows += list->runs[i].length;
    return rows;
}

static int64_t rows_of_chunks(const tarn_state *state) {
    int64_t rows = 0;
    for (size_t i = 0; i < tarn_state_chunk_count(state); i++)
        rows += state->chunks->extents[i].rows;
    return rows;
}

tarn_status tarn_draft_complete_order(tarn_draft *draft, tarn_error *error) {
    const tarn_order *order = draft->state.order;
    if (order == NULL || order->kind != TARN_ORDER_RUNS ||
        (draft->base != NULL && tarn_same_chunks(draft->base->state.chunks, draft->state.chunks)))
        return TARN_OK;
    run_list list = {0};
    tarn_status status = read_runs(draft->transaction->store, &draft->state, &list, error);
    if (status == TARN_OK && rows_of_runs(&list) != rows_of_chunks(&draft->state)) {
        int64_t end = 0;
        for (size_t i = 0; i < list.count; i++) {
            if (list.runs[i].start + list.runs[i].length > end)
                end = list.runs[i].start + list.runs[i].length;
        }
        status = add_natural_runs(&draft->state, end, &list, error);
        if (status == TARN_OK)
            status = put_runs(draft, &list, error);
    }
    free(list.runs);
    return status;
}

/* ---- permutations ------------------------------------------------------------------------------------------------ */

/* Each row there and named once; `*natural`: they rise, so that nothing is said by the list but which come first. */
static tarn_status check_permutation(const tarn_state *state, const int64_t *rows, int64_t count, bool *natural,
                                     tarn_error *error) {
    size_t chunks = tarn_state_chunk_count(state);
    uint8_t **named = calloc(chunks + 1, sizeof *named);
    tarn_status status = TARN_OK;
    *natural = true;
    if (named == NULL)
        return tarn_fail_memory(error);
    for (int64_t i = 0; i < count && status == TARN_OK; i++) {
        size_t chunk;
        *natural = *natural && (i == 0 || rows[i - 1] < rows[i]);
        if (!tarn_state_find_chunk(state, rows[i], &chunk)) {
            status =
                tarn_fail(error, TARN_E_INVALID, "an order names row %lld, which is not there", (long long)rows[i]);
            break;
        }
        tarn_stretch extent = state->chunks->extents[chunk];
        if (named[chunk] == NULL)
            named[chunk] = calloc((size_t)extent.rows / 8 + 1, 1);
        if (named[chunk] == NULL)
            status = tarn_fail_memory(error);
        else if (tarn_bit_get(named[chunk], rows[i] - extent.first_row))
            status = tarn_fail(error, TARN_E_INVALID, "an order names row %lld twice", (long long)rows[i]);
        else
            tarn_bit_set(named[chunk], rows[i] - extent.first_row);
    }
    for (size_t i = 0; i < chunks; i++)
        free(named[i]);
    free(named);
    return status;
}

tarn_status tarn_draft_set_permutation(tarn_draft *draft, const int64_t *row_numbers, int64_t count,
                                       tarn_error *error) {
    bool natural;
    tarn_state_count_rows(&draft->state);
    TARN_TRY(check_permutation(&draft->state, row_numbers, count, &natural, error));
    if (count == 0 || (natural && count >= draft->state.rows))
        return tarn_draft_clear_order(draft, error);
    return put_order(draft, TARN_ORDER_PERMUTATION, row_numbers, count, error);
}

/* ---- placing rows ------------------------------------------------------------------------------------------------ */

static tarn_status place_in_runs(tarn_draft *draft, const tarn_state *before, int64_t anchor, int64_t first,
                                 int64_t count, tarn_error *error) {
    run_list old = {0}, list = {0};
    tarn_status status;
    TARN_CHECK(read_runs(draft->transaction->store, before, &old, error));
    for (size_t i = 0; i < old.count; i++) {
        run present = old.runs[i];
        if (anchor >= present.start && anchor - present.start < present.length) {
            TARN_CHECK(add_run(&list, present.start, anchor - present.start, error));
            TARN_CHECK(add_run(&list, first, count, error));
            present.length -= anchor - present.start;
            present.start = anchor;
        }
        TARN_CHECK(add_run(&list, present.start, present.length, error));
    }
    if (anchor < 0)
        TARN_CHECK(add_run(&list, first, count, error));
    status = put_runs(draft, &list, error);
cleanup:
    free(old.runs);
    free(list.runs);
    return status;
}

/* The list that shows all live rows of a version, with new rows put in at a position. */
static tarn_status place_in_list(tarn_draft *draft, const tarn_version *before, int64_t position, int64_t first,
                                 int64_t count, tarn_error *error) {
    int64_t present = tarn_version_rows(before);
    int64_t *rows = malloc((size_t)(present + count) * sizeof *rows);
    if (rows == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_version_locate(before, 0, position, rows, error);
    for (int64_t i = 0; i < count; i++)
        rows[position + i] = first + i;
    if (status == TARN_OK)
        status = tarn_version_locate(before, position, present - position, rows + position + count, error);
    if (status == TARN_OK)
        status = tarn_draft_set_permutation(draft, rows, present + count, error);
    free(rows);
    return status;
}

/* New rows before the row `anchor` inside one piece of a permutation, which is cut in two when it becomes too long. */
static tarn_status place_in_piece(tarn_draft *draft, size_t at, const int64_t *values, int64_t offset, int64_t first,
                                  int64_t count, tarn_error *error) {
    const tarn_order *order = draft->state.order;
    int64_t old = order->pieces[at].count, total = old + count;
    int64_t lengths[2] = {total > BATCH_VALUES ? total / 2 : total, total > BATCH_VALUES ? total - total / 2 : 0};
    tarn_order_piece *pieces = malloc((order->count + 1) * sizeof *pieces);
    int64_t *list = malloc((size_t)total * sizeof *list);
    tarn_status status = TARN_OK;
    if (pieces == NULL || list == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    memcpy(list, values, (size_t)offset * sizeof *list);
    for (int64_t i = 0; i < count; i++)
        list[offset + i] = first + i;
    memcpy(list + offset + count, values + offset, (size_t)(old - offset) * sizeof *list);
    memcpy(pieces, order->pieces, at * sizeof *pieces);
    size_t used = at;
    for (size_t i = 0; i < 2 && lengths[i] > 0; i++, used++) {
        pieces[used].count = lengths[i];
        TARN_CHECK(
            tarn_draft_put_numbers(draft, list + (i == 0 ? 0 : lengths[0]), lengths[i], &pieces[used].id, error));
    }
    size_t behind = order->count - at - 1;
    memcpy(pieces + used, order->pieces + at + 1, behind * sizeof *pieces);
    status = tarn_state_set_order(&draft->state, TARN_ORDER_PERMUTATION, pieces, used + behind, error);
cleanup:
    free(pieces);
    free(list);
    return status;
}

static tarn_status place_in_permutation(tarn_draft *draft, const tarn_version *before, int64_t position, int64_t anchor,
                                        int64_t first, int64_t count, tarn_error *error) {
    const tarn_order *order = draft->state.order;
    for (size_t i = 0; i < order->count && count < BATCH_VALUES / 2; i++) {
        tarn_batch *batch = NULL;
        TARN_TRY(tarn_store_read_plain(draft->transaction->store, order->pieces[i].id, "l", order->pieces[i].count,
                                       &batch, error));
        if (batch == NULL)
            break;
        const int64_t *values = tarn_batch_array(batch)->buffers[1];
        int64_t offset = 0;
        while (offset < order->pieces[i].count && values[offset] != anchor)
            offset++;
        tarn_status status = TARN_OK;
        bool found = offset < order->pieces[i].count;
        if (found)
            status = place_in_piece(draft, i, values, offset, first, count, error);
        tarn_batch_release(batch);
        if (found)
            return status;
    }
    return place_in_list(draft, before, position, first, count, error);
}

tarn_status tarn_draft_place_rows(tarn_draft *draft, const tarn_version *before, int64_t position, int64_t first,
                                  int64_t count, tarn_error *error) {
    const tarn_order *order = before->state.order;
    int64_t anchor = -1; /* none: at the end */
    if (position < tarn_version_rows(before))
        TARN_TRY(tarn_version_locate(before, position, 1, &anchor, error));
    if (anchor < 0 && (order == NULL || order->kind == TARN_ORDER_PERMUTATION))
        return TARN_OK; /* that is where they are */
    if (order == NULL || order->kind == TARN_ORDER_RUNS)
        return place_in_runs(draft, &before->state, anchor, first, count, error);
    return place_in_permutation(draft, before, position, anchor, first, count, error);
}
