/**
 * @file apply_parameters.h
 * The parameters of a command as `tarn apply` takes them: by --column and --set, as options of their own, and as words
 * without a name.
 */
#ifndef TARN_CLI_APPLY_PARAMETERS_H
#define TARN_CLI_APPLY_PARAMETERS_H

#include "cli.h"

typedef struct apply_parameters {
    tarn_parameter *list; /**< heap, as are the names and values */
    size_t count;
} apply_parameters;

/**
 * All parameters that were given. A word without a name is a column where the command takes one more and the table has
 * what it names (see columns.h); else the next parameter, in the order in which the command declares them, that has no
 * value yet and takes such a value. Columns given by commas and patterns are looked up. The workspace is open. False
 * after a usage message.
 */
bool apply_parameters_read(cli *cli, apply_parameters *out);
void apply_parameters_free(apply_parameters *parameters);

/** For cli_command.other_option: the command's own parameters are options. */
cli_other apply_parameters_option(cli *cli, const char *name, const char **near);

#endif
