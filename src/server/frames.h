/**
 * @file frames.h
 * Messages out of the bytes of a WebSocket, and into them: wslay's frames over buffers. Knows no sockets.
 */
#ifndef TARN_SERVER_FRAMES_H
#define TARN_SERVER_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tarn_frames tarn_frames;

typedef struct tarn_frames_calls {
    void *context;
    void (*message)(void *context, bool is_text, const uint8_t *data, size_t size);
    void (*heard)(void *context); /**< something came, if only the answer to a ping */
    void (*send)(void *context, const uint8_t *data, size_t size);
} tarn_frames_calls;

/** Messages of at most `limit` bytes are taken. NULL when out of memory. */
tarn_frames *tarn_frames_new(const tarn_frames_calls *calls, size_t limit);
void tarn_frames_free(tarn_frames *frames);

/** Bytes came. False when the connection is to be ended: the other side said so, or broke the rules. */
bool tarn_frames_receive(tarn_frames *frames, const uint8_t *data, size_t size);
/** Send one; false when that is not possible any more. */
bool tarn_frames_send(tarn_frames *frames, bool is_text, const void *data, size_t size);
void tarn_frames_ping(tarn_frames *frames);
/** Say goodbye with a code of RFC 6455, section 7.4. */
void tarn_frames_close(tarn_frames *frames, uint16_t code, const char *reason);

#endif
