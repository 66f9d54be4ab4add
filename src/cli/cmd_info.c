// `tarn info`: tell about the workspace.
#include "cli.h"

#include "human.h"
#include "json.h"
#include "print.h"
#include "terminal.h"
#include "text.h"

#include <stdlib.h>

static void print_line(cli *cli, const char *name, char *value) {
    cli_print("%s%-14s%s%s\n", style_dim(cli->colour), name, style_end(cli->colour), value);
    free(value);
}

static void print(cli *cli, const char *path, const tarn_workspace_info *info) {
    char *total = human_size(info->bytes_total), *segments = human_size(info->bytes_segments);
    char *journal = human_size(info->bytes_journal), *index = human_size(info->bytes_index);
    print_line(cli, "workspace", cli_format("%s (format %u)", path, info->format_version));
    print_line(cli, "tables", human_count((int64_t)info->tables));
    if (info->dropped_tables)
        print_line(cli, "dropped", human_count((int64_t)info->dropped_tables));
    print_line(cli, "versions", human_count((int64_t)info->versions));
    print_line(cli, "records", human_count((int64_t)info->records));
    print_line(cli, "batches", human_count((int64_t)info->batches));
    if (info->folds > 0)
        print_line(cli, "folds", human_count((int64_t)info->folds));
    print_line(cli, "segments", human_count((int64_t)info->segments));
    print_line(cli, "size", cli_format("%s (data %s, journal %s, index %s)", total, segments, journal, index));
    print_line(cli, "threads", human_count(info->threads));
    print_line(cli, "memory limit",
               info->memory_limit != 0 ? human_size(info->memory_limit) : cli_format("80 %% of the machine's memory"));
    print_line(cli, "tarn", cli_format("%s (DuckDB %s)", tarn_version_text(), tarn_engine_version_text()));
    free(index);
    free(journal);
    free(segments);
    free(total);
}

static int run(cli *cli) {
    tarn_error error;
    tarn_workspace_info info = {0};
    if (cli_open(cli, CLI_READ, &error) != TARN_OK || tarn_workspace_info_get(cli->workspace, &info, &error) != TARN_OK)
        return cli_fail(cli, &error);
    char *path = realpath(cli->directory, NULL);
    const char *shown = path ? path : cli->directory;
    if (cli->json)
        json_print(tarn_answer_status(&info, shown, tarn_workspace_notice(cli->workspace)));
    else
        print(cli, shown, &info);
    free(path);
    return CLI_DONE;
}

const cli_command cmd_info = {
    .name = "info",
    .summary = "tell about the workspace",
    .description = "Where the workspace is, what is in it, and how large its parts are.",
    .run = run,
};
