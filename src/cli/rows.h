/**
 * @file rows.h
 * Rows of data, from wherever they come in batches, as a grid or as JSON.
 */
#ifndef TARN_CLI_ROWS_H
#define TARN_CLI_ROWS_H

#include "cli.h"

/** Where rows come from. `next` gives a struct array, or one without `release` at the end. */
typedef struct rows_source {
    tarn_status (*next)(struct rows_source *source, struct ArrowArray *out, tarn_error *error);
    struct ArrowSchema *schema; /**< a struct schema, there before the first batch; not owned */
    void *state;
} rows_source;

/** What was printed. */
typedef struct rows_printed {
    int64_t rows;
    bool more; /**< the source had more than `limit` */
    bool has_null;
    char *hidden; /**< names of the columns that did not fit, or NULL; freed by the caller */
    size_t hidden_count;
} rows_printed;

/** Aligned; at most `limit` rows (-1: all). `full` cuts nothing. */
tarn_status rows_print_grid(cli *cli, rows_source *source, int64_t limit, bool full, rows_printed *printed,
                            tarn_error *error);

/** An array of objects. */
tarn_status rows_print_json(rows_source *source, int64_t limit, tarn_error *error);

/** "13 columns (5 not shown: a, b, c, d, e) · ∅ is null" */
char *rows_describe_columns(const struct ArrowSchema *schema, const rows_printed *printed);

#endif
