/**
 * @file xml_part.h
 * Reading the XML parts of a package (by expat) as the format's grammar has them: a reader lists which element may
 * stand in which, by namespace and name, and is told of these only. Everything else is passed over with all that is in
 * it: extensions, another format's elements of the same name, known elements in places where they cannot be.
 *
 * Of markup compatibility (ECMA-376 part 3) the fallbacks are read, whose elements stand for the choice's. Parts
 * without any namespace are read by names alone.
 *
 * There are no entities but XML's own five: a part that declares any is refused. A tag may have 1 MiB, elements 200
 * levels.
 */
#ifndef TARN_IO_XML_PART_H
#define TARN_IO_XML_PART_H

#include "io/package.h"

/** Namespaces; those of transitional and strict Office Open XML count as one. */
typedef enum tarn_xml_space {
    TARN_XML_NONE, /**< of attributes without a prefix */
    TARN_XML_SHEET,
    TARN_XML_RELATION, /**< relationships within documents: r:id */
    TARN_XML_PACKAGE,  /**< the package's list of relationships */
    TARN_XML_COMPATIBILITY,
    TARN_XML_OFFICE, /**< OpenDocument */
    TARN_XML_TABLE,
    TARN_XML_TEXT,
    TARN_XML_STYLE,
    TARN_XML_NUMBER,
    TARN_XML_CALC, /**< LibreOffice's extensions */
    TARN_XML_MANIFEST,
    TARN_XML_UNKNOWN,
} tarn_xml_space;

/** An element that may stand in another. Elements are numbers from 1 to 99; parent 0 is the document. A list of rules
 *  is ordered by parent and ends with a rule without a name. */
typedef struct tarn_xml_rule {
    int parent;
    tarn_xml_space space;
    const char *name;
    int element;
} tarn_xml_rule;

#define TARN_XML_MOST_ELEMENTS 100

/** What a reader of a part is told. A failure ends the reading. Any of the functions may be NULL. */
typedef struct tarn_part_handler {
    const tarn_xml_rule *rules;
    tarn_status (*begin)(void *context, int element, const char **attributes, tarn_error *error);
    tarn_status (*end)(void *context, int element, tarn_error *error);
    /** Text directly in that element, in as many pieces as it comes. */
    tarn_status (*text)(void *context, int element, const char *text, size_t size, tarn_error *error);
    void *context;
} tarn_part_handler;

/** The value of an attribute; NULL when absent. */
const char *tarn_xml_attribute(const char **attributes, tarn_xml_space space, const char *name);
/** The same without a prefix. */
const char *tarn_part_attribute(const char **attributes, const char *name);
/** "1" or "true". */
bool tarn_xml_is_true(const char *value);

/** Read a whole part. TARN_E_FORMAT, naming the part, for damaged archives, XML that is not well-formed, and documents
 * that begin with none of the rules' first elements. */
tarn_status tarn_package_read(tarn_package *package, const char *part, const tarn_part_handler *handler,
                              tarn_error *error);

/* The same in pieces, so that the caller can stop in between: one part at a time. */
typedef struct tarn_part_reader tarn_part_reader;
tarn_status tarn_part_open(tarn_package *package, const char *part, const tarn_part_handler *handler,
                           tarn_part_reader **out, tarn_error *error);
/** Parse the next piece, a few kilobytes; `*more` is false at the end. */
tarn_status tarn_part_advance(tarn_part_reader *reader, bool *more, tarn_error *error);
void tarn_part_close(tarn_part_reader *reader); /**< NULL is allowed */

#endif
