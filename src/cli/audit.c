// Events of the audit log, and what they did to rows, as people read them.
#include "audit.h"

#include "cells.h"
#include "grid.h"
#include "human.h"
#include "json.h"
#include "parameters.h"
#include "print.h"
#include "terminal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- events ---- */

static void add_value(cli_text *text, const char *value) {
    if (value)
        cell_quote(text, value, strlen(value));
    else
        cli_text_add_string(text, CELL_NULL);
}

/** "set column=city expr=trim(city)", "edit column=city row=3: Pari → Paris" */
static void add_what(grid *grid, const tarn_audit_event *event) {
    cli_text text = {0}, parameters = {0};
    bool plain = !event->command || strcmp(event->kind, "command") == 0 || strcmp(event->kind, event->command) == 0;
    cli_text_add_string(&text, event->command && plain ? event->command : event->kind);
    if (!plain)
        cli_text_printf(&text, " %s", event->command);
    parameters_add_text(&parameters, event->parameters, event->is_edit);
    if (parameters.size)
        cell_escape(&text, parameters.data, parameters.size);
    if (event->is_edit) {
        cli_text_add_string(&text, ": ");
        add_value(&text, event->old_value);
        cli_text_add_string(&text, " → ");
        add_value(&text, event->new_value);
    }
    grid_add_escaped(grid, &text, GRID_PLAIN);
    cli_text_free(&parameters);
}

static void add_tables(grid *grid, const tarn_audit_event *event) {
    cli_text names = {0}, versions = {0};
    for (size_t i = 0; i < event->table_count; i++) {
        const tarn_audit_table *table = &event->tables[i];
        cli_text_printf(&names, "%s%s", i ? ", " : "", table->name);
        cli_text_add_string(&versions, i ? ", " : "");
        if (table->before && table->before != table->after)
            cli_text_printf(&versions, "%" PRIu64 " → ", table->before);
        cli_text_printf(&versions, "%" PRIu64, table->after);
    }
    grid_add(grid, names.data ? names.data : "", GRID_PLAIN);
    grid_add(grid, versions.data ? versions.data : "", GRID_PLAIN);
    cli_text_free(&names);
    cli_text_free(&versions);
}

static void add_count(grid *grid, int64_t count) {
    if (count < 0)
        grid_add(grid, "", GRID_PLAIN);
    else
        grid_add_owned(grid, human_count(count), GRID_PLAIN);
}

static bool has_one_user(const tarn_audit_event *events, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (strcmp(events[i].user, events[0].user) != 0)
            return false;
    return true;
}

static void add_event(grid *grid, const tarn_audit_event *event, bool narrow, bool with_user) {
    char hash[13];
    snprintf(hash, sizeof(hash), "%.12s", event->hash);
    add_count(grid, (int64_t)event->number);
    grid_add_owned(grid, human_time(event->time), GRID_PLAIN);
    if (with_user)
        grid_add(grid, event->user, GRID_PLAIN);
    add_tables(grid, event);
    if (!narrow)
        add_count(grid, event->rows);
    add_count(grid, event->cells);
    add_what(grid, event);
    if (!narrow)
        grid_add(grid, hash, GRID_DIM);
}

void audit_print(cli *cli, const tarn_audit_event *events, size_t count) {
    static const char *const all[] = {"event", "time", "user", "table", "versions", "rows", "cells", "what", "hash"};
    static const char *const few[] = {"event", "time", "user", "table", "versions", "cells", "what"};
    if (count == 0) {
        cli_print("no events\n");
        return;
    }
    size_t width = terminal_width(STDOUT_FILENO);
    bool narrow = width > 0 && width < GRID_NARROW, with_user = !narrow || !has_one_user(events, count);
    const char *const *names = narrow ? few : all;
    size_t name_count = narrow ? sizeof(few) / sizeof(*few) : sizeof(all) / sizeof(*all), column = 0;
    grid grid;
    grid_begin(&grid, name_count - !with_user, cli->colour, width, 0);
    for (size_t i = 0; i < name_count; i++)
        if (with_user || strcmp(names[i], "user") != 0)
            grid_column_set(&grid, column++, names[i], NULL, cli_is_listed("event rows cells", names[i]));
    grid.columns[1].whole = true; /* the time */
    for (size_t i = 0; i < count; i++)
        add_event(&grid, &events[i], narrow, with_user);
    grid_print(&grid, stdout);
    grid_free(&grid);
}

/* ---- row detail ---- */

static const char *kind_name(tarn_detail_kind kind) {
    return kind == TARN_DETAIL_ADDED ? "added" : kind == TARN_DETAIL_REMOVED ? "removed" : "changed";
}

/** Nothing where there was or is no row: that is not null. */
static void add_cell(grid *grid, bool there, const char *value, grid_style style) {
    cli_text text = {0};
    if (!there) {
        grid_add(grid, "", GRID_PLAIN);
        return;
    }
    add_value(&text, value);
    grid_add_escaped(grid, &text, value ? style : GRID_DIM);
}

static void print_rows(cli *cli, const tarn_audit_detail *detail) {
    static const char *const names[] = {"row id", "", "column", "before", "after"};
    grid grid;
    grid_begin(&grid, 5, cli->colour, terminal_width(STDOUT_FILENO), 0);
    for (size_t i = 0; i < 5; i++)
        grid_column_set(&grid, i, names[i], NULL, i == 0);
    for (size_t i = 0; i < detail->row_count; i++) {
        const tarn_detail_row *row = &detail->rows[i];
        for (size_t k = 0; k < row->cell_count; k++) {
            char id[32];
            snprintf(id, sizeof(id), "%" PRId64, row->row);
            grid_add(&grid, id, GRID_DIM);
            grid_add(&grid, kind_name(row->kind), GRID_PLAIN);
            grid_add(&grid, row->cells[k].column, GRID_PLAIN);
            add_cell(&grid, row->kind != TARN_DETAIL_ADDED, row->cells[k].before, GRID_RED);
            add_cell(&grid, row->kind != TARN_DETAIL_REMOVED, row->cells[k].after, GRID_GREEN);
        }
    }
    grid_print(&grid, stdout);
    grid_free(&grid);
}

void audit_detail_print(cli *cli, const tarn_audit_detail *detail) {
    cli_print("event %" PRIu64 ": %s", detail->record, detail->table);
    if (detail->before && detail->before != detail->after)
        cli_print(", version %" PRIu64 " → %" PRIu64 "\n", detail->before, detail->after);
    else
        cli_print(", version %" PRIu64 "\n", detail->after);
    if (detail->gone) {
        cli_print("%s\n", detail->gone);
        return;
    }
    for (size_t i = 0; i < detail->note_count; i++)
        cli_print("%s\n", detail->notes[i]);
    if (detail->row_count)
        print_rows(cli, detail);
    else
        cli_print("no rows changed\n");
    if (!detail->complete)
        cli_print("%sthese are the first %zu rows; -n shows more%s\n", style_dim(cli->colour), detail->row_count,
                  style_end(cli->colour));
}
