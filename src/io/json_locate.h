/**
 * @file json_locate.h
 * Which part of a JSON file are its records: the elements of an array, values one after the other (JSON lines, objects
 * in a row), or what lies under a key.
 */
#ifndef TARN_IO_JSON_LOCATE_H
#define TARN_IO_JSON_LOCATE_H

#include "io/json_scan.h"
#include "io/json_token.h"

typedef struct tarn_json_located {
    tarn_json_blocks blocks;
    char *under;    /* heap: the key of the records that were found in a lone object; NULL: none */
    char *left_out; /* heap: its other keys, for people; NULL: none */
    char *deeper;   /* heap: paths to arrays of objects further down in a lone object that is the record; NULL: none */
    uint64_t fault; /* where something between the records is wrong; UINT64_MAX: nowhere */
    char what[200]; /* what is wrong there */
} tarn_json_located;

void tarn_json_located_free(tarn_json_located *located);

/**
 * Find the records. `path` NULL: an array's elements, or values one after the other; of a lone object (unless `lines`)
 * with exactly one array of objects in it, that array's elements. Else the keys that lead to them, separated by dots,
 * or by slashes when it begins with one (a key with dots may stand in double quotes, too); an empty one is the whole
 * file; arrays on the way are gone through.
 * TARN_E_INVALID when the path leads nowhere.
 */
tarn_status tarn_json_locate(tarn_json_cursor *cursor, const char *path, bool lines, tarn_json_located *out,
                             tarn_error *error);

#endif
