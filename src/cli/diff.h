/**
 * @file diff.h
 * What `tarn diff` prints.
 */
#ifndef TARN_CLI_DIFF_H
#define TARN_CLI_DIFF_H

#include "cli.h"

#include <jansson.h>

/** A page of changes, each with its values before and after. `*out` is there also after a failure. */
tarn_status diff_page_json(const struct ArrowSchema *schema, const struct ArrowArray *page, json_t **out,
                           tarn_error *error);

/** "orders: version 3 → 5", then lines about columns, keys and the order. */
void diff_print_head(cli *cli, const tarn_diff_info *info);
/** "2 rows added, 1 removed, 4 modified (5 cells)" */
void diff_print_counts(cli *cli, const tarn_diff_info *info);
/** A page of changes as a grid: - red, + green, ~ with the changed cells as "before → after". `full` cuts nothing. */
tarn_status diff_print_page(cli *cli, const tarn_diff_info *info, const struct ArrowSchema *schema,
                            const struct ArrowArray *page, bool full, tarn_error *error);
/** A line per column that differs, with a bar for how often. */
void diff_print_stat(cli *cli, const tarn_diff_info *info);
/** A line per column that differs, with its most frequent changes; `values` runs parallel to the columns. */
void diff_print_summary(cli *cli, const tarn_diff_info *info, const tarn_diff_values *values);

#endif
