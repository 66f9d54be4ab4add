// Messages out of the bytes of a WebSocket, and into them.
#include "server/frames.h"

#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <wslay/wslay.h>

struct tarn_frames {
    wslay_event_context_ptr wslay;
    tarn_frames_calls calls;
    const uint8_t *input; /* borrowed while bytes are received */
    size_t input_size;
    bool is_receiving;
};

static ssize_t give_input(wslay_event_context_ptr wslay, uint8_t *into, size_t size, int flags, void *context) {
    tarn_frames *frames = context;
    (void)flags;
    if (frames->input_size == 0) {
        wslay_event_set_error(wslay, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    size_t taken = size < frames->input_size ? size : frames->input_size;
    memcpy(into, frames->input, taken);
    frames->input += taken;
    frames->input_size -= taken;
    return (ssize_t)taken;
}

static ssize_t take_output(wslay_event_context_ptr wslay, const uint8_t *data, size_t size, int flags, void *context) {
    tarn_frames *frames = context;
    (void)wslay;
    (void)flags;
    frames->calls.send(frames->calls.context, data, size);
    return (ssize_t)size;
}

static void on_message(wslay_event_context_ptr wslay, const struct wslay_event_on_msg_recv_arg *message,
                       void *context) {
    tarn_frames *frames = context;
    (void)wslay;
    frames->calls.heard(frames->calls.context);
    if (message->opcode == WSLAY_TEXT_FRAME || message->opcode == WSLAY_BINARY_FRAME)
        frames->calls.message(frames->calls.context, message->opcode == WSLAY_TEXT_FRAME, message->msg,
                              message->msg_length);
}

tarn_frames *tarn_frames_new(const tarn_frames_calls *calls, size_t limit) {
    static const struct wslay_event_callbacks callbacks = {
        .recv_callback = give_input, .send_callback = take_output, .on_msg_recv_callback = on_message};
    tarn_frames *frames = calloc(1, sizeof *frames);
    if (frames == NULL || wslay_event_context_server_init(&frames->wslay, &callbacks, frames) != 0) {
        free(frames);
        return NULL;
    }
    frames->calls = *calls;
    wslay_event_config_set_max_recv_msg_length(frames->wslay, limit);
    return frames;
}

void tarn_frames_free(tarn_frames *frames) {
    if (frames == NULL)
        return;
    wslay_event_context_free(frames->wslay);
    free(frames);
}

/* What was queued while bytes are received goes out behind that. */
static bool flush(tarn_frames *frames) {
    return frames->is_receiving || !wslay_event_want_write(frames->wslay) || wslay_event_send(frames->wslay) == 0;
}

bool tarn_frames_receive(tarn_frames *frames, const uint8_t *data, size_t size) {
    frames->input = data;
    frames->input_size = size;
    frames->is_receiving = true;
    int code = wslay_event_recv(frames->wslay);
    frames->is_receiving = false;
    frames->input_size = 0;
    return flush(frames) && code == 0 && wslay_event_get_read_enabled(frames->wslay) &&
           !wslay_event_get_close_received(frames->wslay) && wslay_event_get_write_enabled(frames->wslay);
}

bool tarn_frames_send(tarn_frames *frames, bool is_text, const void *data, size_t size) {
    const struct wslay_event_msg message = {is_text ? WSLAY_TEXT_FRAME : WSLAY_BINARY_FRAME, data, size};
    return wslay_event_queue_msg(frames->wslay, &message) == 0 && flush(frames);
}

void tarn_frames_ping(tarn_frames *frames) {
    const struct wslay_event_msg message = {WSLAY_PING, NULL, 0};
    if (wslay_event_queue_msg(frames->wslay, &message) == 0)
        flush(frames);
}

void tarn_frames_close(tarn_frames *frames, uint16_t code, const char *reason) {
    if (wslay_event_queue_close(frames->wslay, code, (const uint8_t *)reason, strlen(reason)) == 0)
        flush(frames);
}
