/**
 * @file thread.h
 * Starting a thread of the library's own. Included by this module's files only.
 */
#ifndef TARN_JOBS_THREAD_H
#define TARN_JOBS_THREAD_H

#include <pthread.h>

/**
 * As pthread_create. Signals sent to the process (Ctrl-C and the like) are for the program's threads: the new one
 * blocks them. It takes those that a thread brings upon itself.
 */
int tarn_thread_start(pthread_t *out, void *(*run)(void *argument), void *argument);

#endif
