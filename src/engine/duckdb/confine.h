/**
 * @file confine.h
 * A DuckDB that cannot reach anything: what stands behind the judging of statements, should that ever let something
 * through. Internal to the engine.
 */
#ifndef TARN_ENGINE_DUCKDB_CONFINE_H
#define TARN_ENGINE_DUCKDB_CONFINE_H

#include "engine/duckdb_api.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tarn_shim_confine {
    /**
     * Open a database in memory whose file system refuses everything but the files that DuckDB spills into, directly in
     * the folder `spill` (NULL or "": none), which it makes when first needed; they are readable by their owner only. A
     * name that is no table's is not looked for among files. Plans that read from a table function that
     * `allows_function` refuses are given up before they run, whatever view or macro it came from. DuckDBError: see
     * `thrown`.
     */
    duckdb_state (*open)(const char *spill, bool (*allows_function)(const char *name), duckdb_database *out);

    /** What belongs to a connection: how deep expressions may be, and the folder (copied; NULL: as it is) that "~" and
     *  DuckDB's own files would be looked for in. Needs no statement, of which there would be some for each connection.
     */
    void (*limit)(duckdb_connection connection, unsigned depth, const char *home);

    /** Whether plans of a connection are optimized. */
    void (*set_optimizer)(duckdb_connection connection, bool on);
} tarn_shim_confine;

#ifdef __cplusplus
}
#endif

#endif
