// `tarn drop`: remove a table, or bring it back.
#include "cli.h"

#include "json.h"
#include "print.h"

static const cli_argument arguments[] = {
    {"TABLE", CLI_KIND_TABLE, false, false, NULL, "the table"},
    {0},
};

static const cli_option options[] = {
    {"undo", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "bring back the table of that name that was dropped last"},
    {0},
};

static int run(cli *cli) {
    const char *table = cli_argument_at(cli, 0);
    bool undo = cli_has(cli, "undo");
    tarn_error error;
    tarn_status status = cli_open(cli, CLI_WRITE, &error);
    if (status == TARN_OK)
        status = undo ? tarn_undrop(cli->workspace, table, &error) : tarn_drop(cli->workspace, table, &error);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    if (cli->json)
        json_print(tarn_answer_dropped(table, !undo));
    else if (!cli->quiet && undo)
        cli_print("%s is back\n", table);
    else if (!cli->quiet)
        cli_print("dropped %s; 'tarn drop %s --undo' brings it back, until 'tarn gc'\n", table, table);
    return CLI_DONE;
}

const cli_command cmd_drop = {
    .name = "drop",
    .summary = "remove a table, or bring it back",
    .description =
        "Remove a table with all its versions from the list. Nothing is erased: the table comes back with --undo, "
        "until 'tarn gc' gives its space back.",
    .arguments = arguments,
    .options = options,
    .examples = "tarn drop orders\tremove it\ntarn drop orders --undo\tbring it back\n",
    .run = run,
};
