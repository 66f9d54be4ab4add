// Conditions that are nothing but comparisons of columns with literals.
#ifndef TARN_ENGINE_DUCKDB_COMPARISON_HPP
#define TARN_ENGINE_DUCKDB_COMPARISON_HPP

#include "engine/duckdb/statement.h"

#include "duckdb/parser/parsed_expression.hpp"

namespace tarn {

// Tell `visit` all comparisons that are joined by AND in a condition. False when something else is in it, when `visit`
// ended it.
bool EachComparison(const duckdb::ParsedExpression &condition, tarn_comparison_visit visit, void *context);

} // namespace tarn

#endif
