#include "base/buffer.h"
#include "base/text.h"
#include "fs/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
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

typedef struct posix_file {
    tarn_file base;
    int descriptor;
} posix_file;

static int descriptor_of(const tarn_file *file) {
    return ((const posix_file *)file)->descriptor;
}

static tarn_entry_kind kind_of_mode(mode_t mode) {
    return S_ISREG(mode) ? TARN_ENTRY_FILE : S_ISDIR(mode) ? TARN_ENTRY_DIRECTORY : TARN_ENTRY_OTHER;
}

static uint64_t size_of(const struct stat *info) {
    return S_ISREG(info->st_mode) ? (uint64_t)info->st_size : 0;
}

/* ---- folders and names --------------------------------------------------------------------------------------- */

static void posix_free(tarn_fs *fs) {
    free(fs);
}

static int flags_of_mode(tarn_open_mode mode) {
    /* O_NONBLOCK: opening a pipe must not wait for its other end; it changes nothing for files. */
    int flags = O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
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

/* Reads and writes are positional, which folders, pipes and sockets cannot do. */
static tarn_status check_positional(int descriptor, const char *path, tarn_error *error) {
    struct stat info;
    if (fstat(descriptor, &info) != 0)
        return tarn_fail_errno(error, errno, "cannot open %s", path);
    if (S_ISDIR(info.st_mode))
        return tarn_fail(error, TARN_E_INVALID, "cannot open %s: it is a folder, not a file", path);
    if (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode))
        return tarn_fail(error, TARN_E_INVALID, "cannot open %s: it is a pipe or a socket, not a file", path);
    return TARN_OK;
}

static tarn_status posix_open(tarn_fs *fs, const char *path, tarn_open_mode mode, tarn_file **out, tarn_error *error) {
    int descriptor;
    do {
        descriptor = open(path, flags_of_mode(mode), mode == TARN_OPEN_CREATE_PRIVATE ? 0600 : 0644);
    } while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0 && errno == EISDIR)
        return tarn_fail(error, TARN_E_INVALID, "cannot open %s: it is a folder, not a file", path);
    if (descriptor < 0)
        return tarn_fail_errno(error, errno, "cannot open %s", path);
    tarn_status status = check_positional(descriptor, path, error);
    posix_file *file = NULL;
    if (status == TARN_OK)
        status = tarn_host_new_file(fs, path, sizeof *file, &file, error);
    if (status != TARN_OK) {
        close(descriptor);
        return status;
    }
    file->descriptor = descriptor;
    *out = &file->base;
    return TARN_OK;
}

static tarn_status posix_make_directory(tarn_fs *fs, const char *path, tarn_error *error) {
    (void)fs;
    if (mkdir(path, 0755) != 0)
        return tarn_fail_errno(error, errno, "cannot make folder %s", path);
    return TARN_OK;
}

static tarn_status posix_stat(tarn_fs *fs, const char *path, tarn_entry_kind *kind, uint64_t *size, tarn_error *error) {
    (void)fs;
    struct stat info;
    if (stat(path, &info) != 0)
        return tarn_fail_errno(error, errno, "cannot look at %s", path);
    *kind = kind_of_mode(info.st_mode);
    *size = size_of(&info);
    return TARN_OK;
}

/* Append one name; one that vanished since it was read is left out. */
static tarn_status append_entry(DIR *directory, const char *path, const char *name, tarn_entry **entries, size_t *count,
                                size_t *capacity, tarn_error *error) {
    struct stat info;
    if (fstatat(dirfd(directory), name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? TARN_OK : tarn_fail_errno(error, errno, "cannot look at %s/%s", path, name);
    TARN_TRY(tarn_grow(entries, capacity, *count + 1, sizeof **entries, error));
    char *copy = tarn_strdup(name);
    if (copy == NULL)
        return tarn_fail_memory(error);
    (*entries)[(*count)++] = (tarn_entry){copy, kind_of_mode(info.st_mode), size_of(&info)};
    return TARN_OK;
}

static tarn_status read_entries(DIR *directory, const char *path, tarn_entry **entries, size_t *count,
                                tarn_error *error) {
    size_t capacity = 0;
    for (;;) {
        errno = 0;
        struct dirent *found = readdir(directory);
        if (found == NULL)
            return errno == 0 ? TARN_OK : tarn_fail_errno(error, errno, "cannot list %s", path);
        if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0)
            continue;
        TARN_TRY(append_entry(directory, path, found->d_name, entries, count, &capacity, error));
    }
}

static tarn_status posix_list(tarn_fs *fs, const char *path, tarn_entry **out, size_t *count, tarn_error *error) {
    (void)fs;
    DIR *directory = opendir(path);
    if (directory == NULL)
        return tarn_fail_errno(error, errno, "cannot list %s", path);
    tarn_entry *entries = NULL;
    size_t found = 0;
    tarn_status status = read_entries(directory, path, &entries, &found, error);
    closedir(directory);
    if (status != TARN_OK) {
        tarn_entries_free(entries, found);
        return status;
    }
    *out = entries;
    *count = found;
    return TARN_OK;
}

static tarn_status posix_remove(tarn_fs *fs, const char *path, tarn_error *error) {
    (void)fs;
    if (unlink(path) == 0)
        return TARN_OK;
    int errnum = errno;
    /* Linux answers EISDIR for a folder, POSIX says EPERM. */
    if ((errnum == EISDIR || errnum == EPERM) && rmdir(path) == 0)
        return TARN_OK;
    if ((errnum == EISDIR || errnum == EPERM) && errno != ENOTDIR)
        errnum = errno;
    return tarn_fail_errno(error, errnum, "cannot remove %s", path);
}

static tarn_status posix_rename(tarn_fs *fs, const char *from, const char *to, tarn_error *error) {
    (void)fs;
    if (rename(from, to) == 0)
        return TARN_OK;
    int errnum = errno;
    struct stat info;
    /* One of them is a folder and the other is not: what stands in the way is that the name is taken. */
    if ((errnum == EISDIR || errnum == ENOTDIR) && stat(to, &info) == 0)
        errnum = EEXIST;
    return tarn_fail_errno(error, errnum, "cannot rename %s to %s", from, to);
}

/* File systems without hard links (FAT, some network shares) answer so. */
static bool has_no_links(int errnum) {
    return errnum == EPERM || errnum == ENOSYS || errnum == EMLINK || errnum == ENOTSUP;
}

/* What a new file may be; asking umask() itself would change it for every thread. */
static mode_t mode_of_new_files(void) {
    unsigned mask = 022;
    char line[128];
    FILE *file = fopen("/proc/self/status", "re");
    if (file != NULL) {
        while (fgets(line, sizeof line, file) != NULL && sscanf(line, "Umask: %o", &mask) != 1)
            ;
        fclose(file);
    }
    return 0644 & ~(mode_t)mask;
}

static tarn_status posix_share(tarn_fs *fs, const char *path, const char *like, tarn_error *error) {
    struct stat info;
    (void)fs;
    int descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0)
        return tarn_fail_errno(error, errno, "cannot open %s", path);
    bool found = like != NULL && stat(like, &info) == 0;
    mode_t mode = found ? info.st_mode & 0777 : mode_of_new_files();
    /* Another group or owner is kept where that is allowed; where it is not, the wrong group gets no rights. */
    if (found && fchown(descriptor, info.st_uid, info.st_gid) != 0 && fchown(descriptor, (uid_t)-1, info.st_gid) != 0 &&
        info.st_gid != getegid())
        mode &= ~(mode_t)070;
    int failed = fchmod(descriptor, mode) != 0 ? errno : 0;
    close(descriptor);
    return failed != 0 ? tarn_fail_errno(error, failed, "cannot set the permissions of %s", path) : TARN_OK;
}

static tarn_status posix_rename_new(tarn_fs *fs, const char *from, const char *to, tarn_error *error) {
    if (link(from, to) == 0)
        return unlink(from) == 0 ? TARN_OK : tarn_fail_errno(error, errno, "cannot remove %s", from);
    return has_no_links(errno) ? tarn_host_rename_new(fs, from, to, error)
                               : tarn_fail_errno(error, errno, "cannot rename %s to %s", from, to);
}

static tarn_status posix_sync_directory(tarn_fs *fs, const char *path, tarn_error *error) {
    (void)fs;
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return tarn_fail_errno(error, errno, "cannot sync folder %s", path);
    int result;
    do {
        result = fsync(descriptor);
    } while (result != 0 && errno == EINTR);
    int errnum = errno;
    close(descriptor);
    /* EINVAL: a file system that cannot sync folders; there is nothing better to be had from it. */
    if (result != 0 && errnum != EINVAL)
        return tarn_fail_errno(error, errnum, "cannot sync folder %s", path);
    return TARN_OK;
}

static tarn_status posix_free_space(tarn_fs *fs, const char *path, uint64_t *out, tarn_error *error) {
    (void)fs;
    struct statvfs info;
    if (statvfs(path, &info) != 0)
        return tarn_fail_errno(error, errno, "cannot tell the free space at %s", path);
    *out = (uint64_t)info.f_bavail * info.f_frsize;
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
    *out = size_of(&info);
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

/* `owner` is the mapping's first page; `data` lies in it. */
static void release_mapped(tarn_mapping *mapping) {
    size_t before = (size_t)(mapping->data - (const uint8_t *)mapping->owner);
    munmap(mapping->owner, mapping->size + before);
}

static tarn_status map_pages(tarn_file *file, uint64_t offset, size_t size, tarn_mapping *out, tarn_error *error) {
    size_t before = (size_t)(offset % (uint64_t)sysconf(_SC_PAGESIZE));
    void *pages = mmap(NULL, size + before, PROT_READ, MAP_SHARED, descriptor_of(file), (off_t)(offset - before));
    if (pages == MAP_FAILED)
        return tarn_fail_errno(error, errno, "cannot map %zu bytes at %llu of %s", size, (unsigned long long)offset,
                               file->path);
    *out = (tarn_mapping){.data = (const uint8_t *)pages + before,
                          .size = size,
                          .owner = pages,
                          .release = release_mapped,
                          .is_paged = true};
    return TARN_OK;
}

static tarn_status posix_map(tarn_file *file, uint64_t offset, size_t size, tarn_mapping *out, tarn_error *error) {
    uint64_t file_size;
    TARN_TRY(posix_size(file, &file_size, error));
    TARN_TRY(tarn_host_check_stretch(file, offset, size, file_size, error));
    if (size == 0)
        return TARN_OK;
    return size < MAP_THRESHOLD ? map_by_reading(file, offset, size, out, error)
                                : map_pages(file, offset, size, out, error);
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

static const tarn_fs_operations posix_operations = {
    .free = posix_free,
    .open = posix_open,
    .make_directory = posix_make_directory,
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
    return tarn_host_new(&posix_operations, out, error);
}
