/**
 * @file sql_error.h
 * DuckDB's error messages as Tarn's. Internal to the engine.
 */
#ifndef TARN_ENGINE_SQL_ERROR_H
#define TARN_ENGINE_SQL_ERROR_H

#include "base/error.h"

/** Fill `error` from DuckDB's message (may be NULL): the status from its kind, one line, the place at the end. */
tarn_status tarn_fail_sql(tarn_error *error, const char *message);

#endif
