// What a running query lends to the scan, and how it failed.
#include "engine/scan.h"

void tarn_session_init(tarn_session *session, tarn_catalog *catalog, tarn_task *task) {
    *session = (tarn_session){.catalog = catalog, .task = task};
    pthread_mutex_init(&session->mutex, NULL);
}

void tarn_session_clear(tarn_session *session) {
    pthread_mutex_destroy(&session->mutex);
}

void tarn_session_fail(tarn_session *session, const tarn_error *error) {
    pthread_mutex_lock(&session->mutex);
    if (session->failure.code == TARN_OK)
        session->failure = *error;
    pthread_mutex_unlock(&session->mutex);
}

tarn_status tarn_session_outcome(tarn_session *session, tarn_status status, tarn_error *error) {
    pthread_mutex_lock(&session->mutex);
    if (status != TARN_OK && session->failure.code != TARN_OK) {
        status = session->failure.code;
        if (error)
            *error = session->failure;
    }
    session->failure.code = TARN_OK;
    pthread_mutex_unlock(&session->mutex);
    return status;
}
