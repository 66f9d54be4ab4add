#include "diff.h"

#include "cells.h"
#include "grid.h"
#include "human.h"
#include "terminal.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIXED_COLUMNS = 4, BAR = 40, CELL_LIMIT = 100 };

/* ---- the head ---- */

static void print_side(const tarn_diff_side *side) {
    printf("%s@%" PRIu64, side->table, side->version);
}

static void print_fate(const tarn_diff_column *column) {
    if (column->left_out)
        return;
    if (column->before == NULL)
        printf("column %s was added: %s\n", column->after, column->type_after);
    else if (column->after == NULL)
        printf("column %s was removed\n", column->before);
    else if (column->renamed)
        printf("column %s became %s\n", column->before, column->after);
    if (column->retyped)
        printf("column %s: type %s became %s\n", column->after, column->type_before, column->type_after);
}

static void print_bad_keys(const char *what, const tarn_diff_side *before, const tarn_diff_side *after, int64_t befores,
                           int64_t afters) {
    char *was = human_count(befores), *is = human_count(afters);
    if (befores + afters > 0)
        printf("not matched, %s: %s in %s@%" PRIu64 ", %s in %s@%" PRIu64 "\n", what, was, before->table,
               before->version, is, after->table, after->version);
    free(is);
    free(was);
}

static void print_keys(const tarn_diff_info *info) {
    const char *between = "rows matched by ";
    for (size_t i = 0; i < info->column_count; i++) {
        if (info->columns[i].is_key) {
            printf("%s%s", between, info->columns[i].after);
            between = ", ";
        }
    }
    printf("%s\n", info->key_chosen ? ", which has a different value in every row; --key names others" : "");
    print_bad_keys("the key is null", &info->before, &info->after, info->before.null_keys, info->after.null_keys);
    print_bad_keys("several rows have the key", &info->before, &info->after, info->before.duplicate_keys,
                   info->after.duplicate_keys);
}

void diff_print_head(cli *cli, const tarn_diff_info *info) {
    fputs(style_bold(cli->colour), stdout);
    print_side(&info->before);
    fputs(" → ", stdout);
    print_side(&info->after);
    printf("%s\n", style_end(cli->colour));
    if (info->by_key)
        print_keys(info);
    for (size_t i = 0; i < info->column_count; i++)
        print_fate(&info->columns[i]);
    if (info->order_differs) {
        char *moved = human_counted(info->moved, "row", "rows");
        printf("the order of the rows changed: %s moved\n", moved);
        free(moved);
    }
}

void diff_print_counts(cli *cli, const tarn_diff_info *info) {
    char *added = human_counted(info->added, "row", "rows"), *removed = human_count(info->removed);
    char *modified = human_count(info->modified), *cells = human_counted(info->cells, "cell", "cells");
    char *unmatched = human_count(info->unmatched);
    printf("%s%s added%s, %s%s removed%s, %s modified (%s)", style_green(cli->colour), added, style_end(cli->colour),
           style_red(cli->colour), removed, style_end(cli->colour), modified, cells);
    printf(info->unmatched > 0 ? ", %s not matched\n" : "\n", unmatched);
    free(unmatched);
    free(cells);
    free(modified);
    free(removed);
    free(added);
}

/* ---- rows ---- */

/** Where a column's values are in a page; -1: nowhere. */
typedef struct place {
    const tarn_diff_column *column;
    int64_t before, after;
} place;

/** Keys first, or the first column, then those that differ, so that a narrow terminal leaves out others. */
static int rank(const tarn_diff_info *info, size_t i) {
    const tarn_diff_column *column = &info->columns[i];
    bool first = info->by_key ? column->is_key : i == 0;
    return first ? 0 : column->modified > 0 ? 1 : 2;
}

static place *find_places(const tarn_diff_info *info, size_t *count) {
    place *places = cli_allocate(info->column_count + 1, sizeof(*places));
    *count = 0;
    for (int wanted = 0; wanted < 3; wanted++) {
        int64_t at = FIXED_COLUMNS;
        for (size_t i = 0; i < info->column_count; i++) {
            const tarn_diff_column *column = &info->columns[i];
            if (column->left_out)
                continue;
            place found = {column, column->before ? at++ : -1, -1};
            found.after = column->after ? at++ : -1;
            if (rank(info, i) == wanted)
                places[(*count)++] = found;
        }
    }
    return places;
}

static tarn_status add_value(cli_text *cell, const struct ArrowSchema *schema, const struct ArrowArray *array,
                             int64_t i, tarn_error *error) {
    tarn_text value = {0};
    bool is_null = false;
    tarn_status status = tarn_print_value(schema, array, i, &value, &is_null, error);
    if (status == TARN_OK && is_null)
        cli_text_add_string(cell, CELL_NULL);
    else if (status == TARN_OK)
        cell_quote(cell, value.data ? value.data : "", value.size);
    tarn_text_clear(&value);
    return status;
}

/** Whether the list of names in row `i` has `name`. */
static bool is_listed(const struct ArrowArray *list, int64_t i, const char *name) {
    const int32_t *ends = (const int32_t *)list->buffers[1] + list->offset;
    const struct ArrowArray *names = list->children[0];
    const int32_t *text_ends = (const int32_t *)names->buffers[1] + names->offset;
    for (int32_t k = ends[i]; k < ends[i + 1]; k++) {
        size_t size = (size_t)(text_ends[k + 1] - text_ends[k]);
        if (size == strlen(name) && memcmp((const char *)names->buffers[2] + text_ends[k], name, size) == 0)
            return true;
    }
    return false;
}

static tarn_status add_cell(grid *grid, const place *place, const struct ArrowSchema *schema,
                            const struct ArrowArray *page, int64_t i, bool was, bool is, tarn_error *error) {
    cli_text cell = {0};
    tarn_status status = TARN_OK;
    bool differs = was && is && place->after >= 0 && is_listed(page->children[3], i, place->column->after);
    bool before = place->before >= 0 && (is ? differs || place->after < 0 : true) && was;
    bool after = place->after >= 0 && is;
    if (before)
        status = add_value(&cell, schema->children[place->before], page->children[place->before], i, error);
    if (before && after)
        cli_text_add_string(&cell, " → ");
    if (status == TARN_OK && after)
        status = add_value(&cell, schema->children[place->after], page->children[place->after], i, error);
    grid_add_escaped(grid, &cell, differs ? GRID_YELLOW : was && is ? GRID_PLAIN : is ? GRID_GREEN : GRID_RED);
    return status;
}

static tarn_status add_row(grid *grid, const place *places, size_t count, const struct ArrowSchema *schema,
                           const struct ArrowArray *page, int64_t i, tarn_error *error) {
    tarn_text kind = {0}, row = {0};
    bool not_was = false, not_is = false, ignored;
    tarn_status status = tarn_print_value(schema->children[0], page->children[0], i, &kind, &ignored, error);
    if (status == TARN_OK)
        status = tarn_print_value(schema->children[1], page->children[1], i, &row, &not_was, error);
    row.size = not_was ? 0 : row.size;
    tarn_text after = {0};
    if (status == TARN_OK)
        status = tarn_print_value(schema->children[2], page->children[2], i, &after, &not_is, error);
    if (status == TARN_OK) {
        grid_style style = not_was ? GRID_GREEN : not_is ? GRID_RED : GRID_YELLOW;
        bool unmatched = strcmp(kind.data, "unmatched") == 0;
        grid_add(grid, unmatched ? not_was ? "?+" : "?-" : not_was ? "+" : not_is ? "-" : "~", style);
        grid_add(grid, not_is ? row.data : after.data, GRID_DIM);
    }
    for (size_t c = 0; c < count && status == TARN_OK; c++)
        status = add_cell(grid, &places[c], schema, page, i, !not_was, !not_is, error);
    tarn_text_clear(&after);
    tarn_text_clear(&row);
    tarn_text_clear(&kind);
    return status;
}

tarn_status diff_print_page(cli *cli, const tarn_diff_info *info, const struct ArrowSchema *schema,
                            const struct ArrowArray *page, bool full, tarn_error *error) {
    size_t count, width = full ? 0 : terminal_width(STDOUT_FILENO);
    place *places = find_places(info, &count);
    tarn_status status = TARN_OK;
    grid grid;
    grid_begin(&grid, count + 2, cli->colour, width, full || width ? 0 : CELL_LIMIT);
    grid_column_set(&grid, 0, "", NULL, false);
    grid_column_set(&grid, 1, "row", NULL, true);
    for (size_t c = 0; c < count; c++)
        grid_column_set(&grid, c + 2, places[c].column->after ? places[c].column->after : places[c].column->before,
                        NULL, false);
    for (int64_t i = 0; i < page->length && status == TARN_OK; i++)
        status = add_row(&grid, places, count, schema, page, i, error);
    if (status == TARN_OK)
        grid_print(&grid, stdout);
    if (grid.hidden)
        printf("%s%zu columns do not fit; --full shows all%s\n", style_dim(cli->colour), grid.hidden,
               style_end(cli->colour));
    grid_free(&grid);
    free(places);
    return status;
}

/* ---- statistics ---- */

void diff_print_stat(cli *cli, const tarn_diff_info *info) {
    int64_t most = 1;
    grid grid;
    for (size_t i = 0; i < info->column_count; i++)
        most = info->columns[i].modified > most ? info->columns[i].modified : most;
    grid_begin(&grid, 3, cli->colour, terminal_width(STDOUT_FILENO), 0);
    grid_column_set(&grid, 0, "column", NULL, false);
    grid_column_set(&grid, 1, "cells", NULL, true);
    grid_column_set(&grid, 2, "", NULL, false);
    for (size_t i = 0; i < info->column_count; i++) {
        const tarn_diff_column *column = &info->columns[i];
        if (column->modified == 0)
            continue;
        int64_t length = 1 + (int64_t)((double)(column->modified - 1) / (double)most * (BAR - 1));
        grid_add(&grid, column->after, GRID_PLAIN);
        grid_add_owned(&grid, human_count(column->modified), GRID_PLAIN);
        grid_add_owned(&grid, cli_format("%.*s", (int)length, "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"), GRID_YELLOW);
    }
    if (grid_rows(&grid) > 0)
        grid_print(&grid, stdout);
    grid_free(&grid);
}

static void add_side(cli_text *line, const char *text) {
    if (text)
        cell_quote(line, text, strlen(text));
    else
        cli_text_add_string(line, CELL_NULL);
}

void diff_print_summary(cli *cli, const tarn_diff_info *info, const tarn_diff_values *values) {
    for (size_t i = 0; i < info->column_count; i++) {
        if (info->columns[i].modified == 0)
            continue;
        char *cells = human_counted(info->columns[i].modified, "cell", "cells");
        char *different = human_counted(values[i].different, "different change", "different changes");
        printf("%s%s%s: %s, %s%s of value\n", style_bold(cli->colour), info->columns[i].after, style_end(cli->colour),
               cells, values[i].complete ? "" : "more than ", different);
        for (size_t k = 0; k < values[i].count; k++) {
            cli_text line = {0};
            char *count = human_count(values[i].list[k].count);
            add_side(&line, values[i].list[k].before);
            cli_text_add_string(&line, " → ");
            add_side(&line, values[i].list[k].after);
            printf("  %s  ×%s\n", line.data, count);
            free(count);
            cli_text_free(&line);
        }
        free(different);
        free(cells);
    }
}
