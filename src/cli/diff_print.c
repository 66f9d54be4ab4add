// Comparisons as people read them.
#include "diff.h"

#include "cells.h"
#include "grid.h"
#include "human.h"
#include "print.h"
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
    if (side->version > 0)
        cli_print("%s@%" PRIu64, side->table, side->version);
    else
        cli_print("%s", side->table); /* a file */
}

static void print_fate(const tarn_diff_column *column) {
    if (column->left_out)
        return;
    if (column->before == NULL)
        cli_print("column %s was added%s%s\n", column->after, column->type_after ? ": " : "",
                  column->type_after ? column->type_after : "");
    else if (column->after == NULL)
        cli_print("column %s was removed\n", column->before);
    else if (column->renamed)
        cli_print("column %s became %s\n", column->before, column->after);
    else if (column->mapped)
        cli_print("column %s is compared with %s\n", column->before, column->after);
    if (column->mismatched)
        cli_print("column %s: %s before, %s after: compared as text\n", column->after, column->type_before,
                  column->type_after);
    else if (column->retyped)
        cli_print("column %s: type %s became %s\n", column->after, column->type_before, column->type_after);
}

static void print_bad_keys(const char *what, const tarn_diff_side *before, const tarn_diff_side *after, int64_t befores,
                           int64_t afters) {
    char *was = human_count(befores), *is = human_count(afters);
    if (befores + afters > 0) {
        cli_print("not matched, %s: %s in ", what, was);
        print_side(before);
        cli_print(", %s in ", is);
        print_side(after);
        cli_print("\n");
    }
    free(is);
    free(was);
}

static void print_keys(const tarn_diff_info *info) {
    const char *between = info->key_chosen ? "the rows have no numbers in common: matched by " : "rows matched by ";
    size_t count = 0;
    for (size_t i = 0; i < info->column_count; i++) {
        if (info->columns[i].is_key) {
            cli_print("%s%s", between, info->columns[i].after);
            between = ", ";
            count++;
        }
    }
    if (info->key_chosen)
        cli_print(", which %s in every row; --key names others",
                  count == 1 ? "has a different value" : "together have different values");
    cli_print("\n");
    print_bad_keys("the key is null", &info->before, &info->after, info->before.null_keys, info->after.null_keys);
    print_bad_keys("several rows have the key", &info->before, &info->after, info->before.duplicate_keys,
                   info->after.duplicate_keys);
}

void diff_print_head(cli *cli, const tarn_diff_info *info) {
    fputs(style_bold(cli->colour), stdout);
    print_side(&info->before);
    fputs(" → ", stdout);
    print_side(&info->after);
    cli_print("%s\n", style_end(cli->colour));
    if (info->by_key)
        print_keys(info);
    for (size_t i = 0; i < info->column_count; i++)
        print_fate(&info->columns[i]);
    if (info->order_differs) {
        char *moved = human_counted(info->moved, "row", "rows");
        cli_print("the order of the rows changed: %s moved\n", moved);
        free(moved);
    }
}

void diff_print_counts(cli *cli, const tarn_diff_info *info) {
    char *added = human_counted(info->added, "row", "rows"), *removed = human_count(info->removed);
    char *modified = human_count(info->modified), *cells = human_counted(info->cells, "cell", "cells");
    char *unmatched = human_count(info->unmatched);
    cli_print("%s%s added%s, %s%s removed%s, %s modified (%s)", style_green(cli->colour), added, style_end(cli->colour),
              style_red(cli->colour), removed, style_end(cli->colour), modified, cells);
    cli_print(info->unmatched > 0 ? ", %s not matched\n" : "\n", unmatched);
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

static place *find_places(const tarn_diff_info *info, size_t *count, size_t *important) {
    place *places = cli_allocate(info->column_count + 1, sizeof(*places));
    *count = *important = 0;
    for (int wanted = 0; wanted < 3; wanted++) {
        int64_t at = FIXED_COLUMNS;
        for (size_t i = 0; i < info->column_count; i++) {
            const tarn_diff_column *column = &info->columns[i];
            if (column->left_out)
                continue;
            place found = {column, column->before ? at++ : -1, -1};
            found.after = column->after ? at++ : -1;
            if (rank(info, i) != wanted)
                continue;
            places[(*count)++] = found;
            *important += wanted < 2;
        }
    }
    return places;
}

/** Row `i` of a page's column as text, freed with tarn_text_clear; `*out` NULL: null, or there is no such column. */
static tarn_status read_value(const struct ArrowSchema *schema, const struct ArrowArray *page, int64_t column,
                              int64_t i, tarn_text *text, const char **out, tarn_error *error) {
    bool is_null = true;
    *out = NULL;
    if (column < 0)
        return TARN_OK;
    tarn_status status = tarn_print_value(schema->children[column], page->children[column], i, text, &is_null, error);
    if (status == TARN_OK && !is_null)
        *out = text->data ? text->data : "";
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

/** Bytes that both begin with, up to a border of characters. */
static size_t same_start(const cli_text *a, const cli_text *b) {
    size_t same = 0;
    while (same < a->size && same < b->size && a->data[same] == b->data[same])
        same++;
    while (same > 0 && same < a->size && same < b->size && ((unsigned char)a->data[same] & 0xC0) == 0x80)
        same--;
    return same;
}

/** Bytes that both end with, behind the first `start`. */
static size_t same_end(const cli_text *a, const cli_text *b, size_t start) {
    size_t same = 0;
    while (same < a->size - start && same < b->size - start &&
           a->data[a->size - 1 - same] == b->data[b->size - 1 - same])
        same++;
    while (same > 0 && ((unsigned char)a->data[a->size - same] & 0xC0) == 0x80)
        same--;
    return same;
}

/** A value with the part of it marked that is different on the other side. */
static size_t add_side_spans(grid_span *spans, size_t at, size_t size, size_t start, size_t end, grid_style style,
                             grid_style mark) {
    spans[0] = (grid_span){at, at + start, style};
    spans[1] = (grid_span){at + start, at + size - end, mark};
    spans[2] = (grid_span){at + size - end, at + size, style};
    return 3;
}

static void add_change(grid *grid, cli_text *before, const cli_text *after) {
    static const char arrow[] = " → ";
    grid_span spans[6];
    size_t start = same_start(before, after), end = same_end(before, after, start), count;
    count = add_side_spans(spans, 0, before->size, start, end, GRID_RED, GRID_RED_MARK);
    count += add_side_spans(spans + count, before->size + strlen(arrow), after->size, start, end, GRID_GREEN,
                            GRID_GREEN_MARK);
    cli_text_add_string(before, arrow);
    cli_text_add(before, after->data, after->size);
    grid_add_spans(grid, before, spans, count);
}

static void add_values(grid *grid, bool before, const char *was, size_t was_size, bool after, const char *is,
                       size_t is_size, grid_style style) {
    cli_text old = {0}, new = {0};
    if (before && after) {
        cell_quote_both(&old, was, was_size, &new, is, is_size);
        add_change(grid, &old, &new);
    } else {
        if (before || after)
            cell_quote_both(&old, before ? was : is, before ? was_size : is_size, &new, NULL, 0);
        grid_add_escaped(grid, &old, style);
    }
    cli_text_free(&old);
    cli_text_free(&new);
}

static tarn_status add_cell(grid *grid, const place *place, const struct ArrowSchema *schema,
                            const struct ArrowArray *page, int64_t i, bool was, bool is, tarn_error *error) {
    tarn_text old = {0}, new = {0};
    const char *before, *after;
    bool differs = was && is && place->after >= 0 && is_listed(page->children[3], i, place->column->after);
    bool shows_before = place->before >= 0 && (is ? differs || place->after < 0 : true) && was;
    bool shows_after = place->after >= 0 && is;
    tarn_status status = read_value(schema, page, shows_before ? place->before : -1, i, &old, &before, error);
    if (status == TARN_OK)
        status = read_value(schema, page, shows_after ? place->after : -1, i, &new, &after, error);
    if (status == TARN_OK)
        add_values(grid, shows_before, before, old.size, shows_after, after, new.size,
                   was && is ? GRID_PLAIN
                   : is      ? GRID_GREEN
                             : GRID_RED);
    tarn_text_clear(&old);
    tarn_text_clear(&new);
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
    size_t count, important, width = full ? 0 : terminal_width(STDOUT_FILENO);
    place *places = find_places(info, &count, &important);
    tarn_status status = TARN_OK;
    grid grid;
    grid_begin(&grid, count + 2, cli->colour, width, full || width ? 0 : CELL_LIMIT);
    grid.important = important + 2;
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
        cli_print("%s%zu columns do not fit; --full shows all%s\n", style_dim(cli->colour), grid.hidden,
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

static void print_value_change(cli *cli, const tarn_diff_value *value) {
    cli_text before = {0}, after = {0};
    char *count = human_count(value->count);
    cell_quote_both(&before, value->before, value->before ? strlen(value->before) : 0, &after, value->after,
                    value->after ? strlen(value->after) : 0);
    cli_print("  %s%s%s → %s%s%s  ×%s\n", style_red(cli->colour), before.data, style_end(cli->colour),
              style_green(cli->colour), after.data, style_end(cli->colour), count);
    free(count);
    cli_text_free(&before);
    cli_text_free(&after);
}

void diff_print_summary(cli *cli, const tarn_diff_info *info, const tarn_diff_values *values) {
    for (size_t i = 0; i < info->column_count; i++) {
        if (info->columns[i].modified == 0)
            continue;
        char *cells = human_counted(info->columns[i].modified, "cell", "cells");
        char *different = human_counted(values[i].different, "different change", "different changes");
        cli_print("%s%s%s: %s, %s%s of value\n", style_bold(cli->colour), info->columns[i].after,
                  style_end(cli->colour), cells, values[i].complete ? "" : "more than ", different);
        for (size_t k = 0; k < values[i].count; k++) {
            print_value_change(cli, &values[i].list[k]);
        }
        free(different);
        free(cells);
    }
}
