/* Cancelling, progress, watching. */
#include "support_jobs.h"

#include <signal.h>
#include <stdlib.h>

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

static void never_called(void *context) {
    (void)context;
    abort();
}

static void test_no_task(void **state) {
    (void)state;
    tarn_progress_state progress = {.done = 1, .total = 1, .unit = "x", .phase = "x"};
    tarn_watch *watch;
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
    assert_ok(tarn_task_watch(NULL, never_called, NULL, &watch, NULL));
    assert_null(watch);
    tarn_task_unwatch(NULL, watch);
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

static void raise_gate(void *context) {
    gate_raise(context);
}

static void test_watch_is_told(void **state) {
    (void)state;
    tarn_task *task;
    gate first, second;
    tarn_watch *watches[2];
    gate_init(&first);
    gate_init(&second);
    assert_ok(tarn_task_new(&task, NULL));
    assert_ok(tarn_task_watch(task, raise_gate, &first, &watches[0], NULL));
    assert_ok(tarn_task_watch(task, raise_gate, &second, &watches[1], NULL));
    assert_int_equal(gate_level(&first), 0);
    tarn_task_cancel(task);
    assert_true(gate_wait(&first, 3)); /* told again and again */
    assert_true(gate_wait(&second, 3));
    tarn_task_unwatch(task, watches[0]);
    unsigned level = gate_level(&first);
    assert_true(gate_wait(&second, gate_level(&second) + 3));
    assert_int_equal(gate_level(&first), level);
    tarn_task_unwatch(task, watches[1]);
    /* Also when it was cancelled before. */
    assert_ok(tarn_task_watch(task, raise_gate, &first, &watches[0], NULL));
    assert_true(gate_wait(&first, level + 1));
    tarn_task_unwatch(task, watches[0]);
    tarn_task_release(task);
    gate_destroy(&first);
    gate_destroy(&second);
}

static void test_unwatch_from_the_middle(void **state) {
    (void)state;
    tarn_task *task;
    gate gates[3];
    tarn_watch *watches[3];
    assert_ok(tarn_task_new(&task, NULL));
    for (int i = 0; i < 3; i++) {
        gate_init(&gates[i]);
        assert_ok(tarn_task_watch(task, raise_gate, &gates[i], &watches[i], NULL));
    }
    tarn_task_unwatch(task, watches[1]);
    tarn_task_cancel(task);
    assert_true(gate_wait(&gates[0], 1));
    assert_true(gate_wait(&gates[2], 1));
    assert_int_equal(gate_level(&gates[1]), 0);
    tarn_task_unwatch(task, watches[0]);
    tarn_task_unwatch(task, watches[2]);
    tarn_task_release(task);
    for (int i = 0; i < 3; i++)
        gate_destroy(&gates[i]);
}

static void count_up(void *context) {
    ++*(unsigned *)context;
}

/* After tarn_task_unwatch the context may go: a sanitizer would see it being touched. */
static void test_unwatch_is_final(void **state) {
    (void)state;
    tarn_task *task;
    assert_ok(tarn_task_new(&task, NULL));
    tarn_task_cancel(task);
    for (int i = 0; i < 300; i++) {
        unsigned *count = calloc(1, sizeof *count);
        tarn_watch *watch;
        assert_ok(tarn_task_watch(task, count_up, count, &watch, NULL));
        tarn_task_unwatch(task, watch);
        free(count);
    }
    tarn_task_release(task);
}

static tarn_task *signalled_task;

static void cancel_in_handler(int number) {
    (void)number;
    tarn_task_cancel(signalled_task);
}

static void test_cancel_in_a_signal_handler(void **state) {
    (void)state;
    gate told;
    tarn_watch *watch;
    gate_init(&told);
    assert_ok(tarn_task_new(&signalled_task, NULL));
    assert_ok(tarn_task_watch(signalled_task, raise_gate, &told, &watch, NULL));
    struct sigaction action = {0}, before;
    action.sa_handler = cancel_in_handler;
    sigaction(SIGUSR1, &action, &before);
    raise(SIGUSR1);
    sigaction(SIGUSR1, &before, NULL);
    assert_true(gate_wait(&told, 1));
    tarn_task_unwatch(signalled_task, watch);
    tarn_task_release(signalled_task);
    gate_destroy(&told);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cancel),           cmocka_unit_test(test_no_task),
        cmocka_unit_test(test_progress),         cmocka_unit_test(test_priority),
        cmocka_unit_test(test_watch_is_told),    cmocka_unit_test(test_unwatch_from_the_middle),
        cmocka_unit_test(test_unwatch_is_final), cmocka_unit_test(test_cancel_in_a_signal_handler),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
