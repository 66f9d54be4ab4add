/* What can happen to one version of a table: each change is made to a draft and to the model. */
#include "support_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct change {
    world *w;
    tarn_transaction *transaction;
    tarn_draft *draft;
    model_version *next;
} change;

static void put(change *c, kind kind, const cell *cells, int count, tarn_batch_id *out) {
    struct ArrowSchema type = kind_type(c->w, kind, "c");
    struct ArrowArray array = kind_array(c->w, kind, cells, count);
    must(c->w, tarn_transaction_put(c->transaction, &type, &array, out, &c->w->error));
    tarn_array_release(&array);
    tarn_schema_release(&type);
}

/* The place of a chunk's first row among the model's rows. */
static int chunk_place(const change *c, size_t chunk) {
    int place = 0;
    for (size_t i = 0; i < chunk; i++)
        place += (int)tarn_draft_chunk(c->draft, i).rows;
    return place;
}

/* Rows that were just added are those with the draft's last numbers; numbers are never given twice. */
static void learn_rows(change *c, int count, int position) {
    model_version *next = c->next;
    size_t chunk = tarn_draft_chunk_count(c->draft);
    int64_t last = next->rows > 0 ? next->numbers[next->rows - 1] : -1;
    if (chunk == 0)
        mismatch(c->w, "rows were added and there is no chunk");
    tarn_chunk extent = tarn_draft_chunk(c->draft, chunk - 1);
    int64_t first = extent.first_row + extent.rows - count;
    if (first <= last)
        mismatch(c->w, "new rows begin with number %lld, which is taken", (long long)first);
    memmove(next->shown + position + count, next->shown + position,
            (size_t)(next->rows - position) * sizeof *next->shown);
    for (int i = 0; i < count; i++) {
        next->numbers[next->rows] = first + i;
        next->live[next->rows] = true;
        next->shown[position + i] = next->rows++;
    }
}

static int new_cells(change *c, size_t column, int count) {
    for (int i = 0; i < count; i++)
        c->next->column[column].cells[c->next->rows + i] = any_cell(c->w);
    return count;
}

static int room_for_rows(const change *c) {
    int room = MOST_ROWS - c->next->rows;
    return room < MOST_CHUNK ? room : MOST_CHUNK;
}

/* ---- rows ---- */

static void append(change *c) {
    int room = room_for_rows(c);
    tarn_batch_id ids[MOST_COLUMNS];
    if (room == 0)
        return;
    int count = 1 + (int)any(c->w, room);
    for (size_t i = 0; i < c->next->columns; i++) {
        new_cells(c, i, count);
        put(c, c->next->column[i].kind, c->next->column[i].cells + c->next->rows, count, &ids[i]);
    }
    must(c->w, tarn_draft_append_chunk(c->draft, count, ids, &c->w->error));
    learn_rows(c, count, c->next->rows);
}

/* The place in `shown` of the row that people see at a position. */
static int shown_place(const model_version *version, int position) {
    int place = 0;
    while (place < version->rows && (!version->live[version->shown[place]] || position-- > 0))
        place++;
    return place;
}

static void insert(change *c) {
    struct ArrowArray children[MOST_COLUMNS], rows;
    void *no_validity = NULL;
    int room = room_for_rows(c);
    if (room == 0)
        return;
    int count = 1 + (int)any(c->w, room < 4 ? room : 4);
    int position = (int)any(c->w, live_rows(c->next) + 1);
    for (size_t i = 0; i < c->next->columns; i++) {
        new_cells(c, i, count);
        children[i] = kind_array(c->w, c->next->column[i].kind, c->next->column[i].cells + c->next->rows, count);
    }
    must(c->w, tarn_array_make(&rows, count, 0, &no_validity, 1, children, (int64_t)c->next->columns, &c->w->error));
    bool at_end = position == live_rows(c->next);
    must(c->w, tarn_draft_insert_rows(c->draft, position, &rows, &c->w->error));
    learn_rows(c, count, at_end ? c->next->rows : shown_place(c->next, position));
    c->next->ordered = c->next->ordered || !at_end;
    tarn_array_release(&rows);
}

static void delete_rows(change *c) {
    int64_t numbers[4], deleted, expected = 0;
    int count = 1 + (int)any(c->w, 4);
    if (c->next->rows == 0)
        return;
    for (int i = 0; i < count; i++) {
        int row = (int)any(c->w, c->next->rows);
        numbers[i] = c->next->numbers[row];
        expected += c->next->live[row];
        c->next->live[row] = false;
    }
    must(c->w, tarn_draft_delete_rows(c->draft, numbers, count, &deleted, &c->w->error));
    if (deleted != expected)
        mismatch(c->w, "%lld rows were deleted instead of %lld", (long long)deleted, (long long)expected);
}

/* Keep the live rows that a test of one column lets pass. */
static void filter(change *c) {
    const model_column *column = &c->next->column[any(c->w, (int64_t)c->next->columns)];
    int64_t not_this = any(c->w, 8);
    for (size_t i = 0; i < tarn_draft_chunk_count(c->draft); i++) {
        uint8_t bits[MOST_ROWS / 8 + 1] = {0};
        int first = chunk_place(c, i);
        for (int j = 0; j < tarn_draft_chunk(c->draft, i).rows; j++) {
            const cell *value = &column->cells[first + j];
            bool passes = value->is_null || value->number != not_this;
            c->next->live[first + j] = c->next->live[first + j] && passes;
            if (c->next->live[first + j])
                tarn_bit_set(bits, j);
        }
        must(c->w, tarn_draft_set_live(c->draft, i, bits, &c->w->error));
    }
}

/* Only under the natural order is it said where a row comes back. */
static void revive(change *c) {
    size_t chunks = tarn_draft_chunk_count(c->draft);
    if (chunks == 0 || c->next->ordered)
        return;
    size_t chunk = (size_t)any(c->w, (int64_t)chunks);
    int first = chunk_place(c, chunk);
    for (int i = 0; i < tarn_draft_chunk(c->draft, chunk).rows; i++)
        c->next->live[first + i] = true;
    must(c->w, tarn_draft_set_live(c->draft, chunk, NULL, &c->w->error));
}

/* ---- order ---- */

static void sort(change *c) {
    int64_t numbers[MOST_ROWS];
    int sorted[MOST_ROWS], count = 0;
    for (int i = 0; i < c->next->rows; i++) {
        if (c->next->live[i])
            sorted[count++] = i;
    }
    for (int i = count - 1; i > 0; i--) { /* any order does */
        int j = (int)any(c->w, i + 1), other = sorted[i];
        sorted[i] = sorted[j];
        sorted[j] = other;
    }
    for (int i = 0; i < count; i++)
        numbers[i] = c->next->numbers[sorted[i]];
    must(c->w, tarn_draft_set_permutation(c->draft, numbers, count, &c->w->error));
    for (int i = 0; i < c->next->rows; i++) {
        if (!c->next->live[i])
            sorted[count++] = i;
    }
    memcpy(c->next->shown, sorted, (size_t)count * sizeof *sorted);
    c->next->ordered = true;
}

/* Cut the rows in two and show the second part first. */
static void swap_halves(change *c) {
    int64_t pairs[2 * MOST_ROWS];
    size_t runs = 0;
    if (c->next->rows == 0)
        return;
    int cut = (int)any(c->w, c->next->rows);
    for (int i = 0; i < c->next->rows; i++) {
        int row = (cut + i) % c->next->rows;
        c->next->shown[i] = row;
        pairs[2 * runs] = c->next->numbers[row];
        pairs[2 * runs++ + 1] = 1;
    }
    must(c->w, tarn_draft_set_runs(c->draft, pairs, runs, &c->w->error));
    c->next->ordered = cut > 0;
}

static void clear_order(change *c) {
    must(c->w, tarn_draft_clear_order(c->draft, &c->w->error));
    for (int i = 0; i < c->next->rows; i++)
        c->next->shown[i] = i;
    c->next->ordered = false;
}

/* ---- cells ---- */

static void edit(change *c) {
    int64_t numbers[4];
    cell cells[4];
    int count = 1 + (int)any(c->w, 4);
    if (c->next->rows == 0)
        return;
    size_t column = (size_t)any(c->w, (int64_t)c->next->columns);
    for (int i = 0; i < count; i++) {
        int row = (int)any(c->w, c->next->rows);
        cells[i] = one_in(c->w, 4) ? c->next->column[column].cells[row] : any_cell(c->w);
        numbers[i] = c->next->numbers[row];
        c->next->column[column].cells[row] = cells[i];
    }
    struct ArrowArray values = kind_array(c->w, c->next->column[column].kind, cells, count);
    must(c->w, tarn_draft_patch(c->draft, column, numbers, &values, NULL, &c->w->error));
    tarn_array_release(&values);
}

static void set_column(change *c, bool other_type) {
    tarn_batch_id ids[MOST_ROWS];
    size_t index = (size_t)any(c->w, (int64_t)c->next->columns);
    model_column *column = &c->next->column[index];
    if (other_type)
        column->kind = (kind)any(c->w, KINDS);
    int64_t step = any(c->w, 3);
    for (int i = 0; i < c->next->rows; i++)
        column->cells[i].number += column->cells[i].is_null ? 0 : step;
    for (size_t i = 0; i < tarn_draft_chunk_count(c->draft); i++)
        put(c, column->kind, column->cells + chunk_place(c, i), (int)tarn_draft_chunk(c->draft, i).rows, &ids[i]);
    struct ArrowSchema type = kind_type(c->w, column->kind, column->name);
    must(c->w, tarn_draft_replace_column(c->draft, index, &type, ids, &c->w->error));
    tarn_schema_release(&type);
}

static void set(change *c) {
    set_column(c, false);
}

static void convert(change *c) {
    set_column(c, true);
}

static void replace_batch(change *c) {
    tarn_batch_id id;
    if (tarn_draft_chunk_count(c->draft) == 0)
        return;
    size_t chunk = (size_t)any(c->w, (int64_t)tarn_draft_chunk_count(c->draft));
    size_t index = (size_t)any(c->w, (int64_t)c->next->columns);
    model_column *column = &c->next->column[index];
    int first = chunk_place(c, chunk), rows = (int)tarn_draft_chunk(c->draft, chunk).rows;
    for (int i = 0; i < rows; i++)
        column->cells[first + i] = any_cell(c->w);
    put(c, column->kind, column->cells + first, rows, &id);
    must(c->w, tarn_draft_replace_batch(c->draft, index, chunk, id, &c->w->error));
}

/* ---- columns ---- */

static void add_column(change *c) {
    model_version *next = c->next;
    if (next->columns == MOST_COLUMNS)
        return;
    size_t position = (size_t)any(c->w, (int64_t)next->columns + 1);
    memmove(&next->column[position + 1], &next->column[position], (next->columns - position) * sizeof *next->column);
    model_column *column = &next->column[position];
    *column = (model_column){.kind = (kind)any(c->w, KINDS)};
    snprintf(column->name, sizeof column->name, "c%llu", (unsigned long long)++c->w->names);
    for (int i = 0; i < next->rows; i++)
        column->cells[i] = (cell){.is_null = true};
    struct ArrowSchema type = kind_type(c->w, column->kind, column->name);
    must(c->w, tarn_draft_add_column(c->draft, &type, position, &c->w->error));
    tarn_schema_release(&type);
    next->columns++;
}

static void drop_column(change *c) {
    model_version *next = c->next;
    if (next->columns == 1)
        return;
    size_t index = (size_t)any(c->w, (int64_t)next->columns);
    must(c->w, tarn_draft_drop_column(c->draft, index, &c->w->error));
    next->columns--;
    memmove(&next->column[index], &next->column[index + 1], (next->columns - index) * sizeof *next->column);
}

static void rename_column(change *c) {
    size_t index = (size_t)any(c->w, (int64_t)c->next->columns);
    char *name = c->next->column[index].name;
    snprintf(name, sizeof c->next->column[index].name, "Column %llu", (unsigned long long)++c->w->names);
    must(c->w, tarn_draft_rename_column(c->draft, index, name, &c->w->error));
}

static void move_column(change *c) {
    model_version *next = c->next;
    size_t from = (size_t)any(c->w, (int64_t)next->columns), to = (size_t)any(c->w, (int64_t)next->columns);
    model_column moved = next->column[from];
    must(c->w, tarn_draft_move_column(c->draft, from, to, &c->w->error));
    memmove(&next->column[from], &next->column[from + 1], (next->columns - 1 - from) * sizeof moved);
    memmove(&next->column[to + 1], &next->column[to], (next->columns - 1 - to) * sizeof moved);
    next->column[to] = moved;
}

/* ---- */

static void fill(change *c) {
    for (int64_t columns = 1 + any(c->w, 4); columns > 0; columns--)
        add_column(c);
    for (int64_t chunks = any(c->w, 4); chunks > 0; chunks--)
        append(c);
}

static void restart(change *c) {
    must(c->w, tarn_draft_restart(c->draft, &c->w->error));
    *c->next = (model_version){0};
    fill(c);
}

void fill_draft(world *w, tarn_transaction *transaction, tarn_draft *draft, model_version *next) {
    fill(&(change){w, transaction, draft, next});
}

void change_draft(world *w, tarn_transaction *transaction, tarn_draft *draft, model_version *next) {
    static const struct {
        void (*make)(change *c);
        int weight;
    } changes[] = {{append, 14},     {insert, 8},        {delete_rows, 6}, {filter, 5},      {revive, 2},
                   {sort, 4},        {swap_halves, 2},   {clear_order, 2}, {edit, 24},       {set, 8},
                   {convert, 4},     {replace_batch, 6}, {add_column, 4},  {drop_column, 3}, {rename_column, 3},
                   {move_column, 3}, {restart, 2}};
    change c = {w, transaction, draft, next};
    int64_t total = 0, at = 0;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        total += changes[i].weight;
    int64_t chosen = any(w, total);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        at += changes[i].weight;
        if (chosen < at) {
            changes[i].make(&c);
            return;
        }
    }
}
