// What DuckDB holds: its allocators with a count, a bound, and an end for queries that were cancelled.
#include "engine/duckdb/memory.hpp"
#include "engine/duckdb/guard.hpp"

#include "duckdb/common/exception.hpp"
#include "duckdb/common/local_file_system.hpp"
#include "duckdb/common/string_util.hpp"
#include "duckdb/main/client_context.hpp"
#include "duckdb/main/config.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <unistd.h>

using namespace duckdb; // NOLINT(google-build-using-namespace)

namespace tarn {

namespace {

// Smaller allocations are never refused: they come from places that expect no exception, and add up to little before
// the next large one.
constexpr idx_t REFUSABLE = 16384;

// For vectors, of which every query needs some, however low the limit.
constexpr int64_t SLACK = 16 << 20;

std::atomic<int64_t> used{0};
std::atomic<int64_t> budget{0}; // 0: none
thread_local ClientContext *current = nullptr;

int64_t Bound() noexcept {
    const int64_t most = budget.load(std::memory_order_relaxed);
    return most > 0 ? most + SLACK : NumericLimits<int64_t>::Maximum();
}

// Throws when `size` more bytes are not to be had.
void Check(idx_t size) {
    if (size < REFUSABLE) {
        return;
    }
    if (current && current->interrupted) {
        throw InterruptException();
    }
    if (static_cast<double>(size) > AvailableMemory()) {
        throw OutOfMemoryException("%s more, for a text, a list or a vector of rows, do not fit into the memory limit",
                                   StringUtil::BytesToHumanReadableString(size));
    }
}

void Count(int64_t bytes) noexcept {
    used.fetch_add(bytes, std::memory_order_relaxed);
}

data_ptr_t Allocate(PrivateAllocatorData *data, idx_t size) {
    Check(size);
    auto made = Allocator::DefaultAllocate(data, size);
    if (made) {
        Count(static_cast<int64_t>(size));
    }
    return made;
}

void Free(PrivateAllocatorData *data, data_ptr_t pointer, idx_t size) {
    Allocator::DefaultFree(data, pointer, size);
    Count(-static_cast<int64_t>(size));
}

data_ptr_t Reallocate(PrivateAllocatorData *data, data_ptr_t pointer, idx_t old_size, idx_t size) {
    if (size > old_size) {
        Check(size); // both are there while it is copied
    }
    auto made = Allocator::DefaultReallocate(data, pointer, old_size, size);
    if (made) {
        Count(static_cast<int64_t>(size) - static_cast<int64_t>(old_size));
    }
    return made;
}

} // namespace

// What was allocated before lives on with the allocator that it is from.
void CountMemory() {
    static std::once_flag once;
    std::call_once(once, [] {
        static auto &before = *new shared_ptr<Allocator>(Allocator::DefaultAllocatorReference());
        (void)before;
        Allocator::DefaultAllocatorReference() = shared_ptr<Allocator>(CountingAllocator());
    });
}

unique_ptr<Allocator> CountingAllocator() {
    return make_uniq<Allocator>(Allocate, Free, Reallocate, make_uniq<PrivateAllocatorData>());
}

uint64_t UsualMemory() noexcept {
    return Guard(
        [] {
            LocalFileSystem files;
            const idx_t available = DBConfig::GetSystemAvailableMemory(files);
            return available == DConstants::INVALID_INDEX ? 0 : available / 10 * 8;
        },
        idx_t(0));
}

void ChangeBudget(int64_t bytes) noexcept {
    budget.fetch_add(bytes);
}

double AvailableMemory() noexcept {
    return static_cast<double>(Bound()) -
           static_cast<double>(std::max<int64_t>(0, used.load(std::memory_order_relaxed)));
}

// ---- what the system counts -----------------------------------------------------------------------------------------

namespace {

std::mutex running_mutex;
size_t running = 0;                // with the mutex
std::atomic<int64_t> elsewhere{0}; // bytes that were there before the first of them, beside what is counted here

// Bytes of this process that are no file's; -1 where the system does not tell.
int64_t ResidentMemory() noexcept {
    long resident = -1;
    long shared = 0;
#ifdef __linux__
    if (auto file = std::fopen("/proc/self/statm", "re")) {
        if (std::fscanf(file, "%*s %ld %ld", &resident, &shared) != 2) {
            resident = -1;
        }
        std::fclose(file);
    }
    return resident < 0 ? -1 : static_cast<int64_t>(resident - shared) * sysconf(_SC_PAGESIZE);
#else
    (void)shared;
    return resident;
#endif
}

} // namespace

namespace {

int64_t Elsewhere() noexcept {
    return std::max<int64_t>(0, ResidentMemory() - used.load());
}

// With the mutex: what an earlier query has left in the allocators would be taken for somebody else's.
void MeasureElsewhere() noexcept {
    constexpr int64_t growth = 32 << 20;
    static int64_t known = 0;
    int64_t now = Elsewhere();
    if (now > known + growth) {
        Allocator::FlushAll();
        now = Elsewhere();
    }
    known = now;
    elsewhere = now;
}

} // namespace

bool BeginQuery() noexcept {
    std::lock_guard<std::mutex> lock(running_mutex);
    if (running == 0) {
        if (ResidentMemory() < 0) {
            return false;
        }
        MeasureElsewhere();
    }
    running++;
    return true;
}

void EndQuery() noexcept {
    std::lock_guard<std::mutex> lock(running_mutex);
    running--;
}

// What an allocator has not given back yet is no reason to end anything.
tarn_memory_state StateOfMemory() noexcept {
    const int64_t most = budget.load(std::memory_order_relaxed);
    if (most <= 0) {
        return TARN_MEMORY_ENOUGH;
    }
    const int64_t bound = most + std::max(most / 10, SLACK);
    int64_t held = ResidentMemory() - elsewhere;
    if (held > bound) {
        Allocator::FlushAll();
        held = ResidentMemory() - elsewhere;
    }
    return held > bound ? TARN_MEMORY_NONE : held > bound / 2 ? TARN_MEMORY_HALF : TARN_MEMORY_ENOUGH;
}

// ---- what can be ended ----------------------------------------------------------------------------------------------

Interruptible::Interruptible(ClientContext &context) : before(current) {
    current = &context;
    if (context.interrupted) {
        current = before;
        throw InterruptException();
    }
}

Interruptible::~Interruptible() {
    current = before;
}

} // namespace tarn
