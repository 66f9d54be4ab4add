// A table on the terminal.
#include "grid.h"

#include "cells.h"
#include "terminal.h"

#include <stdlib.h>
#include <string.h>

/** Columns between two columns, and what a column keeps when room is short. */
enum { GAP = 2, SHRUNK = 10 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

static grid_cell make_cell(const char *text, grid_style style) {
    cli_text escaped = {0};
    cell_escape(&escaped, text, strlen(text));
    return (grid_cell){
        .text = escaped.data, .size = escaped.size, .width = cell_width(escaped.data, escaped.size), .style = style};
}

void grid_begin(grid *grid, size_t columns, bool colour, size_t limit, size_t cell_limit) {
    memset(grid, 0, sizeof(*grid));
    grid->columns = cli_allocate(columns, sizeof(*grid->columns));
    grid->column_count = columns;
    grid->colour = colour;
    grid->limit = limit;
    grid->cell_limit = cell_limit;
}

void grid_column_set(grid *grid, size_t i, const char *name, const char *type, bool right) {
    grid_column *column = &grid->columns[i];
    column->name = make_cell(name, GRID_PLAIN);
    column->right = right;
    column->natural = column->name.width;
    if (!type)
        return;
    grid->has_types = true;
    column->type = make_cell(type, GRID_DIM);
    if (column->type.width > column->natural)
        column->natural = column->type.width;
}

static void add_cell(grid *grid, grid_cell cell) {
    if (grid->cell_count == grid->cell_capacity) {
        grid->cell_capacity = grid->cell_capacity ? grid->cell_capacity * 2 : 256;
        grid->cells = cli_resize(grid->cells, grid->cell_capacity, sizeof(*grid->cells));
    }
    grid_column *column = &grid->columns[grid->cell_count % grid->column_count];
    if (!grid->laid_out && cell.width > column->natural)
        column->natural = cell.width;
    grid->cells[grid->cell_count++] = cell;
}

void grid_add(grid *grid, const char *text, grid_style style) {
    add_cell(grid, make_cell(text, style));
}

static grid_cell take_text(cli_text *text, grid_style style) {
    cli_text_add(text, "", 0);
    grid_cell cell = {
        .text = text->data, .size = text->size, .width = cell_width(text->data, text->size), .style = style};
    *text = (cli_text){0};
    return cell;
}

void grid_add_escaped(grid *grid, cli_text *text, grid_style style) {
    add_cell(grid, take_text(text, style));
}

void grid_add_spans(grid *grid, cli_text *text, const grid_span *spans, size_t count) {
    grid_cell cell = take_text(text, GRID_PLAIN);
    cell.spans = cli_allocate(count + 1, sizeof(*cell.spans));
    cell.span_count = count;
    memcpy(cell.spans, spans, count * sizeof(*spans));
    add_cell(grid, cell);
}

void grid_add_owned(grid *grid, char *text, grid_style style) {
    grid_add(grid, text, style);
    free(text);
}

size_t grid_rows(const grid *grid) {
    return grid->column_count ? grid->cell_count / grid->column_count : 0;
}

/** The width that a column takes where others are shrunk to `width`. */
static size_t shrunk(const grid_column *column, size_t width) {
    return column->whole ? column->natural : least(column->natural, width);
}

/** The greatest width such that columns no wider than it keep theirs, the others get it, and all fit into `room`. */
static size_t fair_width(const grid *grid, size_t shown, size_t room) {
    size_t low = 1, high = room + 1;
    while (low < high) {
        size_t middle = low + (high - low + 1) / 2, sum = 0;
        for (size_t i = 0; i < shown; i++)
            sum += shrunk(&grid->columns[i], middle);
        if (sum <= room)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/** How many columns, from the left, fit when each is shrunk as far as allowed; at least one. */
static size_t fitting(const grid *grid) {
    size_t used = 0, shown = 0;
    for (; shown < grid->column_count; shown++) {
        used += shrunk(&grid->columns[shown], SHRUNK) + (shown ? GAP : 0);
        if (used > grid->limit)
            break;
    }
    return shown ? shown : least(grid->column_count, 1);
}

/** How many columns fit when the important ones keep their width; 0: not even these. */
static size_t fitting_beside_important(const grid *grid) {
    size_t used = 0, shown = 0;
    for (; shown < grid->column_count; shown++) {
        used += grid->columns[shown].natural + (shown ? GAP : 0);
        if (used > grid->limit)
            break;
    }
    return shown >= grid->important ? shown : 0;
}

void grid_lay_out(grid *grid) {
    size_t shown = grid->column_count;
    size_t widest = SIZE_MAX;
    if (grid->cell_limit)
        for (size_t i = 0; i < shown; i++)
            grid->columns[i].natural = least(grid->columns[i].natural, grid->cell_limit);
    size_t beside = grid->limit && grid->important ? fitting_beside_important(grid) : 0;
    if (beside) {
        shown = beside;
    } else if (grid->limit && shown) {
        shown = fitting(grid);
        if (grid->important)
            shown = least(shown, grid->important);
        size_t gaps = GAP * (shown - 1);
        widest = fair_width(grid, shown, grid->limit > gaps ? grid->limit - gaps : 1);
    }
    for (size_t i = 0; i < grid->column_count; i++)
        grid->columns[i].width = i < shown ? shrunk(&grid->columns[i], widest) : 0;
    grid->hidden = grid->column_count - shown;
    grid->laid_out = true;
}

static void pad(FILE *out, size_t width) {
    while (width-- > 0)
        fputc(' ', out);
}

static const char *style_code(const grid *grid, grid_style style) {
    switch (style) {
    case GRID_DIM:
        return style_dim(grid->colour);
    case GRID_GREEN:
        return style_green(grid->colour);
    case GRID_RED:
        return style_red(grid->colour);
    case GRID_YELLOW:
        return style_yellow(grid->colour);
    case GRID_GREEN_MARK:
        return grid->colour ? "\033[7;32m" : "";
    case GRID_RED_MARK:
        return grid->colour ? "\033[7;31m" : "";
    default:
        return "";
    }
}

/** Text of which the first `kept` bytes are the cell's. */
static void print_spans(const grid *grid, const grid_cell *cell, const char *text, size_t size, size_t kept,
                        FILE *out) {
    size_t at = 0;
    for (size_t i = 0; i < cell->span_count && at < kept; i++) {
        size_t from = least(cell->spans[i].from, kept), to = least(cell->spans[i].to, kept);
        const char *code = style_code(grid, cell->spans[i].style);
        fwrite(text + at, 1, from - at, out);
        if (to > from) {
            fputs(code, out);
            fwrite(text + from, 1, to - from, out);
            if (*code)
                fputs(style_end(true), out);
        }
        at = to;
    }
    fwrite(text + at, 1, size - at, out);
}

/** One cell in its column. `style` overrides the cell's own when it is not NULL; the last cell gets no padding. */
static void print_cell(const grid *grid, const grid_column *column, const grid_cell *cell, const char *style, bool last,
                       FILE *out) {
    cli_text cut = {0};
    size_t width = cell->width;
    const char *text = cell->text ? cell->text : "";
    size_t size = cell->size, kept = cell->size;
    /* Rows behind the first screenfuls may be wider than those that the layout was made from: only limits cut them. */
    size_t room = grid->limit ? column->width : grid->cell_limit ? grid->cell_limit : SIZE_MAX;
    if (width > room) {
        width = cell_cut(&cut, text, size, room);
        text = cut.data ? cut.data : "";
        size = cut.size;
        kept = size > strlen("…") ? size - strlen("…") : 0;
    }
    size_t padding = width < column->width ? column->width - width : 0;
    const char *code = style ? style : style_code(grid, cell->style);
    if (column->right)
        pad(out, padding);
    fputs(code, out);
    print_spans(grid, cell, text, size, kept, out);
    if (*code)
        fputs(style_end(true), out);
    if (!column->right && !last)
        pad(out, padding);
    cli_text_free(&cut);
}

static void print_line(const grid *grid, const grid_cell *(*cell)(const struct grid *, size_t), const char *style,
                       FILE *out) {
    size_t shown = grid->column_count - grid->hidden;
    for (size_t i = 0; i < shown; i++) {
        if (i)
            pad(out, GAP);
        print_cell(grid, &grid->columns[i], cell(grid, i), style, i + 1 == shown, out);
    }
    fputc('\n', out);
}

static const grid_cell *name_of(const grid *grid, size_t i) {
    return &grid->columns[i].name;
}

static const grid_cell *type_of(const grid *grid, size_t i) {
    return &grid->columns[i].type;
}

void grid_print_header(grid *grid, FILE *out) {
    size_t shown = grid->column_count - grid->hidden;
    print_line(grid, name_of, style_bold(grid->colour), out);
    if (grid->has_types)
        print_line(grid, type_of, style_dim(grid->colour), out);
    fputs(style_dim(grid->colour), out);
    for (size_t i = 0; i < shown; i++) {
        pad(out, i ? GAP : 0);
        for (size_t n = 0; n < grid->columns[i].width; n++)
            fputs("─", out);
    }
    fprintf(out, "%s\n", style_end(grid->colour));
}

static void free_cells(grid *grid) {
    for (size_t i = 0; i < grid->cell_count; i++) {
        free(grid->cells[i].text);
        free(grid->cells[i].spans);
    }
    grid->cell_count = 0;
}

void grid_print_rows(grid *grid, FILE *out) {
    size_t shown = grid->column_count - grid->hidden;
    for (size_t row = 0; row < grid_rows(grid) && !ferror(out); row++) {
        for (size_t i = 0; i < shown; i++) {
            if (i)
                pad(out, GAP);
            print_cell(grid, &grid->columns[i], &grid->cells[row * grid->column_count + i], NULL, i + 1 == shown, out);
        }
        fputc('\n', out);
    }
    free_cells(grid);
}

void grid_print(grid *grid, FILE *out) {
    grid_lay_out(grid);
    grid_print_header(grid, out);
    grid_print_rows(grid, out);
}

void grid_free(grid *grid) {
    free_cells(grid);
    free(grid->cells);
    for (size_t i = 0; i < grid->column_count; i++) {
        free(grid->columns[i].name.text);
        free(grid->columns[i].type.text);
    }
    free(grid->columns);
    memset(grid, 0, sizeof(*grid));
}
