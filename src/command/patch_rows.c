/* Where a patch's columns and rows are in the table, and what does not fit. */
#include "command/patch.h"

#include "arrow/builder.h"
#include "base/asker.h"
#include "base/text.h"
#include "diff/lookup.h"
#include "store/gather.h"

#include <stdlib.h>
#include <string.h>

enum { CONFLICTS_NAMED = 5 };

/* ---- columns ---- */

static tarn_status find_column(const tarn_run *run, const tarn_patch *patch, tarn_patch_column *column,
                               tarn_error *error) {
    size_t there;
    if (column->before == NULL) {
        if (tarn_version_find_column(run->base, column->after, &there, NULL) == TARN_OK)
            return tarn_fail(error, TARN_E_EXISTS,
                             "%s adds a column \"%s\", and the table has one already: drop or rename it first",
                             patch->path, column->after);
        return TARN_OK;
    }
    if (tarn_version_find_column(run->base, column->before, &column->column, NULL) != TARN_OK) {
        column->column = TARN_PATCH_NONE;
        return tarn_fail(error, TARN_E_NOT_FOUND,
                         "%s compares a column \"%s\", which the table does not have: make it with " TARN_ASKER(
                             "--leave-out %s", "leaveOut: ['%s']"),
                         patch->path, column->before, column->before);
    }
    if (column->after == NULL)
        return TARN_OK;
    const struct ArrowSchema *was = tarn_patch_type(patch, column->of_before);
    const struct ArrowSchema *is = tarn_patch_type(patch, column->of_after);
    column->retypes = !tarn_schema_same_type(was, is) &&
                      !tarn_schema_same_type(tarn_version_column(run->base, column->column)->type, is);
    return TARN_OK;
}

tarn_status tarn_patch_find_columns(const tarn_run *run, tarn_patch *patch, tarn_error *error) {
    for (size_t i = 0; i < patch->column_count; i++) {
        if (!patch->columns[i].left_out)
            TARN_TRY(find_column(run, patch, &patch->columns[i], error));
    }
    return TARN_OK;
}

/* ---- rows ---- */

/* Some of the patch's rows, by their place in it. */
typedef struct some {
    int64_t *rows;
    int64_t count;
} some;

static tarn_status choose(const tarn_patch *patch, unsigned kinds, bool found, some *out, tarn_error *error) {
    out->count = 0;
    out->rows = malloc(((size_t)patch->count + 1) * sizeof *out->rows);
    if (out->rows == NULL)
        return tarn_fail_memory(error);
    for (int64_t i = 0; i < patch->count; i++) {
        const tarn_patch_row *row = &patch->list[i];
        if ((row->kind & kinds) != 0 && (!found || (row->row >= 0 && row->conflict == TARN_PATCH_FITS)))
            out->rows[out->count++] = i;
    }
    return TARN_OK;
}

static void note_conflict(tarn_patch *patch, int64_t i, tarn_patch_conflict conflict) {
    if (patch->list[i].conflict == TARN_PATCH_FITS)
        patch->conflicts++;
    patch->list[i].conflict = conflict;
}

/* Keys of a side, taken for some rows. */
typedef struct keys {
    size_t *columns;
    const struct ArrowSchema **types;
    const struct ArrowArray **values;
    tarn_diff_form *forms;
    struct ArrowArray *taken;
    size_t count;
} keys;

static void keys_clear(keys *k) {
    for (size_t i = 0; k->taken != NULL && i < k->count; i++)
        tarn_array_release(&k->taken[i]);
    free(k->columns);
    free(k->types);
    free(k->values);
    free(k->forms);
    free(k->taken);
}

/* As what a key is compared: as it was when the comparison was made, where the table has the type that it had then. */
static tarn_diff_form form_of(const tarn_run *run, const tarn_patch *patch, const tarn_patch_column *column,
                              bool before) {
    const struct ArrowSchema *type = tarn_version_column(run->base, column->column)->type;
    const struct ArrowSchema *was = tarn_patch_type(patch, column->of_before);
    const struct ArrowSchema *is = tarn_patch_type(patch, column->of_after);
    return tarn_schema_same_type(type, was) ? tarn_diff_form_of(was, is) : tarn_diff_form_of(before ? was : is, type);
}

static tarn_status take_keys(const tarn_run *run, const tarn_patch *patch, const some *wanted, bool before, keys *k,
                             tarn_error *error) {
    k->columns = calloc(patch->column_count + 1, sizeof *k->columns);
    k->types = calloc(patch->column_count + 1, sizeof(struct ArrowSchema *));
    k->values = calloc(patch->column_count + 1, sizeof(struct ArrowArray *));
    k->forms = calloc(patch->column_count + 1, sizeof *k->forms);
    k->taken = calloc(patch->column_count + 1, sizeof *k->taken);
    if (k->columns == NULL || k->types == NULL || k->values == NULL || k->forms == NULL || k->taken == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < patch->column_count; i++) {
        const tarn_patch_column *column = &patch->columns[i];
        size_t child = before ? column->of_before : column->of_after;
        if (!column->key)
            continue;
        k->columns[k->count] = column->column;
        k->forms[k->count] = form_of(run, patch, column, before);
        k->types[k->count] = tarn_patch_type(patch, child);
        TARN_TRY(tarn_array_take(tarn_patch_type(patch, child), tarn_patch_values(patch, child), wanted->rows,
                                 wanted->count, &k->taken[k->count], error));
        k->values[k->count] = &k->taken[k->count];
        k->count++;
    }
    return TARN_OK;
}

static tarn_status note_found(tarn_patch *patch, int64_t i, int64_t found, bool before, tarn_error *error) {
    tarn_patch_row *row = &patch->list[i];
    row->row = found >= 0 ? found : -1;
    if (found == TARN_LOOKUP_REPEATED)
        return tarn_fail(error, TARN_E_INVALID, "%s has two changes for one key: it cannot be applied", patch->path);
    if (found == TARN_LOOKUP_NULL)
        note_conflict(patch, i, TARN_PATCH_NO_KEY);
    else if (found == TARN_LOOKUP_SEVERAL)
        note_conflict(patch, i, TARN_PATCH_REPEATED);
    else if (before && found < 0)
        note_conflict(patch, i, TARN_PATCH_MISSING);
    else if (!before && found >= 0)
        note_conflict(patch, i, TARN_PATCH_THERE);
    return TARN_OK;
}

/* Rows of one side by key. */
static tarn_status look_up(const tarn_run *run, tarn_patch *patch, unsigned kinds, bool before, tarn_error *error) {
    some wanted = {0};
    keys k = {0};
    int64_t *found = NULL;
    tarn_status status;
    TARN_CHECK(choose(patch, kinds, false, &wanted, error));
    TARN_CHECK(take_keys(run, patch, &wanted, before, &k, error));
    found = malloc(((size_t)wanted.count + 1) * sizeof *found);
    if (found == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    tarn_diff_lookup lookup = {.version = run->base,
                               .columns = k.columns,
                               .types = k.types,
                               .values = k.values,
                               .forms = k.forms,
                               .column_count = k.count,
                               .count = wanted.count,
                               .rules = &patch->rules,
                               .pool = run->pool,
                               .task = run->task};
    TARN_CHECK(tarn_diff_look_up(&lookup, found, error));
    for (int64_t i = 0; i < wanted.count; i++)
        TARN_CHECK(note_found(patch, wanted.rows[i], found[i], before, error));
cleanup:
    free(found);
    keys_clear(&k);
    free(wanted.rows);
    return status;
}

static int compare_numbers(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* Two changes of one row are no comparison's. */
static tarn_status check_once(const tarn_patch *patch, tarn_error *error) {
    int64_t count = 0, *numbers = malloc(((size_t)patch->count + 1) * sizeof *numbers);
    if (numbers == NULL)
        return tarn_fail_memory(error);
    for (int64_t i = 0; i < patch->count; i++) {
        if (patch->list[i].row >= 0)
            numbers[count++] = patch->list[i].row;
    }
    qsort(numbers, (size_t)count, sizeof *numbers, compare_numbers);
    tarn_status status = TARN_OK;
    for (int64_t i = 1; i < count && status == TARN_OK; i++) {
        if (numbers[i] == numbers[i - 1])
            status =
                tarn_fail(error, TARN_E_INVALID, "%s has two changes for one row: it cannot be applied", patch->path);
    }
    free(numbers);
    return status;
}

static void find_by_number(const tarn_run *run, tarn_patch *patch) {
    for (int64_t i = 0; i < patch->count; i++) {
        tarn_patch_row *row = &patch->list[i];
        size_t chunk;
        int64_t offset;
        bool live = false;
        if (row->kind == TARN_DIFF_ADDED || row->kind == TARN_DIFF_UNMATCHED)
            continue;
        if (row->row >= 0 && tarn_version_find_row(run->base, row->row, &chunk, &offset, &live, NULL) == TARN_OK &&
            live)
            continue;
        row->row = -1;
        note_conflict(patch, i, TARN_PATCH_MISSING);
    }
}

/* ---- values ---- */

/* Note rows of which the table has another value in a column. */
static tarn_status compare_column(const tarn_run *run, tarn_patch *patch, size_t index, const some *rows,
                                  const int64_t *numbers, tarn_error *error) {
    const tarn_patch_column *column = &patch->columns[index];
    const struct ArrowSchema *type = tarn_patch_type(patch, column->of_before);
    struct ArrowArray wanted = {0}, present = {0};
    uint8_t *bits = calloc((size_t)rows->count / 8 + 1, 1);
    int64_t count = 0;
    tarn_status status = bits == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status =
            tarn_array_take(type, tarn_patch_values(patch, column->of_before), rows->rows, rows->count, &wanted, error);
    if (status == TARN_OK)
        status = tarn_gather(run->base, column->column, numbers, rows->count, &present, error);
    if (status == TARN_OK)
        status = tarn_diff_cells(&patch->rules, type, &wanted, tarn_version_column(run->base, column->column)->type,
                                 &present, NULL, bits, &count, error);
    for (int64_t i = 0; status == TARN_OK && count > 0 && i < rows->count; i++) {
        tarn_patch_row *row = &patch->list[rows->rows[i]];
        bool concerned =
            row->kind == TARN_DIFF_REMOVED || (column->cells != NULL && tarn_bit_get(column->cells, rows->rows[i]));
        if (!concerned || !tarn_bit_get(bits, i) || row->conflict != TARN_PATCH_FITS)
            continue;
        note_conflict(patch, rows->rows[i], TARN_PATCH_DIFFERS);
        row->column = index;
    }
    tarn_array_release(&wanted);
    tarn_array_release(&present);
    free(bits);
    return status;
}

static tarn_status compare_values(const tarn_run *run, tarn_patch *patch, tarn_error *error) {
    some rows = {0};
    int64_t *numbers = NULL;
    tarn_status status = choose(patch, TARN_DIFF_MODIFIED | TARN_DIFF_REMOVED, true, &rows, error);
    if (status == TARN_OK) {
        numbers = malloc(((size_t)rows.count + 1) * sizeof *numbers);
        status = numbers == NULL ? tarn_fail_memory(error) : TARN_OK;
    }
    for (int64_t i = 0; status == TARN_OK && i < rows.count; i++)
        numbers[i] = patch->list[rows.rows[i]].row;
    for (size_t i = 0; status == TARN_OK && rows.count > 0 && i < patch->column_count; i++) {
        const tarn_patch_column *column = &patch->columns[i];
        if (column->of_before != TARN_PATCH_NONE && !column->key)
            status = compare_column(run, patch, i, &rows, numbers, error);
    }
    free(numbers);
    free(rows.rows);
    return status;
}

tarn_status tarn_patch_find_rows(const tarn_run *run, tarn_patch *patch, tarn_error *error) {
    if (patch->by_key) {
        TARN_TRY(look_up(run, patch, TARN_DIFF_REMOVED | TARN_DIFF_MODIFIED | TARN_DIFF_FILLED, true, error));
        TARN_TRY(look_up(run, patch, TARN_DIFF_ADDED, false, error));
    } else {
        find_by_number(run, patch);
    }
    for (int64_t i = 0; i < patch->count; i++) {
        if (patch->list[i].kind == TARN_DIFF_UNMATCHED)
            note_conflict(patch, i, TARN_PATCH_UNMATCHED);
    }
    TARN_TRY(check_once(patch, error));
    return compare_values(run, patch, error);
}

/* ---- what to do ---- */

static tarn_patch_action action_of(tarn_diff_kind kind) {
    switch (kind) {
    case TARN_DIFF_ADDED:
        return TARN_PATCH_ADD;
    case TARN_DIFF_REMOVED:
        return TARN_PATCH_REMOVE;
    case TARN_DIFF_MODIFIED:
    case TARN_DIFF_FILLED:
    case TARN_DIFF_MOVED:
        return TARN_PATCH_SET;
    default:
        return TARN_PATCH_LEAVE;
    }
}

/* What the comparison wants, whatever the table has. */
static tarn_patch_action force(const tarn_patch_row *row) {
    if (row->conflict == TARN_PATCH_DIFFERS)
        return action_of(row->kind);
    if (row->conflict == TARN_PATCH_THERE)
        return TARN_PATCH_SET_ALL;
    return row->conflict == TARN_PATCH_MISSING && row->kind == TARN_DIFF_MODIFIED ? TARN_PATCH_ADD : TARN_PATCH_LEAVE;
}

void tarn_patch_decide(tarn_patch *patch, const char *policy) {
    bool theirs = strcmp(policy, "theirs") == 0;
    patch->sets = patch->adds = patch->removes = 0;
    for (int64_t i = 0; i < patch->count; i++) {
        tarn_patch_row *row = &patch->list[i];
        row->action = row->conflict == TARN_PATCH_FITS ? action_of(row->kind) : TARN_PATCH_LEAVE;
        if (row->conflict != TARN_PATCH_FITS && theirs)
            row->action = force(row);
        patch->sets += row->action == TARN_PATCH_SET || row->action == TARN_PATCH_SET_ALL;
        patch->adds += row->action == TARN_PATCH_ADD;
        patch->removes += row->action == TARN_PATCH_REMOVE;
    }
}

/* ---- what is said ---- */

static tarn_status print_value(const struct ArrowSchema *type, const struct ArrowArray *values, int64_t i,
                               tarn_buffer *out, tarn_error *error) {
    bool is_null = false;
    TARN_TRY(tarn_array_print(type, values, i, out, &is_null, error));
    return is_null ? tarn_buffer_append(out, "null", 4, error) : TARN_OK;
}

tarn_status tarn_patch_name_row(const tarn_patch *patch, int64_t i, tarn_buffer *out, tarn_error *error) {
    const tarn_patch_row *row = &patch->list[i];
    bool first = true;
    for (size_t k = 0; k < patch->column_count; k++) {
        const tarn_patch_column *column = &patch->columns[k];
        if (!column->key)
            continue;
        bool after = row->kind == TARN_DIFF_ADDED ||
                     (row->kind == TARN_DIFF_UNMATCHED &&
                      tarn_array_is_null(tarn_patch_type(patch, 1), tarn_patch_values(patch, 1), i));
        size_t child = after ? column->of_after : column->of_before;
        TARN_TRY(tarn_buffer_printf(out, error, "%s%s=", first ? "" : ", ", column->before));
        TARN_TRY(print_value(tarn_patch_type(patch, child), tarn_patch_values(patch, child), i, out, error));
        first = false;
    }
    if (!first)
        return TARN_OK;
    TARN_TRY(tarn_buffer_printf(out, error, "row id "));
    return print_value(tarn_patch_type(patch, 1), tarn_patch_values(patch, 1), i, out, error);
}

static tarn_status name_difference(const tarn_run *run, const tarn_patch *patch, int64_t i, tarn_buffer *out,
                                   tarn_error *error) {
    const tarn_patch_row *row = &patch->list[i];
    const tarn_patch_column *column = &patch->columns[row->column];
    struct ArrowArray present = {0};
    TARN_TRY(tarn_buffer_printf(out, error, "%s is ", column->before));
    TARN_TRY(tarn_gather(run->base, column->column, &row->row, 1, &present, error));
    tarn_status status = print_value(tarn_version_column(run->base, column->column)->type, &present, 0, out, error);
    tarn_array_release(&present);
    if (status == TARN_OK)
        status = tarn_buffer_printf(out, error, ", not ");
    if (status == TARN_OK)
        status = print_value(tarn_patch_type(patch, column->of_before), tarn_patch_values(patch, column->of_before), i,
                             out, error);
    return status;
}

tarn_status tarn_patch_name_conflict(const tarn_run *run, const tarn_patch *patch, int64_t i, tarn_buffer *out,
                                     tarn_error *error) {
    switch (patch->list[i].conflict) {
    case TARN_PATCH_UNMATCHED:
        return tarn_buffer_printf(out, error, "its key was null or not unique when it was compared");
    case TARN_PATCH_NO_KEY:
        return tarn_buffer_printf(out, error, "its key is null");
    case TARN_PATCH_REPEATED:
        return tarn_buffer_printf(out, error, "several rows have this key");
    case TARN_PATCH_MISSING:
        return tarn_buffer_printf(out, error, "no such row");
    case TARN_PATCH_THERE:
        return tarn_buffer_printf(out, error, "the row to add is there already");
    case TARN_PATCH_DIFFERS:
        return name_difference(run, patch, i, out, error);
    case TARN_PATCH_FITS:
        break;
    }
    return TARN_OK;
}

static tarn_status list_conflicts(const tarn_run *run, const tarn_patch *patch, tarn_buffer *out, tarn_error *error) {
    int named = 0;
    for (int64_t i = 0; i < patch->count && named < CONFLICTS_NAMED; i++) {
        if (patch->list[i].conflict == TARN_PATCH_FITS)
            continue;
        if (named++ > 0)
            TARN_TRY(tarn_buffer_printf(out, error, "; "));
        TARN_TRY(tarn_patch_name_row(patch, i, out, error));
        TARN_TRY(tarn_buffer_printf(out, error, ": "));
        TARN_TRY(tarn_patch_name_conflict(run, patch, i, out, error));
    }
    if (named < patch->conflicts)
        TARN_TRY(tarn_buffer_printf(out, error, "; …"));
    return tarn_buffer_append(out, "", 1, error);
}

tarn_status tarn_patch_refuse(const tarn_run *run, const tarn_patch *patch, tarn_error *error) {
    tarn_buffer list = {0};
    char *count = tarn_say_count(patch->conflicts, "change does", "changes do");
    tarn_status status = count == NULL ? tarn_fail_memory(error) : list_conflicts(run, patch, &list, error);
    if (status == TARN_OK)
        status = tarn_fail(error, TARN_E_CONFLICT,
                           "%s not fit the table, and nothing was changed (%s): %s lists them; conflicts=skip "
                           "leaves them out, conflicts=theirs overrules the table",
                           count, (const char *)list.data, TARN_ASKER("--preview", "a preview"));
    free(count);
    tarn_buffer_free(&list);
    return status;
}

char *tarn_patch_say(const tarn_patch *patch, int64_t cells, bool would) {
    char *set = tarn_say_count(cells, "cell", "cells"), *rows = tarn_say_count(patch->sets, "row", "rows");
    char *adds = tarn_say_count(patch->adds, "row", "rows"), *removes = tarn_say_count(patch->removes, "row", "rows");
    char *left = NULL, *text = NULL;
    int64_t out = 0;
    for (int64_t i = 0; i < patch->count; i++)
        out += patch->list[i].conflict != TARN_PATCH_FITS && patch->list[i].action == TARN_PATCH_LEAVE;
    left = tarn_say_count(out, "conflict", "conflicts");
    if (set != NULL && rows != NULL && adds != NULL && removes != NULL && left != NULL) {
        const char *verbs[] = {would ? "would change" : "changed", would ? "add" : "added",
                               would ? "remove" : "removed"};
        text = cells < 0
                   ? tarn_format("%s %s, %s %s, %s %s", verbs[0], rows, verbs[1], adds, verbs[2], removes)
                   : tarn_format("%s %s in %s, %s %s, %s %s", verbs[0], set, rows, verbs[1], adds, verbs[2], removes);
        if (text != NULL && out > 0) {
            char *longer = tarn_format("%s; %s %s", text, would ? "would leave out" : "left out", left);
            free(text);
            text = longer;
        }
    }
    free(set);
    free(rows);
    free(adds);
    free(removes);
    free(left);
    return text;
}
