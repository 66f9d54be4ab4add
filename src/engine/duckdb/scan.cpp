// The table function behind the names of tables: what DuckDB asks of it before it runs.
#include "engine/duckdb/scan.hpp"
#include "engine/duckdb/guard.hpp"
#include "engine/duckdb/scan_answer.hpp"
#include "engine/duckdb/scan_filter.hpp"
#include "engine/duckdb/scan_plan.hpp"
#include "engine/duckdb/scan_statistics.hpp"
#include "engine/duckdb/tables.hpp"

#include "duckdb/catalog/catalog.hpp"
#include "duckdb/execution/partition_info.hpp"
#include "duckdb/function/partition_stats.hpp"
#include "duckdb/main/config.hpp"
#include "duckdb/main/connection.hpp"
#include "duckdb/optimizer/optimizer_extension.hpp"
#include "duckdb/parser/parsed_data/create_table_function_info.hpp"
#include "duckdb/planner/expression/bound_columnref_expression.hpp"
#include "duckdb/planner/expression_iterator.hpp"
#include "duckdb/storage/statistics/node_statistics.hpp"

using namespace duckdb; // NOLINT(google-build-using-namespace)

namespace tarn {

void ThrowHost(const tarn_scan_host &host, tarn_session *session, const tarn_error &error) {
    host.fail(session, &error);
    throw InvalidInputException("%s", error.message);
}

// ---- tables ---------------------------------------------------------------------------------------------------------

ScanTable::ScanTable(const tarn_scan_host &host, tarn_scan_table *table) : host(host), table(table) {
    for (idx_t i = 0; i < table->column_count; i++) {
        types.push_back(*reinterpret_cast<const LogicalType *>(table->columns[i].type));
        plains.push_back(host.plain(table->columns[i].filler));
    }
}

ScanTable::~ScanTable() {
    host.free_table(table);
}

namespace {

struct ScanInfo : public TableFunctionInfo {
    const tarn_scan_host *host = nullptr;
    tarn_instance *instance = nullptr;
    bool with_id = false;
};

unique_ptr<FunctionData> Bind(ClientContext &context, TableFunctionBindInput &input, vector<LogicalType> &types,
                              vector<string> &names) {
    auto &info = input.info->Cast<ScanInfo>();
    const auto name = input.inputs[0].IsNull() ? string() : input.inputs[0].GetValue<string>();
    tarn_scan_table *found = nullptr;
    tarn_error error{};
    if (info.host->bind(info.instance, context.GetConnectionId(), name.c_str(), info.with_id, &found, &error) !=
        TARN_OK) {
        throw BinderException("%s", error.message);
    }
    auto table = std::make_shared<ScanTable>(*info.host, found);
    if (found->has_id) {
        names.push_back("_tarn_id");
        types.push_back(LogicalType::BIGINT);
    }
    for (idx_t i = 0; i < found->column_count; i++) {
        names.push_back(found->columns[i].name);
        types.push_back(table->types[i]);
    }
    return make_uniq<ScanBind>(std::move(table));
}

// ---- what the planner wants to know ---------------------------------------------------------------------------------

idx_t RowsOf(const FunctionData &bind) {
    auto &table = *bind.Cast<ScanBind>().table;
    return idx_t(table.host.rows(table.Version()));
}

// Asked several times for each plan.
unique_ptr<BaseStatistics> StatisticsOf(ClientContext &, const FunctionData *bind, column_t column) {
    auto &table = *bind->Cast<ScanBind>().table;
    std::lock_guard<std::mutex> guard(table.mutex);
    auto &known = table.statistics[column];
    if (!known.is_known) {
        known.is_known = true;
        known.statistics = ColumnStatistics(table, column);
    }
    return known.statistics ? known.statistics->ToUnique() : nullptr;
}

unique_ptr<NodeStatistics> Cardinality(ClientContext &, const FunctionData *bind) {
    return make_uniq<NodeStatistics>(RowsOf(*bind), RowsOf(*bind));
}

vector<PartitionStatistics> PartitionStats(ClientContext &, GetPartitionStatsInput &input) {
    vector<PartitionStatistics> result(1);
    result[0].count = RowsOf(*input.bind_data);
    result[0].count_type = CountType::COUNT_EXACT;
    return result;
}

// No column is called as the place is, and one that was would come first. The row number is another: see tarn_rows.
virtual_column_map_t VirtualColumns(ClientContext &, optional_ptr<FunctionData>) {
    virtual_column_map_t result;
    result.insert(make_pair(PLACE_COLUMN, TableColumn("(place)", LogicalType::ROW_TYPE)));
    result.insert(make_pair(COLUMN_IDENTIFIER_EMPTY, TableColumn("", LogicalType::BOOLEAN)));
    return result;
}

vector<column_t> RowIdColumns(ClientContext &, optional_ptr<FunctionData>) {
    return {PLACE_COLUMN};
}

// A condition on one column of simple values that cannot fail may be tested in the scan.
bool PushdownExpression(ClientContext &, const LogicalGet &, Expression &expression) {
    if (expression.IsVolatile() || expression.CanThrow()) {
        return false;
    }
    bool simple = true;
    ExpressionIterator::VisitExpression<BoundColumnRefExpression>(
        expression, [&](const BoundColumnRefExpression &column) { simple &= !column.return_type.IsNested(); });
    return simple;
}

// ---- executions -----------------------------------------------------------------------------------------------------

} // namespace

ScanGlobal::ScanGlobal(std::shared_ptr<ScanTable> table) : table(std::move(table)) {}
ScanGlobal::~ScanGlobal() = default;

idx_t ScanGlobal::SourceOf(idx_t column) {
    for (idx_t i = 0; i < sources.size(); i++) {
        if (sources[i] == column) {
            return i;
        }
    }
    sources.push_back(column);
    return sources.size() - 1;
}

namespace {

void AddOutput(ScanGlobal &global, column_t column) {
    idx_t found;
    if (column == PLACE_COLUMN) {
        global.outputs.push_back({OutputKind::PLACE, 0});
    } else if (global.table->IsId(column)) {
        global.outputs.push_back({OutputKind::ID, 0});
    } else if (global.table->Find(column, found)) {
        global.outputs.push_back({OutputKind::VALUE, global.SourceOf(found)});
    } else {
        global.outputs.push_back({OutputKind::NOTHING, 0});
    }
}

void AddOutputs(ScanGlobal &global, const TableFunctionInitInput &input) {
    if (input.projection_ids.empty()) {
        for (auto column : input.column_ids) {
            AddOutput(global, column);
        }
    }
    for (auto projected : input.projection_ids) {
        AddOutput(global, input.column_ids[projected]);
    }
}

void Begin(ScanGlobal &global) {
    auto &host = global.table->host;
    uint64_t columns = 0;
    for (auto column : global.sources) {
        columns |= column < 64 ? uint64_t(1) << column : 0;
    }
    tarn_error error{};
    if (host.begin(global.table->table, columns, &global.work, &error) != TARN_OK) {
        throw InvalidInputException("%s", error.message);
    }
}

void AddMorsels(ScanGlobal &global) {
    auto &work = global.work;
    int64_t place = 0;
    for (idx_t i = 0; i < work.unit_count; i++) {
        const Morsel morsel{&work.units[i], place};
        for (idx_t k = 0; k < morsel.unit->span_count; k++) {
            auto &span = work.bound->spans[morsel.unit->first_span + k];
            place += span.to - span.from;
        }
        if (CanMatch(global, morsel)) {
            global.morsels.push_back(morsel);
        }
    }
}

unique_ptr<GlobalTableFunctionState> InitGlobal(ClientContext &context, TableFunctionInitInput &input) {
    auto result = make_uniq<ScanGlobal>(input.bind_data->Cast<ScanBind>().table);
    result->table->host.handover();
    AddOutputs(*result, input);
    if (input.filters) {
        AddFilters(context, *result, input);
    }
    Begin(*result);
    AddMorsels(*result);
    SortMorsels(*result);
    result->table->host.handover();
    return std::move(result);
}

unique_ptr<LocalTableFunctionState> InitLocal(ExecutionContext &context, TableFunctionInitInput &,
                                              GlobalTableFunctionState *global) {
    return make_uniq<ScanLocal>(context.client, global->Cast<ScanGlobal>());
}

void Scan(ClientContext &, TableFunctionInput &input, DataChunk &output) {
    input.local_state->Cast<ScanLocal>().Read(output);
}

OperatorPartitionData PartitionData(ClientContext &, TableFunctionGetPartitionInput &input) {
    if (input.partition_info.RequiresPartitionColumns()) {
        throw InvalidInputException("tables are not partitioned by columns");
    }
    return OperatorPartitionData(input.local_state->Cast<ScanLocal>().Batch());
}

// ---- registering ----------------------------------------------------------------------------------------------------

TableFunction MakeFunction(const char *name) {
    TableFunction function(name, {LogicalType::VARCHAR}, Scan, Bind, InitGlobal, InitLocal);
    function.statistics = StatisticsOf;
    function.cardinality = Cardinality;
    function.get_partition_stats = PartitionStats;
    function.get_partition_data = PartitionData;
    function.get_virtual_columns = VirtualColumns;
    function.get_row_id_columns = RowIdColumns;
    function.pushdown_expression = PushdownExpression;
    function.projection_pushdown = true;
    function.filter_pushdown = true;
    function.filter_prune = true;
    function.late_materialization = true;
    return function;
}

void AddFunction(ClientContext &context, const char *name, bool with_id, const tarn_scan_host *host,
                 tarn_instance *instance) {
    auto function = MakeFunction(name);
    auto info = make_shared_ptr<ScanInfo>();
    info->host = host;
    info->instance = instance;
    info->with_id = with_id;
    function.function_info = std::move(info);
    CreateTableFunctionInfo create(function);
    Catalog::GetSystemCatalog(context).CreateTableFunction(context, create);
}

void BeforeOptimizing(OptimizerExtensionInput &, unique_ptr<LogicalOperator> &plan) {
    AnswerAggregates(plan);
}

void AddAnswers(ClientContext &context) {
    OptimizerExtension extension;
    extension.pre_optimize_function = BeforeOptimizing;
    DBConfig::GetConfig(context).optimizer_extensions.push_back(std::move(extension));
}

duckdb_state Add(duckdb_connection connection, const char *scan, const char *rows, const tarn_scan_host *host,
                 tarn_instance *instance) {
    return Guard(
        [&] {
            auto &context = *reinterpret_cast<Connection *>(connection)->context;
            context.RunFunctionInTransaction([&] {
                AddFunction(context, scan, false, host, instance);
                AddFunction(context, rows, true, host, instance);
            });
            AddAnswers(context);
            return DuckDBSuccess;
        },
        DuckDBError);
}

} // namespace

bool IsScan(const TableFunction &function) {
    return function.function == Scan;
}

const tarn_shim_scan *ScanFunctions() noexcept {
    static const tarn_shim_scan functions = {Add, IsRowWiseStatement};
    return &functions;
}

} // namespace tarn
