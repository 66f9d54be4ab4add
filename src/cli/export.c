// What `tarn export` and `tarn sql -o` have in common.
#include "export.h"

#include "human.h"
#include "json.h"
#include "print.h"
#include "terminal.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_standard_output(const tarn_export_options *options) {
    return strcmp(options->path, "-") == 0;
}

static bool read_delimiter(cli *cli, tarn_export_options *out) {
    const char *text = cli_value(cli, "delimiter");
    if (!text)
        return true;
    if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
        out->delimiter = '\t';
    else if (strlen(text) == 1)
        out->delimiter = text[0];
    else
        cli_usage(cli, "--delimiter needs one ASCII character, or tab; not '%s'", text);
    return out->delimiter != 0;
}

bool export_read_force(cli *cli, bool *no_clobber) {
    *no_clobber = !cli_has(cli, "force");
    if (cli_has(cli, "force") && cli_has(cli, "no-clobber")) {
        cli_usage(cli, "--force and --no-clobber exclude each other");
        return false;
    }
    return true;
}

static bool read_text_options(cli *cli, tarn_export_options *out) {
    const char *ending = cli_value(cli, "line-ending"), *decimal = cli_value(cli, "decimal");
    out->byte_order_mark = cli_has(cli, "bom");
    out->quote_all = cli_has(cli, "quote-all");
    out->encoding = cli_value(cli, "encoding");
    out->replace_unencodable = cli_has(cli, "replace-unencodable");
    out->null_text = cli_value(cli, "null");
    out->safe_for_spreadsheets = cli_has(cli, "safe-for-spreadsheets");
    out->crlf = ending && strcmp(ending, "crlf") == 0;
    if (ending && !out->crlf && strcmp(ending, "lf") != 0) {
        cli_usage(cli, "--line-ending is lf or crlf, not '%s'", ending);
        return false;
    }
    if (decimal && strcmp(decimal, ".") != 0 && strcmp(decimal, ",") != 0) {
        cli_usage(cli, "--decimal is a point or a comma, not '%s'", decimal);
        return false;
    }
    out->decimal = (char)(decimal && *decimal == ',' ? ',' : 0);
    return true;
}

bool export_read_options(cli *cli, tarn_export_options *out) {
    out->format = cli_value(cli, "format");
    out->no_header = cli_has(cli, "no-header");
    out->compression = cli_value(cli, "compression");
    if (is_standard_output(out) && !out->format) {
        cli_usage(cli, "standard output has no ending that tells the format; say --format");
        return false;
    }
    return export_read_force(cli, &out->no_clobber) && read_text_options(cli, out) && read_delimiter(cli, out);
}

int export_check_output(cli *cli, const tarn_export_options *options) {
    if (is_standard_output(options) && isatty(STDOUT_FILENO) &&
        cli_is_listed("parquet arrow arrow-stream xlsx sav dta", options->format))
        return cli_fail_text(cli, TARN_E_INVALID, "%s is not for terminals; name a file or use a pipe",
                             options->format);
    return CLI_DONE;
}

progress *export_progress(cli *cli, const char *what) {
    char *label = cli_format("exporting %s", what);
    progress *progress = progress_start(cli, label);
    free(label);
    return progress;
}

void export_print(cli *cli, const tarn_export_options *options, const tarn_export_result *result) {
    if (is_standard_output(options))
        return;
    cli->only_tells = true;
    if (cli->json) {
        json_print(tarn_answer_export(options->path, result));
        return;
    }
    if (cli->quiet)
        return;
    char *rows = human_counted(result->rows, "row", "rows"),
         *columns = human_counted(result->columns, "column", "columns");
    char *bytes = human_size(result->bytes), *duration = human_duration(result->duration);
    cli_print("wrote %s × %s to %s · %s · %s · %s\n", rows, columns, options->path, result->format, bytes, duration);
    if (result->warning != NULL)
        cli_print("  %swarning:%s %s\n", style_yellow(cli->colour), style_end(cli->colour), result->warning);
    free(duration);
    free(bytes);
    free(columns);
    free(rows);
}
