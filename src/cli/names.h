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
/** Append the names in one such text to a list. */
void cli_names_split(const char *text, char ***names, size_t *count);
void cli_names_free(char **names, size_t count);

/** "a=b" given once or several times, cut at the first =; the names are heap copies. NULL after a usage message that
 *  says what the option needs (`form`, such as "OLD=NEW"). */
tarn_parameter *cli_pairs(cli *cli, const char *option, const char *form, size_t *count);
void cli_pairs_free(tarn_parameter *pairs, size_t count);

#endif
