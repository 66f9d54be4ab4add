// The thread that serves, and how others hand work back to it.
#include "server/loop.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void run_posts(uv_async_t *news) {
    tarn_loop *loop = news->data;
    pthread_mutex_lock(&loop->mutex);
    tarn_post *post = loop->first;
    loop->first = loop->last = NULL;
    pthread_mutex_unlock(&loop->mutex);
    while (post != NULL) {
        tarn_post *next = post->next;
        post->run(post->context);
        post = next;
    }
}

tarn_status tarn_loop_init(tarn_loop *loop, tarn_error *error) {
    int code = uv_loop_init(&loop->uv);
    if (code == 0) {
        code = uv_async_init(&loop->uv, &loop->news, run_posts);
        if (code != 0)
            uv_loop_close(&loop->uv);
    }
    if (code != 0)
        return tarn_fail_uv(error, code, "cannot start to serve");
    loop->news.data = loop;
    loop->first = loop->last = NULL;
    pthread_mutex_init(&loop->mutex, NULL);
    return TARN_OK;
}

void tarn_loop_free(tarn_loop *loop) {
    run_posts(&loop->news);
    uv_close((uv_handle_t *)&loop->news, NULL);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    uv_loop_close(&loop->uv);
    pthread_mutex_destroy(&loop->mutex);
}

void tarn_loop_post(tarn_loop *loop, tarn_post *post) {
    pthread_mutex_lock(&loop->mutex);
    bool first = loop->first == NULL;
    post->next = NULL;
    *(loop->last != NULL ? &loop->last->next : &loop->first) = post;
    loop->last = post;
    if (first)
        uv_async_send(&loop->news);
    pthread_mutex_unlock(&loop->mutex);
}

tarn_status tarn_fail_uv(tarn_error *error, int code, const char *format, ...) {
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    tarn_status status = code == UV_EADDRINUSE ? TARN_E_EXISTS
                         : code == UV_ENOMEM   ? TARN_E_MEMORY
                         : code == UV_ENOENT   ? TARN_E_NOT_FOUND
                         : code == UV_EINVAL   ? TARN_E_INVALID
                                               : TARN_E_IO;
    return tarn_fail(error, status, "%s: %s", what, uv_strerror(code));
}
