/* Recipes. */
#include "answer/answer.h"
#include "wasm/operations.h"

#include <stdlib.h>

tarn_status tarn_op_recipes(tarn_call *call, tarn_error *error) {
    tarn_recipe_info *recipes = NULL;
    size_t count = 0;
    TARN_TRY(tarn_recipe_list(*call->workspace, &recipes, &count, error));
    tarn_status status =
        tarn_call_answer(call, json_pack("{s:o}", "recipes", tarn_answer_recipes(recipes, count)), error);
    tarn_recipe_list_free(recipes, count);
    return status;
}

static tarn_status answer_name(tarn_call *call, const char *name, tarn_error *error) {
    return tarn_call_answer(call, json_pack("{s:o}", "recipe", tarn_answer_text(name)), error);
}

tarn_status tarn_op_recipe_save(tarn_call *call, tarn_error *error) {
    const char *name, *range;
    bool replace;
    TARN_TRY(tarn_call_text(call, "name", true, &name, error));
    TARN_TRY(tarn_call_text(call, "range", true, &range, error));
    TARN_TRY(tarn_call_flag(call, "replace", &replace, error));
    TARN_TRY(tarn_recipe_save(*call->workspace, name, range, replace, error));
    return answer_name(call, name, error);
}

tarn_status tarn_op_recipe_get(tarn_call *call, tarn_error *error) {
    const char *name;
    char *text = NULL;
    TARN_TRY(tarn_call_text(call, "name", true, &name, error));
    TARN_TRY(tarn_recipe_get(*call->workspace, name, &text, error));
    json_t *recipe = json_loads(text, 0, NULL);
    tarn_free(text);
    return tarn_call_answer(call, recipe != NULL ? json_pack("{s:o}", "recipe", recipe) : NULL, error);
}

/* The recipe comes as an object, or as the text of one. */
tarn_status tarn_op_recipe_put(tarn_call *call, tarn_error *error) {
    const char *name;
    bool replace;
    json_t *recipe = json_object_get(call->arguments, "recipe");
    TARN_TRY(tarn_call_text(call, "name", true, &name, error));
    TARN_TRY(tarn_call_flag(call, "replace", &replace, error));
    if (recipe == NULL)
        return tarn_fail(error, TARN_E_INVALID, "recipePut: 'recipe' must be an object, or its text");
    char *text = json_is_string(recipe) ? NULL : json_dumps(recipe, JSON_ENCODE_ANY);
    if (text == NULL && !json_is_string(recipe))
        return tarn_fail_memory(error);
    tarn_status status =
        tarn_recipe_put(*call->workspace, name, text != NULL ? text : json_string_value(recipe), replace, error);
    free(text);
    return status == TARN_OK ? answer_name(call, name, error) : status;
}

tarn_status tarn_op_recipe_drop(tarn_call *call, tarn_error *error) {
    const char *name;
    TARN_TRY(tarn_call_text(call, "name", true, &name, error));
    TARN_TRY(tarn_recipe_drop(*call->workspace, name, error));
    return answer_name(call, name, error);
}

static tarn_status run(tarn_call *call, bool only_check, tarn_error *error) {
    const char *name, *table;
    tarn_recipe_run_options options = {.only_check = only_check};
    tarn_parameter *map = NULL, *answers = NULL;
    tarn_change change = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_call_text(call, "name", true, &name, error));
    TARN_CHECK(tarn_call_text(call, "table", true, &table, error));
    TARN_CHECK(tarn_call_flag(call, "each_step", &options.each_step, error));
    TARN_CHECK(tarn_call_parameters(call, "map", &map, &options.map_count, error));
    TARN_CHECK(tarn_call_parameters(call, "answers", &answers, &options.answer_count, error));
    options.map = map;
    options.answers = answers;
    TARN_CHECK(tarn_recipe_apply(*call->workspace, name, table, &options, call->task, &change, error));
    TARN_CHECK(
        tarn_call_answer(call, only_check ? json_pack("{s:b}", "fits", true) : tarn_answer_change(&change), error));
cleanup:
    tarn_change_clear(&change);
    tarn_call_parameters_free(map, options.map_count);
    tarn_call_parameters_free(answers, options.answer_count);
    return status;
}

tarn_status tarn_op_recipe_run(tarn_call *call, tarn_error *error) {
    return run(call, false, error);
}

tarn_status tarn_op_recipe_check(tarn_call *call, tarn_error *error) {
    return run(call, true, error);
}
