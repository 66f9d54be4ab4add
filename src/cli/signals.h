/**
 * @file signals.h
 * Ctrl-C and polite killing: the first signal cancels the task, the second ends the process at once.
 */
#ifndef TARN_CLI_SIGNALS_H
#define TARN_CLI_SIGNALS_H

#include "tarn/task.h"

#include <stdbool.h>

/** From now on a write to a closed pipe, or to a file that may grow no further, is an error with a message, and not the
 *  end of the process. */
void signals_make_errors(void);

/** From now on SIGINT, SIGTERM and SIGHUP cancel `task`. Call once. */
void signals_watch(tarn_task *task);
/** Back to how the system treats these signals, before the task is released. */
void signals_unwatch(void);

/** 128 + the signal that came, or 0. */
int signals_exit_code(void);

/** From now on only what is held is given back: after a signal, which may have come already, the process ends half a
 * second later, whatever still runs. A single call of a function goes on for
 * as long as it takes; what is committed is safe at any moment, and leftovers are swept by the next writer. */
void signals_closing(void);

#endif
