/**
 * @file json_path.h
 * Going through the keys of a JSON file that is larger than memory, and finding what lies under a path of them.
 */
#ifndef TARN_IO_JSON_PATH_H
#define TARN_IO_JSON_PATH_H

#include "io/json_locate.h"

/* Called for each member with the cursor at its value, in front of which there is no space. `*passed`: it has passed
 * over the value; else the cursor may be left anywhere. `key` is NULL when it is too long for a name. */
typedef tarn_status (*tarn_json_member)(void *context, tarn_json_cursor *cursor, const char *key, bool *passed,
                                        tarn_error *error);

/* Go through the object at the cursor and stop behind it. `*missing`: NULL, or what should be where the cursor is, in
 * words. */
tarn_status tarn_json_walk_object(tarn_json_cursor *cursor, tarn_json_member member, void *context,
                                  const char **missing, tarn_error *error);

tarn_status tarn_json_locate_path(tarn_json_cursor *cursor, const char *path, tarn_json_located *out,
                                  tarn_error *error);

/* The elements of the array at the cursor. */
tarn_status tarn_json_locate_array(tarn_json_cursor *cursor, tarn_json_located *out, tarn_error *error);

void tarn_json_locate_fault(tarn_json_located *out, uint64_t place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
