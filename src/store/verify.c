/* Checking everything, and setting aside what is damaged so that the rest stays usable. */
#include "store/compact.h"
#include "store/fold.h"
#include "store/mend.h"
#include "store/zone_file.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define SALTS_TRIED 64 /* ids of values whose own id was taken by others */

typedef struct verifying {
    tarn_store *store;
    tarn_task *task;
    tarn_verify_report *report;
    pthread_mutex_t lock; /* for what follows, while batches are checked in parallel */
    tarn_lost_batches lost;
    tarn_misnoted misnoted;
    tarn_id_set present; /* batches that were checked, good or bad */
    tarn_batch_entry *entries;
    size_t count, capacity;
    bool index_differs;
} verifying;

/* ---- the journal and the index ----------------------------------------------------------------------------------- */

static tarn_status check_journal(verifying *v, tarn_error *error) {
    tarn_error problem;
    tarn_status status = tarn_store_verify_journal(v->store, NULL, &v->report->records, &problem);
    if (status == TARN_E_CORRUPT)
        return tarn_report_problem(v->report, problem.message, "the history behind it cannot be proved unchanged",
                                   false, error);
    if (status != TARN_OK && error != NULL)
        *error = problem;
    return status;
}

typedef struct comparing {
    const tarn_ledger *rebuilt;
    const tarn_ledger *present;
    bool differs;
} comparing;

static tarn_status compare_batch(void *context, const void *item, tarn_error *error) {
    (void)error;
    comparing *c = context;
    const tarn_batch_entry *entry = item;
    tarn_batch_entry other;
    if (entry->segment != 0 && tarn_ledger_segment(c->present, entry->segment) == NULL)
        return TARN_OK;
    if (!tarn_index_find_batch(&c->present->index, entry->id, &other) || memcmp(entry, &other, sizeof other) != 0)
        c->differs = true;
    return TARN_OK;
}

static tarn_status compare_version(void *context, const void *item, tarn_error *error) {
    (void)error;
    comparing *c = context;
    const tarn_version_entry *entry = item;
    tarn_version_entry other;
    if (entry->flags & TARN_VERSION_REMOVED || tarn_ledger_table(c->present, entry->table) == NULL)
        return TARN_OK;
    if (!tarn_index_find_version(&c->present->index, entry->table, entry->version, &other) ||
        memcmp(entry, &other, sizeof other) != 0)
        c->differs = true;
    return TARN_OK;
}

static bool files_are_intact(const tarn_index *index) {
    for (size_t i = 0; i < index->file_count; i++) {
        if (tarn_hash64_of(index->files[i].mapping.data, index->files[i].size) != index->files[i].checksum)
            return false;
    }
    return true;
}

/* The index must say what the journal says. */
static tarn_status check_index(verifying *v, tarn_error *error) {
    tarn_ledger rebuilt;
    tarn_error problem;
    tarn_ledger_init(&rebuilt);
    rebuilt.record = v->store->ledger.record;
    comparing c = {&rebuilt, &v->store->ledger, !files_are_intact(&v->store->ledger.index)};
    tarn_status status = tarn_journal_rebuild_index(v->store, &rebuilt, &problem);
    if (status == TARN_E_CORRUPT) { /* told by check_journal */
        status = TARN_OK;
        goto cleanup;
    }
    if (status != TARN_OK) {
        if (error != NULL)
            *error = problem;
        goto cleanup;
    }
    TARN_CHECK(tarn_index_each_batch(&rebuilt.index, compare_batch, &c, error));
    TARN_CHECK(tarn_index_each_version(&rebuilt.index, compare_version, &c, error));
    v->index_differs = c.differs || v->store->index_incomplete;
cleanup:
    tarn_ledger_clear(&rebuilt);
    return status;
}

static tarn_status repair_index(verifying *v, bool repair, tarn_error *error) {
    if (!v->index_differs)
        return TARN_OK;
    tarn_store *store = v->store;
    if (repair) {
        pthread_mutex_lock(&store->lock);
        tarn_status status = tarn_journal_rebuild_index(store, &store->ledger, error);
        pthread_mutex_unlock(&store->lock);
        TARN_TRY(status);
        TARN_TRY(tarn_journal_rotate(store, NULL, error));
        TARN_TRY(tarn_store_sweep(store, NULL, error));
    }
    return tarn_report_problem(v->report, "the index is damaged or does not say what the journal says", NULL, repair,
                               error);
}

/* ---- batches ----------------------------------------------------------------------------------------------------- */

static tarn_status list_entry(void *context, const void *item, tarn_error *error) {
    verifying *v = context;
    const tarn_batch_entry *entry = item;
    if (entry->segment != 0 && tarn_ledger_segment(&v->store->ledger, entry->segment) == NULL)
        return TARN_OK;
    TARN_TRY(tarn_keyed_map_put(&v->present, &entry->id, error));
    if (entry->segment == 0)
        return TARN_OK;
    TARN_TRY(tarn_grow(&v->entries, &v->capacity, v->count + 1, sizeof *entry, error));
    v->entries[v->count++] = *entry;
    return TARN_OK;
}

/* Is its id made of these values? */
static tarn_status check_id(verifying *v, const tarn_batch_entry *entry, const tarn_batch *batch, tarn_error *error) {
    tarn_hash128 hash;
    TARN_TRY(v->store->hash(tarn_batch_schema(batch), tarn_batch_array(batch), &hash, error));
    for (uint64_t salt = 0; salt < SALTS_TRIED; salt++) {
        if (tarn_hash128_equal(tarn_batch_id_salted(hash, salt), entry->id))
            return TARN_OK;
    }
    return tarn_fail(error, TARN_E_CORRUPT,
                     "the batch at byte %" PRIu64 " of segment %u has other values than its id says", entry->offset,
                     (unsigned)entry->segment);
}

/* Is what is noted of the values so? */
static tarn_status check_zones(verifying *v, const tarn_batch_entry *entry, const tarn_batch *batch,
                               tarn_error *error) {
    tarn_error problem;
    tarn_status status = tarn_zones_check(v->store, entry, batch, &problem);
    if (status == TARN_E_CORRUPT) {
        pthread_mutex_lock(&v->lock);
        status = tarn_misnoted_add(&v->misnoted, entry, problem.message, &problem);
        pthread_mutex_unlock(&v->lock);
    }
    if (status != TARN_OK && error != NULL)
        *error = problem;
    return status;
}

static tarn_status check_batch(void *context, size_t index, tarn_error *error) {
    verifying *v = context;
    const tarn_batch_entry *entry = &v->entries[index];
    tarn_batch *batch = NULL;
    tarn_error problem;
    tarn_status status = tarn_store_decode(v->store, entry, false, &batch, &problem);
    if (status == TARN_OK && (entry->codec & TARN_BATCH_IS_FOLD) == 0) /* folds are compared with what they stand for */
        status = check_id(v, entry, batch, &problem);
    if (status == TARN_OK)
        status = check_zones(v, entry, batch, &problem);
    tarn_batch_release(batch);
    tarn_task_advance(v->task, 1);
    if (status == TARN_E_CORRUPT) {
        pthread_mutex_lock(&v->lock);
        status = tarn_lost_add(&v->lost, entry->id, problem.message, error);
        pthread_mutex_unlock(&v->lock);
        return status;
    }
    if (status != TARN_OK && error != NULL)
        *error = problem;
    return status;
}

static tarn_status check_batches(verifying *v, tarn_error *error) {
    TARN_TRY(tarn_index_each_batch(&v->store->ledger.index, list_entry, v, error));
    for (size_t i = 0; i < v->count; i++)
        v->report->bytes += v->entries[i].length;
    v->report->batches = v->count;
    v->report->segments = v->store->ledger.segment_count;
    tarn_task_begin(v->task, "checking", "batches", v->count);
    return tarn_parallel_for(v->store->options.pool, TARN_PRIORITY_BACKGROUND, v->task, v->count, check_batch, v,
                             error);
}

/* ---- versions ---------------------------------------------------------------------------------------------------- */

/* A version's reference to a batch: mention it when that is damaged, and find out whether it is there at all. */
static tarn_status check_reference(verifying *v, const tarn_version *version, const char *table, tarn_batch_id id,
                                   const char *place, tarn_error *error) {
    if (tarn_is_no_batch(id))
        return TARN_OK;
    tarn_lost_batch *lost = tarn_lost_find(&v->lost, id);
    if (lost == NULL && !tarn_id_set_has(&v->present, id)) {
        char text[TARN_HASH128_TEXT_SIZE], what[TARN_HASH128_TEXT_SIZE + 64];
        tarn_hash128_format(id, text);
        snprintf(what, sizeof what, "the batch %s is in no segment", text);
        TARN_TRY(tarn_lost_add(&v->lost, id, what, error));
        lost = tarn_lost_find(&v->lost, id);
    }
    return lost != NULL ? tarn_lost_mention(lost, table, version->table, version->number, place, error) : TARN_OK;
}

/* A fold must have the values that base and patches make, where it is of all of them. */
static tarn_status check_fold(verifying *v, const tarn_state *state, size_t column, size_t chunk, const char *place,
                              tarn_error *error) {
    tarn_hash128 key;
    tarn_batch *fold = NULL, *wanted = NULL;
    const tarn_patch_list *patches = tarn_state_patches(state, column, chunk);
    if (patches == NULL || tarn_fold_find(v->store, state, column, chunk, &key) != patches->count ||
        tarn_lost_find(&v->lost, key) != NULL)
        return TARN_OK;
    tarn_status status = tarn_store_read_batch(v->store, key, &fold, error);
    if (status == TARN_OK)
        status = tarn_state_read_unfolded(v->store, state, column, chunk, &wanted, NULL);
    if (status == TARN_E_CORRUPT) { /* told as what it is */
        status = TARN_OK;
    } else if (status == TARN_OK && fold != NULL &&
               !tarn_array_equal(tarn_batch_schema(wanted), tarn_batch_array(fold), tarn_batch_array(wanted))) {
        char what[256];
        snprintf(what, sizeof what, "what is kept ready of %s has other values than its edits give", place);
        status = tarn_lost_add(&v->lost, key, what, error);
    }
    tarn_batch_release(fold);
    tarn_batch_release(wanted);
    return status;
}

static tarn_status check_slot(verifying *v, const tarn_version *version, const char *table, size_t column, size_t chunk,
                              tarn_error *error) {
    const tarn_state *state = &version->state;
    tarn_stretch extent = state->chunks->extents[chunk];
    const tarn_patch_list *patches = tarn_state_patches(state, column, chunk);
    tarn_batch_id base = state->data[column]->ids[chunk];
    bool fine =
        tarn_is_no_batch(base) || (tarn_id_set_has(&v->present, base) && tarn_lost_find(&v->lost, base) == NULL);
    if (fine && patches == NULL)
        return TARN_OK;
    char *place = tarn_format("column \"%s\", rows %" PRId64 " to %" PRId64, state->heads[column]->column.name,
                              extent.first_row, extent.first_row + extent.rows - 1);
    if (place == NULL)
        return tarn_fail_memory(error);
    tarn_status status = check_reference(v, version, table, base, place, error);
    for (size_t i = 0; patches != NULL && i < patches->count && status == TARN_OK; i++)
        status = check_reference(v, version, table, patches->ids[i], place, error);
    if (status == TARN_OK)
        status = check_fold(v, state, column, chunk, place, error);
    free(place);
    return status;
}

/* Columns that are the very same as in `previous` were checked with it, unless something is damaged: then who is
 * affected is wanted in full. */
static bool was_checked(const verifying *v, const tarn_version *version, const tarn_version *previous, size_t column) {
    if (previous == NULL || v->lost.count > 0)
        return false;
    for (size_t i = 0; i < previous->state.column_count; i++) {
        if (previous->state.data[i] == version->state.data[column])
            return true;
    }
    return false;
}

static tarn_status check_references(verifying *v, const tarn_version *version, const tarn_version *previous,
                                    const char *table, tarn_error *error) {
    const tarn_state *state = &version->state;
    for (size_t column = 0; column < state->column_count; column++) {
        for (size_t chunk = 0; !was_checked(v, version, previous, column) && chunk < tarn_state_chunk_count(state);
             chunk++)
            TARN_TRY(check_slot(v, version, table, column, chunk, error));
    }
    for (size_t chunk = 0; chunk < tarn_state_chunk_count(state); chunk++)
        TARN_TRY(check_reference(v, version, table, tarn_state_live_id(state, chunk), "which rows are deleted", error));
    for (size_t i = 0; state->order != NULL && i < state->order->count; i++)
        TARN_TRY(check_reference(v, version, table, state->order->pieces[i].id, "the order of the rows", error));
    return TARN_OK;
}

typedef struct version_walk {
    verifying *v;
    tarn_version *previous;
} version_walk;

static tarn_status unreadable_version(verifying *v, const char *table, const tarn_version_entry *entry,
                                      const char *message, tarn_error *error) {
    char *affects = tarn_format("table \"%s\", version %" PRIu64, table, entry->version);
    tarn_status status =
        affects != NULL ? tarn_report_problem(v->report, message, affects, false, error) : tarn_fail_memory(error);
    free(affects);
    return status;
}

static tarn_status check_version(void *context, const void *item, tarn_error *error) {
    version_walk *walk = context;
    verifying *v = walk->v;
    const tarn_version_entry *entry = item;
    const tarn_table *table = tarn_ledger_table(&v->store->ledger, entry->table);
    tarn_version *version = NULL;
    tarn_error problem;
    if (entry->flags & TARN_VERSION_REMOVED || table == NULL)
        return TARN_OK;
    TARN_TRY(tarn_task_check(v->task, error));
    v->report->versions++;
    tarn_status status = tarn_store_version(v->store, entry->table, entry->version, &version, &problem);
    if (status == TARN_E_CORRUPT || status == TARN_E_NOT_FOUND)
        return unreadable_version(v, table->state.name, entry, problem.message, error);
    if (status != TARN_OK) {
        if (error != NULL)
            *error = problem;
        return status;
    }
    status = check_references(v, version, walk->previous, table->state.name, error);
    tarn_version_release(walk->previous);
    walk->previous = version;
    return status;
}

static tarn_status check_heads(verifying *v, tarn_error *error) {
    const tarn_ledger *ledger = &v->store->ledger;
    for (size_t i = 0; i < ledger->table_count; i++) {
        const tarn_table_state *table = &ledger->tables[i].state;
        tarn_version_entry entry;
        if (!tarn_store_version_entry(v->store, table->id, table->head, &entry) || entry.flags & TARN_VERSION_REMOVED) {
            entry = (tarn_version_entry){.table = table->id, .version = table->head};
            TARN_TRY(unreadable_version(v, table->name, &entry, "the head of a table is not there", error));
        }
    }
    return TARN_OK;
}

static tarn_status check_versions(verifying *v, tarn_error *error) {
    version_walk walk = {v, NULL};
    tarn_status status = tarn_index_each_version(&v->store->ledger.index, check_version, &walk, error);
    tarn_version_release(walk.previous);
    return status == TARN_OK ? check_heads(v, error) : status;
}

static tarn_status verify(verifying *v, bool repair, tarn_error *error) {
    TARN_TRY(check_journal(v, error));
    TARN_TRY(check_index(v, error));
    TARN_TRY(repair_index(v, repair, error));
    TARN_TRY(check_batches(v, error));
    TARN_TRY(check_versions(v, error));
    if (repair && v->lost.count + v->misnoted.count > 0)
        TARN_TRY(tarn_store_mend(v->store, &v->lost, &v->misnoted, error));
    TARN_TRY(tarn_misnoted_report(&v->misnoted, repair, v->report, error));
    return tarn_lost_report(&v->lost, repair, v->report, error);
}

tarn_status tarn_store_verify(tarn_store *store, bool repair, tarn_task *task, tarn_verify_report *out,
                              tarn_error *error) {
    *out = (tarn_verify_report){0};
    if (repair) {
        TARN_TRY(tarn_store_check_writable(store, error));
        if (store->transaction != NULL)
            return tarn_fail(error, TARN_E_LOCKED,
                             "a change is being made to this workspace: try again when it has ended");
    }
    verifying v = {.store = store, .task = task, .report = out};
    tarn_id_set_init(&v.present);
    tarn_lost_init(&v.lost);
    pthread_mutex_init(&v.lock, NULL);
    tarn_status status = tarn_store_hold(store, error);
    if (status == TARN_OK)
        status = verify(&v, repair, error);
    tarn_store_let_go(store);
    pthread_mutex_destroy(&v.lock);
    tarn_lost_clear(&v.lost);
    tarn_misnoted_clear(&v.misnoted);
    tarn_keyed_map_clear(&v.present);
    free(v.entries);
    if (status != TARN_OK)
        tarn_verify_report_clear(out);
    return status;
}
