// `tarn log`: list a table's versions.
#include "cli.h"

#include "grid.h"
#include "human.h"
#include "json.h"
#include "parameters.h"
#include "print.h"
#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const cli_argument arguments[] = {
    {"TABLE", CLI_KIND_TABLE, false, false, NULL, "the table"},
    {0},
};

static const cli_option options[] = {
    {"rows", 'n', NULL, "N", NULL, CLI_KIND_TEXT, false, "only the newest N"},
    {"timeline", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false,
     "the whole tree of versions as JSON, removed ones included, for a program that draws it"},
    {0},
};

static int print_timeline(cli *cli) {
    tarn_error error;
    tarn_timeline timeline = {0};
    if (cli_open(cli, CLI_READ, &error) != TARN_OK ||
        tarn_timeline_get(cli->workspace, cli_argument_at(cli, 0), &timeline, &error) != TARN_OK)
        return cli_fail(cli, &error);
    json_print(tarn_answer_timeline(&timeline));
    tarn_timeline_clear(&timeline);
    return CLI_DONE;
}

/** "set column=city expr=trim(city)" */
static void add_what(grid *grid, const tarn_log_entry *entry, grid_style style) {
    cli_text text = {0};
    cli_text_add_string(&text, entry->command ? entry->command : entry->kind ? entry->kind : "");
    parameters_add_text(&text, entry->parameters, false);
    grid_add(grid, text.data, style);
    cli_text_free(&text);
}

static void add_count(grid *grid, int64_t count, grid_style style) {
    if (count < 0)
        grid_add(grid, "", style);
    else
        grid_add_owned(grid, human_count(count), style);
}

/** What the list shows. A narrow terminal has no room for all of it beside a whole time and what was done. */
typedef enum column { MARK, VERSION, TIME, USER, ROWS, CHANGED_ROWS, CELLS, WHAT, COLUMNS } column;

static void add_cell(grid *grid, const tarn_log_entry *entry, column column, grid_style style) {
    switch (column) {
    case MARK:
        grid_add(grid, entry->is_head ? "●" : entry->on_line ? "│" : "╌", style);
        break;
    case VERSION:
        add_count(grid, (int64_t)entry->version, style);
        break;
    case TIME:
        grid_add_owned(grid, entry->time ? human_time(entry->time) : cli_copy(""), style);
        break;
    case USER:
        grid_add(grid, entry->user ? entry->user : "", style);
        break;
    case ROWS:
        add_count(grid, entry->table_rows, style);
        break;
    case CHANGED_ROWS:
        add_count(grid, entry->rows, style);
        break;
    case CELLS:
        add_count(grid, entry->cells, style);
        break;
    default:
        add_what(grid, entry, style);
    }
}

/** The columns to show, for a terminal of `width` (0: no limit). */
static size_t choose_columns(const tarn_log_entry *entries, size_t count, size_t width, column out[COLUMNS]) {
    bool one_user = true;
    size_t chosen = 0;
    for (size_t i = 1; i < count; i++)
        one_user = one_user && entries[i].user && entries[0].user && strcmp(entries[i].user, entries[0].user) == 0;
    for (int column = MARK; column < COLUMNS; column++) {
        bool narrow = width > 0 && width < GRID_NARROW;
        if (!narrow || !(column == ROWS || (column == USER && one_user)))
            out[chosen++] = (enum column)column;
    }
    return chosen;
}

static void print_grid(cli *cli, const tarn_log_entry *entries, size_t count) {
    static const char *const names[COLUMNS] = {"", "version", "time", "user", "rows", "changed", "cells", "what"};
    bool left = false;
    grid grid;
    size_t width = terminal_width(STDOUT_FILENO);
    column columns[COLUMNS];
    size_t column_count = choose_columns(entries, count, width, columns);
    grid_begin(&grid, column_count, cli->colour, width, 0);
    for (size_t i = 0; i < column_count; i++)
        grid_column_set(&grid, i, names[columns[i]], NULL,
                        columns[i] == VERSION || (columns[i] >= ROWS && columns[i] <= CELLS));
    grid.columns[TIME].whole = true;
    for (size_t i = 0; i < count; i++) {
        const tarn_log_entry *entry = &entries[i];
        left = left || !entry->on_line;
        for (size_t c = 0; c < column_count; c++)
            add_cell(&grid, entry, columns[c], entry->is_head ? GRID_GREEN : entry->on_line ? GRID_PLAIN : GRID_DIM);
    }
    grid_print(&grid, stdout);
    grid_free(&grid);
    cli_print("%s● the present version%s%s\n", style_dim(cli->colour),
              left ? " · ╌ left by an undo, still there for 'tarn checkout'" : "", style_end(cli->colour));
}

static int run(cli *cli) {
    int64_t limit = INT64_MAX;
    if (!cli_number(cli, "rows", 0, &limit))
        return CLI_WRONG_USAGE;
    if (cli_has(cli, "timeline"))
        return print_timeline(cli);
    tarn_error error;
    tarn_log_entry *entries = NULL;
    size_t count = 0;
    if (cli_open(cli, CLI_READ, &error) != TARN_OK ||
        tarn_log(cli->workspace, cli_argument_at(cli, 0), &entries, &count, &error) != TARN_OK)
        return cli_fail(cli, &error);
    size_t shown = (int64_t)count > limit ? (size_t)limit : count;
    if (cli->json)
        json_print(tarn_answer_log(entries, shown));
    else
        print_grid(cli, entries, shown);
    tarn_log_free(entries, count);
    return CLI_DONE;
}

const cli_command cmd_log = {
    .name = "log",
    .summary = "list a table's versions",
    .description =
        "List the versions of a table, the newest first: when, by whom, what was done, how many rows the table has "
        "then, "
        "and how many rows and cells were changed. Any of them can be shown, queried, or made the present one.",
    .arguments = arguments,
    .options = options,
    .examples = "tarn log orders -n 10\tthe ten newest\n"
                "tarn log orders --timeline | jq .head\tfor programs: the tree of versions, and the present one\n",
    .run = run,
};
