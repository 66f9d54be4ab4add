// Connections that are too slow, idle, or to end.
#include "server/connection_state.h"

#include "base/clock.h"

/* Bytes a second below which a body is too slow. */
#define LEAST_RATE 1024
/* How long the other side may take to hear that nothing follows. */
#define LINGER 1000000

static void tick_input(tarn_connection *connection, int64_t now) {
    const tarn_wire *wire = connection->wire;
    tarn_exchange *exchange = &connection->exchange;
    int64_t passed = now - connection->since;
    if (!connection->in_exchange) {
        bool idle = tarn_http_reader_is_idle(connection->reader) && connection->unread.size == 0;
        if (passed > (idle ? wire->idle : wire->slow))
            tarn_connection_close(connection);
        return;
    }
    if (exchange->body_ended || connection->held || passed < wire->slow)
        return;
    uint64_t wanted = (uint64_t)(passed / 1000000) * LEAST_RATE;
    if (exchange->taken - connection->then >= (wanted > 0 ? wanted : 1)) {
        connection->since = now;
        connection->then = exchange->taken;
        return;
    }
    connection->held = true;
    exchange->is_refused = true;
    if (exchange->status != 0)
        tarn_connection_close(connection);
    else
        wire->wrong(wire->context, exchange, 408, "the request's body came too slowly");
}

static void tick(tarn_connection *connection, int64_t now) {
    if (connection->state == LINGERING && now - connection->since > LINGER &&
        (tarn_connection_unsent(connection) == 0 || now - connection->since > connection->wire->idle)) {
        tarn_connection_close(connection);
        return;
    }
    uint64_t unsent = tarn_connection_unsent(connection);
    if (unsent == 0 || unsent != connection->output_then) {
        connection->output_then = unsent;
        connection->output_since = now;
    } else if (now - connection->output_since > connection->wire->idle) {
        tarn_connection_close(connection); /* it takes nothing */
        return;
    }
    if (connection->state == UPGRADED)
        connection->upgraded.tick(connection->upgraded.context, now);
    else if (connection->state == SERVING)
        tick_input(connection, now);
}

void tarn_connection_tick(tarn_wire *wire) {
    int64_t now = tarn_monotonic();
    for (tarn_connection *connection = wire->first, *next; connection != NULL; connection = next) {
        next = connection->next; /* closed ones are removed later */
        tick(connection, now);
    }
}

void tarn_connection_drain(tarn_wire *wire) {
    wire->is_ending = true;
    for (tarn_connection *connection = wire->first, *next; connection != NULL; connection = next) {
        next = connection->next;
        if (connection->state == SERVING && !connection->in_exchange)
            tarn_connection_close(connection);
        else if (connection->state == UPGRADED)
            connection->upgraded.tick(connection->upgraded.context, INT64_MAX); /* says goodbye */
    }
}

void tarn_connection_close_all(tarn_wire *wire) {
    for (tarn_connection *connection = wire->first; connection != NULL; connection = connection->next)
        tarn_connection_close(connection);
}
