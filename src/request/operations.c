// Finding an operation by its name.
#include "request/operations.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const tarn_operation *const declared[] = {
#define TARN_OPERATION_ENTRY(name) &tarn_op_##name.declared,
    TARN_OPERATIONS(TARN_OPERATION_ENTRY)
#undef TARN_OPERATION_ENTRY
};

#define COUNT (sizeof declared / sizeof *declared)

const tarn_operation *const *tarn_operations(size_t *count) {
    *count = COUNT;
    return declared;
}

const tarn_operation *tarn_operation_find(const char *name) {
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(declared[i]->name, name) == 0)
            return declared[i];
    }
    return NULL;
}

const tarn_deed *tarn_deed_find(const char *name) {
    /* A declaration is the first member of its entry. */
    return (const tarn_deed *)tarn_operation_find(name);
}

tarn_status tarn_operation_unknown(const char *name, tarn_error *error) {
    const char *meant = NULL;
    size_t least = strlen(name) / 3 + 2;
    for (size_t i = 0; i < COUNT; i++) {
        size_t distance = tarn_edit_distance(declared[i]->name, name);
        if (distance < least) {
            least = distance;
            meant = declared[i]->name;
        }
    }
    char *shown = tarn_text_printable(name);
    tarn_status status = shown == NULL   ? tarn_fail_memory(error)
                         : meant != NULL ? tarn_fail(error, TARN_E_INVALID,
                                                     "there is no operation '%s': did you mean '%s'?", shown, meant)
                                         : tarn_fail(error, TARN_E_INVALID, "there is no operation '%s'", shown);
    free(shown);
    return status;
}
