/* tarn_parallel_for. */
#include "support_jobs.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 5000 };

typedef struct tally {
    atomic_uchar seen[MOST];
    atomic_size_t calls;
    size_t fails_from; /* this index and all behind it fail */
    size_t cancels_at; /* this index cancels the task */
    tarn_task *task;
    tarn_pool *pool;
} tally;

static tarn_status count_index(void *context, size_t index, tarn_error *error) {
    tally *t = context;
    atomic_fetch_add(&t->seen[index], 1);
    atomic_fetch_add(&t->calls, 1);
    if (index == t->cancels_at)
        tarn_task_cancel(t->task);
    if (index < t->fails_from)
        return TARN_OK;
    error->code = TARN_E_FORMAT;
    strcpy(error->message, "index ");
    error->message[6] = (char)('0' + index % 10);
    error->message[7] = '\0';
    return TARN_E_FORMAT;
}

static tally *tally_new(void) {
    tally *t = calloc(1, sizeof *t);
    t->fails_from = SIZE_MAX;
    t->cancels_at = SIZE_MAX;
    return t;
}

static tarn_pool *pool_of(unsigned threads) {
    tarn_pool *pool = NULL;
    if (threads > 0)
        assert_ok(tarn_pool_new(threads, &pool, NULL));
    return pool;
}

static void test_each_index_once(void **state) {
    (void)state;
    static const unsigned threads[] = {0, 1, 2, 4, 9};
    static const size_t counts[] = {0, 1, 2, 7, MOST};
    for (size_t p = 0; p < sizeof threads / sizeof threads[0]; p++) {
        tarn_pool *pool = pool_of(threads[p]);
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            tally *t = tally_new();
            assert_ok(tarn_parallel_for(pool, (tarn_priority)(c % 4), NULL, counts[c], count_index, t, NULL));
            assert_int_equal(t->calls, counts[c]);
            for (size_t i = 0; i < MOST; i++)
                assert_int_equal(t->seen[i], i < counts[c]);
            free(t);
        }
        tarn_pool_free(pool);
    }
}

static void test_first_failure_is_told(void **state) {
    (void)state;
    for (unsigned threads = 0; threads <= 4; threads++) {
        tarn_pool *pool = pool_of(threads);
        for (int round = 0; round < 50; round++) {
            tally *t = tally_new();
            t->fails_from = 7;
            tarn_error error;
            assert_status(tarn_parallel_for(pool, TARN_PRIORITY_BACKGROUND, NULL, MOST, count_index, t, &error),
                          TARN_E_FORMAT);
            assert_int_equal(error.code, TARN_E_FORMAT);
            assert_string_equal(error.message, "index 7");
            assert_true(t->calls < MOST);
            if (threads < 2)
                assert_int_equal(t->calls, 8);
            assert_status(tarn_parallel_for(pool, TARN_PRIORITY_BACKGROUND, NULL, MOST, count_index, t, NULL),
                          TARN_E_FORMAT);
            free(t);
        }
        tarn_pool_free(pool);
    }
}

static void test_cancelling_stops(void **state) {
    (void)state;
    for (unsigned threads = 0; threads <= 4; threads += 2) {
        tarn_pool *pool = pool_of(threads);
        tally *t = tally_new();
        assert_ok(tarn_task_new(&t->task, NULL));
        t->cancels_at = 10;
        tarn_error error;
        assert_status(tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, t->task, MOST, count_index, t, &error),
                      TARN_E_CANCELLED);
        assert_string_equal(error.message, "cancelled");
        assert_true(t->calls < MOST);
        if (threads == 0)
            assert_int_equal(t->calls, 11);
        size_t calls = t->calls;
        assert_status(tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, t->task, MOST, count_index, t, &error),
                      TARN_E_CANCELLED);
        assert_int_equal(t->calls, calls);
        /* The last index had its turn: all was done, so it counts as done. */
        tarn_task_release(t->task);
        assert_ok(tarn_task_new(&t->task, NULL));
        assert_ok(tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, t->task, 10, count_index, t, &error));
        tarn_task_release(t->task);
        free(t);
        tarn_pool_free(pool);
    }
}

static tarn_status meet(void *context, size_t index, tarn_error *error) {
    (void)index;
    (void)error;
    gate_raise(context);
    return gate_wait(context, 4) ? TARN_OK : TARN_E_INTERNAL;
}

/* Four bodies that wait for each other: ends only when four threads work at once, the caller being one of them. */
static void test_threads_work_at_once(void **state) {
    (void)state;
    tarn_pool *pool = pool_of(4);
    for (int round = 0; round < 20; round++) {
        gate meeting;
        gate_init(&meeting);
        assert_ok(tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, NULL, 4, meet, &meeting, NULL));
        gate_destroy(&meeting);
    }
    tarn_pool_free(pool);
}

static tarn_status nested(void *context, size_t index, tarn_error *error) {
    (void)index;
    tally *t = context;
    return tarn_parallel_for(t->pool, TARN_PRIORITY_USER_VISIBLE, NULL, 50, count_index, t, error);
}

static void test_nesting(void **state) {
    (void)state;
    for (unsigned threads = 1; threads <= 3; threads++) {
        tally *t = tally_new();
        t->pool = pool_of(threads);
        assert_ok(tarn_parallel_for(t->pool, TARN_PRIORITY_BACKGROUND, NULL, 100, nested, t, NULL));
        assert_int_equal(t->calls, 5000);
        t->fails_from = 49;
        tarn_error error;
        assert_status(tarn_parallel_for(t->pool, TARN_PRIORITY_BACKGROUND, NULL, 100, nested, t, &error),
                      TARN_E_FORMAT);
        assert_string_equal(error.message, "index 9");
        tarn_pool_free(t->pool);
        free(t);
    }
}

static void *run_loops(void *context) {
    tally *t = context;
    for (int i = 0; i < 100; i++)
        assert_ok(tarn_parallel_for(t->pool, (tarn_priority)(i % 4), NULL, 40, count_index, t, NULL));
    return NULL;
}

static void test_several_callers(void **state) {
    (void)state;
    tally *t = tally_new();
    t->pool = pool_of(3);
    pthread_t callers[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&callers[i], NULL, run_loops, t), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(callers[i], NULL);
    assert_int_equal(t->calls, 4 * 100 * 40);
    tarn_pool_free(t->pool);
    free(t);
}

/* ---- more urgent work overtakes ------------------------------------------------------------------------------ */

typedef struct overtaking {
    tarn_pool *pool;
    tarn_task *task; /* ends the loop */
    gate helped;     /* a thread of the pool takes part in the loop */
    gate overtaken;  /* the more urgent job ran */
    pthread_t caller;
} overtaking;

static tarn_status long_body(void *context, size_t index, tarn_error *error) {
    (void)index;
    overtaking *o = context;
    if (!pthread_equal(pthread_self(), o->caller)) {
        gate_raise(&o->helped);
        return TARN_OK;
    }
    return gate_wait(&o->overtaken, 1) ? tarn_task_check(o->task, error) : TARN_E_INTERNAL;
}

static void *call_long_loop(void *context) {
    overtaking *o = context;
    o->caller = pthread_self();
    tarn_status status =
        tarn_parallel_for(o->pool, TARN_PRIORITY_BACKGROUND, o->task, SIZE_MAX / 2, long_body, o, NULL);
    return (void *)(uintptr_t)status;
}

static tarn_status overtake(void *context, tarn_task *task, tarn_error *error) {
    (void)task;
    (void)error;
    overtaking *o = context;
    tarn_task_cancel(o->task);
    gate_raise(&o->overtaken);
    return TARN_OK;
}

/* One of two threads is blocked, the other helps an endless loop: the job can only run when it leaves the loop. */
static void test_helpers_leave_for_more_urgent_work(void **state) {
    (void)state;
    overtaking o = {.pool = pool_of(2)};
    assert_ok(tarn_task_new(&o.task, NULL));
    gate_init(&o.helped);
    gate_init(&o.overtaken);
    blocker blocked;
    blocker_init(&blocked);
    tarn_job *blocking, *job;
    assert_ok(tarn_job_submit(o.pool, TARN_PRIORITY_IDLE, NULL, blocker_run, &blocked, &blocking, NULL));
    assert_true(gate_wait(&blocked.begun, 1));
    pthread_t caller;
    assert_int_equal(pthread_create(&caller, NULL, call_long_loop, &o), 0);
    assert_true(gate_wait(&o.helped, 1));
    assert_ok(tarn_job_submit(o.pool, TARN_PRIORITY_USER_VISIBLE, NULL, overtake, &o, &job, NULL));
    assert_true(gate_wait(&o.overtaken, 1));
    void *status;
    pthread_join(caller, &status);
    assert_status((tarn_status)(uintptr_t)status, TARN_E_CANCELLED);
    assert_ok(tarn_job_wait(job, NULL));
    gate_raise(&blocked.released);
    assert_ok(tarn_job_wait(blocking, NULL));
    tarn_pool_free(o.pool);
    tarn_task_release(o.task);
    gate_destroy(&o.helped);
    gate_destroy(&o.overtaken);
    blocker_destroy(&blocked);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_index_once),
        cmocka_unit_test(test_first_failure_is_told),
        cmocka_unit_test(test_cancelling_stops),
        cmocka_unit_test(test_threads_work_at_once),
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_several_callers),
        cmocka_unit_test(test_helpers_leave_for_more_urgent_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
