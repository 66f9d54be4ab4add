#include "support_model.h"

#include <stdio.h>
#include <string.h>

static void compare_columns(world *w, const tarn_version *version, const model_version *model, const char *at) {
    size_t columns = tarn_version_column_count(version);
    if (columns != model->columns)
        mismatch(w, "%s has %zu columns instead of %zu", at, columns, model->columns);
    for (size_t i = 0; i < columns; i++) {
        const tarn_column *column = tarn_version_column(version, i);
        struct ArrowSchema type = kind_type(w, model->column[i].kind, model->column[i].name);
        if (strcmp(column->name, model->column[i].name) != 0)
            mismatch(w, "%s: column %zu is called %s instead of %s", at, i, column->name, model->column[i].name);
        if (!tarn_schema_same_type(column->type, &type))
            mismatch(w, "%s: column %s has type %s instead of %s", at, column->name, column->type->format, type.format);
        tarn_schema_release(&type);
    }
}

/* Positions and row numbers: who is shown, and where. */
static void compare_rows(world *w, const tarn_version *version, const model_version *model, const char *at) {
    int64_t numbers[MOST_ROWS];
    int live = live_rows(model), position = 0;
    if (tarn_version_rows(version) != live)
        mismatch(w, "%s has %lld rows instead of %d", at, (long long)tarn_version_rows(version), live);
    must(w, tarn_version_locate(version, 0, live, numbers, &w->error));
    for (int i = 0; i < model->rows; i++) {
        int row = model->shown[i];
        if (!model->live[row])
            continue;
        if (numbers[position] != model->numbers[row])
            mismatch(w, "%s: position %d shows row %lld instead of row %lld", at, position,
                     (long long)numbers[position], (long long)model->numbers[row]);
        position++;
    }
}

/* The model's place of a row number; -1 when it has none. */
static int place_of(const model_version *model, int64_t number) {
    for (int i = 0; i < model->rows; i++) {
        if (model->numbers[i] == number)
            return i;
    }
    return -1;
}

static void compare_chunk(world *w, const tarn_version *version, size_t chunk, size_t column,
                          const model_version *model, const char *at) {
    tarn_chunk extent = tarn_version_chunk(version, chunk);
    const uint8_t *bits;
    cell cells[MOST_ROWS];
    tarn_batch *batch;
    must(w, tarn_version_live(version, chunk, &bits, &w->error));
    int first = place_of(model, extent.first_row);
    if (first < 0 || first + extent.rows > model->rows)
        mismatch(w, "%s: chunk %zu has rows %lld to %lld, which should not be there", at, chunk,
                 (long long)extent.first_row, (long long)(extent.first_row + extent.rows - 1));
    for (int i = 0; i < extent.rows; i++) {
        if ((bits == NULL || tarn_bit_get(bits, i)) != model->live[first + i])
            mismatch(w, "%s: row %lld should be %s", at, (long long)extent.first_row + i,
                     model->live[first + i] ? "live" : "dead");
        cells[i] = model->column[column].cells[first + i];
    }
    struct ArrowArray wanted = kind_array(w, model->column[column].kind, cells, (int)extent.rows);
    must(w, tarn_version_read(version, column, chunk, &batch, &w->error));
    const struct ArrowSchema *type = tarn_version_column(version, column)->type;
    for (int i = 0; i < extent.rows; i++) {
        if (model->live[first + i] && !tarn_array_element_equal(type, tarn_batch_array(batch), i, &wanted, i))
            mismatch(w, "%s: row %lld of column %s differs from the model's (%s %lld)", at,
                     (long long)extent.first_row + i, model->column[column].name, cells[i].is_null ? "null" : "number",
                     (long long)cells[i].number);
    }
    tarn_batch_release(batch);
    tarn_array_release(&wanted);
}

/* The same cells once more, as pages and edits read them. */
static void compare_taken(world *w, const tarn_version *version, size_t column, const model_version *model,
                          const char *at) {
    int64_t numbers[MOST_ROWS];
    cell cells[MOST_ROWS];
    struct ArrowArray taken;
    int count = 0;
    for (int i = model->rows - 1; i >= 0; i--) { /* backwards, which is another order than the store's */
        if (!model->live[i])
            continue;
        numbers[count] = model->numbers[i];
        cells[count++] = model->column[column].cells[i];
    }
    struct ArrowArray wanted = kind_array(w, model->column[column].kind, cells, count);
    must(w, tarn_version_take(version, column, numbers, count, &taken, &w->error));
    if (!tarn_array_equal(tarn_version_column(version, column)->type, &taken, &wanted))
        mismatch(w, "%s: column %s, taken by row numbers, differs from the model's", at, model->column[column].name);
    tarn_array_release(&taken);
    tarn_array_release(&wanted);
}

void compare_version(world *w, tarn_store *store, const model_table *table, uint64_t number) {
    const model_version *model = table->versions[number - 1];
    tarn_version *version = NULL;
    char at[64];
    snprintf(at, sizeof at, "%s@%llu", table->name, (unsigned long long)number);
    must(w, tarn_store_version(store, table->id, number, &version, &w->error));
    if (tarn_version_parent(version) != model->parent)
        mismatch(w, "%s has parent %llu instead of %llu", at, (unsigned long long)tarn_version_parent(version),
                 (unsigned long long)model->parent);
    compare_columns(w, version, model, at);
    compare_rows(w, version, model, at);
    int64_t rows = 0;
    for (size_t i = 0; i < tarn_version_chunk_count(version); i++) {
        rows += tarn_version_chunk(version, i).rows;
        for (size_t j = 0; j < model->columns; j++)
            compare_chunk(w, version, i, j, model, at);
    }
    if (rows != model->rows)
        mismatch(w, "%s has %lld rows, dead ones included, instead of %d", at, (long long)rows, model->rows);
    for (size_t i = 0; i < model->columns; i++)
        compare_taken(w, version, i, model, at);
    tarn_version_release(version);
}

static void compare_table(world *w, const tarn_table_state *state) {
    const model_table *model = NULL;
    for (size_t i = 0; i < w->table_count; i++) {
        if (w->tables[i].id == state->id && !w->tables[i].gone)
            model = &w->tables[i];
    }
    if (model == NULL)
        mismatch(w, "there is a table %s (id %llu) that should be gone", state->name, (unsigned long long)state->id);
    if (strcmp(model->name, state->name) != 0 || model->dropped != state->dropped)
        mismatch(w, "the table %s is listed as %s%s", model->name, state->dropped ? "dropped, " : "", state->name);
    if (state->head != model->head || state->tip != model->tip || state->newest != model->newest)
        mismatch(w, "%s has head %llu, tip %llu, newest %llu instead of %llu, %llu, %llu", model->name,
                 (unsigned long long)state->head, (unsigned long long)state->tip, (unsigned long long)state->newest,
                 (unsigned long long)model->head, (unsigned long long)model->tip, (unsigned long long)model->newest);
    const model_version *head = model_head(model);
    if (state->rows != live_rows(head) || state->columns != (int64_t)head->columns)
        mismatch(w, "%s is listed with %lld rows and %lld columns instead of %d and %zu", model->name,
                 (long long)state->rows, (long long)state->columns, live_rows(head), head->columns);
}

void compare_catalogue(world *w, tarn_store *store) {
    tarn_table_state *states;
    size_t count, expected = 0;
    must(w, tarn_store_tables(store, true, &states, &count, &w->error));
    for (size_t i = 0; i < w->table_count; i++)
        expected += !w->tables[i].gone;
    if (count != expected)
        mismatch(w, "%zu tables are listed instead of %zu", count, expected);
    for (size_t i = 0; i < count; i++)
        compare_table(w, &states[i]);
    tarn_table_states_free(states, count);
}

void compare_everything(world *w, tarn_store *store) {
    compare_catalogue(w, store);
    for (size_t i = 0; i < w->table_count; i++) {
        const model_table *table = &w->tables[i];
        for (uint64_t number = 1; number <= table->newest && !table->gone; number++) {
            tarn_version *version = NULL;
            if (table->versions[number - 1] != NULL)
                compare_version(w, store, table, number);
            else if (tarn_store_version(store, table->id, number, &version, NULL) != TARN_E_NOT_FOUND)
                mismatch(w, "%s@%llu was removed and can still be opened", table->name, (unsigned long long)number);
        }
    }
}
