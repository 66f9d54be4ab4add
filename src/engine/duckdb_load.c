/* Finding and loading DuckDB, and the shim that knows its classes. */
#include "engine/duckdb_api.h"

#include "engine/duckdb/shim.h"
#include "engine/engine.h"
#include "engine/tsan.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

/* Written once. DuckDB is one per process by its nature, and its callbacks have no other way to find its functions. */
static tarn_duckdb functions;
static _Atomic(const tarn_duckdb *) loaded;
static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;

#ifdef TARN_THREAD_SANITIZER
int tarn_duckdb_handover;
#endif

const tarn_duckdb *tarn_duckdb_loaded(void) {
    return atomic_load_explicit(&loaded, memory_order_acquire);
}

static tarn_status check_version(const char *version, const char *path, tarn_error *error) {
    if (strcmp(version, TARN_DUCKDB_VERSION) == 0)
        return TARN_OK;
    return tarn_fail(error, TARN_E_UNSUPPORTED,
                     "%s is DuckDB %s, and this program needs %s: run scripts/setup.sh, or "
                     "point TARN_DUCKDB at the right one",
                     path, version, TARN_DUCKDB_VERSION);
}

tarn_status tarn_duckdb_check_shim(const tarn_shim *shim, const char *path, tarn_error *error) {
    if (shim->size != sizeof *shim || strcmp(shim->duckdb_version, TARN_DUCKDB_VERSION) != 0)
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "%s belongs to another version of Tarn: install the one that came with this program", path);
    if (*shim->duckdb_source && strcmp(shim->duckdb_source, shim->loaded_source) != 0)
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "the DuckDB that is loaded was built from its commit %s, and this program needs %s: run "
                         "scripts/setup.sh, or point TARN_DUCKDB at the right one",
                         shim->loaded_source, shim->duckdb_source);
    return TARN_OK;
}

#ifdef TARN_DUCKDB_STATIC

#include "engine/icu_data.h"

static tarn_status load(const char *library, tarn_duckdb *out, tarn_error *error) {
    (void)library;
    TARN_TRY(tarn_icu_data_unpack(error));
    const tarn_shim *shim = tarn_duckdb_shim();
    TARN_TRY(check_version(shim->functions->library_version(), "the DuckDB that is part of this program", error));
    TARN_TRY(tarn_duckdb_check_shim(shim, "the DuckDB that is part of this program", error));
    *out = *shim->functions;
    out->shim = shim;
    return TARN_OK;
}

#else

#include "base/buffer.h"
#include "base/text.h"
#include "fs/fs.h"

#include <dlfcn.h>
#include <stdlib.h>

#ifdef __APPLE__
#define SUFFIX ".dylib"
#else
#define SUFFIX ".so"
#endif
#define LIBRARY_NAME "libduckdb" SUFFIX
#define SHIM_NAME "libtarn_duckdb" SUFFIX

/* Where a library was looked for, for the message when it is nowhere. */
typedef struct search {
    tarn_fs *disk;
    tarn_buffer tried; /* paths, separated by ", " */
    char *found;       /* heap */
} search;

/* Look at `path` (taken over; a library, or a folder that may hold one of this name). */
static tarn_status try_path(search *search, char *path, const char *name, tarn_error *error) {
    tarn_entry_kind kind = TARN_ENTRY_OTHER;
    bool present = path && tarn_fs_stat(search->disk, path, &kind, NULL, NULL) == TARN_OK;
    if (present && kind == TARN_ENTRY_DIRECTORY) {
        char *inside = tarn_path_join(path, name);
        free(path);
        path = inside;
        present = path && tarn_fs_stat(search->disk, path, NULL, NULL, NULL) == TARN_OK;
    }
    if (!path)
        return tarn_fail_memory(error);
    if (present) {
        search->found = path;
        return TARN_OK;
    }
    tarn_status status = tarn_buffer_printf(&search->tried, error, "%s%s", search->tried.size ? ", " : "", path);
    free(path);
    return status;
}

/* The folder of the program or shared library that holds this very function. */
static char *own_directory(void) {
    Dl_info info;
    static const char marker = 0;
    if (!dladdr(&marker, &info) || !info.dli_fname)
        return NULL;
    const char *slash = strrchr(info.dli_fname, '/');
    return slash ? tarn_strndup(info.dli_fname, (size_t)(slash - info.dli_fname)) : tarn_strdup(".");
}

static tarn_status search_beside(search *search, const char *name, tarn_error *error) {
    char *directory = own_directory();
    if (!directory)
        return TARN_OK;
    tarn_status status = try_path(search, tarn_path_join(directory, name), name, error);
    if (status == TARN_OK && !search->found)
        status = try_path(search, tarn_format("%s/../lib/tarn/%s", directory, name), name, error);
    free(directory);
    return status;
}

static tarn_status search_everywhere(search *search, const char *library, tarn_error *error) {
    const char *given = library ? library : getenv("TARN_DUCKDB");
    if (given && *given)
        return try_path(search, tarn_strdup(given), LIBRARY_NAME, error);
    TARN_TRY(search_beside(search, LIBRARY_NAME, error));
#ifdef TARN_DUCKDB_PATH
    if (!search->found)
        TARN_TRY(try_path(search, tarn_strdup(TARN_DUCKDB_PATH), LIBRARY_NAME, error));
#endif
    return TARN_OK;
}

/* The shim lies where the program is, or where DuckDB was found, or where it was built. */
static tarn_status find_shim(search *search, const char *duckdb, tarn_error *error) {
    const char *slash = strrchr(duckdb, '/');
    TARN_TRY(search_beside(search, SHIM_NAME, error));
    if (!search->found)
        TARN_TRY(try_path(
            search, slash ? tarn_format("%.*s/" SHIM_NAME, (int)(slash - duckdb), duckdb) : tarn_strdup(SHIM_NAME),
            SHIM_NAME, error));
#ifdef TARN_SHIM_PATH
    if (!search->found)
        TARN_TRY(try_path(search, tarn_strdup(TARN_SHIM_PATH), SHIM_NAME, error));
#endif
    if (search->found)
        return TARN_OK;
    return tarn_fail(error, TARN_E_NOT_FOUND,
                     SHIM_NAME ", a part of this program, was not found (looked for %.*s): install it beside DuckDB",
                     (int)search->tried.size, (const char *)search->tried.data);
}

/* DuckDB must be loaded: the shim is linked to it by name. Were it another than the one that was found, two would be in
 * the process. */
static tarn_status load_shim(tarn_fs *disk, const char *path, void *handle, tarn_duckdb *out, tarn_error *error) {
    search search = {.disk = disk};
    const tarn_shim *(*entry)(void) = NULL;
    tarn_status status = TARN_OK;
    TARN_CHECK(find_shim(&search, path, error));
    void *library = dlopen(search.found, RTLD_LAZY | RTLD_LOCAL); /* it needs few of its many symbols at once */
    /* POSIX guarantees that a pointer from dlsym may be stored through a void **; ISO C has no cast for it. */
    if (library)
        *(void **)(&entry) = dlsym(library, TARN_SHIM_SYMBOL);
    if (!entry) {
        status = tarn_fail(error, TARN_E_UNSUPPORTED, "%s cannot be used with %s: %s", search.found, path, dlerror());
        goto cleanup;
    }
    const tarn_shim *shim = entry();
    TARN_CHECK(tarn_duckdb_check_shim(shim, search.found, error));
    *out = *shim->functions;
    out->handle = handle;
    out->shim = shim;

cleanup:
    free(search.found);
    tarn_buffer_free(&search.tried);
    return status;
}

/* What any DuckDB says of itself, asked before anything relies on it. */
static tarn_status check_library(void *handle, const char *path, tarn_error *error) {
    __typeof__(&duckdb_library_version) version = NULL;
    *(void **)(&version) = dlsym(handle, "duckdb_library_version");
    if (version)
        return check_version(version(), path, error);
    return tarn_fail(error, TARN_E_UNSUPPORTED, "%s lacks the function duckdb_library_version: it is not DuckDB", path);
}

static tarn_status load(const char *library, tarn_duckdb *out, tarn_error *error) {
    search search = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_fs_posix(&search.disk, error));
    TARN_CHECK(search_everywhere(&search, library, error));
    if (!search.found) {
        status =
            tarn_fail(error, TARN_E_NOT_FOUND,
                      "DuckDB was not found (looked for %.*s): run scripts/setup.sh, or set TARN_DUCKDB to its path",
                      (int)search.tried.size, (const char *)search.tried.data);
        goto cleanup;
    }
    void *handle = dlopen(search.found, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        status = tarn_fail(error, TARN_E_FORMAT, "DuckDB cannot be loaded: %s", dlerror());
        goto cleanup;
    }
    status = check_library(handle, search.found, error);
    if (status == TARN_OK)
        status = load_shim(search.disk, search.found, handle, out, error);

cleanup:
    free(search.found);
    tarn_buffer_free(&search.tried);
    tarn_fs_free(search.disk);
    return status;
}

#endif

tarn_status tarn_duckdb_load(const char *library, const tarn_duckdb **out, tarn_error *error) {
    tarn_status status = TARN_OK;
    pthread_mutex_lock(&loading);
    if (!tarn_duckdb_loaded()) {
        status = load(library, &functions, error);
        if (status == TARN_OK)
            atomic_store_explicit(&loaded, &functions, memory_order_release);
    }
    pthread_mutex_unlock(&loading);
    *out = tarn_duckdb_loaded();
    return status;
}
