/**
 * @file sql_type.h
 * The SQL name of a column's type, as DuckDB writes it: BIGINT, DECIMAL(10,2), VARCHAR[], STRUCT(a INTEGER).
 */
#ifndef TARN_ENGINE_SQL_TYPE_H
#define TARN_ENGINE_SQL_TYPE_H

#include "base/buffer.h"
#include "tarn/arrow.h"

/** Append the name. Types that DuckDB does not have are TARN_E_UNSUPPORTED. A dictionary of text is ENUM. */
tarn_status tarn_sql_type(const struct ArrowSchema *schema, tarn_buffer *out, tarn_error *error);

#endif
