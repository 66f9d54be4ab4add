/**
 * @file merge_groups.h
 * Which rows `merge` makes one: those that its parameters name, or that they find.
 */
#ifndef TARN_COMMAND_MERGE_GROUPS_H
#define TARN_COMMAND_MERGE_GROUPS_H

#include "command/command.h"
#include "command/matches.h"

typedef struct tarn_merge_groups {
    int64_t *rows; /**< row numbers, group after group, each in the order in which people see them */
    size_t *ends;  /**< where each ends in `rows` */
    size_t count;
    char *note; /**< heap: what was not compared; NULL: nothing to say */
} tarn_merge_groups;

/** The rows that are alike by `column`, `weight`, `compare`, `block`, `on` and `threshold`. Clear also when this
 *  failed. */
tarn_status tarn_run_matches(tarn_run *run, tarn_row_matches *out, tarn_error *error);

/** By `pairs`, or by `column` and what else says how rows are compared. Clear also when this failed. */
tarn_status tarn_merge_groups_find(tarn_run *run, tarn_merge_groups *out, tarn_error *error);
void tarn_merge_groups_clear(tarn_merge_groups *groups);

#endif
