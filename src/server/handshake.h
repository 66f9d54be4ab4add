/**
 * @file handshake.h
 * How an HTTP request becomes a WebSocket (RFC 6455, section 4.2).
 */
#ifndef TARN_SERVER_HANDSHAKE_H
#define TARN_SERVER_HANDSHAKE_H

#include "server/response.h"

/** True when the request asks for a WebSocket as it should; else it was answered (400, 426). */
bool tarn_handshake_check(tarn_exchange *exchange);
/** Answer it with 101. False when out of memory. */
bool tarn_handshake_accept(tarn_exchange *exchange);

#endif
