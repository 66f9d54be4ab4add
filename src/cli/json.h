/**
 * @file json.h
 * JSON answers. All functions that take a json_t take it over.
 */
#ifndef TARN_CLI_JSON_H
#define TARN_CLI_JSON_H

#include "tarn/tarn.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/** A string; NULL gives null, and bytes that are not UTF-8 become U+FFFD. */
json_t *json_from_text(const char *text);
/** A count; -1, which says unknown, gives null. */
json_t *json_from_count(int64_t count);
/** Microseconds since 1970 as text in UTC. */
json_t *json_from_time(int64_t microseconds);

/** One line; over several lines when `indented`. Ends the program when out of memory. */
void json_write(json_t *value, FILE *out, bool indented);
/** json_write to standard output, indented on a terminal. */
void json_print(json_t *value);

#endif
