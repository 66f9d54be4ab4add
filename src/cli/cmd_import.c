// `tarn import`: make tables from files.
#include "cli.h"

#include "import_print.h"
#include "json.h"
#include "progress.h"
#include "signals.h"
#include "text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const cli_argument arguments[] = {
    {"FILE", CLI_KIND_FILE, false, true, NULL, "a file; - is standard input"},
    {0},
};

static const cli_option options[] = {
    {"name", 'n', "table", "TABLE", NULL, CLI_KIND_TEXT, false, "the table's name (default: made from the file's)"},
    {"format", 0, NULL, "FORMAT", "csv tsv json ndjson parquet arrow xlsx ods", CLI_KIND_TEXT, false,
     "the file's format (default: seen from its content, then from its name)"},
    {"header-row", 0, NULL, "N", NULL, CLI_KIND_TEXT, false, "the line that has the names; 0: none has"},
    {"header-rows", 0, NULL, "N", NULL, CLI_KIND_TEXT, false, "how many lines make up the names"},
    {"skip", 0, NULL, "N", NULL, CLI_KIND_TEXT, false, "leave out the first N lines of a text, or rows of a sheet"},
    {"skip-footer", 0, NULL, "N", NULL, CLI_KIND_TEXT, false,
     "leave out the last N lines of a text, or rows of a sheet; 0: none (default: notes below the table)"},
    {"comment", 0, NULL, "TEXT", NULL, CLI_KIND_TEXT, false,
     "leave out lines that begin so; none: no lines (default: # where it is seen to be no value)"},
    {"delimiter", 'd', NULL, "TEXT", NULL, CLI_KIND_TEXT, false,
     "what separates fields: one character or several, or tab, comma, semicolon, pipe, space, \\x01"},
    {"widths", 0, NULL, "N,N,…", NULL, CLI_KIND_TEXT, false,
     "nothing separates fields: they have so many characters each"},
    {"quote", 0, NULL, "C", NULL, CLI_KIND_TEXT, false, "what encloses fields: a character, or none"},
    {"escape", 0, NULL, "C", NULL, CLI_KIND_TEXT, false,
     "the character that makes the one behind it a plain one (default: a backslash where it is seen to)"},
    {"decimal", 0, NULL, "C", NULL, CLI_KIND_TEXT, false,
     "what numbers have before their fraction, comma or point; thousands may be parted then"},
    {"sheet", 0, NULL, "SHEET", NULL, CLI_KIND_TEXT, true,
     "the sheet of a workbook, by name or number (default: the first); of several, each becomes a table FILE_SHEET"},
    {"all-sheets", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false,
     "all sheets of a workbook that are not empty, each as a table FILE_SHEET; --sheet '*' says the same"},
    {"encoding", 0, NULL, "ENCODING", "utf-8 utf-16le windows-1252 shift_jis gb18030 …", CLI_KIND_TEXT, false,
     "the text's encoding, by any name that browsers know, or a code page (cp437); default: detected"},
    {"records", 0, NULL, "PATH", NULL, CLI_KIND_TEXT, false,
     "where in JSON the records are: keys such as data.items, or /a.b/items where keys have dots (default: found)"},
    {"all-text", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "detect no types: every column is text"},
    {"type", 0, NULL, "COLUMN=TYPE", NULL, CLI_KIND_TEXT, true,
     "a column's type, as SQL calls it (BIGINT, DATE, VARCHAR)"},
    {"null", 0, NULL, "TEXT", NULL, CLI_KIND_TEXT, true, "a text that means null, as the empty field does"},
    {"values", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false,
     "SPSS, Stata, SAS: keep the codes of labelled values, instead of their labels"},
    {"replace", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "the table is there: make this its next version"},
    {"append", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false,
     "the table is there: add these rows to it; columns become wider where the new values need it"},
    {0},
};

static int hex_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/** A character given by itself, by name or by escape (\\x01 is any byte); -1 when it is none of these. */
static int parse_character(const char *text) {
    static const struct {
        const char *name;
        char character;
    } names[] = {{"tab", '\t'}, {"\\t", '\t'},  {"comma", ','}, {"semicolon", ';'},
                 {"pipe", '|'}, {"space", ' '}, {"point", '.'}, {"backslash", '\\'}};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(text, names[i].name) == 0)
            return (unsigned char)names[i].character;
    if (text[0] == '\\' && text[1] == 'x' && strlen(text) == 4 && hex_digit(text[2]) >= 0 && hex_digit(text[3]) >= 0)
        return hex_digit(text[2]) * 16 + hex_digit(text[3]);
    return text[0] && !text[1] && (unsigned char)text[0] < 0x80 ? text[0] : -1;
}

/** One ASCII character of an option, or 0 when it was not given; false after a usage message. */
static bool read_character(cli *cli, const char *option, int *out) {
    const char *text = cli_value(cli, option);
    *out = text ? parse_character(text) : 0;
    if (text && (*out <= 0 || *out > 0x7F)) {
        cli_usage(cli, "--%s needs one ASCII character, not '%s'", option, text);
        return false;
    }
    return true;
}

static bool read_delimiter(cli *cli, tarn_import_options *import) {
    const char *text = cli_value(cli, "delimiter");
    if (!text)
        return true;
    int character = parse_character(text);
    if (character > 0) {
        import->delimiter = (char)character;
    } else if (strlen(text) < 2 || strlen(text) > 16 || text[strcspn(text, "\r\n\"")]) {
        cli_usage(
            cli,
            "--delimiter needs one character or several (16 bytes at most, without quotes and line ends), or tab, "
            "comma, semicolon, pipe, space; not '%s'",
            text);
        return false;
    } else {
        import->long_delimiter = text;
    }
    if (cli_has(cli, "widths")) {
        cli_usage(cli, "--delimiter and --widths exclude each other");
        return false;
    }
    return true;
}

/** `texts` holds what one-character options point to. */
static bool read_characters(cli *cli, tarn_import_options *import, char texts[4]) {
    int quote = 0, escape, decimal;
    bool no_quote = cli_value(cli, "quote") && strcmp(cli_value(cli, "quote"), "none") == 0;
    if (!read_delimiter(cli, import) || (!no_quote && !read_character(cli, "quote", &quote)) ||
        !read_character(cli, "escape", &escape) || !read_character(cli, "decimal", &decimal))
        return false;
    import->quote = no_quote ? '\n' : (char)quote;
    texts[0] = (char)escape;
    texts[2] = (char)decimal;
    import->escape = escape ? texts : NULL;
    import->decimal = decimal ? texts + 2 : NULL;
    const char *comment = cli_value(cli, "comment");
    import->comment = comment && strcmp(comment, "none") == 0 ? "" : comment;
    import->widths = cli_value(cli, "widths");
    return true;
}

static bool read_skips(cli *cli, tarn_import_options *import) {
    int64_t footer = -1;
    if (!cli_number(cli, "skip", 0, &import->skip) || !cli_number(cli, "skip-footer", 0, &footer))
        return false;
    import->skip_footer = footer > 0 ? footer : footer == 0 ? -1 : 0; /* 0 on the command line: nothing is left out */
    return true;
}

static void read_nulls(cli *cli, tarn_import_options *import) {
    import->null_text_count = cli_count(cli, "null");
    if (import->null_text_count == 0)
        return;
    const char **texts = cli_allocate(import->null_text_count, sizeof(*texts));
    for (size_t i = 0; i < import->null_text_count; i++)
        texts[i] = cli_value_at(cli, "null", i);
    import->null_texts = texts;
}

static bool read_header(cli *cli, tarn_import_options *import) {
    int64_t row = -1, rows = 0;
    if (!cli_number(cli, "header-row", 0, &row) || !cli_number(cli, "header-rows", 1, &rows))
        return false;
    if (row > INT_MAX || rows > INT_MAX) {
        cli_usage(cli, "no file has a header that far down");
        return false;
    }
    import->header_row = row == 0 ? -1 : row < 0 ? 0 : (int)row; /* 0 on the command line: none has names */
    import->header_rows = (int)rows;
    return true;
}

static bool read_types(cli *cli, tarn_import_options *import) {
    import->type_count = cli_count(cli, "type");
    if (import->type_count == 0)
        return true;
    const char **types = cli_allocate(import->type_count, sizeof(*types));
    import->types = types;
    for (size_t i = 0; i < import->type_count; i++) {
        types[i] = cli_value_at(cli, "type", i);
        if (!strchr(types[i], '=')) {
            cli_usage(cli, "--type needs COLUMN=TYPE, not '%s'", types[i]);
            return false;
        }
    }
    return true;
}

static bool wants_all_sheets(const cli *cli) {
    if (cli_has(cli, "all-sheets"))
        return true;
    for (size_t i = 0; i < cli_count(cli, "sheet"); i++)
        if (strcmp(cli_value_at(cli, "sheet", i), "*") == 0)
            return true;
    return false;
}

static bool wants_several_sheets(const cli *cli) {
    return wants_all_sheets(cli) || cli_count(cli, "sheet") > 1;
}

/** false after a usage message. */
static bool read_options(cli *cli, tarn_import_options *import, char texts[4]) {
    import->table = cli_value(cli, "name");
    import->format = cli_value(cli, "format");
    import->encoding = cli_value(cli, "encoding");
    if (cli_count(cli, "sheet") == 1 && !wants_all_sheets(cli))
        import->sheet = cli_value(cli, "sheet");
    if (cli_has(cli, "all-sheets") && cli_has(cli, "sheet")) {
        cli_usage(cli, "--all-sheets and --sheet exclude each other");
        return false;
    }
    import->records = cli_value(cli, "records");
    import->all_text = cli_has(cli, "all-text");
    import->keep_codes = cli_has(cli, "values");
    read_nulls(cli, import);
    if (cli_has(cli, "replace") && cli_has(cli, "append")) {
        cli_usage(cli, "--replace and --append exclude each other");
        return false;
    }
    import->if_exists = cli_has(cli, "replace")  ? TARN_IF_EXISTS_REPLACE
                        : cli_has(cli, "append") ? TARN_IF_EXISTS_APPEND
                                                 : TARN_IF_EXISTS_FAIL;
    bool several = cli->argument_count > 1;
    if (several && import->table && import->if_exists != TARN_IF_EXISTS_APPEND) {
        cli_usage(cli, "--name is for one file; several go into one table with --append");
        return false;
    }
    return read_characters(cli, import, texts) && read_skips(cli, import) && read_header(cli, import) &&
           read_types(cli, import);
}

/** A table that this run has made, and of which file. */
typedef struct made {
    char *table;
    const char *path;
} made;

typedef struct made_list {
    made *list;
    size_t count;
} made_list;

static void made_free(made_list *all) {
    for (size_t i = 0; i < all->count; i++)
        free(all->list[i].table);
    free(all->list);
}

static void note_made(made_list *all, const char *table, const char *path) {
    all->list = cli_resize(all->list, all->count + 1, sizeof(*all->list));
    all->list[all->count++] = (made){cli_copy(table), path};
}

/** False after a message when this file would go to a table that another one of this run has just become. */
static bool is_apart(cli *cli, const tarn_import_options *import, const made_list *all) {
    tarn_error error;
    char *table;
    if (import->if_exists == TARN_IF_EXISTS_APPEND)
        return true;
    if (tarn_import_target(import, &table, &error) != TARN_OK)
        return cli_fail(cli, &error) == CLI_DONE;
    const made *other = NULL;
    for (size_t i = 0; i < all->count && !other; i++)
        other = strcasecmp(all->list[i].table, table) == 0 ? &all->list[i] : NULL;
    if (other)
        cli_fail_text(cli, TARN_E_EXISTS,
                      "%s: the table %s has just been made from %s: import this file by itself with another name "
                      "(--name), or put the rows of both into one table (--append)",
                      import->path, table, other->path);
    tarn_free(table);
    return !other;
}

static int import_file(cli *cli, tarn_import_options *import, made_list *all) {
    tarn_error error;
    tarn_import_result result = {0};
    if (!is_apart(cli, import, all))
        return CLI_FAILED;
    char *label = cli_format("importing %s", strcmp(import->path, "-") == 0 ? "standard input" : import->path);
    progress *progress = progress_start(cli, label);
    tarn_status status = tarn_import(cli->workspace, import, cli->task, &result, &error);
    progress_stop(progress);
    free(label);
    if (status == TARN_OK)
        note_made(all, result.change.table, import->path);
    if (status == TARN_OK && cli->json)
        json_write(tarn_answer_import(import->path, &result), stdout, false);
    else if (status == TARN_OK && !cli->quiet)
        status = import_print(cli, import->path, &result, &error);
    tarn_import_result_clear(&result);
    return status == TARN_OK ? CLI_DONE : cli_fail(cli, &error);
}

/** A sheet by its name, ignoring case, or its number; what is neither is left to the import, which lists them all. */
static const char *sheet_name(const tarn_sheet_info *sheets, size_t count, const char *choice) {
    char *end;
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(sheets[i].name, choice) == 0)
            return sheets[i].name;
    unsigned long number = strtoul(choice, &end, 10);
    return *end == 0 && number >= 1 && number <= count ? sheets[number - 1].name : choice;
}

/** The sheets asked for, each as a table of its own. */
static int import_sheets(cli *cli, tarn_import_options *import, const tarn_sheet_info *sheets, size_t count,
                         made_list *all_made) {
    bool all = wants_all_sheets(cli);
    size_t wanted = all ? count : cli_count(cli, "sheet");
    int code = CLI_DONE;
    import->name_by_sheet = true;
    for (size_t i = 0; i < wanted && !signals_exit_code(); i++) {
        if (all && sheets[i].is_empty)
            continue;
        import->sheet = all ? sheets[i].name : sheet_name(sheets, count, cli_value_at(cli, "sheet", i));
        int one = import_file(cli, import, all_made);
        code = one ? one : code;
    }
    import->sheet = NULL;
    import->name_by_sheet = false;
    return signals_exit_code() && code == CLI_DONE ? cli_fail_text(cli, TARN_E_CANCELLED, "cancelled") : code;
}

static int import_workbook(cli *cli, tarn_import_options *import, made_list *all) {
    tarn_sheet_info *sheets = NULL;
    size_t count = 0;
    tarn_error error;
    if (tarn_list_sheets(cli->workspace, import->path, cli->task, &sheets, &count, &error) != TARN_OK)
        return cli_fail(cli, &error);
    int code = import_sheets(cli, import, sheets, count, all);
    tarn_sheet_infos_free(sheets, count);
    return code;
}

static int import_one(cli *cli, tarn_import_options *import, made_list *all) {
    if (signals_exit_code())
        return cli_fail_text(cli, TARN_E_CANCELLED, "cancelled");
    return wants_several_sheets(cli) ? import_workbook(cli, import, all) : import_file(cli, import, all);
}

static int run(cli *cli) {
    tarn_import_options import = {0};
    int code = CLI_WRONG_USAGE;
    tarn_error error;
    char texts[4] = {0};
    made_list all = {0};
    if (!read_options(cli, &import, texts))
        goto cleanup;
    if (cli_open(cli, CLI_WRITE, &error) != TARN_OK) {
        code = cli_fail(cli, &error);
        goto cleanup;
    }
    code = CLI_DONE;
    for (size_t i = 0; i < cli->argument_count; i++) {
        import.path = cli->arguments[i];
        int one = import_one(cli, &import, &all);
        code = one ? one : code;
        if (one && signals_exit_code())
            break; /* what is left was not tried, and that was said */
    }
cleanup:
    made_free(&all);
    free((void *)import.types);
    free((void *)import.null_texts);
    return code;
}

const cli_command cmd_import = {
    .name = "import",
    .summary = "make tables from files",
    .description =
        "Import CSV, TSV, JSON, NDJSON, Parquet, Arrow, Excel (xlsx), OpenDocument (ods), SPSS (sav, por), "
        "Stata (dta) and SAS "
        "(sas7bdat, xpt) files, compressed with gzip or zstd, or alone in a ZIP archive, or as they are, each as "
        "a table and as one "
        "step that can "
        "be undone. What a "
        "file is, is seen from its content: format, encoding, delimiter, the line with the names, and each "
        "column's type "
        "over all of its rows. What was recognised is printed, with a warning for each thing that looks "
        "wrong, and can be "
        "overridden.\n\n"
        "When one of several files fails the others are imported all the same, and the exit code is 1.",
    .arguments = arguments,
    .options = options,
    .examples = "tarn import orders.csv\tmake the table orders\n"
                "tarn import export.txt --name orders --delimiter ';' --header-row 3\n"
                "tarn import orders.csv --type zip=VARCHAR --null NA --replace\tthe next version of orders\n"
                "tarn import book.xlsx --all-sheets\tthe tables book_Orders, book_Customers …\n"
                "curl -s URL | tarn import - --name rates\n",
    .run = run,
};
