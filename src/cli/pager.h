/**
 * @file pager.h
 * Long answers through a pager, as git does it.
 */
#ifndef TARN_CLI_PAGER_H
#define TARN_CLI_PAGER_H

#include "cli.h"

typedef struct pager pager;

/** Whether an answer would go through a pager: standard output is a terminal, and one is there. */
bool pager_is_wanted(const cli *cli);

/**
 * What is printed from here on goes to the pager: TARN_PAGER, PAGER, or less if there is one; "cat" and the empty text
 * mean none, as does --no-pager. NULL when there is none.
 */
pager *pager_start(const cli *cli);
/** Hand over what is left and wait until the user has left the pager; leaving it early is no error. NULL is allowed. */
void pager_stop(pager *pager);

#endif
