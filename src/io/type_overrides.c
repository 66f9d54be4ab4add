/* Pairs "column=type", taken apart. */
#include "io/type_overrides.h"

#include "base/buffer.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

void tarn_type_overrides_clear(tarn_type_overrides *overrides) {
    for (size_t i = 0; i < overrides->owned_count; i++)
        free(overrides->owned[i]);
    free(overrides->owned);
    free(overrides->list);
    *overrides = (tarn_type_overrides){0};
}

static tarn_status keep(tarn_type_overrides *o, const char *text, size_t size, const char **out, tarn_error *error) {
    TARN_TRY(tarn_grow(&o->owned, &o->owned_capacity, o->owned_count + 1, sizeof *o->owned, error));
    char *copy = tarn_strndup(text, size);
    if (copy == NULL)
        return tarn_fail_memory(error);
    o->owned[o->owned_count++] = copy;
    *out = copy;
    return TARN_OK;
}

static tarn_status add(tarn_type_overrides *o, const char *column, size_t size, const char *type, tarn_error *error) {
    tarn_csv_override made = {0};
    TARN_TRY(keep(o, column, size, &made.column, error));
    TARN_TRY(keep(o, type, strlen(type), &made.type, error));
    TARN_TRY(tarn_grow(&o->list, &o->capacity, o->count + 1, sizeof *o->list, error));
    o->list[o->count++] = made;
    return TARN_OK;
}

tarn_status tarn_type_overrides_add(tarn_type_overrides *overrides, const char *column, const char *type,
                                    tarn_error *error) {
    return add(overrides, column, strlen(column), type, error);
}

tarn_status tarn_type_overrides_read(const tarn_import_options *options, tarn_type_overrides *out, tarn_error *error) {
    for (size_t i = 0; i < options->type_count; i++) {
        const char *pair = options->types[i], *equals = strrchr(pair, '=');
        if (equals == NULL || equals == pair || equals[1] == '\0')
            return tarn_fail(error, TARN_E_INVALID, "\"%s\" is not a column's type: write column=type", pair);
        TARN_TRY(add(out, pair, (size_t)(equals - pair), equals + 1, error));
    }
    return TARN_OK;
}
