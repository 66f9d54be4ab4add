// What zone maps say, in DuckDB's words.
#include "engine/duckdb/scan_statistics.hpp"

#include <cmath>
#include <limits>

using namespace duckdb; // NOLINT(google-build-using-namespace)

namespace tarn {

namespace {

template <class Number> void SetIntegers(BaseStatistics &stats, tarn_zone_kind kind, const tarn_zone &zone) {
    const bool wide = kind == TARN_ZONE_WIDE;
    NumericStats::SetMin<Number>(stats, Number(wide ? zone.least.wide.low : uint64_t(zone.least.integer)));
    NumericStats::SetMax<Number>(stats, Number(wide ? zone.greatest.wide.low : uint64_t(zone.greatest.integer)));
}

// NaN is not among the bounds, and for DuckDB greater than all numbers.
template <class Number> void SetNumbers(BaseStatistics &stats, const tarn_zone &zone) {
    const auto nan = std::numeric_limits<Number>::quiet_NaN();
    const bool bounds = zone.flags & TARN_ZONE_HAS_BOUNDS;
    NumericStats::SetMin<Number>(stats, bounds ? Number(zone.least.number) : nan);
    NumericStats::SetMax<Number>(stats, zone.flags & TARN_ZONE_HAS_NAN ? nan : Number(zone.greatest.number));
}

hugeint_t Huge(const tarn_zone_wide &wide) {
    hugeint_t result;
    result.lower = wide.low;
    result.upper = wide.high;
    return result;
}

bool SetBounds(BaseStatistics &stats, tarn_zone_kind kind, const tarn_zone &zone) {
    switch (stats.GetType().InternalType()) {
    case PhysicalType::BOOL:
        NumericStats::SetMin<bool>(stats, zone.least.integer != 0);
        NumericStats::SetMax<bool>(stats, zone.greatest.integer != 0);
        return true;
    case PhysicalType::INT8:
        SetIntegers<int8_t>(stats, kind, zone);
        return true;
    case PhysicalType::INT16:
        SetIntegers<int16_t>(stats, kind, zone);
        return true;
    case PhysicalType::INT32:
        SetIntegers<int32_t>(stats, kind, zone);
        return true;
    case PhysicalType::INT64:
        SetIntegers<int64_t>(stats, kind, zone);
        return true;
    case PhysicalType::UINT8:
        SetIntegers<uint8_t>(stats, kind, zone);
        return true;
    case PhysicalType::UINT16:
        SetIntegers<uint16_t>(stats, kind, zone);
        return true;
    case PhysicalType::UINT32:
        SetIntegers<uint32_t>(stats, kind, zone);
        return true;
    case PhysicalType::UINT64:
        SetIntegers<uint64_t>(stats, kind, zone);
        return true;
    case PhysicalType::INT128:
        NumericStats::SetMin<hugeint_t>(stats, Huge(zone.least.wide));
        NumericStats::SetMax<hugeint_t>(stats, Huge(zone.greatest.wide));
        return kind == TARN_ZONE_WIDE;
    case PhysicalType::FLOAT:
        SetNumbers<float>(stats, zone);
        return true;
    case PhysicalType::DOUBLE:
        SetNumbers<double>(stats, zone);
        return true;
    default:
        return false;
    }
}

void SetTexts(BaseStatistics &stats, const tarn_zone &zone, bool is_ascii) {
    if (!is_ascii) {
        StringStats::SetContainsUnicode(stats); // first: a bound may end amid a character
    }
    StringStats::Update(stats, string_t(const_char_ptr_cast(zone.least.bytes), zone.least_size));
    StringStats::Update(stats, string_t(const_char_ptr_cast(zone.greatest.bytes), zone.greatest_size));
    StringStats::ResetMaxStringLength(stats);
}

void SetNulls(BaseStatistics &stats, bool may_be, bool may_not_be) {
    stats.Set(may_be ? StatsInfo::CAN_HAVE_NULL_VALUES : StatsInfo::CANNOT_HAVE_NULL_VALUES);
    stats.Set(may_not_be ? StatsInfo::CAN_HAVE_VALID_VALUES : StatsInfo::CANNOT_HAVE_VALID_VALUES);
}

unique_ptr<BaseStatistics> Statistics(const ScanTable &table, idx_t column, tarn_zone_kind kind, const tarn_zone &zone,
                                      bool is_ascii) {
    auto &type = table.types[column];
    if (!table.plains[column].is_ordered || kind == TARN_ZONE_UNORDERED ||
        !(zone.flags & (TARN_ZONE_HAS_BOUNDS | TARN_ZONE_HAS_NAN))) {
        return nullptr;
    }
    auto stats = BaseStatistics::CreateEmpty(type);
    if (type.InternalType() == PhysicalType::VARCHAR) {
        SetTexts(stats, zone, is_ascii);
    } else if (!SetBounds(stats, kind, zone)) {
        return nullptr;
    }
    return stats.ToUnique();
}

// The row numbers, which follow the chunks.
unique_ptr<BaseStatistics> IdStatistics(const ScanTable &table) {
    const auto count = table.host.chunk_count(table.Version());
    if (count == 0) {
        return nullptr;
    }
    const auto last = table.host.chunk(table.Version(), count - 1);
    auto stats = BaseStatistics::CreateEmpty(LogicalType::BIGINT);
    NumericStats::SetMin<int64_t>(stats, table.host.chunk(table.Version(), 0).first_row);
    NumericStats::SetMax<int64_t>(stats, last.first_row + last.rows - 1);
    SetNulls(stats, false, true);
    return stats.ToUnique();
}

} // namespace

bool IntegerBound(tarn_zone_kind kind, const tarn_zone_bound &bound, int64_t &out) {
    out = kind == TARN_ZONE_WIDE ? int64_t(bound.wide.low) : bound.integer;
    return kind == TARN_ZONE_INTEGER || (kind == TARN_ZONE_WIDE && bound.wide.high == (out < 0 ? -1 : 0));
}

unique_ptr<BaseStatistics> ZoneStatistics(const ScanTable &table, idx_t column, tarn_zone_kind kind,
                                          const tarn_zone &zone) {
    auto stats = Statistics(table, column, kind, zone, false);
    if (stats) {
        SetNulls(*stats, zone.nulls > 0, zone.least_nulls < zone.rows);
    }
    return stats;
}

unique_ptr<BaseStatistics> ColumnStatistics(const ScanTable &table, column_t column) {
    idx_t found;
    if (table.IsId(column)) {
        return IdStatistics(table);
    }
    if (!table.Find(column, found)) {
        return nullptr;
    }
    tarn_zone_summary summary{};
    tarn_error error{};
    if (table.host.summary(table.Version(), found, TARN_ZONE_KNOWN, &summary, &error) != TARN_OK) {
        return nullptr; // whoever reads the values is told
    }
    unique_ptr<BaseStatistics> stats;
    if (summary.unknown == 0 && summary.rows > 0) {
        tarn_zone zone{};
        zone.least = summary.least;
        zone.greatest = summary.greatest;
        zone.least_size = summary.least_size;
        zone.greatest_size = summary.greatest_size;
        zone.flags = summary.flags;
        stats = Statistics(table, found, summary.kind, zone, summary.is_ascii);
        if (stats) {
            SetNulls(*stats, summary.nulls > 0, summary.least_nulls < summary.rows);
            if (summary.distinct >= 0) {
                stats->SetDistinctCount(idx_t(summary.distinct));
            }
            if (stats->GetType().InternalType() == PhysicalType::VARCHAR) {
                StringStats::SetMaxStringLength(*stats, summary.longest);
            }
        }
    }
    table.host.clear_summary(&summary);
    return stats;
}

} // namespace tarn
