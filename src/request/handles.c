// What stays open between a session's requests, under numbers.
#include "request/handles.h"

#include "base/clock.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdlib.h>

#define LIMIT 64
#define BYTES (UINT64_C(256) << 20)

struct tarn_handle {
    tarn_handle *next;
    tarn_handle_kind kind;
    void *what;
    void (*close)(void *what);
    uint64_t bytes;
    int64_t number, used; /* when */
    size_t users;
    bool released; /* by number it is not found any more */
};

void tarn_handles_init(tarn_handles *handles, const tarn_context *limits) {
    *handles = (tarn_handles){.limit = limits->handle_limit > 0 ? limits->handle_limit : LIMIT,
                              .most_bytes = limits->handle_bytes > 0 ? limits->handle_bytes : BYTES,
                              .idle = limits->handle_idle};
    pthread_mutex_init(&handles->mutex, NULL);
}

void tarn_handles_clear(tarn_handles *handles) {
    while (handles->first != NULL) {
        tarn_handle *handle = handles->first;
        handles->first = handle->next;
        handle->close(handle->what);
        free(handle);
    }
    handles->count = 0;
    handles->bytes = 0;
}

void tarn_handles_free(tarn_handles *handles) {
    tarn_handles_clear(handles);
    pthread_mutex_destroy(&handles->mutex);
}

/* ---- with the mutex held --------------------------------------------------------------------------------------- */

static void take_out(tarn_handles *handles, const tarn_handle *handle) {
    tarn_handle **at = &handles->first;
    while (*at != handle)
        at = &(*at)->next;
    *at = handle->next;
}

static void release(tarn_handles *handles, tarn_handle *handle) {
    if (!handle->released) {
        handle->released = true;
        handles->count--;
        handles->bytes -= handle->bytes;
    }
    if (handle->users > 0)
        return;
    take_out(handles, handle);
    handle->close(handle->what);
    free(handle);
}

/* The one that was not used longest, of those that nobody uses and that are not `but`. */
static tarn_handle *oldest(const tarn_handles *handles, const tarn_handle *but) {
    tarn_handle *found = NULL;
    for (tarn_handle *handle = handles->first; handle != NULL; handle = handle->next) {
        if (!handle->released && handle->users == 0 && handle != but)
            found = handle; /* they stand in the order of their use */
    }
    return found;
}

static void keep_within_limits(tarn_handles *handles, const tarn_handle *newest) {
    int64_t now = tarn_monotonic();
    for (;;) {
        tarn_handle *handle = oldest(handles, newest);
        bool is_idle = handle != NULL && handles->idle > 0 && now - handle->used > handles->idle;
        if (handle == NULL || (!is_idle && handles->count <= handles->limit && handles->bytes <= handles->most_bytes))
            return;
        release(handles, handle);
    }
}

static void put_first(tarn_handles *handles, tarn_handle *handle) {
    handle->used = tarn_monotonic();
    handle->next = handles->first;
    handles->first = handle;
}

static tarn_handle *find(const tarn_handles *handles, tarn_handle_kind kind, int64_t number) {
    tarn_handle *handle = handles->first;
    while (handle != NULL && (handle->number != number || handle->kind != kind || handle->released))
        handle = handle->next;
    return handle;
}

/* ---- the interface --------------------------------------------------------------------------------------------- */

tarn_status tarn_handles_add(tarn_handles *handles, tarn_handle_kind kind, void *what, void (*close)(void *what),
                             uint64_t bytes, int64_t *out, tarn_error *error) {
    tarn_handle *handle = calloc(1, sizeof *handle);
    if (handle == NULL) {
        close(what);
        return tarn_fail_memory(error);
    }
    pthread_mutex_lock(&handles->mutex);
    *handle = (tarn_handle){.kind = kind, .what = what, .close = close, .bytes = bytes, .number = ++handles->last};
    *out = handle->number;
    put_first(handles, handle);
    handles->count++;
    handles->bytes += bytes;
    keep_within_limits(handles, handle);
    pthread_mutex_unlock(&handles->mutex);
    return TARN_OK;
}

static tarn_status unknown(tarn_handle_kind kind, int64_t number, tarn_error *error) {
    static const char *const names[] = {"comparison", "view"};
    return tarn_fail(error, TARN_E_NOT_FOUND, "there is no open %s %lld: it was released, or never opened", names[kind],
                     (long long)number);
}

tarn_status tarn_handles_take(tarn_handles *handles, tarn_handle_kind kind, int64_t number, tarn_handle **out,
                              tarn_error *error) {
    pthread_mutex_lock(&handles->mutex);
    tarn_handle *handle = find(handles, kind, number);
    if (handle != NULL) {
        handle->users++;
        take_out(handles, handle);
        put_first(handles, handle);
    }
    keep_within_limits(handles, handle);
    pthread_mutex_unlock(&handles->mutex);
    *out = handle;
    return handle != NULL ? TARN_OK : unknown(kind, number, error);
}

void *tarn_handle_what(const tarn_handle *handle) {
    return handle->what;
}

void tarn_handles_give_back(tarn_handles *handles, tarn_handle *handle) {
    pthread_mutex_lock(&handles->mutex);
    handle->users--;
    if (handle->released)
        release(handles, handle);
    pthread_mutex_unlock(&handles->mutex);
}

tarn_status tarn_handles_release(tarn_handles *handles, tarn_handle_kind kind, int64_t number, tarn_error *error) {
    pthread_mutex_lock(&handles->mutex);
    tarn_handle *handle = find(handles, kind, number);
    if (handle != NULL)
        release(handles, handle);
    pthread_mutex_unlock(&handles->mutex);
    return handle != NULL ? TARN_OK : unknown(kind, number, error);
}
