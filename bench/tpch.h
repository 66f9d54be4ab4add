/**
 * @file tpch.h
 * Eight tables of a wholesaler's orders in the shape of the TPC-H benchmark's public schema, from an own generator:
 * sizes and value ranges are alike, the values are not, and results must not be called TPC-H results.
 */
#ifndef BENCH_TPCH_H
#define BENCH_TPCH_H

#include "columns.h"

enum { TPCH_TABLES = 8, TPCH_QUERIES = 22 };

typedef struct tpch_sizes {
    int64_t suppliers, customers, parts, orders;
} tpch_sizes;

/** Scale 1: 1.5 million orders, about 6 million line items. */
tpch_sizes bench_tpch_sizes(double scale);

/** Table `index` (below TPCH_TABLES, small ones first); `sizes` is kept by address. */
bench_table bench_tpch_table(size_t index, const tpch_sizes *sizes);

#endif
