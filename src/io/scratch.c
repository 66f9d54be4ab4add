// Files that live for one import or export, in the workspace's tmp folder, which the next writer sweeps should this
// process die.
#include "io/scratch.h"

#include "fs/pipe.h"

#include <stdlib.h>

#define SPOOL_PIECE ((size_t)1 << 20)

tarn_status tarn_scratch_path(const tarn_io *io, const char *purpose, char **out, tarn_error *error) {
    return tarn_store_scratch_path(io->store, purpose, out, error);
}

#define LOOK_UP_MS 50 /* how often to see whether the import was cancelled while the pipe is silent */

static tarn_status await_input(const tarn_io *io, const tarn_pipe *input, tarn_error *error) {
    bool ready = false;
    while (!ready) {
        TARN_TRY(tarn_task_check(io->task, error));
        TARN_TRY(tarn_pipe_wait(input, LOOK_UP_MS, &ready, error));
    }
    return TARN_OK;
}

static tarn_status copy_input(const tarn_io *io, const tarn_pipe *input, tarn_file *file, tarn_error *error) {
    char *piece = malloc(SPOOL_PIECE);
    uint64_t offset = 0;
    tarn_status status = piece == NULL ? tarn_fail_memory(error) : TARN_OK;
    tarn_task_begin(io->task, "reading", "bytes", 0);
    while (status == TARN_OK) {
        size_t got = 0;
        status = await_input(io, input, error);
        if (status == TARN_OK)
            status = tarn_pipe_read(input, piece, SPOOL_PIECE, &got, error);
        if (status != TARN_OK || got == 0)
            break;
        status = tarn_file_write(file, offset, piece, got, error);
        offset += got;
        tarn_task_advance(io->task, got);
    }
    free(piece);
    return status;
}

tarn_status tarn_scratch_spool(const tarn_io *io, const char *from, char **path, tarn_error *error) {
    tarn_file *file = NULL;
    char *made = NULL;
    tarn_pipe input = tarn_pipe_input();
    bool opened = true;
    if (from != NULL)
        TARN_TRY(tarn_pipe_open(from, false, &input, &opened, error));
    if (!opened)
        return tarn_fail(error, TARN_E_IO, "cannot open %s: interrupted, try again", from);
    tarn_status status = tarn_scratch_path(io, "input", &made, error);
    if (status == TARN_OK)
        status = tarn_fs_open(io->fs, made, TARN_OPEN_CREATE_PRIVATE, &file, error);
    if (status == TARN_OK)
        status = copy_input(io, &input, file, error);
    tarn_pipe_close(&input);
    tarn_file_close(file);
    if (status == TARN_OK) {
        *path = made;
        return TARN_OK;
    }
    if (made != NULL)
        tarn_fs_remove_all(io->fs, made, NULL);
    free(made);
    return status;
}
