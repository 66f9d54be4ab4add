// A disk in memory on which calls fail and power goes away when a test says so.
#include "fs/fault.h"

#include "base/text.h"
#include "fs/host.h"
#include "fs/memory.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* A gate before a memory disk: each call is counted, and let through or not. */
typedef struct fault_fs {
    tarn_fs base;
    tarn_fs *disk;
    pthread_mutex_t mutex; /* guards everything below */
    uint64_t calls[TARN_FAULT_KINDS];
    tarn_fault_plan plan;
    uint64_t planned_calls; /* calls of the plan's kinds since it was made */
    uint64_t hits;
    bool freezes;
    uint64_t calls_to_freeze; /* mutating calls that are let through still, when it freezes */
} fault_fs;

typedef struct fault_file {
    tarn_file base;
    fault_fs *fs;
    tarn_file *file; /* on the disk */
} fault_file;

static fault_fs *fault_of(tarn_fs *fs) {
    return (fault_fs *)fs;
}

static fault_file *file_of(tarn_file *file) {
    return (fault_file *)file;
}

/* ---- the gate ------------------------------------------------------------------------------------------------ */

static unsigned index_of_kind(unsigned kind) {
    unsigned index = 0;
    while ((kind >> index & 1) == 0)
        index++;
    return index;
}

static bool is_off(const fault_fs *fs) {
    return fs->freezes && fs->calls_to_freeze == 0;
}

/* With the mutex held: what the plan says to the next call of this kind. */
static tarn_status follow_plan(fault_fs *fs, unsigned kind) {
    if ((fs->plan.kinds & kind) == 0 || fs->plan.call == 0)
        return TARN_OK;
    fs->planned_calls++;
    bool fails = fs->planned_calls == fs->plan.call || (fs->plan.lasting && fs->planned_calls > fs->plan.call);
    fs->hits += fails;
    return fails ? fs->plan.status : TARN_OK;
}

/* Count a call and say whether it may go on. `*plan` is what the plan says about one that may not, nothing when it is
 * off. */
static tarn_status pass(fault_fs *fs, unsigned kind, const char *path, tarn_fault_plan *plan, tarn_error *error) {
    *plan = (tarn_fault_plan){0};
    pthread_mutex_lock(&fs->mutex);
    bool off = is_off(fs);
    tarn_status status = TARN_E_IO;
    if (!off) {
        fs->calls[index_of_kind(kind)]++;
        status = follow_plan(fs, kind);
        *plan = fs->plan;
        if (fs->freezes && (kind & TARN_FAULT_MUTATING) != 0)
            fs->calls_to_freeze--;
    }
    pthread_mutex_unlock(&fs->mutex);
    if (status == TARN_OK)
        return TARN_OK;
    return tarn_fail(error, status, off ? "cannot reach %s: the machine is off" : "cannot reach %s: injected fault",
                     path);
}

static tarn_status pass_path(tarn_fs *fs, unsigned kind, const char *path, tarn_error *error) {
    tarn_fault_plan plan;
    return pass(fault_of(fs), kind, path, &plan, error);
}

static tarn_status pass_file(tarn_file *file, unsigned kind, tarn_error *error) {
    tarn_fault_plan plan;
    return pass(file_of(file)->fs, kind, file->path, &plan, error);
}

/* ---- folders and names --------------------------------------------------------------------------------------- */

static void fault_free(tarn_fs *base) {
    fault_fs *fs = fault_of(base);
    tarn_fs_free(fs->disk);
    pthread_mutex_destroy(&fs->mutex);
    free(fs);
}

static tarn_status fault_open(tarn_fs *base, const char *path, tarn_open_mode mode, tarn_file **out,
                              tarn_error *error) {
    fault_fs *fs = fault_of(base);
    bool creates = mode >= TARN_OPEN_CREATE && tarn_fs_stat(fs->disk, path, NULL, NULL, NULL) == TARN_E_NOT_FOUND;
    TARN_TRY(pass_path(base, creates ? TARN_FAULT_CREATE : TARN_FAULT_OPEN, path, error));
    fault_file *file = NULL;
    TARN_TRY(tarn_host_new_file(base, path, sizeof *file, &file, error));
    tarn_status status = tarn_fs_open(fs->disk, path, mode, &file->file, error);
    if (status != TARN_OK) {
        tarn_host_drop_file(file);
        return status;
    }
    file->fs = fs;
    *out = &file->base;
    return TARN_OK;
}

static tarn_status fault_make_directory(tarn_fs *fs, const char *path, tarn_error *error) {
    TARN_TRY(pass_path(fs, TARN_FAULT_MAKE_DIRECTORY, path, error));
    return tarn_fs_make_directory(fault_of(fs)->disk, path, error);
}

static tarn_status fault_stat(tarn_fs *fs, const char *path, tarn_entry_kind *kind, uint64_t *size, tarn_error *error) {
    TARN_TRY(pass_path(fs, TARN_FAULT_STAT, path, error));
    return tarn_fs_stat(fault_of(fs)->disk, path, kind, size, error);
}

static tarn_status fault_list(tarn_fs *fs, const char *path, tarn_entry **out, size_t *count, tarn_error *error) {
    TARN_TRY(pass_path(fs, TARN_FAULT_LIST, path, error));
    return tarn_fs_list(fault_of(fs)->disk, path, out, count, error);
}

static tarn_status fault_remove(tarn_fs *fs, const char *path, tarn_error *error) {
    TARN_TRY(pass_path(fs, TARN_FAULT_REMOVE, path, error));
    return tarn_fs_remove(fault_of(fs)->disk, path, error);
}

static tarn_status fault_rename(tarn_fs *fs, const char *from, const char *to, tarn_error *error) {
    TARN_TRY(pass_path(fs, TARN_FAULT_RENAME, from, error));
    return tarn_fs_rename(fault_of(fs)->disk, from, to, error);
}

static tarn_status fault_sync_directory(tarn_fs *fs, const char *path, tarn_error *error) {
    TARN_TRY(pass_path(fs, TARN_FAULT_SYNC_DIRECTORY, path, error));
    return tarn_fs_sync_directory(fault_of(fs)->disk, path, error);
}

static tarn_status fault_free_space(tarn_fs *fs, const char *path, uint64_t *out, tarn_error *error) {
    TARN_TRY(pass_path(fs, TARN_FAULT_FREE_SPACE, path, error));
    return tarn_fs_free_space(fault_of(fs)->disk, path, out, error);
}

/* ---- files --------------------------------------------------------------------------------------------------- */

static tarn_status fault_read(tarn_file *file, uint64_t offset, void *data, size_t size, size_t *got,
                              tarn_error *error) {
    TARN_TRY(pass_file(file, TARN_FAULT_READ, error));
    return tarn_file_read(file_of(file)->file, offset, data, size, got, error);
}

static tarn_status fault_write(tarn_file *base, uint64_t offset, const void *data, size_t size, tarn_error *error) {
    fault_file *file = file_of(base);
    tarn_fault_plan plan;
    tarn_status status = pass(file->fs, TARN_FAULT_WRITE, base->path, &plan, error);
    if (status == TARN_OK)
        return tarn_file_write(file->file, offset, data, size, error);
    if (plan.written > 0)
        tarn_file_write(file->file, offset, data, plan.written < size ? plan.written : size, NULL);
    return status;
}

static tarn_status fault_sync(tarn_file *base, tarn_error *error) {
    fault_file *file = file_of(base);
    tarn_fault_plan plan;
    tarn_status status = pass(file->fs, TARN_FAULT_SYNC, base->path, &plan, error);
    if (status == TARN_OK)
        return tarn_file_sync(file->file, error);
    if (plan.forgets)
        tarn_memory_forget(file->file);
    return status;
}

static tarn_status fault_size(tarn_file *file, uint64_t *out, tarn_error *error) {
    TARN_TRY(pass_file(file, TARN_FAULT_SIZE, error));
    return tarn_file_size(file_of(file)->file, out, error);
}

static tarn_status fault_truncate(tarn_file *file, uint64_t size, tarn_error *error) {
    TARN_TRY(pass_file(file, TARN_FAULT_TRUNCATE, error));
    return tarn_file_truncate(file_of(file)->file, size, error);
}

static void release_copy(tarn_mapping *mapping) {
    free(mapping->owner);
}

static tarn_status fault_map(tarn_file *file, uint64_t offset, size_t size, tarn_mapping *out, tarn_error *error) {
    TARN_TRY(pass_file(file, TARN_FAULT_MAP, error));
    tarn_mapping mapped;
    TARN_TRY(tarn_file_map(file_of(file)->file, offset, size, &mapped, error));
    if (size == 0)
        return TARN_OK;
    /* Not tarn_aligned_alloc, which rounds up: a sanitizer shall see a read of the first byte behind the end. */
    void *copy = NULL;
    bool allocated = posix_memalign(&copy, 64, size) == 0;
    if (allocated) {
        memcpy(copy, mapped.data, size);
        *out = (tarn_mapping){.data = copy, .size = size, .owner = copy, .release = release_copy};
    }
    tarn_mapping_release(&mapped);
    return allocated ? TARN_OK : tarn_fail_memory(error);
}

static tarn_status fault_lock(tarn_file *file, tarn_lock_kind kind, tarn_error *error) {
    TARN_TRY(pass_file(file, TARN_FAULT_LOCK, error));
    return tarn_file_lock(file_of(file)->file, kind, error);
}

static void fault_unlock(tarn_file *file) {
    tarn_file_unlock(file_of(file)->file);
}

static void fault_close(tarn_file *file) {
    tarn_file_close(file_of(file)->file);
    free(file);
}

static const tarn_fs_operations fault_operations = {
    .free = fault_free,
    .open = fault_open,
    .make_directory = fault_make_directory,
    .stat = fault_stat,
    .list = fault_list,
    .remove = fault_remove,
    .rename = fault_rename,
    .sync_directory = fault_sync_directory,
    .free_space = fault_free_space,
    .read = fault_read,
    .write = fault_write,
    .sync = fault_sync,
    .size = fault_size,
    .truncate = fault_truncate,
    .map = fault_map,
    .lock = fault_lock,
    .unlock = fault_unlock,
    .close = fault_close,
};

/* ---- what tests say ------------------------------------------------------------------------------------------ */

tarn_status tarn_fs_fault(tarn_fs **out, tarn_error *error) {
    *out = NULL;
    fault_fs *fs = calloc(1, sizeof *fs);
    if (fs == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_memory_recording(&fs->disk, error);
    if (status != TARN_OK) {
        free(fs);
        return status;
    }
    pthread_mutex_init(&fs->mutex, NULL);
    fs->base.operations = &fault_operations;
    *out = &fs->base;
    return TARN_OK;
}

uint64_t tarn_fault_calls(tarn_fs *base, unsigned kinds) {
    fault_fs *fs = fault_of(base);
    uint64_t calls = 0;
    pthread_mutex_lock(&fs->mutex);
    for (unsigned i = 0; i < TARN_FAULT_KINDS; i++)
        calls += (kinds >> i & 1) != 0 ? fs->calls[i] : 0;
    pthread_mutex_unlock(&fs->mutex);
    return calls;
}

/* With the mutex held. */
static void set_plan(fault_fs *fs, const tarn_fault_plan *plan) {
    fs->plan = plan != NULL ? *plan : (tarn_fault_plan){0};
    fs->planned_calls = 0;
    fs->hits = 0;
}

void tarn_fault_plan_set(tarn_fs *base, const tarn_fault_plan *plan) {
    fault_fs *fs = fault_of(base);
    pthread_mutex_lock(&fs->mutex);
    set_plan(fs, plan);
    pthread_mutex_unlock(&fs->mutex);
}

uint64_t tarn_fault_plan_hits(tarn_fs *base) {
    fault_fs *fs = fault_of(base);
    pthread_mutex_lock(&fs->mutex);
    uint64_t hits = fs->hits;
    pthread_mutex_unlock(&fs->mutex);
    return hits;
}

void tarn_fault_freeze(tarn_fs *base, uint64_t calls) {
    fault_fs *fs = fault_of(base);
    pthread_mutex_lock(&fs->mutex);
    fs->freezes = true;
    fs->calls_to_freeze = calls;
    pthread_mutex_unlock(&fs->mutex);
}

bool tarn_fault_is_frozen(tarn_fs *base) {
    fault_fs *fs = fault_of(base);
    pthread_mutex_lock(&fs->mutex);
    bool off = is_off(fs);
    pthread_mutex_unlock(&fs->mutex);
    return off;
}

tarn_status tarn_fault_power_loss(tarn_fs *base, tarn_power_loss mode, uint64_t seed, tarn_error *error) {
    fault_fs *fs = fault_of(base);
    pthread_mutex_lock(&fs->mutex);
    set_plan(fs, NULL);
    fs->freezes = false;
    pthread_mutex_unlock(&fs->mutex);
    return tarn_memory_power_loss(fs->disk, mode, seed, error);
}
