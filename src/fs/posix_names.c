/* Folders and names on the disk. */
#include "base/buffer.h"
#include "base/text.h"
#include "fs/descriptor.h"
#include "fs/posix.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static tarn_entry_kind kind_of_mode(mode_t mode) {
    return S_ISREG(mode) ? TARN_ENTRY_FILE : S_ISDIR(mode) ? TARN_ENTRY_DIRECTORY : TARN_ENTRY_OTHER;
}

static uint64_t size_of(const struct stat *info) {
    return S_ISREG(info->st_mode) ? (uint64_t)info->st_size : 0;
}

static tarn_status make_directory(tarn_fs *fs, const char *path, mode_t mode, tarn_error *error) {
    posix_place place;
    tarn_status status = posix_place_enter(fs, path, "make folder", &place, error);
    if (status == TARN_OK && mkdirat(place.folder, place.name, mode) != 0)
        status = tarn_fail_errno(error, errno, "cannot make folder %s", path);
    posix_place_leave(&place);
    return status;
}

tarn_status posix_make_directory(tarn_fs *fs, const char *path, tarn_error *error) {
    return make_directory(fs, path, 0755, error);
}

tarn_status posix_make_private_directory(tarn_fs *fs, const char *path, tarn_error *error) {
    return make_directory(fs, path, 0700, error);
}

static int look_at(const posix_place *place, struct stat *info) {
    return fstatat(place->folder, place->name, info, place->guarded ? AT_SYMLINK_NOFOLLOW : 0);
}

tarn_status posix_stat(tarn_fs *fs, const char *path, tarn_entry_kind *kind, uint64_t *size, tarn_error *error) {
    posix_place place;
    struct stat info;
    tarn_status status = posix_place_enter(fs, path, "look at", &place, error);
    if (status == TARN_OK && look_at(&place, &info) != 0) {
        status = tarn_fail_errno(error, errno, "cannot look at %s", path);
    } else if (status == TARN_OK) {
        *kind = kind_of_mode(info.st_mode);
        *size = size_of(&info);
    }
    posix_place_leave(&place);
    return status;
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

static tarn_status open_directory(tarn_fs *fs, const char *path, const char *doing, int *out, tarn_error *error) {
    posix_place place;
    tarn_status status = posix_place_enter(fs, path, doing, &place, error);
    *out = status == TARN_OK ? posix_place_open(&place, O_RDONLY | O_DIRECTORY, 0) : -1;
    if (status == TARN_OK && *out < 0)
        status = posix_place_fail(&place, errno, doing, error);
    posix_place_leave(&place);
    return status;
}

tarn_status posix_list(tarn_fs *fs, const char *path, tarn_entry **out, size_t *count, tarn_error *error) {
    int descriptor;
    TARN_TRY(open_directory(fs, path, "list", &descriptor, error));
    DIR *directory = fdopendir(descriptor);
    if (directory == NULL) {
        close(descriptor);
        return tarn_fail_memory(error);
    }
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

/* 0, or what stands in the way. */
static int remove_entry(const posix_place *place) {
    if (unlinkat(place->folder, place->name, 0) == 0)
        return 0;
    int errnum = errno;
    /* Linux answers EISDIR for a folder, POSIX says EPERM. */
    if (errnum != EISDIR && errnum != EPERM)
        return errnum;
    if (unlinkat(place->folder, place->name, AT_REMOVEDIR) == 0)
        return 0;
    return errno != ENOTDIR ? errno : errnum;
}

tarn_status posix_remove(tarn_fs *fs, const char *path, tarn_error *error) {
    posix_place place;
    tarn_status status = posix_place_enter(fs, path, "remove", &place, error);
    int errnum = status == TARN_OK ? remove_entry(&place) : 0;
    if (errnum != 0)
        status = tarn_fail_errno(error, errnum, "cannot remove %s", path);
    posix_place_leave(&place);
    return status;
}

static tarn_status rename_entry(const posix_place *from, const posix_place *to, tarn_error *error) {
    if (renameat(from->folder, from->name, to->folder, to->name) == 0)
        return TARN_OK;
    int errnum = errno;
    struct stat info;
    /* One of them is a folder and the other is not: what stands in the way is that the name is taken. */
    if ((errnum == EISDIR || errnum == ENOTDIR) && look_at(to, &info) == 0)
        errnum = EEXIST;
    return tarn_fail_errno(error, errnum, "cannot rename %s to %s", from->path, to->path);
}

tarn_status posix_rename(tarn_fs *fs, const char *from, const char *to, tarn_error *error) {
    posix_place source, target;
    tarn_status status = posix_place_enter(fs, from, "rename", &source, error);
    if (status == TARN_OK) {
        status = posix_place_enter(fs, to, "rename to", &target, error);
        if (status == TARN_OK)
            status = rename_entry(&source, &target, error);
        posix_place_leave(&target);
    }
    posix_place_leave(&source);
    return status;
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

tarn_status posix_share(tarn_fs *fs, const char *path, const char *like, tarn_error *error) {
    struct stat info;
    (void)fs;
    int descriptor = tarn_descriptor_lift(open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
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

/* Files of people only: within a workspace no file is to have two names, not for a moment either. */
tarn_status posix_rename_new(tarn_fs *fs, const char *from, const char *to, tarn_error *error) {
    if (link(from, to) == 0)
        return unlink(from) == 0 ? TARN_OK : tarn_fail_errno(error, errno, "cannot remove %s", from);
    return has_no_links(errno) ? tarn_host_rename_new(fs, from, to, error)
                               : tarn_fail_errno(error, errno, "cannot rename %s to %s", from, to);
}

tarn_status posix_sync_directory(tarn_fs *fs, const char *path, tarn_error *error) {
    int descriptor, result;
    TARN_TRY(open_directory(fs, path, "sync folder", &descriptor, error));
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

tarn_status posix_free_space(tarn_fs *fs, const char *path, uint64_t *out, tarn_error *error) {
    (void)fs;
    struct statvfs info;
    if (statvfs(path, &info) != 0)
        return tarn_fail_errno(error, errno, "cannot tell the free space at %s", path);
    *out = (uint64_t)info.f_bavail * info.f_frsize;
    return TARN_OK;
}
