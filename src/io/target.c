// The table that an import goes to.
#include "io/target.h"

#include "arrow/cast.h"
#include "base/asker.h"
#include "base/clock.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

tarn_status tarn_target_check(const tarn_io *io, const char *table, tarn_if_exists if_exists, tarn_version **base,
                              tarn_error *error) {
    tarn_table_state state;
    tarn_error missing = {0};
    if (base != NULL)
        *base = NULL;
    if (tarn_store_is_read_only(io->store))
        return tarn_fail(error, TARN_E_READ_ONLY, "the workspace is open for reading only");
    TARN_TRY(tarn_check_table_name(table, error));
    tarn_status status = tarn_store_find(io->store, table, &state, &missing);
    if (status == TARN_OK && io->if_version != 0 && io->if_version != state.head) {
        status = tarn_table_moved_on(io->store, &state, io->if_version, error);
        tarn_table_state_clear(&state);
        return status;
    }
    if (status == TARN_E_NOT_FOUND && if_exists != TARN_IF_EXISTS_APPEND)
        return TARN_OK;
    if (status != TARN_OK) {
        if (error != NULL)
            *error = missing;
        return status;
    }
    if (if_exists == TARN_IF_EXISTS_FAIL)
        status =
            tarn_fail(error, TARN_E_EXISTS,
                      "there is a table %s already: choose another name " TARN_ASKER(
                          "(--name), or say --replace or --append", "(table), or say ifExists: 'replace' or 'append'"),
                      state.name);
    else if (base != NULL)
        status = tarn_store_version(io->store, state.id, TARN_HEAD, base, error);
    tarn_table_state_clear(&state);
    return status;
}

/* Every column of the source gets a column of its own. */
static tarn_status add_columns(tarn_target *target, tarn_error *error) {
    for (int64_t i = 0; i < target->source.n_children; i++) {
        TARN_TRY(tarn_task_check(target->io->task, error));
        TARN_TRY(tarn_draft_add_column(target->draft, target->source.children[i], SIZE_MAX, error));
        target->source_of[i] = (size_t)i;
    }
    return TARN_OK;
}

/* What to do when values do not fit a table's type. */
static tarn_status advise(tarn_status status, tarn_error *error) {
    tarn_error found = {0};
    if (error != NULL)
        found = *error;
    return tarn_fail(
        error, status, "%s; %s", found.message,
        TARN_ASKER(
            "import it as a table of its own and put it below with `tarn apply TABLE stack table=NAME`, or cast "
            "the column first",
            "import it as a table of its own and put it below with the command stack, or cast the column first"));
}

static tarn_status match_columns(tarn_target *target, tarn_error *error) {
    size_t columns = tarn_version_column_count(target->base);
    for (size_t column = 0; column < columns; column++)
        target->source_of[column] = SIZE_MAX;
    for (int64_t i = 0; i < target->source.n_children; i++) {
        size_t column;
        tarn_error missing;
        TARN_TRY(tarn_task_check(target->io->task, error));
        const char *name = target->source.children[i]->name;
        column = (size_t)i; /* mostly it is where it was, and tables of many thousands are not searched */
        if ((column >= columns || strcmp(tarn_version_column(target->base, column)->name, name) != 0) &&
            tarn_version_find_column(target->base, name, &column, &missing) != TARN_OK)
            return tarn_fail(error, TARN_E_INVALID,
                             "the table has no column \"%s\" to append to: rename or drop it first", name);
        if (target->source_of[column] != SIZE_MAX)
            return tarn_fail(error, TARN_E_INVALID, "two columns are called \"%s\", ignoring case", name);
        target->source_of[column] = (size_t)i;
    }
    return TARN_OK;
}

/* Columns that earlier attempts could not fill get the type that holds what is there and what comes. */
static tarn_status widen_columns(tarn_target *target, tarn_error *error) {
    if (target->widening == NULL)
        return TARN_OK;
    TARN_TRY(tarn_widening_begin(target->widening, target->base, error));
    for (size_t column = 0; column < target->widening->count; column++) {
        size_t from = target->source_of[column];
        if (from == SIZE_MAX || tarn_widening_step_of(target->widening, column) != TARN_WIDEN_TYPE)
            continue;
        const struct ArrowSchema *type = tarn_version_column(target->base, column)->type;
        char format[TARN_WIDER_FORMAT_SIZE];
        if (!tarn_wider_format(type, target->source.children[from], format))
            continue;
        tarn_status status = tarn_widen_column(target->widening, target->io, target->transaction, target->draft,
                                               target->base, column, format, error);
        TARN_TRY(status == TARN_E_INVALID ? advise(status, error) : status);
    }
    return TARN_OK;
}

static tarn_status set_up_draft(tarn_target *target, const char *table, tarn_if_exists if_exists, tarn_error *error) {
    if (target->base == NULL) {
        TARN_TRY(tarn_draft_create(target->transaction, table, &target->draft, error));
        return add_columns(target, error);
    }
    TARN_TRY(tarn_draft_edit(target->transaction, target->base, &target->draft, error));
    if (if_exists == TARN_IF_EXISTS_APPEND) {
        TARN_TRY(match_columns(target, error));
        return widen_columns(target, error);
    }
    TARN_TRY(tarn_draft_restart(target->draft, error));
    return add_columns(target, error);
}

tarn_status tarn_target_open(const tarn_io *io, const char *table, tarn_if_exists if_exists,
                             const struct ArrowSchema *schema, tarn_widening *widening, tarn_target *out,
                             tarn_error *error) {
    tarn_target target = {.io = io, .widening = widening, .started = tarn_monotonic()};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_target_check(io, table, if_exists, &target.base, error));
    TARN_CHECK(tarn_schema_copy(schema, NULL, &target.source, error));
    size_t most = (size_t)schema->n_children + (target.base != NULL ? tarn_version_column_count(target.base) : 0);
    target.source_of = calloc(most + 1, sizeof *target.source_of);
    if (target.source_of == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    TARN_CHECK(tarn_transaction_begin(io->store, &target.transaction, error));
    TARN_CHECK(set_up_draft(&target, table, if_exists, error));
    *out = target;
    return TARN_OK;
cleanup:
    tarn_target_close(&target);
    return status;
}

bool tarn_target_is_direct(const tarn_target *target) {
    size_t columns = tarn_draft_column_count(target->draft);
    if (columns != (size_t)target->source.n_children)
        return false;
    for (size_t column = 0; column < columns; column++) {
        if (target->source_of[column] != column ||
            !tarn_schema_same_type(tarn_draft_column(target->draft, column)->type, target->source.children[column]))
            return false;
    }
    return true;
}

static bool is_all_null(const struct ArrowSchema *type, const struct ArrowArray *values) {
    for (int64_t i = 0; i < values->length; i++)
        if (!tarn_array_is_null(type, values, i))
            return false;
    return true;
}

/* Whether values that do not fit may be left out of this attempt, since another one is to follow. */
static bool is_deferred(const tarn_target *target, size_t column, const struct ArrowSchema *from) {
    char format[TARN_WIDER_FORMAT_SIZE];
    if (target->widening == NULL || column >= target->widening->count ||
        tarn_widening_step_of(target->widening, column) == TARN_WIDEN_TYPE ||
        !tarn_wider_format(tarn_draft_column(target->draft, column)->type, from, format))
        return false;
    tarn_widening_want(target->widening, column, TARN_WIDEN_TYPE);
    return true;
}

static tarn_status convert_column(const tarn_target *target, size_t column, const struct ArrowArray *batch,
                                  int64_t first_row, struct ArrowArray *out, tarn_error *error) {
    const tarn_column *to = tarn_draft_column(target->draft, column);
    size_t from = target->source_of[column];
    int64_t failed = -1;
    if (from == SIZE_MAX)
        return tarn_array_nulls(to->type, batch->length, out, error);
    const struct ArrowSchema *type = target->source.children[from];
    const struct ArrowArray *values = batch->children[from];
    tarn_status status = tarn_array_cast(type, values, to->type, out, &failed, error);
    bool misfit = status == TARN_E_INVALID || status == TARN_E_UNSUPPORTED;
    if (misfit && (is_all_null(type, values) || is_deferred(target, column, type)))
        return tarn_array_nulls(to->type, batch->length, out, error);
    if (status == TARN_E_INVALID && failed >= 0)
        status = tarn_fail_context(error, status, "column \"%s\", row %lld", to->name,
                                   (long long)first_row + (long long)failed);
    else if (status != TARN_OK)
        status = tarn_fail_context(error, status, "column \"%s\"", to->name);
    return misfit ? advise(status, error) : status;
}

tarn_status tarn_target_convert(const tarn_target *target, const struct ArrowArray *batch, int64_t first_row,
                                struct ArrowArray *out, tarn_error *error) {
    size_t columns = tarn_draft_column_count(target->draft);
    struct ArrowArray *children = calloc(columns + 1, sizeof *children);
    if (children == NULL)
        return tarn_fail_memory(error);
    tarn_status status = TARN_OK;
    for (size_t column = 0; column < columns && status == TARN_OK; column++)
        status = convert_column(target, column, batch, first_row, &children[column], error);
    void *no_validity[1] = {NULL};
    if (status == TARN_OK)
        status = tarn_array_make(out, batch->length, 0, no_validity, 1, children, (int64_t)columns, error);
    for (size_t column = 0; column < columns && status != TARN_OK; column++)
        tarn_array_release(&children[column]);
    free(children);
    return status;
}

/* A replaced or appended table keeps its name, a new one has the one that it was given. */
static tarn_status describe(tarn_target *target, const char *table, bool changed, tarn_change *out, tarn_error *error) {
    tarn_table_state state;
    TARN_TRY(tarn_store_find(target->io->store, table, &state, error));
    *out = (tarn_change){.table = state.name,
                         .before = target->base != NULL ? tarn_version_number(target->base) : 0,
                         .after = state.head,
                         .changed = changed,
                         .rows = target->rows,
                         .cells = target->rows * state.columns,
                         .table_rows = state.rows,
                         .duration = tarn_monotonic() - target->started};
    state.name = NULL; /* moved */
    tarn_table_state_clear(&state);
    return TARN_OK;
}

tarn_status tarn_target_commit(tarn_target *target, const tarn_import_label *label, const char *table, tarn_change *out,
                               tarn_error *error) {
    int64_t columns = (int64_t)tarn_draft_column_count(target->draft);
    tarn_event event = {.kind = label->kind,
                        .command = label->command,
                        .parameters = label->parameters,
                        .rows = target->rows,
                        .cells = target->rows * columns,
                        .duration = tarn_monotonic() - target->started};
    bool changed = false;
    TARN_TRY(tarn_task_check(target->io->task, error));
    if (tarn_widening_is_wanted(target->widening)) {
        tarn_fail(error, TARN_E_INVALID, "values do not fit the types of the table's columns");
        return advise(TARN_E_INVALID, error);
    }
    tarn_status status = tarn_transaction_commit(target->transaction, &event, &changed, error);
    target->transaction = NULL;
    target->draft = NULL;
    return status == TARN_OK ? describe(target, table, changed, out, error) : status;
}

void tarn_target_close(tarn_target *target) {
    tarn_transaction_abort(target->transaction);
    tarn_version_release(target->base);
    tarn_schema_release(&target->source);
    free(target->source_of);
    *target = (tarn_target){0};
}
