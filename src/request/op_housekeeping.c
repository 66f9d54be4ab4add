/* Checking, cleaning up, taking over. */
#include "answer/answer.h"
#include "request/declare.h"
#include "request/operations.h"

static tarn_status run_gc(tarn_call *call, tarn_error *error) {
    tarn_gc_options options = {.dry_run = tarn_call_flag(call, "dry_run"),
                               .keep_versions = (uint64_t)tarn_call_integer(call, "keep_versions", 0),
                               .keep_since = tarn_call_integer(call, "keep_since", 0)};
    tarn_gc_result result;
    TARN_TRY(tarn_gc(call->workspace, &options, call->task, &result, error));
    return tarn_call_answer(call, tarn_answer_gc(&result, options.dry_run), error);
}

static const tarn_field gc_parameters[] = {
    TARN_PARAMETER(FLAG, "dry_run", "only say what would go", .otherwise = "false"),
    TARN_PARAMETER(INTEGER, "keep_versions", "of each table, the newest so many of its line; 0: all of it",
                   TARN_AT_LEAST(0)),
    TARN_PARAMETER(INTEGER, "keep_since", "and what was made since then, from 1970 on", .unit = "microseconds"),
};
static const tarn_field gc_answer[] = {
    TARN_MEMBER(FLAG, "dry_run", "whether nothing was removed"),
    TARN_MEMBER(INTEGER, "versions", "that go"),
    TARN_MEMBER(INTEGER, "tables", "that go"),
    TARN_MEMBER(INTEGER, "batches", "that go"),
    TARN_MEMBER(INTEGER, "bytes", "given back", .unit = "bytes"),
    TARN_MEMBER(INTEGER, "bytes_waiting", "to be given back when nobody reads them any more", .unit = "bytes"),
};
static const tarn_shape gc_shape = {.name = "GcAnswer", TARN_FIELDS(gc_answer)};
const tarn_deed tarn_op_gc = {{.name = "gc",
                               .meaning = "Remove versions that no line reaches, dropped tables, and their data.",
                               .how = TARN_RUN_CHANGE,
                               .role = TARN_ROLE_OWNER,
                               .method = "POST",
                               .path = "/gc",
                               TARN_TAKES(gc_parameters),
                               .answer = &gc_shape},
                              run_gc};

typedef tarn_status (*rewrite)(tarn_workspace *workspace, const char *table, tarn_task *task, tarn_freeze_result *out,
                               tarn_error *error);

static tarn_status rewrite_table(tarn_call *call, rewrite rewrite, tarn_error *error) {
    const char *table = tarn_call_text(call, "table");
    tarn_freeze_result result;
    TARN_TRY(rewrite(call->workspace, table, call->task, &result, error));
    return tarn_call_answer(call, tarn_answer_freeze(table, &result), error);
}

static tarn_status run_freeze(tarn_call *call, tarn_error *error) {
    return rewrite_table(call, tarn_freeze, error);
}

static tarn_status run_thaw(tarn_call *call, tarn_error *error) {
    return rewrite_table(call, tarn_thaw, error);
}

static const tarn_field freeze_parameters[] = {TARN_TAKES_TABLE, TARN_TAKES_IF_VERSION};
static const tarn_field freeze_answer[] = {
    TARN_MEMBER(TABLE, "table", "the table"),
    TARN_MEMBER(INTEGER, "batches", "that were rewritten; 0: there was nothing to do"),
    TARN_MEMBER(INTEGER, "bytes_before", "that those took", .unit = "bytes"),
    TARN_MEMBER(INTEGER, "bytes_after", "that they take now", .unit = "bytes"),
    TARN_MEMBER(INTEGER, "duration_us", "how long it took", .unit = "microseconds"),
};
static const tarn_shape freeze_shape = {.name = "FreezeAnswer", TARN_FIELDS(freeze_answer)};
const tarn_deed tarn_op_freeze = {{.name = "freeze",
                                   .meaning = "Rewrite a table's data in its densest form. No version changes.",
                                   .how = TARN_RUN_CHANGE,
                                   .role = TARN_ROLE_WRITER,
                                   .method = "POST",
                                   .path = "/tables/{table}/freeze",
                                   TARN_TAKES(freeze_parameters),
                                   .answer = &freeze_shape},
                                  run_freeze};
const tarn_deed tarn_op_thaw = {{.name = "thaw",
                                 .meaning = "Rewrite a table's data without compression. No version changes.",
                                 .how = TARN_RUN_CHANGE,
                                 .role = TARN_ROLE_WRITER,
                                 .method = "POST",
                                 .path = "/tables/{table}/thaw",
                                 TARN_TAKES(freeze_parameters),
                                 .answer = &freeze_shape},
                                run_thaw};

static tarn_status verify(tarn_call *call, tarn_verify_result *out, tarn_error *error) {
    if (tarn_call_flag(call, "repair"))
        return tarn_workspace_repair(call->workspace, call->task, out, error);
    return tarn_verify(tarn_workspace_directory(call->workspace), false, call->task, out, error);
}

static tarn_status run_verify(tarn_call *call, tarn_error *error) {
    tarn_verify_result result = {0};
    TARN_TRY(verify(call, &result, error));
    tarn_status status = tarn_call_answer(call, tarn_answer_verify(&result), error);
    tarn_verify_result_clear(&result);
    return status;
}

static const tarn_field verify_parameters[] = {
    TARN_PARAMETER(FLAG, "repair", "set aside what is damaged; changes wait meanwhile", .otherwise = "false"),
};
static const tarn_field problem[] = {
    TARN_MEMBER(TEXT, "what", "what is wrong"),
    TARN_MEMBER(TEXT, "affects", "what it is about", .may_be_null = true),
    TARN_MEMBER(FLAG, "repaired", "whether it was set aside or made good"),
};
static const tarn_shape problem_shape = {.name = "VerifyProblem", TARN_FIELDS(problem)};
static const tarn_field verify_answer[] = {
    TARN_MEMBER(FLAG, "sound", "whether there is no problem"),
    TARN_MEMBER(INTEGER, "records", "that were checked"),
    TARN_MEMBER(INTEGER, "versions", "that were checked"),
    TARN_MEMBER(INTEGER, "batches", "that were checked"),
    TARN_MEMBER(INTEGER, "segments", "that were checked"),
    TARN_MEMBER(INTEGER, "bytes", "that were checked", .unit = "bytes"),
    TARN_MEMBER(OBJECT, "problems", "what was found", .is_list = true, .shape = &problem_shape),
};
static const tarn_shape verify_shape = {.name = "VerifyAnswer", TARN_FIELDS(verify_answer)};
const tarn_deed tarn_op_verify = {{.name = "verify",
                                   .meaning = "Read and check all that is stored.",
                                   .how = TARN_RUN_BACKGROUND,
                                   .role = TARN_ROLE_OWNER,
                                   .method = "POST",
                                   .path = "/verify",
                                   TARN_TAKES(verify_parameters),
                                   .answer = &verify_shape},
                                  run_verify};

static tarn_status run_migrate(tarn_call *call, tarn_error *error) {
    tarn_migration_result result = {0};
    TARN_TRY(tarn_migrate(call->workspace, tarn_call_text(call, "directory"), tarn_call_flag(call, "remove"),
                          call->task, &result, error));
    tarn_status status = tarn_call_answer(call, tarn_answer_migration(&result), error);
    tarn_migration_result_clear(&result);
    return status;
}

static const tarn_field migrate_parameters[] = {
    TARN_PARAMETER(PATH, "directory", "the folder", .is_needed = true),
    TARN_PARAMETER(FLAG, "remove", "remove it when all is taken over, instead of renaming it", .otherwise = "false"),
};
static const tarn_field migrate_answer[] = {
    TARN_MEMBER(FLAG, "complete", "whether everything was taken over"),
    TARN_MEMBER(FLAG, "already", "an earlier run did it: nothing was left to do"),
    TARN_MEMBER(INTEGER, "tables_imported", "that have the rows they should have"),
    TARN_MEMBER(INTEGER, "audit_events_restored", "of the audit details"),
    TARN_MEMBER(TEXT, "folder", "what it is called now; null: it was removed", .may_be_null = true),
    TARN_MEMBER(TEXT, "problems", "what went wrong", .is_list = true),
};
static const tarn_shape migrate_shape = {.name = "MigrationAnswer", TARN_FIELDS(migrate_answer)};
const tarn_deed tarn_op_migrate = {{.name = "migrate",
                                    .meaning = "Take over a folder of the earlier layout.",
                                    .how = TARN_RUN_CHANGE,
                                    .role = TARN_ROLE_OWNER,
                                    .method = "POST",
                                    .path = "/migrate",
                                    TARN_TAKES(migrate_parameters),
                                    .answer = &migrate_shape},
                                   run_migrate};
