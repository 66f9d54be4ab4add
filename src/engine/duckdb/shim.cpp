// The shim's one symbol: what it was compiled for, and its tables of functions.
#include "engine/duckdb/shim.h"
#include "engine/duckdb/guard.hpp"
#include "engine/duckdb/tables.hpp"

#include "duckdb/main/database.hpp"

extern "C" __attribute__((visibility("default"))) const tarn_shim *tarn_duckdb_shim(void) {
    static const tarn_shim shim = {sizeof(tarn_shim),          TARN_DUCKDB_HEADERS,      TARN_DUCKDB_SOURCE,
                                   duckdb::DuckDB::SourceID(), tarn::GuardedFunctions(), tarn::TakeThrown,
                                   tarn::StatementFunctions(), tarn::ConfineFunctions(), tarn::ScanFunctions()};
    return &shim;
}
