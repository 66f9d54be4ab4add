// Files that come with a request or go with an answer, as bytes in place of a path.
#include "request/files.h"

#include "base/text.h"
#include "fs/fs.h"
#include "jobs/jobs.h"
#include "request/session.h"

#include <stdlib.h>
#include <string.h>

#define PIECE ((size_t)1 << 18)

bool tarn_call_has_bytes(const tarn_call *call) {
    return call->data != NULL || call->source != NULL;
}

/* Where bytes pass through: the workspace's own scratch folder, which lies on the disk that has room for it. */
static tarn_status make_folder(tarn_call *call, tarn_error *error) {
    const char *scratch = NULL;
    if (tarn_workspace_scratch(call->workspace, &scratch, NULL) != TARN_OK)
        scratch = "/tmp"; /* of a workspace that is only read */
    return tarn_fs_make_unique_directory(call->session->service->files, scratch, "tarn-passing-", &call->passing,
                                         error);
}

static tarn_status copy_source(tarn_call *call, tarn_file *to, tarn_error *error) {
    uint8_t *piece = malloc(PIECE);
    uint64_t size = 0;
    size_t got = 1;
    tarn_status status = piece == NULL ? tarn_fail_memory(error) : TARN_OK;
    while (status == TARN_OK && got > 0) {
        status = tarn_task_check(call->task, error);
        if (status == TARN_OK)
            status = call->source->read(call->source->context, piece, PIECE, &got, error);
        if (status == TARN_OK && got > 0)
            status = tarn_file_write(to, size, piece, got, error);
        size += got;
    }
    free(piece);
    return status;
}

static tarn_status fill(tarn_call *call, const char *path, tarn_error *error) {
    tarn_file *to = NULL;
    TARN_TRY(tarn_fs_open(call->session->service->files, path, TARN_OPEN_CREATE_PRIVATE, &to, error));
    tarn_status status = call->source != NULL ? copy_source(call, to, error)
                                              : tarn_file_write(to, 0, call->data, call->data_size, error);
    tarn_file_close(to);
    free(call->owned); /* it may be large, and the file has it now */
    call->owned = NULL;
    call->data = NULL;
    call->source = NULL;
    return status;
}

tarn_status tarn_passing_file(tarn_call *call, const char *name, char **path, tarn_error *error) {
    const char *slash = strrchr(name, '/');
    name = slash != NULL ? slash + 1 : name;
    if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return tarn_fail(error, TARN_E_INVALID, "%s: the file needs a name", call->operation->declared.name);
    TARN_TRY(tarn_passing_path(call, name, path, error));
    return fill(call, *path, error);
}

tarn_status tarn_passing_path(tarn_call *call, const char *name, char **path, tarn_error *error) {
    TARN_TRY(make_folder(call, error));
    *path = tarn_path_join(call->passing, name);
    return *path == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status copy_out(tarn_call *call, tarn_file *from, tarn_error *error) {
    uint8_t *piece = malloc(PIECE);
    uint64_t offset = 0;
    size_t got = 1;
    tarn_status status = piece == NULL ? tarn_fail_memory(error) : TARN_OK;
    while (status == TARN_OK && got > 0) {
        status = tarn_file_read(from, offset, piece, PIECE, &got, error);
        if (status == TARN_OK)
            status = tarn_call_write(call, piece, got, error);
        offset += got;
    }
    free(piece);
    return status;
}

tarn_status tarn_passing_give(tarn_call *call, const char *path, tarn_error *error) {
    tarn_file *from = NULL;
    TARN_TRY(tarn_fs_open(call->session->service->files, path, TARN_OPEN_READ, &from, error));
    tarn_status status = copy_out(call, from, error);
    tarn_file_close(from);
    return status;
}

void tarn_passing_remove(tarn_call *call) {
    if (call->passing != NULL)
        tarn_fs_remove_all(call->session->service->files, call->passing, NULL);
}

tarn_status tarn_call_gather(tarn_call *call, tarn_error *error) {
    tarn_buffer all = {0};
    size_t got = 1;
    tarn_status status = TARN_OK;
    if (call->source == NULL)
        return TARN_OK;
    while (status == TARN_OK && got > 0) {
        status = tarn_task_check(call->task, error);
        if (status == TARN_OK)
            status = tarn_buffer_reserve(&all, PIECE, error);
        if (status == TARN_OK)
            status = call->source->read(call->source->context, all.data + all.size, PIECE, &got, error);
        all.size += status == TARN_OK ? got : 0;
    }
    call->source = NULL;
    call->owned = all.data;
    call->data = all.data;
    call->data_size = all.size;
    return status;
}

/* ---- going out ------------------------------------------------------------------------------------------------- */

const char *tarn_media_type(const char *format) {
    static const char *const types[][2] = {
        {"arrow-stream", "application/vnd.apache.arrow.stream"},
        {"arrow", "application/vnd.apache.arrow.file"},
        {"csv", "text/csv"},
        {"tsv", "text/tab-separated-values"},
        {"json", "application/json"},
        {"ndjson", "application/x-ndjson"},
        {"parquet", "application/vnd.apache.parquet"},
        {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
        {"text", "text/plain"},
        {"html", "text/html"},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i][0], format) == 0)
            return types[i][1];
    }
    return "application/octet-stream";
}

tarn_byte_sink tarn_call_sink(tarn_call *call) {
    return (tarn_byte_sink){.context = call, .write = tarn_call_write};
}
