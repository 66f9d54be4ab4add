// `tarn undo` and `tarn redo`: take back the last steps of a table.
#include "cli.h"

#include "change.h"

#include <limits.h>
#include <stdlib.h>

/* undo and redo: the same steps, in two directions. */

static const cli_argument arguments[] = {
    {"TABLE", CLI_KIND_TABLE, false, false, NULL, "the table"},
    {"N", CLI_KIND_TEXT, true, false, NULL, "how many steps (default: 1)"},
    {0},
};

typedef tarn_status (*step_function)(tarn_workspace *, const char *, unsigned, tarn_change *, tarn_error *);

static int step(cli *cli, step_function move) {
    int64_t steps = 1;
    const char *text = cli_argument_at(cli, 1);
    if (text && !cli_parse_number(cli, "N", text, 1, &steps))
        return CLI_WRONG_USAGE;
    tarn_error error;
    tarn_change change = {0};
    tarn_status status = cli_open(cli, CLI_WRITE, &error);
    if (status == TARN_OK)
        status = move(cli->workspace, cli_argument_at(cli, 0), steps > UINT_MAX ? UINT_MAX : (unsigned)steps, &change,
                      &error);
    if (status == TARN_OK)
        change_print_move(cli, &change);
    tarn_change_clear(&change);
    return status == TARN_OK ? CLI_DONE : cli_fail(cli, &error);
}

static int run_undo(cli *cli) {
    return step(cli, tarn_undo);
}

static int run_redo(cli *cli) {
    return step(cli, tarn_redo);
}

const cli_command cmd_undo = {
    .name = "undo",
    .summary = "take back the last steps of a table",
    .description =
        "Go back one or more steps. Takes no time whatever the steps were, and 'tarn redo' goes forth again.",
    .arguments = arguments,
    .examples = "tarn undo orders\ttake back one step\ntarn undo orders 3\ttake back three\n",
    .run = run_undo,
};

const cli_command cmd_redo = {
    .name = "redo",
    .summary = "make undone steps again",
    .description =
        "Go forth one or more steps that 'tarn undo' took back. After a new change there is nothing to redo; the steps "
        "are still there by their numbers ('tarn log', 'tarn checkout').",
    .arguments = arguments,
    .examples = "tarn redo orders\tone step\n",
    .run = run_redo,
};
