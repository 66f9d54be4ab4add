/**
 * @file posix.h
 * What the files of the disk's host share. Private to src/fs/posix*.c.
 */
#ifndef TARN_FS_POSIX_H
#define TARN_FS_POSIX_H

#include "fs/host.h"
#include "fs/pages.h"

#include <pthread.h>
#include <stdatomic.h>

/** A folder in which nothing is reached through links. Never removed from its list but with the host. */
typedef struct posix_guard {
    struct posix_guard *next;
    size_t length;
    char folder[];
} posix_guard;

typedef struct posix_fs {
    tarn_fs base;
    pthread_mutex_t mutex; /* for whoever adds a guard */
    _Atomic(posix_guard *) guards;
    tarn_page_losses *losses;
} posix_fs;

typedef struct posix_file {
    tarn_file base;
    int descriptor;
    tarn_page_losses *losses; /* the host's */
} posix_file;

/** Where a path is: a name in a folder that is open. */
typedef struct posix_place {
    const char *path; /* the whole of it, for messages */
    int folder;       /* AT_FDCWD, or one that posix_place_leave closes */
    const char *name;
    bool guarded; /* links are not followed */
} posix_place;

/** Go to the folder that `path` names an entry of. Fails when a link leads there and the path lies in a guarded folder.
 *  `doing` is a verb for the message. posix_place_leave is fine in any case. */
tarn_status posix_place_enter(tarn_fs *fs, const char *path, const char *doing, posix_place *out, tarn_error *error);
void posix_place_leave(const posix_place *place);

/** Open what is at a place, however often a signal comes between, never as descriptor 0 to 2; -1 with errno set. */
int posix_place_open(const posix_place *place, int flags, unsigned mode);

/** What went wrong with a place: errno, but links are called by that name. */
tarn_status posix_place_fail(const posix_place *place, int errnum, const char *doing, tarn_error *error);

tarn_status posix_guard_folder(tarn_fs *fs, const char *folder, tarn_error *error);

/* Folders and names: see fs.h. */
tarn_status posix_make_directory(tarn_fs *fs, const char *path, tarn_error *error);
tarn_status posix_make_private_directory(tarn_fs *fs, const char *path, tarn_error *error);
tarn_status posix_stat(tarn_fs *fs, const char *path, tarn_entry_kind *kind, uint64_t *size, tarn_error *error);
tarn_status posix_list(tarn_fs *fs, const char *path, tarn_entry **out, size_t *count, tarn_error *error);
tarn_status posix_remove(tarn_fs *fs, const char *path, tarn_error *error);
tarn_status posix_rename(tarn_fs *fs, const char *from, const char *to, tarn_error *error);
tarn_status posix_rename_new(tarn_fs *fs, const char *from, const char *to, tarn_error *error);
tarn_status posix_share(tarn_fs *fs, const char *path, const char *like, tarn_error *error);
tarn_status posix_sync_directory(tarn_fs *fs, const char *path, tarn_error *error);
tarn_status posix_free_space(tarn_fs *fs, const char *path, uint64_t *out, tarn_error *error);

#endif
