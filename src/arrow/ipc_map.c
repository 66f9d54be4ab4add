/* Reading a file where it lies. */
#include "arrow/ipc.h"

#include <stdlib.h>

static void release_mapping(void *context) {
    tarn_mapping_release(context);
    free(context);
}

tarn_status tarn_ipc_open_file(tarn_file *file, const tarn_ipc_read_options *options, tarn_ipc_reader **out,
                               tarn_error *error) {
    uint64_t size;
    TARN_TRY(tarn_file_size(file, &size, error));
    tarn_mapping *mapping = calloc(1, sizeof *mapping);
    if (mapping == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_file_map(file, 0, (size_t)size, mapping, error);
    tarn_ipc_owner owner = {.context = mapping, .release = release_mapping};
    if (status == TARN_OK)
        status = tarn_ipc_open_memory(mapping->data, mapping->size, &owner, options, out, error);
    if (status != TARN_OK)
        release_mapping(mapping);
    return status;
}
