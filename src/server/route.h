/**
 * @file route.h
 * Which operation a method and a path stand for, as the operations declare it.
 */
#ifndef TARN_SERVER_ROUTE_H
#define TARN_SERVER_ROUTE_H

#include "server/reader.h"
#include "tarn/request.h"

/** Where operations are, below a workspace's own path. */
#define TARN_API_ROOT "/api/v1"

typedef struct tarn_route {
    const tarn_operation *operation; /* NULL: none */
    tarn_pair named[8];              /* what the path says: parameter and value, borrowed from the segments */
    size_t named_count;
    char allowed[64]; /* methods that there are for the path, when the method was wrong; else "" */
} tarn_route;

/** The path below the API's root is `segments`. HEAD is taken for GET. */
void tarn_route_find(const char *method, const char *const *segments, size_t count, tarn_route *out);

/** "did you mean GET /api/v1/tables?" or what else is near, into `text`; "" when nothing is. */
void tarn_route_near(const char *method, const char *const *segments, size_t count, char *text, size_t size);

#endif
