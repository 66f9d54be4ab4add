// Files that come with a request or go with an answer, as bytes in place of a path.
#include "wasm/files.h"

#include "base/buffer.h"
#include "fs/fs.h"
#include "wasm/bridge.h"

#include <stdlib.h>
#include <string.h>

#define FOLDER "/tmp"

tarn_status tarn_passing_file_new(const tarn_call *call, const char *name, tarn_passing_file *out, tarn_error *error) {
    const char *slash = strrchr(name, '/');
    name = slash != NULL ? slash + 1 : name;
    if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return tarn_fail(error, TARN_E_INVALID, "%s: the file needs a name", call->operation->name);
    TARN_TRY(
        tarn_fs_make_unique_directory(tarn_bridge_files(call->bridge), FOLDER, "tarn-passing-", &out->folder, error));
    out->path = tarn_path_join(out->folder, name);
    return out->path != NULL ? TARN_OK : tarn_fail_memory(error);
}

tarn_status tarn_passing_file_fill(tarn_call *call, const tarn_passing_file *file, tarn_error *error) {
    tarn_file *to = NULL;
    TARN_TRY(tarn_fs_open(tarn_bridge_files(call->bridge), file->path, TARN_OPEN_CREATE_NEW, &to, error));
    tarn_status status = tarn_file_write(to, 0, call->data, call->data_size, error);
    tarn_file_close(to);
    free(call->data); /* it may be large, and the file has it now */
    call->data = NULL;
    return status;
}

tarn_status tarn_passing_file_give(tarn_call *call, const tarn_passing_file *file, tarn_error *error) {
    tarn_file *from = NULL;
    tarn_buffer bytes = {0};
    uint64_t size;
    size_t got = 0;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_fs_open(tarn_bridge_files(call->bridge), file->path, TARN_OPEN_READ, &from, error));
    TARN_CHECK(tarn_file_size(from, &size, error));
    if (size > PTRDIFF_MAX / 2)
        TARN_CHECK(tarn_fail(
            error, TARN_E_MEMORY,
            "%llu bytes are too many to be handed over at once: export fewer rows, or Parquet, which is smaller",
            (unsigned long long)size));
    TARN_CHECK(tarn_buffer_resize(&bytes, (size_t)size, error));
    TARN_CHECK(tarn_file_read(from, 0, bytes.data, bytes.size, &got, error));
    call->out = bytes.data;
    call->out_size = got;
    bytes.data = NULL;
cleanup:
    tarn_file_close(from);
    tarn_buffer_free(&bytes);
    return status;
}

void tarn_passing_file_remove(const tarn_call *call, tarn_passing_file *file) {
    if (file->folder != NULL)
        tarn_fs_remove_all(tarn_bridge_files(call->bridge), file->folder, NULL);
    free(file->folder);
    free(file->path);
    *file = (tarn_passing_file){0};
}
