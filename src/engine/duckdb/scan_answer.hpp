// Counts, minima and maxima of whole columns, answered from zone maps.
#ifndef TARN_ENGINE_DUCKDB_SCAN_ANSWER_HPP
#define TARN_ENGINE_DUCKDB_SCAN_ANSWER_HPP

#include "engine/duckdb/scan.hpp"

#include "duckdb/planner/logical_operator.hpp"

namespace tarn {

// Put constants in the place of aggregates over a whole table, all of whose answers are known exactly.
void AnswerAggregates(duckdb::unique_ptr<duckdb::LogicalOperator> &op);

} // namespace tarn

#endif
