// `tarn checkout`: make any version of a table the present one.
#include "cli.h"

#include "change.h"

static const cli_argument arguments[] = {
    {"TABLE@N", CLI_KIND_VERSION, false, false, NULL, "a version (orders@3, orders~2)"},
    {0},
};

static int run(cli *cli) {
    tarn_error error;
    tarn_change change = {0};
    tarn_status status = cli_open(cli, CLI_WRITE, &error);
    if (status == TARN_OK)
        status = tarn_checkout(cli->workspace, cli_argument_at(cli, 0), &change, &error);
    if (status == TARN_OK)
        change_print_move(cli, &change);
    tarn_change_clear(&change);
    return status == TARN_OK ? CLI_DONE : cli_fail(cli, &error);
}

const cli_command cmd_checkout = {
    .name = "checkout",
    .summary = "make any version of a table the present one",
    .description =
        "Make a version that 'tarn log' lists the table's present one, also one on a line that was left by an undo.",
    .arguments = arguments,
    .examples = "tarn checkout orders@3\n",
    .run = run,
};
