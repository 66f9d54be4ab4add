// `tarn init`: make an empty workspace.
#include "cli.h"

#include "json.h"
#include "print.h"
#include "text.h"

#include <stdlib.h>

static const cli_argument arguments[] = {
    {"DIR", CLI_KIND_DIRECTORY, true, false, NULL, "the folder; made when it is not there (default: this one)"},
    {0},
};

static int run(cli *cli) {
    const char *directory = cli_argument_at(cli, 0);
    if (!directory)
        directory = cli_named_directory(cli);
    if (!directory)
        directory = ".";
    tarn_error error;
    if (tarn_workspace_init(directory, &error) != TARN_OK)
        return cli_fail(cli, &error);
    cli->only_tells = true;
    char *path = realpath(directory, NULL);
    if (cli->json)
        json_print(json_pack("{s:o}", "directory", tarn_answer_text(path ? path : directory)));
    else if (!cli->quiet)
        cli_print("made an empty workspace in %s\n", path ? path : directory);
    free(path);
    return CLI_DONE;
}

const cli_command cmd_init = {
    .name = "init",
    .summary = "make an empty workspace",
    .description =
        "Make the folder .tarn, where all tables and all their versions will be. Commands find it from there and "
        "from any folder below.",
    .arguments = arguments,
    .examples = "tarn init\tmake a workspace here\ntarn init ~/elections\tmake one in a folder\n",
    .run = run,
};
