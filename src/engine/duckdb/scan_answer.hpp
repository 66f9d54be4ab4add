// Counts, minima and maxima of whole columns, answered from zone maps.
#ifndef TARN_ENGINE_DUCKDB_SCAN_ANSWER_HPP
#define TARN_ENGINE_DUCKDB_SCAN_ANSWER_HPP

#include "engine/duckdb/scan.hpp"

#include "duckdb/planner/logical_operator.hpp"

namespace tarn {

// Put constants in the place of aggregates over a whole table, all of whose answers are known exactly. `functions` are
// the names of the scans.
void AnswerAggregates(duckdb::unique_ptr<duckdb::LogicalOperator> &op, const std::vector<duckdb::string> &functions);

} // namespace tarn

#endif
