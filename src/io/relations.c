/* Which parts of a package belong together. */
#include "io/relations.h"

#include "base/buffer.h"
#include "base/text.h"
#include "io/xml_part.h"

#include <stdlib.h>
#include <string.h>

#define MOST_RELATIONS 65536

enum { RELATIONSHIPS = 1, RELATIONSHIP };

static const tarn_xml_rule rules[] = {
    {0, TARN_XML_PACKAGE, "Relationships", RELATIONSHIPS},
    {RELATIONSHIPS, TARN_XML_PACKAGE, "Relationship", RELATIONSHIP},
    {0},
};

typedef struct reading {
    tarn_relations *relations;
    tarn_package *package;
    const char *of;
} reading;

/* "worksheet" of one of the standard's types. */
static const char *kind_of(const char *type) {
    static const char *const beginnings[] = {"http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
                                             "http://purl.oclc.org/ooxml/officeDocument/relationships/"};
    for (size_t i = 0; type != NULL && i < sizeof beginnings / sizeof beginnings[0]; i++) {
        size_t size = strlen(beginnings[i]);
        if (strncmp(type, beginnings[i], size) == 0)
            return type + size;
    }
    return "";
}

/* Take out the "." and "..", in place. */
static void tidy_path(char *path) {
    char *to = path;
    for (const char *from = path; *from != '\0';) {
        size_t size = strcspn(from, "/");
        const char *next = from[size] == '/' ? from + size + 1 : from + size;
        if (size == 2 && strncmp(from, "..", 2) == 0) {
            to -= to > path;
            while (to > path && to[-1] != '/')
                to--;
        } else if (size > 0 && !(size == 1 && *from == '.')) {
            memmove(to, from, (size_t)(next - from));
            to += next - from;
        }
        from = next;
    }
    *to = '\0';
}

/* Targets are relative to the folder of the part that they belong to, or begin with a slash. */
static char *resolve(const char *of, const char *target) {
    const char *slash = strrchr(of, '/');
    bool absolute = target[0] == '/' || target[0] == '\\' || slash == NULL;
    char *path = absolute ? tarn_strdup(target) : tarn_format("%.*s/%s", (int)(slash - of), of, target);
    for (char *c = path; c != NULL && *c != '\0'; c++)
        *c = *c == '\\' ? '/' : *c;
    if (path != NULL)
        tidy_path(path);
    return path;
}

static tarn_status begin(void *context, int element, const char **attributes, tarn_error *error) {
    const reading *r = context;
    tarn_relations *relations = r->relations;
    const char *id = tarn_part_attribute(attributes, "Id"), *target = tarn_part_attribute(attributes, "Target");
    const char *mode = tarn_part_attribute(attributes, "TargetMode");
    if (element != RELATIONSHIP || id == NULL || target == NULL || (mode != NULL && strcmp(mode, "External") == 0))
        return TARN_OK;
    if (relations->count == MOST_RELATIONS)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "%s: its part %s belongs to more than %d others",
                         tarn_package_shown(r->package), r->of, MOST_RELATIONS);
    TARN_TRY(tarn_grow(&relations->items, &relations->capacity, relations->count + 1, sizeof *relations->items, error));
    tarn_relation *added = &relations->items[relations->count++];
    *added = (tarn_relation){.id = tarn_strdup(id),
                             .kind = tarn_strdup(kind_of(tarn_part_attribute(attributes, "Type"))),
                             .part = resolve(r->of, target)};
    return added->id == NULL || added->kind == NULL || added->part == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static int compare_ids(const void *a, const void *b) {
    return strcmp(((const tarn_relation *)a)->id, ((const tarn_relation *)b)->id);
}

/* "xl/_rels/workbook.xml.rels" of "xl/workbook.xml". */
static char *list_of(const char *of) {
    const char *slash = strrchr(of, '/');
    if (slash == NULL)
        return tarn_format("_rels/%s.rels", of);
    return tarn_format("%.*s/_rels/%s.rels", (int)(slash - of), of, slash + 1);
}

tarn_status tarn_relations_read(tarn_package *package, const char *of, tarn_relations *out, tarn_error *error) {
    tarn_relations relations = {0};
    reading r = {.relations = &relations, .package = package, .of = of};
    tarn_part_handler handler = {rules, begin, NULL, NULL, &r};
    char *list = list_of(of);
    tarn_status status = list == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK && tarn_package_has(package, list))
        status = tarn_package_read(package, list, &handler, error);
    free(list);
    if (status != TARN_OK) {
        tarn_relations_clear(&relations);
        return status;
    }
    if (relations.count > 0)
        qsort(relations.items, relations.count, sizeof *relations.items, compare_ids);
    *out = relations;
    return TARN_OK;
}

void tarn_relations_clear(tarn_relations *relations) {
    for (size_t i = 0; i < relations->count; i++) {
        free(relations->items[i].id);
        free(relations->items[i].kind);
        free(relations->items[i].part);
    }
    free(relations->items);
    *relations = (tarn_relations){0};
}

const tarn_relation *tarn_relation_of_id(const tarn_relations *relations, const char *id) {
    tarn_relation wanted = {.id = (char *)(uintptr_t)id};
    return relations->count > 0
               ? bsearch(&wanted, relations->items, relations->count, sizeof *relations->items, compare_ids)
               : NULL;
}

const tarn_relation *tarn_relation_of_kind(const tarn_relations *relations, const char *kind) {
    for (size_t i = 0; i < relations->count; i++) {
        if (strcmp(relations->items[i].kind, kind) == 0)
            return &relations->items[i];
    }
    return NULL;
}
