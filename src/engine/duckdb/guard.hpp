// No exception leaves the shim: every function that C calls runs its work in here.
#ifndef TARN_ENGINE_DUCKDB_GUARD_HPP
#define TARN_ENGINE_DUCKDB_GUARD_HPP

#include <type_traits>

namespace tarn {

// Keep what is being thrown (inside a catch block) for whoever asks on this thread.
void KeepThrown() noexcept;

// What was kept, once; nullptr when there is nothing.
const char *TakeThrown() noexcept;

// Run `work`; what it throws is kept and makes `failed` of it. What was kept before is forgotten.
template <class Work, class Result> Result Guard(Work &&work, Result failed) noexcept {
    TakeThrown();
    try {
        return work();
    } catch (...) {
        KeepThrown();
        return failed;
    }
}

} // namespace tarn

#endif
