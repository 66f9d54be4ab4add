// One request of a WebSocket until it is answered.
#include "server/socket_request.h"

#include "base/error.h"
#include "server/stream.h"

#include <stdlib.h>
#include <string.h>

struct tarn_socket_request {
    tarn_socket_request *next;
    tarn_socket *socket;
    tarn_caller *caller; /* held: it may end after the socket */
    uint64_t id;
    const tarn_operation *operation; /* NULL: unknown, which the library will say */
    bool left;
    tarn_stream *stream;  /* NULL: a short one */
    uint64_t taken, told; /* bytes of it that came, and that the client was told of */
    uint64_t progress;
    tarn_reply reply;
    tarn_post post;
};

uint64_t tarn_socket_request_id(const tarn_socket_request *request) {
    return request->id;
}

tarn_socket_request **tarn_socket_request_next(tarn_socket_request *request) {
    return &request->next;
}

tarn_status tarn_socket_request_new(tarn_socket *socket, const tarn_message *message, tarn_socket_request **out,
                                    tarn_error *error) {
    tarn_socket_request *request = calloc(1, sizeof *request);
    const char *name = json_string_value(json_object_get(message->json, "op"));
    if (request == NULL)
        return tarn_fail_memory(error);
    request->socket = socket;
    request->id = message->id;
    request->operation = name != NULL ? tarn_operation_find(name) : NULL;
    request->caller = tarn_socket_caller(socket);
    tarn_caller_hold(request->caller);
    tarn_socket_hold(socket);
    tarn_socket_server(socket)->asking++;
    *out = request;
    return TARN_OK;
}

static void request_free(tarn_socket_request *request) {
    if (!request->left)
        tarn_socket_forget(request->socket, request);
    tarn_socket_server(request->socket)->asking--;
    tarn_caller_release(request->caller);
    tarn_socket_release(request->socket);
    tarn_reply_clear(&request->reply);
    free(request);
}

/* The answer, with bytes in pieces that others may overtake. */
static void answer(tarn_socket_request *request, const tarn_reply *reply) {
    json_t *json = json_loadb(reply->json, reply->json_size, 0, NULL);
    json_t *id = json_integer((json_int_t)request->id);
    const uint8_t *at = reply->bytes;
    size_t left = reply->byte_count;
    json_object_set(json, "id", id);
    if (reply->bytes != NULL && reply->media_type != NULL)
        json_object_set_new(json, "media_type", json_string(reply->media_type));
    for (; left > TARN_PIECE; at += TARN_PIECE, left -= TARN_PIECE)
        tarn_socket_send(request->socket, json_pack("{s:O,s:b}", "id", id, "more", 1), at, TARN_PIECE);
    tarn_socket_send(request->socket, json, at, left);
    json_decref(id);
}

/* ---- short ones ---------------------------------------------------------------------------------------------------
 */

static void answered(void *context) {
    tarn_socket_request *request = context;
    if (!request->left)
        answer(request, &request->reply);
    request_free(request);
}

/* On any thread. */
static void receive(void *context, uint64_t id, tarn_reply *reply) {
    tarn_socket_request *request = context;
    (void)id;
    request->reply = *reply;
    *reply = (tarn_reply){0};
    tarn_loop_post(&tarn_socket_server(request->socket)->loop, &request->post);
}

static void submit(tarn_socket_request *request, const char *text, const tarn_message *message) {
    const tarn_request what = {
        .json = text, .json_size = strlen(text), .bytes = message->bytes, .byte_count = message->size};
    request->post = (tarn_post){.run = answered, .context = request};
    tarn_session_submit(request->caller->session, request->id, &what, receive, request);
}

/* ---- those of any size ---------------------------------------------------------------------------------------------
 */

static void begin(void *context, const char *media_type) {
    const tarn_socket_request *request = context;
    tarn_socket_send(request->socket,
                     json_pack("{s:I,s:b,s:s?}", "id", (json_int_t)request->id, "begins", 1, "media_type", media_type),
                     NULL, 0);
}

static void write_pieces(void *context, const void *data, size_t size, tarn_release release, void *release_context) {
    const tarn_socket_request *request = context;
    const uint8_t *at = data;
    while (size > 0) {
        size_t part = size < TARN_PIECE ? size : TARN_PIECE;
        tarn_socket_send(request->socket, json_pack("{s:I,s:b}", "id", (json_int_t)request->id, "more", 1), at, part);
        at += part;
        size -= part;
    }
    release(release_context);
}

static void end(void *context, tarn_reply *reply) {
    tarn_socket_request *request = context;
    tarn_socket_server(request->socket)->metrics.running_streams--;
    request->stream = NULL;
    answer(request, reply);
    tarn_reply_clear(reply);
    request_free(request);
}

static size_t unsent(void *context) {
    const tarn_socket_request *request = context;
    return tarn_socket_unsent(request->socket);
}

static void tell_taken(tarn_socket_request *request) {
    if (request->told == request->taken)
        return;
    request->told = request->taken;
    tarn_socket_send(request->socket,
                     json_pack("{s:I,s:I}", "id", (json_int_t)request->id, "taken", (json_int_t)request->taken), NULL,
                     0);
}

static void fed(void *context) {
    tell_taken(context);
}

static tarn_status start_stream(tarn_socket_request *request, const char *text, const tarn_message *message,
                                tarn_error *error) {
    const tarn_stream_owner owner = {request, begin, write_pieces, end, unsent, fed};
    tarn_server *server = tarn_socket_server(request->socket);
    if (server->metrics.running_streams >= TARN_MOST_STREAMS)
        return tarn_fail(error, TARN_E_MEMORY, "as many uploads, exports and queries run as may: try again later");
    bool takes = message->more || message->bytes != NULL;
    TARN_TRY(tarn_stream_start(&server->loop, request->caller, text, takes, &owner, &request->stream, error));
    server->metrics.running_streams++;
    if (takes)
        tarn_socket_request_feed(request, message);
    return TARN_OK;
}

void tarn_socket_request_start(tarn_socket_request *request, const tarn_message *message) {
    tarn_error error = {0};
    char *text = json_dumps(message->json, JSON_COMPACT);
    tarn_status status = TARN_OK;
    if (text == NULL)
        status = tarn_fail_memory(&error);
    else if (request->operation == NULL || (!message->more && tarn_is_short(request->operation, message->json)))
        submit(request, text, message);
    else
        status = start_stream(request, text, message, &error);
    free(text);
    if (status == TARN_OK)
        return;
    tarn_socket_fail(request->socket, request->id, error.code, error.message);
    request_free(request);
}

void tarn_socket_request_feed(tarn_socket_request *request, const tarn_message *message) {
    if (request->stream == NULL)
        return;
    request->taken += message->size;
    bool room = tarn_stream_feed(request->stream, message->bytes, message->size);
    if (request->taken - request->told > TARN_PIECES_WAITING)
        tarn_stream_cancel(request->stream); /* it does not wait for being told: it is not to fill the memory */
    if (!message->more)
        tarn_stream_feed_end(request->stream);
    else if (room)
        tell_taken(request);
}

void tarn_socket_request_pump(tarn_socket_request *request) {
    if (request->stream != NULL)
        tarn_stream_pump(request->stream);
}

void tarn_socket_request_tell_progress(tarn_socket_request *request) {
    tarn_progress_state state;
    if (request->stream == NULL || !tarn_stream_progress(request->stream, &state) || state.done == request->progress)
        return;
    request->progress = state.done;
    tarn_socket_send(request->socket,
                     json_pack("{s:I,s:{s:s,s:s,s:I,s:I,s:I,s:f,s:I}}", "id", (json_int_t)request->id, "progress",
                               "phase", state.phase, "unit", state.unit, "done", (json_int_t)state.done, "total",
                               (json_int_t)state.total, "elapsed_us", (json_int_t)state.elapsed, "rate", state.rate,
                               "remaining_us", (json_int_t)state.remaining),
                     NULL, 0);
}

void tarn_socket_request_cancel(tarn_socket_request *request) {
    if (request->stream != NULL)
        tarn_stream_cancel(request->stream);
    else
        tarn_session_cancel(request->caller->session, request->id);
}

void tarn_socket_request_leave(tarn_socket_request *request) {
    if (request->stream == NULL) {
        tarn_socket_forget(request->socket, request);
        request->left = true; /* freed when it is answered */
        return;
    }
    tarn_stream *stream = request->stream;
    tarn_socket_server(request->socket)->metrics.running_streams--;
    request_free(request);
    tarn_stream_leave(stream);
}
