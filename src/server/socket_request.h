/**
 * @file socket_request.h
 * One request of a WebSocket until it is answered. For socket.c.
 */
#ifndef TARN_SERVER_SOCKET_REQUEST_H
#define TARN_SERVER_SOCKET_REQUEST_H

#include "server/message.h"
#include "server/serving.h"

typedef struct tarn_socket tarn_socket;
typedef struct tarn_socket_request tarn_socket_request;

tarn_status tarn_socket_request_new(tarn_socket *socket, const tarn_message *message, tarn_socket_request **out,
                                    tarn_error *error);
/** Begin; it may have ended afterwards. */
void tarn_socket_request_start(tarn_socket_request *request, const tarn_message *message);
void tarn_socket_request_feed(tarn_socket_request *request, const tarn_message *message);
void tarn_socket_request_pump(tarn_socket_request *request);
void tarn_socket_request_tell_progress(tarn_socket_request *request);
void tarn_socket_request_cancel(tarn_socket_request *request);
/** The socket has gone: no answer is wanted. */
void tarn_socket_request_leave(tarn_socket_request *request);

uint64_t tarn_socket_request_id(const tarn_socket_request *request);
tarn_socket_request **tarn_socket_request_next(tarn_socket_request *request);

/* ---- what socket.c has for them ---- */

/** Send a message; the reference to the JSON is taken over. */
void tarn_socket_send(tarn_socket *socket, json_t *json, const void *bytes, size_t size);
void tarn_socket_fail(tarn_socket *socket, uint64_t id, tarn_status code, const char *message);
size_t tarn_socket_unsent(const tarn_socket *socket);
tarn_server *tarn_socket_server(const tarn_socket *socket);
tarn_caller *tarn_socket_caller(const tarn_socket *socket);
void tarn_socket_hold(tarn_socket *socket);
void tarn_socket_release(tarn_socket *socket);
/** It is answered. */
void tarn_socket_forget(tarn_socket *socket, tarn_socket_request *request);

#endif
