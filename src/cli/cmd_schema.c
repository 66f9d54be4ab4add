// `tarn schema`: list a table's columns and their types.
#include "cli.h"

#include "grid.h"
#include "human.h"
#include "json.h"
#include "print.h"
#include "terminal.h"

#include <stdlib.h>
#include <unistd.h>

static const cli_argument arguments[] = {
    {"TABLE", CLI_KIND_VERSION, false, false, NULL, "the table, or a version of it (orders@3, orders~1)"},
    {0},
};

static tarn_status print_grid(cli *cli, const tarn_table_info *table, const struct ArrowSchema *schema,
                              tarn_error *error) {
    grid grid;
    tarn_status status = TARN_OK;
    grid_begin(&grid, 3, cli->colour, terminal_width(STDOUT_FILENO), 0);
    grid_column_set(&grid, 0, "column", NULL, false);
    grid_column_set(&grid, 1, "type", NULL, false);
    grid_column_set(&grid, 2, "arrow type", NULL, false);
    for (int64_t c = 0; c < schema->n_children && status == TARN_OK; c++) {
        char *sql = NULL, *arrow = NULL;
        status = tarn_type_sql(schema->children[c], &sql, error);
        if (status == TARN_OK)
            status = tarn_type_name(schema->children[c], &arrow, error);
        if (status == TARN_OK) {
            grid_add(&grid, schema->children[c]->name ? schema->children[c]->name : "", GRID_PLAIN);
            grid_add(&grid, sql, GRID_PLAIN);
            grid_add(&grid, arrow, GRID_DIM);
        }
        tarn_free(sql);
        tarn_free(arrow);
    }
    if (status == TARN_OK) {
        grid_print(&grid, stdout);
        char *columns = human_counted(table->columns, "column", "columns");
        char *rows = human_counted(table->rows, "row", "rows");
        cli_print("%s%s · %s · version %llu%s\n", style_dim(cli->colour), columns, rows,
                  (unsigned long long)table->version, style_end(cli->colour));
        free(rows);
        free(columns);
    }
    grid_free(&grid);
    return status;
}

static int run(cli *cli) {
    const char *version = cli_argument_at(cli, 0);
    tarn_error error;
    tarn_table_info table = {0};
    struct ArrowSchema schema = {0};
    tarn_status status = cli_open(cli, CLI_READ, &error);
    if (status == TARN_OK)
        status = tarn_table_get(cli->workspace, version, &table, &error);
    if (status == TARN_OK)
        status = tarn_schema(cli->workspace, version, &schema, &error);
    if (status == TARN_OK && cli->json)
        json_print(tarn_answer_schema(&table, &schema));
    else if (status == TARN_OK)
        status = print_grid(cli, &table, &schema, &error);
    if (schema.release)
        schema.release(&schema);
    tarn_table_info_clear(&table);
    return status == TARN_OK ? CLI_DONE : cli_fail(cli, &error);
}

const cli_command cmd_schema = {
    .name = "schema",
    .summary = "list a table's columns and their types",
    .description =
        "List the columns of a table, or of a version of it, with the types that SQL and Arrow call them by.",
    .arguments = arguments,
    .examples = "tarn schema orders\ntarn schema orders@1\tas they were in version 1\n",
    .run = run,
};
