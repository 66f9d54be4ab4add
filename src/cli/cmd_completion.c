// `tarn completion`: print the script with which a shell completes.
#include "cli.h"

#include "help.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const cli_argument arguments[] = {
    {"SHELL", CLI_KIND_TEXT, false, false, "bash zsh tables commands",
     "bash or zsh: print the script; tables or commands: print the names that the scripts offer"},
    {0},
};

static int print_tables(cli *cli) {
    tarn_error error;
    tarn_table_info *tables = NULL;
    size_t count = 0;
    if (cli_open(cli, CLI_READ, &error) != TARN_OK ||
        tarn_tables(cli->workspace, false, &tables, &count, &error) != TARN_OK)
        return cli_fail(cli, &error);
    for (size_t i = 0; i < count; i++)
        puts(tables[i].name);
    tarn_tables_free(tables, count);
    return CLI_DONE;
}

static int print_commands(cli *cli) {
    tarn_error error;
    char *text = NULL;
    if (tarn_commands_json(&text, &error) != TARN_OK)
        return cli_fail(cli, &error);
    json_t *commands = json_loads(text, 0, NULL);
    tarn_free(text);
    size_t i;
    json_t *command;
    json_array_foreach(commands, i, command) puts(json_string_value(json_object_get(command, "name")));
    json_decref(commands);
    return CLI_DONE;
}

static int run(cli *cli) {
    const char *what = cli_argument_at(cli, 0);
    if (strcmp(what, "bash") == 0)
        return completion_print_bash();
    if (strcmp(what, "zsh") == 0)
        return completion_print_zsh();
    return strcmp(what, "tables") == 0 ? print_tables(cli) : print_commands(cli);
}

const cli_command cmd_completion = {
    .name = "completion",
    .summary = "print the script with which a shell completes",
    .description = "Print a script that makes bash or zsh complete commands, options, tables, and file names.",
    .arguments = arguments,
    .examples = "source <(tarn completion bash)\tfor this bash\n"
                "tarn completion zsh > ~/.zfunc/_tarn\tfor zsh; ~/.zfunc has to be in $fpath\n",
    .run = run,
};
