/**
 * @file client.h
 * What is known of each address that asks: how much it has in hand, and how often it came with a token that is
 * nobody's. On the loop's thread only.
 */
#ifndef TARN_SERVER_CLIENT_H
#define TARN_SERVER_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tarn_clients tarn_clients;

typedef struct tarn_client {
    struct tarn_client *next;
    char address[64];
    size_t requests; /* being answered */
    uint64_t bytes;  /* of them, held in memory */
    unsigned failures;
    size_t waiting; /* failures that are not answered yet */
    int64_t failed; /* when it last did */
} tarn_client;

tarn_clients *tarn_clients_new(void); /**< NULL when out of memory */
void tarn_clients_free(tarn_clients *clients);

/** Found or made; NULL when out of memory. Stays while it has requests or failures. */
tarn_client *tarn_clients_get(tarn_clients *clients, const char *address);
/** It is no longer used by whoever got it. */
void tarn_clients_put(tarn_clients *clients, tarn_client *client);

/** A token was nobody's: milliseconds that the answer has to wait, doubled each time up to five seconds. */
uint64_t tarn_client_failed(tarn_client *client);

#endif
