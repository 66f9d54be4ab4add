/**
 * @file events.h
 * A wide table of events, with keys that rise and keys that are shuffled, nulls, and texts of every number of different
 * values; and the tables `facts` and `dims` of the browser's benchmark.
 */
#ifndef BENCH_EVENTS_H
#define BENCH_EVENTS_H

#include "columns.h"

enum { EVENT_TABLES = 3 };

typedef struct event_sizes {
    int64_t events, facts;
} event_sizes;

/** Scale 1: 3 million events, 5 million facts. */
event_sizes bench_event_sizes(double scale);

/** Table `index` (below EVENT_TABLES); `sizes` is kept by address. */
bench_table bench_event_table(size_t index, const event_sizes *sizes);

#endif
