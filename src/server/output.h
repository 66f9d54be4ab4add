/**
 * @file output.h
 * What goes out to a socket, encrypted or not: at once as far as the system takes it, the rest when it does.
 */
#ifndef TARN_SERVER_OUTPUT_H
#define TARN_SERVER_OUTPUT_H

#include "server/tls.h"

#include <uv.h>

typedef struct tarn_output {
    uv_tcp_t tcp;
    tarn_tls *tls; /* NULL: clear */
    size_t unsent; /* bytes that the system has not taken */
    void *context;
    void (*drained)(void *context); /* there is room again */
    void (*broken)(void *context);  /* nobody hears it any more */
} tarn_output;

/** See tarn_connection_send. False when the connection is of no use any more. */
bool tarn_output_send(tarn_output *output, const void *head, size_t head_size, const void *data, size_t size,
                      void (*release)(void *context), void *context);
/** Send what TLS wants to say. */
void tarn_output_flush(tarn_output *output);
/** Nothing follows. */
void tarn_output_end(tarn_output *output);
size_t tarn_output_unsent(const tarn_output *output);
void tarn_output_free(tarn_output *output);

#endif
