// An Arrow IPC stream as frames of the query stream protocol.
#include "server/query_frames.h"

#include "arrow/flatbuffer_read.h"

#include <string.h>

#define CONTINUATION 0xFFFFFFFFu
#define PREFIX 8
/* No schema of ours comes near to this. */
#define MOST_METADATA (64u << 20)

enum { VERSION, HEADER_TYPE, HEADER, BODY_LENGTH }; /* fields of a message */
enum { SCHEMA = 1, DICTIONARY, BATCH };             /* kinds of them */

static uint32_t word_at(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

void tarn_query_frames_free(tarn_query_frames *frames) {
    tarn_buffer_free(&frames->head);
    tarn_buffer_free(&frames->waiting);
}

static bool append(tarn_buffer *to, const void *data, size_t size) {
    return size == 0 || tarn_buffer_append(to, data, size, NULL) == TARN_OK;
}

/* Take bytes until the head has `wanted`; false while it has not. */
static bool fill(tarn_query_frames *frames, const uint8_t **data, size_t *size, size_t wanted, bool *failed) {
    size_t missing = frames->head.size < wanted ? wanted - frames->head.size : 0;
    size_t taken = missing < *size ? missing : *size;
    *failed = !append(&frames->head, *data, taken);
    *data += taken;
    *size -= taken;
    return !*failed && frames->head.size >= wanted;
}

/* The head is complete: say what it is of. */
static bool begin_message(tarn_query_frames *frames, tarn_buffer *out) {
    fb_buffer bytes = {.data = frames->head.data + PREFIX, .size = frames->head.size - PREFIX};
    fb_table root = fb_root(&bytes);
    int kind = fb_u8(&root, HEADER_TYPE, 0);
    fb_table header = fb_child(&root, HEADER);
    int64_t body = fb_i64(&root, BODY_LENGTH, 0), rows = kind == BATCH ? fb_i64(&header, 0, 0) : 0;
    if (bytes.bad || body < 0 || kind < SCHEMA || kind > BATCH)
        return false;
    frames->body = (uint64_t)body;
    frames->is_dictionary = kind == DICTIONARY;
    bool done = true;
    if (kind == SCHEMA)
        done = tarn_buffer_printf(out, NULL, "{\"type\":\"schema\",\"size\":%zu}\n", frames->head.size) == TARN_OK;
    else if (kind == BATCH)
        done = tarn_buffer_printf(out, NULL, "{\"type\":\"batch\",\"size\":%llu,\"rows\":%lld}\n",
                                  (unsigned long long)frames->waiting.size + frames->head.size + frames->body,
                                  (long long)rows) == TARN_OK &&
               append(out, frames->waiting.data, frames->waiting.size);
    if (kind == BATCH)
        tarn_buffer_free(&frames->waiting);
    done = done && append(frames->is_dictionary ? &frames->waiting : out, frames->head.data, frames->head.size);
    frames->head.size = 0;
    return done;
}

static bool read_head(tarn_query_frames *frames, const uint8_t **data, size_t *size, tarn_buffer *out) {
    bool failed = false;
    if (!fill(frames, data, size, PREFIX, &failed))
        return !failed;
    uint32_t metadata = word_at(frames->head.data + 4);
    if (word_at(frames->head.data) != CONTINUATION || metadata > MOST_METADATA)
        return false;
    if (metadata == 0) {
        frames->has_ended = true;
        return true;
    }
    if (!fill(frames, data, size, PREFIX + (size_t)metadata, &failed))
        return !failed;
    return begin_message(frames, out);
}

bool tarn_query_frames_add(tarn_query_frames *frames, const uint8_t *data, size_t size, tarn_buffer *out) {
    while (size > 0 && !frames->has_ended) {
        if (frames->body > 0) {
            size_t part = frames->body < size ? (size_t)frames->body : size;
            if (!append(frames->is_dictionary ? &frames->waiting : out, data, part))
                return false;
            frames->body -= part;
            data += part;
            size -= part;
        } else if (!read_head(frames, &data, &size, out)) {
            return false;
        }
    }
    return true;
}
