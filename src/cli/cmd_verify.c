// `tarn verify`: check every byte of the workspace.
#include "cli.h"

#include "human.h"
#include "json.h"
#include "print.h"
#include "progress.h"
#include "terminal.h"

#include <stdlib.h>

static const cli_option options[] = {
    {"repair", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "set what is damaged aside, so that all else can be used"},
    {0},
};

static void print(cli *cli, const tarn_verify_result *result) {
    for (size_t i = 0; i < result->problem_count; i++) {
        const tarn_verify_problem *problem = &result->problems[i];
        cli_print("%s%s%s %s", problem->repaired ? style_yellow(cli->colour) : style_red(cli->colour),
                  problem->repaired ? "set aside:" : "damaged:", style_end(cli->colour), problem->what);
        cli_print(problem->affects ? " (affects %s)\n" : "\n", problem->affects);
    }
    char *records = human_counted((int64_t)result->records, "record", "records");
    char *versions = human_counted((int64_t)result->versions, "version", "versions");
    char *batches = human_counted((int64_t)result->batches, "batch", "batches");
    char *bytes = human_size(result->bytes);
    cli_print("checked %s, %s, %s, %s: ", records, versions, batches, bytes);
    if (result->problem_count == 0) {
        cli_print("all sound\n");
    } else {
        char *problems = human_counted((int64_t)result->problem_count, "problem", "problems");
        cli_print("%s\n", problems);
        free(problems);
    }
    free(bytes);
    free(batches);
    free(versions);
    free(records);
}

static int run(cli *cli) {
    bool repair = cli_has(cli, "repair"), damaged = false;
    tarn_error error;
    tarn_verify_result result = {0};
    tarn_status status = cli_find_workspace(cli, &error);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    progress *progress = progress_start(cli, "verifying");
    status = tarn_verify(cli->directory, repair, cli->task, &result, &error);
    progress_stop(progress);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    for (size_t i = 0; i < result.problem_count; i++)
        damaged = damaged || !result.problems[i].repaired;
    if (cli->json)
        json_print(tarn_answer_verify(&result));
    else if (!cli->quiet || result.problem_count)
        print(cli, &result);
    if (damaged && !repair && !cli->json)
        cli_note(cli, "'tarn verify --repair' sets what is damaged aside, so that all else can be used");
    tarn_verify_result_clear(&result);
    return damaged ? CLI_FAILED : CLI_DONE;
}

const cli_command cmd_verify = {
    .name = "verify",
    .summary = "check every byte of the workspace",
    .description =
        "Read the journal and all data and compare them with their checksums. Also works on a workspace that cannot be "
        "opened. Exits with 1 when something is damaged and was not set aside.",
    .options = options,
    .examples = "tarn verify\ntarn verify --repair\tset the damaged aside, and say what was lost\n",
    .run = run,
};
