/* One tree of paths over the hosts that a web page has. */
#include "fs/browser.h"

#ifdef __EMSCRIPTEN__

#include "fs/host.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef tarn_status (*make_host)(tarn_fs **out, tarn_error *error);

typedef struct mount {
    const char *prefix;
    make_host make;
    tarn_fs *host; /* made when first needed, never freed */
} mount;

static pthread_mutex_t mounting = PTHREAD_MUTEX_INITIALIZER;

static tarn_status make_memory(tarn_fs **out, tarn_error *error) {
    TARN_TRY(tarn_fs_memory(out, error));
    return tarn_fs_make_directory(*out, "/tmp", error);
}

/* A page has one worker that owns the files' handles, and what lies in memory outlives who put it there: both are one
 * per process by their nature. */
static mount mounts[] = {{"/opfs", tarn_fs_opfs, NULL}, {"/mnt", tarn_fs_opfs, NULL}, {"", make_memory, NULL}};

static bool covers(const char *prefix, const char *path) {
    size_t length = strlen(prefix);
    return strncmp(prefix, path, length) == 0 && (length == 0 || path[length] == '/' || path[length] == '\0');
}

static tarn_status route(const char *path, tarn_fs **host, tarn_error *error) {
    mount *found = mounts;
    while (!covers(found->prefix, path))
        found++;
    pthread_mutex_lock(&mounting);
    tarn_status status = found->host != NULL ? TARN_OK : found->make(&found->host, error);
    *host = found->host;
    pthread_mutex_unlock(&mounting);
    return status;
}

bool tarn_path_is_durable(const char *path) {
    return covers("/opfs", path);
}

static void browser_free(tarn_fs *fs) {
    free(fs);
}

static tarn_status browser_open(tarn_fs *fs, const char *path, tarn_open_mode mode, tarn_file **out,
                                tarn_error *error) {
    (void)fs;
    tarn_fs *host;
    TARN_TRY(route(path, &host, error));
    return tarn_fs_open(host, path, mode, out, error);
}

static tarn_status browser_make_directory(tarn_fs *fs, const char *path, tarn_error *error) {
    (void)fs;
    tarn_fs *host;
    TARN_TRY(route(path, &host, error));
    return tarn_fs_make_directory(host, path, error);
}

static tarn_status browser_stat(tarn_fs *fs, const char *path, tarn_entry_kind *kind, uint64_t *size,
                                tarn_error *error) {
    (void)fs;
    tarn_fs *host;
    TARN_TRY(route(path, &host, error));
    return tarn_fs_stat(host, path, kind, size, error);
}

static tarn_status browser_list(tarn_fs *fs, const char *path, tarn_entry **out, size_t *count, tarn_error *error) {
    (void)fs;
    tarn_fs *host;
    TARN_TRY(route(path, &host, error));
    return tarn_fs_list(host, path, out, count, error);
}

static tarn_status browser_remove(tarn_fs *fs, const char *path, tarn_error *error) {
    (void)fs;
    tarn_fs *host;
    TARN_TRY(route(path, &host, error));
    return tarn_fs_remove(host, path, error);
}

static tarn_status browser_rename(tarn_fs *fs, const char *from, const char *to, tarn_error *error) {
    (void)fs;
    tarn_fs *host, *other;
    TARN_TRY(route(from, &host, error));
    TARN_TRY(route(to, &other, error));
    if (host != other)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "%s cannot be moved to %s, which is kept in another place", from,
                         to);
    return tarn_fs_rename(host, from, to, error);
}

static tarn_status browser_sync_directory(tarn_fs *fs, const char *path, tarn_error *error) {
    (void)fs;
    tarn_fs *host;
    TARN_TRY(route(path, &host, error));
    return tarn_fs_sync_directory(host, path, error);
}

static tarn_status browser_free_space(tarn_fs *fs, const char *path, uint64_t *out, tarn_error *error) {
    (void)fs;
    tarn_fs *host;
    TARN_TRY(route(path, &host, error));
    return tarn_fs_free_space(host, path, out, error);
}

/* A file is opened by the host that has it and keeps that host's operations: there are none for files here. */
static const tarn_fs_operations browser_operations = {
    .free = browser_free,
    .open = browser_open,
    .make_directory = browser_make_directory,
    .stat = browser_stat,
    .list = browser_list,
    .remove = browser_remove,
    .rename = browser_rename,
    .sync_directory = browser_sync_directory,
    .free_space = browser_free_space,
};

tarn_status tarn_fs_browser(tarn_fs **out, tarn_error *error) {
    return tarn_host_new(&browser_operations, out, error);
}

#endif
