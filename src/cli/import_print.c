// Telling what an import recognised and made.
#include "import_print.h"

#include "change.h"
#include "human.h"
#include "json.h"
#include "print.h"
#include "terminal.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TYPES_SHOWN = 400 };

/** As text that can be shown: heap. */
static char *delimiter_name(const char *delimiter) {
    if (strcmp(delimiter, "\t") == 0)
        return cli_format("tab");
    if ((unsigned char)delimiter[0] < 0x20 && !delimiter[1])
        return cli_format("\\x%02X", (unsigned char)delimiter[0]);
    return cli_format("%s", delimiter);
}

static tarn_status print_types(cli *cli, const struct ArrowSchema *schema, tarn_error *error) {
    size_t shown = 0;
    int64_t c = 0;
    for (; c < schema->n_children && shown < TYPES_SHOWN; c++) {
        char *type = NULL;
        tarn_status status = tarn_type_sql(schema->children[c], &type, error);
        if (status != TARN_OK)
            return status;
        cli_print("%s%s %s%s%s", c ? ", " : "  ", schema->children[c]->name, style_dim(cli->colour), type,
                  style_end(cli->colour));
        shown += strlen(schema->children[c]->name) + strlen(type) + 3;
        tarn_free(type);
    }
    if (c < schema->n_children)
        cli_print(", … (%lld more)", (long long)(schema->n_children - c));
    if (c > 0)
        putchar('\n');
    return TARN_OK;
}

/** "  csv · utf-8 · delimiter ; · names in line 3" */
static void print_recognised(const tarn_import_result *result) {
    cli_print("  %s", result->format);
    if (result->encoding)
        cli_print(" · %s", result->encoding);
    if (result->delimiter) {
        char *name = delimiter_name(result->delimiter);
        if (name[0])
            cli_print(" · delimiter %s", name);
        else
            cli_print(" · no delimiter");
        free(name);
        if (result->header_row)
            cli_print(" · names in line %lld", (long long)result->header_row);
        else
            cli_print(" · no names in it");
    }
    putchar('\n');
}

static void print_size(const tarn_import_result *result) {
    const tarn_change *change = &result->change;
    char *rows = human_counted(change->rows, "row", "rows");
    char *columns = human_counted(result->columns, "column", "columns");
    char *duration = human_duration(change->duration);
    cli_print("  %s × %s · version ", rows, columns);
    if (change->before)
        cli_print("%llu → ", (unsigned long long)change->before);
    cli_print("%llu · %s\n", (unsigned long long)change->after, duration);
    if (change->table_rows != change->rows) {
        char *total = human_counted(change->table_rows, "row", "rows");
        cli_print("  %s has %s now\n", change->table, total);
        free(total);
    }
    free(duration);
    free(columns);
    free(rows);
}

tarn_status import_print(cli *cli, const char *path, const tarn_import_result *result, tarn_error *error) {
    cli_print("%s%s%s from %s\n", style_bold(cli->colour), result->change.table, style_end(cli->colour),
              strcmp(path, "-") == 0 ? "standard input" : path);
    print_recognised(result);
    if (result->change.changed)
        print_size(result);
    else
        cli_print("  nothing new in it; stays at version %llu\n", (unsigned long long)result->change.after);
    tarn_status status = print_types(cli, &result->schema, error);
    for (size_t i = 0; i < result->warning_count; i++)
        cli_print("  %swarning:%s %s\n", style_yellow(cli->colour), style_end(cli->colour), result->warnings[i]);
    return status;
}
