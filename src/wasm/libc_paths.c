/**
 * The C library's paths over tarn_fs: what is there, and changing it. Compiled for WebAssembly only; see libc_files.h.
 */
#include "wasm/libc_files.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/statfs.h>

static tarn_fs *disk;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void find_disk(void) {
    tarn_fs_native(&disk, NULL);
}

tarn_fs *tarn_libc_disk(void) {
    pthread_once(&once, find_disk);
    return disk;
}

int tarn_libc_errno(tarn_status status) {
    switch (status) {
    case TARN_OK:
        return 0;
    case TARN_E_NOT_FOUND:
        return ENOENT;
    case TARN_E_EXISTS:
        return EEXIST;
    case TARN_E_FULL:
        return ENOSPC;
    case TARN_E_MEMORY:
        return ENOMEM;
    case TARN_E_LOCKED:
        return EAGAIN;
    case TARN_E_READ_ONLY:
        return EROFS;
    case TARN_E_INVALID:
        return EINVAL;
    default:
        return EIO;
    }
}

void tarn_libc_describe(struct stat *out, tarn_entry_kind kind, uint64_t size) {
    memset(out, 0, sizeof *out);
    out->st_mode = kind == TARN_ENTRY_DIRECTORY ? S_IFDIR | 0755 : S_IFREG | 0644;
    out->st_nlink = 1;
    out->st_size = (off_t)size;
    out->st_blksize = 4096;
    out->st_blocks = (blkcnt_t)((size + 511) / 512);
}

/* ---- what there is ------------------------------------------------------------------------------------------------
 */

long __syscall_stat64(long path, long buffer) {
    tarn_entry_kind kind;
    uint64_t size;
    tarn_status status = tarn_fs_stat(tarn_libc_disk(), (const char *)path, &kind, &size, NULL);
    if (status != TARN_OK)
        return -tarn_libc_errno(status);
    tarn_libc_describe((struct stat *)buffer, kind, size);
    return 0;
}

long __syscall_lstat64(long path, long buffer) {
    return __syscall_stat64(path, buffer);
}

/* Nothing here is a link. */
long __syscall_readlink(long path, long buffer, long size) {
    (void)buffer, (void)size;
    tarn_entry_kind kind;
    uint64_t bytes;
    tarn_status status = tarn_fs_stat(tarn_libc_disk(), (const char *)path, &kind, &bytes, NULL);
    return status != TARN_OK ? -tarn_libc_errno(status) : -EINVAL;
}

long __syscall_fstatat64(long folder, long path, long buffer, long flags) {
    (void)folder; /* nobody asks for anything but absolute paths and the working directory */
    (void)flags;
    return __syscall_stat64(path, buffer);
}

long __syscall_access(long path, long mode) {
    (void)mode;
    return -tarn_libc_errno(tarn_fs_stat(tarn_libc_disk(), (const char *)path, NULL, NULL, NULL));
}

long __syscall_faccessat(long folder, long path, long mode, long flags) {
    (void)folder;
    (void)flags;
    return __syscall_access(path, mode);
}

long __syscall_statfs64(long path, long size, long buffer) {
    struct statfs *out = (struct statfs *)buffer;
    uint64_t bytes = 0;
    (void)size;
    tarn_status status = tarn_fs_free_space(tarn_libc_disk(), (const char *)path, &bytes, NULL);
    if (status != TARN_OK)
        return -tarn_libc_errno(status);
    memset(out, 0, sizeof *out);
    out->f_bsize = 4096;
    out->f_frsize = 4096;
    out->f_bavail = out->f_bfree = out->f_blocks = bytes / 4096;
    return 0;
}

/* ---- changing it --------------------------------------------------------------------------------------------------
 */

long __syscall_unlink(long path) {
    return -tarn_libc_errno(tarn_fs_remove(tarn_libc_disk(), (const char *)path, NULL));
}

long __syscall_rmdir(long path) {
    return __syscall_unlink(path);
}

long __syscall_unlinkat(long folder, long path, long flags) {
    (void)folder;
    (void)flags;
    return __syscall_unlink(path);
}

long __syscall_rename(long from, long to) {
    return -tarn_libc_errno(tarn_fs_rename(tarn_libc_disk(), (const char *)from, (const char *)to, NULL));
}

long __syscall_mkdir(long path, long mode) {
    (void)mode;
    return -tarn_libc_errno(tarn_fs_make_directory(tarn_libc_disk(), (const char *)path, NULL));
}

long __syscall_getcwd(long buffer, long size) {
    if (size < 2)
        return -ERANGE;
    memcpy((char *)buffer, "/", 2);
    return 2;
}
