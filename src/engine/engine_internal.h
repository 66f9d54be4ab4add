/**
 * @file engine_internal.h
 * The engine as its own files see it.
 */
#ifndef TARN_ENGINE_ENGINE_INTERNAL_H
#define TARN_ENGINE_ENGINE_INTERNAL_H

#include "engine/engine.h"
#include "engine/instance.h"
#include "engine/workers.h"

typedef enum tarn_instance_kind {
    TARN_INSTANCE_USER, /**< confined; runs queries on all of its threads */
    TARN_INSTANCE_WORK, /**< may touch files */
    TARN_INSTANCE_ROWS, /**< confined and without threads of its own: row-wise work runs on the thread that calls, many
                           at once. With threads DuckDB would hand each small piece to one of them and wait for it,
                           spinning */
    TARN_INSTANCE_KINDS
} tarn_instance_kind;

/** Load DuckDB when that was not done yet. */
tarn_status tarn_engine_duckdb(tarn_engine *engine, const tarn_duckdb **out, tarn_error *error);

/** A connection for `session`, on an instance that is opened when there is none, or none that works. */
tarn_status tarn_engine_connect(tarn_engine *engine, tarn_instance_kind kind, tarn_session *session,
                                tarn_connection **out, tarn_error *error);

/** How many threads one query may use. */
unsigned tarn_engine_threads(const tarn_engine *engine);

/** The threads that DuckDB is called on. */
tarn_workers *tarn_engine_workers(tarn_engine *engine);

#endif
