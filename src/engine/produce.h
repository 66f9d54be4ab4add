/**
 * @file produce.h
 * Executing a prepared statement into record batches. Internal to the engine.
 */
#ifndef TARN_ENGINE_PRODUCE_H
#define TARN_ENGINE_PRODUCE_H

#include "engine/run.h"

/** A statement's rows as batches of a run, the first small so that something is there soon, then larger ones. */
tarn_status tarn_produce_batches(tarn_run *run, tarn_connection *connection, duckdb_prepared_statement statement,
                                 tarn_collector *collector, tarn_error *error);

/** Execute the statement and gather all of its rows. */
tarn_status tarn_execute_into(tarn_connection *connection, duckdb_prepared_statement statement,
                              tarn_collector *collector, tarn_error *error);

#endif
