// `tarn export`: write a table to a file, or several to a workbook.
#include "cli.h"

#include "export.h"

static const cli_argument arguments[] = {
    {"TABLE", CLI_KIND_VERSION, false, true, NULL,
     "the table, or a version of it (orders@3, orders~1); several go into one workbook"},
    {"FILE", CLI_KIND_FILE, false, false, NULL, "the file; - is standard output"},
    {0},
};

static const cli_option options[] = {
    {"format", 0, NULL, "FORMAT", EXPORT_FORMATS, CLI_KIND_TEXT, false, "default: from the file's ending"},
    EXPORT_FORCE_OPTIONS,
    {"delimiter", 'd', NULL, "C", NULL, CLI_KIND_TEXT, false, "csv: what separates fields (default: a comma)"},
    {"no-header", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "csv, tsv: no line with the names"},
    EXPORT_TEXT_OPTIONS,
    {"compression", 0, NULL, "CODEC", "zstd snappy lz4 none", CLI_KIND_TEXT, false,
     "parquet: zstd (default), snappy, none; arrow: none (default), lz4, zstd"},
    {0},
};

static int run(cli *cli) {
    tarn_error error;
    size_t tables = cli->argument_count - 1;
    tarn_export_options export = {.path = cli_argument_at(cli, tables)};
    tarn_export_result result = {0};
    if (!export_read_options(cli, &export))
        return CLI_WRONG_USAGE;
    int code = export_check_output(cli, &export);
    if (code)
        return code;
    tarn_status status = cli_open(cli, CLI_WRITE_OR_READ, &error);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    progress *progress = export_progress(cli, cli_argument_at(cli, 0));
    status = tables == 1
                 ? tarn_export(cli->workspace, cli_argument_at(cli, 0), &export, cli->task, &result, &error)
                 : tarn_export_tables(cli->workspace, cli->arguments, tables, &export, cli->task, &result, &error);
    progress_stop(progress);
    if (status == TARN_OK)
        export_print(cli, &export, &result);
    tarn_export_result_clear(&result);
    return status == TARN_OK ? CLI_DONE : cli_fail(cli, &error);
}

const cli_command cmd_export = {
    .name = "export",
    .summary = "write a table to a file, or several to a workbook",
    .description =
        "Write a table or a version of it as CSV, TSV, JSON, NDJSON, Parquet, Arrow, SPSS, Stata or an Excel workbook. "
        "The file appears "
        "complete or not "
        "at all. A file that is there is kept, unless --force is given; what replaces it may be read by "
        "those who could read it, and nobody else.",
    .arguments = arguments,
    .options = options,
    .examples = "tarn export orders orders.parquet\ntarn export orders@1 first.csv --delimiter ';'\n"
                "tarn export orders customers book.xlsx\ta workbook of two sheets\n"
                "tarn export orders - --format ndjson | jq .city\n"
                "tarn export orders german.csv --bom --decimal , --line-ending crlf --safe-for-spreadsheets\tfor a "
                "spreadsheet\n",
    .run = run,
};
