/**
 * @file query_text.h
 * The query stream's way with parameters: $name in a text of SQL stands for a text.
 */
#ifndef TARN_SERVER_QUERY_TEXT_H
#define TARN_SERVER_QUERY_TEXT_H

#include <jansson.h>

/** `sql` with $name replaced by the text of that name in `params` (an object of texts, or NULL), each ' in it doubled.
 *  Of several names the longest that fits counts; unknown ones stay. `$begin` and `$end` are these, unless NULL. Heap;
 *  NULL when out of memory. */
char *tarn_query_text(const char *sql, const json_t *params, const char *begin, const char *end);

#endif
