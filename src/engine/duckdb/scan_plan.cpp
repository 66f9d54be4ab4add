// Whether a plan goes row by row.
#include "engine/duckdb/scan_plan.hpp"
#include "engine/duckdb/guard.hpp"
#include "engine/duckdb/scan.hpp"

#include "duckdb/execution/operator/join/physical_comparison_join.hpp"
#include "duckdb/execution/operator/scan/physical_table_scan.hpp"
#include "duckdb/execution/physical_plan_generator.hpp"
#include "duckdb/main/capi/capi_internal.hpp"
#include "duckdb/main/prepared_statement_data.hpp"

using namespace duckdb; // NOLINT(google-build-using-namespace)

namespace tarn {

namespace {

// A long IN list is a mark join with the constants.
bool IsRowWise(const PhysicalOperator &op, idx_t &scans) {
    switch (op.type) {
    case PhysicalOperatorType::TABLE_SCAN:
        if (!IsScan(op.Cast<PhysicalTableScan>().function)) {
            return false;
        }
        scans++;
        break;
    case PhysicalOperatorType::HASH_JOIN:
        if (op.Cast<PhysicalComparisonJoin>().join_type != JoinType::MARK ||
            op.children[1].get().type != PhysicalOperatorType::COLUMN_DATA_SCAN) {
            return false;
        }
        break;
    case PhysicalOperatorType::PROJECTION:
    case PhysicalOperatorType::FILTER:
    case PhysicalOperatorType::COLUMN_DATA_SCAN:
        break;
    default:
        return false;
    }
    for (auto &child : op.children) {
        if (!IsRowWise(child.get(), scans)) {
            return false;
        }
    }
    return true;
}

} // namespace

bool IsRowWiseStatement(duckdb_prepared_statement prepared) {
    return Guard(
        [&] {
            auto &statement = *reinterpret_cast<PreparedStatementWrapper *>(prepared)->statement;
            idx_t scans = 0;
            return statement.data->physical_plan && IsRowWise(statement.data->physical_plan->Root(), scans) &&
                   scans == 1;
        },
        false);
}

} // namespace tarn
