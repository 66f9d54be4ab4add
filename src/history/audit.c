// The audit log.
#include "history/audit.h"

#include "base/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void clear_event(tarn_audit_event *event) {
    for (size_t i = 0; i < event->table_count; i++)
        free(event->tables[i].name);
    free(event->tables);
    free(event->user);
    free(event->kind);
    free(event->command);
    free(event->parameters);
    free(event->old_value);
    free(event->new_value);
    *event = (tarn_audit_event){0};
}

void tarn_audit_events_free(tarn_audit_event *events, size_t count) {
    for (size_t i = 0; i < count; i++)
        clear_event(&events[i]);
    free(events);
}

static tarn_status copy(const char *text, char **out, tarn_error *error) {
    *out = text == NULL ? NULL : tarn_strdup(text);
    return text != NULL && *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}

/* A JSON value as people write it: text without quotes, null as nothing. */
static tarn_status value_text(const json_t *value, char **out, tarn_error *error) {
    if (value == NULL || json_is_null(value))
        return TARN_OK;
    *out = json_is_string(value) ? tarn_strdup(json_string_value(value)) : json_dumps(value, JSON_ENCODE_ANY);
    return *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}

/* The edit of one cell notes what was there before. */
static tarn_status take_values(tarn_audit_event *event, tarn_error *error) {
    if (strcmp(event->kind, "edit") != 0)
        return TARN_OK;
    json_t *parameters = json_loads(event->parameters, 0, NULL);
    const json_t *before = json_object_get(parameters, "before");
    tarn_status status = TARN_OK;
    event->is_edit = before != NULL && !json_is_array(before);
    if (event->is_edit)
        status = value_text(before, &event->old_value, error);
    if (event->is_edit && status == TARN_OK)
        status = value_text(json_object_get(parameters, "value"), &event->new_value, error);
    json_decref(parameters);
    return status;
}

static tarn_status take_tables(tarn_audit_event *event, const tarn_record *record, tarn_error *error) {
    event->tables = calloc(record->table_count + 1, sizeof *event->tables);
    if (event->tables == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < record->table_count; i++) {
        const tarn_record_table *from = &record->tables[i];
        event->tables[event->table_count++] = (tarn_audit_table){.before = from->before, .after = from->after};
        TARN_TRY(copy(from->name, &event->tables[i].name, error));
    }
    return TARN_OK;
}

static tarn_status take_record(tarn_audit_event *event, const tarn_record *record, tarn_error *error) {
    *event = (tarn_audit_event){.number = record->number,
                                .time = record->time,
                                .rows = record->rows,
                                .cells = record->cells,
                                .duration = record->duration};
    memcpy(event->hash, record->hash, sizeof event->hash);
    memcpy(event->previous, record->previous, sizeof event->previous);
    TARN_TRY(copy(record->user, &event->user, error));
    TARN_TRY(copy(record->kind, &event->kind, error));
    TARN_TRY(copy(record->command, &event->command, error));
    TARN_TRY(copy(record->parameters, &event->parameters, error));
    TARN_TRY(take_tables(event, record, error));
    return take_values(event, error);
}

/* With a limit the events are a ring, of which `next` is the oldest. */
typedef struct reading {
    const tarn_audit_wanted *wanted;
    tarn_audit_event *events;
    size_t count, capacity, limit, next;
} reading;

static bool is_about(const tarn_record *record, const tarn_audit_wanted *wanted) {
    bool any = wanted->table == 0 && wanted->table_name == NULL;
    for (size_t i = 0; i < record->table_count && !any; i++)
        any = wanted->table != 0 ? record->tables[i].table == wanted->table
                                 : tarn_name_equal(record->tables[i].name, wanted->table_name);
    return any;
}

static tarn_status read_record(void *context, const tarn_record *record, tarn_error *error) {
    reading *r = context;
    if ((r->wanted->before != 0 && record->number >= r->wanted->before) || !is_about(record, r->wanted))
        return TARN_OK;
    if (r->limit != 0 && r->count == r->limit) {
        tarn_audit_event *oldest = &r->events[r->next];
        r->next = (r->next + 1) % r->limit;
        clear_event(oldest);
        return take_record(oldest, record, error);
    }
    TARN_TRY(tarn_grow(&r->events, &r->capacity, r->count + 1, sizeof *r->events, error));
    return take_record(&r->events[r->count++], record, error);
}

static void reverse(tarn_audit_event *events, size_t count) {
    for (size_t i = 0; i < count / 2; i++) {
        tarn_audit_event other = events[i];
        events[i] = events[count - 1 - i];
        events[count - 1 - i] = other;
    }
}

tarn_status tarn_audit_read(tarn_store *store, const tarn_audit_wanted *wanted, tarn_audit_event **out, size_t *count,
                            tarn_error *error) {
    reading r = {.wanted = wanted, .limit = wanted->limit};
    tarn_status status = tarn_store_walk(store, 1, read_record, &r, error);
    if (status != TARN_OK) {
        tarn_audit_events_free(r.events, r.count);
        return status;
    }
    if (r.count > 0) { /* turn the ring so that the oldest comes first */
        reverse(r.events, r.next);
        reverse(r.events + r.next, r.count - r.next);
        reverse(r.events, r.count);
    }
    *out = r.events;
    *count = r.count;
    return TARN_OK;
}
