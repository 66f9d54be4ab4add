/* Whether a workbook that was written holds all its rows: libxlsxwriter does not notice a temporary file that cannot
 * grow. */
#include "io/export.h"

#include <minizip/unzip.h>
#include <string.h>

/* Bytes of the sheets' rows, as the archive's directory tells. */
static uint64_t sheet_bytes(unzFile archive) {
    static const char folder[] = "xl/worksheets/sheet";
    uint64_t sum = 0;
    for (int code = unzGoToFirstFile(archive); code == UNZ_OK; code = unzGoToNextFile(archive)) {
        unz_file_info64 info;
        char name[64] = "";
        if (unzGetCurrentFileInfo64(archive, &info, name, sizeof name - 1, NULL, 0, NULL, 0) != UNZ_OK)
            break;
        if (strncmp(name, folder, sizeof folder - 1) == 0)
            sum += info.uncompressed_size;
    }
    return sum;
}

tarn_status tarn_export_xlsx_check(const char *path, const char *shown, uint64_t rows_bytes, tarn_error *error) {
    unzFile archive = unzOpen64(path);
    uint64_t found = archive != NULL ? sheet_bytes(archive) : 0;
    if (archive != NULL)
        unzClose(archive);
    if (found >= rows_bytes && archive != NULL)
        return TARN_OK;
    return tarn_fail(error, TARN_E_IO,
                     "cannot write %s: not all rows could be stored on the way; make room on the disk and try again",
                     shown);
}
