/**
 * @file sql_wording.h
 * DuckDB's sentences in Tarn's words. Internal to the engine.
 */
#ifndef TARN_ENGINE_SQL_WORDING_H
#define TARN_ENGINE_SQL_WORDING_H

#include "base/buffer.h"
#include "base/error.h"

/**
 * What DuckDB says of a query (`message`, one line), as people can use it: what is wrong and what helps, types by the
 * names that SQL has for them. What has no entry in the table stays as it is, but for the types.
 */
tarn_status tarn_word_sql_error(const char *message, tarn_buffer *out, tarn_error *error);

#endif
