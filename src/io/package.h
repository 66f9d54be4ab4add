/**
 * @file package.h
 * Reading an Office Open XML package: a ZIP archive whose parts are XML (ECMA-376 part 2; ZIP by minizip, XML by
 * expat). Parts are inflated and parsed piece by piece and never lie in memory as a whole. Not thread-safe.
 */
#ifndef TARN_IO_PACKAGE_H
#define TARN_IO_PACKAGE_H

#include "fs/fs.h"

typedef struct tarn_package tarn_package;

/** `file` must stay open; `shown` is what messages call it. TARN_E_FORMAT when it is no readable ZIP archive. */
tarn_status tarn_package_open(tarn_file *file, const char *shown, tarn_package **out, tarn_error *error);
void tarn_package_close(tarn_package *package); /**< NULL is allowed */

bool tarn_package_has(tarn_package *package, const char *part);

/** What a reader of a part is told. Names come without their namespace's prefix. A failure ends the reading. */
typedef struct tarn_part_handler {
    tarn_status (*begin)(void *context, const char *element, const char **attributes, tarn_error *error);
    tarn_status (*end)(void *context, const char *element, tarn_error *error);
    tarn_status (*text)(void *context, const char *text, size_t size, tarn_error *error); /**< may be NULL */
    void *context;
} tarn_part_handler;

/** The value of an attribute by its name without prefix; NULL when absent. */
const char *tarn_part_attribute(const char **attributes, const char *name);

/** Read a whole part. TARN_E_FORMAT, naming the part, for damaged archives and XML that is not well-formed. */
tarn_status tarn_package_read(tarn_package *package, const char *part, const tarn_part_handler *handler,
                              tarn_error *error);

/* The same in pieces, so that the caller can stop in between: one part at a time. */
typedef struct tarn_part_reader tarn_part_reader;
tarn_status tarn_part_open(tarn_package *package, const char *part, const tarn_part_handler *handler,
                           tarn_part_reader **out, tarn_error *error);
/** Parse the next piece; `*more` is false at the end. */
tarn_status tarn_part_advance(tarn_part_reader *reader, bool *more, tarn_error *error);
void tarn_part_close(tarn_part_reader *reader); /**< NULL is allowed */

#endif
