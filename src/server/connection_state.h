/**
 * @file connection_state.h
 * What a connection is made of. For connection.c and deadlines.c only.
 */
#ifndef TARN_SERVER_CONNECTION_STATE_H
#define TARN_SERVER_CONNECTION_STATE_H

#include "server/connection.h"
#include "server/output.h"

typedef enum tarn_connection_state { SERVING, UPGRADED, LINGERING, CLOSING } tarn_connection_state;

struct tarn_connection {
    tarn_output output; /* first: its socket */
    tarn_wire *wire;
    tarn_connection *next, *before;
    tarn_http_reader *reader;
    tarn_exchange exchange;
    tarn_upgraded upgraded;
    tarn_connection_state state;
    bool in_exchange, is_reading, is_processing, hears_nothing_more, held, keep_alive, is_eager;
    tarn_buffer unread; /* clear bytes that wait to be looked at */
    int64_t since;      /* when the state began that has a deadline */
    uint64_t then;      /* bytes that had come by then */
    int64_t output_since;
    uint64_t output_then;
    char peer[64];
};

/** End it now; what is under way is lost. */
void tarn_connection_close(tarn_connection *connection);

#endif
