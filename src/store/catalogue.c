/* The tables of a workspace, by name and by id. */
#include "store/internal.h"

#include "base/asker.h"
#include "base/text.h"

#include <stdlib.h>

void tarn_table_state_clear(tarn_table_state *table) {
    free(table->name);
    *table = (tarn_table_state){0};
}

void tarn_table_states_free(tarn_table_state *tables, size_t count) {
    for (size_t i = 0; i < count; i++)
        free(tables[i].name);
    free(tables);
}

static tarn_status copy_state(const tarn_table *table, tarn_table_state *out, tarn_error *error) {
    *out = table->state;
    out->name = tarn_strdup(table->state.name);
    return out->name != NULL ? TARN_OK : tarn_fail_memory(error);
}

typedef struct sorted_table {
    const char *key;
    const tarn_table *table;
} sorted_table;

static int compare_tables(const void *a, const void *b) {
    const sorted_table *left = a, *right = b;
    int order = strcmp(left->key, right->key);
    if (order != 0)
        return order;
    return (left->table->state.id > right->table->state.id) - (left->table->state.id < right->table->state.id);
}

static tarn_status list_tables(const tarn_ledger *ledger, bool with_dropped, tarn_table_state **out, size_t *count,
                               tarn_error *error) {
    sorted_table *sorted = malloc((ledger->table_count + 1) * sizeof *sorted);
    tarn_table_state *states = calloc(ledger->table_count + 1, sizeof *states);
    tarn_status status = TARN_OK;
    size_t chosen = 0;
    *count = 0;
    if (sorted == NULL || states == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t i = 0; i < ledger->table_count; i++) {
        const tarn_table *table = &ledger->tables[i];
        if (with_dropped || !table->state.dropped)
            sorted[chosen++] = (sorted_table){table->key, table};
    }
    qsort(sorted, chosen, sizeof *sorted, compare_tables);
    for (; *count < chosen; (*count)++)
        TARN_CHECK(copy_state(sorted[*count].table, &states[*count], error));
    *out = states;
    states = NULL;
cleanup:
    free(sorted);
    if (states != NULL)
        tarn_table_states_free(states, *count);
    return status;
}

tarn_status tarn_store_tables(tarn_store *store, bool with_dropped, tarn_table_state **out, size_t *count,
                              tarn_error *error) {
    pthread_mutex_lock(&store->lock);
    tarn_status status = list_tables(&store->ledger, with_dropped, out, count, error);
    pthread_mutex_unlock(&store->lock);
    return status;
}

static tarn_status not_found(const tarn_ledger *ledger, const char *name, tarn_error *error) {
    tarn_suggestion suggestion = {.wanted = name};
    bool dropped = false;
    for (size_t i = 0; i < ledger->table_count; i++) {
        if (!ledger->tables[i].state.dropped)
            tarn_suggest(&suggestion, ledger->tables[i].state.name);
        else if (tarn_name_equal(ledger->tables[i].state.name, name))
            dropped = true;
    }
    if (dropped)
        return tarn_fail(
            error, TARN_E_NOT_FOUND,
            "the table \"%s\" was dropped: " TARN_ASKER("tarn drop \"%s\" --undo", "undrop('%s')") " brings it back",
            name, name);
    if (suggestion.best != NULL)
        return tarn_fail(error, TARN_E_NOT_FOUND, "there is no table \"%s\": did you mean \"%s\"?", name,
                         suggestion.best);
    return tarn_fail(error, TARN_E_NOT_FOUND, "there is no table \"%s\"", name);
}

tarn_status tarn_store_find(tarn_store *store, const char *name, tarn_table_state *out, tarn_error *error) {
    tarn_table *table;
    pthread_mutex_lock(&store->lock);
    tarn_status status = tarn_ledger_named(&store->ledger, name, &table, error);
    if (status == TARN_OK)
        status = table != NULL ? copy_state(table, out, error) : not_found(&store->ledger, name, error);
    pthread_mutex_unlock(&store->lock);
    return status;
}

tarn_status tarn_store_find_id(tarn_store *store, uint64_t id, tarn_table_state *out, tarn_error *error) {
    pthread_mutex_lock(&store->lock);
    const tarn_table *table = tarn_ledger_table(&store->ledger, id);
    tarn_status status = table != NULL ? copy_state(table, out, error)
                                       : tarn_fail(error, TARN_E_NOT_FOUND, "there is no table with the id %llu",
                                                   (unsigned long long)id);
    pthread_mutex_unlock(&store->lock);
    return status;
}

tarn_status tarn_store_find_dropped(tarn_store *store, const char *name, tarn_table_state *out, tarn_error *error) {
    const tarn_table *latest = NULL;
    pthread_mutex_lock(&store->lock);
    for (size_t i = 0; i < store->ledger.table_count; i++) {
        const tarn_table *table = &store->ledger.tables[i];
        if (table->state.dropped && tarn_name_equal(table->state.name, name) &&
            (latest == NULL || table->state.changed >= latest->state.changed))
            latest = table;
    }
    tarn_status status = latest != NULL ? copy_state(latest, out, error)
                                        : tarn_fail(error, TARN_E_NOT_FOUND, "no table named \"%s\" was dropped", name);
    pthread_mutex_unlock(&store->lock);
    return status;
}
