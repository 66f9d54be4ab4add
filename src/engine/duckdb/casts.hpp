// Casts that are Tarn's own.
#ifndef TARN_ENGINE_DUCKDB_CASTS_HPP
#define TARN_ENGINE_DUCKDB_CASTS_HPP

namespace duckdb {
class CastFunctionSet;
} // namespace duckdb

namespace tarn {

// A text that is no UUID is said to be none: DuckDB's own cast calls the type INT128, as it holds UUIDs in such.
void ReplaceCasts(duckdb::CastFunctionSet &casts);

} // namespace tarn

#endif
