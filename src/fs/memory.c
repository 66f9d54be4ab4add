// A disk in memory: the file system of tests, and of workspaces that are kept nowhere.
#include "fs/memory.h"

#include "base/text.h"
#include "fs/host.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct memory_fs {
    tarn_fs base;
    pthread_mutex_t mutex; /* guards all nodes, and the locks of all handles */
    tarn_disk_node *root;
    bool recording;  /* keep what is durable, too */
    uint64_t losses; /* how often the power has gone; a handle from before is dead */
} memory_fs;

typedef struct memory_file {
    tarn_file base;
    memory_fs *fs;
    tarn_disk_node *node;
    uint64_t losses; /* of the file system when it was opened */
    bool writable;
    bool locked;
    tarn_lock_kind lock; /* when locked */
} memory_file;

static memory_fs *memory_of(tarn_fs *fs) {
    return (memory_fs *)fs;
}

/* ---- paths --------------------------------------------------------------------------------------------------- */

typedef struct place {
    tarn_disk_node *parent; /* NULL for "/" itself */
    const char *name;       /* the last part of the path */
    size_t length;
    tarn_disk_node *node; /* NULL when the name is free */
} place;

/* Step over slashes and "." and take the next part; false at the end. */
static bool next_part(const char **path, const char **part, size_t *length) {
    for (;;) {
        *path += strspn(*path, "/");
        *part = *path;
        *length = strcspn(*path, "/");
        *path += *length;
        if (*length != 1 || **part != '.')
            return *length > 0;
    }
}

/* Where a path leads; 0, or an errno when a folder on the way is missing. There are no links, and no "..". */
static int find_place(memory_fs *fs, const char *path, place *out) {
    *out = (place){.node = fs->root};
    const char *part;
    size_t length;
    while (next_part(&path, &part, &length)) {
        if (length == 2 && part[0] == '.' && part[1] == '.')
            return EINVAL;
        if (out->node == NULL)
            return ENOENT;
        if (out->node->kind != TARN_ENTRY_DIRECTORY)
            return ENOTDIR;
        *out = (place){out->node, part, length, tarn_names_find(&out->node->names, part, length)};
    }
    return 0;
}

/* As find_place, for what must be there. */
static int find_node(memory_fs *fs, const char *path, tarn_disk_node **out) {
    place found;
    int errnum = find_place(fs, path, &found);
    *out = found.node;
    return errnum == 0 && found.node == NULL ? ENOENT : errnum;
}

/* ---- folders and names --------------------------------------------------------------------------------------- */

static void memory_free(tarn_fs *fs) {
    tarn_disk_node_release(memory_of(fs)->root);
    pthread_mutex_destroy(&memory_of(fs)->mutex);
    free(fs);
}

/* A new file or folder under a free name. */
static tarn_status add_node(const place *where, tarn_entry_kind kind, tarn_disk_node **out, tarn_error *error) {
    tarn_disk_node *node = tarn_disk_node_new(kind);
    if (node == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_names_add(&where->parent->names, where->name, where->length, node, error);
    tarn_disk_node_release(node);
    *out = node;
    return status;
}

/* The file to open, made when the mode says so. */
static tarn_status find_or_create(memory_fs *fs, const char *path, tarn_open_mode mode, tarn_disk_node **out,
                                  tarn_error *error) {
    place found;
    int errnum = find_place(fs, path, &found);
    bool creates = mode >= TARN_OPEN_CREATE;
    if (errnum == 0 && found.node == NULL && !creates)
        errnum = ENOENT;
    if (errnum == 0 && found.node != NULL && mode > TARN_OPEN_CREATE)
        errnum = EEXIST;
    if (errnum != 0)
        return tarn_fail_errno(error, errnum, "cannot open %s", path);
    if (found.node == NULL)
        return add_node(&found, TARN_ENTRY_FILE, out, error);
    if (found.node->kind == TARN_ENTRY_DIRECTORY)
        return tarn_fail(error, TARN_E_INVALID, "cannot open %s: it is a folder, not a file", path);
    *out = found.node;
    return TARN_OK;
}

static tarn_status memory_open(tarn_fs *base, const char *path, tarn_open_mode mode, tarn_file **out,
                               tarn_error *error) {
    memory_fs *fs = memory_of(base);
    memory_file *file = NULL;
    TARN_TRY(tarn_host_new_file(base, path, sizeof *file, &file, error));
    pthread_mutex_lock(&fs->mutex);
    tarn_status status = find_or_create(fs, path, mode, &file->node, error);
    if (status == TARN_OK)
        tarn_disk_node_retain(file->node);
    file->losses = fs->losses;
    pthread_mutex_unlock(&fs->mutex);
    if (status != TARN_OK) {
        tarn_host_drop_file(file);
        return status;
    }
    file->fs = fs;
    file->writable = mode != TARN_OPEN_READ;
    *out = &file->base;
    return TARN_OK;
}

static tarn_status memory_make_directory(tarn_fs *base, const char *path, tarn_error *error) {
    memory_fs *fs = memory_of(base);
    pthread_mutex_lock(&fs->mutex);
    place found;
    int errnum = find_place(fs, path, &found);
    if (errnum == 0 && found.node != NULL)
        errnum = EEXIST;
    tarn_disk_node *made;
    tarn_status status = errnum == 0 ? add_node(&found, TARN_ENTRY_DIRECTORY, &made, error)
                                     : tarn_fail_errno(error, errnum, "cannot make folder %s", path);
    pthread_mutex_unlock(&fs->mutex);
    return status;
}

static uint64_t size_of(const tarn_disk_node *node) {
    return node->kind == TARN_ENTRY_FILE ? node->current.size : 0;
}

static tarn_status memory_stat(tarn_fs *base, const char *path, tarn_entry_kind *kind, uint64_t *size,
                               tarn_error *error) {
    memory_fs *fs = memory_of(base);
    pthread_mutex_lock(&fs->mutex);
    tarn_disk_node *node;
    int errnum = find_node(fs, path, &node);
    if (errnum == 0) {
        *kind = node->kind;
        *size = size_of(node);
    }
    pthread_mutex_unlock(&fs->mutex);
    return errnum == 0 ? TARN_OK : tarn_fail_errno(error, errnum, "cannot look at %s", path);
}

static tarn_status copy_entries(const tarn_names *names, tarn_entry **out, size_t *count, tarn_error *error) {
    if (names->count == 0)
        return TARN_OK;
    tarn_entry *entries = calloc(names->count, sizeof *entries);
    if (entries == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < names->count; i++) {
        const tarn_name *name = &names->items[i];
        entries[i] = (tarn_entry){tarn_strdup(name->text), name->node->kind, size_of(name->node)};
        if (entries[i].name == NULL) {
            tarn_entries_free(entries, i);
            return tarn_fail_memory(error);
        }
    }
    *out = entries;
    *count = names->count;
    return TARN_OK;
}

static tarn_status memory_list(tarn_fs *base, const char *path, tarn_entry **out, size_t *count, tarn_error *error) {
    memory_fs *fs = memory_of(base);
    pthread_mutex_lock(&fs->mutex);
    tarn_disk_node *node;
    int errnum = find_node(fs, path, &node);
    if (errnum == 0 && node->kind != TARN_ENTRY_DIRECTORY)
        errnum = ENOTDIR;
    tarn_status status = errnum == 0 ? copy_entries(&node->names, out, count, error)
                                     : tarn_fail_errno(error, errnum, "cannot list %s", path);
    pthread_mutex_unlock(&fs->mutex);
    return status;
}

static tarn_status memory_remove(tarn_fs *base, const char *path, tarn_error *error) {
    memory_fs *fs = memory_of(base);
    pthread_mutex_lock(&fs->mutex);
    place found;
    int errnum = find_place(fs, path, &found);
    if (errnum == 0 && found.node == NULL)
        errnum = ENOENT;
    if (errnum == 0 && found.parent == NULL)
        errnum = EBUSY;
    if (errnum == 0 && found.node->names.count > 0)
        errnum = ENOTEMPTY;
    if (errnum == 0)
        tarn_names_remove(&found.parent->names, found.name, found.length);
    pthread_mutex_unlock(&fs->mutex);
    return errnum == 0 ? TARN_OK : tarn_fail_errno(error, errnum, "cannot remove %s", path);
}

static bool is_inside(const tarn_disk_node *folder, const tarn_disk_node *wanted) {
    if (folder == wanted)
        return true;
    for (size_t i = 0; i < folder->names.count; i++) {
        if (is_inside(folder->names.items[i].node, wanted))
            return true;
    }
    return false;
}

static int check_rename(const place *from, const place *to) {
    if (from->node == NULL)
        return ENOENT;
    if (from->parent == NULL || to->parent == NULL)
        return EBUSY;
    if (is_inside(from->node, to->parent))
        return EINVAL;
    bool replaces_file = from->node->kind == TARN_ENTRY_FILE && to->node != NULL && to->node->kind == TARN_ENTRY_FILE;
    return to->node != NULL && to->node != from->node && !replaces_file ? EEXIST : 0;
}

static tarn_status move_name(tarn_names *from_names, tarn_names *to_names, const place *from, const place *to,
                             tarn_error *error) {
    tarn_disk_node *node = from->node;
    tarn_disk_node_retain(node);
    tarn_names_remove(from_names, from->name, from->length);
    tarn_names_remove(to_names, to->name, to->length);
    tarn_status status = tarn_names_add(to_names, to->name, to->length, node, error);
    tarn_disk_node_release(node);
    return status;
}

static tarn_status memory_rename(tarn_fs *base, const char *from_path, const char *to_path, tarn_error *error) {
    memory_fs *fs = memory_of(base);
    pthread_mutex_lock(&fs->mutex);
    place from, to;
    int errnum = find_place(fs, from_path, &from);
    if (errnum == 0)
        errnum = find_place(fs, to_path, &to);
    if (errnum == 0)
        errnum = check_rename(&from, &to);
    tarn_status status = TARN_OK;
    if (errnum != 0)
        status = tarn_fail_errno(error, errnum, "cannot rename %s to %s", from_path, to_path);
    else if (to.node != from.node)
        status = move_name(&from.parent->names, &to.parent->names, &from, &to, error);
    /* Durable at once for folders: two folders that contain each other, one now and one durably, would never be freed.
     */
    if (status == TARN_OK && fs->recording && from.node->kind == TARN_ENTRY_DIRECTORY)
        status = move_name(&from.parent->durable_names, &to.parent->durable_names, &from, &to, error);
    pthread_mutex_unlock(&fs->mutex);
    return status;
}

static tarn_status memory_sync_directory(tarn_fs *base, const char *path, tarn_error *error) {
    memory_fs *fs = memory_of(base);
    pthread_mutex_lock(&fs->mutex);
    tarn_disk_node *node;
    int errnum = find_node(fs, path, &node);
    if (errnum == 0 && node->kind != TARN_ENTRY_DIRECTORY)
        errnum = ENOTDIR;
    tarn_status status = TARN_OK;
    if (errnum != 0)
        status = tarn_fail_errno(error, errnum, "cannot sync folder %s", path);
    else if (fs->recording)
        status = tarn_disk_node_harden(node, error);
    pthread_mutex_unlock(&fs->mutex);
    return status;
}

static tarn_status memory_free_space(tarn_fs *base, const char *path, uint64_t *out, tarn_error *error) {
    memory_fs *fs = memory_of(base);
    pthread_mutex_lock(&fs->mutex);
    tarn_disk_node *node;
    int errnum = find_node(fs, path, &node);
    pthread_mutex_unlock(&fs->mutex);
    *out = UINT64_MAX;
    return errnum == 0 ? TARN_OK : tarn_fail_errno(error, errnum, "cannot tell the free space at %s", path);
}

/* ---- files --------------------------------------------------------------------------------------------------- */

/* Begin a call on a file: with the mutex held, or failed and without it. */
static tarn_status enter(tarn_file *base, const char *what, bool writes, memory_file **out, tarn_error *error) {
    memory_file *file = (memory_file *)base;
    *out = file;
    if (writes && !file->writable)
        return tarn_fail_errno(error, EBADF, "cannot %s %s", what, base->path);
    pthread_mutex_lock(&file->fs->mutex);
    if (file->losses == file->fs->losses)
        return TARN_OK;
    pthread_mutex_unlock(&file->fs->mutex);
    return tarn_fail_errno(error, EIO, "cannot %s %s", what, base->path);
}

static void leave(memory_file *file) {
    pthread_mutex_unlock(&file->fs->mutex);
}

/* What the file is now; nobody changes these bytes, so they can be copied from without the mutex. */
static tarn_status share_content(tarn_file *base, const char *what, tarn_extent *out, tarn_error *error) {
    memory_file *file;
    TARN_TRY(enter(base, what, false, &file, error));
    *out = tarn_extent_share(&file->node->current);
    leave(file);
    return TARN_OK;
}

static tarn_status memory_read(tarn_file *base, uint64_t offset, void *data, size_t size, size_t *got,
                               tarn_error *error) {
    tarn_extent extent;
    TARN_TRY(share_content(base, "read", &extent, error));
    uint64_t left = offset < extent.size ? extent.size - offset : 0;
    *got = left < size ? (size_t)left : size;
    if (*got > 0)
        memcpy(data, tarn_extent_data(&extent) + offset, *got);
    tarn_extent_release(&extent);
    return TARN_OK;
}

static tarn_status memory_write(tarn_file *base, uint64_t offset, const void *data, size_t size, tarn_error *error) {
    memory_file *file;
    TARN_TRY(enter(base, "write", true, &file, error));
    tarn_status status = tarn_extent_write(&file->node->current, offset, data, size, error);
    leave(file);
    return status;
}

static tarn_status memory_sync(tarn_file *base, tarn_error *error) {
    memory_file *file;
    TARN_TRY(enter(base, "sync", false, &file, error));
    tarn_status status = file->fs->recording ? tarn_disk_node_harden(file->node, error) : TARN_OK;
    leave(file);
    return status;
}

static tarn_status memory_size(tarn_file *base, uint64_t *out, tarn_error *error) {
    memory_file *file;
    TARN_TRY(enter(base, "look at", false, &file, error));
    *out = file->node->current.size;
    leave(file);
    return TARN_OK;
}

static tarn_status memory_truncate(tarn_file *base, uint64_t size, tarn_error *error) {
    memory_file *file;
    TARN_TRY(enter(base, "resize", true, &file, error));
    tarn_status status = tarn_extent_resize(&file->node->current, size, error);
    leave(file);
    return status;
}

static void release_extent(tarn_mapping *mapping) {
    tarn_extent extent = {mapping->owner, mapping->size};
    tarn_extent_release(&extent);
}

static tarn_status memory_map(tarn_file *base, uint64_t offset, size_t size, tarn_mapping *out, tarn_error *error) {
    tarn_extent extent;
    TARN_TRY(share_content(base, "map", &extent, error));
    tarn_status status = tarn_host_check_stretch(base, offset, size, extent.size, error);
    if (status == TARN_OK && size > 0)
        *out = (tarn_mapping){.data = tarn_extent_data(&extent) + offset,
                              .size = size,
                              .owner = extent.content,
                              .release = release_extent};
    else
        tarn_extent_release(&extent);
    return status;
}

/* With the mutex held. */
static void drop_lock(memory_file *file) {
    if (file->locked && file->lock == TARN_LOCK_EXCLUSIVE)
        file->node->exclusive_lock = false;
    else if (file->locked)
        file->node->shared_locks--;
    file->locked = false;
}

static tarn_status memory_lock(tarn_file *base, tarn_lock_kind kind, tarn_error *error) {
    memory_file *file;
    TARN_TRY(enter(base, "lock", false, &file, error));
    drop_lock(file);
    tarn_disk_node *node = file->node;
    bool refused = node->exclusive_lock || (kind == TARN_LOCK_EXCLUSIVE && node->shared_locks > 0);
    if (!refused) {
        file->locked = true;
        file->lock = kind;
        node->exclusive_lock = kind == TARN_LOCK_EXCLUSIVE;
        node->shared_locks += kind == TARN_LOCK_SHARED;
    }
    leave(file);
    if (refused)
        return tarn_fail(error, TARN_E_LOCKED, "cannot lock %s: somebody else holds a lock on it", base->path);
    return TARN_OK;
}

static void memory_unlock(tarn_file *base) {
    memory_file *file;
    if (enter(base, "unlock", false, &file, NULL) != TARN_OK)
        return;
    drop_lock(file);
    leave(file);
}

static void memory_close(tarn_file *base) {
    memory_unlock(base);
    memory_file *file = (memory_file *)base;
    pthread_mutex_lock(&file->fs->mutex);
    tarn_disk_node_release(file->node);
    pthread_mutex_unlock(&file->fs->mutex);
    free(file);
}

static const tarn_fs_operations memory_operations = {
    .free = memory_free,
    .open = memory_open,
    .make_directory = memory_make_directory,
    .stat = memory_stat,
    .list = memory_list,
    .remove = memory_remove,
    .rename = memory_rename,
    .sync_directory = memory_sync_directory,
    .free_space = memory_free_space,
    .read = memory_read,
    .write = memory_write,
    .sync = memory_sync,
    .size = memory_size,
    .truncate = memory_truncate,
    .map = memory_map,
    .lock = memory_lock,
    .unlock = memory_unlock,
    .close = memory_close,
};

static tarn_status memory_new(bool recording, tarn_fs **out, tarn_error *error) {
    *out = NULL;
    memory_fs *fs = calloc(1, sizeof *fs);
    tarn_disk_node *root = tarn_disk_node_new(TARN_ENTRY_DIRECTORY);
    if (fs == NULL || root == NULL || pthread_mutex_init(&fs->mutex, NULL) != 0) {
        tarn_disk_node_release(root);
        free(fs);
        return tarn_fail_memory(error);
    }
    fs->base.operations = &memory_operations;
    fs->root = root;
    fs->recording = recording;
    *out = &fs->base;
    return TARN_OK;
}

tarn_status tarn_fs_memory(tarn_fs **out, tarn_error *error) {
    return memory_new(false, out, error);
}

tarn_status tarn_memory_recording(tarn_fs **out, tarn_error *error) {
    return memory_new(true, out, error);
}

void tarn_memory_forget(tarn_file *base) {
    memory_file *file;
    if (enter(base, "sync", false, &file, NULL) != TARN_OK)
        return;
    tarn_extent_release(&file->node->forgotten);
    file->node->forgotten = tarn_extent_share(&file->node->current);
    leave(file);
}

tarn_status tarn_memory_power_loss(tarn_fs *memory, tarn_power_loss mode, uint64_t seed, tarn_error *error) {
    memory_fs *fs = memory_of(memory);
    pthread_mutex_lock(&fs->mutex);
    fs->losses++;
    tarn_status status = tarn_disk_node_survive(fs->root, mode, seed, fs->losses, error);
    pthread_mutex_unlock(&fs->mutex);
    return status;
}
