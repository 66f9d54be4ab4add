#include "engine/duckdb_api.h"

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

static tarn_status check_version(const tarn_duckdb *duckdb, const char *path, tarn_error *error) {
    const char *version = duckdb->library_version();
    if (strcmp(version, TARN_DUCKDB_VERSION) == 0)
        return TARN_OK;
    return tarn_fail(error, TARN_E_UNSUPPORTED,
                     "%s is DuckDB %s, and this program needs %s: run scripts/setup.sh, or "
                     "point TARN_DUCKDB at the right one",
                     path, version, TARN_DUCKDB_VERSION);
}

#ifdef TARN_DUCKDB_STATIC

#include "engine/icu_data.h"

static tarn_status load(const char *library, tarn_duckdb *out, tarn_error *error) {
    (void)library;
    TARN_TRY(tarn_icu_data_unpack(error));
    *out = (tarn_duckdb){
#define TARN_DUCKDB_SET(name) .name = duckdb_##name,
        TARN_DUCKDB_FUNCTIONS(TARN_DUCKDB_SET)
#undef TARN_DUCKDB_SET
    };
    return check_version(out, "the DuckDB that is part of this program", error);
}

#else

#include "base/buffer.h"
#include "base/text.h"
#include "fs/fs.h"

#include <dlfcn.h>
#include <stdlib.h>

#ifdef __APPLE__
#define LIBRARY_NAME "libduckdb.dylib"
#else
#define LIBRARY_NAME "libduckdb.so"
#endif

/* Where DuckDB was looked for, for the message when it is nowhere. */
typedef struct search {
    tarn_fs *disk;
    tarn_buffer tried; /* paths, separated by ", " */
    char *found;       /* heap */
} search;

/* Look at `path` (taken over; a library, or a folder that may hold one). */
static tarn_status try_path(search *search, char *path, tarn_error *error) {
    tarn_entry_kind kind = TARN_ENTRY_OTHER;
    bool present = path && tarn_fs_stat(search->disk, path, &kind, NULL, NULL) == TARN_OK;
    if (present && kind == TARN_ENTRY_DIRECTORY) {
        char *inside = tarn_path_join(path, LIBRARY_NAME);
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

static tarn_status search_beside(search *search, tarn_error *error) {
    char *directory = own_directory();
    if (!directory)
        return TARN_OK;
    tarn_status status = try_path(search, tarn_path_join(directory, LIBRARY_NAME), error);
    if (status == TARN_OK && !search->found)
        status = try_path(search, tarn_path_join(directory, "../lib/tarn/" LIBRARY_NAME), error);
    free(directory);
    return status;
}

static tarn_status search_everywhere(search *search, const char *library, tarn_error *error) {
    const char *given = library ? library : getenv("TARN_DUCKDB");
    if (given && *given)
        return try_path(search, tarn_strdup(given), error);
    TARN_TRY(search_beside(search, error));
#ifdef TARN_DUCKDB_PATH
    if (!search->found)
        TARN_TRY(try_path(search, tarn_strdup(TARN_DUCKDB_PATH), error));
#endif
    return TARN_OK;
}

/* As long as the list of functions is. NOLINTNEXTLINE(readability-function-size) */
static tarn_status bind_functions(tarn_duckdb *duckdb, const char *path, tarn_error *error) {
    /* POSIX guarantees that a pointer from dlsym may be stored through a void **; ISO C has no cast for it. */
#define TARN_DUCKDB_LOOK_UP(name)                                                                                      \
    *(void **)(&duckdb->name) = dlsym(duckdb->handle, "duckdb_" #name);                                                \
    if (!duckdb->name)                                                                                                 \
        return tarn_fail(error, TARN_E_UNSUPPORTED, "%s lacks the function duckdb_" #name ": it is not DuckDB %s",     \
                         path, TARN_DUCKDB_VERSION);
    TARN_DUCKDB_FUNCTIONS(TARN_DUCKDB_LOOK_UP)
#undef TARN_DUCKDB_LOOK_UP
    return TARN_OK;
}

static tarn_status load(const char *library, tarn_duckdb *out, tarn_error *error) {
    search search = {0};
    tarn_duckdb duckdb = {0};
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
    duckdb.handle = dlopen(search.found, RTLD_NOW | RTLD_LOCAL);
    if (!duckdb.handle) {
        status = tarn_fail(error, TARN_E_FORMAT, "DuckDB cannot be loaded: %s", dlerror());
        goto cleanup;
    }
    status = bind_functions(&duckdb, search.found, error);
    if (status == TARN_OK)
        status = check_version(&duckdb, search.found, error);
    if (status == TARN_OK)
        *out = duckdb;

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
