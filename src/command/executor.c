// From a command and its parameters to a version of the table.
#include "base/clock.h"
#include "base/text.h"
#include "command/arguments.h"
#include "command/cells.h"
#include "command/merge_groups.h"
#include "command/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void run_clear(tarn_run *run) {
    free((tarn_argument *)run->arguments);
    free(run->note);
    free(run->before);
    free(run->result);
    tarn_version_release(run->base);
    *run = (tarn_run){0};
}

/* `base` is taken over. */
static tarn_status run_prepare_on(const tarn_command_environment *environment, tarn_version *base,
                                  const tarn_command *command, const tarn_argument *arguments, size_t argument_count,
                                  tarn_run *out, tarn_error *error) {
    tarn_run run = {.command = command,
                    .store = environment->store,
                    .engine = environment->engine,
                    .pool = environment->pool,
                    .files = environment->files != NULL ? environment->files : tarn_store_fs(environment->store),
                    .filter = environment->filter,
                    .task = environment->task,
                    .base = base};
    tarn_argument *checked = NULL;
    tarn_status status =
        tarn_arguments_check(command, run.base, arguments, argument_count, &checked, &run.argument_count, error);
    run.arguments = checked;
    if (status == TARN_OK)
        *out = run;
    else
        run_clear(&run);
    return status;
}

static tarn_status run_prepare(const tarn_command_environment *environment, const tarn_table_state *table,
                               const tarn_command *command, const tarn_argument *arguments, size_t argument_count,
                               tarn_run *out, tarn_error *error) {
    tarn_version *head = NULL;
    TARN_TRY(tarn_store_version(environment->store, table->id, TARN_HEAD, &head, error));
    return run_prepare_on(environment, head, command, arguments, argument_count, out, error);
}

tarn_status tarn_command_match(const tarn_command_environment *environment, tarn_version *version,
                               const tarn_argument *arguments, size_t argument_count, tarn_row_matches *out,
                               tarn_error *error) {
    const tarn_command *merge;
    tarn_run run = {0};
    *out = (tarn_row_matches){0};
    TARN_TRY(tarn_command_find("merge", &merge, error));
    tarn_command match = *merge;
    match.name = "match"; /* as messages call it */
    tarn_version_retain(version);
    tarn_status status = run_prepare_on(environment, version, &match, arguments, argument_count, &run, error);
    if (status == TARN_OK)
        status = tarn_run_matches(&run, out, error);
    run_clear(&run);
    return status;
}

bool tarn_command_is_cellwise(const tarn_command *command) {
    return command->change_table == NULL && command->plan == NULL;
}

tarn_status tarn_command_name_error(const tarn_command *command, tarn_status status, tarn_error *error) {
    size_t length = strlen(command->name);
    if (status == TARN_OK || status == TARN_E_CANCELLED || error == NULL ||
        (strncmp(error->message, command->name, length) == 0 &&
         (error->message[length] == ':' || error->message[length] == ' ')))
        return status;
    return tarn_fail_context(error, status, "%s", command->name);
}

static tarn_status run_plan(tarn_run *run, tarn_plan_kind *kind, tarn_error *error) {
    tarn_plan plan = {0};
    tarn_status status = run->command->plan(run, &plan, error);
    if (status == TARN_OK)
        status = tarn_plan_apply(run, &plan, error);
    *kind = plan.kind;
    tarn_plan_clear(&plan);
    return tarn_command_name_error(run->command, status, error);
}

static tarn_status run_command(tarn_run *run, tarn_plan_kind *kind, tarn_error *error) {
    *kind = TARN_PLAN_NOTHING;
    if (run->command->plan != NULL)
        return run_plan(run, kind, error);
    return tarn_command_is_cellwise(run->command) ? tarn_cells_apply(run, error)
                                                  : run->command->change_table(run, error);
}

static tarn_status commit(tarn_run *run, int64_t started, bool *changed, tarn_error *error) {
    char *parameters = NULL;
    tarn_status status = tarn_arguments_describe(run, &parameters, error);
    if (status == TARN_OK)
        status = tarn_task_check(run->task, error);
    tarn_event event = {.kind = run->before != NULL ? "edit" : "command",
                        .command = run->command->name,
                        .parameters = parameters,
                        .rows = run->rows,
                        .cells = run->cells,
                        .duration = tarn_monotonic() - started};
    if (status == TARN_OK)
        status = tarn_transaction_commit(run->transaction, &event, changed, error);
    else
        tarn_transaction_abort(run->transaction);
    run->transaction = NULL;
    free(parameters);
    return status;
}

char *tarn_say_count(int64_t count, const char *one, const char *many) {
    char digits[32], grouped[48];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)count);
    size_t at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            grouped[at++] = ',';
        grouped[at++] = digits[i];
    }
    grouped[at] = '\0';
    return tarn_format("%s %s", grouped, count == 1 ? one : many);
}

void tarn_run_note(tarn_run *run, char *text) {
    char *both = run->note != NULL && text != NULL ? tarn_format("%s; %s", run->note, text) : NULL;
    if (text == NULL)
        return;
    free(run->note);
    run->note = both != NULL ? both : text;
    if (both != NULL)
        free(text);
}

static char *say(const tarn_run *run, tarn_plan_kind kind) {
    return run->command->say != NULL ? tarn_say_note(run, run->command->say(run)) : tarn_plan_say(run, kind, false);
}

static tarn_status show_before_commit(const tarn_command_environment *environment, tarn_run *run, tarn_error *error) {
    tarn_version *after = NULL;
    if (environment->before_commit == NULL)
        return TARN_OK;
    TARN_TRY(tarn_draft_look(run->draft, &after, error));
    tarn_status status = environment->before_commit(environment->context, run, after, error);
    tarn_version_release(after);
    return status;
}

tarn_status tarn_command_apply(const tarn_command_environment *environment, const tarn_table_state *table,
                               const tarn_command *command, const tarn_argument *arguments, size_t argument_count,
                               tarn_outcome *out, tarn_error *error) {
    int64_t started = tarn_monotonic();
    tarn_run run = {0};
    bool changed = false;
    tarn_plan_kind kind;
    tarn_table_state after = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(run_prepare(environment, table, command, arguments, argument_count, &run, error));
    TARN_CHECK(tarn_transaction_begin(run.store, &run.transaction, error));
    TARN_CHECK(tarn_draft_edit(run.transaction, run.base, &run.draft, error));
    TARN_CHECK(run_command(&run, &kind, error));
    TARN_CHECK(show_before_commit(environment, &run, error));
    TARN_CHECK(commit(&run, started, &changed, error));
    TARN_CHECK(tarn_store_find_id(run.store, table->id, &after, error));
    *out = (tarn_outcome){.before = tarn_version_number(run.base),
                          .after = after.head,
                          .changed = changed,
                          .rows = changed ? run.rows : 0,
                          .cells = changed ? run.cells : 0,
                          .duration = tarn_monotonic() - started,
                          .message = changed ? say(&run, kind) : NULL};
cleanup:
    tarn_table_state_clear(&after);
    tarn_transaction_abort(run.transaction);
    run_clear(&run);
    return status;
}

void tarn_step_outcome_clear(tarn_step_outcome *outcome) {
    free(outcome->parameters);
    free(outcome->message);
    *outcome = (tarn_step_outcome){0};
}

void tarn_outcome_clear(tarn_outcome *outcome) {
    for (size_t i = 0; i < outcome->step_count; i++)
        tarn_step_outcome_clear(&outcome->steps[i]);
    free(outcome->steps);
    free(outcome->message);
    *outcome = (tarn_outcome){0};
}

/* `base` is what the draft was before the command ran. */
static tarn_status describe_step(const tarn_run *run, tarn_plan_kind kind, tarn_step_outcome *out, tarn_error *error) {
    tarn_version *after = NULL;
    TARN_TRY(tarn_arguments_describe(run, &out->parameters, error));
    TARN_TRY(tarn_draft_look(run->draft, &after, error));
    out->changed = !tarn_version_is_same(run->base, after);
    tarn_version_release(after);
    out->message = out->changed ? say(run, kind) : NULL;
    return TARN_OK;
}

tarn_status tarn_command_step(const tarn_command_environment *environment, tarn_transaction *transaction,
                              tarn_draft *draft, const tarn_command *command, const tarn_argument *arguments,
                              size_t argument_count, tarn_step_outcome *out, tarn_error *error) {
    tarn_version *base = NULL;
    tarn_run run = {0};
    TARN_TRY(tarn_draft_look(draft, &base, error));
    TARN_TRY(run_prepare_on(environment, base, command, arguments, argument_count, &run, error));
    run.transaction = transaction;
    run.draft = draft;
    tarn_plan_kind kind;
    tarn_status status = run_command(&run, &kind, error);
    *out = (tarn_step_outcome){.command = command, .rows = run.rows, .cells = run.cells};
    if (status == TARN_OK)
        status = describe_step(&run, kind, out, error);
    run_clear(&run);
    return status;
}

static tarn_status preview_plan(tarn_run *run, tarn_preview_request *request, tarn_error *error) {
    tarn_plan plan = {0};
    tarn_status status = run->command->plan(run, &plan, error);
    if (status == TARN_OK)
        status = tarn_plan_preview(run, &plan, request, error);
    tarn_plan_clear(&plan);
    return tarn_command_name_error(run->command, status, error);
}

tarn_status tarn_command_preview(const tarn_command_environment *environment, const tarn_table_state *table,
                                 const tarn_command *command, const tarn_argument *arguments, size_t argument_count,
                                 tarn_preview_request *request, tarn_error *error) {
    if (command->change_table != NULL)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "%s has no preview: apply it, look, and undo", command->name);
    tarn_run run = {0};
    TARN_TRY(run_prepare(environment, table, command, arguments, argument_count, &run, error));
    tarn_status status = command->plan != NULL ? preview_plan(&run, request, error)
                                               : tarn_cells_preview(&run, request->visit, request->context, error);
    run_clear(&run);
    return status;
}
