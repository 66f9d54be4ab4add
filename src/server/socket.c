// WebSockets: the library's requests as messages, many at once, each answered when it is done.
#include "server/serving.h"

#include "base/clock.h"
#include "base/text.h"
#include "server/frames.h"
#include "server/handshake.h"
#include "server/message.h"
#include "server/problem.h"
#include "server/socket_request.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* A ping after so long, and the end when nothing was heard for three times that. */
#define PING_INTERVAL 30000000

struct tarn_socket {
    tarn_server *server;
    tarn_connection *connection; /* NULL when it has gone */
    tarn_frames *frames;
    tarn_caller *caller;
    tarn_socket_request *first;
    size_t count;
    int64_t heard, pinged;
    atomic_size_t users; /* the connection, the session, and posts that are under way */
};

static void socket_release(tarn_socket *socket) {
    if (atomic_fetch_sub(&socket->users, 1) > 1)
        return;
    tarn_frames_free(socket->frames);
    free(socket);
}

/* ---- out --------------------------------------------------------------------------------------------------------- */

static void send_bytes(void *context, const uint8_t *data, size_t size) {
    const tarn_socket *socket = context;
    if (socket->connection != NULL)
        tarn_connection_send(socket->connection, data, size, NULL, 0, NULL, NULL);
}

void tarn_socket_send(tarn_socket *socket, json_t *json, const void *bytes, size_t size) {
    tarn_buffer message = {0};
    bool made = tarn_message_write(json, bytes, size, &message);
    json_decref(json);
    if (socket->connection != NULL &&
        (!made || !tarn_frames_send(socket->frames, bytes == NULL, message.data, message.size)))
        tarn_connection_end(socket->connection);
    tarn_buffer_free(&message);
}

size_t tarn_socket_unsent(const tarn_socket *socket) {
    return socket->connection != NULL ? tarn_connection_unsent(socket->connection) : 0;
}

tarn_server *tarn_socket_server(const tarn_socket *socket) {
    return socket->server;
}

tarn_caller *tarn_socket_caller(const tarn_socket *socket) {
    return socket->caller;
}

void tarn_socket_hold(tarn_socket *socket) {
    atomic_fetch_add(&socket->users, 1);
}

void tarn_socket_release(tarn_socket *socket) {
    socket_release(socket);
}

/* ---- what is told on other threads ------------------------------------------------------------------------------- */

typedef struct told {
    tarn_post post;
    tarn_socket *socket;
    bool has_id;
    uint64_t id;
    size_t size;
    char text[];
} told;

static void tell(void *context) {
    told *news = context;
    json_t *json = news->socket->connection != NULL ? json_loadb(news->text, news->size, 0, NULL) : NULL;
    if (json != NULL && news->has_id)
        json_object_set_new(json, "id", json_integer((json_int_t)news->id));
    if (json != NULL)
        tarn_socket_send(news->socket, json, NULL, 0);
    socket_release(news->socket);
    free(news);
}

static void post_news(tarn_socket *socket, bool has_id, uint64_t id, const char *json, size_t size) {
    told *news = malloc(sizeof *news + size);
    if (news == NULL)
        return;
    *news = (told){.socket = socket, .has_id = has_id, .id = id, .size = size};
    news->post = (tarn_post){.run = tell, .context = news};
    memcpy(news->text, json, size);
    atomic_fetch_add(&socket->users, 1);
    tarn_loop_post(&socket->server->loop, &news->post);
}

static void on_progress(void *context, uint64_t id, const char *json, size_t size) {
    post_news(context, true, id, json, size);
}

static void on_event(void *context, const char *json, size_t size) {
    post_news(context, false, 0, json, size);
}

/* ---- in ---------------------------------------------------------------------------------------------------------- */

void tarn_socket_fail(tarn_socket *socket, uint64_t id, tarn_status code, const char *message) {
    tarn_socket_send(socket,
                     json_pack("{s:I,s:b,s:s,s:s}", "id", (json_int_t)id, "ok", 0, "code", tarn_status_name(code),
                               "message", message),
                     NULL, 0);
}

static tarn_socket_request *find(const tarn_socket *socket, uint64_t id) {
    tarn_socket_request *request = socket->first;
    while (request != NULL && tarn_socket_request_id(request) != id)
        request = *tarn_socket_request_next(request);
    return request;
}

void tarn_socket_forget(tarn_socket *socket, tarn_socket_request *request) {
    tarn_socket_request **at = &socket->first;
    while (*at != request)
        at = tarn_socket_request_next(*at);
    *at = *tarn_socket_request_next(request);
    socket->count--;
}

static bool refuse(tarn_socket *socket, const tarn_message *message) {
    const char *name = json_string_value(json_object_get(message->json, "op"));
    const tarn_operation *operation = name != NULL ? tarn_operation_find(name) : NULL;
    const tarn_asked asked = {.place = socket->caller->place, .identity = socket->caller->identity};
    tarn_status code = TARN_OK;
    const char *refusal = operation != NULL ? tarn_refusal(&asked, operation, message->json, &code) : NULL;
    if (refusal != NULL)
        tarn_socket_fail(socket, message->id, code, refusal);
    return refusal != NULL;
}

static void begin(tarn_socket *socket, const tarn_message *message) {
    tarn_socket_request *request = NULL;
    tarn_error error = {0};
    if (socket->count >= TARN_SOCKET_REQUESTS) {
        tarn_socket_fail(socket, message->id, TARN_E_INVALID, "256 requests wait for their answers: wait for some");
        return;
    }
    tarn_place_refresh(socket->caller->place);
    socket->server->metrics.messages++;
    if (refuse(socket, message))
        return;
    if (tarn_socket_request_new(socket, message, &request, &error) != TARN_OK) {
        tarn_socket_fail(socket, message->id, error.code, error.message);
        return;
    }
    *tarn_socket_request_next(request) = socket->first;
    socket->first = request;
    socket->count++;
    tarn_socket_request_start(request, message);
}

static void on_message(void *context, bool is_text, const uint8_t *data, size_t size) {
    tarn_socket *socket = context;
    tarn_message message;
    tarn_error error = {0};
    if (socket->connection == NULL)
        return;
    if (tarn_message_read(is_text, data, size, &message, &error) != TARN_OK) {
        tarn_socket_send(socket,
                         json_pack("{s:n,s:b,s:s,s:s}", "id", "ok", 0, "code", tarn_status_name(error.code), "message",
                                   error.message),
                         NULL, 0);
        return;
    }
    tarn_socket_request *request = find(socket, message.id);
    if (message.kind == TARN_MESSAGE_CANCEL && request != NULL)
        tarn_socket_request_cancel(request);
    else if (message.kind == TARN_MESSAGE_PIECE && request != NULL)
        tarn_socket_request_feed(request, &message);
    else if (message.kind == TARN_MESSAGE_REQUEST && request != NULL)
        tarn_socket_fail(socket, message.id, TARN_E_INVALID, "this id is another request's, which is not answered yet");
    else if (message.kind == TARN_MESSAGE_REQUEST)
        begin(socket, &message);
    tarn_message_clear(&message);
}

static void on_heard(void *context) {
    tarn_socket *socket = context;
    socket->heard = tarn_monotonic();
}

/* ---- the connection ---------------------------------------------------------------------------------------------- */

static void received(void *context, const uint8_t *data, size_t size) {
    tarn_socket *socket = context;
    if (!tarn_frames_receive(socket->frames, data, size) && socket->connection != NULL)
        tarn_connection_end(socket->connection);
}

static void drained(void *context) {
    const tarn_socket *socket = context;
    for (tarn_socket_request *request = socket->first, *next; request != NULL; request = next) {
        next = *tarn_socket_request_next(request);
        tarn_socket_request_pump(request);
    }
}

static void tick(void *context, int64_t now) {
    tarn_socket *socket = context;
    if (now == INT64_MAX) {
        tarn_frames_close(socket->frames, 1001, "the server ends");
        tarn_connection_end(socket->connection);
        return;
    }
    for (tarn_socket_request *request = socket->first; request != NULL; request = *tarn_socket_request_next(request))
        tarn_socket_request_tell_progress(request);
    if (now - socket->heard > 3 * (int64_t)PING_INTERVAL) {
        tarn_connection_end(socket->connection);
    } else if (now - socket->heard > PING_INTERVAL && now - socket->pinged > PING_INTERVAL) {
        socket->pinged = now;
        tarn_frames_ping(socket->frames);
    }
}

static void session_ended(void *context) {
    socket_release(context);
}

/* The client has gone, or is to go: what it asked for stops, and its handles with the session. */
static void over(void *context) {
    tarn_socket *socket = context;
    socket->connection = NULL;
    socket->server->metrics.sockets--;
    for (tarn_socket_request *request = socket->first, *next; request != NULL; request = next) {
        next = *tarn_socket_request_next(request);
        tarn_socket_request_cancel(request);
        tarn_socket_request_leave(request);
    }
    tarn_caller *caller = socket->caller;
    socket->caller = NULL;
    tarn_caller_release(caller);
    socket_release(socket);
}

static tarn_status open_socket(const tarn_asked *asked, tarn_socket **out, tarn_error *error) {
    tarn_socket *socket = calloc(1, sizeof *socket);
    const tarn_frames_calls calls = {socket, on_message, on_heard, send_bytes};
    const tarn_session_listener listener = {.context = socket, .progress = on_progress, .event = on_event};
    if (socket == NULL)
        return tarn_fail_memory(error);
    socket->server = asked->server;
    socket->heard = tarn_monotonic();
    atomic_init(&socket->users, 2); /* the connection and the session */
    socket->frames = tarn_frames_new(&calls, TARN_JSON_LIMIT + TARN_PIECE);
    tarn_status status = socket->frames == NULL ? tarn_fail_memory(error)
                                                : tarn_caller_new(asked->place, asked->identity, &listener,
                                                                  session_ended, &socket->caller, error);
    if (status != TARN_OK) {
        tarn_frames_free(socket->frames);
        free(socket);
        return status;
    }
    *out = socket;
    return TARN_OK;
}

void tarn_serve_socket(const tarn_asked *asked) {
    tarn_exchange *exchange = asked->exchange;
    tarn_socket *socket = NULL;
    tarn_error error = {0};
    if (!tarn_handshake_check(exchange))
        return;
    if (open_socket(asked, &socket, &error) != TARN_OK) {
        tarn_problem_error(exchange, &error);
        return;
    }
    socket->connection = exchange->connection;
    asked->server->metrics.sockets++;
    asked->server->metrics.sockets_opened++;
    if (!tarn_handshake_accept(exchange)) {
        over(socket);
        tarn_exchange_abort(exchange);
        return;
    }
    const tarn_upgraded upgraded = {socket, received, drained, tick, over};
    tarn_connection_upgrade(exchange, &upgraded);
}
