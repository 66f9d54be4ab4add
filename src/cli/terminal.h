/**
 * @file terminal.h
 * What standard output and standard error are connected to.
 */
#ifndef TARN_CLI_TERMINAL_H
#define TARN_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/** A terminal that can move its cursor: not TERM=dumb. */
bool terminal_is_capable(int file);
/** The same, and the user did not set NO_COLOR. */
bool terminal_has_colour(int file);
/** Columns to keep to: those that COLUMNS says, else those of the terminal, else 0: no limit. */
size_t terminal_width(int file);

/** "\033[2m" and the like when `colour`, else "". */
const char *style_dim(bool colour);
const char *style_bold(bool colour);
const char *style_red(bool colour);
const char *style_green(bool colour);
const char *style_yellow(bool colour);
const char *style_end(bool colour);
/** True of what these functions return, and of no other text, whatever it says. */
bool style_is_own(const char *text);

#endif
