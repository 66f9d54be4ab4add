// `tarn apply`: change a table by a command.
#include "cli.h"

#include "apply_parameters.h"
#include "cells.h"
#include "change.h"
#include "grid.h"
#include "human.h"
#include "json.h"
#include "print.h"
#include "progress.h"
#include "rows.h"
#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEFAULT_PREVIEW = 20 };

static const cli_argument arguments[] = {
    {"TABLE", CLI_KIND_TABLE, false, false, NULL, "the table"},
    {"COMMAND", CLI_KIND_COMMAND, false, false, NULL, "what to do ('tarn commands' lists all)"},
    {"WORD", CLI_KIND_TEXT, true, true, NULL,
     "columns, then the command's other parameters in their order, without their names"},
    {0},
};

static const cli_option options[] = {
    {"column", 'c', NULL, "C", NULL, CLI_KIND_TEXT, true,
     "a column to work on; also several with commas between them, and patterns such as 'addr*' or '*', which stand for "
     "the "
     "columns of a type that fits"},
    {"set", 's', NULL, "KEY=VALUE", NULL, CLI_KIND_TEXT, true, "a parameter of the command; --KEY VALUE is the same"},
    {"from", 0, NULL, "FILE", NULL, CLI_KIND_FILE, false,
     "the file that the command reads, the same as --set from=FILE"},
    {"secret-file", 0, NULL, "FILE", NULL, CLI_KIND_FILE, false,
     "read the secret of the command (its parameter secret or seed) from a file, or from standard input with -, so "
     "that no list of processes shows it; a "
     "line "
     "end behind it is left out"},
    {"key-map", 0, NULL, "FILE", NULL, CLI_KIND_FILE, false,
     "write which value became which to a new file (.csv .json .parquet …) that only you can read; for commands that "
     "hide personal values"},
    {"if-version", 0, NULL, "N", NULL, CLI_KIND_TEXT, false,
     "refuse when the table has another version by now than N, and say what was done meanwhile"},
    {"preview", 0, NULL, "[N]", NULL, CLI_KIND_TEXT, false,
     "show the first N cells or rows concerned (default: 20), and change nothing"},
    {0},
};

/* ---- previews of rows -------------------------------------------------------------------------------------------- */

/** The rows of a preview as a source, given once. */
static tarn_status next_rows(rows_source *source, struct ArrowArray *out, tarn_error *error) {
    struct ArrowArray *rows = source->state;
    (void)error;
    *out = *rows;
    rows->release = NULL; /* moved */
    return TARN_OK;
}

static tarn_status print_row_preview_json(tarn_preview *preview, tarn_error *error) {
    rows_source source = {next_rows, &preview->schema, &preview->rows};
    cli_print("{\"cells\":[],\"message\":");
    json_write(tarn_answer_text(preview->message), stdout, false);
    cli_print(",\"shown\":");
    json_write(tarn_answer_text(preview->shown), stdout, false);
    cli_print(",\"rows_before\":%lld,\"rows_after\":%lld,\"complete\":%s,\"rows\":", (long long)preview->rows_before,
              (long long)preview->rows_after, preview->complete ? "true" : "false");
    tarn_status status = rows_print_json(&source, -1, error);
    cli_print("}\n");
    return status;
}

static tarn_status print_row_preview(cli *cli, tarn_preview *preview, const char *table, tarn_error *error) {
    rows_source source = {next_rows, &preview->schema, &preview->rows};
    rows_printed printed;
    if (cli->json)
        return print_row_preview_json(preview, error);
    tarn_status status = rows_print_grid(cli, &source, -1, false, &printed, error);
    if (status != TARN_OK)
        return status;
    if (printed.hidden_count > 0)
        cli_print("%zu columns not shown: %s\n", printed.hidden_count, printed.hidden);
    free(printed.hidden);
    char *count = human_counted(printed.rows, "row", "rows");
    cli_print("%s%s%s%s%s%s; %s is as it was\n", style_dim(cli->colour), preview->message,
              preview->complete ? "" : " (", preview->complete ? "" : count, preview->complete ? "" : " shown)",
              style_end(cli->colour), table);
    free(count);
    return TARN_OK;
}

static void add_value(grid *grid, const char *value, grid_style style) {
    cli_text text = {0};
    if (value)
        cell_quote(&text, value, strlen(value));
    else
        cli_text_add_string(&text, CELL_NULL);
    grid_add_escaped(grid, &text, value ? style : GRID_DIM);
}

static void print_preview(cli *cli, const tarn_preview *preview, const char *table) {
    if (preview->cell_count == 0) {
        cli_print("nothing would change\n");
        return;
    }
    grid grid;
    grid_begin(&grid, 4, cli->colour, terminal_width(STDOUT_FILENO), 0);
    grid_column_set(&grid, 0, "row id", NULL, true);
    grid_column_set(&grid, 1, "column", NULL, false);
    grid_column_set(&grid, 2, "before", NULL, false);
    grid_column_set(&grid, 3, "after", NULL, false);
    for (size_t i = 0; i < preview->cell_count; i++) {
        const tarn_cell_change *cell = &preview->cells[i];
        char id[32];
        snprintf(id, sizeof(id), "%lld", (long long)cell->row);
        grid_add(&grid, id, GRID_DIM);
        grid_add(&grid, cell->column, GRID_PLAIN);
        add_value(&grid, cell->before, GRID_RED);
        add_value(&grid, cell->after, GRID_GREEN);
    }
    grid_print(&grid, stdout);
    grid_free(&grid);
    char *count = human_counted((int64_t)preview->cell_count, "cell", "cells");
    cli_print("%s%s%s%s would change%s; %s is as it was\n", style_dim(cli->colour),
              preview->complete ? "" : "the first ", preview->complete || preview->cell_count > 1 ? count : "cell",
              preview->complete ? "" : " that", style_end(cli->colour), table);
    free(count);
}

static tarn_status preview(cli *cli, const tarn_parameter *parameters, size_t count, size_t limit, tarn_error *error) {
    tarn_preview preview = {0};
    const char *table = cli_argument_at(cli, 0), *command = cli_argument_at(cli, 1);
    progress *progress = progress_start(cli, "looking for changes");
    tarn_status status =
        tarn_preview_command(cli->workspace, table, command, parameters, count, limit, cli->task, &preview, error);
    progress_stop(progress);
    if (status == TARN_OK && preview.message)
        status = print_row_preview(cli, &preview, table, error);
    else if (status == TARN_OK && cli->json)
        json_print(tarn_answer_preview(&preview));
    else if (status == TARN_OK)
        print_preview(cli, &preview, table);
    tarn_preview_clear(&preview);
    return status;
}

static tarn_status apply(cli *cli, tarn_workspace *workspace, const tarn_parameter *parameters, size_t count,
                         tarn_error *error) {
    tarn_change change = {0};
    const char *table = cli_argument_at(cli, 0), *command = cli_argument_at(cli, 1);
    char *label = cli_format("%s %s", command, table);
    progress *progress = progress_start(cli, label);
    const char *path = cli_value(cli, "key-map");
    tarn_key_map key_map = {.file.path = path};
    tarn_status status = path ? tarn_apply_with_key_map(workspace, table, command, parameters, count, &key_map,
                                                        cli->task, &change, error)
                              : tarn_apply(workspace, table, command, parameters, count, cli->task, &change, error);
    progress_stop(progress);
    free(label);
    if (status == TARN_OK && path && cli->json)
        json_print(tarn_answer_keyed_change(&change, path, &key_map.written));
    else if (status == TARN_OK)
        change_print(cli, &change, command);
    if (status == TARN_OK && path) {
        char *values = human_counted(key_map.written.rows, "value", "values");
        cli_note(cli, "the key map of %s is in %s; keep it safe, it gives back what was hidden", values, path);
        free(values);
    }
    tarn_export_result_clear(&key_map.written);
    tarn_change_clear(&change);
    return status;
}

/* As the table was when somebody looked: version `known`; 0: whatever it is. */
static tarn_status apply_to(cli *cli, int64_t known, const apply_parameters *parameters, tarn_error *error) {
    static const tarn_context owner = {0};
    tarn_workspace *workspace = NULL;
    tarn_status status = tarn_workspace_as(cli->workspace, &owner, (uint64_t)known, &workspace, error);
    if (status == TARN_OK)
        status = apply(cli, workspace, parameters->list, parameters->count, error);
    tarn_workspace_close(workspace);
    return status;
}

static int run(cli *cli) {
    int64_t limit = DEFAULT_PREVIEW, known = 0;
    bool previewed = cli_has(cli, "preview");
    if (!cli_number(cli, "preview", 1, &limit) || !cli_number(cli, "if-version", 1, &known))
        return CLI_WRONG_USAGE;
    if (previewed && cli_has(cli, "key-map"))
        return cli_usage(cli, "--key-map is written when the change is made: leave out --preview");
    tarn_error error;
    apply_parameters parameters;
    if (cli_open(cli, previewed ? CLI_READ : CLI_WRITE, &error) != TARN_OK)
        return cli_fail(cli, &error);
    if (!apply_parameters_read(cli, &parameters))
        return CLI_WRONG_USAGE;
    tarn_status status = previewed ? preview(cli, parameters.list, parameters.count, (size_t)limit, &error)
                                   : apply_to(cli, known, &parameters, &error);
    apply_parameters_free(&parameters);
    return status == TARN_OK ? CLI_DONE : cli_fail(cli, &error);
}

const cli_command cmd_apply = {
    .name = "apply",
    .summary = "change a table by a command",
    .description = "Change a table, as one step that can be undone. A command that changes nothing makes no version. "
                   "'tarn commands' lists the commands, 'tarn help COMMAND' explains one with its parameters. "
                   "A parameter is an option (--find x), a word with its name (find=x), or a word behind the command: "
                   "columns first, then the others in the order in which they are listed.",
    .arguments = arguments,
    .options = options,
    .examples = "tarn apply orders trim city name\tspaces around two columns' values\n"
                "tarn apply orders trim '*'\tof all columns of text\n"
                "tarn apply orders set city 'upper(city)' --preview 5\tlook first\n"
                "tarn apply orders replace city Pari Paris --whole\n"
                "tarn apply orders filter 'amount > 0'\tkeep these rows only\n"
                "tarn apply orders edit city --row 17 --value Paris\tone cell; 'show --ids' tells the ids\n"
                "tarn apply orders rename citty city\n"
                "tarn apply orders drop 'note*'\n"
                "tarn apply orders fake-name buyer --secret-file secret.txt --key-map names.csv\tand keep who is who\n"
                "tarn apply orders patch --from changes.arrow\twhat 'tarn diff … -o changes.arrow' wrote\n",
    .other_option = apply_parameters_option,
    .run = run,
};
