/* A recipe's steps as commands with arguments: columns mapped to those of another table, and what the recipe asks for
 * filled in. */
#include "command/recipe.h"

#include "base/asker.h"
#include "base/buffer.h"
#include "base/text.h"
#include "command/sql_tokens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct mapping {
    const tarn_recipe_options *options;
    bool *mapped;   /* per column of the map: it was met with */
    bool *answered; /* per answer: it was asked for */
    bool *ended;    /* per column of the map: the recipe gave the name to another column, so it means that one now */
} mapping;

static tarn_status keep_text(tarn_recipe_step *step, char *text, tarn_error *error) {
    if (text == NULL)
        return tarn_fail_memory(error);
    tarn_status status =
        tarn_grow(&step->texts, &step->text_capacity, step->text_count + 1, sizeof *step->texts, error);
    if (status == TARN_OK)
        step->texts[step->text_count++] = text;
    else
        free(text);
    return status;
}

/* `value` is taken over. */
static tarn_status add_argument(tarn_recipe_step *step, const char *name, char *value, tarn_error *error) {
    TARN_TRY(keep_text(step, value, error));
    TARN_TRY(tarn_grow(&step->arguments, &step->capacity, step->argument_count + 1, sizeof *step->arguments, error));
    step->arguments[step->argument_count++] = (tarn_argument){name, value};
    return TARN_OK;
}

/* ---- columns ---- */

/* The table's name for a recipe's column; NULL when it is not mapped. */
static const char *mapped_name(mapping *m, const char *name) {
    for (size_t i = 0; i < m->options->map_count; i++) {
        if (!m->ended[i] && tarn_name_equal(m->options->map[i].name, name)) {
            m->mapped[i] = true;
            return m->options->map[i].value;
        }
    }
    return NULL;
}

static tarn_status append_quoted(tarn_buffer *out, const char *name, tarn_error *error) {
    TARN_TRY(tarn_buffer_append(out, "\"", 1, error));
    for (; *name != '\0'; name++)
        TARN_TRY(tarn_buffer_append(out, *name == '"' ? "\"\"" : name, *name == '"' ? 2 : 1, error));
    return tarn_buffer_append(out, "\"", 1, error);
}

/* The name that an identifier stands for, in fresh memory. */
static char *identifier(const tarn_token *token) {
    if (token->kind == TARN_TOKEN_WORD)
        return tarn_strndup(token->text, token->size);
    char *name = malloc(token->size + 1);
    size_t size = 0;
    for (size_t i = 1; name != NULL && i + 1 < token->size; i++) {
        name[size++] = token->text[i];
        if (token->text[i] == '"')
            i++; /* doubled */
    }
    if (name != NULL)
        name[size] = '\0';
    return name;
}

/* An identifier is a column unless it is called as a function, is a field of something, or an alias. */
static bool may_be_column(const tarn_token *before, const tarn_token *token, const char *behind, const char *end) {
    tarn_token next = tarn_token_next(&behind, end);
    return (token->kind == TARN_TOKEN_WORD || token->kind == TARN_TOKEN_QUOTED) && !tarn_token_is_mark(&next, '(') &&
           !tarn_token_is_mark(before, '.') && !tarn_token_is(before, "as");
}

static tarn_status map_sql(mapping *m, const char *sql, char **out, tarn_error *error) {
    tarn_buffer text = {0};
    const char *end = sql + strlen(sql), *at = sql, *copied = sql;
    tarn_token before = {0};
    tarn_status status = TARN_OK;
    for (;;) {
        tarn_token token = tarn_token_next(&at, end);
        if (token.kind == TARN_TOKEN_END)
            break;
        if (may_be_column(&before, &token, at, end)) {
            char *name = identifier(&token);
            const char *mapped = name != NULL ? mapped_name(m, name) : NULL;
            status = name == NULL ? tarn_fail_memory(error) : TARN_OK;
            free(name);
            if (status == TARN_OK && mapped != NULL) {
                status = tarn_buffer_append(&text, copied, (size_t)(token.text - copied), error);
                if (status == TARN_OK)
                    status = append_quoted(&text, mapped, error);
                copied = token.text + token.size;
            }
            if (status != TARN_OK)
                goto cleanup;
        }
        before = token;
    }
    TARN_CHECK(tarn_buffer_append(&text, copied, (size_t)(end - copied), error));
    *out = tarn_strndup((const char *)text.data, text.size);
    if (*out == NULL)
        status = tarn_fail_memory(error);
cleanup:
    tarn_buffer_free(&text);
    return status;
}

static tarn_status map_value(mapping *m, const tarn_parameter_spec *spec, const char *value, char **out,
                             tarn_error *error) {
    if (spec->type == TARN_PARAMETER_SQL && m->options->map_count > 0)
        return map_sql(m, value, out, error);
    const char *mapped = spec->type == TARN_PARAMETER_COLUMN ? mapped_name(m, value) : NULL;
    *out = tarn_strdup(mapped != NULL ? mapped : value);
    return *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}

/* ---- steps ---- */

static tarn_status add_value(mapping *m, tarn_recipe_step *step, const tarn_parameter_spec *spec, const json_t *value,
                             tarn_error *error) {
    if (json_is_array(value)) {
        size_t i;
        const json_t *item;
        json_array_foreach(value, i, item) TARN_TRY(add_value(m, step, spec, item, error));
        return TARN_OK;
    }
    char *text = NULL, *mapped = NULL;
    const char *given = json_string_value(value);
    if (given == NULL) {
        text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
        given = text;
    }
    tarn_status status = given == NULL ? tarn_fail_memory(error) : map_value(m, spec, given, &mapped, error);
    free(text);
    return status == TARN_OK ? add_argument(step, spec->name, mapped, error) : status;
}

static const tarn_parameter_spec *find_spec(const tarn_command *command, const char *name) {
    for (size_t i = 0; i < command->parameter_count; i++) {
        if (strcmp(command->parameters[i].name, name) == 0)
            return &command->parameters[i];
    }
    return NULL;
}

/* "secret", or "3.secret" for that of one step. */
static bool answers(const tarn_argument *answer, size_t step, const char *name) {
    char full[128];
    snprintf(full, sizeof full, "%zu.%s", step, name);
    return strcmp(answer->name, name) == 0 || strcmp(answer->name, full) == 0;
}

static tarn_status add_answer(mapping *m, tarn_recipe_step *step, const tarn_parameter_spec *spec, tarn_error *error) {
    bool found = false;
    for (size_t i = 0; i < m->options->answer_count; i++) {
        if (!answers(&m->options->answers[i], step->number, spec->name))
            continue;
        m->answered[i] = true;
        found = true;
        TARN_TRY(add_argument(step, spec->name, tarn_strdup(m->options->answers[i].value), error));
    }
    return found ? TARN_OK
                 : tarn_fail(error, TARN_E_INVALID,
                             "step %zu (%s) asks for %s: give " TARN_ASKER("--set %s=… (or %zu.%s=…)",
                                                                           "an answer %s (or %zu.%s)"),
                             step->number, step->command->name, spec->name, spec->name, step->number, spec->name);
}

static void end_mappings(mapping *m, const tarn_recipe_step *step) {
    for (size_t i = 0; i < step->argument_count; i++) {
        const tarn_parameter_spec *spec = find_spec(step->command, step->arguments[i].name);
        for (size_t k = 0; spec->type == TARN_PARAMETER_NAME && k < m->options->map_count; k++)
            m->ended[k] = m->ended[k] || tarn_name_equal(m->options->map[k].name, step->arguments[i].value);
    }
}

static tarn_status make_step(mapping *m, const json_t *from, size_t number, tarn_recipe_step *out, tarn_error *error) {
    const char *name;
    json_t *value;
    size_t i;
    const json_t *asked;
    out->number = number;
    TARN_TRY(tarn_command_find(json_string_value(json_object_get(from, "command")), &out->command, error));
    json_object_foreach(json_object_get(from, "parameters"), name, value) {
        TARN_TRY(add_value(m, out, find_spec(out->command, name), value, error));
    }
    json_array_foreach(json_object_get(from, "ask"), i, asked)
        TARN_TRY(add_answer(m, out, find_spec(out->command, json_string_value(asked)), error));
    end_mappings(m, out);
    return TARN_OK;
}

/* Something that was given and is of no use is a mistake. */
static tarn_status check_used(const mapping *m, tarn_error *error) {
    for (size_t i = 0; i < m->options->map_count; i++) {
        if (!m->mapped[i])
            return tarn_fail(error, TARN_E_INVALID,
                             "the recipe mentions no column \"%s\" that could be mapped to \"%s\"",
                             m->options->map[i].name, m->options->map[i].value);
    }
    for (size_t i = 0; i < m->options->answer_count; i++) {
        if (!m->answered[i])
            return tarn_fail(error, TARN_E_INVALID, "no step of the recipe asks for \"%s\"",
                             m->options->answers[i].name);
    }
    return TARN_OK;
}

tarn_status tarn_recipe_steps(const json_t *recipe, const tarn_recipe_options *options, tarn_recipe_step **out,
                              size_t *count, tarn_error *error) {
    const json_t *list = json_object_get(recipe, "steps"), *from;
    size_t i, total = json_array_size(list);
    mapping m = {.options = options,
                 .mapped = calloc(options->map_count + 1, sizeof(bool)),
                 .answered = calloc(options->answer_count + 1, sizeof(bool)),
                 .ended = calloc(options->map_count + 1, sizeof(bool))};
    tarn_recipe_step *steps = calloc(total + 1, sizeof *steps);
    tarn_status status = TARN_OK;
    if (m.mapped == NULL || m.answered == NULL || m.ended == NULL || steps == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    json_array_foreach(list, i, from) TARN_CHECK(make_step(&m, from, i + 1, &steps[i], error));
    TARN_CHECK(check_used(&m, error));
    *out = steps;
    *count = total;
    steps = NULL;
cleanup:
    if (steps != NULL)
        tarn_recipe_steps_free(steps, total);
    free(m.mapped);
    free(m.answered);
    free(m.ended);
    return status;
}

void tarn_recipe_steps_free(tarn_recipe_step *steps, size_t count) {
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < steps[i].text_count; k++)
            free(steps[i].texts[k]);
        free(steps[i].texts);
        free(steps[i].arguments);
    }
    free(steps);
}
