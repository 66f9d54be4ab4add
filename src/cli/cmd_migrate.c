// `tarn migrate`: take over a folder of the earlier layout.
#include "cli.h"

#include "human.h"
#include "json.h"
#include "print.h"
#include "progress.h"
#include "terminal.h"

#include <stdlib.h>

static const cli_argument arguments[] = {
    {"DIR", CLI_KIND_DIRECTORY, false, false, NULL, "the folder with metadata.json"},
    {0},
};

static const cli_option options[] = {
    {"delete", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "remove the folder after a complete success"},
    {0},
};

static void print(cli *cli, const char *directory, const tarn_migration_result *result) {
    if (result->already) {
        cli_print("nothing to do: %s was migrated before and is %s now\n", directory, result->folder);
        return;
    }
    char *tables = human_counted((int64_t)result->tables, "table", "tables");
    char *events = human_counted((int64_t)result->events, "audit event", "audit events");
    cli_print("imported %s, restored %s\n", tables, events);
    free(events);
    free(tables);
    for (size_t i = 0; i < result->problem_count; i++)
        cli_print("%sproblem:%s %s\n", style_yellow(cli->colour), style_end(cli->colour), result->problems[i]);
    if (result->folder)
        cli_print("the folder is %s now%s\n", result->folder,
                  result->problem_count > 0 ? ", with migration_report.json" : "");
    else
        cli_print("removed %s\n", directory);
}

static int run(cli *cli) {
    const char *directory = cli_argument_at(cli, 0);
    tarn_error error;
    tarn_migration_result result = {0};
    tarn_status status = cli_open(cli, CLI_WRITE, &error);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    progress *progress = progress_start(cli, "migrating");
    status = tarn_migrate(cli->workspace, directory, cli_has(cli, "delete"), cli->task, &result, &error);
    progress_stop(progress);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    if (cli->json)
        json_print(tarn_answer_migration(&result));
    else if (!cli->quiet || result.problem_count > 0)
        print(cli, directory, &result);
    int code = result.problem_count > 0 ? CLI_FAILED : CLI_DONE;
    tarn_migration_result_clear(&result);
    return code;
}

const cli_command cmd_migrate = {
    .name = "migrate",
    .summary = "take over a folder of the earlier layout",
    .description = "Import the tables of a folder with metadata.json (a list of tables with id, name and rowCount) and "
                   "tables/ID.csv, check the number of rows of each, and take over audit_details.csv, when there is "
                   "one, as events "
                   "of the audit log.\n\n"
                   "When all is right the folder is renamed to DIR_migrated, or removed with --delete; else to "
                   "DIR_backup_failed_migration, with migration_report.json in it: what could be imported stays, and "
                   "the exit code "
                   "is 1. A second run finds nothing to do.",
    .arguments = arguments,
    .options = options,
    .examples = "tarn migrate old-data\timport everything in it\n",
    .run = run,
};
