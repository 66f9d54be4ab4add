/**
 * @file relation.h
 * Relations that a room above computes, as table functions in queries: `FROM name('orders@3', 'orders', option := …)`.
 *
 * The room above says what the function is called and passes the functions below in with tarn_engine_options. Its
 * arguments are names of versions, which the query's own catalog looks up, and texts: nothing that leads anywhere else.
 * A relation is opened when a statement is bound (its columns must be known by then), started when it is run, and read
 * by several of DuckDB's threads at once, only the columns that the query uses.
 */
#ifndef TARN_ENGINE_RELATION_H
#define TARN_ENGINE_RELATION_H

#include "jobs/jobs.h"
#include "store/store.h"

/** What was given for one named parameter: a text, a number or a boolean as one text, a list as several. */
typedef struct tarn_relation_argument {
    const char *name; /**< as in tarn_relation.parameters */
    const char *const *values;
    size_t count; /**< 0: not given, or null */
} tarn_relation_argument;

/** A call of the function. Everything in it is borrowed. */
typedef struct tarn_relation_call {
    tarn_version *const *versions; /**< as many as the relation takes; retain what is kept */
    const char *const *names;      /**< as they were written */
    const tarn_relation_argument *arguments;
    size_t argument_count;
} tarn_relation_call;

/** A kind of relation. Belongs to the room above and outlives the engine, as does `context`. Thread-safe throughout. */
typedef struct tarn_relation {
    const char *name;     /**< of the function; on the list of functions that queries may call (sql_functions.c) */
    size_t version_count; /**< positional arguments: names of versions */
    const char *const *parameters; /**< named ones, ended by NULL */
    void *context;
    /** Make one relation, and a struct schema of its columns, owned by the caller. Reads no data. */
    tarn_status (*open)(void *context, const tarn_relation_call *call, void **relation, struct ArrowSchema *schema,
                        tarn_error *error);
    /** Work out how many rows it has. May be called several times. */
    tarn_status (*start)(void *relation, tarn_task *task, int64_t *rows, tarn_error *error);
    /** Rows `from` … `from + count - 1` of some columns (indexes into the schema) into `out`, one array for each. */
    tarn_status (*read)(void *relation, int64_t from, int64_t count, const size_t *columns, size_t column_count,
                        struct ArrowArray *out, tarn_error *error);
    void (*close)(void *relation);
} tarn_relation;

#endif
