// Telling those who listen what happens.
#include "answer/answer.h"
#include "base/clock.h"
#include "request/session.h"

#include <stdlib.h>
#include <string.h>

/* What is done sooner is not worth telling, in microseconds. */
#define SHORT 100000

/* What one session hears: texts are written when somebody listens. */
static void tell(tarn_service *service, const char *table, const tarn_session *owner, const json_t *event) {
    char *text = event != NULL ? json_dumps(event, JSON_COMPACT) : NULL;
    if (text == NULL)
        return;
    pthread_mutex_lock(&service->mutex);
    for (tarn_session *session = service->sessions; session != NULL; session = session->next) {
        bool is_theirs = owner == NULL || owner == session || session->context.role == TARN_ROLE_OWNER;
        if (session->listens && session->listener.event != NULL && is_theirs &&
            (table == NULL || tarn_context_permits(&session->context, table)))
            session->listener.event(session->listener.context, text, strlen(text));
    }
    pthread_mutex_unlock(&service->mutex);
    free(text);
}

static bool anybody_listens(tarn_service *service) {
    bool found = false;
    pthread_mutex_lock(&service->mutex);
    for (const tarn_session *session = service->sessions; session != NULL; session = session->next)
        found = found || session->listens;
    pthread_mutex_unlock(&service->mutex);
    return found;
}

/* ---- versions --------------------------------------------------------------------------------------------------- */

static void tell_record(tarn_service *service, const tarn_audit_event *event) {
    for (size_t i = 0; i < event->table_count; i++) {
        const tarn_audit_table *table = &event->tables[i];
        json_t *object = json_pack("{s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:I}", "event", "version", "table",
                                   tarn_answer_text(table->name), "before", tarn_answer_number(table->before),
                                   "version", tarn_answer_number(table->after), "kind", tarn_answer_text(event->kind),
                                   "command", tarn_answer_text(event->command), "user", tarn_answer_text(event->user),
                                   "time", tarn_answer_time(event->time), "record", (json_int_t)event->number);
        tell(service, table->name, NULL, object);
        json_decref(object);
    }
}

/* Those since the last time, which are told by one thread only. */
static uint64_t claim(tarn_service *service, uint64_t newest) {
    pthread_mutex_lock(&service->mutex);
    uint64_t since = service->next_record > 0 && service->next_record <= newest ? newest + 1 - service->next_record : 0;
    service->next_record = newest + 1;
    pthread_mutex_unlock(&service->mutex);
    return since;
}

void tarn_service_tell_records(tarn_service *service) {
    tarn_audit_tip tip;
    tarn_audit_event *events = NULL;
    size_t count = 0;
    if (!anybody_listens(service) || tarn_audit_tip_get(service->workspace, &tip, NULL) != TARN_OK)
        return;
    const tarn_audit_filter filter = {.limit = (size_t)claim(service, tip.number)};
    if (filter.limit == 0 || tarn_audit(service->workspace, &filter, &events, &count, NULL) != TARN_OK)
        return;
    for (size_t i = 0; i < count; i++)
        tell_record(service, &events[i]);
    tarn_audit_free(events, count);
}

void tarn_service_listen(tarn_session *session, bool listens) {
    tarn_service *service = session->service;
    tarn_audit_tip tip = {0};
    if (listens)
        tarn_audit_tip_get(service->workspace, &tip, NULL);
    pthread_mutex_lock(&service->mutex);
    session->listens = listens;
    if (listens && service->next_record == 0)
        service->next_record = tip.number + 1;
    pthread_mutex_unlock(&service->mutex);
}

/* ---- jobs ------------------------------------------------------------------------------------------------------- */

void tarn_service_tell_end(const tarn_call *call, tarn_status status) {
    tarn_service *service = call->session->service;
    int64_t duration = tarn_monotonic() - call->since;
    if (duration < SHORT || !anybody_listens(service))
        return;
    json_t *object = json_pack("{s:s,s:I,s:s,s:s,s:I}", "event", "job", "job", (json_int_t)call->number, "op",
                               call->operation->declared.name, "state",
                               status == TARN_OK            ? "done"
                               : status == TARN_E_CANCELLED ? "cancelled"
                                                            : "failed",
                               "duration_us", (json_int_t)duration);
    tell(service, NULL, call->session, object);
    json_decref(object);
}
