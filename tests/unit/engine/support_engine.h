/**
 * @file support_engine.h
 * What the engine's tests share: a workspace in memory with an engine, tables made by queries, answers as text.
 */
#ifndef TARN_TESTS_ENGINE_SUPPORT_H
#define TARN_TESTS_ENGINE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support_status.h"

#include "engine/engine.h"
#include "fs/fs.h"
#include "store/store.h"

#include <string.h>

typedef struct fixture {
    tarn_fs *fs;
    tarn_store *store;
    tarn_engine *engine;
    char *folder; /* a temporary one, for files that DuckDB itself touches */
} fixture;

/** An empty workspace. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/** A new table from a query's rows (from the work instance: any SQL), in chunks of at most `chunk_rows`. Its id. */
uint64_t make_table(fixture *f, const char *name, const char *sql, int64_t chunk_rows);

/** The head, retained. */
tarn_version *head_of(fixture *f, uint64_t table);

/** Commit a draft of the head on which `change` was called. */
typedef void (*draft_change)(tarn_draft *draft, void *context);
void commit_change(fixture *f, uint64_t table, draft_change change, void *context);

/** All rows as text: values separated by '|', rows by newlines, nulls as ~. Heap. Validates every batch. */
char *rows_of(struct ArrowArrayStream *stream);

/** The same, but whoever calls it looks at failures of the stream. */
tarn_status try_rows_of(struct ArrowArrayStream *stream, char **out, tarn_error *error);

/** All rows of a stream as one array per column, heap. */
struct ArrowArray *gather(struct ArrowArrayStream *stream, const struct ArrowSchema *schema, int64_t *rows);

/** What a query gives, as rows_of. */
char *answer(fixture *f, const char *sql, const tarn_query_options *options);

/** A query's answer is exactly this. */
void assert_answer(fixture *f, const char *sql, const char *expected);

/** A query fails so, at its start or while it is pulled. */
void assert_refused(fixture *f, const char *sql, tarn_status status, const char *text);

/** Run a query to its end and give the first failure. */
tarn_status run_to_end(fixture *f, const char *sql, const tarn_query_options *options, tarn_error *error);

#endif
