/* Cancelling, progress, waiting. */
#include "support_jobs.h"

#include "base/wait.h"

#include <signal.h>

static void test_cancel(void **state) {
    (void)state;
    tarn_task *task;
    tarn_error error = {0};
    assert_ok(tarn_task_new(&task, NULL));
    assert_false(tarn_task_is_cancelled(task));
    assert_ok(tarn_task_check(task, &error));
    tarn_task_cancel(task);
    tarn_task_cancel(task);
    assert_true(tarn_task_is_cancelled(task));
    assert_status(tarn_task_check(task, &error), TARN_E_CANCELLED);
    assert_string_equal(error.message, "cancelled");
    assert_status(tarn_task_check(task, NULL), TARN_E_CANCELLED);
    tarn_task_retain(task);
    tarn_task_release(task);
    assert_true(tarn_task_is_cancelled(task));
    tarn_task_release(task);
}

static void test_no_task(void **state) {
    (void)state;
    tarn_progress_state progress = {.done = 1, .total = 1, .unit = "x", .phase = "x"};
    tarn_task_retain(NULL);
    tarn_task_cancel(NULL);
    assert_false(tarn_task_is_cancelled(NULL));
    assert_ok(tarn_task_check(NULL, NULL));
    tarn_task_begin(NULL, "reading", "rows", 1);
    tarn_task_advance(NULL, 1);
    tarn_task_progress(NULL, &progress);
    assert_int_equal(progress.done, 0);
    assert_null(progress.phase);
    assert_int_equal(progress.remaining, -1);
    tarn_task_release(NULL);
}

static void test_progress(void **state) {
    (void)state;
    tarn_task *task;
    tarn_progress_state progress;
    assert_ok(tarn_task_new(&task, NULL));
    tarn_task_progress(task, &progress);
    assert_null(progress.unit);
    assert_null(progress.phase);
    tarn_task_begin(task, "reading", "rows", 100);
    tarn_task_advance(task, 30);
    tarn_task_advance(task, 12);
    tarn_task_progress(task, &progress);
    assert_string_equal(progress.phase, "reading");
    assert_string_equal(progress.unit, "rows");
    assert_int_equal(progress.done, 42);
    assert_int_equal(progress.total, 100);
    /* Time goes on between two looks, so it is the relation that holds. */
    assert_true(progress.elapsed >= 0);
    if (progress.elapsed > 0) {
        assert_true(progress.rate > 0);
        double left = (double)progress.elapsed * 58 / 42;
        assert_true((double)progress.remaining > left - 2 && (double)progress.remaining < left + 2);
    }
    tarn_task_advance(task, 58);
    tarn_task_progress(task, &progress);
    assert_true(progress.remaining == 0 || progress.elapsed == 0);
    tarn_task_begin(task, "writing", "bytes", 0);
    tarn_task_progress(task, &progress);
    assert_string_equal(progress.phase, "writing");
    assert_int_equal(progress.done, 0);
    assert_int_equal(progress.total, 0);
    tarn_task_release(task);
}

static void test_priority(void **state) {
    (void)state;
    tarn_task *task;
    assert_int_equal(tarn_task_priority(NULL, TARN_PRIORITY_IDLE), TARN_PRIORITY_IDLE);
    tarn_task_set_priority(NULL, TARN_PRIORITY_URGENT);
    assert_ok(tarn_task_new(&task, NULL));
    assert_int_equal(tarn_task_priority(task, TARN_PRIORITY_BACKGROUND), TARN_PRIORITY_BACKGROUND);
    tarn_task_default_priority(task, TARN_PRIORITY_USER_VISIBLE);
    assert_int_equal(tarn_task_priority(task, TARN_PRIORITY_BACKGROUND), TARN_PRIORITY_USER_VISIBLE);
    tarn_task_set_priority(task, TARN_PRIORITY_URGENT);
    tarn_task_default_priority(task, TARN_PRIORITY_IDLE);
    assert_int_equal(tarn_task_priority(task, TARN_PRIORITY_BACKGROUND), TARN_PRIORITY_URGENT);
    tarn_task_release(task);
}

/* Somebody who waits for something that another thread does. */
typedef struct waiter {
    pthread_mutex_t mutex;
    pthread_cond_t change;
    tarn_task *task;
    gate waits;
    bool happened;
} waiter;

static void waiter_init(waiter *waiter, tarn_task *task) {
    *waiter = (struct waiter){.task = task};
    pthread_mutex_init(&waiter->mutex, NULL);
    tarn_condition_init(&waiter->change);
    gate_init(&waiter->waits);
}

static void waiter_destroy(waiter *waiter) {
    gate_destroy(&waiter->waits);
    pthread_cond_destroy(&waiter->change);
    pthread_mutex_destroy(&waiter->mutex);
}

/* True when what is waited for happened, false when it was cancelled. */
static bool wait_for_it(waiter *waiter) {
    bool wanted = true;
    pthread_mutex_lock(&waiter->mutex);
    gate_raise(&waiter->waits);
    while (!waiter->happened && wanted)
        wanted = tarn_task_wait(waiter->task, &waiter->change, &waiter->mutex);
    pthread_mutex_unlock(&waiter->mutex);
    return wanted;
}

static void *make_it_happen(void *context) {
    waiter *waiter = context;
    gate_wait(&waiter->waits, 1);
    pthread_mutex_lock(&waiter->mutex);
    waiter->happened = true;
    pthread_cond_signal(&waiter->change);
    pthread_mutex_unlock(&waiter->mutex);
    return NULL;
}

static void *cancel_it(void *context) {
    waiter *waiter = context;
    gate_wait(&waiter->waits, 1);
    tarn_task_cancel(waiter->task);
    return NULL;
}

static bool wait_while(tarn_task *task, void *(*other)(void *waiter)) {
    waiter waiter;
    pthread_t thread;
    waiter_init(&waiter, task);
    assert_int_equal(pthread_create(&thread, NULL, other, &waiter), 0);
    bool happened = wait_for_it(&waiter);
    pthread_join(thread, NULL);
    waiter_destroy(&waiter);
    return happened;
}

static void test_waiting(void **state) {
    (void)state;
    tarn_task *task;
    assert_true(wait_while(NULL, make_it_happen));
    assert_ok(tarn_task_new(&task, NULL));
    for (int i = 0; i < 20; i++)
        assert_true(wait_while(task, make_it_happen));
    assert_false(wait_while(task, cancel_it));
    assert_false(wait_while(task, cancel_it)); /* also when it was cancelled before */
    tarn_task_release(task);
}

static tarn_task *signalled_task;

static void cancel_in_handler(int number) {
    (void)number;
    tarn_task_cancel(signalled_task);
}

static void test_cancel_in_a_signal_handler(void **state) {
    (void)state;
    assert_ok(tarn_task_new(&signalled_task, NULL));
    struct sigaction action = {0}, before;
    action.sa_handler = cancel_in_handler;
    sigaction(SIGUSR1, &action, &before);
    raise(SIGUSR1);
    sigaction(SIGUSR1, &before, NULL);
    assert_true(tarn_task_is_cancelled(signalled_task));
    tarn_task_release(signalled_task);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cancel),   cmocka_unit_test(test_no_task),
        cmocka_unit_test(test_progress), cmocka_unit_test(test_priority),
        cmocka_unit_test(test_waiting),  cmocka_unit_test(test_cancel_in_a_signal_handler),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
