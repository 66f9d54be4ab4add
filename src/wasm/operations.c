// Finding an operation by its name.
#include "wasm/operations.h"

#include <string.h>

static const tarn_operation operations[] = {
#define TARN_OPERATION_ENTRY(name, how, run) {name, how, run},
    TARN_OPERATIONS(TARN_OPERATION_ENTRY)
#undef TARN_OPERATION_ENTRY
};

const tarn_operation *tarn_operation_find(const char *name) {
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        if (strcmp(operations[i].name, name) == 0)
            return &operations[i];
    }
    return NULL;
}
