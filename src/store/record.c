// One line of the journal.
#include "store/record.h"

#include "base/clock.h"

#include <stdlib.h>

void tarn_line_clear(tarn_line *line) {
    free(line->tables);
    *line = (tarn_line){0};
}

/* ---- the checksum ---------------------------------------------------------------------------------------------------
 */

#define SUM_START ",\"sum\":\""

tarn_status tarn_line_seal(tarn_buffer *line, size_t start, tarn_error *error) {
    tarn_json_out out = {.buffer = line};
    uint64_t sum = tarn_hash64_of(line->data + start, line->size - start);
    tarn_json_out_raw(&out, SUM_START, strlen(SUM_START) - 1);
    tarn_json_out_hex64(&out, sum);
    tarn_json_out_raw(&out, "}\n", 2);
    return out.status == TARN_OK ? TARN_OK : tarn_fail_memory(error);
}

tarn_line_look tarn_line_check(const char *text, size_t size) {
    if (size < TARN_SUM_SIZE + 1 || text[0] != '{' || text[size - 1] != '}' || memchr(text, 0, size) != NULL)
        return TARN_LINE_TORN;
    const char *end = text + size - TARN_SUM_SIZE;
    size_t prefix = strlen(SUM_START) - 1;
    if (memcmp(end, SUM_START, prefix) != 0)
        return TARN_LINE_DAMAGED;
    tarn_json json = tarn_json_of(end + prefix, TARN_SUM_SIZE - prefix - 1);
    uint64_t sum = tarn_json_hex64(&json);
    return !json.bad && sum == tarn_hash64_of(text, size - TARN_SUM_SIZE) ? TARN_LINE_GOOD : TARN_LINE_DAMAGED;
}

/* ---- taking apart ---------------------------------------------------------------------------------------------------
 */

static void read_chain(tarn_json *json, tarn_table_line *table) {
    uint64_t *numbers[] = {&table->links, &table->delta_bytes, &table->full_bytes};
    size_t count = 0;
    tarn_json_enter_array(json);
    while (tarn_json_element(json)) {
        if (count == 3)
            json->bad = true;
        else
            *numbers[count++] = tarn_json_u64(json);
    }
}

typedef struct number_member {
    const char *key;
    size_t offset;
} number_member;

static const number_member table_numbers[] = {
    {"table", offsetof(tarn_table_line, table)},           {"about", offsetof(tarn_table_line, about)},
    {"before", offsetof(tarn_table_line, before)},         {"tip", offsetof(tarn_table_line, tip)},
    {"newest", offsetof(tarn_table_line, newest)},         {"columns", offsetof(tarn_table_line, columns)},
    {"next_field", offsetof(tarn_table_line, next_field)}, {"space", offsetof(tarn_table_line, space)},
    {"next_row", offsetof(tarn_table_line, next_row)},     {"version", offsetof(tarn_table_line, version)},
    {"parent", offsetof(tarn_table_line, parent)},         {"from", offsetof(tarn_table_line, from)},
    {"record", offsetof(tarn_table_line, record)},
};

static bool read_table_number(tarn_json *json, tarn_slice key, tarn_table_line *table) {
    for (size_t i = 0; i < sizeof table_numbers / sizeof table_numbers[0]; i++) {
        if (tarn_slice_is(key, table_numbers[i].key)) {
            uint64_t value = tarn_json_u64(json);
            memcpy((char *)table + table_numbers[i].offset, &value, sizeof value);
            return true;
        }
    }
    return false;
}

static void read_table(tarn_json *json, tarn_table_line *table) {
    tarn_slice key;
    *table = (tarn_table_line){0};
    tarn_json_enter_object(json);
    while (tarn_json_member(json, &key)) {
        if (read_table_number(json, key, table))
            continue;
        if (tarn_slice_is(key, "name")) {
            tarn_json_string(json, &table->name);
        } else if (tarn_slice_is(key, "head")) {
            table->has_head = true;
            table->head = tarn_json_u64(json);
        } else if (tarn_slice_is(key, "rows")) {
            table->rows = tarn_json_i64(json);
        } else if (tarn_slice_is(key, "dropped")) {
            table->dropped = tarn_json_bool(json);
        } else if (tarn_slice_is(key, "removed")) {
            table->removed = tarn_json_bool(json);
        } else if (tarn_slice_is(key, "change")) {
            tarn_json_skip(json, &table->change);
        } else if (tarn_slice_is(key, "chain")) {
            read_chain(json, table);
        } else {
            tarn_json_skip(json, NULL);
        }
    }
    if (table->table == 0)
        json->bad = true;
}

static tarn_status add_table(tarn_json *json, tarn_line *line, tarn_error *error) {
    TARN_TRY(tarn_grow(&line->tables, &line->table_capacity, line->table_count + 1, sizeof *line->tables, error));
    read_table(json, &line->tables[line->table_count++]);
    return TARN_OK;
}

static tarn_status read_tables(tarn_json *json, tarn_line *line, tarn_error *error) {
    tarn_json_enter_array(json);
    while (tarn_json_element(json))
        TARN_TRY(add_table(json, line, error));
    return TARN_OK;
}

static void read_time(tarn_json *json, tarn_line *line) {
    tarn_slice text;
    if (tarn_json_string(json, &text) && !tarn_time_parse(text.data, text.size, &line->time))
        json->bad = true;
}

static bool read_record_member(tarn_json *json, tarn_slice key, tarn_line *line) {
    if (tarn_slice_is(key, "number"))
        line->number = tarn_json_u64(json);
    else if (tarn_slice_is(key, "time"))
        read_time(json, line);
    else if (tarn_slice_is(key, "user"))
        tarn_json_string(json, &line->user);
    else if (tarn_slice_is(key, "kind"))
        tarn_json_string(json, &line->event);
    else if (tarn_slice_is(key, "command"))
        tarn_json_string(json, &line->command);
    else if (tarn_slice_is(key, "params"))
        tarn_json_skip(json, &line->parameters);
    else if (tarn_slice_is(key, "rows"))
        line->rows = tarn_json_i64(json);
    else if (tarn_slice_is(key, "cells"))
        line->cells = tarn_json_i64(json);
    else if (tarn_slice_is(key, "duration_us"))
        line->duration = tarn_json_i64(json);
    else if (tarn_slice_is(key, "prev"))
        tarn_json_string(json, &line->prev);
    else if (tarn_slice_is(key, "between"))
        line->between = tarn_json_u64(json);
    else if (tarn_slice_is(key, "next"))
        line->next = tarn_json_u64(json);
    else if (tarn_slice_is(key, "batches"))
        tarn_json_skip(json, &line->batches);
    else if (tarn_slice_is(key, "removed_tables"))
        tarn_json_skip(json, &line->removed_tables);
    else if (tarn_slice_is(key, "removed_versions"))
        tarn_json_skip(json, &line->removed_versions);
    else if (tarn_slice_is(key, "removed_segments"))
        tarn_json_skip(json, &line->removed_segments);
    else if (tarn_slice_is(key, "audit_keep"))
        tarn_json_skip(json, &line->audit_keep);
    else
        return false;
    return true;
}

static tarn_status read_members(tarn_json *json, tarn_line *line, tarn_error *error) {
    tarn_slice key;
    tarn_json_enter_object(json);
    while (tarn_json_member(json, &key)) {
        if (read_record_member(json, key, line))
            continue;
        if (tarn_slice_is(key, "tables")) {
            TARN_TRY(read_tables(json, line, error));
        } else if (tarn_slice_is(key, "kept")) {
            line->kind = TARN_LINE_KEPT;
            TARN_TRY(read_tables(json, line, error));
        } else if (tarn_slice_is(key, "checkpoint") || tarn_slice_is(key, "past")) {
            line->kind = key.data[0] == 'c' ? TARN_LINE_CHECKPOINT : TARN_LINE_PAST;
            tarn_json_skip(json, &line->body);
        } else {
            tarn_json_skip(json, NULL);
        }
    }
    return TARN_OK;
}

/* The record inside of a past line. */
static bool read_past(tarn_line *line, tarn_status *status, tarn_error *error) {
    tarn_json json = tarn_json_of(line->body.data, line->body.size);
    tarn_slice body = line->body;
    *status = read_members(&json, line, error);
    return tarn_json_finished(&json) && line->kind == TARN_LINE_PAST && line->body.data == body.data;
}

tarn_status tarn_line_parse(const char *text, size_t size, tarn_line *line, tarn_error *error) {
    tarn_json json = tarn_json_of(text, size);
    tarn_status status = TARN_OK;
    *line = (tarn_line){.rows = -1, .cells = -1, .tables = line->tables, .table_capacity = line->table_capacity};
    TARN_TRY(read_members(&json, line, error));
    bool good = tarn_json_finished(&json) && (line->kind != TARN_LINE_PAST || read_past(line, &status, error));
    TARN_TRY(status);
    if (line->kind == TARN_LINE_RECORD || line->kind == TARN_LINE_PAST)
        good = good && line->number > 0 && line->prev.size == TARN_SHA256_TEXT_SIZE - 1;
    return good ? TARN_OK : tarn_fail(error, TARN_E_CORRUPT, "the line is not a journal record");
}

tarn_status tarn_line_each_batch(tarn_slice batches, tarn_entry_visitor visit, void *context, tarn_error *error) {
    if (batches.size == 0)
        return TARN_OK;
    tarn_json json = tarn_json_of(batches.data, batches.size);
    tarn_json_enter_array(&json);
    while (tarn_json_element(&json)) {
        uint64_t numbers[4] = {0};
        tarn_batch_entry entry = {0};
        if (tarn_json_enter_array(&json) && tarn_json_element(&json))
            entry.id = tarn_json_hash(&json);
        for (size_t i = 0; i < 4 && tarn_json_element(&json); i++)
            numbers[i] = tarn_json_u64(&json);
        if (tarn_json_element(&json))
            entry.checksum = tarn_json_hex64(&json);
        if (tarn_json_element(&json) || json.bad || numbers[0] > UINT32_MAX ||
            (numbers[3] & ~(uint64_t)TARN_BATCH_IS_FOLD) > TARN_CODEC_ZSTD || (entry.id.hi == 0 && entry.id.lo == 0) ||
            numbers[1] > INT64_MAX || numbers[2] > INT64_MAX)
            return tarn_fail(error, TARN_E_CORRUPT, "a journal record lists its batches in a malformed way");
        entry.segment = (uint32_t)numbers[0];
        entry.offset = numbers[1];
        entry.length = numbers[2];
        entry.codec = (uint32_t)numbers[3];
        TARN_TRY(visit(context, &entry, error));
    }
    return json.bad ? tarn_fail(error, TARN_E_CORRUPT, "a journal record lists its batches in a malformed way")
                    : TARN_OK;
}

void tarn_line_write_change(tarn_json_out *out, const tarn_table_line *line, tarn_slice change) {
    tarn_json_out_key(out, "from");
    tarn_json_out_u64(out, line->from);
    tarn_json_out_key(out, "chain");
    tarn_json_out_open(out, '[');
    tarn_json_out_u64(out, line->links);
    tarn_json_out_u64(out, line->delta_bytes);
    tarn_json_out_u64(out, line->full_bytes);
    tarn_json_out_close(out, ']');
    tarn_json_out_key(out, "change");
    tarn_json_out_value(out, change.data, change.size);
}

void tarn_line_write_batch(tarn_json_out *out, const tarn_batch_entry *entry) {
    tarn_json_out_open(out, '[');
    tarn_json_out_hash(out, entry->id);
    tarn_json_out_u64(out, entry->segment);
    tarn_json_out_u64(out, entry->offset);
    tarn_json_out_u64(out, entry->length);
    tarn_json_out_u64(out, entry->codec);
    tarn_json_out_hex64(out, entry->checksum);
    tarn_json_out_close(out, ']');
}
