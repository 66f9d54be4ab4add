/**
 * @file origin.h
 * Which names the server is asked under, and which pages may ask it. Without that, a page from elsewhere could have a
 * browser ask in its user's name, or make a name of its own lead here (DNS rebinding).
 */
#ifndef TARN_SERVER_ORIGIN_H
#define TARN_SERVER_ORIGIN_H

#include "base/error.h"
#include "server/reader.h"

typedef struct tarn_origins tarn_origins;

/** The names of a server that listens at `address` and `port`, and those that were given. */
tarn_status tarn_origins_new(const char *address, int port, bool encrypted, const char *const *hosts, size_t host_count,
                             const char *const *pages, size_t page_count, tarn_origins **out, tarn_error *error);
void tarn_origins_free(tarn_origins *origins);

/** Whether Host is one of the names. */
bool tarn_origins_know_host(const tarn_origins *origins, const tarn_head *head);

typedef enum tarn_origin { TARN_ORIGIN_NONE, TARN_ORIGIN_OWN, TARN_ORIGIN_ALLOWED, TARN_ORIGIN_FOREIGN } tarn_origin;
/** Where the page is from that asks; of none when it is no page. */
tarn_origin tarn_origins_find(const tarn_origins *origins, const tarn_head *head);

#endif
