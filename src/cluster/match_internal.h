/**
 * @file match_internal.h
 * What the files that match records share.
 */
#ifndef TARN_CLUSTER_MATCH_INTERNAL_H
#define TARN_CLUSTER_MATCH_INTERNAL_H

#include "cluster/cluster_internal.h"
#include "cluster/match.h"

/* ---- fields (match_fields.c) ---- */

/* A value prepared for comparing: letters, hashes of pairs of letters, or a number. */
typedef struct match_cell {
    size_t begin;  /* in the matcher's `letters` */
    uint32_t size; /* letters or pairs */
    bool missing;
    double number;
    uint64_t hash; /* of the value as it is compared: different ones are different */
    tarn_letter_bag bag;
} match_cell;

typedef struct match_cells {
    const tarn_match_request *request;
    match_cell *list; /* record after record */
    uint32_t *letters;
} match_cells;

tarn_status match_cells_make(const tarn_match_request *request, tarn_pool *pool, tarn_task *task, match_cells *out,
                             tarn_error *error);
void match_cells_clear(match_cells *cells);

/* One record that is compared with many, by one thread. */
typedef struct match_turn {
    const match_cells *cells;
    size_t record;
    tarn_pattern *patterns; /* per field */
    bool *is_set;
} match_turn;
/* End it also when beginning failed. */
tarn_status match_turn_begin(const match_cells *cells, match_turn *out, tarn_error *error);
void match_turn_end(match_turn *turn);
/* Whether the two are as alike as the threshold asks for. */
bool match_compare(match_turn *turn, size_t record, size_t other);
/* How alike, and field by field: NaN where one has no value. */
double match_compare_fields(const match_cells *cells, size_t a, size_t b, double *out);

/* ---- blocks (match_blocks.c) ---- */

/* That a record is in a block. */
typedef struct match_entry {
    uint64_t key;
    uint32_t rank; /* of the record in alphabetical order */
    uint32_t record;
} match_entry;

typedef struct match_blocks {
    match_entry *entries; /* by key, then rank */
    size_t count;
    tarn_block block;
    size_t unblocked;
} match_blocks;

tarn_status match_blocks_make(const tarn_match_request *request, tarn_task *task, match_blocks *out, tarn_error *error);
void match_blocks_clear(match_blocks *blocks);

#endif
