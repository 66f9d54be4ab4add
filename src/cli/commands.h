/**
 * @file commands.h
 * Explaining what `tarn apply` can do.
 */
#ifndef TARN_CLI_COMMANDS_H
#define TARN_CLI_COMMANDS_H

#include "cli.h"

/** Explain one command with its parameters, or say that there is none of that name. Returns the exit code. */
int commands_print(cli *cli, const char *name);

#endif
