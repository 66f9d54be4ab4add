/** The C library's open files over tarn_fs. Compiled for WebAssembly only; see libc_files.h. */
#include "wasm/libc_files.h"

#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>

/* src/wasm/host.js */
extern void tarn_host_print(const char *text);

#define FILES 512      /* open at a time */
#define FIRST_NUMBER 3 /* after standard input, output and error */

typedef struct open_file {
    bool used;
    bool appending;
    tarn_file *file; /* NULL: a folder */
    char *path;
    uint64_t position;
    tarn_entry *entries; /* of a folder */
    size_t count;
} open_file;

/* The process's table of open files, as any system has one. */
static open_file files[FILES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* ---- the table --------------------------------------------------------------------------------------------------- */

static open_file *file_at(long number) {
    long i = number - FIRST_NUMBER;
    return i >= 0 && i < FILES && files[i].used ? &files[i] : NULL;
}

/* A place in the table, taken; -EMFILE when there is none. */
static int take_number(void) {
    int number = -EMFILE;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < FILES && number < 0; i++) {
        if (!files[i].used) {
            files[i] = (open_file){.used = true};
            number = i + FIRST_NUMBER;
        }
    }
    pthread_mutex_unlock(&lock);
    return number;
}

static void give_up_number(int number) {
    open_file *file = file_at(number);
    tarn_file_close(file->file);
    tarn_entries_free(file->entries, file->count);
    free(file->path);
    pthread_mutex_lock(&lock);
    *file = (open_file){0};
    pthread_mutex_unlock(&lock);
}

/* ---- opening ------------------------------------------------------------------------------------------------------
 */

static tarn_open_mode mode_of(long flags) {
    if ((flags & O_CREAT) != 0)
        return (flags & O_EXCL) != 0 ? TARN_OPEN_CREATE_NEW : TARN_OPEN_CREATE;
    return (flags & O_ACCMODE) == O_RDONLY ? TARN_OPEN_READ : TARN_OPEN_WRITE;
}

static tarn_status open_entry(open_file *file, const char *path, long flags) {
    tarn_entry_kind kind = TARN_ENTRY_OTHER;
    bool present = tarn_fs_stat(tarn_libc_disk(), path, &kind, NULL, NULL) == TARN_OK;
    file->path = tarn_strdup(path);
    if (file->path == NULL)
        return TARN_E_MEMORY;
    if (present && kind == TARN_ENTRY_DIRECTORY)
        return tarn_fs_list(tarn_libc_disk(), path, &file->entries, &file->count, NULL);
    if ((flags & O_DIRECTORY) != 0)
        return TARN_E_NOT_FOUND;
    TARN_TRY(tarn_fs_open(tarn_libc_disk(), path, mode_of(flags), &file->file, NULL));
    file->appending = (flags & O_APPEND) != 0;
    return (flags & O_TRUNC) != 0 ? tarn_file_truncate(file->file, 0, NULL) : TARN_OK;
}

long __syscall_open(long path, long flags, ...) {
    int number = take_number();
    if (number < 0)
        return number;
    tarn_status status = open_entry(file_at(number), (const char *)path, flags);
    if (status == TARN_OK)
        return number;
    give_up_number(number);
    return -tarn_libc_errno(status);
}

__wasi_errno_t __wasi_fd_close(__wasi_fd_t number) {
    if (file_at((long)number) == NULL)
        return number < FIRST_NUMBER ? 0 : EBADF;
    give_up_number((int)number);
    return 0;
}

/* ---- reading and writing -------------------------------------------------------------------------------------------
 */

typedef tarn_status (*transfer)(tarn_file *file, uint64_t offset, void *data, size_t size, size_t *done);

static tarn_status read_part(tarn_file *file, uint64_t offset, void *data, size_t size, size_t *done) {
    return tarn_file_read(file, offset, data, size, done, NULL);
}

static tarn_status write_part(tarn_file *file, uint64_t offset, void *data, size_t size, size_t *done) {
    *done = size;
    return tarn_file_write(file, offset, data, size, NULL);
}

/* Parts of memory in turn, up to one that is done in part only. */
static __wasi_errno_t transfer_all(long number, transfer transfer, const __wasi_iovec_t *parts, size_t count,
                                   uint64_t offset, __wasi_size_t *total) {
    open_file *file = file_at(number);
    *total = 0;
    if (file == NULL)
        return EBADF;
    if (file->file == NULL)
        return EISDIR;
    for (size_t i = 0; i < count; i++) {
        size_t done = 0;
        tarn_status status = transfer(file->file, offset + *total, parts[i].buf, parts[i].buf_len, &done);
        if (status != TARN_OK)
            return (__wasi_errno_t)tarn_libc_errno(status);
        *total += done;
        if (done < parts[i].buf_len)
            break;
    }
    return 0;
}

__wasi_errno_t __wasi_fd_pread(__wasi_fd_t number, const __wasi_iovec_t *parts, size_t count, __wasi_filesize_t offset,
                               __wasi_size_t *total) {
    return transfer_all((long)number, read_part, parts, count, offset, total);
}

__wasi_errno_t __wasi_fd_pwrite(__wasi_fd_t number, const __wasi_ciovec_t *parts, size_t count,
                                __wasi_filesize_t offset, __wasi_size_t *total) {
    return transfer_all((long)number, write_part, (const __wasi_iovec_t *)parts, count, offset, total);
}

__wasi_errno_t __wasi_fd_read(__wasi_fd_t number, const __wasi_iovec_t *parts, size_t count, __wasi_size_t *total) {
    open_file *file = file_at((long)number);
    *total = 0;
    if (file == NULL)
        return number < FIRST_NUMBER ? 0 : EBADF; /* nothing is typed here */
    __wasi_errno_t status = transfer_all((long)number, read_part, parts, count, file->position, total);
    file->position += *total;
    return status;
}

/* Standard output and error go to the console, a line at a time. */
static __wasi_errno_t print(const __wasi_ciovec_t *parts, size_t count, __wasi_size_t *total) {
    static char line[4096];
    static size_t used;
    pthread_mutex_lock(&lock);
    *total = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < parts[i].buf_len; k++) {
            char c = (char)parts[i].buf[k];
            if (c != '\n')
                line[used++] = c;
            if (c != '\n' && used < sizeof line - 1)
                continue;
            line[used] = '\0';
            used = 0;
            tarn_host_print(line);
        }
        *total += parts[i].buf_len;
    }
    pthread_mutex_unlock(&lock);
    return 0;
}

__wasi_errno_t __wasi_fd_write(__wasi_fd_t number, const __wasi_ciovec_t *parts, size_t count, __wasi_size_t *total) {
    open_file *file = file_at((long)number);
    *total = 0;
    if (file == NULL)
        return number == 1 || number == 2 ? print(parts, count, total) : EBADF;
    if (file->appending && file->file != NULL)
        tarn_file_size(file->file, &file->position, NULL);
    __wasi_errno_t status =
        transfer_all((long)number, write_part, (const __wasi_iovec_t *)parts, count, file->position, total);
    file->position += *total;
    return status;
}

__wasi_errno_t __wasi_fd_seek(__wasi_fd_t number, __wasi_filedelta_t offset, __wasi_whence_t whence,
                              __wasi_filesize_t *position) {
    open_file *file = file_at((long)number);
    uint64_t size = 0;
    if (file == NULL)
        return number < FIRST_NUMBER ? ESPIPE : EBADF;
    if (whence == __WASI_WHENCE_END && file->file != NULL)
        tarn_file_size(file->file, &size, NULL);
    int64_t from = whence == __WASI_WHENCE_SET   ? 0
                   : whence == __WASI_WHENCE_END ? (int64_t)size
                                                 : (int64_t)file->position;
    if (offset < -from)
        return EINVAL;
    file->position = (uint64_t)(from + offset);
    *position = file->position;
    return 0;
}

__wasi_errno_t __wasi_fd_sync(__wasi_fd_t number) {
    open_file *file = file_at((long)number);
    if (file == NULL)
        return EBADF;
    return (__wasi_errno_t)(file->file != NULL ? tarn_libc_errno(tarn_file_sync(file->file, NULL)) : 0);
}

long __syscall_fdatasync(long number) {
    return -(long)__wasi_fd_sync((__wasi_fd_t)number);
}

long __syscall_ftruncate64(long number, long low, long high) {
    open_file *file = file_at(number);
    if (file == NULL || file->file == NULL)
        return -EBADF;
    return -tarn_libc_errno(
        tarn_file_truncate(file->file, (uint64_t)(uint32_t)low | (uint64_t)(uint32_t)high << 32, NULL));
}

__wasi_errno_t __wasi_fd_fdstat_get(__wasi_fd_t number, __wasi_fdstat_t *out) {
    open_file *file = file_at((long)number);
    if (file == NULL && number >= FIRST_NUMBER)
        return EBADF;
    memset(out, 0, sizeof *out);
    out->fs_filetype = file == NULL         ? __WASI_FILETYPE_CHARACTER_DEVICE
                       : file->file != NULL ? __WASI_FILETYPE_REGULAR_FILE
                                            : __WASI_FILETYPE_DIRECTORY;
    return 0;
}

/* Locks are Tarn's own; what DuckDB asks for is granted. */
long __syscall_fcntl64(long number, long command, ...) {
    if (file_at(number) == NULL && number >= FIRST_NUMBER)
        return -EBADF;
    return command == F_GETFL ? O_RDWR : command == F_DUPFD || command == F_DUPFD_CLOEXEC ? -EINVAL : 0;
}

long __syscall_fstat64(long number, long buffer) {
    open_file *file = file_at(number);
    uint64_t size = 0;
    if (file == NULL && number >= FIRST_NUMBER)
        return -EBADF;
    if (file != NULL && file->file != NULL)
        tarn_file_size(file->file, &size, NULL);
    tarn_libc_describe((struct stat *)buffer,
                       file != NULL && file->file == NULL ? TARN_ENTRY_DIRECTORY : TARN_ENTRY_FILE, size);
    if (file == NULL)
        ((struct stat *)buffer)->st_mode = S_IFCHR | 0644;
    return 0;
}

/* Entries from the folder's position on, as many as fit. */
long __syscall_getdents64(long number, long buffer, long size) {
    open_file *file = file_at(number);
    struct dirent *out = (struct dirent *)buffer;
    size_t room = (size_t)size / sizeof *out, written = 0;
    if (file == NULL || file->file != NULL)
        return -EBADF;
    for (; written < room && file->position < file->count; file->position++, written++) {
        const tarn_entry *entry = &file->entries[file->position];
        memset(&out[written], 0, sizeof *out);
        out[written].d_ino = file->position + 1;
        out[written].d_off = (off_t)(file->position + 1);
        out[written].d_reclen = sizeof *out;
        out[written].d_type = entry->kind == TARN_ENTRY_DIRECTORY ? DT_DIR : DT_REG;
        strncpy(out[written].d_name, entry->name, sizeof out->d_name - 1);
    }
    return (long)(written * sizeof *out);
}
