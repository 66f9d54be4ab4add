/**
 * @file fs.h
 * The file system as Tarn sees it: one interface, several hosts. Nothing above this module touches a file by itself.
 *
 * Hosts: posix (disk), memory (tests; a browser without durable storage), opfs (a browser's private file system, see
 * browser.h), fault (wraps a memory disk, injects errors and simulates power loss). Nothing here needs hard links or
 * mmap: tarn_file_map may answer by reading into memory.
 *
 * Paths are '/'-separated UTF-8, as the host understands them. All functions are thread-safe on one tarn_fs; on one
 * tarn_file everything except close may be called from several threads at once (reads and writes are positional).
 */
#ifndef TARN_FS_FS_H
#define TARN_FS_FS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tarn_fs tarn_fs;
typedef struct tarn_file tarn_file;

typedef enum tarn_open_mode {
    TARN_OPEN_READ,           /**< must exist */
    TARN_OPEN_WRITE,          /**< read and write, must exist */
    TARN_OPEN_CREATE,         /**< read and write, made when absent, content kept when present */
    TARN_OPEN_CREATE_NEW,     /**< read and write; TARN_E_EXISTS when present */
    TARN_OPEN_CREATE_PRIVATE, /**< the same, and nobody but its owner may read it (mode 0600) */
} tarn_open_mode;

typedef enum tarn_lock_kind {
    TARN_LOCK_SHARED,
    TARN_LOCK_EXCLUSIVE,
} tarn_lock_kind;

typedef enum tarn_entry_kind {
    TARN_ENTRY_FILE,
    TARN_ENTRY_DIRECTORY,
    TARN_ENTRY_OTHER,
} tarn_entry_kind;

typedef struct tarn_entry {
    char *name; /**< without the folder */
    tarn_entry_kind kind;
    uint64_t size; /**< bytes; 0 for folders */
} tarn_entry;

/** A stretch of a file in memory. `data` stays readable and unchanged until tarn_mapping_release. */
typedef struct tarn_mapping {
    const uint8_t *data; /**< NULL only when size is 0 */
    size_t size;
    void *owner; /**< the host's own */
    void (*release)(struct tarn_mapping *mapping);
    bool is_paged; /**< pages of the file itself, which the system drops when it needs their memory */
} tarn_mapping;

/* ---- hosts ---- */

/** The disk. Files are made with mode 0644 (private ones 0600) and folders with 0755, less the umask. */
tarn_status tarn_fs_posix(tarn_fs **out, tarn_error *error);

/** Memory only; folders and files vanish with the handle. Starts with the folder "/". */
tarn_status tarn_fs_memory(tarn_fs **out, tarn_error *error);

/** What people's paths mean where this runs: the disk, and in a web page what tarn_fs_browser says. */
tarn_status tarn_fs_native(tarn_fs **out, tarn_error *error);

/** Files opened through it must be closed first. NULL is allowed. */
void tarn_fs_free(tarn_fs *fs);

/**
 * Guard a folder: from now on, of paths that begin with it as it is written here, nothing is reached through a symbolic
 * link (TARN_E_CORRUPT), no other thing than a plain file is opened (TARN_E_CORRUPT), and no file is opened for writing
 * that has a second name (TARN_E_INVALID). So whatever is in a folder that somebody else made, only that folder is read
 * and changed. tarn_fs_stat then calls links TARN_ENTRY_OTHER. For as long as the file system lives; may be said again.
 */
tarn_status tarn_fs_guard(tarn_fs *fs, const char *folder, tarn_error *error);

/**
 * TARN_OK, or TARN_E_CORRUPT with the file's name when a mapped file was cut off under its readers, or could not be
 * read from its disk: they have read zeros then. To be asked before anything that was made of mapped files is handed
 * on. Once something was lost, this stays so. Costs next to nothing.
 */
tarn_status tarn_fs_check_pages(tarn_fs *fs, tarn_error *error);

/* ---- folders and names ---- */

/** Open a file. A folder or a pipe gives TARN_E_INVALID; an absent file TARN_E_NOT_FOUND. The caller closes it. */
tarn_status tarn_fs_open(tarn_fs *fs, const char *path, tarn_open_mode mode, tarn_file **out, tarn_error *error);

/** Make a folder; its parent must exist. TARN_E_EXISTS when the name is taken. */
tarn_status tarn_fs_make_directory(tarn_fs *fs, const char *path, tarn_error *error);

/** The same, and nobody but its owner may look into it (mode 0700). */
tarn_status tarn_fs_make_private_directory(tarn_fs *fs, const char *path, tarn_error *error);

/** Kind and size of a path; TARN_E_NOT_FOUND when absent. `kind` and `size` may be NULL. Follows symbolic links. */
tarn_status tarn_fs_stat(tarn_fs *fs, const char *path, tarn_entry_kind *kind, uint64_t *size, tarn_error *error);

/** The entries of a folder in byte order of their names, without "." and "..". Free with tarn_entries_free. */
tarn_status tarn_fs_list(tarn_fs *fs, const char *path, tarn_entry **out, size_t *count, tarn_error *error);
void tarn_entries_free(tarn_entry *entries, size_t count);

/**
 * Remove a file or an empty folder; TARN_E_EXISTS when the folder is not empty. Mappings of a removed file stay
 * readable.
 */
tarn_status tarn_fs_remove(tarn_fs *fs, const char *path, tarn_error *error);

/**
 * Move a file or folder; a file replaces a file that has the new name, else TARN_E_EXISTS when it is taken. Not for use
 * inside a workspace (not every browser's OPFS has it).
 */
tarn_status tarn_fs_rename(tarn_fs *fs, const char *from, const char *to, tarn_error *error);

/**
 * Give a file another name that nothing has: TARN_E_EXISTS when it is taken, also by somebody who takes it at the same
 * time. Where the host has no such call an empty file has the new name for a moment, and after a crash maybe for good.
 */
tarn_status tarn_fs_rename_new(tarn_fs *fs, const char *from, const char *to, tarn_error *error);

/**
 * Let a private file be read by whom it may be: by those who could read `like`, as far as this process can say so, or,
 * with NULL, by those who can read any new file here. A host without permissions does nothing.
 */
tarn_status tarn_fs_share(tarn_fs *fs, const char *path, const char *like, tarn_error *error);

/** Make the folder's entries (new and removed names) durable. */
tarn_status tarn_fs_sync_directory(tarn_fs *fs, const char *path, tarn_error *error);

/** Bytes free for this user on the file system that holds `path`; UINT64_MAX when the host cannot tell. */
tarn_status tarn_fs_free_space(tarn_fs *fs, const char *path, uint64_t *out, tarn_error *error);

/* ---- files ---- */

/** Read up to `size` bytes at `offset`; `*got` is smaller only at the end of the file. Retries interrupted calls. */
tarn_status tarn_file_read(tarn_file *file, uint64_t offset, void *data, size_t size, size_t *got, tarn_error *error);

/** Write all of `data` at `offset`; a gap before it reads as zeros. On failure any part of it may have been written. */
tarn_status tarn_file_write(tarn_file *file, uint64_t offset, const void *data, size_t size, tarn_error *error);

/** Make content and size durable (fdatasync). A new file's name is durable only after tarn_fs_sync_directory. */
tarn_status tarn_file_sync(tarn_file *file, tarn_error *error);

tarn_status tarn_file_size(tarn_file *file, uint64_t *out, tarn_error *error);
tarn_status tarn_file_truncate(tarn_file *file, uint64_t size, tarn_error *error);

/**
 * Make `size` bytes at `offset` readable in memory. The stretch must lie inside the file (checked: TARN_E_IO with both
 * sizes in the message). When the file is truncated below it while mapped, zeros are read from there on, and
 * tarn_fs_check_pages says so.
 * The mapping outlives the file handle. `data` is 64-byte aligned when `offset` is.
 */
tarn_status tarn_file_map(tarn_file *file, uint64_t offset, size_t size, tarn_mapping *out, tarn_error *error);
void tarn_mapping_release(tarn_mapping *mapping);

/**
 * Take an advisory lock on the whole file without waiting: TARN_E_LOCKED when somebody else holds one that conflicts.
 * Two handles of one process count as two holders. Released by tarn_file_unlock, tarn_file_close and the process's end.
 * A holder may ask for the other kind; when that is refused it holds nothing any more.
 */
tarn_status tarn_file_lock(tarn_file *file, tarn_lock_kind kind, tarn_error *error);
void tarn_file_unlock(tarn_file *file);

/** The path that the file was opened by, for messages. Owned by the file. */
const char *tarn_file_path(const tarn_file *file);

/** Close without syncing. NULL is allowed. */
void tarn_file_close(tarn_file *file);

/* ---- helpers built on the above ---- */

/** `directory` + "/" + `name` in fresh memory (the caller frees it); NULL when out of memory. */
char *tarn_path_join(const char *directory, const char *name);

/** Make a folder and the parents that are missing; fine when it exists already. Syncs each parent it added to. */
tarn_status tarn_fs_make_directories(tarn_fs *fs, const char *path, tarn_error *error);

/** Remove a file or a folder with everything in it; fine when absent. Does not follow symbolic links. */
tarn_status tarn_fs_remove_all(tarn_fs *fs, const char *path, tarn_error *error);

/**
 * Make a private folder in `parent` whose name is `prefix` and 16 digits that nobody can foretell; its path goes to
 * `*out` (the caller frees it). For temporary files: remove it with tarn_fs_remove_all.
 */
tarn_status tarn_fs_make_unique_directory(tarn_fs *fs, const char *parent, const char *prefix, char **out,
                                          tarn_error *error);

#endif
