/* Transactions: drafts become versions with one record, or nothing happens. */
#include "store/internal.h"

#include "base/text.h"

#include <stdlib.h>

/* A full state is written when a version is this many changes away from the last one. */
#define MAX_LINKS 256

tarn_status tarn_transaction_begin(tarn_store *store, tarn_transaction **out, tarn_error *error) {
    TARN_TRY(tarn_store_check_writable(store, error));
    if (store->transaction != NULL)
        return tarn_fail(error, TARN_E_LOCKED, "a change is being made to this workspace: try again when it has ended");
    tarn_transaction *transaction = calloc(1, sizeof *transaction);
    if (transaction == NULL)
        return tarn_fail_memory(error);
    transaction->store = store;
    store->transaction = transaction;
    *out = transaction;
    return TARN_OK;
}

static void free_draft(tarn_draft *draft) {
    tarn_version_release(draft->base);
    tarn_state_clear(&draft->state);
    free(draft->name);
    free(draft->name_hashes);
    free(draft);
}

/* What was put and not committed may be in the cache, under ids that are free again. */
static void forget_unused(tarn_store *store) {
    for (size_t i = 0; i < store->pending.capacity; i++) {
        tarn_batch_entry entry, committed;
        memcpy(&entry, store->pending.slots + i * sizeof entry, sizeof entry);
        if (!tarn_is_no_batch(entry.id) && !tarn_index_find_batch(&store->ledger.index, entry.id, &committed))
            tarn_store_forget_batch(store, entry.id);
    }
}

void tarn_transaction_abort(tarn_transaction *transaction) {
    if (transaction == NULL)
        return;
    tarn_store *store = transaction->store;
    tarn_segment_abandon(store);
    for (size_t i = 0; i < transaction->draft_count; i++)
        free_draft(transaction->drafts[i]);
    free(transaction->drafts);
    forget_unused(store);
    pthread_mutex_lock(&store->lock);
    tarn_keyed_map_clear(&store->pending);
    store->transaction = NULL;
    pthread_mutex_unlock(&store->lock);
    free(transaction);
}

tarn_status tarn_transaction_put(tarn_transaction *transaction, const struct ArrowSchema *type,
                                 const struct ArrowArray *values, tarn_batch_id *out, tarn_error *error) {
    if (values->length > TARN_CHUNK_ROWS)
        return tarn_fail(error, TARN_E_INVALID, "a batch may have %d values, this one has %lld", TARN_CHUNK_ROWS,
                         (long long)values->length);
    return tarn_store_put(transaction->store, type, values, out, error);
}

/* ---- drafts ------------------------------------------------------------------------------------------------------ */

static tarn_status add_draft(tarn_transaction *transaction, tarn_draft **out, tarn_error *error) {
    TARN_TRY(tarn_grow(&transaction->drafts, &transaction->draft_capacity, transaction->draft_count + 1,
                       sizeof(tarn_draft *), error));
    tarn_draft *draft = calloc(1, sizeof *draft);
    if (draft == NULL)
        return tarn_fail_memory(error);
    draft->transaction = transaction;
    transaction->drafts[transaction->draft_count++] = draft;
    *out = draft;
    return TARN_OK;
}

static tarn_status check_new_name(const tarn_transaction *transaction, const char *name, tarn_error *error) {
    tarn_table *other;
    TARN_TRY(tarn_check_table_name(name, error));
    TARN_TRY(tarn_ledger_named(&transaction->store->ledger, name, &other, error));
    if (other != NULL)
        return tarn_fail(error, TARN_E_EXISTS,
                         "there is a table \"%s\" already: choose another name, or replace it or "
                         "append to it",
                         other->state.name);
    for (size_t i = 0; i < transaction->draft_count; i++) {
        const char *drafted = transaction->drafts[i]->name;
        if (drafted != NULL && tarn_name_equal(drafted, name))
            return tarn_fail(error, TARN_E_EXISTS, "two new tables would be named \"%s\"", name);
    }
    return TARN_OK;
}

tarn_status tarn_draft_create(tarn_transaction *transaction, const char *name, tarn_draft **out, tarn_error *error) {
    tarn_store *store = transaction->store;
    tarn_draft *draft;
    TARN_TRY(check_new_name(transaction, name, error));
    char *copy = tarn_strdup(name);
    if (copy == NULL)
        return tarn_fail_memory(error);
    tarn_status status = add_draft(transaction, &draft, error);
    if (status != TARN_OK) {
        free(copy);
        return status;
    }
    draft->name = copy;
    draft->next_field = 1;
    pthread_mutex_lock(&store->lock);
    draft->table = store->ledger.next_table++;
    draft->state.row_space = store->ledger.next_space++;
    pthread_mutex_unlock(&store->lock);
    *out = draft;
    return TARN_OK;
}

tarn_status tarn_draft_edit(tarn_transaction *transaction, tarn_version *base, tarn_draft **out, tarn_error *error) {
    const tarn_ledger *ledger = &transaction->store->ledger;
    const tarn_table *table = tarn_ledger_table(ledger, base->table);
    tarn_draft *draft;
    if (table == NULL)
        return tarn_fail(error, TARN_E_NOT_FOUND, "the table is not there any more");
    for (size_t i = 0; i < transaction->draft_count; i++) {
        if (transaction->drafts[i]->table == base->table)
            return tarn_fail(error, TARN_E_INVALID, "the table \"%s\" is being changed by this transaction already",
                             table->state.name);
    }
    uint64_t next_field = table->next_field;
    TARN_TRY(add_draft(transaction, &draft, error));
    draft->table = base->table;
    TARN_TRY(tarn_state_share(&base->state, &draft->state, error));
    tarn_version_retain(base);
    draft->base = base;
    draft->next_field = next_field;
    uint64_t mark = tarn_ledger_next_row(ledger, base->state.row_space);
    uint64_t end = (uint64_t)tarn_state_end_row(&base->state);
    draft->next_row = mark > end ? mark : end;
    *out = draft;
    return TARN_OK;
}

/* ---- committing -------------------------------------------------------------------------------------------------- */

/* A record in the making. */
typedef struct making {
    tarn_store *store;
    tarn_buffer record, change;
    tarn_json_out out;
    tarn_keyed_map used; /* pending batches that the new versions refer to */
    tarn_table_line *lines;
    size_t count; /* new versions */
} making;

static tarn_status use_batch(void *context, tarn_batch_id id, tarn_error *error) {
    making *making = context;
    const tarn_batch_entry *entry = tarn_keyed_map_find(&making->store->pending, id.hi, id.lo);
    return entry != NULL ? tarn_keyed_map_put(&making->used, entry, error) : TARN_OK;
}

static tarn_status write_change(making *making, const tarn_state *base, const tarn_state *state, tarn_error *error) {
    tarn_json_out out = {.buffer = &making->change};
    making->change.size = 0;
    tarn_state_write(&out, base, state);
    return out.status == TARN_OK ? TARN_OK : tarn_fail_memory(error);
}

/* The change from the parent when that is short, else the full state, so that loading a version stays bounded. */
static tarn_status choose_change(making *making, const tarn_draft *draft, tarn_table_line *line, tarn_error *error) {
    const tarn_version *base = draft->base;
    if (base != NULL && base->state.row_space == draft->state.row_space && base->links < MAX_LINKS) {
        TARN_TRY(write_change(making, &base->state, &draft->state, error));
        line->from = base->number;
        line->links = base->links + 1;
        line->delta_bytes = base->delta_bytes + making->change.size;
        line->full_bytes = base->full_bytes;
        if (line->delta_bytes <= line->full_bytes)
            return TARN_OK;
    }
    TARN_TRY(write_change(making, NULL, &draft->state, error));
    line->from = 0;
    line->links = line->delta_bytes = 0;
    line->full_bytes = making->change.size;
    return TARN_OK;
}

static void write_number(tarn_json_out *out, const char *key, uint64_t value) {
    tarn_json_out_key(out, key);
    tarn_json_out_u64(out, value);
}

static void write_line(making *making, const tarn_draft *draft, const tarn_table_state *state, uint64_t before,
                       const tarn_table_line *line) {
    tarn_json_out *out = &making->out;
    tarn_json_out_open(out, '{');
    tarn_record_table_state(out, state, before);
    write_number(out, "next_field", draft->next_field);
    write_number(out, "space", draft->state.row_space);
    write_number(out, "next_row", draft->next_row);
    write_number(out, "version", line->version);
    write_number(out, "parent", line->parent);
    tarn_line_write_change(out, line, (tarn_slice){(const char *)making->change.data, making->change.size});
    tarn_json_out_close(out, '}');
}

static tarn_status check_base(const tarn_store *store, const tarn_draft *draft, tarn_table_state *state,
                              tarn_error *error) {
    *state = (tarn_table_state){.id = draft->table, .name = draft->name};
    if (draft->base == NULL)
        return TARN_OK;
    const tarn_table *table = tarn_ledger_table(&store->ledger, draft->table);
    if (table == NULL || table->state.dropped)
        return tarn_fail(error, TARN_E_CONFLICT, "the table was dropped while it was being changed");
    if (table->state.head != draft->base->number)
        return tarn_fail(error, TARN_E_CONFLICT,
                         "\"%s\" is at version %llu now, the change was made to version %llu: look again and repeat it",
                         table->state.name, (unsigned long long)table->state.head,
                         (unsigned long long)draft->base->number);
    *state = table->state; /* borrowed */
    return TARN_OK;
}

static tarn_status make_version(making *making, tarn_draft *draft, tarn_table_line *line, tarn_error *error) {
    tarn_table_state state;
    *line = (tarn_table_line){0};
    TARN_TRY(check_base(making->store, draft, &state, error));
    TARN_TRY(tarn_draft_complete_order(draft, error));
    tarn_state_count_rows(&draft->state);
    if (draft->base != NULL && tarn_state_same(&draft->state, &draft->base->state))
        return TARN_OK;
    TARN_TRY(choose_change(making, draft, line, error));
    TARN_TRY(tarn_change_ids((const char *)making->change.data, making->change.size, use_batch, making, error));
    line->table = draft->table;
    line->version = state.newest + 1;
    line->parent = draft->base != NULL ? draft->base->number : 0;
    uint64_t before = state.head;
    state.head = state.tip = state.newest = line->version;
    state.rows = draft->state.rows;
    state.columns = (int64_t)draft->state.column_count;
    write_line(making, draft, &state, before, line);
    making->count++;
    return TARN_OK;
}

static tarn_status write_batches(making *making, tarn_error *error) {
    tarn_json_out *out = &making->out;
    if (making->used.count > 0) {
        tarn_json_out_key(out, "batches");
        tarn_json_out_open(out, '[');
        for (size_t i = 0; i < making->used.capacity; i++) {
            tarn_batch_entry entry;
            memcpy(&entry, making->used.slots + i * sizeof entry, sizeof entry);
            if (!tarn_is_no_batch(entry.id))
                tarn_line_write_batch(out, &entry);
        }
        tarn_json_out_close(out, ']');
    }
    return out->status == TARN_OK ? TARN_OK : tarn_fail_memory(error);
}

static tarn_status make_record(making *making, tarn_transaction *transaction, const tarn_event *event,
                               tarn_error *error) {
    TARN_TRY(tarn_record_begin(making->store, event, &making->out, error));
    tarn_json_out_key(&making->out, "tables");
    tarn_json_out_open(&making->out, '[');
    for (size_t i = 0; i < transaction->draft_count; i++)
        TARN_TRY(make_version(making, transaction->drafts[i], &making->lines[i], error));
    tarn_json_out_close(&making->out, ']');
    return write_batches(making, error);
}

/* The new versions are in memory already: no need to read them again. Failing that, they are read. */
static void enlist_versions(making *making, tarn_transaction *transaction) {
    for (size_t i = 0; i < transaction->draft_count; i++) {
        if (making->lines[i].version != 0)
            tarn_version_enlist(making->store, &making->lines[i], &transaction->drafts[i]->state, NULL);
    }
}

tarn_status tarn_transaction_commit(tarn_transaction *transaction, const tarn_event *event, bool *changed,
                                    tarn_error *error) {
    making making = {.store = transaction->store, .used.entry_size = sizeof(tarn_batch_entry)};
    making.out.buffer = &making.record;
    tarn_status status;
    if (changed != NULL)
        *changed = false;
    making.lines = calloc(transaction->draft_count + 1, sizeof *making.lines);
    if (making.lines == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    TARN_CHECK(tarn_store_check_writable(transaction->store, error));
    TARN_CHECK(make_record(&making, transaction, event, error));
    if (making.count == 0)
        goto cleanup;
    if (making.used.count > 0)
        TARN_CHECK(tarn_segment_sync(transaction->store, error));
    TARN_CHECK(tarn_journal_commit(transaction->store, &making.record, error));
    enlist_versions(&making, transaction);
    if (changed != NULL)
        *changed = true;
cleanup:
    free(making.lines);
    tarn_keyed_map_clear(&making.used);
    tarn_buffer_free(&making.record);
    tarn_buffer_free(&making.change);
    tarn_store *store = transaction->store;
    tarn_transaction_abort(transaction); /* after a commit only what it did not use is thrown away */
    if (status == TARN_OK && making.count > 0)
        tarn_store_enforce_limit(store);
    return status;
}
