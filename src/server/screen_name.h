/**
 * @file screen_name.h
 * Names of screens: lower case, hyphens for spaces, and what may not be one.
 */
#ifndef TARN_SERVER_SCREEN_NAME_H
#define TARN_SERVER_SCREEN_NAME_H

#include <stddef.h>

enum { TARN_SCREEN_NAME_SIZE = 101 };

/** The name as it is kept, into `out`. NULL, or the code that says what is wrong with it (its message in `*message`).
 */
const char *tarn_screen_name(const char *text, char out[TARN_SCREEN_NAME_SIZE], const char **message);

#endif
