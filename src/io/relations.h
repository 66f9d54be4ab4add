/**
 * @file relations.h
 * The relationships of a part of an Office Open XML package: which other parts belong to it, and as what (ECMA-376 part
 * 2, 9.3). Parts lie wherever these say.
 */
#ifndef TARN_IO_RELATIONS_H
#define TARN_IO_RELATIONS_H

#include "io/package.h"

typedef struct tarn_relation {
    char *id, *kind; /**< kind: the last word of its type, "worksheet"; of other standards' types "" */
    char *part;      /**< its name in the package */
} tarn_relation;

/** Zeroed is empty. */
typedef struct tarn_relations {
    tarn_relation *items; /**< by id */
    size_t count, capacity;
} tarn_relations;

/** Of a part ("xl/workbook.xml") or, for "", of the package. None when it has no list of them. */
tarn_status tarn_relations_read(tarn_package *package, const char *of, tarn_relations *out, tarn_error *error);
void tarn_relations_clear(tarn_relations *relations);

/** NULL: there is none. */
const tarn_relation *tarn_relation_of_id(const tarn_relations *relations, const char *id);
/** The first of a kind; NULL: there is none. */
const tarn_relation *tarn_relation_of_kind(const tarn_relations *relations, const char *kind);

#endif
