// Bytes of a text file at any offset.
#include "io/text_source.h"

#include <string.h>

static tarn_status read_file(void *context, uint64_t offset, void *data, size_t size, size_t *got, tarn_error *error) {
    return tarn_file_read(context, offset, data, size, got, error);
}

tarn_status tarn_text_source_file(tarn_file *file, tarn_text_source *out, tarn_error *error) {
    *out = (tarn_text_source){.read = read_file, .context = file, .name = tarn_file_path(file)};
    return tarn_file_size(file, &out->size, error);
}

tarn_text_source tarn_text_source_memory(const void *data, size_t size, const char *name) {
    static const uint8_t nothing[1] = {0};
    return (tarn_text_source){.memory = size > 0 ? data : nothing, .size = size, .name = name};
}

tarn_status tarn_text_source_read(const tarn_text_source *source, uint64_t offset, void *data, size_t size,
                                  tarn_error *error) {
    if (size == 0)
        return TARN_OK;
    size_t got = 0;
    if (offset <= source->size && size <= source->size - offset) {
        if (source->memory != NULL) {
            memcpy(data, source->memory + offset, size);
            return TARN_OK;
        }
        TARN_TRY(source->read(source->context, offset, data, size, &got, error));
    }
    if (got < size)
        return tarn_fail(error, TARN_E_IO, "%s became shorter while it was read; import it again",
                         source->name != NULL ? source->name : "the input");
    return TARN_OK;
}
