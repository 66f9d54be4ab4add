/**
 * @file instance.h
 * One opened DuckDB with its connections. Internal to the engine.
 *
 * A connection serves one query at a time: a second query on it would end the first one's stream silently. Connections
 * are kept and used again, because the limit on the depth of expressions belongs to a connection and can only be set
 * before the configuration is locked: the confined instance is born with all the connections that it will ever have.
 * When they are used up, the engine opens another instance.
 */
#ifndef TARN_ENGINE_INSTANCE_H
#define TARN_ENGINE_INSTANCE_H

#include "engine/duckdb_api.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tarn_instance tarn_instance;
typedef struct tarn_session tarn_session;

/** Statements that nearly every query needs, prepared ahead on each connection. */
typedef enum tarn_usual {
    TARN_USUAL_BEGIN,    /**< BEGIN TRANSACTION READ ONLY */
    TARN_USUAL_ROLLBACK, /**< fails when no transaction was begun */
    TARN_USUAL_COUNT,
} tarn_usual;

typedef struct tarn_usual_statement {
    duckdb_prepared_statement prepared; /**< NULL until needed */
    unsigned uses;
} tarn_usual_statement;

typedef struct tarn_connection {
    tarn_instance *instance; /**< a counted reference while taken */
    duckdb_connection handle;
    tarn_usual_statement usual[TARN_USUAL_COUNT]; /**< see tarn_connection_usual */
    idx_t id;                                     /**< DuckDB's own number, by which the scan finds the session */
    tarn_session *session;                        /**< what the running query lends to the scan; NULL when idle */
    struct tarn_connection *next_idle;
} tarn_connection;

typedef struct tarn_instance_settings {
    struct tarn_watch *watch; /**< over what runs on it; outlives the instance; NULL: none */
    bool confined;
    bool scribble, no_optimizer, any_order;       /**< see tarn_engine_options */
    unsigned threads;                             /**< 0: DuckDB's choice */
    uint64_t memory_limit;                        /**< bytes; 0: DuckDB's choice */
    const char *temp_directory;                   /**< NULL: no spilling */
    const struct tarn_relation *const *relations; /**< further functions; they outlive the instance */
    size_t relation_count;
} tarn_instance_settings;

/** Open, set, and register the functions of scan.h. `duckdb` must outlive the instance. */
tarn_status tarn_instance_open(const tarn_duckdb *duckdb, const tarn_instance_settings *settings, tarn_instance **out,
                               tarn_error *error);
void tarn_instance_retain(tarn_instance *instance);
void tarn_instance_release(tarn_instance *instance); /**< closed with the last holder; NULL is allowed */

const tarn_duckdb *tarn_instance_duckdb(const tarn_instance *instance);

bool tarn_instance_scribbles(const tarn_instance *instance);

/** False once a query has left it unusable: nobody should start anything on it. */
bool tarn_instance_is_usable(tarn_instance *instance);

/** An idle connection for `session`. *out is NULL (and the result TARN_OK) when the instance can have no more. */
tarn_status tarn_instance_take(tarn_instance *instance, tarn_session *session, tarn_connection **out,
                               tarn_error *error);

/** Give it back: its transaction is rolled back. After a failure (`status` of what ran last) the instance is probed
 * with a trivial query: a statement that breaks it breaks it for all, and says so only to the next one. NULL is
 * allowed. */
void tarn_connection_give(tarn_connection *connection, tarn_status status);

/** End what runs on it, for want of memory: all, or only sessions that hold what doubles. */
void tarn_instance_end_queries(tarn_instance *instance, bool only_doubling);

/** The session of the connection with DuckDB's number `id`; NULL when there is none. */
tarn_session *tarn_instance_session(tarn_instance *instance, idx_t id);

/** Run a statement without a result. */
tarn_status tarn_connection_run(tarn_connection *connection, const char *sql, tarn_error *error);

/** One of the statements above, prepared, for one execution; it stays the connection's. */
tarn_status tarn_connection_usual(tarn_connection *connection, tarn_usual which, duckdb_prepared_statement *out,
                                  tarn_error *error);

/** Run one of those that take nothing and give nothing. */
tarn_status tarn_connection_run_usual(tarn_connection *connection, tarn_usual which, tarn_error *error);

#endif
