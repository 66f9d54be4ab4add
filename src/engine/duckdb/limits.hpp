// Limits on what one call of a function may do with a value.
#ifndef TARN_ENGINE_DUCKDB_LIMITS_HPP
#define TARN_ENGINE_DUCKDB_LIMITS_HPP

namespace duckdb {
class DatabaseInstance;
class LogicalOperator;
} // namespace duckdb

namespace tarn {

// The deepest JSON that functions are given which call themselves for every level: the stack of DuckDB's threads ends
// some ten thousand levels down, and the process with it.
constexpr int JSON_LEVELS = 1000;

// Put the limits around the functions of a database that was just opened. Functions that go down a JSON value refuse
// one that is deeper than JSON_LEVELS; those that make a value of a size which their arguments say refuse one that
// does not fit into the memory limit, for they could not be interrupted once they have begun. All are ended, where they
// have not begun or allocate something large, once their query is interrupted.
void LimitFunctions(duckdb::DatabaseInstance &database);

// Throws when a plan casts to VARIANT, which goes down a value by itself and is no type that Tarn keeps.
void CheckCasts(duckdb::LogicalOperator &plan);

} // namespace tarn

#endif
