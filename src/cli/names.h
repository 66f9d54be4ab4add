/**
 * @file names.h
 * Options that take lists of names.
 */
#ifndef TARN_CLI_NAMES_H
#define TARN_CLI_NAMES_H

#include "cli.h"

/** "a,b" given once or several times; a name with a comma is written in double quotes. NULL when the option is absent.
 */
char **cli_names(const cli *cli, const char *option, size_t *count);
void cli_names_free(char **names, size_t count);

#endif
