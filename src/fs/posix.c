/* The disk: files, and the table of what this host does. */
#include "fs/posix.h"

#include "base/buffer.h"
#include "fs/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Locks are those of flock(2): they belong to the open file description, so two handles of one process conflict, and
 * closing some other descriptor of the same file does not release them, both unlike fcntl(2)'s.
 */

/*
 * Below this many bytes, reading a copy is cheaper than making, faulting in and tearing down a mapping. Where every
 * byte is touched a copy wins up to 256 kB, where a few are, from 16 kB on a mapping does; at 64 kB both cost about 10
 * µs.
 */
#define MAP_THRESHOLD ((size_t)64 * 1024)

/* macOS refuses transfers of more than INT_MAX bytes, Linux cuts them there. */
#define TRANSFER_LIMIT ((size_t)1 << 30)

static int descriptor_of(const tarn_file *file) {
    return ((const posix_file *)file)->descriptor;
}

/* ---- opening ----------------------------------------------------------------------------------------------------- */

static int flags_of_mode(tarn_open_mode mode) {
    /* O_NONBLOCK: opening a pipe must not wait for its other end; it changes nothing for files. */
    int flags = O_NONBLOCK | O_NOCTTY;
    switch (mode) {
    case TARN_OPEN_READ:
        return flags | O_RDONLY;
    case TARN_OPEN_WRITE:
        return flags | O_RDWR;
    case TARN_OPEN_CREATE:
        return flags | O_RDWR | O_CREAT;
    case TARN_OPEN_CREATE_NEW:
    case TARN_OPEN_CREATE_PRIVATE:
        break;
    }
    return flags | O_RDWR | O_CREAT | O_EXCL;
}

/* What is in a workspace is a file, and when it is to be written, one that nobody knows by another name. */
static tarn_status check_guarded(const struct stat *info, const posix_place *place, tarn_open_mode mode,
                                 tarn_error *error) {
    if (!S_ISREG(info->st_mode))
        return tarn_fail(error, TARN_E_CORRUPT, "cannot open %s: it is no file", place->path);
    if (mode != TARN_OPEN_READ && info->st_nlink > 1)
        return tarn_fail(
            error, TARN_E_INVALID,
            "cannot write to %s: it has another name as well (a hard link), and what is there would change "
            "too; put a copy in its place",
            place->path);
    return TARN_OK;
}

/* Reads and writes are positional, which folders, pipes and sockets cannot do. */
static tarn_status check_opened(int descriptor, const posix_place *place, tarn_open_mode mode, tarn_error *error) {
    struct stat info;
    if (fstat(descriptor, &info) != 0)
        return tarn_fail_errno(error, errno, "cannot open %s", place->path);
    if (place->guarded)
        return check_guarded(&info, place, mode, error);
    if (S_ISDIR(info.st_mode))
        return tarn_fail(error, TARN_E_INVALID, "cannot open %s: it is a folder, not a file", place->path);
    if (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode))
        return tarn_fail(error, TARN_E_INVALID, "cannot open %s: it is a pipe or a socket, not a file", place->path);
    return TARN_OK;
}

static tarn_status open_descriptor(tarn_fs *fs, const char *path, tarn_open_mode mode, int *out, tarn_error *error) {
    posix_place place;
    tarn_status status = posix_place_enter(fs, path, "open", &place, error);
    *out = -1;
    if (status == TARN_OK) {
        *out = posix_place_open(&place, flags_of_mode(mode), mode == TARN_OPEN_CREATE_PRIVATE ? 0600 : 0644);
        if (*out >= 0)
            status = check_opened(*out, &place, mode, error);
        else if (errno == EISDIR)
            status = tarn_fail(error, place.guarded ? TARN_E_CORRUPT : TARN_E_INVALID,
                               "cannot open %s: it is a folder, not a file", path);
        else
            status = posix_place_fail(&place, errno, "open", error);
    }
    posix_place_leave(&place);
    if (status != TARN_OK && *out >= 0)
        close(*out);
    return status;
}

static tarn_status posix_open(tarn_fs *fs, const char *path, tarn_open_mode mode, tarn_file **out, tarn_error *error) {
    int descriptor;
    posix_file *file = NULL;
    TARN_TRY(open_descriptor(fs, path, mode, &descriptor, error));
    tarn_status status = tarn_host_new_file(fs, path, sizeof *file, &file, error);
    if (status != TARN_OK) {
        close(descriptor);
        return status;
    }
    file->descriptor = descriptor;
    file->losses = ((posix_fs *)fs)->losses;
    *out = &file->base;
    return TARN_OK;
}

/* ---- files --------------------------------------------------------------------------------------------------- */

static tarn_status posix_read(tarn_file *file, uint64_t offset, void *data, size_t size, size_t *got,
                              tarn_error *error) {
    size_t done = 0;
    while (done < size && offset + done <= INT64_MAX) {
        size_t wanted = size - done < TRANSFER_LIMIT ? size - done : TRANSFER_LIMIT;
        ssize_t result = pread(descriptor_of(file), (uint8_t *)data + done, wanted, (off_t)(offset + done));
        if (result < 0 && errno == EINTR)
            continue;
        if (result < 0)
            return tarn_fail_errno(error, errno, "cannot read %zu bytes at %llu of %s", size,
                                   (unsigned long long)offset, file->path);
        if (result == 0)
            break;
        done += (size_t)result;
    }
    *got = done;
    return TARN_OK;
}

static tarn_status posix_write(tarn_file *file, uint64_t offset, const void *data, size_t size, tarn_error *error) {
    size_t done = 0;
    while (done < size) {
        size_t wanted = size - done < TRANSFER_LIMIT ? size - done : TRANSFER_LIMIT;
        ssize_t result = pwrite(descriptor_of(file), (const uint8_t *)data + done, wanted, (off_t)(offset + done));
        if (result < 0 && errno == EINTR)
            continue;
        if (result < 0)
            return tarn_fail_errno(error, errno, "cannot write %zu bytes at %llu of %s", size,
                                   (unsigned long long)offset, file->path);
        done += (size_t)result;
    }
    return TARN_OK;
}

/* On macOS only F_FULLFSYNC reaches the disk's platter; file systems that lack it take fsync. */
static int sync_descriptor(int descriptor) {
#if defined(__APPLE__)
    return fcntl(descriptor, F_FULLFSYNC) == 0 ? 0 : fsync(descriptor);
#else
    return fdatasync(descriptor);
#endif
}

static tarn_status posix_sync(tarn_file *file, tarn_error *error) {
    int result;
    do {
        result = sync_descriptor(descriptor_of(file));
    } while (result != 0 && errno == EINTR);
    if (result != 0)
        return tarn_fail_errno(error, errno, "cannot sync %s", file->path);
    return TARN_OK;
}

static tarn_status posix_size(tarn_file *file, uint64_t *out, tarn_error *error) {
    struct stat info;
    if (fstat(descriptor_of(file), &info) != 0)
        return tarn_fail_errno(error, errno, "cannot look at %s", file->path);
    *out = S_ISREG(info.st_mode) ? (uint64_t)info.st_size : 0;
    return TARN_OK;
}

static tarn_status posix_truncate(tarn_file *file, uint64_t size, tarn_error *error) {
    int result;
    do {
        result = ftruncate(descriptor_of(file), (off_t)size);
    } while (result != 0 && errno == EINTR);
    if (result != 0)
        return tarn_fail_errno(error, errno, "cannot resize %s to %llu bytes", file->path, (unsigned long long)size);
    return TARN_OK;
}

static void release_copy(tarn_mapping *mapping) {
    free(mapping->owner);
}

static tarn_status map_by_reading(tarn_file *file, uint64_t offset, size_t size, tarn_mapping *out, tarn_error *error) {
    uint8_t *data = tarn_aligned_alloc(size);
    if (data == NULL)
        return tarn_fail_memory(error);
    size_t got = 0;
    tarn_status status = posix_read(file, offset, data, size, &got, error);
    if (status == TARN_OK)
        status = tarn_host_check_stretch(file, offset, size, offset + got, error);
    if (status != TARN_OK) {
        free(data);
        return status;
    }
    *out = (tarn_mapping){.data = data, .size = size, .owner = data, .release = release_copy};
    return TARN_OK;
}

static tarn_status posix_map(tarn_file *file, uint64_t offset, size_t size, tarn_mapping *out, tarn_error *error) {
    uint64_t file_size;
    TARN_TRY(posix_size(file, &file_size, error));
    TARN_TRY(tarn_host_check_stretch(file, offset, size, file_size, error));
    if (size == 0)
        return TARN_OK;
    return size < MAP_THRESHOLD ? map_by_reading(file, offset, size, out, error)
                                : tarn_pages_map(descriptor_of(file), file->path, ((posix_file *)file)->losses, offset,
                                                 size, out, error);
}

static tarn_status posix_lock(tarn_file *file, tarn_lock_kind kind, tarn_error *error) {
    int operation = (kind == TARN_LOCK_EXCLUSIVE ? LOCK_EX : LOCK_SH) | LOCK_NB;
    int result;
    do {
        result = flock(descriptor_of(file), operation);
    } while (result != 0 && errno == EINTR);
    if (result == 0)
        return TARN_OK;
    if (errno == EWOULDBLOCK)
        return tarn_fail(error, TARN_E_LOCKED, "cannot lock %s: somebody else holds a lock on it", file->path);
    return tarn_fail_errno(error, errno, "cannot lock %s", file->path);
}

static void posix_unlock(tarn_file *file) {
    flock(descriptor_of(file), LOCK_UN);
}

static void posix_close(tarn_file *file) {
    close(descriptor_of(file));
    free(file);
}

/* ---- the host ---------------------------------------------------------------------------------------------------- */

static void posix_free(tarn_fs *base) {
    posix_fs *fs = (posix_fs *)base;
    for (posix_guard *guard = atomic_load(&fs->guards), *next; guard != NULL; guard = next) {
        next = guard->next;
        free(guard);
    }
    tarn_page_losses_release(fs->losses);
    pthread_mutex_destroy(&fs->mutex);
    free(fs);
}

static tarn_status posix_check_pages(tarn_fs *fs, tarn_error *error) {
    return tarn_page_losses_check(((posix_fs *)fs)->losses, error);
}

static const tarn_fs_operations posix_operations = {
    .free = posix_free,
    .open = posix_open,
    .guard = posix_guard_folder,
    .check_pages = posix_check_pages,
    .make_directory = posix_make_directory,
    .make_private_directory = posix_make_private_directory,
    .stat = posix_stat,
    .list = posix_list,
    .remove = posix_remove,
    .rename = posix_rename,
    .rename_new = posix_rename_new,
    .share = posix_share,
    .sync_directory = posix_sync_directory,
    .free_space = posix_free_space,
    .read = posix_read,
    .write = posix_write,
    .sync = posix_sync,
    .size = posix_size,
    .truncate = posix_truncate,
    .map = posix_map,
    .lock = posix_lock,
    .unlock = posix_unlock,
    .close = posix_close,
};

tarn_status tarn_fs_posix(tarn_fs **out, tarn_error *error) {
    posix_fs *fs = calloc(1, sizeof *fs);
    *out = NULL;
    if (fs == NULL)
        return tarn_fail_memory(error);
    fs->base.operations = &posix_operations;
    pthread_mutex_init(&fs->mutex, NULL);
    fs->losses = tarn_page_losses_new();
    if (fs->losses == NULL) {
        posix_free(&fs->base);
        return tarn_fail_memory(error);
    }
    *out = &fs->base;
    return TARN_OK;
}
