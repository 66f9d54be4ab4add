/**
 * @file help.h
 * Help on the terminal, the man page and the completion scripts, all made from the descriptions of the commands.
 */
#ifndef TARN_CLI_HELP_H
#define TARN_CLI_HELP_H

#include "cli.h"
#include "text.h"

#include <stdio.h>

/* All return an exit code. */
int help_print_overview(FILE *out);
int help_print_command(cli *cli, const cli_command *command);
int help_print_version(cli *cli);
int help_print_man_page(void);
int help_print_markdown(void);
int completion_print_bash(void);
int completion_print_zsh(void);

/** "tarn show T [-n ROWS] [--offset N]": how a command is written. */
void help_synopsis(cli_text *out, const cli_command *command);
/** "-n, --rows ROWS". */
void help_option_name(cli_text *out, const cli_option *option);

#endif
