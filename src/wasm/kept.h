/**
 * @file kept.h
 * Comparisons that stay open between requests, under numbers. Thread-safe. For src/wasm only.
 */
#ifndef TARN_WASM_KEPT_H
#define TARN_WASM_KEPT_H

#include "tarn/tarn.h"

#include <pthread.h>

typedef struct kept_diff kept_diff;
typedef struct tarn_kept tarn_kept;
struct tarn_kept {
    pthread_mutex_t mutex;
    kept_diff *first;
    int64_t last; /* number given */
};

void tarn_kept_init(tarn_kept *kept);
void tarn_kept_clear(tarn_kept *kept); /**< closes all; nobody uses one any more */
void tarn_kept_free(tarn_kept *kept);

tarn_status tarn_kept_add(tarn_kept *kept, tarn_diff *diff, int64_t *out, tarn_error *error);
/** Find one and keep it from being closed until tarn_kept_give_back. */
tarn_status tarn_kept_take(tarn_kept *kept, int64_t number, tarn_diff **out, tarn_error *error);
void tarn_kept_give_back(tarn_kept *kept, tarn_diff *diff);
/** Close it, as soon as nobody uses it. */
tarn_status tarn_kept_close(tarn_kept *kept, int64_t number, tarn_error *error);

#endif
