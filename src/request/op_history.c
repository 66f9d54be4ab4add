/* The line of versions: moving along it, and reading it. */
#include "answer/answer.h"
#include "request/declare.h"
#include "request/operations.h"

static tarn_status answer_change(tarn_call *call, tarn_status status, tarn_change *change, tarn_error *error) {
    if (status == TARN_OK)
        status = tarn_call_answer(call, tarn_answer_change(change), error);
    tarn_change_clear(change);
    return status;
}

static unsigned steps_of(const tarn_call *call) {
    return (unsigned)tarn_call_integer(call, "steps", 1);
}

static tarn_status run_undo(tarn_call *call, tarn_error *error) {
    tarn_change change = {0};
    tarn_status status = tarn_undo(call->workspace, tarn_call_text(call, "table"), steps_of(call), &change, error);
    return answer_change(call, status, &change, error);
}

static tarn_status run_redo(tarn_call *call, tarn_error *error) {
    tarn_change change = {0};
    tarn_status status = tarn_redo(call->workspace, tarn_call_text(call, "table"), steps_of(call), &change, error);
    return answer_change(call, status, &change, error);
}

static tarn_status run_checkout(tarn_call *call, tarn_error *error) {
    tarn_change change = {0};
    tarn_status status = tarn_checkout(call->workspace, tarn_call_text(call, "version"), &change, error);
    return answer_change(call, status, &change, error);
}

static const tarn_field steps_parameters[] = {
    TARN_TAKES_TABLE,
    TARN_PARAMETER(INTEGER, "steps", "how many", .otherwise = "1", TARN_BETWEEN(1, 4294967295.0)),
    TARN_TAKES_IF_VERSION,
};
const tarn_deed tarn_op_undo = {{.name = "undo",
                                 .meaning = "Go back along the table's line of versions.",
                                 .how = TARN_RUN_CHANGE,
                                 .role = TARN_ROLE_WRITER,
                                 .method = "POST",
                                 .path = "/tables/{table}/undo",
                                 TARN_TAKES(steps_parameters),
                                 .answer = &tarn_shape_change},
                                run_undo};
const tarn_deed tarn_op_redo = {{.name = "redo",
                                 .meaning = "Go forward again along the table's line of versions.",
                                 .how = TARN_RUN_CHANGE,
                                 .role = TARN_ROLE_WRITER,
                                 .method = "POST",
                                 .path = "/tables/{table}/redo",
                                 TARN_TAKES(steps_parameters),
                                 .answer = &tarn_shape_change},
                                run_redo};

static const tarn_field checkout_parameters[] = {
    TARN_PARAMETER(VERSION, "version", "the version: orders@3", .is_needed = true),
    TARN_TAKES_IF_VERSION,
};
const tarn_deed tarn_op_checkout = {{.name = "checkout",
                                     .meaning = "Make any version the one that people see.",
                                     .how = TARN_RUN_CHANGE,
                                     .role = TARN_ROLE_WRITER,
                                     .method = "POST",
                                     .path = "/tables/{version}/checkout",
                                     TARN_TAKES(checkout_parameters),
                                     .answer = &tarn_shape_change},
                                    run_checkout};

static tarn_status run_log(tarn_call *call, tarn_error *error) {
    tarn_log_entry *entries = NULL;
    size_t count = 0;
    TARN_TRY(tarn_log(call->workspace, tarn_call_text(call, "table"), &entries, &count, error));
    tarn_status status = tarn_call_answer(call, json_pack("{s:o}", "versions", tarn_answer_log(entries, count)), error);
    tarn_log_free(entries, count);
    return status;
}

static const tarn_field table_parameters[] = {TARN_TAKES_TABLE};
static const tarn_field log_answer[] = {
    TARN_MEMBER(OBJECT, "versions", "the newest first", .is_list = true, .shape = &tarn_shape_log_entry),
};
static const tarn_shape log_shape = {.name = "LogAnswer", TARN_FIELDS(log_answer)};
const tarn_deed tarn_op_log = {{.name = "log",
                                .meaning = "A table's versions whose data is there.",
                                .how = TARN_RUN_READ,
                                .role = TARN_ROLE_READER,
                                .method = "GET",
                                .path = "/tables/{table}/log",
                                TARN_TAKES(table_parameters),
                                .answer = &log_shape},
                               run_log};

static tarn_status run_timeline(tarn_call *call, tarn_error *error) {
    tarn_timeline timeline = {0};
    TARN_TRY(tarn_timeline_get(call->workspace, tarn_call_text(call, "table"), &timeline, error));
    tarn_status status = tarn_call_answer(call, tarn_answer_timeline(&timeline), error);
    tarn_timeline_clear(&timeline);
    return status;
}

static const tarn_field timeline_answer[] = {
    TARN_MEMBER(TABLE, "table", "the table"),
    TARN_MEMBER(INTEGER, "head", "the version that people see"),
    TARN_MEMBER(INTEGER, "tip", "the end of the line that undo and redo go along"),
    TARN_MEMBER(INTEGER, "newest", "the highest number of a version"),
    TARN_MEMBER(FLAG, "can_undo", "whether there is a version before the head"),
    TARN_MEMBER(FLAG, "can_redo", "whether there is one behind it"),
    TARN_MEMBER(OBJECT, "versions", "all of them, the oldest first", .is_list = true, .shape = &tarn_shape_log_entry),
};
static const tarn_shape timeline_shape = {
    .name = "Timeline", .meaning = "The whole tree of a table's versions.", TARN_FIELDS(timeline_answer)};
const tarn_deed tarn_op_timeline = {{.name = "timeline",
                                     .meaning = "The whole tree of a table's versions.",
                                     .how = TARN_RUN_READ,
                                     .role = TARN_ROLE_READER,
                                     .method = "GET",
                                     .path = "/tables/{table}/timeline",
                                     TARN_TAKES(table_parameters),
                                     .answer = &timeline_shape},
                                    run_timeline};
