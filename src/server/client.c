// What is known of each address that asks.
#include "server/client.h"

#include "base/clock.h"
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024
/* A failure is forgotten after that long: ten seconds for each. */
#define FORGIVEN INT64_C(10000000)
#define FIRST_DELAY 100
#define LONGEST_DELAY 5000

struct tarn_clients {
    tarn_client *buckets[BUCKETS];
};

tarn_clients *tarn_clients_new(void) {
    return calloc(1, sizeof(tarn_clients));
}

void tarn_clients_free(tarn_clients *clients) {
    for (size_t i = 0; clients != NULL && i < BUCKETS; i++) {
        for (tarn_client *client = clients->buckets[i], *next; client != NULL; client = next) {
            next = client->next;
            free(client);
        }
    }
    free(clients);
}

static tarn_client **bucket_of(tarn_clients *clients, const char *address) {
    return &clients->buckets[tarn_hash64_of(address, strlen(address)) % BUCKETS];
}

static void forgive(tarn_client *client) {
    int64_t passed = tarn_monotonic() - client->failed;
    unsigned forgiven = passed > FORGIVEN * client->failures ? client->failures : (unsigned)(passed / FORGIVEN);
    if (forgiven == 0)
        return;
    client->failures -= forgiven;
    client->failed += FORGIVEN * forgiven;
}

tarn_client *tarn_clients_get(tarn_clients *clients, const char *address) {
    tarn_client **bucket = bucket_of(clients, address);
    for (tarn_client *client = *bucket; client != NULL; client = client->next)
        if (strcmp(client->address, address) == 0)
            return client;
    tarn_client *client = calloc(1, sizeof *client);
    if (client == NULL)
        return NULL;
    strncpy(client->address, address, sizeof client->address - 1);
    client->next = *bucket;
    *bucket = client;
    return client;
}

void tarn_clients_put(tarn_clients *clients, tarn_client *client) {
    if (client->failures > 0)
        forgive(client);
    if (client->requests > 0 || client->failures > 0 || client->waiting > 0)
        return;
    tarn_client **at = bucket_of(clients, client->address);
    while (*at != client)
        at = &(*at)->next;
    *at = client->next;
    free(client);
}

uint64_t tarn_client_failed(tarn_client *client) {
    forgive(client);
    uint64_t delay = FIRST_DELAY;
    for (unsigned i = 0; i < client->failures && delay < LONGEST_DELAY; i++)
        delay *= 2;
    client->failures++;
    client->failed = tarn_monotonic();
    return delay < LONGEST_DELAY ? delay : LONGEST_DELAY;
}
