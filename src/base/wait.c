// Waiting for a condition no longer than so many microseconds, whatever happens to the system's time of day.
#include "base/wait.h"

#include <time.h>

#define NANOS_PER_SECOND INT64_C(1000000000)

/* macOS has no conditions on the monotonic clock, but waits relative to now. */
#if defined(__APPLE__)

void tarn_condition_init(pthread_cond_t *condition) {
    pthread_cond_init(condition, NULL);
}

bool tarn_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t micros) {
    struct timespec pause = {(time_t)(micros / 1000000), (long)(micros % 1000000 * 1000)};
    return pthread_cond_timedwait_relative_np(condition, mutex, &pause) == 0;
}

#else

void tarn_condition_init(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

bool tarn_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t micros) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t nanos = until.tv_nsec + micros % 1000000 * 1000;
    until.tv_sec += (time_t)(micros / 1000000 + nanos / NANOS_PER_SECOND);
    until.tv_nsec = (long)(nanos % NANOS_PER_SECOND);
    return pthread_cond_timedwait(condition, mutex, &until) == 0;
}

#endif
