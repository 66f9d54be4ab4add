// `tarn match`: find rows that are probably the same.
#include "cli.h"

#include "cells.h"
#include "columns.h"
#include "grid.h"
#include "human.h"
#include "json.h"
#include "print.h"
#include "progress.h"
#include "terminal.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    ROWS_SHOWN = 10, /* of a group; --json has all */
    PAIRS_SHOWN = 10,
    CHAIN_ROWS = 50 /* more than so many rows hang together by chance rather than for being one and the same */
};

static const cli_argument arguments[] = {
    {"TABLE", CLI_KIND_VERSION, false, false, NULL, "the table, or one of its versions"},
    {0},
};

static const cli_option options[] = {
    {"column", 'c', NULL, "COLUMN", NULL, CLI_KIND_TEXT, true, "a column to compare"},
    {"weight", 0, NULL, "N", NULL, CLI_KIND_TEXT, true,
     "how much a column counts; once for each, in their order (default: all the same)"},
    {"compare", 0, NULL, "HOW", "auto jaro-winkler levenshtein ngram words exact number", CLI_KIND_TEXT, true,
     "how values are compared; once for all columns or once for each (default: auto)"},
    {"block", 0, NULL, "HOW", "auto none first-letter fingerprint metaphone ngram", CLI_KIND_TEXT, false,
     "which rows are compared at all (default: auto)"},
    {"on", 0, NULL, "COLUMN", NULL, CLI_KIND_TEXT, false, "the column for --block (default: the first one given)"},
    {"threshold", 0, NULL, "N", NULL, CLI_KIND_TEXT, false,
     "the least similarity that is listed, from 0 to 1 (default: 0.85)"},
    {"rows", 'n', NULL, "N", NULL, CLI_KIND_TEXT, false, "show at most N groups (default: 20)"},
    {0},
};

/* ---- for people -------------------------------------------------------------------------------------------------- */

static void add_value(grid *grid, const char *value) {
    cli_text text = {0};
    if (value)
        cell_quote(&text, value, strlen(value));
    else
        cli_text_add_string(&text, CELL_NULL);
    grid_add_escaped(grid, &text, value ? GRID_PLAIN : GRID_DIM);
}

static void print_rows(cli *cli, const tarn_matches *matches, const tarn_match_group *group) {
    grid grid;
    grid_begin(&grid, matches->column_count + 1, cli->colour, terminal_width(STDOUT_FILENO), 0);
    grid_column_set(&grid, 0, "row id", NULL, true);
    for (size_t i = 0; i < matches->column_count; i++)
        grid_column_set(&grid, i + 1, matches->columns[i], NULL, false);
    for (size_t i = 0; i < group->row_count && i < ROWS_SHOWN; i++) {
        char id[32];
        snprintf(id, sizeof(id), "%lld", (long long)group->rows[i].row);
        grid_add(&grid, id, GRID_DIM);
        for (size_t k = 0; k < matches->column_count; k++)
            add_value(&grid, group->rows[i].values[k]);
    }
    grid_print(&grid, stdout);
    grid_free(&grid);
}

/** "12:40  0.95 (name 0.91, city 1.00, phone -)". A similarity that is not 1 shall not look as if it were. */
static void print_similarity(double similarity) {
    if (isnan(similarity))
        cli_print("-");
    else
        cli_print("%.2f", similarity < 1 && similarity > 0.99 ? 0.99 : similarity);
}

static void print_pair(cli *cli, const tarn_matches *matches, const tarn_matched_pair *pair) {
    cli_print("  %lld:%lld  %s", (long long)pair->first, (long long)pair->second, style_bold(cli->colour));
    print_similarity(pair->similarity);
    cli_print("%s", style_end(cli->colour));
    for (size_t i = 0; matches->column_count > 1 && i < matches->column_count; i++) {
        cli_text name = {0};
        cell_escape(&name, matches->columns[i], strlen(matches->columns[i]));
        cli_print("%s%.*s ", i == 0 ? " (" : ", ", (int)name.size, name.data);
        print_similarity(pair->similarities[i]);
        cli_text_free(&name);
    }
    cli_print("%s\n", matches->column_count > 1 ? ")" : "");
}

static void print_group(cli *cli, const tarn_matches *matches, const tarn_match_group *group) {
    print_rows(cli, matches, group);
    if (group->row_count > ROWS_SHOWN)
        cli_print("  and %zu rows more\n", group->row_count - ROWS_SHOWN);
    for (size_t i = 0; i < group->pair_count && i < PAIRS_SHOWN; i++)
        print_pair(cli, matches, &group->pairs[i]);
    if (group->pair_count > PAIRS_SHOWN)
        cli_print("  and %zu pairs more\n", group->pair_count - PAIRS_SHOWN);
    cli_print("\n");
}

static size_t largest_group(const tarn_matches *matches) {
    size_t largest = 0;
    for (size_t i = 0; i < matches->group_count; i++)
        largest = matches->groups[i].row_count > largest ? matches->groups[i].row_count : largest;
    return largest;
}

static void print(cli *cli, const tarn_matches *matches) {
    for (size_t i = 0; i < matches->group_count; i++)
        print_group(cli, matches, &matches->groups[i]);
    char *groups = human_counted((int64_t)matches->all_groups, "group", "groups");
    char *rows = human_counted((int64_t)matches->all_rows, "row", "rows");
    char *all = human_counted(matches->table_rows, "row", "rows");
    cli_print("%s%s of %s that are at least %g alike, among %s", style_dim(cli->colour), groups, rows,
              matches->threshold, all);
    if (strcmp(matches->block, "none") != 0)
        cli_print(", compared in blocks (%s of %s)", matches->block, matches->on);
    if (matches->all_groups > matches->group_count)
        cli_print("; %zu shown, -n shows more", matches->group_count);
    cli_print("%s\n", style_end(cli->colour));
    free(groups);
    free(rows);
    free(all);
    if (matches->note)
        cli_note(cli, "%s", matches->note);
    if (largest_group(matches) > CHAIN_ROWS)
        cli_note(cli,
                 "a group of %zu rows hangs together by chains of pairs that are barely alike: a higher --threshold, "
                 "more columns or another --compare (words, levenshtein) tells its rows apart",
                 largest_group(matches));
}

/* ---- the command ------------------------------------------------------------------------------------------------- */

/** The options are named as the parameters are; `columns` stands for all --column. */
static tarn_parameter *read_parameters(cli *cli, const cli_columns *columns, size_t *count) {
    tarn_parameter *parameters = cli_allocate(cli->given_count + columns->count, sizeof(*parameters));
    *count = 0;
    for (size_t i = 0; i < columns->count; i++)
        parameters[(*count)++] = (tarn_parameter){"column", columns->names[i]};
    for (size_t i = 0; i < cli->given_count; i++) {
        const char *name = cli->given[i].option->name;
        for (size_t k = 0; options[k].name; k++) {
            if (strcmp(options[k].name, name) == 0 && strcmp(name, "rows") != 0 && strcmp(name, "column") != 0)
                parameters[(*count)++] = (tarn_parameter){name, cli->given[i].value};
        }
    }
    return parameters;
}

static int run(cli *cli) {
    int64_t most = cli->json ? INT64_MAX : 20;
    if (!cli_has(cli, "column"))
        return cli_usage(cli, "which columns are to be compared? say --column COLUMN, once or more");
    if (!cli_number(cli, "rows", 0, &most))
        return CLI_WRONG_USAGE;
    tarn_error error;
    if (cli_open(cli, CLI_READ, &error) != TARN_OK)
        return cli_fail(cli, &error);
    cli_columns columns = {0};
    if (!cli_columns_of_option(cli, "column", cli_argument_at(cli, 0), &columns)) {
        cli_columns_free(&columns);
        return CLI_WRONG_USAGE;
    }
    size_t count;
    tarn_parameter *parameters = read_parameters(cli, &columns, &count);
    tarn_matches matches = {0};
    progress *progress = progress_start(cli, "comparing");
    tarn_status status = tarn_find_matches(cli->workspace, cli_argument_at(cli, 0), parameters, count, (size_t)most,
                                           cli->task, &matches, &error);
    progress_stop(progress);
    free(parameters);
    cli_columns_free(&columns);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    if (cli->json)
        json_print(tarn_answer_matches(&matches));
    else
        print(cli, &matches);
    tarn_matches_clear(&matches);
    return CLI_DONE;
}

const cli_command cmd_match = {
    .name = "match",
    .summary = "find rows that are probably the same",
    .description =
        "List rows that are alike in the columns given: their ids and values, and for each pair how alike it is in "
        "all and in each column, from 0 (nothing in common) to 1 (the same). Rows that hang together by pairs are one "
        "group. 'tarn apply TABLE merge' makes one row of those that you choose, or of all.\n\n"
        "Text is compared by Jaro-Winkler similarity, which suits names; levenshtein counts letters that differ, ngram "
        "pairs of letters in common, words does not mind the words' order, exact takes equal values only. Case, "
        "accents and punctuation do not count, but for exact. Numbers are as alike as the smaller is large in "
        "proportion to the larger. A column that one of two rows has no value in does not count for them.\n\n"
        "Comparing every row with every other takes long: of more than 4,000 different rows only those are compared "
        "whose values in the first column (or that of --on) have half of their stretches of three letters in common, "
        "rare ones among them (ngram). They can also be those that have a word that sounds the same (metaphone), the "
        "same words (fingerprint), or the same first letter (first-letter); or none: all. In blocks of more than 4,000 "
        "rows each row is compared with its 1,000 neighbours in alphabetical order, which is said.",
    .arguments = arguments,
    .options = options,
    .examples = "tarn match people --column name --column city\tlook\n"
                "tarn match people -c name --weight 3 -c city --weight 1 --block metaphone --threshold 0.9\n"
                "tarn apply people merge --set pairs=12:40,7:9:31\tmerge those chosen\n"
                "tarn apply people merge -c name -c city --set threshold=0.95 --set keep=most-complete\tmerge all that "
                "are as alike\n",
    .run = run,
};
