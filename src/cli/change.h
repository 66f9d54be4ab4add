/**
 * @file change.h
 * What a change did, as people and as programs read it.
 */
#ifndef TARN_CLI_CHANGE_H
#define TARN_CLI_CHANGE_H

#include "cli.h"

#include <jansson.h>

/** "trim: changed 4,211 cells in 4,211 rows of orders · version 4 → 5 · 23 ms"; `what` may be NULL. */
void change_print(cli *cli, const tarn_change *change, const char *what);
/** "orders is at version 3 now (was 4) · 1,000 rows" */
void change_print_move(cli *cli, const tarn_change *change);

#endif
