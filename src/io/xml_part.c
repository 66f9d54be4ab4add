/* XML parts of a package, read by a grammar of which element may stand in which. */
#include "io/xml_part.h"

#include "base/text.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_BYTES 16384
#define MOST_TAG ((size_t)1 << 20)
#define MOST_DEPTH 200
#define BETWEEN '\n' /* what expat puts between namespace and name */

static const struct {
    const char *name;
    tarn_xml_space space;
} spaces[] = {
    {"http://schemas.openxmlformats.org/spreadsheetml/2006/main", TARN_XML_SHEET},
    {"http://purl.oclc.org/ooxml/spreadsheetml/main", TARN_XML_SHEET},
    {"http://schemas.openxmlformats.org/officeDocument/2006/relationships", TARN_XML_RELATION},
    {"http://purl.oclc.org/ooxml/officeDocument/relationships", TARN_XML_RELATION},
    {"http://schemas.openxmlformats.org/package/2006/relationships", TARN_XML_PACKAGE},
    {"http://schemas.openxmlformats.org/markup-compatibility/2006", TARN_XML_COMPATIBILITY},
    {"urn:oasis:names:tc:opendocument:xmlns:table:1.0", TARN_XML_TABLE},
    {"urn:oasis:names:tc:opendocument:xmlns:text:1.0", TARN_XML_TEXT},
    {"urn:oasis:names:tc:opendocument:xmlns:office:1.0", TARN_XML_OFFICE},
    {"urn:oasis:names:tc:opendocument:xmlns:style:1.0", TARN_XML_STYLE},
    {"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0", TARN_XML_NUMBER},
    {"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0", TARN_XML_CALC},
    {"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0", TARN_XML_MANIFEST},
};

struct tarn_part_reader {
    tarn_package *package;
    char *part;
    tarn_part_handler handler;
    uint8_t first[TARN_XML_MOST_ELEMENTS]; /* per parent: its first rule, counted from 1; 0: none */
    XML_Parser parser;
    uint64_t fed;
    bool bare;                /* the document has no namespace */
    bool known_root;          /* its first element is one of the rules' */
    uint8_t open[MOST_DEPTH]; /* the elements that are open; one of markup compatibility repeats its parent */
    size_t depth, passed;     /* open ones that are known, and those passed over inside of the last of them */
    tarn_error failure;
};

/* ---- names ---------------------------------------------------------------------------------------------------------
 */

/* The namespace of "space\nname", and the name. */
static tarn_xml_space split(const char *name, const char **local) {
    const char *between = strchr(name, BETWEEN);
    *local = between != NULL ? between + 1 : name;
    if (between == NULL)
        return TARN_XML_NONE;
    size_t size = (size_t)(between - name);
    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++) {
        if (strncmp(spaces[i].name, name, size) == 0 && spaces[i].name[size] == '\0')
            return spaces[i].space;
    }
    return TARN_XML_UNKNOWN;
}

const char *tarn_part_attribute(const char **attributes, const char *name) {
    for (; attributes[0] != NULL; attributes += 2) {
        if (strcmp(attributes[0], name) == 0)
            return attributes[1];
    }
    return NULL;
}

const char *tarn_xml_attribute(const char **attributes, tarn_xml_space space, const char *name) {
    const char *local;
    for (; attributes[0] != NULL; attributes += 2) {
        const char *between = strchr(attributes[0], BETWEEN);
        if (between != NULL && strcmp(between + 1, name) == 0 && split(attributes[0], &local) == space)
            return attributes[1];
    }
    return NULL;
}

bool tarn_xml_is_true(const char *value) {
    return value != NULL && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

/* ---- elements ------------------------------------------------------------------------------------------------------
 */

static void stop_on(tarn_part_reader *reader, tarn_status status) {
    if (status != TARN_OK)
        XML_StopParser(reader->parser, XML_FALSE);
}

static void refuse(tarn_part_reader *reader, const char *what) {
    stop_on(reader, tarn_fail(&reader->failure, TARN_E_FORMAT, "%s is damaged: its part %s %s",
                              tarn_package_shown(reader->package), reader->part, what));
}

/* The element's number; 0: it cannot be here. */
static int judge(const tarn_part_reader *reader, int parent, const char *name) {
    const char *local;
    size_t first = reader->first[parent];
    if (first == 0)
        return 0;
    tarn_xml_space space = split(name, &local);
    for (const tarn_xml_rule *rule = &reader->handler.rules[first - 1]; rule->name != NULL && rule->parent == parent;
         rule++) {
        if ((reader->bare ? space == TARN_XML_NONE : space == rule->space) && strcmp(local, rule->name) == 0)
            return rule->element;
    }
    return 0;
}

/* A wrapper whose elements stand in its parent. */
static bool is_fallback(const char *name) {
    const char *local;
    return split(name, &local) == TARN_XML_COMPATIBILITY &&
           (strcmp(local, "AlternateContent") == 0 || strcmp(local, "Fallback") == 0);
}

static void XMLCALL on_begin(void *context, const XML_Char *name, const XML_Char **attributes) {
    tarn_part_reader *reader = context;
    if (reader->failure.code != TARN_OK)
        return;
    if (reader->depth + reader->passed == MOST_DEPTH) {
        refuse(reader, "is nested too deeply");
        return;
    }
    int parent = reader->depth > 0 ? reader->open[reader->depth - 1] & 0x7F : 0;
    if (reader->depth + reader->passed == 0)
        reader->bare = strchr(name, BETWEEN) == NULL;
    int element = reader->passed > 0 ? 0 : judge(reader, parent, name);
    if (element == 0 && reader->passed == 0 && reader->depth > 0 && is_fallback(name)) {
        reader->open[reader->depth++] = (uint8_t)(parent | 0x80);
        return;
    }
    if (element == 0) {
        reader->passed++;
        return;
    }
    reader->known_root = true;
    reader->open[reader->depth++] = (uint8_t)element;
    if (reader->handler.begin != NULL)
        stop_on(reader, reader->handler.begin(reader->handler.context, element, attributes, &reader->failure));
}

static void XMLCALL on_end(void *context, const XML_Char *name) {
    tarn_part_reader *reader = context;
    (void)name;
    if (reader->failure.code != TARN_OK)
        return;
    if (reader->passed > 0) {
        reader->passed--;
        return;
    }
    int element = reader->open[--reader->depth];
    if ((element & 0x80) == 0 && reader->handler.end != NULL)
        stop_on(reader, reader->handler.end(reader->handler.context, element, &reader->failure));
}

static void XMLCALL on_text(void *context, const XML_Char *text, int size) {
    tarn_part_reader *reader = context;
    if (reader->failure.code != TARN_OK || reader->passed > 0 || reader->depth == 0)
        return;
    int element = reader->open[reader->depth - 1];
    if ((element & 0x80) == 0)
        stop_on(reader, reader->handler.text(reader->handler.context, element, text, (size_t)size, &reader->failure));
}

static void XMLCALL on_entity(void *context, const XML_Char *name, int is_parameter, const XML_Char *value, int size,
                              const XML_Char *base, const XML_Char *system, const XML_Char *public,
                              const XML_Char *notation) {
    (void)name, (void)is_parameter, (void)value, (void)size, (void)base, (void)system, (void)public, (void)notation;
    tarn_part_reader *reader = context;
    if (reader->failure.code == TARN_OK)
        refuse(reader, "declares an entity, which no workbook does");
}

/* ---- reading -------------------------------------------------------------------------------------------------------
 */

static void set_up_parser(tarn_part_reader *reader) {
    for (size_t i = 0; reader->handler.rules[i].name != NULL; i++) {
        uint8_t *first = &reader->first[reader->handler.rules[i].parent];
        *first = *first == 0 ? (uint8_t)(i + 1) : *first;
    }
    XML_SetUserData(reader->parser, reader);
    XML_SetElementHandler(reader->parser, on_begin, on_end);
    XML_SetEntityDeclHandler(reader->parser, on_entity);
    if (reader->handler.text != NULL)
        XML_SetCharacterDataHandler(reader->parser, on_text);
}

tarn_status tarn_part_open(tarn_package *package, const char *part, const tarn_part_handler *handler,
                           tarn_part_reader **out, tarn_error *error) {
    tarn_part_reader *reader = calloc(1, sizeof *reader);
    tarn_status status = TARN_OK;
    if (reader == NULL)
        return tarn_fail_memory(error);
    reader->package = package;
    reader->handler = *handler;
    reader->part = tarn_strdup(part);
    reader->parser = XML_ParserCreateNS(NULL, BETWEEN);
    if (reader->part == NULL || reader->parser == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    TARN_CHECK(tarn_package_begin(package, part, error));
    set_up_parser(reader);
    *out = reader;
    reader = NULL;
cleanup:
    tarn_part_close(reader);
    return status;
}

static tarn_status parse_failure(const tarn_part_reader *reader, tarn_error *error) {
    if (reader->failure.code != TARN_OK) {
        if (error != NULL)
            *error = reader->failure;
        return reader->failure.code;
    }
    if (XML_GetErrorCode(reader->parser) == XML_ERROR_NO_MEMORY)
        return tarn_fail_memory(error);
    return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: its part %s, line %llu: %s",
                     tarn_package_shown(reader->package), reader->part,
                     (unsigned long long)XML_GetCurrentLineNumber(reader->parser),
                     XML_ErrorString(XML_GetErrorCode(reader->parser)));
}

tarn_status tarn_part_advance(tarn_part_reader *reader, bool *more, tarn_error *error) {
    void *piece = XML_GetBuffer(reader->parser, PIECE_BYTES);
    size_t got;
    if (piece == NULL)
        return tarn_fail_memory(error);
    TARN_TRY(tarn_package_unpack(reader->package, piece, PIECE_BYTES, &got, error));
    if (XML_ParseBuffer(reader->parser, (int)got, got == 0) != XML_STATUS_OK)
        return parse_failure(reader, error);
    *more = got > 0;
    reader->fed += got;
    XML_Index parsed = XML_GetCurrentByteIndex(reader->parser);
    if (*more && parsed >= 0 && reader->fed > (uint64_t)parsed + MOST_TAG)
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: its part %s has a tag of more than 1 MB",
                         tarn_package_shown(reader->package), reader->part);
    if (!*more && !reader->known_root)
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: its part %s begins with none of the elements it should",
                         tarn_package_shown(reader->package), reader->part);
    return TARN_OK;
}

void tarn_part_close(tarn_part_reader *reader) {
    if (reader == NULL)
        return;
    tarn_package_end(reader->package);
    if (reader->parser != NULL)
        XML_ParserFree(reader->parser);
    free(reader->part);
    free(reader);
}

tarn_status tarn_package_read(tarn_package *package, const char *part, const tarn_part_handler *handler,
                              tarn_error *error) {
    tarn_part_reader *reader = NULL;
    TARN_TRY(tarn_part_open(package, part, handler, &reader, error));
    tarn_status status = TARN_OK;
    for (bool more = true; more && status == TARN_OK;)
        status = tarn_part_advance(reader, &more, error);
    tarn_part_close(reader);
    return status;
}
