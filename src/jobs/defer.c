// Work that nobody waits for, when the pool has nothing else to do.
#include "jobs/pool.h"

#include <stddef.h>
#include <stdlib.h>

typedef struct deferred {
    tarn_work work;
    void (*run)(void *context);
    void *context;
} deferred;

static void take_part(tarn_pool *pool, tarn_work *work) {
    deferred *d = (deferred *)((char *)work - offsetof(deferred, work));
    pthread_mutex_unlock(&pool->mutex);
    d->run(d->context);
    free(d);
    pthread_mutex_lock(&pool->mutex);
}

void tarn_pool_defer(tarn_pool *pool, void (*run)(void *context), void *context) {
    deferred *d = pool != NULL ? calloc(1, sizeof *d) : NULL;
    if (d == NULL) {
        run(context);
        return;
    }
    *d = (deferred){.work = {.priority = TARN_PRIORITY_IDLE, .take_part = take_part}, .run = run, .context = context};
    pthread_mutex_lock(&pool->mutex);
    tarn_pool_enqueue(pool, &d->work, 1, false);
    tarn_pool_summon(pool, TARN_PRIORITY_IDLE);
    pthread_mutex_unlock(&pool->mutex); /* without any thread it is run when the pool ends */
}
