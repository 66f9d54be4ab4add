/* Checkpoints: the ledger as the first line of a journal file. Small, because versions are not in it: index files say
 * where those lie. */
#include "store/ledger.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdlib.h>

/* ---- writing -------------------------------------------------------------------------------------------------------
 */

static void write_time(tarn_json_out *out, const char *key, int64_t time) {
    char text[TARN_TIME_TEXT_SIZE];
    tarn_time_format(time, text);
    tarn_json_out_key(out, key);
    tarn_json_out_text(out, text);
}

static void write_number(tarn_json_out *out, const char *key, uint64_t value) {
    tarn_json_out_key(out, key);
    tarn_json_out_u64(out, value);
}

static void write_table(tarn_json_out *out, const tarn_table *table) {
    const tarn_table_state *state = &table->state;
    tarn_json_out_open(out, '{');
    write_number(out, "table", state->id);
    tarn_json_out_key(out, "name");
    tarn_json_out_text(out, state->name);
    if (state->dropped) {
        tarn_json_out_key(out, "dropped");
        tarn_json_out_bool(out, true);
    }
    write_number(out, "head", state->head);
    write_number(out, "tip", state->tip);
    write_number(out, "newest", state->newest);
    write_number(out, "rows", (uint64_t)state->rows);
    write_number(out, "columns", (uint64_t)state->columns);
    write_number(out, "next_field", table->next_field);
    write_time(out, "created", state->created);
    write_time(out, "changed", state->changed);
    tarn_json_out_close(out, '}');
}

static void write_pairs(tarn_json_out *out, const tarn_ledger *ledger) {
    tarn_json_out_key(out, "spaces");
    tarn_json_out_open(out, '[');
    for (size_t i = 0; i < ledger->space_count; i++) {
        tarn_json_out_open(out, '[');
        tarn_json_out_u64(out, ledger->spaces[i].id);
        tarn_json_out_u64(out, ledger->spaces[i].next_row);
        tarn_json_out_close(out, ']');
    }
    tarn_json_out_close(out, ']');
    tarn_json_out_key(out, "segments");
    tarn_json_out_open(out, '[');
    for (size_t i = 0; i < ledger->segment_count; i++) {
        tarn_json_out_open(out, '[');
        tarn_json_out_u64(out, ledger->segments[i].number);
        tarn_json_out_u64(out, ledger->segments[i].size);
        tarn_json_out_close(out, ']');
    }
    tarn_json_out_close(out, ']');
    tarn_json_out_key(out, "index");
    tarn_json_out_open(out, '[');
    for (size_t i = 0; i < ledger->index.file_count; i++) {
        tarn_json_out_open(out, '[');
        tarn_json_out_u64(out, ledger->index.files[i].number);
        tarn_json_out_u64(out, ledger->index.files[i].size);
        tarn_json_out_hex64(out, ledger->index.files[i].checksum);
        tarn_json_out_close(out, ']');
    }
    tarn_json_out_close(out, ']');
}

static void write_anchor(tarn_json_out *out, const tarn_ledger *ledger) {
    tarn_json_out_key(out, "anchor");
    tarn_json_out_open(out, '[');
    tarn_json_out_u64(out, ledger->anchor);
    tarn_json_out_text(out, ledger->anchor_hash);
    tarn_json_out_close(out, ']');
}

tarn_status tarn_checkpoint_write(const tarn_ledger *ledger, int64_t time, tarn_buffer *out, tarn_error *error) {
    tarn_json_out json = {.buffer = out};
    size_t start = out->size;
    tarn_json_out_open(&json, '{');
    tarn_json_out_key(&json, "checkpoint");
    tarn_json_out_open(&json, '{');
    write_number(&json, "format", TARN_FORMAT_VERSION);
    write_number(&json, "record", ledger->record);
    tarn_json_out_key(&json, "hash");
    tarn_json_out_text(&json, ledger->hash);
    write_time(&json, "time", time);
    write_number(&json, "next_table", ledger->next_table);
    write_number(&json, "next_space", ledger->next_space);
    write_number(&json, "next_segment", ledger->next_segment);
    write_number(&json, "gc_record", ledger->gc_record);
    write_number(&json, "kept_bytes", ledger->kept_bytes);
    if (ledger->is_anchored)
        write_anchor(&json, ledger);
    if (ledger->first_file > 1)
        write_number(&json, "first_file", ledger->first_file);
    if (ledger->audit_keep > 0)
        write_number(&json, "audit_keep", ledger->audit_keep);
    tarn_json_out_key(&json, "tables");
    tarn_json_out_open(&json, '[');
    for (size_t i = 0; i < ledger->table_count; i++)
        write_table(&json, &ledger->tables[i]);
    tarn_json_out_close(&json, ']');
    write_pairs(&json, ledger);
    tarn_json_out_close(&json, '}');
    if (json.status != TARN_OK)
        return tarn_fail_memory(error);
    return tarn_line_seal(out, start, error);
}

/* ---- reading -------------------------------------------------------------------------------------------------------
 */

static tarn_status malformed(tarn_error *error) {
    return tarn_fail(error, TARN_E_CORRUPT, "the checkpoint is malformed");
}

static int64_t read_time(tarn_json *json) {
    tarn_slice text;
    int64_t time = 0;
    if (tarn_json_string(json, &text) && !tarn_time_parse(text.data, text.size, &time))
        json->bad = true;
    return time;
}

static void read_table_member(tarn_json *json, tarn_slice key, tarn_table *table) {
    tarn_table_state *state = &table->state;
    if (tarn_slice_is(key, "table"))
        state->id = tarn_json_u64(json);
    else if (tarn_slice_is(key, "name") && state->name == NULL)
        state->name = tarn_json_text(json);
    else if (tarn_slice_is(key, "dropped"))
        state->dropped = tarn_json_bool(json);
    else if (tarn_slice_is(key, "head"))
        state->head = tarn_json_u64(json);
    else if (tarn_slice_is(key, "tip"))
        state->tip = tarn_json_u64(json);
    else if (tarn_slice_is(key, "newest"))
        state->newest = tarn_json_u64(json);
    else if (tarn_slice_is(key, "rows"))
        state->rows = tarn_json_i64(json);
    else if (tarn_slice_is(key, "columns"))
        state->columns = tarn_json_i64(json);
    else if (tarn_slice_is(key, "next_field"))
        table->next_field = tarn_json_u64(json);
    else if (tarn_slice_is(key, "created"))
        state->created = read_time(json);
    else if (tarn_slice_is(key, "changed"))
        state->changed = read_time(json);
    else
        tarn_json_skip(json, NULL);
}

static tarn_status read_table(tarn_json *json, tarn_ledger *ledger, tarn_error *error) {
    TARN_TRY(tarn_grow(&ledger->tables, &ledger->table_capacity, ledger->table_count + 1, sizeof(tarn_table), error));
    tarn_table *table = &ledger->tables[ledger->table_count++];
    *table = (tarn_table){0};
    tarn_slice key;
    tarn_json_enter_object(json);
    while (tarn_json_member(json, &key))
        read_table_member(json, key, table);
    table->key = table->state.name != NULL ? tarn_name_key(table->state.name) : NULL;
    bool rising = ledger->table_count == 1 || table[-1].state.id < table->state.id;
    return json->bad || table->key == NULL || table->state.id == 0 || !rising ? malformed(error) : TARN_OK;
}

/* Elements [a, b] or [a, b, "checksum"]. */
static bool read_tuple(tarn_json *json, uint64_t *a, uint64_t *b, uint64_t *checksum) {
    *a = *b = 0;
    if (tarn_json_enter_array(json) && tarn_json_element(json))
        *a = tarn_json_u64(json);
    if (tarn_json_element(json))
        *b = tarn_json_u64(json);
    if (checksum != NULL && tarn_json_element(json))
        *checksum = tarn_json_hex64(json);
    return !tarn_json_element(json) && !json->bad;
}

static tarn_status read_spaces(tarn_json *json, tarn_ledger *ledger, tarn_error *error) {
    tarn_space space;
    tarn_json_enter_array(json);
    while (tarn_json_element(json)) {
        size_t count = ledger->space_count;
        if (!read_tuple(json, &space.id, &space.next_row, NULL) ||
            (count > 0 && ledger->spaces[count - 1].id >= space.id))
            return malformed(error);
        TARN_TRY(tarn_grow(&ledger->spaces, &ledger->space_capacity, ledger->space_count + 1, sizeof space, error));
        ledger->spaces[ledger->space_count++] = space;
    }
    return json->bad ? malformed(error) : TARN_OK;
}

static tarn_status read_segments(tarn_json *json, tarn_ledger *ledger, tarn_error *error) {
    uint64_t number, size;
    tarn_json_enter_array(json);
    while (tarn_json_element(json)) {
        if (!read_tuple(json, &number, &size, NULL) || number == 0 || number >= UINT32_MAX ||
            (ledger->segment_count > 0 && ledger->segments[ledger->segment_count - 1].number >= number))
            return malformed(error);
        TARN_TRY(tarn_grow(&ledger->segments, &ledger->segment_capacity, ledger->segment_count + 1,
                           sizeof *ledger->segments, error));
        ledger->segments[ledger->segment_count++] = (tarn_segment_size){(uint32_t)number, size};
    }
    return json->bad ? malformed(error) : TARN_OK;
}

static tarn_status read_index(tarn_json *json, tarn_index_file **files, size_t *count, tarn_error *error) {
    uint64_t number, size, checksum = 0;
    size_t capacity = 0;
    if (*files != NULL)
        return malformed(error);
    tarn_json_enter_array(json);
    while (tarn_json_element(json)) {
        if (!read_tuple(json, &number, &size, &checksum) || number == 0 || number >= UINT32_MAX)
            return malformed(error);
        TARN_TRY(tarn_grow(files, &capacity, *count + 1, sizeof **files, error));
        (*files)[(*count)++] = (tarn_index_file){.number = (uint32_t)number, .size = size, .checksum = checksum};
    }
    return json->bad ? malformed(error) : TARN_OK;
}

static tarn_status read_tables(tarn_json *json, tarn_ledger *ledger, tarn_error *error) {
    tarn_json_enter_array(json);
    while (tarn_json_element(json))
        TARN_TRY(read_table(json, ledger, error));
    return json->bad ? malformed(error) : TARN_OK;
}

static void read_hash(tarn_json *json, char hash[TARN_SHA256_TEXT_SIZE]) {
    tarn_slice text;
    if (tarn_json_string(json, &text) && text.size == TARN_SHA256_TEXT_SIZE - 1)
        memcpy(hash, text.data, text.size);
    else
        json->bad = true;
}

static void read_anchor(tarn_json *json, tarn_ledger *ledger) {
    ledger->is_anchored = true;
    if (tarn_json_enter_array(json) && tarn_json_element(json))
        ledger->anchor = tarn_json_u64(json);
    if (tarn_json_element(json))
        read_hash(json, ledger->anchor_hash);
    if (tarn_json_element(json))
        json->bad = true;
}

static uint32_t read_u32(tarn_json *json) {
    uint64_t number = tarn_json_u64(json);
    json->bad = json->bad || number > UINT32_MAX;
    return (uint32_t)number;
}

static bool read_counter(tarn_json *json, tarn_slice key, tarn_ledger *ledger) {
    if (tarn_slice_is(key, "format"))
        ledger->format = tarn_json_u64(json);
    else if (tarn_slice_is(key, "record"))
        ledger->record = tarn_json_u64(json);
    else if (tarn_slice_is(key, "hash"))
        read_hash(json, ledger->hash);
    else if (tarn_slice_is(key, "next_table"))
        ledger->next_table = tarn_json_u64(json);
    else if (tarn_slice_is(key, "next_space"))
        ledger->next_space = tarn_json_u64(json);
    else if (tarn_slice_is(key, "next_segment"))
        ledger->next_segment = read_u32(json);
    else if (tarn_slice_is(key, "gc_record"))
        ledger->gc_record = tarn_json_u64(json);
    else if (tarn_slice_is(key, "kept_bytes"))
        ledger->kept_bytes = tarn_json_u64(json);
    else if (tarn_slice_is(key, "anchor"))
        read_anchor(json, ledger);
    else if (tarn_slice_is(key, "first_file"))
        ledger->first_file = read_u32(json);
    else if (tarn_slice_is(key, "audit_keep"))
        ledger->audit_keep = tarn_json_u64(json);
    else
        return false;
    return true;
}

/* Members of a newer format may look like anything: what they say must not be believed, nor be called damage. */
static tarn_status check_format(const tarn_json *json, uint64_t format, tarn_error *error) {
    if (format > TARN_FORMAT_VERSION)
        return tarn_fail(
            error, TARN_E_NEWER,
            "the workspace was written by a newer Tarn (format %llu, this one reads up to %d): update Tarn",
            (unsigned long long)format, TARN_FORMAT_VERSION);
    return json->bad || format == 0 ? malformed(error) : TARN_OK;
}

tarn_status tarn_checkpoint_read(tarn_slice body, tarn_ledger *ledger, tarn_index_file **files, size_t *count,
                                 tarn_error *error) {
    tarn_json json = tarn_json_of(body.data, body.size);
    tarn_slice key;
    *files = NULL;
    *count = 0;
    ledger->format = 0;
    tarn_json_enter_object(&json);
    while (tarn_json_member(&json, &key)) {
        if (read_counter(&json, key, ledger))
            continue;
        if (tarn_slice_is(key, "tables"))
            TARN_TRY(read_tables(&json, ledger, error));
        else if (tarn_slice_is(key, "spaces"))
            TARN_TRY(read_spaces(&json, ledger, error));
        else if (tarn_slice_is(key, "segments"))
            TARN_TRY(read_segments(&json, ledger, error));
        else if (tarn_slice_is(key, "index"))
            TARN_TRY(read_index(&json, files, count, error));
        else
            tarn_json_skip(&json, NULL);
    }
    TARN_TRY(check_format(&json, ledger->format, error));
    return ledger->next_segment == 0 ? malformed(error) : tarn_ledger_check(ledger, error);
}

tarn_status tarn_checkpoint_start(tarn_slice body, tarn_file_start *out, tarn_error *error) {
    tarn_ledger ledger;
    tarn_json json = tarn_json_of(body.data, body.size);
    tarn_slice key;
    tarn_ledger_init(&ledger);
    ledger.format = 0;
    tarn_json_enter_object(&json);
    while (tarn_json_member(&json, &key)) {
        if (!read_counter(&json, key, &ledger))
            tarn_json_skip(&json, NULL);
    }
    *out = (tarn_file_start){.record = ledger.record, .first_file = ledger.first_file};
    memcpy(out->hash, ledger.hash, sizeof out->hash);
    out->before = ledger.is_anchored ? ledger.anchor : ledger.record;
    memcpy(out->before_hash, ledger.is_anchored ? ledger.anchor_hash : ledger.hash, sizeof out->before_hash);
    return check_format(&json, ledger.format, error);
}
