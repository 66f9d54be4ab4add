/**
 * @file recipe.h
 * Recipes: steps of a table's history as JSON (include/tarn/recipe.h describes it), made, checked, kept and run.
 */
#ifndef TARN_COMMAND_RECIPE_H
#define TARN_COMMAND_RECIPE_H

#include "command/command.h"
#include "fs/fs.h"
#include "tarn/recipe.h"

#include <jansson.h>

/* ---- as JSON (recipe.c) ---- */

/** Read and check: its form, that the commands and parameters exist, that it holds no secret. TARN_E_INVALID names the
 *  step and what is wrong with it. json_decref the result. */
tarn_status tarn_recipe_parse(const char *text, size_t size, json_t **out, tarn_error *error);
/** Over several lines, for people; free with free(). */
tarn_status tarn_recipe_text(const json_t *recipe, char **out, tarn_error *error);
/** Clear with tarn_recipe_info_free. */
tarn_status tarn_recipe_describe(const char *name, const json_t *recipe, tarn_recipe_info *out, tarn_error *error);
void tarn_recipe_info_free(tarn_recipe_info *info);

/** The steps that lead to `range`: a table or version ("orders", "orders@5": from its last import on), or from one
 *  version to a later one ("orders@2..@5", "orders@2.."). TARN_E_INVALID says what in it is no command. */
tarn_status tarn_recipe_from_history(tarn_store *store, const char *range, json_t **out, tarn_error *error);

/* ---- in the workspace (recipe_files.c): files recipes/NAME.N.json, of which the highest N counts ---- */

tarn_status tarn_recipe_check_name(const char *name, tarn_error *error);
/** TARN_E_EXISTS without `replace`. Names are compared without case. */
tarn_status tarn_recipe_write(tarn_fs *fs, const char *directory, const char *name, const json_t *recipe, bool replace,
                              tarn_error *error);
tarn_status tarn_recipe_read(tarn_fs *fs, const char *directory, const char *name, json_t **out, tarn_error *error);
tarn_status tarn_recipe_remove(tarn_fs *fs, const char *directory, const char *name, tarn_error *error);
/** By name; free each, and the list. */
tarn_status tarn_recipe_names(tarn_fs *fs, const char *directory, char ***out, size_t *count, tarn_error *error);

/* ---- running (recipe_run.c, recipe_map.c) ---- */

typedef struct tarn_recipe_options {
    const tarn_argument *map; /**< name: the recipe's column, value: the table's */
    size_t map_count;
    const tarn_argument *answers; /**< what it asks for: "secret", or "3.secret" for that of step 3 only */
    size_t answer_count;
    bool each_step; /**< a version for each step, instead of one for all */
    bool only_check;
} tarn_recipe_options;

/**
 * Check that every step fits the table, then run them. One version and one record for all; or with `each_step` one for
 * each, and on failure the table goes back to where it was. A step that does not fit is named, with the reason, before
 * anything is run.
 */
tarn_status tarn_recipe_run(const tarn_command_environment *environment, const tarn_table_state *table,
                            const char *name, const json_t *recipe, const tarn_recipe_options *options,
                            tarn_outcome *out, tarn_error *error);

/** A step with the columns mapped and the answers filled in. Clear with tarn_recipe_step_clear. */
typedef struct tarn_recipe_step {
    const tarn_command *command;
    size_t number; /**< from 1 */
    tarn_argument *arguments;
    size_t argument_count, capacity;
    char **texts; /**< owned: what the arguments point to */
    size_t text_count, text_capacity;
} tarn_recipe_step;
tarn_status tarn_recipe_steps(const json_t *recipe, const tarn_recipe_options *options, tarn_recipe_step **out,
                              size_t *count, tarn_error *error);
void tarn_recipe_steps_free(tarn_recipe_step *steps, size_t count);

#endif
