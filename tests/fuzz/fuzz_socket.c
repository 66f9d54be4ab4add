/* Frames and messages of WebSockets, and results cut into frames of the query stream: whatever bytes come. */
#include "server/frames.h"
#include "server/message.h"
#include "server/query_frames.h"

static void on_message(void *context, bool is_text, const uint8_t *data, size_t size) {
    tarn_message message;
    (void)context;
    if (tarn_message_read(is_text, data, size, &message, NULL) == TARN_OK)
        tarn_message_clear(&message);
}

static void on_heard(void *context) {
    (void)context;
}

static void on_send(void *context, const uint8_t *data, size_t size) {
    size_t *sent = context;
    (void)data;
    *sent += size;
}

static void receive_frames(const uint8_t *data, size_t size) {
    size_t sent = 0;
    const tarn_frames_calls calls = {&sent, on_message, on_heard, on_send};
    tarn_frames *frames = tarn_frames_new(&calls, 1 << 16);
    if (frames == NULL)
        return;
    size_t half = size / 2;
    if (tarn_frames_receive(frames, data, half))
        tarn_frames_receive(frames, data + half, size - half);
    tarn_frames_free(frames);
}

static void cut_result(const uint8_t *data, size_t size) {
    tarn_query_frames frames = {0};
    tarn_buffer out = {0};
    size_t half = size / 2;
    if (tarn_query_frames_add(&frames, data, half, &out))
        tarn_query_frames_add(&frames, data + half, size - half, &out);
    tarn_query_frames_free(&frames);
    tarn_buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    receive_frames(data, size);
    on_message(NULL, false, data, size);
    on_message(NULL, true, data, size);
    cut_result(data, size);
    return 0;
}
