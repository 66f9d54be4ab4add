/* The audit log. */
#include "answer/answer.h"
#include "wasm/bridge.h"
#include "wasm/files.h"
#include "wasm/operations.h"

static tarn_status read_filter(const tarn_call *call, tarn_audit_filter *out, tarn_error *error) {
    int64_t before, limit;
    TARN_TRY(tarn_call_text(call, "table", false, &out->table, error));
    TARN_TRY(tarn_call_integer(call, "before", 0, &before, error));
    TARN_TRY(tarn_call_integer(call, "limit", 0, &limit, error));
    if (before < 0 || limit < 0)
        return tarn_fail(error, TARN_E_INVALID, "%s: 'before' and 'limit' must be 0 or more", call->operation->name);
    out->before = (uint64_t)before;
    out->limit = (size_t)limit;
    return TARN_OK;
}

tarn_status tarn_op_audit(tarn_call *call, tarn_error *error) {
    tarn_audit_filter filter = {0};
    tarn_audit_event *events = NULL;
    size_t count = 0;
    TARN_TRY(read_filter(call, &filter, error));
    TARN_TRY(tarn_audit(*call->workspace, &filter, &events, &count, error));
    tarn_status status = tarn_call_answer(call, json_pack("{s:o}", "events", tarn_answer_audit(events, count)), error);
    tarn_audit_free(events, count);
    return status;
}

tarn_status tarn_op_audit_detail(tarn_call *call, tarn_error *error) {
    const char *table;
    int64_t event, limit;
    tarn_audit_detail detail = {0};
    TARN_TRY(tarn_call_integer(call, "event", 0, &event, error));
    TARN_TRY(tarn_call_text(call, "table", false, &table, error));
    TARN_TRY(tarn_call_integer(call, "limit", 1000, &limit, error));
    if (event < 1 || limit < 0)
        return tarn_fail(error, TARN_E_INVALID, "auditDetail: 'event' must be the number of an event");
    TARN_TRY(
        tarn_audit_detail_get(*call->workspace, (uint64_t)event, table, (size_t)limit, call->task, &detail, error));
    tarn_status status = tarn_call_answer(call, tarn_answer_audit_detail(&detail), error);
    tarn_audit_detail_clear(&detail);
    return status;
}

static tarn_status answer_tip(tarn_call *call, const tarn_audit_tip *tip, tarn_error *error) {
    return tarn_call_answer(call, json_pack("{s:I,s:s}", "number", (json_int_t)tip->number, "hash", tip->hash), error);
}

tarn_status tarn_op_audit_tip(tarn_call *call, tarn_error *error) {
    tarn_audit_tip tip;
    TARN_TRY(tarn_audit_tip_get(*call->workspace, &tip, error));
    return answer_tip(call, &tip, error);
}

tarn_status tarn_op_audit_verify(tarn_call *call, tarn_error *error) {
    const char *expected;
    tarn_audit_tip tip, wanted;
    uint64_t events = 0;
    TARN_TRY(tarn_call_text(call, "tip", false, &expected, error));
    if (expected != NULL)
        TARN_TRY(tarn_audit_tip_parse(expected, &wanted, error));
    TARN_TRY(tarn_audit_verify(tarn_bridge_directory(call->bridge), expected != NULL ? &wanted : NULL, &events, &tip,
                               error));
    return tarn_call_answer(call,
                            json_pack("{s:b,s:I,s:{s:I,s:s}}", "holds", true, "events", (json_int_t)events, "tip",
                                      "number", (json_int_t)tip.number, "hash", tip.hash),
                            error);
}

tarn_status tarn_op_audit_export(tarn_call *call, tarn_error *error) {
    tarn_audit_filter filter = {0};
    tarn_audit_export_options options = {0};
    tarn_passing_file passing = {0};
    size_t count = 0;
    tarn_status status = TARN_OK;
    TARN_CHECK(read_filter(call, &filter, error));
    TARN_CHECK(tarn_call_text(call, "path", false, &options.path, error));
    TARN_CHECK(tarn_call_text(call, "format", true, &options.format, error));
    if (options.path == NULL) {
        TARN_CHECK(tarn_passing_file_new(call, "audit", &passing, error));
        options.path = passing.path;
    }
    TARN_CHECK(tarn_audit_export(*call->workspace, &filter, &options, call->task, &count, error));
    if (passing.path != NULL)
        TARN_CHECK(tarn_passing_file_give(call, &passing, error));
    TARN_CHECK(
        tarn_call_answer(call, json_pack("{s:s,s:I}", "format", options.format, "events", (json_int_t)count), error));
cleanup:
    tarn_passing_file_remove(call, &passing);
    return status;
}
