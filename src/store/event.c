/* The part of a record that says what happened, and records that make no version. */
#include "store/internal.h"

#include "base/asker.h"
#include "base/clock.h"
#include "base/text.h"

#include <stdlib.h>

static tarn_status check_parameters(const char *parameters, tarn_error *error) {
    tarn_json json = tarn_json_of(parameters, strlen(parameters));
    bool object = tarn_json_peek(&json) == '{' && tarn_json_skip(&json, NULL);
    if (!object || !tarn_json_finished(&json))
        return tarn_fail(error, TARN_E_INVALID, "an event's parameters are not a JSON object");
    return TARN_OK;
}

/* A record is one line: white space between JSON's tokens may be line ends, which become spaces. */
static void write_parameters(tarn_json_out *out, const char *parameters) {
    tarn_json_out_key(out, "params");
    size_t start = out->buffer->size;
    tarn_json_out_value(out, parameters, strlen(parameters));
    for (size_t i = start; i < out->buffer->size; i++) {
        if (out->buffer->data[i] == '\n' || out->buffer->data[i] == '\r')
            out->buffer->data[i] = ' ';
    }
}

static void write_text(tarn_json_out *out, const char *key, const char *text) {
    tarn_json_out_key(out, key);
    tarn_json_out_text(out, text);
}

static void write_number(tarn_json_out *out, const char *key, int64_t value) {
    tarn_json_out_key(out, key);
    tarn_json_out_i64(out, value);
}

void tarn_store_act_as(tarn_store *store, const char *user) {
    store->acting = user;
}

tarn_status tarn_record_begin(tarn_store *store, const tarn_event *event, tarn_json_out *out, tarn_error *error) {
    char time[TARN_TIME_TEXT_SIZE];
    const char *parameters = event->parameters != NULL ? event->parameters : "{}";
    TARN_TRY(check_parameters(parameters, error));
    tarn_time_format(tarn_now(), time);
    tarn_json_out_open(out, '{');
    tarn_json_out_key(out, "number");
    tarn_json_out_u64(out, store->ledger.record + 1);
    write_text(out, "time", time);
    write_text(out, "user", store->acting != NULL ? store->acting : store->user);
    write_text(out, "kind", event->kind != NULL ? event->kind : "command");
    if (event->command != NULL)
        write_text(out, "command", event->command);
    write_parameters(out, parameters);
    write_number(out, "rows", event->rows);
    write_number(out, "cells", event->cells);
    write_number(out, "duration_us", event->duration);
    return TARN_OK;
}

void tarn_record_table_state(tarn_json_out *out, const tarn_table_state *state, uint64_t before) {
    tarn_json_out_key(out, "table");
    tarn_json_out_u64(out, state->id);
    write_text(out, "name", state->name);
    if (state->dropped) {
        tarn_json_out_key(out, "dropped");
        tarn_json_out_bool(out, true);
    }
    write_number(out, "before", (int64_t)before);
    write_number(out, "head", (int64_t)state->head);
    write_number(out, "tip", (int64_t)state->tip);
    write_number(out, "newest", (int64_t)state->newest);
    write_number(out, "rows", state->rows);
    write_number(out, "columns", state->columns);
}

/* ---- records that make no version -------------------------------------------------------------------------------- */

/* Readiness for a record outside of a transaction, and the table as it is. */
static tarn_status begin_change(tarn_store *store, uint64_t table, tarn_table_state *state, tarn_error *error) {
    TARN_TRY(tarn_store_check_writable(store, error));
    if (store->transaction != NULL)
        return tarn_fail(error, TARN_E_LOCKED, "a change is being made to this workspace: try again when it has ended");
    return tarn_store_find_id(store, table, state, error);
}

static tarn_status commit_state(tarn_store *store, const tarn_event *event, const tarn_table_state *state,
                                uint64_t before, tarn_error *error) {
    tarn_buffer record = {0};
    tarn_json_out out = {.buffer = &record};
    tarn_status status = tarn_record_begin(store, event, &out, error);
    if (status == TARN_OK) {
        tarn_json_out_key(&out, "tables");
        tarn_json_out_open(&out, '[');
        tarn_json_out_open(&out, '{');
        tarn_record_table_state(&out, state, before);
        tarn_json_out_close(&out, '}');
        tarn_json_out_close(&out, ']');
        status = out.status == TARN_OK ? tarn_journal_commit(store, &record, error) : tarn_fail_memory(error);
    }
    tarn_buffer_free(&record);
    if (status == TARN_OK)
        tarn_store_enforce_limit(store);
    return status;
}

static tarn_status dropped_error(const tarn_table_state *state, tarn_error *error) {
    return tarn_fail(error, TARN_E_NOT_FOUND,
                     "the table \"%s\" was dropped: " TARN_ASKER("tarn drop --undo", "undrop()") " brings it back",
                     state->name);
}

/* A version that a head may be set to. */
static tarn_status check_version(tarn_store *store, const tarn_table_state *state, uint64_t version,
                                 tarn_version_entry *entry, tarn_error *error) {
    if (version == 0 || !tarn_store_version_entry(store, state->id, version, entry))
        return tarn_fail(error, TARN_E_NOT_FOUND, "the table \"%s\" has no version %llu: its newest is %llu",
                         state->name, (unsigned long long)version, (unsigned long long)state->newest);
    if (entry->flags & TARN_VERSION_REMOVED)
        return tarn_fail(error, TARN_E_NOT_FOUND, "version %llu of \"%s\" was removed by gc",
                         (unsigned long long)version, state->name);
    return TARN_OK;
}

tarn_status tarn_store_set_head(tarn_store *store, uint64_t table, uint64_t head, uint64_t tip, const tarn_event *event,
                                tarn_error *error) {
    tarn_table_state state = {0};
    tarn_version_entry entry, tip_entry;
    TARN_TRY(begin_change(store, table, &state, error));
    tarn_status status = TARN_OK;
    if (state.dropped) {
        status = dropped_error(&state, error);
        goto cleanup;
    }
    TARN_CHECK(check_version(store, &state, head, &entry, error));
    TARN_CHECK(check_version(store, &state, tip, &tip_entry, error));
    uint64_t before = state.head;
    state.head = head;
    state.tip = tip;
    state.rows = entry.rows;
    state.columns = entry.columns;
    status = commit_state(store, event, &state, before, error);
cleanup:
    tarn_table_state_clear(&state);
    return status;
}

static tarn_status check_free_name(tarn_store *store, const char *name, uint64_t table, tarn_error *error) {
    tarn_table *other;
    TARN_TRY(tarn_ledger_named(&store->ledger, name, &other, error));
    if (other != NULL && other->state.id != table)
        return tarn_fail(error, TARN_E_EXISTS, "there is a table \"%s\" already: choose another name",
                         other->state.name);
    return TARN_OK;
}

tarn_status tarn_store_rename_table(tarn_store *store, uint64_t table, const char *name, const tarn_event *event,
                                    tarn_error *error) {
    tarn_table_state state = {0};
    TARN_TRY(tarn_check_table_name(name, error));
    TARN_TRY(begin_change(store, table, &state, error));
    tarn_status status = TARN_OK;
    if (state.dropped) {
        status = dropped_error(&state, error);
        goto cleanup;
    }
    TARN_CHECK(check_free_name(store, name, table, error));
    if (strcmp(name, state.name) == 0)
        goto cleanup;
    free(state.name);
    state.name = tarn_strdup(name);
    status = state.name != NULL ? commit_state(store, event, &state, state.head, error) : tarn_fail_memory(error);
cleanup:
    tarn_table_state_clear(&state);
    return status;
}

tarn_status tarn_store_drop_table(tarn_store *store, uint64_t table, const tarn_event *event, tarn_error *error) {
    tarn_table_state state = {0};
    TARN_TRY(begin_change(store, table, &state, error));
    tarn_status status;
    if (state.dropped) {
        status = dropped_error(&state, error);
    } else {
        state.dropped = true;
        status = commit_state(store, event, &state, state.head, error);
    }
    tarn_table_state_clear(&state);
    return status;
}

tarn_status tarn_store_undrop_table(tarn_store *store, uint64_t table, const tarn_event *event, tarn_error *error) {
    tarn_table_state state = {0};
    TARN_TRY(begin_change(store, table, &state, error));
    tarn_status status = TARN_OK;
    if (!state.dropped) {
        status = tarn_fail(error, TARN_E_INVALID, "the table \"%s\" is not dropped", state.name);
        goto cleanup;
    }
    TARN_CHECK(check_free_name(store, state.name, table, error));
    state.dropped = false;
    status = commit_state(store, event, &state, state.head, error);
cleanup:
    tarn_table_state_clear(&state);
    return status;
}

tarn_status tarn_store_set_record_limit(tarn_store *store, uint64_t keep, const tarn_event *event, tarn_error *error) {
    tarn_buffer record = {0};
    tarn_json_out out = {.buffer = &record};
    tarn_status status;
    TARN_TRY(tarn_store_check_writable(store, error));
    if (store->transaction != NULL)
        return tarn_fail(error, TARN_E_LOCKED, "a change is being made to this workspace: try again when it has ended");
    TARN_CHECK(tarn_record_begin(store, event, &out, error));
    tarn_json_out_key(&out, "audit_keep");
    tarn_json_out_u64(&out, keep);
    status = out.status == TARN_OK ? tarn_journal_commit(store, &record, error) : tarn_fail_memory(error);
    if (status == TARN_OK && keep > 0)
        tarn_store_prune_journal(store, keep, NULL); /* what cannot be pruned now is pruned another time */
cleanup:
    tarn_buffer_free(&record);
    return status;
}

uint64_t tarn_store_record_limit(tarn_store *store) {
    pthread_mutex_lock(&store->lock);
    uint64_t keep = store->ledger.audit_keep;
    pthread_mutex_unlock(&store->lock);
    return keep;
}

static void write_about(tarn_json_out *out, const tarn_table_state *state, uint64_t version, int64_t rows) {
    tarn_json_out_key(out, "tables");
    tarn_json_out_open(out, '[');
    tarn_json_out_open(out, '{');
    write_number(out, "table", (int64_t)state->id);
    write_text(out, "name", state->name);
    write_number(out, "about", (int64_t)version);
    write_number(out, "rows", rows);
    tarn_json_out_close(out, '}');
    tarn_json_out_close(out, ']');
}

tarn_status tarn_store_note(tarn_store *store, uint64_t table, uint64_t version, const tarn_event *event,
                            tarn_error *error) {
    tarn_table_state state = {0};
    tarn_version_entry entry;
    tarn_buffer record = {0};
    tarn_json_out out = {.buffer = &record};
    tarn_status status;
    TARN_CHECK(tarn_store_check_writable(store, error));
    if (store->transaction != NULL) {
        status =
            tarn_fail(error, TARN_E_LOCKED, "a change is being made to this workspace: try again when it has ended");
        goto cleanup;
    }
    TARN_CHECK(tarn_record_begin(store, event, &out, error));
    if (table != 0) {
        TARN_CHECK(tarn_store_find_id(store, table, &state, error));
        TARN_CHECK(check_version(store, &state, version == TARN_HEAD ? state.head : version, &entry, error));
        write_about(&out, &state, entry.version, entry.rows);
    }
    status = out.status == TARN_OK ? tarn_journal_commit(store, &record, error) : tarn_fail_memory(error);
    if (status == TARN_OK)
        tarn_store_enforce_limit(store);
cleanup:
    tarn_table_state_clear(&state);
    tarn_buffer_free(&record);
    return status;
}
