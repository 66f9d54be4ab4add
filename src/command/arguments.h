/**
 * @file arguments.h
 * Checking what the caller gave against a command's parameter specs, and writing it down for the journal.
 */
#ifndef TARN_COMMAND_ARGUMENTS_H
#define TARN_COMMAND_ARGUMENTS_H

#include "command/command.h"

/**
 * Check `given` against `command`'s specs and the table: unknown, repeated, missing and malformed parameters are
 * TARN_E_INVALID, a column that does not exist TARN_E_NOT_FOUND; each message names the command and the parameter.
 * The result is in the specs' order, defaults filled in; its strings live as long as `given` and `base`. Free with
 * free().
 */
tarn_status tarn_arguments_check(const tarn_command *command, const tarn_version *base, const tarn_argument *given,
                                 size_t given_count, tarn_argument **out, size_t *out_count, tarn_error *error);

/** The JSON object that the journal keeps: secrets replaced, repeated parameters as arrays, what the run left in
 *  `before` and `result` added. Heap; free with free(). */
tarn_status tarn_arguments_describe(const tarn_run *run, char **out, tarn_error *error);

#endif
