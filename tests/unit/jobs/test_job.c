/* Jobs: outcomes, order, cancelling, the urgent thread, the pool's end. */
#include "support_jobs.h"

#include <dirent.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static tarn_status count_run(void *context, tarn_task *task, tarn_error *error) {
    (void)error;
    atomic_fetch_add((atomic_uint *)context, 1);
    return tarn_task_is_cancelled(task) ? TARN_E_CANCELLED : TARN_OK;
}

static tarn_status fail_run(void *context, tarn_task *task, tarn_error *error) {
    (void)task;
    strcpy(error->message, context);
    return TARN_E_NOT_FOUND;
}

static void test_outcomes(void **state) {
    (void)state;
    tarn_pool *pool;
    tarn_job *job;
    tarn_error error = {0};
    atomic_uint runs = 0;
    assert_ok(tarn_pool_new(2, &pool, NULL));
    assert_int_equal(tarn_pool_threads(pool), 2);
    for (unsigned priority = 0; priority < 4; priority++) {
        assert_ok(tarn_job_submit(pool, (tarn_priority)priority, NULL, count_run, &runs, &job, NULL));
        assert_ok(tarn_job_wait(job, &error));
        assert_int_equal(runs, priority + 1);
    }
    assert_int_equal(error.code, TARN_OK);
    assert_ok(tarn_job_submit(pool, TARN_PRIORITY_IDLE, NULL, fail_run, "no such thing", &job, NULL));
    assert_status(tarn_job_wait(job, &error), TARN_E_NOT_FOUND);
    assert_int_equal(error.code, TARN_E_NOT_FOUND);
    assert_string_equal(error.message, "no such thing");
    assert_ok(tarn_job_submit(pool, TARN_PRIORITY_IDLE, NULL, fail_run, "x", &job, NULL));
    assert_status(tarn_job_wait(job, NULL), TARN_E_NOT_FOUND);
    tarn_pool_free(pool);
}

static void test_pool_sizes(void **state) {
    (void)state;
    tarn_pool *pool;
    assert_ok(tarn_pool_new(0, &pool, NULL));
    assert_in_range(tarn_pool_threads(pool), 1, 64);
    tarn_pool_free(pool);
    assert_ok(tarn_pool_new(1000, &pool, NULL));
    assert_int_equal(tarn_pool_threads(pool), 64);
    tarn_pool_free(pool);
    tarn_pool_free(NULL);
}

/* A pool of one thread, which is blocked. */
typedef struct blocked_pool {
    tarn_pool *pool;
    blocker blocker;
    tarn_job *blocking;
} blocked_pool;

static void blocked_pool_init(blocked_pool *b) {
    blocker_init(&b->blocker);
    assert_ok(tarn_pool_new(1, &b->pool, NULL));
    assert_ok(tarn_job_submit(b->pool, TARN_PRIORITY_IDLE, NULL, blocker_run, &b->blocker, &b->blocking, NULL));
    assert_true(gate_wait(&b->blocker.begun, 1));
}

static void blocked_pool_end(blocked_pool *b) {
    gate_raise(&b->blocker.released);
    tarn_pool_free(b->pool);
    assert_true(tarn_job_is_done(b->blocking));
    assert_ok(tarn_job_wait(b->blocking, NULL)); /* the outcome outlives the pool */
    blocker_destroy(&b->blocker);
}

static tarn_status note_thread(void *context, tarn_task *task, tarn_error *error) {
    (void)task;
    (void)error;
    *(pthread_t *)context = pthread_self();
    return TARN_OK;
}

static void test_who_waits_runs_it(void **state) {
    (void)state;
    blocked_pool b;
    blocked_pool_init(&b);
    pthread_t ran_on;
    tarn_job *job;
    assert_ok(tarn_job_submit(b.pool, TARN_PRIORITY_USER_VISIBLE, NULL, note_thread, &ran_on, &job, NULL));
    assert_false(tarn_job_is_done(job));
    assert_ok(tarn_job_wait(job, NULL));
    assert_true(pthread_equal(ran_on, pthread_self()));
    blocked_pool_end(&b);
}

static void test_cancelled_before_it_began(void **state) {
    (void)state;
    blocked_pool b;
    blocked_pool_init(&b);
    atomic_uint runs = 0;
    tarn_task *task;
    tarn_job *waited_for, *left;
    assert_ok(tarn_task_new(&task, NULL));
    assert_ok(tarn_job_submit(b.pool, TARN_PRIORITY_USER_VISIBLE, task, count_run, &runs, &waited_for, NULL));
    assert_ok(tarn_job_submit(b.pool, TARN_PRIORITY_USER_VISIBLE, task, count_run, &runs, &left, NULL));
    tarn_task_cancel(task);
    tarn_task_release(task);
    tarn_error error;
    assert_status(tarn_job_wait(waited_for, &error), TARN_E_CANCELLED);
    assert_string_equal(error.message, "cancelled");
    blocked_pool_end(&b);
    assert_status(tarn_job_wait(left, &error), TARN_E_CANCELLED);
    assert_int_equal(runs, 0);
}

typedef struct recorder {
    pthread_mutex_t mutex;
    char order[16];
} recorder;

typedef struct recorded {
    recorder *recorder;
    char letter;
} recorded;

static tarn_status record_letter(void *context, tarn_task *task, tarn_error *error) {
    (void)task;
    (void)error;
    recorded *r = context;
    pthread_mutex_lock(&r->recorder->mutex);
    strncat(r->recorder->order, &r->letter, 1);
    pthread_mutex_unlock(&r->recorder->mutex);
    return TARN_OK;
}

static void test_order(void **state) {
    (void)state;
    blocked_pool b;
    blocked_pool_init(&b);
    recorder recorder = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    static const char letters[] = "ibvwcj";
    static const tarn_priority priorities[] = {TARN_PRIORITY_IDLE,         TARN_PRIORITY_BACKGROUND,
                                               TARN_PRIORITY_USER_VISIBLE, TARN_PRIORITY_USER_VISIBLE,
                                               TARN_PRIORITY_BACKGROUND,   TARN_PRIORITY_IDLE};
    recorded jobs[6];
    tarn_job *handles[6];
    for (int i = 0; i < 6; i++) {
        jobs[i] = (recorded){&recorder, letters[i]};
        assert_ok(tarn_job_submit(b.pool, priorities[i], NULL, record_letter, &jobs[i], &handles[i], NULL));
    }
    gate_raise(&b.blocker.released);
    assert_ok(tarn_job_wait(b.blocking, NULL));
    /* Not the pool's end, which would work, too: wait until the pool's only thread has done the last of them. */
    while (!tarn_job_is_done(handles[5]))
        sched_yield();
    assert_string_equal(recorder.order, "vwbcij");
    for (int i = 0; i < 6; i++)
        assert_ok(tarn_job_wait(handles[i], NULL));
    tarn_pool_free(b.pool);
    blocker_destroy(&b.blocker);
}

static tarn_status raise_run(void *context, tarn_task *task, tarn_error *error) {
    (void)task;
    (void)error;
    gate_raise(context);
    return TARN_OK;
}

static void test_urgent_work_has_its_own_thread(void **state) {
    (void)state;
    blocked_pool b;
    blocked_pool_init(&b);
    gate ran;
    gate_init(&ran);
    tarn_job *urgent[2], *other;
    assert_ok(tarn_job_submit(b.pool, TARN_PRIORITY_USER_VISIBLE, NULL, raise_run, &ran, &other, NULL));
    for (unsigned i = 0; i < 2; i++) {
        assert_ok(tarn_job_submit(b.pool, TARN_PRIORITY_URGENT, NULL, raise_run, &ran, &urgent[i], NULL));
        assert_true(gate_wait(&ran, i + 1));
    }
    assert_false(tarn_job_is_done(other)); /* it does nothing else */
    for (unsigned i = 0; i < 2; i++)
        assert_ok(tarn_job_wait(urgent[i], NULL));
    blocked_pool_end(&b);
    assert_int_equal(gate_level(&ran), 3);
    assert_ok(tarn_job_wait(other, NULL));
    gate_destroy(&ran);
}

/* When the urgent thread is busy, the others take urgent work as well. */
static void test_more_urgent_work_than_one_thread(void **state) {
    (void)state;
    tarn_pool *pool;
    blocker blocked;
    gate ran;
    blocker_init(&blocked);
    gate_init(&ran);
    assert_ok(tarn_pool_new(1, &pool, NULL));
    tarn_job *first, *second;
    assert_ok(tarn_job_submit(pool, TARN_PRIORITY_URGENT, NULL, blocker_run, &blocked, &first, NULL));
    assert_true(gate_wait(&blocked.begun, 1));
    assert_ok(tarn_job_submit(pool, TARN_PRIORITY_URGENT, NULL, raise_run, &ran, &second, NULL));
    assert_true(gate_wait(&ran, 1));
    gate_raise(&blocked.released);
    assert_ok(tarn_job_wait(first, NULL));
    assert_ok(tarn_job_wait(second, NULL));
    tarn_pool_free(pool);
    blocker_destroy(&blocked);
    gate_destroy(&ran);
}

static tarn_status job_in_job(void *context, tarn_task *task, tarn_error *error) {
    static atomic_uint runs;
    tarn_job *inner;
    TARN_TRY(tarn_job_submit(context, TARN_PRIORITY_USER_VISIBLE, task, count_run, &runs, &inner, error));
    return tarn_job_wait(inner, error);
}

static void test_jobs_wait_for_jobs(void **state) {
    (void)state;
    tarn_pool *pool;
    tarn_job *jobs[8];
    assert_ok(tarn_pool_new(1, &pool, NULL));
    for (int i = 0; i < 8; i++)
        assert_ok(tarn_job_submit(pool, TARN_PRIORITY_USER_VISIBLE, NULL, job_in_job, pool, &jobs[i], NULL));
    for (int i = 0; i < 8; i++)
        assert_ok(tarn_job_wait(jobs[i], NULL));
    tarn_pool_free(pool);
}

static tarn_status until_cancelled(void *context, tarn_task *task, tarn_error *error) {
    gate_raise(context);
    while (!tarn_task_is_cancelled(task))
        sched_yield();
    return tarn_task_check(task, error);
}

static void test_twenty_jobs_half_of_them_cancelled(void **state) {
    (void)state;
    tarn_pool *pool;
    gate begun;
    atomic_uint runs = 0;
    gate_init(&begun);
    assert_ok(tarn_pool_new(3, &pool, NULL));
    tarn_task *tasks[20];
    tarn_job *jobs[20];
    for (int i = 0; i < 20; i++) {
        assert_ok(tarn_task_new(&tasks[i], NULL));
        bool endless = i % 2 == 1;
        assert_ok(tarn_job_submit(pool, (tarn_priority)(i / 2 % 4), tasks[i], endless ? until_cancelled : count_run,
                                  endless ? (void *)&begun : (void *)&runs, &jobs[i], NULL));
    }
    for (int i = 1; i < 20; i += 2)
        tarn_task_cancel(tasks[i]);
    for (int i = 19; i >= 0; i--) {
        assert_status(tarn_job_wait(jobs[i], NULL), i % 2 == 1 ? TARN_E_CANCELLED : TARN_OK);
        tarn_task_release(tasks[i]);
    }
    assert_int_equal(runs, 10);
    tarn_pool_free(pool);
    gate_destroy(&begun);
}

static void test_pool_ends_after_its_work(void **state) {
    (void)state;
    for (int round = 0; round < 20; round++) {
        tarn_pool *pool;
        tarn_job *jobs[10];
        atomic_uint runs = 0;
        assert_ok(tarn_pool_new(2, &pool, NULL));
        for (int i = 0; i < 10; i++)
            assert_ok(tarn_job_submit(pool, (tarn_priority)(i % 4), NULL, count_run, &runs, &jobs[i], NULL));
        tarn_pool_free(pool);
        assert_int_equal(runs, 10);
        for (int i = 0; i < 10; i++)
            assert_ok(tarn_job_wait(jobs[i], NULL));
    }
}

static tarn_status look_at_mask(void *context, tarn_task *task, tarn_error *error) {
    (void)task;
    (void)error;
    return pthread_sigmask(SIG_SETMASK, NULL, context) == 0 ? TARN_OK : TARN_E_INTERNAL;
}

static void test_threads_leave_signals_to_the_program(void **state) {
    (void)state;
#ifdef __EMSCRIPTEN__
    skip(); /* there are no signals */
#endif
    tarn_pool *pool;
    tarn_job *job;
    sigset_t mask;
    assert_ok(tarn_pool_new(1, &pool, NULL));
    assert_ok(tarn_job_submit(pool, TARN_PRIORITY_IDLE, NULL, look_at_mask, &mask, &job, NULL));
    while (!tarn_job_is_done(job)) /* on a worker, not here */
        sched_yield();
    assert_ok(tarn_job_wait(job, NULL));
    assert_true(sigismember(&mask, SIGINT));
    assert_true(sigismember(&mask, SIGTERM));
    assert_false(sigismember(&mask, SIGSEGV));
    tarn_pool_free(pool);
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &mask), 0);
    assert_false(sigismember(&mask, SIGINT));
}

/* Threads of this process; 0 when the system does not tell. */
static unsigned count_threads(void) {
    DIR *tasks = opendir("/proc/self/task");
    unsigned count = 0;
    while (tasks != NULL && readdir(tasks) != NULL)
        count++;
    if (tasks != NULL)
        closedir(tasks);
    return count;
}

static void test_threads_start_on_first_need(void **state) {
    (void)state;
    unsigned before = count_threads();
    if (before == 0)
        skip();
    tarn_pool *pool;
    tarn_task *task;
    tarn_job *job;
    atomic_uint runs = 0;
    assert_ok(tarn_task_new(&task, NULL));
    assert_ok(tarn_pool_new(8, &pool, NULL));
    assert_int_equal(count_threads(), before);
    assert_ok(tarn_job_submit(pool, TARN_PRIORITY_IDLE, task, count_run, &runs, &job, NULL));
    assert_int_equal(count_threads(), before + 1);
    while (!tarn_job_is_done(job))
        sched_yield();
    assert_ok(tarn_job_wait(job, NULL));
    tarn_pool_free(pool);
    tarn_task_release(task);
}

/* ---- a system without threads to give ------------------------------------------------------------------------ */

static tarn_status body_that_counts(void *context, size_t index, tarn_error *error) {
    (void)index;
    (void)error;
    atomic_fetch_add((atomic_uint *)context, 1);
    return TARN_OK;
}

static int work_without_threads(void) {
    tarn_pool *pool;
    if (tarn_pool_new(4, &pool, NULL) != TARN_OK)
        return 10;
    void *reserve = malloc(100000); /* so that the heap has room when it cannot grow any more */
    struct rlimit limit, before;
    if (getrlimit(RLIMIT_AS, &before) != 0)
        return 11;
    limit = (struct rlimit){1 << 20, before.rlim_max};
    if (setrlimit(RLIMIT_AS, &limit) != 0)
        return 12;
    free(reserve);
    atomic_uint runs = 0;
    tarn_job *job;
    tarn_error error;
    int result = 0;
    if (tarn_job_submit(pool, TARN_PRIORITY_IDLE, NULL, count_run, &runs, &job, &error) != TARN_E_MEMORY || job != NULL)
        result = 13;
    else if (tarn_job_submit(pool, TARN_PRIORITY_URGENT, NULL, count_run, &runs, &job, &error) != TARN_E_MEMORY)
        result = 14;
    else if (strstr(error.message, "cannot start a worker thread") == NULL)
        result = 15;
    else if (tarn_parallel_for(pool, TARN_PRIORITY_IDLE, NULL, 8, body_that_counts, &runs, NULL) != TARN_OK ||
             runs != 8)
        result = 16;
    tarn_pool_free(pool);
    setrlimit(RLIMIT_AS, &before);
    return result;
}

static void test_without_threads(void **state) {
    (void)state;
#if defined(TARN_SANITIZED) || defined(__EMSCRIPTEN__)
    skip(); /* a sanitizer needs all the address space that this test takes away; a module has one process */
#endif
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        exit(work_without_threads());
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void count(void *context) {
    atomic_fetch_add((atomic_int *)context, 1);
}

static void test_deferred_work_is_done(void **state) {
    (void)state;
    tarn_pool *pool;
    atomic_int done = 0;
    tarn_pool_defer(NULL, count, &done);
    assert_int_equal(atomic_load(&done), 1);
    assert_ok(tarn_pool_new(2, &pool, NULL));
    for (int i = 0; i < 100; i++)
        tarn_pool_defer(pool, count, &done);
    tarn_pool_free(pool);
    assert_int_equal(atomic_load(&done), 101);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_threads), /* first: it forks */
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_pool_sizes),
        cmocka_unit_test(test_who_waits_runs_it),
        cmocka_unit_test(test_cancelled_before_it_began),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_urgent_work_has_its_own_thread),
        cmocka_unit_test(test_more_urgent_work_than_one_thread),
        cmocka_unit_test(test_jobs_wait_for_jobs),
        cmocka_unit_test(test_twenty_jobs_half_of_them_cancelled),
        cmocka_unit_test(test_pool_ends_after_its_work),
        cmocka_unit_test(test_threads_leave_signals_to_the_program),
        cmocka_unit_test(test_threads_start_on_first_need),
        cmocka_unit_test(test_deferred_work_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
