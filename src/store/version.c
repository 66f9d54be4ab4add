/* Versions: loading them by their chain of changes, sharing loaded ones, and what can be asked of them. */
#include "store/internal.h"

#include "base/asker.h"
#include "base/text.h"

#include <stdlib.h>

/* ---- life -------------------------------------------------------------------------------------------------------- */

static tarn_status new_version(tarn_store *store, tarn_version **out, tarn_error *error) {
    tarn_version *version = calloc(1, sizeof *version);
    if (version == NULL)
        return tarn_fail_memory(error);
    atomic_init(&version->holders, 1);
    version->store = store;
    pthread_mutex_init(&version->lock, NULL);
    *out = version;
    return TARN_OK;
}

static void free_version(tarn_version *version) {
    for (size_t i = 0; version->live_sets != NULL && i < tarn_state_chunk_count(&version->state); i++)
        tarn_batch_release(version->live_sets[i]);
    for (size_t i = 0; version->order_batches != NULL && i < version->state.order->count; i++)
        tarn_batch_release(version->order_batches[i]);
    for (size_t i = 0; i < version->filtered_count; i++)
        free(version->filtered[i]);
    free(version->live_sets);
    free(version->order_batches);
    free(version->filtered);
    free(version->starts);
    free(version->parts);
    pthread_mutex_destroy(&version->lock);
    tarn_state_clear(&version->state);
    free(version);
}

void tarn_version_retain(tarn_version *version) {
    atomic_fetch_add_explicit(&version->holders, 1, memory_order_relaxed);
}

/* Take an unlisted version out of the list; called with the store's lock held. */
static void unlist(tarn_store *store, tarn_version *version) {
    for (size_t i = 0; i < store->version_count; i++) {
        if (store->versions[i] == version) {
            store->versions[i] = store->versions[--store->version_count];
            return;
        }
    }
}

void tarn_version_release(tarn_version *version) {
    if (version == NULL || atomic_fetch_sub_explicit(&version->holders, 1, memory_order_acq_rel) != 1)
        return;
    if (version->known) {
        pthread_mutex_lock(&version->store->lock);
        unlist(version->store, version);
        pthread_mutex_unlock(&version->store->lock);
    }
    free_version(version);
}

/* Retain unless the last holder is just letting go. */
static bool revive(tarn_version *version) {
    size_t holders = atomic_load_explicit(&version->holders, memory_order_acquire);
    while (holders > 0) {
        if (atomic_compare_exchange_weak_explicit(&version->holders, &holders, holders + 1, memory_order_acq_rel,
                                                  memory_order_acquire))
            return true;
    }
    return false;
}

static tarn_version *find_known(tarn_store *store, uint64_t table, uint64_t number) {
    for (size_t i = store->version_count; i > 0; i--) {
        tarn_version *version = store->versions[i - 1];
        if (version->table == table && version->number == number && revive(version))
            return version;
    }
    return NULL;
}

/* Hold a version so that it stays loaded for a while; gives back the one that has to go. With the store's lock held. */
static tarn_version *touch(tarn_store *store, tarn_version *version) {
    size_t at = 0;
    while (at < store->recent_count && store->recent[at] != version)
        at++;
    tarn_version *gone = NULL;
    if (at == store->recent_count) {
        tarn_version_retain(version);
        if (store->recent_count == TARN_RECENT_VERSIONS)
            gone = store->recent[--at];
        else
            store->recent_count++;
    }
    memmove(store->recent + 1, store->recent, at * sizeof(tarn_version *));
    store->recent[0] = version;
    return gone;
}

void tarn_versions_forget_recent(tarn_store *store) {
    tarn_version *gone[TARN_RECENT_VERSIONS];
    pthread_mutex_lock(&store->lock);
    size_t count = store->recent_count;
    memcpy(gone, store->recent, count * sizeof *gone);
    store->recent_count = 0;
    pthread_mutex_unlock(&store->lock);
    for (size_t i = 0; i < count; i++)
        tarn_version_release(gone[i]);
}

/* With the store's lock held: whether gc has not removed the version, and is not about to. */
static bool may_be_loaded(const tarn_store *store, uint64_t table, uint64_t number) {
    tarn_version_entry entry;
    return tarn_index_find_version(&store->ledger.index, table, number, &entry) &&
           !(entry.flags & TARN_VERSION_REMOVED) &&
           (store->collecting == NULL || tarn_keyed_map_find(store->collecting, table, number) != NULL);
}

/* List a version that is wholly made. When another thread was quicker, its version takes the place of `*version`. */
static tarn_status enlist(tarn_store *store, tarn_version **version, tarn_error *error) {
    tarn_version *gone = NULL, *other;
    pthread_mutex_lock(&store->lock);
    other = find_known(store, (*version)->table, (*version)->number);
    tarn_status status = TARN_OK;
    if (other == NULL && !may_be_loaded(store, (*version)->table, (*version)->number)) {
        status = tarn_fail(error, TARN_E_NOT_FOUND, "version %llu was removed by gc",
                           (unsigned long long)(*version)->number);
    } else if (other == NULL) {
        status = tarn_grow(&store->versions, &store->version_capacity, store->version_count + 1, sizeof(tarn_version *),
                           error);
        if (status == TARN_OK) {
            (*version)->known = true;
            store->versions[store->version_count++] = *version;
            gone = touch(store, *version);
        }
    }
    pthread_mutex_unlock(&store->lock);
    tarn_version_release(gone);
    if (other != NULL) {
        tarn_version_release(*version);
        *version = other;
    }
    return status;
}

static void take_numbers(tarn_version *version, const tarn_table_line *line) {
    version->table = line->table;
    version->number = line->version;
    version->parent = line->parent;
    version->links = line->links;
    version->delta_bytes = line->delta_bytes;
    version->full_bytes = line->full_bytes;
}

tarn_status tarn_version_enlist(tarn_store *store, const tarn_table_line *line, tarn_state *state, tarn_error *error) {
    tarn_version *version = NULL;
    TARN_TRY(new_version(store, &version, error));
    take_numbers(version, line);
    version->state = *state;
    *state = (tarn_state){0};
    tarn_status status = enlist(store, &version, error);
    tarn_version_release(version);
    return status;
}

tarn_status tarn_version_over(tarn_store *store, const tarn_state *state, tarn_version **out, tarn_error *error) {
    tarn_version *version = NULL;
    TARN_TRY(new_version(store, &version, error));
    tarn_status status = tarn_state_share(state, &version->state, error);
    if (status != TARN_OK) {
        tarn_version_release(version);
        return status;
    }
    tarn_state_count_rows(&version->state);
    *out = version;
    return TARN_OK;
}

/* ---- loading ----------------------------------------------------------------------------------------------------- */

bool tarn_store_version_entry(tarn_store *store, uint64_t table, uint64_t number, tarn_version_entry *out) {
    pthread_mutex_lock(&store->lock);
    bool found = tarn_index_find_version(&store->ledger.index, table, number, out);
    pthread_mutex_unlock(&store->lock);
    return found;
}

tarn_status tarn_store_version_numbers(tarn_store *store, uint64_t table, uint64_t **out, size_t *count,
                                       tarn_error *error) {
    pthread_mutex_lock(&store->lock);
    tarn_status status = tarn_index_versions_of(&store->ledger.index, table, out, count, error);
    pthread_mutex_unlock(&store->lock);
    return status;
}

tarn_status tarn_version_line(tarn_store *store, const tarn_version_entry *entry, tarn_buffer *text,
                              tarn_table_line *out, tarn_error *error) {
    tarn_line parsed = {0};
    tarn_status status = tarn_journal_read_line(store, entry->file, entry->offset, entry->length, text, error);
    if (status == TARN_OK)
        status = tarn_line_parse((const char *)text->data, text->size, &parsed, error);
    bool found = false;
    for (size_t i = 0; status == TARN_OK && i < parsed.table_count; i++) {
        if (parsed.tables[i].table == entry->table && parsed.tables[i].version == entry->version) {
            *out = parsed.tables[i];
            found = true;
        }
    }
    if (status == TARN_OK && (!found || out->change.size == 0 || out->from >= out->version))
        status = tarn_fail(error, TARN_E_CORRUPT, "its journal record does not have its change");
    tarn_line_clear(&parsed);
    return status;
}

/* A change on the way from a state that is at hand to the one that is wanted. */
typedef struct link {
    tarn_buffer text;
    tarn_table_line line;
} link;

static void clear_links(link *links, size_t count) {
    for (size_t i = 0; i < count; i++)
        tarn_buffer_free(&links[i].text);
    free(links);
}

/* A state to begin with: that of a version which is loaded. */
static bool borrow_state(tarn_store *store, uint64_t table, uint64_t number, tarn_state *out, tarn_status *status,
                         tarn_error *error) {
    pthread_mutex_lock(&store->lock);
    tarn_version *known = find_known(store, table, number);
    pthread_mutex_unlock(&store->lock);
    if (known == NULL)
        return false;
    *status = tarn_state_share(&known->state, out, error);
    tarn_version_release(known);
    return true;
}

static tarn_status collect_links(tarn_store *store, uint64_t table, uint64_t number, link **links, size_t *count,
                                 tarn_state *start, tarn_error *error) {
    size_t capacity = 0;
    while (number != 0) {
        tarn_status status = TARN_OK;
        tarn_version_entry entry;
        if (*count > 0 && borrow_state(store, table, number, start, &status, error))
            return status;
        if (!tarn_store_version_entry(store, table, number, &entry))
            return tarn_fail(error, TARN_E_CORRUPT,
                             "the journal record of version %llu, which it builds on, is missing",
                             (unsigned long long)number);
        TARN_TRY(tarn_grow(links, &capacity, *count + 1, sizeof **links, error));
        link *next = &(*links)[(*count)++];
        *next = (link){0};
        TARN_TRY(tarn_version_line(store, &entry, &next->text, &next->line, error));
        number = next->line.from; /* smaller each time, so this ends */
    }
    return TARN_OK;
}

/* Pruning moves changes to other files: between looking up and reading, another thread or process may do that. */
#define COLLECT_ATTEMPTS 20

tarn_status tarn_version_load_state(tarn_store *store, uint64_t table, uint64_t number, tarn_state *out,
                                    tarn_table_line *line, tarn_error *error) {
    link *links = NULL;
    size_t count = 0;
    tarn_state state = {0};
    tarn_status status = collect_links(store, table, number, &links, &count, &state, error);
    for (int attempt = 1; status == TARN_E_CORRUPT && attempt < COLLECT_ATTEMPTS; attempt++) {
        clear_links(links, count);
        tarn_state_clear(&state);
        links = NULL;
        count = 0;
        tarn_store_refresh(store, NULL, NULL); /* readers: it may have been another process */
        status = collect_links(store, table, number, &links, &count, &state, error);
    }
    for (size_t i = count; status == TARN_OK && i > 0; i--)
        status = tarn_state_apply(&state, links[i - 1].line.change.data, links[i - 1].line.change.size, error);
    if (status == TARN_OK) {
        *out = state;
        *line = links[0].line;
        line->name = line->change = (tarn_slice){NULL, 0}; /* their text goes now */
    } else {
        if (status == TARN_E_CORRUPT)
            status = tarn_fail_context(error, status, "version %llu cannot be read", (unsigned long long)number);
        tarn_state_clear(&state);
    }
    clear_links(links, count);
    return status;
}

/* Numbers rise by one: what is missing among them was removed. */
static tarn_status no_version(tarn_store *store, uint64_t table, uint64_t number, tarn_error *error) {
    tarn_table_state state = {0};
    TARN_TRY(tarn_store_find_id(store, table, &state, error));
    tarn_status status =
        number > 0 && number <= state.newest
            ? tarn_fail(
                  error, TARN_E_NOT_FOUND,
                  "version %llu of \"%s\" was removed by gc (" TARN_ASKER("tarn log", "log()") " lists what is there)",
                  (unsigned long long)number, state.name)
            : tarn_fail(error, TARN_E_NOT_FOUND, "the table \"%s\" has no version %llu: its newest is %llu", state.name,
                        (unsigned long long)number, (unsigned long long)state.newest);
    tarn_table_state_clear(&state);
    return status;
}

static bool was_set_aside(tarn_store *store, tarn_batch_id id) {
    tarn_batch_entry entry;
    return !tarn_is_no_batch(id) && tarn_store_find_batch(store, id, &entry) && entry.segment == 0;
}

/* Live sets and orders that verify set aside: all rows show, in their natural order. */
static tarn_status leave_out_lost(tarn_store *store, tarn_state *state, tarn_error *error) {
    for (size_t i = 0; state->live != NULL && i < tarn_state_chunk_count(state); i++) {
        if (was_set_aside(store, tarn_state_live_id(state, i)))
            TARN_TRY(tarn_state_set_live(state, i, TARN_NO_BATCH, state->chunks->extents[i].rows, error));
    }
    bool lost = false;
    for (size_t i = 0; state->order != NULL && i < state->order->count; i++)
        lost = lost || was_set_aside(store, state->order->pieces[i].id);
    if (lost)
        TARN_TRY(tarn_state_set_order(state, TARN_ORDER_RUNS, NULL, 0, error));
    tarn_state_count_rows(state);
    return TARN_OK;
}

static tarn_status load(tarn_store *store, uint64_t table, uint64_t number, tarn_version **out, tarn_error *error) {
    tarn_version_entry entry;
    bool there = tarn_store_version_entry(store, table, number, &entry);
    if (!there || entry.flags & TARN_VERSION_REMOVED)
        return no_version(store, table, number, error);
    tarn_version *version = NULL;
    tarn_table_line line;
    TARN_TRY(new_version(store, &version, error));
    tarn_status status = tarn_version_load_state(store, table, number, &version->state, &line, error);
    if (status == TARN_OK)
        status = leave_out_lost(store, &version->state, error);
    if (status == TARN_OK) {
        take_numbers(version, &line);
        status = enlist(store, &version, error);
    }
    if (status != TARN_OK) {
        tarn_version_release(version);
        return status;
    }
    *out = version;
    return TARN_OK;
}

/* A version that is loaded, or its number: of the head as it is now. */
static tarn_status look_up(tarn_store *store, uint64_t table, uint64_t *number, tarn_version **known,
                           tarn_error *error) {
    tarn_version *gone = NULL;
    pthread_mutex_lock(&store->lock);
    tarn_table *entry = tarn_ledger_table(&store->ledger, table);
    if (entry != NULL && *number == TARN_HEAD)
        *number = entry->state.head;
    *known = entry != NULL ? find_known(store, table, *number) : NULL;
    if (*known != NULL)
        gone = touch(store, *known);
    pthread_mutex_unlock(&store->lock);
    tarn_version_release(gone);
    return entry != NULL
               ? TARN_OK
               : tarn_fail(error, TARN_E_NOT_FOUND, "there is no table with the id %llu", (unsigned long long)table);
}

tarn_status tarn_store_version(tarn_store *store, uint64_t table, uint64_t number, tarn_version **out,
                               tarn_error *error) {
    uint64_t wanted = number, before;
    tarn_version *known;
    TARN_TRY(look_up(store, table, &wanted, &known, error));
    while (known == NULL) {
        tarn_status status = load(store, table, wanted, out, error);
        if (status == TARN_OK || number != TARN_HEAD)
            return status;
        /* what was the head may have been left behind and removed meanwhile */
        before = wanted;
        wanted = TARN_HEAD;
        tarn_error ignored;
        if (look_up(store, table, &wanted, &known, &ignored) != TARN_OK || (known == NULL && wanted == before))
            return status;
    }
    *out = known;
    return TARN_OK;
}

tarn_status tarn_store_parent(tarn_store *store, uint64_t table, uint64_t number, uint64_t *parent, tarn_error *error) {
    tarn_version_entry entry;
    if (number == TARN_HEAD) {
        tarn_table_state state = {0};
        TARN_TRY(tarn_store_find_id(store, table, &state, error));
        number = state.head;
        tarn_table_state_clear(&state);
    }
    if (!tarn_store_version_entry(store, table, number, &entry))
        return no_version(store, table, number, error);
    *parent = entry.parent;
    return TARN_OK;
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */

tarn_store *tarn_version_store(const tarn_version *version) {
    return version->store;
}

uint64_t tarn_version_table(const tarn_version *version) {
    return version->table;
}

uint64_t tarn_version_number(const tarn_version *version) {
    return version->number;
}

uint64_t tarn_version_parent(const tarn_version *version) {
    return version->parent;
}

bool tarn_version_is_committed(const tarn_version *version) {
    return version->known;
}

bool tarn_version_is_same(const tarn_version *before, const tarn_version *after) {
    return tarn_state_same(&before->state, &after->state);
}

uint64_t tarn_version_row_space(const tarn_version *version) {
    return version->state.row_space;
}

int64_t tarn_version_rows(const tarn_version *version) {
    return version->state.rows;
}

size_t tarn_version_column_count(const tarn_version *version) {
    return version->state.column_count;
}

const tarn_column *tarn_version_column(const tarn_version *version, size_t column) {
    return &version->state.heads[column]->column;
}

#define NAMES_LISTED 10

/* What there is instead, as far as it can be taken in at a glance. */
static tarn_status no_such_column(const tarn_version *version, const char *name, tarn_error *error) {
    tarn_buffer list = {0};
    size_t count = version->state.column_count, listed = count < NAMES_LISTED ? count : NAMES_LISTED;
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < listed && status == TARN_OK; i++)
        status = tarn_buffer_printf(&list, error, "%s%s", i == 0 ? "" : ", ", version->state.heads[i]->column.name);
    if (status == TARN_OK && listed < count)
        status = tarn_buffer_printf(&list, error, " and %zu more", count - listed);
    if (status == TARN_OK)
        status = tarn_fail(error, TARN_E_NOT_FOUND, "there is no column \"%s\": there %s %.*s", name,
                           count == 1 ? "is" : "are", (int)list.size, (const char *)list.data);
    tarn_buffer_free(&list);
    return status;
}

tarn_status tarn_version_find_column(const tarn_version *version, const char *name, size_t *out, tarn_error *error) {
    tarn_suggestion suggestion = {.wanted = name};
    uint64_t hash;
    if (tarn_column_key(name, NULL, &hash, NULL) != TARN_OK)
        return tarn_fail(error, TARN_E_NOT_FOUND, "there is no column of that name, which is not valid UTF-8");
    for (size_t i = 0; i < version->state.column_count; i++) {
        const tarn_column_head *head = version->state.heads[i];
        if (head->key_hash == hash && tarn_name_equal(head->column.name, name)) {
            *out = i;
            return TARN_OK;
        }
    }
    for (size_t i = 0; i < version->state.column_count; i++)
        tarn_suggest(&suggestion, version->state.heads[i]->column.name);
    if (suggestion.best != NULL)
        return tarn_fail(error, TARN_E_NOT_FOUND, "there is no column \"%s\": did you mean \"%s\"?", name,
                         suggestion.best);
    return no_such_column(version, name, error);
}

tarn_status tarn_version_schema(const tarn_version *version, struct ArrowSchema *out, tarn_error *error) {
    const tarn_state *state = &version->state;
    struct ArrowSchema schema;
    TARN_TRY(tarn_schema_make_nested(&schema, "+s", "", (int64_t)state->column_count, error));
    for (size_t i = 0; i < state->column_count; i++) {
        tarn_status status = tarn_schema_copy(&state->heads[i]->schema, NULL, schema.children[i], error);
        if (status != TARN_OK) {
            tarn_schema_release(&schema);
            return status;
        }
    }
    *out = schema;
    return TARN_OK;
}

size_t tarn_version_chunk_count(const tarn_version *version) {
    return tarn_state_chunk_count(&version->state);
}

tarn_chunk tarn_version_chunk(const tarn_version *version, size_t chunk) {
    return tarn_state_chunk(&version->state, chunk);
}

tarn_status tarn_version_read(const tarn_version *version, size_t column, size_t chunk, tarn_batch **out,
                              tarn_error *error) {
    return tarn_state_read(version->store, &version->state, column, chunk, out, error);
}

tarn_status tarn_version_take(const tarn_version *version, size_t column, const int64_t *row_numbers, int64_t count,
                              struct ArrowArray *out, tarn_error *error) {
    return tarn_state_take(version->store, &version->state, column, row_numbers, count, out, error);
}

tarn_batch_reference tarn_version_reference(const tarn_version *version, size_t column, size_t chunk) {
    const tarn_patch_list *patches = tarn_state_patches(&version->state, column, chunk);
    return (tarn_batch_reference){.base = version->state.data[column]->ids[chunk],
                                  .patches = patches != NULL ? patches->ids : NULL,
                                  .patch_count = patches != NULL ? patches->count : 0};
}

bool tarn_version_same_live(const tarn_version *a, size_t chunk_a, const tarn_version *b, size_t chunk_b) {
    return tarn_hash128_equal(tarn_state_live_id(&a->state, chunk_a), tarn_state_live_id(&b->state, chunk_b));
}

bool tarn_version_same_order(const tarn_version *a, const tarn_version *b) {
    return tarn_same_order(a->state.order, b->state.order);
}

bool tarn_version_has_order(const tarn_version *version) {
    return version->state.order != NULL;
}
