// `tarn sql`: ask the tables in SQL.
#include "cli.h"

#include "cells.h"
#include "change.h"
#include "export.h"
#include "human.h"
#include "print.h"
#include "rows.h"
#include "signals.h"
#include "terminal.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TERMINAL_ROWS = 40 };

static const cli_argument arguments[] = {
    {"QUERY", CLI_KIND_TEXT, true, false, NULL, "one statement that reads, in quotes; - reads it from standard input"},
    {0},
};

static const cli_option options[] = {
    {"file", 'f', NULL, "FILE", NULL, CLI_KIND_FILE, false, "read the query from a file"},
    {"format", 0, NULL, "FORMAT", "table " EXPORT_FORMATS, CLI_KIND_TEXT, false,
     "how to print (default: table; with -o from the file's ending)"},
    {"output", 'o', NULL, "FILE", NULL, CLI_KIND_FILE, false, "write the result to a file"},
    EXPORT_FORCE_OPTIONS,
    {"delimiter", 'd', NULL, "C", NULL, CLI_KIND_TEXT, false, "csv: what separates fields (default: a comma)"},
    {"no-header", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "csv, tsv: no line with the names"},
    EXPORT_TEXT_OPTIONS,
    {"into", 0, NULL, "TABLE", NULL, CLI_KIND_TABLE, false, "keep the result as a table"},
    {"replace", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "with --into: make this the table's next version"},
    {"append", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "with --into: add these rows to the table"},
    {"rows", 'n', NULL, "ROWS", NULL, CLI_KIND_TEXT, false,
     "print at most so many rows (default: 40 on a terminal, else all)"},
    {"all", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "print all rows, on a terminal too"},
    {"full", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "cut no cell and leave out no column"},
    {0},
};

static bool check_usage(cli *cli) {
    const char *format = cli_value(cli, "format");
    bool table = format ? strcmp(format, "table") == 0 : !cli_has(cli, "output") && !cli->json;
    bool into = cli_has(cli, "into");
    if (!cli_argument_at(cli, 0) == !cli_has(cli, "file"))
        cli_usage(cli, cli_argument_at(cli, 0) ? "give the query, or -f FILE, not both" : "QUERY is missing");
    else if (into && (cli_has(cli, "output") || format))
        cli_usage(cli, "--into keeps the result as a table; -o and --format are for writing it out");
    else if (!into && (cli_has(cli, "replace") || cli_has(cli, "append")))
        cli_usage(cli, "--replace and --append go with --into");
    else if (cli_has(cli, "replace") && cli_has(cli, "append"))
        cli_usage(cli, "--replace and --append exclude each other");
    else if (cli_has(cli, "output") && table)
        cli_usage(cli, "--format table is for reading on the screen; choose another format for a file");
    else if (!table && (cli_has(cli, "rows") || cli_has(cli, "all")))
        cli_usage(cli, "-n and --all are for the table format; use LIMIT in the query");
    else
        return true;
    return false;
}

/** The query's text, to be freed; NULL with `*error` filled. */
static char *read_query(const cli *cli, tarn_error *error) {
    const char *path = cli_value(cli, "file");
    if (!path && strcmp(cli_argument_at(cli, 0), "-") != 0)
        return cli_copy(cli_argument_at(cli, 0));
    size_t size;
    char *query = cli_read_file(path ? path : "-", &size, error);
    if (!query || strlen(query) == size)
        return query;
    error->code = TARN_E_INVALID;
    snprintf(error->message, sizeof(error->message), "the query has a NUL byte in it; it must be text");
    free(query);
    return NULL;
}

static tarn_status stream_failed(struct ArrowArrayStream *stream, int code, tarn_error *error) {
    const char *message = stream->get_last_error(stream);
    error->code = code == ECANCELED || signals_exit_code() ? TARN_E_CANCELLED
                  : code == ENOMEM                         ? TARN_E_MEMORY
                                                           : TARN_E_SQL;
    snprintf(error->message, sizeof(error->message), "%s", message ? message : strerror(code));
    return error->code;
}

/** The stream of a query as a source of rows, with the progress line gone as soon as there is something to print. */
typedef struct result {
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    progress *progress;
} result;

static tarn_status next_batch(rows_source *source, struct ArrowArray *out, tarn_error *error) {
    result *result = source->state;
    int code = result->stream.get_next(&result->stream, out);
    progress_stop(result->progress);
    result->progress = NULL;
    return code ? stream_failed(&result->stream, code, error) : TARN_OK;
}

/* What EXPLAIN gives: one plan, drawn over many lines that a cell could not hold. */
static bool is_plan(const struct ArrowSchema *schema) {
    return schema->n_children == 2 && strcmp(schema->children[0]->name, "explain_key") == 0 &&
           strcmp(schema->children[1]->name, "explain_value") == 0 && strcmp(schema->children[1]->format, "u") == 0;
}

static void print_lines(const char *text, size_t size) {
    cli_text line = {0};
    for (const char *end = text + size; text < end;) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        line.size = 0;
        cell_escape(&line, text, (size_t)((stop ? stop : end) - text));
        cli_print("%.*s\n", (int)line.size, line.size ? line.data : "");
        text = stop ? stop + 1 : end;
    }
    cli_text_free(&line);
}

static tarn_status print_plan(rows_source *source, tarn_error *error) {
    for (;;) {
        struct ArrowArray batch = {0};
        tarn_status status = source->next(source, &batch, error);
        if (status != TARN_OK || !batch.release)
            return status;
        const struct ArrowArray *plans = batch.children[1];
        const int32_t *offsets = (const int32_t *)plans->buffers[1] + plans->offset;
        for (int64_t i = 0; i < plans->length; i++)
            print_lines((const char *)plans->buffers[2] + offsets[i], (size_t)(offsets[i + 1] - offsets[i]));
        batch.release(&batch);
    }
}

static void print_footer(cli *cli, const result *result, const rows_printed *printed) {
    char *rows = human_counted(printed->rows, "row", "rows");
    char *columns = rows_describe_columns(&result->schema, printed);
    fputs(style_dim(cli->colour), stdout);
    if (printed->more)
        cli_print("the first %s; there are more (-n ROWS, or --all) · %s", rows, columns);
    else
        cli_print("%s · %s", rows, columns);
    cli_print("%s\n", style_end(cli->colour));
    free(columns);
    free(rows);
}

static int print_table(cli *cli, const char *query) {
    int64_t limit = isatty(STDOUT_FILENO) && !cli_has(cli, "all") ? TERMINAL_ROWS : -1;
    if (!cli_number(cli, "rows", 0, &limit))
        return CLI_WRONG_USAGE;
    tarn_error error;
    rows_printed printed = {0};
    result result = {.progress = progress_start(cli, "running the query")};
    rows_source source = {.next = next_batch, .schema = &result.schema, .state = &result};
    tarn_status status = cli_open(cli, CLI_READ, &error);
    if (status == TARN_OK)
        status = tarn_query(cli->workspace, query, cli->task, &result.stream, &error);
    int code;
    if (status == TARN_OK && (code = result.stream.get_schema(&result.stream, &result.schema)))
        status = stream_failed(&result.stream, code, &error);
    bool plan = status == TARN_OK && is_plan(&result.schema);
    if (plan)
        status = print_plan(&source, &error);
    else if (status == TARN_OK)
        status = rows_print_grid(cli, &source, limit, cli_has(cli, "full"), &printed, &error);
    progress_stop(result.progress);
    if (status == TARN_OK && !plan)
        print_footer(cli, &result, &printed);
    free(printed.hidden);
    if (result.schema.release)
        result.schema.release(&result.schema);
    if (result.stream.release)
        result.stream.release(&result.stream);
    return status == TARN_OK ? CLI_DONE : cli_fail(cli, &error);
}

static int write_out(cli *cli, const char *query) {
    const char *path = cli_value(cli, "output");
    tarn_export_options export = {.path = path ? path : "-"};
    tarn_export_result result = {0};
    tarn_error error;
    bool printed_json = !path && !cli_value(cli, "format");
    if (printed_json)
        export.format = "json";
    else if (!export_read_options(cli, &export))
        return CLI_WRONG_USAGE;
    int code = export_check_output(cli, &export);
    if (code)
        return code;
    tarn_status status = cli_open(cli, path ? CLI_WRITE_OR_READ : CLI_READ, &error);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    progress *progress = export_progress(cli, path ? path : "the result");
    status = tarn_export_query(cli->workspace, query, &export, cli->task, &result, &error);
    progress_stop(progress);
    if (status == TARN_OK)
        export_print(cli, &export, &result);
    tarn_export_result_clear(&result);
    return status == TARN_OK ? CLI_DONE : cli_fail(cli, &error);
}

static int keep(cli *cli, const char *query) {
    tarn_error error;
    tarn_change change = {0};
    tarn_if_exists if_exists = cli_has(cli, "replace")  ? TARN_IF_EXISTS_REPLACE
                               : cli_has(cli, "append") ? TARN_IF_EXISTS_APPEND
                                                        : TARN_IF_EXISTS_FAIL;
    tarn_status status = cli_open(cli, CLI_WRITE, &error);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    progress *progress = progress_start(cli, "running the query");
    status = tarn_query_into(cli->workspace, query, cli_value(cli, "into"), if_exists, cli->task, &change, &error);
    progress_stop(progress);
    if (status == TARN_OK)
        change_print(cli, &change, NULL);
    tarn_change_clear(&change);
    return status == TARN_OK ? CLI_DONE : cli_fail(cli, &error);
}

static int run(cli *cli) {
    if (!check_usage(cli))
        return CLI_WRONG_USAGE;
    tarn_error error;
    char *query = read_query(cli, &error);
    if (!query)
        return cli_fail(cli, &error);
    const char *format = cli_value(cli, "format");
    bool table = format ? strcmp(format, "table") == 0 : !cli_has(cli, "output") && !cli->json;
    int code = cli_has(cli, "into") ? keep(cli, query) : table ? print_table(cli, query) : write_out(cli, query);
    free(query);
    return code;
}

const cli_command cmd_sql = {
    .name = "sql",
    .summary = "ask the tables in SQL",
    .description = "Run one statement that reads: SELECT, FROM, WITH, VALUES, EXPLAIN, DESCRIBE, SHOW TABLES, "
                   "SUMMARIZE, PIVOT. Tables are "
                   "known by their names, and their versions by \"orders@3\" and \"orders~1\", in double quotes. The "
                   "dialect is DuckDB's. No "
                   "statement reaches files, the network or settings.\n\n"
                   "tarn_diff('orders@3', 'orders') gives the changes between two versions or tables, a row for each: "
                   "change, row_before, row_after, columns (a list of those that differ), then \"before.NAME\" and "
                   "\"after.NAME\" for every column, to be written in double quotes. Named parameters are key, "
                   "leave_out (a name or a list of names), map ('before=after', or a list), ignore_case, ignore_space "
                   "and tolerance: "
                   "key := ['name', 'city']. tarn_rows('orders') has the row numbers in _tarn_id; tarn_tables() lists "
                   "the tables.\n\n"
                   "Without --format the result is printed as a table: on a terminal its first 40 rows, else all of "
                   "them. --json is "
                   "the same as --format json.",
    .arguments = arguments,
    .options = options,
    .examples = "tarn sql 'SELECT city, count(*) FROM orders GROUP BY city ORDER BY 2 DESC'\n"
                "tarn sql 'FROM \"orders@1\" EXCEPT FROM orders'\trows of version 1 that are not there any more\n"
                "tarn sql \"SELECT change, count(*) FROM tarn_diff('orders@3', 'orders') GROUP BY change\"\n"
                "tarn sql -f report.sql -o report.parquet\n"
                "tarn sql 'FROM orders WHERE amount > 100' --into large\tkeep the result as a table\n",
    .run = run,
};
