/* SQL. */
#include "answer/answer.h"
#include "engine/engine.h"
#include "wasm/operations.h"

#include <stdlib.h>
#include <string.h>

static tarn_status read_value(const tarn_call *call, const json_t *value, tarn_value *out, tarn_error *error) {
    *out = (tarn_value){.kind = TARN_VALUE_NULL};
    if (json_is_boolean(value))
        *out = (tarn_value){.kind = TARN_VALUE_BOOLEAN, .as.boolean = json_is_true(value)};
    else if (json_is_integer(value))
        *out = (tarn_value){.kind = TARN_VALUE_INTEGER, .as.integer = json_integer_value(value)};
    else if (json_is_real(value))
        *out = (tarn_value){.kind = TARN_VALUE_NUMBER, .as.number = json_real_value(value)};
    else if (json_is_string(value) && strlen(json_string_value(value)) == json_string_length(value))
        *out = (tarn_value){.kind = TARN_VALUE_TEXT, .as.text = json_string_value(value)};
    else if (!json_is_null(value))
        return tarn_fail(error, TARN_E_INVALID,
                         "%s: 'params' must be a list of text (without NUL), numbers, true, false or null",
                         call->operation->name);
    return TARN_OK;
}

/* The values for `?` and `$1`; the list is heap. */
static tarn_status read_values(const tarn_call *call, tarn_value **out, size_t *count, tarn_error *error) {
    const json_t *list = json_object_get(call->arguments, "params");
    size_t size = json_array_size(list);
    if (list != NULL && !json_is_null(list) && !json_is_array(list))
        return tarn_fail(error, TARN_E_INVALID, "%s: 'params' must be a list", call->operation->name);
    tarn_value *values = calloc(size + 1, sizeof *values);
    if (values == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < size; i++) {
        tarn_status status = read_value(call, json_array_get(list, i), &values[i], error);
        if (status != TARN_OK) {
            free(values);
            return status;
        }
    }
    *out = values;
    *count = size;
    return TARN_OK;
}

tarn_status tarn_op_sql(tarn_call *call, tarn_error *error) {
    tarn_value *values = NULL;
    size_t count = 0;
    const char *sql;
    int64_t most, rows;
    bool more;
    struct ArrowArrayStream stream = {0};
    TARN_TRY(tarn_call_text(call, "sql", true, &sql, error));
    TARN_TRY(tarn_call_integer(call, "limit", INT64_MAX, &most, error));
    if (most < 0)
        return tarn_fail(error, TARN_E_INVALID, "sql: 'limit' must be 0 or more");
    TARN_TRY(read_values(call, &values, &count, error));
    tarn_status status = tarn_query_with(*call->workspace, sql, values, count, call->task, &stream, error);
    free(values);
    if (status != TARN_OK)
        return status;
    status = tarn_call_give_stream(call, &stream, most, &rows, &more, error);
    tarn_stream_release(&stream);
    if (status == TARN_OK)
        status = tarn_call_answer(call, json_pack("{s:I,s:b}", "rows", (json_int_t)rows, "more", more), error);
    return status;
}

tarn_status tarn_op_sql_into(tarn_call *call, tarn_error *error) {
    static const char *const choices[] = {"fail", "replace", "append", NULL};
    const char *sql, *table;
    int if_exists;
    tarn_change change = {0};
    TARN_TRY(tarn_call_text(call, "sql", true, &sql, error));
    TARN_TRY(tarn_call_text(call, "table", true, &table, error));
    TARN_TRY(tarn_call_choice(call, "if_exists", choices, &if_exists, error));
    TARN_TRY(tarn_query_into(*call->workspace, sql, table, (tarn_if_exists)if_exists, call->task, &change, error));
    tarn_status status = tarn_call_answer(call, tarn_answer_change(&change), error);
    tarn_change_clear(&change);
    return status;
}
