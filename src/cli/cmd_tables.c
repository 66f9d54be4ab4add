// `tarn tables`: list the tables.
#include "cli.h"

#include "grid.h"
#include "human.h"
#include "json.h"
#include "print.h"
#include "terminal.h"

#include <unistd.h>

static const cli_option options[] = {
    {"all", 'a', NULL, NULL, NULL, CLI_KIND_TEXT, false, "also those that were dropped and can come back"},
    {0},
};

static void print_grid(cli *cli, const tarn_table_info *tables, size_t count, bool all) {
    grid grid;
    grid_begin(&grid, all ? 6 : 5, cli->colour, terminal_width(STDOUT_FILENO), 0);
    grid_column_set(&grid, 0, "table", NULL, false);
    grid_column_set(&grid, 1, "rows", NULL, true);
    grid_column_set(&grid, 2, "columns", NULL, true);
    grid_column_set(&grid, 3, "version", NULL, true);
    grid_column_set(&grid, 4, "changed", NULL, false);
    if (all)
        grid_column_set(&grid, 5, "state", NULL, false);
    for (size_t i = 0; i < count; i++) {
        grid_style style = tables[i].dropped ? GRID_DIM : GRID_PLAIN;
        grid_add(&grid, tables[i].name, style);
        grid_add_owned(&grid, human_count(tables[i].rows), style);
        grid_add_owned(&grid, human_count(tables[i].columns), style);
        grid_add_owned(&grid, human_count((int64_t)tables[i].version), style);
        grid_add_owned(&grid, human_time(tables[i].changed), style);
        if (all)
            grid_add(&grid, tables[i].dropped ? "dropped" : "present", style);
    }
    grid_print(&grid, stdout);
    grid_free(&grid);
}

static int run(cli *cli) {
    bool all = cli_has(cli, "all");
    tarn_error error;
    tarn_table_info *tables = NULL;
    size_t count = 0;
    if (cli_open(cli, CLI_READ, &error) != TARN_OK ||
        tarn_tables(cli->workspace, all, &tables, &count, &error) != TARN_OK)
        return cli_fail(cli, &error);
    if (cli->json)
        json_print(tarn_answer_tables(tables, count));
    else if (count == 0)
        cli_print("no tables yet; 'tarn import FILE' makes one\n");
    else
        print_grid(cli, tables, count, all);
    tarn_tables_free(tables, count);
    return CLI_DONE;
}

const cli_command cmd_tables = {
    .name = "tables",
    .summary = "list the tables",
    .description = "List the tables with their rows, columns, present version, and when it was made.",
    .options = options,
    .examples = "tarn tables --all\tlist dropped tables too\n",
    .run = run,
};
