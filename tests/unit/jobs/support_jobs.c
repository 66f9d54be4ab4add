#include "support_jobs.h"

#include <errno.h>
#include <time.h>

void gate_init(gate *gate) {
    pthread_mutex_init(&gate->mutex, NULL);
    pthread_cond_init(&gate->raised, NULL);
    gate->level = 0;
}

void gate_destroy(gate *gate) {
    pthread_cond_destroy(&gate->raised);
    pthread_mutex_destroy(&gate->mutex);
}

void gate_raise(gate *gate) {
    pthread_mutex_lock(&gate->mutex);
    gate->level++;
    pthread_cond_broadcast(&gate->raised);
    pthread_mutex_unlock(&gate->mutex);
}

unsigned gate_level(gate *gate) {
    pthread_mutex_lock(&gate->mutex);
    unsigned level = gate->level;
    pthread_mutex_unlock(&gate->mutex);
    return level;
}

bool gate_wait(gate *gate, unsigned level) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += 120;
    int result = 0;
    pthread_mutex_lock(&gate->mutex);
    while (gate->level < level && result != ETIMEDOUT)
        result = pthread_cond_timedwait(&gate->raised, &gate->mutex, &end);
    bool reached = gate->level >= level;
    pthread_mutex_unlock(&gate->mutex);
    return reached;
}

void blocker_init(blocker *blocker) {
    gate_init(&blocker->begun);
    gate_init(&blocker->released);
}

void blocker_destroy(blocker *blocker) {
    gate_destroy(&blocker->begun);
    gate_destroy(&blocker->released);
}

tarn_status blocker_run(void *context, tarn_task *task, tarn_error *error) {
    (void)task;
    (void)error;
    blocker *blocker = context;
    gate_raise(&blocker->begun);
    return gate_wait(&blocker->released, 1) ? TARN_OK : TARN_E_INTERNAL;
}

void assert_status(tarn_status got, tarn_status wanted) {
    assert_string_equal(tarn_status_name(got), tarn_status_name(wanted));
}

void assert_ok(tarn_status status) {
    assert_status(status, TARN_OK);
}
