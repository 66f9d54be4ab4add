// What zone maps say, in DuckDB's words.
#ifndef TARN_ENGINE_DUCKDB_SCAN_STATISTICS_HPP
#define TARN_ENGINE_DUCKDB_SCAN_STATISTICS_HPP

#include "engine/duckdb/scan.hpp"

namespace tarn {

// Of some rows: bounds, nulls. Null where DuckDB's order is not the order of the stored values, or there is no bound.
duckdb::unique_ptr<duckdb::BaseStatistics> ZoneStatistics(const ScanTable &table, idx_t column, tarn_zone_kind kind,
                                                          const tarn_zone &zone);

// Of a column as a whole; null where not everything is known.
duckdb::unique_ptr<duckdb::BaseStatistics> ColumnStatistics(const ScanTable &table, column_t column);

// A bound of a zone that DuckDB keeps in 64 bits with a sign; false when it is none.
bool IntegerBound(tarn_zone_kind kind, const tarn_zone_bound &bound, int64_t &out);

} // namespace tarn

#endif
