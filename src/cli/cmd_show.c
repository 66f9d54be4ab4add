// `tarn show`: print rows of a table.
#include "cli.h"

#include "columns.h"
#include "human.h"
#include "print.h"
#include "rows.h"
#include "terminal.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_ROWS = 20, PAGE_ROWS = 8192 };

static const cli_argument arguments[] = {
    {"TABLE", CLI_KIND_VERSION, false, false, NULL, "the table, or a version of it (orders@3, orders~1)"},
    {0},
};

static const cli_option options[] = {
    {"rows", 'n', NULL, "ROWS", NULL, CLI_KIND_TEXT, false, "how many rows (default: 20)"},
    {"offset", 0, NULL, "N", NULL, CLI_KIND_TEXT, false, "rows to skip (default: 0)"},
    {"columns", 'c', NULL, "A,B", NULL, CLI_KIND_TEXT, true,
     "only these columns, in this order; also patterns ('addr*')"},
    {"where", 'w', NULL, "SQL", NULL, CLI_KIND_TEXT, false, "only rows for which this condition holds"},
    {"sort", 0, NULL, "COLUMN", NULL, CLI_KIND_TEXT, true,
     "in the order of this column, and of others given after it; a '-' before its name turns the order round"},
    {"ids", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "also the row ids that 'tarn apply TABLE edit' takes"},
    {"full", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "cut no cell and leave out no column"},
    {0},
};

/** The pages of one version, one after the other. */
typedef struct pages {
    tarn_workspace *workspace;
    const char *version;
    tarn_view *view; /**< NULL: the rows as they are */
    tarn_page_options options;
    int64_t end;
    struct ArrowSchema schema;
    struct ArrowArray first; /**< fetched at the start, for the schema */
} pages;

static tarn_status fetch(pages *pages, struct ArrowArray *out, tarn_error *error) {
    struct ArrowSchema schema = {0};
    int64_t left = pages->end - pages->options.offset;
    pages->options.count = left < PAGE_ROWS ? left : PAGE_ROWS;
    tarn_status status = pages->view
                             ? tarn_view_page(pages->view, &pages->options, &schema, out, error)
                             : tarn_page(pages->workspace, pages->version, &pages->options, &schema, out, error);
    if (status != TARN_OK)
        return status;
    pages->options.offset += out->length;
    if (out->length < pages->options.count)
        pages->end = pages->options.offset; /* the table ends before the rows that were asked for */
    if (pages->schema.release)
        schema.release(&schema);
    else
        pages->schema = schema;
    return TARN_OK;
}

static tarn_status next_page(rows_source *source, struct ArrowArray *out, tarn_error *error) {
    pages *pages = source->state;
    if (pages->first.release) {
        *out = pages->first;
        pages->first.release = NULL;
        return TARN_OK;
    }
    return pages->options.offset < pages->end ? fetch(pages, out, error) : TARN_OK;
}

static void print_footer(cli *cli, const tarn_table_info *table, int64_t offset, const pages *pages,
                         const rows_printed *printed) {
    int64_t rows = pages->view ? tarn_view_info_of(pages->view)->rows : table->rows;
    char *total = human_counted(rows, "row", "rows");
    char *columns = rows_describe_columns(&pages->schema, printed);
    fputs(style_dim(cli->colour), stdout);
    if (printed->rows > 0) {
        char *from = human_count(offset + 1), *to = human_count(offset + printed->rows);
        char *of = human_count(rows), *all = human_count(table->rows);
        cli_print("rows %s–%s of %s", from, to, of);
        if (rows < table->rows)
            cli_print(" among %s", all);
        free(all);
        free(of);
        free(to);
        free(from);
    } else {
        cli_print("no rows here; %s has %s", table->name, total);
    }
    cli_print(" · %s%s\n", columns, style_end(cli->colour));
    free(columns);
    free(total);
}

static tarn_status print(cli *cli, pages *pages, int64_t offset, tarn_error *error) {
    rows_source source = {.next = next_page, .schema = &pages->schema, .state = pages};
    if (cli->json)
        return rows_print_json(&source, -1, error);
    tarn_table_info table = {0};
    rows_printed printed = {0};
    tarn_status status = tarn_table_get(pages->workspace, pages->version, &table, error);
    if (status == TARN_OK)
        status = rows_print_grid(cli, &source, -1, cli_has(cli, "full"), &printed, error);
    if (status == TARN_OK)
        print_footer(cli, &table, offset, pages, &printed);
    free(printed.hidden);
    tarn_table_info_clear(&table);
    return status;
}

/** A view of the version when a condition or an order was asked for, else none. */
static tarn_status open_view(cli *cli, pages *pages, tarn_error *error) {
    size_t count = cli_count(cli, "sort");
    tarn_view_sort *sort = cli_resize(NULL, count + 1, sizeof(*sort));
    for (size_t i = 0; i < count; i++) {
        const char *name = cli_value_at(cli, "sort", i);
        sort[i] = (tarn_view_sort){.column = name + (name[0] == '-'), .descending = name[0] == '-'};
    }
    tarn_view_options options = {.where = cli_value(cli, "where"), .sort = sort, .sort_count = count};
    tarn_status status = options.where || count > 0
                             ? tarn_view_open(cli->workspace, pages->version, &options, cli->task, &pages->view, error)
                             : TARN_OK;
    free(sort);
    return status;
}

static int run(cli *cli) {
    int64_t rows = DEFAULT_ROWS, offset = 0;
    if (!cli_number(cli, "rows", 0, &rows) || !cli_number(cli, "offset", 0, &offset))
        return CLI_WRONG_USAGE;
    tarn_error error;
    if (cli_open(cli, CLI_READ, &error) != TARN_OK)
        return cli_fail(cli, &error);
    const char *version = cli_argument_at(cli, 0);
    cli_columns columns = {0};
    if (!cli_columns_of_option(cli, "columns", version, &columns)) {
        cli_columns_free(&columns);
        return CLI_WRONG_USAGE;
    }
    pages pages = {.workspace = cli->workspace,
                   .version = version,
                   .options = {.offset = offset,
                               .columns = (const char *const *)columns.names,
                               .column_count = columns.count,
                               .ids = cli_has(cli, "ids")},
                   .end = rows > INT64_MAX - offset ? INT64_MAX : offset + rows};
    tarn_status status = open_view(cli, &pages, &error);
    if (status == TARN_OK)
        status = fetch(&pages, &pages.first, &error);
    if (status == TARN_OK)
        status = print(cli, &pages, offset, &error);
    if (pages.first.release)
        pages.first.release(&pages.first);
    if (pages.schema.release)
        pages.schema.release(&pages.schema);
    tarn_view_close(pages.view);
    cli_columns_free(&columns);
    return status == TARN_OK ? CLI_DONE : cli_fail(cli, &error);
}

const cli_command cmd_show = {
    .name = "show",
    .summary = "print rows of a table",
    .description =
        "Print rows in their order, with the columns' types in the second line. Null is shown as ∅; a text is shown in "
        "quotes where it could be mistaken: when it is empty, or has white space at an end. Control characters and "
        "invisible ones are shown as \\n, \\t, \\u{200b}.\n\n"
        "On a terminal cells are cut and columns left out so that a row is a line; else all columns are shown, with "
        "cells "
        "of at most 100 characters. With --json, rows are objects with values of their types.",
    .arguments = arguments,
    .options = options,
    .examples = "tarn show orders -n 5\tthe first five rows\n"
                "tarn show orders@1 --offset 1000 --columns id,city\trows 1,001 to 1,020 of version 1\n",
    .run = run,
};
