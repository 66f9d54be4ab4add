/* SQL. */
#include "answer/answer.h"
#include "engine/engine.h"
#include "wasm/operations.h"

tarn_status tarn_op_sql(tarn_call *call, tarn_error *error) {
    const char *sql;
    int64_t most, rows;
    bool more;
    struct ArrowArrayStream stream = {0};
    TARN_TRY(tarn_call_text(call, "sql", true, &sql, error));
    TARN_TRY(tarn_call_integer(call, "limit", INT64_MAX, &most, error));
    if (most < 0)
        return tarn_fail(error, TARN_E_INVALID, "sql: 'limit' must be 0 or more");
    TARN_TRY(tarn_query(*call->workspace, sql, call->task, &stream, error));
    tarn_status status = tarn_call_give_stream(call, &stream, most, &rows, &more, error);
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
