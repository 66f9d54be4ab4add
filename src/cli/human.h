/**
 * @file human.h
 * Numbers, sizes and times as people read them. All return heap text, freed with free().
 */
#ifndef TARN_CLI_HUMAN_H
#define TARN_CLI_HUMAN_H

#include <stdbool.h>
#include <stdint.h>

char *human_count(int64_t number);                                      /**< 16,376 */
char *human_counted(int64_t number, const char *one, const char *many); /**< "1 row", "2 rows" */
char *human_size(uint64_t bytes);                                       /**< 12.3 MB (powers of 1000) */
char *human_duration(int64_t microseconds);                             /**< 350 µs, 23 ms, 1.4 s, 2 min 5 s */
char *human_time(int64_t microseconds);                                 /**< 2026-11-21 01:22:03, local */
char *human_time_iso(int64_t microseconds);                             /**< 2026-11-21T01:22:03.123456Z */

/** "2GB", "512 MiB", "1000000": bytes; false when it is no such thing. */
bool human_parse_size(const char *text, uint64_t *out);

#endif
