/* The audit log. */
#include "answer/answer.h"
#include "request/declare.h"
#include "request/files.h"
#include "request/operations.h"
#include "request/session.h"

static tarn_audit_filter read_filter(const tarn_call *call) {
    return (tarn_audit_filter){.table = tarn_call_text(call, "table"),
                               .before = (uint64_t)tarn_call_integer(call, "before", 0),
                               .limit = (size_t)tarn_call_integer(call, "limit", 0)};
}

/* Whether all tables that an event is about are the caller's to know of. */
static bool permits(const tarn_context *context, const tarn_audit_event *event) {
    bool permitted = true;
    for (size_t i = 0; i < event->table_count; i++)
        permitted = permitted && tarn_context_permits(context, event->tables[i].name);
    return permitted && (context->tables == NULL || event->table_count > 0);
}

/* Those that they may know of come first; how many they are, in their order. */
static size_t sort_out(const tarn_context *context, tarn_audit_event *events, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (!permits(context, &events[i]))
            continue;
        tarn_audit_event other = events[kept];
        events[kept++] = events[i];
        events[i] = other;
    }
    return kept;
}

static tarn_status run_audit(tarn_call *call, tarn_error *error) {
    tarn_audit_filter filter = read_filter(call);
    tarn_audit_event *events = NULL;
    size_t count = 0;
    TARN_TRY(tarn_audit(call->workspace, &filter, &events, &count, error));
    size_t kept = sort_out(&call->session->context, events, count);
    tarn_status status = tarn_call_answer(call, json_pack("{s:o}", "events", tarn_answer_audit(events, kept)), error);
    tarn_audit_free(events, count);
    return status;
}

#define WHICH_EVENTS                                                                                                   \
    TARN_PARAMETER(TABLE, "table", "only events about this table, also a dropped one"),                                \
        TARN_PARAMETER(INTEGER, "before", "only events with a lower number; 0: any", .otherwise = "0",                 \
                       TARN_AT_LEAST(0)),                                                                              \
        TARN_PARAMETER(INTEGER, "limit", "the newest so many of those; 0: all", .otherwise = "0", TARN_AT_LEAST(0))

static const tarn_field audit_parameters[] = {WHICH_EVENTS};
static const tarn_field audit_table[] = {
    TARN_MEMBER(TABLE, "table", "what it was called then"),
    TARN_MEMBER(INTEGER, "before", "its version before; null: there was none", .may_be_null = true),
    TARN_MEMBER(INTEGER, "version", "its version after; null: there is none", .may_be_null = true),
};
static const tarn_shape audit_table_shape = {.name = "AuditTable", TARN_FIELDS(audit_table)};
static const tarn_field audit_event[] = {
    TARN_MEMBER(INTEGER, "number", "from 1 on"),
    TARN_MEMBER(TIME, "time", "when it happened"),
    TARN_MEMBER(TEXT, "user", "who did it"),
    TARN_MEMBER(TEXT, "event", "import, command, edit, undo, redo, checkout, export, gc …"),
    TARN_MEMBER(TEXT, "command", "by which command", .may_be_null = true),
    TARN_MEMBER(OBJECT, "tables", "that it is about", .is_list = true, .shape = &audit_table_shape),
    TARN_MEMBER(OBJECT, "parameters", "with which parameters; secrets are ***", .may_be_null = true),
    TARN_SOMETIMES(TEXT, "old", "of the edit of one cell: the value before", .may_be_null = true),
    TARN_SOMETIMES(TEXT, "new", "of the edit of one cell: the value after", .may_be_null = true),
    TARN_MEMBER(INTEGER, "rows_changed", "null: not known", .may_be_null = true),
    TARN_MEMBER(INTEGER, "cells_changed", "null: not known", .may_be_null = true),
    TARN_MEMBER(INTEGER, "duration_us", "how long it took", .unit = "microseconds", .may_be_null = true),
    TARN_MEMBER(TEXT, "previous", "the SHA-256 of the event before"),
    TARN_MEMBER(TEXT, "hash", "its own"),
};
static const tarn_shape event_shape = {
    .name = "AuditEvent", .meaning = "An event of the audit log.", TARN_FIELDS(audit_event)};
static const tarn_field audit_answer[] = {
    TARN_MEMBER(OBJECT, "events", "by rising number", .is_list = true, .shape = &event_shape),
};
static const tarn_shape audit_shape = {.name = "AuditAnswer", TARN_FIELDS(audit_answer)};
const tarn_deed tarn_op_audit = {{.name = "audit",
                                  .meaning = "Who did what, and when.",
                                  .how = TARN_RUN_READ,
                                  .role = TARN_ROLE_READER,
                                  .method = "GET",
                                  .path = "/audit",
                                  TARN_TAKES(audit_parameters),
                                  .answer = &audit_shape},
                                 run_audit};

static tarn_status run_detail(tarn_call *call, tarn_error *error) {
    tarn_audit_detail detail = {0};
    TARN_TRY(tarn_audit_detail_get(call->workspace, (uint64_t)tarn_call_integer(call, "event", 0),
                                   tarn_call_text(call, "table"), (size_t)tarn_call_integer(call, "limit", 0),
                                   call->task, &detail, error));
    tarn_status status = tarn_context_permits(&call->session->context, detail.table)
                             ? tarn_call_answer(call, tarn_answer_audit_detail(&detail), error)
                             : tarn_fail(error, TARN_E_NOT_FOUND, "the audit log has no event %lld",
                                         (long long)tarn_call_integer(call, "event", 0));
    tarn_audit_detail_clear(&detail);
    return status;
}

static const tarn_field detail_parameters[] = {
    TARN_PARAMETER(INTEGER, "event", "its number", .is_needed = true, TARN_AT_LEAST(1)),
    TARN_PARAMETER(TABLE, "table", "which of its tables; the first unless given"),
    TARN_PARAMETER(INTEGER, "limit", "how many rows at most", .unit = "rows", .otherwise = "1000", TARN_AT_LEAST(0)),
};
static const tarn_field detail_cell[] = {
    TARN_MEMBER(TEXT, "column", "the column"),
    TARN_MEMBER(TEXT, "before", "the value before", .may_be_null = true),
    TARN_MEMBER(TEXT, "after", "the value after", .may_be_null = true),
};
static const tarn_shape cell_shape = {.name = "DetailCell", TARN_FIELDS(detail_cell)};
static const char *const fates[] = {"changed", "added", "removed", NULL};
static const tarn_field detail_row[] = {
    TARN_MEMBER(INTEGER, "row", "its id"),
    TARN_MEMBER(TEXT, "change", "what became of it", .choices = fates),
    TARN_MEMBER(OBJECT, "cells", "those that changed; all of a row that was added or removed", .is_list = true,
                .shape = &cell_shape),
};
static const tarn_shape row_shape = {.name = "DetailRow", TARN_FIELDS(detail_row)};
static const tarn_field detail_answer[] = {
    TARN_MEMBER(INTEGER, "event", "its number"),
    TARN_MEMBER(TABLE, "table", "the table"),
    TARN_MEMBER(INTEGER, "before", "its version before", .may_be_null = true),
    TARN_MEMBER(INTEGER, "version", "its version after"),
    TARN_MEMBER(TEXT, "gone", "why there is no detail any more", .may_be_null = true),
    TARN_MEMBER(TEXT, "notes", "what happened to columns and to the order of rows", .is_list = true),
    TARN_MEMBER(OBJECT, "rows", "by id", .is_list = true, .shape = &row_shape),
    TARN_MEMBER(FLAG, "complete", "whether there are no more rows than these"),
};
static const tarn_shape detail_shape = {
    .name = "AuditDetail", .meaning = "What an event did, row by row.", TARN_FIELDS(detail_answer)};
const tarn_deed tarn_op_audit_detail = {{.name = "auditDetail",
                                         .meaning = "What an event did to the rows of a table.",
                                         .how = TARN_RUN_READ,
                                         .role = TARN_ROLE_READER,
                                         .method = "GET",
                                         .path = "/audit/events/{event}",
                                         TARN_TAKES(detail_parameters),
                                         .answer = &detail_shape},
                                        run_detail};

static tarn_status run_tip(tarn_call *call, tarn_error *error) {
    tarn_audit_tip tip;
    TARN_TRY(tarn_audit_tip_get(call->workspace, &tip, error));
    return tarn_call_answer(call, tarn_answer_tip(&tip), error);
}

const tarn_deed tarn_op_audit_tip = {{.name = "auditTip",
                                      .meaning = "The last event: kept elsewhere, it shows whether the log was "
                                                 "rewritten.",
                                      .how = TARN_RUN_READ,
                                      .role = TARN_ROLE_READER,
                                      .method = "GET",
                                      .path = "/audit/tip",
                                      .answer = &tarn_shape_tip},
                                     run_tip};

static tarn_status run_verify(tarn_call *call, tarn_error *error) {
    const char *expected = tarn_call_text(call, "tip");
    tarn_audit_tip tip, wanted;
    uint64_t events = 0;
    if (expected != NULL)
        TARN_TRY(tarn_audit_tip_parse(expected, &wanted, error));
    TARN_TRY(tarn_audit_verify(tarn_workspace_directory(call->workspace), expected != NULL ? &wanted : NULL, &events,
                               &tip, error));
    return tarn_call_answer(call, tarn_answer_audit_verified(events, &tip), error);
}

static const tarn_field verify_parameters[] = {
    TARN_PARAMETER(TEXT, "tip", "NUMBER:HASH of an event that must be in the chain"),
};
static const tarn_field verify_answer[] = {
    TARN_MEMBER(FLAG, "holds", "true; a chain that does not hold is a failure, TARN_E_CORRUPT"),
    TARN_MEMBER(INTEGER, "events", "that were checked"),
    TARN_MEMBER(OBJECT, "tip", "the last of them", .shape = &tarn_shape_tip),
};
static const tarn_shape verify_shape = {.name = "AuditVerified", TARN_FIELDS(verify_answer)};
const tarn_deed tarn_op_audit_verify = {{.name = "auditVerify",
                                         .meaning = "Compute the chain of hashes again.",
                                         .how = TARN_RUN_READ,
                                         .role = TARN_ROLE_READER,
                                         .method = "GET",
                                         .path = "/audit/verify",
                                         TARN_TAKES(verify_parameters),
                                         .answer = &verify_shape},
                                        run_verify};

static tarn_status run_export(tarn_call *call, tarn_error *error) {
    tarn_audit_filter filter = read_filter(call);
    const char *path = tarn_call_text(call, "path");
    tarn_byte_sink sink = tarn_call_sink(call);
    tarn_audit_export_options options = {
        .path = path, .sink = path != NULL ? NULL : &sink, .format = tarn_call_text(call, "format")};
    size_t count = 0;
    if (path == NULL)
        tarn_call_begin_bytes(call, tarn_media_type(options.format));
    TARN_TRY(tarn_audit_export(call->workspace, &filter, &options, call->task, &count, error));
    return tarn_call_answer(call, tarn_answer_audit_export(path, options.format, count), error);
}

static const char *const formats[] = {"csv", "text", "html", NULL};
static const tarn_field export_parameters[] = {
    WHICH_EVENTS,
    TARN_PARAMETER(TEXT, "format", "html: to be printed, or saved as PDF by a browser", .otherwise = "\"csv\"",
                   .choices = formats),
    TARN_PARAMETER(PATH, "path", "where the file goes; without: into the bytes"),
};
static const tarn_field export_answer[] = {
    TARN_MEMBER(TEXT, "path", "where the file is; null: it is in the bytes", .may_be_null = true),
    TARN_MEMBER(TEXT, "format", "its format"),
    TARN_MEMBER(INTEGER, "events", "in it"),
};
static const tarn_shape export_shape = {.name = "AuditExport", TARN_FIELDS(export_answer)};
const tarn_deed tarn_op_audit_export = {{.name = "auditExport",
                                         .meaning = "The audit log, or a table's, as a file.",
                                         .how = TARN_RUN_BACKGROUND,
                                         .role = TARN_ROLE_OWNER,
                                         .method = "GET",
                                         .path = "/audit/export",
                                         TARN_TAKES(export_parameters),
                                         .answer = &export_shape,
                                         .gives = TARN_BYTES_FILE},
                                        run_export};

/* ---- the limit -------------------------------------------------------------------------------------------------- */

static tarn_status run_limit(tarn_call *call, tarn_error *error) {
    uint64_t keep;
    TARN_TRY(tarn_audit_limit(call->workspace, &keep, error));
    return tarn_call_answer(call, tarn_answer_audit_limit(keep), error);
}

static tarn_status run_set_limit(tarn_call *call, tarn_error *error) {
    uint64_t keep = (uint64_t)tarn_call_integer(call, "keep", 0);
    TARN_TRY(tarn_audit_set_limit(call->workspace, keep, error));
    return tarn_call_answer(call, tarn_answer_audit_limit(keep), error);
}

static const tarn_field limit_parameters[] = {
    TARN_PARAMETER(INTEGER, "keep", "how many events to keep from now on; 0: all", .is_needed = true, TARN_AT_LEAST(0)),
};
static const tarn_field limit_answer[] = {TARN_MEMBER(INTEGER, "keep", "how many events are kept; 0: all")};
static const tarn_shape limit_shape = {.name = "AuditLimit", TARN_FIELDS(limit_answer)};
const tarn_deed tarn_op_audit_limit = {{.name = "auditLimit",
                                        .meaning = "How many events are kept.",
                                        .how = TARN_RUN_URGENT,
                                        .role = TARN_ROLE_READER,
                                        .method = "GET",
                                        .path = "/audit/limit",
                                        .answer = &limit_shape},
                                       run_limit};
const tarn_deed tarn_op_audit_set_limit = {{.name = "auditSetLimit",
                                            .meaning = "Keep only the newest events from now on.",
                                            .how = TARN_RUN_CHANGE,
                                            .role = TARN_ROLE_OWNER,
                                            .method = "PUT",
                                            .path = "/audit/limit",
                                            TARN_TAKES(limit_parameters),
                                            .answer = &limit_shape},
                                           run_set_limit};
