/* The columns as a patch wants them. */
#include "command/patch.h"

#include "base/asker.h"
#include "base/text.h"
#include "command/expression.h"
#include "command/sqltext.h"
#include "engine/sql_type.h"

#include <stdlib.h>
#include <string.h>

/* ---- another type ---- */

typedef struct retyping {
    tarn_run *run;
    const tarn_patch *patch;
    const tarn_patch_column *column;
    tarn_cells cells;
    tarn_batch_id *ids;
    int64_t *covered; /* row numbers of cells that the patch sets and rows that it removes, rising */
    int64_t covered_count;
} retyping;

static void retyping_clear(retyping *r) {
    if (r->cells.close != NULL)
        r->cells.close(&r->cells);
    tarn_schema_release(&r->cells.type);
    free(r->ids);
    free(r->covered);
}

static int compare_numbers(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static tarn_status find_covered(retyping *r, tarn_error *error) {
    r->covered = malloc(((size_t)r->patch->count + 1) * sizeof *r->covered);
    if (r->covered == NULL)
        return tarn_fail_memory(error);
    for (int64_t i = 0; i < r->patch->count; i++) {
        const tarn_patch_row *row = &r->patch->list[i];
        bool sets = row->action == TARN_PATCH_SET && r->column->cells != NULL && tarn_bit_get(r->column->cells, i);
        if (sets || row->action == TARN_PATCH_SET_ALL || row->action == TARN_PATCH_REMOVE)
            r->covered[r->covered_count++] = row->row;
    }
    qsort(r->covered, (size_t)r->covered_count, sizeof *r->covered, compare_numbers);
    return TARN_OK;
}

/* A value that is another one in the new type is lost, unless the patch has something in its place. */
static tarn_status find_lost(const retyping *r, int64_t first, const uint8_t *bits, int64_t count, tarn_error *error) {
    for (int64_t i = 0; i < count; i++) {
        int64_t row = first + i;
        if (tarn_bit_get(bits, i) &&
            bsearch(&row, r->covered, (size_t)r->covered_count, sizeof row, compare_numbers) == NULL)
            return tarn_fail(error, TARN_E_INVALID,
                             "the value of \"%s\" in row id %lld does not fit the type that %s gives the column: mend "
                             "it first",
                             r->column->before, (long long)row, r->patch->path);
    }
    return TARN_OK;
}

static tarn_status check_kept(const retyping *r, size_t chunk, const struct ArrowArray *values, tarn_error *error) {
    tarn_batch *batch;
    const uint8_t *live;
    int64_t count = 0;
    TARN_TRY(tarn_version_live(r->run->base, chunk, &live, error));
    TARN_TRY(tarn_version_read(r->run->base, r->column->column, chunk, &batch, error));
    uint8_t *bits = calloc((size_t)values->length / 8 + 1, 1);
    tarn_status status = bits == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = tarn_diff_cells(&r->patch->rules, tarn_batch_schema(batch), tarn_batch_array(batch), &r->cells.type,
                                 values, live, bits, &count, error);
    if (status == TARN_OK && count > 0)
        status = find_lost(r, tarn_version_chunk(r->run->base, chunk).first_row, bits, values->length, error);
    free(bits);
    tarn_batch_release(batch);
    return status;
}

static tarn_status retype_chunk(void *context, size_t chunk, tarn_error *error) {
    retyping *r = context;
    struct ArrowArray values = {0};
    tarn_status status;
    TARN_CHECK(r->cells.rows(&r->cells, chunk, 0, tarn_version_chunk(r->run->base, chunk).rows, &values, error));
    TARN_CHECK(check_kept(r, chunk, &values, error));
    status = tarn_transaction_put(r->run->transaction, &r->cells.type, &values, &r->ids[chunk], error);
cleanup:
    tarn_array_release(&values);
    return status;
}

static tarn_status refuse_type(const retyping *r, const char *type, tarn_error *error) {
    return tarn_fail(
        error, TARN_E_UNSUPPORTED,
        "%s gives the column \"%s\" the type %s, which values cannot be cast to: change its type first, or "
        "make the comparison with " TARN_ASKER("--leave-out", "leaveOut"),
        r->patch->path, r->column->before, type);
}

static tarn_status open_cast(retyping *r, tarn_error *error) {
    const struct ArrowSchema *wanted = tarn_patch_type(r->patch, r->column->of_after);
    const char *name = tarn_version_column(r->run->base, r->column->column)->name;
    tarn_buffer type = {0}, sql = {0};
    tarn_status status;
    TARN_CHECK(tarn_sql_type(wanted, &type, error));
    TARN_CHECK(tarn_buffer_append(&type, "", 1, error));
    if (wanted->dictionary != NULL) {
        status = refuse_type(r, (const char *)type.data, error);
        goto cleanup;
    }
    TARN_CHECK(tarn_sql_write(&sql, error, "TRY_CAST(%i AS %s)", name, (const char *)type.data));
    TARN_CHECK(tarn_expression_open(r->run, (const char *)sql.data, name, &r->cells, error));
    if (!tarn_schema_same_type(&r->cells.type, wanted))
        status = refuse_type(r, (const char *)type.data, error);
cleanup:
    tarn_buffer_free(&type);
    tarn_buffer_free(&sql);
    return status;
}

static tarn_status retype(tarn_run *run, const tarn_patch *patch, const tarn_patch_column *column, size_t place,
                          tarn_error *error) {
    size_t chunks = tarn_version_chunk_count(run->base);
    retyping r = {.run = run, .patch = patch, .column = column, .ids = calloc(chunks + 1, sizeof *r.ids)};
    tarn_status status = r.ids == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = find_covered(&r, error);
    if (status == TARN_OK)
        status = open_cast(&r, error);
    tarn_task_begin(run->task, "changing a type", "rows", (uint64_t)tarn_version_rows(run->base));
    if (status == TARN_OK)
        status = tarn_parallel_for(run->pool, TARN_PRIORITY_USER_VISIBLE, run->task, chunks, retype_chunk, &r, error);
    if (status == TARN_OK)
        status = tarn_draft_replace_column(run->draft, place, &r.cells.type, r.ids, error);
    retyping_clear(&r);
    return status;
}

/* ---- drop, rename, add ---- */

/* Where each column of the base is in the draft. */
static void note_dropped(size_t *drafted, size_t count, size_t dropped) {
    size_t place = drafted[dropped];
    drafted[dropped] = TARN_PATCH_NONE;
    for (size_t i = 0; i < count; i++)
        drafted[i] -= drafted[i] != TARN_PATCH_NONE && drafted[i] > place;
}

static tarn_status drop_columns(tarn_run *run, const tarn_patch *patch, size_t *drafted, tarn_error *error) {
    for (size_t i = 0; i < patch->column_count; i++) {
        const tarn_patch_column *column = &patch->columns[i];
        if (column->after != NULL || column->left_out)
            continue;
        TARN_TRY(tarn_draft_drop_column(run->draft, drafted[column->column], error));
        note_dropped(drafted, tarn_version_column_count(run->base), column->column);
    }
    return TARN_OK;
}

static bool is_renamed(const tarn_patch_column *column) {
    return column->column != TARN_PATCH_NONE && column->after != NULL && strcmp(column->before, column->after) != 0;
}

/* By way of names that nothing has, since two columns may change their names with each other. */
static tarn_status rename_columns(tarn_run *run, const tarn_patch *patch, const size_t *drafted, bool for_good,
                                  tarn_error *error) {
    for (size_t i = 0; i < patch->column_count; i++) {
        const tarn_patch_column *column = &patch->columns[i];
        if (!is_renamed(column))
            continue;
        char *name = for_good ? tarn_strdup(column->after) : tarn_format("tarn patch %p %zu", (const void *)patch, i);
        tarn_status status = name == NULL ? tarn_fail_memory(error)
                                          : tarn_draft_rename_column(run->draft, drafted[column->column], name, error);
        free(name);
        TARN_TRY(status);
    }
    return TARN_OK;
}

static tarn_status add_columns(tarn_run *run, const tarn_patch *patch, size_t *places, tarn_error *error) {
    for (size_t i = 0; i < patch->column_count; i++) {
        const tarn_patch_column *column = &patch->columns[i];
        struct ArrowSchema type = {0};
        if (column->before != NULL || column->left_out)
            continue;
        TARN_TRY(tarn_schema_copy(tarn_patch_type(patch, column->of_after), column->after, &type, error));
        places[i] = tarn_draft_column_count(run->draft);
        tarn_status status = tarn_draft_add_column(run->draft, &type, SIZE_MAX, error);
        tarn_schema_release(&type);
        TARN_TRY(status);
    }
    return TARN_OK;
}

/* ---- order ---- */

static size_t find_drafted(const tarn_run *run, const char *name) {
    for (size_t i = 0; i < tarn_draft_column_count(run->draft); i++) {
        if (tarn_name_equal(tarn_draft_column(run->draft, i)->name, name))
            return i;
    }
    return TARN_PATCH_NONE;
}

/* Each column of `after` behind the one that it follows there. Those that the comparison does not know stay where they
   are as far as they can; where it knows all, the order is its. */
static tarn_status order_columns(tarn_run *run, const tarn_patch *patch, tarn_error *error) {
    size_t known = 0, next = 0;
    bool adds = false;
    for (size_t i = 0; i < patch->column_count; i++) {
        known += patch->columns[i].after != NULL && find_drafted(run, patch->columns[i].after) != TARN_PATCH_NONE;
        adds = adds || patch->columns[i].before == NULL;
    }
    if (known != tarn_draft_column_count(run->draft) && !adds)
        return TARN_OK;
    bool all = known == tarn_draft_column_count(run->draft);
    for (size_t i = 0; i < patch->column_count; i++) {
        const tarn_patch_column *column = &patch->columns[i];
        size_t from = column->after == NULL ? TARN_PATCH_NONE : find_drafted(run, column->after);
        if (from == TARN_PATCH_NONE)
            continue;
        if ((all || column->before == NULL) && from != next)
            TARN_TRY(tarn_draft_move_column(run->draft, from, from < next ? next - 1 : next, error));
        next = find_drafted(run, column->after) + 1;
    }
    return TARN_OK;
}

tarn_status tarn_patch_apply_columns(tarn_run *run, const tarn_patch *patch, size_t *places, tarn_error *error) {
    size_t columns = tarn_version_column_count(run->base);
    size_t *drafted = calloc(columns + 1, sizeof *drafted);
    tarn_status status = TARN_OK;
    if (drafted == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < columns; i++)
        drafted[i] = i;
    TARN_CHECK(drop_columns(run, patch, drafted, error));
    TARN_CHECK(rename_columns(run, patch, drafted, false, error));
    TARN_CHECK(rename_columns(run, patch, drafted, true, error));
    for (size_t i = 0; i < patch->column_count; i++) {
        const tarn_patch_column *column = &patch->columns[i];
        if (column->retypes)
            TARN_CHECK(retype(run, patch, column, drafted[column->column], error));
    }
    TARN_CHECK(add_columns(run, patch, places, error));
    TARN_CHECK(order_columns(run, patch, error));
    for (size_t i = 0; i < patch->column_count; i++) {
        const tarn_patch_column *column = &patch->columns[i];
        places[i] = column->left_out || column->after == NULL ? TARN_PATCH_NONE : find_drafted(run, column->after);
    }
cleanup:
    free(drafted);
    return status;
}
