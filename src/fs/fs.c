/* The file system as its users see it: calls of the host, and what is the same for all hosts. */
#include "fs/fs.h"

#include "base/random.h"
#include "base/text.h"
#include "fs/host.h"

#include <stdlib.h>
#include <string.h>

/* ---- dispatch ------------------------------------------------------------------------------------------------ */

void tarn_fs_free(tarn_fs *fs) {
    if (fs != NULL)
        fs->operations->free(fs);
}

tarn_status tarn_fs_open(tarn_fs *fs, const char *path, tarn_open_mode mode, tarn_file **out, tarn_error *error) {
    *out = NULL;
    return fs->operations->open(fs, path, mode, out, error);
}

tarn_status tarn_fs_make_directory(tarn_fs *fs, const char *path, tarn_error *error) {
    return fs->operations->make_directory(fs, path, error);
}

tarn_status tarn_fs_guard(tarn_fs *fs, const char *folder, tarn_error *error) {
    return fs->operations->guard != NULL ? fs->operations->guard(fs, folder, error) : TARN_OK;
}

tarn_status tarn_fs_check_pages(tarn_fs *fs, tarn_error *error) {
    return fs->operations->check_pages != NULL ? fs->operations->check_pages(fs, error) : TARN_OK;
}

tarn_status tarn_fs_make_private_directory(tarn_fs *fs, const char *path, tarn_error *error) {
    return fs->operations->make_private_directory != NULL ? fs->operations->make_private_directory(fs, path, error)
                                                          : fs->operations->make_directory(fs, path, error);
}

tarn_status tarn_fs_stat(tarn_fs *fs, const char *path, tarn_entry_kind *kind, uint64_t *size, tarn_error *error) {
    tarn_entry_kind ignored_kind;
    uint64_t ignored_size;
    return fs->operations->stat(fs, path, kind != NULL ? kind : &ignored_kind, size != NULL ? size : &ignored_size,
                                error);
}

static int compare_entries(const void *a, const void *b) {
    return strcmp(((const tarn_entry *)a)->name, ((const tarn_entry *)b)->name);
}

tarn_status tarn_fs_list(tarn_fs *fs, const char *path, tarn_entry **out, size_t *count, tarn_error *error) {
    *out = NULL;
    *count = 0;
    TARN_TRY(fs->operations->list(fs, path, out, count, error));
    if (*count > 1)
        qsort(*out, *count, sizeof **out, compare_entries);
    return TARN_OK;
}

void tarn_entries_free(tarn_entry *entries, size_t count) {
    for (size_t i = 0; i < count; i++)
        free(entries[i].name);
    free(entries);
}

tarn_status tarn_fs_remove(tarn_fs *fs, const char *path, tarn_error *error) {
    return fs->operations->remove(fs, path, error);
}

tarn_status tarn_fs_rename(tarn_fs *fs, const char *from, const char *to, tarn_error *error) {
    return fs->operations->rename(fs, from, to, error);
}

tarn_status tarn_fs_share(tarn_fs *fs, const char *path, const char *like, tarn_error *error) {
    return fs->operations->share != NULL ? fs->operations->share(fs, path, like, error) : TARN_OK;
}

tarn_status tarn_fs_rename_new(tarn_fs *fs, const char *from, const char *to, tarn_error *error) {
    return fs->operations->rename_new != NULL ? fs->operations->rename_new(fs, from, to, error)
                                              : tarn_host_rename_new(fs, from, to, error);
}

tarn_status tarn_fs_sync_directory(tarn_fs *fs, const char *path, tarn_error *error) {
    return fs->operations->sync_directory(fs, path, error);
}

tarn_status tarn_fs_free_space(tarn_fs *fs, const char *path, uint64_t *out, tarn_error *error) {
    return fs->operations->free_space(fs, path, out, error);
}

tarn_status tarn_file_read(tarn_file *file, uint64_t offset, void *data, size_t size, size_t *got, tarn_error *error) {
    *got = 0;
    return file->operations->read(file, offset, data, size, got, error);
}

tarn_status tarn_file_write(tarn_file *file, uint64_t offset, const void *data, size_t size, tarn_error *error) {
    /* No host can hold more, and with this check none has to think about overflow. */
    if (offset > INT64_MAX || size > INT64_MAX - offset)
        return tarn_fail(error, TARN_E_FULL, "cannot write %s: %zu bytes at %llu are beyond the largest file",
                         file->path, size, (unsigned long long)offset);
    return file->operations->write(file, offset, data, size, error);
}

tarn_status tarn_file_sync(tarn_file *file, tarn_error *error) {
    return file->operations->sync(file, error);
}

tarn_status tarn_file_size(tarn_file *file, uint64_t *out, tarn_error *error) {
    return file->operations->size(file, out, error);
}

tarn_status tarn_file_truncate(tarn_file *file, uint64_t size, tarn_error *error) {
    if (size > INT64_MAX)
        return tarn_fail(error, TARN_E_FULL, "cannot resize %s to %llu bytes: beyond the largest file", file->path,
                         (unsigned long long)size);
    return file->operations->truncate(file, size, error);
}

tarn_status tarn_file_map(tarn_file *file, uint64_t offset, size_t size, tarn_mapping *out, tarn_error *error) {
    *out = (tarn_mapping){0};
    return file->operations->map(file, offset, size, out, error);
}

void tarn_mapping_release(tarn_mapping *mapping) {
    if (mapping->release != NULL)
        mapping->release(mapping);
    *mapping = (tarn_mapping){0};
}

tarn_status tarn_file_lock(tarn_file *file, tarn_lock_kind kind, tarn_error *error) {
    return file->operations->lock(file, kind, error);
}

void tarn_file_unlock(tarn_file *file) {
    file->operations->unlock(file);
}

const char *tarn_file_path(const tarn_file *file) {
    return file->path;
}

void tarn_file_close(tarn_file *file) {
    if (file == NULL)
        return;
    char *path = file->path;
    file->operations->close(file);
    free(path);
}

/* ---- what hosts have in common ------------------------------------------------------------------------------- */

tarn_status tarn_host_new(const tarn_fs_operations *operations, tarn_fs **out, tarn_error *error) {
    tarn_fs *fs = calloc(1, sizeof *fs);
    *out = fs;
    if (fs == NULL)
        return tarn_fail_memory(error);
    fs->operations = operations;
    return TARN_OK;
}

tarn_status tarn_host_new_file(tarn_fs *fs, const char *path, size_t size, void *out, tarn_error *error) {
    tarn_file *file = calloc(1, size), **place = out;
    char *copy = tarn_strdup(path);
    if (file == NULL || copy == NULL) {
        free(copy);
        free(file);
        return tarn_fail_memory(error);
    }
    *file = (tarn_file){fs->operations, copy};
    *place = file;
    return TARN_OK;
}

void tarn_host_drop_file(void *file) {
    if (file != NULL)
        free(((tarn_file *)file)->path);
    free(file);
}

tarn_status tarn_host_rename_new(tarn_fs *fs, const char *from, const char *to, tarn_error *error) {
    tarn_file *reserved = NULL;
    TARN_TRY(tarn_fs_open(fs, to, TARN_OPEN_CREATE_NEW, &reserved, error));
    tarn_file_close(reserved);
    tarn_status status = tarn_fs_rename(fs, from, to, error);
    if (status != TARN_OK)
        tarn_fs_remove(fs, to, NULL);
    return status;
}

tarn_status tarn_host_check_stretch(const tarn_file *file, uint64_t offset, size_t size, uint64_t file_size,
                                    tarn_error *error) {
    if (offset <= file_size && size <= file_size - offset)
        return TARN_OK;
    return tarn_fail(error, TARN_E_IO, "cannot map %zu bytes at %llu of %s: the file has only %llu bytes", size,
                     (unsigned long long)offset, file->path, (unsigned long long)file_size);
}

/* ---- helpers ------------------------------------------------------------------------------------------------- */

char *tarn_path_join(const char *directory, const char *name) {
    size_t length = strlen(directory);
    bool has_slash = length > 0 && directory[length - 1] == '/';
    return tarn_format("%s%s%s", directory, has_slash ? "" : "/", name);
}

/* The length of the parent's part of `path`, without the slashes that end it; 0 when there is none but "/" or ".". */
static size_t parent_length(const char *path, size_t length) {
    while (length > 0 && path[length - 1] == '/')
        length--;
    while (length > 0 && path[length - 1] != '/')
        length--;
    while (length > 0 && path[length - 1] == '/')
        length--;
    return length;
}

/* Make one folder whose parent exists; fine when somebody else made it first. */
static tarn_status make_one(tarn_fs *fs, const char *path, const char *parent, tarn_error *error) {
    tarn_error made;
    tarn_status status = tarn_fs_make_directory(fs, path, &made);
    if (status == TARN_E_EXISTS) {
        tarn_entry_kind kind;
        TARN_TRY(tarn_fs_stat(fs, path, &kind, NULL, error));
        if (kind == TARN_ENTRY_DIRECTORY)
            return TARN_OK;
    }
    if (status != TARN_OK)
        return tarn_fail(error, status, "%s", made.message);
    return tarn_fs_sync_directory(fs, parent, error);
}

static tarn_status make_below(tarn_fs *fs, char *path, size_t length, tarn_error *error) {
    size_t parent_size = parent_length(path, length);
    char kept = path[length];
    path[length] = '\0';
    tarn_entry_kind kind;
    tarn_status status = tarn_fs_stat(fs, path, &kind, NULL, error);
    if (status == TARN_OK && kind != TARN_ENTRY_DIRECTORY)
        status = tarn_fail(error, TARN_E_EXISTS, "cannot make folder %s: a file has that name", path);
    if (status == TARN_E_NOT_FOUND) {
        status = parent_size > 0 ? make_below(fs, path, parent_size, error) : TARN_OK;
        if (status == TARN_OK) {
            char *parent = parent_size > 0 ? tarn_strndup(path, parent_size) : tarn_strdup(path[0] == '/' ? "/" : ".");
            status = parent != NULL ? make_one(fs, path, parent, error) : tarn_fail_memory(error);
            free(parent);
        }
    }
    path[length] = kept;
    return status;
}

tarn_status tarn_fs_make_directories(tarn_fs *fs, const char *path, tarn_error *error) {
    char *copy = tarn_strdup(path);
    if (copy == NULL)
        return tarn_fail_memory(error);
    tarn_status status = make_below(fs, copy, strlen(copy), error);
    free(copy);
    return status;
}

static tarn_status remove_entries(tarn_fs *fs, const char *path, const tarn_entry *entries, size_t count,
                                  tarn_error *error) {
    for (size_t i = 0; i < count; i++) {
        char *child = tarn_path_join(path, entries[i].name);
        tarn_status status = child != NULL ? tarn_fs_remove_all(fs, child, error) : tarn_fail_memory(error);
        free(child);
        TARN_TRY(status);
    }
    return tarn_fs_remove(fs, path, error);
}

tarn_status tarn_fs_remove_all(tarn_fs *fs, const char *path, tarn_error *error) {
    /* Removing before looking is what keeps this from following a symbolic link: the link itself goes. */
    tarn_error removal;
    tarn_status status = tarn_fs_remove(fs, path, &removal);
    if (status == TARN_OK || status == TARN_E_NOT_FOUND)
        return TARN_OK;
    tarn_entry *entries = NULL;
    size_t count = 0;
    if (tarn_fs_list(fs, path, &entries, &count, NULL) == TARN_OK && count > 0)
        status = remove_entries(fs, path, entries, count, error);
    else
        status = tarn_fail(error, status, "%s", removal.message);
    tarn_entries_free(entries, count);
    return status;
}

tarn_status tarn_fs_make_unique_directory(tarn_fs *fs, const char *parent, const char *prefix, char **out,
                                          tarn_error *error) {
    enum { ATTEMPTS = 100 };
    *out = NULL;
    tarn_status status = TARN_E_EXISTS;
    for (int attempt = 0; status == TARN_E_EXISTS && attempt < ATTEMPTS; attempt++) {
        char *name = tarn_format("%s%016llx", prefix, (unsigned long long)tarn_random());
        char *path = name != NULL ? tarn_path_join(parent, name) : NULL;
        free(name);
        status = path != NULL ? tarn_fs_make_private_directory(fs, path, error) : tarn_fail_memory(error);
        if (status == TARN_OK)
            *out = path;
        else
            free(path);
    }
    return status;
}
