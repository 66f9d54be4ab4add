/**
 * @file sql_error.h
 * DuckDB's error messages as Tarn's. Internal to the engine.
 */
#ifndef TARN_ENGINE_SQL_ERROR_H
#define TARN_ENGINE_SQL_ERROR_H

#include "base/asker.h"
#include "base/error.h"

/** What helps where memory is short. */
#define TARN_MEMORY_REMEDY                                                                                             \
    ": ask for fewer rows or shorter values at once, or allow more (" TARN_ASKER("--memory-limit", "memoryLimit") ")"

/** Fill `error` from DuckDB's message (may be NULL): the status from its kind, one line, the place at the end. */
tarn_status tarn_fail_sql(tarn_error *error, const char *message);

#endif
