/**
 * @file confine.h
 * A DuckDB that cannot reach anything: what stands behind the judging of statements, should that ever let something
 * through. Internal to the engine.
 */
#ifndef TARN_ENGINE_DUCKDB_CONFINE_H
#define TARN_ENGINE_DUCKDB_CONFINE_H

#include "engine/duckdb_api.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tarn_memory_state {
    TARN_MEMORY_ENOUGH,
    TARN_MEMORY_HALF, /**< what doubles its room when it is full must end now */
    TARN_MEMORY_NONE  /**< all must */
} tarn_memory_state;

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

    /** Bytes that a limit is taken to be where nobody says one: 80 % of what this process may have. 0: not known. */
    uint64_t (*usual_memory)(void);

    /** Raise, or with a negative number lower, the bytes that DuckDB may hold in this process, and a tenth more: blocks
     *  of the instances that `open` opened, and the vectors, texts and lists of all. None are counted before the first
     *  `open`, and as long as the sum is 0 there is no bound. */
    void (*change_budget)(int64_t bytes);

    /** What the process got beside its files since the first of those that run now began, held against the budget.
     *  begin_query: false when the system does not tell; then end_query is not to be called. */
    bool (*begin_query)(void);
    void (*end_query)(void);
    tarn_memory_state (*memory_state)(void);
} tarn_shim_confine;

#ifdef __cplusplus
}
#endif

#endif
