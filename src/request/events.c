// Telling those who listen what happens.
#include "answer/answer.h"
#include "request/session.h"

#include <stdlib.h>
#include <string.h>

void tarn_service_tell(tarn_service *service, const tarn_session *only, json_t *event) {
    char *text = event != NULL ? json_dumps(event, JSON_COMPACT) : NULL;
    json_decref(event);
    if (text == NULL)
        return;
    pthread_mutex_lock(&service->mutex);
    for (tarn_session *session = service->sessions; session != NULL; session = session->next) {
        if (session->listens && session->listener.event != NULL && (only == NULL || only == session))
            session->listener.event(session->listener.context, text, strlen(text));
    }
    pthread_mutex_unlock(&service->mutex);
    free(text);
}

void tarn_service_tell_records(tarn_service *service) {
    (void)service;
}
