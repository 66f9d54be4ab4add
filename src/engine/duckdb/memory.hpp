// What DuckDB holds, counted, and bounded.
#ifndef TARN_ENGINE_DUCKDB_MEMORY_HPP
#define TARN_ENGINE_DUCKDB_MEMORY_HPP

#include "engine/duckdb/confine.h"

#include "duckdb/common/allocator.hpp"

namespace duckdb {
class ClientContext;
} // namespace duckdb

namespace tarn {

// DuckDB's memory limit is about the blocks that it can write to disk. What one call of a function makes (texts, lists)
// is outside of it: vectors have it from the default allocator, which all instances of a process share. So that one is
// counted from here on, together with those that CountingAllocator gives. Does its work once.
void CountMemory();

// For the blocks of an instance.
duckdb::unique_ptr<duckdb::Allocator> CountingAllocator();

// See confine.h.
uint64_t UsualMemory() noexcept;

// Raise (or lower, where it is negative) the bytes that all instances together may hold. A tenth more is borne; beyond
// that an allocation of some size throws OutOfMemoryException.
void ChangeBudget(int64_t bytes) noexcept;

// Bytes that may still be had.
double AvailableMemory() noexcept;

// See confine.h.
bool BeginQuery() noexcept;
void EndQuery() noexcept;
tarn_memory_state StateOfMemory() noexcept;

// While it lives, allocations on this thread throw InterruptException once the context's query is interrupted: the one
// moment in which a function that makes a large value can be ended.
class Interruptible {
  public:
    explicit Interruptible(duckdb::ClientContext &context);
    ~Interruptible();
    Interruptible(const Interruptible &) = delete;
    Interruptible &operator=(const Interruptible &) = delete;

  private:
    duckdb::ClientContext *before;
};

} // namespace tarn

#endif
