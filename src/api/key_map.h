/**
 * @file key_map.h
 * Which value became which, written to a file while a command is applied.
 */
#ifndef TARN_API_KEY_MAP_H
#define TARN_API_KEY_MAP_H

#include "command/command.h"
#include "io/io.h"
#include "tarn/tarn.h"

typedef struct tarn_key_map_writing {
    tarn_io io;
    tarn_key_map map; /**< `written` is the file's once it is there */
    bool is_written;
} tarn_key_map_writing;

/** Before anything is done: TARN_E_UNSUPPORTED when the command has no key map, TARN_E_EXISTS when the file is there.
 *  Has the environment write it; `writing` must stay where it is until tarn_key_map_end. */
tarn_status tarn_key_map_begin(tarn_key_map_writing *writing, const tarn_command *command,
                               tarn_command_environment *environment, tarn_error *error);

/** With `keep` the file stays and `*out` tells of it; else it is removed when it was written. */
void tarn_key_map_end(tarn_key_map_writing *writing, bool keep, tarn_export_result *out);

#endif
