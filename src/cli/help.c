// Help on the terminal, the man page and the completion scripts, all made from the descriptions of the commands.
#include "help.h"

#include "cells.h"
#include "commands.h"
#include "json.h"
#include "registry.h"
#include "terminal.h"

#include "tarn/request.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WRAP_AT = 100, OPTION_COLUMN = 28, FEW_OPTIONS = 5 };

static void add_argument(cli_text *out, const cli_argument *argument) {
    cli_text_printf(out, argument->optional ? " [%s%s]" : " %s%s", argument->name, argument->repeats ? "…" : "");
}

static void add_option(cli_text *out, const cli_option *option) {
    const char *value = option->value;
    cli_text_add_string(out, " [");
    if (option->letter)
        cli_text_printf(out, "-%c", option->letter);
    else
        cli_text_printf(out, "--%s", option->name);
    if (value)
        cli_text_printf(out, " %s", value);
    cli_text_printf(out, "]%s", option->repeats ? "…" : "");
}

void help_synopsis(cli_text *out, const cli_command *command) {
    size_t options = 0;
    cli_text_printf(out, "tarn %s", command->name);
    for (const cli_argument *argument = command->arguments; argument && argument->name; argument++)
        add_argument(out, argument);
    for (const cli_option *option = command->options; option && option->name; option++)
        options++;
    if (options > FEW_OPTIONS)
        cli_text_add_string(out, " [OPTION…]");
    else
        for (const cli_option *option = command->options; option && option->name; option++)
            add_option(out, option);
}

void help_option_name(cli_text *out, const cli_option *option) {
    if (option->letter)
        cli_text_printf(out, "-%c, ", option->letter);
    cli_text_printf(out, "--%s", option->name);
    if (option->alias)
        cli_text_printf(out, ", --%s", option->alias);
    if (option->value)
        cli_text_printf(out, " %s", option->value);
}

/** Text in lines of at most WRAP_AT columns; lines after the first are indented. */
static void print_wrapped(FILE *out, const char *text, size_t indent, size_t column) {
    bool first = true;
    while (*text) {
        size_t size = strcspn(text, " \n");
        size_t width = cell_width(text, size);
        if (!first && column + 1 + width > WRAP_AT) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
            first = true;
        }
        fprintf(out, "%s%.*s", first ? "" : " ", (int)size, text);
        column += width + !first;
        first = false;
        text += size;
        if (strncmp(text, "\n\n", 2) == 0) {
            fprintf(out, "\n\n%*s", (int)indent, "");
            text += 2;
            column = indent;
            first = true;
        } else if (*text) {
            text++;
        }
    }
    fputc('\n', out);
}

/** "  NAME      text", the text wrapped in its column. */
static void print_item(FILE *out, const char *name, const char *text) {
    size_t width = cell_width(name, strlen(name));
    fprintf(out, "  %s", name);
    if (width + 4 > OPTION_COLUMN)
        fprintf(out, "\n%*s", OPTION_COLUMN, "");
    else
        fprintf(out, "%*s", (int)(OPTION_COLUMN - 2 - width), "");
    print_wrapped(out, text, OPTION_COLUMN, OPTION_COLUMN);
}

static void print_options(FILE *out, const cli_option *options) {
    for (; options && options->name; options++) {
        cli_text name = {0}, help = {0};
        help_option_name(&name, options);
        cli_text_add_string(&help, options->help);
        if (options->choices)
            cli_text_printf(&help, " (one of: %s)", options->choices);
        if (options->repeats)
            cli_text_add_string(&help, "; may be repeated");
        print_item(out, name.data, help.data);
        cli_text_free(&name);
        cli_text_free(&help);
    }
}

int help_print_overview(FILE *out) {
    fputs("tarn: versioned tables in a folder\n\n"
          "usage: tarn [OPTION…] COMMAND [ARGUMENT…]\n\ncommands\n",
          out);
    for (const cli_command *const *command = cli_commands; *command; command++)
        fprintf(out, "  %-12s%s\n", (*command)->name, (*command)->summary);
    fputs("\noptions of all commands\n", out);
    print_options(out, cli_global_options);
    fputs(
        "\nA version of a table is written orders (the newest step), orders@3 (version 3), orders~2 (two steps back).\n"
        "The workspace is the nearest folder here or above that has .tarn, or the one that TARN_WORKSPACE names.\n"
        "'tarn help COMMAND' explains a command.\n",
        out);
    return CLI_DONE;
}

static void print_examples(const char *examples) {
    fputs("\nexamples\n", stdout);
    while (*examples) {
        size_t command = strcspn(examples, "\t\n");
        printf("  %.*s\n", (int)command, examples);
        examples += command;
        if (*examples == '\t') {
            size_t text = strcspn(++examples, "\n");
            printf("      %.*s\n", (int)text, examples);
            examples += text;
        }
        examples += *examples == '\n';
    }
}

int help_print_command(cli *cli, const cli_command *command) {
    const char *bold = style_bold(cli->colour), *end = style_end(cli->colour);
    cli_text synopsis = {0};
    help_synopsis(&synopsis, command);
    printf("%starn %s%s: %s\n\nusage: %s\n\n", bold, command->name, end, command->summary, synopsis.data);
    cli_text_free(&synopsis);
    print_wrapped(stdout, command->description, 0, 0);
    if (command->arguments && command->arguments->name) {
        fputs("\narguments\n", stdout);
        for (const cli_argument *argument = command->arguments; argument->name; argument++)
            print_item(stdout, argument->name, argument->help);
    }
    if (command->options && command->options->name) {
        fputs("\noptions\n", stdout);
        print_options(stdout, command->options);
    }
    fputs("\noptions of all commands\n", stdout);
    print_options(stdout, cli_global_options);
    if (command->examples)
        print_examples(command->examples);
    return CLI_DONE;
}

int help_print_version(cli *cli) {
    if (cli->json)
        json_print(json_pack("{s:s,s:s}", "version", tarn_version_text(), "engine", tarn_engine_version_text()));
    else
        printf("tarn %s (DuckDB %s)\n", tarn_version_text(), tarn_engine_version_text());
    return CLI_DONE;
}

static const cli_argument help_arguments[] = {
    {"COMMAND", CLI_KIND_SUBCOMMAND, true, false, NULL, "the command to explain, of tarn or of 'tarn apply'"},
    {0},
};

static const cli_option help_options[] = {
    {"man", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "the whole manual as a man page (roff)"},
    {"markdown", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "the reference of all commands as Markdown"},
    {"requests", 0, NULL, "FORM", "json openapi typescript markdown", CLI_KIND_TEXT, false,
     "what pages and programs can ask for, and the answers: the declarations, or a document made of them"},
    {0},
};

static int print_requests(cli *cli, const char *form) {
    static const char *const forms[] = {"json", "openapi", "typescript", "markdown"}; /* as tarn_document counts */
    tarn_error error;
    char *text = NULL;
    size_t which = 0;
    while (which < 3 && strcmp(forms[which], form) != 0)
        which++;
    if (tarn_operations_document((tarn_document)which, &text, &error) != TARN_OK)
        return cli_fail(cli, &error);
    fputs(text, stdout);
    tarn_free(text);
    return CLI_DONE;
}

static int run_help(cli *cli) {
    if (cli_has(cli, "man"))
        return help_print_man_page();
    if (cli_has(cli, "markdown"))
        return help_print_markdown();
    if (cli_has(cli, "requests"))
        return print_requests(cli, cli_value(cli, "requests"));
    const char *name = cli_argument_at(cli, 0);
    if (!name)
        return help_print_overview(stdout);
    const cli_command *command = cli_command_find(name);
    if (command)
        return help_print_command(cli, command);
    return cli_registry_find(cli, name) ? commands_print(cli, name) : cli_command_unknown(cli, name);
}

const cli_command cmd_help = {
    .name = "help",
    .summary = "explain a command",
    .description = "Without a name, list the commands. 'tarn COMMAND --help' is the same as 'tarn help COMMAND'.",
    .arguments = help_arguments,
    .options = help_options,
    .examples = "tarn help import\ttell how to import\n"
                "tarn help trim\ttell what 'tarn apply TABLE trim' does\n",
    .run = run_help,
};

const cli_command cmd_version = {
    .name = "version",
    .summary = "print the version",
    .description = "Print the version of Tarn and that of the engine it uses.",
    .run = help_print_version,
};
