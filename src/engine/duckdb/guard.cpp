// The guard around DuckDB's C API: what a function throws ends here and is kept as text.
#include "engine/duckdb/guard.hpp"
#include "engine/duckdb/tables.hpp"

#include "duckdb/common/error_data.hpp"

#include <cstdio>
#include <exception>

namespace tarn {

namespace {

// One per thread: the caller asks on the thread that it called from, as with errno.
struct Thrown {
    bool is_new = false;
    char text[4096] = "";
};
thread_local Thrown last;

void Keep(const char *text) noexcept {
    std::snprintf(last.text, sizeof last.text, "%s", text);
    last.is_new = true;
}

template <class Result> Result Failed() noexcept {
    if constexpr (std::is_same_v<Result, duckdb_state>) {
        return DuckDBError;
    } else if constexpr (!std::is_void_v<Result>) {
        return Result{};
    }
}

template <auto function> struct Guarded;

template <class Result, class... Arguments, Result (*function)(Arguments...)> struct Guarded<function> {
    static Result Call(Arguments... arguments) noexcept {
        try {
            return function(arguments...);
        } catch (...) {
            KeepThrown();
            return Failed<Result>();
        }
    }
};

} // namespace

// DuckDB's exceptions carry their text as JSON, which ErrorData reads.
void KeepThrown() noexcept {
    try {
        throw;
    } catch (std::exception &error) {
        try {
            Keep(duckdb::ErrorData(error).Message().c_str());
        } catch (...) {
            Keep(error.what());
        }
    } catch (...) {
        Keep("DuckDB threw something that is no error");
    }
}

const char *TakeThrown() noexcept {
    if (!last.is_new) {
        return nullptr;
    }
    last.is_new = false;
    return last.text;
}

const tarn_duckdb *GuardedFunctions() noexcept {
    static const tarn_duckdb functions = {nullptr, nullptr,
#define TARN_GUARDED(name) Guarded<&duckdb_##name>::Call,
                                          TARN_DUCKDB_FUNCTIONS(TARN_GUARDED)
#undef TARN_GUARDED
    };
    return &functions;
}

} // namespace tarn
