// The walk over a statement: every node that DuckDB's parser makes has a case here, and any other is strange.
#include "engine/duckdb/walk.hpp"

#include "duckdb/parser/expression/list.hpp"
#include "duckdb/parser/parsed_expression_iterator.hpp"
#include "duckdb/parser/query_node/list.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "duckdb/parser/tableref/list.hpp"

using namespace duckdb; // NOLINT(google-build-using-namespace)

namespace tarn {

namespace {

class Walker {
  public:
    Walker(tarn_found_visit visit, void *context, const std::function<void(PivotRef &)> *each_pivot,
           const std::function<void(unique_ptr<ParsedExpression> &)> *each_parameter = nullptr)
        : visit(visit), context(context), each_pivot(each_pivot), each_parameter(each_parameter) {}

    void Node(QueryNode &node);

  private:
    tarn_found_visit visit;
    void *context;
    const std::function<void(PivotRef &)> *each_pivot;
    const std::function<void(unique_ptr<ParsedExpression> &)> *each_parameter;

    void Found(tarn_found found, const string &name) {
        if (visit && !visit(context, found, name.c_str())) {
            throw Ended();
        }
    }

    void Expressions(vector<unique_ptr<ParsedExpression>> &expressions) {
        for (auto &expression : expressions) {
            Expression(expression);
        }
    }

    void Expression(unique_ptr<ParsedExpression> &expression) {
        if (!expression) {
            return;
        }
        if (each_parameter && expression->GetExpressionClass() == ExpressionClass::PARAMETER) {
            (*each_parameter)(expression);
        } else {
            Expression(*expression);
        }
    }

    void Child(unique_ptr<QueryNode> &node) {
        if (node) {
            Node(*node);
        }
    }

    void Select(SelectNode &select);
    void Modifiers(QueryNode &node);
    void Source(unique_ptr<TableRef> &source);
    void Table(BaseTableRef &table);
    void TableFunction(TableFunctionRef &ref);
    void TableArguments(FunctionExpression &function);
    void Pivot(PivotRef &pivot);
    void Show(ShowRef &show);
    void Expression(ParsedExpression &expression);
    void Function(FunctionExpression &function);
};

// ---- queries --------------------------------------------------------------------------------------------------------

void Walker::Node(QueryNode &node) {
    switch (node.type) {
    case QueryNodeType::SELECT_NODE:
        Select(node.Cast<SelectNode>());
        break;
    case QueryNodeType::SET_OPERATION_NODE:
        Child(node.Cast<SetOperationNode>().left);
        Child(node.Cast<SetOperationNode>().right);
        break;
    case QueryNodeType::RECURSIVE_CTE_NODE:
        Child(node.Cast<RecursiveCTENode>().left);
        Child(node.Cast<RecursiveCTENode>().right);
        Expressions(node.Cast<RecursiveCTENode>().key_targets);
        break;
    case QueryNodeType::CTE_NODE:
        Child(node.Cast<CTENode>().query);
        Child(node.Cast<CTENode>().child);
        break;
    default:
        Found(TARN_FOUND_STRANGE, "a kind of query");
    }
    Modifiers(node);
    for (auto &named : node.cte_map.map) {
        Expressions(named.second->key_targets);
        if (named.second->query) {
            Child(named.second->query->node);
        }
    }
}

void Walker::Select(SelectNode &select) {
    Expressions(select.select_list);
    Expressions(select.groups.group_expressions);
    Expression(select.where_clause);
    Expression(select.having);
    Expression(select.qualify);
    Source(select.from_table);
}

void Walker::Modifiers(QueryNode &node) {
    for (auto &modifier : node.modifiers) {
        switch (modifier->type) {
        case ResultModifierType::LIMIT_MODIFIER:
        case ResultModifierType::LIMIT_PERCENT_MODIFIER:
        case ResultModifierType::ORDER_MODIFIER:
        case ResultModifierType::DISTINCT_MODIFIER:
            break;
        default:
            Found(TARN_FOUND_STRANGE, "a clause after the query");
        }
    }
    ParsedExpressionIterator::EnumerateQueryNodeModifiers(
        node, [&](unique_ptr<ParsedExpression> &child) { Expression(child); });
}

// ---- what stands in FROM --------------------------------------------------------------------------------------------

void Walker::Source(unique_ptr<TableRef> &source) {
    if (!source) {
        return;
    }
    switch (source->type) {
    case TableReferenceType::EMPTY_FROM:
        return;
    case TableReferenceType::BASE_TABLE:
        return Table(source->Cast<BaseTableRef>());
    case TableReferenceType::TABLE_FUNCTION:
        return TableFunction(source->Cast<TableFunctionRef>());
    case TableReferenceType::SHOW_REF:
        return Show(source->Cast<ShowRef>());
    case TableReferenceType::SUBQUERY:
        Found(TARN_FOUND_SUBQUERY, "");
        return Child(source->Cast<SubqueryRef>().subquery->node);
    case TableReferenceType::PIVOT:
        return Pivot(source->Cast<PivotRef>());
    case TableReferenceType::EXPRESSION_LIST:
        Found(TARN_FOUND_OTHER_SOURCE, "");
        for (auto &row : source->Cast<ExpressionListRef>().values) {
            Expressions(row);
        }
        return;
    case TableReferenceType::JOIN: {
        auto &join = source->Cast<JoinRef>();
        Found(TARN_FOUND_OTHER_SOURCE, "");
        Source(join.left);
        Source(join.right);
        Expression(join.condition);
        return Expressions(join.duplicate_eliminated_columns);
    }
    default:
        Found(TARN_FOUND_STRANGE, "something in FROM");
    }
}

void Walker::Table(BaseTableRef &table) {
    if (!table.catalog_name.empty()) {
        Found(TARN_FOUND_SCHEMA, table.catalog_name);
    }
    if (!table.schema_name.empty()) {
        Found(TARN_FOUND_SCHEMA, table.schema_name);
    }
    if (table.at_clause) {
        Found(TARN_FOUND_TIME_TRAVEL, table.table_name);
    }
    Found(TARN_FOUND_TABLE, table.table_name);
}

void Walker::TableFunction(TableFunctionRef &ref) {
    if (!ref.function || ref.function->GetExpressionClass() != ExpressionClass::FUNCTION) {
        Found(TARN_FOUND_STRANGE, "something in FROM");
        return;
    }
    auto &function = ref.function->Cast<FunctionExpression>();
    Found(TARN_FOUND_TABLE_FUNCTION, function.function_name);
    TableArguments(function);
    Expressions(function.children);
    Expression(function.filter);
    if (function.order_bys) {
        for (auto &order : function.order_bys->orders) {
            Expression(order.expression);
        }
    }
    if (ref.subquery) {
        Found(TARN_FOUND_SUBQUERY, "");
        Child(ref.subquery->node);
    }
}

// These macros of DuckDB read the table that their argument `source` names, so that it has to be a name.
void Walker::TableArguments(FunctionExpression &function) {
    if (!StringUtil::CIEquals(function.function_name, "histogram") &&
        !StringUtil::CIEquals(function.function_name, "histogram_values")) {
        return;
    }
    static const char *const unclear = "the table's name in a call that is no plain name";
    for (auto &argument : function.children) {
        bool is_first = argument == function.children.front();
        bool is_equation = argument->GetExpressionClass() == ExpressionClass::COMPARISON;
        string name = argument->GetAlias();
        if (is_equation &&
            argument->Cast<ComparisonExpression>().left->GetExpressionClass() == ExpressionClass::COLUMN_REF) {
            name = argument->Cast<ComparisonExpression>().left->Cast<ColumnRefExpression>().GetColumnName();
        }
        if (StringUtil::CIEquals(name, "source") || (is_first && !name.empty())) {
            Found(TARN_FOUND_STRANGE, unclear);
        }
    }
    if (function.children.empty()) {
        return;
    }
    auto &source = *function.children.front();
    if (source.GetExpressionClass() == ExpressionClass::COLUMN_REF &&
        !source.Cast<ColumnRefExpression>().IsQualified()) {
        Found(TARN_FOUND_TABLE, source.Cast<ColumnRefExpression>().GetColumnName());
    } else if (source.GetExpressionClass() == ExpressionClass::CONSTANT &&
               source.Cast<ConstantExpression>().value.type().id() == LogicalTypeId::VARCHAR &&
               source.Cast<ConstantExpression>().value.ToString().find('.') == string::npos) {
        Found(TARN_FOUND_TABLE, source.Cast<ConstantExpression>().value.ToString());
    } else {
        Found(TARN_FOUND_STRANGE, unclear);
    }
}

void Walker::Pivot(PivotRef &pivot) {
    Found(TARN_FOUND_OTHER_SOURCE, "");
    if (each_pivot) {
        (*each_pivot)(pivot);
    }
    Source(pivot.source);
    Expressions(pivot.aggregates);
    for (auto &column : pivot.pivots) {
        Expressions(column.pivot_expressions);
        for (auto &entry : column.entries) {
            Expression(entry.expr);
        }
        Child(column.subquery);
    }
}

void Walker::Show(ShowRef &show) {
    if (show.query) {
        Found(TARN_FOUND_OTHER_SOURCE, "");
        Child(show.query);
    } else {
        Found(TARN_FOUND_SHOW, show.table_name.empty() ? show.schema_name : show.table_name);
    }
}

// ---- expressions ----------------------------------------------------------------------------------------------------

void Walker::Function(FunctionExpression &function) {
    if (function.export_state) {
        Found(TARN_FOUND_STRANGE, "EXPORT_STATE");
    }
    Found(TARN_FOUND_FUNCTION, function.function_name);
}

void Walker::Expression(ParsedExpression &expression) {
    switch (expression.GetExpressionClass()) {
    case ExpressionClass::FUNCTION:
        Function(expression.Cast<FunctionExpression>());
        break;
    case ExpressionClass::WINDOW:
        Found(TARN_FOUND_WINDOW, expression.Cast<WindowExpression>().function_name);
        break;
    case ExpressionClass::SUBQUERY:
        Found(TARN_FOUND_SUBQUERY, "");
        Child(expression.Cast<SubqueryExpression>().subquery->node);
        break;
    case ExpressionClass::STAR:
        Found(TARN_FOUND_STAR, "");
        break;
    case ExpressionClass::PARAMETER:
        Found(TARN_FOUND_PARAMETER, "");
        break;
    case ExpressionClass::BETWEEN:
    case ExpressionClass::CASE:
    case ExpressionClass::CAST:
    case ExpressionClass::COLLATE:
    case ExpressionClass::COLUMN_REF:
    case ExpressionClass::COMPARISON:
    case ExpressionClass::CONJUNCTION:
    case ExpressionClass::CONSTANT:
    case ExpressionClass::DEFAULT:
    case ExpressionClass::LAMBDA:
    case ExpressionClass::LAMBDA_REF:
    case ExpressionClass::OPERATOR:
    case ExpressionClass::POSITIONAL_REFERENCE:
        break;
    default:
        Found(TARN_FOUND_STRANGE, "a kind of expression");
    }
    ParsedExpressionIterator::EnumerateChildren(expression,
                                                [&](unique_ptr<ParsedExpression> &child) { Expression(child); });
}

} // namespace

void Walk(QueryNode &node, tarn_found_visit visit, void *context) {
    Walker(visit, context, nullptr).Node(node);
}

void EachParameter(QueryNode &node, const std::function<void(unique_ptr<ParsedExpression> &)> &change) {
    Walker(nullptr, nullptr, nullptr, &change).Node(node);
}

void EachPivot(QueryNode &node, const std::function<void(PivotRef &)> &change) {
    Walker(nullptr, nullptr, &change).Node(node);
}

} // namespace tarn
