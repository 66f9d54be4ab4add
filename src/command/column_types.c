// The groups of column types that commands speak of (tarn_column_types).
#include "command/column_types.h"

#include <stdlib.h>
#include <string.h>

static tarn_column_types plain_type_of(const struct ArrowSchema *type) {
    tarn_type known;
    if (tarn_type_of(type->format, &known, NULL) != TARN_OK)
        return TARN_COLUMNS_OTHER;
    switch (known) {
    case TARN_TYPE_UTF8:
    case TARN_TYPE_LARGE_UTF8:
        return TARN_COLUMNS_TEXT;
    case TARN_TYPE_BOOL:
        return TARN_COLUMNS_BOOLEAN;
    case TARN_TYPE_DATE32:
    case TARN_TYPE_DATE64:
    case TARN_TYPE_TIMESTAMP:
        return TARN_COLUMNS_DATE;
    case TARN_TYPE_TIME32:
    case TARN_TYPE_TIME64:
        return TARN_COLUMNS_TIME;
    default:
        return known >= TARN_TYPE_INT8 && known <= TARN_TYPE_DECIMAL256 ? TARN_COLUMNS_NUMBER : TARN_COLUMNS_OTHER;
    }
}

/* JSON, UUID and other types that travel as a simpler one say so in their metadata; HUGEINT is a number all the same.
 */
tarn_column_types tarn_column_type_of(const struct ArrowSchema *type) {
    if (type->dictionary != NULL)
        return plain_type_of(type->dictionary) == TARN_COLUMNS_TEXT ? TARN_COLUMNS_TEXT : TARN_COLUMNS_OTHER;
    tarn_column_types group = plain_type_of(type);
    const char *extension;
    size_t size;
    bool is_extended = tarn_schema_metadata_get(type, "ARROW:extension:name", &extension, &size);
    return is_extended && group != TARN_COLUMNS_NUMBER ? TARN_COLUMNS_OTHER : group;
}

const char *tarn_column_type_name(unsigned group) {
    static const char *const names[] = {"text", "number", "boolean", "date", "time", "other"};
    return names[__builtin_ctz(group)];
}

/* The commands that make of text what is wanted. */
static const char *remedy(unsigned accepted, const tarn_column *column) {
    if (tarn_column_type_of(column->type) != TARN_COLUMNS_TEXT)
        return "";
    return accepted & TARN_COLUMNS_DATE     ? " (standardize-date or cast)"
           : accepted & TARN_COLUMNS_NUMBER ? " (unformat-currency or cast)"
                                            : " (cast)";
}

tarn_status tarn_column_types_check(unsigned accepted, const tarn_column *column, tarn_error *error) {
    if (accepted == TARN_COLUMNS_ANY || accepted & tarn_column_type_of(column->type))
        return TARN_OK;
    tarn_buffer names = {0};
    tarn_status status = TARN_OK;
    char *type = tarn_schema_type_name(column->type);
    if (type == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (unsigned group = 1; group <= TARN_COLUMNS_OTHER; group *= 2) {
        if (accepted & group)
            TARN_CHECK(
                tarn_buffer_printf(&names, error, "%s%s", names.size == 0 ? "" : " or ", tarn_column_type_name(group)));
    }
    status = tarn_fail(error, TARN_E_INVALID,
                       "column \"%s\" has type %s, and this works on columns of type %.*s: choose another column, or "
                       "give it another type first%s",
                       column->name, type, (int)names.size, (const char *)names.data, remedy(accepted, column));
cleanup:
    free(type);
    tarn_buffer_free(&names);
    return status;
}
