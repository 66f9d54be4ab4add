// One thread's way through the rows of a scan: morsels, spans, windows of at most 2,048 rows.
#include "engine/duckdb/scan.hpp"
#include "engine/duckdb/scan_filter.hpp"

#include "duckdb/main/client_context.hpp"

#include <algorithm>

using namespace duckdb; // NOLINT(google-build-using-namespace)

namespace tarn {

// Fewer rows than this are put together with those of the next windows.
static constexpr idx_t FEW_ROWS = VECTOR_ROWS / 4;

ScanLocal::ScanLocal(ClientContext &context, ScanGlobal &global)
    : context(context), global(global), host(global.table->host) {
    filters.resize(global.filters.size());
    for (idx_t i = 0; i < filters.size(); i++) {
        order.push_back(i);
        for (auto test : global.filters[i]->tests) {
            filters[i].states.push_back(TableFilterState::Initialize(context, *test));
        }
    }
    RankFilters();
}

ScanLocal::~ScanLocal() {
    host.handover();
    for (auto &chunk : by_number) {
        if (chunk) {
            Close(*chunk);
        }
    }
    ScribbleOver();
    host.handover();
}

// ---- chunks ---------------------------------------------------------------------------------------------------------

OpenChunk &ScanLocal::Open(size_t number) {
    if (by_number.size() <= number) {
        by_number.resize(number + 1);
    }
    auto &chunk = by_number[number];
    if (!chunk) {
        chunk = std::make_unique<OpenChunk>();
        chunk->number = number;
        chunk->about = host.chunk(global.work.bound->version, number);
        chunk->batches.resize(global.sources.size());
        chunk->arrays.resize(global.sources.size());
        chunk->zones.resize(global.sources.size());
        for (idx_t i = 0; i < global.sources.size(); i++) {
            tarn_error error{};
            (void)host.zones(global.work.bound->version, global.sources[i], number, TARN_ZONE_KNOWN, &chunk->zones[i],
                             &error);
        }
        open.push_back(number);
    }
    return *chunk;
}

const ArrowArray &ScanLocal::Array(OpenChunk &chunk, idx_t source) {
    if (!chunk.arrays[source]) {
        tarn_error error{};
        Check(host.read(&global.work, global.sources[source], chunk.number, &chunk.batches[source], &error), error);
        chunk.arrays[source] = host.array(chunk.batches[source]);
    }
    return *chunk.arrays[source];
}

void ScanLocal::Close(OpenChunk &chunk) {
    for (auto batch : chunk.batches) {
        host.release(batch);
    }
    for (auto zones : chunk.zones) {
        host.release_zones(zones);
    }
}

// What the last vectors pointed to may go now, except the chunk that comes next. A list of rows jumps between chunks,
// so that all of them stay until it is through.
void ScanLocal::CloseStale() {
    size_t keep = SIZE_MAX;
    if (morsel && span < morsel->unit->span_count) {
        auto &present = global.work.bound->spans[morsel->unit->first_span + span];
        if (present.row_numbers) {
            return;
        }
        keep = present.chunk;
    }
    size_t kept = 0;
    for (auto number : open) {
        if (number == keep) {
            open[kept++] = number;
            continue;
        }
        Close(*by_number[number]);
        by_number[number].reset();
    }
    open.resize(kept);
}

// ---- windows --------------------------------------------------------------------------------------------------------

// The span to read from; null at the end of the scan. A morsel is begun only when `fresh`, so that vectors end with it.
const tarn_span *ScanLocal::Span(bool fresh) {
    for (;;) {
        if (morsel && span < morsel->unit->span_count) {
            auto &present = global.work.bound->spans[morsel->unit->first_span + span];
            const auto rows = present.to - present.from;
            if (offset < rows) {
                return &present;
            }
            host.advance(global.work.session, rows);
            span++;
            offset = 0;
            place += rows;
            continue;
        }
        if (!fresh || global.next.load(std::memory_order_relaxed) >= global.morsels.size()) {
            return nullptr;
        }
        const auto next = global.next.fetch_add(1, std::memory_order_relaxed);
        if (next >= global.morsels.size()) {
            return nullptr;
        }
        morsel = &global.morsels[next];
        batch = next;
        span = 0;
        offset = 0;
        place = morsel->place;
    }
}

void ScanLocal::TakeStretch(const tarn_span &present) {
    window.chunk = &Open(present.chunk);
    if (offset == 0 && !filters.empty() && CanSkipChunk(*window.chunk)) {
        offset = present.to - present.from;
        return;
    }
    const auto from = present.from + offset;
    const auto to = std::min<int64_t>(present.to, from / int64_t(VECTOR_ROWS) * int64_t(VECTOR_ROWS) + VECTOR_ROWS);
    window.from = from;
    window.rows = idx_t(to - from);
    window.numbers = nullptr;
    offset += to - from;
    count = window.rows;
    all = true;
    if (!filters.empty() && CanSkipWindow()) {
        count = 0;
        return;
    }
    const uint8_t *bits = nullptr;
    tarn_error error{};
    Check(host.live(global.work.bound->version, present.chunk, &bits, &error), error);
    if (!bits) {
        return;
    }
    count = 0;
    for (int64_t row = from; row < to; row++) {
        selected[count] = uint32_t(row - from);
        count += bits[row >> 3] >> (row & 7) & 1;
    }
    all = count == window.rows;
}

void ScanLocal::TakeList(const tarn_span &present) {
    window.chunk = nullptr;
    window.numbers = present.row_numbers + offset;
    window.rows = idx_t(std::min<int64_t>(present.to - offset, VECTOR_ROWS));
    offset += int64_t(window.rows);
    count = window.rows;
    all = true;
    if (!filters.empty() && CanSkipWindow()) {
        count = 0;
        return;
    }
    OpenChunk *chunk = nullptr;
    for (idx_t i = 0; i < window.rows; i++) {
        const auto row = window.numbers[i];
        if (!chunk || row < chunk->about.first_row || row >= chunk->about.first_row + chunk->about.rows) {
            size_t number;
            int64_t place_in_chunk;
            tarn_error error{};
            Check(host.find_row(global.work.bound->version, row, &number, &place_in_chunk, nullptr, &error), error);
            chunk = &Open(number);
        }
        row_offset[i] = uint32_t(row - chunk->about.first_row);
        row_chunk[i] = uint32_t(chunk->number);
    }
}

// The next window of which rows passed. False at the end, or when only a fresh vector may go on.
bool ScanLocal::NextWindow(bool fresh) {
    for (idx_t skipped = 0;; skipped++) {
        position = count = 0;
        if (skipped % 64 == 63) {
            tarn_error error{};
            Check(host.check(global.work.session, &error), error);
            if (context.interrupted) {
                throw InterruptException();
            }
        }
        auto present = Span(fresh);
        if (!present) {
            return false;
        }
        window.place = place + offset;
        if (present->row_numbers) {
            TakeList(*present);
        } else {
            TakeStretch(*present);
        }
        if (count && !filters.empty()) {
            Filter();
        }
        if (count) {
            return true;
        }
    }
}

void ScanLocal::Read(DataChunk &output) {
    tarn_error error{};
    host.handover();
    Check(host.check(global.work.session, &error), error);
    CloseStale();
    ScribbleOver();
    idx_t filled = 0;
    while (filled < VECTOR_ROWS && (position < count || NextWindow(filled == 0))) {
        const auto left = count - position;
        if (filled == 0 && all && position == 0 && window.chunk) {
            HandOutAll(output);
            filled = left;
            position = count;
            break;
        }
        if (filled > 0 && (left > VECTOR_ROWS - filled || left > FEW_ROWS)) {
            break;
        }
        const auto take = std::min(left, VECTOR_ROWS - filled);
        HandOutSome(take, filled, output);
        filled += take;
        position += take;
    }
    if (global.work.scribble) {
        Scribble(output, filled);
    }
    output.SetCardinality(filled);
    host.handover();
}

} // namespace tarn
