/*
 * Files that live for one piece of work. Each process has a folder of its own for them, which nobody else can look into
 * and whose name nobody can foretell: in the workspace's tmp folder, or, when nothing can be written there, in the
 * system's. A file in it is locked as long as the process lives; a folder whose file is not locked was left behind, and
 * whoever opens the workspace next removes it.
 */
#include "store/internal.h"

#include "base/random.h"
#include "base/text.h"

#include <stdlib.h>

#define OWNER "owner"
#define PREFIX_HERE "spill-"
#define PREFIX_SYSTEM "tarn-spill-"
#define DIGITS 16

/* ---- names ------------------------------------------------------------------------------------------------------ */

static bool are_digits(const char *text) {
    return strspn(text, "0123456789abcdef") == DIGITS && text[DIGITS] == '\0';
}

static bool is_folder_name(const char *name, const char *prefix) {
    size_t length = strlen(prefix);
    return strncmp(name, prefix, length) == 0 && are_digits(name + length);
}

/* Where the system wants temporary files. */
static const char *system_folder(void) {
    const char *named = getenv("TMPDIR");
    return named != NULL && named[0] == '/' ? named : "/tmp";
}

/* ---- having one ------------------------------------------------------------------------------------------------- */

/* Lock the owner's file of a folder that was just made. `*taken` is false when somebody swept it before. */
static tarn_status take_folder(tarn_store *store, const char *folder, bool *taken, tarn_error *error) {
    tarn_file *file = NULL;
    char *path = tarn_path_join(folder, OWNER);
    *taken = false;
    if (path == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_fs_open(store->fs, path, TARN_OPEN_CREATE_PRIVATE, &file, error);
    if (status == TARN_OK)
        status = tarn_file_lock(file, TARN_LOCK_EXCLUSIVE, error);
    if (status == TARN_OK)
        status = tarn_fs_stat(store->fs, path, NULL, NULL, error);
    *taken = status == TARN_OK;
    if (*taken)
        store->scratch_owner = file;
    else
        tarn_file_close(file);
    free(path);
    return status == TARN_E_NOT_FOUND || status == TARN_E_LOCKED ? TARN_OK : status;
}

#define MAKE_ATTEMPTS 10

static tarn_status make_in(tarn_store *store, const char *parent, const char *prefix, tarn_error *error) {
    for (int attempt = 0; attempt < MAKE_ATTEMPTS; attempt++) {
        char *folder = NULL;
        bool taken = false;
        TARN_TRY(tarn_fs_make_unique_directory(store->fs, parent, prefix, &folder, error));
        tarn_status status = tarn_fs_guard(store->fs, folder, error);
        if (status == TARN_OK)
            status = take_folder(store, folder, &taken, error);
        if (taken) {
            store->scratch = folder;
            return TARN_OK;
        }
        tarn_fs_remove_all(store->fs, folder, NULL);
        free(folder);
        TARN_TRY(status);
    }
    return tarn_fail(error, TARN_E_IO, "no temporary folder could be kept in %s", parent);
}

static void sweep(tarn_store *store, const char *parent, const char *prefix);

static tarn_status make_scratch(tarn_store *store, tarn_error *error) {
    tarn_error here;
    if (make_in(store, store->scratch_folder, PREFIX_HERE, &here) == TARN_OK)
        return TARN_OK;
    sweep(store, system_folder(), PREFIX_SYSTEM);
    return make_in(store, system_folder(), PREFIX_SYSTEM, error);
}

tarn_status tarn_store_scratch(tarn_store *store, const char **out, tarn_error *error) {
    tarn_status status = TARN_OK;
    pthread_mutex_lock(&store->scratch_lock);
    if (store->scratch == NULL)
        status = make_scratch(store, error);
    *out = store->scratch;
    pthread_mutex_unlock(&store->scratch_lock);
    return status;
}

tarn_status tarn_store_scratch_path(tarn_store *store, const char *purpose, char **out, tarn_error *error) {
    const char *folder;
    *out = NULL;
    TARN_TRY(tarn_store_scratch(store, &folder, error));
    *out = tarn_format("%s/%s-%0*llx", folder, purpose, DIGITS, (unsigned long long)tarn_random());
    return *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}

void tarn_scratch_close(tarn_store *store) {
    if (store->scratch != NULL)
        tarn_fs_remove_all(store->fs, store->scratch, NULL);
    tarn_file_close(store->scratch_owner);
    free(store->scratch);
    store->scratch = NULL;
    store->scratch_owner = NULL;
}

/* ---- what others left behind ------------------------------------------------------------------------------------ */

/* Remove a folder's plain files, and those of the folders in it, as deep as anything of Tarn's lies; then the folders,
 * unless there is something else in them. The owner's file goes last: without it nobody would try again. */
static void remove_folder(tarn_fs *fs, const char *folder, int depth) {
    tarn_entry *entries = NULL;
    size_t count = 0;
    char *owner = tarn_path_join(folder, OWNER);
    if (tarn_fs_list(fs, folder, &entries, &count, NULL) != TARN_OK)
        count = 0;
    for (size_t i = 0; i < count; i++) {
        char *path = strcmp(entries[i].name, OWNER) != 0 ? tarn_path_join(folder, entries[i].name) : NULL;
        if (path != NULL && entries[i].kind == TARN_ENTRY_DIRECTORY && depth > 0)
            remove_folder(fs, path, depth - 1);
        else if (path != NULL && entries[i].kind == TARN_ENTRY_FILE)
            tarn_fs_remove(fs, path, NULL);
        free(path);
    }
    if (owner != NULL)
        tarn_fs_remove(fs, owner, NULL);
    tarn_fs_remove(fs, folder, NULL);
    tarn_entries_free(entries, count);
    free(owner);
}

/* Remove a folder when its owner's file can be locked, which says that nobody lives who made it. */
static void sweep_folder(tarn_store *store, const char *folder) {
    tarn_file *owner = NULL;
    char *path = tarn_path_join(folder, OWNER);
    if (path == NULL || tarn_fs_guard(store->fs, folder, NULL) != TARN_OK) {
        free(path);
        return;
    }
    tarn_status status = tarn_fs_open(store->fs, path, TARN_OPEN_WRITE, &owner, NULL);
    if (status == TARN_E_NOT_FOUND) /* being made, then whoever does that makes another one; or empty */
        tarn_fs_remove(store->fs, folder, NULL);
    else if (status == TARN_OK && tarn_file_lock(owner, TARN_LOCK_EXCLUSIVE, NULL) == TARN_OK)
        remove_folder(store->fs, folder, 1);
    tarn_file_close(owner);
    free(path);
}

/* In a folder that everybody can write to there may be as many such names as somebody likes. */
#define MOST_SWEPT 100

static void sweep(tarn_store *store, const char *parent, const char *prefix) {
    tarn_entry *entries = NULL;
    size_t count = 0, swept = 0;
    if (tarn_fs_list(store->fs, parent, &entries, &count, NULL) != TARN_OK)
        return;
    for (size_t i = 0; i < count && swept < MOST_SWEPT; i++) {
        char *path = is_folder_name(entries[i].name, prefix) && entries[i].kind == TARN_ENTRY_DIRECTORY
                         ? tarn_path_join(parent, entries[i].name)
                         : NULL;
        if (path != NULL && (store->scratch == NULL || strcmp(path, store->scratch) != 0)) {
            sweep_folder(store, path);
            swept++;
        }
        free(path);
    }
    tarn_entries_free(entries, count);
}

void tarn_scratch_sweep(tarn_store *store) {
    sweep(store, store->scratch_folder, PREFIX_HERE);
}
