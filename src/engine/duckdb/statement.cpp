// Statements as DuckDB's parser reads them, and running exactly what was looked at.
#include "engine/duckdb/statement.h"
#include "engine/duckdb/comparison.hpp"
#include "engine/duckdb/guard.hpp"
#include "engine/duckdb/tables.hpp"
#include "engine/duckdb/walk.hpp"

#include "duckdb/catalog/catalog.hpp"
#include "duckdb/common/error_data.hpp"
#include "duckdb/main/capi/capi_internal.hpp"
#include "duckdb/main/connection.hpp"
#include "duckdb/main/settings.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/expression/parameter_expression.hpp"
#include "duckdb/parser/parsed_data/create_type_info.hpp"
#include "duckdb/parser/parser.hpp"
#include "duckdb/parser/query_node/select_node.hpp"
#include "duckdb/parser/statement/create_statement.hpp"
#include "duckdb/parser/statement/explain_statement.hpp"
#include "duckdb/parser/statement/load_statement.hpp"
#include "duckdb/parser/statement/multi_statement.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "duckdb/parser/tableref/pivotref.hpp"
#include "duckdb/parser/tableref/showref.hpp"

#include <cstdio>
#include <set>
#include <utility>

using namespace duckdb; // NOLINT(google-build-using-namespace)

namespace {

// A column of a PIVOT whose values come from the data. DuckDB's parser asks for an ENUM of them to be made before; here
// the query for the values is run alone, and they are written into the statement.
struct PivotColumnQuery {
    string enum_name;
    unique_ptr<SQLStatement> query;
};

struct Entry {
    unique_ptr<SQLStatement> statement; // NULL: DuckDB made of it what we do not know
    vector<PivotColumnQuery> columns;
};

} // namespace

struct tarn_parsed {
    vector<Entry> entries;
    vector<string> texts;
};

namespace tarn {

namespace {

constexpr const char *PIVOT_ENUM = "__pivot_enum_";

// ---- reading --------------------------------------------------------------------------------------------------------

// The part of a PIVOT's expansion that makes an ENUM; false for any other statement.
bool TakeColumn(SQLStatement &statement, vector<PivotColumnQuery> &columns) {
    if (statement.type != StatementType::CREATE_STATEMENT) {
        return false;
    }
    auto &create = statement.Cast<CreateStatement>();
    if (!create.info || create.info->type != CatalogType::TYPE_ENTRY) {
        return false;
    }
    auto &info = create.info->Cast<CreateTypeInfo>();
    if (!info.query || info.query->type != StatementType::SELECT_STATEMENT ||
        !StringUtil::StartsWith(info.name, PIVOT_ENUM)) {
        return false;
    }
    columns.push_back({info.name, std::move(info.query)});
    return true;
}

Entry MakeEntry(unique_ptr<SQLStatement> statement) {
    Entry entry;
    if (statement->type != StatementType::MULTI_STATEMENT) {
        entry.statement = std::move(statement);
        return entry;
    }
    auto &parts = statement->Cast<MultiStatement>().statements;
    for (idx_t i = 0; i + 1 < parts.size(); i++) {
        if (!TakeColumn(*parts[i], entry.columns)) {
            return Entry();
        }
    }
    if (!parts.empty()) {
        parts.back()->query = statement->query;
        entry.statement = std::move(parts.back());
    }
    return entry;
}

tarn_parsed *Parse(duckdb_connection handle, const char *sql, size_t size) {
    return Guard(
        [&]() -> tarn_parsed * {
            auto &context = *reinterpret_cast<Connection *>(handle)->context;
            string text(sql, size);
            Parser parser(context.GetParserOptions());
            try {
                parser.ParseQuery(text);
            } catch (std::exception &thrown) {
                ErrorData error(thrown);
                error.AddErrorLocation(text);
                error.Throw();
            }
            auto parsed = make_uniq<tarn_parsed>();
            for (auto &statement : parser.statements) {
                parsed->texts.push_back(statement->query);
                parsed->entries.push_back(MakeEntry(std::move(statement)));
            }
            return parsed.release();
        },
        static_cast<tarn_parsed *>(nullptr));
}

void Free(tarn_parsed *parsed) {
    Guard(
        [&] {
            delete parsed;
            return true;
        },
        false);
}

size_t Count(const tarn_parsed *parsed) {
    return parsed->entries.size();
}

const char *Text(const tarn_parsed *parsed, size_t index) {
    return parsed->texts[index].c_str();
}

// ---- looking at one -------------------------------------------------------------------------------------------------

// The SELECT that a statement is, or explains; nullptr for any other.
SelectStatement *AsSelect(SQLStatement *statement) {
    if (statement && statement->type == StatementType::EXPLAIN_STATEMENT) {
        statement = statement->Cast<ExplainStatement>().stmt.get();
    }
    return statement && statement->type == StatementType::SELECT_STATEMENT ? &statement->Cast<SelectStatement>()
                                                                           : nullptr;
}

// What the whole statement shows: SELECT * FROM SHOW name.
const char *Shown(const SelectNode &select) {
    if (!select.from_table || select.from_table->type != TableReferenceType::SHOW_REF) {
        return nullptr;
    }
    auto &show = select.from_table->Cast<ShowRef>();
    return show.query || show.table_name.empty() ? nullptr : show.table_name.c_str();
}

bool Kind(const tarn_parsed *parsed, size_t index, tarn_parsed_kind *out) {
    return Guard(
        [&] {
            const Entry &entry = parsed->entries[index];
            SQLStatement *statement = entry.statement.get();
            *out = tarn_parsed_kind();
            out->type = DUCKDB_STATEMENT_TYPE_INVALID;
            out->is_expanding = !entry.columns.empty();
            if (statement && statement->type == StatementType::EXPLAIN_STATEMENT) {
                auto &explain = statement->Cast<ExplainStatement>();
                out->is_explain = true;
                statement = explain.stmt.get();
            }
            if (!statement) {
                return true;
            }
            out->type = StatementTypeToC(statement->type);
            if (statement->type == StatementType::LOAD_STATEMENT) {
                out->is_install = statement->Cast<LoadStatement>().info->load_type != LoadType::LOAD;
            }
            auto select = AsSelect(statement);
            if (select && select->node->type == QueryNodeType::SELECT_NODE) {
                auto &node = select->node->Cast<SelectNode>();
                out->expressions = node.select_list.size();
                out->shown = out->is_explain ? nullptr : Shown(node);
            }
            return true;
        },
        false);
}

void FirstWord(const char *sql, size_t size, char *out, size_t out_size) {
    out[0] = 0;
    Guard(
        [&] {
            string text(sql, size);
            for (auto &token : Parser::Tokenize(text)) {
                if (token.type == SimplifiedTokenType::SIMPLIFIED_TOKEN_KEYWORD ||
                    token.type == SimplifiedTokenType::SIMPLIFIED_TOKEN_IDENTIFIER) {
                    idx_t end = token.start;
                    while (end < size && (StringUtil::CharacterIsAlpha(text[end]) || text[end] == '_')) {
                        end++;
                    }
                    std::snprintf(out, out_size, "%s",
                                  StringUtil::Upper(text.substr(token.start, end - token.start)).c_str());
                    break;
                }
                if (text[token.start] != ';' && text[token.start] != '(') {
                    break;
                }
            }
            return true;
        },
        false);
    TakeThrown();
}

bool Comparisons(const tarn_parsed *parsed, tarn_comparison_visit visit, void *context) {
    return Guard(
        [&] {
            auto select = parsed->entries.empty() ? nullptr : AsSelect(parsed->entries[0].statement.get());
            if (!select || select->node->type != QueryNodeType::SELECT_NODE) {
                return false;
            }
            auto &list = select->node->Cast<SelectNode>().select_list;
            return list.size() == 1 && EachComparison(*list[0], visit, context);
        },
        false);
}

bool WalkFirst(const tarn_parsed *parsed, tarn_found_visit visit, void *context) {
    return Guard(
        [&] {
            try {
                const Entry &entry = parsed->entries[0];
                for (auto &column : entry.columns) {
                    Walk(*AsSelect(column.query.get())->node, visit, context);
                }
                auto select = AsSelect(entry.statement.get());
                if (!select) {
                    visit(context, TARN_FOUND_STRANGE, "a kind of statement");
                    return false;
                }
                Walk(*select->node, visit, context);
                return true;
            } catch (Ended &) {
                return false;
            }
        },
        false);
}

bool HasFunction(duckdb_connection handle, bool is_table_function, const char *name) {
    return Guard(
        [&] {
            auto &context = *reinterpret_cast<Connection *>(handle)->context;
            bool found = false;
            context.RunFunctionInTransaction([&] {
                auto kind = is_table_function ? CatalogType::TABLE_FUNCTION_ENTRY : CatalogType::SCALAR_FUNCTION_ENTRY;
                found = Catalog::GetEntry(context, INVALID_CATALOG, INVALID_SCHEMA, {kind, name},
                                          OnEntryNotFound::RETURN_NULL) != nullptr;
            });
            return found;
        },
        true);
}

// ---- values for parameters ------------------------------------------------------------------------------------------

// As the parser makes it of a literal.
Value MakeValue(const tarn_sql_value &value) {
    switch (value.kind) {
    case TARN_SQL_BOOL:
        return Value::BOOLEAN(value.as.boolean);
    case TARN_SQL_INT:
        return value.as.integer >= INT32_MIN && value.as.integer <= INT32_MAX
                   ? Value::INTEGER(static_cast<int32_t>(value.as.integer))
                   : Value::BIGINT(value.as.integer);
    case TARN_SQL_DOUBLE:
        return Value::DOUBLE(value.as.number);
    case TARN_SQL_TEXT:
        return Value(string(value.as.text));
    default:
        return Value();
    }
}

bool FillIn(tarn_parsed *parsed, const tarn_sql_value *values, size_t count, tarn_filled *out) {
    return Guard(
        [&] {
            vector<bool> used(count, false);
            *out = tarn_filled();
            auto change = [&](unique_ptr<ParsedExpression> &expression) {
                auto &name = expression->Cast<ParameterExpression>().identifier;
                idx_t index = 0; // from 1 on
                for (idx_t i = 1; i <= count; i++) {
                    index = name == std::to_string(i) ? i : index;
                }
                if (index == 0) {
                    std::snprintf(out->missing, sizeof out->missing, "%s", name.c_str());
                    return;
                }
                auto constant = make_uniq<ConstantExpression>(MakeValue(values[index - 1]));
                constant->SetAlias(expression->GetAlias());
                constant->SetQueryLocation(expression->GetQueryLocation());
                expression = std::move(constant);
                used[index - 1] = true;
            };
            Entry &entry = parsed->entries[0];
            for (auto &column : entry.columns) {
                EachParameter(*AsSelect(column.query.get())->node, change);
            }
            if (auto select = AsSelect(entry.statement.get())) {
                EachParameter(*select->node, change);
                select->named_param_map.clear();
                entry.statement->named_param_map.clear();
            }
            while (out->unused < count && used[out->unused]) {
                out->unused++;
            }
            return true;
        },
        false);
}

// ---- PIVOT ----------------------------------------------------------------------------------------------------------

// As the ENUM that DuckDB would make of them: in their order, without NULL, each once.
vector<PivotColumnEntry> ColumnsOf(Connection &connection, unique_ptr<SQLStatement> query) {
    vector<PivotColumnEntry> entries;
    std::set<string> seen;
    auto limit = DBConfig::GetSetting<PivotLimitSetting>(*connection.context);
    auto result = connection.Query(std::move(query));
    if (result->HasError()) {
        result->ThrowError();
    }
    for (auto &row : *result) {
        if (row.IsNull(0)) {
            continue;
        }
        auto value = row.GetValue<Value>(0).DefaultCastAs(LogicalType::VARCHAR);
        if (!seen.insert(StringValue::Get(value)).second) {
            continue;
        }
        if (seen.size() >= limit) {
            throw BinderException("PIVOT would make more than %llu columns: choose the values with IN (…)",
                                  static_cast<unsigned long long>(limit));
        }
        PivotColumnEntry entry;
        entry.alias = StringValue::Get(value);
        entry.values.push_back(std::move(value));
        entries.push_back(std::move(entry));
    }
    return entries;
}

void Fill(QueryNode &node, const string &enum_name, const vector<PivotColumnEntry> &entries) {
    EachPivot(node, [&](PivotRef &pivot) {
        for (auto &column : pivot.pivots) {
            if (column.pivot_enum != enum_name) {
                continue;
            }
            column.pivot_enum.clear();
            for (auto &entry : entries) {
                column.entries.push_back(entry.Copy());
            }
        }
    });
}

bool Expand(duckdb_connection handle, tarn_parsed *parsed) {
    return Guard(
        [&] {
            Entry &entry = parsed->entries[0];
            auto &connection = *reinterpret_cast<Connection *>(handle);
            for (idx_t i = 0; i < entry.columns.size(); i++) {
                auto &column = entry.columns[i];
                column.query->query = parsed->texts[0];
                auto entries = ColumnsOf(connection, std::move(column.query));
                for (idx_t k = i + 1; k < entry.columns.size(); k++) { // a PIVOT of a PIVOT
                    Fill(*AsSelect(entry.columns[k].query.get())->node, column.enum_name, entries);
                }
                Fill(*AsSelect(entry.statement.get())->node, column.enum_name, entries);
            }
            entry.columns.clear();
            return true;
        },
        false);
}

// ---- preparing ------------------------------------------------------------------------------------------------------

duckdb_state Prepare(duckdb_connection handle, const tarn_parsed *parsed, duckdb_prepared_statement *out) {
    *out = nullptr;
    return Guard(
        [&] {
            auto statement = parsed->entries[0].statement->Copy();
            auto wrapper = make_uniq<PreparedStatementWrapper>();
            wrapper->statement = reinterpret_cast<Connection *>(handle)->Prepare(std::move(statement));
            bool failed = wrapper->statement->HasError();
            *out = reinterpret_cast<duckdb_prepared_statement>(wrapper.release());
            return failed ? DuckDBError : DuckDBSuccess;
        },
        DuckDBError);
}

} // namespace

const tarn_shim_statements *StatementFunctions() noexcept {
    static const tarn_shim_statements functions = {Parse,  Free,      Count,       Kind,        Text,   FirstWord,
                                                   FillIn, WalkFirst, Comparisons, HasFunction, Expand, Prepare};
    return &functions;
}

} // namespace tarn
