/* What was compared, for whoever reads its changes later. */
#include "diff/internal.h"

#include "base/json_text.h"

#include <inttypes.h>

static tarn_status write_name(tarn_buffer *out, const char *key, const char *name, tarn_error *error) {
    TARN_TRY(tarn_buffer_printf(out, error, "\"%s\":", key));
    return name == NULL ? tarn_buffer_printf(out, error, "null") : tarn_json_text_quote(out, name, error);
}

static tarn_status write_side(tarn_buffer *out, const char *key, const tarn_diff_side *side, tarn_error *error) {
    TARN_TRY(tarn_buffer_printf(out, error, ",\"%s\":{", key));
    TARN_TRY(write_name(out, "table", side->table, error));
    return tarn_buffer_printf(out, error, ",\"version\":%" PRIu64 ",\"rows\":%" PRId64 "}", side->version, side->rows);
}

static tarn_status write_column(tarn_buffer *out, const tarn_diff_column *column, tarn_error *error) {
    TARN_TRY(tarn_buffer_printf(out, error, "{"));
    TARN_TRY(write_name(out, "before", column->before, error));
    TARN_TRY(tarn_buffer_printf(out, error, ","));
    TARN_TRY(write_name(out, "after", column->after, error));
    if (column->is_key)
        TARN_TRY(tarn_buffer_printf(out, error, ",\"key\":true"));
    if (column->left_out)
        TARN_TRY(tarn_buffer_printf(out, error, ",\"left_out\":true"));
    return tarn_buffer_printf(out, error, "}");
}

tarn_status tarn_diff_describe(const tarn_diff *diff, tarn_buffer *out, tarn_error *error) {
    const tarn_diff_info *info = &diff->info;
    TARN_TRY(tarn_buffer_printf(out, error, "{\"format\":1,\"by\":\"%s\",\"complete\":%s", info->by_key ? "key" : "row",
                                diff->complete ? "true" : "false"));
    TARN_TRY(tarn_buffer_printf(out, error, ",\"ignore_case\":%s,\"ignore_space\":%s,\"tolerance\":%.17g",
                                diff->rules.ignore_case ? "true" : "false", diff->rules.ignore_space ? "true" : "false",
                                diff->rules.tolerance));
    TARN_TRY(write_side(out, "before", &info->before, error));
    TARN_TRY(write_side(out, "after", &info->after, error));
    TARN_TRY(tarn_buffer_printf(out, error, ",\"columns\":["));
    for (size_t i = 0; i < info->column_count; i++) {
        if (i > 0)
            TARN_TRY(tarn_buffer_printf(out, error, ","));
        TARN_TRY(write_column(out, &info->columns[i], error));
    }
    TARN_TRY(tarn_buffer_printf(out, error, "]}"));
    return tarn_buffer_append(out, "", 1, error);
}
