/* States as JSON: always the change that leads from another state (or from nothing) to this one. docs/format.md,
 * "Changes", has the grammar. The members come in an order in which they can be applied as they are read. */
#include "store/state.h"

#include "base/text.h"

#include <stdlib.h>

/* Columns times chunks: 16 million are a thousand columns of two billion rows. More is damage, not data. */
#define MAX_SLOTS ((size_t)1 << 24)
#define MAX_CHUNKS ((size_t)1 << 20)

/* ---- writing ------------------------------------------------------------------------------------------------------
 */

/* Chunks that follow each other without a gap and are equally long, but for a shorter last one, are one run. */
static size_t chunk_run(const tarn_chunk_list *chunks, size_t from, int64_t *rows) {
    int64_t each = chunks->extents[from].rows;
    size_t i = from;
    *rows = 0;
    for (; i < chunks->count && chunks->extents[i].rows <= each; i++) {
        if (chunks->extents[i].first_row != chunks->extents[from].first_row + *rows)
            break;
        *rows += chunks->extents[i].rows;
        if (chunks->extents[i].rows < each)
            return i + 1;
    }
    return i;
}

static size_t common_chunks(const tarn_chunk_list *a, const tarn_chunk_list *b) {
    size_t limit = a == NULL || b == NULL ? 0 : a->count < b->count ? a->count : b->count;
    if (a == b)
        return limit;
    size_t i = 0;
    while (i < limit && memcmp(&a->extents[i], &b->extents[i], sizeof *a->extents) == 0)
        i++;
    return i;
}

static void write_chunks(tarn_json_out *out, const tarn_chunk_list *chunks, size_t keep) {
    tarn_json_out_key(out, "chunks");
    tarn_json_out_open(out, '[');
    tarn_json_out_u64(out, keep);
    for (size_t i = keep; chunks != NULL && i < chunks->count;) {
        int64_t rows;
        size_t next = chunk_run(chunks, i, &rows);
        tarn_json_out_open(out, '[');
        tarn_json_out_i64(out, chunks->extents[i].first_row);
        tarn_json_out_i64(out, rows);
        tarn_json_out_i64(out, chunks->extents[i].rows);
        tarn_json_out_close(out, ']');
        i = next;
    }
    tarn_json_out_close(out, ']');
}

/* The column of a field, or SIZE_MAX. It is mostly at `near`, and a new one is larger than all: tables of many
 * thousands of columns are not searched for each. */
static size_t find_field(const tarn_state *state, uint32_t field, size_t near) {
    if (state == NULL || field > state->largest_field)
        return SIZE_MAX;
    if (near < state->column_count && state->heads[near]->column.field == field)
        return near;
    for (size_t i = 0; i < state->column_count; i++) {
        if (state->heads[i]->column.field == field)
            return i;
    }
    return SIZE_MAX;
}

static bool same_heads(const tarn_state *a, const tarn_state *b) {
    if (a == NULL || a->column_count != b->column_count)
        return a == NULL && b->column_count == 0;
    for (size_t i = 0; i < a->column_count; i++) {
        if (a->heads[i] != b->heads[i] && !tarn_same_head(a->heads[i], b->heads[i]))
            return false;
    }
    return true;
}

static void write_columns(tarn_json_out *out, const tarn_state *base, const tarn_state *state) {
    tarn_json_out_key(out, "columns");
    tarn_json_out_open(out, '[');
    for (size_t i = 0; i < state->column_count; i++) {
        const tarn_column *column = &state->heads[i]->column;
        size_t before = find_field(base, column->field, i);
        if (before != SIZE_MAX && tarn_same_head(base->heads[before], state->heads[i])) {
            tarn_json_out_u64(out, column->field);
            continue;
        }
        tarn_json_out_open(out, '{');
        tarn_json_out_key(out, "field");
        tarn_json_out_u64(out, column->field);
        tarn_json_out_key(out, "name");
        tarn_json_out_text(out, column->name);
        tarn_json_out_key(out, "type");
        tarn_type_write(out, column->type);
        tarn_json_out_close(out, '}');
    }
    tarn_json_out_close(out, ']');
}

/* What a chunk of a column was in the base. */
typedef struct slot {
    tarn_batch_id id;
    const tarn_patch_list *patches;
} slot;

static slot slot_of(const tarn_state *state, size_t column, size_t chunk) {
    return (slot){state->data[column]->ids[chunk], tarn_state_patches(state, column, chunk)};
}

static bool begins_with(const tarn_patch_list *list, const tarn_patch_list *prefix) {
    if (prefix == NULL || list == prefix)
        return true;
    return list != NULL && list->count >= prefix->count &&
           memcmp(list->ids, prefix->ids, prefix->count * sizeof *prefix->ids) == 0;
}

/* True when the base batch must be set (which takes patches away); else only patches were added. */
static bool is_rebased(slot before, slot after) {
    return !tarn_hash128_equal(before.id, after.id) || !begins_with(after.patches, before.patches);
}

typedef struct column_change {
    const tarn_state *base, *state;
    size_t before, column; /* the column in both; before may be SIZE_MAX */
    size_t keep;           /* chunks that both have */
} column_change;

static slot slot_before(const column_change *change, size_t chunk) {
    if (change->before == SIZE_MAX || chunk >= change->keep)
        return (slot){TARN_NO_BATCH, NULL};
    return slot_of(change->base, change->before, chunk);
}

static bool is_unchanged(const column_change *change) {
    return change->before != SIZE_MAX && change->base->data[change->before] == change->state->data[change->column];
}

/* Opens the list of a member, and the entry of a column in it, only when there is something to say. */
typedef struct lazy_list {
    tarn_json_out *out;
    const char *key;
    bool opened, entry;
} lazy_list;

static void begin_entry(lazy_list *list, uint32_t field) {
    if (!list->opened) {
        tarn_json_out_key(list->out, list->key);
        tarn_json_out_open(list->out, '[');
        list->opened = true;
    }
    if (!list->entry) {
        tarn_json_out_open(list->out, '[');
        tarn_json_out_u64(list->out, field);
        list->entry = true;
    }
}

static void end_entry(lazy_list *list) {
    if (list->entry)
        tarn_json_out_close(list->out, ']');
    list->entry = false;
}

static void end_list(lazy_list *list) {
    if (list->opened)
        tarn_json_out_close(list->out, ']');
}

static void write_values(lazy_list *list, const column_change *change) {
    const tarn_column_data *data = change->state->data[change->column];
    for (size_t i = 0; i < data->count;) {
        if (!is_rebased(slot_before(change, i), slot_of(change->state, change->column, i))) {
            i++;
            continue;
        }
        size_t next = i + 1;
        while (next < data->count && tarn_hash128_equal(data->ids[next], data->ids[i]) &&
               is_rebased(slot_before(change, next), slot_of(change->state, change->column, next)))
            next++;
        begin_entry(list, change->state->heads[change->column]->column.field);
        tarn_json_out_open(list->out, '[');
        tarn_json_out_u64(list->out, i);
        tarn_json_out_u64(list->out, next - i);
        tarn_json_out_hash(list->out, data->ids[i]);
        tarn_json_out_close(list->out, ']');
        i = next;
    }
    end_entry(list);
}

static void write_patches(lazy_list *list, const column_change *change) {
    const tarn_column_data *data = change->state->data[change->column];
    for (size_t i = 0; data->patches != NULL && i < data->count; i++) {
        slot before = slot_before(change, i), after = slot_of(change->state, change->column, i);
        if (after.patches == NULL || after.patches == before.patches)
            continue;
        size_t known = is_rebased(before, after) || before.patches == NULL ? 0 : before.patches->count;
        for (size_t p = known; p < after.patches->count; p++) {
            begin_entry(list, change->state->heads[change->column]->column.field);
            tarn_json_out_open(list->out, '[');
            tarn_json_out_u64(list->out, i);
            tarn_json_out_i64(list->out, after.patches->rows[p]);
            tarn_json_out_hash(list->out, after.patches->ids[p]);
            tarn_json_out_close(list->out, ']');
        }
    }
    end_entry(list);
}

static void write_column_lists(tarn_json_out *out, const tarn_state *base, const tarn_state *state, size_t keep,
                               const char *key, void (*write)(lazy_list *list, const column_change *change)) {
    lazy_list list = {.out = out, .key = key};
    for (size_t i = 0; i < state->column_count; i++) {
        column_change change = {base, state, find_field(base, state->heads[i]->column.field, i), i, keep};
        if (!is_unchanged(&change))
            write(&list, &change);
    }
    end_list(&list);
}

static void write_live(tarn_json_out *out, const tarn_state *base, const tarn_state *state, size_t keep) {
    bool opened = false;
    const tarn_live_list *before = base != NULL ? base->live : NULL;
    if (before == state->live)
        return;
    for (size_t i = 0; i < tarn_state_chunk_count(state); i++) {
        tarn_batch_id id = tarn_state_live_id(state, i);
        tarn_batch_id old = before != NULL && i < keep ? before->entries[i].id : TARN_NO_BATCH;
        if (tarn_hash128_equal(id, old))
            continue;
        if (!opened) {
            tarn_json_out_key(out, "live");
            tarn_json_out_open(out, '[');
            opened = true;
        }
        tarn_json_out_open(out, '[');
        tarn_json_out_u64(out, i);
        tarn_json_out_hash(out, id);
        tarn_json_out_i64(out, tarn_state_chunk(state, i).live);
        tarn_json_out_close(out, ']');
    }
    if (opened)
        tarn_json_out_close(out, ']');
}

static void write_order(tarn_json_out *out, const tarn_order *order) {
    tarn_json_out_key(out, "order");
    if (order == NULL) {
        tarn_json_out_null(out);
        return;
    }
    tarn_json_out_open(out, '[');
    tarn_json_out_text(out, order->kind == TARN_ORDER_RUNS ? "runs" : "permutation");
    for (size_t i = 0; i < order->count; i++) {
        tarn_json_out_open(out, '[');
        tarn_json_out_hash(out, order->pieces[i].id);
        tarn_json_out_i64(out, order->pieces[i].count);
        tarn_json_out_close(out, ']');
    }
    tarn_json_out_close(out, ']');
}

void tarn_state_write(tarn_json_out *out, const tarn_state *base, const tarn_state *state) {
    size_t keep = common_chunks(base != NULL ? base->chunks : NULL, state->chunks);
    size_t before = base != NULL ? tarn_state_chunk_count(base) : 0;
    tarn_json_out_open(out, '{');
    if (base == NULL) {
        tarn_json_out_key(out, "space");
        tarn_json_out_u64(out, state->row_space);
    }
    if (keep != before || keep != tarn_state_chunk_count(state))
        write_chunks(out, state->chunks, keep);
    if (!same_heads(base, state))
        write_columns(out, base, state);
    write_column_lists(out, base, state, keep, "values", write_values);
    write_column_lists(out, base, state, keep, "patches", write_patches);
    write_live(out, base, state, keep);
    if (!tarn_same_order(base != NULL ? base->order : NULL, state->order))
        write_order(out, state->order);
    tarn_json_out_close(out, '}');
}

/* ---- reading ------------------------------------------------------------------------------------------------------
 */

static tarn_status misfit(tarn_error *error, const char *what) {
    return tarn_fail(error, TARN_E_CORRUPT, "the change of a version has %s", what);
}

/* Cut a run into its chunks. */
static tarn_status add_chunk_run(tarn_buffer *extents, tarn_json *json, tarn_error *error) {
    int64_t numbers[3] = {0};
    size_t count = 0;
    if (tarn_json_enter_array(json)) {
        while (count < 3 && tarn_json_element(json))
            numbers[count++] = tarn_json_i64(json);
        if (count == 3 && tarn_json_element(json))
            json->bad = true;
    }
    int64_t first = numbers[0], rows = numbers[1], each = numbers[2], end;
    if (json->bad || count != 3 || first < 0 || rows <= 0 || each <= 0 || each > TARN_CHUNK_ROWS ||
        __builtin_add_overflow(first, rows, &end) || rows / each > (int64_t)MAX_CHUNKS)
        return misfit(error, "a run of chunks that makes no sense");
    for (; first < end; first += each) {
        tarn_stretch extent = {first, end - first < each ? end - first : each};
        if (extents->size / sizeof extent >= MAX_CHUNKS)
            return misfit(error, "more chunks than any table can have");
        TARN_TRY(tarn_buffer_append(extents, &extent, sizeof extent, error));
    }
    return TARN_OK;
}

static tarn_status apply_chunks(tarn_state *state, tarn_json *json, tarn_error *error) {
    tarn_buffer extents = {0};
    tarn_status status = TARN_OK;
    size_t keep = 0;
    if (tarn_json_enter_array(json) && tarn_json_element(json))
        keep = tarn_json_u64(json);
    while (tarn_json_element(json))
        TARN_CHECK(add_chunk_run(&extents, json, error));
    size_t present = tarn_state_chunk_count(state), added = extents.size / sizeof(tarn_stretch);
    const tarn_stretch *list = (const tarn_stretch *)extents.data;
    if (json->bad || keep > present) {
        status = misfit(error, "chunks that its base does not have");
        goto cleanup;
    }
    int64_t end = keep > 0 ? state->chunks->extents[keep - 1].first_row + state->chunks->extents[keep - 1].rows : 0;
    for (size_t i = 0; i < added; i++) {
        if (list[i].first_row < end) {
            status = misfit(error, "chunks that overlap");
            goto cleanup;
        }
        end = list[i].first_row + list[i].rows;
    }
    if (state->column_count > 0 && (keep + added) > MAX_SLOTS / state->column_count) {
        status = misfit(error, "more chunks than any table can have");
        goto cleanup;
    }
    status = tarn_state_change_chunks(state, keep, list, added, error);
cleanup:
    tarn_buffer_free(&extents);
    return status;
}

static tarn_status read_head(tarn_json *json, tarn_column_head **out, tarn_error *error) {
    uint64_t field = 0;
    char *name = NULL;
    struct ArrowSchema type = {0};
    tarn_slice key;
    tarn_status status = TARN_OK;
    *out = NULL;
    if (!tarn_json_enter_object(json))
        return misfit(error, "a malformed column");
    while (tarn_json_member(json, &key)) {
        if (tarn_slice_is(key, "field")) {
            field = tarn_json_u64(json);
        } else if (tarn_slice_is(key, "name") && name == NULL) {
            name = tarn_json_text(json);
        } else if (tarn_slice_is(key, "type") && type.release == NULL) {
            TARN_CHECK(tarn_type_read(json, &type, error));
        } else {
            tarn_json_skip(json, NULL);
        }
    }
    if (json->bad || name == NULL || type.release == NULL || field == 0 || field > UINT32_MAX)
        status = misfit(error, "a malformed column");
    else
        status = tarn_column_head_new((uint32_t)field, name, &type, out, error);
cleanup:
    free(name);
    tarn_schema_release(&type);
    return status;
}

/* Move the column of a field from `state` to the end of `next`. */
static tarn_status keep_column(tarn_state *state, tarn_state *next, uint32_t field, tarn_column_head *head,
                               tarn_error *error) {
    size_t column = find_field(state, field, next->column_count);
    if (find_field(next, field, SIZE_MAX) != SIZE_MAX || (head == NULL && column == SIZE_MAX)) {
        tarn_column_head_release(head);
        return misfit(error, "a field that is there twice or not at all");
    }
    if (head == NULL) {
        head = state->heads[column];
        atomic_fetch_add(&head->holders, 1);
    }
    size_t chunks = tarn_state_chunk_count(state);
    if (chunks > 0 && next->column_count >= MAX_SLOTS / chunks) {
        tarn_column_head_release(head);
        return misfit(error, "more columns than any table can have");
    }
    size_t position = next->column_count;
    next->chunks = state->chunks; /* lent, so that new data gets the right length */
    tarn_status status = tarn_state_insert_column(next, position, head, error);
    next->chunks = NULL;
    if (status == TARN_OK && column != SIZE_MAX) {
        tarn_column_data *fresh = next->data[position];
        next->data[position] = state->data[column];
        state->data[column] = fresh;
    }
    return status;
}

static tarn_status apply_columns(tarn_state *state, tarn_json *json, tarn_error *error) {
    tarn_state next = {0};
    tarn_status status = TARN_OK;
    if (!tarn_json_enter_array(json))
        return misfit(error, "malformed columns");
    while (tarn_json_element(json)) {
        tarn_column_head *head = NULL;
        uint64_t field;
        if (tarn_json_peek(json) == '{') {
            TARN_CHECK(read_head(json, &head, error));
            field = head->column.field;
        } else {
            field = tarn_json_u64(json);
        }
        if (json->bad || field > UINT32_MAX) {
            tarn_column_head_release(head);
            break;
        }
        TARN_CHECK(keep_column(state, &next, (uint32_t)field, head, error));
    }
    if (json->bad)
        status = misfit(error, "malformed columns");
cleanup:
    if (status == TARN_OK) {
        tarn_state old = {.column_count = state->column_count,
                          .column_capacity = state->column_capacity,
                          .largest_field = state->largest_field,
                          .heads = state->heads,
                          .data = state->data};
        state->column_count = next.column_count;
        state->column_capacity = next.column_capacity;
        state->largest_field = next.largest_field;
        state->heads = next.heads;
        state->data = next.data;
        next = old;
    }
    tarn_state_clear(&next);
    return status;
}

/* One entry of "values" or "patches", after its field. */
typedef tarn_status (*slot_reader)(tarn_state *state, size_t column, tarn_json *json, tarn_error *error);

static tarn_status read_value(tarn_state *state, size_t column, tarn_json *json, tarn_error *error) {
    size_t from = 0, count = 0;
    tarn_batch_id id = TARN_NO_BATCH;
    if (tarn_json_enter_array(json) && tarn_json_element(json))
        from = tarn_json_u64(json);
    if (tarn_json_element(json))
        count = tarn_json_u64(json);
    if (tarn_json_element(json))
        id = tarn_json_hash(json);
    if (tarn_json_element(json) || json->bad)
        return misfit(error, "malformed values");
    size_t chunks = tarn_state_chunk_count(state);
    if (from > chunks || count > chunks - from)
        return misfit(error, "values for chunks that it does not have");
    for (size_t i = from; i < from + count; i++)
        TARN_TRY(tarn_state_set_batch(state, column, i, id, error));
    return TARN_OK;
}

static tarn_status read_patch(tarn_state *state, size_t column, tarn_json *json, tarn_error *error) {
    size_t chunk = 0;
    int64_t rows = 0;
    tarn_batch_id id = TARN_NO_BATCH;
    if (tarn_json_enter_array(json) && tarn_json_element(json))
        chunk = tarn_json_u64(json);
    if (tarn_json_element(json))
        rows = tarn_json_i64(json);
    if (tarn_json_element(json))
        id = tarn_json_hash(json);
    if (tarn_json_element(json) || json->bad || rows <= 0 || tarn_is_no_batch(id))
        return misfit(error, "malformed patches");
    if (chunk >= tarn_state_chunk_count(state))
        return misfit(error, "patches for chunks that it does not have");
    const tarn_patch_list *list = tarn_state_patches(state, column, chunk);
    if (list != NULL && list->count >= TARN_CHUNK_ROWS)
        return misfit(error, "more patches than a chunk can have");
    return tarn_state_add_patch(state, column, chunk, id, rows, error);
}

static tarn_status apply_slots(tarn_state *state, tarn_json *json, slot_reader read, tarn_error *error) {
    if (!tarn_json_enter_array(json))
        return misfit(error, "malformed values");
    size_t column = SIZE_MAX; /* the first is looked for at 0, the next one behind the one before */
    while (tarn_json_element(json)) {
        uint64_t field = 0;
        if (tarn_json_enter_array(json) && tarn_json_element(json))
            field = tarn_json_u64(json);
        column = json->bad || field > UINT32_MAX ? SIZE_MAX : find_field(state, (uint32_t)field, column + 1);
        if (column == SIZE_MAX)
            return misfit(error, "values for a field that it does not have");
        while (tarn_json_element(json))
            TARN_TRY(read(state, column, json, error));
    }
    return json->bad ? misfit(error, "malformed values") : TARN_OK;
}

static tarn_status apply_live(tarn_state *state, tarn_json *json, tarn_error *error) {
    if (!tarn_json_enter_array(json))
        return misfit(error, "malformed live sets");
    while (tarn_json_element(json)) {
        size_t chunk = 0;
        tarn_batch_id id = TARN_NO_BATCH;
        int64_t live = 0;
        if (tarn_json_enter_array(json) && tarn_json_element(json))
            chunk = tarn_json_u64(json);
        if (tarn_json_element(json))
            id = tarn_json_hash(json);
        if (tarn_json_element(json))
            live = tarn_json_i64(json);
        if (tarn_json_element(json) || json->bad || chunk >= tarn_state_chunk_count(state) || live < 0 ||
            live > state->chunks->extents[chunk].rows)
            return misfit(error, "malformed live sets");
        TARN_TRY(tarn_state_set_live(state, chunk, id, live, error));
    }
    return json->bad ? misfit(error, "malformed live sets") : TARN_OK;
}

static tarn_status apply_order(tarn_state *state, tarn_json *json, tarn_error *error) {
    if (tarn_json_null(json))
        return tarn_state_set_order(state, TARN_ORDER_RUNS, NULL, 0, error);
    tarn_slice kind = {NULL, 0};
    tarn_buffer pieces = {0};
    tarn_status status = TARN_OK;
    if (tarn_json_enter_array(json) && tarn_json_element(json))
        tarn_json_string(json, &kind);
    bool runs = !json->bad && tarn_slice_is(kind, "runs");
    if (json->bad || (!runs && !tarn_slice_is(kind, "permutation")))
        return misfit(error, "an order of an unknown kind");
    while (tarn_json_element(json)) {
        tarn_order_piece piece = {0};
        if (tarn_json_enter_array(json) && tarn_json_element(json))
            piece.id = tarn_json_hash(json);
        if (tarn_json_element(json))
            piece.count = tarn_json_i64(json);
        if (tarn_json_element(json) || json->bad || piece.count <= 0 || piece.count > TARN_CHUNK_ROWS) {
            status = misfit(error, "a malformed order");
            goto cleanup;
        }
        TARN_CHECK(tarn_buffer_append(&pieces, &piece, sizeof piece, error));
    }
    if (json->bad)
        status = misfit(error, "a malformed order");
    else
        status =
            tarn_state_set_order(state, runs ? TARN_ORDER_RUNS : TARN_ORDER_PERMUTATION,
                                 (const tarn_order_piece *)pieces.data, pieces.size / sizeof(tarn_order_piece), error);
cleanup:
    tarn_buffer_free(&pieces);
    return status;
}

tarn_status tarn_state_apply(tarn_state *state, const char *json, size_t size, tarn_error *error) {
    tarn_json cursor = tarn_json_of(json, size);
    tarn_slice key;
    if (!tarn_json_enter_object(&cursor))
        return misfit(error, "no members");
    while (tarn_json_member(&cursor, &key)) {
        if (tarn_slice_is(key, "space"))
            state->row_space = tarn_json_u64(&cursor);
        else if (tarn_slice_is(key, "chunks"))
            TARN_TRY(apply_chunks(state, &cursor, error));
        else if (tarn_slice_is(key, "columns"))
            TARN_TRY(apply_columns(state, &cursor, error));
        else if (tarn_slice_is(key, "values"))
            TARN_TRY(apply_slots(state, &cursor, read_value, error));
        else if (tarn_slice_is(key, "patches"))
            TARN_TRY(apply_slots(state, &cursor, read_patch, error));
        else if (tarn_slice_is(key, "live"))
            TARN_TRY(apply_live(state, &cursor, error));
        else if (tarn_slice_is(key, "order"))
            TARN_TRY(apply_order(state, &cursor, error));
        else
            tarn_json_skip(&cursor, NULL);
    }
    if (cursor.bad)
        return misfit(error, "malformed JSON");
    tarn_state_count_rows(state);
    return TARN_OK;
}

/* ---- ids -----------------------------------------------------------------------------------------------------------
 */

/* Every string of 32 hexadecimal digits below "values", "patches", "live" and "order" is an id, and nothing else is. */
static tarn_status visit_ids(tarn_json *json, tarn_id_visitor visit, void *context, tarn_error *error) {
    tarn_slice text;
    tarn_batch_id id;
    if (tarn_json_peek(json) == '[') {
        tarn_json_enter_array(json);
        while (tarn_json_element(json))
            TARN_TRY(visit_ids(json, visit, context, error)); /* the cursor bounds the depth */
        return TARN_OK;
    }
    if (tarn_json_peek(json) != '"') {
        tarn_json_skip(json, NULL);
        return TARN_OK;
    }
    if (tarn_json_string(json, &text) && tarn_hash128_parse(text.data, text.size, &id))
        return visit(context, id, error);
    return TARN_OK;
}

tarn_status tarn_change_ids(const char *json, size_t size, tarn_id_visitor visit, void *context, tarn_error *error) {
    tarn_json cursor = tarn_json_of(json, size);
    tarn_slice key;
    tarn_json_enter_object(&cursor);
    while (tarn_json_member(&cursor, &key)) {
        if (tarn_slice_is(key, "values") || tarn_slice_is(key, "patches") || tarn_slice_is(key, "live") ||
            tarn_slice_is(key, "order"))
            TARN_TRY(visit_ids(&cursor, visit, context, error));
        else
            tarn_json_skip(&cursor, NULL);
    }
    return cursor.bad ? misfit(error, "malformed JSON") : TARN_OK;
}
