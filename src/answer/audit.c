// Events of the audit log as JSON.
#include "answer/answer.h"

static json_t *tables_json(const tarn_audit_event *event) {
    json_t *list = json_array();
    for (size_t i = 0; i < event->table_count; i++) {
        const tarn_audit_table *table = &event->tables[i];
        json_array_append_new(list, json_pack("{s:o,s:o,s:o}", "table", tarn_answer_text(table->name), "before",
                                              tarn_answer_number(table->before), "version",
                                              tarn_answer_number(table->after)));
    }
    return list;
}

static json_t *event_json(const tarn_audit_event *event) {
    json_t *object = json_pack("{s:I,s:o,s:o,s:o,s:o,s:o}", "number", (json_int_t)event->number, "time",
                               tarn_answer_time(event->time), "user", tarn_answer_text(event->user), "event",
                               tarn_answer_text(event->kind), "command", tarn_answer_text(event->command), "tables",
                               tables_json(event));
    json_object_set_new(object, "parameters", tarn_answer_parameters(event->parameters));
    if (event->is_edit) {
        json_object_set_new(object, "old", tarn_answer_text(event->old_value));
        json_object_set_new(object, "new", tarn_answer_text(event->new_value));
    }
    json_object_set_new(object, "rows_changed", tarn_answer_count(event->rows));
    json_object_set_new(object, "cells_changed", tarn_answer_count(event->cells));
    json_object_set_new(object, "duration_us", tarn_answer_count(event->duration));
    json_object_set_new(object, "previous", json_string(event->previous));
    json_object_set_new(object, "hash", json_string(event->hash));
    return object;
}

json_t *tarn_answer_audit(const tarn_audit_event *events, size_t count) {
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, event_json(&events[i]));
    return list;
}

static const char *kind_name(tarn_detail_kind kind) {
    return kind == TARN_DETAIL_ADDED ? "added" : kind == TARN_DETAIL_REMOVED ? "removed" : "changed";
}

static json_t *row_json(const tarn_detail_row *row) {
    json_t *cells = json_array();
    for (size_t i = 0; i < row->cell_count; i++)
        json_array_append_new(cells, json_pack("{s:o,s:o,s:o}", "column", tarn_answer_text(row->cells[i].column),
                                               "before", tarn_answer_text(row->cells[i].before), "after",
                                               tarn_answer_text(row->cells[i].after)));
    return json_pack("{s:I,s:s,s:o}", "row", (json_int_t)row->row, "change", kind_name(row->kind), "cells", cells);
}

json_t *tarn_answer_tip(const tarn_audit_tip *tip) {
    return json_pack("{s:I,s:s}", "number", (json_int_t)tip->number, "hash", tip->hash);
}

json_t *tarn_answer_audit_verified(uint64_t events, const tarn_audit_tip *tip) {
    return json_pack("{s:b,s:I,s:o}", "holds", true, "events", (json_int_t)events, "tip", tarn_answer_tip(tip));
}

json_t *tarn_answer_audit_export(const char *path, const char *format, size_t events) {
    return json_pack("{s:o,s:s,s:I}", "path", tarn_answer_text(path), "format", format, "events", (json_int_t)events);
}

json_t *tarn_answer_audit_limit(uint64_t keep) {
    return json_pack("{s:I}", "keep", (json_int_t)keep);
}

json_t *tarn_answer_audit_detail(const tarn_audit_detail *detail) {
    json_t *notes = tarn_answer_texts(detail->notes, detail->note_count), *rows = json_array();
    for (size_t i = 0; i < detail->row_count; i++)
        json_array_append_new(rows, row_json(&detail->rows[i]));
    return json_pack("{s:I,s:o,s:o,s:I,s:o,s:o,s:o,s:b}", "event", (json_int_t)detail->record, "table",
                     tarn_answer_text(detail->table), "before", tarn_answer_number(detail->before), "version",
                     (json_int_t)detail->after, "gone", tarn_answer_text(detail->gone), "notes", notes, "rows", rows,
                     "complete", detail->complete);
}
