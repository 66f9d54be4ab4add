// What goes out to a socket.
#include "server/output.h"

#include <stdlib.h>
#include <string.h>

/* With less than this on its way, more is welcome. */
#define LOW (256u * 1024)

typedef struct sending {
    uv_write_t request;
    tarn_output *output;
    size_t size;
    void (*release)(void *context);
    void *context;
    uint8_t copy[];
} sending;

size_t tarn_output_unsent(const tarn_output *output) {
    return output->unsent;
}

void tarn_output_free(tarn_output *output) {
    tarn_tls_free(output->tls);
    output->tls = NULL;
}

static void sent(uv_write_t *request, int status) {
    sending *done = (sending *)request->data;
    tarn_output *output = done->output;
    size_t before = output->unsent;
    output->unsent -= done->size;
    if (done->release != NULL)
        done->release(done->context);
    free(done);
    if (uv_is_closing((uv_handle_t *)&output->tcp))
        return;
    if (status != 0)
        output->broken(output->context);
    else if (before >= LOW || output->unsent == 0)
        output->drained(output->context);
}

/* Queue `head`, which is copied, and `data`, which is copied when nobody releases it. */
static bool queue(tarn_output *output, const uv_buf_t *parts, void (*release)(void *context), void *context) {
    size_t copied = parts[0].len + (release == NULL ? parts[1].len : 0);
    sending *later = malloc(sizeof *later + copied);
    if (later == NULL) {
        if (release != NULL)
            release(context);
        return false;
    }
    *later = (sending){.output = output, .size = parts[0].len + parts[1].len, .release = release, .context = context};
    later->request.data = later;
    uv_buf_t buffers[2] = {uv_buf_init((char *)later->copy, (unsigned)parts[0].len), parts[1]};
    if (parts[0].len > 0)
        memcpy(later->copy, parts[0].base, parts[0].len);
    if (release == NULL && parts[1].len > 0) {
        memcpy(later->copy + parts[0].len, parts[1].base, parts[1].len);
        buffers[1].base = (char *)later->copy + parts[0].len;
    }
    output->unsent += later->size;
    if (uv_write(&later->request, (uv_stream_t *)&output->tcp, buffers, 2, sent) == 0)
        return true;
    output->unsent -= later->size;
    if (release != NULL)
        release(context);
    free(later);
    return false;
}

static bool send_clear(tarn_output *output, const void *head, size_t head_size, const void *data, size_t size,
                       void (*release)(void *context), void *context) {
    uv_buf_t parts[2] = {uv_buf_init((char *)head, (unsigned)head_size), uv_buf_init((char *)data, (unsigned)size)};
    int taken = output->unsent == 0 ? uv_try_write((uv_stream_t *)&output->tcp, parts, 2) : UV_EAGAIN;
    if (taken < 0 && taken != UV_EAGAIN) {
        if (release != NULL)
            release(context);
        return false;
    }
    for (int i = 0; i < 2 && taken > 0; i++) {
        size_t part = (size_t)taken < parts[i].len ? (size_t)taken : parts[i].len;
        parts[i].base += part;
        parts[i].len -= part;
        taken -= (int)part;
    }
    if (parts[0].len + parts[1].len > 0)
        return queue(output, parts, release, context);
    if (release != NULL)
        release(context);
    return true;
}

void tarn_output_flush(tarn_output *output) {
    tarn_buffer *encrypted = tarn_tls_output(output->tls);
    if (encrypted->size > 0 && !uv_is_closing((uv_handle_t *)&output->tcp))
        send_clear(output, encrypted->data, encrypted->size, NULL, 0, NULL, NULL);
    encrypted->size = 0;
    if (encrypted->capacity > 4 * (size_t)LOW)
        tarn_buffer_free(encrypted);
}

bool tarn_output_send(tarn_output *output, const void *head, size_t head_size, const void *data, size_t size,
                      void (*release)(void *context), void *context) {
    bool usable = !uv_is_closing((uv_handle_t *)&output->tcp);
    if (usable && output->tls == NULL)
        return send_clear(output, head, head_size, data, size, release, context);
    if (usable)
        usable = tarn_tls_send(output->tls, head, head_size) && tarn_tls_send(output->tls, data, size);
    if (output->tls != NULL)
        tarn_output_flush(output);
    if (release != NULL)
        release(context);
    return usable;
}

static void ended(uv_shutdown_t *request, int status) {
    (void)status;
    free(request);
}

void tarn_output_end(tarn_output *output) {
    if (output->tls != NULL) {
        tarn_tls_end(output->tls);
        tarn_output_flush(output);
    }
    uv_shutdown_t *request = malloc(sizeof *request);
    if (request == NULL || uv_shutdown(request, (uv_stream_t *)&output->tcp, ended) != 0)
        free(request);
}
