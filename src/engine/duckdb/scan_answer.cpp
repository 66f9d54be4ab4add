// Counts, minima and maxima of whole columns, answered from zone maps.
#include "engine/duckdb/scan_answer.hpp"
#include "engine/duckdb/scan_statistics.hpp"

#include "duckdb/planner/expression/bound_aggregate_expression.hpp"
#include "duckdb/planner/expression/bound_columnref_expression.hpp"
#include "duckdb/planner/expression/bound_constant_expression.hpp"
#include "duckdb/planner/operator/logical_aggregate.hpp"
#include "duckdb/planner/operator/logical_dummy_scan.hpp"
#include "duckdb/planner/operator/logical_expression_get.hpp"
#include "duckdb/planner/operator/logical_get.hpp"
#include "duckdb/planner/operator/logical_projection.hpp"

using namespace duckdb; // NOLINT(google-build-using-namespace)

namespace tarn {

namespace {

// What is known of a column, for as long as this lives.
class Summary {
  public:
    Summary(const ScanTable &table, idx_t column) : host(table.host) {
        tarn_error error{};
        is_known =
            host.summary(table.Version(), column, TARN_ZONE_KNOWN, &zones, &error) == TARN_OK && zones.unknown == 0;
    }
    ~Summary() {
        host.clear_summary(&zones);
    }
    Summary(const Summary &) = delete;

    tarn_zone_summary zones{};
    bool is_known;

  private:
    const tarn_scan_host &host;
};

// The least or greatest value; false when it is not known exactly.
bool BoundOf(const ScanTable &table, idx_t column, const tarn_zone_summary &zones, bool least, Value &out) {
    auto &type = table.types[column];
    if (zones.rows == 0 || (zones.nulls == zones.rows && zones.least_nulls == zones.rows)) {
        out = Value(type);
        return true;
    }
    if (type.id() == LogicalTypeId::VARCHAR) {
        auto text = least ? zones.least_text : zones.greatest_text;
        if (!text || !table.plains[column].is_ordered) {
            return false;
        }
        out = Value(string(const_char_ptr_cast(text), least ? zones.least_text_size : zones.greatest_text_size));
        out.Reinterpret(type);
        return true;
    }
    const bool has_no_nan = (zones.flags & TARN_ZONE_EXACT_NAN) && !(zones.flags & TARN_ZONE_HAS_NAN);
    if (!(zones.flags & (least ? TARN_ZONE_EXACT_LEAST : TARN_ZONE_EXACT_GREATEST)) ||
        !(zones.flags & TARN_ZONE_HAS_BOUNDS) || (zones.kind == TARN_ZONE_NUMBER && !has_no_nan)) {
        return false;
    }
    tarn_zone zone{};
    zone.least = zones.least;
    zone.greatest = zones.greatest;
    zone.flags = zones.flags;
    auto stats =
        type.InternalType() == PhysicalType::VARCHAR ? nullptr : ZoneStatistics(table, column, zones.kind, zone);
    if (stats) {
        out = least ? NumericStats::Min(*stats) : NumericStats::Max(*stats);
    }
    return stats && out.type() == type;
}

// The scan's column that an expression above it is; false when it is not one.
bool FindColumn(const LogicalOperator &op, const Expression &expression, column_t &out) {
    if (expression.GetExpressionType() != ExpressionType::BOUND_COLUMN_REF) {
        return false;
    }
    auto &binding = expression.Cast<BoundColumnRefExpression>().binding;
    if (op.type == LogicalOperatorType::LOGICAL_PROJECTION) {
        auto &projection = op.Cast<LogicalProjection>();
        return binding.table_index == projection.table_index &&
               FindColumn(*op.children[0], *op.expressions[binding.column_index], out);
    }
    auto &get = op.Cast<LogicalGet>();
    if (binding.table_index != get.table_index) {
        return false;
    }
    out = get.GetColumnIds()[binding.column_index].GetPrimaryIndex();
    return true;
}

bool AnswerOne(const ScanTable &table, const LogicalOperator &below, const BoundAggregateExpression &asked,
               Value &out) {
    column_t found;
    idx_t column;
    if (asked.filter || asked.order_bys || asked.IsDistinct()) {
        return false;
    }
    if (asked.function.name == "count_star") {
        out = Value::BIGINT(table.host.rows(table.Version()));
        return true;
    }
    if (asked.children.size() != 1 || !FindColumn(below, *asked.children[0], found) || !table.Find(found, column)) {
        return false;
    }
    const bool least = asked.function.name == "min";
    if (!least && asked.function.name != "max" && asked.function.name != "count") {
        return false;
    }
    Summary summary(table, column);
    if (!summary.is_known) {
        return false;
    }
    if (asked.function.name == "count") {
        out = Value::BIGINT(summary.zones.rows - summary.zones.nulls);
        return summary.zones.nulls == summary.zones.least_nulls;
    }
    return asked.return_type == table.types[column] && BoundOf(table, column, summary.zones, least, out);
}

// The scan below, when there are only projections between; null otherwise.
optional_ptr<LogicalGet> FindScan(LogicalOperator &op) {
    reference<LogicalOperator> below = op;
    while (below.get().type == LogicalOperatorType::LOGICAL_PROJECTION) {
        below = *below.get().children[0];
    }
    if (below.get().type != LogicalOperatorType::LOGICAL_GET) {
        return nullptr;
    }
    auto &get = below.get().Cast<LogicalGet>();
    return IsScan(get.function) && get.table_filters.filters.empty() && !get.extra_info.sample_options ? &get : nullptr;
}

} // namespace

void AnswerAggregates(unique_ptr<LogicalOperator> &op) {
    for (auto &child : op->children) {
        AnswerAggregates(child);
    }
    if (op->type != LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY) {
        return;
    }
    auto &aggregate = op->Cast<LogicalAggregate>();
    auto scan = aggregate.groups.empty() ? FindScan(*op->children[0]) : nullptr;
    if (!scan || aggregate.expressions.empty() || aggregate.grouping_sets.size() > 1) {
        return;
    }
    auto &table = *scan->bind_data->Cast<ScanBind>().table;
    vector<unique_ptr<Expression>> answers;
    vector<LogicalType> types;
    for (auto &expression : aggregate.expressions) {
        Value value;
        if (expression->GetExpressionClass() != ExpressionClass::BOUND_AGGREGATE ||
            !AnswerOne(table, *op->children[0], expression->Cast<BoundAggregateExpression>(), value)) {
            return;
        }
        types.push_back(expression->return_type);
        answers.push_back(make_uniq<BoundConstantExpression>(std::move(value)));
    }
    vector<vector<unique_ptr<Expression>>> rows;
    rows.push_back(std::move(answers));
    auto result = make_uniq<LogicalExpressionGet>(aggregate.aggregate_index, std::move(types), std::move(rows));
    result->children.push_back(make_uniq<LogicalDummyScan>(aggregate.group_index));
    op = std::move(result);
}

} // namespace tarn
