// Comparisons that stay open between requests, under numbers.
#include "wasm/kept.h"

#include "base/error.h"

#include <stdbool.h>
#include <stdlib.h>

struct kept_diff {
    kept_diff *next;
    tarn_diff *diff;
    int64_t number;
    size_t users;
    bool closed; /* by number it is not found any more */
};

void tarn_kept_init(tarn_kept *kept) {
    *kept = (tarn_kept){0};
    pthread_mutex_init(&kept->mutex, NULL);
}

void tarn_kept_clear(tarn_kept *kept) {
    while (kept->first != NULL) {
        kept_diff *entry = kept->first;
        kept->first = entry->next;
        tarn_diff_close(entry->diff);
        free(entry);
    }
}

void tarn_kept_free(tarn_kept *kept) {
    tarn_kept_clear(kept);
    pthread_mutex_destroy(&kept->mutex);
}

tarn_status tarn_kept_add(tarn_kept *kept, tarn_diff *diff, int64_t *out, tarn_error *error) {
    kept_diff *entry = calloc(1, sizeof *entry);
    if (entry == NULL)
        return tarn_fail_memory(error);
    pthread_mutex_lock(&kept->mutex);
    *entry = (kept_diff){.next = kept->first, .diff = diff, .number = ++kept->last};
    kept->first = entry;
    *out = entry->number;
    pthread_mutex_unlock(&kept->mutex);
    return TARN_OK;
}

/* With the mutex held. */
static kept_diff *find(const tarn_kept *kept, int64_t number, const tarn_diff *diff) {
    kept_diff *entry = kept->first;
    while (entry != NULL && (diff != NULL ? entry->diff != diff : entry->number != number || entry->closed))
        entry = entry->next;
    return entry;
}

/* With the mutex held. */
static void remove_unused(tarn_kept *kept, kept_diff *entry) {
    if (entry->users > 0 || !entry->closed)
        return;
    kept_diff **at = &kept->first;
    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    tarn_diff_close(entry->diff);
    free(entry);
}

static tarn_status unknown(int64_t number, tarn_error *error) {
    return tarn_fail(error, TARN_E_NOT_FOUND, "there is no open comparison %lld: it was released, or never opened",
                     (long long)number);
}

tarn_status tarn_kept_take(tarn_kept *kept, int64_t number, tarn_diff **out, tarn_error *error) {
    pthread_mutex_lock(&kept->mutex);
    kept_diff *entry = find(kept, number, NULL);
    if (entry != NULL)
        entry->users++;
    *out = entry != NULL ? entry->diff : NULL;
    pthread_mutex_unlock(&kept->mutex);
    return entry != NULL ? TARN_OK : unknown(number, error);
}

void tarn_kept_give_back(tarn_kept *kept, tarn_diff *diff) {
    pthread_mutex_lock(&kept->mutex);
    kept_diff *entry = find(kept, 0, diff);
    entry->users--;
    remove_unused(kept, entry);
    pthread_mutex_unlock(&kept->mutex);
}

tarn_status tarn_kept_close(tarn_kept *kept, int64_t number, tarn_error *error) {
    pthread_mutex_lock(&kept->mutex);
    kept_diff *entry = find(kept, number, NULL);
    if (entry != NULL) {
        entry->closed = true;
        remove_unused(kept, entry);
    }
    pthread_mutex_unlock(&kept->mutex);
    return entry != NULL ? TARN_OK : unknown(number, error);
}
