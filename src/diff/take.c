// Values of rows that were found.
#include "diff/take.h"

#include <stdlib.h>

tarn_status tarn_diff_take(const tarn_version *version, size_t column, const tarn_diff_row *rows, int64_t count,
                           bool before, struct ArrowArray *out, tarn_error *error) {
    const struct ArrowSchema *type = tarn_version_column(version, column)->type;
    struct ArrowArray there = {0};
    int64_t *numbers = malloc(2 * (size_t)(count + 1) * sizeof *numbers), *places = numbers + count + 1, found = 0;
    if (numbers == NULL)
        return tarn_fail_memory(error);
    for (int64_t i = 0; i < count; i++) {
        int64_t number = before ? rows[i].before : rows[i].after;
        places[i] = number < 0 ? -1 : found;
        if (number >= 0)
            numbers[found++] = number;
    }
    tarn_status status;
    if (found == 0) {
        status = tarn_array_nulls(type, count, out, error);
    } else if (found == count) {
        status = tarn_version_take(version, column, numbers, count, out, error);
    } else {
        status = tarn_version_take(version, column, numbers, found, &there, error);
        if (status == TARN_OK)
            status = tarn_array_take(type, &there, places, count, out, error);
        tarn_array_release(&there);
    }
    free(numbers);
    return status;
}
