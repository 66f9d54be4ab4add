/* Recipes. */
#include "answer/answer.h"
#include "request/declare.h"
#include "request/operations.h"

#include <stdlib.h>

static const tarn_field name_parameter[] = {
    TARN_PARAMETER(TEXT, "name", "the recipe's name", .is_needed = true),
};
static const tarn_field name_answer[] = {TARN_MEMBER(TEXT, "name", "the recipe's name")};
static const tarn_shape name_shape = {.name = "RecipeName", TARN_FIELDS(name_answer)};

static tarn_status answer_name(tarn_call *call, tarn_error *error) {
    return tarn_call_answer(call, tarn_answer_recipe_name(tarn_call_text(call, "name")), error);
}

static tarn_status run_recipes(tarn_call *call, tarn_error *error) {
    tarn_recipe_info *recipes = NULL;
    size_t count = 0;
    TARN_TRY(tarn_recipe_list(call->workspace, &recipes, &count, error));
    tarn_status status =
        tarn_call_answer(call, json_pack("{s:o}", "recipes", tarn_answer_recipes(recipes, count)), error);
    tarn_recipe_list_free(recipes, count);
    return status;
}

static const tarn_field one_recipe[] = {
    TARN_MEMBER(TEXT, "name", "its name"),
    TARN_MEMBER(TEXT, "description", "what it is for", .may_be_null = true),
    TARN_MEMBER(INTEGER, "steps", "how many it has"),
    TARN_MEMBER(TEXT, "commands", "of its steps"),
    TARN_MEMBER(INTEGER, "asks", "for how many parameters it asks when it is run"),
};
static const tarn_shape recipe_shape = {.name = "RecipeInfo", TARN_FIELDS(one_recipe)};
static const tarn_field recipes_answer[] = {
    TARN_MEMBER(OBJECT, "recipes", "by name", .is_list = true, .shape = &recipe_shape),
};
static const tarn_shape recipes_shape = {.name = "RecipesAnswer", TARN_FIELDS(recipes_answer)};
const tarn_deed tarn_op_recipes = {{.name = "recipes",
                                    .meaning = "All recipes.",
                                    .how = TARN_RUN_READ,
                                    .role = TARN_ROLE_READER,
                                    .method = "GET",
                                    .path = "/recipes",
                                    .answer = &recipes_shape},
                                   run_recipes};

static tarn_status run_save(tarn_call *call, tarn_error *error) {
    TARN_TRY(tarn_recipe_save(call->workspace, tarn_call_text(call, "name"), tarn_call_text(call, "range"),
                              tarn_call_flag(call, "replace"), error));
    return answer_name(call, error);
}

#define REPLACE TARN_PARAMETER(FLAG, "replace", "in place of one that has the name", .otherwise = "false")

static const tarn_field save_parameters[] = {
    TARN_PARAMETER(TEXT, "name", "the recipe's name", .is_needed = true),
    TARN_PARAMETER(VERSION, "range", "the commands that lead to it: \"orders\", \"orders@5\", \"orders@2..@5\"",
                   .is_needed = true),
    REPLACE,
};
const tarn_deed tarn_op_recipe_save = {{.name = "recipeSave",
                                        .meaning = "Keep commands of a table's history as a recipe.",
                                        .how = TARN_RUN_CHANGE,
                                        .role = TARN_ROLE_WRITER,
                                        .method = "POST",
                                        .path = "/recipes/{name}/save",
                                        TARN_TAKES(save_parameters),
                                        .answer = &name_shape},
                                       run_save};

static tarn_status run_get(tarn_call *call, tarn_error *error) {
    char *text = NULL;
    TARN_TRY(tarn_recipe_get(call->workspace, tarn_call_text(call, "name"), &text, error));
    json_t *recipe = json_loads(text, 0, NULL);
    tarn_free(text);
    return tarn_call_answer(call, recipe != NULL ? json_pack("{s:o}", "recipe", recipe) : NULL, error);
}

static const tarn_field get_answer[] = {TARN_MEMBER(OBJECT, "recipe", "as docs/recipes.md describes it")};
static const tarn_shape get_shape = {.name = "RecipeAnswer", TARN_FIELDS(get_answer)};
const tarn_deed tarn_op_recipe_get = {{.name = "recipeGet",
                                       .meaning = "A recipe.",
                                       .how = TARN_RUN_READ,
                                       .role = TARN_ROLE_READER,
                                       .method = "GET",
                                       .path = "/recipes/{name}",
                                       TARN_TAKES(name_parameter),
                                       .answer = &get_shape},
                                      run_get};

/* The recipe comes as an object, or as the text of one. */
static tarn_status run_put(tarn_call *call, tarn_error *error) {
    const json_t *recipe = tarn_call_json(call, "recipe");
    char *text = json_is_string(recipe) ? NULL : json_dumps(recipe, JSON_ENCODE_ANY);
    if (text == NULL && !json_is_string(recipe))
        return tarn_fail_memory(error);
    tarn_status status =
        tarn_recipe_put(call->workspace, tarn_call_text(call, "name"), text != NULL ? text : json_string_value(recipe),
                        tarn_call_flag(call, "replace"), error);
    free(text);
    return status == TARN_OK ? answer_name(call, error) : status;
}

static const tarn_field put_parameters[] = {
    TARN_PARAMETER(TEXT, "name", "the recipe's name", .is_needed = true),
    TARN_PARAMETER(ANY, "recipe", "an object, or the text of one", .is_needed = true),
    REPLACE,
};
const tarn_deed tarn_op_recipe_put = {{.name = "recipePut",
                                       .meaning = "Keep a recipe that was written or edited.",
                                       .how = TARN_RUN_CHANGE,
                                       .role = TARN_ROLE_WRITER,
                                       .method = "PUT",
                                       .path = "/recipes/{name}",
                                       TARN_TAKES(put_parameters),
                                       .answer = &name_shape},
                                      run_put};

static tarn_status run_drop(tarn_call *call, tarn_error *error) {
    TARN_TRY(tarn_recipe_drop(call->workspace, tarn_call_text(call, "name"), error));
    return answer_name(call, error);
}

const tarn_deed tarn_op_recipe_drop = {{.name = "recipeDrop",
                                        .meaning = "Remove a recipe.",
                                        .how = TARN_RUN_CHANGE,
                                        .role = TARN_ROLE_WRITER,
                                        .method = "DELETE",
                                        .path = "/recipes/{name}",
                                        TARN_TAKES(name_parameter),
                                        .answer = &name_shape},
                                       run_drop};

static tarn_status run(tarn_call *call, bool only_check, tarn_error *error) {
    tarn_recipe_run_options options = {.only_check = only_check, .each_step = tarn_call_flag(call, "each_step")};
    tarn_parameter *map = NULL, *answers = NULL;
    tarn_change change = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_call_parameters(call, "map", &map, &options.map_count, error));
    TARN_CHECK(tarn_call_parameters(call, "answers", &answers, &options.answer_count, error));
    options.map = map;
    options.answers = answers;
    TARN_CHECK(tarn_recipe_apply(call->workspace, tarn_call_text(call, "name"), tarn_call_text(call, "table"), &options,
                                 call->task, &change, error));
    TARN_CHECK(
        tarn_call_answer(call, only_check ? json_pack("{s:b}", "fits", true) : tarn_answer_change(&change), error));
cleanup:
    tarn_change_clear(&change);
    tarn_call_parameters_free(map, options.map_count);
    tarn_call_parameters_free(answers, options.answer_count);
    return status;
}

static tarn_status run_run(tarn_call *call, tarn_error *error) {
    return run(call, false, error);
}

static tarn_status run_check(tarn_call *call, tarn_error *error) {
    return run(call, true, error);
}

static const tarn_field run_parameters[] = {
    TARN_PARAMETER(TEXT, "name", "the recipe's name", .is_needed = true),
    TARN_TAKES_TABLE,
    TARN_PARAMETER(OBJECT, "map", "columns: the recipe's name to the table's"),
    TARN_PARAMETER(OBJECT, "answers", "parameters that it asks for: \"secret\", or \"3.secret\" for that of step 3"),
    TARN_PARAMETER(FLAG, "each_step", "a version for each step, not one for all", .otherwise = "false"),
    TARN_TAKES_IF_VERSION,
};
static const tarn_field check_answer[] = {TARN_MEMBER(FLAG, "fits", "true; what does not fit is a failure")};
static const tarn_shape check_shape = {.name = "RecipeCheck", TARN_FIELDS(check_answer)};
const tarn_deed tarn_op_recipe_run = {{.name = "recipeRun",
                                       .meaning = "Run a recipe on a table: wholly, or not at all.",
                                       .how = TARN_RUN_CHANGE,
                                       .role = TARN_ROLE_WRITER,
                                       .method = "POST",
                                       .path = "/recipes/{name}/run",
                                       TARN_TAKES(run_parameters),
                                       .answer = &tarn_shape_change},
                                      run_run};
const tarn_deed tarn_op_recipe_check = {{.name = "recipeCheck",
                                         .meaning = "Does a recipe fit a table? Changes nothing.",
                                         .how = TARN_RUN_READ,
                                         .role = TARN_ROLE_READER,
                                         .method = "POST",
                                         .path = "/recipes/{name}/check",
                                         TARN_TAKES(run_parameters),
                                         .answer = &check_shape},
                                        run_check};
