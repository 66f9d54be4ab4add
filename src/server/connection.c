// One connection of a client: bytes in and out, requests and their end.
#include "server/connection_state.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is read ahead while a request is answered, and of a refused body that is thrown away. */
#define AHEAD (64u * 1024)

static void process(tarn_connection *connection);

/* ---- the end ---------------------------------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *handle) {
    tarn_connection *connection = handle->data;
    tarn_wire *wire = connection->wire;
    *(connection->before != NULL ? &connection->before->next : &wire->first) = connection->next;
    if (connection->next != NULL)
        connection->next->before = connection->before;
    wire->count--;
    tarn_output_free(&connection->output);
    tarn_http_reader_free(connection->reader);
    tarn_buffer_free(&connection->unread);
    tarn_buffer_free(&connection->exchange.text);
    free(connection);
}

static void exchange_over(tarn_connection *connection, bool complete) {
    tarn_exchange *exchange = &connection->exchange;
    if (!connection->in_exchange)
        return;
    connection->in_exchange = false;
    connection->wire->finished(connection->wire->context, exchange);
    const tarn_exchange_calls *calls = exchange->calls;
    exchange->calls = NULL;
    if (calls != NULL)
        calls->over(exchange, complete);
}

void tarn_connection_close(tarn_connection *connection) {
    if (connection->state == CLOSING)
        return;
    bool upgraded = connection->state == UPGRADED;
    connection->state = CLOSING;
    exchange_over(connection, false);
    if (upgraded)
        connection->upgraded.over(connection->upgraded.context);
    uv_close((uv_handle_t *)&connection->output.tcp, on_closed);
}

/* Without this, what was sent last could be lost when something is still coming in. */
static void linger(tarn_connection *connection) {
    if (connection->state == UPGRADED)
        connection->upgraded.over(connection->upgraded.context);
    connection->state = LINGERING;
    connection->since = tarn_monotonic();
    connection->unread.size = 0;
    tarn_output_end(&connection->output);
    if (!connection->hears_nothing_more)
        tarn_connection_hold(connection, false);
    else if (tarn_connection_unsent(connection) == 0)
        tarn_connection_close(connection);
}

/* ---- bytes come in ---------------------------------------------------------------------------------------------- */

static void allocate(uv_handle_t *handle, size_t wanted, uv_buf_t *out) {
    const tarn_connection *connection = handle->data;
    tarn_loop *loop = connection->wire->loop;
    (void)wanted;
    *out = uv_buf_init(loop->input, sizeof loop->input);
}

static void handle_clear(tarn_connection *connection, const uint8_t *data, size_t size) {
    if (connection->state == LINGERING || connection->state == CLOSING)
        return;
    if (tarn_buffer_append(&connection->unread, data, size, NULL) != TARN_OK)
        tarn_connection_close(connection);
    else
        process(connection);
}

static void on_end(tarn_connection *connection) {
    connection->hears_nothing_more = true;
    uv_read_stop((uv_stream_t *)&connection->output.tcp);
    connection->is_reading = false;
    if (connection->state == UPGRADED || connection->in_exchange || tarn_connection_unsent(connection) == 0)
        tarn_connection_close(connection); /* who asked has gone: nobody waits for the answer */
    else if (connection->state == SERVING)
        linger(connection);
}

static void received(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
    tarn_connection *connection = stream->data;
    if (count == 0)
        return;
    if (count < 0) {
        on_end(connection);
        return;
    }
    connection->wire->received += (uint64_t)count;
    if (connection->output.tls == NULL) {
        handle_clear(connection, (const uint8_t *)buffer->base, (size_t)count);
        return;
    }
    tarn_buffer clear = {0};
    bool ended = false;
    bool usable = tarn_tls_receive(connection->output.tls, buffer->base, (size_t)count, &clear, &ended);
    tarn_output_flush(&connection->output);
    if (clear.size > 0)
        handle_clear(connection, clear.data, clear.size);
    tarn_buffer_free(&clear);
    if (!usable || (ended && connection->state != CLOSING))
        on_end(connection);
}

static void read_more(tarn_connection *connection, bool wanted) {
    if (wanted == connection->is_reading || connection->hears_nothing_more || connection->state == CLOSING)
        return;
    connection->is_reading = wanted;
    if (!wanted)
        uv_read_stop((uv_stream_t *)&connection->output.tcp);
    else if (uv_read_start((uv_stream_t *)&connection->output.tcp, allocate, received) != 0)
        tarn_connection_close(connection);
}

/* ---- requests --------------------------------------------------------------------------------------------------- */

static void begin_exchange(tarn_connection *connection) {
    tarn_exchange *exchange = &connection->exchange;
    tarn_buffer text = exchange->text;
    text.size = 0;
    *exchange = (tarn_exchange){.connection = connection,
                                .head = tarn_http_reader_head(connection->reader),
                                .began = tarn_monotonic(),
                                .text = text};
    connection->in_exchange = true;
    connection->is_eager = false;
    connection->since = exchange->began;
    connection->then = 0;
}

static void go_wrong(tarn_connection *connection) {
    if (!connection->in_exchange)
        begin_exchange(connection);
    connection->held = true;
    connection->exchange.is_refused = true; /* the connection ends behind the answer */
    connection->exchange.body_ended = true;
    if (connection->exchange.status != 0)
        tarn_exchange_abort(&connection->exchange);
    else
        connection->wire->wrong(connection->wire->context, &connection->exchange,
                                tarn_http_reader_status(connection->reader),
                                tarn_http_reader_reason(connection->reader));
}

static void body_piece(tarn_connection *connection, const uint8_t *data, size_t size) {
    tarn_exchange *exchange = &connection->exchange;
    exchange->taken += size;
    if (exchange->calls != NULL && exchange->calls->body != NULL)
        exchange->calls->body(exchange, data, size);
}

/* What is answered and whose body has come makes room for the next. */
static void end_if_done(tarn_connection *connection) {
    tarn_exchange *exchange = &connection->exchange;
    if (!connection->in_exchange || !exchange->response_ended || (!exchange->body_ended && connection->keep_alive))
        return;
    bool again = connection->keep_alive && !connection->wire->is_ending;
    exchange_over(connection, true);
    if (connection->state != SERVING)
        return;
    if (!again) {
        linger(connection);
        return;
    }
    connection->held = false;
    connection->since = tarn_monotonic();
}

static void body_ended(tarn_connection *connection) {
    tarn_exchange *exchange = &connection->exchange;
    exchange->body_ended = true;
    connection->held = true; /* until it is answered */
    if (exchange->calls != NULL && exchange->calls->body_end != NULL)
        exchange->calls->body_end(exchange);
    end_if_done(connection);
}

static void take(tarn_connection *connection, tarn_http_reader_event event, const uint8_t *body, size_t size) {
    if (event == TARN_READ_HEAD) {
        begin_exchange(connection);
        connection->wire->begin(connection->wire->context, &connection->exchange);
        end_if_done(connection);
    } else if (event == TARN_READ_BODY) {
        body_piece(connection, body, size);
    } else if (event == TARN_READ_END) {
        body_ended(connection);
    } else if (event == TARN_READ_WRONG) {
        go_wrong(connection);
        end_if_done(connection);
    }
}

static void process_upgraded(tarn_connection *connection) {
    tarn_buffer taken = connection->unread;
    connection->unread = (tarn_buffer){0};
    if (taken.size > 0)
        connection->upgraded.received(connection->upgraded.context, taken.data, taken.size);
    tarn_buffer_free(&taken);
}

/* Look at what came, as far as it may be looked at now. Not entered again from within. */
static void process(tarn_connection *connection) {
    size_t at = 0;
    if (connection->is_processing)
        return;
    connection->is_processing = true;
    while (connection->state == SERVING && !connection->held) {
        const uint8_t *body;
        size_t used, body_size;
        bool was_idle = tarn_http_reader_is_idle(connection->reader);
        tarn_http_reader_event event = tarn_http_reader_next(connection->reader, connection->unread.data + at,
                                                             connection->unread.size - at, &used, &body, &body_size);
        at += used;
        if (was_idle && used > 0)
            connection->since = tarn_monotonic();
        if (event == TARN_READ_MORE)
            break;
        take(connection, event, body, body_size);
    }
    if (at > 0 && connection->unread.size >= at) {
        memmove(connection->unread.data, connection->unread.data + at, connection->unread.size - at);
        connection->unread.size -= at;
    }
    if (connection->unread.size == 0 && connection->unread.capacity > AHEAD)
        tarn_buffer_free(&connection->unread);
    connection->is_processing = false;
    if (connection->state == UPGRADED && !connection->held)
        process_upgraded(connection);
    if (connection->state == SERVING || connection->state == UPGRADED)
        read_more(connection, !connection->held || connection->unread.size < AHEAD);
}

/* ---- what others ask of it --------------------------------------------------------------------------------------- */

const char *tarn_connection_peer(const tarn_connection *connection) {
    return connection->peer;
}

bool tarn_connection_is_encrypted(const tarn_connection *connection) {
    return connection->output.tls != NULL;
}

size_t tarn_connection_unsent(const tarn_connection *connection) {
    return tarn_output_unsent(&connection->output);
}

void tarn_connection_hold(tarn_connection *connection, bool hold) {
    connection->held = hold;
    if (!hold) {
        connection->since = tarn_monotonic();
        connection->then = connection->exchange.taken;
        process(connection);
    }
    if (connection->state == LINGERING)
        read_more(connection, true);
}

void tarn_exchange_hold(tarn_exchange *exchange, bool hold) {
    exchange->is_held = hold;
    tarn_connection_hold(exchange->connection, hold || exchange->body_ended);
}

void tarn_exchange_welcome_body(tarn_exchange *exchange) {
    const char *expected = tarn_head_field(exchange->head, "expect");
    if (expected == NULL || exchange->head->minor == 0 || exchange->connection->is_eager)
        return;
    exchange->connection->is_eager = true;
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    tarn_connection_send(exchange->connection, go_on, sizeof go_on - 1, NULL, 0, NULL, NULL);
}

void tarn_connection_send(tarn_connection *connection, const void *head, size_t head_size, const void *data,
                          size_t size, tarn_release release, void *context) {
    connection->wire->sent += head_size + size;
    if (!tarn_output_send(&connection->output, head, head_size, data, size, release, context))
        tarn_exchange_abort(&connection->exchange);
}

/* A body that nobody wanted is read to its end only when that is near. */
static bool can_skip_body(const tarn_exchange *exchange) {
    if (exchange->body_ended)
        return true;
    if (tarn_head_field(exchange->head, "expect") != NULL && !exchange->connection->is_eager)
        return false;
    return exchange->head->length >= 0 && (uint64_t)exchange->head->length - exchange->taken <= AHEAD;
}

bool tarn_exchange_keeps_alive(const tarn_exchange *exchange) {
    return !exchange->is_refused && !exchange->connection->wire->is_ending &&
           !exchange->connection->hears_nothing_more && exchange->head->keep_alive && can_skip_body(exchange);
}

static void go_on_later(tarn_connection *connection) {
    if (connection->is_processing)
        return;
    end_if_done(connection);
    if (connection->state == SERVING)
        process(connection);
}

void tarn_exchange_finish(tarn_exchange *exchange, bool keep_alive) {
    tarn_connection *connection = exchange->connection;
    exchange->response_ended = true;
    connection->keep_alive = keep_alive;
    if (!exchange->body_ended)
        connection->held = false; /* the rest is thrown away */
    go_on_later(connection);
}

void tarn_exchange_abort(tarn_exchange *exchange) {
    tarn_connection_close(exchange->connection);
}

void tarn_connection_upgrade(tarn_exchange *exchange, const tarn_upgraded *upgraded) {
    tarn_connection *connection = exchange->connection;
    connection->upgraded = *upgraded;
    exchange_over(connection, true);
    connection->state = UPGRADED;
    connection->held = false;
    if (!connection->is_processing)
        process(connection);
}

void tarn_connection_end(tarn_connection *connection) {
    if (connection->state == UPGRADED)
        linger(connection);
}

/* ---- the beginning ---------------------------------------------------------------------------------------------- */

static void on_drained(void *context) {
    tarn_connection *connection = context;
    if (connection->state == LINGERING && connection->hears_nothing_more && tarn_connection_unsent(connection) == 0)
        tarn_connection_close(connection);
    else if (connection->state == UPGRADED)
        connection->upgraded.drained(connection->upgraded.context);
    else if (connection->in_exchange && connection->exchange.calls != NULL &&
             connection->exchange.calls->drained != NULL)
        connection->exchange.calls->drained(&connection->exchange);
}

static void on_broken(void *context) {
    tarn_connection_close(context);
}

static void remember_peer(tarn_connection *connection) {
    struct sockaddr_storage address;
    int size = sizeof address;
    if (uv_tcp_getpeername(&connection->output.tcp, (struct sockaddr *)&address, &size) != 0 ||
        uv_ip_name((struct sockaddr *)&address, connection->peer, sizeof connection->peer) != 0)
        snprintf(connection->peer, sizeof connection->peer, "-");
}

void tarn_connection_accept(tarn_wire *wire, uv_stream_t *listener, tarn_certificate *certificate) {
    tarn_connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL || uv_tcp_init(&wire->loop->uv, &connection->output.tcp) != 0) {
        free(connection);
        return;
    }
    connection->output.tcp.data = connection;
    connection->output.context = connection;
    connection->output.drained = on_drained;
    connection->output.broken = on_broken;
    connection->wire = wire;
    connection->next = wire->first;
    if (wire->first != NULL)
        wire->first->before = connection;
    wire->first = connection;
    wire->count++;
    connection->since = tarn_monotonic();
    connection->reader = tarn_http_reader_new();
    bool usable = uv_accept(listener, (uv_stream_t *)&connection->output.tcp) == 0 && connection->reader != NULL &&
                  wire->count <= wire->most && !wire->is_ending;
    if (usable && certificate != NULL)
        usable = (connection->output.tls = tarn_tls_new(certificate)) != NULL;
    if (!usable) {
        tarn_connection_close(connection);
        return;
    }
    uv_tcp_nodelay(&connection->output.tcp, 1);
    remember_peer(connection);
    read_more(connection, true);
}
