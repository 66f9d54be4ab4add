/* The audit log as a file: for spreadsheets, for reading, for printing. */
#include "history/audit.h"

#include "base/clock.h"
#include "base/shown.h"

#include <inttypes.h>
#include <string.h>

static tarn_status add(tarn_buffer *out, const char *text, tarn_error *error) {
    return tarn_buffer_append(out, text, strlen(text), error);
}

static const char *or_empty(const char *text) {
    return text != NULL ? text : "";
}

/* ---- parts that the formats share ---- */

/* "orders", or "orders, customers". */
static tarn_status add_tables(const tarn_audit_event *event, tarn_buffer *out, tarn_error *error) {
    for (size_t i = 0; i < event->table_count; i++)
        TARN_TRY(tarn_buffer_printf(out, error, "%s%s", i == 0 ? "" : ", ", event->tables[i].name));
    return TARN_OK;
}

/* "3 → 4", or "4" for what changed nothing. */
static tarn_status add_versions(const tarn_audit_event *event, tarn_buffer *out, tarn_error *error) {
    for (size_t i = 0; i < event->table_count; i++) {
        const tarn_audit_table *table = &event->tables[i];
        TARN_TRY(add(out, i == 0 ? "" : ", ", error));
        if (table->before != table->after && table->before != 0)
            TARN_TRY(tarn_buffer_printf(out, error, "%" PRIu64 " → ", table->before));
        TARN_TRY(tarn_buffer_printf(out, error, "%" PRIu64, table->after));
    }
    return TARN_OK;
}

static tarn_status add_count(int64_t count, tarn_buffer *out, tarn_error *error) {
    return count < 0 ? TARN_OK : tarn_buffer_printf(out, error, "%" PRId64, count);
}

/* ---- cells of a line, whatever the format ---- */

enum {
    NUMBER,
    TIME,
    USER,
    EVENT,
    COMMAND,
    TABLES,
    VERSIONS,
    PARAMETERS,
    OLD,
    NEW,
    ROWS,
    CELLS,
    DURATION,
    PREVIOUS,
    HASH,
    COLUMNS
};

static const char *const csv_names[COLUMNS] = {"number", "time",     "user",        "event",    "command",
                                               "tables", "versions", "parameters",  "old",      "new",
                                               "rows",   "cells",    "duration_us", "previous", "hash"};

static tarn_status add_cell(const tarn_audit_event *event, int column, tarn_buffer *out, tarn_error *error) {
    char time[TARN_TIME_TEXT_SIZE];
    switch (column) {
    case NUMBER:
        return tarn_buffer_printf(out, error, "%" PRIu64, event->number);
    case TIME:
        tarn_time_format(event->time, time);
        return add(out, time, error);
    case USER:
        return add(out, event->user, error);
    case EVENT:
        return add(out, event->kind, error);
    case COMMAND:
        return add(out, or_empty(event->command), error);
    case TABLES:
        return add_tables(event, out, error);
    case VERSIONS:
        return add_versions(event, out, error);
    case PARAMETERS:
        return add(out, event->parameters, error);
    case OLD:
        return add(out, or_empty(event->old_value), error);
    case NEW:
        return add(out, or_empty(event->new_value), error);
    case ROWS:
        return add_count(event->rows, out, error);
    case CELLS:
        return add_count(event->cells, out, error);
    case DURATION:
        return tarn_buffer_printf(out, error, "%" PRId64, event->duration);
    case PREVIOUS:
        return add(out, event->previous, error);
    default:
        return add(out, event->hash, error);
    }
}

/* ---- CSV ---- */

static tarn_status quote_csv(const tarn_buffer *cell, tarn_buffer *out, tarn_error *error) {
    bool plain = true;
    for (size_t i = 0; i < cell->size; i++)
        plain = plain && strchr(",\"\r\n", cell->data[i]) == NULL;
    if (plain)
        return tarn_buffer_append(out, cell->data, cell->size, error);
    TARN_TRY(add(out, "\"", error));
    for (size_t i = 0; i < cell->size; i++)
        TARN_TRY(tarn_buffer_append(out, cell->data[i] == '"' ? "\"\"" : (const char *)&cell->data[i],
                                    cell->data[i] == '"' ? 2 : 1, error));
    return add(out, "\"", error);
}

static tarn_status write_csv_line(const tarn_audit_event *event, tarn_buffer *cell, tarn_buffer *out,
                                  tarn_error *error) {
    for (int column = 0; column < COLUMNS; column++) {
        cell->size = 0;
        TARN_TRY(add_cell(event, column, cell, error));
        TARN_TRY(add(out, column == 0 ? "" : ",", error));
        TARN_TRY(quote_csv(cell, out, error));
    }
    return add(out, "\n", error);
}

static tarn_status write_csv(const tarn_audit_event *events, size_t count, tarn_buffer *out, tarn_error *error) {
    tarn_buffer cell = {0};
    tarn_status status = TARN_OK;
    for (int column = 0; column < COLUMNS; column++)
        TARN_CHECK(tarn_buffer_printf(out, error, "%s%s", column == 0 ? "" : ",", csv_names[column]));
    TARN_CHECK(add(out, "\n", error));
    for (size_t i = 0; i < count; i++)
        TARN_CHECK(write_csv_line(&events[i], &cell, out, error));
cleanup:
    tarn_buffer_free(&cell);
    return status;
}

/* ---- text ---- */

static tarn_status add_value(const char *value, tarn_buffer *out, tarn_error *error) {
    if (value == NULL)
        return add(out, "null", error);
    TARN_TRY(add(out, "\"", error));
    TARN_TRY(add(out, value, error));
    return add(out, "\"", error);
}

static tarn_status add_what(const tarn_audit_event *event, tarn_buffer *out, tarn_error *error) {
    TARN_TRY(tarn_buffer_printf(out, error, "%s", event->kind));
    if (event->command != NULL && strcmp(event->command, event->kind) != 0)
        TARN_TRY(tarn_buffer_printf(out, error, " %s", event->command));
    if (strcmp(event->parameters, "{}") != 0) {
        TARN_TRY(add(out, " ", error));
        TARN_TRY(add(out, event->parameters, error));
    }
    if (!event->is_edit)
        return TARN_OK;
    TARN_TRY(add(out, "  ", error));
    TARN_TRY(add_value(event->old_value, out, error));
    TARN_TRY(add(out, " → ", error));
    return add_value(event->new_value, out, error);
}

static tarn_status compose_line(const tarn_audit_event *event, tarn_buffer *out, tarn_error *error) {
    char time[TARN_TIME_TEXT_SIZE];
    tarn_time_format(event->time, time);
    TARN_TRY(tarn_buffer_printf(out, error, "#%" PRIu64 "  %s  ", event->number, time));
    TARN_TRY(add(out, event->user, error));
    TARN_TRY(add(out, "  ", error));
    if (event->table_count > 0) {
        TARN_TRY(add_tables(event, out, error));
        TARN_TRY(add(out, " ", error));
        TARN_TRY(add_versions(event, out, error));
        TARN_TRY(add(out, "  ", error));
    }
    TARN_TRY(add_what(event, out, error));
    if (event->rows >= 0)
        TARN_TRY(tarn_buffer_printf(out, error, "  rows %" PRId64, event->rows));
    if (event->cells >= 0)
        TARN_TRY(tarn_buffer_printf(out, error, "  cells %" PRId64, event->cells));
    return tarn_buffer_printf(out, error, "  %" PRId64 " µs  %s", event->duration, event->hash);
}

/* On one line, whatever is in it. */
static tarn_status show_line(tarn_buffer *line, tarn_buffer *out, tarn_error *error) {
    TARN_TRY(tarn_show_text((const char *)line->data, line->size, out, error));
    return add(out, "\n", error);
}

static tarn_status write_heading(const tarn_audit_about *about, size_t count, tarn_buffer *out, tarn_error *error) {
    char time[TARN_TIME_TEXT_SIZE];
    tarn_time_format(about->now, time);
    TARN_TRY(add(out, "Audit log of ", error));
    TARN_TRY(add(out, about->table != NULL ? about->table : about->workspace, error));
    TARN_TRY(tarn_buffer_printf(out, error, ", %zu event%s, written %s", count, count == 1 ? "" : "s", time));
    if (about->limit > 0)
        TARN_TRY(tarn_buffer_printf(out, error, ", the newest %" PRIu64 " are kept", about->limit));
    return TARN_OK;
}

static tarn_status write_text(const tarn_audit_about *about, const tarn_audit_event *events, size_t count,
                              tarn_buffer *out, tarn_error *error) {
    tarn_buffer line = {0};
    tarn_status status;
    TARN_CHECK(write_heading(about, count, &line, error));
    TARN_CHECK(show_line(&line, out, error));
    TARN_CHECK(add(out, "\n", error));
    for (size_t i = 0; i < count; i++) {
        line.size = 0;
        TARN_CHECK(compose_line(&events[i], &line, error));
        TARN_CHECK(show_line(&line, out, error));
    }
cleanup:
    tarn_buffer_free(&line);
    return status;
}

/* ---- HTML ---- */

static tarn_status escape_html(const tarn_buffer *text, tarn_buffer *out, tarn_error *error) {
    tarn_buffer shown = {0};
    tarn_status status = TARN_OK;
    for (size_t begin = 0; begin < text->size;) { /* lines stay apart */
        const uint8_t *end = memchr(text->data + begin, '\n', text->size - begin);
        size_t size = end != NULL ? (size_t)(end - text->data) - begin : text->size - begin;
        TARN_CHECK(tarn_show_text((const char *)text->data + begin, size, &shown, error));
        if (end != NULL)
            TARN_CHECK(add(&shown, "\n", error));
        begin += size + 1;
    }
    for (size_t i = 0; i < shown.size; i++) {
        unsigned char c = shown.data[i];
        const char *entity = c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : c == '"' ? "&quot;" : NULL;
        TARN_CHECK(entity != NULL ? add(out, entity, error)
                                  : tarn_buffer_append(out, (const char *)&shown.data[i], 1, error));
    }
cleanup:
    tarn_buffer_free(&shown);
    return status;
}

static const char html_start[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Audit log</title>\n<style>\n"
    "body { font: 9pt/1.35 system-ui, sans-serif; margin: 2em; color: #111; }\n"
    "h1 { font-size: 13pt; font-weight: 600; }\n"
    "table { border-collapse: collapse; width: 100%; }\n"
    "th, td { border-bottom: 1px solid #ccc; padding: 3px 6px; text-align: left; vertical-align: top; }\n"
    "th { border-bottom-color: #111; }\n"
    "td { overflow-wrap: anywhere; white-space: pre-wrap; }\n"
    ".n { text-align: right; white-space: nowrap; }\n"
    ".h { font: 7pt monospace; color: #555; }\n"
    "@page { size: A4 landscape; margin: 12mm; }\n"
    "@media print { body { margin: 0; font-size: 8pt; } thead { display: table-header-group; }\n"
    "  tr { break-inside: avoid; } }\n"
    "</style>\n</head>\n<body>\n<h1>";

static const char html_head[] =
    "</h1>\n<table>\n<thead><tr><th class=\"n\">No.</th><th>Time (UTC)</th><th>User</th><th>Event</th><th>Command</th>"
    "<th>Table</th><th>Versions</th><th>Parameters</th><th>Old value</th><th>New value</th><th class=\"n\">Rows</th>"
    "<th class=\"n\">Cells</th><th class=\"n\">µs</th><th>SHA-256 of the event before</th><th>SHA-256</th></tr></thead>"
    "\n<tbody>\n";

static tarn_status write_html_line(const tarn_audit_event *event, tarn_buffer *cell, tarn_buffer *out,
                                   tarn_error *error) {
    TARN_TRY(add(out, "<tr>", error));
    for (int column = 0; column < COLUMNS; column++) {
        bool number = column == NUMBER || column == ROWS || column == CELLS || column == DURATION;
        bool hash = column == PREVIOUS || column == HASH;
        cell->size = 0;
        TARN_TRY(add_cell(event, column, cell, error));
        TARN_TRY(add(out, number ? "<td class=\"n\">" : hash ? "<td class=\"h\">" : "<td>", error));
        TARN_TRY(escape_html(cell, out, error));
        TARN_TRY(add(out, "</td>", error));
    }
    return add(out, "</tr>\n", error);
}

static tarn_status write_html(const tarn_audit_about *about, const tarn_audit_event *events, size_t count,
                              tarn_buffer *out, tarn_error *error) {
    tarn_buffer cell = {0};
    tarn_status status;
    TARN_CHECK(add(out, html_start, error));
    TARN_CHECK(write_heading(about, count, &cell, error));
    TARN_CHECK(escape_html(&cell, out, error));
    TARN_CHECK(add(out, html_head, error));
    for (size_t i = 0; i < count; i++)
        TARN_CHECK(write_html_line(&events[i], &cell, out, error));
    status = add(out, "</tbody>\n</table>\n</body>\n</html>\n", error);
cleanup:
    tarn_buffer_free(&cell);
    return status;
}

tarn_status tarn_audit_write(const char *format, const tarn_audit_about *about, const tarn_audit_event *events,
                             size_t count, tarn_buffer *out, tarn_error *error) {
    if (strcmp(format, "csv") == 0)
        return write_csv(events, count, out, error);
    if (strcmp(format, "text") == 0)
        return write_text(about, events, count, out, error);
    if (strcmp(format, "html") == 0)
        return write_html(about, events, count, out, error);
    return tarn_fail(error, TARN_E_INVALID, "an audit log is written as csv, text or html, not as \"%s\"", format);
}
