// The engine's threads.
#include "engine/workers.h"

#include <signal.h>
#include <stdlib.h>

/* DuckDB's parser and binder recurse; other hosts give threads as little as 512 kB. WebAssembly keeps calls elsewhere,
 * and only what has an address on this stack. */
#ifdef __EMSCRIPTEN__
#define STACK_BYTES ((size_t)2 << 20)
#else
#define STACK_BYTES ((size_t)8 << 20)
#endif

typedef struct tarn_errand {
    struct tarn_errand *next;
    tarn_workers *workers;
    void (*run)(void *context);
    void *context;
} errand;

void tarn_workers_init(tarn_workers *workers, size_t most_waiting) {
    *workers = (tarn_workers){.most_waiting = most_waiting};
    pthread_mutex_init(&workers->mutex, NULL);
    pthread_cond_init(&workers->news, NULL);
    pthread_cond_init(&workers->change, NULL);
}

void tarn_workers_destroy(tarn_workers *workers) {
    pthread_mutex_lock(&workers->mutex);
    workers->ending = true;
    pthread_cond_broadcast(&workers->news);
    while (workers->threads > 0)
        pthread_cond_wait(&workers->change, &workers->mutex);
    pthread_mutex_unlock(&workers->mutex);
    pthread_cond_destroy(&workers->change);
    pthread_cond_destroy(&workers->news);
    pthread_mutex_destroy(&workers->mutex);
}

bool tarn_workers_are_busy(const tarn_workers *workers) {
    pthread_mutex_t *mutex = (pthread_mutex_t *)&workers->mutex; /* looking changes nothing but the mutex */
    pthread_mutex_lock(mutex);
    bool busy = workers->busy > 0;
    pthread_mutex_unlock(mutex);
    return busy;
}

/* With the mutex held: the next errand, waited for when there is room to wait; NULL: the thread may go. */
static errand *next_errand(tarn_workers *workers) {
    if (workers->first == NULL && !workers->ending && workers->waiting < workers->most_waiting) {
        workers->waiting++;
        while (workers->first == NULL && !workers->ending)
            pthread_cond_wait(&workers->news, &workers->mutex);
        workers->waiting--;
    }
    errand *taken = workers->first;
    if (taken != NULL) {
        workers->first = taken->next;
        workers->queued--;
    }
    return taken;
}

static void *serve(void *argument) {
    errand *current = argument;
    tarn_workers *workers = current->workers;
    while (current != NULL) {
        current->run(current->context);
        free(current);
        pthread_mutex_lock(&workers->mutex);
        workers->busy--;
        current = next_errand(workers);
        if (current == NULL) {
            workers->threads--;
            pthread_cond_broadcast(&workers->change); /* the last touch: then the workers may be gone */
        }
        pthread_mutex_unlock(&workers->mutex);
    }
    return NULL;
}

/* Signals are for the program's own threads: this one, and DuckDB's that it may start, block them; but not those that a
 * thread brings upon itself, such as by reading a mapped file that was cut off. */
static int start_thread(errand *first) {
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGPIPE};
    sigset_t blocked, before;
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        sigdelset(&blocked, own[i]);
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    int errnum = pthread_create(&thread, &attributes, serve, first);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return errnum;
}

/* With the mutex held: give it to a thread that waits; false when each of those has something already. */
static bool hand_over(tarn_workers *workers, errand *made) {
    if (workers->queued == workers->waiting)
        return false;
    *(workers->first != NULL ? &workers->last->next : &workers->first) = made;
    workers->last = made;
    workers->queued++;
    pthread_cond_signal(&workers->news);
    return true;
}

tarn_status tarn_workers_start(tarn_workers *workers, void (*run)(void *context), void *context, tarn_error *error) {
    errand *made = malloc(sizeof *made);
    if (made == NULL)
        return tarn_fail_memory(error);
    *made = (errand){.workers = workers, .run = run, .context = context};
    pthread_mutex_lock(&workers->mutex);
    workers->busy++;
    bool is_given = hand_over(workers, made);
    workers->threads += !is_given;
    pthread_mutex_unlock(&workers->mutex);
    int errnum = is_given ? 0 : start_thread(made);
    if (errnum == 0)
        return TARN_OK;
    free(made);
    pthread_mutex_lock(&workers->mutex);
    workers->busy--;
    workers->threads--;
    pthread_cond_broadcast(&workers->change);
    pthread_mutex_unlock(&workers->mutex);
    return tarn_fail_errno(error, errnum, "cannot start a thread for the engine");
}
