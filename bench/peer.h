/**
 * @file peer.h
 * DuckDB through its C API, as the peer: a database file on the same disk, the same number of threads. All functions
 * end the process with DuckDB's message when they fail.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include "columns.h"

#include <duckdb.h>

typedef struct bench_peer {
    duckdb_database database;
    duckdb_connection connection;
} bench_peer;

/** `path` NULL is an instance in memory; `memory_limit` NULL is DuckDB's own ("1GB" otherwise). */
void bench_peer_open(bench_peer *peer, const char *path, int threads, const char *memory_limit);
void bench_peer_close(bench_peer *peer);

/** Run statements whose results are of no interest. */
void bench_peer_run(bench_peer *peer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** A query's result as a stream; the caller releases it, before closing the peer. */
void bench_peer_stream(bench_peer *peer, const char *sql, struct ArrowArrayStream *out);

/** Make a table of DuckDB's own from a generator. */
void bench_peer_load(bench_peer *peer, const bench_table *table, bool double_money);

#endif
