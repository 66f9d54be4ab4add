// What the files scan*.cpp share: a table, one execution that reads it, one thread's place in that.
#ifndef TARN_ENGINE_DUCKDB_SCAN_HPP
#define TARN_ENGINE_DUCKDB_SCAN_HPP

#include "engine/duckdb/scan.h"

#include "duckdb/common/types/data_chunk.hpp"
#include "duckdb/common/types/selection_vector.hpp"
#include "duckdb/common/types/vector_cache.hpp"
#include "duckdb/function/table_function.hpp"
#include "duckdb/planner/table_filter_state.hpp"
#include "duckdb/storage/statistics/base_statistics.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace tarn {

using duckdb::column_t;
using duckdb::idx_t;

constexpr idx_t VECTOR_ROWS = STANDARD_VECTOR_SIZE;

// ---- tables ---------------------------------------------------------------------------------------------------------

// Throws what the engine said, after keeping it with the query.
[[noreturn]] void ThrowHost(const tarn_scan_host &host, tarn_session *session, const tarn_error &error);

// A name of a statement, as all copies of its plans have it.
struct ScanTable {
    ScanTable(const tarn_scan_host &host, tarn_scan_table *table);
    ~ScanTable();
    ScanTable(const ScanTable &) = delete;

    const tarn_scan_host &host;
    tarn_scan_table *const table;
    std::vector<duckdb::LogicalType> types; // of the version's columns
    std::vector<tarn_plain> plains;         // the same

    struct Known {
        bool is_known = false;
        duckdb::unique_ptr<duckdb::BaseStatistics> statistics; // null: nothing is known
    };
    mutable std::mutex mutex; // guards what follows
    mutable std::map<column_t, Known> statistics;

    // The version's column that is DuckDB's `column`; false when it is none.
    bool Find(column_t column, idx_t &out) const {
        out = column - idx_t(table->has_id);
        return column >= idx_t(table->has_id) && out < table->column_count;
    }
    bool IsId(column_t column) const {
        return table->has_id && column == 0;
    }
    tarn_version *Version() const {
        return table->bound->version;
    }
};

struct ScanBind : public duckdb::TableFunctionData {
    explicit ScanBind(std::shared_ptr<ScanTable> table) : table(std::move(table)) {}
    const std::shared_ptr<ScanTable> table;

    duckdb::unique_ptr<duckdb::FunctionData> Copy() const override {
        return duckdb::make_uniq<ScanBind>(table);
    }
    bool Equals(const duckdb::FunctionData &other) const override {
        return table->table->bound == other.Cast<ScanBind>().table->table->bound &&
               table->table->has_id == other.Cast<ScanBind>().table->table->has_id;
    }
};

// Rows are numbered in the order in which people see them, dead ones included: what DuckDB takes for their identity.
inline const column_t &PLACE_COLUMN = duckdb::COLUMN_IDENTIFIER_ROW_ID;

// Whether it is the function behind the names of tables.
bool IsScan(const duckdb::TableFunction &function);

// ---- executions -----------------------------------------------------------------------------------------------------

struct ScanFilter; // scan_filter.hpp

enum class OutputKind : uint8_t { VALUE, ID, PLACE, NOTHING };

struct Output {
    OutputKind kind;
    idx_t source; // VALUE: index into `sources`
};

// The work of one thread at a time.
struct Morsel {
    const tarn_unit *unit;
    int64_t place; // of its first row
};

struct ScanGlobal : public duckdb::GlobalTableFunctionState {
    ScanGlobal(std::shared_ptr<ScanTable> table);
    ~ScanGlobal() override;

    const std::shared_ptr<ScanTable> table;
    tarn_scan_work work{};
    std::vector<idx_t> sources; // columns of the version that are read
    std::vector<Output> outputs;
    std::vector<std::unique_ptr<ScanFilter>> filters;
    std::vector<Morsel> morsels;
    std::atomic<idx_t> next{0};

    idx_t MaxThreads() const override {
        return morsels.empty() ? 1 : morsels.size();
    }
    idx_t SourceOf(idx_t column); // its index among the sources, which it is added to
    const tarn_scan_column &Column(idx_t source) const {
        return table->table->columns[sources[source]];
    }
};

// ---- threads --------------------------------------------------------------------------------------------------------

// A chunk whose batches a thread holds.
struct OpenChunk {
    size_t number;
    tarn_chunk about;
    uint32_t first = 0; // while a list is filled from: the first of its rows in the window, as index + 1
    std::vector<tarn_batch *> batches;
    std::vector<const ArrowArray *> arrays;   // by source; null until wanted
    std::vector<const tarn_zone_map *> zones; // the same; null: nothing is known
};

// At most VECTOR_ROWS rows that are looked at together. Rows inside it are counted from 0.
struct Window {
    int64_t place = 0;          // of its first row
    idx_t rows = 0;             // live and dead
    OpenChunk *chunk = nullptr; // of a stretch; null: a list of row numbers
    int64_t from = 0;           // stretch: its first row inside the chunk
    const int64_t *numbers = nullptr;
};

// What one filter keeps for its thread.
struct FilterLocal {
    std::vector<duckdb::unique_ptr<duckdb::TableFilterState>> states; // of the filter's `tests`
    duckdb::unique_ptr<duckdb::VectorCache> cache;
    duckdb::unique_ptr<duckdb::Vector> values;
    double in = 0, out = 0; // rows that came and stayed lately
    bool idle = false;      // it hardly ever drops a row, and need not
    bool is_sure = false;   // every row of the window is in its range
};

class ScanLocal : public duckdb::LocalTableFunctionState {
  public:
    ScanLocal(duckdb::ClientContext &context, ScanGlobal &global);
    ~ScanLocal() override;

    // The next rows; none at the end.
    void Read(duckdb::DataChunk &output);
    idx_t Batch() const {
        return batch;
    }

  private:
    duckdb::ClientContext &context;
    ScanGlobal &global;
    const tarn_scan_host &host;

    // where it is
    const Morsel *morsel = nullptr;
    idx_t batch = 0;
    size_t span = 0;    // inside the morsel's unit
    int64_t offset = 0; // inside the span
    int64_t place = 0;  // of the span's first row

    // the present window: rows that passed and are not handed out yet
    Window window;
    bool all = true; // every row of it passed
    idx_t count = 0, position = 0;
    uint32_t selected[VECTOR_ROWS];

    std::vector<std::unique_ptr<OpenChunk>> by_number; // per chunk of the version
    std::vector<size_t> open;
    std::vector<FilterLocal> filters;
    std::vector<idx_t> order; // of the filters
    idx_t ticks = 0;

    // rows of a list: the chunk and place of each
    uint32_t row_chunk[VECTOR_ROWS], row_offset[VECTOR_ROWS], row_next[VECTOR_ROWS];
    uint32_t source_rows[VECTOR_ROWS], target_rows[VECTOR_ROWS];

    std::vector<std::vector<char>> scribbled;

    void Check(tarn_status status, const tarn_error &error) {
        if (status != TARN_OK) {
            ThrowHost(host, global.work.session, error);
        }
    }

    // scan_read.cpp: where to read
    OpenChunk &Open(size_t number);
    const ArrowArray &Array(OpenChunk &chunk, idx_t source);
    void Close(OpenChunk &chunk);
    void CloseStale();
    const tarn_span *Span(bool fresh);
    void TakeStretch(const tarn_span &span);
    void TakeList(const tarn_span &span);
    bool NextWindow(bool fresh);

    // scan_filter.cpp: which rows
    void Filter();
    bool CanSkipChunk(OpenChunk &chunk);
    bool CanSkipWindow();
    bool ZoneExcludes(const ScanFilter &filter, FilterLocal &local, const tarn_zone_map &map, const tarn_zone &zone);
    void Narrow(const ScanFilter &filter, FilterLocal &local);
    void NarrowRising(const ScanFilter &filter, int64_t first);
    void NarrowNumbers(const ScanFilter &filter);
    template <class Value> void NarrowSigned(const ScanFilter &filter, FilterLocal &local);
    template <class Value> void NarrowUnsigned(const ScanFilter &filter, FilterLocal &local);
    template <class Value, size_t STRIDE> void NarrowLying(const ScanFilter &filter, FilterLocal &local);
    template <class Value> void NarrowFilled(const ScanFilter &filter, FilterLocal &local);
    template <class Values> void NarrowIntegers(const ScanFilter &filter, FilterLocal &local, Values values);
    void NarrowGeneral(const ScanFilter &filter, FilterLocal &local);
    duckdb::Vector &FilterValues(const ScanFilter &filter, FilterLocal &local);
    void NarrowByTest(const duckdb::TableFilter &test, duckdb::TableFilterState &state, duckdb::Vector &values);
    void RankFilters();

    // scan_fill.cpp: handing out
    void Fill(idx_t source, const uint32_t *rows, const uint32_t *targets, idx_t count, idx_t at,
              duckdb::Vector &vector);
    void FillFromList(idx_t source, const uint32_t *rows, const uint32_t *targets, idx_t count, idx_t at,
                      duckdb::Vector &vector);
    void HandOutAll(duckdb::DataChunk &output);
    void HandOutSome(idx_t take, idx_t at, duckdb::DataChunk &output);
    bool FillConstant(idx_t source, duckdb::Vector &vector);
    void FillIds(const uint32_t *rows, const uint32_t *targets, idx_t count, idx_t at, duckdb::Vector &vector);
    void ScribbleOver();
    void Scribble(duckdb::DataChunk &output, idx_t rows);
};

} // namespace tarn

#endif
