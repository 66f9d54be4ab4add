#include "cli.h"

#include "help.h"
#include "signals.h"
#include "terminal.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int run(cli *cli, int argc, char **argv) {
    int code = cli_parse(cli, argc, argv);
    if (code)
        return code;
    if (cli_has(cli, "version"))
        return help_print_version(cli);
    if (cli_has(cli, "help"))
        return cli->command ? help_print_command(cli, cli->command) : help_print_overview(stdout);
    if (!cli->command) {
        help_print_overview(stderr);
        return CLI_WRONG_USAGE;
    }
    tarn_error error;
    if (tarn_task_new(&cli->task, &error) != TARN_OK)
        return cli_fail(cli, &error);
    signals_watch(cli->task);
    return cli->command->run(cli);
}

int main(int argc, char **argv) {
    cli cli = {.colour = terminal_has_colour(STDOUT_FILENO), .notes_colour = terminal_has_colour(STDERR_FILENO)};
    int code = run(&cli, argc, argv);
    code = cli_finish_output(&cli, code);
    tarn_workspace_close(cli.workspace);
    signals_unwatch();
    tarn_task_release(cli.task);
    free(cli.directory);
    free(cli.given);
    free(cli.arguments);
    if (signals_exit_code())
        _exit(code); /* without waiting for a reader of what is left to print */
    return code;
}
