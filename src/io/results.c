// Giving back what imports, exports and changes tell.
#include "tarn/files.h"

#include <stdlib.h>

void tarn_change_clear(tarn_change *change) {
    free(change->table);
    free(change->message);
    for (size_t i = 0; i < change->step_count; i++) {
        free(change->steps[i].command);
        free(change->steps[i].message);
    }
    free(change->steps);
    *change = (tarn_change){0};
}

void tarn_import_result_clear(tarn_import_result *result) {
    tarn_change_clear(&result->change);
    free(result->format);
    free(result->encoding);
    free(result->delimiter);
    for (size_t i = 0; i < result->warning_count; i++)
        free(result->warnings[i]);
    free(result->warnings);
    if (result->schema.release != NULL)
        result->schema.release(&result->schema);
    *result = (tarn_import_result){0};
}

void tarn_export_result_clear(tarn_export_result *result) {
    free(result->format);
    free(result->warning);
    *result = (tarn_export_result){0};
}

void tarn_migration_result_clear(tarn_migration_result *result) {
    free(result->folder);
    for (size_t i = 0; i < result->problem_count; i++)
        free(result->problems[i]);
    free(result->problems);
    *result = (tarn_migration_result){0};
}
