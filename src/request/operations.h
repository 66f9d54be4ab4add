/**
 * @file operations.h
 * All operations, in the order in which documents list them; each is declared in its family's file. For src/request
 * only.
 */
#ifndef TARN_REQUEST_OPERATIONS_H
#define TARN_REQUEST_OPERATIONS_H

#include "request/call.h"

// clang-format off
#define TARN_OPERATIONS(X) \
    X(open) X(close) X(clear) X(status) X(refresh) X(tables) X(schema) X(page) X(view) X(view_page) X(view_release) X(rename) X(drop) \
    X(undrop) X(import) X(export) X(export_sql) X(sql) X(sql_into) X(registered) X(register_table) \
    X(execute_and_register) X(deregister_table) X(reset) X(commands) X(apply) X(apply_with_key_map) \
    X(preview) X(clusters) X(match) X(undo) X(redo) X(checkout) X(log) X(timeline) X(diff) X(diff_page) \
    X(diff_values) X(diff_export) X(diff_release) X(blind_digests) X(blind_compare) X(audit) \
    X(audit_detail) X(audit_tip) X(audit_verify) X(audit_export) X(audit_limit) X(audit_set_limit) \
    X(recipes) X(recipe_save) X(recipe_get) X(recipe_put) X(recipe_drop) X(recipe_run) X(recipe_check) \
    X(jobs) X(job_cancel) X(listen) X(verify) X(gc) X(freeze) X(thaw) X(migrate)
// clang-format on

#define TARN_OPERATION_DECLARE(name) extern const tarn_deed tarn_op_##name;
TARN_OPERATIONS(TARN_OPERATION_DECLARE)
#undef TARN_OPERATION_DECLARE

/** By name; NULL when there is none. */
const tarn_deed *tarn_deed_find(const char *name);
/** TARN_E_INVALID, with the nearest name that there is. */
tarn_status tarn_operation_unknown(const char *name, tarn_error *error);

#endif
