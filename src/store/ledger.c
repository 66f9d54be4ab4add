// What the journal says, added up to the state of the workspace as of one record.
#include "store/ledger.h"

#include "base/text.h"

#include <stdlib.h>

void tarn_ledger_init(tarn_ledger *ledger) {
    *ledger = (tarn_ledger){.format = TARN_FORMAT_VERSION, .next_table = 1, .next_space = 1, .next_segment = 1};
    memset(ledger->hash, '0', sizeof ledger->hash - 1);
    memset(ledger->anchor_hash, '0', sizeof ledger->anchor_hash - 1);
    tarn_index_init(&ledger->index);
}

static void clear_table(tarn_table *table) {
    tarn_table_state_clear(&table->state);
    free(table->key);
}

void tarn_ledger_clear(tarn_ledger *ledger) {
    for (size_t i = 0; i < ledger->table_count; i++)
        clear_table(&ledger->tables[i]);
    free(ledger->tables);
    free(ledger->spaces);
    free(ledger->segments);
    tarn_index_clear(&ledger->index);
    tarn_ledger_init(ledger);
}

/* ---- looking up -------------------------------------------------------------------------------------------------- */

tarn_table *tarn_ledger_table(const tarn_ledger *ledger, uint64_t id) {
    size_t low = 0, high = ledger->table_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ledger->tables[middle].state.id == id)
            return &ledger->tables[middle];
        if (ledger->tables[middle].state.id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

tarn_status tarn_ledger_named(const tarn_ledger *ledger, const char *name, tarn_table **out, tarn_error *error) {
    *out = NULL;
    if (!tarn_utf8_is_valid(name, strlen(name)))
        return TARN_OK;
    char *key = tarn_name_key(name);
    if (key == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < ledger->table_count; i++) {
        tarn_table *table = &ledger->tables[i];
        if (!table->state.dropped && strcmp(table->key, key) == 0)
            *out = table;
    }
    free(key);
    return TARN_OK;
}

/* Where a row space is among the others, or would be. */
static size_t space_position(const tarn_ledger *ledger, uint64_t id) {
    size_t low = 0, high = ledger->space_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ledger->spaces[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint64_t tarn_ledger_next_row(const tarn_ledger *ledger, uint64_t space) {
    size_t position = space_position(ledger, space);
    bool there = position < ledger->space_count && ledger->spaces[position].id == space;
    return there ? ledger->spaces[position].next_row : 0;
}

tarn_segment_size *tarn_ledger_segment(const tarn_ledger *ledger, uint32_t number) {
    for (size_t i = ledger->segment_count; i > 0; i--) {
        if (ledger->segments[i - 1].number == number)
            return &ledger->segments[i - 1];
    }
    return NULL;
}

/* ---- taking in --------------------------------------------------------------------------------------------------- */

static tarn_status damaged(tarn_error *error, const char *what) {
    return tarn_fail(error, TARN_E_CORRUPT, "the record names %s", what);
}

static tarn_status insert_table(tarn_ledger *ledger, uint64_t id, tarn_table **out, tarn_error *error) {
    TARN_TRY(tarn_grow(&ledger->tables, &ledger->table_capacity, ledger->table_count + 1, sizeof(tarn_table), error));
    size_t position = ledger->table_count;
    while (position > 0 && ledger->tables[position - 1].state.id > id)
        position--;
    memmove(ledger->tables + position + 1, ledger->tables + position,
            (ledger->table_count - position) * sizeof(tarn_table));
    ledger->tables[position] = (tarn_table){.state.id = id, .next_field = 1};
    ledger->table_count++;
    if (id >= ledger->next_table)
        ledger->next_table = id + 1;
    *out = &ledger->tables[position];
    return TARN_OK;
}

static void remove_table(tarn_ledger *ledger, uint64_t id) {
    tarn_table *table = tarn_ledger_table(ledger, id);
    if (table == NULL)
        return;
    clear_table(table);
    size_t behind = ledger->table_count - (size_t)(table - ledger->tables) - 1;
    memmove(table, table + 1, behind * sizeof *table);
    ledger->table_count--;
}

static tarn_status set_name(tarn_table *table, tarn_slice json, tarn_error *error) {
    if (table->state.name != NULL && tarn_slice_is(json, table->state.name))
        return TARN_OK; /* as it was: the usual case */
    char *name = tarn_slice_text(json);
    char *key = name != NULL ? tarn_name_key(name) : NULL;
    if (key == NULL || name[0] == '\0') {
        free(name);
        free(key);
        return damaged(error, "a table without a proper name");
    }
    free(table->state.name);
    free(table->key);
    table->state.name = name;
    table->key = key;
    return TARN_OK;
}

static tarn_status raise_space(tarn_ledger *ledger, uint64_t id, uint64_t next_row, tarn_error *error) {
    size_t position = space_position(ledger, id);
    if (position < ledger->space_count && ledger->spaces[position].id == id) {
        if (ledger->spaces[position].next_row < next_row)
            ledger->spaces[position].next_row = next_row;
        return TARN_OK;
    }
    TARN_TRY(tarn_grow(&ledger->spaces, &ledger->space_capacity, ledger->space_count + 1, sizeof(tarn_space), error));
    memmove(ledger->spaces + position + 1, ledger->spaces + position,
            (ledger->space_count - position) * sizeof(tarn_space));
    ledger->spaces[position] = (tarn_space){id, next_row};
    ledger->space_count++;
    if (id >= ledger->next_space)
        ledger->next_space = id + 1;
    return TARN_OK;
}

/* Numbers that make sense together. Every version was made by a record, so no table has more of them than there were.
 */
static bool is_sound(const tarn_table_state *state, uint64_t record) {
    return state->head <= state->newest && state->tip <= state->newest && state->newest <= record && state->rows >= 0 &&
           state->columns >= 0 && state->columns <= UINT32_MAX;
}

tarn_status tarn_ledger_check(const tarn_ledger *ledger, tarn_error *error) {
    if (ledger->record > INT64_MAX || ledger->next_segment > INT32_MAX || ledger->first_file > INT32_MAX)
        return damaged(error, "numbers that make no sense");
    for (size_t i = 0; i < ledger->table_count; i++) {
        const tarn_table *table = &ledger->tables[i];
        if (!is_sound(&table->state, ledger->record) || table->state.id >= ledger->next_table ||
            table->next_field > UINT32_MAX)
            return damaged(error, "a table with numbers that make no sense");
    }
    for (size_t i = 0; i < ledger->space_count; i++) {
        if (ledger->spaces[i].id == 0 || ledger->spaces[i].id >= ledger->next_space ||
            ledger->spaces[i].next_row > INT64_MAX)
            return damaged(error, "a row space with numbers that make no sense");
    }
    for (size_t i = 0; i < ledger->segment_count; i++) {
        if (ledger->segments[i].number >= ledger->next_segment || ledger->segments[i].size > INT64_MAX)
            return damaged(error, "a segment with numbers that make no sense");
    }
    return TARN_OK;
}

/* A version comes after what it was made from, and after what its change builds on. */
static tarn_status check_line(const tarn_table_line *line, tarn_error *error) {
    bool is_version = line->version != 0;
    if (line->table >= INT64_MAX || line->version >= INT64_MAX || line->space >= INT64_MAX ||
        line->next_row > INT64_MAX || line->next_field > UINT32_MAX || line->columns > UINT32_MAX ||
        (is_version && line->rows < 0))
        return damaged(error, "a table with numbers that make no sense");
    if (is_version && (line->parent >= line->version || line->from >= line->version))
        return damaged(error, "a version that was made from a later one");
    return TARN_OK;
}

static tarn_status apply_table(tarn_ledger *ledger, const tarn_table_line *line, uint64_t record, int64_t time,
                               tarn_error *error) {
    tarn_table *table = tarn_ledger_table(ledger, line->table);
    if (table == NULL) {
        TARN_TRY(insert_table(ledger, line->table, &table, error));
        table->state.created = time;
    }
    TARN_TRY(set_name(table, line->name, error));
    tarn_table_state *state = &table->state;
    state->dropped = line->dropped;
    state->head = line->head;
    state->tip = line->tip;
    if (line->newest > state->newest)
        state->newest = line->newest;
    state->rows = line->rows;
    state->columns = (int64_t)line->columns;
    state->changed = time;
    if (!is_sound(state, record))
        return damaged(error, "a table with numbers that make no sense");
    if (line->next_field > table->next_field)
        table->next_field = line->next_field;
    return line->space != 0 ? raise_space(ledger, line->space, line->next_row, error) : TARN_OK;
}

static tarn_status grow_segment(tarn_ledger *ledger, uint32_t number, uint64_t end, tarn_error *error) {
    tarn_segment_size *segment = tarn_ledger_segment(ledger, number);
    if (segment == NULL) {
        TARN_TRY(tarn_grow(&ledger->segments, &ledger->segment_capacity, ledger->segment_count + 1,
                           sizeof(tarn_segment_size), error));
        size_t position = ledger->segment_count++;
        for (; position > 0 && ledger->segments[position - 1].number > number; position--)
            ledger->segments[position] = ledger->segments[position - 1];
        segment = &ledger->segments[position];
        *segment = (tarn_segment_size){number, 0};
        if (number >= ledger->next_segment)
            ledger->next_segment = number + 1;
    }
    if (segment->size < end)
        segment->size = end;
    return TARN_OK;
}

static tarn_status take_batch(void *context, const void *item, tarn_error *error) {
    tarn_ledger *ledger = context;
    const tarn_batch_entry *entry = item;
    if (entry->segment != 0) {
        if (entry->segment > INT32_MAX || entry->length > (uint64_t)INT64_MAX - entry->offset)
            return damaged(error, "a place in a segment that cannot be");
        TARN_TRY(grow_segment(ledger, entry->segment, entry->offset + entry->length, error));
    }
    return tarn_index_add_batch(&ledger->index, entry, error);
}

static tarn_status index_batch(void *context, const void *item, tarn_error *error) {
    tarn_ledger *ledger = context;
    return tarn_index_add_batch(&ledger->index, item, error);
}

static tarn_status remove_version(tarn_ledger *ledger, uint64_t table, uint64_t version, tarn_error *error) {
    tarn_version_entry entry;
    if (!tarn_index_find_version(&ledger->index, table, version, &entry) || entry.flags & TARN_VERSION_REMOVED)
        return TARN_OK;
    entry.flags |= TARN_VERSION_REMOVED;
    return tarn_index_add_version(&ledger->index, &entry, error);
}

/* Ranges name versions that existed: a longer one is damage and must not keep us busy. Those of a past record may have
 * been forgotten meanwhile. */
#define FORGOTTEN_MOST 1000000

static tarn_status remove_range(tarn_ledger *ledger, uint64_t table, uint64_t first, uint64_t last, bool is_past,
                                tarn_error *error) {
    uint64_t forgotten = 0;
    for (uint64_t version = first; version <= last && version != UINT64_MAX; version++) {
        tarn_version_entry entry;
        if (tarn_index_find_version(&ledger->index, table, version, &entry))
            TARN_TRY(remove_version(ledger, table, version, error));
        else if (!is_past || ++forgotten > FORGOTTEN_MOST)
            break;
    }
    return TARN_OK;
}

static tarn_status remove_versions(tarn_ledger *ledger, tarn_slice text, bool is_past, tarn_error *error) {
    if (text.size == 0)
        return TARN_OK;
    tarn_json json = tarn_json_of(text.data, text.size);
    tarn_json_enter_array(&json);
    while (tarn_json_element(&json)) {
        uint64_t numbers[3] = {0};
        tarn_json_enter_array(&json);
        for (size_t i = 0; i < 3 && tarn_json_element(&json); i++)
            numbers[i] = tarn_json_u64(&json);
        if (tarn_json_element(&json) || json.bad)
            return damaged(error, "removed versions in a malformed way");
        TARN_TRY(remove_range(ledger, numbers[0], numbers[1], numbers[2], is_past, error));
    }
    return json.bad ? damaged(error, "removed versions in a malformed way") : TARN_OK;
}

typedef void (*number_user)(tarn_ledger *ledger, uint64_t number);

static void remove_segment(tarn_ledger *ledger, uint64_t number) {
    tarn_segment_size *segment = number <= UINT32_MAX ? tarn_ledger_segment(ledger, (uint32_t)number) : NULL;
    if (segment == NULL)
        return;
    size_t behind = ledger->segment_count - (size_t)(segment - ledger->segments) - 1;
    memmove(segment, segment + 1, behind * sizeof *segment);
    ledger->segment_count--;
}

static tarn_status each_number(tarn_ledger *ledger, tarn_slice text, number_user use, tarn_error *error) {
    if (text.size == 0)
        return TARN_OK;
    tarn_json json = tarn_json_of(text.data, text.size);
    tarn_json_enter_array(&json);
    while (tarn_json_element(&json)) {
        uint64_t number = tarn_json_u64(&json);
        if (!json.bad)
            use(ledger, number);
    }
    return json.bad ? damaged(error, "what was removed in a malformed way") : TARN_OK;
}

tarn_status tarn_ledger_index_line(tarn_ledger *ledger, const tarn_line *line, uint32_t file, uint64_t offset,
                                   uint32_t length, tarn_error *error) {
    bool is_past = line->kind == TARN_LINE_PAST; /* its batches may lie elsewhere by now: kept lines say where */
    if (!is_past)
        TARN_TRY(tarn_line_each_batch(line->batches, index_batch, ledger, error));
    for (size_t i = 0; i < line->table_count; i++) {
        const tarn_table_line *table = &line->tables[i];
        TARN_TRY(check_line(table, error));
        if (table->version == 0)
            continue;
        bool kept = line->kind == TARN_LINE_KEPT;
        tarn_version_entry entry = {.table = table->table,
                                    .version = table->version,
                                    .parent = table->parent,
                                    .record = kept ? table->record : line->number,
                                    .offset = offset,
                                    .file = file,
                                    .length = length,
                                    .rows = table->rows,
                                    .columns = (uint32_t)table->columns,
                                    .flags = table->removed ? TARN_VERSION_REMOVED : 0};
        TARN_TRY(tarn_index_add_version(&ledger->index, &entry, error));
    }
    return remove_versions(ledger, line->removed_versions, is_past, error);
}

static tarn_status take_limit(tarn_ledger *ledger, tarn_slice text, tarn_error *error) {
    if (text.size == 0)
        return TARN_OK;
    tarn_json json = tarn_json_of(text.data, text.size);
    ledger->audit_keep = tarn_json_u64(&json);
    return json.bad ? damaged(error, "a limit in a malformed way") : TARN_OK;
}

tarn_status tarn_ledger_apply(tarn_ledger *ledger, const tarn_line *line, uint32_t file, uint64_t offset,
                              uint32_t length, tarn_error *error) {
    if (line->kind != TARN_LINE_PAST)
        TARN_TRY(tarn_line_each_batch(line->batches, take_batch, ledger, error));
    for (size_t i = 0; i < line->table_count; i++) {
        if (line->tables[i].has_head && line->kind == TARN_LINE_RECORD)
            TARN_TRY(apply_table(ledger, &line->tables[i], line->number, line->time, error));
    }
    TARN_TRY(tarn_ledger_index_line(ledger, line, file, offset, length, error));
    ledger->between += line->kind == TARN_LINE_KEPT && line->prev.size > 0;
    ledger->next_file = line->next;
    if (line->kind != TARN_LINE_RECORD)
        return TARN_OK;
    ledger->between = 0;
    TARN_TRY(each_number(ledger, line->removed_tables, remove_table, error));
    TARN_TRY(each_number(ledger, line->removed_segments, remove_segment, error));
    TARN_TRY(take_limit(ledger, line->audit_keep, error));
    if (line->removed_segments.size > 0)
        ledger->gc_record = line->number;
    ledger->record = line->number;
    return TARN_OK;
}
