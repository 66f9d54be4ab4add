// Whether a plan goes row by row.
#ifndef TARN_ENGINE_DUCKDB_SCAN_PLAN_HPP
#define TARN_ENGINE_DUCKDB_SCAN_PLAN_HPP

#include "engine/duckdb_api.h"

namespace tarn {

// Whether a statement is nothing but projections and filters over one scan.
bool IsRowWiseStatement(duckdb_prepared_statement prepared);

} // namespace tarn

#endif
