// The arguments of a call, read without making values of them.
#include "engine/duckdb/arguments.hpp"

using namespace duckdb; // NOLINT(google-build-using-namespace)

namespace tarn {

Argument::Argument(Vector &vector, idx_t count) : type(vector.GetType().InternalType()) {
    vector.ToUnifiedFormat(count, format);
}

double Argument::Number(idx_t row) const {
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

double Argument::Size(idx_t row) const {
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

string_t Argument::Text(idx_t row) const {
    const auto at = format.sel->get_index(row);
    if (type != PhysicalType::VARCHAR || !format.validity.RowIsValid(at)) {
        return string_t("", 0);
    }
    return UnifiedVectorFormat::GetData<string_t>(format)[at];
}

Arguments::Arguments(DataChunk &chunk) : rows(1) {
    for (auto &vector : chunk.data) {
        all.emplace_back(vector, chunk.size());
        if (vector.GetVectorType() != VectorType::CONSTANT_VECTOR) {
            rows = chunk.size();
        }
    }
}

} // namespace tarn
