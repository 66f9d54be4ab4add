/**
 * @file print.h
 * The one way in which the program prints messages and reports. Column names, cells, file names and everything else
 * that comes from people's files may hold what moves a terminal's cursor, sets its title or hides text: none of it gets
 * out.
 *
 * Data that was asked for as data (--json, --format csv, -o -) does not go through here.
 */
#ifndef TARN_CLI_PRINT_H
#define TARN_CLI_PRINT_H

#include "cli.h"

#include <stdarg.h>
#include <stdio.h>

/**
 * As printf, with every text that is put in by %s made fit to be shown (cell_escape), and cut in the middle where it is
 * longer than some thousand bytes. The format itself and the styles of terminal.h are printed as they are. Conversions:
 * %s, %d, %u (also of 64 bits), %f, %g and %%, with width and precision; widths count columns of the terminal.
 */
void cli_print(const char *format, ...) CLI_PRINTF(1, 2);
void cli_print_error(const char *format, ...) CLI_PRINTF(1, 2); /**< the same on standard error */
void cli_print_list(FILE *out, const char *format, va_list list);

#endif
