// The tables of functions that the shim is made of, one of each file.
#ifndef TARN_ENGINE_DUCKDB_TABLES_HPP
#define TARN_ENGINE_DUCKDB_TABLES_HPP

#include "engine/duckdb/confine.h"
#include "engine/duckdb/scan.h"
#include "engine/duckdb/statement.h"

namespace tarn {

const tarn_duckdb *GuardedFunctions() noexcept;
const tarn_shim_statements *StatementFunctions() noexcept;
const tarn_shim_confine *ConfineFunctions() noexcept;
const tarn_shim_scan *ScanFunctions() noexcept;

} // namespace tarn

#endif
