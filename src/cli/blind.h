/**
 * @file blind.h
 * `tarn diff --blind`: comparing without showing values.
 */
#ifndef TARN_CLI_BLIND_H
#define TARN_CLI_BLIND_H

#include "cli.h"

/** What of `tarn diff` counts here. */
typedef struct blind_request {
    const tarn_diff_options *options;
    const tarn_export_options *export; /**< path not NULL: write the digests of the one table that is named */
    int64_t rows;                      /**< changes to list; -1: the usual number */
} blind_request;

int blind_run(cli *cli, const blind_request *request);

#endif
