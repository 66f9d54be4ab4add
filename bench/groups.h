/**
 * @file groups.h
 * All groups of benchmarks, one file each.
 */
#ifndef BENCH_GROUPS_H
#define BENCH_GROUPS_H

#include "harness.h"

extern const bench_group bench_table_group;      /**< one table's life: import, page, change, undo, edit */
extern const bench_group bench_rows_group;       /**< which rows there are, and their order */
extern const bench_group bench_diff_group;       /**< what differs between versions and tables */
extern const bench_group bench_diff_tools_group; /**< the same by tools that compare CSV files */
extern const bench_group bench_diff_wide_group;  /**< a diff of ten million rows, and its memory */
extern const bench_group bench_sql_group;        /**< queries over the store */
extern const bench_group bench_arrow_group;      /**< Arrow IPC against pyarrow */
extern const bench_group bench_memory_group;     /**< a large workspace opened in little memory */
extern const bench_group bench_jobs_group;       /**< cancelling, and pages while something runs */
extern const bench_group bench_large_group;      /**< a CSV larger than the memory limit */

#endif
