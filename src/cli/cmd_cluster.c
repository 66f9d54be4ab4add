// `tarn cluster`: find different spellings of the same.
#include "cli.h"

#include "human.h"
#include "json.h"
#include "print.h"
#include "progress.h"
#include "terminal.h"

#include <stdlib.h>

static const cli_argument arguments[] = {
    {"TABLE", CLI_KIND_VERSION, false, false, NULL, "the table, or one of its versions"},
    {"COLUMN", CLI_KIND_TEXT, true, false, NULL, "the column of text"},
    {0},
};

static const cli_option options[] = {
    {"column", 'c', NULL, "COLUMN", NULL, CLI_KIND_TEXT, false, "the same as COLUMN"},
    {"method", 0, NULL, "METHOD",
     "fingerprint ngram metaphone metaphone-words levenshtein levenshtein-digits jaro-winkler jaro-winkler-digits",
     CLI_KIND_TEXT, false,
     "what makes two texts the same (default: fingerprint); the distances leave numbers alone unless they end in "
     "-digits"},
    {"threshold", 0, NULL, "N", NULL, CLI_KIND_TEXT, false,
     "levenshtein: letters that may differ (default: 2); jaro-winkler: least similarity (default: 0.92)"},
    {"rows", 'n', NULL, "N", NULL, CLI_KIND_TEXT, false, "show at most N clusters (default: 20)"},
    {0},
};

/** A cluster of more spellings than anybody reads is not to push the others out of sight; --json has them all. */
enum { SPELLINGS_SHOWN = 40 };

static void print_cluster(cli *cli, const tarn_cluster *cluster) {
    size_t shown = cluster->count > SPELLINGS_SHOWN ? SPELLINGS_SHOWN : cluster->count;
    cli_print("%s%s%s\n", style_bold(cli->colour), cluster->spellings[0].text, style_end(cli->colour));
    for (size_t i = 0; i < shown; i++) {
        char *rows = human_count(cluster->spellings[i].rows);
        cli_print("  %10s × \"%s\"\n", rows, cluster->spellings[i].text);
        free(rows);
    }
    if (shown < cluster->count) {
        char *more = human_count((int64_t)(cluster->count - shown));
        cli_print("  %s… and %s more; --json lists all%s\n", style_dim(cli->colour), more, style_end(cli->colour));
        free(more);
    }
}

static void print(cli *cli, const tarn_clusters *clusters, size_t most) {
    for (size_t i = 0; i < clusters->count && i < most; i++)
        print_cluster(cli, &clusters->list[i]);
    char *found = human_counted((int64_t)clusters->count, "cluster", "clusters");
    char *values = human_counted((int64_t)clusters->values, "different text", "different texts");
    cli_print("%s%s in %s", style_dim(cli->colour), found, values);
    if (clusters->count > most)
        cli_print(", %zu shown; -n shows more", most);
    cli_print("%s\n", style_end(cli->colour));
    free(values);
    free(found);
}

static int run(cli *cli) {
    const char *word = cli_argument_at(cli, 1), *option = cli_value(cli, "column");
    const char *column = word ? word : option, *method = cli_value(cli, "method");
    const char *threshold = cli_value(cli, "threshold");
    int64_t most = cli->json ? INT64_MAX : 20;
    char *end = NULL;
    double limit = threshold ? strtod(threshold, &end) : 0;
    if (!column)
        return cli_usage(cli, "which column? say 'tarn cluster TABLE COLUMN'");
    if (word && option)
        return cli_usage(cli, "the column is given twice, as '%s' and as --column %s", word, option);
    if (threshold && (end == threshold || *end != '\0' || !(limit > 0)))
        return cli_usage(cli, "--threshold needs a number, not '%s'", threshold);
    if (!cli_number(cli, "rows", 0, &most))
        return CLI_WRONG_USAGE;
    tarn_error error;
    tarn_clusters clusters = {0};
    if (cli_open(cli, CLI_READ, &error) != TARN_OK)
        return cli_fail(cli, &error);
    progress *progress = progress_start(cli, "clustering");
    tarn_status status = tarn_find_clusters(cli->workspace, cli_argument_at(cli, 0), column,
                                            method ? method : "fingerprint", limit, cli->task, &clusters, &error);
    progress_stop(progress);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    if (cli->json)
        json_print(tarn_answer_clusters(&clusters, (size_t)most));
    else
        print(cli, &clusters, (size_t)most);
    tarn_clusters_clear(&clusters);
    return CLI_DONE;
}

const cli_command cmd_cluster = {
    .name = "cluster",
    .summary = "find different spellings of the same",
    .description =
        "List the values of a column that probably mean the same, with how many rows have each. 'tarn apply TABLE "
        "standardize' gives each cluster the spelling that is listed first.\n\n"
        "fingerprint ignores case, accents, punctuation and the order of words; ngram spaces too; metaphone goes by "
        "the "
        "sound in English; levenshtein and jaro-winkler look for small differences.",
    .arguments = arguments,
    .options = options,
    .examples = "tarn cluster orders city\tby fingerprint\n"
                "tarn cluster orders city --method levenshtein --threshold 1\tone letter may differ\n"
                "tarn apply orders standardize city\tmake them one\n",
    .run = run,
};
