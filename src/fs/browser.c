/* One tree of paths over the hosts that a web page has. */
#include "fs/browser.h"

#ifdef __EMSCRIPTEN__

#include "fs/host.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct browser_fs {
    tarn_fs base;
    tarn_fs *opfs, *system;
} browser_fs;

/* ---- the disk in memory -------------------------------------------------------------------------------------- */

/* It stands for a disk, so it outlives the handles to it; it goes with the module. */
static tarn_fs *memory_disk;
static pthread_once_t memory_once = PTHREAD_ONCE_INIT;

static void make_memory_disk(void) {
    if (tarn_fs_memory(&memory_disk, NULL) == TARN_OK)
        tarn_fs_make_directory(memory_disk, "/mem", NULL);
}

/* ---- routing ------------------------------------------------------------------------------------------------- */

static bool is_below(const char *path, const char *root) {
    size_t size = strlen(root);
    return strncmp(path, root, size) == 0 && (path[size] == '\0' || path[size] == '/');
}

static tarn_fs *host_of(const tarn_fs *fs, const char *path) {
    const browser_fs *browser = (const browser_fs *)fs;
    if (is_below(path, "/opfs") || is_below(path, "/mnt"))
        return browser->opfs;
    return is_below(path, "/mem") ? memory_disk : browser->system;
}

static tarn_status browser_open(tarn_fs *fs, const char *path, tarn_open_mode mode, tarn_file **out,
                                tarn_error *error) {
    return tarn_fs_open(host_of(fs, path), path, mode, out, error); /* from then on the file knows its host */
}

static tarn_status browser_make_directory(tarn_fs *fs, const char *path, tarn_error *error) {
    return tarn_fs_make_directory(host_of(fs, path), path, error);
}

static tarn_status browser_stat(tarn_fs *fs, const char *path, tarn_entry_kind *kind, uint64_t *size,
                                tarn_error *error) {
    return tarn_fs_stat(host_of(fs, path), path, kind, size, error);
}

static tarn_status browser_list(tarn_fs *fs, const char *path, tarn_entry **out, size_t *count, tarn_error *error) {
    return tarn_fs_list(host_of(fs, path), path, out, count, error);
}

static tarn_status browser_remove(tarn_fs *fs, const char *path, tarn_error *error) {
    return tarn_fs_remove(host_of(fs, path), path, error);
}

static tarn_status browser_rename(tarn_fs *fs, const char *from, const char *to, tarn_error *error) {
    if (host_of(fs, from) != host_of(fs, to))
        return tarn_fail(error, TARN_E_UNSUPPORTED, "cannot rename %s to %s: they are on different disks", from, to);
    return tarn_fs_rename(host_of(fs, from), from, to, error);
}

static tarn_status browser_sync_directory(tarn_fs *fs, const char *path, tarn_error *error) {
    return tarn_fs_sync_directory(host_of(fs, path), path, error);
}

static tarn_status browser_free_space(tarn_fs *fs, const char *path, uint64_t *out, tarn_error *error) {
    return tarn_fs_free_space(host_of(fs, path), path, out, error);
}

static void browser_free(tarn_fs *fs) {
    browser_fs *browser = (browser_fs *)fs;
    tarn_fs_free(browser->opfs);
    tarn_fs_free(browser->system);
    free(browser);
}

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
    *out = NULL;
    pthread_once(&memory_once, make_memory_disk);
    browser_fs *browser = calloc(1, sizeof *browser);
    if (browser == NULL || memory_disk == NULL) {
        free(browser);
        return tarn_fail_memory(error);
    }
    browser->base.operations = &browser_operations;
    tarn_status status = tarn_fs_opfs(&browser->opfs, error);
    if (status == TARN_OK)
        status = tarn_fs_posix(&browser->system, error);
    if (status != TARN_OK) {
        browser_free(&browser->base);
        return status;
    }
    *out = &browser->base;
    return TARN_OK;
}

#endif
