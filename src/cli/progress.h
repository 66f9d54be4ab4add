/**
 * @file progress.h
 * A line on standard error that says how far a task is, once it has taken half a second. Nothing when standard error is
 * no terminal, with --quiet or with --json.
 */
#ifndef TARN_CLI_PROGRESS_H
#define TARN_CLI_PROGRESS_H

#include "cli.h"

typedef struct progress progress;

/** Watch the run's task; `label` says what is done ("importing orders.csv"). NULL when there is nothing to show. */
progress *progress_start(cli *cli, const char *label);
/** Wipe the line; NULL is allowed. To be called before anything else is printed. */
void progress_stop(progress *progress);

#endif
