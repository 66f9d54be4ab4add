// Who asks: sessions, what they may do, and their requests until they run.
#include "request/session.h"

#include "base/clock.h"
#include "base/text.h"
#include "jobs/jobs.h"
#include "request/check.h"
#include "request/operations.h"
#include "store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- contexts -------------------------------------------------------------------------------------------------- */

static tarn_status copy_text(const char *text, const char **out, tarn_error *error) {
    *out = text != NULL ? tarn_strdup(text) : NULL;
    return text != NULL && *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}

/* As one path for everybody who joins others to it, wherever the process goes. */
static tarn_status copy_folder(const char *folder, const char **out, tarn_error *error) {
    if (folder == NULL)
        return TARN_OK;
    *out = realpath(folder, NULL);
    return *out != NULL ? TARN_OK : tarn_fail_errno(error, errno, "cannot find the folder %s", folder);
}

static tarn_status copy_context(const tarn_context *from, tarn_context *to, tarn_error *error) {
    *to = *from;
    to->user = to->folder = NULL;
    to->tables = NULL;
    to->table_count = 0;
    TARN_TRY(copy_text(from->user, &to->user, error));
    TARN_TRY(copy_folder(from->folder, &to->folder, error));
    if (from->tables == NULL)
        return TARN_OK;
    const char **patterns = calloc(from->table_count + 1, sizeof *patterns);
    to->tables = patterns;
    if (patterns == NULL)
        return tarn_fail_memory(error);
    for (; to->table_count < from->table_count; to->table_count++)
        TARN_TRY(copy_text(from->tables[to->table_count], &patterns[to->table_count], error));
    return TARN_OK;
}

bool tarn_context_permits(const tarn_context *context, const char *table) {
    const tarn_table_filter filter = {.patterns = context->tables, .count = context->table_count};
    return tarn_table_is_permitted(context->tables != NULL ? &filter : NULL, table);
}

/* "orders@3" is about "orders". */
static bool permits_version(const tarn_context *context, const char *version) {
    char *table = tarn_strndup(version, strcspn(version, "@~"));
    bool permitted = table != NULL && tarn_context_permits(context, table);
    free(table);
    return permitted;
}

tarn_status tarn_session_open(tarn_service *service, const tarn_context *context, const tarn_session_listener *listener,
                              tarn_session **out, tarn_error *error) {
    static const tarn_context owner = {0};
    tarn_session *session = calloc(1, sizeof *session);
    *out = NULL;
    if (session == NULL)
        return tarn_fail_memory(error);
    session->service = service;
    if (listener != NULL)
        session->listener = *listener;
    tarn_status status = copy_context(context != NULL ? context : &owner, &session->context, error);
    tarn_handles_init(&session->handles, &session->context);
    pthread_mutex_lock(&service->mutex);
    session->next = service->sessions;
    service->sessions = session;
    pthread_mutex_unlock(&service->mutex);
    if (status == TARN_OK)
        *out = session;
    else
        tarn_session_close(session);
    return status;
}

tarn_status tarn_session_tag(tarn_session *session, const char *version, char tag[TARN_TAG_SIZE], tarn_error *error) {
    tarn_workspace *workspace = session->service->workspace;
    if (workspace == NULL)
        return tarn_fail(error, TARN_E_INVALID, "no workspace is open");
    if (!permits_version(&session->context, version))
        return tarn_fail(error, TARN_E_NOT_FOUND, "there is no table \"%s\"", version);
    return tarn_version_tag(workspace, version, tag, error);
}

/* ---- requests -------------------------------------------------------------------------------------------------- */

static tarn_status check_role(const tarn_session *session, const tarn_operation *operation, tarn_error *error) {
    static const char *const names[] = {"an owner", "a writer", "a reader"};
    if (session->context.role > operation->role)
        return tarn_fail(error, TARN_E_FORBIDDEN, "%s is for %s of the workspace", operation->name,
                         names[operation->role]);
    if (operation->how == TARN_RUN_CONTROL && !session->service->owns_workspace)
        return tarn_fail(error, TARN_E_FORBIDDEN, "%s: which workspace is served is not to be chosen here",
                         operation->name);
    return TARN_OK;
}

/* One that they may not know of is as if it were not there. */
static tarn_status check_table(const tarn_session *session, const tarn_field *field, const json_t *value,
                               tarn_error *error) {
    if (field->kind != TARN_FIELD_TABLE && field->kind != TARN_FIELD_VERSION)
        return TARN_OK;
    for (size_t i = 0; json_is_array(value) && i < json_array_size(value); i++)
        TARN_TRY(check_table(session, field, json_array_get(value, i), error));
    const char *name = json_string_value(value);
    if (name == NULL || permits_version(&session->context, name))
        return TARN_OK;
    return tarn_fail(error, TARN_E_NOT_FOUND, "there is no table \"%.*s\"", (int)strcspn(name, "@~"), name);
}

static tarn_status check_tables(const tarn_session *session, const tarn_operation *operation, const json_t *request,
                                tarn_error *error) {
    if (session->context.tables == NULL)
        return TARN_OK;
    for (size_t i = 0; i < operation->parameter_count; i++) {
        const tarn_field *field = &operation->parameters[i];
        TARN_TRY(check_table(session, field, json_object_get(request, field->name), error));
    }
    return TARN_OK;
}

/* A file of the disk, as the fence around it wants it named: standard input and output are not the caller's. */
static tarn_status place_path(const tarn_session *session, json_t *request, const tarn_field *field,
                              tarn_error *error) {
    const char *path = json_string_value(json_object_get(request, field->name));
    if (field->kind != TARN_FIELD_PATH || path == NULL || session->context.files == TARN_FILES_ALL)
        return TARN_OK;
    if (session->context.files == TARN_FILES_NONE || strcmp(path, "-") == 0)
        return tarn_fail(error, TARN_E_FORBIDDEN, "%s: files of this machine cannot be named here: send the bytes",
                         path);
    char *whole = path[0] == '/' ? tarn_strdup(path) : tarn_path_join(session->context.folder, path);
    json_t *text = whole != NULL ? json_string(whole) : NULL;
    free(whole);
    return json_object_set_new(request, field->name, text) == 0 ? TARN_OK : tarn_fail_memory(error);
}

static tarn_status place_paths(const tarn_session *session, const tarn_operation *operation, json_t *request,
                               tarn_error *error) {
    for (size_t i = 0; i < operation->parameter_count; i++)
        TARN_TRY(place_path(session, request, &operation->parameters[i], error));
    return TARN_OK;
}

/* Understand what is asked for; the call's arguments and operation. */
static tarn_status parse(tarn_call *call, const tarn_request *request, tarn_error *error) {
    json_error_t wrong;
    call->arguments = json_loadb(request->json, request->json_size, JSON_REJECT_DUPLICATES, &wrong);
    if (call->arguments == NULL)
        return tarn_fail(error, TARN_E_INVALID, "the request is not JSON: %s", wrong.text);
    const char *name = json_string_value(json_object_get(call->arguments, "op"));
    if (name == NULL)
        return tarn_fail(error, TARN_E_INVALID, "the request has no 'op'");
    call->operation = tarn_deed_find(name);
    if (call->operation == NULL)
        return tarn_operation_unknown(name, error);
    const tarn_operation *operation = &call->operation->declared;
    TARN_TRY(check_role(call->session, operation, error));
    TARN_TRY(tarn_check_request(operation, call->arguments, error));
    if ((request->bytes != NULL || request->source != NULL) && operation->takes == TARN_BYTES_NONE)
        return tarn_fail(error, TARN_E_INVALID, "%s takes no bytes", name);
    TARN_TRY(check_tables(call->session, operation, call->arguments, error));
    return place_paths(call->session, operation, call->arguments, error);
}

tarn_status tarn_call_new(tarn_session *session, const tarn_request *request, tarn_call **out, tarn_error *error) {
    tarn_call *call = calloc(1, sizeof *call);
    *out = NULL;
    if (call == NULL)
        return tarn_fail_memory(error);
    *call = (tarn_call){.session = session, .since = tarn_monotonic()};
    tarn_status status = parse(call, request, error);
    if (status == TARN_OK)
        status = tarn_task_new(&call->task, error);
    if (status != TARN_OK) {
        tarn_call_free(call);
        return status;
    }
    call->data = request->bytes;
    call->data_size = request->byte_count;
    call->owned = request->hands_over ? (uint8_t *)request->bytes : NULL;
    if (request->source != NULL) {
        call->source_copy = *request->source;
        call->source = &call->source_copy;
    }
    if (request->sink != NULL) {
        call->sink_copy = *request->sink;
        call->sink = &call->sink_copy;
    }
    *out = call;
    return TARN_OK;
}

void tarn_call_free(tarn_call *call) {
    if (call == NULL)
        return;
    json_decref(call->arguments);
    json_decref(call->answer);
    tarn_task_release(call->task);
    tarn_buffer_free(&call->out);
    free(call->owned);
    free(call->passing);
    free(call);
}

/* As the one who asks may use it. */
static tarn_status open_workspace(tarn_call *call, tarn_error *error) {
    tarn_service *service = call->session->service;
    const tarn_operation *operation = &call->operation->declared;
    if (operation->how == TARN_RUN_CONTROL)
        return TARN_OK;
    if (service->workspace == NULL)
        return tarn_fail(error, TARN_E_INVALID, "%s: no workspace is open: open one first", operation->name);
    return tarn_workspace_as(service->workspace, &call->session->context,
                             (uint64_t)tarn_call_integer(call, "if_version", 0), &call->workspace, error);
}

tarn_status tarn_call_carry_out(tarn_call *call, tarn_error *error) {
    TARN_TRY(tarn_task_check(call->task, error));
    TARN_TRY(open_workspace(call, error));
    tarn_status status = call->operation->run(call, error);
    tarn_workspace_close(call->workspace);
    call->workspace = NULL;
    if (status == TARN_OK && call->operation->declared.how == TARN_RUN_CHANGE)
        tarn_service_tell_records(call->session->service);
    return status;
}
