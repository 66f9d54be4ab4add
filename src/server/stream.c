// A request of any size, on a thread of its own.
#include "server/stream.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* What may wait to be read by the thread, and where the client is let on again. */
#define INBOX_HIGH (1024u * 1024)
#define INBOX_LOW (256u * 1024)
/* What is shorter is collected until the answer is complete, or this much is there. */
#define WHOLE (64u * 1024)
/* Pieces of at least this size are not copied: the thread waits until they are sent. */
#define BORROWED (128u * 1024)
/* What may be under way to the client. */
#define OUTBOX_HIGH (2u * 1024 * 1024)
#define UNSENT_HIGH (1024u * 1024)

typedef struct piece {
    struct piece *next;
    tarn_stream *stream;
    const uint8_t *data;
    size_t size;
    bool is_borrowed, is_done;
    uint8_t copy[];
} piece;

struct tarn_stream {
    tarn_loop *loop;
    tarn_caller *caller;
    tarn_stream_owner owner;
    char *request;
    bool takes;
    tarn_task *task;
    tarn_reply reply;
    pthread_t thread;
    tarn_post post;

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t news;
    tarn_buffer inbox;
    size_t inbox_at;
    bool inbox_ended, inbox_full;
    tarn_buffer small; /* the answer's first bytes */
    piece *first, *last;
    size_t outbox; /* bytes that were written and are not sent */
    const char *media_type;
    bool streaming; /* the answer has begun to go out */
    bool began, left, done, posted;
};

/* ---- the thread's side ------------------------------------------------------------------------------------------- */

/* With the mutex held. */
static void tell_loop(tarn_stream *stream) {
    if (stream->posted)
        return;
    stream->posted = true;
    tarn_loop_post(stream->loop, &stream->post);
}

static tarn_status gone(tarn_error *error) {
    return tarn_fail(error, TARN_E_CANCELLED, "the client has gone");
}

static tarn_status read_inbox(void *context, void *into, size_t capacity, size_t *got, tarn_error *error) {
    tarn_stream *stream = context;
    pthread_mutex_lock(&stream->mutex);
    while (stream->inbox.size == stream->inbox_at && !stream->inbox_ended && !stream->left)
        pthread_cond_wait(&stream->news, &stream->mutex);
    size_t there = stream->inbox.size - stream->inbox_at;
    *got = there < capacity ? there : capacity;
    if (*got > 0)
        memcpy(into, stream->inbox.data + stream->inbox_at, *got);
    stream->inbox_at += *got;
    if (stream->inbox_at == stream->inbox.size)
        stream->inbox.size = stream->inbox_at = 0;
    if (stream->inbox_full && stream->inbox.size - stream->inbox_at <= INBOX_LOW)
        tell_loop(stream);
    /* What was cut off must not be taken for the end. */
    bool left = stream->left || tarn_task_is_cancelled(stream->task);
    pthread_mutex_unlock(&stream->mutex);
    return left ? gone(error) : TARN_OK;
}

static tarn_status begin_outbox(void *context, const char *media_type, tarn_error *error) {
    tarn_stream *stream = context;
    (void)error;
    pthread_mutex_lock(&stream->mutex);
    stream->media_type = media_type;
    pthread_mutex_unlock(&stream->mutex);
    return TARN_OK;
}

/* With the mutex held. */
static tarn_status append_piece(tarn_stream *stream, const void *data, size_t size, bool borrow, piece **out,
                                tarn_error *error) {
    piece *added = malloc(sizeof *added + (borrow ? 0 : size));
    if (added == NULL)
        return tarn_fail_memory(error);
    *added = (piece){.stream = stream, .data = borrow ? data : added->copy, .size = size, .is_borrowed = borrow};
    if (!borrow)
        memcpy(added->copy, data, size);
    *(stream->last != NULL ? &stream->last->next : &stream->first) = added;
    stream->last = added;
    stream->outbox += size;
    tell_loop(stream);
    *out = added;
    return TARN_OK;
}

/* With the mutex held: what was collected goes first. */
static tarn_status begin_streaming(tarn_stream *stream, tarn_error *error) {
    piece *ignored;
    stream->streaming = true;
    if (stream->small.size == 0)
        return TARN_OK;
    TARN_TRY(append_piece(stream, stream->small.data, stream->small.size, false, &ignored, error));
    tarn_buffer_free(&stream->small);
    return TARN_OK;
}

/* With the mutex held. */
static tarn_status write_streaming(tarn_stream *stream, const void *data, size_t size, tarn_error *error) {
    bool borrow = size >= BORROWED;
    piece *added;
    if (stream->left)
        return gone(error);
    TARN_TRY(append_piece(stream, data, size, borrow, &added, error));
    while (borrow ? !added->is_done : stream->outbox > OUTBOX_HIGH && !stream->left)
        pthread_cond_wait(&stream->news, &stream->mutex);
    if (borrow)
        free(added);
    return stream->left ? gone(error) : TARN_OK;
}

static tarn_status write_outbox(void *context, const void *data, size_t size, tarn_error *error) {
    tarn_stream *stream = context;
    tarn_status status = TARN_OK;
    pthread_mutex_lock(&stream->mutex);
    if (!stream->streaming && stream->small.size + size <= WHOLE) {
        status = tarn_buffer_append(&stream->small, data, size, error);
    } else {
        if (!stream->streaming)
            status = begin_streaming(stream, error);
        /* A buffer of libuv has 32 bits for its size. */
        for (const uint8_t *at = data; status == TARN_OK && size > 0;) {
            size_t part = size < ((size_t)1 << 28) ? size : (size_t)1 << 28;
            status = write_streaming(stream, at, part, error);
            at += part;
            size -= part;
        }
    }
    pthread_mutex_unlock(&stream->mutex);
    return status;
}

static void *run(void *context) {
    tarn_stream *stream = context;
    const tarn_byte_source source = {stream, read_inbox};
    const tarn_byte_sink sink = {stream, begin_outbox, write_outbox};
    const tarn_request request = {.json = stream->request,
                                  .json_size = strlen(stream->request),
                                  .source = stream->takes ? &source : NULL,
                                  .sink = &sink};
    tarn_session_run(stream->caller->session, &request, stream->task, &stream->reply);
    pthread_mutex_lock(&stream->mutex);
    stream->done = true;
    tell_loop(stream);
    pthread_mutex_unlock(&stream->mutex);
    return NULL;
}

/* ---- the loop's side --------------------------------------------------------------------------------------------- */

static void stream_free(tarn_stream *stream) {
    tarn_task_release(stream->task);
    tarn_reply_clear(&stream->reply);
    tarn_buffer_free(&stream->inbox);
    tarn_buffer_free(&stream->small);
    tarn_caller_release(stream->caller);
    pthread_cond_destroy(&stream->news);
    pthread_mutex_destroy(&stream->mutex);
    free(stream->request);
    free(stream);
}

/* With the mutex held; the piece was sent, or never will be. */
static void piece_done(tarn_stream *stream, piece *sent) {
    stream->outbox -= sent->size;
    pthread_cond_broadcast(&stream->news);
    if (sent->is_borrowed)
        sent->is_done = true; /* the thread frees it */
    else
        free(sent);
}

/* After the last piece, the stream ends. True when it was. */
static bool end_if_done(tarn_stream *stream) {
    pthread_mutex_lock(&stream->mutex);
    bool over = stream->done && stream->first == NULL && stream->outbox == 0 && !stream->posted;
    pthread_mutex_unlock(&stream->mutex);
    if (!over)
        return false;
    pthread_join(stream->thread, NULL);
    if (!stream->left) {
        if (!stream->streaming && stream->small.size > 0) {
            stream->reply.bytes = stream->small.data;
            stream->reply.byte_count = stream->small.size;
            stream->reply.media_type = stream->media_type;
            stream->small = (tarn_buffer){0};
        }
        tarn_reply reply = stream->reply;
        stream->reply = (tarn_reply){0};
        stream->owner.end(stream->owner.context, &reply);
    }
    stream_free(stream);
    return true;
}

static void piece_released(void *context) {
    piece *sent = context;
    tarn_stream *stream = sent->stream;
    pthread_mutex_lock(&stream->mutex);
    piece_done(stream, sent);
    if (stream->done)
        tell_loop(stream);
    pthread_mutex_unlock(&stream->mutex);
}

static piece *take_piece(tarn_stream *stream) {
    pthread_mutex_lock(&stream->mutex);
    piece *next = stream->first;
    if (next != NULL) {
        stream->first = next->next;
        if (stream->first == NULL)
            stream->last = NULL;
    }
    pthread_mutex_unlock(&stream->mutex);
    return next;
}

void tarn_stream_pump(tarn_stream *stream) {
    while (!stream->left && stream->owner.unsent(stream->owner.context) < UNSENT_HIGH) {
        piece *next = take_piece(stream);
        if (next == NULL)
            return;
        if (!stream->began) {
            stream->began = true;
            stream->owner.begin(stream->owner.context, stream->media_type);
        }
        if (stream->left) {
            piece_released(next);
            return;
        }
        stream->owner.write(stream->owner.context, next->data, next->size, piece_released, next);
    }
}

/* On the loop: the thread has something to say. */
static void hear(void *context) {
    tarn_stream *stream = context;
    pthread_mutex_lock(&stream->mutex);
    stream->posted = false;
    bool room = stream->inbox_full && stream->inbox.size - stream->inbox_at <= INBOX_LOW;
    if (room)
        stream->inbox_full = false;
    pthread_mutex_unlock(&stream->mutex);
    if (room && !stream->left && stream->owner.fed != NULL)
        stream->owner.fed(stream->owner.context);
    tarn_stream_pump(stream);
    end_if_done(stream);
}

tarn_status tarn_stream_start(tarn_loop *loop, tarn_caller *caller, const char *request, bool takes,
                              const tarn_stream_owner *owner, tarn_stream **out, tarn_error *error) {
    tarn_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL)
        return tarn_fail_memory(error);
    stream->loop = loop;
    stream->caller = caller;
    stream->owner = *owner;
    stream->takes = takes;
    stream->post = (tarn_post){.run = hear, .context = stream};
    stream->request = tarn_strdup(request);
    pthread_mutex_init(&stream->mutex, NULL);
    pthread_cond_init(&stream->news, NULL);
    tarn_caller_hold(caller);
    *out = stream; /* before it runs: its owner has to know it */
    tarn_status status = stream->request == NULL ? tarn_fail_memory(error) : tarn_task_new(&stream->task, error);
    int errnum = status == TARN_OK ? pthread_create(&stream->thread, NULL, run, stream) : 0;
    if (errnum != 0)
        status = tarn_fail_errno(error, errnum, "cannot start a thread");
    if (status != TARN_OK) {
        *out = NULL;
        stream_free(stream);
    }
    return status;
}

bool tarn_stream_feed(tarn_stream *stream, const void *data, size_t size) {
    pthread_mutex_lock(&stream->mutex);
    if (stream->inbox_at > INBOX_HIGH / 2) {
        memmove(stream->inbox.data, stream->inbox.data + stream->inbox_at, stream->inbox.size - stream->inbox_at);
        stream->inbox.size -= stream->inbox_at;
        stream->inbox_at = 0;
    }
    if (tarn_buffer_append(&stream->inbox, data, size, NULL) != TARN_OK)
        tarn_task_cancel(stream->task);
    stream->inbox_full = stream->inbox.size - stream->inbox_at >= INBOX_HIGH && !stream->done;
    bool more = !stream->inbox_full;
    pthread_cond_broadcast(&stream->news);
    pthread_mutex_unlock(&stream->mutex);
    return more;
}

void tarn_stream_feed_end(tarn_stream *stream) {
    pthread_mutex_lock(&stream->mutex);
    stream->inbox_ended = true;
    pthread_cond_broadcast(&stream->news);
    pthread_mutex_unlock(&stream->mutex);
}

void tarn_stream_cancel(tarn_stream *stream) {
    tarn_task_cancel(stream->task);
    pthread_mutex_lock(&stream->mutex);
    stream->inbox_ended = true; /* nobody waits for more */
    pthread_cond_broadcast(&stream->news);
    pthread_mutex_unlock(&stream->mutex);
}

bool tarn_stream_progress(const tarn_stream *stream, tarn_progress_state *out) {
    tarn_task_progress(stream->task, out);
    return out->phase != NULL && out->unit != NULL;
}

void tarn_stream_leave(tarn_stream *stream) {
    tarn_task_cancel(stream->task);
    pthread_mutex_lock(&stream->mutex);
    stream->left = true;
    pthread_cond_broadcast(&stream->news);
    while (stream->first != NULL) {
        piece *next = stream->first;
        stream->first = next->next;
        piece_done(stream, next);
    }
    stream->last = NULL;
    if (stream->done)
        tell_loop(stream);
    pthread_mutex_unlock(&stream->mutex);
}
