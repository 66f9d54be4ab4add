/**
 * @file shim.h
 * What Tarn has from DuckDB's own C++ classes, as C functions. Internal to the engine.
 *
 * The files of this folder are the only C++ in Tarn, and the only ones that know DuckDB's classes. Natively they are a
 * library of their own, libtarn_duckdb.so, loaded after DuckDB when the engine is first needed: what needs no query
 * starts without either and without the C++ library. For WebAssembly they are linked in. DuckDB's classes change with
 * every version, so that the shim serves exactly the one that it was compiled for, and says so of any other.
 *
 * Each concern has its own header with a table of functions, which tarn_shim points to. No exception leaves a function
 * of the shim.
 */
#ifndef TARN_ENGINE_DUCKDB_SHIM_H
#define TARN_ENGINE_DUCKDB_SHIM_H

#include "engine/duckdb/confine.h"
#include "engine/duckdb/scan.h"
#include "engine/duckdb/statement.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Everything that the shim offers. Lasts as long as the process. */
struct tarn_shim {
    size_t size;                /**< of this struct, as the shim was compiled: another is of another Tarn */
    const char *duckdb_version; /**< of the headers that it was compiled with, "v1.4.4" */
    const char *duckdb_source;  /**< the commit that they are of, as DuckDB calls it; "" when that is not known */
    const char *loaded_source;  /**< the commit of the DuckDB that is loaded */

    /** DuckDB's C API, each function guarded: an exception that would leave one ends there. The function then fails
     *  (DuckDBError, NULL or 0), and `thrown` says why. */
    const tarn_duckdb *functions;

    /** What was thrown last on this thread, once: the next call gives NULL. Valid until something is thrown again. */
    const char *(*thrown)(void);

    const tarn_shim_statements *statements;
    const tarn_shim_confine *confine;
    const tarn_shim_scan *scan;
};

/** The one symbol that the library has. */
const tarn_shim *tarn_duckdb_shim(void);
#define TARN_SHIM_SYMBOL "tarn_duckdb_shim"

#ifdef __cplusplus
}
#endif

#endif
