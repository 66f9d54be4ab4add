/**
 * @file json.h
 * Printing JSON answers (answer/answer.h makes them). All functions that take a json_t take it over.
 */
#ifndef TARN_CLI_JSON_H
#define TARN_CLI_JSON_H

#include "answer/answer.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/** One line; over several lines when `indented`. Ends the program when out of memory. */
void json_write(json_t *value, FILE *out, bool indented);
/** json_write to standard output, indented on a terminal. */
void json_print(json_t *value);

#endif
