/**
 * @file metrics.h
 * Numbers about what is served, as Prometheus reads them. On the loop's thread only.
 */
#ifndef TARN_SERVER_METRICS_H
#define TARN_SERVER_METRICS_H

#include "base/buffer.h"

/** Upper bounds of the classes of durations, in seconds; the last has none. */
enum { TARN_DURATION_CLASSES = 11 };

typedef struct tarn_metrics {
    uint64_t requests[6]; /* by the first digit of the status; 0: never answered */
    uint64_t durations[TARN_DURATION_CLASSES + 1];
    double seconds;
    uint64_t refused_tokens, running_streams, sockets, sockets_opened, messages;
} tarn_metrics;

void tarn_metrics_count(tarn_metrics *metrics, int status, int64_t microseconds);

/** What is known elsewhere. */
typedef struct tarn_metrics_more {
    uint64_t connections, received, sent, workspaces, tables, versions, bytes;
} tarn_metrics_more;
void tarn_metrics_print(const tarn_metrics *metrics, const tarn_metrics_more *more, tarn_buffer *out);

#endif
