/**
 * @file transient.h
 * Tables that are only passing through: they live in memory beside a workspace, have no versions, are in no journal,
 * and are gone when the workspace is closed. Queries see them like its own tables. Part of tarn.h.
 */
#ifndef TARN_TRANSIENT_H
#define TARN_TRANSIENT_H

#include "tarn/error.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tarn_transient_info {
    char *name;
    int64_t rows, columns;
} tarn_transient_info;

#ifdef __cplusplus
}
#endif
#endif
