// Everything that a statement names.
#ifndef TARN_ENGINE_DUCKDB_WALK_HPP
#define TARN_ENGINE_DUCKDB_WALK_HPP

#include "engine/duckdb/statement.h"

#include "duckdb/parser/query_node.hpp"

#include <functional>

namespace duckdb {
class PivotRef;
}

namespace tarn {

// Tell `visit` what `node` names. Throws Ended when it wants no more.
struct Ended {};
void Walk(duckdb::QueryNode &node, tarn_found_visit visit, void *context);

// Call `change` for each parameter in `node`.
void EachParameter(duckdb::QueryNode &node,
                   const std::function<void(duckdb::unique_ptr<duckdb::ParsedExpression> &)> &change);

// Call `change` for each PIVOT in `node`.
void EachPivot(duckdb::QueryNode &node, const std::function<void(duckdb::PivotRef &)> &change);

} // namespace tarn

#endif
