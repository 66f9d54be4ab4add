/**
 * @file operations.h
 * The operations, by family: one file each. What each takes and gives is in docs/requests.md. For src/wasm only.
 */
#ifndef TARN_WASM_OPERATIONS_H
#define TARN_WASM_OPERATIONS_H

#include "wasm/call.h"

/* X(name in a request, how it is run, function) */
#define TARN_OPERATIONS(X)                                                                                             \
    X("open", TARN_RUN_CONTROL, tarn_op_open)                                                                          \
    X("close", TARN_RUN_CONTROL, tarn_op_close)                                                                        \
    X("clear", TARN_RUN_CONTROL, tarn_op_clear)                                                                        \
    X("refresh", TARN_RUN_CHANGE, tarn_op_refresh)                                                                     \
    X("status", TARN_RUN_URGENT, tarn_op_status)                                                                       \
    X("gc", TARN_RUN_CHANGE, tarn_op_gc)                                                                               \
    X("freeze", TARN_RUN_CHANGE, tarn_op_freeze)                                                                       \
    X("thaw", TARN_RUN_CHANGE, tarn_op_thaw)                                                                           \
    X("verify", TARN_RUN_BACKGROUND, tarn_op_verify)                                                                   \
    X("migrate", TARN_RUN_CHANGE, tarn_op_migrate)                                                                     \
    X("tables", TARN_RUN_URGENT, tarn_op_tables)                                                                       \
    X("schema", TARN_RUN_URGENT, tarn_op_schema)                                                                       \
    X("page", TARN_RUN_URGENT, tarn_op_page)                                                                           \
    X("rename", TARN_RUN_CHANGE, tarn_op_rename)                                                                       \
    X("drop", TARN_RUN_CHANGE, tarn_op_drop)                                                                           \
    X("undrop", TARN_RUN_CHANGE, tarn_op_undrop)                                                                       \
    X("import", TARN_RUN_CHANGE, tarn_op_import)                                                                       \
    X("export", TARN_RUN_BACKGROUND, tarn_op_export)                                                                   \
    X("sql", TARN_RUN_READ, tarn_op_sql)                                                                               \
    X("sqlInto", TARN_RUN_CHANGE, tarn_op_sql_into)                                                                    \
    X("registerTable", TARN_RUN_CHANGE, tarn_op_register_table)                                                        \
    X("executeSql", TARN_RUN_READ, tarn_op_sql)                                                                        \
    X("executeAndRegister", TARN_RUN_CHANGE, tarn_op_execute_and_register)                                             \
    X("deregisterTable", TARN_RUN_CHANGE, tarn_op_deregister_table)                                                    \
    X("registered", TARN_RUN_READ, tarn_op_registered)                                                                 \
    X("reset", TARN_RUN_CHANGE, tarn_op_reset)                                                                         \
    X("commands", TARN_RUN_URGENT, tarn_op_commands)                                                                   \
    X("apply", TARN_RUN_CHANGE, tarn_op_apply)                                                                         \
    X("preview", TARN_RUN_READ, tarn_op_preview)                                                                       \
    X("clusters", TARN_RUN_READ, tarn_op_clusters)                                                                     \
    X("match", TARN_RUN_READ, tarn_op_match)                                                                           \
    X("undo", TARN_RUN_CHANGE, tarn_op_undo)                                                                           \
    X("redo", TARN_RUN_CHANGE, tarn_op_redo)                                                                           \
    X("checkout", TARN_RUN_CHANGE, tarn_op_checkout)                                                                   \
    X("log", TARN_RUN_READ, tarn_op_log)                                                                               \
    X("timeline", TARN_RUN_READ, tarn_op_timeline)                                                                     \
    X("audit", TARN_RUN_READ, tarn_op_audit)                                                                           \
    X("auditDetail", TARN_RUN_READ, tarn_op_audit_detail)                                                              \
    X("auditVerify", TARN_RUN_READ, tarn_op_audit_verify)                                                              \
    X("auditTip", TARN_RUN_READ, tarn_op_audit_tip)                                                                    \
    X("auditExport", TARN_RUN_BACKGROUND, tarn_op_audit_export)                                                        \
    X("diff", TARN_RUN_READ, tarn_op_diff)                                                                             \
    X("diffPage", TARN_RUN_URGENT, tarn_op_diff_page)                                                                  \
    X("diffValues", TARN_RUN_READ, tarn_op_diff_values)                                                                \
    X("diffExport", TARN_RUN_BACKGROUND, tarn_op_diff_export)                                                          \
    X("diffRelease", TARN_RUN_URGENT, tarn_op_diff_release)                                                            \
    X("recipes", TARN_RUN_READ, tarn_op_recipes)                                                                       \
    X("recipeSave", TARN_RUN_CHANGE, tarn_op_recipe_save)                                                              \
    X("recipeGet", TARN_RUN_READ, tarn_op_recipe_get)                                                                  \
    X("recipePut", TARN_RUN_CHANGE, tarn_op_recipe_put)                                                                \
    X("recipeDrop", TARN_RUN_CHANGE, tarn_op_recipe_drop)                                                              \
    X("recipeRun", TARN_RUN_CHANGE, tarn_op_recipe_run)                                                                \
    X("recipeCheck", TARN_RUN_READ, tarn_op_recipe_check)

#define TARN_OPERATION_DECLARE(name, how, run) tarn_status run(tarn_call *call, tarn_error *error);
TARN_OPERATIONS(TARN_OPERATION_DECLARE)
#undef TARN_OPERATION_DECLARE

#endif
