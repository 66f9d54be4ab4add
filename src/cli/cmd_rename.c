// `tarn rename`: give a table another name.
#include "cli.h"

#include "json.h"
#include "print.h"

static const cli_argument arguments[] = {
    {"TABLE", CLI_KIND_TABLE, false, false, NULL, "the table"},
    {"NAME", CLI_KIND_TEXT, false, false, NULL, "its new name"},
    {0},
};

static int run(cli *cli) {
    const char *table = cli_argument_at(cli, 0), *name = cli_argument_at(cli, 1);
    tarn_error error;
    if (cli_open(cli, CLI_WRITE, &error) != TARN_OK || tarn_rename(cli->workspace, table, name, &error) != TARN_OK)
        return cli_fail(cli, &error);
    if (cli->json)
        json_print(tarn_answer_rename(table, name));
    else if (!cli->quiet)
        cli_print("renamed %s to %s\n", table, name);
    return CLI_DONE;
}

const cli_command cmd_rename = {
    .name = "rename",
    .summary = "give a table another name",
    .description =
        "Give a table another name; its versions keep their numbers. Names are unique whatever their case, and have "
        "no '@', no '~' and no ending like a file's. To rename a column: 'tarn apply TABLE rename'.",
    .arguments = arguments,
    .examples = "tarn rename orders orders_2025\n",
    .run = run,
};
