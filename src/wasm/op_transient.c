/* Data that is only passing through. */
#include "answer/answer.h"
#include "wasm/operations.h"

tarn_status tarn_op_register_table(tarn_call *call, tarn_error *error) {
    const char *name;
    int64_t rows;
    TARN_TRY(tarn_call_text(call, "name", true, &name, error));
    if (call->data == NULL)
        return tarn_fail(error, TARN_E_INVALID, "registerTable: the table's Arrow IPC bytes are missing");
    TARN_TRY(tarn_transient_put_ipc(*call->workspace, name, call->data, call->data_size, call->task, &rows, error));
    return tarn_call_answer(call, json_pack("{s:I}", "rows", (json_int_t)rows), error);
}

tarn_status tarn_op_execute_and_register(tarn_call *call, tarn_error *error) {
    const char *sql, *name;
    int64_t rows;
    TARN_TRY(tarn_call_text(call, "sql", true, &sql, error));
    TARN_TRY(tarn_call_text(call, "name", true, &name, error));
    TARN_TRY(tarn_transient_query_into(*call->workspace, sql, name, call->task, &rows, error));
    return tarn_call_answer(call, json_pack("{s:I}", "rows", (json_int_t)rows), error);
}

/* Taking away what is not there is no failure: `removed` says whether it was. */
tarn_status tarn_op_deregister_table(tarn_call *call, tarn_error *error) {
    const char *name;
    TARN_TRY(tarn_call_text(call, "name", true, &name, error));
    tarn_status status = tarn_transient_drop(*call->workspace, name, error);
    if (status != TARN_OK && status != TARN_E_NOT_FOUND)
        return status;
    return tarn_call_answer(call, json_pack("{s:b}", "removed", status == TARN_OK), error);
}

tarn_status tarn_op_reset(tarn_call *call, tarn_error *error) {
    (void)error;
    tarn_transient_clear(*call->workspace);
    return TARN_OK;
}

tarn_status tarn_op_registered(tarn_call *call, tarn_error *error) {
    tarn_transient_info *tables = NULL;
    size_t count = 0;
    TARN_TRY(tarn_transient_list(*call->workspace, &tables, &count, error));
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:o,s:I,s:I}", "name", tarn_answer_text(tables[i].name), "rows",
                                              (json_int_t)tables[i].rows, "columns", (json_int_t)tables[i].columns));
    tarn_transient_list_free(tables, count);
    return tarn_call_answer(call, json_pack("{s:o}", "tables", list), error);
}
