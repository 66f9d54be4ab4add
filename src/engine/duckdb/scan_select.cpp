// Which rows of a window pass the filters.
#include "engine/duckdb/scan_filter.hpp"

#include "duckdb/planner/filter/constant_filter.hpp"
#include "duckdb/storage/table/column_segment.hpp"

#include <algorithm>
#include <cstring>

using namespace duckdb; // NOLINT(google-build-using-namespace)

namespace tarn {

namespace {

// Keeps of the first `count` selected rows (all: 0, 1, 2 …) those that pass. Without a decision in the loop.
template <class Test> idx_t Keep(uint32_t *selected, idx_t count, bool all, Test test) {
    idx_t kept = 0;
    if (all) {
        for (idx_t i = 0; i < count; i++) {
            selected[kept] = uint32_t(i);
            kept += idx_t(test(i));
        }
    } else {
        for (idx_t k = 0; k < count; k++) {
            const auto i = selected[k];
            selected[kept] = i;
            kept += idx_t(test(i));
        }
    }
    return kept;
}

// The values of a column where they lie, from a window's first row on.
template <class Value, size_t STRIDE> struct Lying {
    const char *values;
    const uint8_t *bits; // null: no nulls
    int64_t first;

    int64_t operator[](idx_t i) const {
        Value value;
        memcpy(&value, values + i * STRIDE, sizeof value);
        return int64_t(value);
    }
    bool HasNulls() const {
        return bits != nullptr;
    }
    bool IsThere(idx_t i) const {
        const auto bit = uint64_t(first) + i;
        return bits[bit >> 3] >> (bit & 7) & 1;
    }
};

// The same in a vector.
template <class Value> struct Filled {
    Vector &vector;

    int64_t operator[](idx_t i) const {
        return int64_t(reinterpret_cast<const Value *>(vector.GetData())[i]);
    }
    bool HasNulls() const {
        return !FlatVector::Validity(vector).AllValid();
    }
    bool IsThere(idx_t i) const {
        return FlatVector::Validity(vector).RowIsValid(i);
    }
};

} // namespace

template <class Values> void ScanLocal::NarrowIntegers(const ScanFilter &filter, FilterLocal &local, Values values) {
    const auto range = filter.Present();
    auto narrow = [&](auto test) {
        const auto kept = Keep(selected, count, all, test);
        all = all && kept == count;
        count = kept;
    };
    const bool must_compare = range.bounded && !local.is_sure;
    if (must_compare) {
        const auto from = uint64_t(range.from), width = uint64_t(range.to) - from;
        if (range.from > range.to) {
            count = 0;
        } else {
            narrow([&](idx_t i) { return uint64_t(values[i]) - from <= width; });
        }
    }
    for (auto &set : filter.sets) {
        if (!local.idle) {
            narrow([&](idx_t i) { return set->Has(values[i]); });
        }
    }
    if (values.HasNulls() && (must_compare || (!filter.sets.empty() && !local.idle))) {
        narrow([&](idx_t i) { return values.IsThere(i); });
    }
}

// In the array, from the window's first row on.
template <class Value, size_t STRIDE> void ScanLocal::NarrowLying(const ScanFilter &filter, FilterLocal &local) {
    auto &array = Array(*window.chunk, filter.source);
    const auto first = array.offset + window.from;
    NarrowIntegers(
        filter, local,
        Lying<Value, STRIDE>{static_cast<const char *>(array.buffers[1]) + size_t(first) * STRIDE,
                             array.null_count != 0 ? static_cast<const uint8_t *>(array.buffers[0]) : nullptr, first});
}

// In a vector, since the rows lie all over.
template <class Value> void ScanLocal::NarrowFilled(const ScanFilter &filter, FilterLocal &local) {
    NarrowIntegers(filter, local, Filled<Value>{FilterValues(filter, local)});
}

template <class Value> void ScanLocal::NarrowUnsigned(const ScanFilter &filter, FilterLocal &local) {
    window.chunk ? NarrowLying<Value, sizeof(Value)>(filter, local) : NarrowFilled<Value>(filter, local);
}

// Decimals lie there in more bytes than DuckDB has for them, or fewer.
template <class Value> void ScanLocal::NarrowSigned(const ScanFilter &filter, FilterLocal &local) {
    if (!window.chunk) {
        NarrowFilled<Value>(filter, local);
        return;
    }
    switch (global.table->plains[global.sources[filter.source]].width) {
    case 1:
        NarrowLying<int8_t, 1>(filter, local);
        break;
    case 2:
        NarrowLying<int16_t, 2>(filter, local);
        break;
    case 4:
        NarrowLying<int32_t, 4>(filter, local);
        break;
    case 8:
        NarrowLying<int64_t, 8>(filter, local);
        break;
    default:
        NarrowLying<int64_t, 16>(filter, local);
    }
}

// Numbers that rise by one from row to row.
void ScanLocal::NarrowRising(const ScanFilter &filter, int64_t first) {
    const auto range = filter.Present();
    auto &sets = filter.sets;
    idx_t kept = 0;
    if (all && !sets.empty()) { // few of many: from one wanted row to the next
        auto &sorted = sets.front()->sorted;
        const auto to = std::min(range.to, first + int64_t(count) - 1);
        auto next = std::lower_bound(sorted.begin(), sorted.end(), std::max(first, range.from));
        for (; next != sorted.end() && *next <= to; ++next) {
            bool wanted = kept == 0 || selected[kept - 1] != uint32_t(*next - first);
            for (idx_t i = 1; i < sets.size(); i++) {
                wanted = wanted && sets[i]->Has(*next);
            }
            if (wanted) {
                selected[kept++] = uint32_t(*next - first);
            }
        }
    } else {
        kept = Keep(selected, count, all, [&](idx_t i) { return filter.HasNumber(range, first + int64_t(i)); });
    }
    all = all && kept == count;
    count = kept;
}

void ScanLocal::NarrowNumbers(const ScanFilter &filter) {
    const auto range = filter.Present();
    const auto kept = Keep(selected, count, all, [&](idx_t i) { return filter.HasNumber(range, window.numbers[i]); });
    all = all && kept == count;
    count = kept;
}

// ---- DuckDB's own evaluation ----------------------------------------------------------------------------------------

// The values of the selected rows, each at its row's place in the window.
Vector &ScanLocal::FilterValues(const ScanFilter &filter, FilterLocal &local) {
    if (!local.values) {
        local.cache = make_uniq<VectorCache>(Allocator::Get(context), filter.type);
        local.values = make_uniq<Vector>(*local.cache);
    }
    auto &values = *local.values;
    values.ResetFromCache(*local.cache);
    if (filter.kind == FilterKind::ID) {
        FillIds(all ? nullptr : selected, all ? nullptr : selected, count, 0, values);
    } else {
        Fill(filter.source, all ? nullptr : selected, all ? nullptr : selected, count, 0, values);
    }
    return values;
}

void ScanLocal::NarrowByTest(const TableFilter &test, TableFilterState &state, Vector &values) {
    SelectionVector passing;
    idx_t passed = count;
    if (!all) {
        passing.Initialize(selected);
    }
    UnifiedVectorFormat format;
    values.ToUnifiedFormat(window.rows, format);
    ColumnSegment::FilterSelection(passing, values, format, test, state, window.rows, passed);
    if (passed == count) {
        return;
    }
    if (passed > 0 && passing.data() != selected) {
        memmove(selected, passing.data(), passed * sizeof *selected);
    }
    all = false;
    count = passed;
}

void ScanLocal::NarrowGeneral(const ScanFilter &filter, FilterLocal &local) {
    Vector *values = nullptr;
    for (idx_t i = 0; i < filter.tests.size() && count; i++) {
        values = values ? values : &FilterValues(filter, local);
        NarrowByTest(*filter.tests[i], *local.states[i], *values);
    }
    if (filter.kind != FilterKind::GENERAL) {
        return; // the range has them
    }
    for (auto dynamic : filter.dynamics) {
        unique_ptr<TableFilter> now;
        {
            lock_guard<mutex> guard(dynamic->lock);
            if (dynamic->initialized) {
                now = dynamic->filter->Copy();
            }
        }
        if (now && count) {
            TableFilterState state;
            values = values ? values : &FilterValues(filter, local);
            NarrowByTest(*now, state, *values);
        }
    }
}

// ---- one filter after the other -------------------------------------------------------------------------------------

void ScanLocal::Narrow(const ScanFilter &filter, FilterLocal &local) {
    if (filter.kind == FilterKind::PLACE) {
        NarrowRising(filter, window.place);
    } else if (filter.kind == FilterKind::ID) {
        if (window.chunk) {
            NarrowRising(filter, window.chunk->about.first_row + window.from);
        } else {
            NarrowNumbers(filter);
        }
    } else if (filter.kind == FilterKind::INTEGER) {
        switch (filter.type.InternalType()) {
        case PhysicalType::INT8:
            NarrowSigned<int8_t>(filter, local);
            break;
        case PhysicalType::INT16:
            NarrowSigned<int16_t>(filter, local);
            break;
        case PhysicalType::INT32:
            NarrowSigned<int32_t>(filter, local);
            break;
        case PhysicalType::UINT8:
            NarrowUnsigned<uint8_t>(filter, local);
            break;
        case PhysicalType::UINT16:
            NarrowUnsigned<uint16_t>(filter, local);
            break;
        case PhysicalType::UINT32:
            NarrowUnsigned<uint32_t>(filter, local);
            break;
        default:
            NarrowSigned<int64_t>(filter, local);
        }
    }
    if (count) {
        NarrowGeneral(filter, local);
    }
}

// Every so many windows: what is cheap and drops much comes first, and what drops little and need not be is left out.
static constexpr idx_t RANKING_WINDOWS = 8;

void ScanLocal::RankFilters() {
    auto rank = [&](idx_t i) {
        auto &local = filters[i];
        return global.filters[i]->cost / (1.001 - (local.in > 0 ? local.out / local.in : 0.5));
    };
    std::stable_sort(order.begin(), order.end(), [&](idx_t a, idx_t b) { return rank(a) < rank(b); });
    for (idx_t i = 0; i < filters.size(); i++) {
        auto &filter = *global.filters[i];
        auto &local = filters[i];
        const bool only_sets = !filter.range.bounded && filter.tests.empty() && !filter.sets.empty();
        if (filter.HasValues() && local.in > 0 &&
            ((filter.is_redundant && local.out > 0.7 * local.in) || (only_sets && local.out > 0.9 * local.in))) {
            local.idle = true;
        }
        local.in *= 0.5;
        local.out *= 0.5;
    }
}

void ScanLocal::Filter() {
    for (auto i : order) {
        auto &filter = *global.filters[i];
        auto &local = filters[i];
        if (local.idle && filter.is_redundant) {
            continue;
        }
        local.in += double(count);
        Narrow(filter, local);
        local.out += double(count);
        if (!count) {
            break;
        }
    }
    if (++ticks % RANKING_WINDOWS == 0) {
        RankFilters();
    }
}

} // namespace tarn
