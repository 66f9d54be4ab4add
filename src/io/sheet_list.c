/* The sheets of a workbook, without reading more of them than tells whether there is anything in them. */
#include "base/text.h"
#include "io/import.h"
#include "io/sheet.h"

#include <stdlib.h>

static tarn_status see_row(void *context, uint64_t row, const tarn_sheet_cell *cells, size_t count, tarn_error *error) {
    (void)row;
    (void)error;
    for (size_t i = 0; i < count; i++)
        *(bool *)context |= cells[i].kind != TARN_CELL_EMPTY;
    return TARN_OK;
}

static tarn_status has_values(const tarn_workbook *workbook, const tarn_workbook_sheet *which, bool *out,
                              tarn_error *error) {
    tarn_sheet *sheet = NULL;
    *out = false;
    TARN_TRY(tarn_sheet_open(workbook, which, see_row, out, &sheet, error));
    tarn_status status = TARN_OK;
    for (bool more = true; more && !*out && status == TARN_OK;)
        status = tarn_sheet_advance(sheet, &more, error);
    tarn_sheet_close(sheet);
    return status;
}

static tarn_status list(const tarn_workbook *workbook, tarn_sheet_info *infos, size_t *count, tarn_error *error) {
    for (size_t i = 0; i < workbook->sheet_count; i++) {
        const tarn_workbook_sheet *sheet = &workbook->sheets[i];
        bool filled;
        if (sheet->part == NULL)
            continue;
        TARN_TRY(has_values(workbook, sheet, &filled, error));
        infos[*count] = (tarn_sheet_info){tarn_strdup(sheet->name), sheet->hidden, !filled};
        if (infos[(*count)++].name == NULL)
            return tarn_fail_memory(error);
    }
    return TARN_OK;
}

tarn_status tarn_import_list_sheets(const tarn_import_run *run, tarn_sheet_info **out, size_t *count,
                                    tarn_error *error) {
    tarn_package *package = NULL;
    tarn_workbook workbook = {0};
    tarn_sheet_info *infos = NULL;
    tarn_status status = TARN_OK;
    *count = 0;
    TARN_CHECK(tarn_package_open(run->file, run->shown, run->io->task, &package, error));
    TARN_CHECK(tarn_workbook_read(package, run->shown, &workbook, error));
    infos = calloc(workbook.sheet_count + 1, sizeof *infos);
    if (infos == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    TARN_CHECK(list(&workbook, infos, count, error));
    *out = infos;
    infos = NULL;
cleanup:
    if (infos != NULL)
        tarn_sheet_infos_free(infos, *count);
    tarn_workbook_clear(&workbook);
    tarn_package_close(package);
    return status;
}

void tarn_sheet_infos_free(tarn_sheet_info *infos, size_t count) {
    for (size_t i = 0; infos != NULL && i < count; i++)
        free(infos[i].name);
    free(infos);
}
