// Handing rows out: from Arrow arrays into DuckDB's vectors.
#include "engine/duckdb/scan_statistics.hpp"

#include <algorithm>
#include <cstring>

using namespace duckdb; // NOLINT(google-build-using-namespace)

namespace tarn {

// ---- rows of one column ---------------------------------------------------------------------------------------------

// `rows` (null: all of the window) go to `targets` in the vector (null: `at` and so on).
void ScanLocal::Fill(idx_t source, const uint32_t *rows, const uint32_t *targets, idx_t rows_count, idx_t at,
                     Vector &vector) {
    if (!window.chunk) {
        FillFromList(source, rows, targets, rows_count, at, vector);
        return;
    }
    tarn_rows wanted{};
    wanted.start = window.from;
    wanted.at = at;
    wanted.count = rows_count;
    wanted.target = targets;
    if (rows) {
        for (idx_t k = 0; k < rows_count; k++) {
            source_rows[k] = uint32_t(window.from) + rows[k];
        }
        wanted.source = source_rows;
    }
    tarn_error error{};
    Check(host.fill(global.Column(source).filler, &Array(*window.chunk, source), &wanted,
                    reinterpret_cast<duckdb_vector>(&vector), &error),
          error);
}

// The rows are sorted by chunk, so that each chunk is filled from once.
void ScanLocal::FillFromList(idx_t source, const uint32_t *rows, const uint32_t *targets, idx_t rows_count, idx_t at,
                             Vector &vector) {
    std::vector<OpenChunk *> touched;
    for (idx_t k = rows_count; k-- > 0;) { // backwards, since each goes to the head of its group
        auto &chunk = *by_number[row_chunk[rows ? rows[k] : k]];
        if (chunk.first == 0) {
            touched.push_back(&chunk);
        }
        row_next[k] = chunk.first;
        chunk.first = uint32_t(k) + 1;
    }
    for (auto chunk : touched) {
        tarn_rows wanted{};
        wanted.source = source_rows;
        wanted.target = target_rows;
        for (auto k = chunk->first; k; k = row_next[k - 1]) {
            source_rows[wanted.count] = row_offset[rows ? rows[k - 1] : k - 1];
            target_rows[wanted.count++] = targets ? targets[k - 1] : uint32_t(at) + k - 1;
        }
        chunk->first = 0;
        tarn_error error{};
        Check(host.fill(global.Column(source).filler, &Array(*chunk, source), &wanted,
                        reinterpret_cast<duckdb_vector>(&vector), &error),
              error);
    }
}

void ScanLocal::FillIds(const uint32_t *rows, const uint32_t *targets, idx_t rows_count, idx_t at, Vector &vector) {
    auto to = reinterpret_cast<int64_t *>(vector.GetData());
    for (idx_t k = 0; k < rows_count; k++) {
        const auto row = rows ? rows[k] : k;
        to[targets ? targets[k] : at + k] =
            window.chunk ? window.chunk->about.first_row + window.from + int64_t(row) : window.numbers[row];
    }
}

// One value that all rows of the window have, as the zones know.
bool ScanLocal::FillConstant(idx_t source, Vector &vector) {
    auto zones = window.chunk->zones[source];
    if (!zones || !global.table->plains[global.sources[source]].width) {
        return false;
    }
    auto &part = zones->parts[window.from / TARN_ZONE_ROWS];
    int64_t least, greatest;
    if (part.nulls > 0 || !(part.flags & TARN_ZONE_HAS_BOUNDS) || !IntegerBound(zones->kind, part.least, least) ||
        !IntegerBound(zones->kind, part.greatest, greatest) || least != greatest) {
        return false;
    }
    const auto size = GetTypeIdSize(vector.GetType().InternalType());
    if (size > sizeof least) {
        return false;
    }
    memcpy(vector.GetData(), &least, size); // the lowest bytes first, as the processors have it
    vector.SetVectorType(VectorType::CONSTANT_VECTOR);
    return true;
}

static void FillWithNull(Vector &vector) {
    vector.SetVectorType(VectorType::CONSTANT_VECTOR);
    ConstantVector::SetNull(vector, true);
}

// ---- whole windows and parts of them --------------------------------------------------------------------------------

// All rows of a stretch: where it can be, the vector points into the array.
void ScanLocal::HandOutAll(DataChunk &output) {
    for (idx_t i = 0; i < global.outputs.size(); i++) {
        auto &what = global.outputs[i];
        auto &vector = output.data[i];
        switch (what.kind) {
        case OutputKind::ID:
            vector.Sequence(window.chunk->about.first_row + window.from, 1, count);
            break;
        case OutputKind::PLACE:
            vector.Sequence(window.place, 1, count);
            break;
        case OutputKind::NOTHING:
            FillWithNull(vector);
            break;
        case OutputKind::VALUE: {
            if (FillConstant(what.source, vector)) {
                break;
            }
            auto &plain = global.table->plains[global.sources[what.source]];
            if (!plain.is_same) {
                Fill(what.source, nullptr, nullptr, count, 0, vector);
                break;
            }
            auto &array = Array(*window.chunk, what.source);
            tarn_rows wanted{};
            wanted.start = window.from;
            wanted.count = count;
            host.fill_nulls(global.Column(what.source).filler, &array, &wanted,
                            reinterpret_cast<duckdb_vector>(&vector));
            auto values =
                static_cast<const char *>(array.buffers[1]) + size_t(array.offset + window.from) * plain.width;
            FlatVector::SetData(vector, data_ptr_cast(const_cast<char *>(values))); // DuckDB only reads them
            break;
        }
        }
    }
}

// The next `take` selected rows, behind `at` that are there already.
void ScanLocal::HandOutSome(idx_t take, idx_t at, DataChunk &output) {
    uint32_t counted[VECTOR_ROWS];
    auto rows = selected + position;
    if (all) {
        for (idx_t k = 0; k < take; k++) {
            counted[k] = uint32_t(position + k);
        }
        rows = counted;
    }
    for (idx_t i = 0; i < global.outputs.size(); i++) {
        auto &what = global.outputs[i];
        auto &vector = output.data[i];
        switch (what.kind) {
        case OutputKind::ID:
            FillIds(rows, nullptr, take, at, vector);
            break;
        case OutputKind::PLACE:
            for (idx_t k = 0; k < take; k++) {
                reinterpret_cast<int64_t *>(vector.GetData())[at + k] = window.place + int64_t(rows[k]);
            }
            break;
        case OutputKind::NOTHING:
            FillWithNull(vector);
            break;
        case OutputKind::VALUE:
            Fill(what.source, rows, nullptr, take, at, vector);
            break;
        }
    }
}

// ---- finding out whether DuckDB looks at values longer than it may --------------------------------------------------

// Values are handed out as copies, which are overwritten and freed at the next call of the same thread.
static constexpr char SCRIBBLE = '#';

void ScanLocal::ScribbleOver() {
    for (auto &copy : scribbled) {
        std::fill(copy.begin(), copy.end(), SCRIBBLE);
    }
    scribbled.clear();
}

void ScanLocal::Scribble(DataChunk &output, idx_t rows) {
    auto copy_of = [&](const void *bytes, size_t size) {
        scribbled.emplace_back(static_cast<const char *>(bytes), static_cast<const char *>(bytes) + size);
        return scribbled.back().data();
    };
    for (idx_t i = 0; i < global.outputs.size(); i++) {
        auto &vector = output.data[i];
        if (global.outputs[i].kind != OutputKind::VALUE || vector.GetVectorType() != VectorType::FLAT_VECTOR) {
            continue;
        }
        if (vector.GetType().InternalType() == PhysicalType::VARCHAR) {
            auto texts = reinterpret_cast<string_t *>(vector.GetData());
            for (idx_t k = 0; k < rows; k++) {
                if (FlatVector::Validity(vector).RowIsValid(k) && !texts[k].IsInlined()) {
                    texts[k] = string_t(copy_of(texts[k].GetData(), texts[k].GetSize()), uint32_t(texts[k].GetSize()));
                }
            }
        } else if (global.table->plains[global.sources[global.outputs[i].source]].is_same) {
            const auto size = rows * GetTypeIdSize(vector.GetType().InternalType());
            FlatVector::SetData(vector, data_ptr_cast(copy_of(vector.GetData(), size)));
        }
    }
}

} // namespace tarn
