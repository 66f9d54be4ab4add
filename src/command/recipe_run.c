/* Running recipes: first on the table without its rows, so that what does not fit is known before anything is done;
 * then for good. */
#include "base/asker.h"
#include "base/clock.h"
#include "base/text.h"
#include "command/arguments.h"
#include "command/recipe.h"
#include "diff/diff.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct running {
    const tarn_command_environment *environment;
    const tarn_table_state *table;
    const char *name;
    tarn_recipe_step *steps;
    size_t count;
    int64_t rows, cells;
    size_t changing;         /* steps that changed something */
    tarn_step_outcome *done; /* what each did; `count` of them, the rest zeroed */
} running;

static tarn_status name_step(const running *r, size_t i, tarn_status status, tarn_error *error) {
    if (status == TARN_OK || status == TARN_E_CANCELLED)
        return status;
    tarn_command_name_error(r->steps[i].command, status, error);
    return tarn_fail_context(error, status, "step %zu of %zu", i + 1, r->count);
}

/* ---- does it fit? -------------------------------------------------------------------------------------------- */

/* The table's columns, and no rows. */
static tarn_status empty_draft(tarn_transaction *transaction, tarn_version *head, tarn_draft **out, tarn_error *error) {
    TARN_TRY(tarn_draft_edit(transaction, head, out, error));
    TARN_TRY(tarn_draft_restart(*out, error));
    for (size_t i = 0; i < tarn_version_column_count(head); i++)
        TARN_TRY(tarn_draft_add_column(*out, tarn_version_column(head, i)->type, SIZE_MAX, error));
    return TARN_OK;
}

static bool names_a_row(const tarn_recipe_step *step) {
    for (size_t i = 0; i < step->argument_count; i++) {
        for (size_t p = 0; p < step->command->parameter_count; p++) {
            const tarn_parameter_spec *spec = &step->command->parameters[p];
            if ((spec->type == TARN_PARAMETER_ROW || spec->by_row) && strcmp(spec->name, step->arguments[i].name) == 0)
                return true;
        }
    }
    return false;
}

/* A step on a certain row has nothing to work on here; its columns are looked at all the same. */
static tarn_status check_arguments(tarn_draft *draft, const tarn_recipe_step *step, tarn_error *error) {
    tarn_version *version = NULL;
    tarn_argument *checked = NULL;
    size_t count;
    TARN_TRY(tarn_draft_look(draft, &version, error));
    tarn_status status =
        tarn_arguments_check(step->command, version, step->arguments, step->argument_count, &checked, &count, error);
    free(checked);
    tarn_version_release(version);
    return status;
}

static tarn_status try_steps(const running *r, tarn_transaction *transaction, tarn_draft *draft, tarn_error *error) {
    for (size_t i = 0; i < r->count; i++) {
        const tarn_recipe_step *step = &r->steps[i];
        tarn_step_outcome outcome = {0};
        tarn_status status = names_a_row(step)
                                 ? check_arguments(draft, step, error)
                                 : tarn_command_step(r->environment, transaction, draft, step->command, step->arguments,
                                                     step->argument_count, &outcome, error);
        tarn_step_outcome_clear(&outcome);
        TARN_TRY(name_step(r, i, status, error));
        if (step->command->columns_from_values)
            return TARN_OK; /* which columns follow only the rows tell: what does not fit then fails when it is run */
    }
    return TARN_OK;
}

static tarn_status check_fit(const running *r, tarn_error *error) {
    tarn_store *store = r->environment->store;
    tarn_transaction *transaction = NULL;
    tarn_version *head = NULL;
    tarn_draft *draft;
    tarn_status status;
    TARN_CHECK(tarn_store_version(store, r->table->id, TARN_HEAD, &head, error));
    TARN_CHECK(tarn_transaction_begin(store, &transaction, error));
    TARN_CHECK(empty_draft(transaction, head, &draft, error));
    status = try_steps(r, transaction, draft, error);
cleanup:
    tarn_transaction_abort(transaction);
    tarn_version_release(head);
    return status;
}

/* ---- what they changed together ------------------------------------------------------------------------------- */

/* Whether a row is a row and a cell a cell on both sides. */
static bool can_be_compared(const tarn_version *before, const tarn_version *after) {
    size_t count = tarn_version_column_count(before);
    if (tarn_version_row_space(before) != tarn_version_row_space(after) || tarn_version_column_count(after) != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        const tarn_column *a = tarn_version_column(before, i), *b = tarn_version_column(after, i);
        if (a->field != b->field || !tarn_schema_same_type(a->type, b->type))
            return false;
    }
    return true;
}

/* Rows and cells that several steps changed count once. Where columns came, went or have other types, the steps' own
 * numbers stay, of which that of rows is no more than there are. */
static tarn_status count_once(running *r, tarn_version *before, tarn_version *after, tarn_error *error) {
    int64_t rows_before = tarn_version_rows(before), rows_after = tarn_version_rows(after);
    int64_t most = rows_before > rows_after ? rows_before : rows_after;
    tarn_diff *diff = NULL;
    if (r->changing < 2)
        return TARN_OK;
    if (!can_be_compared(before, after)) {
        r->rows = r->rows < most ? r->rows : most;
        return TARN_OK;
    }
    tarn_diff_input input = {.before = before,
                             .after = after,
                             .before_name = r->table->name,
                             .after_name = r->table->name,
                             .pool = r->environment->pool,
                             .task = r->environment->task};
    TARN_TRY(tarn_diff_compare(&input, &diff, error));
    const tarn_diff_info *info = tarn_diff_info_of(diff);
    r->rows = info->added + info->removed + info->modified + info->moved;
    r->cells = info->cells + info->added * (int64_t)tarn_version_column_count(after);
    tarn_diff_close(diff);
    return TARN_OK;
}

static void add_counts(running *r, const tarn_step_outcome *step) {
    r->rows += step->rows;
    r->cells += step->cells;
    r->changing += step->rows > 0 || step->cells > 0;
}

/* ---- all steps as one version -------------------------------------------------------------------------------- */

static tarn_status note_step(json_t *list, const tarn_command *command, const char *parameters, tarn_error *error) {
    json_t *values = json_loads(parameters, 0, NULL);
    json_t *step = values == NULL ? NULL : json_pack("{s:s, s:o}", "command", command->name, "parameters", values);
    return step != NULL && json_array_append_new(list, step) == 0 ? TARN_OK : tarn_fail_memory(error);
}

static tarn_status run_steps(running *r, tarn_transaction *transaction, tarn_version *head, tarn_draft *draft,
                             json_t *done, tarn_error *error) {
    for (size_t i = 0; i < r->count; i++) {
        const tarn_recipe_step *step = &r->steps[i];
        tarn_step_outcome *outcome = &r->done[i];
        tarn_status status = tarn_task_check(r->environment->task, error);
        if (status == TARN_OK)
            status = tarn_command_step(r->environment, transaction, draft, step->command, step->arguments,
                                       step->argument_count, outcome, error);
        if (status == TARN_OK)
            status = note_step(done, step->command, outcome->parameters, error);
        add_counts(r, outcome);
        TARN_TRY(name_step(r, i, status, error));
    }
    tarn_version *after = NULL;
    TARN_TRY(tarn_draft_look(draft, &after, error));
    tarn_status status = count_once(r, head, after, error);
    tarn_version_release(after);
    return status == TARN_OK ? tarn_task_check(r->environment->task, error) : status;
}

static tarn_status commit(const running *r, tarn_transaction *transaction, json_t *done, int64_t started,
                          tarn_error *error) {
    json_t *object = json_pack("{s:s, s:O}", "recipe", r->name, "steps", done);
    char *parameters = object == NULL ? NULL : json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (parameters == NULL) {
        tarn_transaction_abort(transaction);
        return tarn_fail_memory(error);
    }
    tarn_event event = {.kind = "recipe",
                        .parameters = parameters,
                        .rows = r->rows,
                        .cells = r->cells,
                        .duration = tarn_monotonic() - started};
    tarn_status status = tarn_transaction_commit(transaction, &event, NULL, error);
    free(parameters);
    return status;
}

static tarn_status run_at_once(running *r, int64_t started, tarn_error *error) {
    tarn_store *store = r->environment->store;
    tarn_transaction *transaction = NULL;
    tarn_version *head = NULL;
    tarn_draft *draft;
    json_t *done = json_array();
    tarn_status status = done == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = tarn_store_version(store, r->table->id, TARN_HEAD, &head, error);
    if (status == TARN_OK)
        status = tarn_transaction_begin(store, &transaction, error);
    if (status == TARN_OK)
        status = tarn_draft_edit(transaction, head, &draft, error);
    if (status == TARN_OK)
        status = run_steps(r, transaction, head, draft, done, error);
    if (status == TARN_OK)
        status = commit(r, transaction, done, started, error);
    else
        tarn_transaction_abort(transaction);
    json_decref(done);
    tarn_version_release(head);
    return status;
}

/* ---- a version for each step --------------------------------------------------------------------------------- */

static tarn_status apply_step(running *r, size_t i, tarn_error *error) {
    const tarn_recipe_step *step = &r->steps[i];
    tarn_table_state state;
    tarn_outcome outcome = {0};
    TARN_TRY(tarn_task_check(r->environment->task, error));
    TARN_TRY(tarn_store_find_id(r->environment->store, r->table->id, &state, error));
    tarn_status status = tarn_command_apply(r->environment, &state, step->command, step->arguments,
                                            step->argument_count, &outcome, error);
    tarn_table_state_clear(&state);
    r->done[i] = (tarn_step_outcome){.command = step->command,
                                     .changed = outcome.changed,
                                     .rows = outcome.rows,
                                     .cells = outcome.cells,
                                     .message = outcome.message};
    add_counts(r, &r->done[i]);
    return name_step(r, i, status, error);
}

/* The table as it was, redo included; the versions that were made stay by their numbers until gc. `*newest` is the last
 * of them. */
static tarn_status go_back(const running *r, uint64_t *newest, tarn_error *error) {
    char parameters[64];
    tarn_table_state state;
    TARN_TRY(tarn_store_find_id(r->environment->store, r->table->id, &state, error));
    bool moved = state.head != r->table->head;
    *newest = state.newest;
    tarn_table_state_clear(&state);
    if (!moved)
        return TARN_OK;
    snprintf(parameters, sizeof parameters, "{\"version\":%" PRIu64 ",\"recipe\":\"failed\"}", r->table->head);
    tarn_event event = {.kind = "undo", .parameters = parameters, .rows = -1, .cells = -1};
    return tarn_store_set_head(r->environment->store, r->table->id, r->table->head, r->table->tip, &event, error);
}

static tarn_status count_versions(running *r, tarn_error *error) {
    tarn_version *before = NULL, *after = NULL;
    tarn_store *store = r->environment->store;
    tarn_status status = tarn_store_version(store, r->table->id, r->table->head, &before, error);
    if (status == TARN_OK)
        status = tarn_store_version(store, r->table->id, TARN_HEAD, &after, error);
    if (status == TARN_OK)
        status = count_once(r, before, after, error);
    tarn_version_release(before);
    tarn_version_release(after);
    return status;
}

/* What stopped the run, and what is left of it. */
static tarn_status say_left(const running *r, uint64_t newest, tarn_status status, tarn_error *error) {
    uint64_t first = r->table->newest + 1;
    char *reason = newest >= first && error != NULL ? tarn_strdup(error->message) : NULL, versions[80];
    if (reason == NULL)
        return status;
    if (newest == first)
        snprintf(versions, sizeof versions, "version %" PRIu64 ", which the steps before made, stays", first);
    else
        snprintf(versions, sizeof versions, "versions %" PRIu64 " to %" PRIu64 ", which the steps before made, stay",
                 first, newest);
    tarn_fail(error, status,
              "%s; %s is at version %" PRIu64 " as before (%s beside it until " TARN_ASKER("tarn gc", "gc()") ")",
              reason, r->table->name, r->table->head, versions);
    free(reason);
    return status;
}

static tarn_status run_each(running *r, tarn_error *error) {
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < r->count && status == TARN_OK; i++)
        status = apply_step(r, i, error);
    if (status == TARN_OK)
        status = count_versions(r, error);
    if (status == TARN_OK)
        return TARN_OK;
    tarn_error problem;
    uint64_t newest;
    if (go_back(r, &newest, &problem) != TARN_OK)
        return tarn_fail_context(error, status, "%s is left where the recipe stopped (%s)", r->table->name,
                                 problem.message);
    return say_left(r, newest, status, error);
}

/* ---- all of it ----------------------------------------------------------------------------------------------- */

static tarn_status report(running *r, int64_t started, tarn_outcome *out, tarn_error *error) {
    tarn_table_state state;
    TARN_TRY(tarn_store_find_id(r->environment->store, r->table->id, &state, error));
    bool changed = state.head != r->table->head;
    *out = (tarn_outcome){.before = r->table->head,
                          .after = state.head,
                          .changed = changed,
                          .rows = changed ? r->rows : 0,
                          .cells = changed ? r->cells : 0,
                          .duration = tarn_monotonic() - started,
                          .steps = r->done,
                          .step_count = r->done != NULL ? r->count : 0};
    r->done = NULL; /* moved */
    tarn_table_state_clear(&state);
    char *steps = tarn_say_count((int64_t)r->count, "step", "steps");
    char *cells = tarn_say_count(r->cells, "cell", "cells");
    if (changed && steps != NULL && cells != NULL)
        out->message = tarn_format("ran %s: changed %s in %s", r->name, cells, steps);
    free(steps);
    free(cells);
    return TARN_OK;
}

tarn_status tarn_recipe_run(const tarn_command_environment *environment, const tarn_table_state *table,
                            const char *name, const json_t *recipe, const tarn_recipe_options *options,
                            tarn_outcome *out, tarn_error *error) {
    int64_t started = tarn_monotonic();
    running r = {.environment = environment, .table = table, .name = name};
    TARN_TRY(tarn_recipe_steps(recipe, options, &r.steps, &r.count, error));
    tarn_status status = check_fit(&r, error);
    if (status == TARN_OK && !options->only_check) {
        r.done = calloc(r.count + 1, sizeof *r.done);
        if (r.done == NULL)
            status = tarn_fail_memory(error);
        else
            status = options->each_step ? run_each(&r, error) : run_at_once(&r, started, error);
    }
    if (status == TARN_OK)
        status = report(&r, started, out, error);
    for (size_t i = 0; r.done != NULL && i < r.count; i++)
        tarn_step_outcome_clear(&r.done[i]);
    free(r.done);
    tarn_recipe_steps_free(r.steps, r.count);
    return status;
}
