/* SQL. */
#include "answer/answer.h"
#include "engine/engine.h"
#include "request/declare.h"
#include "request/operations.h"

#include <stdlib.h>

static tarn_value value_of(const json_t *value) {
    if (json_is_boolean(value))
        return (tarn_value){.kind = TARN_VALUE_BOOLEAN, .as.boolean = json_is_true(value)};
    if (json_is_integer(value))
        return (tarn_value){.kind = TARN_VALUE_INTEGER, .as.integer = json_integer_value(value)};
    if (json_is_real(value))
        return (tarn_value){.kind = TARN_VALUE_NUMBER, .as.number = json_real_value(value)};
    if (json_is_string(value))
        return (tarn_value){.kind = TARN_VALUE_TEXT, .as.text = json_string_value(value)};
    return (tarn_value){.kind = TARN_VALUE_NULL};
}

/* The values for `?` and `$1`; the list is heap. */
static tarn_status read_values(const tarn_call *call, tarn_value **out, size_t *count, tarn_error *error) {
    const json_t *list = tarn_call_json(call, "params");
    *count = json_array_size(list);
    *out = calloc(*count + 1, sizeof **out);
    if (*out == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < *count; i++)
        (*out)[i] = value_of(json_array_get(list, i));
    return TARN_OK;
}

static tarn_status run_sql(tarn_call *call, tarn_error *error) {
    tarn_value *values = NULL;
    size_t count = 0;
    int64_t rows;
    bool more;
    struct ArrowArrayStream stream = {0};
    TARN_TRY(read_values(call, &values, &count, error));
    tarn_status status =
        tarn_query_with(call->workspace, tarn_call_text(call, "sql"), values, count, call->task, &stream, error);
    free(values);
    if (status != TARN_OK)
        return status;
    status = tarn_call_give_stream(call, &stream, tarn_call_integer(call, "limit", INT64_MAX), &rows, &more, error);
    tarn_stream_release(&stream);
    if (status == TARN_OK)
        status = tarn_call_answer(call, json_pack("{s:I,s:b}", "rows", (json_int_t)rows, "more", more), error);
    return status;
}

static const tarn_field sql_parameters[] = {
    TARN_PARAMETER(TEXT, "sql", "one statement that reads", .is_needed = true),
    TARN_PARAMETER(VALUE, "params", "values for ?, or $1 …: each is what a literal in its place would be",
                   .is_list = true, .may_hold_null = true),
    TARN_PARAMETER(INTEGER, "limit", "how many rows at most", .unit = "rows", TARN_AT_LEAST(0)),
    TARN_TAKES_FORMAT,
};
static const tarn_field sql_answer[] = {
    TARN_MEMBER(INTEGER, "rows", "in the bytes"),
    TARN_MEMBER(FLAG, "more", "whether there are more than the limit let through"),
};
static const tarn_shape sql_shape = {.name = "SqlAnswer", TARN_FIELDS(sql_answer)};
const tarn_deed tarn_op_sql = {{.name = "sql",
                                .meaning = "Run a query over the workspace's tables and what is registered.",
                                .how = TARN_RUN_READ,
                                .role = TARN_ROLE_READER,
                                .method = "POST",
                                .path = "/sql",
                                TARN_TAKES(sql_parameters),
                                .answer = &sql_shape,
                                .gives = TARN_BYTES_ROWS},
                               run_sql};

static tarn_status run_sql_into(tarn_call *call, tarn_error *error) {
    tarn_change change = {0};
    TARN_TRY(tarn_query_into(call->workspace, tarn_call_text(call, "sql"), tarn_call_text(call, "table"),
                             (tarn_if_exists)tarn_call_choice(call, "if_exists"), call->task, &change, error));
    tarn_status status = tarn_call_answer(call, tarn_answer_change(&change), error);
    tarn_change_clear(&change);
    return status;
}

static const tarn_field sql_into_parameters[] = {
    TARN_PARAMETER(TEXT, "sql", "one statement that reads", .is_needed = true),
    TARN_TAKES_TABLE,
    TARN_PARAMETER(TEXT, "if_exists", "what to do about a table that has the name", .otherwise = "\"fail\"",
                   .choices = tarn_if_exists_choices),
    TARN_TAKES_IF_VERSION,
};
const tarn_deed tarn_op_sql_into = {{.name = "sqlInto",
                                     .meaning = "Keep a query's result as a table.",
                                     .how = TARN_RUN_CHANGE,
                                     .role = TARN_ROLE_WRITER,
                                     .method = "POST",
                                     .path = "/tables/{table}/from-sql",
                                     TARN_TAKES(sql_into_parameters),
                                     .answer = &tarn_shape_change},
                                    run_sql_into};
