/* The reader of SPSS, Stata and SAS files, libreadstat behind Tarn's own files: reading any bytes ends, without a
 * crash. The first byte of an input chooses the format. */
#include "fs/memory.h"
#include "io/statistics.h"

#include <stdlib.h>

static const tarn_file_format formats[] = {TARN_FORMAT_SAV, TARN_FORMAT_POR, TARN_FORMAT_DTA, TARN_FORMAT_SAS7BDAT,
                                           TARN_FORMAT_XPT};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tarn_fs *fs;
    tarn_file *file;
    if (size < 2)
        return 0;
    if (tarn_fs_memory(&fs, NULL) != TARN_OK || tarn_fs_open(fs, "fuzz", TARN_OPEN_CREATE, &file, NULL) != TARN_OK ||
        tarn_file_write(file, 0, data + 1, size - 1, NULL) != TARN_OK)
        abort();
    const tarn_io io = {.fs = fs};
    const tarn_import_options options = {0};
    tarn_import_run run = {.io = &io, .options = &options, .shown = "fuzz", .file = file};
    tarn_statistics found = {
        .run = &run, .format = formats[data[0] % (sizeof formats / sizeof *formats)], .size = size - 1};
    if (tarn_statistics_describe(&found, NULL) == TARN_OK)
        (void)tarn_statistics_observe(&found, data[0] >= 128, NULL);
    tarn_statistics_clear(&found);
    tarn_file_close(file);
    tarn_fs_free(fs);
    return 0;
}
