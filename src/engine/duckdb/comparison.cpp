// Conditions that are nothing but comparisons of columns with literals.
#include "engine/duckdb/comparison.hpp"

#include "duckdb/common/types/value.hpp"
#include "duckdb/parser/expression/between_expression.hpp"
#include "duckdb/parser/expression/cast_expression.hpp"
#include "duckdb/parser/expression/columnref_expression.hpp"
#include "duckdb/parser/expression/comparison_expression.hpp"
#include "duckdb/parser/expression/conjunction_expression.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/expression/function_expression.hpp"
#include "duckdb/parser/expression/operator_expression.hpp"

using namespace duckdb; // NOLINT(google-build-using-namespace)

namespace tarn {

namespace {

struct Visitor {
    tarn_comparison_visit visit;
    void *context;
};

// The column's name alone; nullptr for anything else.
const char *ColumnName(const ParsedExpression &expression) {
    if (expression.GetExpressionClass() != ExpressionClass::COLUMN_REF) {
        return nullptr;
    }
    auto &column = expression.Cast<ColumnRefExpression>();
    return column.IsQualified() ? nullptr : column.GetColumnName().c_str();
}

// A literal's value: a constant, the negative of a number, or a text that is cast to a date.
bool LiteralValue(const ParsedExpression &expression, Value &out) {
    switch (expression.GetExpressionClass()) {
    case ExpressionClass::CONSTANT:
        out = expression.Cast<ConstantExpression>().value;
        return !out.IsNull();
    case ExpressionClass::FUNCTION: {
        auto &function = expression.Cast<FunctionExpression>();
        if (!function.is_operator || function.function_name != "-" || function.children.size() != 1 ||
            !LiteralValue(*function.children[0], out) || out.type().id() != LogicalTypeId::INTEGER) {
            return false;
        }
        out = Value::BIGINT(-int64_t(out.GetValue<int32_t>()));
        return true;
    }
    case ExpressionClass::CAST: {
        auto &cast = expression.Cast<CastExpression>();
        return !cast.try_cast && cast.cast_type.id() == LogicalTypeId::DATE && LiteralValue(*cast.child, out) &&
               out.type().id() == LogicalTypeId::VARCHAR && out.DefaultTryCastAs(LogicalType::DATE, true);
    }
    default:
        return false;
    }
}

bool Literal(const Value &value, tarn_literal &out) {
    out = tarn_literal();
    switch (value.type().id()) {
    case LogicalTypeId::INTEGER:
    case LogicalTypeId::BIGINT:
        out.kind = TARN_LITERAL_INTEGER;
        out.integer = value.GetValue<int64_t>();
        return true;
    case LogicalTypeId::DECIMAL:
    case LogicalTypeId::DOUBLE:
        out.kind = TARN_LITERAL_NUMBER;
        out.number = value.DefaultCastAs(LogicalType::DOUBLE).GetValue<double>();
        return true;
    case LogicalTypeId::DATE:
        out.kind = TARN_LITERAL_DATE;
        out.integer = DateValue::Get(value).days;
        return true;
    case LogicalTypeId::VARCHAR: {
        auto &text = StringValue::Get(value);
        out.kind = TARN_LITERAL_TEXT;
        out.text = text.data();
        out.size = text.size();
        return true;
    }
    default:
        return false;
    }
}

bool Tell(const Visitor &visitor, const ParsedExpression &column, ExpressionType type,
          const ParsedExpression &literal) {
    auto name = ColumnName(column);
    Value value;
    tarn_literal told;
    tarn_zone_operator compared;
    if (!name || !LiteralValue(literal, value) || !Literal(value, told)) {
        return false;
    }
    switch (type) {
    case ExpressionType::COMPARE_EQUAL:
        compared = TARN_ZONE_EQUAL;
        break;
    case ExpressionType::COMPARE_NOTEQUAL:
        compared = TARN_ZONE_UNEQUAL;
        break;
    case ExpressionType::COMPARE_LESSTHAN:
        compared = TARN_ZONE_LESS;
        break;
    case ExpressionType::COMPARE_LESSTHANOREQUALTO:
        compared = TARN_ZONE_AT_MOST;
        break;
    case ExpressionType::COMPARE_GREATERTHAN:
        compared = TARN_ZONE_GREATER;
        break;
    case ExpressionType::COMPARE_GREATERTHANOREQUALTO:
        compared = TARN_ZONE_AT_LEAST;
        break;
    default:
        return false;
    }
    return visitor.visit(visitor.context, name, compared, &told);
}

bool TellNull(const Visitor &visitor, const OperatorExpression &test) {
    static const tarn_literal none = tarn_literal();
    bool is_null = test.type == ExpressionType::OPERATOR_IS_NULL;
    if ((!is_null && test.type != ExpressionType::OPERATOR_IS_NOT_NULL) || test.children.size() != 1) {
        return false;
    }
    auto name = ColumnName(*test.children[0]);
    return name && visitor.visit(visitor.context, name, is_null ? TARN_ZONE_IS_NULL : TARN_ZONE_IS_NOT_NULL, &none);
}

bool Each(const Visitor &visitor, const ParsedExpression &condition) {
    switch (condition.GetExpressionClass()) {
    case ExpressionClass::CONJUNCTION: {
        auto &parts = condition.Cast<ConjunctionExpression>();
        bool simple = condition.type == ExpressionType::CONJUNCTION_AND;
        for (auto &part : parts.children) {
            simple = simple && Each(visitor, *part);
        }
        return simple;
    }
    case ExpressionClass::COMPARISON: {
        auto &comparison = condition.Cast<ComparisonExpression>();
        if (ColumnName(*comparison.left)) {
            return Tell(visitor, *comparison.left, condition.type, *comparison.right);
        }
        return Tell(visitor, *comparison.right, FlipComparisonExpression(condition.type), *comparison.left);
    }
    case ExpressionClass::BETWEEN: {
        auto &between = condition.Cast<BetweenExpression>();
        return Tell(visitor, *between.input, ExpressionType::COMPARE_GREATERTHANOREQUALTO, *between.lower) &&
               Tell(visitor, *between.input, ExpressionType::COMPARE_LESSTHANOREQUALTO, *between.upper);
    }
    case ExpressionClass::OPERATOR:
        return TellNull(visitor, condition.Cast<OperatorExpression>());
    default:
        return false;
    }
}

} // namespace

bool EachComparison(const ParsedExpression &condition, tarn_comparison_visit visit, void *context) {
    return Each({visit, context}, condition);
}

} // namespace tarn
