/**
 * @file product.h
 * Tarn through its public interface, the way an application would use it. All functions end the process with Tarn's
 * message when they fail.
 */
#ifndef BENCH_PRODUCT_H
#define BENCH_PRODUCT_H

#include "columns.h"

#include "tarn/tarn.h"

/** End the process unless `status` is TARN_OK. */
void bench_check(tarn_status status, const tarn_error *error, const char *what);

/** Make a workspace in a fresh folder and open it. */
tarn_workspace *bench_product_create(const char *directory, int threads, uint64_t memory_limit);
tarn_workspace *bench_product_open(const char *directory, int threads);

void bench_product_import(tarn_workspace *workspace, const char *path, const char *table);
void bench_product_load(tarn_workspace *workspace, const bench_table *table, bool double_money);

/** A query's result; the caller releases it, before closing the workspace. */
void bench_product_stream(tarn_workspace *workspace, const char *sql, struct ArrowArrayStream *out);

/** Read a page, give it back, and return the rows that it had. */
int64_t bench_product_page(tarn_workspace *workspace, const char *table, int64_t offset, int64_t count);

#endif
