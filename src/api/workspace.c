// The public functions that make, find, open and close workspaces.
#include "api/workspace.h"

#include "base/asker.h"
#include "base/text.h"
#include "base/wait.h"
#include "fs/browser.h"
#include "fs/fenced.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDER ".tarn"

#define DIFF_CACHE_BYTES (UINT64_C(64) << 20)

const char *tarn_version_text(void) {
    return TARN_VERSION;
}

const char *tarn_engine_version_text(void) {
    return &TARN_DUCKDB_VERSION[1]; /* without the v */
}

void tarn_free(void *memory) {
    free(memory);
}

/* Names of files within a workspace, and of those that DuckDB makes there, have less. */
#define LONGEST_INNER_PATH 400

static tarn_status path_is_too_long(const char *directory, tarn_error *error) {
    return tarn_fail(error, TARN_E_INVALID,
                     "the whole path of %s is longer than %d bytes: the files of a workspace there could not be named",
                     directory, PATH_MAX - LONGEST_INNER_PATH);
}

static tarn_status check_path(const char *directory, tarn_error *error) {
    char *whole = realpath(directory, NULL);
    bool is_too_long = whole != NULL ? strlen(whole) > PATH_MAX - LONGEST_INNER_PATH : errno == ENAMETOOLONG;
    free(whole);
    return is_too_long ? path_is_too_long(directory, error) : TARN_OK;
}

tarn_status tarn_workspace_init(const char *directory, tarn_error *error) {
    tarn_fs *fs = NULL;
    char *folder = tarn_path_join(directory, FOLDER);
    if (folder == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_fs_native(&fs, error);
    if (status == TARN_OK)
        status = tarn_fs_make_directories(fs, directory, error);
    if (status == TARN_OK)
        status = check_path(directory, error);
    if (status == TARN_OK)
        status = tarn_store_create(fs, folder, error);
    tarn_fs_free(fs);
    free(folder);
    return status;
}

static bool holds_workspace(tarn_fs *fs, const char *directory) {
    tarn_entry_kind kind = TARN_ENTRY_OTHER;
    char *folder = tarn_path_join(directory, FOLDER);
    bool found =
        folder != NULL && tarn_fs_stat(fs, folder, &kind, NULL, NULL) == TARN_OK && kind == TARN_ENTRY_DIRECTORY;
    free(folder);
    return found;
}

tarn_status tarn_workspace_find(const char *start, char **directory, tarn_error *error) {
    tarn_fs *fs = NULL;
    char *at = realpath(start, NULL);
    if (at == NULL && errno == ENAMETOOLONG)
        return path_is_too_long(start, error);
    if (at == NULL)
        return tarn_fail(error, TARN_E_NOT_FOUND, "%s: no such folder", start);
    tarn_status status = tarn_fs_native(&fs, error);
    while (status == TARN_OK && !holds_workspace(fs, at)) {
        char *slash = strrchr(at, '/');
        if (at[1] == '\0')
            status = tarn_fail(
                error, TARN_E_NOT_FOUND,
                "no workspace here or in any folder above %s" TARN_ASKER(": make one with tarn init", ""), start);
        else if (slash == at)
            at[1] = '\0';
        else
            *slash = '\0';
    }
    if (status == TARN_OK)
        *directory = at;
    else
        free(at);
    tarn_fs_free(fs);
    return status;
}

/* The account's name, as git and others find it. */
static const char *account_name(void) {
    const char *name = getenv("USER");
    if (name != NULL && name[0] != '\0')
        return name;
    const struct passwd *account = getpwuid(geteuid());
    return account != NULL ? account->pw_name : "unknown";
}

static tarn_status spill_folder(void *context, const char **out, tarn_error *error) {
    tarn_workspace *workspace = context;
    return tarn_store_scratch(workspace->store, out, error);
}

static tarn_status choose_codec(const char *name, tarn_codec *out, tarn_error *error) {
    static const char *const names[] = {"none", "lz4", "zstd"}; /* as tarn_codec counts */
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        *out = (tarn_codec)i;
        if (strcmp(names[i], name) == 0)
            return TARN_OK;
    }
    return tarn_fail(error, TARN_E_INVALID, "there is no compression '%s': it is none, lz4 or zstd", name);
}

/* What is not said is chosen as the machine is. */
static void fill_options(tarn_workspace *workspace, tarn_workspace_options *options) {
#ifdef __EMSCRIPTEN__
    if (options->threads == 0)
        options->threads = sysconf(_SC_NPROCESSORS_ONLN) < 4 ? (unsigned)sysconf(_SC_NPROCESSORS_ONLN) : 4;
    if (options->memory_limit == 0)
        options->memory_limit = UINT64_C(3) << 30; /* of the 4 GB that a module can have */
    if (options->cache_bytes == 0)
        options->cache_bytes = UINT64_C(64) << 20;
    bool durable = tarn_path_is_durable(workspace->directory);
    if (options->compression == NULL)
        options->compression = durable ? "lz4" : "none";
    /* What would be spilled to memory stays where it is. */
    workspace->no_spilling = !durable || options->read_only;
#else
    (void)workspace;
#endif
    if (options->compression == NULL)
        options->compression = "none";
    if (options->user == NULL)
        options->user = account_name();
}

static tarn_status open_parts(tarn_workspace *workspace, const tarn_workspace_options *given, tarn_error *error) {
    tarn_workspace_options options = *given;
    fill_options(workspace, &options);
    tarn_store_options store_options = {.read_only = options.read_only,
                                        .user = options.user,
                                        .cache_bytes = options.cache_bytes,
                                        .mapped_bytes = options.memory_limit / 4};
    TARN_TRY(choose_codec(options.compression, &store_options.codec, error));
    TARN_TRY(tarn_fs_native(&workspace->fs, error));
    workspace->files = workspace->fs;
    TARN_TRY(tarn_pool_new(options.threads, &workspace->pool, error));
    store_options.pool = workspace->pool;
    TARN_TRY(tarn_store_open(workspace->fs, workspace->directory, &store_options, &workspace->store, error));
    tarn_tidy_start(workspace);
    TARN_TRY(tarn_diff_cache_new(DIFF_CACHE_BYTES, &workspace->diffs, error));
    tarn_diff_relation_init(&workspace->diff_relation, workspace->diffs, workspace->pool);
    const tarn_relation *relations[] = {&workspace->diff_relation.relation};
    tarn_engine_options engine_options = {.threads = options.threads,
                                          .memory_limit = options.memory_limit,
                                          .spill_folder = workspace->no_spilling ? NULL : spill_folder,
                                          .spill_context = workspace,
                                          .relations = relations,
                                          .relation_count = 1};
    workspace->memory_limit = options.memory_limit;
    return tarn_engine_new(&engine_options, &workspace->engine, error);
}

tarn_status tarn_workspace_open(const char *directory, const tarn_workspace_options *options, tarn_workspace **out,
                                tarn_error *error) {
    static const tarn_workspace_options defaults = {0};
    tarn_workspace *workspace = calloc(1, sizeof *workspace);
    if (workspace == NULL)
        return tarn_fail_memory(error);
    workspace->root = workspace;
    pthread_mutex_init(&workspace->writing, NULL);
    tarn_condition_init(&workspace->written);
    tarn_transients_init(&workspace->transients);
    workspace->directory = tarn_path_join(directory, FOLDER);
    workspace->home = tarn_strdup(directory);
    tarn_status status = workspace->directory == NULL || workspace->home == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = open_parts(workspace, options != NULL ? options : &defaults, error);
    if (status == TARN_OK)
        *out = workspace;
    else
        tarn_workspace_close(workspace);
    return status;
}

/* ---- for somebody else ----------------------------------------------------------------------------------------- */

static void close_view(tarn_workspace *view) {
    if (view->files != view->fs)
        tarn_fs_free(view->files);
    free(view->user);
    free(view);
}

/* The files that somebody may name. What passes through the workspace's scratch folder is read through them too. */
static tarn_status restrict_files(tarn_workspace *view, const tarn_context *context, tarn_error *error) {
    const char *scratch = NULL;
    if (context->files == TARN_FILES_ALL)
        return TARN_OK;
    if (!tarn_store_is_read_only(view->store))
        TARN_TRY(tarn_store_scratch(view->store, &scratch, error));
    return tarn_fs_fenced(context->files == TARN_FILES_BELOW ? context->folder : NULL, scratch, &view->files, error);
}

tarn_status tarn_workspace_as(tarn_workspace *workspace, const tarn_context *context, uint64_t if_version,
                              tarn_workspace **out, tarn_error *error) {
    tarn_workspace *view = malloc(sizeof *view);
    if (view == NULL)
        return tarn_fail_memory(error);
    *view = *workspace->root;
    view->root = workspace->root;
    view->files = view->fs;
    view->if_version = if_version;
    view->patterns = (tarn_table_filter){.patterns = context->tables, .count = context->table_count};
    view->filter = context->tables != NULL ? &view->patterns : NULL;
    view->user = context->user != NULL ? tarn_strdup(context->user) : NULL;
    tarn_status status =
        context->user != NULL && view->user == NULL ? tarn_fail_memory(error) : restrict_files(view, context, error);
    if (status == TARN_OK)
        *out = view;
    else
        close_view(view);
    return status;
}

const char *tarn_workspace_directory(const tarn_workspace *workspace) {
    return workspace->root->home;
}

void tarn_workspace_close(tarn_workspace *workspace) {
    if (workspace == NULL)
        return;
    if (workspace->root != workspace) {
        close_view(workspace);
        return;
    }
    tarn_tidy_finish(workspace);
    tarn_engine_free(workspace->engine);
    tarn_transients_free(&workspace->transients);
    tarn_diff_cache_free(workspace->diffs);
    tarn_store_close(workspace->store);
    tarn_pool_free(workspace->pool);
    tarn_fs_free(workspace->fs);
    pthread_cond_destroy(&workspace->written);
    pthread_mutex_destroy(&workspace->writing);
    free(workspace->directory);
    free(workspace->home);
    free(workspace);
}

const char *tarn_workspace_notice(const tarn_workspace *workspace) {
    return tarn_store_was_torn(workspace->store)
               ? "the last change was interrupted while it was being written, and was dropped; all before it is intact"
               : NULL;
}

tarn_status tarn_workspace_intact(tarn_workspace *workspace, tarn_error *error) {
    return tarn_store_check_intact(workspace->store, error);
}

tarn_status tarn_refresh(tarn_workspace *workspace, bool *changed, tarn_error *error) {
    return tarn_store_refresh(workspace->store, changed, error);
}

static tarn_status folder_bytes(tarn_fs *fs, const char *path, uint64_t *bytes, tarn_error *error) {
    tarn_entry *entries = NULL;
    size_t count = 0;
    TARN_TRY(tarn_fs_list(fs, path, &entries, &count, error));
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < count && status == TARN_OK; i++) {
        *bytes += entries[i].size;
        if (entries[i].kind != TARN_ENTRY_DIRECTORY)
            continue;
        char *inner = tarn_path_join(path, entries[i].name);
        status = inner == NULL ? tarn_fail_memory(error) : folder_bytes(fs, inner, bytes, error);
        free(inner);
    }
    tarn_entries_free(entries, count);
    return status;
}

tarn_status tarn_workspace_info_get(tarn_workspace *workspace, tarn_workspace_info *out, tarn_error *error) {
    tarn_store_info info;
    uint64_t bytes = 0;
    TARN_TRY(tarn_store_info_get(workspace->store, &info, error));
    TARN_TRY(folder_bytes(workspace->fs, workspace->directory, &bytes, error));
    *out = (tarn_workspace_info){.tables = info.tables,
                                 .dropped_tables = info.dropped_tables,
                                 .versions = info.versions,
                                 .records = info.records,
                                 .batches = info.batches,
                                 .folds = info.folds,
                                 .segments = info.segments,
                                 .bytes_total = bytes,
                                 .bytes_segments = info.segment_bytes,
                                 .bytes_journal = info.journal_bytes,
                                 .bytes_index = info.index_bytes,
                                 .threads = tarn_pool_threads(workspace->pool),
                                 .memory_limit = workspace->memory_limit,
                                 .read_only = tarn_store_is_read_only(workspace->store),
                                 .format_version = TARN_FORMAT_VERSION};
    return TARN_OK;
}

tarn_status tarn_workspace_scratch(tarn_workspace *workspace, const char **out, tarn_error *error) {
    return tarn_store_scratch(workspace->store, out, error);
}

tarn_io tarn_workspace_io(tarn_workspace *workspace, tarn_task *task) {
    return (tarn_io){.fs = workspace->files,
                     .store = workspace->store,
                     .engine = workspace->engine,
                     .pool = workspace->pool,
                     .task = task,
                     .if_version = workspace->if_version};
}
