// Functions of DuckDB that a single value can make end the process, or fill the memory, with a check in front.
#include "engine/duckdb/limits.hpp"
#include "engine/duckdb/arguments.hpp"
#include "engine/duckdb/effort.hpp"
#include "engine/duckdb/memory.hpp"

#include "duckdb/catalog/catalog.hpp"
#include "duckdb/catalog/catalog_entry/scalar_function_catalog_entry.hpp"
#include "duckdb/catalog/catalog_entry/schema_catalog_entry.hpp"
#include "duckdb/common/type_visitor.hpp"
#include "duckdb/common/types/vector.hpp"
#include "duckdb/execution/expression_executor.hpp"
#include "duckdb/main/config.hpp"
#include "duckdb/main/connection.hpp"
#include "duckdb/planner/expression/bound_cast_expression.hpp"
#include "duckdb/planner/expression_iterator.hpp"
#include "duckdb/planner/logical_operator_visitor.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

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

// Numbers from `start` to `stop` by `step`, of eight bytes each.
double RangeSize(double start, double stop, double step) {
    return step == 0 ? 0 : std::max(0.0, (stop - start) / step) * 8;
}

// Bytes that a row of a call takes: of its result, or of what it makes on the way to it.
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

// The first text with every occurrence of the second as long as the third.
double MeasureReplace(const Arguments &arguments, idx_t row) {
    const double from = arguments[1].Size(row);
    const double most = from > 0 ? arguments[0].Size(row) / from : 0;
    return arguments[0].Size(row) + most * std::max(0.0, arguments[2].Size(row) - from);
}

// Between any two letters there may be a match, and what stands for it may hold the match several times.
double MeasureReplacePattern(const Arguments &arguments, idx_t row) {
    const auto options = arguments.size() > 3 ? arguments[3].Text(row) : string_t("", 0);
    const bool all = std::count(options.GetData(), options.GetData() + options.GetSize(), 'g') > 0;
    const auto with = arguments[2].Text(row);
    const auto copies = static_cast<double>(std::count(with.GetData(), with.GetData() + with.GetSize(), '\\'));
    const double matches = all ? arguments[0].Size(row) + 1 : 1;
    return arguments[0].Size(row) * (1 + copies) + matches * static_cast<double>(with.GetSize());
}

// What a format of format() or printf() says of sizes.
struct Widths {
    double sum = 0;    // every number may be a width
    double places = 0; // of arguments
    bool from_argument = false;
};

Widths ReadFormat(const char *format, idx_t size) {
    Widths widths;
    double number = 0;
    int depth = 0;
    bool in_place = false; // behind a %, where * is a width
    for (idx_t i = 0; i < size; i++) {
        const char c = format[i];
        const bool is_digit = c >= '0' && c <= '9';
        number = is_digit ? number * 10 + (c - '0') : 0;
        widths.sum += number;
        widths.places += c == '{' || c == '%';
        in_place = c == '%' || (in_place && (is_digit || (c != '\0' && std::strchr("-+ #.*", c))));
        widths.from_argument |= (c == '*' && in_place) || (c == '{' && depth > 0 && format[i - 1] != '{');
        depth += c == '{' ? 1 : c == '}' && depth > 0 ? -1 : 0;
    }
    return widths;
}

double MeasureFormat(const Arguments &arguments, idx_t row) {
    const auto format = arguments[0].Text(row);
    const auto widths = ReadFormat(format.GetData(), format.GetSize());
    double longest = 0;
    double largest = 0;
    for (idx_t i = 1; i < arguments.size(); i++) {
        longest = std::max(longest, arguments[i].Size(row));
        largest = std::max(largest, arguments[i].Number(row));
    }
    return static_cast<double>(format.GetSize()) + widths.sum +
           widths.places * (longest + (widths.from_argument ? largest : 0));
}

// A number for each pair of letters.
double MeasurePairs(const Arguments &arguments, idx_t row) {
    return (arguments[0].Size(row) + 1) * (arguments[1].Size(row) + 1) * 8;
}

struct Growth {
    const char *name;
    Measure measure;
    bool is_row; // what a row takes is given back before the next
};

const Growth *GrowthOf(const string &name) {
    static const Growth known[] = {{"repeat", MeasureRepeat, false},
                                   {"range", MeasureRange, false},
                                   {"generate_series", MeasureRange, false},
                                   {"lpad", MeasureText, false},
                                   {"rpad", MeasureText, false},
                                   {"bitstring", MeasureText, false},
                                   {"list_resize", MeasureList, false},
                                   {"array_resize", MeasureList, false},
                                   {"replace", MeasureReplace, true},
                                   {"regexp_replace", MeasureReplacePattern, true},
                                   {"format", MeasureFormat, true},
                                   {"printf", MeasureFormat, true},
                                   {"damerau_levenshtein", MeasurePairs, true}};
    for (auto &one : known) {
        if (name == one.name) {
            return &one;
        }
    }
    return nullptr;
}

// ---- constants ------------------------------------------------------------------------------------------------------

// Before a query runs, DuckDB computes what is constant in it. As a constant of a plan a list takes ten times the
// memory that it has while the query runs, and a text several copies; so a large one is left to be computed then:
// DuckDB leaves a call that fails here as it is.
constexpr double CONSTANT_BYTES = 4 << 20;

bool MakesConstant(const ExpressionState &state) {
    return state.root.executor != nullptr && state.root.executor->chunk == nullptr;
}

void CheckConstant(double size) {
    if (size > std::min(CONSTANT_BYTES, AvailableMemory() / 32)) {
        throw OutOfMemoryException("%s are too much for a constant",
                                   StringUtil::BytesToHumanReadableString(static_cast<idx_t>(std::min(size, 1e18))));
    }
}

// Bytes of a value, without those of texts in lists.
double SizeOfConstant(Vector &vector, bool is_entry) {
    const auto type = vector.GetType().InternalType();
    if (type == PhysicalType::LIST) {
        return 8 * static_cast<double>(ListVector::GetListSize(vector)) +
               SizeOfConstant(ListVector::GetEntry(vector), true);
    }
    return type == PhysicalType::VARCHAR && !is_entry ? Argument(vector, 1).Size(0) : 0;
}

// All rows of one call together, where they are made side by side. What is the same in all rows is made once.
void CheckSize(const string &name, const Growth &growth, DataChunk &chunk, const ExpressionState &state) {
    const Arguments arguments(chunk);
    double size = 0;
    for (idx_t row = 0; row < arguments.Rows(); row++) {
        const double more = growth.measure(arguments, row);
        size = growth.is_row ? std::max(size, more) : size + more;
    }
    if (MakesConstant(state)) {
        CheckConstant(size);
    }
    if (size > AvailableMemory()) {
        throw OutOfMemoryException("%s would make a value of %s, which does not fit into the memory limit", name,
                                   StringUtil::BytesToHumanReadableString(static_cast<idx_t>(std::min(size, 1e18))));
    }
}

// ---- around the functions -------------------------------------------------------------------------------------------

void Limit(ScalarFunction &function, const Growth *growth, Effort effort, bool is_deep) {
    if (effort) {
        function.statistics = nullptr; // for texts that are all ASCII it puts another function in place of this one
    }
    function.function = [original = function.function, growth, effort, is_deep,
                         name = function.name](DataChunk &arguments, ExpressionState &state, Vector &result) {
        if (is_deep) {
            for (auto &argument : arguments.data) {
                CheckDepth(argument, arguments.size());
            }
        }
        if (!state.HasContext()) {
            original(arguments, state, result);
            return;
        }
        auto &context = state.GetContext();
        Interruptible interruptible(context);
        if (growth && arguments.size() > 0) {
            CheckSize(name, *growth, arguments, state);
        }
        if (effort && arguments.ColumnCount() > 1) {
            CallWithEffort(name, effort, original, arguments, state, result);
        } else {
            original(arguments, state, result);
        }
        if (MakesConstant(state)) {
            CheckConstant(SizeOfConstant(result, false));
        }
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
        const auto growth = GrowthOf(entry.name);
        const auto effort = EffortOf(entry.name);
        const bool is_deep = GoesDownJson(entry.name);
        for (auto &function : entry.Cast<ScalarFunctionCatalogEntry>().functions.functions) {
            if (function.function) {
                Limit(function, growth, effort, is_deep);
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
