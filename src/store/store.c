/* Workspaces: making, opening, closing. */
#include "store/internal.h"

#include "base/asker.h"
#include "base/clock.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DEFAULT_SEGMENT_BYTES (UINT64_C(256) << 20)
#define DEFAULT_CACHE_BYTES (UINT64_C(256) << 20)
#define DEFAULT_JOURNAL_BYTES (UINT64_C(4) << 20)

/* ---- paths ------------------------------------------------------------------------------------------------------- */

char *tarn_journal_path(const tarn_store *store, uint32_t number) {
    return tarn_format("%s/%08u.jsonl", store->journal_folder, (unsigned)number);
}

char *tarn_segment_path(const tarn_store *store, uint32_t number) {
    return tarn_format("%s/%08u.seg", store->segment_folder, (unsigned)number);
}

uint32_t tarn_file_number(const char *name, const char *ending) {
    uint64_t number = 0;
    size_t digits = 0;
    for (; name[digits] >= '0' && name[digits] <= '9' && digits < 10; digits++)
        number = number * 10 + (uint64_t)(name[digits] - '0');
    return digits >= 8 && strcmp(name + digits, ending) == 0 && number <= INT32_MAX ? (uint32_t)number : 0;
}

/* ---- making ------------------------------------------------------------------------------------------------------ */

typedef enum description {
    DESCRIPTION_ABSENT,
    DESCRIPTION_UNFINISHED, /* a workspace whose making was cut off */
    DESCRIPTION_GOOD,
} description;

/* Judge workspace.json. */
static tarn_status read_description(tarn_fs *fs, const char *directory, description *out, tarn_error *error) {
    tarn_buffer text = {0};
    tarn_slice key, format = {NULL, 0};
    uint64_t version = 0;
    *out = DESCRIPTION_ABSENT;
    char *path = tarn_path_join(directory, "workspace.json");
    if (path == NULL)
        return tarn_fail_memory(error);
    tarn_error ignored;
    tarn_status status = tarn_journal_read_file(fs, path, &text, &ignored);
    if (status == TARN_E_NOT_FOUND) {
        status = TARN_OK;
        goto cleanup;
    }
    if (status != TARN_OK) {
        if (error != NULL)
            *error = ignored;
        goto cleanup;
    }
    tarn_json json = tarn_json_of((const char *)text.data, text.size);
    tarn_json_enter_object(&json);
    while (tarn_json_member(&json, &key)) {
        if (tarn_slice_is(key, "format"))
            tarn_json_string(&json, &format);
        else if (tarn_slice_is(key, "version"))
            version = tarn_json_u64(&json);
        else
            tarn_json_skip(&json, NULL);
    }
    bool whole = tarn_json_finished(&json);
    if (whole && (format.data == NULL || !tarn_slice_is(format, "tarn") || version == 0))
        status = tarn_fail(error, TARN_E_CORRUPT, "%s does not describe a Tarn workspace", path);
    else if (whole && version > TARN_FORMAT_VERSION)
        status = tarn_fail(error, TARN_E_NEWER,
                           "%s was written by a newer Tarn (format %" PRIu64 ", this one reads up to %d): update Tarn",
                           directory, version, TARN_FORMAT_VERSION);
    else
        *out = whole ? DESCRIPTION_GOOD : DESCRIPTION_UNFINISHED;
cleanup:
    tarn_buffer_free(&text);
    free(path);
    return status;
}

static tarn_status write_whole_file(tarn_fs *fs, const char *path, const tarn_buffer *content, tarn_error *error) {
    tarn_file *file = NULL;
    tarn_status status;
    TARN_CHECK(tarn_fs_open(fs, path, TARN_OPEN_CREATE, &file, error));
    TARN_CHECK(tarn_file_truncate(file, 0, error));
    TARN_CHECK(tarn_file_write(file, 0, content->data, content->size, error));
    TARN_CHECK(tarn_file_sync(file, error));
cleanup:
    tarn_file_close(file);
    return status;
}

/* The folders of a workspace, as far as they are not there. */
static tarn_status complete_folders(tarn_fs *fs, const char *directory, tarn_error *error) {
    static const char *const names[] = {"journal", "segments", "index", "leases", "tmp"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *path = tarn_path_join(directory, names[i]);
        if (path == NULL)
            return tarn_fail_memory(error);
        tarn_error problem;
        tarn_status status = tarn_fs_make_directory(fs, path, &problem);
        free(path);
        if (status != TARN_OK && status != TARN_E_EXISTS) {
            if (error != NULL)
                *error = problem;
            return status;
        }
    }
    return TARN_OK;
}

static tarn_status make_folders(tarn_fs *fs, const char *directory, tarn_error *error) {
    TARN_TRY(tarn_fs_make_directories(fs, directory, error));
    TARN_TRY(complete_folders(fs, directory, error));
    return tarn_fs_sync_directory(fs, directory, error);
}

static tarn_status write_first_journal(tarn_fs *fs, const char *directory, tarn_error *error) {
    tarn_buffer text = {0};
    tarn_ledger ledger;
    tarn_ledger_init(&ledger);
    char *folder = tarn_path_join(directory, "journal");
    char *path = folder != NULL ? tarn_path_join(folder, "00000001.jsonl") : NULL;
    tarn_status status =
        path != NULL ? tarn_checkpoint_write(&ledger, tarn_now(), &text, error) : tarn_fail_memory(error);
    if (status == TARN_OK)
        status = write_whole_file(fs, path, &text, error);
    if (status == TARN_OK)
        status = tarn_fs_sync_directory(fs, folder, error);
    tarn_ledger_clear(&ledger);
    tarn_buffer_free(&text);
    free(folder);
    free(path);
    return status;
}

/* Told apart by when and where it was made; nothing depends on its being unguessable. */
static void make_id(const char *directory, char text[TARN_HASH128_TEXT_SIZE]) {
    struct {
        int64_t now, monotonic;
        uintptr_t address;
        tarn_hash128 path;
    } seed = {tarn_now(), tarn_monotonic(), (uintptr_t)&seed, tarn_hash128_of(directory, strlen(directory))};
    tarn_hash128_format(tarn_hash128_of(&seed, sizeof seed), text);
}

tarn_status tarn_store_describe(tarn_fs *fs, const char *directory, tarn_error *error) {
    tarn_buffer text = {0};
    char id[TARN_HASH128_TEXT_SIZE];
    make_id(directory, id);
    char *path = tarn_path_join(directory, "workspace.json");
    tarn_status status = path != NULL
                             ? tarn_buffer_printf(&text, error, "{\"format\":\"tarn\",\"version\":%d,\"id\":\"%s\"}\n",
                                                  TARN_FORMAT_VERSION, id)
                             : tarn_fail_memory(error);
    if (status == TARN_OK)
        status = write_whole_file(fs, path, &text, error);
    if (status == TARN_OK)
        status = tarn_fs_sync_directory(fs, directory, error);
    tarn_buffer_free(&text);
    free(path);
    return status;
}

/* True when there are journal files beyond what making a workspace writes: then its description was lost. */
static tarn_status has_records(tarn_fs *fs, const char *directory, bool *out, tarn_error *error) {
    uint32_t *numbers = NULL;
    size_t count = 0;
    tarn_buffer text = {0};
    tarn_error problem = {0};
    *out = false;
    char *folder = tarn_path_join(directory, "journal");
    char *path = folder != NULL ? tarn_path_join(folder, "00000001.jsonl") : NULL;
    tarn_status status =
        path != NULL ? tarn_journal_files(fs, folder, &numbers, &count, &problem) : tarn_fail_memory(&problem);
    if (status == TARN_OK && count > 0) {
        *out = count > 1 || numbers[0] != 1;
        if (!*out)
            status = tarn_journal_read_file(fs, path, &text, &problem);
        const char *end = status == TARN_OK && text.size > 0 ? memchr(text.data, '\n', text.size) : NULL;
        *out = *out || (end != NULL && end + 1 < (const char *)text.data + text.size);
    }
    if (status == TARN_E_NOT_FOUND)
        status = TARN_OK;
    if (status != TARN_OK && error != NULL)
        *error = problem;
    tarn_buffer_free(&text);
    free(numbers);
    free(folder);
    free(path);
    return status;
}

tarn_status tarn_store_create(tarn_fs *fs, const char *directory, tarn_error *error) {
    description present;
    bool used;
    TARN_TRY(tarn_fs_guard(fs, directory, error));
    TARN_TRY(read_description(fs, directory, &present, error));
    if (present == DESCRIPTION_GOOD)
        return tarn_fail(error, TARN_E_EXISTS, "%s is a workspace already", directory);
    TARN_TRY(has_records(fs, directory, &used, error));
    if (used)
        return tarn_fail(error, TARN_E_CORRUPT,
                         "%s holds a journal, but its workspace.json is lost: " TARN_ASKER(
                             "tarn verify --repair", "opening it with repair: true") " writes it again",
                         directory);
    TARN_TRY(make_folders(fs, directory, error));
    TARN_TRY(write_first_journal(fs, directory, error));
    return tarn_store_describe(fs, directory, error); /* last: from here on it is a workspace */
}

/* ---- opening ----------------------------------------------------------------------------------------------------- */

static tarn_status allocate_paths(tarn_store *store, const char *directory, const char *user, tarn_error *error) {
    store->directory = tarn_strdup(directory);
    store->journal_folder = tarn_path_join(directory, "journal");
    store->segment_folder = tarn_path_join(directory, "segments");
    store->index_folder = tarn_path_join(directory, "index");
    store->lease_folder = tarn_path_join(directory, "leases");
    store->scratch_folder = tarn_path_join(directory, "tmp");
    store->user = tarn_strdup(user != NULL ? user : "unknown");
    if (store->directory == NULL || store->journal_folder == NULL || store->segment_folder == NULL ||
        store->index_folder == NULL || store->lease_folder == NULL || store->scratch_folder == NULL ||
        store->user == NULL)
        return tarn_fail_memory(error);
    return TARN_OK;
}

static uint64_t memory_size(void) {
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : 0;
}

static void fill_cache_options(tarn_store_options *options) {
    if (options->mapped_bytes == 0 && options->cache_bytes == 0)
        options->mapped_bytes = memory_size() / 4;
    if (options->cache_bytes == 0)
        options->cache_bytes = DEFAULT_CACHE_BYTES;
    if (options->mapped_bytes < options->cache_bytes)
        options->mapped_bytes = options->cache_bytes;
}

static void fill_options(tarn_store *store, const tarn_store_options *options) {
    static const tarn_store_options defaults = {0};
    store->options = options != NULL ? *options : defaults;
    if (store->options.segment_bytes == 0)
        store->options.segment_bytes = DEFAULT_SEGMENT_BYTES;
    fill_cache_options(&store->options);
    if (store->options.journal_bytes == 0)
        store->options.journal_bytes = DEFAULT_JOURNAL_BYTES;
}

tarn_status tarn_store_allocate(tarn_fs *fs, const char *directory, const tarn_store_options *options, tarn_store **out,
                                tarn_error *error) {
    tarn_store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return tarn_fail_memory(error);
    store->fs = fs;
    store->hash = tarn_array_hash;
    store->pending.entry_size = sizeof(tarn_batch_entry);
    fill_options(store, options);
    tarn_ledger_init(&store->ledger);
    pthread_mutex_init(&store->lock, NULL);
    pthread_mutex_init(&store->scratch_lock, NULL);
    pthread_mutex_init(&store->writer.lock, NULL);
    tarn_status status = allocate_paths(store, directory, options != NULL ? options->user : NULL, error);
    if (status == TARN_OK)
        status = tarn_cache_init(&store->cache, store->options.cache_bytes, error);
    if (status == TARN_OK)
        status = tarn_zone_cache_init(&store->zones, TARN_ZONE_CACHE_BYTES, error);
    if (status != TARN_OK) {
        tarn_store_close(store);
        return status;
    }
    store->options.user = store->user;
    *out = store;
    return TARN_OK;
}

/* Cut off what follows the last valid record, so that it can never come alive behind a new one. */
static tarn_status drop_torn_tail(tarn_store *store, tarn_error *error) {
    if (!store->torn)
        return TARN_OK;
    TARN_TRY(tarn_file_truncate(store->journal.file->file, store->journal.end, error));
    return tarn_file_sync(store->journal.file->file, error);
}

/* What a writer writes into is a folder of the workspace. One that is missing is made: git, for one, keeps no empty
 * ones. */
static tarn_status check_folders(const tarn_store *store, tarn_error *error) {
    const char *const folders[] = {store->journal_folder, store->segment_folder, store->index_folder,
                                   store->lease_folder, store->scratch_folder};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        tarn_entry_kind kind = TARN_ENTRY_DIRECTORY;
        tarn_error problem;
        tarn_status status = tarn_fs_stat(store->fs, folders[i], &kind, NULL, &problem);
        if (status == TARN_E_NOT_FOUND)
            status = tarn_fs_make_directory(store->fs, folders[i], &problem);
        if (status != TARN_OK)
            return tarn_fail(error, status, "%s", problem.message);
        if (kind != TARN_ENTRY_DIRECTORY)
            return tarn_fail(error, TARN_E_CORRUPT,
                             "%s is no folder but a link, or something else: nothing of a workspace is reached through "
                             "links; put a folder in its place",
                             folders[i]);
    }
    return TARN_OK;
}

static tarn_status open_writer(tarn_store *store, tarn_error *error) {
    TARN_TRY(tarn_lock_take(store, error));
    TARN_TRY(check_folders(store, error));
    TARN_TRY(tarn_journal_load(store, error));
    TARN_TRY(drop_torn_tail(store, error));
    TARN_TRY(tarn_store_number_index(store, error));
    tarn_segment_writer_open(store);
    if (store->index_incomplete)
        tarn_journal_rotate(store, NULL, NULL); /* writes the rebuilt index; without it the next open rebuilds */
    TARN_TRY(tarn_store_sweep(store, NULL, error));
    tarn_store_enforce_limit(store);
    return TARN_OK;
}

static tarn_status open_reader(tarn_store *store, tarn_error *error) {
    TARN_TRY(tarn_lease_take(store, error)); /* first: from now on gc removes nothing that is read below */
    TARN_TRY(tarn_journal_load(store, error));
    tarn_lease_update(store, store->ledger.record);
    tarn_scratch_sweep(store); /* rows that somebody killed had spilled do not lie there until somebody writes */
    return TARN_OK;
}

tarn_status tarn_store_check_description(tarn_fs *fs, const char *directory, tarn_error *error) {
    description present;
    bool used;
    TARN_TRY(read_description(fs, directory, &present, error));
    if (present == DESCRIPTION_GOOD)
        return TARN_OK;
    TARN_TRY(has_records(fs, directory, &used, error));
    if (used)
        return tarn_fail(error, TARN_E_CORRUPT,
                         "%s/workspace.json is missing or damaged: " TARN_ASKER(
                             "tarn verify --repair", "opening it with repair: true") " writes it again",
                         directory);
    return tarn_fail(
        error, TARN_E_NOT_FOUND,
        "%s is not a workspace%s: " TARN_ASKER("tarn init makes one", "it is made when it is opened for writing"),
        directory, present == DESCRIPTION_UNFINISHED ? " (making one was interrupted)" : "");
}

tarn_status tarn_store_open(tarn_fs *fs, const char *directory, const tarn_store_options *options, tarn_store **out,
                            tarn_error *error) {
    tarn_store *store = NULL;
    TARN_TRY(tarn_fs_guard(fs, directory, error));
    TARN_TRY(tarn_store_check_description(fs, directory, error));
    TARN_TRY(tarn_store_allocate(fs, directory, options, &store, error));
    tarn_status status = store->options.read_only ? open_reader(store, error) : open_writer(store, error);
    if (status != TARN_OK) {
        tarn_store_close(store);
        return status;
    }
    *out = store;
    return TARN_OK;
}

void tarn_store_close(tarn_store *store) {
    if (store == NULL)
        return;
    tarn_versions_forget_recent(store);
    free(store->versions);
    tarn_cache_free(&store->cache);
    tarn_zone_cache_free(&store->zones);
    tarn_segment_writer_close(store);
    for (size_t i = 0; i < store->open_segment_count; i++)
        tarn_shared_file_release(store->open_segments[i].file);
    free(store->open_segments);
    tarn_shared_file_release(store->journal.file);
    tarn_ledger_clear(&store->ledger);
    tarn_keyed_map_clear(&store->pending);
    tarn_scratch_close(store);
    pthread_mutex_destroy(&store->scratch_lock);
    tarn_lease_drop(store);
    tarn_file_close(store->lock_file);
    free(store->directory);
    free(store->journal_folder);
    free(store->segment_folder);
    free(store->index_folder);
    free(store->lease_folder);
    free(store->scratch_folder);
    free(store->user);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */

bool tarn_store_was_torn(const tarn_store *store) {
    return store->torn;
}

bool tarn_store_is_read_only(const tarn_store *store) {
    return store->options.read_only;
}

const char *tarn_store_directory(const tarn_store *store) {
    return store->directory;
}

tarn_fs *tarn_store_fs(const tarn_store *store) {
    return store->fs;
}

tarn_status tarn_store_check_writable(const tarn_store *store, tarn_error *error) {
    if (store->options.read_only)
        return tarn_fail(error, TARN_E_READ_ONLY, "the workspace %s is open for reading only", store->directory);
    if (store->journal.poisoned)
        return tarn_fail(error, TARN_E_IO,
                         "an earlier write to the journal of %s failed and could not be taken back: open it again",
                         store->directory);
    return TARN_OK;
}

tarn_status tarn_store_refresh(tarn_store *store, bool *changed, tarn_error *error) {
    bool moved = false;
    if (changed != NULL)
        *changed = false;
    if (!store->options.read_only || store->is_held)
        return TARN_OK;
    pthread_mutex_lock(&store->lock);
    tarn_status status = tarn_journal_follow(store, &moved, error);
    uint64_t record = store->ledger.record;
    pthread_mutex_unlock(&store->lock);
    if (moved) {
        tarn_versions_forget_recent(store);
        pthread_mutex_lock(&store->lock);
        bool idle = store->version_count == 0;
        pthread_mutex_unlock(&store->lock);
        if (idle) /* else versions from before are still being read */
            tarn_lease_update(store, record);
    }
    if (changed != NULL)
        *changed = moved;
    return status;
}

void tarn_store_tip(tarn_store *store, uint64_t *number, char hash[TARN_SHA256_TEXT_SIZE]) {
    pthread_mutex_lock(&store->lock);
    *number = store->ledger.record;
    memcpy(hash, store->ledger.hash, TARN_SHA256_TEXT_SIZE);
    pthread_mutex_unlock(&store->lock);
}
