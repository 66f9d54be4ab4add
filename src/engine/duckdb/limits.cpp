// Functions of DuckDB that a single value can make end the process, or fill the memory, with a check in front.
#include "engine/duckdb/limits.hpp"

#include "duckdb/catalog/catalog.hpp"
#include "duckdb/catalog/catalog_entry/scalar_function_catalog_entry.hpp"
#include "duckdb/catalog/catalog_entry/schema_catalog_entry.hpp"
#include "duckdb/common/type_visitor.hpp"
#include "duckdb/common/types/vector.hpp"
#include "duckdb/main/config.hpp"
#include "duckdb/main/connection.hpp"
#include "duckdb/planner/expression/bound_cast_expression.hpp"
#include "duckdb/planner/expression_iterator.hpp"
#include "duckdb/planner/logical_operator_visitor.hpp"

#include <algorithm>
#include <utility>
#include <vector>

using namespace duckdb; // NOLINT(google-build-using-namespace)

namespace tarn {

namespace {

// ---- depth ----------------------------------------------------------------------------------------------------------

// True when brackets outside of strings open more than JSON_LEVELS deep. What is no JSON is for the function to refuse.
bool IsTooDeep(const char *text, idx_t size) {
    int depth = 0;
    bool quoted = false;
    for (idx_t i = 0; i < size; i++) {
        const char c = text[i];
        if (quoted) {
            i += c == '\\';
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            if (++depth > JSON_LEVELS) {
                return true;
            }
        } else if (c == ']' || c == '}') {
            depth--;
        }
    }
    return false;
}

void CheckDepth(Vector &argument, idx_t count) {
    if (argument.GetType().InternalType() != PhysicalType::VARCHAR) {
        return;
    }
    UnifiedVectorFormat format;
    argument.ToUnifiedFormat(count, format);
    auto texts = UnifiedVectorFormat::GetData<string_t>(format);
    for (idx_t i = 0; i < count; i++) {
        const auto at = format.sel->get_index(i);
        if (format.validity.RowIsValid(at) && IsTooDeep(texts[at].GetData(), texts[at].GetSize())) {
            throw InvalidInputException("the JSON is nested deeper than %d levels, and no function here goes further",
                                        JSON_LEVELS);
        }
    }
}

// Those that call themselves for every level of a value.
bool GoesDownJson(const string &name) {
    static const char *const names[] = {"json_structure",        "json_contains", "json_merge_patch", "json_transform",
                                        "json_transform_strict", "from_json",     "from_json_strict", "json_pretty"};
    for (auto other : names) {
        if (name == other) {
            return true;
        }
    }
    return false;
}

// ---- size -----------------------------------------------------------------------------------------------------------

// An argument of a call, read without making values of it.
class Argument {
  public:
    Argument(Vector &vector, idx_t count) : type(vector.GetType().InternalType()) {
        vector.ToUnifiedFormat(count, format);
    }
    // A whole number; 0 where it is null or none.
    double Number(idx_t row) const {
        const auto at = format.sel->get_index(row);
        if (!format.validity.RowIsValid(at)) {
            return 0;
        }
        switch (type) {
        case PhysicalType::INT32:
            return UnifiedVectorFormat::GetData<int32_t>(format)[at];
        case PhysicalType::INT64:
            return static_cast<double>(UnifiedVectorFormat::GetData<int64_t>(format)[at]);
        case PhysicalType::UINT64:
            return static_cast<double>(UnifiedVectorFormat::GetData<uint64_t>(format)[at]);
        default:
            return 0;
        }
    }
    // Bytes of a text; for a list those of its entries at eight bytes each.
    double Size(idx_t row) const {
        const auto at = format.sel->get_index(row);
        if (!format.validity.RowIsValid(at)) {
            return 0;
        }
        switch (type) {
        case PhysicalType::VARCHAR:
            return UnifiedVectorFormat::GetData<string_t>(format)[at].GetSize();
        case PhysicalType::LIST:
            return 8 * static_cast<double>(UnifiedVectorFormat::GetData<list_entry_t>(format)[at].length);
        default:
            return 0;
        }
    }

  private:
    PhysicalType type;
    UnifiedVectorFormat format;
};

// Numbers from `start` to `stop` by `step`, of eight bytes each.
double RangeSize(double start, double stop, double step) {
    return step == 0 ? 0 : std::max(0.0, (stop - start) / step) * 8;
}

using Arguments = std::vector<Argument>;
using Measure = double (*)(const Arguments &arguments, idx_t row);

double MeasureRepeat(const Arguments &arguments, idx_t row) {
    return arguments[0].Size(row) * arguments[1].Number(row);
}
double MeasureRange(const Arguments &arguments, idx_t row) {
    if (arguments.size() == 1) {
        return RangeSize(0, arguments[0].Number(row), 1);
    }
    return RangeSize(arguments[0].Number(row), arguments[1].Number(row),
                     arguments.size() > 2 ? arguments[2].Number(row) : 1);
}
double MeasureText(const Arguments &arguments, idx_t row) {
    return arguments[1].Number(row);
}
double MeasureList(const Arguments &arguments, idx_t row) {
    return arguments[1].Number(row) * 8;
}

Measure MeasureOf(const string &name) {
    static const struct {
        const char *name;
        Measure measure;
    } known[] = {{"repeat", MeasureRepeat},    {"range", MeasureRange}, {"generate_series", MeasureRange},
                 {"lpad", MeasureText},        {"rpad", MeasureText},   {"list_resize", MeasureList},
                 {"array_resize", MeasureList}};
    for (auto &one : known) {
        if (name == one.name) {
            return one.measure;
        }
    }
    return nullptr;
}

// All rows of one call together: they are made side by side. What is the same in all rows is made once.
void CheckSize(const string &name, Measure measure, DataChunk &chunk, idx_t most) {
    bool is_constant = true;
    Arguments arguments;
    for (auto &vector : chunk.data) {
        arguments.emplace_back(vector, chunk.size());
        is_constant = is_constant && vector.GetVectorType() == VectorType::CONSTANT_VECTOR;
    }
    double size = 0;
    for (idx_t row = 0; row < (is_constant ? 1 : chunk.size()); row++) {
        size += measure(arguments, row);
    }
    if (size > static_cast<double>(most)) {
        throw OutOfMemoryException("%s would make a value of %s, and the memory limit is %s", name,
                                   StringUtil::BytesToHumanReadableString(static_cast<idx_t>(std::min(size, 1e18))),
                                   StringUtil::BytesToHumanReadableString(most));
    }
}

// ---- around the functions -------------------------------------------------------------------------------------------

void LimitDepth(ScalarFunction &function) {
    function.function = [original = function.function](DataChunk &arguments, ExpressionState &state, Vector &result) {
        for (auto &argument : arguments.data) {
            CheckDepth(argument, arguments.size());
        }
        original(arguments, state, result);
    };
}

void LimitSize(ScalarFunction &function, Measure measure) {
    function.function = [original = function.function, measure,
                         name = function.name](DataChunk &arguments, ExpressionState &state, Vector &result) {
        if (arguments.size() > 0) {
            CheckSize(name, measure, arguments, DBConfig::GetConfig(state.GetContext()).options.maximum_memory);
        }
        original(arguments, state, result);
    };
}

} // namespace

void LimitFunctions(DatabaseInstance &database) {
    Connection connection(database);
    connection.BeginTransaction();
    auto &schema = Catalog::GetSystemCatalog(database).GetSchema(*connection.context, DEFAULT_SCHEMA);
    schema.Scan(*connection.context, CatalogType::SCALAR_FUNCTION_ENTRY, [](CatalogEntry &entry) {
        if (entry.type != CatalogType::SCALAR_FUNCTION_ENTRY) {
            return;
        }
        const auto measure = MeasureOf(entry.name);
        const bool deep = GoesDownJson(entry.name);
        for (auto &function : entry.Cast<ScalarFunctionCatalogEntry>().functions.functions) {
            if (deep && function.function) {
                LimitDepth(function);
            } else if (measure && function.function) {
                LimitSize(function, measure);
            }
        }
    });
    connection.Commit();
}

void CheckCasts(LogicalOperator &plan) {
    std::function<void(Expression &)> look = [&](Expression &expression) {
        if (expression.GetExpressionClass() == ExpressionClass::BOUND_CAST &&
            TypeVisitor::Contains(expression.return_type, LogicalTypeId::VARIANT)) {
            throw InvalidInputException("the type VARIANT is not available in queries: JSON holds the same values");
        }
        ExpressionIterator::EnumerateChildren(expression, look);
    };
    LogicalOperatorVisitor::EnumerateExpressions(plan, [&](unique_ptr<Expression> *child) { look(**child); });
    for (auto &child : plan.children) {
        CheckCasts(*child);
    }
}

} // namespace tarn
