/**
 * @file connection.h
 * One connection of a client, and the request on it that is being answered (an exchange). Reads requests one after the
 * other, holds back whoever is faster than the other side, and ends what is too slow. On the loop's thread only.
 */
#ifndef TARN_SERVER_CONNECTION_H
#define TARN_SERVER_CONNECTION_H

#include "server/loop.h"
#include "server/reader.h"
#include "server/tls.h"

typedef struct tarn_connection tarn_connection;
typedef struct tarn_exchange tarn_exchange;

/** What the owner of an exchange hears. Every member may be NULL but `over`. */
typedef struct tarn_exchange_calls {
    /** A piece of the request's body, valid during the call. */
    void (*body)(tarn_exchange *exchange, const uint8_t *data, size_t size);
    /** The body is complete. */
    void (*body_end)(tarn_exchange *exchange);
    /** There is room for more of the response. */
    void (*drained)(tarn_exchange *exchange);
    /** The last call: the response is on its way, or the client has gone (`complete` is false). */
    void (*over)(tarn_exchange *exchange, bool complete);
} tarn_exchange_calls;

struct tarn_exchange {
    tarn_connection *connection;
    const tarn_head *head;
    const tarn_exchange_calls *calls; /* set by whoever answers; NULL: it is answered at once */
    void *context;                    /* theirs */
    int64_t began;                    /* tarn_monotonic */
    char who[104];                    /* for the log; "" when it is not known */
    bool is_counted;                  /* among what its client has in hand */
    uint64_t taken;                   /* bytes of the body that came */
    /* of the response, by response.c */
    int status;       /* 0: not begun */
    uint64_t sent;    /* bytes of its body */
    tarn_buffer text; /* fields that were added before it began */
    bool chunked, without_body, response_ended;
    bool body_ended, is_held, is_refused;
};

/** What an upgraded connection gets its bytes by. */
typedef struct tarn_upgraded {
    void *context;
    void (*received)(void *context, const uint8_t *data, size_t size);
    void (*drained)(void *context);
    void (*tick)(void *context, int64_t now); /**< now and then */
    void (*over)(void *context);              /**< the last call */
} tarn_upgraded;

/** Who gets the requests, and the limits. Lives longer than all connections. */
typedef struct tarn_wire {
    tarn_loop *loop;
    void *context;
    void (*begin)(void *context, tarn_exchange *exchange);
    /** What cannot be understood: an answer is to be given, and the connection ends behind it. */
    void (*wrong)(void *context, tarn_exchange *exchange, int status, const char *reason);
    void (*finished)(void *context, const tarn_exchange *exchange); /**< for the log */
    size_t most;                                                    /**< connections at once; more are closed at once */
    int64_t slow;           /**< microseconds that a request's head may take, and a body may stay below `least_rate` */
    int64_t idle;           /**< microseconds between two requests, and those in which the client takes nothing */
    tarn_connection *first; /**< all there are */
    size_t count;
    bool is_ending;          /**< no further request is read */
    uint64_t received, sent; /**< bytes so far */
} tarn_wire;

/** Take over what was accepted; with `certificate` by TLS. */
void tarn_connection_accept(tarn_wire *wire, uv_stream_t *listener, tarn_certificate *certificate);
/** End connections that are idle, too slow or gone. To be called a few times a second. */
void tarn_connection_tick(tarn_wire *wire);
/** No further requests: ends what is idle at once, the rest when it is answered. */
void tarn_connection_drain(tarn_wire *wire);
void tarn_connection_close_all(tarn_wire *wire);

/** "127.0.0.1", of the other side. */
const char *tarn_connection_peer(const tarn_connection *connection);
bool tarn_connection_is_encrypted(const tarn_connection *connection);

/** Keep the rest of the body waiting, or go on. */
void tarn_exchange_hold(tarn_exchange *exchange, bool hold);
/** Say that the body is welcome, if the client waits for that. */
void tarn_exchange_welcome_body(tarn_exchange *exchange);

/** Bytes that were given to the connection and not yet taken by the system. */
size_t tarn_connection_unsent(const tarn_connection *connection);

typedef void (*tarn_release)(void *context);
/** Send `head` (copied) and `data`. With `release`, `data` stays valid until that is called; else it is copied. */
void tarn_connection_send(tarn_connection *connection, const void *head, size_t head_size, const void *data,
                          size_t size, tarn_release release, void *context);
/** Whether another request may follow on the connection: what the response has to say. */
bool tarn_exchange_keeps_alive(const tarn_exchange *exchange);
/** The response of the exchange is complete. */
void tarn_exchange_finish(tarn_exchange *exchange, bool keep_alive);
/** End the connection without more; the exchange is over. */
void tarn_exchange_abort(tarn_exchange *exchange);

/** The exchange is over (it was answered with 101), and what follows goes to `upgraded`. */
void tarn_connection_upgrade(tarn_exchange *exchange, const tarn_upgraded *upgraded);
/** End an upgraded connection, when what is to be sent is sent. */
void tarn_connection_end(tarn_connection *connection);
void tarn_connection_hold(tarn_connection *connection, bool hold);

#endif
