// What a scan is to leave out: from DuckDB's filters to ranges, sets and tests.
#include "engine/duckdb/scan_filter.hpp"
#include "engine/duckdb/scan_statistics.hpp"

#include "duckdb/execution/operator/scan/physical_table_scan.hpp"
#include "duckdb/planner/filter/conjunction_filter.hpp"
#include "duckdb/planner/filter/constant_filter.hpp"
#include "duckdb/planner/filter/in_filter.hpp"
#include "duckdb/planner/filter/optional_filter.hpp"

#include <algorithm>
#include <cstring>

using namespace duckdb; // NOLINT(google-build-using-namespace)

namespace tarn {

// ---- sets and ranges ------------------------------------------------------------------------------------------------

static constexpr uint64_t MOST_BITS = uint64_t(1) << 24;

IntegerSet::IntegerSet(std::vector<int64_t> values) : sorted(std::move(values)) {
    std::sort(sorted.begin(), sorted.end());
    const auto first = sorted.front();
    span = uint64_t(sorted.back()) - uint64_t(first);
    if (span < MOST_BITS) {
        bits.resize(span / 64 + 1);
        for (auto value : sorted) {
            const auto distance = uint64_t(value) - uint64_t(first);
            bits[distance / 64] |= uint64_t(1) << (distance % 64);
        }
        return;
    }
    mask = NextPowerOfTwo(sorted.size() * 4) - 1;
    slots.resize(mask + 1, first);
    for (auto value : sorted) {
        auto slot = Slot(value);
        while (slots[slot] != first && slots[slot] != value) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = value;
    }
}

bool IntegerSet::HasAny(int64_t from, int64_t to) const {
    auto found = std::lower_bound(sorted.begin(), sorted.end(), from);
    return found != sorted.end() && *found <= to;
}

bool Range::Narrow(ExpressionType comparison, int64_t value) {
    switch (comparison) {
    case ExpressionType::COMPARE_EQUAL:
        from = std::max(from, value);
        to = std::min(to, value);
        break;
    case ExpressionType::COMPARE_GREATERTHAN:
        from = std::max(from, value == INT64_MAX ? value : value + 1);
        to = value == INT64_MAX ? INT64_MIN : to;
        break;
    case ExpressionType::COMPARE_GREATERTHANOREQUALTO:
        from = std::max(from, value);
        break;
    case ExpressionType::COMPARE_LESSTHAN:
        to = std::min(to, value == INT64_MIN ? value : value - 1);
        from = value == INT64_MIN ? INT64_MAX : from;
        break;
    case ExpressionType::COMPARE_LESSTHANOREQUALTO:
        to = std::min(to, value);
        break;
    default:
        return false;
    }
    bounded = true;
    return true;
}

static bool IntegerOf(const Value &value, int64_t &out) {
    if (value.IsNull()) {
        return false;
    }
    switch (value.type().InternalType()) {
    case PhysicalType::INT8:
        out = value.GetValueUnsafe<int8_t>();
        return true;
    case PhysicalType::INT16:
        out = value.GetValueUnsafe<int16_t>();
        return true;
    case PhysicalType::INT32:
        out = value.GetValueUnsafe<int32_t>();
        return true;
    case PhysicalType::INT64:
        out = value.GetValueUnsafe<int64_t>();
        return true;
    case PhysicalType::UINT8:
        out = value.GetValueUnsafe<uint8_t>();
        return true;
    case PhysicalType::UINT16:
        out = value.GetValueUnsafe<uint16_t>();
        return true;
    case PhysicalType::UINT32:
        out = value.GetValueUnsafe<uint32_t>();
        return true;
    default:
        return false;
    }
}

Range ScanFilter::Present() const {
    Range result = range;
    for (auto dynamic : dynamics) {
        lock_guard<mutex> guard(dynamic->lock);
        auto &filter = dynamic->filter->Cast<ConstantFilter>();
        int64_t value;
        if (dynamic->initialized && IntegerOf(filter.constant, value)) {
            result.Narrow(filter.comparison_type, value);
        }
    }
    return result;
}

// ---- folding --------------------------------------------------------------------------------------------------------

namespace {

// Whether values of this column are integers that can be read where they lie.
bool IsPlainInteger(const LogicalType &type, const tarn_plain &plain) {
    switch (type.InternalType()) {
    case PhysicalType::INT8:
    case PhysicalType::INT16:
    case PhysicalType::INT32:
    case PhysicalType::INT64:
        return plain.width > 0;
    case PhysicalType::UINT8:
    case PhysicalType::UINT16:
    case PhysicalType::UINT32:
        return plain.width > 0 && plain.is_same;
    default:
        return false;
    }
}

void FoldSet(const InFilter &filter, ScanFilter &out) {
    std::vector<int64_t> values;
    for (auto &value : filter.values) {
        int64_t integer;
        if (!IntegerOf(value, integer)) {
            return;
        }
        values.push_back(integer);
    }
    out.sets.push_back(std::make_unique<IntegerSet>(std::move(values)));
}

// What is optional may be left out: nothing of it becomes a test.
void Fold(const TableFilter &filter, ScanFilter &out, bool is_optional) {
    const bool integers = out.kind != FilterKind::GENERAL;
    switch (filter.filter_type) {
    case TableFilterType::CONJUNCTION_AND:
        for (auto &child : filter.Cast<ConjunctionAndFilter>().child_filters) {
            Fold(*child, out, is_optional);
        }
        return;
    case TableFilterType::OPTIONAL_FILTER:
        if (filter.Cast<OptionalFilter>().child_filter) {
            Fold(*filter.Cast<OptionalFilter>().child_filter, out, true);
        }
        return;
    case TableFilterType::DYNAMIC_FILTER:
        if (filter.Cast<DynamicFilter>().filter_data) {
            out.dynamics.push_back(filter.Cast<DynamicFilter>().filter_data.get());
            out.zones.push_back(&filter);
        }
        return;
    case TableFilterType::IN_FILTER:
        out.zones.push_back(&filter);
        if (integers) {
            FoldSet(filter.Cast<InFilter>(), out);
        }
        return;
    case TableFilterType::CONSTANT_COMPARISON: {
        auto &constant = filter.Cast<ConstantFilter>();
        int64_t value;
        if (integers && IntegerOf(constant.constant, value) && out.range.Narrow(constant.comparison_type, value)) {
            out.zones.push_back(&filter);
            return;
        }
        break;
    }
    default:
        break;
    }
    out.zones.push_back(&filter);
    if (!is_optional) {
        out.tests.push_back(&filter);
        out.cost = 8;
    }
}

} // namespace

void AddFilters(ClientContext &, ScanGlobal &global, const TableFunctionInitInput &input) {
    auto own = input.op ? input.op->Cast<PhysicalTableScan>().table_filters.get() : nullptr;
    for (auto &entry : input.filters->filters) {
        const auto column = input.column_ids[entry.first];
        auto filter = std::make_unique<ScanFilter>();
        idx_t found;
        if (column == PLACE_COLUMN) {
            filter->kind = FilterKind::PLACE;
            filter->type = LogicalType::BIGINT;
            filter->cost = 0.1;
        } else if (global.table->IsId(column)) {
            filter->kind = FilterKind::ID;
            filter->type = LogicalType::BIGINT;
            filter->cost = 0.1;
        } else if (global.table->Find(column, found)) {
            filter->source = global.SourceOf(found);
            filter->type = global.table->types[found];
            if (IsPlainInteger(filter->type, global.table->plains[found])) {
                filter->kind = FilterKind::INTEGER;
            }
        } else {
            continue; // nothing is known of a column without values
        }
        Fold(*entry.second, *filter, false);
        filter->is_redundant = input.op && (!own || !own->filters.count(entry.first));
        global.filters.push_back(std::move(filter));
    }
}

// ---- morsels --------------------------------------------------------------------------------------------------------

static bool PlacesMatch(const ScanFilter &filter, int64_t from, int64_t to) {
    const auto range = filter.Present();
    if (from > range.to || to < range.from) {
        return false;
    }
    for (auto &set : filter.sets) {
        if (!set->HasAny(std::max(from, range.from), std::min(to, range.to))) {
            return false;
        }
    }
    return true;
}

bool CanMatch(const ScanGlobal &global, const Morsel &morsel) {
    for (auto &filter : global.filters) {
        if (filter->kind == FilterKind::PLACE &&
            !PlacesMatch(*filter, morsel.place, morsel.place + morsel.unit->rows - 1)) {
            return false;
        }
    }
    return true;
}

// -1, 0 or 1, as a is before b.
static int CompareBounds(tarn_zone_kind kind, const tarn_zone_bound &a, const tarn_zone_bound &b) {
    auto order = [](auto x, auto y) { return (x > y) - (x < y); };
    switch (kind) {
    case TARN_ZONE_NUMBER:
        return order(a.number, b.number);
    case TARN_ZONE_WIDE:
        return a.wide.high != b.wide.high ? order(a.wide.high, b.wide.high) : order(a.wide.low, b.wide.low);
    case TARN_ZONE_BYTES:
        return memcmp(a.bytes, b.bytes, TARN_ZONE_PREFIX);
    default:
        return order(a.integer, b.integer);
    }
}

namespace {

// A morsel with the zones of its chunk.
struct Ranked {
    Morsel morsel;
    const tarn_zone_map *zones = nullptr;
};

// The zones of a morsel that is one stretch; null: it cannot be ranked.
const tarn_zone_map *ZonesOf(const ScanGlobal &global, const ScanFilter &filter, const Morsel &morsel) {
    auto &span = global.work.bound->spans[morsel.unit->first_span];
    const tarn_zone_map *zones = nullptr;
    tarn_error error{};
    if (morsel.unit->span_count == 1 && !span.row_numbers) {
        (void)global.table->host.zones(global.work.bound->version, global.sources[filter.source], span.chunk,
                                       TARN_ZONE_KNOWN, &zones, &error);
    }
    return zones;
}

} // namespace

void SortMorsels(ScanGlobal &global) {
    const ScanFilter *moving = nullptr;
    for (auto &filter : global.filters) {
        moving = filter->HasValues() && !filter->dynamics.empty() ? filter.get() : moving;
    }
    if (!moving) {
        return;
    }
    std::vector<Ranked> ranked;
    bool is_known = true;
    for (auto &morsel : global.morsels) {
        ranked.push_back({morsel, ZonesOf(global, *moving, morsel)});
        is_known = is_known && ranked.back().zones && (ranked.back().zones->whole.flags & TARN_ZONE_HAS_BOUNDS);
    }
    if (is_known) {
        const auto comparison = moving->dynamics[0]->filter->Cast<ConstantFilter>().comparison_type;
        const bool least_first =
            comparison == ExpressionType::COMPARE_LESSTHAN || comparison == ExpressionType::COMPARE_LESSTHANOREQUALTO;
        std::stable_sort(ranked.begin(), ranked.end(), [&](const Ranked &a, const Ranked &b) {
            return least_first ? CompareBounds(a.zones->kind, a.zones->whole.least, b.zones->whole.least) < 0
                               : CompareBounds(a.zones->kind, a.zones->whole.greatest, b.zones->whole.greatest) > 0;
        });
        for (idx_t i = 0; i < ranked.size(); i++) {
            global.morsels[i] = ranked[i].morsel;
        }
    }
    for (auto &one : ranked) {
        global.table->host.release_zones(one.zones);
    }
}

// Whether no row that the zone speaks of passes. Notes whether all are in the range.
bool ScanLocal::ZoneExcludes(const ScanFilter &filter, FilterLocal &local, const tarn_zone_map &map,
                             const tarn_zone &zone) {
    int64_t least, greatest;
    local.is_sure = false;
    if (filter.kind == FilterKind::INTEGER && IntegerBound(map.kind, zone.least, least) &&
        IntegerBound(map.kind, zone.greatest, greatest)) {
        const auto range = filter.Present();
        const bool is_empty = !(zone.flags & TARN_ZONE_HAS_BOUNDS);
        if ((range.bounded || !filter.sets.empty()) && is_empty) {
            return true;
        }
        if (range.bounded && (greatest < range.from || least > range.to)) {
            return true;
        }
        for (auto &set : filter.sets) {
            if (!set->HasAny(least, greatest)) {
                return true;
            }
        }
        local.is_sure = zone.nulls == 0 && least >= range.from && greatest <= range.to;
        if (filter.tests.empty()) {
            return false;
        }
    }
    auto stats = ZoneStatistics(*global.table, global.sources[filter.source], map.kind, zone);
    if (!stats) {
        return false;
    }
    for (auto asked : filter.zones) {
        const auto answer = asked->CheckStatistics(*stats);
        if (answer == FilterPropagateResult::FILTER_ALWAYS_FALSE ||
            answer == FilterPropagateResult::FILTER_FALSE_OR_NULL) {
            return true;
        }
    }
    return false;
}

bool ScanLocal::CanSkipChunk(OpenChunk &chunk) {
    for (idx_t i = 0; i < filters.size(); i++) {
        auto &filter = *global.filters[i];
        if (filter.HasValues() && chunk.zones[filter.source] &&
            ZoneExcludes(filter, filters[i], *chunk.zones[filter.source], chunk.zones[filter.source]->whole)) {
            return true;
        }
    }
    return false;
}

static_assert(TARN_ZONE_ROWS == VECTOR_ROWS, "a window lies in one part of its chunk's zones");

bool ScanLocal::CanSkipWindow() {
    const auto last = int64_t(window.rows) - 1;
    for (idx_t i = 0; i < filters.size(); i++) {
        auto &filter = *global.filters[i];
        auto &local = filters[i];
        local.is_sure = false;
        if (filter.kind == FilterKind::PLACE && !PlacesMatch(filter, window.place, window.place + last)) {
            return true;
        }
        if (!window.chunk) {
            continue;
        }
        if (filter.kind == FilterKind::ID) {
            const auto first = window.chunk->about.first_row + window.from;
            if (!PlacesMatch(filter, first, first + last)) {
                return true;
            }
        } else if (filter.HasValues()) {
            auto zones = window.chunk->zones[filter.source];
            if (zones && ZoneExcludes(filter, local, *zones, zones->parts[window.from / TARN_ZONE_ROWS])) {
                return true;
            }
        }
    }
    return false;
}

} // namespace tarn
