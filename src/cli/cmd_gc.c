// `tarn gc`: give back the space of what nothing reaches.
#include "cli.h"

#include "human.h"
#include "json.h"
#include "print.h"
#include "progress.h"

#include <stdlib.h>
#include <time.h>

static const cli_option options[] = {
    {"keep-last", 0, NULL, "N", NULL, CLI_KIND_TEXT, false,
     "of each table keep only the present version and the N - 1 before it (default: all)"},
    {"keep-days", 0, NULL, "D", NULL, CLI_KIND_TEXT, false,
     "of each table keep only the present version and those made in the last D days (default: all)"},
    {"dry-run", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "say what would be removed, and remove nothing"},
    {0},
};

static void print(const tarn_gc_result *result, bool dry_run) {
    if (result->versions == 0 && result->tables == 0 && result->bytes == 0) {
        cli_print("nothing to remove\n");
    } else {
        char *versions = human_counted((int64_t)result->versions, "version", "versions");
        char *tables = human_counted((int64_t)result->tables, "dropped table", "dropped tables");
        char *batches = human_counted((int64_t)result->batches, "batch", "batches");
        char *bytes = human_size(result->bytes);
        cli_print(dry_run ? "would remove %s, %s, %s: %s\n" : "removed %s, %s, %s: %s given back\n", versions, tables,
                  batches, bytes);
        free(bytes);
        free(batches);
        free(tables);
        free(versions);
    }
    if (result->bytes_waiting) {
        char *waiting = human_size(result->bytes_waiting);
        cli_print("%s are kept for processes that still read them; 'tarn gc' later frees them\n", waiting);
        free(waiting);
    }
}

#define DAY INT64_C(86400000000) /* microseconds */

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

/** False after a usage message. */
static bool read_options(cli *cli, tarn_gc_options *out) {
    int64_t last = 0, days = 0;
    if (!cli_number(cli, "keep-last", 1, &last) || !cli_number(cli, "keep-days", 0, &days))
        return false;
    out->dry_run = cli_has(cli, "dry-run");
    out->keep_versions = (uint64_t)last;
    if (cli_has(cli, "keep-days"))
        out->keep_since = days < now() / DAY ? now() - days * DAY : 1;
    return true;
}

static int run(cli *cli) {
    tarn_gc_options gc = {0};
    if (!read_options(cli, &gc))
        return CLI_WRONG_USAGE;
    bool dry_run = gc.dry_run;
    tarn_error error;
    tarn_gc_result result = {0};
    tarn_status status = cli_open(cli, CLI_WRITE, &error);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    progress *progress = progress_start(cli, "removing what nothing reaches");
    status = tarn_gc(cli->workspace, &gc, cli->task, &result, &error);
    progress_stop(progress);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    if (cli->json)
        json_print(tarn_answer_gc(&result, dry_run));
    else if (!cli->quiet)
        print(&result, dry_run);
    return CLI_DONE;
}

const cli_command cmd_gc = {
    .name = "gc",
    .summary = "give back the space of what nothing reaches",
    .description = "Remove versions that neither undo, redo nor the present lines reach, dropped tables, and their "
                   "data. What other "
                   "processes still read stays until they are done.\n\n"
                   "All versions of the present lines are kept, unless --keep-last or --keep-days is given; with both, "
                   "what either "
                   "of them keeps. Versions that redo can go forth to stay in any case.",
    .options = options,
    .examples = "tarn gc --dry-run\tsay how much there is to gain\n"
                "tarn gc --keep-last 10\tno table can be undone more than nine steps from now on\n"
                "tarn gc --keep-days 30 --dry-run\tlook what a month's history would leave\n",
    .run = run,
};
