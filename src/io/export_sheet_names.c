/* Names for the sheets of a workbook. */
#include "io/export.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_UNITS 31 /* of UTF-16 */

/* The bytes of the longest beginning that has at most so many UTF-16 units. */
static size_t fitting(const char *name, size_t units) {
    size_t at = 0, used = 0;
    while (name[at] != '\0') {
        size_t size = 1;
        while ((name[at + size] & 0xC0) == 0x80)
            size++;
        used += size == 4 ? 2 : 1;
        if (used > units)
            break;
        at += size;
    }
    return at;
}

/* A name that Excel takes, ending in "_N" for N above 1. */
static char *fit(const char *table, size_t number) {
    char ending[24] = "";
    if (number > 1)
        snprintf(ending, sizeof ending, "_%zu", number);
    char *name = tarn_format("%.*s%s", (int)fitting(table, MOST_UNITS - strlen(ending)), table, ending);
    size_t size = name != NULL ? strlen(name) : 0;
    for (size_t i = 0; i < size; i++) {
        bool apostrophe_outside = name[i] == '\'' && (i == 0 || i + 1 == size);
        if (strchr("[]:*?/\\", name[i]) != NULL || apostrophe_outside)
            name[i] = '_';
    }
    return name;
}

static bool is_taken(char *const *names, size_t count, const char *name) {
    if (tarn_name_equal(name, "History")) /* Excel keeps that one for itself */
        return true;
    for (size_t i = 0; i < count; i++) {
        if (tarn_name_equal(names[i], name))
            return true;
    }
    return false;
}

char **tarn_sheet_names_for(const char *const *tables, size_t count) {
    char **names = calloc(count + 1, sizeof *names);
    for (size_t i = 0; names != NULL && i < count; i++) {
        for (size_t number = 1; names[i] == NULL; number++) {
            char *name = fit(tables[i], number);
            if (name == NULL) {
                for (size_t k = 0; k < i; k++)
                    free(names[k]);
                free(names);
                return NULL;
            }
            if (is_taken(names, i, name))
                free(name);
            else
                names[i] = name;
        }
    }
    return names;
}
