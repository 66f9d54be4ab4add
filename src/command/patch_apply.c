/* Carrying a patch out on a draft. */
#include "command/patch.h"

#include "arrow/cast.h"
#include "base/text.h"
#include "command/plan.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_BLOCKS = 256 }; /* of added rows, put in one by one; more make a list of all rows cheaper */

typedef struct applying {
    tarn_run *run;
    const tarn_patch *patch;
    size_t *places;   /* per column of the patch: in the draft */
    int64_t *rows;    /* of the patch: those at hand */
    int64_t *numbers; /* of the table, likewise */
    int64_t row_count;
    int64_t cells; /* that were set */
} applying;

/* Values of the patch for the rows at hand, as the draft's column wants them. */
static tarn_status take_values(const applying *a, size_t index, struct ArrowArray *out, tarn_error *error) {
    const tarn_patch_column *column = &a->patch->columns[index];
    const struct ArrowSchema *from = tarn_patch_type(a->patch, column->of_after);
    const struct ArrowSchema *to = tarn_draft_column(a->run->draft, a->places[index])->type;
    struct ArrowArray taken = {0};
    int64_t failed = 0;
    TARN_TRY(
        tarn_array_take(from, tarn_patch_values(a->patch, column->of_after), a->rows, a->row_count, &taken, error));
    if (tarn_schema_same_type(from, to)) {
        *out = taken;
        return TARN_OK;
    }
    tarn_status status = tarn_array_cast(from, &taken, to, out, &failed, error);
    tarn_array_release(&taken);
    return status == TARN_OK ? status : tarn_fail_context(error, status, "column \"%s\"", column->after);
}

/* ---- cells ---- */

static bool sets_cell(const tarn_patch *patch, const tarn_patch_column *column, int64_t i) {
    const tarn_patch_row *row = &patch->list[i];
    if (row->action == TARN_PATCH_SET_ALL)
        return !column->key;
    if (row->action != TARN_PATCH_SET)
        return false;
    if (column->before == NULL)
        return !tarn_array_is_null(tarn_patch_type(patch, column->of_after), tarn_patch_values(patch, column->of_after),
                                   i);
    return column->cells != NULL && tarn_bit_get(column->cells, i);
}

static tarn_status set_cells(applying *a, size_t index, tarn_error *error) {
    const tarn_patch_column *column = &a->patch->columns[index];
    struct ArrowArray values = {0};
    int64_t changed = 0;
    a->row_count = 0;
    for (int64_t i = 0; i < a->patch->count; i++) {
        if (!sets_cell(a->patch, column, i))
            continue;
        a->rows[a->row_count] = i;
        a->numbers[a->row_count++] = a->patch->list[i].row;
    }
    if (a->row_count == 0)
        return TARN_OK;
    TARN_TRY(tarn_task_check(a->run->task, error));
    TARN_TRY(take_values(a, index, &values, error));
    tarn_status status = tarn_draft_patch(a->run->draft, a->places[index], a->numbers, &values, &changed, error);
    tarn_array_release(&values);
    a->cells += changed;
    return status;
}

static tarn_status remove_rows(applying *a, tarn_error *error) {
    int64_t count = 0, changed = 0;
    for (int64_t i = 0; i < a->patch->count; i++) {
        if (a->patch->list[i].action == TARN_PATCH_REMOVE)
            a->numbers[count++] = a->patch->list[i].row;
    }
    return count == 0 ? TARN_OK : tarn_draft_delete_rows(a->run->draft, a->numbers, count, &changed, error);
}

/* ---- new rows ---- */

static tarn_status fill_column(const applying *a, size_t drafted, struct ArrowArray *out, tarn_error *error) {
    for (size_t i = 0; i < a->patch->column_count; i++) {
        if (a->places[i] == drafted)
            return take_values(a, i, out, error);
    }
    return tarn_array_nulls(tarn_draft_column(a->run->draft, drafted)->type, a->row_count, out, error);
}

/* Put the rows at hand in at a position (past the end: last). */
static tarn_status insert_rows(const applying *a, int64_t position, tarn_error *error) {
    size_t columns = tarn_draft_column_count(a->run->draft);
    struct ArrowArray rows = {0}, *children = calloc(columns + 1, sizeof *children);
    void *no_buffers[] = {NULL};
    tarn_version *present = NULL;
    tarn_status status = children == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t i = 0; i < columns && status == TARN_OK; i++)
        status = fill_column(a, i, &children[i], error);
    if (status == TARN_OK)
        status = tarn_array_make(&rows, a->row_count, 0, no_buffers, 1, children, (int64_t)columns, error);
    if (status == TARN_OK)
        status = tarn_draft_look(a->run->draft, &present, error);
    if (status == TARN_OK) {
        int64_t last = tarn_version_rows(present);
        status = tarn_draft_insert_rows(a->run->draft, position < last ? position : last, &rows, error);
    }
    tarn_version_release(present);
    for (size_t i = 0; children != NULL && i < columns; i++)
        tarn_array_release(&children[i]);
    free(children);
    tarn_array_release(&rows);
    return status;
}

/* A row that has a place to go to. */
typedef struct placed {
    int64_t place, row; /* of the patch, then of the table */
    bool added;
} placed;

static int compare_places(const void *a, const void *b) {
    const placed *left = a, *right = b;
    if (left->place != right->place)
        return left->place < right->place ? -1 : 1;
    return (left->row > right->row) - (left->row < right->row);
}

/* All rows with places, and rows to add without (those go last), in the order of their places. */
static tarn_status list_placed(const applying *a, placed **out, int64_t *count, bool *moves, tarn_error *error) {
    placed *list = malloc(((size_t)a->patch->count + 1) * sizeof *list);
    if (list == NULL)
        return tarn_fail_memory(error);
    *count = 0;
    *moves = false;
    for (int64_t i = 0; i < a->patch->count; i++) {
        const tarn_patch_row *row = &a->patch->list[i];
        bool adds = row->action == TARN_PATCH_ADD;
        if (!adds && (row->action != TARN_PATCH_SET || row->place < 0))
            continue;
        list[(*count)++] = (placed){row->place < 0 ? INT64_MAX : row->place, i, adds};
        *moves = *moves || !adds;
    }
    qsort(list, (size_t)*count, sizeof *list, compare_places);
    *out = list;
    return TARN_OK;
}

/* Rows of the list from `from` on that stand beside each other. */
static int64_t block_end(const placed *list, int64_t count, int64_t from) {
    int64_t end = from + 1;
    while (end < count && (list[end].place == list[end - 1].place ||
                           (list[end - 1].place < INT64_MAX && list[end].place == list[end - 1].place + 1)))
        end++;
    return end;
}

static int64_t count_blocks(const placed *list, int64_t count) {
    int64_t blocks = 0;
    for (int64_t at = 0; at < count; at = block_end(list, count, at))
        blocks++;
    return blocks;
}

/* Where nothing moves: by rising places each block finds those before it there already. */
static tarn_status insert_blocks(applying *a, const placed *list, int64_t count, tarn_error *error) {
    for (int64_t from = 0; from < count;) {
        int64_t to = block_end(list, count, from);
        a->row_count = to - from;
        for (int64_t i = from; i < to; i++)
            a->rows[i - from] = list[i].row;
        TARN_TRY(tarn_task_check(a->run->task, error));
        TARN_TRY(insert_rows(a, list[from].place, error));
        from = to;
    }
    return TARN_OK;
}

/* ---- another order ---- */

static bool is_placed(const uint8_t *bits, int64_t end, int64_t row) {
    return row < end && tarn_bit_get(bits, row);
}

static int64_t number_end(const int64_t *numbers, int64_t count) {
    int64_t end = 0;
    for (int64_t i = 0; i < count; i++)
        end = numbers[i] >= end ? numbers[i] + 1 : end;
    return end;
}

/* Rows with places to their places, the others between them as they are. `list` has row numbers of the table now. */
static tarn_status merge_order(const placed *list, int64_t count, const int64_t *shown, int64_t total, int64_t *out,
                               bool *rises, tarn_error *error) {
    int64_t end = number_end(shown, total), at = 0, next = 0;
    uint8_t *bits = calloc((size_t)end / 8 + 1, 1);
    if (bits == NULL)
        return tarn_fail_memory(error);
    for (int64_t i = 0; i < count; i++)
        tarn_bit_set(bits, list[i].row);
    *rises = true;
    for (int64_t i = 0; i < total; i++) {
        while (next < total && is_placed(bits, end, shown[next]))
            next++;
        bool place = at < count && (list[at].place <= i || next == total);
        out[i] = place ? list[at++].row : shown[next++];
        *rises = *rises && (i == 0 || out[i] > out[i - 1]);
    }
    free(bits);
    return TARN_OK;
}

static tarn_status set_order(applying *a, const placed *list, int64_t count, const tarn_version *present,
                             const int64_t *shown, tarn_error *error) {
    int64_t total = tarn_version_rows(present), *order = malloc(((size_t)total + 1) * sizeof *order);
    bool rises = false;
    tarn_status status =
        order == NULL ? tarn_fail_memory(error) : merge_order(list, count, shown, total, order, &rises, error);
    if (status == TARN_OK)
        status = rises ? tarn_draft_clear_order(a->run->draft, error)
                       : tarn_draft_set_permutation(a->run->draft, order, total, error);
    free(order);
    return status;
}

/* All new rows at the end, then everything in order. */
static tarn_status insert_and_order(applying *a, placed *list, int64_t count, tarn_error *error) {
    tarn_version *present = NULL;
    int64_t *shown = NULL, added = 0;
    tarn_status status;
    a->row_count = 0;
    for (int64_t i = 0; i < count; i++) {
        if (list[i].added)
            a->rows[a->row_count++] = list[i].row;
    }
    if (a->row_count > 0)
        TARN_TRY(insert_rows(a, INT64_MAX, error));
    TARN_CHECK(tarn_draft_look(a->run->draft, &present, error));
    TARN_CHECK(tarn_rows_shown(present, a->run->task, &shown, error));
    for (int64_t i = 0; i < count; i++)
        list[i].row = list[i].added ? shown[tarn_version_rows(present) - a->row_count + added++]
                                    : a->patch->list[list[i].row].row;
    status = set_order(a, list, count, present, shown, error);
cleanup:
    free(shown);
    tarn_version_release(present);
    return status;
}

static tarn_status place_rows(applying *a, tarn_error *error) {
    placed *list = NULL;
    int64_t count = 0;
    bool moves = false;
    TARN_TRY(list_placed(a, &list, &count, &moves, error));
    tarn_status status = TARN_OK;
    if (count > 0)
        status = moves || count_blocks(list, count) > MOST_BLOCKS ? insert_and_order(a, list, count, error)
                                                                  : insert_blocks(a, list, count, error);
    free(list);
    return status;
}

/* ---- all of it ---- */

static tarn_status apply(applying *a, tarn_error *error) {
    TARN_TRY(tarn_patch_apply_columns(a->run, a->patch, a->places, error));
    tarn_task_begin(a->run->task, "applying", "columns", a->patch->column_count);
    for (size_t i = 0; i < a->patch->column_count; i++) {
        if (a->places[i] != TARN_PATCH_NONE)
            TARN_TRY(set_cells(a, i, error));
        tarn_task_advance(a->run->task, 1);
    }
    TARN_TRY(remove_rows(a, error));
    return place_rows(a, error);
}

tarn_status tarn_patch_apply(tarn_run *run, const tarn_patch *patch, tarn_error *error) {
    size_t rows = ((size_t)patch->count + 1) * sizeof(int64_t);
    applying a = {.run = run,
                  .patch = patch,
                  .places = calloc(patch->column_count + 1, sizeof *a.places),
                  .rows = malloc(rows),
                  .numbers = malloc(rows)};
    bool complete = a.places != NULL && a.rows != NULL && a.numbers != NULL;
    tarn_status status = complete ? apply(&a, error) : tarn_fail_memory(error);
    if (status == TARN_OK) {
        run->rows = patch->sets + patch->adds + patch->removes;
        run->cells = a.cells + patch->adds * (int64_t)tarn_draft_column_count(run->draft);
        run->note = tarn_patch_say(patch, a.cells, false);
        status = run->note == NULL ? tarn_fail_memory(error) : TARN_OK;
    }
    free(a.places);
    free(a.rows);
    free(a.numbers);
    return status;
}
