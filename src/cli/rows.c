// Rows of data, from wherever they come in batches, as a grid or as JSON.
#include "rows.h"

#include "cells.h"
#include "grid.h"
#include "human.h"
#include "json.h"
#include "signals.h"
#include "terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** Rows that widths are taken from; later ones may be wider. Columns of a cell when there is no terminal to fit into.
 */
enum { LAYOUT_ROWS = 4096, CELL_LIMIT = 100, HIDDEN_NAMES = 60 };

static bool is_number(const struct ArrowSchema *schema) {
    const char *format = schema->format;
    if (schema->dictionary)
        return false;
    return (format[1] == 0 && strchr("cCsSiIlLefg", format[0])) || strncmp(format, "d:", 2) == 0;
}

static bool is_text(const struct ArrowSchema *schema) {
    const struct ArrowSchema *value = schema->dictionary ? schema->dictionary : schema;
    return strcmp(value->format, "u") == 0 || strcmp(value->format, "U") == 0 || strcmp(value->format, "vu") == 0;
}

static tarn_status add_value(grid *grid, const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i,
                             bool *has_null, tarn_error *error) {
    tarn_text value = {0};
    bool is_null = false;
    tarn_status status = tarn_print_value(schema, array, i, &value, &is_null, error);
    if (status == TARN_OK && is_null) {
        grid_add(grid, CELL_NULL, GRID_DIM);
        *has_null = true;
    } else if (status == TARN_OK) {
        cli_text cell = {0};
        if (is_text(schema))
            cell_quote(&cell, value.data ? value.data : "", value.size);
        else
            cell_escape(&cell, value.data ? value.data : "", value.size);
        grid_add_escaped(grid, &cell, GRID_PLAIN);
    }
    tarn_text_clear(&value);
    return status;
}

static tarn_status set_columns(grid *grid, const struct ArrowSchema *schema, tarn_error *error) {
    for (int64_t c = 0; c < schema->n_children; c++) {
        const struct ArrowSchema *column = schema->children[c];
        char *type = NULL;
        tarn_status status = tarn_type_sql(column, &type, error);
        if (status != TARN_OK)
            return status;
        grid_column_set(grid, (size_t)c, column->name ? column->name : "", type, is_number(column));
        tarn_free(type);
    }
    return TARN_OK;
}

static void print_head(grid *grid) {
    grid_lay_out(grid);
    grid_print_header(grid, stdout);
    grid_print_rows(grid, stdout);
}

static tarn_status cancelled(tarn_error *error) {
    error->code = TARN_E_CANCELLED;
    snprintf(error->message, sizeof(error->message), "cancelled");
    return TARN_E_CANCELLED;
}

/** True when going on is of no use; what happened to the output is told at the end of the run. */
static bool output_failed(void) {
    return ferror(stdout) != 0;
}

static tarn_status print_batches(grid *grid, rows_source *source, int64_t limit, rows_printed *printed,
                                 tarn_error *error) {
    tarn_status status = TARN_OK;
    while (status == TARN_OK && !printed->more && !output_failed()) {
        struct ArrowArray batch = {0};
        status = signals_exit_code() ? cancelled(error) : source->next(source, &batch, error);
        if (status != TARN_OK || !batch.release)
            break;
        for (int64_t row = 0; row < batch.length && status == TARN_OK; row++) {
            if (printed->rows == limit) {
                printed->more = true;
                break;
            }
            for (int64_t c = 0; c < batch.n_children && status == TARN_OK; c++)
                status = add_value(grid, source->schema->children[c], batch.children[c], row + batch.offset,
                                   &printed->has_null, error);
            printed->rows++;
            if (status == TARN_OK && grid->laid_out)
                grid_print_rows(grid, stdout);
            else if (grid_rows(grid) == LAYOUT_ROWS)
                print_head(grid);
        }
        batch.release(&batch);
    }
    return status;
}

static void name_hidden(const grid *grid, const struct ArrowSchema *schema, rows_printed *printed) {
    printed->hidden_count = grid->hidden;
    if (!grid->hidden)
        return;
    cli_text names = {0};
    for (size_t i = grid->column_count - grid->hidden; i < grid->column_count; i++) {
        const char *name = schema->children[i]->name ? schema->children[i]->name : "";
        if (names.size)
            cli_text_add_string(&names, ", ");
        cell_escape(&names, name, strlen(name));
    }
    cli_text cut = {0};
    cell_cut(&cut, names.data, names.size, HIDDEN_NAMES);
    cli_text_free(&names);
    printed->hidden = cut.data;
}

tarn_status rows_print_grid(cli *cli, rows_source *source, int64_t limit, bool full, rows_printed *printed,
                            tarn_error *error) {
    *printed = (rows_printed){0};
    grid grid;
    size_t width = full ? 0 : terminal_width(STDOUT_FILENO);
    grid_begin(&grid, (size_t)source->schema->n_children, cli->colour, width, full || width ? 0 : CELL_LIMIT);
    tarn_status status = set_columns(&grid, source->schema, error);
    if (status == TARN_OK)
        status = print_batches(&grid, source, limit, printed, error);
    if (status == TARN_OK && !grid.laid_out && grid.column_count)
        print_head(&grid);
    if (status == TARN_OK)
        name_hidden(&grid, source->schema, printed);
    grid_free(&grid);
    return status;
}

/** `"name":` for each column, made once. */
static char **json_names(const struct ArrowSchema *schema) {
    char **names = cli_allocate((size_t)schema->n_children, sizeof(*names));
    for (int64_t c = 0; c < schema->n_children; c++) {
        json_t *name = tarn_answer_text(schema->children[c]->name ? schema->children[c]->name : "");
        char *text = json_dumps(name, JSON_ENCODE_ANY);
        names[c] = cli_format("%s:", text ? text : "\"\"");
        free(text);
        json_decref(name);
    }
    return names;
}

static tarn_status print_json_row(char **names, const struct ArrowSchema *schema, const struct ArrowArray *batch,
                                  int64_t row, tarn_text *line, tarn_error *error) {
    putchar('{');
    for (int64_t c = 0; c < batch->n_children; c++) {
        line->size = 0;
        tarn_status status = tarn_print_json(schema->children[c], batch->children[c], row + batch->offset, line, error);
        if (status != TARN_OK)
            return status;
        fputs(c ? "," : "", stdout);
        fputs(names[c], stdout);
        fwrite(line->data, 1, line->size, stdout);
    }
    putchar('}');
    return TARN_OK;
}

tarn_status rows_print_json(rows_source *source, int64_t limit, tarn_error *error) {
    char **names = json_names(source->schema);
    tarn_text line = {0};
    tarn_status status = TARN_OK;
    int64_t printed = 0;
    putchar('[');
    while (status == TARN_OK && !output_failed() && printed != limit) {
        struct ArrowArray batch = {0};
        status = signals_exit_code() ? cancelled(error) : source->next(source, &batch, error);
        if (status != TARN_OK || !batch.release)
            break;
        for (int64_t row = 0; row < batch.length && status == TARN_OK && printed != limit && !output_failed(); row++) {
            fputs(printed++ ? ",\n" : "\n", stdout);
            status = print_json_row(names, source->schema, &batch, row, &line, error);
        }
        batch.release(&batch);
    }
    fputs(printed ? "\n]\n" : "]\n", stdout);
    for (int64_t c = 0; c < source->schema->n_children; c++)
        free(names[c]);
    free(names);
    tarn_text_clear(&line);
    return status;
}

char *rows_describe_columns(const struct ArrowSchema *schema, const rows_printed *printed) {
    char *count = human_counted(schema->n_children, "column", "columns");
    cli_text text = {0};
    cli_text_add_string(&text, count);
    if (printed->hidden)
        cli_text_printf(&text, " (%zu not shown: %s)", printed->hidden_count, printed->hidden);
    if (printed->has_null)
        cli_text_add_string(&text, " · " CELL_NULL " is null");
    free(count);
    return text.data;
}
