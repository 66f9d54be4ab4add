// `tarn commands`: list what 'tarn apply' can do.
#include "cli.h"

#include "cells.h"
#include "commands.h"
#include "json.h"
#include "registry.h"
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
        if (strcmp(family, cli_registry_text(command, "family")) != 0) {
            family = cli_registry_text(command, "family");
            printf("%s%s%s%s\n", i ? "\n" : "", style_bold(cli->colour), family, style_end(cli->colour));
        }
        print_entry(cli_registry_text(command, "name"), 20, cli_registry_text(command, "title"));
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

/** How a parameter is given: "--column C", "--length INTEGER", "--regex". */
static void add_call(cli_text *text, const json_t *parameter) {
    const char *name = cli_registry_text(parameter, "name"), *type = cli_registry_text(parameter, "type");
    cli_text_printf(text, "--%s", name);
    if (strcmp(type, "boolean") == 0)
        return;
    cli_text_add_string(text, " ");
    for (; *type; type++)
        cli_text_add(text, (char[]){(char)(*type >= 'a' && *type <= 'z' ? *type - 32 : *type)}, 1);
}

static void print_command(cli *cli, const json_t *command) {
    printf("%s%s%s: %s\n\n%s\n", style_bold(cli->colour), cli_registry_text(command, "name"), style_end(cli->colour),
           cli_registry_text(command, "title"), cli_registry_text(command, "description"));
    const json_t *parameters = json_object_get(command, "parameters");
    if (json_array_size(parameters))
        printf("\nparameters\n");
    size_t i;
    const json_t *parameter;
    json_array_foreach(parameters, i, parameter) {
        cli_text call = {0}, text = {0};
        add_call(&call, parameter);
        cli_text_add_string(&text, cli_registry_text(parameter, "description"));
        add_extras(&text, parameter);
        print_entry(call.data, 24, text.data);
        cli_text_free(&text);
        cli_text_free(&call);
    }
}

static void print_markdown_command(const json_t *command) {
    printf("### %s\n\n%s\n\nRuns as: %s. %s\n", cli_registry_text(command, "name"),
           cli_registry_text(command, "description"), cli_registry_text(command, "kind"),
           json_is_true(json_object_get(command, "preview")) ? "Can be previewed." : "Has no preview.");
    const json_t *parameters = json_object_get(command, "parameters");
    if (json_array_size(parameters))
        printf("\n| parameter | meaning |\n| --- | --- |\n");
    size_t i;
    const json_t *parameter;
    json_array_foreach(parameters, i, parameter) {
        cli_text call = {0}, text = {0};
        add_call(&call, parameter);
        cli_text_add_string(&text, cli_registry_text(parameter, "description"));
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
        if (strcmp(family, cli_registry_text(command, "family")) != 0) {
            family = cli_registry_text(command, "family");
            printf("\n## %s\n", family);
        }
        printf("\n");
        print_markdown_command(command);
    }
}

int commands_print(cli *cli, const char *name) {
    const json_t *command = cli_registry_find(cli, name);
    const char *near = command ? NULL : cli_registry_near(cli, name);
    if (near)
        return cli_fail_text(cli, TARN_E_NOT_FOUND, "there is no command '%s'; did you mean '%s'?", name, near);
    if (!command)
        return cli_fail_text(cli, TARN_E_NOT_FOUND, "there is no command '%s'; 'tarn commands' lists all", name);
    if (cli->json)
        json_print(json_incref((json_t *)command));
    else
        print_command(cli, command);
    return CLI_DONE;
}

static int run(cli *cli) {
    const char *name = cli_argument_at(cli, 0);
    if (name)
        return commands_print(cli, name);
    const json_t *commands = cli_registry(cli);
    if (cli->json)
        json_print(json_incref((json_t *)commands));
    else if (cli_has(cli, "markdown"))
        print_markdown(commands);
    else
        print_families(cli, commands);
    return CLI_DONE;
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
