// Where an export goes.
#include "io/sink.h"

#include "base/asker.h"
#include "base/clock.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A name that nobody can foresee, so that nobody can have it ready. */
static char *temporary_name(const char *target) {
    uint64_t chance =
        (uint64_t)tarn_monotonic(); /* where there is no chance to be had; an open of a taken name fails */
    (void)!getentropy(&chance, sizeof chance);
    return tarn_format("%s.%016llx.tmp", target, (unsigned long long)chance);
}

/* The folder that holds a path, in fresh memory. */
static char *folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return tarn_strdup(".");
    return slash == path ? tarn_strdup("/") : tarn_strndup(path, (size_t)(slash - path));
}

#define LOOK_UP_MS 50 /* how often to see whether the export was cancelled while nobody reads */

/* A named pipe waits for its reader. */
static tarn_status open_pipe(tarn_sink *sink, tarn_error *error) {
    const struct timespec pause = {.tv_nsec = LOOK_UP_MS * 1000000L};
    bool opened = false;
    while (!opened) {
        TARN_TRY(tarn_task_check(sink->task, error));
        TARN_TRY(tarn_pipe_open(sink->target, true, &sink->pipe, &opened, error));
        if (!opened)
            nanosleep(&pause, NULL);
    }
    return TARN_OK;
}

static tarn_status is_taken(const tarn_sink *sink, tarn_error *error) {
    return tarn_fail(error, TARN_E_EXISTS, "%s is there already: give another name" TARN_ASKER(", or say --force", ""),
                     sink->target);
}

static tarn_status open_file(tarn_sink *sink, const tarn_export_options *options, tarn_error *error) {
    tarn_entry_kind kind;
    bool exists = tarn_fs_stat(sink->fs, sink->target, &kind, NULL, NULL) == TARN_OK;
    if (exists && kind == TARN_ENTRY_DIRECTORY)
        return tarn_fail(error, TARN_E_INVALID, "%s is a folder: give a file's name", sink->target);
    if (exists && kind == TARN_ENTRY_FILE && options->no_clobber)
        return is_taken(sink, error);
    if (exists && kind == TARN_ENTRY_OTHER && options->is_private)
        return tarn_fail(error, TARN_E_INVALID, "%s is no file: what is private goes into a new file only",
                         sink->target);
    if (exists && kind == TARN_ENTRY_OTHER)
        return open_pipe(sink, error);
    sink->temporary = temporary_name(sink->target);
    if (sink->temporary == NULL)
        return tarn_fail_memory(error);
    sink->like = exists ? sink->target : NULL;
    sink->is_private = options->is_private;
    tarn_status status = tarn_fs_open(sink->fs, sink->temporary, TARN_OPEN_CREATE_PRIVATE, &sink->file, error);
    if (status == TARN_E_NOT_FOUND)
        return tarn_fail(error, status, "%s: its folder does not exist", sink->target);
    return status;
}

tarn_status tarn_sink_open(tarn_fs *fs, tarn_task *task, const tarn_export_options *options, tarn_sink *out,
                           tarn_error *error) {
    const char *target = options->path;
    if (options->sink != NULL) {
        *out = (tarn_sink){.fs = fs, .task = task, .target = "", .bytes = options->sink, .pipe = tarn_pipe_output()};
        return TARN_OK;
    }
    tarn_sink sink = {
        .fs = fs, .task = task, .target = target, .pipe = tarn_pipe_output(), .is_new = options->no_clobber};
    if (options->is_private && (strcmp(target, "-") == 0 || strcmp(target, "/dev/stdout") == 0))
        return tarn_fail(error, TARN_E_INVALID, "what is private goes into a new file only, not to standard output");
    if (strcmp(target, "-") != 0 && strcmp(target, "/dev/stdout") != 0) {
        tarn_status status = open_file(&sink, options, error);
        if (status != TARN_OK) {
            free(sink.temporary);
            return status;
        }
    }
    *out = sink;
    return TARN_OK;
}

static tarn_status write_to_output(const tarn_sink *sink, const char *data, size_t size, tarn_error *error) {
    while (size > 0) {
        size_t written = 0;
        TARN_TRY(tarn_task_check(sink->task, error));
        TARN_TRY(tarn_pipe_write(&sink->pipe, data, size, LOOK_UP_MS, &written, error));
        data += written;
        size -= written;
    }
    return TARN_OK;
}

static tarn_status write_to_sink(const tarn_sink *sink, const void *data, size_t size, tarn_error *error) {
    TARN_TRY(tarn_task_check(sink->task, error));
    return size > 0 ? sink->bytes->write(sink->bytes->context, data, size, error) : TARN_OK;
}

tarn_status tarn_sink_write(void *context, const void *data, size_t size, tarn_error *error) {
    tarn_sink *sink = context;
    tarn_status status = sink->bytes != NULL  ? write_to_sink(sink, data, size, error)
                         : sink->file == NULL ? write_to_output(sink, data, size, error)
                                              : tarn_file_write(sink->file, sink->size, data, size, error);
    sink->size += status == TARN_OK ? size : 0;
    return status;
}

static tarn_status put_in_place(tarn_sink *sink, tarn_error *error) {
    char *folder = folder_of(sink->target);
    if (folder == NULL)
        return tarn_fail_memory(error);
    tarn_status status = sink->is_private ? TARN_OK : tarn_fs_share(sink->fs, sink->temporary, sink->like, error);
    if (status == TARN_OK)
        status = sink->is_new ? tarn_fs_rename_new(sink->fs, sink->temporary, sink->target, error)
                              : tarn_fs_rename(sink->fs, sink->temporary, sink->target, error);
    if (status == TARN_E_EXISTS && sink->is_new)
        status = is_taken(sink, error); /* it came while this was being written */
    if (status == TARN_OK) {
        free(sink->temporary);
        sink->temporary = NULL;
        status = tarn_fs_sync_directory(sink->fs, folder, error);
    }
    free(folder);
    return status;
}

tarn_status tarn_sink_commit(tarn_sink *sink, tarn_error *error) {
    tarn_status status = TARN_OK;
    if (sink->temporary != NULL)
        status = tarn_file_sync(sink->file, error);
    tarn_file_close(sink->file);
    sink->file = NULL;
    if (status == TARN_OK && sink->temporary != NULL)
        status = put_in_place(sink, error);
    tarn_sink_abort(sink);
    return status;
}

void tarn_sink_abort(tarn_sink *sink) {
    tarn_file_close(sink->file);
    tarn_pipe_close(&sink->pipe);
    if (sink->temporary != NULL)
        tarn_fs_remove_all(sink->fs, sink->temporary, NULL);
    free(sink->temporary);
    sink->temporary = NULL;
    sink->file = NULL;
}
