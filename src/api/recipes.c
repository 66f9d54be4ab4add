/* Recipes: made from history, kept in the workspace, run on tables. */
#include "api/workspace.h"
#include "base/text.h"
#include "command/recipe.h"

#include <stdlib.h>
#include <string.h>

static tarn_status write_recipe(tarn_workspace *workspace, const char *name, const json_t *recipe, bool replace,
                                tarn_error *error) {
    if (tarn_store_is_read_only(workspace->store))
        return tarn_fail(error, TARN_E_READ_ONLY, "the workspace is open for reading only");
    TARN_TRY(tarn_writing_begin(workspace, NULL, error));
    tarn_status status = tarn_recipe_write(workspace->fs, workspace->directory, name, recipe, replace, error);
    tarn_writing_end(workspace);
    return status;
}

tarn_status tarn_recipe_save(tarn_workspace *workspace, const char *name, const char *range, bool replace,
                             tarn_error *error) {
    json_t *recipe = NULL;
    TARN_TRY(tarn_recipe_check_name(name, error));
    TARN_TRY(tarn_recipe_from_history(workspace->store, range, &recipe, error));
    tarn_status status = write_recipe(workspace, name, recipe, replace, error);
    json_decref(recipe);
    return status;
}

tarn_status tarn_recipe_put(tarn_workspace *workspace, const char *name, const char *json, bool replace,
                            tarn_error *error) {
    json_t *recipe = NULL;
    TARN_TRY(tarn_recipe_check_name(name, error));
    TARN_TRY(tarn_recipe_parse(json, strlen(json), &recipe, error));
    tarn_status status = write_recipe(workspace, name, recipe, replace, error);
    json_decref(recipe);
    return status;
}

tarn_status tarn_recipe_get(tarn_workspace *workspace, const char *name, char **json, tarn_error *error) {
    json_t *recipe = NULL;
    TARN_TRY(tarn_recipe_read(workspace->fs, workspace->directory, name, &recipe, error));
    tarn_status status = tarn_recipe_text(recipe, json, error);
    json_decref(recipe);
    return status;
}

static tarn_status describe(tarn_workspace *workspace, const char *name, tarn_recipe_info *out, tarn_error *error) {
    json_t *recipe = NULL;
    TARN_TRY(tarn_recipe_read(workspace->fs, workspace->directory, name, &recipe, error));
    tarn_status status = tarn_recipe_describe(name, recipe, out, error);
    json_decref(recipe);
    return status;
}

tarn_status tarn_recipe_list(tarn_workspace *workspace, tarn_recipe_info **out, size_t *count, tarn_error *error) {
    char **names = NULL;
    size_t found = 0;
    TARN_TRY(tarn_recipe_names(workspace->fs, workspace->directory, &names, &found, error));
    tarn_recipe_info *infos = calloc(found + 1, sizeof *infos);
    tarn_status status = infos == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t i = 0; status == TARN_OK && i < found; i++)
        status = describe(workspace, names[i], &infos[i], error);
    for (size_t i = 0; i < found; i++)
        free(names[i]);
    free(names);
    if (status == TARN_OK) {
        *out = infos;
        *count = found;
    } else if (infos != NULL) {
        tarn_recipe_list_free(infos, found);
    }
    return status;
}

void tarn_recipe_list_free(tarn_recipe_info *recipes, size_t count) {
    for (size_t i = 0; i < count; i++)
        tarn_recipe_info_free(&recipes[i]);
    free(recipes);
}

tarn_status tarn_recipe_drop(tarn_workspace *workspace, const char *name, tarn_error *error) {
    if (tarn_store_is_read_only(workspace->store))
        return tarn_fail(error, TARN_E_READ_ONLY, "the workspace is open for reading only");
    TARN_TRY(tarn_writing_begin(workspace, NULL, error));
    tarn_status status = tarn_recipe_remove(workspace->fs, workspace->directory, name, error);
    tarn_writing_end(workspace);
    return status;
}

/* ---- running ---- */

static tarn_argument *to_arguments(const tarn_parameter *parameters, size_t count) {
    tarn_argument *arguments = calloc(count + 1, sizeof *arguments);
    for (size_t i = 0; arguments != NULL && i < count; i++)
        arguments[i] = (tarn_argument){parameters[i].name, parameters[i].value};
    return arguments;
}

/* The messages are moved. */
static tarn_status give_steps(tarn_outcome *outcome, tarn_change *out, tarn_error *error) {
    if (outcome->steps == NULL)
        return TARN_OK;
    out->steps = calloc(outcome->step_count + 1, sizeof *out->steps);
    if (out->steps == NULL)
        return tarn_fail_memory(error);
    for (; out->step_count < outcome->step_count; out->step_count++) {
        tarn_step_outcome *step = &outcome->steps[out->step_count];
        tarn_step_change *to = &out->steps[out->step_count];
        *to = (tarn_step_change){.command = tarn_strdup(step->command->name),
                                 .changed = step->changed,
                                 .rows = step->rows,
                                 .cells = step->cells,
                                 .message = step->message};
        step->message = NULL;
        if (to->command == NULL) {
            free(to->message);
            return tarn_fail_memory(error);
        }
    }
    return TARN_OK;
}

static tarn_status run(tarn_workspace *workspace, const char *name, const json_t *recipe, const tarn_table_state *table,
                       const tarn_recipe_run_options *given, tarn_task *task, tarn_change *out, tarn_error *error) {
    tarn_command_environment environment = {.store = workspace->store,
                                            .engine = workspace->engine,
                                            .pool = workspace->pool,
                                            .task = task,
                                            .files = workspace->files,
                                            .filter = workspace->filter};
    tarn_argument *map = to_arguments(given->map, given->map_count);
    tarn_argument *answers = to_arguments(given->answers, given->answer_count);
    tarn_recipe_options options = {.map = map,
                                   .map_count = given->map_count,
                                   .answers = answers,
                                   .answer_count = given->answer_count,
                                   .each_step = given->each_step,
                                   .only_check = given->only_check};
    tarn_outcome outcome = {0};
    tarn_status status = map == NULL || answers == NULL
                             ? tarn_fail_memory(error)
                             : tarn_recipe_run(&environment, table, name, recipe, &options, &outcome, error);
    if (status == TARN_OK)
        status = tarn_change_describe(workspace, table->id, outcome.before, out, error);
    if (status == TARN_OK) {
        out->rows = outcome.rows;
        out->cells = outcome.cells;
        out->duration = outcome.duration;
        out->message = outcome.message;
        outcome.message = NULL; /* moved */
        status = give_steps(&outcome, out, error);
        if (status != TARN_OK)
            tarn_change_clear(out);
    }
    tarn_outcome_clear(&outcome);
    free(map);
    free(answers);
    return status;
}

tarn_status tarn_recipe_apply(tarn_workspace *workspace, const char *name, const char *table,
                              const tarn_recipe_run_options *options, tarn_task *task, tarn_change *out,
                              tarn_error *error) {
    static const tarn_recipe_run_options defaults = {0};
    tarn_table_state state;
    json_t *recipe = NULL;
    TARN_TRY(tarn_recipe_read(workspace->fs, workspace->directory, name, &recipe, error));
    tarn_status status = tarn_change_begin(workspace, table, task, &state, error);
    if (status == TARN_OK) {
        status = run(workspace, name, recipe, &state, options != NULL ? options : &defaults, task, out, error);
        tarn_change_end(workspace, &state);
    }
    json_decref(recipe);
    return status;
}
