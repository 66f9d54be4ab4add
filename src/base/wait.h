/**
 * @file wait.h
 * Waiting for a condition no longer than so many microseconds, whatever happens to the system's time of day.
 */
#ifndef TARN_BASE_WAIT_H
#define TARN_BASE_WAIT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/** As pthread_cond_init, for conditions that tarn_condition_wait waits for; pthread_cond_wait may wait for them too. */
void tarn_condition_init(pthread_cond_t *condition);

/** As pthread_cond_wait, for at most `micros`; false when they passed without a signal. */
bool tarn_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t micros);

#endif
