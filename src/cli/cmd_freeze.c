// `tarn freeze` and `tarn thaw`: compress a table's data on disk.
#include "cli.h"

#include "human.h"
#include "json.h"
#include "print.h"
#include "progress.h"

#include <stdlib.h>

/* freeze and thaw: the same rewriting, in two directions. */

static const cli_argument arguments[] = {
    {"TABLE", CLI_KIND_TABLE, false, false, NULL, "the table"},
    {0},
};

typedef tarn_status (*rewriter)(tarn_workspace *, const char *, tarn_task *, tarn_freeze_result *, tarn_error *);

static void print(const char *table, const char *done, const tarn_freeze_result *result) {
    if (result->batches == 0) {
        cli_print("nothing to do: %s is %s already\n", table, done);
        return;
    }
    char *batches = human_counted((int64_t)result->batches, "batch", "batches");
    char *before = human_size(result->bytes_before), *after = human_size(result->bytes_after);
    char *duration = human_duration(result->duration);
    cli_print("%s %s: %s · %s → %s · %s\n", done, table, batches, before, after, duration);
    free(duration);
    free(after);
    free(before);
    free(batches);
}

static int rewrite(cli *cli, rewriter rewriter, const char *doing, const char *done) {
    const char *table = cli_argument_at(cli, 0);
    tarn_error error;
    tarn_freeze_result result = {0};
    tarn_status status = cli_open(cli, CLI_WRITE, &error);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    progress *progress = progress_start(cli, doing);
    status = rewriter(cli->workspace, table, cli->task, &result, &error);
    progress_stop(progress);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    if (cli->json)
        json_print(tarn_answer_freeze(table, &result));
    else if (!cli->quiet)
        print(table, done, &result);
    return CLI_DONE;
}

static int run_freeze(cli *cli) {
    return rewrite(cli, tarn_freeze, "freezing", "frozen");
}

static int run_thaw(cli *cli) {
    return rewrite(cli, tarn_thaw, "thawing", "thawed");
}

const cli_command cmd_freeze = {
    .name = "freeze",
    .summary = "compress a table's data on disk",
    .description = "Rewrite what a table's versions hold with Zstandard: smaller on disk, slower to read. No version "
                   "changes, and everything goes on working; what is written later is not compressed until the next "
                   "time. 'tarn thaw' goes back.",
    .arguments = arguments,
    .examples = "tarn freeze orders\tcompress it\n",
    .run = run_freeze,
};

const cli_command cmd_thaw = {
    .name = "thaw",
    .summary = "store a table's data uncompressed again",
    .description = "Rewrite what 'tarn freeze' compressed, so that it is read straight from the disk's cache again. No "
                   "version changes.",
    .arguments = arguments,
    .examples = "tarn thaw orders\tuncompress it\n",
    .run = run_thaw,
};
