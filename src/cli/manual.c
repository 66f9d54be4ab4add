// The man page and the reference in Markdown.
#include "help.h"

#include <string.h>

/** Text as roff: no line starts a request, no backslash or hyphen is taken for something else. */
static void print_roff(const char *text) {
    bool line_start = true;
    for (; *text; text++) {
        if (strncmp(text, "\n\n", 2) == 0) {
            fputs("\n.PP\n", stdout);
            text++;
            line_start = true;
            continue;
        }
        if (line_start && (*text == '.' || *text == '\''))
            fputs("\\&", stdout);
        if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '-')
            fputs("\\-", stdout);
        else
            putchar(*text);
        line_start = *text == '\n';
    }
}

static void print_roff_item(const char *name, const char *help) {
    fputs(".TP\n.B ", stdout);
    print_roff(name);
    putchar('\n');
    print_roff(help);
    putchar('\n');
}

static void print_roff_options(const cli_option *options) {
    for (; options && options->name; options++) {
        cli_text name = {0}, help = {0};
        help_option_name(&name, options);
        cli_text_add_string(&help, options->help);
        if (options->choices)
            cli_text_printf(&help, " (one of: %s)", options->choices);
        if (options->repeats)
            cli_text_add_string(&help, "; may be repeated");
        print_roff_item(name.data, help.data);
        cli_text_free(&name);
        cli_text_free(&help);
    }
}

static void print_roff_command(const cli_command *command) {
    cli_text synopsis = {0};
    help_synopsis(&synopsis, command);
    fputs(".SS ", stdout);
    print_roff(synopsis.data);
    fputs("\n", stdout);
    cli_text_free(&synopsis);
    print_roff(command->description);
    putchar('\n');
    for (const cli_argument *argument = command->arguments; argument && argument->name; argument++)
        print_roff_item(argument->name, argument->help);
    print_roff_options(command->options);
}

int help_print_man_page(void) {
    printf(".TH TARN 1 \"\" \"tarn %s\" \"User Commands\"\n", tarn_version_text());
    fputs(".SH NAME\ntarn \\- versioned tables in a folder\n"
          ".SH SYNOPSIS\n.B tarn\n[OPTION...] COMMAND [ARGUMENT...]\n.SH DESCRIPTION\n",
          stdout);
    print_roff(
        "Tarn keeps tables in a folder, with every version that they ever had. It imports messy files, changes them "
        "with commands that can each be undone, answers SQL, and exports. Nothing leaves the machine.\n\n"
        "A version of a table is written orders (the newest step), orders@3 (version 3), orders~2 (two steps "
        "back). The workspace is the nearest folder here or above that has .tarn.\n");
    fputs(".SH OPTIONS\n", stdout);
    print_roff_options(cli_global_options);
    fputs(".SH COMMANDS\n", stdout);
    for (const cli_command *const *command = cli_commands; *command; command++)
        print_roff_command(*command);
    fputs(".SH ENVIRONMENT\n", stdout);
    print_roff_item("TARN_WORKSPACE", "the folder of the workspace, where -C is not given");
    print_roff_item("COLUMNS", "how wide tables are printed; default: the terminal's width");
    print_roff_item("NO_COLOR", "when set, nothing is coloured");
    fputs(".SH EXIT STATUS\n", stdout);
    print_roff_item("0", "done");
    print_roff_item("1", "failed; the message says why, and nothing was changed");
    print_roff_item("2", "wrong usage");
    print_roff_item("130", "cancelled by Ctrl-C (128 + the signal's number for others); nothing was changed");
    return CLI_DONE;
}

/** Text for a cell of a Markdown table. */
static void print_markdown_text(const char *text) {
    for (; *text; text++) {
        if (*text == '|')
            putchar('\\');
        putchar(*text == '\n' ? ' ' : *text);
    }
}

static void print_markdown_row(const char *name, const char *help, const char *choices) {
    fputs("| `", stdout);
    print_markdown_text(name);
    fputs("` | ", stdout);
    print_markdown_text(help);
    if (choices)
        printf(" (one of: %s)", choices);
    fputs(" |\n", stdout);
}

static void print_markdown_options(const cli_option *options) {
    for (; options && options->name; options++) {
        cli_text name = {0};
        help_option_name(&name, options);
        print_markdown_row(name.data, options->help, options->choices);
        cli_text_free(&name);
    }
}

static void print_markdown_examples(const char *examples) {
    fputs("\n```sh\n", stdout);
    while (*examples) {
        size_t command = strcspn(examples, "\t\n");
        size_t text = strcspn(examples + command, "\n");
        printf("%.*s", (int)command, examples);
        if (text > 1)
            printf("  # %.*s", (int)(text - 1), examples + command + 1);
        putchar('\n');
        examples += command + text;
        examples += *examples == '\n';
    }
    fputs("```\n", stdout);
}

static void print_markdown_command(const cli_command *command) {
    cli_text synopsis = {0};
    help_synopsis(&synopsis, command);
    printf("\n### %s\n\n`%s`\n\n%s\n", command->name, synopsis.data, command->description);
    cli_text_free(&synopsis);
    bool arguments = command->arguments && command->arguments->name;
    if (arguments || (command->options && command->options->name)) {
        fputs("\n| | |\n| --- | --- |\n", stdout);
        for (const cli_argument *argument = command->arguments; argument && argument->name; argument++)
            print_markdown_row(argument->name, argument->help, NULL);
        print_markdown_options(command->options);
    }
    if (command->examples)
        print_markdown_examples(command->examples);
}

int help_print_markdown(void) {
    fputs("## Options of all commands\n\n| | |\n| --- | --- |\n", stdout);
    print_markdown_options(cli_global_options);
    fputs("\n## Commands\n", stdout);
    for (const cli_command *const *command = cli_commands; *command; command++)
        print_markdown_command(*command);
    return CLI_DONE;
}
