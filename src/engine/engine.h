/**
 * @file engine.h
 * DuckDB over the versioned store: SQL that people type, expressions over the rows of a table, and the reading and
 * writing of files. DuckDB computes and keeps nothing.
 *
 * DuckDB is loaded on the first use of a function that needs it, not by tarn_engine_new. It is looked for in the file
 * or folder that the environment variable TARN_DUCKDB names, beside the program or library that this code is part of,
 * in
 * ../lib/tarn from there, and where the build found it. Only version TARN_DUCKDB_VERSION is accepted.
 *
 * There are three instances, each opened when first needed. What people type runs on confined ones only, without files,
 * network or settings, and reading only: queries on the *user instance*, with all its threads; expressions, and large
 * queries that go row by row, on the *rows instance*, where each connection works on the thread that calls. The *work
 * instance* reads and writes files for import and export, by statements that Tarn wrote; text that a person typed never
 * reaches it.
 *
 * Threads: every function may be called from any thread at any time, except that a stream or a tarn_eval is closed
 * once, when nobody uses it any more. Streams are pulled by one thread at a time.
 *
 * Cancelling: whoever waits is answered within a few milliseconds. A single long call inside DuckDB may go on for a
 * while on its own thread; its connection is thrown away when it returns, and only tarn_engine_free waits for it.
 */
#ifndef TARN_ENGINE_ENGINE_H
#define TARN_ENGINE_ENGINE_H

#include "arrow/array.h"
#include "base/error.h"
#include "engine/sql_value.h"
#include "jobs/jobs.h"
#include "store/store.h"

#define TARN_DUCKDB_VERSION "v1.4.4"

/** Longest text that is taken as SQL, in bytes. */
#define TARN_SQL_BYTES (INT64_C(4) << 20)

typedef struct tarn_engine tarn_engine;

typedef struct tarn_engine_options {
    unsigned threads;           /**< 0: one per processor that this process may use */
    uint64_t memory_limit;      /**< bytes for DuckDB; 0: 80 % of what this process may have. All that queries hold is
                                     part of it, and a tenth, or 16 MiB, is borne beyond it: see engine/watch.h. The
                                     engines of a process share the sum of their limits */
    const char *temp_directory; /**< where to spill: a folder that is this process's alone; made when first needed and
                                     emptied by DuckDB; its parent must exist. NULL: no spilling */
    /** Instead of temp_directory: asked when DuckDB is first needed, and each time that is opened anew; `*out` is a
     * folder that is this process's alone, and stays the caller's. When it fails there is no spilling. NULL: not asked.
     */
    tarn_status (*spill_folder)(void *context, const char **out, tarn_error *error);
    void *spill_context;
    const char *library;                          /**< DuckDB's library; NULL: search as described above */
    const struct tarn_relation *const *relations; /**< functions that queries may call beside the engine's own: see
                                                       relation.h. They outlive the engine; the list is copied */
    size_t relation_count;
    bool scribble;     /**< for tests: overwrite what a scan handed out as soon as it may, to see whether
                            DuckDB still looks at it */
    bool no_optimizer; /**< for tests: plans are run as they were bound */
    bool any_order;    /**< for tests: rows may come in any order where none is asked for */
} tarn_engine_options;

/** `options` may be NULL. Touches neither DuckDB nor any file. */
tarn_status tarn_engine_new(const tarn_engine_options *options, tarn_engine **out, tarn_error *error);

/** Streams and evals must have been closed. Waits for calls that were cancelled and still run. NULL is allowed. */
void tarn_engine_free(tarn_engine *engine);

/** True while a cancelled call still runs: tarn_engine_free would wait. A program that is about to end may skip it. */
bool tarn_engine_is_busy(const tarn_engine *engine);

/* ---- SQL that people type ---- */

/** A name that a query may use for a version, beside (and before) the tables of the store. */
typedef struct tarn_query_table {
    const char *name;
    tarn_version *version; /**< retained by the query */
} tarn_query_table;

typedef struct tarn_query_options {
    const tarn_query_table *tables;
    size_t table_count;
    tarn_task *task; /**< may be NULL. Progress: "querying", rows scanned of rows to scan */
    /** For the parameters ?, $1, $2 … in their order; as if they were written there. Read until the call returns. */
    const tarn_sql_value *values;
    size_t value_count;
    const tarn_table_filter
        *filter;      /**< the tables of the store that there are; NULL: all. Read until the call returns */
    bool no_parallel; /**< never split a row-wise query over several connections (tests compare both ways) */
} tarn_query_options;

/**
 * Run one reading statement and give its rows as a stream of record batches (a struct schema, one child per column; see
 * types.h for the types). Nothing is materialised: batches are computed while they are pulled.
 *
 * Tables are those of `store` (NULL: none but options->tables): `orders`, `"orders@3"`, `"orders~1"`, each fixed when
 * the query begins, so that all mentions of a table see the same rows. tarn_rows('orders') has `_tarn_id` (BIGINT, the
 * row number) before the table's columns; tarn_tables() lists the tables; relations of rooms above are functions too.
 * SHOW TABLES, DESCRIBE t and SUMMARIZE t work. Queries without ORDER BY that neither join nor aggregate give rows in
 * the order in which people see the table. DuckDB makes a join of IN with five values or more, and does not promise
 * an order then.
 *
 * `sql` may have comments and trailing semicolons; it need not be NUL-terminated (`size` bytes; SIZE_MAX: strlen).
 * `values` stand for parameters: one for each, no more.
 * TARN_E_SQL: does not parse, bind or run. TARN_E_FORBIDDEN: a statement or function that is not allowed here; the
 * message names the command to use instead. TARN_E_NOT_FOUND: no such table or version. TARN_E_INVALID: empty, several
 * statements, a NUL byte, too long, parameters and values that do not belong together. TARN_E_UNSUPPORTED: a result
 * column's type cannot be kept; names the column. TARN_E_CANCELLED, TARN_E_MEMORY, TARN_E_CORRUPT … may also come from
 * pulling: use tarn_stream_next.
 *
 * The stream (`out`) must be released before `store` and `engine` are closed. `options` may be NULL.
 */
tarn_status tarn_engine_query(tarn_engine *engine, tarn_store *store, const char *sql, size_t size,
                              const tarn_query_options *options, struct ArrowArrayStream *out, tarn_error *error);

/** Only the schema of what the statement would give; runs nothing. */
tarn_status tarn_engine_describe(tarn_engine *engine, tarn_store *store, const char *sql, size_t size,
                                 const tarn_query_options *options, struct ArrowSchema *out, tarn_error *error);

/**
 * Schema and next batch of any Arrow stream with Tarn's errors (a C stream itself has only errno and text). Streams of
 * this module keep the status that was found. At the end: out->release == NULL.
 */
tarn_status tarn_stream_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out, tarn_error *error);
tarn_status tarn_stream_next(struct ArrowArrayStream *stream, struct ArrowArray *out, tarn_error *error);
void tarn_stream_release(struct ArrowArrayStream *stream); /**< NULL and released ones are allowed */

/* ---- expressions over the rows of a table ---- */

/**
 * SQL expressions evaluated row by row, chunk by chunk. An expression may use the columns of the version and
 * `_tarn_id`; it is refused (TARN_E_INVALID, naming the expression) when it is not row-wise: aggregates, windows,
 * subqueries, UNNEST,
 * `*`, several columns, several statements, parameters.
 */
typedef struct tarn_eval tarn_eval;

typedef struct tarn_eval_options {
    tarn_task *task;          /**< may be NULL; cancelling interrupts tarn_eval_chunk */
    const char *const *names; /**< of the result columns, also used in messages; NULL: the expressions themselves */
} tarn_eval_options;

tarn_status tarn_eval_open(tarn_engine *engine, tarn_version *version, const char *const *expressions, size_t count,
                           const tarn_eval_options *options, tarn_eval **out, tarn_error *error);
void tarn_eval_close(tarn_eval *eval); /**< NULL is allowed */

/** A struct schema: one child per expression. Owned by `eval`. */
const struct ArrowSchema *tarn_eval_schema(const tarn_eval *eval);

/**
 * One struct array with a value per row of the chunk, dead rows null (they are never evaluated). Thread-safe: call it
 * from tarn_parallel_for. When a value cannot be computed: TARN_E_SQL naming the first such row, the column and what it
 * holds.
 */
tarn_status tarn_eval_chunk(tarn_eval *eval, size_t chunk, struct ArrowArray *out, tarn_error *error);

/** The same for rows `from` … `to` - 1 of the chunk only: `to` - `from` values. */
tarn_status tarn_eval_stretch(tarn_eval *eval, size_t chunk, int64_t from, int64_t to, struct ArrowArray *out,
                              tarn_error *error);

/** The bits of a chunk's rows for which a boolean expression (number `expression`) is true, and how many they are. Dead
 * rows are 0. `bits` has room for (rows + 7) / 8 bytes. */
tarn_status tarn_eval_filter(tarn_eval *eval, size_t expression, size_t chunk, uint8_t *bits, int64_t *count,
                             tarn_error *error);

/* ---- the work instance: files ---- */

/**
 * Run a statement that Tarn wrote (never a person's text) with access to files and give its rows, in the order in which
 * DuckDB keeps them (read_csv, read_json and read_parquet keep the file's, in parallel). Table functions take no
 * parameters in DuckDB: put file names into the text with tarn_sql_literal. Reports no progress: who pulls
 * the rows counts them.
 */
tarn_status tarn_engine_work_query(tarn_engine *engine, const char *sql, const tarn_sql_value *parameters,
                                   size_t parameter_count, tarn_task *task, struct ArrowArrayStream *out,
                                   tarn_error *error);

/** What to write: exactly one of the two. */
typedef struct tarn_copy_source {
    tarn_version *version;           /**< its live rows in its order, all columns */
    struct ArrowArrayStream *stream; /**< pulled to its end; not released */
} tarn_copy_source;

/**
 * Write rows to a file with DuckDB's COPY, in order and in parallel. `options` is the text between the parentheses
 * ("FORMAT parquet, COMPRESSION zstd"), written by Tarn. The file is not made durable. A failure may leave a partial
 * file: the caller removes it. Progress: "writing", rows. `*rows` (may be NULL): how many were written.
 */
tarn_status tarn_engine_copy(tarn_engine *engine, const tarn_copy_source *source, const char *path, const char *options,
                             tarn_task *task, int64_t *rows, tarn_error *error);

/** A version's live rows in its order as a stream of record batches (columns: indexes, NULL: all), zero-copy where a
 * chunk is whole. Does not need DuckDB. */
tarn_status tarn_version_stream(tarn_version *version, const size_t *columns, size_t column_count, tarn_task *task,
                                struct ArrowArrayStream *out, tarn_error *error);

/* ---- writing SQL ---- */

/** `text` as an SQL string literal ('it''s') or identifier ("a ""b"""), appended to `out`. */
tarn_status tarn_sql_literal(tarn_buffer *out, const char *text, tarn_error *error);
tarn_status tarn_sql_identifier(tarn_buffer *out, const char *text, tarn_error *error);

#endif
