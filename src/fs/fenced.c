// The disk behind a fence: a host that looks at paths and passes on what may be named.
#include "fs/fenced.h"

#include "base/text.h"
#include "fs/host.h"

#include <stdlib.h>
#include <string.h>

typedef struct fenced_fs {
    tarn_fs base;
    tarn_fs *disk;
    char *folder, *also; /* NULL: none */
} fenced_fs;

static void fenced_free(tarn_fs *base) {
    fenced_fs *fs = (fenced_fs *)base;
    tarn_fs_free(fs->disk);
    free(fs->folder);
    free(fs->also);
    free(fs);
}

static bool goes_up(const char *path) {
    for (const char *part = path; part != NULL; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
            return true;
    }
    return false;
}

static bool is_below(const char *path, const char *folder) {
    size_t size = folder != NULL ? strlen(folder) : 0;
    return size > 0 && strncmp(path, folder, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

static tarn_status refuse(const fenced_fs *fs, const char *path, tarn_error *error) {
    if (fs->folder == NULL)
        return tarn_fail(error, TARN_E_FORBIDDEN, "%s: files of this machine cannot be named here: send the bytes",
                         path);
    return tarn_fail(error, TARN_E_FORBIDDEN, "%s is not below the folder whose files can be named here", path);
}

/* What the disk said. A link on the way is damage in a workspace; here it is a path that may not be named. */
static tarn_status say(const char *path, tarn_status status, tarn_error *error) {
    return status != TARN_E_CORRUPT
               ? status
               : tarn_fail(error, TARN_E_FORBIDDEN,
                           "%s: there is a link in it, and files here are not reached through links", path);
}

/* The path on the disk; heap. */
static tarn_status place(const fenced_fs *fs, const char *path, char **out, tarn_error *error) {
    if (goes_up(path))
        return refuse(fs, path, error);
    if (path[0] != '/' && fs->folder != NULL)
        *out = tarn_path_join(fs->folder, path);
    else if (is_below(path, fs->folder) || is_below(path, fs->also))
        *out = tarn_strdup(path);
    else
        return refuse(fs, path, error);
    return *out != NULL ? TARN_OK : tarn_fail_memory(error);
}

static tarn_status fenced_open(tarn_fs *base, const char *path, tarn_open_mode mode, tarn_file **out,
                               tarn_error *error) {
    const fenced_fs *fs = (const fenced_fs *)base;
    char *real = NULL;
    TARN_TRY(place(fs, path, &real, error));
    tarn_status status = say(path, tarn_fs_open(fs->disk, real, mode, out, error), error);
    free(real);
    return status;
}

typedef tarn_status (*on_path)(tarn_fs *fs, const char *path, tarn_error *error);

static tarn_status pass_on(tarn_fs *base, const char *path, on_path call, tarn_error *error) {
    const fenced_fs *fs = (const fenced_fs *)base;
    char *real = NULL;
    TARN_TRY(place(fs, path, &real, error));
    tarn_status status = say(path, call(fs->disk, real, error), error);
    free(real);
    return status;
}

static tarn_status fenced_make_directory(tarn_fs *base, const char *path, tarn_error *error) {
    return pass_on(base, path, tarn_fs_make_directory, error);
}

static tarn_status fenced_make_private_directory(tarn_fs *base, const char *path, tarn_error *error) {
    return pass_on(base, path, tarn_fs_make_private_directory, error);
}

static tarn_status fenced_remove(tarn_fs *base, const char *path, tarn_error *error) {
    return pass_on(base, path, tarn_fs_remove, error);
}

static tarn_status fenced_sync_directory(tarn_fs *base, const char *path, tarn_error *error) {
    return pass_on(base, path, tarn_fs_sync_directory, error);
}

static tarn_status fenced_stat(tarn_fs *base, const char *path, tarn_entry_kind *kind, uint64_t *size,
                               tarn_error *error) {
    const fenced_fs *fs = (const fenced_fs *)base;
    char *real = NULL;
    TARN_TRY(place(fs, path, &real, error));
    tarn_entry_kind found = TARN_ENTRY_OTHER;
    tarn_status status = say(path, tarn_fs_stat(fs->disk, real, &found, size, error), error);
    /* A link, a pipe or a device: whoever asks would open it by other means than this. */
    if (status == TARN_OK && found == TARN_ENTRY_OTHER)
        status = refuse(fs, path, error);
    if (status == TARN_OK && kind != NULL)
        *kind = found;
    free(real);
    return status;
}

static tarn_status fenced_list(tarn_fs *base, const char *path, tarn_entry **out, size_t *count, tarn_error *error) {
    const fenced_fs *fs = (const fenced_fs *)base;
    char *real = NULL;
    TARN_TRY(place(fs, path, &real, error));
    tarn_status status = say(path, tarn_fs_list(fs->disk, real, out, count, error), error);
    free(real);
    return status;
}

typedef tarn_status (*on_two_paths)(tarn_fs *fs, const char *from, const char *to, tarn_error *error);

static tarn_status pass_two(tarn_fs *base, const char *from, const char *to, on_two_paths call, tarn_error *error) {
    const fenced_fs *fs = (const fenced_fs *)base;
    char *a = NULL, *b = NULL;
    tarn_status status = place(fs, from, &a, error);
    if (status == TARN_OK && to != NULL)
        status = place(fs, to, &b, error);
    if (status == TARN_OK)
        status = say(from, call(fs->disk, a, b, error), error);
    free(a);
    free(b);
    return status;
}

static tarn_status fenced_rename(tarn_fs *base, const char *from, const char *to, tarn_error *error) {
    return pass_two(base, from, to, tarn_fs_rename, error);
}

static tarn_status fenced_rename_new(tarn_fs *base, const char *from, const char *to, tarn_error *error) {
    return pass_two(base, from, to, tarn_fs_rename_new, error);
}

static tarn_status fenced_share(tarn_fs *base, const char *path, const char *like, tarn_error *error) {
    return pass_two(base, path, like, tarn_fs_share, error);
}

static tarn_status fenced_free_space(tarn_fs *base, const char *path, uint64_t *out, tarn_error *error) {
    const fenced_fs *fs = (const fenced_fs *)base;
    char *real = NULL;
    TARN_TRY(place(fs, path, &real, error));
    tarn_status status = say(path, tarn_fs_free_space(fs->disk, real, out, error), error);
    free(real);
    return status;
}

static tarn_status fenced_check_pages(tarn_fs *base, tarn_error *error) {
    return tarn_fs_check_pages(((const fenced_fs *)base)->disk, error);
}

/* Files are the disk's own: what is done with an open one does not come here. */
static const tarn_fs_operations operations = {
    .free = fenced_free,
    .open = fenced_open,
    .check_pages = fenced_check_pages,
    .make_directory = fenced_make_directory,
    .make_private_directory = fenced_make_private_directory,
    .stat = fenced_stat,
    .list = fenced_list,
    .remove = fenced_remove,
    .rename = fenced_rename,
    .rename_new = fenced_rename_new,
    .share = fenced_share,
    .sync_directory = fenced_sync_directory,
    .free_space = fenced_free_space,
};

static tarn_status set_up(fenced_fs *fs, const char *folder, const char *also, tarn_error *error) {
    fs->base.operations = &operations;
    fs->folder = folder != NULL ? tarn_strdup(folder) : NULL;
    fs->also = also != NULL ? tarn_strdup(also) : NULL;
    if ((folder != NULL && fs->folder == NULL) || (also != NULL && fs->also == NULL))
        return tarn_fail_memory(error);
    TARN_TRY(tarn_fs_native(&fs->disk, error));
    return folder != NULL ? tarn_fs_guard(fs->disk, folder, error) : TARN_OK;
}

tarn_status tarn_fs_fenced(const char *folder, const char *also, tarn_fs **out, tarn_error *error) {
    fenced_fs *fs = calloc(1, sizeof *fs);
    if (fs == NULL)
        return tarn_fail_memory(error);
    tarn_status status = set_up(fs, folder, also, error);
    if (status == TARN_OK)
        *out = &fs->base;
    else
        fenced_free(&fs->base);
    return status;
}
