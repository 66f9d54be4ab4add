#include "cli.h"

#include "cells.h"
#include "json.h"
#include "terminal.h"

#include <string.h>

static const cli_argument arguments[] = {
    {"NAME", CLI_KIND_COMMAND, true, false, NULL, "only this command, with its parameters"},
    {0},
};

static const cli_option options[] = {
    {"markdown", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "all of them with their parameters as Markdown"},
    {0},
};

static const char *text_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/** Names padded to one column, then the text. */
static void print_entry(const char *name, int width, const char *text) {
    int padding = width - (int)cell_width(name, strlen(name));
    printf("  %s%*s  %s\n", name, padding > 0 ? padding : 0, "", text);
}

static void print_families(cli *cli, const json_t *commands) {
    const char *family = "";
    size_t i;
    const json_t *command;
    json_array_foreach(commands, i, command) {
        if (strcmp(family, text_of(command, "family")) != 0) {
            family = text_of(command, "family");
            printf("%s%s%s%s\n", i ? "\n" : "", style_bold(cli->colour), family, style_end(cli->colour));
        }
        print_entry(text_of(command, "name"), 20, text_of(command, "title"));
    }
    printf("\n'tarn commands NAME' tells a command's parameters, 'tarn apply TABLE NAME' applies it\n");
}

/** "(one of: a b c)": what stands before the list, and between its members. */
static void add_list(cli_text *text, const char *before, const char *between, const json_t *list) {
    size_t i;
    const json_t *member;
    cli_text_add_string(text, before);
    json_array_foreach(list, i, member) cli_text_printf(text, "%s%s", i ? between : " ", json_string_value(member));
    cli_text_add_string(text, ")");
}

static void add_extras(cli_text *text, const json_t *parameter) {
    const json_t *value = json_object_get(parameter, "default");
    const json_t *choices = json_object_get(parameter, "choices");
    const json_t *types = json_object_get(parameter, "column_types");
    const json_t *least = json_object_get(parameter, "minimum"), *most = json_object_get(parameter, "maximum");
    if (json_is_array(choices))
        add_list(text, " (one of:", " ", choices);
    if (json_is_array(types))
        add_list(text, " (of type", " or ", types);
    if (json_is_number(least))
        cli_text_printf(text, " (from %.15g to %.15g)", json_number_value(least), json_number_value(most));
    if (json_is_string(value))
        cli_text_printf(text, " (default: %s)", json_string_length(value) ? json_string_value(value) : "nothing");
    else if (!json_is_true(json_object_get(parameter, "required")))
        cli_text_add_string(text, " (optional)");
    if (json_is_true(json_object_get(parameter, "repeated")))
        cli_text_add_string(text, "; may be repeated");
}

/** How a parameter is given: "--column C", "--set length=integer". */
static void add_call(cli_text *text, const json_t *parameter) {
    const char *name = text_of(parameter, "name");
    if (strcmp(name, "column") == 0)
        cli_text_add_string(text, "--column C");
    else
        cli_text_printf(text, "--set %s=%s", name, text_of(parameter, "type"));
}

static void print_command(cli *cli, const json_t *command) {
    printf("%s%s%s: %s\n\n%s\n", style_bold(cli->colour), text_of(command, "name"), style_end(cli->colour),
           text_of(command, "title"), text_of(command, "description"));
    const json_t *parameters = json_object_get(command, "parameters");
    if (json_array_size(parameters))
        printf("\nparameters\n");
    size_t i;
    const json_t *parameter;
    json_array_foreach(parameters, i, parameter) {
        cli_text call = {0}, text = {0};
        add_call(&call, parameter);
        cli_text_add_string(&text, text_of(parameter, "description"));
        add_extras(&text, parameter);
        print_entry(call.data, 24, text.data);
        cli_text_free(&text);
        cli_text_free(&call);
    }
}

static void print_markdown_command(const json_t *command) {
    printf("### %s\n\n%s\n\nRuns as: %s. %s\n", text_of(command, "name"), text_of(command, "description"),
           text_of(command, "kind"),
           json_is_true(json_object_get(command, "preview")) ? "Can be previewed." : "Has no preview.");
    const json_t *parameters = json_object_get(command, "parameters");
    if (json_array_size(parameters))
        printf("\n| parameter | meaning |\n| --- | --- |\n");
    size_t i;
    const json_t *parameter;
    json_array_foreach(parameters, i, parameter) {
        cli_text call = {0}, text = {0};
        add_call(&call, parameter);
        cli_text_add_string(&text, text_of(parameter, "description"));
        add_extras(&text, parameter);
        printf("| `%s` | ", call.data);
        for (const char *c = text.data; *c; c++)
            printf(*c == '|' ? "\\%c" : "%c", *c);
        printf(" |\n");
        cli_text_free(&text);
        cli_text_free(&call);
    }
}

static void print_markdown(const json_t *commands) {
    const char *family = "";
    size_t i;
    const json_t *command;
    printf(
        "# Commands\n\nWhat `tarn apply TABLE NAME` can do, by family. Every command is one step that can be undone; "
        "`--preview N` shows\nthe first N cells that would change.\n\n"
        "This page is printed by `tarn commands --markdown`; `make docs` renews it.\n");
    json_array_foreach(commands, i, command) {
        if (strcmp(family, text_of(command, "family")) != 0) {
            family = text_of(command, "family");
            printf("\n## %s\n", family);
        }
        printf("\n");
        print_markdown_command(command);
    }
}

static json_t *find(const json_t *commands, const char *name) {
    size_t i;
    json_t *command;
    json_array_foreach(commands, i, command) if (strcmp(text_of(command, "name"), name) == 0) return command;
    return NULL;
}

static int unknown(cli *cli, const json_t *commands, const char *name) {
    const char *nearest = NULL;
    size_t least = SIZE_MAX, distance, i;
    const json_t *command;
    json_array_foreach(commands, i,
                       command) if (cli_is_near(name, text_of(command, "name"), &distance) && distance < least) {
        least = distance;
        nearest = text_of(command, "name");
    }
    if (nearest)
        return cli_fail_text(cli, TARN_E_NOT_FOUND, "there is no command '%s'; did you mean '%s'?", name, nearest);
    return cli_fail_text(cli, TARN_E_NOT_FOUND, "there is no command '%s'; 'tarn commands' lists all", name);
}

static int run(cli *cli) {
    tarn_error error;
    char *text = NULL;
    if (tarn_commands_json(&text, &error) != TARN_OK)
        return cli_fail(cli, &error);
    json_t *commands = json_loads(text, 0, NULL);
    tarn_free(text);
    const char *name = cli_argument_at(cli, 0);
    const json_t *command = name ? find(commands, name) : NULL;
    int code = CLI_DONE;
    if (name && !command)
        code = unknown(cli, commands, name);
    else if (cli->json)
        json_print(name ? json_incref((json_t *)command) : json_incref(commands));
    else if (cli_has(cli, "markdown"))
        print_markdown(commands);
    else if (name)
        print_command(cli, command);
    else
        print_families(cli, commands);
    json_decref(commands);
    return code;
}

const cli_command cmd_commands = {
    .name = "commands",
    .summary = "list what 'tarn apply' can do",
    .description = "List the commands that change tables, or explain one with its parameters.",
    .arguments = arguments,
    .options = options,
    .examples = "tarn commands set\texplain 'tarn apply TABLE set'\n",
    .run = run,
};
