// `tarn diff`: show what differs between two versions or tables.
#include "cli.h"

#include "blind.h"
#include "columns.h"
#include "diff.h"
#include "export.h"
#include "human.h"
#include "json.h"
#include "names.h"
#include "pager.h"
#include "print.h"
#include "progress.h"
#include "terminal.h"
#include "text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DEFAULT_ROWS = 20, PAGER_ROWS = 1000, EXAMPLES = 5 };

static const cli_argument arguments[] = {
    {"A", CLI_KIND_VERSION, false, false, NULL,
     "the version before; a bare table alone: its present version is compared with the one before"},
    {"B", CLI_KIND_VERSION, true, false, NULL, "the version after (default: the present version of A's table)"},
    {0},
};

static const cli_option options[] = {
    {"key", 'k', NULL, "A,B", NULL, CLI_KIND_TEXT, true, "match rows by these columns instead of by row"},
    {"summary", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "counts per column, and its most frequent changes"},
    {"stat", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "only how many cells changed in which column"},
    {"rows", 'n', NULL, "N", NULL, CLI_KIND_TEXT, false,
     "how many changes (default: 20, in a pager 1000; all of them with --format)"},
    {"offset", 0, NULL, "N", NULL, CLI_KIND_TEXT, false, "changes to skip (default: 0)"},
    {"only", 0, NULL, "KINDS", NULL, CLI_KIND_TEXT, true, "only these, of added, removed, modified, unmatched"},
    {"column", 0, NULL, "COLUMN", NULL, CLI_KIND_TEXT, false, "only rows in which this column was modified"},
    {"leave-out", 0, NULL, "A,B", NULL, CLI_KIND_TEXT, true, "columns that are not compared"},
    {"map", 0, NULL, "A=B", NULL, CLI_KIND_TEXT, true, "compare column A of the one with column B of the other"},
    {"ignore-case", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "texts that differ only in case are the same"},
    {"ignore-space", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "white space at the ends of texts does not count"},
    {"tolerance", 0, NULL, "X", NULL, CLI_KIND_TEXT, false, "numbers no further apart than X are the same"},
    {"format", 0, NULL, "FORMAT", "table " EXPORT_FORMATS, CLI_KIND_TEXT, false,
     "a row per change, with columns before.NAME and after.NAME (default: table)"},
    {"layout", 0, NULL, "LAYOUT", "side-by-side changes", CLI_KIND_TEXT, false,
     "in files: a row per changed row with both sides beside each other (the default), or a row per changed cell"},
    {"output", 'o', NULL, "FILE", NULL, CLI_KIND_FILE, false, "write the changes to a file"},
    EXPORT_FORCE_OPTIONS,
    {"exit-code", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false,
     "end with 1 when anything differs; with -q nothing else is said"},
    {"full", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "cut no cell and leave out no column"},
    {"blind", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false,
     "compare digests and show no values; with one table and -o: write its digests to a file"},
    {"secret-file", 0, NULL, "FILE", NULL, CLI_KIND_FILE, false,
     "with --blind: the secret that both sides share; - reads it from standard input (default: TARN_SECRET)"},
    {"no-pager", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "print to the terminal itself"},
    {0},
};

/** What was asked for. */
typedef struct request {
    tarn_diff_options options;
    tarn_diff_page_options page;
    tarn_export_options export; /**< path NULL: to the terminal */
    cli_columns keys, leave_out;
    tarn_parameter *map;
    tarn_diff_mapping *mappings;
    int64_t rows; /**< -1: not said */
} request;

static bool read_kinds(cli *cli, unsigned *out) {
    static const char *const names[] = {"added", "removed", "modified", "unmatched"};
    size_t count;
    bool good = true;
    char **given = cli_names(cli, "only", &count);
    for (size_t i = 0; i < count && good; i++) {
        unsigned kind = 0;
        for (unsigned k = 0; k < 4; k++)
            kind |= strcmp(given[i], names[k]) == 0 ? 1u << k : 0;
        good = kind != 0;
        if (!good)
            cli_usage(cli, "--only takes added, removed, modified and unmatched, not '%s'", given[i]);
        *out |= kind;
    }
    cli_names_free(given, count);
    return good;
}

static bool read_tolerance(cli *cli, double *out) {
    const char *text = cli_value(cli, "tolerance");
    char *end = NULL;
    if (!text)
        return true;
    *out = strtod(text, &end);
    if (end != text && *end == 0 && isfinite(*out) && *out >= 0)
        return true;
    cli_usage(cli, "--tolerance needs a number of at least 0, not '%s'", text);
    return false;
}

static bool read_map(cli *cli, request *out) {
    out->map = cli_pairs(cli, "map", "A=B", &out->options.map_count);
    if (!out->map)
        return false;
    out->mappings = cli_allocate(out->options.map_count + 1, sizeof(*out->mappings));
    for (size_t i = 0; i < out->options.map_count; i++)
        out->mappings[i] = (tarn_diff_mapping){out->map[i].name, out->map[i].value};
    out->options.map = out->mappings;
    return true;
}

static bool read_output(cli *cli, tarn_export_options *out) {
    const char *format = cli_value(cli, "format");
    out->path = cli_value(cli, "output");
    if (format && strcmp(format, "table") == 0 && out->path) {
        cli_usage(cli, "--format table is for the terminal; say csv, json, arrow … for a file");
        return false;
    }
    if (!out->path && (!format || strcmp(format, "table") == 0)) {
        if (cli_has(cli, "layout"))
            cli_usage(cli, "--layout is for files and formats: say --format or -o with it");
        return !cli_has(cli, "layout");
    }
    if (cli_has(cli, "summary") || cli_has(cli, "stat")) {
        cli_usage(cli, "--summary and --stat go without --format and -o; --json gives them for programs");
        return false;
    }
    if (!out->path)
        out->path = "-";
    return export_read_options(cli, out);
}

/** Arrow files hold all that 'apply patch' needs. */
static bool is_arrow(const tarn_export_options *options) {
    static const char *const endings[] = {".arrow", ".feather", ".arrows", ".ipc"};
    if (options->format)
        return strncmp(options->format, "arrow", 5) == 0;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t length = strlen(options->path), ending = strlen(endings[i]);
        if (length > ending && strcasecmp(options->path + length - ending, endings[i]) == 0)
            return true;
    }
    return false;
}

static bool read_request(cli *cli, request *out) {
    out->rows = -1;
    if (!cli_number(cli, "rows", 0, &out->rows) || !cli_number(cli, "offset", 0, &out->page.offset) ||
        !read_kinds(cli, &out->page.kinds) || !read_map(cli, out) || !read_tolerance(cli, &out->options.tolerance) ||
        !read_output(cli, &out->export))
        return false;
    out->page.count = out->rows >= 0         ? out->rows
                      : out->export.path     ? INT64_MAX
                      : pager_is_wanted(cli) ? PAGER_ROWS
                                             : DEFAULT_ROWS;
    out->page.column = cli_value(cli, "column");
    out->page.cells = cli_has(cli, "layout") && strcmp(cli_value(cli, "layout"), "changes") == 0;
    out->options.ignore_case = cli_has(cli, "ignore-case");
    out->options.ignore_space = cli_has(cli, "ignore-space");
    out->options.complete = out->export.path && is_arrow(&out->export);
    return true;
}

/** Columns are looked up in the first of the two sides, which an open workspace takes. */
static bool read_columns(cli *cli, request *out) {
    const char *version = cli_argument_at(cli, 0);
    bool good = cli_columns_of_option(cli, "key", version, &out->keys) &&
                cli_columns_of_option(cli, "leave-out", version, &out->leave_out);
    out->options.keys = (const char *const *)out->keys.names;
    out->options.key_count = out->keys.count;
    out->options.leave_out = (const char *const *)out->leave_out.names;
    out->options.leave_out_count = out->leave_out.count;
    return good;
}

/* ---- answers ---- */

static tarn_status summarize(cli *cli, const tarn_diff *diff, tarn_error *error) {
    const tarn_diff_info *info = tarn_diff_info_of(diff);
    tarn_diff_values *values = cli_allocate(info->column_count + 1, sizeof(*values));
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < info->column_count && status == TARN_OK; i++) {
        if (info->columns[i].modified > 0)
            status = tarn_diff_values_get(diff, i, EXAMPLES, cli->task, &values[i], error);
    }
    if (status == TARN_OK && cli->json) {
        json_t *answer = tarn_answer_diff(info, tarn_diff_differs(diff));
        for (size_t i = 0; i < info->column_count; i++)
            json_object_set_new(json_array_get(json_object_get(answer, "columns"), i), "changes",
                                tarn_answer_diff_values(&values[i]));
        json_print(answer);
    } else if (status == TARN_OK) {
        diff_print_head(cli, info);
        diff_print_summary(cli, info, values);
        diff_print_counts(cli, info);
    }
    for (size_t i = 0; i < info->column_count; i++)
        tarn_diff_values_clear(&values[i]);
    free(values);
    return status;
}

static int64_t all_changes(const tarn_diff_info *info) {
    return info->added + info->removed + info->modified + info->unmatched;
}

static tarn_status print_table(cli *cli, const tarn_diff *diff, const struct ArrowSchema *schema,
                               const struct ArrowArray *page, int64_t offset, tarn_error *error) {
    const tarn_diff_info *info = tarn_diff_info_of(diff);
    tarn_status status = TARN_OK;
    diff_print_head(cli, info);
    if (page->length > 0)
        status = diff_print_page(cli, info, schema, page, cli_has(cli, "full"), error);
    if (status != TARN_OK)
        return status;
    if (!tarn_diff_differs(diff)) {
        cli_print("no difference\n");
        return TARN_OK;
    }
    diff_print_counts(cli, info);
    if (page->length > 0 && page->length < all_changes(info)) {
        char *from = human_count(offset + 1), *to = human_count(offset + page->length);
        cli_print("%schanges %s–%s are shown; -n and --offset show others%s\n", style_dim(cli->colour), from, to,
                  style_end(cli->colour));
        free(to);
        free(from);
    }
    return TARN_OK;
}

static tarn_status show_page(cli *cli, const tarn_diff *diff, const request *request, tarn_error *error) {
    struct ArrowSchema schema = {0};
    struct ArrowArray page = {0};
    tarn_status status = tarn_diff_page(diff, &request->page, &schema, &page, error);
    if (status != TARN_OK)
        return status;
    if (cli->json) {
        json_t *answer = tarn_answer_diff(tarn_diff_info_of(diff), tarn_diff_differs(diff)), *changes = NULL;
        status = diff_page_json(&schema, &page, &changes, error);
        json_object_set_new(answer, "changes", changes);
        if (status == TARN_OK)
            json_print(answer);
        else
            json_decref(answer);
    } else {
        status = print_table(cli, diff, &schema, &page, request->page.offset, error);
    }
    page.release(&page);
    schema.release(&schema);
    return status;
}

static tarn_status write_file(cli *cli, const tarn_diff *diff, const request *request, tarn_error *error) {
    struct ArrowArrayStream stream = {0};
    tarn_export_result result = {0};
    tarn_status status = tarn_diff_stream(diff, &request->page, cli->task, &stream, error);
    if (status == TARN_OK)
        status = tarn_write_stream(cli->workspace, &stream, &request->export, cli->task, &result, error);
    if (status == TARN_OK)
        export_print(cli, &request->export, &result);
    tarn_export_result_clear(&result);
    return status;
}

static tarn_status print_answer(cli *cli, const tarn_diff *diff, const request *request, tarn_error *error) {
    const tarn_diff_info *info = tarn_diff_info_of(diff);
    if (cli_has(cli, "summary"))
        return summarize(cli, diff, error);
    if (!cli_has(cli, "stat"))
        return show_page(cli, diff, request, error);
    if (cli->json) {
        json_print(tarn_answer_diff(info, tarn_diff_differs(diff)));
        return TARN_OK;
    }
    diff_print_head(cli, info);
    diff_print_stat(cli, info);
    diff_print_counts(cli, info);
    return TARN_OK;
}

static tarn_status answer(cli *cli, const tarn_diff *diff, const request *request, tarn_error *error) {
    if (request->export.path)
        return write_file(cli, diff, request, error);
    if (cli->quiet && cli_has(cli, "exit-code"))
        return TARN_OK; /* the exit code is the answer */
    pager *pager = pager_start(cli);
    tarn_status status = print_answer(cli, diff, request, error);
    pager_stop(pager);
    return status;
}

static int compare(cli *cli, const request *request) {
    tarn_error error;
    tarn_diff *diff = NULL;
    progress *progress = progress_start(cli, "comparing");
    tarn_status status = tarn_diff_open(cli->workspace, cli_argument_at(cli, 0), cli_argument_at(cli, 1),
                                        &request->options, cli->task, &diff, &error);
    progress_stop(progress);
    if (status == TARN_OK)
        status = answer(cli, diff, request, &error);
    bool differs = status == TARN_OK && tarn_diff_differs(diff);
    tarn_diff_close(diff);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    return differs && cli_has(cli, "exit-code") ? CLI_FAILED : CLI_DONE;
}

/** What was asked for, once the workspace is open. */
static int carry_out(cli *cli, request *request) {
    if (!read_columns(cli, request))
        return CLI_WRONG_USAGE;
    if (cli_has(cli, "blind")) {
        blind_request blind = {&request->options, &request->export, request->rows};
        return blind_run(cli, &blind);
    }
    if (cli_has(cli, "secret-file"))
        return cli_usage(cli, "--secret-file goes with --blind");
    int code = request->export.path ? export_check_output(cli, &request->export) : CLI_DONE;
    return code == CLI_DONE ? compare(cli, request) : code;
}

static int run(cli *cli) {
    request request = {0};
    tarn_error error;
    int code = CLI_WRONG_USAGE;
    if (read_request(cli, &request))
        code = cli_open(cli, CLI_READ, &error) == TARN_OK ? carry_out(cli, &request) : cli_fail(cli, &error);
    cli_columns_free(&request.keys);
    cli_columns_free(&request.leave_out);
    cli_pairs_free(request.map, request.options.map_count);
    free(request.mappings);
    return code;
}

const cli_command cmd_diff = {
    .name = "diff",
    .summary = "show what differs between two versions or tables",
    .description =
        "Compare two versions of a table, or two tables: rows added (+), removed (-) and modified (~, with the changed "
        "cells as before → after), columns added, removed, renamed and retyped, and how many rows moved.\n\n"
        "Versions of one table are compared row by row, which takes no longer than reading what changed. Rows that "
        "have no numbers in common (two tables, a table that was imported anew) are matched by key: the columns of "
        "--key, or one column or two that have different values in every row, and the answer says which. Rows whose "
        "key has a "
        "null, or that others on one side have too, are never matched; they are counted, and listed as unmatched "
        "(--only unmatched). Columns are paired by name, or as --map says; text is compared with text and numbers with "
        "numbers of any width, everything else as text, which is said.\n\n"
        "On a terminal the answer is coloured (not with NO_COLOR), and longer than a screen it goes through a pager: "
        "TARN_PAGER, PAGER, or less.\n\n"
        "Two parties who do not want to show each other their tables share a secret (--secret-file, or the variable "
        "TARN_SECRET), and each writes digests of its own: 'tarn diff T --blind --key id -o mine.arrow'. Two such "
        "files, "
        "or a table and a file, are then compared by 'tarn diff A B --blind': counts and columns, never values. "
        "Digests "
        "are HMAC-SHA-256 under a key made of the secret, and differ from row to row also where values are equal. "
        "Whoever "
        "has the secret can try out guesses on the other's file; to rule that out let somebody without it compare the "
        "two files. The secret is not stored.",
    .arguments = arguments,
    .options = options,
    .examples = "tarn diff orders\twhat the last step did\n"
                "tarn diff orders@3 orders@5 --summary\tcounts, and which values became which\n"
                "tarn diff orders~2 --only removed -n 100\trows that two steps removed\n"
                "tarn diff polls_2016 polls_2018 --key pollno -o changes.csv\ttwo tables by key, into a file\n"
                "TARN_SECRET=… tarn diff customers --blind --key email -o ours.arrow\tdigests to give away\n"
                "tarn diff ours.arrow theirs.arrow --blind\twhat differs, without showing it\n"
                "tarn diff orders@3 --exit-code -q\tfor scripts: ends with 1 when anything differs\n",
    .run = run,
};
