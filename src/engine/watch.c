// The watch over the memory of running queries.
#include "engine/watch.h"

#include "base/wait.h"

#include <signal.h>

#define LOOK_MICROS 5000
/* Looks with nothing running before it sleeps until it is woken, which costs whoever wakes it. */
#define IDLE_LOOKS 40

void tarn_watch_init(tarn_watch *watch, void (*end_queries)(void *context, bool only_doubling), void *context) {
    *watch = (tarn_watch){.end_queries = end_queries, .context = context};
    pthread_mutex_init(&watch->mutex, NULL);
    tarn_condition_init(&watch->change);
}

void tarn_watch_destroy(tarn_watch *watch) {
    pthread_mutex_lock(&watch->mutex);
    bool has_thread = watch->shim != NULL;
    watch->is_ending = true;
    pthread_cond_broadcast(&watch->change);
    pthread_mutex_unlock(&watch->mutex);
    if (has_thread)
        pthread_join(watch->thread, NULL);
    pthread_cond_destroy(&watch->change);
    pthread_mutex_destroy(&watch->mutex);
}

/* With the mutex held. */
static void sleep_until_woken(tarn_watch *watch) {
    watch->is_asleep = true;
    while (watch->is_asleep && !watch->is_ending)
        pthread_cond_wait(&watch->change, &watch->mutex);
}

static void look(const tarn_watch *watch) {
    tarn_memory_state state = watch->shim->memory_state();
    if (state != TARN_MEMORY_ENOUGH)
        watch->end_queries(watch->context, state == TARN_MEMORY_HALF);
}

static void *keep_watch(void *argument) {
    tarn_watch *watch = argument;
    int idle = 0;
    pthread_mutex_lock(&watch->mutex);
    while (!watch->is_ending) {
        bool is_running = watch->running > 0;
        idle = is_running ? 0 : idle + 1;
        if (idle > IDLE_LOOKS) {
            sleep_until_woken(watch);
            continue;
        }
        pthread_mutex_unlock(&watch->mutex);
        if (is_running)
            look(watch);
        pthread_mutex_lock(&watch->mutex);
        if (!watch->is_ending)
            tarn_condition_wait(&watch->change, &watch->mutex, LOOK_MICROS);
    }
    pthread_mutex_unlock(&watch->mutex);
    return NULL;
}

/* Signals are for the program's own threads. */
static int start_thread(tarn_watch *watch) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int errnum = pthread_create(&watch->thread, NULL, keep_watch, watch);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return errnum;
}

/* Whether what the process has tells anything of a query. A sanitizer keeps what was freed. */
static bool is_telling(const tarn_shim_confine *shim) {
#ifdef TARN_SANITIZED
    (void)shim;
    return false;
#else
    return shim->begin_query();
#endif
}

tarn_status tarn_watch_begin(tarn_watch *watch, const tarn_shim_confine *shim, tarn_error *error) {
    int errnum = 0;
    if (!is_telling(shim))
        return TARN_OK;
    pthread_mutex_lock(&watch->mutex);
    if (watch->shim == NULL) {
        watch->shim = shim;
        errnum = start_thread(watch);
    }
    if (errnum != 0)
        watch->shim = NULL;
    else
        watch->running++;
    if (watch->is_asleep) {
        watch->is_asleep = false;
        pthread_cond_signal(&watch->change);
    }
    pthread_mutex_unlock(&watch->mutex);
    if (errnum == 0)
        return TARN_OK;
    shim->end_query();
    return tarn_fail_errno(error, errnum, "cannot start a thread for the engine");
}

void tarn_watch_end(tarn_watch *watch) {
    pthread_mutex_lock(&watch->mutex);
    const tarn_shim_confine *shim = watch->shim;
    if (shim != NULL)
        watch->running--;
    pthread_mutex_unlock(&watch->mutex);
    if (shim != NULL)
        shim->end_query();
}
