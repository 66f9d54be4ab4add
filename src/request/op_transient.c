/* Data that is only passing through. */
#include "answer/answer.h"
#include "request/declare.h"
#include "request/files.h"
#include "request/operations.h"

static const tarn_field name_parameter[] = {
    TARN_PARAMETER(TABLE, "name", "what queries call it", .is_needed = true),
};

static tarn_status answer_rows(tarn_call *call, int64_t rows, tarn_error *error) {
    return tarn_call_answer(call, json_pack("{s:I}", "rows", (json_int_t)rows), error);
}

static const tarn_field kept_answer[] = {TARN_MEMBER(INTEGER, "rows", "that it has")};
static const tarn_shape kept_shape = {.name = "RegisteredAnswer", TARN_FIELDS(kept_answer)};

static tarn_status run_register(tarn_call *call, tarn_error *error) {
    int64_t rows;
    if (!tarn_call_has_bytes(call))
        return tarn_fail(error, TARN_E_INVALID, "registerTable: the table's Arrow IPC bytes are missing");
    TARN_TRY(tarn_call_gather(call, error));
    TARN_TRY(tarn_transient_put_ipc(call->workspace, tarn_call_text(call, "name"), call->data, call->data_size,
                                    call->task, &rows, error));
    return answer_rows(call, rows, error);
}

const tarn_deed tarn_op_register_table = {
    {.name = "registerTable",
     .meaning = "Register an Arrow IPC stream or file for queries only; one of that name is replaced. It has no "
                "versions and is in no journal.",
     .how = TARN_RUN_CHANGE,
     .role = TARN_ROLE_WRITER,
     .method = "PUT",
     .path = "/registered/{name}",
     TARN_TAKES(name_parameter),
     .answer = &kept_shape,
     .takes = TARN_BYTES_ROWS},
    run_register};

static tarn_status run_execute(tarn_call *call, tarn_error *error) {
    int64_t rows;
    TARN_TRY(tarn_transient_query_into(call->workspace, tarn_call_text(call, "sql"), tarn_call_text(call, "name"),
                                       call->task, &rows, error));
    return answer_rows(call, rows, error);
}

static const tarn_field execute_parameters[] = {
    TARN_PARAMETER(TEXT, "sql", "the query", .is_needed = true),
    TARN_PARAMETER(TABLE, "name", "what queries call its result", .is_needed = true),
};
const tarn_deed tarn_op_execute_and_register = {{.name = "executeAndRegister",
                                                 .meaning = "Register a query's result.",
                                                 .how = TARN_RUN_CHANGE,
                                                 .role = TARN_ROLE_WRITER,
                                                 .method = "POST",
                                                 .path = "/registered/{name}",
                                                 TARN_TAKES(execute_parameters),
                                                 .answer = &kept_shape},
                                                run_execute};

/* Taking away what is not there is no failure: `removed` says whether it was. */
static tarn_status run_deregister(tarn_call *call, tarn_error *error) {
    tarn_status status = tarn_transient_drop(call->workspace, tarn_call_text(call, "name"), error);
    if (status != TARN_OK && status != TARN_E_NOT_FOUND)
        return status;
    return tarn_call_answer(call, json_pack("{s:b}", "removed", status == TARN_OK), error);
}

static const tarn_field removed_answer[] = {TARN_MEMBER(FLAG, "removed", "whether it was there")};
static const tarn_shape removed_shape = {.name = "DeregisterAnswer", TARN_FIELDS(removed_answer)};
const tarn_deed tarn_op_deregister_table = {{.name = "deregisterTable",
                                             .meaning = "Take away what was registered under a name.",
                                             .how = TARN_RUN_CHANGE,
                                             .role = TARN_ROLE_WRITER,
                                             .method = "DELETE",
                                             .path = "/registered/{name}",
                                             TARN_TAKES(name_parameter),
                                             .answer = &removed_shape},
                                            run_deregister};

static tarn_status run_reset(tarn_call *call, tarn_error *error) {
    (void)error;
    tarn_transient_clear(call->workspace);
    return TARN_OK;
}

const tarn_deed tarn_op_reset = {{.name = "reset",
                                  .meaning = "Take away all that was registered.",
                                  .how = TARN_RUN_CHANGE,
                                  .role = TARN_ROLE_WRITER,
                                  .method = "DELETE",
                                  .path = "/registered"},
                                 run_reset};

static tarn_status run_registered(tarn_call *call, tarn_error *error) {
    tarn_transient_info *tables = NULL;
    size_t count = 0;
    TARN_TRY(tarn_transient_list(call->workspace, &tables, &count, error));
    tarn_status status =
        tarn_call_answer(call, json_pack("{s:o}", "tables", tarn_answer_transients(tables, count)), error);
    tarn_transient_list_free(tables, count);
    return status;
}

static const tarn_field one_registered[] = {
    TARN_MEMBER(TEXT, "name", "what queries call it"),
    TARN_MEMBER(INTEGER, "rows", "that it has"),
    TARN_MEMBER(INTEGER, "columns", "that it has"),
};
static const tarn_shape one_shape = {
    .name = "Registered", .meaning = "A table that is only passing through.", TARN_FIELDS(one_registered)};
static const tarn_field registered_answer[] = {
    TARN_MEMBER(OBJECT, "tables", "all of them", .is_list = true, .shape = &one_shape),
};
static const tarn_shape registered_shape = {.name = "RegisteredTablesAnswer", TARN_FIELDS(registered_answer)};
const tarn_deed tarn_op_registered = {{.name = "registered",
                                       .meaning = "What is registered.",
                                       .how = TARN_RUN_READ,
                                       .role = TARN_ROLE_READER,
                                       .method = "GET",
                                       .path = "/registered",
                                       .answer = &registered_shape},
                                      run_registered};
