// What a scan is to leave out.
#ifndef TARN_ENGINE_DUCKDB_SCAN_FILTER_HPP
#define TARN_ENGINE_DUCKDB_SCAN_FILTER_HPP

#include "engine/duckdb/scan.hpp"

#include "duckdb/planner/filter/dynamic_filter.hpp"
#include "duckdb/planner/table_filter.hpp"

namespace tarn {

// Integers that a join or an IN wants.
class IntegerSet {
  public:
    explicit IntegerSet(std::vector<int64_t> values);

    bool Has(int64_t value) const {
        if (!bits.empty()) {
            const auto distance = uint64_t(value) - uint64_t(sorted.front());
            return distance <= span && (bits[distance / 64] >> (distance % 64) & 1);
        }
        for (auto slot = Slot(value);; slot = (slot + 1) & mask) {
            if (slots[slot] == value) {
                return true;
            }
            if (slots[slot] == sorted.front()) {
                return false;
            }
        }
    }
    bool HasAny(int64_t from, int64_t to) const;

    std::vector<int64_t> sorted;

  private:
    std::vector<uint64_t> bits; // over the whole range, when that is not too wide
    std::vector<int64_t> slots; // else open addressing; the least of all also stands for an empty slot
    uint64_t mask = 0, span = 0;

    uint64_t Slot(int64_t value) const {
        return (uint64_t(value) * 0x9e3779b97f4a7c15U >> 20) & mask;
    }
};

// From … to, both included.
struct Range {
    int64_t from = INT64_MIN, to = INT64_MAX;
    bool bounded = false; // there is a comparison: nulls do not pass

    // False when it is no comparison that a range can stand for.
    bool Narrow(duckdb::ExpressionType comparison, int64_t value);
};

enum class FilterKind : uint8_t {
    PLACE,   // the place of a row
    ID,      // its number
    INTEGER, // integers that are read where they lie in the array
    GENERAL, // DuckDB's own evaluation over vectors
};

// All conditions on one column.
struct ScanFilter {
    FilterKind kind = FilterKind::GENERAL;
    idx_t source = 0; // of the values, where it has some
    duckdb::LogicalType type;
    Range range; // of all kinds but GENERAL
    std::vector<std::unique_ptr<IntegerSet>> sets;
    std::vector<duckdb::DynamicFilterData *> dynamics; // boundaries that move while the plan runs; none need be kept to
    std::vector<const duckdb::TableFilter *> tests;    // the rest, which must be kept to
    std::vector<const duckdb::TableFilter *> zones;    // what statistics are asked
    double cost = 1;
    bool is_redundant = false; // a join tests the same itself

    bool HasValues() const {
        return kind == FilterKind::INTEGER || kind == FilterKind::GENERAL;
    }

    // Whether a number that is always there is wanted.
    bool HasNumber(const Range &present, int64_t number) const {
        bool wanted = number >= present.from && number <= present.to;
        for (auto &set : sets) {
            wanted = wanted && set->Has(number);
        }
        return wanted;
    }

    // The range, with the boundaries as they are now.
    Range Present() const;
};

// All filters of an execution.
void AddFilters(duckdb::ClientContext &context, ScanGlobal &global, const duckdb::TableFunctionInitInput &input);

// Whether any row of a morsel may pass.
bool CanMatch(const ScanGlobal &global, const Morsel &morsel);

// When a top-N moves a boundary: begin where its rows must be.
void SortMorsels(ScanGlobal &global);

} // namespace tarn

#endif
