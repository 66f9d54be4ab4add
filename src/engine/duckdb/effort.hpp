// Functions whose work grows with the product of their arguments: bounded, and ended between rows.
#ifndef TARN_ENGINE_DUCKDB_EFFORT_HPP
#define TARN_ENGINE_DUCKDB_EFFORT_HPP

#include "engine/duckdb/arguments.hpp"

#include "duckdb/function/scalar_function.hpp"

namespace tarn {

// About how many steps a row takes at worst, of about a nanosecond each.
using Effort = double (*)(const Arguments &arguments, duckdb::idx_t row);

// nullptr: those of a function of this name grow with the size of its arguments.
Effort EffortOf(const duckdb::string &name);

// Calls a function, in pieces where its rows take long together, between which an interrupted query ends. Throws when
// one row takes so long that people would think the program hangs: nothing can end a row that has begun.
void CallWithEffort(const duckdb::string &name, Effort effort, const duckdb::scalar_function_t &function,
                    duckdb::DataChunk &chunk, duckdb::ExpressionState &state, duckdb::Vector &result);

} // namespace tarn

#endif
