/* Schemas of golden files. */
#include "support_golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

json_t *golden_load(const char *path) {
    char command[4096];
    json_error_t error;
    snprintf(command, sizeof command, "gzip -dc '%s'", path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    json_t *document = json_loadf(pipe, 0, &error);
    if (document == NULL)
        fail_msg("%s: line %d: %s", path, error.line, error.text);
    assert_int_equal(pclose(pipe), 0);
    return document;
}

static const char *type_name(const json_t *field) {
    return json_string_value(json_object_get(json_object_get(field, "type"), "name"));
}

static bool has_union(const json_t *field) {
    size_t i;
    json_t *child;
    if (strcmp(type_name(field), "union") == 0)
        return true;
    json_array_foreach(json_object_get(field, "children"), i, child) {
        if (has_union(child))
            return true;
    }
    return false;
}

const char *golden_union_column(const json_t *document) {
    size_t i;
    json_t *field;
    json_array_foreach(json_object_get(json_object_get(document, "schema"), "fields"), i, field) {
        if (has_union(field))
            return json_string_value(json_object_get(field, "name"));
    }
    return NULL;
}

static int integer(const json_t *object, const char *key) {
    return (int)json_integer_value(json_object_get(object, key));
}

static char unit_letter(const json_t *type) {
    const char *unit = json_string_value(json_object_get(type, "unit"));
    return strcmp(unit, "SECOND") == 0        ? 's'
           : strcmp(unit, "MILLISECOND") == 0 ? 'm'
           : strcmp(unit, "MICROSECOND") == 0 ? 'u'
                                              : 'n';
}

static void int_format(const json_t *type, char *out, size_t size) {
    bool is_signed = json_is_true(json_object_get(type, "isSigned"));
    int width = integer(type, "bitWidth");
    const char *letters = is_signed ? "csil" : "CSIL";
    int letter = width == 8 ? 0 : width == 16 ? 1 : width == 32 ? 2 : 3;
    snprintf(out, size, "%c", letters[letter]);
}

static void interval_format(const json_t *type, char *out, size_t size) {
    const char *unit = json_string_value(json_object_get(type, "unit"));
    const char *format = strcmp(unit, "YEAR_MONTH") == 0 ? "tiM" : strcmp(unit, "DAY_TIME") == 0 ? "tiD" : "tin";
    snprintf(out, size, "%s", format);
}

static void decimal_format(const json_t *type, char *out, size_t size) {
    int width = json_object_get(type, "bitWidth") ? integer(type, "bitWidth") : 128;
    if (width == 128)
        snprintf(out, size, "d:%d,%d", integer(type, "precision"), integer(type, "scale"));
    else
        snprintf(out, size, "d:%d,%d,%d", integer(type, "precision"), integer(type, "scale"), width);
}

/* Types with parameters; false for the others. */
static bool format_with_parameters(const json_t *type, const char *name, char *out, size_t size) {
    if (strcmp(name, "int") == 0) {
        int_format(type, out, size);
    } else if (strcmp(name, "floatingpoint") == 0) {
        const char *precision = json_string_value(json_object_get(type, "precision"));
        snprintf(out, size, "%s", precision[0] == 'H' ? "e" : precision[0] == 'S' ? "f" : "g");
    } else if (strcmp(name, "decimal") == 0) {
        decimal_format(type, out, size);
    } else if (strcmp(name, "date") == 0) {
        snprintf(out, size, "%s", json_string_value(json_object_get(type, "unit"))[0] == 'D' ? "tdD" : "tdm");
    } else if (strcmp(name, "time") == 0) {
        snprintf(out, size, "tt%c", unit_letter(type));
    } else if (strcmp(name, "timestamp") == 0) {
        const char *zone = json_string_value(json_object_get(type, "timezone"));
        snprintf(out, size, "ts%c:%s", unit_letter(type), zone ? zone : "");
    } else if (strcmp(name, "duration") == 0) {
        snprintf(out, size, "tD%c", unit_letter(type));
    } else if (strcmp(name, "interval") == 0) {
        interval_format(type, out, size);
    } else if (strcmp(name, "fixedsizebinary") == 0) {
        snprintf(out, size, "w:%d", integer(type, "byteWidth"));
    } else if (strcmp(name, "fixedsizelist") == 0) {
        snprintf(out, size, "+w:%d", integer(type, "listSize"));
    } else {
        return false;
    }
    return true;
}

static void format_of(const json_t *type, char *out, size_t size) {
    static const struct {
        const char *name, *format;
    } plain[] = {{"null", "n"},    {"bool", "b"},        {"utf8", "u"},          {"largeutf8", "U"},
                 {"binary", "z"},  {"largebinary", "Z"}, {"utf8view", "vu"},     {"binaryview", "vz"},
                 {"list", "+l"},   {"largelist", "+L"},  {"listview", "+vl"},    {"largelistview", "+vL"},
                 {"struct", "+s"}, {"map", "+m"},        {"runendencoded", "+r"}};
    const char *name = json_string_value(json_object_get(type, "name"));
    if (format_with_parameters(type, name, out, size))
        return;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (strcmp(plain[i].name, name) == 0) {
            snprintf(out, size, "%s", plain[i].format);
            return;
        }
    }
    fail_msg("the JSON has a type called %s", name);
}

static void compare_metadata(const json_t *owner, const struct ArrowSchema *schema) {
    size_t i;
    json_t *pair;
    json_array_foreach(json_object_get(owner, "metadata"), i, pair) {
        const char *value = NULL;
        size_t size = 0;
        const char *expected = json_string_value(json_object_get(pair, "value"));
        assert_true(tarn_schema_metadata_get(schema, json_string_value(json_object_get(pair, "key")), &value, &size));
        assert_int_equal(size, strlen(expected));
        assert_memory_equal(value, expected, size);
    }
}

/* Names inside maps are no part of the type: some writers put the usual ones in their places. */
static void compare_field(const json_t *field, const struct ArrowSchema *schema, int names_from) {
    char format[256];
    size_t i;
    json_t *child;
    const json_t *encoding = json_object_get(field, "dictionary");
    const struct ArrowSchema *values = encoding ? schema->dictionary : schema;
    const json_t *name = json_object_get(field, "name");
    if (names_from <= 0)
        assert_string_equal(schema->name, json_is_string(name) ? json_string_value(name) : "");
    assert_int_equal((schema->flags & ARROW_FLAG_NULLABLE) != 0, json_is_true(json_object_get(field, "nullable")));
    compare_metadata(field, schema);
    if (encoding != NULL) {
        format_of(json_object_get(encoding, "indexType"), format, sizeof format);
        assert_string_equal(schema->format, format);
        assert_int_equal((schema->flags & ARROW_FLAG_DICTIONARY_ORDERED) != 0,
                         json_is_true(json_object_get(encoding, "isOrdered")));
    }
    assert_non_null(values);
    format_of(json_object_get(field, "type"), format, sizeof format);
    assert_string_equal(values->format, format);
    if (strcmp(format, "+m") == 0)
        assert_int_equal((values->flags & ARROW_FLAG_MAP_KEYS_SORTED) != 0,
                         json_is_true(json_object_get(json_object_get(field, "type"), "keysSorted")));
    assert_int_equal(json_array_size(json_object_get(field, "children")), values->n_children);
    json_array_foreach(json_object_get(field, "children"), i, child)
        compare_field(child, values->children[i], strcmp(format, "+m") == 0 ? 2 : names_from - 1);
}

void golden_compare_schema(const json_t *document, const struct ArrowSchema *schema) {
    const json_t *expected = json_object_get(document, "schema");
    size_t i;
    json_t *field;
    assert_int_equal(json_array_size(json_object_get(expected, "fields")), schema->n_children);
    compare_metadata(expected, schema);
    json_array_foreach(json_object_get(expected, "fields"), i, field) compare_field(field, schema->children[i], 0);
}
