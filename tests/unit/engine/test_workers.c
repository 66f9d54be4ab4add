/* The engine's threads: handed over, kept, ended. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "engine/workers.h"

#include <pthread.h>
#include <sched.h>

#define MOST 32

typedef struct errands {
    pthread_mutex_t mutex;
    pthread_cond_t change;
    size_t begun, done;
    bool held; /* those that began wait until this is false */
    pthread_t threads[MOST];
} errands;

static void run(void *context) {
    errands *errands = context;
    pthread_mutex_lock(&errands->mutex);
    errands->threads[errands->begun++] = pthread_self();
    pthread_cond_broadcast(&errands->change);
    while (errands->held)
        pthread_cond_wait(&errands->change, &errands->mutex);
    errands->done++;
    pthread_cond_broadcast(&errands->change);
    pthread_mutex_unlock(&errands->mutex);
}

static void wait_until(errands *errands, const size_t *number, size_t reached) {
    pthread_mutex_lock(&errands->mutex);
    while (*number < reached)
        pthread_cond_wait(&errands->change, &errands->mutex);
    pthread_mutex_unlock(&errands->mutex);
}

static void errands_init(errands *errands, bool held) {
    *errands = (struct errands){.held = held};
    pthread_mutex_init(&errands->mutex, NULL);
    pthread_cond_init(&errands->change, NULL);
}

static void errands_destroy(errands *errands) {
    pthread_cond_destroy(&errands->change);
    pthread_mutex_destroy(&errands->mutex);
}

static void start(tarn_workers *workers, errands *errands, size_t count) {
    for (size_t i = 0; i < count; i++)
        assert_int_equal(tarn_workers_start(workers, run, errands, NULL), TARN_OK);
}

static void let_go(errands *errands) {
    pthread_mutex_lock(&errands->mutex);
    errands->held = false;
    pthread_cond_broadcast(&errands->change);
    pthread_mutex_unlock(&errands->mutex);
}

static void wait_until_idle(tarn_workers *workers, size_t waiting) {
    pthread_mutex_lock(&workers->mutex);
    while (workers->waiting < waiting || workers->busy > 0) {
        pthread_mutex_unlock(&workers->mutex);
        sched_yield();
        pthread_mutex_lock(&workers->mutex);
    }
    pthread_mutex_unlock(&workers->mutex);
}

/* Work that waits for other work must not be kept behind it: each errand has a thread at once. */
static void test_all_at_once(void **state) {
    (void)state;
    tarn_workers workers;
    errands errands;
    tarn_workers_init(&workers, 3);
    for (int round = 0; round < 5; round++) {
        errands_init(&errands, true);
        start(&workers, &errands, MOST);
        wait_until(&errands, &errands.begun, MOST);
        assert_true(tarn_workers_are_busy(&workers));
        let_go(&errands);
        wait_until(&errands, &errands.done, MOST);
        wait_until_idle(&workers, 3);
        assert_false(tarn_workers_are_busy(&workers));
        assert_int_equal(workers.waiting, 3);
        errands_destroy(&errands);
    }
    tarn_workers_destroy(&workers);
}

static void test_a_thread_is_kept(void **state) {
    (void)state;
    tarn_workers workers;
    errands errands;
    tarn_workers_init(&workers, 1);
    errands_init(&errands, false);
    for (size_t i = 1; i <= 10; i++) {
        start(&workers, &errands, 1);
        wait_until(&errands, &errands.done, i);
        wait_until_idle(&workers, 1);
    }
    for (size_t i = 1; i < 10; i++)
        assert_true(pthread_equal(errands.threads[i], errands.threads[0]));
    tarn_workers_destroy(&workers);
    errands_destroy(&errands);
}

static void test_the_end_waits_for_all(void **state) {
    (void)state;
    for (size_t kept = 0; kept < 3; kept++) {
        tarn_workers workers;
        errands errands;
        tarn_workers_init(&workers, kept);
        errands_init(&errands, false);
        start(&workers, &errands, MOST);
        tarn_workers_destroy(&workers);
        assert_int_equal(errands.done, MOST);
        errands_destroy(&errands);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_at_once),
        cmocka_unit_test(test_a_thread_is_kept),
        cmocka_unit_test(test_the_end_waits_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
