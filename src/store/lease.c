/* The writer's lock, and the leases by which readers keep gc from removing what they may still map. */
#include "store/internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* ---- the writer's lock ------------------------------------------------------------------------------------------- */

/* Who holds the lock, as that process wrote into it; empty when it does not say. */
static void read_holder(tarn_file *file, char *text, size_t size) {
    size_t got = 0;
    text[0] = '\0';
    if (tarn_file_read(file, 0, text, size - 1, &got, NULL) != TARN_OK)
        got = 0;
    text[got] = '\0';
    text[strcspn(text, "\n")] = '\0';
    if (!tarn_utf8_is_valid(text, strlen(text)))
        text[0] = '\0';
}

static void write_holder(tarn_file *file) {
    char host[256] = "", time[TARN_TIME_TEXT_SIZE], text[400];
    if (gethostname(host, sizeof host - 1) != 0)
        snprintf(host, sizeof host, "this machine");
    tarn_time_format(tarn_now(), time);
    int size = snprintf(text, sizeof text, "process %ld on %s since %s\n", (long)getpid(), host, time);
    /*
     * Only for messages: a lock without it holds just as well. Written over what the last holder wrote, since a file
     * that is emptied first is flushed by some file systems (ext4) when it is closed, and the next opening waits for
     * it.
     */
    uint64_t before = 0;
    if (tarn_file_write(file, 0, text, (size_t)size, NULL) == TARN_OK &&
        tarn_file_size(file, &before, NULL) == TARN_OK && before > (uint64_t)size)
        tarn_file_truncate(file, (uint64_t)size, NULL);
}

tarn_status tarn_lock_take(tarn_store *store, tarn_error *error) {
    char *path = tarn_path_join(store->directory, "lock");
    if (path == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_fs_open(store->fs, path, TARN_OPEN_CREATE, &store->lock_file, error);
    free(path);
    if (status != TARN_OK)
        return status;
    tarn_error problem;
    status = tarn_file_lock(store->lock_file, TARN_LOCK_EXCLUSIVE, &problem);
    if (status == TARN_E_LOCKED) {
        char holder[400];
        read_holder(store->lock_file, holder, sizeof holder);
        return tarn_fail(error, TARN_E_LOCKED,
                         "another process is writing to %s%s%s%s: wait for it, or open it for reading",
                         store->directory, holder[0] != '\0' ? " (" : "", holder, holder[0] != '\0' ? ")" : "");
    }
    if (status != TARN_OK) {
        if (error != NULL)
            *error = problem;
        return status;
    }
    write_holder(store->lock_file);
    return TARN_OK;
}

/* ---- leases ------------------------------------------------------------------------------------------------------ */

#define LEASE_TEXT_SIZE 21 /* a number in twenty digits and a line end */
#define LEASE_ATTEMPTS 100

static tarn_status write_lease(tarn_file *file, uint64_t record, tarn_error *error) {
    char text[LEASE_TEXT_SIZE + 1];
    snprintf(text, sizeof text, "%020" PRIu64 "\n", record);
    return tarn_file_write(file, 0, text, LEASE_TEXT_SIZE, error);
}

/*
 * Where no lease can be made, since the disk is full, or nothing may be written there, a reader locks the workspace's
 * description instead, shared with other such readers: that needs neither space nor a name. It says nothing of records,
 * so it holds back everything.
 */
static char *description_path(const tarn_store *store) {
    return tarn_path_join(store->directory, "workspace.json");
}

/* A writer looks at the lock by taking it, which is over at once. */
#define LOCK_ATTEMPTS 1000
#define LOCK_PAUSE_NS 1000000

static tarn_status take_shared_lease(tarn_store *store, tarn_error *error) {
    const struct timespec pause = {.tv_nsec = LOCK_PAUSE_NS};
    tarn_file *file = NULL;
    char *path = description_path(store);
    if (path == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_fs_open(store->fs, path, TARN_OPEN_READ, &file, error);
    free(path);
    TARN_TRY(status);
    status = tarn_file_lock(file, TARN_LOCK_SHARED, error);
    for (int attempt = 1; status == TARN_E_LOCKED && attempt < LOCK_ATTEMPTS; attempt++) {
        nanosleep(&pause, NULL);
        status = tarn_file_lock(file, TARN_LOCK_SHARED, error);
    }
    if (status == TARN_OK)
        store->shared_lease = file;
    else
        tarn_file_close(file);
    return status;
}

/* Writers: whether a reader holds everything back. What cannot be told is taken for that. */
static tarn_status is_held_back(tarn_store *store, bool *held, tarn_error *error) {
    tarn_file *file = NULL;
    char *path = description_path(store);
    *held = true;
    if (path == NULL)
        return tarn_fail_memory(error);
    /* For writing: some file systems of networks lock exclusively only what may be written. */
    tarn_status status = tarn_fs_open(store->fs, path, TARN_OPEN_WRITE, &file, NULL);
    if (status != TARN_OK)
        status = tarn_fs_open(store->fs, path, TARN_OPEN_READ, &file, NULL);
    if (status == TARN_OK)
        status = tarn_file_lock(file, TARN_LOCK_EXCLUSIVE, NULL);
    tarn_file_close(file);
    free(path);
    *held = status != TARN_OK;
    return status == TARN_E_MEMORY ? tarn_fail_memory(error) : TARN_OK;
}

/* Make, fill and lock a lease of some name. `*taken` is false when a writer swept it before it was locked. */
static tarn_status try_lease(tarn_store *store, int attempt, bool *taken, tarn_error *error) {
    tarn_file *file = NULL;
    tarn_error problem;
    *taken = false;
    char *path = tarn_format("%s/%ld-%" PRId64 "-%d", store->lease_folder, (long)getpid(), tarn_monotonic(), attempt);
    if (path == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_fs_open(store->fs, path, TARN_OPEN_CREATE_NEW, &file, &problem);
    if (status == TARN_OK)
        status = tarn_file_lock(file, TARN_LOCK_EXCLUSIVE, &problem);
    if (status == TARN_OK)
        status = write_lease(file, 0, &problem);
    if (status == TARN_OK && tarn_fs_stat(store->fs, path, NULL, NULL, NULL) == TARN_OK) {
        store->lease = file;
        store->lease_path = path;
        *taken = true;
        return TARN_OK;
    }
    if (file != NULL)
        tarn_fs_remove(store->fs, path, NULL);
    tarn_file_close(file);
    free(path);
    if (status == TARN_OK || status == TARN_E_EXISTS || status == TARN_E_LOCKED)
        return TARN_OK;
    if (error != NULL)
        *error = problem;
    return status;
}

tarn_status tarn_lease_take(tarn_store *store, tarn_error *error) {
    for (int attempt = 0; attempt < LEASE_ATTEMPTS; attempt++) {
        bool taken;
        tarn_status status = try_lease(store, attempt, &taken, NULL);
        if (status == TARN_E_MEMORY)
            return tarn_fail_memory(error);
        if (status != TARN_OK)
            break;
        if (taken)
            return TARN_OK;
    }
    tarn_status status = take_shared_lease(store, error);
    return status == TARN_OK ? TARN_OK
                             : tarn_fail_context(error, status, "the workspace cannot be held open for reading");
}

void tarn_lease_update(tarn_store *store, uint64_t record) {
    /* A lease that stays behind only keeps more than is needed. */
    if (store->lease != NULL && store->leased_record != record && write_lease(store->lease, record, NULL) == TARN_OK)
        store->leased_record = record;
}

void tarn_lease_drop(tarn_store *store) {
    tarn_file_close(store->shared_lease);
    store->shared_lease = NULL;
    if (store->lease == NULL)
        return;
    tarn_fs_remove(store->fs, store->lease_path, NULL);
    tarn_file_close(store->lease);
    free(store->lease_path);
    store->lease = NULL;
    store->lease_path = NULL;
}

/* The record that a lease names, 0 when it names none yet; `*alive` is false when nobody holds it. */
static tarn_status judge_lease(tarn_store *store, const char *path, bool *alive, uint64_t *record, tarn_error *error) {
    tarn_file *file = NULL;
    char text[LEASE_TEXT_SIZE + 1] = {0};
    size_t got;
    *alive = false;
    tarn_error problem;
    tarn_status status = tarn_fs_open(store->fs, path, TARN_OPEN_WRITE, &file, &problem);
    if (status == TARN_E_NOT_FOUND)
        return TARN_OK; /* dropped just now */
    if (status == TARN_OK) {
        status = tarn_file_lock(file, TARN_LOCK_EXCLUSIVE, &problem);
        if (status == TARN_E_LOCKED) {
            *alive = true;
            status = tarn_file_read(file, 0, text, LEASE_TEXT_SIZE, &got, &problem);
            *record = strtoull(text, NULL, 10);
        }
    }
    tarn_file_close(file);
    if (status != TARN_OK && error != NULL)
        *error = problem;
    return status;
}

tarn_status tarn_lease_oldest(tarn_store *store, uint64_t *oldest, tarn_error *error) {
    tarn_entry *entries = NULL;
    size_t count = 0;
    bool held;
    TARN_TRY(is_held_back(store, &held, error));
    *oldest = held ? 0 : UINT64_MAX;
    TARN_TRY(tarn_fs_list(store->fs, store->lease_folder, &entries, &count, error));
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < count && status == TARN_OK; i++) {
        uint64_t record = 0;
        bool alive;
        if (entries[i].kind != TARN_ENTRY_FILE)
            continue; /* not Tarn's */
        char *path = tarn_path_join(store->lease_folder, entries[i].name);
        status = path != NULL ? judge_lease(store, path, &alive, &record, error) : tarn_fail_memory(error);
        if (status == TARN_OK && !alive)
            tarn_fs_remove(store->fs, path, NULL);
        else if (status == TARN_OK && record < *oldest)
            *oldest = record;
        free(path);
    }
    tarn_entries_free(entries, count);
    return status;
}
