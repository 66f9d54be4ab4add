/**
 * @file tls.h
 * TLS over buffers: bytes of the socket go in, clear ones come out, and the other way round. Knows no sockets.
 */
#ifndef TARN_SERVER_TLS_H
#define TARN_SERVER_TLS_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>

/** A certificate and its key. Counted: connections that began with one keep it while another is loaded. */
typedef struct tarn_certificate tarn_certificate;
tarn_status tarn_certificate_load(const char *certificate, const char *key, tarn_certificate **out, tarn_error *error);
void tarn_certificate_release(tarn_certificate *certificate); /**< NULL is allowed */

typedef struct tarn_tls tarn_tls;
/** A server's side of a connection; NULL when out of memory. */
tarn_tls *tarn_tls_new(tarn_certificate *certificate);
void tarn_tls_free(tarn_tls *tls);

/** Bytes came from the socket. What is clear is appended to `clear`. False when the connection is of no use any more;
 *  what is in `tarn_tls_output` is to be sent all the same. `*ended`: the other side says that nothing follows. */
bool tarn_tls_receive(tarn_tls *tls, const void *data, size_t size, tarn_buffer *clear, bool *ended);
/** Bytes that are to be sent, once the handshake is done (which is before anything was received). */
bool tarn_tls_send(tarn_tls *tls, const void *data, size_t size);
/** Say that nothing follows. */
void tarn_tls_end(tarn_tls *tls);
/** What has to go to the socket now; the caller empties it. */
tarn_buffer *tarn_tls_output(tarn_tls *tls);

#endif
