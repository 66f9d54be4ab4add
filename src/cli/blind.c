// `tarn diff --blind`.
#include "blind.h"

#include "diff.h"
#include "export.h"
#include "grid.h"
#include "human.h"
#include "json.h"
#include "pager.h"
#include "print.h"
#include "progress.h"
#include "terminal.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LISTED = 20 };

/* ---- the secret: from a file or the environment, where no list of processes shows it ---- */

/** Heap text without the end of its line; NULL: none was given, or a message was printed and `*code` set. */
static char *read_secret(cli *cli, size_t *size, int *code) {
    const char *path = cli_value(cli, "secret-file"), *text = getenv("TARN_SECRET");
    tarn_error error;
    *code = CLI_DONE;
    if (!path) {
        *size = text ? strlen(text) : 0;
        return text ? cli_copy(text) : NULL;
    }
    char *secret = cli_read_file(path, size, &error);
    if (!secret) {
        *code = cli_fail(cli, &error);
        return NULL;
    }
    while (*size > 0 && (secret[*size - 1] == '\n' || secret[*size - 1] == '\r'))
        --*size;
    return secret;
}

/* ---- answers ---- */

static bool has_numbers(const tarn_blind_row *rows, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (rows[i].row_before >= 0 || rows[i].row_after >= 0)
            return true;
    return false;
}

static const char *kind_of(const tarn_blind_row *row) {
    return row->kind == TARN_DIFF_ADDED ? "added" : row->kind == TARN_DIFF_REMOVED ? "removed" : "modified";
}

static bool differs_in(const tarn_blind_row *row, size_t column) {
    return row->columns && (row->columns[column / 8] >> (column % 8) & 1);
}

static void add_number(grid *grid, int64_t number) {
    grid_add_owned(grid, number < 0 ? cli_copy("") : cli_format("%" PRId64, number), GRID_DIM);
}

static void print_rows(const cli *cli, const tarn_diff_info *info, const tarn_blind_row *rows, size_t count) {
    grid grid;
    grid_begin(&grid, 4, cli->colour, terminal_width(STDOUT_FILENO), 0);
    grid_column_set(&grid, 0, "change", NULL, false);
    grid_column_set(&grid, 1, "row before", NULL, true);
    grid_column_set(&grid, 2, "row after", NULL, true);
    grid_column_set(&grid, 3, "columns", NULL, false);
    for (size_t i = 0; i < count; i++) {
        cli_text columns = {0};
        for (size_t k = 0; k < info->column_count; k++)
            if (differs_in(&rows[i], k))
                cli_text_printf(&columns, columns.size ? ", %s" : "%s", info->columns[k].after);
        grid_add(&grid, kind_of(&rows[i]),
                 rows[i].kind == TARN_DIFF_ADDED     ? GRID_GREEN
                 : rows[i].kind == TARN_DIFF_REMOVED ? GRID_RED
                                                     : GRID_YELLOW);
        add_number(&grid, rows[i].row_before);
        add_number(&grid, rows[i].row_after);
        grid_add(&grid, columns.data ? columns.data : "", GRID_PLAIN);
        cli_text_free(&columns);
    }
    grid_print(&grid, stdout);
    grid_free(&grid);
}

static void print_people(cli *cli, const tarn_blind *blind) {
    size_t count;
    const tarn_diff_info *info = tarn_blind_info(blind);
    const tarn_blind_row *rows = tarn_blind_rows_of(blind, &count);
    bool listed = !cli_has(cli, "stat") && has_numbers(rows, count);
    diff_print_head(cli, info);
    diff_print_stat(cli, info);
    if (listed)
        print_rows(cli, info, rows, count);
    diff_print_counts(cli, info);
    int64_t changes = info->added + info->removed + info->modified;
    if (listed && (int64_t)count < changes) {
        char *shown = human_count((int64_t)count);
        cli_print("%s%s changes are listed; -n lists more%s\n", style_dim(cli->colour), shown, style_end(cli->colour));
        free(shown);
    }
}

static int compare(cli *cli, const blind_request *request, const tarn_blind_secret *secret) {
    tarn_error error;
    tarn_blind *blind = NULL;
    size_t most = request->rows >= 0 ? (size_t)request->rows : LISTED;
    progress *progress = progress_start(cli, "comparing");
    tarn_status status = tarn_blind_compare(cli->workspace, cli_argument_at(cli, 0), cli_argument_at(cli, 1),
                                            request->options, secret, most, cli->task, &blind, &error);
    progress_stop(progress);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    pager *pager = pager_start(cli);
    if (cli->json)
        json_print(tarn_answer_blind(blind));
    else
        print_people(cli, blind);
    pager_stop(pager);
    bool found = tarn_blind_differs(blind);
    tarn_blind_close(blind);
    return found && cli_has(cli, "exit-code") ? CLI_FAILED : CLI_DONE;
}

static int write_digests(cli *cli, const blind_request *request, const tarn_blind_secret *secret) {
    tarn_error error;
    struct ArrowArrayStream stream = {0};
    tarn_export_result result = {0};
    progress *progress = progress_start(cli, "digesting");
    tarn_status status = tarn_blind_digests(cli->workspace, cli_argument_at(cli, 0), request->options, secret,
                                            cli->task, &stream, &error);
    if (status == TARN_OK)
        status = tarn_write_stream(cli->workspace, &stream, request->export, cli->task, &result, &error);
    progress_stop(progress);
    if (status == TARN_OK)
        export_print(cli, request->export, &result);
    tarn_export_result_clear(&result);
    return status == TARN_OK ? CLI_DONE : cli_fail(cli, &error);
}

static bool check_usage(cli *cli, const blind_request *request) {
    const char *format = request->export->format;
    if (request->options->tolerance > 0)
        cli_usage(cli, "--tolerance needs the numbers themselves; it does not go with --blind");
    else if (request->export->path && cli_argument_at(cli, 1))
        cli_usage(cli, "with --blind, -o writes the digests of one table; leave out '%s'", cli_argument_at(cli, 1));
    else if (!request->export->path && !cli_argument_at(cli, 1))
        cli_usage(cli, "--blind compares two tables or files of digests, or writes those of one with -o FILE.arrow");
    else if (request->export->path && format && strcmp(format, "arrow") != 0)
        cli_usage(cli, "digests are written as an Arrow file; --format %s does not go with --blind", format);
    else
        return true;
    return false;
}

int blind_run(cli *cli, const blind_request *request) {
    tarn_blind_secret secret = {0};
    int code;
    if (!check_usage(cli, request))
        return CLI_WRONG_USAGE;
    char *text = read_secret(cli, &secret.size, &code);
    if (code)
        return code;
    secret.bytes = text;
    code = request->export->path ? write_digests(cli, request, text ? &secret : NULL)
                                 : compare(cli, request, text ? &secret : NULL);
    if (text)
        explicit_bzero(text, secret.size);
    free(text);
    return code;
}
