/**
 * @file host.h
 * What a host implements. Included by hosts and by fs.c only. Each operation keeps the contract that fs.h states for
 * the function of the same name.
 */
#ifndef TARN_FS_HOST_H
#define TARN_FS_HOST_H

#include "fs/fs.h"

typedef struct tarn_fs_operations {
    void (*free)(tarn_fs *fs);
    tarn_status (*open)(tarn_fs *fs, const char *path, tarn_open_mode mode, tarn_file **out, tarn_error *error);
    /* NULL: there are no links */
    tarn_status (*guard)(tarn_fs *fs, const char *folder, tarn_error *error);
    /* NULL: what is mapped cannot be lost */
    tarn_status (*check_pages)(tarn_fs *fs, tarn_error *error);
    tarn_status (*make_directory)(tarn_fs *fs, const char *path, tarn_error *error);
    /* NULL: make_directory, where there is nobody else */
    tarn_status (*make_private_directory)(tarn_fs *fs, const char *path, tarn_error *error);
    tarn_status (*stat)(tarn_fs *fs, const char *path, tarn_entry_kind *kind, uint64_t *size, tarn_error *error);
    /* in any order */
    tarn_status (*list)(tarn_fs *fs, const char *path, tarn_entry **out, size_t *count, tarn_error *error);
    tarn_status (*remove)(tarn_fs *fs, const char *path, tarn_error *error);
    tarn_status (*rename)(tarn_fs *fs, const char *from, const char *to, tarn_error *error);
    /* NULL: tarn_host_rename_new will do */
    tarn_status (*rename_new)(tarn_fs *fs, const char *from, const char *to, tarn_error *error);
    /* NULL: there are no permissions */
    tarn_status (*share)(tarn_fs *fs, const char *path, const char *like, tarn_error *error);
    tarn_status (*sync_directory)(tarn_fs *fs, const char *path, tarn_error *error);
    tarn_status (*free_space)(tarn_fs *fs, const char *path, uint64_t *out, tarn_error *error);

    tarn_status (*read)(tarn_file *file, uint64_t offset, void *data, size_t size, size_t *got, tarn_error *error);
    tarn_status (*write)(tarn_file *file, uint64_t offset, const void *data, size_t size, tarn_error *error);
    tarn_status (*sync)(tarn_file *file, tarn_error *error);
    tarn_status (*size)(tarn_file *file, uint64_t *out, tarn_error *error);
    tarn_status (*truncate)(tarn_file *file, uint64_t size, tarn_error *error);
    tarn_status (*map)(tarn_file *file, uint64_t offset, size_t size, tarn_mapping *out, tarn_error *error);
    tarn_status (*lock)(tarn_file *file, tarn_lock_kind kind, tarn_error *error);
    void (*unlock)(tarn_file *file);
    void (*close)(tarn_file *file);
} tarn_fs_operations;

/** Hosts embed these as their first member. */
struct tarn_fs {
    const tarn_fs_operations *operations;
};
struct tarn_file {
    const tarn_fs_operations *operations;
    char *path; /* owned; freed by tarn_file_close */
};

/** A host without a state of its own; its `free` frees no more than the handle. */
tarn_status tarn_host_new(const tarn_fs_operations *operations, tarn_fs **out, tarn_error *error);

/** A file of a host's own type, of `size` bytes, zeroed but for its base. Until `open` gives it away it goes by
 *  tarn_host_drop_file (NULL is allowed). */
tarn_status tarn_host_new_file(tarn_fs *fs, const char *path, size_t size, void *out, tarn_error *error);
void tarn_host_drop_file(void *file);

/** rename_new by what every host has: take the name with an empty file, then replace that. */
tarn_status tarn_host_rename_new(tarn_fs *fs, const char *from, const char *to, tarn_error *error);

/**
 * What `map` checks before it touches anything: that `size` bytes at `offset` lie inside a file of `file_size` bytes.
 * TARN_E_IO with all three numbers when they do not.
 */
tarn_status tarn_host_check_stretch(const tarn_file *file, uint64_t offset, size_t size, uint64_t file_size,
                                    tarn_error *error);

#endif
