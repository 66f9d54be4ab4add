// Finding the workspace and opening it.
#include "cli.h"

#include "human.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *cli_named_directory(const cli *cli) {
    const char *directory = cli_value(cli, "directory");
    if (directory)
        return directory;
    const char *variable = getenv("TARN_WORKSPACE");
    return variable && *variable ? variable : NULL;
}

tarn_status cli_find_workspace(cli *cli, tarn_error *error) {
    const char *named = cli_named_directory(cli);
    if (named) {
        cli->directory = cli_copy(named);
        return TARN_OK;
    }
    char *found = NULL;
    tarn_status status = tarn_workspace_find(".", &found, error);
    if (status == TARN_OK)
        cli->directory = cli_copy(found);
    tarn_free(found);
    return status;
}

static tarn_status open_as(cli *cli, bool read_only, tarn_error *error) {
    tarn_workspace_options options = {.read_only = read_only, .user = cli_value(cli, "user")};
    const char *threads = cli_value(cli, "threads");
    if (threads)
        options.threads = (unsigned)strtoul(threads, NULL, 10);
    const char *memory = cli_value(cli, "memory-limit");
    if (memory)
        human_parse_size(memory, &options.memory_limit);
    return tarn_workspace_open(cli->directory, &options, &cli->workspace, error);
}

tarn_status cli_open(cli *cli, cli_access access, tarn_error *error) {
    tarn_status status = cli_find_workspace(cli, error);
    if (status != TARN_OK)
        return status;
    status = open_as(cli, access == CLI_READ, error);
    if (access == CLI_WRITE_OR_READ &&
        (status == TARN_E_LOCKED || status == TARN_E_READ_ONLY || status == TARN_E_IO || status == TARN_E_FULL ||
         status == TARN_E_INVALID)) /* a copy by hard links, say, which is not written to */
        status = open_as(cli, true, error);
    if (status != TARN_OK)
        return status;
    cli->only_tells = access == CLI_WRITE;
    const char *notice = tarn_workspace_notice(cli->workspace);
    if (notice)
        cli_note(cli, "%s", notice);
    return TARN_OK;
}
