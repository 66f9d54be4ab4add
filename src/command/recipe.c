// Recipes.
#include "command/recipe.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/text.h"
#include "store/resolve.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT 1

/* ---- checking ------------------------------------------------------------------------------------------------ */

static tarn_status wrong(tarn_error *error, size_t step, const char *what) {
    return tarn_fail(error, TARN_E_INVALID, "step %zu of the recipe %s", step, what);
}

static bool is_scalar(const json_t *value) {
    return json_is_string(value) || json_is_number(value) || json_is_boolean(value);
}

static bool is_value(const tarn_parameter_spec *spec, const json_t *value) {
    if (!json_is_array(value))
        return is_scalar(value);
    size_t i;
    const json_t *item;
    json_array_foreach(value, i, item) {
        if (!is_scalar(item))
            return false;
    }
    return spec->repeated && json_array_size(value) > 0;
}

static const tarn_parameter_spec *find_spec(const tarn_command *command, const char *name) {
    for (size_t i = 0; i < command->parameter_count; i++) {
        if (strcmp(command->parameters[i].name, name) == 0)
            return &command->parameters[i];
    }
    return NULL;
}

static tarn_status check_parameters(const tarn_command *command, size_t step, json_t *parameters, tarn_error *error) {
    const char *name;
    json_t *value;
    json_object_foreach(parameters, name, value) {
        const tarn_parameter_spec *spec = find_spec(command, name);
        if (spec == NULL)
            return tarn_fail(error, TARN_E_INVALID, "step %zu of the recipe: %s has no parameter \"%s\"", step,
                             command->name, name);
        if (spec->secret)
            return tarn_fail(error, TARN_E_INVALID,
                             "step %zu of the recipe holds %s, which is secret: put the name under \"ask\" instead",
                             step, name);
        if (!is_value(spec, value))
            return tarn_fail(error, TARN_E_INVALID,
                             "step %zu of the recipe: %s must be text, a number, true or false%s", step, name,
                             spec->repeated ? ", or an array of these" : "");
    }
    return TARN_OK;
}

static bool asks_for(const json_t *ask, const char *name) {
    size_t i;
    const json_t *item;
    json_array_foreach(ask, i, item) {
        if (json_is_string(item) && strcmp(json_string_value(item), name) == 0)
            return true;
    }
    return false;
}

static tarn_status check_asked(const tarn_command *command, size_t step, const json_t *parameters, const json_t *ask,
                               tarn_error *error) {
    size_t i;
    const json_t *item;
    if (ask != NULL && !json_is_array(ask))
        return wrong(error, step, "has an \"ask\" that is not an array of names");
    json_array_foreach(ask, i, item) {
        if (!json_is_string(item) || find_spec(command, json_string_value(item)) == NULL)
            return tarn_fail(error, TARN_E_INVALID, "step %zu of the recipe asks for a parameter that %s does not have",
                             step, command->name);
    }
    for (size_t p = 0; p < command->parameter_count; p++) {
        const tarn_parameter_spec *spec = &command->parameters[p];
        if (spec->required && json_object_get(parameters, spec->name) == NULL && !asks_for(ask, spec->name))
            return tarn_fail(error, TARN_E_INVALID, "step %zu of the recipe: %s needs the parameter \"%s\"", step,
                             command->name, spec->name);
    }
    return TARN_OK;
}

static tarn_status check_step(const json_t *step, size_t number, tarn_error *error) {
    const tarn_command *command;
    const char *name = json_string_value(json_object_get(step, "command"));
    json_t *parameters = json_object_get(step, "parameters");
    if (name == NULL)
        return wrong(error, number, "has no \"command\"");
    tarn_status status = tarn_command_find(name, &command, error);
    if (status != TARN_OK)
        return tarn_fail_context(error, TARN_E_INVALID, "step %zu of the recipe", number);
    if (parameters != NULL && !json_is_object(parameters))
        return wrong(error, number, "has \"parameters\" that are not an object");
    TARN_TRY(check_parameters(command, number, parameters, error));
    return check_asked(command, number, parameters, json_object_get(step, "ask"), error);
}

static tarn_status check(const json_t *recipe, tarn_error *error) {
    const json_t *version = json_object_get(recipe, "tarn_recipe"), *steps = json_object_get(recipe, "steps"), *step;
    const json_t *description = json_object_get(recipe, "description");
    size_t i;
    if (!json_is_integer(version) || json_integer_value(version) < 1)
        return tarn_fail(error, TARN_E_INVALID, "this is no recipe: it needs \"tarn_recipe\": %d", FORMAT);
    if (json_integer_value(version) > FORMAT)
        return tarn_fail(error, TARN_E_NEWER, "the recipe was made by a newer Tarn (format %lld, this one reads %d)",
                         (long long)json_integer_value(version), FORMAT);
    if (!json_is_array(steps) || json_array_size(steps) == 0)
        return tarn_fail(error, TARN_E_INVALID, "the recipe has no \"steps\"");
    if (description != NULL && !json_is_string(description) && !json_is_null(description))
        return tarn_fail(error, TARN_E_INVALID, "the recipe's \"description\" is not text");
    json_array_foreach(steps, i, step) TARN_TRY(check_step(step, i + 1, error));
    return TARN_OK;
}

tarn_status tarn_recipe_parse(const char *text, size_t size, json_t **out, tarn_error *error) {
    json_error_t problem;
    json_t *recipe = json_loadb(text, size, JSON_REJECT_DUPLICATES, &problem);
    if (recipe == NULL)
        return tarn_fail(error, TARN_E_INVALID, "the recipe is not JSON: line %d: %s", problem.line, problem.text);
    tarn_status status = check(recipe, error);
    if (status == TARN_OK)
        *out = recipe;
    else
        json_decref(recipe);
    return status;
}

tarn_status tarn_recipe_text(const json_t *recipe, char **out, tarn_error *error) {
    *out = json_dumps(recipe, JSON_INDENT(2));
    return *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}

tarn_status tarn_recipe_describe(const char *name, const json_t *recipe, tarn_recipe_info *out, tarn_error *error) {
    tarn_buffer commands = {0};
    tarn_recipe_info info = {.name = tarn_strdup(name)};
    const char *description = json_string_value(json_object_get(recipe, "description"));
    size_t i;
    const json_t *step;
    tarn_status status = info.name == NULL ? tarn_fail_memory(error) : TARN_OK;
    json_array_foreach(json_object_get(recipe, "steps"), i, step) {
        if (status == TARN_OK)
            status = tarn_buffer_printf(&commands, error, "%s%s", i == 0 ? "" : ", ",
                                        json_string_value(json_object_get(step, "command")));
        info.steps++;
        info.asks += json_array_size(json_object_get(step, "ask"));
    }
    if (status == TARN_OK)
        info.commands = tarn_strndup((const char *)commands.data, commands.size);
    if (description != NULL)
        info.description = tarn_strdup(description);
    tarn_buffer_free(&commands);
    if (status == TARN_OK && (info.commands == NULL || (description != NULL && info.description == NULL)))
        status = tarn_fail_memory(error);
    if (status == TARN_OK)
        *out = info;
    else
        tarn_recipe_info_free(&info);
    return status;
}

void tarn_recipe_info_free(tarn_recipe_info *info) {
    free(info->name);
    free(info->description);
    free(info->commands);
    *info = (tarn_recipe_info){0};
}

/* ---- from history -------------------------------------------------------------------------------------------- */

/* What made a version, as steps. */
typedef struct origin {
    json_t *steps; /* NULL: it was no command */
    char *kind;
} origin;

static tarn_status add_step(json_t *steps, const char *name, const json_t *parameters, tarn_error *error) {
    const tarn_command *command;
    TARN_TRY(tarn_command_find(name, &command, error));
    json_t *step = json_object(), *kept = json_object(), *ask = json_array();
    const char *key;
    json_t *value;
    bool good = step != NULL && kept != NULL && ask != NULL;
    json_object_foreach((json_t *)parameters, key, value) {
        const tarn_parameter_spec *spec = find_spec(command, key);
        if (spec == NULL || !good)
            continue; /* what the journal notes beside the parameters, such as the value before an edit */
        good =
            spec->secret ? json_array_append_new(ask, json_string(key)) == 0 : json_object_set(kept, key, value) == 0;
    }
    good = good && json_object_set_new(step, "command", json_string(name)) == 0 &&
           json_object_set(step, "parameters", kept) == 0;
    if (good && json_array_size(ask) > 0)
        good = json_object_set(step, "ask", ask) == 0;
    good = good && json_array_append(steps, step) == 0;
    json_decref(step);
    json_decref(kept);
    json_decref(ask);
    return good ? TARN_OK : tarn_fail_memory(error);
}

static tarn_status take_steps(json_t *steps, const json_t *list, tarn_error *error) {
    size_t i;
    const json_t *step;
    json_array_foreach(list, i, step) {
        const char *name = json_string_value(json_object_get(step, "command"));
        if (name != NULL)
            TARN_TRY(add_step(steps, name, json_object_get(step, "parameters"), error));
    }
    return TARN_OK;
}

/* What made a table in the first place is no step, be it a query that was kept. */
static bool is_command(const tarn_record *record) {
    const tarn_command *command;
    return record->command != NULL && (strcmp(record->kind, "command") == 0 || strcmp(record->kind, "edit") == 0) &&
           record->table_count > 0 && record->tables[0].parent != 0 &&
           tarn_command_find(record->command, &command, NULL) == TARN_OK;
}

static tarn_status take_origin(void *context, const tarn_record *record, tarn_error *error) {
    origin *o = context;
    bool is_recipe = strcmp(record->kind, "recipe") == 0;
    o->kind = tarn_strdup(record->command != NULL ? record->command : record->kind);
    if (o->kind == NULL)
        return tarn_fail_memory(error);
    json_t *parameters = json_loads(record->parameters, 0, NULL);
    if (!is_recipe && !is_command(record)) {
        json_decref(parameters);
        return TARN_OK;
    }
    o->steps = json_array();
    if (o->steps == NULL || parameters == NULL) {
        json_decref(parameters);
        return tarn_fail_memory(error);
    }
    tarn_status status = is_recipe ? take_steps(o->steps, json_object_get(parameters, "steps"), error)
                                   : add_step(o->steps, record->command, parameters, error);
    json_decref(parameters);
    return status;
}

static void clear_origin(origin *o) {
    json_decref(o->steps);
    free(o->kind);
}

/* A range taken apart. `from` 0: not given. */
typedef struct range {
    tarn_table_state table;
    uint64_t from, to;
} range;

static tarn_status resolve_end(tarn_store *store, const char *table, const char *text, uint64_t *out,
                               tarn_error *error) {
    tarn_table_state state;
    const char *mark = strpbrk(text, "@~");
    char *full = mark == text || text[0] == '\0' ? tarn_format("%s%s", table, text) : tarn_format("%s@%s", table, text);
    if (full == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_store_resolve(store, full, &state, out, error);
    free(full);
    if (status == TARN_OK)
        tarn_table_state_clear(&state);
    return status;
}

static tarn_status read_range(tarn_store *store, const char *text, range *out, tarn_error *error) {
    const char *dots = strstr(text, "..");
    *out = (range){0};
    if (dots == NULL)
        return tarn_store_resolve(store, text, &out->table, &out->to, error);
    char *start = tarn_strndup(text, (size_t)(dots - text));
    if (start == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_store_resolve(store, start, &out->table, &out->from, error);
    free(start);
    if (status == TARN_OK) {
        status = resolve_end(store, out->table.name, dots + 2, &out->to, error);
        if (status != TARN_OK)
            tarn_table_state_clear(&out->table);
    }
    return status;
}

/* Steps from the end backwards, put before those found so far. */
static tarn_status prepend(json_t *steps, const json_t *earlier, tarn_error *error) {
    for (size_t i = json_array_size(earlier); i > 0; i--) {
        if (json_array_insert(steps, 0, json_array_get(earlier, i - 1)) != 0)
            return tarn_fail_memory(error);
    }
    return TARN_OK;
}

/* Walk the parents down to the range's beginning. */
static tarn_status collect_steps(tarn_store *store, range *r, json_t *steps, tarn_error *error) {
    uint64_t at = r->to;
    if (!tarn_store_keeps(store, r->table.id, at))
        return tarn_fail(error, TARN_E_NOT_FOUND, "%s has no version %" PRIu64 " (any more)", r->table.name, at);
    while (at != r->from) {
        origin o = {0};
        if (at < r->from || !tarn_store_keeps(store, r->table.id, at))
            return tarn_fail(error, TARN_E_INVALID,
                             "version %" PRIu64 " of %s is not before version %" PRIu64
                             " on its line: no steps lead from one to the other",
                             r->from, r->table.name, r->to);
        tarn_status status = tarn_store_record_of(store, r->table.id, at, take_origin, &o, error);
        if (status == TARN_OK && o.steps == NULL && r->from == 0) { /* from the last import on */
            r->from = at;
            clear_origin(&o);
            return TARN_OK;
        }
        if (status == TARN_OK && o.steps == NULL)
            status = tarn_fail(error, TARN_E_INVALID,
                               "version %" PRIu64 " of %s was made by %s, which is no command: choose a range after it",
                               at, r->table.name, o.kind);
        if (status == TARN_OK)
            status = prepend(steps, o.steps, error);
        clear_origin(&o);
        TARN_TRY(status);
        TARN_TRY(tarn_store_parent(store, r->table.id, at, &at, error));
    }
    return TARN_OK;
}

static json_t *make_recipe(const range *r, json_t *steps) {
    char time[TARN_TIME_TEXT_SIZE];
    tarn_time_format(tarn_now(), time);
    return json_pack("{s:i, s:{s:s, s:I, s:I, s:s}, s:O}", "tarn_recipe", FORMAT, "made", "table", r->table.name,
                     "from", (json_int_t)r->from, "to", (json_int_t)r->to, "time", time, "steps", steps);
}

tarn_status tarn_recipe_from_history(tarn_store *store, const char *text, json_t **out, tarn_error *error) {
    range r;
    TARN_TRY(read_range(store, text, &r, error));
    json_t *steps = json_array();
    tarn_status status = steps == NULL ? tarn_fail_memory(error) : collect_steps(store, &r, steps, error);
    if (status == TARN_OK && json_array_size(steps) == 0)
        status = tarn_fail(error, TARN_E_INVALID, "no commands lead from version %" PRIu64 " of %s to version %" PRIu64,
                           r.from, r.table.name, r.to);
    if (status == TARN_OK) {
        *out = make_recipe(&r, steps);
        status = *out == NULL ? tarn_fail_memory(error) : TARN_OK;
    }
    json_decref(steps);
    tarn_table_state_clear(&r.table);
    return status;
}
