// One opened DuckDB with its connections.
#include "engine/instance.h"

#include "base/buffer.h"
#include "base/text.h"
#include "engine/duckdb/shim.h"
#include "engine/engine.h"
#include "engine/scan.h"
#include "engine/sql_error.h"
#include "engine/sql_functions.h"
#include "engine/watch.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* A row-wise query takes one per thread; a query that was cancelled keeps its own until DuckDB returns. */
#define LOCKED_CONNECTIONS 32
/* Every execution of a prepared statement leaves the collector of its result, some hundred bytes, in its plan; they go
 * when it is prepared anew. */
#define EXECUTIONS 64

/* Of the memory limit, for DuckDB's blocks, which it writes to disk when they are more. The rest is for vectors, texts
 * and lists, without which no block can be made or read. */
#define BLOCK_EIGHTHS 7

#define MOST_DEPTH 200 /* of expressions, which are walked recursively */

/* Folders that DuckDB would look for by itself are no folders: what is there cannot be read, and nothing made. */
#define NOWHERE "/dev/null/nowhere"

struct tarn_instance {
    const tarn_duckdb *duckdb;
    bool confined, scribble, no_optimizer;
    tarn_watch *watch;
    duckdb_database database;

    pthread_mutex_t mutex; /* guards what follows */
    size_t references;
    bool broken;
    tarn_connection **connections; /* all, in the order of their making */
    size_t count, capacity;
    tarn_connection *idle;
};

const tarn_duckdb *tarn_instance_duckdb(const tarn_instance *instance) {
    return instance->duckdb;
}

bool tarn_instance_scribbles(const tarn_instance *instance) {
    return instance->scribble;
}

static tarn_status run(const tarn_duckdb *duckdb, duckdb_connection connection, const char *sql, tarn_error *error) {
    duckdb_result result = {0};
    tarn_status status = TARN_OK;
    if (duckdb->query(connection, sql, &result) == DuckDBError)
        status = tarn_fail_sql(error, duckdb->result_error(&result));
    duckdb->destroy_result(&result);
    return status;
}

tarn_status tarn_connection_run(tarn_connection *connection, const char *sql, tarn_error *error) {
    return run(connection->instance->duckdb, connection->handle, sql, error);
}

tarn_status tarn_connection_usual(tarn_connection *connection, tarn_usual which, duckdb_prepared_statement *out,
                                  tarn_error *error) {
    static const char *const usual[TARN_USUAL_COUNT] = {
        [TARN_USUAL_BEGIN] = "BEGIN TRANSACTION READ ONLY",
        [TARN_USUAL_ROLLBACK] = "ROLLBACK",
    };
    const tarn_duckdb *duckdb = connection->instance->duckdb;
    tarn_usual_statement *statement = &connection->usual[which];
    tarn_status status = TARN_OK;
    if (statement->uses++ % EXECUTIONS == 0) {
        duckdb->destroy_prepare(&statement->prepared);
        if (duckdb->prepare(connection->handle, usual[which], &statement->prepared) == DuckDBError) {
            status = tarn_fail_sql(error, duckdb->prepare_error(statement->prepared));
            duckdb->destroy_prepare(&statement->prepared);
            statement->uses = 0;
        }
    }
    *out = statement->prepared;
    return status;
}

tarn_status tarn_connection_run_usual(tarn_connection *connection, tarn_usual which, tarn_error *error) {
    const tarn_duckdb *duckdb = connection->instance->duckdb;
    duckdb_prepared_statement prepared;
    duckdb_result result = {0};
    tarn_status status = tarn_connection_usual(connection, which, &prepared, error);
    if (status == TARN_OK && duckdb->execute_prepared(prepared, &result) == DuckDBError)
        status = tarn_fail_sql(error, duckdb->result_error(&result));
    duckdb->destroy_result(&result);
    return status;
}

/* Build a statement and run it. */
static tarn_status set_temp_directory(const tarn_duckdb *duckdb, duckdb_connection connection, const char *directory,
                                      tarn_error *error) {
    tarn_buffer sql = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_buffer_printf(&sql, error, "SET temp_directory="));
    TARN_CHECK(tarn_sql_literal(&sql, directory ? directory : "", error));
    TARN_CHECK(tarn_buffer_append(&sql, "", 1, error));
    status = run(duckdb, connection, (const char *)sql.data, error);

cleanup:
    tarn_buffer_free(&sql);
    return status;
}

static tarn_status set_number(const tarn_duckdb *duckdb, duckdb_connection connection, const char *format,
                              unsigned long long number, tarn_error *error) {
    char sql[80];
    snprintf(sql, sizeof sql, format, number);
    return run(duckdb, connection, sql, error);
}

/* The order matters: with external access off before the folder for spilling is known, spilling fails for good. */
static tarn_status apply_settings(const tarn_duckdb *duckdb, duckdb_connection connection,
                                  const tarn_instance_settings *settings, tarn_error *error) {
    TARN_TRY(set_temp_directory(duckdb, connection, settings->temp_directory, error));
    if (settings->memory_limit)
        TARN_TRY(set_number(duckdb, connection, "SET memory_limit='%lluB'", settings->memory_limit / 8 * BLOCK_EIGHTHS,
                            error));
    if (settings->threads)
        TARN_TRY(set_number(duckdb, connection, "SET threads=%llu", settings->threads, error));
    TARN_TRY(run(duckdb, connection, "SET GLOBAL TimeZone='UTC'", error));
    TARN_TRY(run(duckdb, connection, "SET GLOBAL perfect_ht_threshold=16", error));
    TARN_TRY(run(duckdb, connection, "SET GLOBAL late_materialization_max_rows=1000", error));
    TARN_TRY(run(duckdb, connection, "SET GLOBAL dynamic_or_filter_threshold=2000", error));
    if (settings->any_order)
        TARN_TRY(run(duckdb, connection, "SET preserve_insertion_order=false", error));
    TARN_TRY(run(duckdb, connection, "SET autoinstall_known_extensions=false", error));
    return run(duckdb, connection, "SET autoload_known_extensions=false", error);
}

static tarn_status confine(const tarn_duckdb *duckdb, duckdb_connection connection, tarn_error *error) {
    static const char *const settings[] = {
        "SET allow_persistent_secrets=false",    "SET secret_directory='" NOWHERE "'",
        "SET extension_directory='" NOWHERE "'", "SET allow_community_extensions=false",
        "SET enable_external_file_cache=false",  "SET enable_external_access=false",
        "SET lock_configuration=true",
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        TARN_TRY(run(duckdb, connection, settings[i], error));
    return TARN_OK;
}

static idx_t connection_id(const tarn_duckdb *duckdb, duckdb_connection connection) {
    duckdb_client_context context;
    duckdb->connection_get_client_context(connection, &context);
    idx_t id = duckdb->client_context_get_connection_id(context);
    duckdb->destroy_client_context(&context);
    return id;
}

/* A new idle connection. The caller holds the mutex, or nobody else knows the instance yet. */
static tarn_status add_connection(tarn_instance *instance, tarn_error *error) {
    const tarn_duckdb *duckdb = instance->duckdb;
    TARN_TRY(tarn_grow(&instance->connections, &instance->capacity, instance->count + 1, sizeof *instance->connections,
                       error));
    tarn_connection *connection = calloc(1, sizeof *connection);
    if (!connection)
        return tarn_fail_memory(error);
    if (duckdb->connect(instance->database, &connection->handle) == DuckDBError) {
        free(connection);
        return tarn_fail(error, TARN_E_MEMORY, "DuckDB gives no further connection");
    }
    connection->id = connection_id(duckdb, connection->handle);
    connection->next_idle = instance->idle;
    instance->idle = connection;
    instance->connections[instance->count++] = connection;
    duckdb->shim->confine->limit(connection->handle, MOST_DEPTH, instance->confined ? NOWHERE : NULL);
    if (instance->no_optimizer)
        duckdb->shim->confine->set_optimizer(connection->handle, false);
    return TARN_OK;
}

static tarn_status prepare_instance(tarn_instance *instance, const tarn_instance_settings *settings,
                                    tarn_error *error) {
    const tarn_duckdb *duckdb = instance->duckdb;
    TARN_TRY(add_connection(instance, error));
    duckdb_connection first = instance->connections[0]->handle;
    TARN_TRY(apply_settings(duckdb, first, settings, error));
    TARN_TRY(tarn_scan_register(instance, instance->database, first, error));
    for (size_t i = 0; i < settings->relation_count; i++)
        TARN_TRY(tarn_scan_register_relation(instance, first, settings->relations[i], error));
    if (!settings->confined)
        return TARN_OK;
    while (instance->count < LOCKED_CONNECTIONS)
        TARN_TRY(add_connection(instance, error));
    return confine(duckdb, first, error);
}

static tarn_status open_database(tarn_instance *instance, const tarn_instance_settings *settings, tarn_error *error) {
    const tarn_duckdb *duckdb = instance->duckdb;
    char *message = NULL;
    if (settings->confined) {
        const tarn_shim *shim = duckdb->shim;
        if (shim->confine->open(settings->temp_directory, tarn_plan_allows_function, &instance->database) ==
            DuckDBSuccess)
            return TARN_OK;
        const char *thrown = shim->thrown();
        return tarn_fail(error, TARN_E_MEMORY, "DuckDB cannot be opened: %s", thrown ? thrown : "no reason given");
    }
    if (duckdb->open_ext(NULL, &instance->database, NULL, &message) == DuckDBSuccess)
        return TARN_OK;
    tarn_fail(error, TARN_E_MEMORY, "DuckDB cannot be opened: %s", message ? message : "no reason given");
    duckdb->free(message);
    return TARN_E_MEMORY;
}

tarn_status tarn_instance_open(const tarn_duckdb *duckdb, const tarn_instance_settings *settings, tarn_instance **out,
                               tarn_error *error) {
    tarn_status status = TARN_OK;
    tarn_instance *instance = calloc(1, sizeof *instance);
    if (!instance)
        return tarn_fail_memory(error);
    instance->duckdb = duckdb;
    instance->confined = settings->confined;
    instance->scribble = settings->scribble;
    instance->no_optimizer = settings->no_optimizer;
    instance->watch = settings->watch;
    instance->references = 1;
    pthread_mutex_init(&instance->mutex, NULL);
    TARN_CHECK(open_database(instance, settings, error));
    TARN_CHECK(prepare_instance(instance, settings, error));
    *out = instance;
    instance = NULL;

cleanup:
    tarn_instance_release(instance);
    return status;
}

void tarn_instance_retain(tarn_instance *instance) {
    pthread_mutex_lock(&instance->mutex);
    instance->references++;
    pthread_mutex_unlock(&instance->mutex);
}

static void close_instance(tarn_instance *instance) {
    for (size_t i = 0; i < instance->count; i++) {
        tarn_connection *connection = instance->connections[i];
        for (size_t k = 0; k < TARN_USUAL_COUNT; k++)
            instance->duckdb->destroy_prepare(&connection->usual[k].prepared);
        instance->duckdb->disconnect(&connection->handle);
        free(connection);
    }
    free(instance->connections);
    if (instance->database)
        instance->duckdb->close(&instance->database);
    pthread_mutex_destroy(&instance->mutex);
    free(instance);
}

void tarn_instance_release(tarn_instance *instance) {
    if (!instance)
        return;
    pthread_mutex_lock(&instance->mutex);
    bool last = --instance->references == 0;
    pthread_mutex_unlock(&instance->mutex);
    if (last)
        close_instance(instance);
}

bool tarn_instance_is_usable(tarn_instance *instance) {
    pthread_mutex_lock(&instance->mutex);
    bool usable = !instance->broken;
    pthread_mutex_unlock(&instance->mutex);
    return usable;
}

tarn_status tarn_instance_take(tarn_instance *instance, tarn_session *session, tarn_connection **out,
                               tarn_error *error) {
    tarn_status status = TARN_OK;
    pthread_mutex_lock(&instance->mutex);
    if (!instance->idle && !instance->confined)
        status = add_connection(instance, error);
    tarn_connection *connection = status == TARN_OK ? instance->idle : NULL;
    if (connection && instance->watch)
        status = tarn_watch_begin(instance->watch, instance->duckdb->shim->confine, error);
    if (status != TARN_OK)
        connection = NULL;
    if (connection) {
        instance->idle = connection->next_idle;
        instance->references++;
        connection->instance = instance;
        connection->session = session;
    }
    pthread_mutex_unlock(&instance->mutex);
    *out = connection;
    return status;
}

/* Texts, no prepared statements: DuckDB's functions for those let the exceptions of a broken instance through. */
static bool works(tarn_connection *connection) {
    (void)tarn_connection_run(connection, "ROLLBACK", NULL);
    return tarn_connection_run(connection, "SELECT 1", NULL) == TARN_OK;
}

void tarn_connection_give(tarn_connection *connection, tarn_status status) {
    if (!connection)
        return;
    tarn_instance *instance = connection->instance;
    bool good = status == TARN_OK;
    if (instance->watch)
        tarn_watch_end(instance->watch);
    if (good)
        (void)tarn_connection_run_usual(connection, TARN_USUAL_ROLLBACK, NULL);
    else
        good = works(connection);
    pthread_mutex_lock(&instance->mutex);
    connection->session = NULL;
    if (good) {
        connection->next_idle = instance->idle;
        instance->idle = connection;
    } else {
        instance->broken = true;
    }
    pthread_mutex_unlock(&instance->mutex);
    tarn_instance_release(instance);
}

void tarn_instance_end_queries(tarn_instance *instance, bool only_doubling) {
    tarn_error error;
    tarn_fail(&error, TARN_E_MEMORY,
              only_doubling ? "the values for a median or quantile do not fit into the memory limit" TARN_MEMORY_REMEDY
                            : "the query needs more than the memory limit" TARN_MEMORY_REMEDY);
    pthread_mutex_lock(&instance->mutex);
    for (size_t i = 0; i < instance->count; i++) {
        tarn_connection *connection = instance->connections[i];
        if (!connection->session || (only_doubling && !connection->session->is_doubling))
            continue;
        tarn_session_fail(connection->session, &error);
        instance->duckdb->interrupt(connection->handle);
    }
    pthread_mutex_unlock(&instance->mutex);
}

tarn_session *tarn_instance_session(tarn_instance *instance, idx_t id) {
    tarn_session *session = NULL;
    pthread_mutex_lock(&instance->mutex);
    for (size_t i = 0; i < instance->count && !session; i++)
        if (instance->connections[i]->id == id)
            session = instance->connections[i]->session;
    pthread_mutex_unlock(&instance->mutex);
    return session;
}
